// Bytes and their spellings. Every reader takes the one canonical form only, as the C program does, so that nothing can
// hide in a second spelling of a signed text.

const utf8 = new TextEncoder();
const utf8Strict = new TextDecoder("utf-8", {fatal: true, ignoreBOM: true});

export const bytesOf = text => utf8.encode(text);

// null: not UTF-8.
export function textOf(bytes) {
    try {
        return utf8Strict.decode(bytes);
    } catch {
        return null;
    }
}

export function sameBytes(a, b) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function hexOf(bytes) {
    let text = "";
    for (const byte of bytes)
        text += (byte < 16 ? "0" : "") + byte.toString(16);
    return text;
}

// Lower or upper case; null when it is not n bytes.
export function hexRead(text, n) {
    if (typeof text !== "string" || text.length !== 2 * n || !/^[0-9a-fA-F]*$/.test(text))
        return null;
    const bytes = new Uint8Array(n);
    for (let i = 0; i < n; i++)
        bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
    return bytes;
}

// "sm3:" and 64 hexadecimal digits; null when it is not.
export function digestRead(text) {
    return typeof text === "string" && text.startsWith("sm3:") ? hexRead(text.slice(4), 32) : null;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function base64Of(bytes) {
    let text = "";
    for (let i = 0; i < bytes.length; i += 3) {
        const left = Math.min(3, bytes.length - i);
        const v = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) | (left > 2 ? bytes[i + 2] : 0);
        for (let k = 0; k < 4; k++)
            text += k <= left ? alphabet[(v >> (18 - 6 * k)) & 63] : "=";
    }
    return text;
}

// Padded, canonical (RFC 4648 section 3.5); null when it is not.
export function base64Read(text) {
    if (text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
        return null;
    const digits = text.replace(/=+$/, "");
    const bytes = new Uint8Array(Math.floor(digits.length * 6 / 8));
    let v = 0, bits = 0, out = 0;
    for (const c of digits) {
        v = ((v << 6) | alphabet.indexOf(c)) & 0xffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[out++] = (v >> bits) & 255;
        }
    }
    return base64Of(bytes) === text ? bytes : null;
}
