// Carries the outbox to the server and the pack to the phone. One run at a time; every step may be cut off at any byte and is
// then simply done again: acts carry their key, uploads ask where they stopped.
//
// Acts go in the order they were made, but do not wait for photos, which are slow: the server knows the numbers, and a gap it
// sees closes when the photo has come. Only the end of a visit waits until all its photos are there.
import * as store from './field_store.js';
import { digestOf, sayFault } from './field_dom.js';

const PART = 512 << 10;
const PATIENCE_MS = 20000;
const PART_PATIENCE_MS = 110000; // 5 KB/s are enough; the server takes a body of 120 s
const ACTS_A_TIME = 50;

export const link = {
  online: null, // null: not tried yet
  signedOut: false, // the session ended: the outbox stays
  stranger: null, // somebody else is signed in on this phone
  revoked: null, // why this phone is no longer taken
  trouble: null, // what the server said and no one foresaw
  missing: [], // numbers the server has never seen (漏号)
  last: null, // ms of the last whole run
  running: false,
  part: null, // { sent, size } of the photo under way
  clock: null, // { offset, error } in ms: server minus phone
};

const listeners = new Set();
export const onSync = (run) => {
  listeners.add(run);
  return () => listeners.delete(run);
};
const tell = () => listeners.forEach((run) => run());

class Ended extends Error {} // nothing more can be done in this run; `link` says why

// { ok, status, json() }: the whole answer, which came within `patience`.
async function ask(path, { patience = PATIENCE_MS, ...options } = {}) {
  let response;
  let text;
  try {
    response = await fetch(path, {
      redirect: 'manual',
      cache: 'no-store',
      signal: AbortSignal.timeout(patience),
      ...options,
    });
    text = await response.text();
  } catch {
    link.online = false;
    throw new Ended('offline');
  }
  link.online = true;
  if (response.status === 401 || response.type === 'opaqueredirect') {
    link.signedOut = true;
    throw new Ended('signed out');
  }
  return { ok: response.ok, status: response.status, json: async () => parse(text) };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('答复不是本系统的，可能是无线网络的登录页');
  }
}

// A problem of the API, or an act that was refused.
const problemText = (p) =>
  p.reasons?.length
    ? p.reasons.map((r) => [r.because, r.remedy].filter(Boolean).join('，')).join('；')
    : [p.detail ?? p.title, p.field && `（${p.field}）`].filter(Boolean).join('');
const problem = async (response) =>
  problemText((await response.json().catch(() => null)) ?? { title: `服务器答复${response.status}` });

async function readClock() {
  const before = Date.now();
  const response = await ask('/field/clock');
  const after = Date.now();
  if (!response.ok) return;
  const { server_time: server } = await response.json();
  link.clock = { offset: server / 1000 - (before + after) / 2, error: (after - before) / 2, at: after };
  if (store.isOpen()) await store.setMeta('clock', link.clock);
}

// How wrong the phone may be, in whole seconds: what the last comparison found, its own uncertainty, and 20 ppm since.
export function clockError(clock = link.clock) {
  if (!clock) return undefined;
  return Math.min(86400, Math.ceil((Math.abs(clock.offset) + clock.error + (Date.now() - clock.at) * 2e-5) / 1000));
}

// The pack of whoever is signed in; null when that is not the person of this phone. It may come before the PIN does.
export async function fetchPack() {
  const response = await ask('/field/pack');
  if (!response.ok) {
    link.trouble = await problem(response);
    throw new Ended('no pack');
  }
  const pack = await response.json();
  const user = await store.meta('user');
  link.signedOut = false;
  link.stranger = user && user !== pack.user ? pack.name : null;
  return link.stranger ? null : pack;
}

const post = (path, csrf, body, headers = {}) =>
  ask(path, {
    method: 'POST',
    headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json', ...headers },
    body,
  });

// ---- photos ----
async function uploadState(photo, csrf) {
  if (photo.upload) {
    const response = await ask(`/api/blobs/${photo.upload.id}`);
    if (response.ok) return { id: photo.upload.id, offset: (await response.json()).offset };
  }
  const response = await post('/api/blobs', csrf);
  if (!response.ok) throw new Error(await problem(response));
  const upload = { id: (await response.json()).id, offset: 0 };
  await store.photoSent(photo.id, upload);
  return upload;
}

async function sendParts(photo, upload, csrf) {
  while (upload.offset < photo.bytes.byteLength) {
    link.part = { sent: upload.offset, size: photo.bytes.byteLength };
    tell();
    const response = await ask(`/api/blobs/${upload.id}`, {
      method: 'PATCH',
      body: photo.bytes.slice(upload.offset, upload.offset + PART),
      headers: {
        'X-CSRF-Token': csrf,
        'Content-Type': 'application/octet-stream',
        'Upload-Offset': String(upload.offset),
      },
      patience: PART_PATIENCE_MS,
    });
    if (!response.ok && response.status !== 409) throw new Error(await problem(response)); // 409 carries the true offset
    upload.offset = (await response.json()).offset;
    await store.photoSent(photo.id, upload);
  }
}

