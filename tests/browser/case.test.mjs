// The page of a case, in Chromium without script: its defects with basis and remedy, its catalogue, the bundle asked for, approved by
// another and taken out once; what was downloaded is judged by the program, and a changed copy is not sound; axe; 1366 and 360 pixels.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { launch, signIn, startScene } from './scene.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const program = join(resolve(dirname(process.env.XIEZHI_BROWSER_SCENE), '../..'), 'xiezhi');
const pictures = process.env.XIEZHI_SCREENSHOTS;
const folder = mkdtempSync(join(tmpdir(), 'xiezhi-case-'));
const bundle = join(folder, 'k1.zip');
let scene, browser, origin, page;

// Not sealed yet, and with a photo of which nobody wrote down when it was taken.
const photo = { at: '2026-03-13T10:30:00+08:00', by: 'wei', act: 'case.attach', case: 'k1', kind: 'photo', form: 'P06', ref: '现场照片一组',
  date: '2026-03-05' };
const parts = ['01-bureau', '02-agreement', '03-draft', '04-task', '05-plan', '06-notice', '07-officers-enter', '08-helper-enters', '09-clue',
  '10-visit-ends', '11-case', '12-verified', '13-record', '14-paid', '15-papers', null, '16-decision'];

before(async () => {
  mkdirSync(pictures, { recursive: true });
  const story = parts.map((part) => (part ? readFileSync(join(here, '../stories/parts', `${part}.jsonl`), 'utf8') : `${JSON.stringify(photo)}\n`));
  scene = await startScene(folder, story.join(''), join(folder, 'store'));
  origin = scene.origin;
  browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, javaScriptEnabled: false, locale: 'zh-CN', acceptDownloads: true });
  context.setDefaultTimeout(20000);
  page = await context.newPage();
});

after(async () => {
  await browser?.close();
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function enter(user) {
  await page.context().clearCookies();
  await signIn(page, origin, user);
}

async function picture(name) {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.screenshot({ path: join(pictures, `${name}-1366.png`), fullPage: true });
  await page.setViewportSize({ width: 360, height: 780 });
  await page.screenshot({ path: join(pictures, `${name}-360.png`), fullPage: true });
  await page.setViewportSize({ width: 1366, height: 768 });
}

const verify = (path) => new Promise((done) => execFile(program, ['verify', '--json', path], { maxBuffer: 64 << 20 }, (e, out) =>
  done({ status: e ? e.code : 0, said: JSON.parse(String(out).split('\n')[0]) })));

test('defects are listed with basis, remedy, who and until when; the catalogue follows', async () => {
  await enter('wei');
  await page.goto(`${origin}/things/cases/k1`);
  await page.click('a:has-text("案卷：缺陷清单")');
  const row = await page.locator('#defects .defect', { hasText: '现场照片一组' }).first().textContent();
  for (const words of ['未写明拍摄时间', '行政处罚法', '第46条', '请补附', '最迟', '写明原因', '补附文书'])
    assert.ok(row.includes(words), `${words} in ${row}`);
  assert.match(await page.textContent('#defects .alert'), /还有\d+处未补正也未说明，不能封卷/);
  const list = await page.textContent('#catalogue');
  assert.ok(list.includes('正卷') && list.includes('副卷') && list.includes('现场照片一组') && list.includes('附 备案表'));
  await picture('case');
});

test('the bundle: asked for, approved by another, taken out once', async () => {
  await page.goto(`${origin}/cases/k1`);
  assert.equal(await page.locator('button:has-text("导出案卷包")').count(), 0);
  await page.click('#bundle a:has-text("申请导出案卷包")');
  await page.fill('[name=purpose]', '移送江城区人民法院');
  await page.click('button.primary');
  assert.ok((await page.textContent('main')).includes('准予'));
  await page.goto(`${origin}/cases/k1`);
  assert.ok((await page.textContent('#bundle')).includes('等待审批'));
  assert.equal(await page.locator('button:has-text("导出案卷包")').count(), 0);

  await enter('han');
  await page.goto(`${origin}/todo`);
  await page.click('main a:has-text("导出")');
  const asked = await page.textContent('main');
  assert.ok(asked.includes('案卷') && asked.includes('案卷=k1') && asked.includes('移送江城区人民法院'), asked);
  await page.click('a:has-text("同意导出")');
  await page.click('button.primary');
  assert.ok((await page.textContent('main')).includes('准予'));

  await enter('wei');
  await page.goto(`${origin}/todo`);
  await page.click('main a:has-text("导出")');
  await page.click('a:has-text("到案卷页导出案卷包")');
  await picture('case-approved');
  await page.fill('#purpose', '移送江城区人民法院');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("导出案卷包")')]);
  await download.saveAs(bundle);
  await page.goto(`${origin}/cases/k1`);
  assert.equal(await page.locator('#bundle a:has-text("申请导出案卷包")').count(), 1, 'once');
});

test('what was downloaded is sound, a changed copy is not', async () => {
  const { status, said } = await verify(bundle);
  assert.equal(status, 0, JSON.stringify(said));
  assert.equal(said.summary.sound, true);
  assert.equal(said.summary.case, 'k1');
  const bytes = readFileSync(bundle), other = join(folder, 'other.zip'), at = bytes.indexOf('entries/') + 40;
  bytes[at] ^= 1;
  writeFileSync(other, bytes);
  assert.equal((await verify(other)).status, 1);
});

test('accessible, and no wider than a phone', async () => {
  const context = await browser.newContext({ bypassCSP: true, locale: 'zh-CN' });
  await context.addCookies(await page.context().cookies());
  const other = await context.newPage(), axe = readFileSync(join(here, '../../node_modules/axe-core/axe.min.js'), 'utf8');
  await other.goto(`${origin}/cases/k1`);
  await other.setViewportSize({ width: 360, height: 780 });
  assert.ok(await other.evaluate(() => document.documentElement.scrollWidth) <= 360, 'wider than a phone');
  const result = await other.evaluate(`(async () => { ${axe}; return await axe.run(document, { resultTypes: ['violations'] }); })()`);
  assert.deepEqual(result.violations.map((v) => `${v.id}: ${v.nodes[0].html}`), []);
  await context.close();
});
