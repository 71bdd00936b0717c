// The server of a browser test, filled with a story, and the browser it is looked at with.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

// What Playwright and Node wait for without a limit of their own (evaluate, newPage, setOffline, a process): so long and no longer,
// and the failure says what never came.
export async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
const START_MS = 120000; // a story of some hundred acts on a loaded machine
const STOP_MS = 30000;

// The store goes into `store`, which must be empty or new; `more` are further arguments of scene.c.
export async function startScene(folder, story, store = folder, ...more) {
  const file = join(folder, 'story.jsonl');
  writeFileSync(file, story);
  const server = spawn(process.env.XIEZHI_BROWSER_SCENE, [store, file, ...more], { stdio: ['pipe', 'pipe', 'inherit'] });
  const started = new Promise((resolve, reject) => {
    server.stdout.once('data', (text) => resolve(Number(String(text).trim())));
    server.once('exit', (code) => reject(new Error(`scene ended with ${code}`)));
  });
  const port = await within(START_MS, 'the port of the scene', started);
  const stop = async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.stdin.end();
    await within(STOP_MS, 'the end of the scene', ended);
  };
  return { origin: `http://127.0.0.1:${port}`, stop };
}

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

export async function signIn(page, origin, user) {
  await page.goto(`${origin}/sign-in`);
  await page.fill('[name=user]', user);
  await page.fill('[name=password]', 'correct horse battery');
  await page.click('button.primary');
}
