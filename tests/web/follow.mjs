/*
 * A scene made of a real pack follows a visit on the server: node follow.mjs LAW.WASM LAW.JS FILE, FILE = {"pack", "me", "steps":
 * [{"act", "answer"}]}. Before each step scene.try has to say what the server said: verdict, rules, articles, sentences. Only what the
 * server alone can know is left out: that the entry came late.
 */
import { readFileSync } from "node:fs";

const [wasm, script, file] = process.argv.slice(2);
const { loadLaw } = await import(`data:text/javascript;base64,${readFileSync(script).toString("base64")}`);
const law = await loadLaw(readFileSync(wasm));
const { pack, me, steps } = JSON.parse(readFileSync(file, "utf8"));
const visit = pack.visits.find((v) => v.id === "v1");
const scene = law.scene(visit, me);
const told = (judged) => judged.reasons.filter((r) => r.rule !== "late_entry").map((r) => `${r.rule} ${r.instrument} ${r.article} ${r.severity} ${r.because}`);
let faults = 0, seen = new Set();
for (const [i, { act, answer }] of steps.entries()) {
    const here = scene.try(act);
    seen.add(here.verdict);
    if (here.verdict !== answer.verdict || JSON.stringify(told(here)) !== JSON.stringify(told(answer))) {
        faults++;
        console.error(`step ${i} ${act.act} ${act.person ?? ""}\n  server ${answer.verdict} ${told(answer).join("\n         ")}\n  phone  ${here.verdict} ${told(here).join("\n         ")}`);
    }
    if (answer.verdict === "allowed") scene.apply(act);
}
console.log(`${steps.length} steps, ${faults} differences`);
if (faults || seen.size < 3) process.exit(1);
