// The desk: one page drafts an entrustment with its visit and notice, with script and without; the head decides by one press, or ten
// together; the inbox; procurement and money. Fields touched and presses are counted as a hand makes them.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';
import { day, story } from './story.mjs';

const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-desk-'));
const plan = '年度检查计划-本月';
let scene, browser, origin;

// Twelve companies; eleven drafts wait for the head, of which one goes to a company the helpers' firm is tied to.
function deskStory() {
  const lines = [];
  let second = 0;
  const act = (n, by, name, fields) => lines.push(JSON.stringify({ at: `${day(n)}T10:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second++ % 60).padStart(2, '0')}+08:00`,
    by, act: name, ...fields }));
  const names = ['长江钢铁', '重庆路热电', '鑫源电镀', '东湖纸业', '汉口印染', '阳逻水泥', '青山焦化', '蔡甸涂料', '江夏医药', '黄陂建材', '新洲食品'];
  names.forEach((name, i) => act(-20, 'wei', 'subject.register', { id: `co-${i}`, name: `武汉${name}有限公司`, region: '420102', class: 'general',
    lon: 114.2 + i * 0.03, lat: 30.5 + i * 0.02, visits_per_year: 4 }));
  for (let i = 0; i < 11; i++) {
    act(-1, 'wei', 'entrustment.draft', { id: `q${i}`, agreement: 'a1', kind: 'T03', matter: `武汉${names[i]}废水治理设施运行评估`, subjects: [`co-${i}`], region: '420102',
      from: day(0), to: day(20), officers: ['wei', 'luo'], members: ['mei'], enters_site: true, budget: 'b1', amount: 1500000,
      basis: { type: 'plan', ref: plan }, outputs: ['设施评估报告'] });
    act(-1, 'wei', 'visit.plan', { id: `q${i}-v`, entrustment: `q${i}`, subject: `co-${i}`, starts: `${day(2)}T09:30:00+08:00`, ends: `${day(2)}T16:30:00+08:00`,
      lon: 114.2 + i * 0.03, lat: 30.5 + i * 0.02, approval_no: `武环检审〔${i}〕号`, notice_no: `武环检通〔${i}〕号`, helpers: 1 });
    act(-1, 'mei-u', 'interest.declare', { id: `q${i}-m`, entrustment: `q${i}`, member: 'mei', has_interest: false });
    act(-1, 'bl-lead', 'interest.declare', { id: `q${i}-p`, entrustment: `q${i}`, has_interest: i === 10 });
  }
  act(-2, 'sun', 'budget.approve', { id: 'b9', agency: 'wuhan', year: Number(day(-1).slice(0, 4)), source: 'fiscal', level: 'same', amount: 200000000, approval_no: '武财预〔16〕号' });
  act(-1, 'zhou', 'procurement.open', { id: 'split-1', agency: 'wuhan', title: '监测耗材第1批', category: '监测耗材', year: Number(day(-1).slice(0, 4)), budget: 'b9',
    amount: 60000000, method: 'internal', quotes: 3 });
  return story() + lines.join('\n') + '\n';
}

before(async () => {
  mkdirSync(pictures, { recursive: true });
  scene = await startScene(folder, deskStory());
  origin = scene.origin;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(user, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...options });
  context.setDefaultTimeout(5000);
  const page = await context.newPage();
  page.on('pageerror', (e) => assert.fail(`${user}: ${e.message}`));
  await signIn(page, origin, user);
  return page;
}

