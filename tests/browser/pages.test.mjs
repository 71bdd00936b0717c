// Every page of the demo province that a role reaches along links. All of them are read: no dead link, one h1, one main action, no word that
// should not stand there, on pages, in PDF, in the headers of exports. One of each kind is opened in Chromium at 1366 and 360 pixels: axe, one
// filled button, targets of 48 pixels on the phone, reading order as seen, and text of 200 % without sideways scrolling.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { launch } from './scene.mjs';
import { faults as looked } from './page_rules.mjs';
import { outsiders, wordFaults } from './page_words.mjs';
import { patterns, startDemo, walk, words } from './walk.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(join(here, '../../node_modules/axe-core/axe.min.js'), 'utf8');
const only = process.env.PAGES_ONLY && new RegExp(process.env.PAGES_ONLY); // while mending: kinds of page that match
const TABS = 3, ALIKE = 2;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-pages-'));
let scene, browser;
const pages = [], files = [], dead = [], reached = new Set();

// Where no link leads, and why; everything else that the server answers with a page must be reached by somebody.
const unlinked = new Map([
  ['/static/{}', 'loaded beside pages'], ['/healthz', 'for machines'], ['/metrics', 'for machines'],
  ['/import/{}', 'after an upload (import.test.mjs)'], ['/import/{}/errors', 'after an upload (import.test.mjs)'],
  ['/n/{}/receipts/{}', 'after an objection'], ['/v/{}', 'from the code on paper'], ['/n/{}/file', 'once the paper is fixed'],
  ['/monitor/{}/slot', 'from a point of a chart'], ['/draws/{}/file', 'once a draw is settled'],
]);

