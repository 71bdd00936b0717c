/*
 * Every act of every story, judged again by law.wasm: node judge.mjs LAW.WASM LAW.JS FACTS, where FACTS comes from
 * `xiezhi simulate --facts`; or  … --run XIEZHI STORY…  to play the stories first. Verdict, rules, severities, instruments and
 * articles have to be those of the native judge. Then each act that was not plainly allowed is judged without its facts: if that
 * changed nothing, this test could not fail.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [wasm, script, ...rest] = process.argv.slice(2);
/* As a data URL: older Node takes a file named .js without a package.json for CommonJS. */
const { loadLaw } = await import(`data:text/javascript;base64,${readFileSync(script).toString("base64")}`);
const law = await loadLaw(readFileSync(wasm));

function played() {
    if (rest[0] !== "--run") return readFileSync(rest[0], "utf8");
    const folder = mkdtempSync(join(tmpdir(), "judge-"));
    try {
        execFileSync(rest[1], ["simulate", "--summary", "--facts", join(folder, "facts"), ...rest.slice(2)], { stdio: ["ignore", "ignore", "inherit"] });
        return readFileSync(join(folder, "facts"), "utf8");
    } finally {
        rmSync(folder, { recursive: true });
    }
}

let story = "", answers = new Map(), entries = new Map(), judged = 0, changed = 0, faults = 0, stories = 0;

function fault(spine, what, native, here) {
    if (faults++ < 20) console.error(`${story} seq ${spine.seq} ${spine.act}: ${what} is ${JSON.stringify(here)} in wasm, ${JSON.stringify(native)} natively`);
}

/* Offline, or with a reason for being late: that text is sealed, its digest tells that there is one. */
const late = (spine) => ({ offline: spine.fields?.offline ? true : undefined, late_reason: spine.body?.late_reason ? "x" : undefined });

function compare(spine, act, facts, rules, verdict, lifted, at) {
    const here = law.judge({ act: act.act, at, ...late(act) }, facts, { lifted });
    judged++;
    if (verdict !== null && here.verdict !== verdict) fault(spine, "the verdict", verdict, here.verdict);
    const names = here.reasons.map((r) => r.rule);
    if (JSON.stringify(names) !== JSON.stringify(rules)) fault(spine, "the rules", rules, names);
    const answer = answers.get(spine.seq) ?? [];
    for (const reason of here.reasons) {
        const native = answer.find((r) => r.rule === reason.rule);
        if (!native) fault(spine, reason.rule, "told to the author", "not told");
        else for (const part of ["instrument", "article", "severity"])
            if (native[part] !== reason[part]) fault(spine, `${part} of ${reason.rule}`, native[part], reason[part]);
        if (!reason.because || /[{}]/.test(reason.because + reason.remedy)) fault(spine, `the sentence of ${reason.rule}`, "filled", reason.because);
    }
    if (here.verdict !== "allowed" && law.judge({ act: act.act, at, ...late(act) }, {}).verdict === "allowed") changed++;
    return here;
}

function entry(spine) {
    entries.set(spine.seq, spine);
    const effect = spine.effect, refusedByEffect = effect?.verdict === "refused";
    compare(spine, spine, spine.facts, spine.rules, refusedByEffect ? null : spine.verdict, [], spine.at);
    /* What a hold.approve lifts is judged again on the facts and the law of that moment. */
    if (effect) compare(spine, entries.get(effect.seq), effect.facts, effect.rules, effect.verdict, effect.lifted, spine.at);
}

for (const line of played().split("\n")) {
    if (!line) continue;
    const json = JSON.parse(line);
    if (json.story) [story, answers, entries, stories] = [json.story, new Map(), new Map(), stories + 1];
    else if (json.spine) entry(json.spine);
    else if (json.seq) answers.set(json.seq, json.reasons);
}
console.log(`${stories} stories, ${judged} acts judged in both, ${changed} not allowed because of their facts, ${faults} differences`);
if (!judged || !changed || faults) process.exit(1);