async function picture(page, name) {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.screenshot({ path: join(pictures, `${name}-1366.png`), fullPage: true });
  await page.setViewportSize({ width: 360, height: 780 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360, `${name} is too wide for a phone`);
  await page.screenshot({ path: join(pictures, `${name}-360.png`), fullPage: true });
  await page.setViewportSize({ width: 1366, height: 768 });
}

const api = async (page, path) => (await page.request.get(`${origin}/api/${path}`)).json();
const count = async (page, things) => (await api(page, `${things}?limit=200`)).items.length;
const settled = (page) => page.waitForResponse((r) => r.url().endsWith('/compose/live') && r.ok());

// A hand that fills a form: every field it touches counts once.
function hand(page) {
  const touched = new Set();
  const live = async (what) => { const answer = settled(page); await what(); await answer; await page.waitForTimeout(50); };
  return { touched,
    type: async (name, text) => { touched.add(name); await live(async () => { await page.fill(`[name="${name}"]`, text); await page.locator(`[name="${name}"]`).dispatchEvent('keyup'); }); },
    tick: async (name, value) => { touched.add(`${name}=${value}`); await live(() => page.locator(`[name="${name}"][value="${value}"]`).click()); } };
}

test('a company is found by a fragment of its name, its code, its credit code and the initials of its pinyin', async () => {
  const page = await open('wei', { javaScriptEnabled: false });
  for (const [text, name] of [['化工', '江汉化工有限公司'], ['91420102MA4TE5T136', '江汉化工有限公司'], ['jiang', '江汉化工有限公司'], ['jhhg', '江汉化工有限公司'],
    ['whcjgt', '武汉长江钢铁有限公司'], ['WHCQL', '武汉重庆路热电有限公司'], ['whxydd', '武汉鑫源电镀有限公司']]) {
    await page.goto(`${origin}/compose`);
    await page.fill('[name=subject_text]', text);
    await page.click('button[value=find]');
    assert.match(await page.locator('#company').innerText(), new RegExp(name), text);
  }
  await page.fill('[name=subject_text]', 'qqqq');
  await page.click('button[value=find]');
  assert.match(await page.locator('#company').innerText(), /没有找到/);
  await page.context().close();
});

test('without script the preview says what is missing, and the page sends three acts as one', async () => {
  const page = await open('wei', { javaScriptEnabled: false });
  const before = await count(page, 'entrustments');
  await page.goto(`${origin}/compose?subject=jiang`);
  await page.locator('[name=kind][value=T03]').check();
  await page.fill('[name=date]', day(3));
  await page.click('.actions button[value=preview]');
  assert.match(await page.locator('#v-officers').innerText(), /不予/);
  assert.match(await page.locator('#v-basis_ref').innerText(), /不予/);
  assert.match(await page.locator('#notice').innerText(), /江汉化工有限公司/);
  await picture(page, 'desk-compose-preview');
  await page.locator('[name=officers][value=luo]').check();
  await page.locator('[name=members][value=mei]').check();
  await page.fill('[name=basis_ref]', '专项');
  await page.fill('[name=approval_no]', '武环检审〔90〕号');
  await page.fill('[name=notice_no]', '武环检通〔90〕号');
  await page.fill('[name=amount]', '15,000');
  await page.click('.actions button[value=preview]');
  assert.match(await page.locator('#summary').innerText(), /可以提交/);
  await page.click('button[value=submit]');
  assert.match(await page.locator('main').innerText(), /已提交审批/);
  assert.equal(await count(page, 'entrustments'), before + 1);
  const id = new URL(page.url()).pathname.split('/').pop();
  assert.equal((await api(page, `visits/${id}-v`)).state, 'planned');
  assert.equal((await api(page, `notices/${id}-g`)).state, 'issued');
  await page.context().close();
});

test('with script the page judges as one types: at most 12 fields, at most 5 when repeated, and one act for two presses', async () => {
  const page = await open('wei');
  await page.goto(`${origin}/compose`);
  await picture(page, 'desk-compose-empty');
  const first = hand(page);
  await first.type('subject_text', 'jhhg');
  await first.tick('subject', 'jiang');
  await first.tick('kind', 'T03');
  await first.tick('officers', 'luo');
  await first.tick('members', 'mei');
  await first.type('date', day(5));
  assert.match(await page.locator('#beside').innerText(), /上限4次，还可3次/);
  assert.match(await page.locator('#notice').innerText(), /梅工/);
  assert.match(await page.locator('#summary').innerText(), /待填写/);
  await first.type('approval_no', '武环检审〔91〕号');
  await first.type('notice_no', '武环检通〔91〕号');
  await first.type('basis_ref', '专项');
  await first.type('amount', '15000');
  assert.match(await page.locator('#summary').innerText(), /可以提交/);
  assert.ok(first.touched.size <= 12, `${first.touched.size} fields`);
  await picture(page, 'desk-compose');
  const before = await count(page, 'entrustments');
  await page.dblclick('button[value=submit]', { noWaitAfter: true });
  await page.waitForURL(/from=compose/);
  assert.equal(await count(page, 'entrustments'), before + 1);

  await page.goto(`${origin}/compose`);
  await page.locator('.last a').first().click();
  const again = hand(page);
  await again.type('date', day(6));
  await again.type('approval_no', '武环检审〔92〕号');
  await again.type('notice_no', '武环检通〔92〕号');
  assert.match(await page.locator('#summary').innerText(), /可以提交/);
  assert.ok(again.touched.size <= 5, `${again.touched.size} fields`);
  // The same form sent twice at once, as two presses without our script would.
  const form = await page.locator('form[action="/compose"]').evaluate((f) => new URLSearchParams([...new FormData(f), ['do', 'submit']]).toString());
  const post = () => page.request.post(`${origin}/compose`, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, data: form, maxRedirects: 0 });
  const [one, two] = await Promise.all([post(), post()]);
  assert.equal(one.status(), 303);
  assert.equal(two.status(), 303);
  assert.equal(one.headers().location, two.headers().location);
  assert.equal(await count(page, 'entrustments'), before + 2);
  await page.context().close();
});

