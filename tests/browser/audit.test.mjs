// A year of a plant dropped in, without script: the plain CSV gives its clues at once; the platform's workbook is mapped with guesses filled in, put
// right, kept for the agency, and gives the same lines; the next sheet of the same make is read by what was kept, by a colleague too. What cannot be
// read says where and leaves no clue. A third party without a task reads nothing.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { faults as looked, largeText } from './page_rules.mjs';
import { launch, signIn, startScene } from './scene.mjs';
import { story } from './story.mjs';

const axe = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/axe-core/axe.min.js'), 'utf8');
const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-audit-'));
let scene, browser, origin, page;

before(async () => {
  mkdirSync(pictures, { recursive: true });
  execFileSync(process.env.XIEZHI_MAKE_YEAR, [folder]);
  scene = await startScene(folder, story(), join(folder, 'store'));
  origin = scene.origin;
  browser = await launch();
  page = await pageOf('wei');
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function pageOf(user) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, javaScriptEnabled: false, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  context.setDefaultTimeout(15000);
  const one = await context.newPage();
  await signIn(one, origin, user);
  return one;
}

// Looked at on both screens by the rules of every page, and kept as a picture. The rules need a browser with script: the page's text is given to one.
async function look(name) {
  const html = await page.content(), context = await browser.newContext({ locale: 'zh-CN', bypassCSP: true }), beside = await context.newPage();
  await beside.route(page.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
  await beside.goto(page.url());
  const found = [];
  for (const [width, height] of [[1366, 768], [360, 780]]) {
    await beside.setViewportSize({ width, height });
    await beside.screenshot({ path: join(pictures, `audit-${name}-${width}.png`), fullPage: true });
    found.push(...await beside.evaluate(looked, { phone: width === 360 }), ...[await beside.evaluate(largeText)].filter(Boolean));
  }
  await beside.evaluate(axe);
  const { violations } = await beside.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }));
  found.push(...violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`));
  await context.close();
  assert.deepEqual(found, [], `${name}:\n${found.join('\n')}`);
}

const text = () => page.locator('main').innerText();
const give = async (name, buffer = readFileSync(join(folder, name))) => {
  await page.goto(`${origin}/audit`);
  await page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer });
  await page.click('button.primary');
};
const lines = async () => {
  const waiting = page.waitForEvent('download');
  await page.click('a:has-text("下载结果")');
  return readFileSync(await (await waiting).path(), 'utf8');
};
const findings = (all) => all.split('\n').filter((line) => line && !line.startsWith('{"summary"'));

test('from the first page to a year with three clues, the same bytes as the command prints', async () => {
  await page.goto(origin);
  await page.click('nav summary:has-text("监测")');
  await page.click('nav a:has-text("核查数据")');
  await look('empty');
  await give('year.csv');
  const all = await text();
  assert.match(all, /3条线索需要核实/);
  assert.match(all, /缺数据未检[^]*缺(分钟数据|限值|排放量)/);
  for (const words of ['标记与缺失的习惯', '没有给出标记', '2025年第4季度', 'HJ 75-2017要求的每季度75%', '已检未见异常', '缺数据未检', '核对过的正常原因', '线索方向，待核实', '现场怎么看', '每一行每一格都读懂了'])
    assert.match(all, new RegExp(words));
  assert.ok(Number(all.match(/用时([\d.]+)秒/)[1]) < 5, all.match(/用时.*秒/)[0]);
  assert.equal(await page.locator('section.clue').count(), 3);
  assert.equal(await page.locator('section.clue .wide svg').count(), 3);
  await look('result');
  let said = '';
  try {
    execFileSync(process.env.XIEZHI_PROGRAM, ['monitor', 'audit', 'year.csv'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 });
    assert.fail('clues end the command with 1');
  } catch (e) {
    assert.equal(e.status, 1);
    said = e.stdout;
  }
  assert.equal(await lines(), said);
});

test('a workbook is mapped, put right, kept, and gives the same', async () => {
  await give('year.csv');
  const plain = await lines();
  await give('year.xlsx');
  assert.match(await text(), /按表头填好了能认出的列/);
  assert.equal(await page.inputValue('[name=f2]'), 'a21026');
  assert.equal(await page.inputValue('[name=k3]'), 'ZsAvg');
  assert.equal(await page.inputValue('[name=s4]'), '3', 'g/m³ moves the point');
  assert.match(await text(), /g\/m3，小数点右移3位|小数点右移3位/);
  await look('map');
  // A wrong choice is refused with its reason, and the other choices stand.
  await page.selectOption('[name=f3]', 'a21026');
  await page.selectOption('[name=k3]', 'Avg');
  await page.selectOption('[name=f7]', '');
  await page.click('button.primary');
  assert.match(await page.textContent('[role=alert]'), /重复/);
  assert.equal(await page.inputValue('[name=f4]'), 'a34013');
  await page.selectOption('[name=k3]', 'ZsAvg');
  await page.selectOption('[name=f7]', 'a01012');
  await page.fill('#name', '省平台小时数据');
  await page.click('button.primary');
  assert.match(await text(), /3条线索需要核实/);
  assert.match(await text(), /单元格A8764/); // the row of means at the foot
  assert.deepEqual(findings(await lines()), findings(plain));
});

test('the next sheet of that make is read by what was kept, until it is dropped', async () => {
  await give('year.xlsx');
  assert.match(await text(), /按本单位保存的“省平台小时数据”读取/);
  await give('platform.csv');
  assert.match(await text(), /3条线索需要核实/, 'the CSV of the same platform has the same headers');
  await page.goto(`${origin}/audit`);
  assert.match(await text(), /省平台小时数据/);
  await look('kept');
  await page.click('button[aria-label*="省平台小时数据"]');
  assert.doesNotMatch(await text(), /省平台小时数据/);
  await give('platform.csv');
  assert.match(await text(), /按表头填好了能认出的列/);
});

test('a flag of the whole row and a flow by the hour are seen, and can be chosen', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `2026-01-0${1 + Math.floor(i / 24)} ${String(i % 24).padStart(2, '0')}:00,2${i % 10}.${i % 7},8.4${i % 9},${i % 20 ? '正常' : '停运'}`);
  const sheet = (head) => Buffer.from(`监测时间,二氧化硫(mg/m³),烟气流量(万m³/h),${head}\n${rows.join('\n')}\n`);
  await give('row.csv', sheet('运行状态'));
  assert.equal(await page.inputValue('[name=f4]'), 'all');
  assert.equal(await page.inputValue('[name=k4]'), 'Flag');
  assert.equal(await page.inputValue('[name=s3]'), '4');
  await look('map-row');
  await page.click('button.primary');
  assert.match(await text(), /整行的标记，用于自己没有标志的所有因子/);
  assert.match(await text(), /以m³\/h读取，不换算为标准单位/);
  await look('result-row');
  await give('row.csv', sheet('工段说明'));
  assert.equal(await page.inputValue('[name=f4]'), '');
  await page.selectOption('[name=f4]', 'all'); // what kind it is follows
  await page.click('button.primary');
  assert.match(await text(), /整行的标记，用于自己没有标志的所有因子/);
});

test('what cannot be read says where; nothing becomes of it', async () => {
  await give('broken.csv', Buffer.from('time,a21026-Avg\n2026-01-01 00:00,1.5\n2026-01-01 01:00,约2\n'));
  assert.match(await page.textContent('[role=alert]'), /第3行第2列.*不是数字.*约2/);
  assert.equal(await page.locator('section.clue').count(), 0);
  await look('broken');
  await give('list.pdf', Buffer.from('%PDF-1.4'));
  assert.match(await page.textContent('[role=alert]'), /PDF/);
  await give('no-time.csv', Buffer.from('甲,乙\n1,2\n'));
  assert.match(await page.textContent('[role=alert]'), /时间/);
});

test('another officer sees none of it, and a third party without a task no page at all', async () => {
  const address = page.url();
  await give('year.csv');
  const mine = page.url();
  assert.notEqual(mine, address);
  const other = await pageOf('luo');
  assert.equal((await other.goto(mine)).status(), 404);
  const member = await pageOf('mei-u');
  assert.equal((await member.goto(`${origin}/audit`)).status(), 403);
});
