// The screens of those who verify, watch, lead a third party and keep the system, in Chromium without script: two officers verify one
// material, each in a session of his own and in at most four taps; a case shows its chain; discipline finds who looked, by name and by the
// watermark of a print; the province takes its month out; the provider's lead; the three administrators. One h1, one filled button, axe, and
// pictures at 1366 and 360 pixels of each.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';
import { Hand } from './taps.mjs';
import { day, story } from './story.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(join(here, '../../node_modules/axe-core/axe.min.js'), 'utf8');
const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-roles-'));
const time = (n, clock) => `${day(n)}T${clock}:00+08:00`;
const digest = (c) => `sm3:${c.repeat(64)}`;

// A desk task whose report waits for verification, a bureau that wants each signature, a clue, a refusal, the keepers.
const lines = [
  { at: time(-20, '09:00'), by: 'sys', act: 'user.register', id: 'sec', name: '安全员', roles: ['secadmin'], agency: 'wuhan' },
  { at: time(-20, '09:01'), by: 'sys', act: 'user.register', id: 'aud', name: '审计员', roles: ['auditor'], agency: 'wuhan' },
  { at: time(-20, '09:02'), by: 'system', act: 'agency.register', id: 'hubei', name: '湖北省生态环境厅', region: '420000', level: 'province' },
  { at: time(-20, '09:03'), by: 'sys', act: 'user.register', id: 'sheng', name: '省厅人员', roles: ['province'], agency: 'hubei' },
  { at: time(-20, '09:04'), by: 'han', act: 'policy.set', name: 'verify_own_signature', value: true, reason: '核实人各自签认' },
  { at: time(-20, '09:10'), by: 'wei', act: 'entrustment.draft', id: 'e1', agreement: 'a1', kind: 'T03', matter: '治理设施运行评估', subjects: ['jiang'],
    region: '420102', from: day(-19), to: day(30), officers: ['wei', 'luo'], members: ['mei'], enters_site: true, budget: 'b1', amount: 1500000,
    basis: { type: 'plan', ref: '年度计划' }, outputs: ['设施评估报告'] },
  { at: time(-20, '09:20'), by: 'mei-u', act: 'interest.declare', id: 'd1', entrustment: 'e1', member: 'mei', has_interest: false },
  { at: time(-20, '09:21'), by: 'bl-lead', act: 'interest.declare', id: 'd2', entrustment: 'e1', has_interest: false },
  { at: time(-20, '10:00'), by: 'han', act: 'entrustment.approve', entrustment: 'e1' },
  { at: time(-20, '11:00'), by: 'bl-lead', act: 'entrustment.accept', entrustment: 'e1' },
  { at: time(-18, '09:00'), by: 'wei', act: 'order.give', id: 'o1', entrustment: 'e1', to: 'mei', power: 'evaluate', text: '请核算停留时间' },
  { at: time(-17, '09:00'), by: 'mei-u', act: 'material.submit', id: 'm1', entrustment: 'e1', kind: 'data', title: '加药泵电流记录', digest: digest('1'), author: 'mei' },
  { at: time(-16, '09:00'), by: 'mei-u', act: 'material.submit', id: 'm2', entrustment: 'e1', kind: 'report', title: '设施评估报告', digest: digest('2'), author: 'mei',
    derived_from: ['m1'] },
  { at: time(-15, '09:00'), by: 'mei-u', act: 'order.refuse', id: 'r1', entrustment: 'e1', order: 'o1', text: '要求自行询问', reason: '越权' },
  { at: time(-14, '09:00'), by: 'mei-u', act: 'clue.report', id: 'c1', entrustment: 'e1', subject: 'jiang', observed_at: time(-14, '08:30'), text: '雨水口有水流出，疑似未登记的管道' },
];
let scene, browser, origin;
const contexts = new Map();

