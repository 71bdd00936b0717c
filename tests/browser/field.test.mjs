// A visit on three phones without a network, from the door to the end: the lead, the second officer, a helper, and a helper without
// a phone. Then the network comes back. The server is the real one; what it holds at the end is asked of its API.
import { after, before, test as run } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { chromium } from 'playwright-core';
import { signIn, startScene, within } from './scene.mjs';
import { day, local, story } from './story.mjs';
import { Hand } from './taps.mjs';

const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-field-'));
const PIN = '482915';
const PHOTOS = 20;
const STORAGE = 5 << 20;
const STEP_MS = 30000;
const test = (name, steps) => run(name, { timeout: 180000 }, steps);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let scene, browser, origin, lead, second, helper;

// The day before: all that has to be there when the phones are taken along.
function fieldStory() {
  const lines = [];
  let minute = 0;
  const act = (n, by, name, fields) =>
    lines.push(
      JSON.stringify({ at: `${day(n)}T10:${String(minute++).padStart(2, '0')}:00+08:00`, by, act: name, ...fields }),
    );
  act(-28, 'sys', 'user.register', { id: 'lin-u', name: '林工', roles: ['member'], provider: 'blueline' });
  act(-28, 'bl-lead', 'member.add', {
    id: 'lin',
    provider: 'blueline',
    name: '林工',
    speciality: '废气治理',
    user: 'lin-u',
  });
  act(-28, 'lin-u', 'undertaking.sign', {
    id: 'u3',
    agreement: 'a1',
    member: 'lin',
    kinds: ['confidentiality', 'integrity', 'recusal'],
  });
  act(-27, 'han', 'member.admit', { member: 'lin', exam_passed_on: day(-32), card_no: 'FZ-0002', to: day(300) });
  act(-2, 'wei', 'entrustment.draft', {
    id: 'e1',
    agreement: 'a1',
    kind: 'T03',
    matter: '废水治理设施运行评估',
    subjects: ['jiang'],
    region: '420102',
    from: day(-2),
    to: day(20),
    officers: ['wei', 'luo'],
    members: ['mei', 'lin'],
    enters_site: true,
    budget: 'b1',
    amount: 1500000,
    basis: { type: 'plan', ref: '年度检查计划' },
    outputs: ['设施评估报告'],
  });
  for (const [by, member] of [
    ['mei-u', 'mei'],
    ['lin-u', 'lin'],
    ['bl-lead', null],
  ])
    act(-2, by, 'interest.declare', { entrustment: 'e1', has_interest: false, ...(member ? { member } : {}) });
  act(-2, 'han', 'entrustment.approve', { entrustment: 'e1' });
  act(-2, 'bl-lead', 'entrustment.accept', { entrustment: 'e1' });
  act(-1, 'wei', 'visit.plan', {
    id: 'v1',
    entrustment: 'e1',
    subject: 'jiang',
    starts: `${local(-30)}:00+08:00`,
    ends: `${local(240)}:00+08:00`,
    lon: 114.31,
    lat: 30.6,
    radius_m: 300,
    approval_no: '武环检审〔12〕号',
    notice_no: '武环检通〔12〕号',
    helpers: 2,
  });
  act(-1, 'han', 'visit.approve', { visit: 'v1' });
  act(-1, 'wei', 'notice.issue', {
    id: 'n1',
    entrustment: 'e1',
    subject: 'jiang',
    unannounced: false,
    content: {
      who: '蓝线环境技术有限公司 梅工、林工',
      what: '废水治理设施运行评估',
      not_allowed: '检查、询问、取证、强制',
      period: `${day(0)}至${day(20)}`,
      objection_route: '向武汉支队提出，电话12369',
    },
  });
  return `${story()}${lines.join('\n')}\n`;
}

// ---- a phone ----
class Phone {
  static async of(user, options = {}, script = null) {
    const phone = new Phone();
    phone.user = user;
    const opening = browser.newContext({
      viewport: { width: 360, height: 780 },
      isMobile: true,
      hasTouch: true,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      permissions: ['camera', 'geolocation'],
      geolocation: { latitude: 30.6, longitude: 114.31, accuracy: 12 },
      ...options,
    });
    phone.context = await phone.step('a context', opening);
    phone.context.setDefaultTimeout(8000);
    if (script) await phone.step('its script', phone.context.addInitScript(script));
    await phone.signIn();
    return phone;
  }

