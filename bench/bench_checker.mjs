// The page's verifier under Node.js over a bundle of 150 MB, read from the file in pieces as a browser does, beside `xiezhi verify` and
// sha256sum over the same file in the same run; and how much memory it took at the most.
import {execFileSync} from "node:child_process";
import {mkdtempSync, openSync, readSync, rmSync, statSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {pathToFileURL} from "node:url";

const build = resolve(process.env.XIEZHI_BUILD ?? "build"), MB = 150;
const {bundleVerify} = await import(pathToFileURL(join(build, "src/bundle/checker/checker.mjs")));
const folder = mkdtempSync(join(tmpdir(), "xiezhi-checker-")), file = join(folder, "large.zip");
process.on("exit", () => rmSync(folder, {recursive: true, force: true}));
execFileSync(join(build, "tests/bundle/checker_peer"), [folder, "0", "1", "0", String(MB)], {stdio: ["ignore", "ignore", "inherit"]});

const size = statSync(file).size, fd = openSync(file, "r");
const source = {size, read: async (at, n) => {
    const bytes = new Uint8Array(n);
    readSync(fd, bytes, 0, n, at);
    return bytes;
}};

async function best(times, run) {
    let least = Infinity;
    for (let i = 0; i < times; i++) {
        const from = performance.now();
        await run();
        least = Math.min(least, (performance.now() - from) / 1000);
    }
    return least;
}

let peak = 0;
const page = await best(3, async () => {
    const report = await bundleVerify(source, {progress: () => { peak = Math.max(peak, process.memoryUsage().rss); }});
    if (!report.sound)
        throw new Error(`not sound: ${JSON.stringify(report.bad)}`);
});
const program = await best(3, () => execFileSync(join(build, "xiezhi"), ["verify", "--json", file]));
const sha = await best(3, () => execFileSync("sha256sum", [file]));
// As bench_line() of bench.h.
const line = (name, value, unit, ratio, versus) =>
    console.log(`${name.padEnd(40)} ${value.toFixed(1).padStart(14)} ${unit.padEnd(12)} ${ratio.toFixed(2).padStart(8)} x ${versus}`);
line("checker page, 150 MB", size / 1e6 / page, "MB/s", sha / page, "sha256sum");
line("checker page, 150 MB", page, "s", program / page, "xiezhi verify");
line("xiezhi verify, 150 MB", size / 1e6 / program, "MB/s", sha / program, "sha256sum");
line("checker page, memory", peak / 1e6, "MB", size / peak, "of the bundle at one time");
