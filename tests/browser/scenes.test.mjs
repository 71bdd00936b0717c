// Satellites in Chromium: the list, a scene with two dates under one slider, layers and windows, the queue and its first group with pictures that say what they
// are, the same place over all dates, fire points, and layers brought in and refused. The scenes are made, looked at and reported as in service.
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
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-scenes-'));
const axe = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/axe-core/axe.min.js'), 'utf8');
let scene, browser, origin, page;

// The scenes are laid around the entrusted company (demo_sky.c; its place: story.mjs), and so is the flight over the pond in them.
const company = { lon: 114.31, lat: 30.6 };
const over = (east, north) => [company.lon + east, company.lat + north].map((x) => Number(x.toFixed(6)));

function fromAbove() {
  const lines = [];
  let minute = 0;
  const act = (n, by, name, fields) => lines.push(JSON.stringify({ at: `${day(n)}T10:${String(minute++).padStart(2, '0')}:00+08:00`, by, act: name, ...fields }));
  act(-4, 'wei', 'entrustment.draft', { id: 'e6', agreement: 'a1', kind: 'T06', matter: '遥感解译', subjects: ['jiang'], region: '420102', from: day(-3), to: day(20),
    officers: ['wei', 'luo'], members: ['mei'], enters_site: false, budget: 'b1', amount: 500000, basis: { type: 'plan', ref: '计划' }, outputs: ['图斑'] });
  act(-4, 'mei-u', 'interest.declare', { id: 'i6', entrustment: 'e6', member: 'mei', has_interest: false });
  act(-4, 'bl-lead', 'interest.declare', { id: 'i7', entrustment: 'e6', has_interest: false });
  act(-4, 'han', 'entrustment.approve', { entrustment: 'e6' });
  act(-4, 'bl-lead', 'entrustment.accept', { entrustment: 'e6' });
  // A flight over the first group of the queue, from its middle over its northern bank.
  act(-4, 'bl-lead', 'device.register', { id: 'uav1', kind: 'uav', serial: 'S1', registration_no: 'UAS0001' });
  act(-4, 'wei', 'entrustment.draft', { id: 'e7', agreement: 'a1', kind: 'T07', matter: '沿岸巡飞', subjects: ['jiang'], region: '420102', from: day(-3), to: day(20),
    officers: ['wei', 'luo'], members: ['mei'], enters_site: false, budget: 'b1', amount: 500000, basis: { type: 'plan', ref: '计划' }, outputs: ['影像'] });
  act(-4, 'mei-u', 'interest.declare', { id: 'i8', entrustment: 'e7', member: 'mei', has_interest: false });
  act(-4, 'bl-lead', 'interest.declare', { id: 'i9', entrustment: 'e7', has_interest: false });
  act(-4, 'han', 'entrustment.approve', { entrustment: 'e7' });
  act(-4, 'bl-lead', 'entrustment.accept', { entrustment: 'e7' });
  const area = { type: 'Polygon', coordinates: [[over(0.0155, 0.007), over(0.0178, 0.007), over(0.0178, 0.0125), over(0.0155, 0.0125), over(0.0155, 0.007)]] };
  act(-3, 'bl-lead', 'flight.plan', { id: 'f1', entrustment: 'e7', area, height_m: 80, gsd_mm: 300, from: `${day(-1)}T09:00:00+08:00`, to: `${day(-1)}T11:00:00+08:00`,
    pilot: 'mei', device: 'uav1', uav_class: 'light', airspace: 'permitted' });
  act(-3, 'han', 'flight.approve', { flight: 'f1' });
  return `${lines.join('\n')}\n`;
}

