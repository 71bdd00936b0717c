// The phone in the field: start, lock, screens, and when to send. Everything works without a network from the first pack on.
import { show, showAgain } from './field_dom.js';
import * as store from './field_store.js';
import { fetchPack, link, onSync, sync } from './field_sync.js';
import { loadLaw } from './field_scene.js';
import { watchPosition } from './field_acts.js';
import { askNewPin, askPin, broken, signInFirst, tooLong, unfit } from './field_open.js';
import { memberTask, officerDay } from './field_day.js';
import { visitScreen } from './field_visit.js';
import { codeSheet, leaveSheet, receivedSheet } from './field_sheets.js';
import { clueSheet, refuseSheet } from './field_refuse.js';
import { borrowSheet, borrowerSheet, serveSheet } from './field_serve.js';
import { cameraSheet } from './field_camera.js';
import { scanSheet } from './field_scan.js';
import { outboxSheet, phoneSheet } from './field_outbox.js';

const EVERY_MS = 60000;

// Screens that follow what happens elsewhere are drawn anew; a sheet somebody is typing in never is.
const screens = {
  day: { live: true, draw: (app, id) => (app.pack.kind === 'officer' ? officerDay(app) : memberTask(app, id)) },
  visit: { live: true, draw: visitScreen },
  code: { draw: codeSheet },
  serve: { draw: serveSheet },
  camera: { draw: cameraSheet },
  received: { draw: receivedSheet },
  leave: { draw: leaveSheet },
  borrow: { draw: borrowSheet },
  borrower: { draw: borrowerSheet },
  scan: { draw: scanSheet },
  refuse: { draw: refuseSheet },
  clue: { draw: clueSheet },
  outbox: { draw: outboxSheet },
  phone: { draw: phoneSheet },
};

const app = {
  pack: null,
  entries: [],
  met: {},
  lastSync: null,
  at: ['day'],
  before: ['day'],

  async refresh() {
    app.pack = await store.pack();
    app.entries = await store.entries();
    app.met = await store.met();
    app.lastSync = await store.meta('last_sync');
  },
  async go(name, ...rest) {
    if (screens[app.at[0]].live) app.before = app.at;
    app.at = [name, ...rest];
    await store.setDraft('at', app.at); // a killed page opens where it was
    await app.draw();
  },
  back: () => app.go(...app.before),
  day: () => screens.day.draw(app),
  async draw(again = false) {
    const [name, ...rest] = app.at;
    const parts = await screens[name].draw(app, ...rest);
    document.body.dataset.screen = name;
    (again ? showAgain : show)(parts);
    document.querySelector('.scene-line')?.scrollTo(0, 1e6); // the latest is what matters
  },
  sync: () => sync(),
  start,
};

onSync(async () => {
  if (!store.isOpen()) return;
  await app.refresh();
  if (screens[app.at[0]].live && app.pack) await app.draw(true);
});

function fit() {
  return (
    isSecureContext &&
    globalThis.indexedDB &&
    globalThis.crypto?.subtle &&
    navigator.locks &&
    'serviceWorker' in navigator
  );
}

// A pack straight from the server, when there is one to be had.
const fresh = () => fetchPack().catch(() => null);

async function firstTime() {
  const pack = await fresh();
  if (!pack) return signInFirst();
  const pin = await askNewPin(pack.name);
  await store.setPin(pin, pack.user);
  await store.keepPack(pack);
  await store.holdBallast();
  store.askToPersist().catch(() => {}); // some browsers ask the person, who may not answer
  return opened();
}

async function opened() {
  await app.refresh();
  link.clock = (await store.meta('clock')) ?? null;
  app.at = (await store.draft('at')) ?? ['day'];
  if (!screens[app.at[0]] || app.at[0] === 'scan') app.at = ['day'];
  watchPosition();
  await app.draw();
  sync();
}

async function start() {
  if (!(await store.hasLock())) return firstTime();
  // Whoever is signed in as the person of this phone may go on after the hours are over: the pack comes first, then the PIN.
  const pack = (await store.lockedSince()) ? await fresh() : null;
  if (!pack && (await store.lockedSince())) return tooLong(await store.meta('lock_hours'));
  await askPin();
  if (pack) await store.keepPack(pack);
  return opened();
}

async function main() {
  if (!fit()) return unfit();
  navigator.serviceWorker.register('/field/sw.js', { scope: '/field' }).catch(() => {});
  await store.openStore();
  await loadLaw();
  setInterval(() => {
    if (store.isOpen() && navigator.onLine && document.visibilityState === 'visible') sync();
  }, EVERY_MS);
  addEventListener('online', () => {
    if (store.isOpen()) sync();
  });
  addEventListener('offline', () => {
    link.online = false;
    if (store.isOpen() && screens[app.at[0]].live) app.draw(true);
  });
  return start();
}

main().catch(broken);
