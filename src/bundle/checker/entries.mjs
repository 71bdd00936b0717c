// Entries with their proofs, bodies and receipts: docs/bundle-format.md 5 and 6. One class for the walk over them: bodies point
// at orders elsewhere in the bundle, and what entries speak of is asked for later.
import {bytesOf, hexOf, hexRead, textOf} from "./bytes.mjs";
import {ascends, byBytes, hasKeys, isInteger, isObject, looseRead} from "./json.mjs";
import {inclusionCheck, isFilled, isHex, isText} from "./notes.mjs";
import {sm3} from "./sm3.mjs";
import {Fault} from "./fault.mjs";
import {LIMITS} from "./tables.mjs";

const SEVERITIES = ["refuse", "hold", "warn"], WITHHELD = ["personal", "secret", "source"];
const REASON = ["article", "because", "clause", "instrument", "remedy", "rule", "severity"];
const ORDER_ACT = "secret.erase";
const SEQ_NAME = /^(bodies|entries|proofs|receipts)\/([0-9]{10})\.json$/;

export const seqName = (folder, seq) => `${folder}/${String(seq).padStart(10, "0")}.json`;

// {folder, seq} of "entries/0000000042.json"; null: another kind of name.
export function seqOf(name) {
    const of = SEQ_NAME.exec(name);
    return of && Number(of[2]) > 0 ? {folder: of[1], seq: Number(of[2])} : null;
}

const own = (object, key) => (isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined);

// ---- body items ----

function salted(item, digest) {
    return isText(item.text) && isHex(item.salt, 16) && isHex(digest, 32)
        && hexOf(sm3(hexRead(item.salt, 16), bytesOf(item.name), Uint8Array.of(0), bytesOf(item.text))) === digest;
}

// ---- receipts ----

// The sentences of the body, in the receipt's order; both empty when the item is not open.
function sameSentences(reasons, list) {
    const said = reasons === null ? null : looseRead(bytesOf(reasons));
    if (said === undefined || (reasons !== null && !(Array.isArray(said) && said.length === list.length)))
        return false;
    return list.every((r, i) => {
        const row = said === null ? [r.rule, "", ""] : said[i];
        return Array.isArray(row) && row.length === 3 && row[0] === r.rule && row[1] === r.because && row[2] === r.remedy;
    });
}

// What the answer was follows from the worst reason, but for rights and approvals.
function severityFits(spine, list) {
    const has = severity => list.some(r => r.severity === severity);
    if (!list.every(r => SEVERITIES.includes(r.severity)))
        return false;
    switch (spine.verdict) {
    case "refused": return has("refuse");
    case "held": return has("hold") && !has("refuse");
    case "allowed": return (!has("refuse") && !has("hold")) || (own(spine, "mark") ?? 0) !== 0 || own(spine, "effect") !== undefined;
    default: return false;
    }
}

function receiptFits(spine, reasons, receipt) {
    const more = own(own(spine, "effect"), "rules") ?? [], rules = spine.rules.concat(more);
    return hasKeys(receipt, ["act", "reasons", "seq", "verdict"]) && Array.isArray(receipt.reasons) && receipt.seq === spine.seq
        && receipt.act === spine.act && receipt.verdict === spine.verdict && receipt.reasons.length === rules.length
        && receipt.reasons.every((r, i) => hasKeys(r, REASON) && REASON.every(key => isText(r[key])) && isFilled(rules[i]) && r.rule === rules[i])
        && sameSentences(reasons, receipt.reasons) && severityFits(spine, receipt.reasons);
}

// What this act set free: absent, or an object whose rules are absent or a list.
function effectShape(spine) {
    const effect = own(spine, "effect");
    return effect === undefined || (isObject(effect) && Array.isArray(own(effect, "rules") ?? []));
}

// ---- the walk ----

export class Entries {
    constructor(members, now, asOf) {
        this.members = members;
        this.now = now;
        this.asOf = asOf;
        this.list = [];          // {seq, spine, items, reasons}
        this.spoken = new Set(); // digests that entries speak of as sm3:…
        this.erased = [];        // {seq, order, item}
        this.late = [];          // entries behind asOf: {seq, frees, member}
        this.orders = [];        // held orders that bodies name: {seq, member}
        this.clockBack = 0;
        this.last = -Infinity;
    }

    async check() {
        for (const m of this.members.list) {
            const of = seqOf(m.name);
            if (of && of.folder === "entries")
                await this.entryCheck(m, of.seq);
        }
        this.strays();
        this.ordersCheck();
        this.lateCheck();
    }

    // A held order was set free by an entry that stands in the bundle.
    ordersCheck() {
        const free = new Set(this.list.map(e => own(e.spine, "effect")).filter(f => own(f, "verdict") === "allowed").map(f => f.seq));
        const bad = this.orders.find(o => !free.has(o.seq));
        if (bad)
            throw new Fault("body", bad.member, -1, `第${bad.seq}条删除令没有获准`);
    }

    // Behind asOf stand only orders of erasure that a body names, and approvals of those.
    lateCheck() {
        const named = new Set(this.erased.map(e => e.order));
        const bad = this.late.find(l => !named.has(l.seq) && !named.has(l.frees));
        if (bad)
            throw new Fault("entry", bad.member, -1, "这一条晚于截止时间");
    }

