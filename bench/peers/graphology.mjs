// graphology.mjs FILE ROUNDS: three-hop screens on the graph of FILE with graphology, as one would write them: for each question,
// mark the target's neighbours, walk two ties from the sources, read the attributes that decide whether a tie counts, multiply
// strengths, keep the best. FILE: uint32 parties, ties, questions; ties as a, b, type, strength (4 x uint32); questions as 4 sources
// and 1 target. Prints `build SECONDS`, `screen MICROSECONDS`, `paths N`.
import fs from 'node:fs';

let Graph;
try {
  Graph = (await import('graphology')).default.MultiUndirectedGraph ?? (await import('graphology')).MultiUndirectedGraph;
} catch (error) {
  console.log(`absent ${error.code ?? error.message}`);
  process.exit(0);
}
const [file, rounds] = process.argv.slice(2);
const bytes = fs.readFileSync(file);
const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const [parties, ties, questions] = words;

let before = process.cpuUsage();
const cpu = () => { const u = process.cpuUsage(before); return (u.user + u.system) / 1e6; };
const graph = new Graph();
for (let p = 0; p < parties; p++) graph.addNode(p);
for (let i = 0, at = 3; i < ties; i++, at += 4)
  graph.addEdgeWithKey(i, words[at], words[at + 1], { type: words[at + 2], strength: words[at + 3], ended: false });
console.log(`build ${cpu().toFixed(3)}`);

function screen(sources, target) {
  const near = new Map();
  const ours = new Set(sources);
  let found = 0, best = 0;
  const keep = (score) => { found++; if (score > best) best = score; };
  graph.forEachEdge(target, (edge, a, s, t) => {
    if (a.ended) return;
    const other = s == target ? t : s;
    if (ours.has(+other)) keep(a.strength);
    else if (near.has(other)) near.get(other).push(a.strength);
    else near.set(other, [a.strength]);
  });
  for (const source of sources)
    graph.forEachEdge(source, (edge, a, s, t) => {
      if (a.ended) return;
      const x = s == source ? t : s;
      if (x == target || ours.has(+x)) return;
      const last = near.get(x);
      if (last) for (const one of last) keep(a.strength * one / 10000);
      // A hub in the middle is not walked: the marked ones are asked for, as the other side does.
      if (graph.degree(x) > 16 * near.size + 64) {
        for (const [y, list] of near)
          if (y !== x)
            for (const second of graph.edges(x, y)) {
              const b = graph.getEdgeAttributes(second);
              if (!b.ended) for (const one of list) keep(a.strength * b.strength * one / 1e8);
            }
        return;
      }
      graph.forEachEdge(x, (second, b, s2, t2) => {
        if (b.ended) return;
        const y = s2 == x ? t2 : s2;
        if (y === x || y == target || ours.has(+y)) return;
        const list = near.get(y);
        if (list) for (const one of list) keep(a.strength * b.strength * one / 1e8);
      });
    });
  return found;
}

let paths = 0, least = Infinity;
for (let round = 0; round < +rounds; round++) {
  before = process.cpuUsage();
  paths = 0;
  for (let q = 0, at = 3 + 4 * ties; q < questions; q++, at += 5)
    paths += screen([words[at], words[at + 1], words[at + 2], words[at + 3]], words[at + 4]);
  least = Math.min(least, cpu());
}
console.log(`screen ${(least / questions * 1e6).toFixed(2)}`);
console.log(`paths ${paths}`);
