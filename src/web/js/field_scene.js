// One visit as this phone knows it: what the pack said, and what was recorded here since. Judging is law.js, which is the law of the
// server compiled; a browser that cannot run it goes on recording, and says that the server will judge.
import { ms, within } from './field_dom.js';

const LAW_MS = 10000;
let law = null;
async function fetchLaw() {
  const module = await import('./law.js');
  law = await module.loadLaw(await fetch('/static/law.wasm'));
}
// A line that hangs does not keep the page shut: a law that comes later judges from then on.
export const loadLaw = () => within(LAW_MS, fetchLaw(), '规则没有取到').catch(() => {});
export const judgesHere = () => law !== null;

const WHAT = {
  'presence.enter': 'enter',
  'presence.leave': 'leave',
  'notice.serve': 'served',
  'order.refuse': 'refusal',
  'clue.report': 'clue',
  'visit.capture': 'photo',
  'material.submit': 'photo',
  'visit.close': 'close',
  'presence.reconcile': 'reconcile',
};

// Everything that happened, oldest first. What was recorded here and is in the pack by now stands once: by its number in the ledger.
export function timeline(visit, entries) {
  const known = new Set(visit.events.map((e) => e.seq).filter(Boolean));
  const here = entries
    .filter((e) => e.visit === visit.id && !(e.seq && known.has(e.seq)))
    .map((e) => ({
      what: e.act.act === 'visit.capture' && e.act.kind !== 'photo' ? e.act.kind : WHAT[e.act.act],
      person: e.act.person ?? e.act.author,
      time: ms(e.at),
      n: e.n,
      seq: e.seq,
      state: e.state === 'waiting' ? 'waiting' : e.verdict,
      words: e.words,
      borrowed: e.act.borrowed,
      album: e.act.origin === 'album',
      seen: e.seen,
      act: e.act,
    }));
  const there = visit.events.map((e) => ({ ...e, time: ms(e.time), state: 'allowed' }));
  return [...there, ...here].sort((a, b) => a.time - b.time || (a.n ?? 0) - (b.n ?? 0));
}

// What changes the scene; the other acts have no say in what may come next.
const SHAPES = new Set(['presence.enter', 'presence.leave', 'notice.serve', 'presence.reconcile', 'visit.close']);

// Recorded here and not taken back by the server: it counts for what comes next.
const counts = (entry) => entry.state === 'waiting' || entry.verdict === 'allowed' || entry.verdict === 'held';

export class Scene {
  // `met`: { person: ms } of those met by their codes. They count as inside here until something better is known of them.
  constructor(pack, visit, entries, met = {}) {
    this.pack = pack;
    this.visit = visit;
    this.me = visit.people.find((p) => p.user === pack.user || p.id === pack.user) ?? {
      id: pack.user,
      name: pack.name,
      kind: pack.kind,
    };
    this.line = timeline(visit, entries);
    const heard = new Set(this.line.filter((e) => e.what === 'enter' || e.what === 'leave').map((e) => e.person));
    this.met = Object.entries(met).filter(([person]) => person !== this.me.id && !heard.has(person));
    for (const [person, time] of this.met)
      this.line.push({ what: 'enter', person, time, state: 'met', words: `${this.name(person)}在场（核对到场码）` });
    this.line.sort((a, b) => a.time - b.time || (a.n ?? 0) - (b.n ?? 0));
    this.law = null;
    if (!law) return;
    const known = new Set(visit.events.map((e) => e.seq).filter(Boolean));
    this.law = law.scene(visit, this.me.id);
    for (const e of entries
      .filter((e) => e.visit === visit.id && SHAPES.has(e.act.act) && counts(e) && !(e.seq && known.has(e.seq)))
      .sort((a, b) => a.n - b.n))
      this.law.apply({ ...e.act, at: e.at });
    for (const [person, time] of this.met)
      this.law.apply({
        act: 'presence.enter',
        visit: visit.id,
        person,
        time: time * 1000,
        at: time * 1000,
        offline: true,
      });
  }

  name(id) {
    return this.visit.people.find((p) => p.id === id || p.user === id)?.name ?? '其他人员';
  }

  // { verdict: 'allowed'|'held'|'refused'|null, reasons }: null, the phone cannot judge: no WebAssembly, or an
  // act whose facts a scene does not hold (a capture, a clue): recorded as it is, judged by the server.
  try(act) {
    return this.law && SHAPES.has(act.act)
      ? this.law.try({ ...act, at: Date.now() * 1000 })
      : { verdict: null, reasons: [] };
  }

  // { inside: [{ id, name, kind, since ms }], accompanied: true|false|null, why, next }.
  state(now = Date.now()) {
    const inside = this.inside();
    const served =
      this.visit.notice?.served_at ||
      this.line.some((e) => e.what === 'served' && e.state !== 'refused' && e.state !== 'invalid');
    const closed =
      this.visit.state === 'closed' ||
      this.line.some((e) => e.what === 'close' && (e.state === 'waiting' || e.state === 'allowed'));
    const mine = inside.some((p) => p.id === this.me.id);
    const everInside = this.line.some((e) => e.what === 'enter' && e.state !== 'met');
    const empty = !inside.some((p) => !p.met); // as far as it was registered here
    const plain = { inside, served: !!served, closed, mine, everInside, empty };
    if (!this.law)
      return { ...plain, accompanied: null, why: inside.length ? '本机不能判定，回传后判定' : '尚无人在场' };
    const judged = this.law.state(now * 1000);
    return { ...plain, accompanied: judged.accompanied, why: judged.why, next: judged.next };
  }

  // Who is in, by the last thing reported of each: a list for the eye, not a judgement.
  inside() {
    const at = new Map();
    for (const e of this.line) {
      if ((e.what !== 'enter' && e.what !== 'leave') || e.state === 'refused' || e.state === 'invalid') continue;
      if (e.what === 'enter') at.set(e.person, e);
      else at.delete(e.person);
    }
    return [...at].map(([id, { time: since, state }]) => {
      const person = this.visit.people.find((p) => p.id === id || p.user === id);
      return {
        id: person?.id ?? id,
        name: person?.name ?? '其他人员',
        kind: person?.kind ?? 'member',
        since,
        met: state === 'met',
      };
    });
  }
}
