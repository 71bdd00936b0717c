// The whole check of a bundle, in the order of docs/bundle-format.md 9; src/bundle/check/ is its twin in C, and both say the
// same words. No DOM here: the same text runs in the page, in its worker and under Node.js in the tests.
import {hexOf} from "./bytes.mjs";
import {catalogueCheck, originalsCheck} from "./catalogue.mjs";
import {containerRead, crc32, Reading} from "./container.mjs";
import {Entries, seqOf} from "./entries.mjs";
import {hasKeys, isInteger} from "./json.mjs";
import {Fault} from "./fault.mjs";
import {Members} from "./members.mjs";
import {checkpointsCheck, isHex, keyCheck, manifestCheck, signatureCheck} from "./notes.mjs";
import {presenceJudge} from "./presence.mjs";
import {sm3, Sm3} from "./sm3.mjs";
import {sm2Verify} from "./sm2.mjs";
import {LIMITS} from "./tables.mjs";

const PIECE = 1 << 20, KEPT_MOST = 16 << 20;
const SINGLE = ["INDEX.html", "catalogue.json", "catalogue.pdf", "checkpoint-then.txt", "checkpoint.txt", "consistency.json", "key.pem"];
const REQUIRED = ["catalogue.json", "checkpoint.txt", "key.pem"];

function knownName(name) {
    return SINGLE.includes(name) || seqOf(name) !== null || /^papers\/.+\.pdf$/.test(name)
        || /^originals\/[0-9a-f]{64}(\.[a-z0-9]{1,5})?$/.test(name);
}

// What later checks read again stays in memory; documents and pictures do not.
const isKept = m => m.size <= KEPT_MOST && !m.name.endsWith(".pdf") && !m.name.startsWith("originals/") && m.name !== "INDEX.html";

function listedCheck(m, row) {
    if (!hasKeys(row, ["bytes", "name", "sm3"]) || !isInteger(row.bytes) || !isHex(row.sm3, 32) || row.name !== m.name)
        throw new Fault("manifest", m.name, -1, "清单里没有这个成员，或顺序、格式不对");
    if (!knownName(m.name))
        throw new Fault("member", m.name, m.local, "案卷包里不应有这个成员");
    if (row.bytes !== m.size)
        throw new Fault("member", m.name, m.at, `有${m.size}字节，清单写的是${row.bytes}字节`);
}

// SM3 and CRC-32 of a member; `kept` gets its bytes.
async function memberHash(reading, m, kept, tell) {
    const digest = new Sm3();
    let crc = 0;
    for (let at = 0; at < m.size; at += PIECE) {
        const piece = await reading.take(m.at + at, Math.min(PIECE, m.size - at));
        digest.add(piece);
        crc = crc32(piece, crc);
        kept?.set(piece, at);
        tell(piece.length);
    }
    return {sm3: hexOf(digest.end()), crc};
}

// The list of the manifest against the members, in the order of the file. Answers their digests by name.
async function membersCheck(members, rows, total, progress) {
    const n = members.list.length, reading = new Reading(members.source), digests = new Map();
    if (!Array.isArray(rows) || rows.length !== n - 2)
        throw new Fault("manifest", "manifest.json", -1, `清单列了${Array.isArray(rows) ? rows.length : 0}个成员，容器里有${n - 2}个`);
    let done = 0;
    const tell = bytes => progress?.(done += bytes, total);
    for (const [i, m] of members.list.entries()) {
        if (i < rows.length)
            listedCheck(m, rows[i]);
        const kept = isKept(m) ? new Uint8Array(m.size) : null, found = await memberHash(reading, m, kept, tell);
        if (i < rows.length && found.sm3 !== rows[i].sm3)
            throw new Fault("member", m.name, m.at, `内容的SM3与清单不符：${m.size}字节中至少一个被改动`);
        if (found.crc !== m.crc)
            throw new Fault("member", m.name, m.local + 14, "CRC-32与内容不符");
        digests.set(m.name, found.sm3);
        if (kept)
            members.texts.set(m.name, kept);
    }
    return digests;
}

function requiredCheck(members) {
    for (const name of REQUIRED)
        if (!members.find(name))
            throw new Fault("member", name, -1, "缺这个成员");
    if (!members.find("checkpoint-then.txt") !== !members.find("consistency.json"))
        throw new Fault("member", "consistency.json", -1, "当日检查点与一致性证明应一并附上");
    if (!members.list.some(m => seqOf(m.name)?.folder === "entries"))
        throw new Fault("member", "entries/", -1, "没有账本条目");
}

function tally(report, entries) {
    const items = entries.list.flatMap(e => e.items);
    report.entries = entries.list;
    report.open = items.filter(i => Object.hasOwn(i, "text")).length;
    report.withheld = items.filter(i => Object.hasOwn(i, "withheld")).length;
    report.erased = entries.erased;
    report.clockBack = entries.clockBack;
}

async function check(source, options, report) {
    const verify = options.verify ?? sm2Verify, members = new Members(source, await containerRead(source));
    report.members = members.list;
    const m = members.find("manifest.json"), bytes = await members.bytes(m, LIMITS.manifest);
    const key = await signatureCheck(members, bytes, verify);
    report.key = hexOf(sm3(key.der));
    const manifest = report.manifest = await members.object(m, LIMITS.manifest, true, "manifest");
    manifestCheck(manifest);
    keyCheck(manifest, report.key, options.key ?? "");
    const digests = await membersCheck(members, manifest.members, source.size, options.progress);
    requiredCheck(members);
    const {now, then} = await checkpointsCheck(members, manifest, key, verify);
    report.checkpoint = now;
    report.then = then;
    const entries = new Entries(members, now, manifest.as_of);
    await entries.check();
    Object.assign(report, originalsCheck(members, digests, entries.spoken));
    report.catalogue = await catalogueCheck(members, manifest.case);
    report.presence = presenceJudge(entries.list.map(e => e.spine), manifest.helpers, manifest.presence);
    tally(report, entries);
}

// source: {size, read(at, n) -> Promise<Uint8Array>}. options: key (a fingerprint demanded, ""), progress(done, of),
// verify (in tests: an sm2Verify that remembers). What comes is a report; one that is not sound has `bad`.
export async function bundleVerify(source, options = {}) {
    const report = {sound: false, bad: null, members: []};
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
