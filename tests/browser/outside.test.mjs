// The company that scans its notice, in Chromium at a phone's size without script: the first screen, objecting within the model time,
// progress, rating, trade secrets, the way to an anonymous report that leaves the code behind; then the public pages. axe; both sizes.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';
import { outsideStory } from './outside_story.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(join(here, '../../node_modules/axe-core/axe.min.js'), 'utf8');
const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-outside-'));
const code = {};
let scene, browser, origin;

const phone = { viewport: { width: 360, height: 780 }, locale: 'zh-CN', javaScriptEnabled: false, hasTouch: true, isMobile: true };
const desk = { viewport: { width: 1366, height: 768 }, locale: 'zh-CN', javaScriptEnabled: false };

async function open(options = phone) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10000);
  return context.newPage();
}

async function signedIn(user) {
  const page = await open(desk);
  await signIn(page, origin, user);
  return page;
}

before(async () => {
  mkdirSync(pictures, { recursive: true });
  scene = await startScene(folder, outsideStory());
  origin = scene.origin;
  browser = await launch();
  const page = await signedIn('wei');
  for (const id of ['n1', 'n2', 'n3']) {
    await page.goto(`${origin}/things/notices/${id}`);
    code[id] = await page.locator('a[href^="/n/"]').first().getAttribute('href');
  }
  await page.context().close();
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function picture(page, name) {
  for (const [width, height] of [[1366, 768], [360, 780]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(pictures, `outside-${name}-${width}.png`), fullPage: true });
  }
}

// What holds of every page: one h1, one filled button, targets of 48 px on a phone, nothing wider than it at 200 % text, no script, axe.
async function sound(path) {
  const page = await open({ ...phone, javaScriptEnabled: true, bypassCSP: true });
  await page.goto(origin + path);
  assert.equal(await page.locator('h1').count(), 1, `${path}: one h1`);
  assert.equal(await page.locator('button.primary, a.primary').count(), 1, `${path}: one filled button`);
  assert.equal(await page.locator('script').count(), 0, path);
  const text = await page.locator('body').innerText();
  for (const word of ['检查人员', '委托检查', '操作失败', '未知错误', 'null', 'undefined', 'NaN'])
    assert.ok(!text.includes(word), `${path} says ${word}`);
  const low = await page.locator('main :is(button, a.button, input:not([type=hidden]):not([type=radio]), select, label.pick)')
    .evaluateAll((all) => all.filter((e) => e.getBoundingClientRect().height < 48).map((e) => e.outerHTML.slice(0, 120)));
  assert.deepEqual(low, [], `${path}: targets of 48 px`);
  const result = await page.evaluate(`(async () => { ${axe}; return await axe.run(document, { resultTypes: ['violations'] }); })()`);
  assert.deepEqual(result.violations.map((v) => `${path} ${v.id}: ${v.nodes[0].html}`), []);
  await page.evaluate(() => { document.documentElement.style.fontSize = `${2 * parseFloat(getComputedStyle(document.documentElement).fontSize)}px`; });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360, `${path}: wider than a phone at 200 %`);
  await page.context().close();
}

test('a guard reads it in ten seconds: the word, who, which bureau, on the first screen, in 30 KB with the sheet', async () => {
  const page = await open();
  const bodies = [];
  page.on('response', (r) => bodies.push(r.body()));
  await page.goto(origin + code.n1, { waitUntil: 'networkidle' });
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
  assert.ok(bytes > 3000 && bytes <= 30000, `${bytes} bytes`);
  for (const words of ['有效', '梅工', 'FZ-0001', '武汉市生态环境保护综合执法支队', '提出异议', '查询进度']) {
    const box = await page.locator('main').getByText(words).first().boundingBox();
    assert.ok(box && box.y + box.height <= 780, `${words} is on the first screen`);
  }
  const size = (selector) => page.locator(selector).first().evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
  assert.ok(await size('.state h1') >= 40 && await size('.people b') >= 28);
  const text = await page.locator('main').innerText();
  const order = ['有效', '提出异议', '查询进度', '可以做', '不可以做', '依据', '有疑问打电话', '匿名举报'].map((words) => text.indexOf(words));
  assert.ok(order.every((at, i) => at >= 0 && (i === 0 || at > order[i - 1])), `${order}`);
  assert.equal(await page.locator('a[href="tel:027-83100001"]').count(), 1);
  await picture(page, 'notice');
  await page.context().close();
  await sound(code.n1);
});

