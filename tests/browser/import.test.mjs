// A sheet of a platform through the page, in Chromium without script: given, its columns understood and one put right, the dry run
// shown before anything is written, done, done again without effect, and the rows that could not be used taken back as a sheet.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';
import { story } from './story.mjs';

const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-import-'));
let scene, browser, origin, page;

const sheet = '\uFEFF湖北省移动执法平台,,,\n单位名称,统一社会信用代码,所属区县,管理口径\n'
  + '甲化工有限公司,,420102,重点\n乙印染有限公司,9.14201E+17,420102,重点\n丙养殖场,,江岸区,一般\n江汉化工有限公司,91420102MA4TE5T136,420102,重点\n';

before(async () => {
  mkdirSync(pictures, { recursive: true });
  scene = await startScene(folder, story());
  origin = scene.origin;
  browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, javaScriptEnabled: false, locale: 'zh-CN' });
  context.setDefaultTimeout(10000);
  page = await context.newPage();
  await signIn(page, origin, 'wei');
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function picture(name) {
  for (const [width, height] of [[360, 780], [1366, 768]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
  }
}

const give = async (name, bytes, kind = 'subjects') => {
  await page.goto(`${origin}/import`);
  await page.selectOption('[name=kind]', kind);
  await page.setInputFiles('#file', { name, mimeType: 'text/csv', buffer: Buffer.from(bytes) });
  await page.click('button.primary');
};

// The page asks again by itself while the import runs.
const finished = async (words) => {
  await page.waitForSelector(`h2:has-text("${words}")`);
  return page.textContent('main');
};

const subjects = async () => {
  await page.goto(`${origin}/things/subjects`);
  return page.textContent('main');
};

const download = async (link) => {
  const waiting = page.waitForEvent('download');
  await page.click(link);
  return readFileSync(await (await waiting).path(), 'utf8');
};

test('what is no table is refused with the way out', async () => {
  await give('list.xls', Buffer.from('<html><table><tr><td>单位名称</td></tr></table></html>'));
  const text = await page.textContent('[role=alert]');
  assert.ok(text.includes('网页') && text.includes('另存为.xlsx'), text);
});

test('a sheet is tried, shown, done once and its faults come back', async () => {
  await give('平台导出.csv', sheet);
  const map = await page.textContent('main');
  assert.ok(map.includes('认不出、将不导入的列：“管理口径”'), map);
  assert.equal(await page.inputValue('[name=c1]'), 'name');
  assert.equal(await page.inputValue('[name=c4]'), '');
  await page.selectOption('[name=c4]', 'class');
  await picture('import-map');
  await page.click('button[value=dry]');
  const dry = await finished('试运行的结果');
  for (const words of ['没有写入', '将新增', '已存在', '读不懂', '后几位已丢失', 'B4'])
    assert.ok(dry.includes(words), words);
  await picture('import-dry');
  const at = page.url();
  assert.ok(!(await subjects()).includes('甲化工有限公司'), 'the dry run writes nothing');
  await page.goto(at);
  await page.click('button[value=real]');
  const done = await finished('导入的结果');
  assert.ok(done.includes('新增') && !done.includes('将新增'));
  await picture('import-done');

  const whole = await download('a:has-text("下载原表")');
  assert.ok(whole.startsWith('\uFEFF') && whole.includes('导入结果') && whole.includes('甲化工有限公司'));
  const bad = await download('a:has-text("只下载有问题的行")');
  assert.ok(bad.includes('乙印染有限公司') && bad.includes('后几位已丢失') && !bad.includes('甲化工有限公司'), bad);

  const list = await subjects();
  for (const name of ['甲化工有限公司', '丙养殖场'])
    assert.equal(list.split(name).length - 1, 1, name);
  assert.ok(!list.includes('乙印染有限公司'));
});

test('the same sheet again changes nothing', async () => {
  await give('平台导出.csv', sheet);
  await page.click('button[value=dry]');
  await finished('试运行的结果');
  await page.click('button[value=real]');
  await finished('导入的结果');
  const list = await subjects();
  for (const name of ['甲化工有限公司', '丙养殖场', '江汉化工有限公司'])
    assert.equal(list.split(name).length - 1, 1, name);
});
