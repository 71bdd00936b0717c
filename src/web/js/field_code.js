// The entry code: six digits that change every 30 s, and a QR that says the same with the shower's clock, so that two phones
// without a network measure how far their clocks are apart. Shown by who has the key of the visit: its officers.
import { encodeQR } from './qr.js';
import { bytesOf, hex, svg } from './field_dom.js';

const HEAD = 'XZ1';
const text = new TextEncoder();

async function mac(key, message) {
  const k = await crypto.subtle.importKey('raw', bytesOf(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', k, text.encode(message)));
}

async function digitsAt(visit, step) {
  const m = await mac(visit.key, `code${visit.id}${step}`);
  const word = new DataView(m.buffer).getUint32(m[31] & 15) & 0x7fffffff; // RFC 4226, 5.3
  return String(word % 1000000).padStart(6, '0');
}

// { digits, text, left: seconds until the next } as of now.
export async function makeCode(visit, person, seconds, now = Date.now()) {
  const digits = await digitsAt(visit, Math.floor(now / 1000 / seconds));
  const front = `${HEAD}.${visit.id}.${person}.${now * 1000}.${digits}`;
  return {
    digits,
    text: `${front}.${hex(await mac(visit.key, front)).slice(0, 12)}`,
    left: seconds - (Math.floor(now / 1000) % seconds),
  };
}

// What a code says, as far as this phone can tell: { fine: true|false|null (no key to check with), person, offset: ms its shower's clock
// is ahead of ours }. Digits may be of the step before or after: that is how far clocks may be apart.
export async function checkCode(visit, code, seconds, now = Date.now()) {
  if (/^\d{6}$/.test(code)) {
    if (!visit.key) return { fine: null };
    const step = Math.floor(now / 1000 / seconds);
    for (const s of [step, step - 1, step + 1]) if ((await digitsAt(visit, s)) === code) return { fine: true };
    return { fine: false };
  }
  const [head, id, person, time, , seal] = code.split('.');
  if (head !== HEAD || id !== visit.id || !/^\d{16}$/.test(time ?? '') || !seal) return { fine: false };
  const offset = Number(time) / 1000 - now;
  if (!visit.key) return { fine: null, person, offset };
  const front = code.slice(0, code.lastIndexOf('.'));
  return { fine: hex(await mac(visit.key, front)).slice(0, 12) === seal, person, offset };
}

// One path, four modules of quiet zone: sharp at any size, no canvas.
export function qrPicture(content, label) {
  const rows = encodeQR(content, 'raw', { ecc: 'medium', border: 4 });
  let d = '';
  rows.forEach((row, y) =>
    row.forEach((dark, x) => {
      if (dark) d += `M${x} ${y}h1v1h-1z`;
    }),
  );
  return svg(
    'svg',
    {
      viewBox: `0 0 ${rows.length} ${rows.length}`,
      class: 'qr',
      role: 'img',
      'aria-label': label,
      'shape-rendering': 'crispEdges',
    },
    svg('rect', { width: rows.length, height: rows.length, class: 'qr-light' }),
    svg('path', { d, class: 'qr-dark' }),
  );
}
