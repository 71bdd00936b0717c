// The whole check of a bundle, in the order of docs/bundle-format.md 9; src/bundle/check/ is its twin in C. No DOM here:
// the same file runs in the page, in its worker and under Node.js in the tests.
import {hexOf, textOf} from "./bytes.mjs";
import {containerRead, crc32, Reading} from "./container.mjs";
import {asOfCheck, bodyCheck, bodyItems, catalogueCheck, digestsIn, receiptCheck, spineRead, tenDigits} from "./entries.mjs";
import {canonicalRead} from "./json.mjs";
import {Fault} from "./fault.mjs";
import {checkpointIsManifests, checkpointRead, consistencyCheck, inclusionCheck, manifestRead} from "./notes.mjs";
import {presenceJudge} from "./presence.mjs";
import {sm3, Sm3} from "./sm3.mjs";
import {keyRead, signatureHex, sm2Verify} from "./sm2.mjs";

const LIMIT_MANIFEST = 32 << 20, LIMIT_TEXT = 4 << 20, LIMIT_CATALOGUE = 16 << 20;
const PIECE = 1 << 20;

// ---- names ----

const KINDS = [
    [/^(bodies|entries|proofs|receipts)\/[0-9]{10}\.json$/, LIMIT_TEXT],
    [/^originals\/[0-9a-f]{64}(\.[a-z0-9]{1,5})?$/, 0],
    [/^papers\/[A-Za-z0-9][A-Za-z0-9._-]*\.pdf$/, 0],
    [/^(INDEX\.html|catalogue\.pdf)$/, 0],
    [/^(checkpoint-then\.txt|checkpoint\.txt|consistency\.json|key\.pem)$/, LIMIT_TEXT],
    [/^catalogue\.json$/, LIMIT_CATALOGUE],
];
const REQUIRED = ["catalogue.json", "checkpoint.txt", "key.pem"];

// Bytes of the member that are kept to be read, 0: only its digest; undefined: no such kind of member.
const keptOf = name => KINDS.find(([pattern]) => pattern.test(name))?.[1];

// ---- steps ----

async function whole(source, members, name, limit, word) {
    const m = members.find(x => x.name === name);
    if (!m || m.size > limit)
        throw new Fault(word, name);
    return source.read(m.at, m.size);
}

// Size and digest against the manifest, CRC against the directory; small texts are kept.
async function membersRead(source, members, listed, tell) {
    const window = new Reading(source), texts = new Map();
    let done = 0;
    for (const [i, m] of members.entries()) {
        const kept = keptOf(m.name);
        if (kept === undefined || (kept && m.size > kept))
            throw new Fault("member", m.name);
        const digest = new Sm3();
        let crc = 0;
        for (let at = 0; at < m.size; at += PIECE) {
            const piece = await window.take(m.at + at, Math.min(PIECE, m.size - at));
            digest.add(piece);
            crc = crc32(piece, crc);
            tell(done += piece.length);
        }
        if (hexOf(digest.end()) !== listed[i].sm3 || crc !== m.crc)
            throw new Fault("member", m.name, m.at);
        if (kept)
            texts.set(m.name, (await whole(source, [m], m.name, kept, "member")).slice());
    }
    for (const name of REQUIRED)
        if (!texts.has(name))
            throw new Fault("member", name);
    return texts;
}

function seqsOf(texts) {
    const seqs = new Set();
    for (const name of texts.keys()) {
        const of = /^(?:bodies|entries|proofs|receipts)\/([0-9]{10})\.json$/.exec(name);
        if (of && !texts.has(`entries/${of[1]}.json`))
            throw new Fault("member", name);
        if (of)
            seqs.add(Number(of[1]));
    }
    if (!seqs.size)
        throw new Fault("member", "entries");
    return [...seqs].sort((a, b) => a - b);
}

// All spines first: bodies point at orders that may stand behind them.
function spinesOf(texts, seqs, ordersNamed) {
    const spines = new Map();
    for (const seq of seqs) {
        const bytes = texts.get(`entries/${tenDigits(seq)}.json`), v = canonicalRead(bytes);
        if (v !== undefined && v !== null && v.seq === seq)
            spines.set(seq, v);
        for (const item of bodyItems(texts.get(`bodies/${tenDigits(seq)}.json`)))
            if (Object.hasOwn(item, "erased_by"))
                ordersNamed.add(item.erased_by);
    }
    return spines;
}

