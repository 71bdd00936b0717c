// From the list of outlets down to the bytes of a frame, by the links a person follows, without script; then every page at two sizes,
// on paper, and for those who read with their ears: each picture has its words, each point of the map its name.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';
import { day, story } from './story.mjs';

const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-monitor-'));
let scene, browser, origin;
const contexts = new Map();

before(async () => {
  mkdirSync(pictures, { recursive: true });
  scene = await startScene(folder, story(), folder, 'monitor');
  origin = scene.origin;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function pageOf(user) {
  if (contexts.has(user)) return contexts.get(user);
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, javaScriptEnabled: false, locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai' });
  context.setDefaultTimeout(5000);
  const page = await context.newPage();
  contexts.set(user, page);
  await signIn(page, origin, user);
  return page;
}

async function picture(page, name) {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.screenshot({ path: join(pictures, `monitor-${name}-1366.png`), fullPage: true });
  await page.setViewportSize({ width: 360, height: 780 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth).catch(() => 360);
  assert.ok(wide <= 360, `${name} is ${wide} wide on a phone`);
  await page.screenshot({ path: join(pictures, `monitor-${name}-360.png`), fullPage: true });
  await page.setViewportSize({ width: 1366, height: 768 });
}

const text = (page) => page.locator('main').innerText();

test('list, outlet, year, month, day, hour, slot, frame', async () => {
  const page = await pageOf('wei');
  await page.click('nav summary:has-text("监测")');
  await page.click('nav a:has-text("监测点位")');
  assert.equal(await page.locator('h1').innerText(), '监测点位');
  assert.match(await text(page), /二氧化硫.*小时限值 50/s);
  await picture(page, 'list');
  await page.fill('[name=q]', '青山');
  await page.click('.find button');
  await page.click('text=青山热力有限公司 1号锅炉烟囱');
  assert.match(await page.locator('h1').innerText(), /1号锅炉烟囱/);
  await page.click('.tabs >> text="年"');
  assert.equal(await page.locator('.wide svg').count(), 1);
  assert.match(await page.locator('.wide svg').textContent(), /最小至最大/);
  assert.match(await page.locator('.wide svg').textContent(), /小时限值 50/);
  await picture(page, 'outlet-year');
  await page.click('.tabs >> text="月"');
  await picture(page, 'outlet-month');
  await page.goto(`${origin}/monitor/qing-1?factor=a21026&group=converted&period=minute&span=day`);
  await picture(page, 'outlet-day');
  await page.locator('table.numbers tbody a').first().click();
  assert.match(page.url(), /span=hour/);
  await picture(page, 'outlet-hour');
  await page.locator('table.numbers tbody a').first().click();
  assert.match(page.url(), /\/slot\?/);
  assert.match(await text(page), /收到过的值|载有此时段的报文/);
  await picture(page, 'slot');
  await page.locator('text=原始报文').last().click();
  assert.match(await text(page), /SM3/);
  assert.match(await text(page), /##\d{4}QN=/);
  await page.locator('summary').first().click();
  await picture(page, 'frame');
});

test('pictures are the size they say and hold their words', async () => {
  const page = await pageOf('wei');
  await page.goto(`${origin}/monitor/qing-1?span=week`);
  const box = await page.locator('.wide svg').boundingBox();
  assert.ok(box.width > 900 && box.height > 300, `${box.width} x ${box.height}`);
  await page.setViewportSize({ width: 360, height: 780 });
  assert.equal(await page.locator('.wide').isVisible(), false);
  const slim = await page.locator('.slim svg').boundingBox();
  assert.ok(slim.width <= 344 && slim.width > 280);
  const tallest = await page.locator('.slim svg text').first().boundingBox();
  assert.ok(tallest.height >= 11, `words of ${tallest.height} pixels on a phone`);
  await page.setViewportSize({ width: 1366, height: 768 });
  const svg = await page.request.get(`${origin}/monitor/qing-1/chart.svg?width=800&height=300`);
  assert.equal(svg.headers()['content-type'], 'image/svg+xml');
  const png = await page.request.get(`${origin}/monitor/qing-1/chart.png?width=800&height=300&large=1`);
  assert.equal((await png.body()).readUInt32BE(16), 800);
  writeFileSync(join(pictures, 'monitor-paper.png'), await png.body());
});

test('the map of the province', async () => {
  const page = await pageOf('sheng');
  await page.goto(`${origin}/monitor?view=map`);
  const points = page.locator('.wide svg a');
  assert.ok(await points.count() >= 30);
  assert.match(await points.first().locator('title').textContent(), /● 正常上报|▲ 上报延迟|■ 上报中断|○ 从未上报/);
  await picture(page, 'map');
  await page.locator('main summary').click();
  assert.ok(await page.locator('main details li a').count() >= 30);
  const city = await pageOf('wei');
  await city.goto(`${origin}/monitor?view=map`);
  assert.ok(await city.locator('.wide svg a').count() < await points.count());
  await picture(city, 'map-city');
});

test('health, a device, its conformance', async () => {
  const page = await pageOf('wei');
  await page.goto(`${origin}/monitor/health`);
  assert.match(await text(page), /平台原因/);
  assert.match(await text(page), /平台停机/);
  await picture(page, 'health');
  await page.goto(`${origin}/monitor/jx-1`);
  await page.click('text=设备档案与合规性报告');
  assert.match(await text(page), /校验码按Modbus算法计算/);
  await picture(page, 'device');
  const admin = await pageOf('sys');
  await admin.goto(`${origin}/monitor/health`);
  assert.doesNotMatch(await text(admin), /青山|锅炉/);
  await picture(admin, 'health-admin');
});

test('the party sees its own, and no bytes', async () => {
  const page = await pageOf('qingreli');
  await page.goto(`${origin}/monitor`);
  assert.match(await text(page), /青山热力/);
  assert.doesNotMatch(await text(page), /汉阳|蔡甸/);
  await page.click('text=1号锅炉烟囱');
  assert.match(await text(page), /数据表/);
  await picture(page, 'subject');
  const other = await page.goto(`${origin}/monitor/han-1`);
  assert.equal(other.status(), 404);
});

test('what the detectors saw, and the page of evidence', async () => {
  const page = await pageOf('wei');
  await page.goto(`${origin}/monitor`);
  await page.click('.tabs >> text=线索研判');
  assert.equal(await page.locator('h1').innerText(), '线索研判');
  assert.match(await text(page), /须经执法人员核实后方可采用/);
  await picture(page, 'findings');
  // plants of the scene stop, trip and are marked; one of them was forged, for a week that began twenty days ago
  const rows = (await page.locator('tbody tr').allInnerTexts()).filter((row) => row.startsWith('线索'));
  assert.ok(rows.length > 0);
  for (const row of rows) {
    const [, year, month, date] = row.match(/(\d+)年(\d+)月(\d+)日 \d+:\d+ 至/);
    const ago = (Date.now() - new Date(year, month - 1, date)) / 86400000;
    assert.ok(row.includes('1号焚烧炉') && ago > 2 && ago < 23, row);
  }
  await page.locator('tbody a[href^="/monitor/findings/"]').first().click();
  assert.match(await page.locator('h1').innerText(), /1号焚烧炉/);
  assert.equal(await page.locator('.wide svg').count(), 2);
  assert.match(await page.locator('.wide svg').first().textContent(), /关注时段/);
  // every innocent explanation, summed up, and a stretch of the same length that nobody wondered about, with its numbers beside
  assert.equal(await page.locator('table.causes tbody tr').count(), 15);
  assert.match(await text(page), /共核对15项：/);
  assert.match(await text(page), /对照时段：.*个自然日前的同一时刻/);
  assert.match(await page.locator('.wide svg').last().textContent(), /关注时段.*对照时段/s);
  assert.match(await page.locator('table.numbers').innerText(), /最低\s+[\d.]+\s+[\d.]+\s+平均\s+[\d.]+\s+[\d.]+\s+最高\s+[\d.]+\s+[\d.]+/);
  assert.doesNotMatch(await text(page), /造假|违法|null|undefined|NaN/);
  assert.match(await text(page), /核对过的正常原因.*线索方向，待核实.*固定历史记录.*第三方不得.*SM3/s);
  // beside the finding, found or not: how this outlet's time was taken out of judgement in the run's span
  const habits = page.locator('#habits');
  assert.match(await habits.innerText(), /维护\s+1\s+12小时\s+0\.\d\d%\s+12小时\s+0次/);
  assert.match(await habits.innerText(), /作为对照，全部可评价的时段中达到的占\d+\.\d\d%/);
  assert.match(await habits.innerText(), /第\d季度.*捕集率\d+\.\d\d%.*HJ 75-2017/);
  await habits.locator('summary').click();
  assert.match(await habits.innerText(), /平台原因的不算缺失/);
  await picture(page, 'finding');
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 700, height: 1000 });
  assert.equal(await page.locator('.actions').first().isVisible(), false);
  await page.screenshot({ path: join(pictures, 'monitor-finding-print.png'), fullPage: true });
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 1366, height: 768 });
  const evidence = page.url();
  await page.click('text=签收线索');
  assert.match(page.url(), /clues\/.*\/study/);
  assert.equal(await page.locator('.wide svg').isVisible(), true);
  await page.click('button:has-text("签收线索")');
  await page.goto(evidence);
  await page.click('text=填写研判结论');
  assert.match(await text(page), /研判结论/);
  const other = await pageOf('qingreli');
  assert.equal((await other.goto(evidence)).status(), 403);
});

