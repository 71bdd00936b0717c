// What the phone keeps, in IndexedDB: the pack, the outbox, the photos, what is half typed. All of it sealed but numbers that say
// nothing (counter, sizes, how far an upload is). An act, its photo and the counter are written in one transaction: a page that
// is killed leaves all of them or none.
//
// An entry of the outbox: { n, at: usec, visit, act, photo?, size?, words, state: 'waiting'|'answered', verdict?, seq?, reasons?, seen? }.
// `n` counts up for ever; photos are deleted only by settle(), after the server has answered digest and act.
import { makeLock, openLock, seal, sealJson, unseal, unsealJson } from './field_seal.js';
import { hex, ulid, within } from './field_dom.js';

const NAME = 'xiezhi-field';
const RESERVE = 6 << 20; // photos leave this much, as far as the browser tells what is left
const BALLAST = 1 << 20; // and this much is held, to be given up when an act would not fit: a browser's figures are not to be trusted
const ANSWERED_DAYS = 30;
const TRIES = 5; // wrong PINs before each further one has to wait
const WAIT_MS = 60000;
const OPEN_MS = 15000;
const LOCK_MS = 15000; // for another tab to end its write, which takes milliseconds

let db;
let key = null;

const wait = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

export async function openStore() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    for (const name of ['meta', 'kept']) request.result.createObjectStore(name);
    request.result.createObjectStore('outbox', { keyPath: 'n' });
    request.result.createObjectStore('photos', { keyPath: 'id' });
  };
  db = await within(OPEN_MS, wait(request), `浏览器${OPEN_MS / 1000}秒没有打开本机的记录`);
}

// Runs `steps` in one transaction that is on the disk when it resolves.
function writeOnce(names, steps) {
  return new Promise((done, failed) => {
    const t = db.transaction(names, 'readwrite', { durability: 'strict' });
    t.oncomplete = () => done();
    t.onabort = () => failed(t.error ?? new DOMException('aborted', 'AbortError'));
    steps(t);
  });
}

const isFull = (e) => e.name === 'QuotaExceededError';

// Where something small does not fit, the ballast goes first.
async function write(names, steps) {
  try {
    await writeOnce(names, steps);
  } catch (e) {
    if (!isFull(e)) throw e;
    await writeOnce(['kept'], (t) => t.objectStore('kept').delete('ballast'));
    await writeOnce(names, steps);
  }
}

// Random, so that no disk makes it small; a photo that cannot be kept with it standing is one photo too many.
export async function holdBallast() {
  const bytes = new Uint8Array(BALLAST);
  for (let i = 0; i < BALLAST; i += 65536) crypto.getRandomValues(bytes.subarray(i, i + 65536));
  await writeOnce(['kept'], (t) => t.objectStore('kept').put(bytes.buffer, 'ballast')).catch((e) => {
    if (!isFull(e)) throw e;
  });
}

const read = (name, at) => wait(db.transaction(name).objectStore(name).get(at));

// Two tabs are one phone. The signal ends the waiting only, never what runs.
const alone = (run) =>
  navigator.locks.request(NAME, { signal: AbortSignal.timeout(LOCK_MS) }, run).catch((e) => {
    throw e.name === 'TimeoutError' ? new Error('另一个打开的“现场”页面占着本机的记录，请关掉它再试') : e;
  });

export const meta = (name) => read('meta', name);
export const setMeta = (name, value) => write(['meta'], (t) => t.objectStore('meta').put(value, name));

// ---- the lock ----
export const isOpen = () => key !== null;
export const hasLock = async () => (await meta('lock')) !== undefined;

export async function setPin(pin, user) {
  const made = await makeLock(pin);
  const phone = `ph${hex(crypto.getRandomValues(new Uint8Array(8)))}`;
  await write(['meta'], (t) => {
    const store = t.objectStore('meta');
    store.put(made.lock, 'lock');
    store.put(user, 'user');
    store.put(phone, 'phone');
    store.put(0, 'counter');
    store.put({ wrong: 0, until: 0 }, 'tries');
  });
  key = made.key;
}

// { open } or { wrong, wait: seconds }. Tries are counted on the disk: closing the page does not win them back.
export async function unlock(pin) {
  const tries = (await meta('tries')) ?? { wrong: 0, until: 0 };
  const left = tries.until - Date.now();
  if (left > 0) return { wrong: tries.wrong, wait: Math.ceil(left / 1000) };
  key = await openLock(await meta('lock'), pin);
  const wrong = key ? 0 : tries.wrong + 1;
  await setMeta('tries', { wrong, until: wrong >= TRIES ? Date.now() + WAIT_MS * (wrong - TRIES + 1) : 0 });
  return key ? { open: true } : { wrong, wait: wrong >= TRIES ? (WAIT_MS / 1000) * (wrong - TRIES + 1) : 0 };
}

export function lockAgain() {
  key = null;
  opened.clear();
}

// The PIN alone opens for `lock_hours` from the last pack. A clock that was set back does not win hours: the latest time
// ever seen counts.
export async function lockedSince() {
  const latest = Math.max(Date.now(), (await meta('latest')) ?? 0);
  await setMeta('latest', latest);
  const until = (await meta('opens_until')) ?? Infinity;
  return latest > until ? until : null;
}

// ---- pack and drafts ----
export async function keepPack(pack) {
  const record = await sealJson(key, 'pack', pack);
  const until = Date.now() + pack.settings.lock_hours * 3600000;
  await write(['kept', 'meta'], (t) => {
    t.objectStore('kept').put(record, 'pack');
    t.objectStore('meta').put(until, 'opens_until');
    t.objectStore('meta').put(pack.settings.lock_hours, 'lock_hours');
    t.objectStore('meta').put(Date.now(), 'latest');
  });
}