function entriesCheck(texts, seqs, note, asOf, report) {
    const ordersNamed = new Set(), spines = spinesOf(texts, seqs, ordersNamed), digests = new Set();
    let before = null;
    for (const seq of seqs) {
        const n = tenDigits(seq), bytes = texts.get(`entries/${n}.json`), member = `entries/${n}.json`;
        const spine = spineRead(bytes, member, seq);
        asOfCheck(spine, member, asOf, ordersNamed);
        const proof = texts.get(`proofs/${n}.json`);
        if (!proof)
            throw new Fault("proof", `proofs/${n}.json`);
        inclusionCheck(proof, `proofs/${n}.json`, bytes, seq, note);
        const items = bodyCheck(texts.get(`bodies/${n}.json`), `bodies/${n}.json`, spine, spines);
        const reasons = receiptCheck(texts.get(`receipts/${n}.json`), `receipts/${n}.json`, spine, items);
        digestsIn(textOf(bytes), digests);
        for (const item of items)
            if (typeof item.text === "string")
                digestsIn(item.text, digests);
        report.entries.push({seq, spine, items, reasons});
        report.clockBack += before !== null && spine.received_at < before;
        before = spine.received_at;
    }
    report.spines = spines;
    return digests;
}

function originalsCheck(members, listed, digests, report) {
    for (const [i, m] of members.entries()) {
        const original = /^originals\/([0-9a-f]{64})/.exec(m.name);
        if (original && (listed[i].sm3 !== original[1] || !digests.has(original[1])))
            throw new Fault("original", m.name);
        if (original)
            report.originals.push({...m, sm3: listed[i].sm3});
        else if (m.name.startsWith("papers/"))
            report.papers.push({...m, sm3: listed[i].sm3, anchored: digests.has(listed[i].sm3)});
    }
}

function tally(report) {
    const items = report.entries.flatMap(e => e.items.map(item => ({seq: e.seq, ...item})));
    report.open = items.filter(i => Object.hasOwn(i, "text")).length;
    report.withheld = items.filter(i => Object.hasOwn(i, "withheld")).length;
    report.erased = items.filter(i => Object.hasOwn(i, "erased_by"))
        .map(i => ({seq: i.seq, item: i.name, order: i.erased_by}));
}

function keyCheck(key, manifest, demanded) {
    const print = hexOf(sm3(key.der)), wanted = demanded.replaceAll(/\s/g, "").toLowerCase();
    if (manifest.key !== print || (wanted && wanted !== print))
        throw new Fault("key", "key.pem");
    return print;
}

async function notesCheck(texts, key, manifest, verify, report) {
    const note = checkpointRead(texts.get("checkpoint.txt"), "checkpoint.txt", key, verify);
    if (!checkpointIsManifests(note, manifest.checkpoint))
        throw new Fault("checkpoint", "checkpoint.txt");
    const then = texts.get("checkpoint-then.txt"), consistency = texts.get("consistency.json");
    if (!then !== !consistency || (then && manifest.as_of === null))
        throw new Fault("consistency", then ? "checkpoint-then.txt" : "consistency.json");
    if (then) {
        report.then = checkpointRead(then, "checkpoint-then.txt", key, verify);
        consistencyCheck(consistency, report.then, note, manifest.as_of);
    }
    report.checkpoint = note;
    return note;
}

async function check(source, options, report) {
    const verify = options.verify ?? sm2Verify, members = await containerRead(source);
    report.members = members;
    const signature = signatureHex(await whole(source, members, "manifest.sig", 4096, "signature"));
    const key = keyRead(await whole(source, members, "key.pem", 4096, "key"));
    if (!signature)
        throw new Fault("signature", "manifest.sig");
    if (!key)
        throw new Fault("key", "key.pem");
    const bytes = await whole(source, members, "manifest.json", LIMIT_MANIFEST, "manifest");
    if (!verify(key, bytes, signature))
        throw new Fault("signature", "manifest.sig");
    const manifest = report.manifest = manifestRead(bytes, members);
    report.key = keyCheck(key, manifest, options.key ?? "");
    const rest = members.slice(0, -2), total = rest.reduce((sum, m) => sum + m.size, 0);
    const texts = await membersRead(source, rest, manifest.members, done => options.progress?.(done, total));
    const note = await notesCheck(texts, key, manifest, verify, report);
    const digests = entriesCheck(texts, seqsOf(texts), note, manifest.as_of, report);
    originalsCheck(rest, manifest.members, digests, report);
    const names = new Set(rest.map(m => m.name));
    report.catalogue = catalogueCheck(texts.get("catalogue.json"), manifest, names, report.spines);
    report.presence = presenceJudge(report.entries.map(e => e.spine), manifest.helpers, manifest.presence);
    tally(report);
}

// source: {size, read(at, n) -> Promise<Uint8Array>}. options: key (a fingerprint demanded), progress(done, of),
// verify (in tests: sm2Verify that remembers). What comes is a report; one that is not sound has `bad`.
export async function bundleVerify(source, options = {}) {
    const report = {sound: false, bad: null, members: [], entries: [], originals: [], papers: [], erased: [], clockBack: 0};
    try {
        await check(source, options, report);
        report.sound = true;
    } catch (e) {
        if (!(e instanceof Fault))
            throw e;
        report.bad = {bad: e.word, member: e.member, offset: e.offset, why: e.why};
    }
    return report;
}