test('a complaint stands under its field while one types', async () => {
  const page = await open('wei');
  await page.goto(`${origin}/compose?subject=jiang&kind=T03`);
  const h = hand(page);
  await h.type('date', day(900));
  assert.match(await page.locator('#v-date').innerText(), /不予/);
  await h.type('matter', '对企业进行检查并收集证据');
  assert.match(await page.locator('#v-matter').innerText(), /须经批准/);
  await page.context().close();
});

test('a kind beyond those the rules name wants its reason, and with it waits for the legal review', async () => {
  const page = await open('wei', { javaScriptEnabled: false });
  await page.goto(`${origin}/compose?subject=jiang&kind=T15`);
  for (const [name, text] of [['date', day(7)], ['amount', '800'], ['basis_ref', '专项']]) await page.fill(`[name=${name}]`, text);
  await page.locator('[name=members][value=mei]').check();
  await page.click('.actions button[value=submit]');
  assert.match(await page.locator('#v-reason').innerText(), /不予.*未说明需要辅助的理由/);
  await page.fill('[name=reason]', '案卷数量多，需要专业录入');
  await page.click('.actions button[value=submit]');
  assert.match(await page.locator('.stamp').innerText(), /暂缓/);
  await page.context().close();
});

test('on a phone it is three steps', async () => {
  const page = await open('wei', { viewport: { width: 360, height: 780 }, hasTouch: true });
  await page.goto(`${origin}/compose?subject=jiang`);
  const shown = () => page.locator('.step:visible').evaluateAll((all) => all.map((s) => s.id));
  assert.deepEqual(await shown(), ['step1']);
  assert.ok(await page.locator('.last').isVisible());
  await page.locator('#step1 .turn a').tap();
  assert.deepEqual(await shown(), ['step2']);
  await page.screenshot({ path: join(pictures, 'desk-compose-step2-360.png'), fullPage: true });
  await page.locator('#step2 .turn a').last().tap();
  assert.deepEqual(await shown(), ['step3']);
  assert.ok(await page.locator('#notice').isVisible());
  await page.context().close();
});

test('what was typed is there after the tab was killed, and gone after signing out', async () => {
  let page = await open('wei');
  const context = page.context();
  await page.goto(`${origin}/do/subject.register`);
  await page.fill('[name=name]', '未写完的企业');
  await page.goto(`${origin}/compose?subject=jiang&kind=T03`);
  await page.fill('[name=approval_no]', '写了一半');
  await page.waitForTimeout(400);
  await page.close();
  page = await context.newPage();
  await page.goto(`${origin}/compose`);
  await page.locator('.kept').waitFor();
  assert.equal(await page.inputValue('[name=approval_no]'), '写了一半');
  await page.goto(`${origin}/do/subject.register`);
  assert.equal(await page.inputValue('[name=name]'), '未写完的企业');
  await page.locator('.who summary').click();
  await page.locator('form[action="/sign-out"] button').click();
  await page.waitForURL(/sign-in/);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('xiezhi-draft')).length), 0);
  await context.close();
});

test('a third party keeps nothing sealed on its device', async () => {
  const page = await open('mei-u');
  await page.goto(`${origin}/do/clue.report`);
  await page.fill('[name=text]', '看到的事');
  await page.waitForTimeout(400);
  assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes('看到的事'));
  await page.context().close();
});

