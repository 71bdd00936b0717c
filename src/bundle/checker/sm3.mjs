// SM3 (GB/T 32905-2016), one lane, fed in pieces: what stands in src/crypto/sm3.c, written again for a browser. The
// message words live in one array for all calls; a page is one thread. The phone's page takes this file too (src/web/meson.build).

const T = new Int32Array(64);
for (let j = 0; j < 64; j++) {
    const t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
    T[j] = j % 32 === 0 ? t : (t << (j % 32)) | (t >>> (32 - (j % 32)));
}
const W = new Int32Array(68);

export class Sm3 {
    constructor() {
        this.v = new Int32Array([
            0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
        ]);
        this.block = new Uint8Array(64);
        this.filled = 0;
        this.length = 0; // bytes; exact up to 2^53
    }

    add(bytes) {
        this.length += bytes.length;
        let at = 0;
        if (this.filled) {
            at = Math.min(64 - this.filled, bytes.length);
            this.block.set(bytes.subarray(0, at), this.filled);
            this.filled += at;
            if (this.filled < 64)
                return this;
            this.compress(this.block, 0);
            this.filled = 0;
        }
        for (; at + 64 <= bytes.length; at += 64)
            this.compress(bytes, at);
        this.block.set(bytes.subarray(at), 0);
        this.filled = bytes.length - at;
        return this;
    }

    end() {
        const bits = this.length * 8;
        const tail = new Uint8Array((this.filled < 56 ? 56 : 120) - this.filled + 8);
        const view = new DataView(tail.buffer);
        tail[0] = 0x80;
        view.setUint32(tail.length - 8, Math.floor(bits / 4294967296));
        view.setUint32(tail.length - 4, bits >>> 0);
        this.add(tail);
        const digest = new Uint8Array(32), out = new DataView(digest.buffer);
        for (let i = 0; i < 8; i++)
            out.setInt32(4 * i, this.v[i]);
        return digest;
    }