  // What Playwright waits for without a limit.
  step(what, promise) {
    return within(STEP_MS, `${this.user}: ${what}`, promise);
  }
  newPage() {
    return this.step('a page', this.context.newPage());
  }
  ask(script) {
    return this.step(`an answer of the page to ${script}`, this.page.evaluate(script));
  }

  // A small phone. Chromium asks for the quota before it first writes, so it is set before; it holds while this page is open.
  async narrow(bytes) {
    this.anchor = await this.newPage();
    await this.anchor.goto(`${origin}/law`);
    const session = await this.step('a session', this.context.newCDPSession(this.anchor));
    await this.step('a quota', session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: bytes }));
  }

  async signIn() {
    const page = await this.newPage();
    await signIn(page, origin, this.user);
    // Not needed any more. Chromium sometimes never says that a page is gone which was signing in; it may stay then.
    await Promise.race([page.close(), new Promise((done) => setTimeout(done, 5000).unref())]);
  }

  // Opens the page, as from the phone's first screen, and gives the PIN; sets one where there is none.
  async open() {
    this.page = await this.newPage();
    this.faults = [];
    this.page.on('pageerror', (e) => this.faults.push(e.stack));
    this.hand ??= new Hand(this.page);
    this.hand.page = this.page;
    await this.page.goto(`${origin}/field`);
    const field = this.page.locator('#pin, #pin-new');
    await field.waitFor();
    await field.fill(PIN);
    if (await this.page.locator('#pin-again').count()) {
      await this.page.fill('#pin-again', PIN);
      await this.page.click('.sheet-foot .primary');
    }
    await this.page.waitForFunction(() => document.body.dataset.screen);
    return this;
  }

  // The phone's system takes the page away, whatever it was doing; the person opens it again.
  async kill() {
    await this.step('the page to close', this.page.close({ runBeforeUnload: false }));
    assert.deepEqual(this.faults, []);
    await this.open();
  }

  async offline(off) {
    await this.step('the line', this.context.setOffline(off));
  }
  store(run, ...args) {
    return this.ask(`(async () => (${run})(await import('/static/field_store.js'), ...${JSON.stringify(args)}))()`);
  }
  entries() {
    return this.store(
      'async (s) => (await s.entries()).map((e) => ({ n: e.n, act: e.act, visit: e.visit, photo: e.photo, state: e.state, verdict: e.verdict, reasons: e.reasons, words: e.words, seq: e.seq }))',
    );
  }
  // To a screen, by 返回: a page that was killed right behind an act opens on the sheet of that act.
  async to(screen) {
    for (let i = 0; i < 20 && (await this.ask(() => document.body.dataset.screen)) !== screen; i++) {
      await this.page.waitForTimeout(100);
      if ((await this.ask(() => document.body.dataset.screen)) === screen) break;
      await this.page
        .locator('button:has-text("返回"), button:has-text("回到任务")')
        .first()
        .click({ timeout: 1000 })
        .catch(() => {});
    }
    await this.until(screen);
  }

  // Ids of the photos that lie on the phone.
  kept() {
    return this.ask(
      () =>
        new Promise((done) => {
          const opening = indexedDB.open('xiezhi-field');
          opening.onsuccess = () => {
            const keys = opening.result.transaction('photos').objectStore('photos').getAllKeys();
            keys.onsuccess = () => {
              opening.result.close();
              done(keys.result);
            };
          };
        }),
    );
  }

  async acts() {
    return (await this.entries()).map((e) => e.act.act);
  }
  async until(screen) {
    await this.page.waitForFunction((s) => document.body.dataset.screen === s, screen);
  }
  async count(n) {
    await this.wait((all) => all.length === n, `${n} entries`);
  }

  // Until what is kept on the phone is as wanted.
  async wait(fine, what, seconds = 8) {
    let all;
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await this.page.waitForTimeout(60))
      if (fine((all = await this.entries()))) return all;
    return assert.fail(
      `${this.user}: no ${what}: ${JSON.stringify(all.map((e) => [e.n, e.act.act, e.state, e.verdict, e.reasons]))}; ${await this.page.locator('#field').innerText()}`,
    );
  }

  main() {
    return this.page.locator('button.primary, a.primary');
  }

  async picture(name) {
    await this.page.screenshot({ path: join(pictures, `field-${name}-360.png`) });
    const wide = await this.ask(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${name} is ${wide} wide`);
    assert.equal(await this.page.locator('h1').count(), 1, `${name}: one h1`);
    assert.equal(await this.main().filter({ visible: true }).count(), 1, `${name}: exactly one filled button`);
    const small = await this.ask(() =>
      [...document.querySelectorAll('button, a.button, input:not([hidden])')]
        .filter((e) => e.offsetParent && e.type !== 'checkbox')
        .map((e) => [e.textContent || e.id, e.getBoundingClientRect()])
        .filter(([, r]) => Math.min(r.width, r.height) < 56)
        .map(([t, r]) => `${t} ${r.width}×${r.height}`),
    );
    assert.deepEqual(small, [], `${name}: targets of 56 px`);
    const words = await this.page.locator('#field').innerText();
    for (const bad of [
      '检查人员',
      '委托检查',
      '违法事实',
      '操作失败',
      '未知错误',
      'null',
      'undefined',
      'NaN',
      '[object',
    ])
      assert.ok(!words.includes(bad), `${name} says ${bad}`);
    await this.step('axe', this.page.evaluate(axe));
    const found = await this.ask(() =>
      globalThis.axe.run(document, { rules: { 'color-contrast-enhanced': { enabled: true } } }),
    ); // 7:1
    assert.deepEqual(
      found.violations
        .filter((v) => v.impact === 'serious' || v.impact === 'critical')
        .map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`),
      [],
      name,
    );
  }
}

