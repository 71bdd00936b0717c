// node tests/browser/manual.mjs [PAGE]...: the pictures of the manual, out of the demo province as it is (./check manual). Each page of docs/zh/manual
// says itself what it shows, in a comment before the pictures:
//
//   <!-- picture NAME: USER PATH > SELECTOR > SELECTOR -->
//
// USER - is nobody; after PATH each SELECTOR is pressed. NAME-desk.webp is taken at 1366×768, NAME-phone.webp at 360×780. What a page does not show, no
// picture shows: a selector that is not there is a failure.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './scene.mjs';
import { session, startDemo } from './walk.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const manual = resolve(here, '../../docs/zh/manual');
export const LIMIT_PICTURE = 60000;
const sizes = [['desk', 1366, 768], ['phone', 360, 780]];

// Every picture a page of the manual asks for, and the pictures it shows.
export function pagesOfManual() {
  return readdirSync(manual).filter((name) => name.endsWith('.md')).sort().map((name) => {
    const text = readFileSync(join(manual, name), 'utf8');
    const asked = [...text.matchAll(/<!-- picture ([\w-]+): (\S+) (\S+)((?: > [^>]+?)*) -->/g)].map(([, picture, user, path, steps]) => ({
      picture, user: user === '-' ? null : user, path, steps: steps.split(' > ').slice(1).map((s) => s.trim()) }));
    return { name, text, asked, shown: [...text.matchAll(/!\[[^\]]+\]\(picture\/([\w-]+)\.webp\)/g)].map((m) => m[1]) };
  });
}

// WebP by the debugging protocol, as good as fits.
async function take(page, file) {
  const protocol = await page.context().newCDPSession(page);
  for (let quality = 80; quality >= 20; quality -= 10) {
    const { data } = await protocol.send('Page.captureScreenshot', { format: 'webp', quality });
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length > LIMIT_PICTURE) continue;
    writeFileSync(file, bytes);
    return bytes.length;
  }
  throw new Error(`${file} does not fit ${LIMIT_PICTURE} bytes`);
}

async function shoot(browser, scene, one) {
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', permissions: [] });
  context.setDefaultTimeout(15000);
  if (one.user) {
    const cookie = await session(scene, one.user);
    await context.addCookies([{ name: cookie.split('=')[0], value: cookie.slice(cookie.indexOf('=') + 1), url: scene.origin }]);
  }
  const sizesOf = [];
  for (const [size, width, height] of sizes) {
    const page = await context.newPage();
    await page.setViewportSize({ width, height });
    const answer = await page.goto(scene.origin + one.path);
    if (answer.status() >= 400) throw new Error(`${one.picture}: ${one.user} ${one.path} answers ${answer.status()}`);
    for (const step of one.steps) await page.locator(step).first().click();
    await page.waitForLoadState('networkidle');
    sizesOf.push(await take(page, join(manual, 'picture', `${one.picture}-${size}.webp`)));
    await page.close();
  }
  await context.close();
  console.log(`${one.picture}: ${sizesOf.join(' and ')} bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const only = process.argv.slice(2), todo = pagesOfManual().filter((p) => !only.length || only.includes(p.name)).flatMap((p) => p.asked);
  mkdirSync(join(manual, 'picture'), { recursive: true });
  const scene = await startDemo(), browser = await launch();
  let failed = 0;
  const count = todo.length;
  for (const one of todo)
    await shoot(browser, scene, one).catch((e) => { failed++; console.log(`${one.picture}: ${String(e.message).split('\n').slice(0, 3).join(' ')}`); });
  await browser.close();
  await scene.stop();
  console.log(`${count - failed} passed, ${failed} failed`);
  process.exitCode = failed || !count ? 1 : 0;
}
