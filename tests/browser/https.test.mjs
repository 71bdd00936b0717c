// Through nginx with the shipped configuration and a certificate of the site authority: a phone is prepared, a service worker lives at
// https and nowhere else; pages weigh what they may, cold and warm; the first paint on a slow phone.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';
import { frontThere, launchTrusting, siteAuthority, startFront } from './front.mjs';
import { outsideStory } from './outside_story.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(join(here, '../../node_modules/axe-core/axe.min.js'), 'utf8');
const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-https-'));
const skip = frontThere() ? false : 'nginx is not installed (packaging/packages-test.txt)';
let scene, front, browser;

before(async () => {
  if (skip) return;
  mkdirSync(pictures, { recursive: true });
  const authority = siteAuthority();
  process.env.XIEZHI_SITE_CA = join(authority, 'tls/ca.crt');
  scene = await startScene(folder, outsideStory());
  delete process.env.XIEZHI_SITE_CA;
  front = await startFront(authority, Number(new URL(scene.origin).port));
  browser = await launchTrusting(front, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream');
});

after(async () => {
  await browser?.close();
  await front?.stop();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 }, locale: 'zh-CN', ...options });
  context.setDefaultTimeout(15000);
  return context.newPage();
}

async function picture(page, name) {
  for (const [width, height] of [[1366, 768], [360, 780]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
  }
}

test('a browser that does not know the authority is warned', { skip }, async () => {
  const other = await launch();
  const page = await other.newPage();
  await assert.rejects(page.goto(`${front.origin}/prepare`), /ERR_CERT/);
  await other.close();
});

test('on plain HTTP it says in red that nothing works offline; without script it explains', { skip }, async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.goto(`${front.plain}/prepare`);
  const red = page.locator('.alert[data-plain]');
  assert.match(await red.innerText(), /本机不能离线使用/);
  assert.equal(await red.evaluate((e) => getComputedStyle(e).color), 'rgb(163, 32, 28)');
  const text = await page.locator('main').innerText();
  for (const words of ['离线使用', '相机', '位置', '存储空间', '时钟', '没有运行脚本']) assert.ok(text.includes(words), words);
  assert.equal(await page.locator('details').count(), 8, 'three kinds of phone and five remedies');
  assert.match(await page.locator('.print').innerText(), /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  const certificate = await page.request.get(`${front.plain}/prepare/ca.crt`);
  assert.equal(await certificate.text(), readFileSync(join(front.folder, 'tls/ca.crt'), 'utf8'));
  await picture(page, 'prepare-plain');
  await page.goto(`${front.plain}/law`).catch(() => {}); // leads to the standard port, where nobody listens here
  await page.context().close();
});

test('over HTTPS all five are tried, and pass', { skip }, async () => {
  const page = await open({ permissions: ['camera', 'geolocation'], geolocation: { latitude: 30.6, longitude: 114.3, accuracy: 12 } });
  await page.goto(`${front.origin}/prepare`);
  assert.equal(await page.locator('[data-plain]').count(), 0);
  assert.equal(await page.locator('h1').count(), 1);
  assert.equal(await page.locator('button.primary:visible').count(), 1);
  await page.click('[data-all]');
  await page.locator('[data-said].fine, [data-said].alert').waitFor();
  const results = await page.locator('[data-check]').evaluateAll((all) => all.map((e) => `${e.dataset.check} ${e.className}: ${e.querySelector('[data-result]').textContent}`));
  for (const name of ['worker', 'camera', 'place', 'clock']) assert.ok(results.some((r) => r.startsWith(`${name} good`)), results.join('\n'));
  assert.match(results.find((r) => r.startsWith('storage')), /还能存约\d+张照片/);
  await picture(page, 'prepare');
  await page.context().close();
});

test('a clock that is off and a position that is refused are told with their remedy', { skip }, async () => {
  const page = await open({ permissions: ['camera'] });
  await page.addInitScript(() => { const now = Date.now; Date.now = () => now() + 95000; });
  await page.goto(`${front.origin}/prepare`);
  await page.click('[data-all]');
  await page.locator('[data-said].alert').waitFor();
  assert.match(await page.locator('[data-check=clock] [data-result]').innerText(), /比服务器快9[45]秒/);
  assert.ok(await page.locator('[data-check=clock] details').evaluate((e) => e.open));
  assert.match(await page.locator('[data-check=place] [data-result]').innerText(), /没有允许使用位置/);
  await picture(page, 'prepare-faults');
  await page.context().close();
});

test('accessible', { skip }, async () => {
  const page = await open({ bypassCSP: true });
  await page.goto(`${front.origin}/prepare`);
  const result = await page.evaluate(`(async () => { ${axe}; return await axe.run(document, { resultTypes: ['violations'] }); })()`);
  assert.deepEqual(result.violations.map((v) => `${v.id}: ${v.nodes[0].html}`), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360);
  await page.context().close();
});

// Bytes on the wire by the browser's own account, cold (nothing kept) and warm (the second page of a session).
async function weigh(page, path) {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  session.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
  await session.send('Network.enable');
  await page.goto(front.origin + path, { waitUntil: 'networkidle' });
  await session.detach();
  return bytes;
}

test('weight: a normal page within 100 KB cold and 15 KB warm, the notice within 30 KB', { skip }, async () => {
  const page = await open();
  await signIn(page, front.origin, 'wei');
  const code = await (async () => {
    await page.goto(`${front.origin}/things/notices/n1`);
    return page.locator('a[href^="/n/"]').first().getAttribute('href');
  })();
  const state = await page.context().storageState();
  await page.context().close();
  for (const path of ['/', '/todo', '/things/entrustments', '/things/notices/n1']) {
    const fresh = await open({ storageState: state });
    const cold = await weigh(fresh, path), warm = await weigh(fresh, path);
    assert.ok(cold > 1000 && cold <= 100000, `${path} cold: ${cold}`);
    assert.ok(warm > 500 && warm <= 15000, `${path} warm: ${warm}`);
    await fresh.context().close();
  }
  const scanned = await open();
  const bytes = await weigh(scanned, code);
  assert.ok(bytes > 1000 && bytes <= 30000, `notice: ${bytes}`);
  await scanned.context().close();
});

async function firstPaint(path) {
  const page = await open();
  const session = await page.context().newCDPSession(page);
  await page.goto(`${front.origin}/method`); // the connection and the process are there; nothing of the page is
  await session.send('Network.enable');
  await session.send('Network.clearBrowserCache');
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 });
  await page.goto(front.origin + path);
  const paint = await page.evaluate(() => new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntriesByName('first-contentful-paint')[0]?.startTime))
      .observe({ type: 'paint', buffered: true });
  }));
  await page.context().close();
  return paint;
}

// The best of five: what else the machine does is not the page's.
test('first contentful paint within a second at a quarter of the processor and slow 4G', { skip }, async () => {
  for (const path of ['/sign-in', '/public', '/prepare']) {
    let best = Infinity;
    for (let i = 0; i < 5 && best > 1000; i++) best = Math.min(best, await firstPaint(path));
    console.log(`${path}: first contentful paint ${Math.round(best)} ms`);
    assert.ok(best <= 1000, `${path}: ${best} ms`);
  }
});
