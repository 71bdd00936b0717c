// Art. 11 out of the ledger: were helpers on site accompanied? docs/bundle-format.md 7, step by step, as
// src/acts/presence.c judges it. Times are microseconds.
import {isInteger} from "./json.mjs";
import {Fault} from "./fault.mjs";

const SECOND = 1000000, LIMIT_VISIT_EVENTS = 4000;
const ENTER = 0, LEAVE = 1;

function intervalsOf(events, newest) {
    const intervals = [];
    let open = null;
    for (const e of events) {
        if (e.kind === ENTER && !open)
            open = {from: e.time, fromError: e.error};
        else if (e.kind === LEAVE && open) {
            intervals.push({...open, to: Math.max(e.time, open.from), toError: e.error});
            open = null;
        }
    }
    if (open)
        intervals.push({...open, to: Math.max(newest, open.from), toError: 0, unended: true});
    return intervals;
}

const certain = (i, a, b) => {
    const from = i.from + i.fromError, to = i.to - i.toError;
    return from <= a && b <= to && from < to;
};
const possible = (i, a, b) => {
    const from = i.from - i.fromError, to = i.to + i.toError;
    return from <= a && b <= to && from < to;
};

const counted = (people, covers, a, b) => people.filter(p => p.intervals.some(i => covers(i, a, b))).length;

// Of each two neighbouring instants: counted once, not once for each helper.
const insideOf = (officers, instants) => instants.slice(1).map((b, k) => ({
    possibly: counted(officers, possible, instants[k], b), certainly: counted(officers, certain, instants[k], b)}));

function piecesOf(helper, inside, instants, rules) {
    const pieces = [];
    for (const interval of helper.intervals)
        for (let k = 0; k + 1 < instants.length; k++) {
            const a = instants[k], b = instants[k + 1];
            if (!possible(interval, a, b))
                continue;
            let word = null;
            if (certain(interval, a, b) && inside[k].possibly < rules.officers)
                word = "alone";
            else if (inside[k].certainly < rules.officers)
                word = "doubtful";
            const last = pieces[pieces.length - 1];
            if (word && last && last.word === word && last.to === a)
                last.to = b;
            else if (word)
                pieces.push({word, from: a, to: b});
        }
    for (const piece of pieces)
        if (piece.word === "alone" && piece.to - piece.from <= rules.tolerance)
            piece.word = "doubtful";
    return pieces;
}

function visitJudge(visit, events, rules) {
    const people = new Map();
    const newest = Math.max(...events.map(e => e.time));
    for (const e of events.sort((x, y) => x.time - y.time || x.kind - y.kind || x.seq - y.seq)) {
        const key = (e.helper ? "h" : "o") + e.person;
        if (!people.has(key))
            people.set(key, {person: e.person, helper: e.helper, events: []});
        people.get(key).events.push(e);
    }
    const all = [...people.values()].map(p => ({...p, intervals: intervalsOf(p.events, newest)}));
    const helpers = all.filter(p => p.helper), officers = all.filter(p => !p.helper);
    const ends = all.flatMap(p => p.intervals.flatMap(
        i => [i.from - i.fromError, i.from + i.fromError, i.to - i.toError, i.to + i.toError]));
    const instants = [...new Set(ends)].sort((x, y) => x - y);
    const inside = insideOf(officers, instants);
    return {
        visit,
        helpers: helpers.map(h => ({person: h.person, intervals: h.intervals, pieces: piecesOf(h, inside, instants, rules)})),
        officers: officers.map(o => ({person: o.person, intervals: o.intervals})),
    };
}

// What an entry reports of somebody's coming or going; null: nothing that counts.
function eventOf(e, effects, helpers) {
    const kind = e.act === "presence.enter" ? ENTER : e.act === "presence.leave" ? LEAVE : -1, f = e.fields;
    const counts = e.verdict !== "refused" && (e.verdict !== "held" || effects.has(e.seq));
    if (kind < 0 || !counts || typeof f.visit !== "string" || typeof f.person !== "string" || !f.visit || !f.person || !isInteger(f.time))
        return null;
    const said = isInteger(f.clock_error_s) ? f.clock_error_s : 0, helper = Object.hasOwn(helpers, f.person);
    return {visit: f.visit, kind, helper, person: helper ? helpers[f.person] : f.person, time: f.time,
            error: (said < 0 || said > 86400 ? 86400 : said) * SECOND, seq: e.seq};
}

// entries: the spines in order of N. Answers {word, visits}; word: accompanied, alone, doubtful, none.
export function presenceJudge(entries, helpers, rules) {
    const effects = new Set(entries.filter(e => e.effect && e.effect.verdict === "allowed").map(e => e.effect.seq));
    const visits = new Map();
    for (const event of entries.map(e => eventOf(e, effects, helpers)).filter(e => e !== null)) {
        if (!visits.has(event.visit))
            visits.set(event.visit, []);
        visits.get(event.visit).push(event);
    }
    for (const events of visits.values())
        if (events.length > LIMIT_VISIT_EVENTS)
            throw new Fault("entry", "entries/", -1, `一次现场有${events.length}条到场离场，最多${LIMIT_VISIT_EVENTS}条`);
    const judged = [...visits].map(([visit, events]) => visitJudge(visit, events, rules));
    const on = judged.flatMap(v => v.helpers), pieces = on.flatMap(h => h.pieces);
    const word = !on.some(h => h.intervals.length) ? "none" : pieces.some(p => p.word === "alone") ? "alone"
        : pieces.length ? "doubtful" : "accompanied";
    return {word, visits: judged};
}
