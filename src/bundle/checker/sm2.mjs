// SM2 signatures (GB/T 32918.2-2016) over the recommended curve, public side only, with the user id the program signs
// with. Nothing here is secret, so nothing needs to take constant time.
import {sm3} from "./sm3.mjs";
import {bytesOf, hexOf, sameBytes, base64Read, textOf} from "./bytes.mjs";

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const GX = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n;
const GY = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n;
const USER_ID = bytesOf("1234567812345678");

const mod = (x, m) => ((x % m) + m) % m;

function inverse(x, m) {
    let a = mod(x, m), b = m, u = 1n, v = 0n;
    while (a) {
        const q = b / a;
        [a, b] = [b - q * a, a];
        [u, v] = [v - q * u, u];
    }
    return mod(v, m);
}

// Points in Jacobian coordinates (X/Z^2, Y/Z^3); Z = 0 is the point at infinity.
const INFINITY = {x: 1n, y: 1n, z: 0n};

function twice(p) {
    if (!p.z || !p.y)
        return INFINITY;
    const zz = mod(p.z * p.z, P), yy = mod(p.y * p.y, P), s = mod(4n * p.x * yy, P);
    const m = mod(3n * (p.x - zz) * (p.x + zz), P); // A = -3
    const x = mod(m * m - 2n * s, P);
    return {x, y: mod(m * (s - x) - 8n * yy * yy, P), z: mod(2n * p.y * p.z, P)};
}

function plus(p, q) {
    if (!p.z || !q.z)
        return p.z ? p : q;
    const pz = mod(p.z * p.z, P), qz = mod(q.z * q.z, P);
    const u1 = mod(p.x * qz, P), u2 = mod(q.x * pz, P);
    const s1 = mod(p.y * q.z * qz, P), s2 = mod(q.y * p.z * pz, P);
    if (u1 === u2)
        return s1 === s2 ? twice(p) : INFINITY;
    const h = u2 - u1, r = s2 - s1, hh = mod(h * h, P), hhh = mod(h * hh, P), v = mod(u1 * hh, P);
    const x = mod(r * r - hhh - 2n * v, P);
    return {x, y: mod(r * (v - x) - s1 * hhh, P), z: mod(h * p.z * q.z, P)};
}

// a·p + b·q, both scalars walked together (Shamir's trick).
function sumOfMultiples(a, p, b, q) {
    const both = plus(p, q);
    let r = INFINITY;
    for (let i = 255n; i >= 0n; i--) {
        r = twice(r);
        const inA = (a >> i) & 1n, inB = (b >> i) & 1n;
        if (inA || inB)
            r = plus(r, inA && inB ? both : inA ? p : q);
    }
    return r;
}

const numberOf = bytes => BigInt("0x" + (hexOf(bytes) || "0"));

function bytes32(x) {
    const bytes = new Uint8Array(32);
    for (let i = 31; i >= 0; i--, x >>= 8n)
        bytes[i] = Number(x & 255n);
    return bytes;
}

// SEQUENCE { SEQUENCE { OID ecPublicKey, OID sm2 }, BIT STRING 04 || x || y }: the one encoding of such a key.
const SPKI_HEAD = Uint8Array.of(
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf,
    0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00, 0x04);

const PEM_BYTES = 178;
const PEM = /^-----BEGIN PUBLIC KEY-----\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{1,64}={0,2}\n)-----END PUBLIC KEY-----\n$/;

// A key from the PEM text the program writes; null when it is anything else.
export function keyRead(pem) {
    const text = pem instanceof Uint8Array ? textOf(pem) : pem;
    const parts = text === null || text.length !== PEM_BYTES ? null : PEM.exec(text);
    const der = parts ? base64Read(parts[1].replaceAll("\n", "")) : null;
    if (!der || der.length !== SPKI_HEAD.length + 64 || !sameBytes(der.subarray(0, SPKI_HEAD.length), SPKI_HEAD))
        return null;
    const at = SPKI_HEAD.length;
    const x = numberOf(der.subarray(at, at + 32)), y = numberOf(der.subarray(at + 32));
    if (x >= P || y >= P || mod(y * y - (x * x * x + A * x + B), P))
        return null;
    return {x, y, der};
}

// As sm2_key_id: the first 16 hexadecimal digits of SM3 over the DER form.
export const keyId = key => hexOf(sm3(key.der)).slice(0, 16);

// One INTEGER of a DER signature from `at`: minimal, not negative. null when it is not.
function integerRead(der, at) {
    const n = der[at + 1];
    if (der[at] !== 0x02 || !(n >= 1 && n <= 33) || at + 2 + n > der.length || der[at + 2] & 0x80
        || (n > 1 && der[at + 2] === 0 && !(der[at + 3] & 0x80)))
        return null;
    return {value: numberOf(der.subarray(at + 2, at + 2 + n)), end: at + 2 + n};
}

// {r, s} of a signature in DER (checkpoints), or null.
export function signatureDer(der) {
    if (der.length < 8 || der[0] !== 0x30 || der[1] !== der.length - 2)
        return null;
    const r = integerRead(der, 2), s = r && integerRead(der, r.end);
    return s && s.end === der.length ? {r: r.value, s: s.value} : null;
}

// {r, s} of a signature as 128 hexadecimal digits and a line feed (manifest.sig), or null.
export function signatureHex(bytes) {
    const text = textOf(bytes), parts = text === null ? null : /^([0-9a-f]{64})([0-9a-f]{64})\n$/.exec(text);
    return parts ? {r: BigInt("0x" + parts[1]), s: BigInt("0x" + parts[2])} : null;
}

export function sm2Verify(key, message, {r, s}) {
    const t = mod(r + s, N);
    if (r < 1n || r >= N || s < 1n || s >= N || !t)
        return false;
    const idBits = Uint8Array.of((USER_ID.length * 8) >> 8, (USER_ID.length * 8) & 255);
    const za = sm3(idBits, USER_ID, ...[A, B, GX, GY, key.x, key.y].map(bytes32));
    const e = numberOf(sm3(za, message));
    const sum = sumOfMultiples(s, {x: GX, y: GY, z: 1n}, t, {x: key.x, y: key.y, z: 1n});
    if (!sum.z)
        return false;
    const zi = inverse(sum.z, P), x = mod(sum.x * zi * zi, P);
    return mod(e + x, N) === r;
}
