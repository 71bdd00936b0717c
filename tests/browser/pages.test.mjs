// Every page of the demo province that a role reaches along links. All of them are read: no dead link, one h1, one main action, no word that
// should not stand there, on pages, in PDF, in the headers of exports. One of each kind is opened in Chromium at 1366 and 360 pixels: axe, one
// filled button, targets of 48 pixels on the phone, reading order as seen, and text of 200 % without sideways scrolling.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { LIMIT_PICTURE, manual, pagesOfManual } from './manual.mjs';
import { launch } from './scene.mjs';
import { faults as looked, largeText } from './page_rules.mjs';
import { outsiders, wordFaults } from './page_words.mjs';
import { pagePatterns, startDemo, walk, words } from './walk.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(join(here, '../../node_modules/axe-core/axe.min.js'), 'utf8');
const only = process.env.PAGES_ONLY && new RegExp(process.env.PAGES_ONLY); // while mending: kinds of page that match
const TABS = 3, ALIKE = 2;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-pages-'));
let scene, browser;
const pages = [], files = [], dead = [], reached = new Set();

// Where no link leads, and why; everything else that the server answers with a page must be reached by somebody.
const unlinked = new Map([
  ['/audit/{}', 'after an upload (audit.test.mjs)'], ['/audit/{}/findings', 'after an upload (audit.test.mjs)'], ['/import/{}', 'after an upload (import.test.mjs)'], ['/import/{}/errors', 'after an upload (import.test.mjs)'],
  ['/n/{}/receipts/{}', 'after an objection'], ['/v/{}', 'from the code on paper'], ['/n/{}/file', 'once the paper is fixed'],
  ['/n/{}/rating', 'once the helpers have left (outside.test.mjs)'], ['/n/{}/secret', 'once the helpers have left (outside.test.mjs)'],
  ['/prepare/ca.crt', 'where a site has its own certificate'], ['/prepare/clock', 'asked by the page'], ['/prepare/worker.js', 'asked by the page'],
  ['/flights/{}/see', 'from a point of a picture (flight.test.mjs)'], ['/scenes/findings/{}/{}', 'a picture of the page'], ['/flights/{}/photos/{}/{}/file', 'a picture of the page'], ['/captures/{}/file', 'once a phone has sent one (field.test.mjs)'],
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
  // Helpers and companies first: what they read is looked at hardest.
  const outside = scene.people.filter((p) => outsiders.has(p.role)), inside = scene.people.filter((p) => !outsiders.has(p.role));
  const everybody = [null, ...[...outside, ...inside].map((p) => p.user)], met = new Map();
  await Promise.all([0, 1].map(async () => { while (everybody.length) { const user = everybody.shift(); await walk(scene, user, user === 'wuhan-o1' ? 2 : 1, keep, met); } }));
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// A fault is `WHERE: WHAT`; many pages with the same fault are one line.
const told = (faults) => {
  const by = new Map();
  for (const fault of new Set(faults)) {
    const cut = fault.indexOf(': '), what = fault.slice(cut + 2);
    by.set(what, [...(by.get(what) ?? []), fault.slice(0, cut)]);
  }
  const lines = [...by].sort((a, b) => b[1].length - a[1].length).map(([what, where]) => `${what}\n      ${where.length === 1 ? '' : `${where.length} pages, e.g. `}${where.slice(0, 2).join(', ')}`);
  assert.equal(lines.length, 0, `${lines.length} faults\n${lines.join('\n')}`);
};

test('no link leads nowhere, and every page of the server is reached by somebody', () => {
  assert.ok(pages.length > 1000, `${pages.length} pages`);
  told([...dead, ...pagePatterns.filter((p) => !reached.has(p) && !unlinked.has(p)).map((p) => `${p}: nobody reaches it`)]);
});

test('one h1 and one main action on every page', () => {
  const faults = [];
  for (const { user, address, html } of pages) {
    if (/<body class="field"/.test(html)) continue; // a module draws it: looked at below, and in field.test.mjs
    const main = html.slice(html.indexOf('<main'), html.indexOf('</main>'));
    const h1 = (html.match(/<h1[ >]/g) ?? []).length, primary = (main.match(/class="(?:[^"]* )?primary(?: [^"]*)?"/g) ?? []).length;
    if (h1 !== 1) faults.push(`${user ?? 'nobody'} ${address}: ${h1} h1`);
    if (primary !== 1) faults.push(`${user ?? 'nobody'} ${address}: ${primary} main actions`);
  }
  told(faults);
});

test('words of pages', async () => {
  const accounts = new Set(scene.people.map((p) => p.user));
  const api = await (await fetch(`${scene.origin}/api/openapi.json`)).json(), faults = [];
  for (const page of pages)
    for (const fault of wordFaults(words(page.html), { names: accounts, plain: words(page.html, false), api, helper: outsiders.has(roleOf(page.user)), address: page.address }))
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
      text = execFileSync('unzip', ['-p', path, 'xl/worksheets/sheet1.xml'], { maxBuffer: 64 << 20 }).toString().split('</row>', 1)[0].replace(/<[^>]+>/g, '\n'); // strings stand in the cells
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

// Both widths of one load: what is drawn for one is hidden in the other. Of pages that are alike, axe sees one width each, by turns.
let turn = 0;
async function look(page, one, faults) {
  const alike = /^\/(?:things|do)\//.test(one.pattern), skipped = alike && (turn++ % 2 ? 360 : 1366);
  await page.setViewportSize({ width: 1366, height: 768 });
  const answer = await page.goto(scene.origin + one.address);
  if (answer.status() !== 200) { // it was 200 when it was walked
    faults.push(`${one.user ?? 'nobody'} ${one.address}: answers ${answer.status()} in the browser: ${(await page.locator('body').innerText()).replace(/\s+/g, ' ').slice(0, 200)}`);
    return;
  }
  if (await page.locator('body.field').count()) await page.locator('.primary').first().waitFor(); // a module draws it
  await page.evaluate(axe);
  for (const [width, height] of [[1366, 768], [360, 780]]) {
    if (width === 360) await page.setViewportSize({ width, height });
    const where = `${one.user ?? 'nobody'} ${one.address} at ${width}`;
    for (const fault of await page.evaluate(looked, { phone: width === 360 })) faults.push(`${where}: ${fault}`);
    const found = width === skipped ? { violations: [] } : await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    for (const v of found.violations)
      if (v.impact === 'serious' || v.impact === 'critical') faults.push(`${where}: axe ${v.id} ${v.nodes[0].html.slice(0, 160)}`);
    const wide = await page.evaluate(largeText);
    if (wide) faults.push(`${where}: ${wide}`);
  }
}

test('each kind of page, looked at: axe, one filled button, targets, order, 200 % text, at both widths', async () => {
  const todo = sample(), faults = [], begun = Date.now(), count = todo.length;
  await Promise.all(Array.from({ length: TABS }, async () => {
    const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', bypassCSP: true });
    const page = await context.newPage();
    context.setDefaultTimeout(20000);
    let cookie;
    while (todo.length) {
      const one = todo.shift();
      if (one.cookie !== cookie) {
        await context.clearCookies();
        cookie = one.cookie;
        if (cookie) await context.addCookies([{ name: cookie.split('=')[0], value: cookie.slice(cookie.indexOf('=') + 1), url: scene.origin }]);
      }
      await look(page, one, faults);
    }
    await context.close();
  }));
  console.log(`${count} of ${pages.length} pages looked at, at both widths, in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  told(faults);
});

test('boundaries are drawn for those inside only', () => {
  const maps = pages.filter((p) => p.html.includes('class="picture map"'));
  const inside = (p) => p.user !== null && !outsiders.has(roleOf(p.user));
  assert.ok(maps.some((p) => inside(p) && p.html.includes('<path class="border"')) && maps.some((p) => !inside(p)), 'maps of both kinds');
  told(maps.filter((p) => !inside(p) && /<path class="(?:border|city)"/.test(p.html)).map((p) => `${p.user ?? 'nobody'} ${p.address}: a boundary without an examination number`));
});

// What is wrong with a page that has it all: a check that finds nothing anywhere must find it here.
test('the checks see what they are for', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 } }), page = await context.newPage();
  await page.setContent(`<!doctype html><html lang="zh"><title>x</title><main><h1>一</h1><h1>二</h1>
    <p><button style="background:#17507f;color:#fff;height:20px">甲</button><a href="#" style="background:#222;color:#fff">乙</a></p>
    <div style="display:flex;flex-direction:column-reverse"><p>先读</p><p>先见</p></div><div style="display:flex"><p style="order:2">左</p><p style="order:1">右</p></div>
    <div style="width:14em;white-space:nowrap">第三方辅助执法管理系统</div></main>`);
  const found = (await page.evaluate(looked, { phone: true })).join('\n'), wide = await page.evaluate(largeText);
  for (const words of ['2 h1', '2 filled', 'target', '先见', '右']) assert.ok(found.includes(words), `${words} in ${found}`);
  assert.match(wide ?? '', /too wide at 200 %/);
  await context.close();
  const api = { enum: ['accepted'] }, faults = (text, more = {}) => wordFaults(text, { api, helper: false, address: '/x', ...more }).length;
  for (const bad of ['第三方检查人员', '辅助执法人员', '委托检查', '操作失败', '未知错误', 'null', '3 undefined', 'NaN', '状态 accepted', '3日内答复', '三十日内', '剩余5天', '7 日'])
    assert.equal(faults(bad), 1, bad);
  assert.equal(faults('违法事实', { helper: true }), 1);
  assert.equal(faults('违法事实', { address: '/monitor/findings' }), 1);
  for (const fine of ['辅助检查人员名录', '陪同执法人员', '3个工作日内', '三十个自然日内', '2026年3月2日前', '3月2日内', 'accepted-1', '违法事实'])
    assert.equal(faults(fine), 0, fine);
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

test('on paper there is no frame, and nothing to press', async () => {
  const one = pages.find((p) => p.pattern === '/things/{}/{}' && p.html.includes('class="button')), context = await browser.newContext({ viewport: { width: 794, height: 1123 } });
  if (one.cookie) await context.addCookies([{ name: one.cookie.split('=')[0], value: one.cookie.slice(one.cookie.indexOf('=') + 1), url: scene.origin }]);
  const page = await context.newPage();
  await page.goto(scene.origin + one.address);
  assert.ok(await page.locator('header.frame').isVisible());
  await page.emulateMedia({ media: 'print' });
  for (const gone of ['header.frame', 'footer', '.actions']) assert.ok(!await page.locator(gone).first().isVisible(), gone);
  assert.ok(await page.locator('h1').isVisible());
  await context.close();
});

test('the manual: a page for each role, real pictures in both sizes, no more than 60 KB each', () => {
  const faults = [], index = readFileSync(join(manual, '../index.md'), 'utf8'), taken = new Set(readdirSync(join(manual, 'picture')).map((f) => f.replace('.webp', '')));
  const roles = ['officer-desk', 'officer-phone', 'head', 'legal', 'procurement', 'finance', 'archivist', 'discipline', 'province', 'provider', 'member', 'expert', 'company',
    'public', 'system-admin', 'security-admin', 'auditor'];
  const all = pagesOfManual(), wanted = new Set(all.flatMap((p) => p.asked.flatMap((a) => [`${a.picture}-desk`, `${a.picture}-phone`])));
  for (const role of roles) if (!all.some((p) => p.name === `${role}.md`) || !index.includes(`(manual/${role}.md)`)) faults.push(`${role}: no page, or the index does not lead there`);
  for (const { name, text, asked, shown } of all) {
    if (!asked.length) faults.push(`${name}: shows nothing`);
    for (const picture of shown) if (!wanted.has(picture) || !taken.has(picture)) faults.push(`${name}: ${picture} is not taken`);
    for (const { picture } of asked) for (const size of ['desk', 'phone']) if (!shown.includes(`${picture}-${size}`)) faults.push(`${name}: ${picture}-${size} is taken and not shown`);
    for (const [, target] of text.matchAll(/\]\(((?!http)[^)#]+\.md)/g)) if (!existsSync(join(manual, target))) faults.push(`${name}: no ${target}`);
  }
  for (const picture of taken) {
    if (!wanted.has(picture)) faults.push(`${picture}.webp: nobody shows it`);
    else if (statSync(join(manual, 'picture', `${picture}.webp`)).size > LIMIT_PICTURE) faults.push(`${picture}.webp: more than ${LIMIT_PICTURE} bytes`);
  }
  told(faults);
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
  for (const sheet of readdirSync(join(here, '../../src/web/css')).filter((name) => name !== 'tokens.css'))
    for (const [found] of readFileSync(join(here, '../../src/web/css', sheet), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/[:\s](#[0-9a-f]{3,8}|rgba?\([^)]*\))(?=[;\s,}])/g))
      faults.push(`${sheet} has a colour of its own: ${found.trim()}`);
  told(faults);
});