    // Four rounds at a step: the registers change roles instead of places.
    compress(bytes, at) {
        for (let j = 0; j < 16; j++, at += 4)
            W[j] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
        for (let j = 16; j < 68; j++) {
            const x = W[j - 16] ^ W[j - 9] ^ ((W[j - 3] << 15) | (W[j - 3] >>> 17));
            W[j] = x ^ ((x << 15) | (x >>> 17)) ^ ((x << 23) | (x >>> 9))
                ^ ((W[j - 13] << 7) | (W[j - 13] >>> 25)) ^ W[j - 6];
        }
        const v = this.v;
        let a = v[0], b = v[1], c = v[2], d = v[3], e = v[4], f = v[5], g = v[6], h = v[7], r = 0, s = 0, t = 0;
        for (let j = 0; j < 16; j += 4) {
            r = (a << 12) | (a >>> 20);
            s = (r + e + T[j]) | 0;
            s = (s << 7) | (s >>> 25);
            t = ((e ^ f ^ g) + h + s + W[j]) | 0;
            d = ((a ^ b ^ c) + d + (s ^ r) + (W[j] ^ W[j + 4])) | 0;
            h = t ^ ((t << 9) | (t >>> 23)) ^ ((t << 17) | (t >>> 15));
            b = (b << 9) | (b >>> 23);
            f = (f << 19) | (f >>> 13);
            r = (d << 12) | (d >>> 20);
            s = (r + h + T[j + 1]) | 0;
            s = (s << 7) | (s >>> 25);
            t = ((h ^ e ^ f) + g + s + W[j + 1]) | 0;
            c = ((d ^ a ^ b) + c + (s ^ r) + (W[j + 1] ^ W[j + 5])) | 0;
            g = t ^ ((t << 9) | (t >>> 23)) ^ ((t << 17) | (t >>> 15));
            a = (a << 9) | (a >>> 23);
            e = (e << 19) | (e >>> 13);
            r = (c << 12) | (c >>> 20);
            s = (r + g + T[j + 2]) | 0;
            s = (s << 7) | (s >>> 25);
            t = ((g ^ h ^ e) + f + s + W[j + 2]) | 0;
            b = ((c ^ d ^ a) + b + (s ^ r) + (W[j + 2] ^ W[j + 6])) | 0;
            f = t ^ ((t << 9) | (t >>> 23)) ^ ((t << 17) | (t >>> 15));
            d = (d << 9) | (d >>> 23);
            h = (h << 19) | (h >>> 13);
            r = (b << 12) | (b >>> 20);
            s = (r + f + T[j + 3]) | 0;
            s = (s << 7) | (s >>> 25);
            t = ((f ^ g ^ h) + e + s + W[j + 3]) | 0;
            a = ((b ^ c ^ d) + a + (s ^ r) + (W[j + 3] ^ W[j + 7])) | 0;
            e = t ^ ((t << 9) | (t >>> 23)) ^ ((t << 17) | (t >>> 15));
            c = (c << 9) | (c >>> 23);
            g = (g << 19) | (g >>> 13);
        }
        for (let j = 16; j < 64; j += 4) {
            r = (a << 12) | (a >>> 20);
            s = (r + e + T[j]) | 0;
            s = (s << 7) | (s >>> 25);
            t = ((g ^ (e & (f ^ g))) + h + s + W[j]) | 0;
            d = (((a & b) | (c & (a | b))) + d + (s ^ r) + (W[j] ^ W[j + 4])) | 0;
            h = t ^ ((t << 9) | (t >>> 23)) ^ ((t << 17) | (t >>> 15));
            b = (b << 9) | (b >>> 23);
            f = (f << 19) | (f >>> 13);
            r = (d << 12) | (d >>> 20);
            s = (r + h + T[j + 1]) | 0;
            s = (s << 7) | (s >>> 25);
            t = ((f ^ (h & (e ^ f))) + g + s + W[j + 1]) | 0;
            c = (((d & a) | (b & (d | a))) + c + (s ^ r) + (W[j + 1] ^ W[j + 5])) | 0;
            g = t ^ ((t << 9) | (t >>> 23)) ^ ((t << 17) | (t >>> 15));
            a = (a << 9) | (a >>> 23);
            e = (e << 19) | (e >>> 13);
            r = (c << 12) | (c >>> 20);
            s = (r + g + T[j + 2]) | 0;
            s = (s << 7) | (s >>> 25);
            t = ((e ^ (g & (h ^ e))) + f + s + W[j + 2]) | 0;
            b = (((c & d) | (a & (c | d))) + b + (s ^ r) + (W[j + 2] ^ W[j + 6])) | 0;
            f = t ^ ((t << 9) | (t >>> 23)) ^ ((t << 17) | (t >>> 15));
            d = (d << 9) | (d >>> 23);
            h = (h << 19) | (h >>> 13);
            r = (b << 12) | (b >>> 20);
            s = (r + f + T[j + 3]) | 0;
            s = (s << 7) | (s >>> 25);
            t = ((h ^ (f & (g ^ h))) + e + s + W[j + 3]) | 0;
            a = (((b & c) | (d & (b | c))) + a + (s ^ r) + (W[j + 3] ^ W[j + 7])) | 0;
            e = t ^ ((t << 9) | (t >>> 23)) ^ ((t << 17) | (t >>> 15));
            c = (c << 9) | (c >>> 23);
            g = (g << 19) | (g >>> 13);
        }
        v[0] ^= a;
        v[1] ^= b;
        v[2] ^= c;
        v[3] ^= d;
        v[4] ^= e;
        v[5] ^= f;
        v[6] ^= g;
        v[7] ^= h;
    }
}

export function sm3(...parts) {
    const s = new Sm3();
    for (const part of parts)
        s.add(part);
    return s.end();
}