before(async () => {
  mkdirSync(pictures, { recursive: true });
  scene = await startScene(folder, fieldStory());
  origin = scene.origin;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--host-resolver-rules=MAP plain.example 127.0.0.1',
    ],
  });
});

after(async () => {
  if (browser) await within(STEP_MS, 'the browser to close', browser.close());
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// ---- before the network is gone ----
test('the shell weighs at most 400 KB with the reader of codes and the law', async () => {
  const worker = await (await fetch(`${origin}/field/sw.js`)).text();
  const shell = JSON.parse(/const SHELL = (\[.*?\]);/.exec(worker)[1]);
  assert.ok(shell.some((a) => a.includes('law.wasm')) && shell.some((a) => a.includes('qr_decode.js')));
  let bytes = worker.length;
  for (const address of shell) {
    const answer = await fetch(origin + address);
    assert.equal(answer.status, 200, address);
    bytes += (await answer.arrayBuffer()).byteLength;
  }
  assert.ok(bytes <= 400 * 1024, `${bytes} bytes`);
});

test('on plain HTTP the page says that it cannot work offline, and where to mend it', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 } });
  const page = await context.newPage();
  await page.goto(`${origin.replace('127.0.0.1', 'plain.example')}/field`);
  await page.waitForSelector('text=本机不能离线使用');
  assert.equal(await page.locator('a.primary').getAttribute('href'), '/prepare');
  await context.close();
});

