// JSON, read as the program in C reads it (src/base/json_read.c): what one takes the other takes, or a bundle would be sound for one court
// and not for another. The language's own parser takes a name twice, half a surrogate, any depth and any number.
// Canonical, as most texts of a bundle are written: no blanks, keys ascending by bytes, integers plain, one way to escape; a text with
// any other spelling is undefined, so that what is read is what was signed. Loose, as an entry's spine is: any spelling.
// Canonical integers outside the exact range of a double come as BigInt; loose numbers that are no integer to C, and would look like one
// here, as NaN.
import {bytesOf, textOf} from "./bytes.mjs";
import {LIMITS} from "./tables.mjs";

const LIMIT_DEPTH = 32, LIMIT_NUMBER = 63;
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
        this.nodes = 0;
    }

    blanks() {}

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
        this.blanks();
        if (this.text[this.at] !== "]")
            for (;;) {
                value.push(this.value(depth + 1));
                this.blanks();
                if (this.text[this.at] === "]")
                    break;
                this.take(",");
            }
        this.at++;
        return value;
    }

    follows(key, last, _value) {
        return last === null || byBytes(last, key) < 0;
    }

    object(depth) {
        const value = Object.create(null);
        let last = null;
        this.take("{");
        this.blanks();
        if (this.text[this.at] !== "}")
            for (;;) {
                this.blanks();
                const key = this.string();
                if (!this.follows(key, last, value))
                    throw this;
                this.blanks();
                this.take(":");
                value[last = key] = this.value(depth + 1);
                this.blanks();
                if (this.text[this.at] === "}")
                    break;
                this.take(",");
            }
        this.at++;
        return value;
    }

    value(depth) {
        this.blanks();
        const c = this.text[this.at];
        if (++this.nodes > LIMITS.nodes)
            throw this;
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

const unsorted = new WeakSet(); // objects whose names did not ascend
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?(?![0-9.eE])/y, ESCAPES = {...SHORT, "/": "/"}, HEX = /[0-9a-fA-F]{4}/y;

class LooseReader extends Reader {
    blanks() {
        while (" \n\r\t".includes(this.text[this.at] ?? "x"))
            this.at++;
    }

    // The language moves names like "9" to the front, so whether they came in order is noted here.
    follows(key, last, value) {
        if (last !== null && byBytes(last, key) >= 0)
            unsorted.add(value);
        return !(key in value);
    }

    object(depth) {
        return Object.setPrototypeOf(super.object(depth), Object.prototype);
    }

    unit(at) {
        HEX.lastIndex = at + 2;
        const hex = this.text.startsWith("\\u", at) ? HEX.exec(this.text) : null;
        return hex ? parseInt(hex[0], 16) : -1;
    }

    escape() {
        const c = this.text[this.at + 1];
        if (c in ESCAPES) {
            this.at += 2;
            return ESCAPES[c];
        }
        const unit = this.unit(this.at), pair = unit >= 0xd800 && unit <= 0xdfff, low = pair ? this.unit(this.at + 6) : 0;
        if (unit <= 0 || (pair && (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)))
            throw this;
        this.at += pair ? 12 : 6;
        return pair ? String.fromCharCode(unit, low) : String.fromCharCode(unit);
    }

    number() {
        NUMBER.lastIndex = this.at;
        const found = NUMBER.exec(this.text), value = found ? Number(found[0]) : Infinity;
        if (!found || found[0].length > LIMIT_NUMBER || !Number.isFinite(value))
            throw this;
        this.at += found[0].length;
        const plain = found[1] === undefined && found[2] === undefined;
        return !plain && Number.isInteger(value) ? NaN : value;
    }
}

// Did the names of this object, read loosely, ascend?
export const ascends = object => !unsorted.has(object);

// undefined: not JSON, in any spelling.
export const looseRead = bytes => readBy(LooseReader, bytes);
// undefined: not canonical JSON.
export const canonicalRead = bytes => readBy(Reader, bytes);

function readBy(Kind, bytes) {
    const text = textOf(bytes);
    if (text === null)
        return undefined;
    const reader = new Kind(text);
    try {
        const value = reader.value(0);
        reader.blanks();
        return reader.at === text.length ? value : undefined;
    } catch (e) {
        if (e !== reader)
            throw e;
        return undefined;
    }
}

export const isObject = v => v !== null && typeof v === "object" && !Array.isArray(v);
// Exact here and in C (LIMIT_BUNDLE_WHOLE): no check decides on a number that one of the two has rounded.
export const isInteger = v => Number.isSafeInteger(v);

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
