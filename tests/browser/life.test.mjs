// One entrustment through its whole life in the browser, every step by the person whose step it is, no script on any
// page; a refusal with its receipt; the code on the notice; pictures at two sizes.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';
import { day, local, story } from './story.mjs';

const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-browser-'));
let scene, browser, origin;
const contexts = new Map();

before(async () => {
  mkdirSync(pictures, { recursive: true });
  scene = await startScene(folder, story());
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
  context.setDefaultTimeout(4000);
  const page = await context.newPage();
  contexts.set(user, page);
  if (user === 'public') return page;
  await signIn(page, origin, user);
  assert.equal(new URL(page.url()).pathname, '/', `${user} signs in`);
  return page;
}

async function picture(page, name) {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.screenshot({ path: join(pictures, `${name}-1366.png`), fullPage: true });
  await page.setViewportSize({ width: 360, height: 780 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth).catch(() => 360);
  assert.ok(wide <= 360, `${name} is ${wide} wide on a phone`);
  await page.screenshot({ path: join(pictures, `${name}-360.png`), fullPage: true });
  await page.setViewportSize({ width: 1366, height: 768 });
}

async function fill(page, name, value) {
  const field = page.locator(`form [name="${name}"]`);
  if (Array.isArray(value)) {
    for (const v of value) {
      const box = page.locator(`form input[type=checkbox][name="${name}"][value="${v}"]`);
      if (await box.count()) await box.check();
      else await field.last().fill(v);
    }
    return;
  }
  const first = field.first();
  const kind = await first.evaluate((e) => `${e.tagName}:${e.type}`).catch(() => '');
  if (name.startsWith('file:')) await first.setInputFiles(value);
  else if (kind.startsWith('SELECT')) await first.selectOption(value);
  else await first.fill(value);
}

// Times are typed in minutes: none of them may end between typing and sending.
const fresh = () => new Promise((go) => setTimeout(go, Math.max(0, (Date.now() % 60000) - 50000) && 60500 - (Date.now() % 60000)));

// Fills the form of an act and sends it. What comes back: verdict, text, the id of the thing where one is named.
async function act(user, name, entries, prefill = '') {
  const page = await pageOf(user);
  await fresh();
  const fields = typeof entries === 'function' ? entries() : entries;
  await page.goto(`${origin}/do/${name}${prefill}`);
  await page.locator('details').evaluateAll((all) => all.forEach((d) => { d.open = true; })).catch(() => {});
  for (const [key, value] of Object.entries(fields)) await fill(page, key, value);
  await page.click('button.primary');
  const text = await page.locator('main').innerText();
  const stamp = await page.locator('.stamp').first().innerText({ timeout: 2000 }).catch(() => 'none');
  return { page, text, stamp };
}

async function allowed(user, name, fields, prefill) {
  const answer = await act(user, name, fields, prefill);
  assert.equal(answer.stamp, '准予', `${user} ${name}: ${answer.text}`);
  return answer;
}

test('every role signs in and sees its day', async () => {
  for (const user of ['han', 'wei', 'luo', 'fa', 'zhou', 'sun', 'dang', 'qin', 'bl-lead', 'mei-u', 'fang', 'sys']) {
    const page = await pageOf(user);
    assert.equal(await page.locator('h1').innerText(), '今日任务');
    assert.equal(await page.locator('script').count(), 0);
  }
});

test('draft, approve, accept', async () => {
  await allowed('wei', 'entrustment.draft', { 'new-id': 'e1', agreement: 'a1', kind: 'T03', matter: '废水治理设施运行评估',
    subjects: ['jiang'], region: '420102', from: day(0), to: day(20), officers: ['wei', 'luo'], members: ['mei'],
    enters_site: 'true', budget: 'b1', amount: '15,000.00', 'basis.type': 'plan', 'basis.ref': '年度检查计划', outputs: ['设施评估报告'] });
  await allowed('mei-u', 'interest.declare', { entrustment: 'e1', member: 'mei', has_interest: 'false' });
  await allowed('bl-lead', 'interest.declare', { entrustment: 'e1', has_interest: 'false' });
  const inbox = await pageOf('han');
  await inbox.goto(`${origin}/todo`);
  assert.match(await inbox.locator('main').innerText(), /批准委托/);
  await picture(inbox, 'todo');
  await allowed('han', 'entrustment.approve', {}, '?entrustment=e1');
  await allowed('bl-lead', 'entrustment.accept', {}, '?entrustment=e1');
});

test('a refusal says why and keeps what was typed', async () => {
  const { page, stamp, text } = await act('bl-lead', 'visit.plan', { entrustment: 'e1', subject: 'jiang', starts: local(60), ends: local(120),
    helpers: '1', approval_no: '自拟〔1〕' });
  assert.equal(stamp, '不予');
  assert.match(text, /第4条/);
  assert.match(text, /怎样才合规/);
  await picture(page, 'refusal');
  await page.click('button.primary');
  assert.equal(await page.locator('[name=approval_no]').inputValue(), '自拟〔1〕');
});

test('plan the visit, give notice, go in and out', async () => {
  await allowed('wei', 'visit.plan', { 'new-id': 'v1', entrustment: 'e1', subject: 'jiang', starts: local(0), ends: local(180),
    lon: '114.31', lat: '30.6', radius_m: '300', approval_no: '武环检审〔12〕号', notice_no: '武环检通〔12〕号', helpers: '1' });
  await allowed('han', 'visit.approve', {}, '?visit=v1');
  await allowed('wei', 'notice.issue', { 'new-id': 'n1', entrustment: 'e1', subject: 'jiang', 'content.who': '蓝线环境技术有限公司 梅工',
    'content.what': '废水治理设施运行评估', 'content.not_allowed': '检查、询问、取证、强制', 'content.period': `${day(0)}至${day(20)}`,
    'content.objection_route': '向武汉支队提出，电话12369', unannounced: 'false' });
  await allowed('wei', 'notice.serve', () => ({ notice: 'n1', method: 'signed', recipient: '方经理', recipient_uscc: '91420102MA4TE5T136',
    officers: ['wei', 'luo'], served_at: local(0) }));
  for (const [user, person] of [['wei', 'wei'], ['luo', 'luo'], ['mei-u', 'mei']])
    await allowed(user, 'presence.enter', () => ({ visit: 'v1', person, time: local(0), lon: '114.31', lat: '30.6', accuracy_m: '15' }));
});

test('the code on the notice', async () => {
  const inside = await pageOf('wei');
  await inside.goto(`${origin}/things/notices/n1`);
  const path = await inside.locator('a[href^="/n/"]').getAttribute('href');
  await picture(inside, 'notice-inside');
  const page = await pageOf('public');
  const answer = await page.goto(origin + path);
  assert.ok((await answer.body()).length < 30000);
  const text = await page.locator('main').innerText();
  for (const word of ['有效', '梅工', 'FZ-0001', '可以做', '不可以做', '提出异议']) assert.match(text, new RegExp(word));
  await picture(page, 'notice-public');
});

test('material, clue, leaving, closing', async () => {
  await allowed('mei-u', 'material.submit', () => ({ 'new-id': 'm1', entrustment: 'e1', visit: 'v1', kind: 'data', title: '曝气风机电流记录',
    'file:digest': { name: 'blower.csv', mimeType: 'text/csv', buffer: Buffer.from('time,ampere\n10:00,31\n') },
    captured_at: local(0), author: 'mei' }));
  await allowed('mei-u', 'clue.report', () => ({ 'new-id': 'c1', entrustment: 'e1', subject: 'jiang', observed_at: local(0),
    text: '雨水井内有异常水流，疑似未登记管线', urgent: 'true' }));
  await allowed('luo', 'clue.receive', {}, '?clue=c1');
  for (const [user, person] of [['mei-u', 'mei'], ['luo', 'luo'], ['wei', 'wei']])
    await allowed(user, 'presence.leave', () => ({ visit: 'v1', person, time: local(0) }));
  await allowed('wei', 'visit.close', {}, '?visit=v1');
});

test('verify, cite, record, file', async () => {
  await allowed('han', 'clue.decide', { outcome: 'opened', reasons: '执法人员当日现场查看并制作笔录〔31〕号，有初步证据，准予立案' }, '?clue=c1');
  await allowed('wei', 'case.open', { 'new-id': 'k1', agency: 'wuhan', subject: 'jiang', cause: '涉嫌通过未登记管线排放水污染物',
    'basis.type': 'clue', 'basis.ref': 'c1', approved_by: 'han' });
  await allowed('wei', 'material.verify', { officers: ['wei', 'luo'], method: 'instrument_log', trace: '调取历史曲线与电流记录逐点比对',
    result: 'adoptable' }, '?material=m1');
  await allowed('wei', 'evidence.cite', { case: 'k1', material: 'm1', as: 'reference' });
  await allowed('wei', 'record.compile', { 'new-id': 'r1', entrustment: 'e1' });
  await allowed('fa', 'record.file', { number: '武环辅备〔1〕号' }, '?record=r1');
  await allowed('wei', 'entrustment.finish', {}, '?entrustment=e1');
});

test('the case file is sealed', async () => {
  const attach = (kind, ref, more = {}) => allowed('wei', 'case.attach', { case: 'k1', kind, ref, date: day(0), ...more });
  await attach('record', 'r1', { form: 'A21' });
  await attach('notice', 'n1', { form: 'A09' });
  await attach('visit_record', '现场检查（勘察）笔录〔31〕号', { form: 'P03', signers: ['wei', 'luo'] });
  await attach('receipt', '送达回证-告知书', { form: 'A10', of: 'n1', signers: ['wei', 'luo'] });
  await attach('other', '立案审批表 武环罚立〔8〕号', { form: 'P01', signers: ['wei', 'luo', 'han'] });
  await attach('report', '调查报告 武环罚调〔8〕号', { form: 'P11', signers: ['wei', 'luo'] });
  await attach('legal_review', '法制审核意见〔8〕号', { signers: ['fa'] });
  await attach('other', '行政处罚事先告知书 武环罚告〔8〕号', { form: 'P12', date: day(-12) });
  await attach('receipt', '送达回证-事先告知书', { form: 'P18', date: day(-12), of: '行政处罚事先告知书 武环罚告〔8〕号', signers: ['wei', 'luo'] });
  await attach('decision', '行政处罚决定书 武环罚〔8〕号', { form: 'P17' });
  await attach('receipt', '送达回证-决定书', { form: 'P18', of: '行政处罚决定书 武环罚〔8〕号', signers: ['wei', 'luo'] });
  await attach('other', '行政处罚案件结案审批表 武环罚结〔8〕号', { form: 'P20', signers: ['wei', 'luo', 'han'] });
  const { page } = await allowed('dang', 'case.seal', {}, '?case=k1');
  await page.goto(`${origin}/things/cases/k1`);
  assert.match(await page.locator('main').innerText(), /已归档/);
  await picture(page, 'case');
});

test('pictures of the pages people use most', async () => {
  const looks = [['wei', '/', 'home-officer'], ['mei-u', '/', 'home-member'], ['fang', '/', 'home-subject'],
    ['wei', '/things/entrustments', 'list'], ['wei', '/things/entrustments/e1', 'detail'], ['wei', '/things/visits/v1', 'visit'],
    ['wei', '/do/entrustment.draft', 'form'], ['wei', '/acts', 'acts'], ['qin', '/things/acts?verdict=refused', 'refusals'],
    ['han', '/settings', 'settings'], ['public', '/law', 'law'], ['public', '/report', 'report'], ['wei', '/nothing', 'missing'],
    ['public', '/sign-in', 'sign-in'], ['wei', '/receipts/40', 'receipt']];
  for (const [user, path, name] of looks) {
    const page = await pageOf(user);
    await page.goto(origin + path);
    if (name === 'refusals') assert.match(await page.locator('main').innerText(), /安排现场/);
    await picture(page, name);
  }
});
