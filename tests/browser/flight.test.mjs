// A flight brought home through the page in Chromium: heads first and the coverage at once, originals after them with a line that breaks, the same card
// again without doubles, a file that is none with its reason; without script the plain form does the same; and the photographs that see a place.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';
import { day, story } from './story.mjs';

const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-flight-')), card = join(folder, 'card'), late = join(folder, 'late');
const area = { type: 'Polygon', coordinates: [[[114.3505, 30.6005], [114.3525, 30.6005], [114.3525, 30.6022], [114.3505, 30.6022], [114.3505, 30.6005]]] };
let scene, browser, origin, page;

function flight() {
  const lines = [];
  let minute = 0;
  const act = (n, by, name, fields) => lines.push(JSON.stringify({ at: `${day(n)}T10:${String(minute++).padStart(2, '0')}:00+08:00`, by, act: name, ...fields }));
  act(-4, 'bl-lead', 'device.register', { id: 'uav1', kind: 'uav', serial: 'S1', registration_no: 'UAS0001' });
  act(-4, 'wei', 'entrustment.draft', { id: 'e2', agreement: 'a1', kind: 'T07', matter: '沿岸巡飞', subjects: ['jiang'], region: '420102', from: day(-3), to: day(20),
    officers: ['wei', 'luo'], members: ['mei'], enters_site: false, budget: 'b1', amount: 500000, basis: { type: 'plan', ref: '计划' }, outputs: ['影像'] });
  act(-4, 'mei-u', 'interest.declare', { id: 'i3', entrustment: 'e2', member: 'mei', has_interest: false });
  act(-4, 'bl-lead', 'interest.declare', { id: 'i4', entrustment: 'e2', has_interest: false });
  act(-4, 'han', 'entrustment.approve', { entrustment: 'e2' });
  act(-4, 'bl-lead', 'entrustment.accept', { entrustment: 'e2' });
  act(-3, 'bl-lead', 'flight.plan', { id: 'f1', entrustment: 'e2', area, height_m: 80, gsd_mm: 300, from: `${day(-1)}T09:00:00+08:00`, to: `${day(-1)}T11:00:00+08:00`,
    pilot: 'mei', device: 'uav1', uav_class: 'light', airspace: 'permitted' });
  act(-3, 'han', 'flight.approve', { flight: 'f1' });
  return `${lines.join('\n')}\n`;
}

const files = (from) => readdirSync(from).map((name) => join(from, name));