test('before its time, and released', async () => {
  const page = await open();
  await page.goto(origin + code.n2);
  assert.match(await page.locator('h1').innerText(), /未到时间/);
  assert.equal(await page.getByText('评价本次').count(), 0);
  await picture(page, 'notice-early');
  await page.goto(`${origin + code.n2}/rating`);
  assert.match(await page.locator('main').innerText(), /还没有离场/);
  await page.goto(origin + code.n3);
  assert.match(await page.locator('h1').innerText(), /已解除/);
  await picture(page, 'notice-over');
  await page.goto(`${origin}/n/${'0'.repeat(43)}`);
  assert.match(await page.locator('main').innerText(), /没有这个查询码/);
  await page.context().close();
});

test('from the scan to the receipt within 90 seconds of model time; pressed twice it is one', async () => {
  const page = await open();
  let seconds = 1.3; // the scan's own tap
  const tap = async (selector) => { seconds += 1.3; await page.locator(selector).click(); };
  const type = async (name, text) => { await tap(`[name=${name}]`); seconds += 0.3 * [...text].length; await page.fill(`[name=${name}]`, text); };
  await page.goto(origin + code.n1);
  await tap('a.primary');
  await sound(`${code.n1}/objection`);
  await picture(page, 'objection');
  await page.locator('button.primary').click();
  assert.match(await page.locator('[role=alert]').innerText(), /请选择一项理由/);
  await tap('[name=ground][value=conduct]');
  await type('text', '在门口散发治理设备广告，要求我们购买');
  await type('lodger', '王建国');
  await type('post', '安环部长');
  await type('phone', '13800000001');
  const form = await page.locator('form').evaluate((f) => new URLSearchParams(new FormData(f)).toString());
  await tap('button.primary');
  const receipt = await page.locator('.number').innerText();
  assert.match(receipt, /受理号 第\d+号/);
  assert.ok(seconds <= 90, `${seconds} s`);
  const pdf = await page.locator('a[href*="/receipts/"]').getAttribute('href');
  const file = await page.request.get(origin + pdf);
  assert.equal((await file.body()).subarray(0, 5).toString(), '%PDF-');
  await picture(page, 'receipt');
  const again = await page.request.post(`${origin + code.n1}/objection`, { data: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  assert.ok((await again.text()).includes(receipt.match(/第\d+号/)[0]), 'the same receipt');
  assert.equal((await page.locator('section.item').count()), 1);
  await page.goto(origin + code.n1);
  assert.match(await page.locator('h1').innerText(), /暂停/);
  await page.context().close();
  await sound(`${code.n1}/progress`);
});

test('the head decides; the company reads the answer; another notice does not know of it', async () => {
  const inside = await signedIn('han');
  await inside.goto(`${origin}/todo`);
  await inside.locator('a:has-text("江汉化工有限公司 异议")').first().click();
  const seen = await inside.locator('main').innerText();
  assert.match(seen, /安环部长/);
  await inside.locator('a:has-text("处理异议")').first().click();
  await inside.selectOption('[name=outcome]', 'partly');
  await inside.fill('[name=reasons]', '已责令该公司停止推销，人员不更换');
  await inside.click('button.primary');
  assert.equal(await inside.locator('.stamp').innerText(), '准予');
  await inside.context().close();
  const page = await open();
  await page.goto(`${origin + code.n1}/progress`);
  const text = await page.locator('main').innerText();
  assert.match(text, /部分成立/);
  assert.match(text, /已责令该公司停止推销/);
  assert.ok(!text.includes('王建国') && !text.includes('13800000001'), 'no name on a page the paper opens');
  await picture(page, 'progress');
  await page.goto(`${origin + code.n2}/progress`);
  assert.match(await page.locator('main').innerText(), /还没有异议/);
  assert.equal((await page.request.get(`${origin + code.n2}/receipts/nothing`)).status(), 404);
  await page.context().close();
});

test('after leaving: rated and marked; discipline sees the rating, the officer does not; the officer answers the mark', async () => {
  const page = await open();
  await page.goto(origin + code.n1);
  await page.getByText('评价本次').click();
  await sound(`${code.n1}/rating`);
  await picture(page, 'rating');
  await page.locator('[name=accompanied][value=false]').click();
  await page.locator('[name=score][value=poor]').click();
  await page.fill('[name=text]', '有一阵只有第三方的人在污泥间');
  await page.locator('button.primary').click();
  assert.match(await page.locator('main').innerText(), /评价已收到/);
  await page.goto(origin + code.n1);
  await page.getByText('标记商业秘密').click();
  await sound(`${code.n1}/secret`);
  await picture(page, 'secret');
  await page.fill('[name=what]', '投料比例');
  await page.fill('[name=place]', '中控室');
  await page.locator('button.primary').click();
  assert.match(await page.locator('main').innerText(), /商业秘密标记/);
  const discipline = await signedIn('qin');
  await discipline.goto(`${origin}/todo`);
  assert.match(await discipline.locator('main').innerText(), /企业评价反映问题/);
  await discipline.goto(`${origin}/things/visit-ratings`);
  assert.match(await discipline.locator('main').innerText(), /不满意/);
  await discipline.context().close();
  const officer = await signedIn('wei');
  const answer = await officer.goto(`${origin}/things/visit-ratings`);
  assert.ok(answer.status() === 403 || answer.status() === 404);
  await officer.goto(`${origin}/todo`);
  await officer.locator('a:has-text("商业秘密标记")').first().click();
  await officer.locator('a:has-text("处理商业秘密标记")').first().click();
  await officer.selectOption('[name=outcome]', 'upheld');
  await officer.fill('[name=reasons]', '投料比例未公开');
  await officer.click('button.primary');
  assert.equal(await officer.locator('.stamp').innerText(), '准予');
  await officer.context().close();
  await page.goto(`${origin + code.n1}/progress`);
  assert.match(await page.locator('main').innerText(), /投料比例未公开/);
  await page.context().close();
});

test('to an anonymous report without the code', async () => {
  const page = await open();
  await page.goto(origin + code.n1);
  const seen = [];
  page.on('request', (r) => seen.push(r));
  await page.getByRole('link', { name: '匿名举报' }).click();
  await page.waitForURL(`${origin}/report`);
  const token = code.n1.slice(3), html = await page.content();
  assert.ok(!html.includes(token) && !page.url().includes(token));
  for (const request of seen) {
    const headers = await request.allHeaders();
    assert.equal(headers.referer, undefined);
    assert.ok(!JSON.stringify(headers).includes(token) && !request.url().includes(token));
  }
  assert.deepEqual(await page.context().cookies(), []);
  await page.locator('main form').first().locator('textarea').fill('有人收受购物卡');
  await page.locator('main form').first().locator('button').click();
  assert.match(await page.locator('main').innerText(), /已收到/);
  await page.context().close();
});

test('public pages: sound on a phone, and looked at', async () => {
  const page = await open(desk);
  for (const path of ['/public', '/public/timeliness', '/public/data', '/public/draws', '/v', '/law', '/report', '/sign-in']) {
    await sound(path);
    await page.goto(origin + path);
    await picture(page, path.slice(1).replaceAll('/', '-'));
  }
  await page.context().close();
});