test('the head decides an entrustment and its visit by one press', async () => {
  const page = await open('han');
  await page.goto(`${origin}/approve`);
  const text = await page.locator('main').innerText();
  for (const word of ['可直接审批', '需说明理由', '项检查通过', '谁', '去哪里', '什么时候', '费用']) assert.match(text, new RegExp(word));
  await picture(page, 'desk-approve');
  const id = await page.locator('form.decide [name=item]').inputValue();
  const thing = (await api(page, 'entrustments?state=drafted&limit=200')).items.length;
  await page.waitForTimeout(350);
  await page.locator('form.decide .primary').click();
  await page.waitForURL(/done=yes/);
  assert.equal((await api(page, 'entrustments?state=drafted&limit=200')).items.length, thing - 1);
  assert.equal((await api(page, 'visits?state=approved&limit=200')).items.length, 1);
  assert.notEqual(await page.locator('form.decide [name=item]').inputValue(), id);
  await page.waitForTimeout(350);
  await page.keyboard.press('y');
  await page.waitForURL(/turn=2/);
  assert.equal((await api(page, 'visits?state=approved&limit=200')).items.length, 2);
  const before = await page.locator('.matter .title').innerText();
  await page.keyboard.press('j');
  await page.waitForFunction((t) => document.querySelector('.matter .title').textContent !== t, before);
  await page.keyboard.press('k');
  await page.waitForFunction((t) => document.querySelector('.matter .title').textContent === t, before);
  await page.context().close();
});

test('on a phone the button changes sides and a press within 300 ms decides nothing', async () => {
  const page = await open('han', { viewport: { width: 360, height: 780 }, hasTouch: true });
  await page.goto(`${origin}/approve`);
  const here = await page.locator('form.decide .primary').boundingBox();
  assert.ok(here.height >= 48);
  await page.waitForTimeout(350);
  await page.locator('form.decide .primary').tap();
  await page.waitForURL(/done=yes/);
  const there = await page.locator('form.decide .primary').boundingBox();
  assert.ok(there.x >= here.x + here.width || there.x + there.width <= here.x, 'it stands where the finger was');
  const drafted = (await api(page, 'entrustments?state=drafted&limit=200')).items.length;
  // The second half of a double press lands as soon as the next page is there.
  await page.addInitScript(() => document.addEventListener('DOMContentLoaded', () => document.querySelector('form.decide .primary')?.click()));
  await page.reload();
  await page.waitForTimeout(300);
  assert.equal((await api(page, 'entrustments?state=drafted&limit=200')).items.length, drafted);
  await page.screenshot({ path: join(pictures, 'desk-approve-phone-360.png') });
  await page.context().close();
});

test('clean ones of one plan go together once each was opened; the declared interest never does', async () => {
  const page = await open('han');
  await page.goto(`${origin}/approve`);
  const links = await page.locator('.queue h2:has-text("可直接审批") + ul a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  assert.ok(links.length >= 7);
  const reason = await page.locator('.queue h2:has-text("需说明理由") + ul').innerText();
  assert.match(reason, /新洲食品/);
  assert.ok(await page.locator('.queue input[type=checkbox]').count() < links.length, 'what nobody opened has no box');
  for (const link of links) await page.goto(origin + link);
  await page.goto(`${origin}/approve`);
  const boxes = page.locator('.queue input[type=checkbox]');
  const n = await boxes.count();
  assert.ok(n >= 7 && n <= 10, `${n}`);
  for (let i = 0; i < n; i++) await boxes.nth(i).check();
  await picture(page, 'desk-approve-together');
  const approved = (await api(page, 'entrustments?state=approved&limit=200')).items.length;
  // A hand that adds what may not go along is told so, and nothing is decided.
  const form = await page.locator('.queue form').evaluate((f) => new URLSearchParams([...new FormData(f)]).toString());
  const other = new URL(await page.locator('.queue h2:has-text("需说明理由") + ul a').first().evaluate((a) => a.href)).searchParams.get('item');
  const bad = await page.request.post(`${origin}/approve`, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, data: `${form}&item=${other}` });
  assert.equal(bad.status(), 422);
  assert.equal((await api(page, 'entrustments?state=approved&limit=200')).items.length, approved);
  await page.locator('.together button').click();
  await page.waitForURL(/done=together/);
  assert.equal((await api(page, 'entrustments?state=approved&limit=200')).items.length, approved + n);
  await page.context().close();
});