    async entryCheck(m, seq) {
        const bytes = await this.members.bytes(m, LIMITS.text), spine = await this.spineCheck(m, bytes, seq);
        const proof = this.members.find(seqName("proofs", seq));
        if (!proof)
            throw new Fault("proof", m.name, -1, `第${seq}条没有证明`);
        await inclusionCheck(this.members, proof, bytes, seq, this.now);
        const items = await this.bodyCheck(m, spine), reasons = await this.receiptCheck(m, spine, items);
        this.list.push({seq, spine, items, reasons});
    }

    speak(text) {
        for (const found of text.matchAll(/sm3:(?=([0-9a-f]{64}))/g))
            this.spoken.add(found[1]);
    }

    async spineCheck(m, bytes, seq) {
        const v = await this.members.object(m, LIMITS.text, false, "entry");
        if (!isFilled(v.act) || v.seq !== seq || !isInteger(v.at) || !isInteger(v.received_at)
            || !Array.isArray(v.rules) || !isObject(v.fields) || !isObject(v.body) || !ascends(v.body) || !effectShape(v) || !isInteger(own(v, "mark") ?? 0))
            throw new Fault("entry", m.name, -1, `不是第${seq}条的内容`);
        this.clockBack += v.received_at < this.last;
        this.last = v.received_at;
        if (this.asOf !== null && v.received_at > this.asOf)
            this.late.push({seq, frees: own(own(v, "effect"), "seq") ?? 0, member: m.name});
        this.speak(textOf(bytes));
        return v;
    }

    // The verdict of an order of erasure, null where the entry is none; read once, however many items name it.
    async orderVerdict(seq) {
        const m = this.members.find(seqName("entries", seq));
        if (m && m.order === undefined) {
            const v = await this.members.object(m, LIMITS.text, false, "entry");
            m.order = v.act === ORDER_ACT && ["allowed", "held"].includes(v.verdict) ? v.verdict : null;
        }
        return m && m.order;
    }

    async orderCheck(spine, body, item) {
        const verdict = await this.orderVerdict(item.erased_by);
        if (!verdict)
            throw new Fault("body", body.name, -1, `“${item.name}”说由第${item.erased_by}条删除，案卷包里没有这道删除令`);
        this.erased.push({seq: spine.seq, order: item.erased_by, item: item.name});
        if (verdict === "held") // who set it free comes later in the file
            this.orders.push({seq: item.erased_by, member: body.name});
    }

    async itemCheck(spine, m, item, name, digest) {
        if (!isObject(item) || item.name !== name || !isText(digest))
            throw new Fault("body", m.name, -1, `第${spine.seq}条的“${name}”缺失或顺序不对`);
        if (hasKeys(item, ["name", "salt", "text"])) {
            if (!salted(item, digest))
                throw new Fault("body", m.name, -1, `第${spine.seq}条“${name}”的内容与账本里的摘要不符`);
            this.speak(item.text);
        } else if (hasKeys(item, ["erased_by", "name"]) && isInteger(item.erased_by) && item.erased_by > 0) {
            await this.orderCheck(spine, m, item);
        } else if (!hasKeys(item, ["name", "withheld"]) || !WITHHELD.includes(item.withheld)) {
            throw new Fault("body", m.name, -1, `第${spine.seq}条“${name}”不是公开、删除、保留三种之一`);
        }
    }

    async bodyCheck(entry, spine) {
        // The language moves names like "9" to the front.
        const named = Object.entries(spine.body).sort((x, y) => byBytes(x[0], y[0])), m = this.members.find(seqName("bodies", spine.seq));
        if (m && !named.length)
            throw new Fault("body", m.name, -1, `第${spine.seq}条没有密封项，却附了内容`);
        if (!m && named.length)
            throw new Fault("body", entry.name, -1, `缺第${spine.seq}条的密封项`);
        if (!m)
            return [];
        const body = await this.members.object(m, LIMITS.text, true, "body");
        if (!hasKeys(body, ["items", "seq"]) || body.seq !== spine.seq || !Array.isArray(body.items) || body.items.length !== named.length)
            throw new Fault("body", m.name, -1, `不是第${spine.seq}条的${named.length}个密封项`);
        for (const [i, [name, digest]] of named.entries())
            await this.itemCheck(spine, m, body.items[i], name, digest);
        return body.items;
    }

    async receiptCheck(entry, spine, items) {
        const m = this.members.find(seqName("receipts", spine.seq));
        if (!m)
            throw new Fault("receipt", entry.name, -1, `第${spine.seq}条没有回执`);
        const receipt = await this.members.object(m, LIMITS.text, true, "receipt");
        if (!receiptFits(spine, items.find(i => i.name === "#reasons")?.text ?? null, receipt))
            throw new Fault("receipt", m.name, -1, `回执与第${spine.seq}条账本的结论或理由不符`);
        return receipt.reasons;
    }

    // Proofs, bodies and receipts belong to an entry that is there.
    strays() {
        const words = {bodies: "body", proofs: "proof", receipts: "receipt"};
        for (const m of this.members.list) {
            const of = seqOf(m.name);
            if (of && words[of.folder] && !this.members.find(seqName("entries", of.seq)))
                throw new Fault(words[of.folder], m.name, -1, `案卷包里没有第${of.seq}条`);
        }
    }
}
