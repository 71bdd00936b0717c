// Canonical JSON as the bundle's texts are written: no blanks, keys ascending by bytes, integers plain, one way to escape.
// A text with any other spelling is null, so that what is read is what was signed. Integers outside the exact range of
// a double come as BigInt.
import {bytesOf, textOf} from "./bytes.mjs";

const LIMIT_DEPTH = 32;
const SHORT = {'"': '"', "\\": "\\", b: "\b", t: "\t", n: "\n", f: "\f", r: "\r"};
const INT64 = 9223372036854775807n;

// By code points, which is by bytes of UTF-8; `<` of the language goes by UTF-16.
export function byBytes(a, b) {
    const n = Math.min(a.length, b.length);
    for (let i = 0; i < n; i++) {
        let x = a.charCodeAt(i), y = b.charCodeAt(i);
        if (x !== y) {
            const sx = x >= 0xd800 && x <= 0xdfff, sy = y >= 0xd800 && y <= 0xdfff;
            return sx !== sy ? (sx ? 1 : -1) : x - y;
        }
    }
    return a.length - b.length;
}

class Reader {
    constructor(text) {
        this.text = text;
        this.at = 0;
    }

    take(c) {
        if (this.text[this.at] !== c)
            throw this;
        this.at++;
    }

    word(word, value) {
        if (!this.text.startsWith(word, this.at))
            throw this;
        this.at += word.length;
        return value;
    }

    escape() {
        const c = this.text[this.at + 1];
        if (c in SHORT) {
            this.at += 2;
            return SHORT[c];
        }
        const hex = /^u00([01][0-9a-f])/.exec(this.text.slice(this.at + 1, this.at + 6));
        const code = hex ? parseInt(hex[1], 16) : 0;
        if (!code || "\b\t\n\f\r".includes(String.fromCharCode(code)))
            throw this;
        this.at += 6;
        return String.fromCharCode(code);
    }

    string() {
        this.take('"');
        let value = "";
        for (let from = this.at;;) {
            const c = this.text.charCodeAt(this.at);
            if (!(c >= 0x20)) // the end, too
                throw this;
            if (c !== 0x22 && c !== 0x5c) {
                this.at++;
                continue;
            }
            value += this.text.slice(from, this.at);
            if (c === 0x22) {
                this.at++;
                return value;
            }
            value += this.escape();
            from = this.at;
        }
    }

    number() {
        const digits = /^(?:0|-?[1-9][0-9]{0,18})(?![0-9.eE])/.exec(this.text.slice(this.at, this.at + 24));
        if (!digits)
            throw this;
        this.at += digits[0].length;
        const exact = BigInt(digits[0]);
        if (exact > INT64 || exact < -INT64 - 1n)
            throw this;
        return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
    }

    list(depth) {
        const value = [];
        this.take("[");
        if (this.text[this.at] !== "]")
            for (;;) {
                value.push(this.value(depth + 1));
                if (this.text[this.at] === "]")
                    break;
                this.take(",");
            }
        this.at++;
        return value;
    }

    object(depth) {
        const value = Object.create(null);
        let last = null;
        this.take("{");
        if (this.text[this.at] !== "}")
            for (;;) {
                const key = this.string();
                if (last !== null && byBytes(last, key) >= 0)
                    throw this;
                this.take(":");
                value[last = key] = this.value(depth + 1);
                if (this.text[this.at] === "}")
                    break;
                this.take(",");
            }
        this.at++;
        return value;
    }

    value(depth) {
        const c = this.text[this.at];
        if ((c === "{" || c === "[") && depth >= LIMIT_DEPTH)
            throw this;
        if (c === "{")
            return this.object(depth);
        if (c === "[")
            return this.list(depth);
        if (c === '"')
            return this.string();
        if (c === "t")
            return this.word("true", true);
        if (c === "f")
            return this.word("false", false);
        if (c === "n")
            return this.word("null", null);
        return this.number();
    }
}

// undefined: not canonical JSON.
export function canonicalRead(bytes) {
    const text = textOf(bytes);
    if (text === null)
        return undefined;
    const reader = new Reader(text);
    try {
        const value = reader.value(0);
        return reader.at === text.length ? value : undefined;
    } catch (e) {
        if (e !== reader)
            throw e;
        return undefined;
    }
}

export const isObject = v => v !== null && typeof v === "object" && !Array.isArray(v);
export const isInteger = v => typeof v === "number" || typeof v === "bigint";

// Has the object these keys and no others?
export function hasKeys(v, keys) {
    if (!isObject(v))
        return false;
    const own = Object.keys(v);
    return own.length === keys.length && keys.every(key => key in v);
}

export const sameText = (bytes, text) => {
    const want = bytesOf(text);
    return bytes.length === want.length && bytes.every((b, i) => b === want[i]);
};
