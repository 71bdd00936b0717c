// Manifest, key, checkpoints and the proofs of the tree: docs/bundle-format.md 3 and 4.
import {base64Of, base64Read, bytesOf, hexOf, hexRead, textOf} from "./bytes.mjs";
import {canonicalRead, hasKeys, isInteger, isObject, sameText} from "./json.mjs";
import {Fault} from "./fault.mjs";
import {consistencyHolds, inclusionHolds, leafOf, LIMIT_PROOF} from "./tree.mjs";
import {keyId, signatureDer} from "./sm2.mjs";

const USEC = 1000000n, DAY = 86400n * USEC;
const isText = v => typeof v === "string";
export const isCount = v => Number.isSafeInteger(v) && v >= 0;
export const isHex = (v, n) => isText(v) && v.length === 2 * n && /^[0-9a-f]*$/.test(v);

// ---- times as notes write them ----

function daysFromCivil(y, m, d) {
    const yy = m <= 2 ? y - 1 : y, era = Math.floor(yy / 400), yoe = yy - era * 400;
    const doy = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1;
    return era * 146097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719468;
}

export function timeText(usec) {
    const u = BigInt(usec), whole = new Date(Number((u - ((u % USEC) + USEC) % USEC) / 1000n));
    const fraction = Number(((u % USEC) + USEC) % USEC);
    const tail = fraction ? "." + String(fraction).padStart(6, "0").replace(/0+$/, "") : "";
    return whole.toISOString().slice(0, 19) + tail + "Z";
}

// Microseconds; null: no such time, or another spelling of it.
function timeRead(text) {
    const p = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?Z$/.exec(text);
    if (!p)
        return null;
    const [y, mo, d, h, mi, s] = p.slice(1, 7).map(Number);
    const seconds = BigInt(h * 3600 + mi * 60 + s);
    const usec = BigInt(daysFromCivil(y, mo, d)) * DAY + seconds * USEC + BigInt((p[7] ?? "").padEnd(6, "0"));
    return timeText(usec) === text ? Number(usec) : null;
}

// ---- manifest ----

function memberListed(m, listed) {
    return hasKeys(listed, ["bytes", "name", "sm3"]) && listed.name === m.name && listed.bytes === m.size && isHex(listed.sm3, 32);
}

function manifestShape(v) {
    return hasKeys(v, ["agency", "as_of", "case", "checkpoint", "format", "helpers", "key", "made_at", "made_by", "members", "presence"])
        && hasKeys(v.agency, ["id", "name"]) && isText(v.agency.id) && isText(v.agency.name)
        && (v.as_of === null || isInteger(v.as_of)) && isText(v.case)
        && hasKeys(v.checkpoint, ["at", "root", "size", "store"]) && isInteger(v.checkpoint.at) && isHex(v.checkpoint.root, 32)
        && isCount(v.checkpoint.size) && isText(v.checkpoint.store)
        && v.format === "xiezhi-bundle-1" && isObject(v.helpers) && Object.values(v.helpers).every(isText)
        && isHex(v.key, 32) && isInteger(v.made_at) && isText(v.made_by) && Array.isArray(v.members)
        && hasKeys(v.presence, ["officers", "tolerance"]) && isCount(v.presence.officers) && isCount(v.presence.tolerance);
}

export function manifestRead(bytes, members) {
    const v = canonicalRead(bytes), rest = members.slice(0, -2);
    if (!manifestShape(v) || v.members.length !== rest.length || !rest.every((m, i) => memberListed(m, v.members[i])))
        throw new Fault("manifest", "manifest.json");
    return v;
}

// ---- checkpoints ----

// {store, size, root, at, keyId, head, signature}; null when the note is not in its one spelling.
function noteRead(bytes) {
    const text = bytes.length <= 1024 ? textOf(bytes) : null, line = text === null ? [] : text.split("\n");
    if (line.length !== 7 || line[6] !== "" || line[4] !== "")
        return null;
    const store = /^xiezhi ([a-z0-9]{1,64})$/.exec(line[0]), root = base64Read(line[2]), at = timeRead(line[3]);
    const signed = /^- ([0-9a-f]{16}) ([A-Za-z0-9+/=]+)$/.exec(line[5]), der = signed && base64Read(signed[2]), signature = der && signatureDer(der);
    if (!store || !/^(0|[1-9][0-9]{0,15})$/.test(line[1]) || !root || root.length !== 32 || at === null || !signature)
        return null;
    const head = `xiezhi ${store[1]}\n${line[1]}\n${base64Of(root)}\n${timeText(at)}\n`;
    return sameText(bytes, `${head}\n- ${signed[1]} ${signed[2]}\n`)
        ? {store: store[1], size: Number(line[1]), root, at, keyId: signed[1], head: bytesOf(head), signature} : null;
}

export function checkpointRead(bytes, name, key, verify) {
    const note = noteRead(bytes);
    if (!note || note.keyId !== keyId(key) || !verify(key, note.head, note.signature))
        throw new Fault("checkpoint", name);
    return note;
}

export function checkpointIsManifests(note, c) {
    return note.store === c.store && note.size === c.size && note.at === c.at && hexOf(note.root) === c.root;
}

// ---- proofs ----

// The nodes, or null: written again it must be the same bytes.
function proofRead(bytes, kind, seq, size, oldSize) {
    const text = textOf(bytes), from = text === null ? -1 : text.indexOf('"nodes":[');
    if (from < 0)
        return null;
    const inside = text.slice(from + 9, -2), hex = inside === "" ? [] : inside.split(",").map(s => s.slice(1, -1));
    const again = `{"kind":"${kind}","seq":${seq},"size":${size},"old_size":${oldSize},"nodes":[${hex.map(h => `"${h}"`).join(",")}]}`;
    const nodes = hex.map(h => isHex(h, 32) ? hexRead(h, 32) : null);
    return again === text && hex.length <= LIMIT_PROOF && !nodes.includes(null) ? nodes : null;
}

export function inclusionCheck(bytes, member, spine, seq, note) {
    const nodes = proofRead(bytes, "inclusion", seq, note.size, 0);
    if (!nodes || !inclusionHolds(leafOf(spine), seq, note.size, nodes, note.root))
        throw new Fault("proof", member);
}

export function consistencyCheck(bytes, then, now, asOf) {
    const nodes = proofRead(bytes, "consistency", 0, now.size, then.size);
    if (!nodes || then.store !== now.store || then.keyId !== now.keyId || then.size < 1 || then.at > asOf
        || !consistencyHolds(then.size, then.root, now.size, now.root, nodes))
        throw new Fault("consistency", "consistency.json");
}
