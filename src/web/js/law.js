/*
 * The law on the phone: law.wasm (src/field) as objects. No rule stands in this file; it moves names and numbers in and
 * sentences out. Works in browsers and in Node. Contract: docs/field.md.
 *
 *   const law = await loadLaw(bytes or Response or promise of one)
 *   law.judge(act, facts, {said, lifted})  -> {verdict, reasons: [{rule, instrument, article, clause, severity, because, remedy}]}
 *   const scene = law.scene(visit, me)     -> try(act), apply(act), state(now), alone(now), mustLeave(act)
 *
 * Times in acts are RFC 3339 as the API wants them, or usec; positions degrees. Facts and said texts by name.
 */

const VERDICTS = ["allowed", "held", "refused"];
const SEVERITIES = ["warn", "hold", "refuse"];
const LAYOUTS = { visit: 0, person: 1, event: 2, act: 3 };
const EVENT = { enter: 1, leave: 2, served: 3, reconciled: 4, closed: 5 };
const ACT_EVENTS = { "presence.enter": "enter", "presence.leave": "leave", "notice.serve": "served",
                     "presence.reconcile": "reconciled", "visit.close": "closed" };
const ENOUGH = { paused: { rule: "paused", instrument: "hubei-2022-71", severity: "refuse", because: "本事项已暂停", remedy: "请等待执法机构通知" } };

/* RFC 3339 or usec to usec; undefined and null to 0. Fractions beyond the millisecond are kept. */
export function usec(time) {
    if (time === undefined || time === null || time === "") return 0;
    if (typeof time === "number") return time;
    const at = Date.parse(time);
    if (Number.isNaN(at)) throw new TypeError(`not a time: ${time}`);
    const fraction = /\.\d{3}(\d{1,3})/.exec(time);
    return at * 1000 + (fraction ? Number(fraction[1].padEnd(3, "0")) : 0);
}

const degree = (value) => Math.round(Number(value) * 1e7);
const present = (value) => value !== undefined && value !== null && value !== "";

export async function loadLaw(source) {
    const given = await source;
    const bytes = given && typeof given.arrayBuffer === "function" ? await given.arrayBuffer() : given;
    const { instance } = await WebAssembly.instantiate(bytes, {});
    return new Law(instance.exports);
}

class Law {
    #x; #encode = new TextEncoder(); #decode = new TextDecoder(); #facts = new Map(); #types = new Map(); #names = {};

    constructor(exports) {
        this.#x = exports;
        for (let i = 0; i < exports.fact_count(); i++) this.#facts.set(this.#text(exports.fact_name(i)), i);
        for (let i = 0; i < exports.type_count(); i++) this.#types.set(this.#text(exports.type_text(i, 0)), i);
        for (const [name, which] of Object.entries(LAYOUTS)) this.#names[name] = this.#text(exports.layout(which)).trim().split(" ");
    }