// The digest the server has for the photo; it must be the one taken when the photo was.
async function sendPhoto(entry, csrf) {
  const photo = await store.photo(entry.photo);
  if (!photo) throw new Error('这张照片已不在手机上');
  if (photo.upload?.digest) return;
  const upload = await uploadState(photo, csrf);
  await sendParts(photo, upload, csrf);
  const response = await post(`/api/blobs/${upload.id}/finish`, csrf);
  if (!response.ok) throw new Error(await problem(response));
  const { digest } = await response.json();
  if (digest !== entry.act.digest || digestOf(photo.bytes) !== digest) {
    await store.photoSent(photo.id, undefined); // from the start: the original is still here
    throw new Error('照片在传输中改变，将重新上传');
  }
  await store.photoSent(photo.id, { ...upload, digest });
}

// ---- acts ----
async function refusedRun(response) {
  const body = await response.json().catch(() => null);
  if (!body?.type?.endsWith(':phone_revoked')) throw new Error(await problem(response));
  link.revoked = body.detail;
  throw new Ended('revoked');
}

async function notThrough(entries, e) {
  for (const entry of entries)
    if (/^presence\.(enter|leave)$/.test(entry.act.act) && !entry.act.offline) await store.wasOffline(entry);
  throw e;
}

async function sendActs(entries, csrf) {
  for (let i = 0; i < entries.length; i += ACTS_A_TIME) {
    const some = entries.slice(i, i + ACTS_A_TIME);
    const phone = await store.meta('phone');
    const acts = some.map(({ n, at, act }) => ({ n, at, act }));
    const response = await post(
      '/field/sync',
      csrf,
      JSON.stringify({ phone, phone_time: Date.now() * 1000, acts }),
    ).catch((e) => notThrough(some, e));
    if (!response.ok) await refusedRun(response);
    const answer = await response.json();
    link.missing = answer.missing ?? [];
    for (const result of answer.results)
      await store.settle(result.n, {
        ...result,
        reasons: result.reasons?.length
          ? result.reasons
          : result.problem
            ? [{ because: problemText(result.problem) }]
            : [],
      });
    tell();
  }
}

// Makes this phone known to the server, so that it can be told apart and, when lost, shut out. Again and again until it worked.
export async function registerPhone(csrf) {
  if (await store.meta('registered')) return;
  const id = await store.meta('phone');
  const name = /Android|iPhone|iPad|HarmonyOS/.exec(navigator.userAgent)?.[0] ?? '浏览器';
  const response = await post('/field/phones', csrf, JSON.stringify({ id, name: `${name} ${id.slice(-4)}` }));
  if (!response.ok) throw new Error(await problem(response));
  await store.setMeta('registered', true);
}

// The next acts that may go: in order, photos apart, and no end of a visit before its photos.
function ready(waiting) {
  const photosOf = new Set(waiting.filter((e) => e.photo).map((e) => e.visit));
  const held = new Set();
  return waiting.filter((e) => {
    if (e.photo || held.has(e.visit)) return false;
    if (e.act.act === 'visit.close' && photosOf.has(e.visit)) held.add(e.visit);
    return !held.has(e.visit);
  });
}

async function sendAll(csrf) {
  const waiting = async () => (await store.entries()).filter((e) => e.state === 'waiting').sort((a, b) => a.n - b.n);
  let some = ready(await waiting());
  if (some.length) await sendActs(some, csrf);
  let fault = null;
  for (const entry of (await waiting()).filter((e) => e.photo)) {
    try {
      await sendPhoto(entry, csrf);
      await sendActs([entry], csrf);
    } catch (e) {
      if (e instanceof Ended) throw e;
      fault ??= e; // the others need not wait for this one
    }
  }
  link.part = null;
  some = ready(await waiting());
  if (some.length) await sendActs(some, csrf);
  if (fault) throw fault;
}

// A pack that does not fit must not keep the photos from leaving: that is what makes room.
const fullIsFine = (e) => {
  if (e.name !== 'QuotaExceededError') throw e;
};

// One whole run. True: everything that could go has gone. Needs the store open.
let current = null;
let again = false; // something was recorded while a run was under way
export function sync() {
  if (current) again = true;
  current ??= (async () => {
    link.running = true;
    link.trouble = null;
    tell();
    try {
      await readClock();
      const pack = await fetchPack();
      if (!pack) return false;
      await store.keepPack(pack).catch(fullIsFine);
      await registerPhone(pack.csrf);
      await sendAll(pack.csrf);
      const after = await fetchPack();
      if (after) await store.keepPack(after).catch(fullIsFine);
      await store.prune();
      link.revoked = null;
      link.last = Date.now();
      await store.setMeta('last_sync', link.last);
      return true;
    } catch (e) {
      if (!(e instanceof Ended)) link.trouble = sayFault(e);
      return false;
    } finally {
      link.running = false;
      link.part = null;
      current = null;
      tell();
      const more = again && link.online && !link.signedOut;
      again = false;
      if (more) sync();
    }
  })();
  return current;
}