test('a fire point beside what the outlets in its pixel reported: a mark of standing still is said, and nobody is accused', async () => {
  const page = await pageOf('wei'), csv = join(folder, 'fire.csv');
  const utc = (n, time) => `114.3912,30.6305,${day(n)},${time}`.split(',');
  const row = ([lon, lat, date, time]) => `${lat},${lon},0.4,0.4,${date},${time},N,n,4.2,D\n`;
  writeFileSync(csv, `latitude,longitude,scan,track,acq_date,acq_time,satellite,confidence,frp,daynight\n${row(utc(-41, '0512'))}${row(utc(-40, '0530'))}`);
  await page.goto(`${origin}/fires`);
  await page.fill('#name', '青山火点');
  await page.setInputFiles('#file', csv);
  await page.click('main button.primary');
  assert.match(await text(page), /2行，湖北范围内2个火点/);
  await page.goto(`${origin}/fires`);
  await page.click('tbody a');
  await page.click('text=从第一处看起');
  const said = await page.locator('#reported').innerText();
  assert.match(said, /青山热力有限公司 1号锅炉烟囱/);
  assert.match(said, /13:30卫星探测到热异常时，“青山热力有限公司 1号锅炉烟囱”报的是停运：两者须对照核实/);
  assert.ok(!/违法|造假|谎报/.test(said), said);
  const cells = await page.$$eval('#reported tbody tr', (rows) => rows.filter((r) => r.textContent.includes('1号锅炉')).map((r) => [r.cells[2].textContent.trim(), r.cells[3].textContent.trim()]));
  assert.deepEqual(cells.map((c) => c[0]), ['没有标记', '停运']);
  assert.ok(cells.every((c) => /^\d+\.\d 摄氏度$/.test(c[1])), JSON.stringify(cells));
  await picture(page, 'fire');
});

test('on paper', async () => {
  const page = await pageOf('wei');
  await page.goto(`${origin}/monitor/qing-1?span=month`);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.tabs').first().isVisible(), false);
  assert.equal(await page.locator('.wide svg').isVisible(), true);
  await page.setViewportSize({ width: 700, height: 1000 });
  assert.equal(await page.locator('.wide svg').isVisible(), true);
  await page.screenshot({ path: join(pictures, 'monitor-print.png'), fullPage: true });
  await page.emulateMedia({ media: 'screen' });
});
