// The page that checks case bundles, in Chromium, from disk: a bundle made by the program is proven, dozens of changed ones are
// not, and both say what the program says; nothing goes to the network; pictures and documents open; keyboard and axe; 360 px.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { tmpdir } from 'node:os';
import { launch, startScene } from './scene.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const build = resolve(dirname(process.env.XIEZHI_BROWSER_SCENE), '../..'), program = join(build, 'xiezhi');
const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-checker-'));
const own = join(folder, 'checker.html'), bundle = join(folder, 'k1.zip');
let browser, page;
const asked = [];

const run = (...args) => new Promise((done) => execFile(program, args, { maxBuffer: 64 << 20 }, (e, out, err) =>
  done({ status: e ? e.code : 0, out: String(out), err: String(err) })));
const verify = async (path) => JSON.parse((await run('verify', '--json', path)).out.split('\n')[0]);

before(async () => {
  mkdirSync(pictures, { recursive: true });
  const parts = ['01-bureau', '02-agreement', '03-draft', '04-task', '05-plan', '06-notice', '07-officers-enter', '08-helper-enters', '09-clue',
    '10-visit-ends', '11-case', '12-verified', '13-record', '14-paid', '15-papers', '16-decision', '17-sealed'];
  const story = parts.map((part) => readFileSync(join(here, '../stories/parts', `${part}.jsonl`), 'utf8')).join('');
  const now = (minutes) => new Date(Date.now() + minutes * 60000).toISOString();
  const leave = [
    { at: now(-2), by: 'dang', act: 'export.request', id: 'x1', what: 'case', format: 'zip', filters: 'case=k1', purpose: '移送法院' },
    { at: now(-1), by: 'han', act: 'export.approve', request: 'x1' }].map((line) => JSON.stringify(line)).join('\n');
  const scene = await startScene(folder, `${story}${leave}\n`, join(folder, 'store'));
  await scene.stop();
  const made = await run('export', '--db', `sqlite:${join(folder, 'store/scene.db')}`, '--case', 'k1', '--by', 'dang', '--purpose', '移送法院', '--out', bundle);
  assert.equal(made.status, 0, made.out + made.err);
  const written = await run('verify', '--page', own);
  assert.equal(written.status, 0, written.out + written.err);
  browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  context.setDefaultTimeout(60000);
  page = await context.newPage();
  page.on('request', (r) => { if (!/^(file|blob|data):/.test(r.url())) asked.push(r.url()); });
  page.on('pageerror', (e) => asked.push(`error: ${e.message}`));
  page.on('console', (m) => { if (m.type() === 'error') asked.push(`console: ${m.text()}`); });
  await page.goto(pathToFileURL(own).href);
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function check(bytes, name = 'bundle.zip') {
  await page.evaluate(() => document.getElementById('result').replaceChildren());
  await page.setInputFiles('#file', { name, mimeType: 'application/zip', buffer: Buffer.from(bytes) });
  await page.waitForSelector('#verdict');
  return page.textContent('#verdict');
}

async function picture(name) {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.screenshot({ path: join(pictures, `${name}-1366.png`), fullPage: true });
  await page.setViewportSize({ width: 360, height: 780 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360, `${name} is wider than a phone`);
  await page.screenshot({ path: join(pictures, `${name}-360.png`), fullPage: true });
  await page.setViewportSize({ width: 1366, height: 768 });
}

async function accessible(name) {
  const frame = page.mainFrame();
  // The page's policy allows no foreign script, so axe comes in by the debugging protocol, beside it.
  const axe = readFileSync(join(here, '../../node_modules/axe-core/axe.min.js'), 'utf8');
  const result = await frame.evaluate(`(async () => { ${axe}; return await axe.run(document, { resultTypes: ['violations'] }); })()`);
  assert.deepEqual(result.violations.map((v) => `${v.id}: ${v.nodes[0].html}`), [], name);
}

test('the page in the bundle is the page of the program', async () => {
  const bytes = readFileSync(bundle), html = readFileSync(own);
  assert.ok(bytes.includes(html));
  assert.ok(html.includes('请用法院自己保存的本页核验'));
});

test('a bundle of the program is proven, with what is not proven beside it', async () => {
  await accessible('before');
  assert.equal(await check(readFileSync(bundle)), '核验通过：原样未动');
  const text = await page.textContent('#result'), out = (await run('verify', bundle)).out;
  for (const words of ['没有改动', '先后次序', '全程陪同'])
    assert.ok(text.includes(words) && out.includes(words), words);
  for (const words of ['照片、数据是否反映真相', '有没有应当入卷而没有入卷的', '密钥在谁手里', '卷内目录', '时间线', '行政处罚决定书'])
    assert.ok(text.includes(words), words);
  const print = (await page.textContent('#fingerprint')).replaceAll(' ', '');
  assert.match(out, new RegExp(print.replace(/(.{4})(?!$)/g, '$1 ')));
  for (const word of ['undefined', 'null', 'NaN', '[object'])
    assert.ok(!text.includes(word), word);
  await accessible('after');
  await picture('checker-sound');
});

test('the fingerprint of the cover: the same, another, and half of one', async () => {
  const print = await page.textContent('#fingerprint');
  await page.fill('#key', print);
  assert.equal(await check(readFileSync(bundle)), '核验通过：原样未动');
  assert.ok((await page.textContent('#result')).includes('与您填写的指纹一致'));
  await page.fill('#key', print.replace(/^./, (d) => (d === '0' ? '1' : '0')));
  assert.equal(await check(readFileSync(bundle)), '核验未通过');
  assert.ok((await page.textContent('#result')).includes('不是要求的那一把'));
  await page.fill('#key', 'abc');
  await page.locator('#key').blur();
  assert.ok((await page.textContent('#key-fault')).includes('64位'));
  await page.fill('#key', '');
});

test('forty changed bundles: what the page says is what the program says', async () => {
  const bytes = readFileSync(bundle), path = join(folder, 'changed.zip');
  let seed = 20260307;
  const random = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
  for (let i = 0; i < 40; i++) {
    const changed = Buffer.from(bytes), at = i % 2 ? random(bytes.length) : bytes.length - 1 - random(Math.floor(bytes.length / 4));
    changed[at] ^= 1 + random(255);
    writeFileSync(path, changed);
    const want = await verify(path);
    assert.equal(await check(changed), '核验未通过', `byte ${at}`);
    const text = await page.textContent('#result');
    assert.ok(text.includes(want.why), `byte ${at}: ${want.why} is not in ${text}`);
    assert.ok(text.includes(want.bad) && text.includes(want.member), `byte ${at}`);
    assert.ok(want.offset < 0 || text.includes(`第${want.offset}字节`), `byte ${at}`);
  }
  await picture('checker-bad');
  await accessible('bad');
});

test('by drag and drop, by keyboard, on paper, the time line searched', async () => {
  const data = await page.evaluateHandle((b64) => {
    const bytes = Uint8Array.from(atob(b64), (c) => c.charCodeAt(0)), t = new DataTransfer();
    t.items.add(new File([bytes], 'dropped.zip'));
    return t;
  }, readFileSync(bundle).toString('base64'));
  await page.evaluate(() => document.getElementById('result').replaceChildren());
  await page.dispatchEvent('#drop', 'drop', { dataTransfer: data });
  await page.waitForSelector('#verdict');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'verdict', 'the verdict takes the focus');
  assert.ok((await page.textContent('#result')).includes('dropped.zip'));
  const before = await page.locator('.line > li').count();
  await page.fill('#line-text', '送达');
  const found = await page.locator('.line > li').count();
  assert.ok(found > 0 && found < before);
  await page.fill('#line-text', '');
  await page.keyboard.press('Tab');
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY');
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.locator('#choose').isHidden());
  const pdf = await page.pdf({ format: 'A4' });
  assert.ok(pdf.length > 20000);
  await page.emulateMedia({ media: 'screen' });
});

test('nothing was asked of any network, nothing broke', () => assert.deepEqual(asked, []));

test('an original opens from the ZIP, with its time and who stood beside the helper', async () => {
  await new Promise((done, failed) => execFile(join(build, 'tests/bundle/checker_peer'), [folder, '0', '1', '0'], (e) => (e ? failed(e) : done())));
  await check(readFileSync(join(folder, 'bundle.zip')));
  const figure = await page.textContent('.photos figure');
  assert.ok(figure.includes('拍摄时间：2026年3月5日 10:00:00') && figure.includes('有人陪同，在场2026年3月5日 09:31'), figure);
  assert.ok(figure.startsWith('现场照片拍摄时间'), 'called as in the file');
  const wide = await page.evaluate(() => [...document.querySelectorAll('.photos figure')].filter((f) => f.scrollWidth > f.clientWidth).length);
  assert.equal(wide, 0, 'who stood there is cut off');
  const [tab] = await Promise.all([page.context().waitForEvent('page'), page.click('.photos a')]);
  assert.match(tab.url(), /^blob:/);
  const bytes = await page.evaluate(async (url) => [...new Uint8Array(await (await fetch(url).catch(() => null))?.arrayBuffer?.() ?? [])], await page.getAttribute('.photos a', 'href')).catch(() => []);
  assert.deepEqual(bytes, [], 'the policy lets no script fetch anything, not even this');
  await tab.close();
});
