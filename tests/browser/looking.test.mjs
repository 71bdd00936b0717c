// Statistics, targeting and integrity in Chromium without script: every figure is opened and its rows add up to it, page by page and in
// the workbook; a company's place is explained; a finding is read by discipline alone; the method by everybody. axe; 1366 and 360 pixels.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';
import { day, story } from './story.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(join(here, '../../node_modules/axe-core/axe.min.js'), 'utf8');
const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-looking-'));
const found = { at: `${day(-2)}T12:00:00+08:00`, by: 'detector', act: 'integrity.find', id: 'ig-1', kind: 'text_reuse', about: 'provider:blueline',
  agency: 'wuhan', score: 800, text: '报告中有十二段与另一份材料相同。', checks: [{ name: 'template_text', holds: false }] };
let scene, browser, origin;

before(async () => {
  mkdirSync(pictures, { recursive: true });
  scene = await startScene(folder, `${story().trimEnd()}\n${JSON.stringify(found)}\n`);
  origin = scene.origin;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function signedIn(user, options = { javaScriptEnabled: false }) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', ...options });
  context.setDefaultTimeout(10000);
  const page = await context.newPage();
  if (!user) return page;
  await signIn(page, origin, user);
  return page;
}

async function picture(page, name) {
  for (const [width, height] of [[360, 780], [1366, 768]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(pictures, `looking-${name}-${width}.png`), fullPage: true });
  }
}

const hundredths = (text) => Math.round(Number(text.replace(/[^0-9.-]/g, '')) * 100);

// The rows of a figure's page and of those behind it.
async function rowsSum(page) {
  for (let sum = 0, pages = 1; ; pages++) {
    assert.ok(pages < 50, 'pages come to an end');
    for (const cell of await page.locator('#rows td[data-label="数值"]').allInnerTexts()) sum += hundredths(cell);
    const next = page.locator('#rows a[rel=next]');
    if (!await next.count()) return sum;
    await next.click();
  }
}

test('every figure opens to rows that add up to it', async () => {
  const page = await signedIn('han');
  await page.goto(`${origin}/statistics?from=${day(-100)}&to=${day(0)}`);
  await picture(page, 'figures');
  const list = page.url(), n = await page.locator('tbody tr').count();
  let more = 0;
  assert.ok(n >= 15);
  for (let i = 0; i < n; i++)
    for (const part of ['分子', '分母']) {
      await page.goto(list);
      const cell = page.locator('tbody tr').nth(i).locator(`td[data-label="${part}"]`), shown = await cell.innerText();
      if (!await cell.locator('a').count()) continue;
      await cell.locator('a').click();
      const sum = await rowsSum(page);
      assert.equal(sum, hundredths(shown), `${page.url()} shows ${shown}`);
      more += sum > 0;
    }
  assert.ok(more >= 4, `${more} figures had rows`);
  await page.goto(list);
  await page.click('tbody a:has-text("协议支付率")');
  await page.click('#rows a:has-text("分母")');
  await picture(page, 'figure');
  const row = page.locator('#rows tbody tr').first();
  await row.locator('a').click();
  assert.match(page.url(), /\/things\/agreements\/a1/);
});

test('as workbook and CSV', async () => {
  const page = await signedIn('han');
  await page.goto(`${origin}/statistics`);
  for (const [words, head] of [['导出（XLSX）', 'PK'], ['导出（CSV）', '\ufeff指标']]) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(`a:has-text("${words}")`)]);
    const text = readFileSync(await download.path(), words.includes('XLSX') ? 'latin1' : 'utf8');
    assert.ok(text.startsWith(head), words);
  }
});

test('a place in the order is explained to its last term', async () => {
  const page = await signedIn('wei');
  await page.goto(`${origin}/targets`);
  const score = await page.locator('td[data-label="分值"]').first().innerText();
  await picture(page, 'targets');
  await page.click('td[data-label="对象"] a');
  const text = await page.locator('main').innerText();
  assert.match(text, /江汉化工/);
  assert.ok(text.includes(score), `${score} stands on the subject's page`);
  assert.doesNotMatch(text, /null|undefined|NaN/);
  await picture(page, 'target');
  await page.locator('main summary').first().click();
  await page.locator('main details a[href^="/method"]').first().click();
  assert.equal(await page.locator('h1').innerText(), '计算方法');
});

test('a finding is discipline’s alone', async () => {
  const page = await signedIn('qin');
  await page.goto(`${origin}/integrity`);
  assert.match(await page.locator('main').innerText(), /十二段与另一份材料相同/);
  await picture(page, 'integrity');
  await page.click('td[data-label="类别"] a');
  assert.match(page.url(), /integrity-findings\/ig-1/);
  for (const user of ['han', 'wei', 'bl-lead']) {
    const other = await signedIn(user);
    assert.equal((await other.goto(`${origin}/integrity`)).status(), 403, user);
    assert.equal((await other.goto(`${origin}/things/integrity-findings/ig-1`)).ok(), false, user);
    await other.context().close();
  }
});

test('the method is everybody’s', async () => {
  const page = await signedIn(null);
  await page.goto(`${origin}/public`);
  await page.click('footer a:has-text("计算方法")');
  const text = await page.locator('main').innerText();
  for (const words of ['抽取权重', '不低于平均机会的', '依法拒绝', '检查覆盖率', '在册对象']) assert.ok(text.includes(words), words);
  assert.doesNotMatch(text, /江汉化工|蓝线|null|NaN/);
  await picture(page, 'method');
});

test('accessible', async () => {
  const pages = [['han', ['/statistics', '/statistics/spend-agreement?part=denominator', '/statistics/coverage', '/targets', '/targets/jiang']],
    ['qin', ['/integrity', '/statistics']], [null, ['/method']]];
  for (const [user, paths] of pages) {
    const page = await signedIn(user, { bypassCSP: true });
    for (const path of paths) {
      await page.goto(origin + path);
      await page.setViewportSize({ width: 360, height: 780 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360, `${path} is wider than a phone`);
      const result = await page.evaluate(`(async () => { ${axe}; return await axe.run(document, { resultTypes: ['violations'] }); })()`);
      assert.deepEqual(result.violations.map((v) => `${path} ${v.id}: ${v.nodes[0].html}`), []);
    }
    await page.context().close();
  }
});