test('sending back wants a reason, and what was planned falls', async () => {
  const page = await open('han');
  await page.goto(`${origin}/todo`); // the row of its visit leads to the same item
  await page.locator('table.inbox tr', { hasText: '新洲食品' }).filter({ hasText: '批准现场' }).locator('a', { hasText: '审批' }).click();
  assert.match(await page.locator('.matter .title').innerText(), /新洲食品/);
  const form = await page.locator('form.decide').evaluate((f) => Object.fromEntries(new FormData(f)));
  const stale = await page.request.post(`${origin}/approve`, { form: { ...form, do: 'no', seen: '0', turn: '9223372036854775807', reason: '写了很久的理由' } });
  assert.equal(stale.status(), 409);
  assert.match(await stale.text(), /value="写了很久的理由"/);
  await page.locator('button[value=no]').click();
  assert.match(await page.locator('[role=alert]').innerText(), /请写明理由/);
  await page.fill('[name=reason]', '第三方申报有利害关系，请更换');
  await page.locator('button[value=no]').click();
  await page.waitForURL(/done=no/);
  assert.equal((await api(page, 'entrustments/q10')).state, 'returned');
  assert.equal((await api(page, 'visits/q10-v')).state, 'cancelled');
  await page.goto(`${origin}/approve?item=${form.item}`);
  assert.match(await page.locator('[role=status]').innerText(), /已办理/);
  await page.context().close();
});

test('inbox and day', async () => {
  const page = await open('wei');
  await page.goto(`${origin}/todo`);
  const rows = page.locator('table.inbox tbody tr');
  assert.ok(await rows.count() > 0);
  for (let i = 0; i < await rows.count(); i++) {
    const text = await rows.nth(i).innerText();
    assert.match(text, /个工作日|个自然日|小时|没有期限/, text);
    assert.ok(await rows.nth(i).locator('td').last().locator('a, span.muted').count() >= 1);
  }
  await picture(page, 'desk-todo');
  await page.goto(`${origin}/`);
  assert.match(await page.locator('.day').innerText(), /武汉/);
  assert.ok(await page.locator('.day svg a').count() > 0);
  await picture(page, 'desk-day');
  await page.context().close();
});

test('a second purchase of the kind is held, decided alone with a reason, and stands on the board of money', async () => {
  const buyer = await open('zhou');
  await buyer.goto(`${origin}/do/procurement.open?agency=wuhan&budget=b9&method=internal&category=监测耗材&title=监测耗材第2批&quotes=3&amount=600000&year=${day(-1).slice(0, 4)}`);
  await buyer.locator('form button.primary').click();
  assert.match(await buyer.locator('.stamp').innerText(), /暂缓/);
  const finance = await open('sun');
  await finance.goto(`${origin}/approve`);
  assert.match(await finance.locator('.queue').innerText(), /需说明理由/);
  await finance.waitForTimeout(350);
  await finance.locator('form.decide .primary').click();
  assert.match(await finance.locator('[role=alert]').innerText(), /请写明理由/);
  await finance.fill('[name=reason]', '两批耗材型号不同，已核对全年计划');
  await finance.waitForTimeout(350);
  await finance.locator('form.decide .primary').click();
  await finance.waitForURL(/done=yes/);
  await finance.context().close();
  await buyer.goto(`${origin}/money`);
  const text = await buyer.locator('main').innerText();
  for (const word of ['7个工作日', '合计达到分散采购限额', '1,200,000.00']) assert.match(text, new RegExp(word));
  await picture(buyer, 'desk-money');
  await buyer.locator('a[href="/things/procurements?budget=b9"]').click();
  const sum = await buyer.locator('td[data-label="占用预算（元）"]').evaluateAll((all) => all.reduce((s, c) => s + Number(c.textContent.replaceAll(',', '')), 0));
  assert.equal(sum, 1200000);
  await buyer.context().close();
});

test('one h1, one filled button, targets of 48 px', async () => {
  for (const [user, path] of [['wei', '/compose'], ['han', '/approve'], ['wei', '/todo'], ['zhou', '/money'], ['wei', '/']]) {
    const page = await open(user, { viewport: { width: 360, height: 780 } });
    await page.goto(origin + path);
    assert.equal(await page.locator('h1').count(), 1, path);
    assert.equal(await page.locator('button.primary, a.primary').count(), 1, path);
    const small = await page.locator('main button:visible, main a.button:visible, main .choices label:visible').evaluateAll((all) => all.filter((e) => !e.classList.contains('skip') && !e.classList.contains('link'))
      .map((e) => [e.textContent, e.getBoundingClientRect().height]).filter(([, h]) => h < 47.5));
    assert.deepEqual(small, [], path);
    await page.context().close();
  }
});