async function kept(name) {
  const record = await read('kept', name);
  return record ? unsealJson(key, name, record) : null;
}
export const pack = () => kept('pack');
export const draft = (name) => kept(`draft:${name}`);
export async function setDraft(name, value) {
  const record = await sealJson(key, `draft:${name}`, value);
  await write(['kept'], (t) => t.objectStore('kept').put(record, `draft:${name}`)).catch((e) => {
    if (!isFull(e)) throw e;
  });
}
export const dropDraft = (name) => write(['kept'], (t) => t.objectStore('kept').delete(`draft:${name}`));

// Who was met here by the code on the own phone: { visit: { person: ms } }. Knowledge of this phone, no act: nothing of it is sent.
export const met = async () => (await kept('met')) ?? {};
export const meet = (visit, person, at) =>
  alone(async () => {
    const all = await met();
    all[visit] = { ...all[visit], [person]: at };
    const record = await sealJson(key, 'met', all);
    await write(['kept'], (t) => t.objectStore('kept').put(record, 'met'));
  });

// ---- the outbox ----
// Records an act, with the photo it speaks of. The entry as recorded. Throws QuotaExceededError: nothing was recorded then.
export const record = (what) => alone(() => recordNow(what));

async function recordNow({ visit, act, words, photo }) {
  const n = ((await meta('counter')) ?? 0) + 1;
  const id = photo ? ulid() : undefined;
  const entry = {
    n,
    at: Date.now() * 1000,
    visit,
    words,
    photo: id,
    size: photo?.bytes.byteLength,
    state: 'waiting',
    act: { ...act, key: `${await meta('phone')}-${n}` },
  };
  if (photo && (await room()) < photo.bytes.byteLength + RESERVE)
    throw new DOMException('storage is full', 'QuotaExceededError');
  const sealedAct = await sealJson(key, `act:${n}`, entry);
  const sealedPhoto = photo ? await seal(key, `photo:${id}`, photo.bytes) : null;
  await (photo ? writeOnce : write)(['meta', 'outbox', 'photos'], (t) => {
    t.objectStore('meta').put(n, 'counter');
    t.objectStore('outbox').add({ n, ...sealedAct });
    if (photo) t.objectStore('photos').add({ id, n, ...sealedPhoto });
  });
  return entry;
}

// Opened once each: a record that was sealed anew has another nonce.
const opened = new Map();
async function openEntry(record) {
  const nonce = hex(record.iv);
  const before = opened.get(record.n);
  if (before?.nonce === nonce) return before.entry;
  const entry = await unsealJson(key, `act:${record.n}`, record);
  opened.set(record.n, { nonce, entry });
  return entry;
}

export async function entries() {
  return Promise.all((await wait(db.transaction('outbox').objectStore('outbox').getAll())).map(openEntry));
}

// A photo with how far its upload is, which lies apart: the photo itself is written once and never again.
export const photo = async (id) => {
  const record = await read('photos', id);
  return record
    ? { ...record, bytes: await unseal(key, `photo:${id}`, record), upload: await meta(`upload:${id}`) }
    : null;
};
export const photoSent = (id, upload) => setMeta(`upload:${id}`, upload);

async function change(n, changes, alsoDelete) {
  const sealed = await read('outbox', n);
  if (!sealed) return;
  const entry = { ...(await unsealJson(key, `act:${n}`, sealed)), ...changes };
  const again = await sealJson(key, `act:${n}`, entry);
  await write(['outbox', 'photos', 'meta'], (t) => {
    t.objectStore('outbox').put({ n, ...again });
    if (!alsoDelete || !entry.photo) return;
    t.objectStore('photos').delete(entry.photo);
    t.objectStore('meta').delete(`upload:${entry.photo}`);
  });
}

// The server answered. What it took is on its side, digest and all: only now the photo goes.
export const settle = (n, { verdict, seq, reasons }) =>
  alone(() =>
    change(
      n,
      { state: 'answered', verdict, seq, reasons, answered: Date.now() },
      verdict === 'allowed' || verdict === 'held',
    ),
  );

// It was made believing there was a network, and did not get through: now it is a late report, and says so.
export const wasOffline = (entry) => alone(() => change(entry.n, { act: { ...entry.act, offline: true } }, false));

// The person has read why it was not accepted.
export const acknowledge = (n) => alone(() => change(n, { seen: true }, true));

export function prune() {
  return alone(async () => {
    const old = (await entries()).filter(
      (e) =>
        e.state === 'answered' &&
        Date.now() - e.answered > ANSWERED_DAYS * 86400000 &&
        (e.seen || e.verdict === 'allowed' || e.verdict === 'held'),
    );
    if (old.length) await write(['outbox'], (t) => old.forEach((e) => t.objectStore('outbox').delete(e.n)));
    if (!(await read('kept', 'ballast'))) await holdBallast(); // given up while it was full
  });
}

// ---- room ----
export async function room() {
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return Math.max(0, quota - usage);
}

// How many photos of the usual size still fit: a figure a person can use.
const PHOTO_BYTES = 3 << 20;
export async function photosThatFit() {
  const sizes = (await entries()).filter((e) => e.size && e.state === 'waiting').map((e) => e.size);
  const usual = sizes.length ? sizes.reduce((a, b) => a + b, 0) / sizes.length : PHOTO_BYTES;
  return Math.floor(Math.max(0, (await room()) - RESERVE) / Math.max(usual, 200 << 10));
}
export const askToPersist = async () =>
  (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()) || false;
