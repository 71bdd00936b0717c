// What everybody may read, in Chromium without script, behind the outer door: list, item, search, timeliness, files; the head's preview
// on the way from the inbox; axe; 1366 and 360 pixels.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';
import { story } from './story.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-public-'));
let scene, browser, origin, page;

before(async () => {
  mkdirSync(pictures, { recursive: true });
  scene = await startScene(folder, story());
  origin = scene.origin;
  browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, javaScriptEnabled: false, locale: 'zh-CN' });
  context.setDefaultTimeout(10000);
  page = await context.newPage();
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function picture(name) {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.screenshot({ path: join(pictures, `${name}-1366.png`), fullPage: true });
  await page.setViewportSize({ width: 360, height: 780 });
  await page.screenshot({ path: join(pictures, `${name}-360.png`), fullPage: true });
  await page.setViewportSize({ width: 1366, height: 768 });
}

test('from the inbox to the public: due, previewed, published, withdrawn', async () => {
  await signIn(page, origin, 'han');
  await page.goto(`${origin}/todo`);
  await page.click('a:has-text("公开 第三方辅助执法服务（协议）")');
  await page.click('a:has-text("预览并公开")');
  const seen = await page.textContent('main');
  for (const words of ['下面是公众将看到的全部内容', '1,100,000.00', '不公开的内容', '第三方签署人'])
    assert.ok(seen.includes(words), words);
  assert.ok(!seen.includes('蓝线'), 'no name');
  await picture('public-preview');
  await page.click('a.primary:has-text("公开")');
  await page.click('button.primary');
  assert.ok((await page.textContent('main')).includes('准予'));
  await page.context().clearCookies();
  await page.goto(`${origin}/public`);
  await page.click('a:has-text("协议 a1")');
  const item = await page.textContent('main');
  assert.ok(item.includes('逾期公开') && item.includes('政府采购法实施条例第50条') && item.includes('sm3:') && !item.includes('蓝线'));
  await picture('public-item');
});

test('found by words, counted, and as files whose digests agree', async () => {
  await page.goto(`${origin}/public`);
  await page.fill('#q', '武汉');
  await page.click('button.primary');
  assert.equal(await page.locator('tbody tr').count(), 1);
  await picture('public-list');
  await page.goto(`${origin}/public/timeliness`);
  assert.ok((await page.textContent('main')).includes('逾期未公开'));
  await picture('public-timeliness');
  const index = await (await fetch(`${origin}/public/data/index.json`)).json();
  for (const file of index.files) {
    const answer = await fetch(origin + file.path), bytes = await answer.arrayBuffer();
    assert.equal(answer.headers.get('x-content-sm3'), file.sm3);
    assert.equal(bytes.byteLength, file.bytes);
  }
});

test('accessible', async () => {
  const context = await browser.newContext({ bypassCSP: true, locale: 'zh-CN' }), other = await context.newPage();
  const axe = readFileSync(join(here, '../../node_modules/axe-core/axe.min.js'), 'utf8');
  for (const path of ['/public', '/public?kind=agreement', '/public/timeliness', '/public/data']) {
    await other.goto(origin + path);
    await other.setViewportSize({ width: 360, height: 780 });
    assert.ok(await other.evaluate(() => document.documentElement.scrollWidth) <= 360, `${path} is wider than a phone`);
    const result = await other.evaluate(`(async () => { ${axe}; return await axe.run(document, { resultTypes: ['violations'] }); })()`);
    assert.deepEqual(result.violations.map((v) => `${path} ${v.id}: ${v.nodes[0].html}`), []);
  }
  await context.close();
});