before(async () => {
  mkdirSync(pictures, { recursive: true });
  scene = await startScene(folder, story().replace('"T04","T07"', '"T04","T06","T07"') + fromAbove(), join(folder, 'store'), 'sky');
  origin = scene.origin;
  browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
  context.setDefaultTimeout(15000);
  page = await context.newPage();
  await signIn(page, origin, 'wei');
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function look(name) {
  const result = await page.evaluate(`(async () => { ${axe}; return await axe.run(document, { resultTypes: ['violations'] }); })()`);
  assert.deepEqual(result.violations.map((v) => `${v.id}: ${v.nodes[0].html}`), [], name);
  assert.equal(await page.locator('main .primary').count(), 1, `${name}: one main action`);
  for (const [width, height] of [[360, 780], [1366, 768]]) {
    await page.setViewportSize({ width, height });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than ${width}`);
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
  }
}

const shown = (selector) => page.locator(selector).evaluate((e) => getComputedStyle(e).display !== 'none');

test('the list leads to a scene; two dates lie under one slider, outlines exactly over them', async () => {
  await page.goto(`${origin}/scenes`);
  assert.equal(await page.locator('tbody tr').count(), 4);
  await look('scenes');
  await page.click('main .primary');
  assert.equal(await page.locator('scene-swipe.live figure').count(), 2);
  const tiles = await page.$$eval('svg.sky image', (list) => list.map((i) => i.getAttribute('href')));
  assert.equal(tiles.length, 18, 'nine tiles for each date');
  for (const address of tiles) {
    const answer = await page.request.get(origin + address);
    assert.equal(answer.status(), 200, address);
    assert.ok(answer.headers()['cache-control'].includes('immutable') && /d=[0-9a-f]{12}/.test(address));
  }
  const clip = () => page.locator('scene-swipe figure').nth(1).evaluate((f) => f.style.clipPath);
  assert.equal(await clip(), 'inset(0px 0px 0px 50%)');
  await page.locator('scene-swipe input').fill('20');
  assert.equal(await clip(), 'inset(0px 0px 0px 20%)');
  await page.locator('scene-swipe input').focus();
  await page.keyboard.press('End');
  assert.equal(await clip(), 'inset(0px 0px 0px 100%)', 'the slider answers the keyboard');
  assert.equal(await page.locator('svg.sky .gained').count(), 2, 'the pond, on both dates');
  const pond = await page.locator('scene-swipe figure').nth(0).locator('.gained').evaluate((p) => { const { x, y, width, height } = p.getBBox(); return { x, y, width, height }; });
  assert.ok(Math.abs(pond.x + pond.width / 2 - 392) < 5 && Math.abs(pond.y + pond.height / 2 - 430) < 5, JSON.stringify(pond));
  await look('scene');
});

test('layers, ways of showing, windows', async () => {
  await page.goto(`${origin}/scenes/demo-scene-2`);
  assert.ok(await shown('svg.sky .groups >> nth=0'));
  await page.uncheck('#layer-groups');
  assert.equal(await shown('svg.sky .groups >> nth=0'), false);
  await page.click('text=指数');
  assert.ok((await page.$$eval('svg.sky image', (list) => list.every((i) => i.getAttribute('href').includes('mode=index')))));
  await page.click('text=放大');
  assert.equal(await page.locator('svg.sky >> nth=0').getAttribute('viewBox'), '160 160 320 320');
  await page.click('text=向东');
  assert.equal(await page.locator('svg.sky >> nth=0').getAttribute('viewBox'), '320 160 320 320');
  await page.click('text=全图');
  assert.equal(await page.locator('svg.sky >> nth=0').getAttribute('viewBox'), '0 0 640 640');
});

test('without script the dates stand side by side', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'zh-CN' });
  const plain = await context.newPage();
  await signIn(plain, origin, 'wei');
  await plain.goto(`${origin}/scenes/demo-scene-2`);
  const boxes = await Promise.all([0, 1].map((i) => plain.locator('scene-swipe figure').nth(i).boundingBox()));
  assert.ok(boxes[1].x > boxes[0].x + boxes[0].width - 2 && Math.abs(boxes[0].y - boxes[1].y) < 2, JSON.stringify(boxes));
  await context.close();
});

test('the first of the queue: pictures with scale, date and digest, where it lies, and the verdict', async () => {
  await page.goto(`${origin}/scenes/demo-scene-2`);
  assert.ok(/饮用水水源二级保护区/.test(await page.textContent('.sky-queue li')), 'a protected area comes first');
  await page.click('text=从第一组看起');
  await page.waitForFunction(() => [...document.querySelectorAll('.sky-chips img')].every((i) => i.complete && i.naturalWidth));
  const images = await page.$$eval('.sky-chips img', (list) => list.map((i) => ({ src: i.getAttribute('src'), alt: i.alt, wide: i.naturalWidth, high: i.naturalHeight })));
  assert.deepEqual(images.map((i) => i.src.replace(/.*\//, '')), ['before.png', 'after.png', 'index.png']);
  for (const i of images) assert.ok(i.wide === 480 && i.high === 544 && i.alt.includes('未经核实'), JSON.stringify(i));
  // The foot of the picture is not empty: words are in it, red ones at its right end; a bar stands in the picture's corner.
  const ink = await page.locator('.sky-chips img').nth(1).evaluate((img) => {
    const c = document.createElement('canvas');
    c.width = img.naturalWidth;
    c.height = img.naturalHeight;
    const g = c.getContext('2d');
    g.drawImage(img, 0, 0);
    const count = (x, y, w, h, is) => { const d = g.getImageData(x, y, w, h).data; let n = 0; for (let i = 0; i < d.length; i += 4) n += is(d[i], d[i + 1], d[i + 2]); return n; };
    return { date: count(0, 484, 300, 24, (r) => r < 90), digest: count(0, 510, 400, 24, (r) => r < 140), warning: count(380, 484, 100, 24, (r, gr, b) => r > 120 && gr < 110 && b < 110), bar: count(12, 466, 60, 3, (r, gr, b) => r < 60 && gr < 60 && b < 80) };
  });
  assert.ok(ink.date > 200 && ink.digest > 200 && ink.warning > 100 && ink.bar >= 120, JSON.stringify(ink));
  const text = (await page.textContent('main')).replace(/\s+/g, '');
  for (const words of ['未装载图层', '演示数据，非政府公布范围', '摘要sm3:', '在装载的保护区域图层内（全部或部分）+0.10', '米内没有登记单位', '重算']) assert.ok(text.includes(words), `${words} in ${text}`);
  await look('scene-finding');
  await page.click('text=签收线索');
  assert.ok(page.url().endsWith('/study'));
  await page.click('main button.primary');
  await page.goBack();
  await page.goto(`${origin}/scenes/demo-scene-2`);
  await page.click('text=从第一组看起');
  assert.equal((await page.textContent('main .primary')).trim(), '填写研判结论');
});

test('one place over all dates: a share for each, what became of it, one clue', async () => {
  await page.goto(`${origin}/scenes/demo-scene-1a`);
  await page.click('.sky-queue a >> nth=0');
  await page.click('text=逐期回看');
  const words = await page.$$eval('tbody tr', (list) => list.map((r) => [...r.cells].map((c) => c.textContent.trim())));
  assert.equal(words.length, 4);
  assert.deepEqual(words.map((r) => r[1]), ['0.0%', '100.0%', '100.0%', '100.0%']);
  assert.deepEqual(words.map((r) => r[5]), ['', '首次出现', '增大', '增大']);
  assert.equal(await page.locator('svg.series-share .told').count(), 4);
  assert.equal(await page.locator('.sky-chips img').count(), 4);
  assert.ok((await page.textContent('main')).includes('同一处只报告一次线索'));
  await look('scene-history');
  // The heap of sand that was gone on the last date.
  await page.goto(`${origin}/scenes/demo-scene-1a`);
  await page.click('text=裸露地表（两期变化）');
  await page.click('.sky-queue a >> nth=0');
  await page.click('text=逐期回看');
  const heap = await page.$$eval('tbody tr', (list) => list.map((r) => r.cells[5].textContent.trim()));
  assert.deepEqual(heap, ['', '首次出现', '没有明显变化', '消失']);
});

// Both senses on one thing: the outline that a satellite saw, in the photographs of a flight that the provider brings in through the page.
test('an outline in photographs: a band in each that sees any of it, and only for those who supervise', async () => {
  const card = join(folder, 'card'), context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' }), other = await context.newPage();
  mkdirSync(card);
  execFileSync(process.env.XIEZHI_MAKE_FLIGHT, [card, '2', '16', `${day(-1)}T09:30:00+08:00`, `at=${over(0.01621, 0.00774).reverse()}`]);
  await signIn(other, origin, 'mei-u');
  await other.goto(`${origin}/flights/f1`);
  await other.setInputFiles('#files', readdirSync(card).map((name) => join(card, name)));
  await other.click('#flight-import button');
  await other.waitForFunction(() => [...document.querySelectorAll('#flight-progress li span')].filter((s) => s.textContent === '原件已保存').length === 32, null, { timeout: 60000 });

  await page.goto(`${origin}/scenes/demo-scene-2`);
  await page.click('text=从第一组看起');
  await page.click('a:has-text("看到这组图斑的照片")');
  const address = page.url();
  assert.match(address, /\/flights\/f1\/see\?finding=/);
  const cards = await page.locator('.sights li').count();
  assert.ok(cards >= 3 && cards < 32, `${cards} of 32 see it`);
  const within = await page.locator('.sights li:has-text("整个画面都在图斑以内")').count();
  assert.ok(within >= 1 && cards - within >= 2, `${within} of ${cards} lie inside`);
  assert.equal(await page.locator('.sights svg.seenin .outline').count(), cards - within, 'a band in each, or the words that the whole picture lies inside');
  assert.equal(await page.locator('.sights svg.seenin image').count(), cards, 'over the original');
  const wide = await page.$$eval('.sights svg.seenin .outline', (list) => list.map((p) => parseFloat(p.getAttribute('stroke-width') ?? getComputedStyle(p).strokeWidth)));
  assert.ok(wide.every((w) => w > 20), `never a hard line: ${wide}`);
  // Each band crosses its picture.
  const spans = await page.$$eval('.sights svg.seenin:has(.outline)', (list) => list.map((s) => { const b = s.querySelector('.outline').getBBox(), v = s.viewBox.baseVal; return [b.y, b.y + b.height, v.height]; }));
  assert.ok(spans.every(([from, to, high]) => from < high && to > 0 && to > from), JSON.stringify(spans));
  const text = await page.textContent('main');
  for (const words of ['看到这组图斑的照片', '两倍误差', '不是边界', '未经核实']) assert.ok(text.includes(words), words);
  await look('flight-finding');
  assert.equal((await other.request.get(address)).status(), 403, 'findings are the officers\'');
  await context.close();
});

test('fire points: the pixel is drawn, nobody is named as the source', async () => {
  await page.goto(`${origin}/fires`);
  await look('fires');
  await page.click('tbody a');
  assert.ok(await page.locator('.map .fire').count() >= 9);
  await look('fires-list');
  await page.click('text=从第一处看起');
  const text = await page.textContent('main');
  for (const words of ['圆心不是起火点', '过境时间', '区县：未装载图层', '何处、何时起火和谁造成都不能由此确定']) assert.ok(text.includes(words), words);
  assert.ok(await page.locator('.fire-ground .pixel').count() >= 1 && await page.locator('.fire-ground .company').count() >= 1);
  await look('fire');
  const study = await page.getAttribute('main .primary', 'href');
  await page.goto(origin + study);
  assert.ok((await page.textContent('main')).includes('像元内的其他热源'));
});

test('a list and a layer come in through the page; what cannot be read is said, and what was typed stays', async () => {
  const csv = join(folder, 'fire.csv'), kml = join(folder, 'zone.kml'), bad = join(folder, 'bad.geojson');
  writeFileSync(csv, 'latitude,longitude,scan,track,acq_date,acq_time,confidence\n30.5,114.3,0.4,0.4,2026-03-05,2561,n\n');
  await page.goto(`${origin}/fires`);
  await page.fill('#name', '三月火点');
  await page.setInputFiles('#file', csv);
  await page.click('main button.primary');
  assert.ok(/第2行的acq_time不能用。读到的是：2561/.test((await page.textContent('[role=alert]')).replace(/\s/g, '')));
  assert.equal(await page.inputValue('#name'), '三月火点');
  writeFileSync(csv, 'latitude,longitude,scan,track,acq_date,acq_time,confidence\n30.5,114.3,0.4,0.4,2026-03-05,0530,n\n4.5,-69,0.4,0.4,2026-03-05,0530,n\n');
  await page.setInputFiles('#file', csv);
  await page.click('main button.primary');
  assert.ok((await page.textContent('main')).includes('2行，湖北范围内1个火点'));
  await page.goto(`${origin}/fires`);
  await page.fill('#name', '又一次');
  await page.setInputFiles('#file', csv);
  await page.click('main button.primary');
  assert.ok((await page.textContent('.reasons')).includes('重复登记'));

  writeFileSync(bad, '{"type":"Polygon","coordinates":[[[38500000,3380000],[38500100,3380000],[38500100,3380100],[38500000,3380000]]]}');
  writeFileSync(kml, '<kml><Placemark><name>县</name><Polygon><outerBoundaryIs><LinearRing><coordinates>113,30 116,30 116,32 113,32</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>');
  await page.goto(`${origin}/layers`);
  await page.selectOption('#kind', 'county');
  await page.fill('#name', '区县界');
  await page.fill('#source', '测试用');
  await page.setInputFiles('#file', bad);
  await page.click('main button.primary');
  assert.ok((await page.textContent('[role=alert]')).includes('投影坐标'));
  assert.deepEqual([await page.inputValue('#kind'), await page.inputValue('#name'), await page.inputValue('#source')], ['county', '区县界', '测试用']);
  await page.setInputFiles('#file', kml);
  await page.click('main button.primary');
  assert.equal(await page.locator('tbody tr').count(), 3);
  await look('layers');
  await page.goto(`${origin}/scenes/demo-scene-2`);
  await page.click('text=从第一组看起');
  assert.ok(!(await page.textContent('main')).includes('区县：未装载图层'));
});

test('who has no business there finds nothing', async () => {
  const context = await browser.newContext({ locale: 'zh-CN' });
  const other = await context.newPage();
  await signIn(other, origin, 'mei-u');
  assert.equal((await other.request.get(`${origin}/scenes/demo-scene-2`)).status(), 200, 'her own entrustment');
  for (const path of ['/fires', '/layers']) assert.equal((await other.request.get(origin + path)).status(), 403, path);
  await other.goto(`${origin}/scenes/demo-scene-2`);
  assert.equal(await other.locator('.sky-queue').count(), 0, 'findings are the officers\'');
  await context.close();
});
