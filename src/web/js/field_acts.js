// The acts of a visit in the vocabulary of the server, and how one is recorded: judged here first, then into the outbox, then on its
// way. Composing is pure; nothing here draws.
import * as store from './field_store.js';
import { clockError, link, sync } from './field_sync.js';
import { digestOf, rfc3339, ulid } from './field_dom.js';

// ---- where the phone is: watched while a visit is open, so that no act waits for it ----
const FRESH_MS = 120000;
let fix = null;
let watching = null;
export function watchPosition() {
  if (watching !== null || !navigator.geolocation) return;
  watching = navigator.geolocation.watchPosition(
    (p) => {
      fix = p;
    },
    () => {},
    { enableHighAccuracy: true, maximumAge: 30000 },
  );
}
const round = (x, n) => Math.round(x * 10 ** n) / 10 ** n;
export function position(now = Date.now()) {
  if (!fix || now - fix.timestamp > FRESH_MS) return {};
  return {
    lon: round(fix.coords.longitude, 7),
    lat: round(fix.coords.latitude, 7),
    accuracy_m: Math.ceil(fix.coords.accuracy),
  };
}

// ---- the acts ----
const offline = () => (link.online && !link.signedOut && navigator.onLine ? {} : { offline: true });
const error = () => (clockError() === undefined ? {} : { clock_error_s: clockError() });

export async function presence(kind, visit, person, { code, borrowed, now = Date.now() } = {}) {
  return {
    act: `presence.${kind}`,
    visit: visit.id,
    person,
    time: rfc3339(now),
    ...position(now),
    ...error(),
    ...offline(),
    device: await store.meta('phone'),
    ...(code ? { code } : {}),
    ...(borrowed ? { borrowed: true } : {}),
  };
}

export const serve = (visit, { method, recipient, witness, officers, now = Date.now() }) => ({
  act: 'notice.serve',
  notice: visit.notice.id,
  method,
  recipient,
  ...(visit.company.uscc ? { recipient_uscc: visit.company.uscc } : {}),
  ...(witness ? { witness } : {}),
  officers,
  served_at: rfc3339(now),
});

export const refuse = (visit, words) => ({
  act: 'order.refuse',
  id: ulid(),
  entrustment: visit.entrustment,
  text: words,
  reason: '属于行政权力，不得委托第三方行使（规定第四条）',
});

export const clue = (visit, text, urgent, now = Date.now()) => ({
  act: 'clue.report',
  id: ulid(),
  entrustment: visit.entrustment,
  subject: visit.company.id,
  observed_at: rfc3339(now),
  text,
  urgent,
});

export const reconcile = (visit) => ({ act: 'presence.reconcile', visit: visit.id });
export const close = (visit) => ({ act: 'visit.close', visit: visit.id });

// Officers keep 现场记录; what a helper takes is material, unverified until officers have verified it.
export function capture(pack, visit, me, { kind = 'photo', origin = 'camera', bytes, text, now = Date.now() }) {
  const digest = bytes ? { digest: digestOf(bytes) } : {};
  if (pack.kind === 'officer')
    return {
      act: 'visit.capture',
      id: ulid(),
      visit: visit.id,
      kind,
      origin,
      ...digest,
      ...(text ? { text } : {}),
      captured_at: rfc3339(now),
      ...error(),
      ...position(now),
    };
  return {
    act: 'material.submit',
    id: ulid(),
    entrustment: visit.entrustment,
    visit: visit.id,
    kind: kind === 'video' ? 'video' : kind === 'photo' ? 'photo' : 'other',
    title: text || `${origin === 'album' ? '相册导入' : '现场拍摄'} ${rfc3339(now).slice(5, 16).replace('T', ' ')}`,
    ...digest,
    captured_at: rfc3339(now),
    author: me.id,
  };
}

// ---- recording ----
// { entry } when recorded, { refused: reasons } when the law does not allow it: then nothing was recorded. `words` is what the time
// line says. `anyway`: what happened is recorded even so (rights and facts).
export async function perform(scene, act, { words, photo, anyway } = {}) {
  const judged = anyway ? { verdict: null } : scene.try(act);
  if (judged.verdict === 'refused') return { refused: judged.reasons };
  const entry = await store.record({ visit: scene.visit.id, act, words, photo });
  sync(); // not waited for: the thumb goes on
  return {
    entry,
    held: judged.verdict === 'held' ? judged.reasons : null,
    warned: judged.verdict === 'allowed' ? judged.reasons : [],
  };
}