before(async () => {
  scene = await startDemo();
  browser = await launch();
  const keep = (page) => {
    reached.add(page.pattern);
    if (page.status >= 400) dead.push(`${page.user ?? 'nobody'} ${page.address}: ${page.status}`);
    else if (page.html) pages.push(page);
    else if (page.status === 200) files.push(page);
  };
  const everybody = [null, ...scene.people.map((p) => p.user)];
  await Promise.all([0, 1].map(async () => { while (everybody.length) { const user = everybody.shift(); await walk(scene, user, user === 'wuhan-o1' ? 2 : 1, keep); } }));
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const told = (faults) => {
  const all = [...new Set(faults)];
  assert.equal(all.length, 0, `${all.length} faults\n${all.slice(0, 200).join('\n')}`);
};

test('no link leads nowhere, and every page of the server is reached by somebody', () => {
  assert.ok(pages.length > 1000, `${pages.length} pages`);
  told([...dead, ...patterns.filter((p) => !p.startsWith('/api/') && !reached.has(p) && !unlinked.has(p)).map((p) => `nobody reaches ${p}`)]);
});

test('one h1 and one main action on every page', () => {
  const faults = [];
  for (const { user, address, html } of pages) {
    const main = html.slice(html.indexOf('<main'), html.indexOf('</main>'));
    const h1 = (html.match(/<h1[ >]/g) ?? []).length, primary = (main.match(/class="(?:[^"]* )?primary(?: [^"]*)?"/g) ?? []).length;
    if (h1 !== 1) faults.push(`${user ?? 'nobody'} ${address}: ${h1} h1`);
    if (primary !== 1) faults.push(`${user ?? 'nobody'} ${address}: ${primary} main actions`);
  }
  told(faults);
});

test('words of pages', async () => {
  const api = await (await fetch(`${scene.origin}/api/openapi.json`)).json(), faults = [];
  for (const page of pages)
    for (const fault of wordFaults(words(page.html), { api, helper: outsiders.has(roleOf(page.user)), address: page.address }))
      faults.push(`${page.user ?? 'nobody'} ${page.address}: ${fault}`);
  told(faults);
});

const roleOf = (user) => scene.people.find((p) => p.user === user)?.role ?? '';

test('words of PDF and of the headers of exports', async () => {
  const api = await (await fetch(`${scene.origin}/api/openapi.json`)).json(), faults = [], seen = new Map();
  for (const file of files) {
    let text = '';
    if (file.bytes.subarray(0, 4).toString() === '%PDF') {
      const path = join(folder, 'paper.pdf');
      writeFileSync(path, file.bytes);
      text = execFileSync('pdftotext', ['-layout', '-enc', 'UTF-8', path, '-'], { maxBuffer: 16 << 20 }).toString();
      const title = text.trim().split('\n').slice(0, 3).join(' ').replace(/[\s\d〔〕〇-]+/g, ''); // one of each form
      if (seen.has(title)) continue;
      seen.set(title, file);
    } else if (file.bytes.subarray(0, 2).toString() === 'PK') {
      const path = join(folder, 'book.xlsx');
      writeFileSync(path, file.bytes);
      text = execFileSync('unzip', ['-p', path, 'xl/sharedStrings.xml', 'docProps/core.xml'], { maxBuffer: 16 << 20 }).toString().replace(/<[^>]+>/g, '\n');
    } else if (/csv/.test(file.type)) {
      text = file.bytes.toString('utf8').split('\n', 1)[0].replaceAll(',', '\n'); // what is below is data
    } else {
      continue;
    }
    for (const fault of wordFaults(text, { api, helper: outsiders.has(roleOf(file.user)), address: file.address }))
      faults.push(`${file.user ?? 'nobody'} ${file.address}: ${fault}`);
  }
  assert.ok(seen.size >= 5, `${seen.size} forms were read`);
  told(faults);
});

// Of each kind of page one for those inside, one for those outside and one for nobody; another where it is built of other parts.
function sample() {
  const chosen = new Map(), shapes = new Set();
  const parts = (html) => [...new Set([...html.slice(html.indexOf('<main')).matchAll(/<(\w+)(?: [^>]*?class="([^"]*)")?/g)].map((m) => `${m[1]}.${m[2] ?? ''}`))].sort().join(' ');
  for (const page of pages) {
    if (only && !only.test(page.kind)) continue;
    const place = `${page.kind} ${page.user === null ? 'nobody' : outsiders.has(roleOf(page.user)) ? 'outside' : 'inside'}`, shape = parts(page.html);
    const have = chosen.get(place) ?? [];
    const generic = page.pattern === '/things/{}/{}' || page.pattern === '/do/{}' || page.pattern === '/things/{}';
    if (have.length >= (generic ? 1 : ALIKE) || (have.length || generic) && shapes.has(shape)) continue;
    shapes.add(shape);
    chosen.set(place, [...have, page]);
  }
  return [...chosen.values()].flat();
}

test('each kind of page, looked at: axe, one filled button, targets, order, 200 % text, at both widths', async () => {
  const todo = sample(), faults = [], begun = Date.now();
  const count = todo.length;
  const tab = async (width, height, list) => {
    const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', bypassCSP: true });
    const page = await context.newPage();
    context.setDefaultTimeout(15000);
    for (const one of list) {
      await context.clearCookies();
      if (one.cookie) await context.addCookies([{ name: one.cookie.split('=')[0], value: one.cookie.slice(one.cookie.indexOf('=') + 1), url: scene.origin }]);
      await page.goto(scene.origin + one.address);
      for (const fault of await page.evaluate(looked, { phone: width < 500 })) faults.push(`${one.user ?? 'nobody'} ${one.address} at ${width}: ${fault}`);
      const found = await page.evaluate(`(async () => { ${axe}; return await axe.run(document, { resultTypes: ['violations'] }); })()`);
      for (const v of found.violations)
        if (v.impact === 'serious' || v.impact === 'critical') faults.push(`${one.user ?? 'nobody'} ${one.address} at ${width}: axe ${v.id}: ${v.nodes[0].html.slice(0, 160)}`);
      const wide = await page.evaluate(() => {
        document.documentElement.style.fontSize = '200%';
        const over = document.documentElement.scrollWidth - innerWidth;
        if (over <= 0) return null;
        const worst = [...document.body.querySelectorAll('*')].filter((e) => !e.closest('.scroll') || e.matches('.scroll')).map((e) => [e.getBoundingClientRect().right, e]).sort((a, b) => b[0] - a[0])[0][1];
        return `${over} pixels too wide at 200 % text: ${worst.outerHTML.slice(0, 140)}`;
      });
      if (wide) faults.push(`${one.user ?? 'nobody'} ${one.address} at ${width}: ${wide}`);
    }
    await context.close();
  };
  const share = (k, n) => todo.filter((_, i) => i % n === k);
  await Promise.all([0, 1].flatMap((k) => [tab(1366, 768, share(k, 2)), tab(360, 780, share(k, 2))]));
  console.log(`${count} of ${pages.length} pages looked at, at both widths, in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  told(faults);
});

test('大字 stays, on every page, without script', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 }, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${scene.origin}/law?x=1`);
  const size = () => page.locator('main').evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
  assert.equal(await size(), 16);
  await page.click('button:has-text("大字")');
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/law?x=1', 'back where it was');
  assert.equal(await size(), 20);
  await page.goto(`${scene.origin}/public`);
  assert.equal(await size(), 20);
  await page.click('button:has-text("标准字号")');
  assert.equal(await size(), 16);
  for (const back of ['//elsewhere.example/', 'https://elsewhere.example/', '/\\elsewhere.example', '/a\nb: c']) {
    const answer = await fetch(`${scene.origin}/look`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ large: '1', back }) });
    assert.equal(answer.headers.get('location'), '/', back);
  }
  await context.close();
});

test('contrast of the tokens: 4.5 on their grounds, 7 in the field', () => {
  const css = readFileSync(join(here, '../../src/web/css/tokens.css'), 'utf8');
  const colour = Object.fromEntries([...css.matchAll(/--([\w-]+): (#[0-9a-f]{3,6});/g)].map((m) => [m[1], m[2]]));
  const light = (hex) => {
    const full = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join('') : hex.slice(1);
    const [r, g, b] = [0, 2, 4].map((i) => parseInt(full.slice(i, i + 2), 16) / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => { const [x, y] = [light(colour[a]), light(colour[b])].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const faults = [], want = (a, b, least) => { if (!(ratio(a, b) >= least)) faults.push(`--${a} on --${b}: ${ratio(a, b).toFixed(2)} < ${least}`); };
  for (const text of ['ink', 'soft', 'blue', 'blue-deep', 'red', 'amber', 'green']) for (const ground of ['paper', 'desk', 'raised', 'blue-soft']) want(text, ground, 4.5);
  for (const hue of ['blue', 'red', 'amber', 'green']) want(hue, `${hue}-soft`, 4.5);
  for (const ground of ['blue', 'blue-deep']) want('on-blue', ground, 4.5);
  want('on-blue-soft', 'blue-deep', 4.5);
  for (const edge of ['edge', 'focus', 'amber-mark']) want(edge, 'paper', 3); // what is no text: SC 1.4.11
  for (const text of ['ink', 'soft', 'blue', 'red', 'green', 'amber']) { want(`field-${text}`, 'field-paper', 7); want('field-paper', `field-${text}`, 7); }
  told(faults);
  for (const sheet of ['base', 'desk', 'field', 'roles', 'outside', 'scenes', 'flights'])
    for (const [found] of readFileSync(join(here, `../../src/web/css/${sheet}.css`), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/[:\s](#[0-9a-f]{3,8}|rgba?\([^)]*\))(?=[;\s,}])/g))
      faults.push(`${sheet}.css has a colour of its own: ${found.trim()}`);
  told(faults);
});