    /* Memory never grows, but a view is cheap and a stale one is a bug: made where it is used. */
    #bytes(at, n) { return new Uint8Array(this.#x.memory.buffer, at, n); }
    #text(at) {
        const memory = new Uint8Array(this.#x.memory.buffer);
        return this.#decode.decode(memory.subarray(at, memory.indexOf(0, at)));
    }
    #say(text) {
        const bytes = this.#encode.encode(text), limit = this.#x.text_limit();
        if (bytes.length > limit - 2) throw new RangeError("text too long for the judge");
        const to = this.#bytes(this.#x.text_in(), limit);
        to.set(bytes);
        to.fill(0, bytes.length, bytes.length + 2);
        return bytes.length;
    }
    #write(layout, at, index, values) {
        const names = this.#names[layout], to = new BigInt64Array(this.#x.memory.buffer, at + index * names.length * 8, names.length);
        to.fill(0n);
        for (const [name, value] of Object.entries(values)) {
            const place = names.indexOf(name);
            if (place < 0) throw new TypeError(`${layout} has no member ${name}`);
            to[place] = BigInt(Math.trunc(Number(value) || 0));
        }
    }

    knows(act) { return this.#types.has(act); }
    label(act) { return this.knows(act) ? this.#text(this.#x.type_text(this.#types.get(act), 1)) : ""; }
    timeText(time) { return this.#decode.decode(this.#bytes(this.#x.text_out(), this.#x.time_text(BigInt(usec(time))))); }
    day(time) { return this.#x.day(BigInt(usec(time))); }

    #putFacts(facts) {
        const to = new BigInt64Array(this.#x.memory.buffer, this.#x.facts(), this.#x.fact_count());
        to.fill(0n);
        for (const [name, value] of Object.entries(facts ?? {}))
            if (this.#facts.has(name)) to[this.#facts.get(name)] = BigInt(value); /* a newer server may know more facts than this law */
    }

    #reasons(said) {
        const x = this.#x, out = [];
        let text = "";
        for (const [name, words] of Object.entries(said)) if (present(words)) text += `${name}\0${words}\0`;
        this.#say(text);
        const part = (i, which) => this.#decode.decode(this.#bytes(x.text_out(), x.reason_text(i, which)));
        for (let i = 0; i < x.reason_count(); i++) {
            const reason = { rule: part(i, 0), instrument: part(i, 1), article: part(i, 2) }, clause = part(i, 3);
            if (clause) reason.clause = clause;
            out.push({ ...reason, severity: SEVERITIES[x.reason_severity(i)], because: part(i, 4), remedy: part(i, 5) });
        }
        return out;
    }

    #judged(act, said, lifted) {
        const type = this.#types.get(act.act);
        if (type === undefined) throw new TypeError(`no such act: ${act.act}`);
        this.#x.lift(0);
        for (const rule of lifted ?? []) this.#x.lift(this.#say(rule));
        const words = { act_label: this.label(act.act), who_may: this.#text(this.#x.type_text(type, 2)), ...said };
        const verdict = this.#x.judge(type, this.day(act.at), act.offline || act.late_reason ? 1 : 0);
        return { verdict: VERDICTS[verdict], reasons: this.#reasons(words) };
    }

    /* `act`: {act, at, offline?, late_reason?}; what else it holds is not looked at: the facts are given. */
    judge(act, facts, { said = {}, lifted = [] } = {}) {
        this.#putFacts(facts);
        return this.#judged(act, said, lifted);
    }

    scene(visit, me) { return new Scene(this, visit, me); }

    /* For Scene: the facts of an act as of now, then the verdict. */
    sceneTry(scene, act, facts, said) {
        this.#putFacts(facts);
        this.#load(scene);
        this.#write("act", this.#x.act(), 0, { ...scene.actMembers(act), type: this.#types.get(act.act) ?? -1 });
        this.#x.scene_facts();
        return this.#judged(act, said, []);
    }
    sceneState(scene, now) {
        this.#load(scene);
        const time = BigInt(now), value = (which) => this.#x.scene_state(time, which), inside = [];
        scene.people.forEach((person, i) => {
            const since = Number(this.#x.scene_inside(i, time));
            if (since >= 0) inside.push({ id: person.id, name: person.name, kind: person.kind, since });
        });
        inside.sort((a, b) => a.since - b.since);
        const why = value(3);
        return { inside, officers: value(0), helpers: value(1), accompanied: value(2) === 1 && why === 0,
                 why: this.#text(this.#x.state_text(3)), next: this.#text(this.#x.state_text(4)) || null };
    }
    sceneAlone(scene, until) {
        this.#load(scene);
        const value = (which) => this.#x.scene_alone(BigInt(until), which), who = value(2);
        return { certain: value(0), doubtful: value(1), who: who < 0 ? null : scene.people[who].id };
    }
    get limits() { return { people: this.#x.people_limit(), events: this.#x.events_limit() }; }

    #load(scene) {
        const x = this.#x;
        this.#write("visit", x.visit(), 0, scene.visitMembers());
        scene.people.forEach((_, i) => this.#write("person", x.people(), i, scene.personMembers(i)));
        scene.events.forEach((event, i) => this.#write("event", x.events(), i, event));
        x.scene_size(scene.people.length, scene.events.length);
    }
}

/* One visit as this phone knows it: the pack's part of it, and what was recorded here since. */
class Scene {
    #law; #visit; #settings; #me;

    constructor(law, visit, me) {
        const { people: most } = law.limits;
        this.#law = law;
        this.#visit = visit;
        this.#settings = visit.settings ?? {};
        this.people = visit.people.slice(0, most);
        this.#me = this.people.findIndex((p) => p.id === me || p.user === me);
        this.events = [];
        for (const e of visit.events ?? [])
            if (EVENT[e.what]) this.#record(e.what, this.#index(e.person), e.time, (e.error_s ?? 0) * 1e6, false);
    }

    #index(person) { return person === undefined || person === null ? -1 : this.people.findIndex((p) => p.id === person || p.user === person); }

    #record(what, person, time, error, offline) {
        const kind = EVENT[what];
        /* The server's copy of what was recorded here comes back with the next pack: one event, not two. */
        const twice = this.events.some((e) => e.kind === kind && e.person === person && e.time === time);
        if (!twice && this.events.length < this.#law.limits.events) this.events.push({ kind, person, time, error, offline: offline ? 1 : 0 });
    }

    visitMembers() {
        const v = this.#visit, at = v.company ?? {}, period = v.period ?? {}, notice = v.notice ?? {};
        return { me: this.#me, from_day: period.from, to_day: period.to, starts: v.starts, ends: v.ends,
                 has_position: present(at.lon) && present(at.lat) ? 1 : 0, lon: present(at.lon) ? degree(at.lon) : 0,
                 lat: present(at.lat) ? degree(at.lat) : 0, radius_m: at.radius_m,
                 notice_pending: notice.state === "issued" ? 1 : 0, notice_issued: notice.issued_at, notice_served: v.served_at,
                 officers_required: v.officers_required ?? this.#settings.officers ?? 2,
                 leave_tolerance: (v.leave_tolerance_s ?? 600) * 1e6,
                 approved: v.state === "approved" || v.emergency ? 1 : 0, over: v.state === "closed" || v.state === "cancelled" ? 1 : 0,
                 coded: present(at.uscc) ? 1 : 0, reconciled: 0 };
    }
    personMembers(i) {
        const p = this.people[i];
        return { helper: p.kind === "member" ? 1 : 0, good_until: p.good_until, covered: p.covered, listed: p.listed === false ? 0 : 1 };
    }
    actMembers(act) {
        const company = this.#visit.company ?? {}, given = act.recipient_uscc;
        let servers = 0;
        for (const officer of act.officers ?? []) {
            const i = this.#index(officer);
            if (i >= 0 && i < 53 && Math.floor(servers / 2 ** i) % 2 === 0) servers += 2 ** i;
        }
        return { at: usec(act.at), person: this.#index(act.person), time: usec(act.act === "notice.serve" ? act.served_at : act.time ?? act.at),
                 error: (act.clock_error_s ?? 0) * 1e6, offline: act.offline ? 1 : 0, late: present(act.late_reason) ? 1 : 0,
                 borrowed: act.borrowed ? 1 : 0, code_given: present(act.code) ? 1 : 0, code_wrong: act.code_wrong ? 1 : 0,
                 has_position: present(act.lon) && present(act.lat) ? 1 : 0, lon: present(act.lon) ? degree(act.lon) : 0,
                 lat: present(act.lat) ? degree(act.lat) : 0, accuracy_m: Math.ceil(act.accuracy_m ?? 0),
                 method: !present(act.method) ? 0 : act.method === "refused_with_witness" ? 2 : 1,
                 recipient: present(String(act.recipient ?? "").trim()) ? 1 : 0, witness: present(String(act.witness ?? "").trim()) ? 1 : 0,
                 code_same: !present(given) ? 0 : given === company.uscc ? 1 : 2, servers };
    }

    /* Base facts of the pack; of a person the pack does not name: nobody who belongs here. */
    #base(act) {
        const table = this.#visit.facts?.[act.act] ?? {};
        const id = this.people[this.#index(act.person)]?.id ?? "";
        return table[id] ?? table[""] ?? (act.act === "presence.enter" ? { enter_stranger: 1, enter_helper: 1 } : {});
    }
    #said(act) {
        const table = this.#visit.said?.[act.act] ?? {}, person = this.people[this.#index(act.person)];
        const inside = this.state(usec(act.at)).inside, helpers = inside.filter((p) => p.kind === "member");
        const alone = act.act === "visit.close" ? this.people.find((p) => p.id === this.alone(act.at).who) : undefined;
        const own = { ...(table[person?.id ?? ""] ?? table[""] ?? {}) };
        if (act.act === "notice.serve" && this.events.some((e) => e.kind === EVENT.served)) own.state = "已送达";
        const names = (list) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1)).map((p) => p.name).join("、");
        return { person_name: person?.name ?? act.person, subject_name: this.#visit.company?.name, thing: this.#visit.id, ...own,
                 helpers_inside: helpers.length ? names(helpers) : own.helpers_inside, inside_name: names(inside),
                 unaccompanied_name: alone?.name ?? own.unaccompanied_name,
                 served_time: act.served_at ? this.#law.timeText(act.served_at) : "", given_uscc: act.recipient_uscc };
    }

    try(act) {
        const judged = this.#law.sceneTry(this, act, this.#base(act), this.#said(act));
        /* What is sealed for a helper arrives as one word, here as in the server's receipt. */
        const paused = this.#visit.paused?.[act.act];
        if (paused) {
            judged.reasons.push({ ...ENOUGH.paused, article: paused.article, severity: paused.severity });
            if (paused.severity === "refuse" || judged.verdict === "allowed") judged.verdict = { refuse: "refused", hold: "held", warn: judged.verdict }[paused.severity];
        }
        return judged;
    }

    /* What happened is recorded even when it should not have. Returns the same verdict as try() before it. */
    apply(act) {
        const judged = this.try(act), what = ACT_EVENTS[act.act];
        if (what) this.#record(what, this.#index(act.person), usec(act.act === "notice.serve" ? act.served_at : act.time ?? act.at),
                               (act.clock_error_s ?? 0) * 1e6, act.offline);
        return judged;
    }

    state(now) { return this.#law.sceneState(this, usec(now)); }
    alone(now) { return this.#law.sceneAlone(this, usec(now)); }

    /* Helpers who have to leave when this person leaves: names for the page that asks for it. */
    mustLeave(act) {
        const few = this.try({ ...act, act: "presence.leave" }).reasons.some((r) => r.rule === "leaves_too_few");
        return few ? this.state(usec(act.at)).inside.filter((p) => p.kind === "member") : [];
    }
}