test('without script the acts stand there as plain forms', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${origin}/field`);
  for (const path of [
    '/do/presence.enter',
    '/do/presence.leave',
    '/do/notice.serve',
    '/do/order.refuse',
    '/do/clue.report',
    '/do/visit.close',
  ])
    assert.equal(await page.locator(`a[href="${path}"]`).count(), 1, path);
  await context.close();
});

test('a browser that cannot run the law keeps recording, and says who will judge', async () => {
  const phone = await Phone.of('lin-u', {}, () => {
    delete globalThis.WebAssembly;
  });
  await phone.open();
  await phone.page.waitForSelector('text=回传后判定');
  await phone.offline(true);
  await phone.hand.tap('button:has-text("拒绝越权要求")');
  await phone.hand.tap('button:text-is("送达")');
  await phone.hand.tap('.sheet-foot .primary');
  await phone.count(1);
  await phone.context.close();
});

// The page waits 15 s for its store and for another tab; here half a second is as good.
const hurry = () => {
  const [later, abort] = [setTimeout, AbortSignal.timeout.bind(AbortSignal)];
  globalThis.setTimeout = (run, ms, ...more) => later(run, ms === 15000 ? 500 : ms, ...more);
  AbortSignal.timeout = (ms) => abort(ms === 15000 ? 500 : ms);
};

test('a tab that keeps the lock keeps an act out, which is said; afterwards it goes in', async () => {
  const phone = await Phone.of('lin-u', {}, hurry);
  await phone.open();
  await phone.offline(true);
  await phone.page.waitForFunction(async () => !(await import('/static/field_sync.js')).link.running);
  const other = await phone.newPage();
  await other.goto(`${origin}/field`);
  await other.evaluate(() => {
    navigator.locks.request('xiezhi-field', () => new Promise(() => {}));
  });
  const refuse = async () => {
    await phone.hand.tap('button:has-text("拒绝越权要求")');
    await phone.hand.tap('button:text-is("送达")');
    await phone.hand.tap('.sheet-foot .primary');
  };
  await refuse();
  await phone.page.waitForSelector('text=另一个打开的“现场”页面占着本机的记录');
  assert.deepEqual(await phone.entries(), []);
  await phone.step('the other tab to close', other.close());
  await phone.hand.tap('.sheet-foot .primary');
  await refuse();
  await phone.count(1);
  assert.equal(phone.faults.length, 1, 'the page told its console once');
  await phone.context.close();
});

test('a store that never opens is said, with the way to the pages that work', async () => {
  const phone = await Phone.of('lin-u', {}, [
    `(${hurry})()`,
    'IDBFactory.prototype.open = () => ({})',
  ].join(';'));
  const page = await phone.newPage();
  await page.goto(`${origin}/field`);
  await page.waitForSelector('text=本机的记录现在打不开');
  assert.equal(await page.locator('button.primary').innerText(), '再试一次');
  assert.equal(await page.locator('a[href="/things/visits"]').filter({ visible: true }).count(), 1);
  await phone.context.close();
});

test('a sixth phone is told why the server does not take it', async () => {
  const phone = await Phone.of('lin-u');
  const { csrf } = await (await phone.context.request.get(`${origin}/field/pack`)).json();
  for (let i = 0; i < 5; i++)
    await phone.context.request.post(`${origin}/field/phones`, {
      headers: { 'X-CSRF-Token': csrf },
      data: { id: `phbefore${i}`, name: '旧手机' },
    });
  await phone.open();
  await phone.page.waitForSelector('text=最多5部');
  await phone.context.close();
});

test('three phones take the day along', async () => {
  const own = await browser.newContext({ javaScriptEnabled: false });
  const page = await own.newPage();
  await signIn(page, origin, 'lin-u');
  await page.goto(`${origin}/pin`);
  await page.fill('[name=password]', 'correct horse battery');
  await page.fill('[name=pin]', '270364');
  await page.fill('[name=again]', '270364');
  await page.click('main button.primary');
  await own.close();
  lead = await Phone.of('wei');
  await lead.narrow(STORAGE);
  second = await Phone.of('luo');
  helper = await Phone.of('mei-u');
  for (const phone of [lead, second, helper]) {
    await phone.open();
    await phone.until('day');
    await phone.page
      .waitForSelector('text=上次回传')
      .catch(async () => assert.fail(await phone.page.locator('#field').innerText()));
    await phone.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await phone.offline(true);
    await phone.kill();
  }
  await lead.picture('day');
  await helper.picture('task');
});

// ---- in airplane mode ----
test('officers enter in two taps, pressed twice is once', async () => {
  const { hand, page } = lead;
  await hand.tap('.field-card .primary');
  await lead.to('visit');
  await lead.picture('scene-empty');
  hand.reset();
  await hand.tap('.scene-bar .primary');
  await lead.until('code');
  await page.waitForSelector('.code-digits:not(:empty)');
  await lead.picture('code');
  await hand.tapTwice('.sheet-foot .primary');
  await lead.count(1);
  assert.ok(hand.taps <= 2);
  await lead.kill();
  assert.deepEqual(await lead.acts(), ['presence.enter']);

  await second.hand.tap('.field-card .primary');
  await second.hand.tap('.scene-bar .primary');
  await second.hand.tap('.sheet-foot .primary');
  await second.count(1);
});

test('notice is given in six taps and a signature', async () => {
  const { hand } = lead;
  await lead.to('visit');
  hand.reset();
  await hand.tap('[data-view=serve]');
  await lead.until('serve');
  await hand.type('#recipient', '方经理');
  await lead.page.waitForTimeout(300);
  await lead.kill(); // half typed
  await lead.until('serve');
  assert.equal(await lead.page.locator('#recipient').inputValue(), '方经理');
  await hand.sign('.sign-pad');
  await lead.picture('serve');
  await hand.tapTwice('.sheet-foot .primary');
  await lead.count(3);
  assert.ok(hand.taps <= 6, `${hand.taps} taps`);
  assert.equal(hand.signatures, 1);
  assert.deepEqual(await lead.acts(), ['presence.enter', 'notice.serve', 'visit.capture']);
  await lead.kill();
});

test('a helper scans the code of the lead and is in with one tap', async () => {
  await lead.to('visit');
  await lead.hand.tap('[data-view=code]');
  await lead.page.waitForSelector('.qr-dark');
  const drawn = await lead.page
    .locator('.qr')
    .evaluate((s) => ({ side: s.viewBox.baseVal.width, d: s.querySelector('.qr-dark').getAttribute('d') }));
  // What the camera of the helper sees: the glass of the lead.
  await helper.page.evaluate(({ side, d }) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 640 });
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, 640, 640);
    pen.translate(120, 120);
    pen.scale(400 / side, 400 / side);
    pen.fillStyle = '#111';
    const code = new Path2D(d);
    pen.fill(code);
    const stream = canvas.captureStream(10);
    setInterval(() => pen.fill(code), 100);
    navigator.mediaDevices.getUserMedia = async () => stream;
  }, drawn);
  helper.hand.reset();
  await helper.hand.tap('.field-dock > .primary');
  await helper.count(1);
  assert.ok(helper.hand.taps <= 2);
  const [entry] = await helper.entries();
  assert.match(entry.act.code, /^XZ1\.v1\.wei\.\d{16}\.\d{6}\.[0-9a-f]{12}$/);
  assert.equal(entry.act.offline, true);
  await helper.kill();
});

test("a colleague without a phone joins on the lead's, with PIN and signature", async () => {
  const { hand, page } = lead;
  await hand.tap('text=同事借用本机登记');
  await lead.until('borrow');
  await hand.tap('text=林工（辅助）');
  await lead.until('borrower');
  await hand.type('#own-pin', '111222');
  await hand.sign('.sign-pad');
  await hand.tap('.sheet-foot .primary');
  await page.waitForSelector('text=现场口令不是林工的');
  assert.equal((await lead.entries()).length, 3);
  await page.fill('#own-pin', '270364');
  await hand.tap('.sheet-foot .primary');
  await lead.count(5);
  const entry = (await lead.entries())[3];
  assert.deepEqual([entry.act.act, entry.act.person, entry.act.borrowed], ['presence.enter', 'lin', true]);
  await lead.kill();
  await lead.to('visit');
  assert.match(await lead.page.locator('.scene-line').innerText(), /林工到场\s*借用设备/);
});

test('twenty photos, one from the album, and a full storage', async () => {
  const { hand } = lead;
  await hand.tap('[data-view=camera]');
  await lead.until('camera');
  await lead.page.waitForSelector('.camera-room:not(:empty)');
  assert.match(await lead.page.locator('.camera-room').innerText(), /还可存约?\d+张/);
  hand.reset();
  await hand.tapTwice('.sheet-foot .primary');
  await lead.count(6);
  for (let i = 1; i < PHOTOS; i++) {
    await hand.tap('.sheet-foot .primary');
    await lead.count(6 + i);
  }
  await lead.picture('camera');
  await lead.page
    .locator('input[data-origin=album]')
    .setInputFiles({ name: 'old.jpg', mimeType: 'image/jpeg', buffer: randomBytes(700 << 10) });
  await lead.count(6 + PHOTOS);
  // The page goes while the shutter works: the act and its photo are both there, or neither.
  await lead.page.locator('.sheet-foot .primary').click({ noWaitAfter: true });
  await lead.kill();
  const entries = await lead.entries();
  const kept = await lead.kept();
  assert.deepEqual(
    entries
      .filter((e) => e.photo)
      .map((e) => e.photo)
      .sort(),
    kept.sort(),
  );
  assert.deepEqual(
    entries.map((e) => e.n),
    entries.map((_, i) => i + 1),
    'no number is lost or used twice',
  );
  const origins = entries.filter((e) => e.act.kind === 'photo').map((e) => e.act.origin);
  assert.equal(origins.filter((o) => o === 'album').length, 1);
  assert.ok(origins.filter((o) => o === 'camera').length >= PHOTOS);

  // Pictures until the phone is full. The one that did not fit was not half kept.
  await lead.until('camera');
  const full = lead.page.locator('text=这一项没有保存');
  for (let n = 1; n <= 20 && !(await full.count()); n++) {
    await lead.page
      .locator('input[data-origin=album]')
      .setInputFiles({ name: 'old.jpg', mimeType: 'image/jpeg', buffer: randomBytes(700 << 10) });
    await lead.page.locator(`text=本次已存${n}张`).or(full).waitFor();
  }
  await lead.picture('full');
  const before = (await lead.entries()).length;
  assert.deepEqual(
    (await lead.entries())
      .filter((e) => e.photo)
      .map((e) => e.photo)
      .sort(),
    (await lead.kept()).sort(),
  );
  await hand.tap('.sheet-foot .primary');
  await lead.to('visit');
  await hand.tap('[data-view=received]'); // acts still fit: what was held for them is given up
  await lead.until('received');
  await hand.type('#heard', '梅工说雨水井内有异常水流');
  await hand.tapTwice('.sheet-foot .primary');
  await lead.count(before + 1);
});

test('a helper refuses in three taps without typing, and reports a clue in four and a sentence', async () => {
  const { hand, page } = helper;
  await helper.to('day');
  hand.reset();
  await hand.tap('button:has-text("拒绝越权要求")');
  await hand.tap('button:text-is("询问")');
  await page.waitForSelector('.field-aloud');
  await helper.picture('refuse');
  await hand.tapTwice('.sheet-foot .primary');
  await page.waitForSelector('text=已记录拒绝');
  assert.ok(hand.taps <= 3);
  assert.equal(hand.characters, 0);
  assert.match(await page.locator('#field').innerText(), /本次拒绝不影响评分/);
  await helper.count(2);
  await hand.tap('.sheet-foot .primary');
  hand.reset();
  await hand.tap('button:has-text("发现新线索")');
  await page.waitForSelector('#seen');
  await hand.type('#seen', '雨水井内有异常水流，疑似未登记管线');
  await page.waitForTimeout(300);
  await helper.kill();
  assert.equal(await helper.page.locator('#seen').inputValue(), '雨水井内有异常水流，疑似未登记管线');
  await hand.tapTwice('.sheet-foot .primary');
  await helper.count(3);
  assert.ok(hand.taps <= 4);
  await hand.tap('.field-dock > .primary');
  await helper.until('camera');
  await hand.tap('.sheet-foot .primary');
  await helper.count(4);
  assert.deepEqual(await helper.acts(), ['presence.enter', 'order.refuse', 'clue.report', 'material.submit']);
  await helper.kill();
});

test('who would leave helpers with one officer is told their names first', async () => {
  await second.to('visit'); // this phone knows of itself only
  const { hand } = lead;
  await lead.to('visit');
  await hand.tap('[data-view=leave]');
  await lead.until('leave');
  assert.match(await lead.page.locator('#field').innerText(), /不足2名[\s\S]*林工还在场内/);
  await lead.picture('leave');
  const before = (await lead.entries()).length;
  await hand.tapTwice('.sheet-foot .primary'); // 登记林工离场
  await lead.count(before + 1);
  await lead.kill();

  await helper.to('day');
  await helper.hand.tap('.field-second button');
  await helper.hand.tap('.sheet-foot .primary');
  await helper.count(5);
  for (const phone of [second, lead]) {
    const n = (await phone.entries()).length;
    if (phone === second) await phone.hand.tap('[data-view=leave]');
    await phone.until('leave');
    await phone.hand.tapTwice('.sheet-foot .primary');
    await phone.count(n + 1);
  }
  await lead.to('visit');
  assert.match(await lead.page.locator('.scene-bar .primary').innerText(), /结束现场/);
  await hand.tap('.scene-bar .primary');
  await lead.until('leave');
  const n = (await lead.entries()).length;
  await hand.tapTwice('.sheet-foot .primary');
  await lead.count(n + 2);
  assert.deepEqual((await lead.acts()).slice(-2), ['presence.reconcile', 'visit.close']);
  await lead.kill();
  assert.ok(lead.hand.whole <= 360, `a whole visit with twenty photos: ${lead.hand.whole} s of handling`);
});

// ---- the network is back ----
async function settled(phone) {
  await phone.offline(false);
  const send = () => phone.ask(async () => (await import('/static/field_sync.js')).sync()).catch(() => false);
  for (let i = 0; i < 5 && !(await send()); i++);
  return phone.wait((all) => all.every((e) => e.state === 'answered'), 'answers', 20);
}

test('a session that ended at noon keeps the outbox and asks to sign in', async () => {
  await second.context.clearCookies();
  await second.offline(false);
  await second.page.waitForSelector('text=登录已过期', { timeout: 10000 }).catch(() => {});
  if (!(await second.page.locator('text=登录已过期').count())) {
    await second.page.locator('text=返回').click();
    await second.page.waitForSelector('text=登录已过期');
  }
  assert.ok((await second.entries()).every((e) => e.state === 'waiting'));
  await second.signIn();
  await second.kill();
});

test('the PIN alone opens for so many hours and no longer; nothing is lost by it', async () => {
  await settled(second);
  await second.offline(true);
  await second.page.waitForFunction(async () => !(await import('/static/field_sync.js')).link.running); // it would keep a pack after it
  await second.store('(s) => s.setMeta("opens_until", 1)');
  await second.step('the page to close', second.page.close());
  const page = await second.newPage();
  await page.goto(`${origin}/field`);
  await page
    .waitForSelector('text=离线已超过')
    .catch(async () => assert.fail(await page.locator('#field').innerText()));
  assert.equal(await page.locator('a.primary').getAttribute('href'), '/sign-in?next=/field');
  await page.close();
  await second.offline(false);
  await second.open();
  assert.equal((await second.entries()).length, 2);
});

test('the phones send in any order, and the server holds what happened', async () => {
  // The line breaks once in the middle of the album's picture: it goes on where it was, not from the start.
  const parts = [];
  await lead.context.route(/\/api\/blobs\/\w+$/, (route) => {
    const request = route.request();
    if (request.method() !== 'PATCH') return route.continue();
    const at = Number(request.headers()['upload-offset']);
    const first = at > 0 && !parts.some(([, before]) => before > 0);
    parts.push([request.url(), at]);
    return first ? route.abort() : route.continue();
  });
  for (const phone of [second, helper, lead]) {
    for (const entry of await settled(phone))
      assert.equal(entry.verdict, 'allowed', `${phone.user} ${entry.act.act}: ${JSON.stringify(entry.reasons)}`);
    assert.deepEqual(await phone.kept(), [], 'photos go once their digest is answered');
  }
  const [broken] = parts.find(([, at]) => at > 0);
  assert.deepEqual(
    parts.filter(([url]) => url === broken).map(([, at]) => at),
    [0, 524288, 524288],
  );
  const page = await lead.newPage();
  await page.goto(`${origin}/things/visits/v1`);
  const api = async (path) => (await lead.context.request.get(`${origin}${path}`)).json();
  assert.equal((await api('/api/visits/v1')).state, 'closed');
  assert.equal((await api('/api/notices/n1')).state, 'served');
  const text = await page.locator('main').innerText();
  for (const name of ['魏队', '罗执法', '梅工', '林工']) assert.match(text, new RegExp(name));
  await page.close();
});
