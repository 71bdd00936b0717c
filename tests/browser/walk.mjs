// Walks the demo province as each of its people, along links: what a page is like (its kind), where it was found, what it said. The checks of
// pages.test.mjs and the pictures of manual.mjs stand on it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const build = resolve(dirname(process.env.XIEZHI_BROWSER_SCENE ?? join(here, '../../build/tests/browser/browser_scene')), '../..');

// The demo, small: its address, its people as it prints them, and how to end it.
export async function startDemo(...more) {
  const demo = spawn(join(build, 'xiezhi'), ['demo', '--small', '--port', '0', ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const origin = await new Promise((done, failed) => {
    demo.stdout.on('data', (piece) => {
      said += piece;
      const found = said.match(/打开 (http:\/\/[^/]+)\//);
      if (found) done(found[1]);
    });
    demo.once('exit', (code) => failed(new Error(`the demo ended with ${code}: ${said}`)));
  });
  const people = [...said.matchAll(/^ {2}(\S+) +([^（\s]+)（/gm)].map(([, user, role]) => ({ user, role }));
  const password = said.match(/口令都是 (\S+)/)[1];
  const stop = () => new Promise((done) => { demo.once('exit', done); demo.kill('SIGINT'); });
  return { origin, people, password, stop };
}

// A session's cookie, as the browser would hold it.
export async function session(scene, user) {
  const answer = await fetch(`${scene.origin}/sign-in`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ user, password: scene.password }) });
  const cookie = answer.headers.getSetCookie().find((c) => c.startsWith('xiezhi_session='));
  if (answer.status !== 303 || !cookie) throw new Error(`${user} cannot sign in: ${answer.status}`);
  return cookie.split(';')[0];
}

// What the server can be asked for with GET, from its own table; `pages` without what programs ask for.
const table = [...readFileSync(join(here, '../../src/web/route.c'), 'utf8').matchAll(/\{GET_, "([^"]+)",([^,]*),([^,]*),/g)];
export const patterns = table.map((m) => m[1]);
export const pagePatterns = table.filter((m) => !m[3].includes('ROUTE_API') && !m[1].startsWith('/static/')).map((m) => m[1]);

// These stand for many pages that differ as their name does; of every other pattern all pages are of one kind.
const named = new Set(['/things/{}', '/things/{}/{}', '/do/{}', '/import/template/{}', '/public/data/{}', '/papers/wordings/{}']);

export function kindOf(path) {
  const parts = path.split('/');
  // A fixed word beats a variable one, as in the server's table order.
  const fits = patterns.filter((p) => {
    const want = p.split('/');
    return want.length === parts.length && want.every((w, i) => (w === '{}' ? parts[i] !== '' : w === parts[i]));
  });
  if (!fits.length) return null;
  const pattern = fits.sort((a, b) => a.split('{}').length - b.split('{}').length)[0];
  return { pattern, kind: named.has(pattern) ? pattern.replace('{}', parts[2] === 'wordings' ? parts[3] : pattern.startsWith('/things') || pattern.startsWith('/do') ? parts[2] : parts[3]) : pattern };
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': '\'' };
export const unescape = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);

// Links and the addresses of forms that only ask.
function addresses(html) {
  const found = [...html.matchAll(/<a [^>]*?href="([^"#]*)/g)].map((m) => unescape(m[1]));
  return found.filter((href) => href.startsWith('/') && !href.startsWith('//') || href.startsWith('?'));
}

// A page as people read it: what is shown, and what is read aloud or shown on a pointer.
export function words(html, code = true) {
  if (!code) html = html.replace(/<(code|pre|textarea)\b[\s\S]*?<\/\1>/g, ' ');
  const said = [...html.matchAll(/ (?:title|aria-label|placeholder|alt)="([^"]*)"/g)].map((m) => m[1]);
  return unescape(html.replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ').replace(/<(?:input|option)[^>]*>/g, ' ').replace(/<\/?(?:b|i|em|strong|span|a|small)\b[^>]*>/g, '').replace(/<[^>]+>/g, '\n') + '\n' + said.join('\n'));
}

// Every page that `user` (null: nobody) reaches from his first page: at most `each` of a kind and question. `visit` is told of all of them.
// `met` counts over several walks: details and forms made from descriptors are alike for all, so `ENOUGH` readers of each will do.
const ENOUGH = 4;
export async function walk(scene, user, each, visit, met = new Map()) {
  const cookie = user && await session(scene, user), seen = new Set(), count = new Map();
  const queue = user ? ['/'] : ['/sign-in', '/public', '/law', '/report', '/v'];
  const enqueue = (path, from) => {
    const url = new URL(path, scene.origin + from);
    if (url.origin !== scene.origin) return;
    const known = kindOf(decodeURI(url.pathname)), address = url.pathname + url.search;
    if (!known || known.pattern.startsWith('/static') || seen.has(address)) return;
    seen.add(address);
    const question = `${known.kind}?${[...url.searchParams.keys()].filter((k) => k !== 'after').sort().join('&')}`;
    if ((count.get(question) ?? 0) >= each) return;
    count.set(question, (count.get(question) ?? 0) + 1);
    if (known.pattern === '/do/{}' || known.pattern === '/things/{}/{}') {
      const readers = met.get(question) ?? new Set();
      if (!readers.has(user) && readers.size >= ENOUGH) return;
      met.set(question, readers.add(user));
    }
    queue.push(address);
  };
  while (queue.length) {
    const batch = queue.splice(0, 8);
    await Promise.all(batch.map(async (address) => {
      const answer = await fetch(scene.origin + address, { redirect: 'manual', headers: cookie ? { cookie } : {} });
      const type = answer.headers.get('content-type') ?? '', bytes = Buffer.from(await answer.arrayBuffer());
      const html = type.startsWith('text/html') ? bytes.toString() : null;
      if (answer.status === 303) enqueue(answer.headers.get('location'), address);
      await visit({ user, cookie, address, ...kindOf(decodeURI(new URL(address, scene.origin).pathname)), status: answer.status, type, bytes, html });
      if (html) for (const next of addresses(html)) enqueue(next, address);
    }));
  }
}
