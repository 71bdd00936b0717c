// Entries, bodies, receipts, originals and the catalogue: docs/bundle-format.md 5, 6 and 8.
import {bytesOf, hexOf, hexRead} from "./bytes.mjs";
import {byBytes, canonicalRead, hasKeys, isInteger, isObject} from "./json.mjs";
import {isCount, isHex} from "./notes.mjs";
import {sm3} from "./sm3.mjs";
import {Fault} from "./fault.mjs";

const VERDICTS = ["allowed", "held", "refused"], SEVERITIES = ["refuse", "hold", "warn"];
const WITHHELD = ["personal", "secret", "source"];
const ORDER_ACT = "secret.erase";
const isText = v => typeof v === "string";
const isTexts = v => Array.isArray(v) && v.every(isText);
const own = (object, key) => Object.hasOwn(object, key) ? object[key] : undefined;

export const tenDigits = seq => String(seq).padStart(10, "0");

// ---- spines ----

function effectShape(v) {
    return v === undefined || (isObject(v) && isCount(v.seq) && isText(v.verdict) && isTexts(v.rules));
}

export function spineRead(bytes, member, seq) {
    const v = canonicalRead(bytes);
    const good = isObject(v) && isText(v.act) && v.seq === seq && isInteger(v.at) && isInteger(v.received_at) && isText(v.by)
        && VERDICTS.includes(v.verdict) && isTexts(v.rules) && isObject(v.fields) && effectShape(own(v, "effect"))
        && isObject(v.body) && Object.values(v.body).every(d => isHex(d, 32));
    if (!good)
        throw new Fault("entry", member);
    return v;
}

// Nothing newer than the day asked for, but the orders that erased something.
export function asOfCheck(spine, member, asOf, orders) {
    if (asOf !== null && spine.received_at > asOf && !(spine.act === ORDER_ACT && orders.has(spine.seq)))
        throw new Fault("entry", member);
}

// ---- bodies ----

function itemHolds(item, name, digest, orders) {
    if (!isObject(item) || item.name !== name)
        return false;
    if (hasKeys(item, ["name", "salt", "text"])) {
        if (!isHex(item.salt, 16) || !isText(item.text))
            return false;
        return hexOf(sm3(hexRead(item.salt, 16), bytesOf(name), Uint8Array.of(0), bytesOf(item.text))) === digest;
    }
    if (hasKeys(item, ["erased_by", "name"])) {
        const order = orders.get(item.erased_by);
        return order !== undefined && order.act === ORDER_ACT && order.verdict === "allowed";
    }
    return hasKeys(item, ["name", "withheld"]) && WITHHELD.includes(item.withheld);
}

// What the body says, without judging it: [] when it cannot be read.
export function bodyItems(bytes) {
    const v = bytes && canonicalRead(bytes);
    return isObject(v) && Array.isArray(v.items) ? v.items.filter(isObject) : [];
}

export function bodyCheck(bytes, member, spine, spines) {
    const names = Object.keys(spine.body);
    if (!bytes && !names.length)
        return [];
    const v = bytes && canonicalRead(bytes);
    const good = v && hasKeys(v, ["items", "seq"]) && v.seq === spine.seq && Array.isArray(v.items) && v.items.length === names.length
        && names.length > 0 && names.sort(byBytes).every((name, i) => itemHolds(v.items[i], name, spine.body[name], spines));
    if (!good)
        throw new Fault("body", member);
    return v.items;
}

// ---- receipts ----

const REASON = ["article", "because", "clause", "instrument", "remedy", "rule", "severity"];

// What was said to the author, out of the open item "#reasons"; null: kept back or erased, or there was none.
function saidReasons(items) {
    const item = items.find(i => i.name === "#reasons");
    return item && isText(item.text) ? canonicalRead(bytesOf(item.text)) : null;
}

function sentencesHold(reasons, said) {
    if (said === null)
        return reasons.every(r => r.because === "" && r.remedy === "");
    return Array.isArray(said) && said.length === reasons.length && reasons.every((r, i) =>
        Array.isArray(said[i]) && said[i].length === 3 && said[i][0] === r.rule && said[i][1] === r.because && said[i][2] === r.remedy);
}

function severitiesHold(spine, reasons) {
    const has = severity => reasons.some(r => r.severity === severity);
    if (spine.verdict === "refused")
        return has("refuse");
    if (spine.verdict === "held")
        return has("hold") && !has("refuse");
    return own(spine, "effect") !== undefined || (spine.mark ?? 0) !== 0 || reasons.every(r => r.severity === "warn");
}

export function receiptCheck(bytes, member, spine, items) {
    const v = bytes && canonicalRead(bytes), effect = own(spine, "effect");
    const rules = spine.rules.concat(effect ? effect.rules : []);
    const good = v && hasKeys(v, ["act", "reasons", "seq", "verdict"]) && v.act === spine.act && v.seq === spine.seq
        && v.verdict === spine.verdict && Array.isArray(v.reasons) && v.reasons.length === rules.length
        && v.reasons.every((r, i) => hasKeys(r, REASON) && REASON.every(key => isText(r[key])) && r.rule === rules[i]
            && SEVERITIES.includes(r.severity))
        && sentencesHold(v.reasons, saidReasons(items)) && severitiesHold(spine, v.reasons);
    if (!good)
        throw new Fault("receipt", member);
    return v.reasons;
}

// ---- originals ----

// Digests named in a text: what an original must be found under.
export function digestsIn(text, set) {
    for (const found of text.matchAll(/sm3:([0-9a-f]{64})/g))
        set.add(found[1]);
}

// ---- catalogue ----

const ITEM = ["date", "form", "from", "kind", "member", "no", "pages", "seq", "title", "volume"];
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

function itemShape(i) {
    return hasKeys(i, ITEM) && ["date", "form", "kind", "member", "title"].every(key => isText(i[key]))
        && ["from", "no", "pages", "seq"].every(key => isCount(i[key])) && (i.date === "" || DATE.test(i.date))
        && (i.form === "" || /^[A-Z][0-9]{2}$/.test(i.form)) && ["main", "auxiliary"].includes(i.volume);
}

export function catalogueCheck(bytes, manifest, names, spines) {
    const v = bytes && canonicalRead(bytes);
    let volume = "main", no = 0, from = 1, pages = 0;
    const inOrder = i => {
        if (i.volume !== volume) {
            if (volume !== "main")
                return false;
            volume = i.volume;
            no = 0;
            from = 1;
        }
        const good = i.no === no + 1 && i.from === from
            && (i.member === "" || (/^(papers|originals)\//.test(i.member) && names.has(i.member)))
            && (i.seq === 0 || spines.has(i.seq));
        no++;
        from += i.pages;
        pages += i.pages;
        return good;
    };
    const good = v && hasKeys(v, ["case", "items", "pages"]) && v.case === manifest.case && Array.isArray(v.items)
        && v.items.every(i => itemShape(i) && inOrder(i)) && v.pages === pages;
    if (!good)
        throw new Fault("catalogue", "catalogue.json");
    return v;
}
