// Elements, times, ids, digests, patience; and the one rule of the glass, in button().
// Text goes in as text nodes only; nothing here takes markup.
import { sm3 } from './sm3.js';

const SAME_THUMB_MS = 400;
const SAME_SPOT_PX = 60;
let last = { at: -Infinity, x: 0, y: 0 };

export function h(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') for (const [event, run] of Object.entries(value)) e.addEventListener(event, run);
    else if (name === 'value') e.value = value;
    else e.setAttribute(name, value === true ? '' : value);
  }
  e.append(...children.flat(9).filter((c) => c !== undefined && c !== null && c !== false));
  return e;
}

export function svg(tag, attributes, ...children) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes ?? {})) e.setAttribute(name, value);
  e.append(...children);
  return e;
}

// A button. Until what it does has ended no button takes another press; and a second press on the same spot of the glass within
// 400 ms is the same thumb, whatever button the next screen has put there.
let busy = false;
export function button(label, run, attributes = {}) {
  return h(
    'button',
    {
      type: 'button',
      ...attributes,
      on: {
        click: async (event) => {
          event.preventDefault();
          const near = Math.hypot(event.clientX - last.x, event.clientY - last.y) < SAME_SPOT_PX;
          if (busy || (near && event.timeStamp - last.at < SAME_THUMB_MS)) return;
          last = { at: event.timeStamp, x: event.clientX, y: event.clientY };
          busy = true;
          const pressed = event.currentTarget;
          pressed.setAttribute('aria-busy', 'true');
          try {
            await run(event);
          } finally {
            busy = false;
            pressed.removeAttribute('aria-busy');
          }
        },
      },
    },
    label,
  );
}
export const primary = (label, run, attributes = {}) => button(label, run, { class: 'primary', ...attributes });

// Puts a screen in place of the one before and starts at its top.
export function show(...parts) {
  const root = document.getElementById('field');
  root.replaceChildren(...parts.flat(9).filter(Boolean));
  window.scrollTo(0, 0);
  return root;
}

// The same screen with what is new, when something is: where it stood, and never under a finger that is down, whose press would be lost.
let fingers = 0;
addEventListener(
  'pointerdown',
  () => {
    fingers = 1;
  },
  true,
);
for (const end of ['pointerup', 'pointercancel'])
  addEventListener(
    end,
    () => {
      setTimeout(() => {
        fingers = 0;
      }, 50);
    },
    true,
  );
export function showAgain(...parts) {
  const root = document.getElementById('field');
  const next = h('div', {}, ...parts);
  if (
    fingers ||
    ([...next.childNodes].length === root.childNodes.length &&
      [...next.childNodes].every((n, i) => n.isEqualNode(root.childNodes[i])))
  )
    return;
  const top = window.scrollY;
  root.replaceChildren(...next.childNodes);
  window.scrollTo(0, top);
}

// ---- patience: what a browser may never answer (a camera that hangs, the lock of a frozen tab) is waited for so long ----
export function within(ms, promise, words) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(words)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
// What went wrong, for people: our own sentences as they are, a browser's by its name.
export const sayFault = (e) => (/\p{Script=Han}/u.test(e.message) ? e.message : `浏览器报告${e.name}`);

// ---- times: everybody here lives in UTC+8, whatever the phone is set to ----
const pad = (n) => String(n).padStart(2, '0');
const china = (ms) => new Date(ms + 8 * 3600000);
export const clockOf = (ms) => `${pad(china(ms).getUTCHours())}:${pad(china(ms).getUTCMinutes())}`;
export const dayOf = (ms) => `${china(ms).getUTCMonth() + 1}月${china(ms).getUTCDate()}日`;
export const sameDay = (a, b) => Math.floor((a + 8 * 3600000) / 86400000) === Math.floor((b + 8 * 3600000) / 86400000);
export const whenOf = (ms, now = Date.now()) => (sameDay(ms, now) ? clockOf(ms) : `${dayOf(ms)} ${clockOf(ms)}`);
export const fullOf = (ms) =>
  `${china(ms).getUTCFullYear()}年${dayOf(ms)} ${clockOf(ms)}:${pad(china(ms).getUTCSeconds())}`;
export const rfc3339 = (ms) => `${china(ms).toISOString().slice(0, 19)}+08:00`;
export const ms = (usec) => Math.floor(usec / 1000);

export function lasting(from, now = Date.now()) {
  const minutes = Math.max(0, Math.floor((now - from) / 60000));
  return minutes < 60 ? `${minutes}分钟` : `${Math.floor(minutes / 60)}小时${minutes % 60}分钟`;
}

// ---- ids: 26 letters that sort by time, as everywhere in the program ----
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
export function ulid(now = Date.now()) {
  let text = '';
  for (let i = 0, t = now; i < 10; i++, t = Math.floor(t / 32)) text = LETTERS[t % 32] + text;
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) text += LETTERS[byte % 32];
  return text;
}

export const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, '0')).join('');
export const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

// SM3 in the words of the server. Taken of a photo when it is taken, before anything is sent: what the server answers later is compared
// with it, so a byte changed under way is found on the phone that still has the original.
export const digestOf = (buffer) => `sm3:${hex(sm3(new Uint8Array(buffer)))}`;
