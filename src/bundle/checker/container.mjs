// The container: a ZIP of stored members in one possible spelling (docs/bundle-format.md, 1), read through a source
// {size, read(at, n)}, so that a bundle of gigabytes needs no more memory than a window.
import {textOf} from "./bytes.mjs";
import {byBytes} from "./json.mjs";
import {Fault} from "./fault.mjs";
import {LIMITS} from "./tables.mjs";

const LOCAL = 30, CENTRAL = 46, END = 22;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/;
const MANIFEST = "manifest.json", SIGNATURE = "manifest.sig";

const fault = (offset, why, member = "") => new Fault("container", member, offset, why);

const u16 = (b, at) => b[at] | (b[at + 1] << 8);
const u32 = (b, at) => (u16(b, at) | (u16(b, at + 2) << 16)) >>> 0;
const number = (b, at, bytes) => (bytes === 2 ? u16(b, at) : u32(b, at));

// [at, bytes, what it is called]: for ZIPs of other programs, which differ somewhere.
const LOCAL_FIELDS = [
    [0, 4, "成员头标志"], [4, 2, "所需版本"], [6, 2, "标志位"], [8, 2, "压缩方法"], [10, 2, "时间"], [12, 2, "日期"],
    [14, 4, "CRC-32"], [18, 4, "压缩后大小"], [22, 4, "大小"], [26, 2, "名称长度"], [28, 2, "附加区长度"], [30, 0, "名称"]];
const CENTRAL_FIELDS = [
    [0, 4, "目录项标志"], [4, 2, "制作版本"], [6, 2, "所需版本"], [8, 2, "标志位"], [10, 2, "压缩方法"], [12, 2, "时间"],
    [14, 2, "日期"], [16, 4, "CRC-32"], [20, 4, "压缩后大小"], [24, 4, "大小"], [28, 2, "名称长度"], [30, 2, "附加区长度"],
    [32, 2, "注释长度"], [34, 2, "分卷号"], [36, 2, "内部属性"], [38, 4, "外部属性"], [42, 4, "成员位置"], [46, 0, "名称"]];
const END_FIELDS = [
    [0, 4, "结尾标志"], [4, 2, "分卷号"], [6, 2, "目录分卷号"], [8, 2, "本卷成员数"], [10, 2, "成员数"], [12, 4, "目录大小"],
    [16, 4, "目录位置"], [20, 2, "注释长度"]];

// ---- headers as they must be: [bytes, value] in order ----

function written(rows, tail = new Uint8Array(0)) {
    const head = rows.reduce((sum, [n]) => sum + n, 0), bytes = new Uint8Array(head + tail.length);
    let at = 0;
    for (const [n, value] of rows)
        for (let i = 0; i < n; i++)
            bytes[at++] = value >>> (8 * i);
    bytes.set(tail, head);
    return bytes;
}

// The 22 bytes both headers share: version needed to size.
const shared = m => [[2, 10], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, m.crc], [4, m.size], [4, m.size]];
const localHeader = m => written([[4, 0x04034b50], ...shared(m), [2, m.nameBytes.length], [2, 0]], m.nameBytes);
const centralHeader = m => written([[4, 0x02014b50], [2, 10], ...shared(m), [2, m.nameBytes.length], [4, 0], [4, 0], [4, 0],
                                    [4, m.local]]);
const endRecord = (n, at, bytes) => written([[4, 0x06054b50], [4, 0], [2, n], [2, n], [4, bytes], [4, at], [2, 0]]);

// The first differing byte is the fault.
function demand(fields, member, base, found, wanted) {
    let i = 0;
    while (i < wanted.length && wanted[i] === found[i])
        i++;
    if (i === wanted.length)
        return;
    const [at, bytes, label] = fields.find(([from, n]) => !n || i < from + n), local = fields === LOCAL_FIELDS;
    const method = u16(found, local ? 8 : 10);
    let why = bytes ? `${label}是${number(found, at, bytes)}，应为${number(wanted, at, bytes)}` : `${label}与目录不符`;
    if (fields !== END_FIELDS && u16(found, local ? 6 : 8) & 1)
        why = "成员是加密的；案卷包不加密，这不是本系统导出的文件";
    else if (fields !== END_FIELDS && method)
        why = `成员是压缩的（方法${method}）；案卷包只存储不压缩，这不是本系统导出的原件`;
    throw fault(base + i, why, member);
}

// ---- reading ----

const soundName = name => name !== null && name.length <= LIMITS.name && NAME.test(name);

// Names ascend; the two of the manifest close the list.
function inOrder(name, before, i, count, at) {
    const last = i === count - 1 ? SIGNATURE : i === count - 2 ? MANIFEST : null;
    if (!soundName(name))
        throw fault(at, `第${i + 1}个成员的名称不合格式（只能是字母、数字、点、横线、下划线和一个斜线）`);
    if (last && name !== last)
        throw fault(at, "最后两个成员应为manifest.json和manifest.sig", name);
    if (!last && (name === MANIFEST || name === SIGNATURE))
        throw fault(at, "清单和签名应是最后两个成员", name);
    if (!last && before !== null && byBytes(before, name) >= 0)
        throw fault(at, "成员的顺序不对或有重名", name);
}

