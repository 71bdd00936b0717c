// Manifest, signature, key, checkpoints and the proofs of the tree: docs/bundle-format.md 3 and 4.
import {base64Of, base64Read, bytesOf, hexOf, hexRead, textOf} from "./bytes.mjs";
import {hasKeys, isInteger, isObject, sameText} from "./json.mjs";
import {Fault} from "./fault.mjs";
import {consistencyHolds, inclusionHolds, leafOf, LIMIT_PROOF} from "./tree.mjs";
import {keyId, keyRead, signatureDer, signatureHex} from "./sm2.mjs";
import {groups} from "./groups.mjs";
import {LIMITS} from "./tables.mjs";

const USEC = 1000000n, DAY = 86400n * USEC, BEIJING = 28800n * USEC;
const LIMIT_SMALL = 1024, LIMIT_NOTE = 4096, LIMIT_PROOF_TEXT = 16384, OFFICERS_MOST = 100;

export const isText = v => typeof v === "string";
export const isFilled = v => isText(v) && v.length > 0;
export const isHex = (v, n) => isText(v) && v.length === 2 * n && /^[0-9a-f]*$/.test(v);

// ---- times as notes write them ----

function daysFromCivil(y, m, d) {
    const yy = m <= 2 ? y - 1 : y, era = Math.floor(yy / 400), yoe = yy - era * 400;
    const doy = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1;
    return era * 146097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719468;
}

// Beijing time, as everything the program writes.
export function timeText(usec) {
    const u = BigInt(usec) + BEIJING, fraction = ((u % USEC) + USEC) % USEC;
    const whole = new Date(Number((u - fraction) / 1000n)).toISOString().slice(0, 19);
    return whole + (fraction ? "." + String(fraction).padStart(6, "0") : "") + "+08:00";
}

// Microseconds; null: no such time, or another spelling of it.
export function timeRead(text) {
    const p = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{6}))?\+08:00$/.exec(text);
    if (!p)
        return null;
    const [y, mo, d, h, mi, s] = p.slice(1, 7).map(Number);
    if (y < LIMITS.year_first || y > LIMITS.year_last)
        return null;
    const usec = BigInt(daysFromCivil(y, mo, d)) * DAY + BigInt(h * 3600 + mi * 60 + s) * USEC + BigInt(p[7] ?? "0") - BEIJING;
    return timeText(usec) === text ? Number(usec) : null;
}

// "2026-03-05": a day of the calendar?
export function isDay(text) {
    const p = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
    return p !== null && timeRead(`${text}T00:00:00+08:00`) !== null;
}

// ---- signature and key ----

// The key and the signature, each in its one form; the signature holds over the manifest's bytes.
export async function signatureCheck(members, manifest, verify) {
    const sig = members.find("manifest.sig"), pem = members.find("key.pem");
    const signature = signatureHex(await members.bytes(sig, LIMIT_SMALL));
    if (!signature)
        throw new Fault("signature", sig.name, -1, "不是129字节的签名");
    if (!pem)
        throw new Fault("key", "key.pem", -1, "缺公钥");
    const key = keyRead(await members.bytes(pem, LIMIT_SMALL));
    if (!key)
        throw new Fault("key", pem.name, -1, "不是规范写法的SM2公钥");
    if (!verify(key, manifest, signature))
        throw new Fault("signature", sig.name, -1, "清单不是这把公钥的主人签的，或签名后被改动");
    return key;
}

export function keyCheck(manifest, print, demanded) {
    const wanted = demanded.replaceAll(/[\s-]/g, "").toLowerCase();
    if (manifest.key !== print)
        throw new Fault("key", "key.pem", -1, "公钥的指纹与清单写的不同");
    if (wanted && wanted !== print)
        throw new Fault("key", "key.pem", -1, `公钥的指纹是${groups(print)}，不是要求的那一把：不是该机关签的，或用了别的密钥`);
}

// ---- manifest ----

const MANIFEST = ["agency", "as_of", "case", "checkpoint", "format", "helpers", "key", "made_at", "made_by", "members", "presence"];

const checkpointShape = v => hasKeys(v, ["at", "root", "size", "store"]) && isInteger(v.at) && isInteger(v.size)
    && isFilled(v.store) && isHex(v.root, 32) && v.size > 0;
const presenceShape = v => hasKeys(v, ["officers", "tolerance"]) && isInteger(v.officers) && isInteger(v.tolerance)
    && v.officers >= 0 && v.officers <= OFFICERS_MOST && v.tolerance >= 0;