before(async () => {
  mkdirSync(pictures, { recursive: true });
  mkdirSync(card);
  mkdirSync(late);
  execFileSync(process.env.XIEZHI_MAKE_FLIGHT, [card, '3', '6', `${day(-1)}T09:30:00+08:00`, 'log']);
  execFileSync(process.env.XIEZHI_MAKE_FLIGHT, [late, '1', '3', `${day(-1)}T12:30:00+08:00`]);
  writeFileSync(join(card, 'note.txt'), 'kein Flug\n');
  scene = await startScene(folder, story() + flight(), join(folder, 'store'));
  origin = scene.origin;
  browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
  context.setDefaultTimeout(15000);
  page = await context.newPage();
  await signIn(page, origin, 'mei-u');
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const axe = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/axe-core/axe.min.js'), 'utf8');

async function picture(name) {
  const result = await page.evaluate(`(async () => { ${axe}; return await axe.run(document, { resultTypes: ['violations'] }); })()`);
  assert.deepEqual(result.violations.map((v) => `${v.id}: ${v.nodes[0].html}`), [], name);
  for (const [width, height] of [[360, 780], [1366, 768]]) {
    await page.setViewportSize({ width, height });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than ${width}`);
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
  }
}

const finished = (n) => page.waitForFunction((want) => {
  const said = [...document.querySelectorAll('#flight-progress li span')].map((s) => s.textContent);
  return said.length === want && !document.querySelector('#flight-import button').disabled;
}, n, { timeout: 60000 });
const said = () => page.$$eval('#flight-progress li', (list) => Object.fromEntries(list.map((l) => [l.querySelector('b').textContent, l.querySelector('span').textContent])));

test('heads travel first, originals follow over a line that breaks', async () => {
  let broken = 0, heads = 0;
  await page.route('**/api/blobs/*', (route) => (route.request().method() === 'PATCH' && broken++ === 1 ? route.abort() : route.continue()));
  page.on('request', (r) => { if (r.url().endsWith('/import') && r.method() === 'POST') heads++; });
  await page.goto(`${origin}/flights/f1`);
  assert.ok((await page.textContent('#coverage')).includes('还没有照片'));
  assert.equal(await page.locator('main .primary').count(), 1);
  await page.setInputFiles('#files', files(card));
  await page.click('#flight-import button');
  await page.waitForFunction(() => /覆盖率\d/.test(document.getElementById('coverage').textContent.replace(/\s/g, '')), null, { timeout: 60000 });
  await finished(20);
  const list = await said();
  assert.equal(Object.values(list).filter((s) => s === '原件已保存').length, 18, JSON.stringify(list));
  assert.equal(list['flight.gpx'], '已读取');
  assert.ok(list['note.txt'].includes('经纬度'), list['note.txt']);
  assert.equal(heads, 1);
  assert.ok(broken > 18, 'a part was sent again');
  await page.goto(`${origin}/flights/f1`);
  const text = await page.textContent('main');
  assert.ok(text.includes('18张照片，18张有位置，18张可定到地面'), text);
  assert.ok(text.replace(/\s/g, '').includes('18/18'));
  assert.ok(await page.locator('svg.flight .track').count() === 1);
  await picture('flight');
});

test('the same card again changes nothing', async () => {
  await page.goto(`${origin}/flights/f1`);
  await page.setInputFiles('#files', files(card).filter((f) => f.endsWith('.JPG')));
  await page.click('#flight-import button');
  await finished(18);
  assert.ok(Object.values(await said()).every((s) => s === '这张原始照片已经上传'), JSON.stringify(await said()));
  await page.goto(`${origin}/flights/f1`);
  assert.ok((await page.textContent('main')).includes('18张照片，'));
});

test('a point of a picture leads to the photographs that see it', async () => {
  await page.setViewportSize({ width: 1366, height: 900 });
  await page.goto(`${origin}/flights/f1/see?lon=114.35137&lat=30.60135`);
  assert.ok(await page.locator('.sights li').count() >= 3);
  assert.equal(await page.locator('.sights polygon.band').count(), await page.locator('.sights li').count());
  await picture('flight-see');
  await page.setViewportSize({ width: 1366, height: 900 });
  await page.click('.sights a');
  const box = await page.locator('img.whole').boundingBox();
  await Promise.all([page.waitForURL(/\?30[01],20[01]$/), page.mouse.click(box.x + 300.5, box.y + 200.5)]);
  assert.ok(/东经114\.35\d+°，北纬30\.60\d+°，误差椭圆/.test(await page.textContent('main')));
});

test('an original that was painted over is said, and counts like the others', async () => {
  const touched = join(folder, 'touched');
  mkdirSync(touched);
  execFileSync(process.env.XIEZHI_MAKE_FLIGHT, [touched, '1', '2', `${day(-1)}T10:30:00+08:00`, 'painted']);
  const before = await page.request.get(`${origin}/flights/f1`).then((r) => r.text());
  assert.ok(!before.includes('附图与画面'), 'honest originals carry no hint');
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto(`${origin}/flights/f1`);
  await page.setInputFiles('#files', files(touched));
  await page.click('#flight-import button');
  await finished(2);
  const list = Object.values(await said());
  assert.ok(list.every((s) => /^原件已保存；附图与画面在一处不同：横向\d+%至\d+%、纵向\d+%至\d+%，只作提示$/.test(s)), JSON.stringify(list));
  await page.goto(`${origin}/flights/f1`);
  const text = await page.textContent('main');
  assert.ok(text.includes('20张照片，20张有位置，20张可定到地面') && text.includes('原件的附图与画面不一致，可能经软件改动，只作提示'), text);
  assert.ok(!text.includes('隔离的照片不'), text);
  await page.goto(`${origin}/flights/f1/see?lon=114.35105&lat=30.60112`);
  const hints = await page.$$eval('.sights .hints li', (all) => all.map((l) => l.textContent));
  assert.ok(hints.some((h) => h.startsWith('附图与画面在一处不同')), JSON.stringify(hints));
  await picture('flight-see-touched');
  await page.click('.sights li:has(.hints) a');
  await page.waitForSelector('dl.facts');
  assert.ok((await page.textContent('dl.facts')).includes('附图与画面在一处不同'));
  await picture('flight-photo-touched');
});

test('without script the form takes whole files, and what is out of time is set aside', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'zh-CN' });
  const plain = await context.newPage();
  await signIn(plain, origin, 'mei-u');
  await plain.goto(`${origin}/flights/f1`);
  await plain.setInputFiles('#files', [...files(late), join(card, 'note.txt')]);
  await plain.click('#flight-import button');
  const text = await plain.textContent('main');
  assert.ok(text.includes('没有读取的文件') && text.includes('note.txt'), text);
  assert.ok(text.includes('不在计划内3张') && text.includes('23张照片'), text);
  assert.ok(text.replace(/\s/g, '').includes('3/3'), 'originals were kept');
  await context.close();
});

test('the area goes out as KML; who has no business there finds nothing', async () => {
  const kml = await (await page.request.get(`${origin}/flights/f1/area.kml`)).text();
  assert.ok(kml.includes('<coordinates>114.3505000,30.6005000,0'), kml);
  const context = await browser.newContext({ locale: 'zh-CN' });
  const other = await context.newPage();
  await signIn(other, origin, 'fang');
  assert.equal((await other.request.get(`${origin}/flights/f1`)).status(), 403);
  await context.close();
});