function directoryEntry(b, end, i, at, where) {
    const here = end.at + at, left = b.length - at;
    if (left < CENTRAL || left - CENTRAL < u16(b, at + 28))
        throw fault(here, `目录在第${i + 1}项中断`);
    const nameBytes = b.slice(at + CENTRAL, at + CENTRAL + u16(b, at + 28)), name = textOf(nameBytes);
    const m = {name, nameBytes, crc: u32(b, at + 16), size: u32(b, at + 24), local: where};
    demand(CENTRAL_FIELDS, soundName(name) ? name : "", here, b.subarray(at, at + CENTRAL), centralHeader(m));
    m.at = where + LOCAL + nameBytes.length;
    return m;
}

function directoryRead(b, end) {
    const members = [];
    let at = 0, where = 0, before = null;
    for (let i = 0; i < end.count; i++) {
        const here = end.at + at, m = directoryEntry(b, end, i, at, where);
        inOrder(m.name, before, i, end.count, here + CENTRAL);
        members.push(m);
        before = m.name;
        where = m.at + m.size;
        at += CENTRAL + m.nameBytes.length;
        if (where > end.at)
            throw fault(here + 24, "成员的大小超出了文件", m.name);
    }
    if (at !== b.length)
        throw fault(end.at + at, "目录之后有多余的字节");
    if (where !== end.at)
        throw fault(where, "成员之后有多余的字节");
    return members;
}

// The end record: everything is found from there.
async function endRead(source) {
    if (source.size < END)
        throw fault(0, `文件不到${END}字节，不是案卷包`);
    if (source.size > LIMITS.bytes)
        throw fault(0, "文件超过4 GiB−1字节，不是案卷包");
    const base = source.size - END, b = await source.read(base, END);
    if (u32(b, 0) !== 0x06054b50)
        throw fault(0, "文件末尾不是案卷包的结尾：被截断、被追加，或不是本系统导出的文件");
    const end = {count: u16(b, 10), bytes: u32(b, 12), at: base - u32(b, 12)};
    if (end.at < 0)
        throw fault(base + 12, "目录比文件大");
    if (end.count < 3 || end.count > LIMITS.members)
        throw fault(base + 10, `成员数是${end.count}，应在3到${LIMITS.members}之间`);
    demand(END_FIELDS, "", base, b, endRecord(end.count, end.at, end.bytes));
    if (end.bytes > end.count * (CENTRAL + LIMITS.name))
        throw fault(base + 12, "目录的大小与成员数不符");
    return end;
}

// The members in order: {name, size, crc, at}.
export async function containerRead(source) {
    const end = await endRead(source), members = directoryRead(await source.read(end.at, end.bytes), end);
    const window = new Reading(source, 64 << 10);
    for (const m of members) {
        const wanted = localHeader(m);
        demand(LOCAL_FIELDS, m.name, m.local, await window.take(m.local, wanted.length), wanted);
    }
    return members;
}

// Reads ahead in windows, so that ten thousand small members are not ten thousand reads.
export class Reading {
    constructor(source, size = 4 << 20) {
        this.source = source;
        this.size = size;
        this.from = 0;
        this.bytes = new Uint8Array(0);
    }

    // n bytes at `at`, n at most the window's size; a view that holds until the next call.
    async take(at, n) {
        if (at < this.from || at + n > this.from + this.bytes.length) {
            this.bytes = await this.source.read(at, Math.min(Math.max(n, this.size), this.source.size - at));
            this.from = at;
        }
        return this.bytes.subarray(at - this.from, at - this.from + n);
    }
}

// CRC-32 of IEEE 802.3, four bytes at a step.
const CRC = Array.from({length: 4}, () => new Int32Array(256));
for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++)
        c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    CRC[0][n] = c;
}
for (let n = 0; n < 256; n++)
    for (let k = 1; k < 4; k++)
        CRC[k][n] = (CRC[k - 1][n] >>> 8) ^ CRC[0][CRC[k - 1][n] & 255];

export function crc32(bytes, before = 0) {
    const [c0, c1, c2, c3] = CRC;
    let c = ~before, i = 0;
    for (; i + 4 <= bytes.length; i += 4) {
        c ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
        c = c3[c & 255] ^ c2[(c >>> 8) & 255] ^ c1[(c >>> 16) & 255] ^ c0[c >>> 24];
    }
    for (; i < bytes.length; i++)
        c = (c >>> 8) ^ c0[(c ^ bytes[i]) & 255];
    return ~c >>> 0;
}
