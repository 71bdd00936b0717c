// What the phone keeps is sealed: AES-256-GCM under a random key, and that key wrapped by one derived from the person's PIN
// (PBKDF2-SHA-256). A second wrapping by a key of this browser, which no script can read out, makes a copied database worth
// less. The key lives in memory only; a closed page asks for the PIN again.
//
// A PIN of six digits does not resist a laboratory. It keeps out who finds the phone; a lost phone is revoked (我的手机).
const ROUNDS = 210000;
const subtle = globalThis.crypto?.subtle; // absent on plain HTTP: field.js says so before anything is sealed
const random = (n) => crypto.getRandomValues(new Uint8Array(n));

async function pinKey(pin, salt, rounds) {
  const raw = await subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey']);
  return subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds },
    raw,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

// A new lock: what is kept of it (structured-cloneable), and the open key.
export async function makeLock(pin) {
  const salt = random(16);
  const inner = random(12);
  const outer = random(12);
  const device = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const raw = random(32);
  const once = await subtle.encrypt({ name: 'AES-GCM', iv: inner }, await pinKey(pin, salt, ROUNDS), raw);
  const wrapped = await subtle.encrypt({ name: 'AES-GCM', iv: outer }, device, once);
  return { lock: { salt, rounds: ROUNDS, inner, outer, device, wrapped }, key: await dataKey(raw) };
}

const dataKey = (raw) => subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);

// The key, or null: the PIN was another.
export async function openLock(lock, pin) {
  const once = await subtle.decrypt({ name: 'AES-GCM', iv: lock.outer }, lock.device, lock.wrapped);
  try {
    return await dataKey(
      await subtle.decrypt({ name: 'AES-GCM', iv: lock.inner }, await pinKey(pin, lock.salt, lock.rounds), once),
    );
  } catch {
    return null;
  }
}

// `name` is bound in: a sealed record cannot be put in another's place.
export async function seal(key, name, bytes) {
  const iv = random(12);
  return {
    iv,
    sealed: await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(name) }, key, bytes),
  };
}

export const unseal = (key, name, record) =>
  subtle.decrypt(
    { name: 'AES-GCM', iv: record.iv, additionalData: new TextEncoder().encode(name) },
    key,
    record.sealed,
  );

export const sealJson = (key, name, value) => seal(key, name, new TextEncoder().encode(JSON.stringify(value)));
export const unsealJson = async (key, name, record) =>
  JSON.parse(new TextDecoder().decode(await unseal(key, name, record)));

// A colleague's own PIN, checked against what the pack knows of it (base64, PBKDF2-SHA-256). True when it is theirs.
export async function pinMatches(pin, known) {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const raw = await subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
  const want = bytes(known.digest);
  const got = new Uint8Array(
    await subtle.deriveBits(
      { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(known.salt), iterations: known.rounds },
      raw,
      want.length * 8,
    ),
  );
  return want.length >= 16 && got.every((b, i) => b === want[i]);
}