before(async () => {
  mkdirSync(pictures, { recursive: true });
  scene = await startScene(folder, `${story().trimEnd()}\n${lines.map((l) => JSON.stringify(l)).join('\n')}\n`, join(folder, 'store'));
  origin = scene.origin;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function pageOf(user, width = 1366) {
  const key = `${user} ${width}`;
  if (contexts.has(key)) return contexts.get(key);
  const context = await browser.newContext({ viewport: { width, height: width > 400 ? 768 : 780 }, javaScriptEnabled: false, locale: 'zh-CN', timezoneId: 'Asia/Shanghai',
    acceptDownloads: true });
  context.setDefaultTimeout(8000);
  const page = await context.newPage();
  contexts.set(key, page);
  await signIn(page, origin, user);
  return page;
}

// One h1, one filled button, nothing wider than a phone, axe without serious faults; both pictures.
async function look(page, name) {
  assert.equal(await page.locator('h1').count(), 1, `${name}: one h1`);
  assert.equal(await page.locator('button.primary, a.button.primary').count(), 1, `${name}: one filled button`);
  for (const [width, height] of [[1366, 768], [360, 780]]) {
    await page.setViewportSize({ width, height });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width, `${name} fits ${width}`);
    await page.screenshot({ path: join(pictures, `roles-${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  const cookies = await page.context().cookies();
  const scripted = await browser.newContext({ bypassCSP: true, locale: 'zh-CN' });
  await scripted.addCookies(cookies);
  const again = await scripted.newPage();
  await again.goto(page.url());
  await again.addScriptTag({ content: axe });
  const found = await again.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const grave = found.violations.filter((v) => ['serious', 'critical'].includes(v.impact));
  assert.deepEqual(grave.map((v) => `${v.id}: ${v.nodes[0].html}`), [], `${name}: axe`);
  await scripted.close();
}

test('a material is verified by two officers, each in an own session, in at most four taps', async () => {
  const wei = await pageOf('wei');
  await wei.goto(`${origin}/verify-queue`);
  assert.match(wei.url(), /materials\/m1\/verify/);
  await look(wei, 'verify');
  assert.equal(await wei.locator('input[type=checkbox]').count(), 0, 'nothing to tick for several');
  await wei.setViewportSize({ width: 360, height: 780 }); // phone targets are at least 48 px: the hand checks each
  const first = new Hand(wei);
  await first.tap('label.pick:has(input[value=instrument_log])');
  await first.type('#trace', '调取中控历史曲线逐点比对一致');
  await first.tap('label.pick:has(input[value=adoptable])');
  await first.tap('button.primary');
  assert.ok(first.taps <= 4, `${first.taps} taps`);
  assert.match(await wei.textContent('#verify'), /等待罗执法用自己的账号签认/);

  // Not before the second has signed: neither counted nor citable, and not by the first in the other's name.
  const legal = await pageOf('fa');
  await legal.goto(`${origin}/things/materials/m1`);
  assert.match(await legal.textContent('main'), /待核实/);
  await wei.goto(`${origin}/do/material.verify?material=m1`);
  assert.equal(await wei.locator('h1').count(), 1);

  const luo = await pageOf('luo', 360);
  const second = new Hand(luo);
  await luo.goto(`${origin}/verify-queue`);
  assert.match(luo.url(), /materials\/m1\/verify/, 'what waits for a signature comes first');
  assert.match(await luo.textContent('#verify'), /调取中控历史曲线逐点比对一致/);
  await luo.screenshot({ path: join(pictures, 'roles-sign-360.png'), fullPage: true });
  await second.tap('button.primary');
  assert.ok(second.taps <= 4);
  const said = await luo.textContent('#verify');
  assert.match(said, /可依法采用/);
  assert.equal((said.match(/本人签认/g) ?? []).length, 2);
  await luo.click('a:has-text("下一件")');
  assert.match(luo.url(), /materials\/m2\/verify/);
});

test('who is no verifier only reads; a refusal keeps what was typed', async () => {
  const legal = await pageOf('fa');
  await legal.goto(`${origin}/materials/m2/verify`);
  assert.equal(await legal.locator('#verify form').count(), 0);
  await look(legal, 'verify-legal');
  const wei = await pageOf('wei');
  await wei.goto(`${origin}/materials/m2/verify`);
  await wei.check('input[value=recompute]');
  await wei.fill('#trace', '按设计水量复算，偏差2%');
  await wei.check('input[value=reference_only]');
  await wei.locator('#second').evaluate((e) => { e.innerHTML = '<option value="wei" selected>x</option>'; });
  await wei.click('button.primary');
  assert.match(await wei.textContent('main'), /另一名核实人不能是发起人本人/);
  assert.equal(await wei.inputValue('#trace'), '按设计水量复算，偏差2%');
  await wei.selectOption('#second', 'luo');
  await wei.click('button.primary');
  const luo = await pageOf('luo', 360);
  await luo.goto(`${origin}/materials/m2/verify`);
  await luo.locator('details:has(#note)').evaluate((e) => { e.open = true; });
  await luo.click('button[value=decline]');
  assert.match(await luo.textContent('main'), /未写明理由/);
  await luo.fill('#note', '复算所用水量不是设计值');
  await luo.click('button[value=decline]');
  assert.match(await luo.textContent('#verify'), /待核实/);
});

test('a clue is studied on one page', async () => {
  const wei = await pageOf('wei');
  await wei.goto(`${origin}/clues/c1/study`);
  assert.match(await wei.textContent('.lead'), /雨水口有水流出/);
  await wei.click('button:has-text("签收线索")');
  await look(wei, 'study');
  await wei.check('input[value=groundless]');
  await wei.fill('#reasons', '现场查看为雨水，未见异常管线');
  await wei.click('button.primary');
  assert.match(await wei.textContent('#judge'), /不成立/);
});

test('discipline: numbers with their meaning and their rows; who looked, by name and by watermark', async () => {
  const qin = await pageOf('qin');
  await qin.goto(`${origin}/`);
  await qin.click('.screens a:has-text("监督台")');
  await look(qin, 'supervise');
  const cards = await qin.locator('.figure h2').allInnerTexts();
  assert.deepEqual(cards, ['依法拒绝', '提出异议', '核实过快', '补录率', '逾期未办结', '举报']);
  const refusals = qin.locator('.figure', { hasText: '依法拒绝' });
  assert.equal((await refusals.locator('.value').innerText()).trim(), '1');
  await refusals.locator('.value a').click();
  assert.match(await qin.textContent('main'), /依法拒绝/);

  // Legal review opened m2 above: found by the thing, by the person, and by the mark that stood on the page.
  const legal = await pageOf('fa');
  await legal.goto(`${origin}/materials/m2/verify`);
  const mark = (await legal.locator('svg.mark text').first().textContent()).trim();
  await qin.goto(`${origin}/supervise/who?kind=materials&thing=m2`);
  assert.match(await qin.textContent('main'), /方法制/);
  await qin.goto(`${origin}/supervise`);
  await qin.fill('#who', mark.toLowerCase());
  await qin.click('form[action="/supervise/who"] button');
  const found = await qin.textContent('main');
  assert.match(found, /查看人方法制/);
  assert.match(found, /设施评估报告/);
  await look(qin, 'who');
  await qin.fill('#who', 'K7QF-2M9A-X3TD');
  await qin.click('form[action="/supervise/who"] button');
  assert.match(await qin.textContent('main'), /没有查到这个水印/);
  const wei = await pageOf('wei');
  assert.equal((await wei.goto(`${origin}/supervise/who?user=fa`)).status(), 403);
});

test('the province sees the frame and takes its month out', async () => {
  const sheng = await pageOf('sheng');
  await sheng.goto(`${origin}/supervise`);
  await look(sheng, 'province');
  assert.match(await sheng.textContent('.figure:has-text("举报")'), /少于5[^]*明细由纪检督察查看/);
  assert.equal((await sheng.goto(`${origin}/supervise/rows/reports`)).status(), 403);
  await sheng.goto(`${origin}/supervise/month?month=${day(-15).slice(0, 7)}`);
  await look(sheng, 'month');
  const [download] = await Promise.all([sheng.waitForEvent('download'), sheng.click('a.primary')]);
  const bytes = readFileSync(await download.path());
  assert.equal(bytes.subarray(0, 2).toString(), 'PK');
  assert.match(download.suggestedFilename(), /supervise-.*\.xlsx/);
});

test('the lead of a third party', async () => {
  const lead = await pageOf('bl-lead');
  await lead.goto(`${origin}/provider`);
  await look(lead, 'provider');
  const said = await lead.textContent('main');
  for (const words of ['治理设施运行评估', '梅工', 'FZ-0001', '证件与资质', '考核与申诉', '资料返还'])
    assert.ok(said.includes(words), words);
});

test('three administrators: what runs, who may, and who did what', async () => {
  const sys = await pageOf('sys');
  await sys.goto(`${origin}/system`);
  await look(sys, 'system');
  const checks = await sys.locator('#check tbody tr').allInnerTexts();
  for (const name of ['磁盘', '备份', '检查点', '时钟', '网站证书', '查看记录', '执法证件', '节假日安排', '法规版本'])
    assert.ok(checks.some((row) => row.startsWith(name)), name);
  assert.ok(checks.some((row) => row.startsWith('备份') && row.includes('异常') && row.includes('xiezhi backup')));
  assert.equal((await sys.context().request.post(`${origin}/system/accounts`, { form: { do: 'revoke', user: 'wei' } })).status(), 403);

  const sec = await pageOf('sec');
  await sec.goto(`${origin}/system?q=魏队`);
  await look(sec, 'secadmin');
  const wei = await pageOf('wei');
  await wei.goto(`${origin}/todo`);
  await sec.click('tr:has-text("魏队") button:has-text("注销会话")');
  await wei.goto(`${origin}/todo`);
  assert.match(wei.url(), /sign-in/, 'the session ended');
  await sec.goto(`${origin}/system?q=魏队`);
  await sec.click('tr:has-text("魏队") button:has-text("重发口令")');
  const once = (await sec.textContent('.once')).trim();
  assert.equal(once.length, 20);
  await wei.fill('[name=user]', 'wei');
  await wei.fill('[name=password]', once);
  await wei.click('button.primary');
  assert.match(wei.url(), /password/, 'it must be changed');

  const aud = await pageOf('aud');
  await aud.goto(`${origin}/system`);
  await look(aud, 'auditor');
  const events = await aud.textContent('#events');
  assert.ok(events.includes('注销会话') && events.includes('发放一次性口令') && events.includes('安全员') && events.includes('魏队'));
  assert.equal(await aud.locator('#accounts').count(), 0);
});