export function manifestCheck(v) {
    const demands = [
        [hasKeys(v, MANIFEST), "成员（只能是11项）"],
        [v.format === "xiezhi-bundle-1", "版本（应为xiezhi-bundle-1；更新的案卷包须用更新的程序核验）"],
        [hasKeys(v.agency, ["id", "name"]) && isFilled(v.agency.id) && isText(v.agency.name), "执法机构"],
        [v.as_of === null || isInteger(v.as_of), "截止时间"],
        [checkpointShape(v.checkpoint), "检查点"],
        [isObject(v.helpers) && Object.values(v.helpers).every(isFilled), "辅助人员"],
        [presenceShape(v.presence), "陪同要求"],
        [isInteger(v.made_at) && isFilled(v.made_by), "导出时间和导出人"],
        [isFilled(v.case), "案卷编号"],
    ];
    const bad = demands.find(([good]) => !good);
    if (bad)
        throw new Fault("manifest", "manifest.json", -1, `清单的${bad[1]}不合格式`);
}

// ---- checkpoints ----

// {store, size, root, at, keyId, head, der}; null when the note is not in its one spelling.
function noteRead(bytes) {
    const text = bytes.length <= LIMITS.note ? textOf(bytes) : null, line = text === null ? [] : text.split("\n");
    if (line.length !== 7 || line[6] !== "" || line[4] !== "")
        return null;
    const store = /^xiezhi ([a-z0-9]{1,64})$/.exec(line[0]), root = base64Read(line[2]), at = timeRead(line[3]);
    const signed = /^- ([a-z0-9]{1,16}) ([A-Za-z0-9+/=]*)$/.exec(line[5]), der = signed && base64Read(signed[2]);
    if (!store || !/^(0|[1-9][0-9]{0,15})$/.test(line[1]) || !root || root.length !== 32 || at === null || !der || der.length > 80)
        return null;
    const head = `xiezhi ${store[1]}\n${line[1]}\n${base64Of(root)}\n${timeText(at)}\n`;
    return sameText(bytes, `${head}\n- ${signed[1]} ${signed[2]}\n`)
        ? {store: store[1], size: Number(line[1]), root, at, keyId: signed[1], head: bytesOf(head), der} : null;
}

async function checkpointRead(members, m, manifest, key, verify) {
    const note = noteRead(await members.bytes(m, LIMIT_NOTE)), signature = note && signatureDer(note.der);
    if (!note)
        throw new Fault("checkpoint", m.name, -1, "不是检查点的标准写法");
    if (note.keyId !== keyId(key) || !signature || !verify(key, note.head, signature))
        throw new Fault("checkpoint", m.name, -1, "检查点不是这把公钥的主人签的");
    if (note.store !== manifest.checkpoint.store)
        throw new Fault("checkpoint", m.name, -1, "检查点是另一个账本的");
    return note;
}

// {now, then}; then is null where the bundle has none.
export async function checkpointsCheck(members, manifest, key, verify) {
    const m = members.find("checkpoint.txt"), c = manifest.checkpoint, then = members.find("checkpoint-then.txt");
    const now = await checkpointRead(members, m, manifest, key, verify);
    if (now.size !== c.size || now.at !== c.at || hexOf(now.root) !== c.root)
        throw new Fault("checkpoint", m.name, -1, "检查点与清单写的不同");
    return {now, then: then ? await thenCheck(members, then, now, manifest, key, verify) : null};
}

async function thenCheck(members, m, now, manifest, key, verify) {
    const then = await checkpointRead(members, m, manifest, key, verify), proof = members.find("consistency.json");
    if (manifest.as_of === null || then.at > manifest.as_of || then.size < 1 || then.size > now.size)
        throw new Fault("checkpoint", m.name, -1, "当日检查点晚于截止时间，或比最新的检查点大");
    const nodes = await proofRead(members, proof, "consistency", "consistency", 0, then.size, now.size);
    if (!consistencyHolds(then.size, then.root, now.size, now.root, nodes))
        throw new Fault("consistency", proof.name, -1, "最新的账本不是当日账本的延续");
    return then;
}

// ---- proofs ----

// Written again it must be the same bytes.
async function proofRead(members, m, word, kind, seq, oldSize, size) {
    const text = textOf(await members.bytes(m, LIMIT_PROOF_TEXT)) ?? "", from = text.indexOf('"nodes":[');
    const inside = from < 0 ? "" : text.slice(from + 9, -2), hex = inside === "" ? [] : inside.split(",").map(s => s.slice(1, -1));
    const again = `{"kind":"${kind}","seq":${seq},"size":${size},"old_size":${oldSize},"nodes":[${hex.map(h => `"${h}"`).join(",")}]}`;
    if (again !== text || hex.length > LIMIT_PROOF || !hex.every(h => isHex(h, 32)))
        throw new Fault(word, m.name, -1, `不是从第${seq || oldSize}条到检查点的证明`);
    return hex.map(h => hexRead(h, 32));
}

export async function inclusionCheck(members, m, spine, seq, now) {
    const nodes = await proofRead(members, m, "proof", "inclusion", seq, 0, now.size);
    if (!inclusionHolds(leafOf(spine), seq, now.size, nodes, now.root))
        throw new Fault("proof", m.name, -1, `第${seq}条不在签名的账本里，或内容被改动`);
}
