// node tests/bundle/checker.test.mjs (XIEZHI_BUILD=build): the modules of the checking page against the standards' vectors and against the verifier
// in C, over the same bytes; XIEZHI_CHANGES=10000 for the whole sample. Prints `N passed, N failed`.
import {test} from "node:test";
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {pathToFileURL} from "node:url";

const build = resolve(process.env.XIEZHI_BUILD ?? "build");
const c = await import(pathToFileURL(join(build, "src/bundle/checker/checker.mjs")));
const CHANGES = Number(process.env.XIEZHI_CHANGES ?? 1000), RESIGNED = 400, SEED = 20260307;

const bytes = text => new TextEncoder().encode(text);
const sourceOf = b => ({size: b.length, read: async (at, n) => b.slice(at, at + n)});

// ---- vectors ----

test("SM3: GB/T 32905 A.1, A.2, and in pieces", () => {
    assert.equal(c.hexOf(c.sm3(bytes("abc"))), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert.equal(c.hexOf(c.sm3(bytes("abcd".repeat(16)))), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    const long = new Uint8Array(4096).map((_, i) => i * 7);
    for (let n = 0; n < 300; n++) {
        const s = new c.Sm3();
        for (let at = 0; at < n; at += 1 + at % 67)
            s.add(long.subarray(at, Math.min(n, at + 1 + at % 67)));
        assert.deepEqual(s.end(), c.sm3(long.subarray(0, n)), `${n} bytes`);
    }
});

test("SM2: the signature of GB/T 32918.5 A.2", () => {
    const point = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        + "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
    const der = c.hexRead("3059301306072a8648ce3d020106082a811ccf5501822d03420004" + point, 91);
    const text = c.base64Of(der), key = c.keyRead(bytes(`-----BEGIN PUBLIC KEY-----\n${text.slice(0, 64)}\n${text.slice(64)}\n-----END PUBLIC KEY-----\n`));
    const r = 0xf5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3n, s = 0xb1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aan;
    assert.ok(key);
    assert.ok(c.sm2Verify(key, bytes("message digest"), {r, s}));
    assert.ok(!c.sm2Verify(key, bytes("message digesu"), {r, s}));
    assert.ok(!c.sm2Verify(key, bytes("message digest"), {r, s: s + 1n}));
    assert.ok(!c.sm2Verify(key, bytes("message digest"), {r: 0n, s}));
    for (const bad of ["", "-----BEGIN PUBLIC KEY-----\n", `-----BEGIN PUBLIC KEY-----\n${text.slice(0, 60)}\n${text.slice(60)}\n-----END PUBLIC KEY-----\n`])
        assert.equal(c.keyRead(bytes(bad)), null);
});

test("signatures have one spelling", () => {
    const hex = "1".repeat(64) + "2".repeat(64);
    assert.ok(c.signatureHex(bytes(hex + "\n")));
    for (const bad of [hex, hex + "\n\n", hex.replace("1", "A") + "\n", hex.slice(1) + "\n"])
        assert.equal(c.signatureHex(bytes(bad)), null);
    const der = c.hexRead("3006020101020102", 8);
    assert.deepEqual(c.signatureDer(der), {r: 1n, s: 2n});
    for (const bad of ["300702010102020002", "3006020181020102", "30060201010201020", "3007020101020102ff", "30070202000102" + "0102"])
        assert.equal(c.signatureDer(c.hexRead(bad.padEnd(bad.length + bad.length % 2, "0"), Math.ceil(bad.length / 2))), null, bad);
});

test("base64 and JSON are canonical or nothing", () => {
    for (const [text, hex] of [["", ""], ["Zg==", "66"], ["Zm8=", "666f"], ["Zm9v", "666f6f"], ["+/+/", "fbffbf"]])
        assert.equal(c.hexOf(c.base64Read(text)), hex);
    for (const bad of ["Zh==", "Zm9=", "Zg=", "Z", "Zm9v\n", "====", "Zg==Zg=="])
        assert.equal(c.base64Read(bad), null, bad);
    for (const good of ['{"a":1,"b":[true,null,"x\\n\\u001f"]}', "0", "-1", '""', "[]", "9223372036854775807", '{"é":1,"\u{10000}":2}', '{"\uffff":1,"\u{10000}":2}'])
        assert.notEqual(c.canonicalRead(bytes(good)), undefined, good);
    for (const bad of ['{"b":1,"a":2}', '{"a":1,"a":2}', "01", "-0", "1.0", "1e3", '{ "a":1}', "[1,]", '"\\u0041"', '"\\/"', '"\\u000a"', "9223372036854775808", "",
        '{"a"}', '"', "nul", "1 ", '{"\u{10000}":1,"\uffff":2}', "[".repeat(40) + "]".repeat(40)])
        assert.equal(c.canonicalRead(bytes(bad)), undefined, bad);
    assert.equal(c.canonicalRead(Uint8Array.of(0x22, 0xff, 0x22)), undefined);
});

test("CRC-32 of the check value, in pieces", () => {
    assert.equal(c.crc32(bytes("123456789")), 0xcbf43926);
    assert.equal(c.crc32(bytes("6789"), c.crc32(bytes("12345"))), 0xcbf43926);
});

// The tree of RFC 6962 2.1 over SM3, recomputed by its definition.
const root = leaves => {
    if (leaves.length === 1)
        return leaves[0];
    let k = 1;
    while (k * 2 < leaves.length)
        k *= 2;
    return c.sm3(Uint8Array.of(1), root(leaves.slice(0, k)), root(leaves.slice(k)));
};
const path = (m, leaves) => {
    if (leaves.length === 1)
        return [];
    let k = 1;
    while (k * 2 < leaves.length)
        k *= 2;
    return m < k ? [...path(m, leaves.slice(0, k)), root(leaves.slice(k))] : [...path(m - k, leaves.slice(k)), root(leaves.slice(0, k))];
};
const subproof = (m, leaves, whole) => {
    if (m === leaves.length)
        return whole ? [] : [root(leaves)];
    let k = 1;
    while (k * 2 < leaves.length)
        k *= 2;
    return m <= k ? [...subproof(m, leaves.slice(0, k), whole), root(leaves.slice(k))]
        : [...subproof(m - k, leaves.slice(k), false), root(leaves.slice(0, k))];
};

test("proofs of every leaf and every older tree, up to 40 leaves", () => {
    const leaves = Array.from({length: 40}, (_, i) => c.leafOf(bytes(`leaf ${i}`)));
    for (let n = 1; n <= 40; n++) {
        const tree = leaves.slice(0, n), r = root(tree);
        for (let m = 0; m < n; m++) {
            const nodes = path(m, tree);
            assert.ok(c.inclusionHolds(leaves[m], m + 1, n, nodes, r));
            assert.ok(!c.inclusionHolds(leaves[(m + 1) % 40], m + 1, n, nodes, r));
            assert.ok(!c.inclusionHolds(leaves[m], m + 1, n, [...nodes, r], r));
            assert.ok(n === 1 || !c.inclusionHolds(leaves[m], m + 1, n, nodes.slice(1), r));
        }
        for (let m = 1; m <= n; m++) {
            const nodes = subproof(m, tree, true), old = root(leaves.slice(0, m));
            assert.ok(c.consistencyHolds(m, old, n, r, nodes), `${m} of ${n}`);
            assert.ok(!c.consistencyHolds(m, leaves[39], n, r, nodes) || n === 40 && m === 1);
            assert.ok(m === n || !c.consistencyHolds(m, old, n, r, nodes.slice(1)));
        }
    }
});

test("times have one spelling", () => {
    for (const text of ["2026-03-05T09:02:03+08:00", "2026-03-05T09:02:03.500000+08:00", "1969-12-31T23:59:59.999999+08:00", "2024-02-29T00:00:00+08:00"])
        assert.equal(c.timeText(c.timeRead(text)), text);
    for (const bad of ["2026-03-05T01:02:03.5+08:00", "2026-02-30T00:00:00+08:00", "2026-13-01T00:00:00+08:00", "2026-03-05T24:00:00+08:00", "2026-03-05T01:02:03Z",
        "2026-03-05T01:02:03.000000+08:00"])
        assert.equal(c.timeRead(bad), null, bad);
});

// ---- against the program in C ----

const folder = mkdtempSync(join(tmpdir(), "xiezhi-checker-"));
process.on("exit", () => rmSync(folder, {recursive: true, force: true}));
execFileSync(join(build, "tests/bundle/checker_peer"), [folder, String(CHANGES), String(SEED), String(RESIGNED)], {stdio: "inherit"});
const bundle = new Uint8Array(readFileSync(join(folder, "bundle.zip")));
const verdicts = readFileSync(join(folder, "verdicts.jsonl"), "utf8").trim().split("\n").map(JSON.parse);

// The same key, message and signature are asked about thousands of times.
const remembered = new Map();
const verify = (key, message, signature) => {
    const name = c.hexOf(c.sm3(key.der, message, bytes(`${signature.r} ${signature.s}`)));
    if (!remembered.has(name))
        remembered.set(name, c.sm2Verify(key, message, signature));
    return remembered.get(name);
};

// Errors of the JSON parsers are told in their own words.
const told = why => why.replace(/^(不是可读的JSON).*$/, "$1").replace(/^不是规范写法的JSON对象$/, "不是可读的JSON");

function same(report, want, what) {
    const got = report.bad ?? {bad: "", member: "", offset: -1, why: ""};
    assert.deepEqual({...got, why: told(got.why)}, {bad: want.bad, member: want.member, offset: want.offset, why: told(want.why)}, what);
}

function samePresence(report, want, what) {
    const helpers = report.presence.visits.flatMap(v => v.helpers);
    assert.deepEqual([helpers.flatMap(h => h.intervals).length, helpers.flatMap(h => h.pieces).length], [want.helpers, want.stretches], what);
}

test("the sound bundle: the same figures", async () => {
    const report = await c.bundleVerify(sourceOf(bundle)), want = verdicts[0];
    same(report, want);
    assert.ok(report.sound);
    assert.deepEqual({key: report.key, entries: report.entries.length, open: report.open, withheld: report.withheld, erased: report.erased.length,
        originals: report.originals.length, papers: report.papers.length, pages: report.catalogue.pages},
    {key: want.key, entries: want.entries, open: want.open, withheld: want.withheld, erased: want.erased, originals: want.originals,
        papers: want.papers, pages: want.pages});
    samePresence(report, want, "the sound one");
    assert.ok(want.helpers > 0 && want.originals > 0 && want.open > 0);
});

test("a fingerprint that was demanded", async () => {
    const key = verdicts[0].key;
    assert.ok((await c.bundleVerify(sourceOf(bundle), {key: key.replace(/(.{4})/g, "$1 ").toUpperCase(), verify})).sound);
    assert.equal((await c.bundleVerify(sourceOf(bundle), {key: key.replace(/^./, d => d === "0" ? "1" : "0"), verify})).bad.bad, "key");
});

test(`${CHANGES} single-byte changes: the same word, member, byte and sentence`, async () => {
    const copy = bundle.slice(), words = new Map();
    for (const v of verdicts.filter(x => x.at !== undefined)) {
        copy[v.at] ^= v.xor;
        const report = await c.bundleVerify(sourceOf(copy), {verify});
        copy[v.at] ^= v.xor;
        assert.ok(!report.sound, `byte ${v.at} ^ ${v.xor}`);
        same(report, v, `byte ${v.at} ^ ${v.xor}`);
        words.set(v.bad, (words.get(v.bad) ?? 0) + 1);
    }
    for (const word of ["container", "signature", "member"])
        assert.ok(words.get(word) > 0, word);
});

test(`${RESIGNED} bundles changed by who holds the key: the same`, async () => {
    const words = new Map();
    for (const v of verdicts.filter(x => x.resigned !== undefined)) {
        const report = await c.bundleVerify(sourceOf(new Uint8Array(readFileSync(join(folder, `resigned-${v.resigned}.zip`)))), {verify});
        same(report, v, v.what);
        if (report.sound)
            samePresence(report, v, v.what);
        words.set(v.bad, (words.get(v.bad) ?? 0) + 1);
    }
    for (const word of ["manifest", "entry", "proof", "body", "receipt", "original", "catalogue", "checkpoint", "key", ""])
        assert.ok(words.get(word) > 0, `${word} never came up: ${[...words].join(" ")}`);
});

test("ledgers made up by who holds a key: the same", async () => {
    const all = verdicts.filter(x => x.forged !== undefined);
    for (const v of all) {
        const report = await c.bundleVerify(sourceOf(new Uint8Array(readFileSync(join(folder, `forged-${v.forged}.zip`)))), {verify});
        same(report, v, `forged ${v.forged}`);
    }
    assert.ok(all.length > 30);
});

test("cut anywhere, lengthened anywhere: no sound one", async () => {
    for (let i = 1; i < 60; i++)
        assert.equal((await c.bundleVerify(sourceOf(bundle.subarray(0, Math.floor(bundle.length * i / 60))), {verify})).bad.bad, "container");
    for (const longer of [new Uint8Array([0, ...bundle]), new Uint8Array([...bundle, 0])])
        assert.equal((await c.bundleVerify(sourceOf(longer), {verify})).bad.bad, "container");
});
