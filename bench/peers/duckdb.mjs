// duckdb.mjs FILE FOLDER SERIES MINUTES MONTHS ROW_MINUTES YEAR_OF: readings as rows in DuckDB, appended in order of time. FILE holds,
// for each series, MINUTES of the columns average, minimum, maximum (int32) and flag (bytes, 0 is missing). Every month is a series
// of its own, of which ROW_MINUTES are taken; then, not counted, the whole of series YEAR_OF. Prints bytes, ingest, scan and year as
// bench_chunk wants them; processor time of this process, all its threads.
import fs from 'node:fs';

let duckdb;
try {
  duckdb = await import('@duckdb/node-api');
} catch (error) {
  console.log(`absent ${error.code ?? error.message}`);
  process.exit(0);
}
const [file, folder, ...numbers] = process.argv.slice(2);
const [series, minutes, months, rowMinutes, yearOf] = numbers.map(Number);
const bytes = fs.readFileSync(file);
const column = (s, c) => new Int32Array(bytes.buffer, bytes.byteOffset + s * minutes * 13 + c * minutes * 4, minutes);
const flags = (s) => new Uint8Array(bytes.buffer, bytes.byteOffset + s * minutes * 13 + 12 * minutes, minutes);
const data = Array.from({ length: series }, (_, s) => [column(s, 0), column(s, 1), column(s, 2), flags(s)]);

const cpu = () => { const u = process.cpuUsage(); return (u.user + u.system) / 1e6; };
const path = `${folder}/rows.duckdb`;
const instance = await duckdb.DuckDBInstance.create(path, { threads: '1' });
const connection = await instance.connect();
await connection.run('CREATE TABLE reading (series INTEGER, minute INTEGER, average INTEGER, minimum INTEGER, maximum INTEGER, flag INTEGER)');
const types = Array(6).fill(duckdb.INTEGER);

// Chunks are made before the clock starts: what Node needs for that is not DuckDB's.
function chunksOf(places, minutesOf) {
  const chunks = [];
  let columns = types.map(() => []), rows = 0;
  const flush = () => {
    const chunk = duckdb.DuckDBDataChunk.create(types);
    chunk.setColumns(columns);
    chunks.push(chunk);
    columns = types.map(() => []);
  };
  for (let minute = 0; minute < minutesOf; minute++) {
    for (const [id, s, from] of places) {
      const at = minute + from, flag = data[s][3][at];
      if (!flag) continue;
      const row = [id, 29454000 + minute, data[s][0][at], data[s][1][at], data[s][2][at], flag];
      for (let c = 0; c < 6; c++) columns[c].push(row[c]);
      rows++;
      if (columns[0].length === 2048) flush();
    }
  }
  if (columns[0].length) flush();
  return [chunks, rows];
}
async function append(chunks) {
  const appender = await connection.createAppender('reading');
  for (const chunk of chunks) appender.appendDataChunk(chunk);
  appender.closeSync();
  await connection.run('CHECKPOINT');
}
const places = Array.from({ length: series * months }, (_, v) => [v, v % series, Math.floor(v / series) * (minutes / months)]);
const [chunks, rows] = chunksOf(places, rowMinutes);
const start = cpu();
await append(chunks);
const ingest = rows / (cpu() - start);
const size = fs.statSync(path).size / rows;

const read = async (sql) => {
  const before = cpu();
  const result = await connection.run(sql);
  let n = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    n += chunk.rowCount;
  }
  return [n, cpu() - before];
};
const aggregate = async () => {
  const before = cpu();
  const reader = await connection.runAndReadAll('SELECT sum(average), sum(minimum), sum(maximum), sum(flag) FROM reading');
  if (reader.currentRowCount !== 1) throw new Error('no aggregate');
  return cpu() - before;
};
let scan = Infinity, year = Infinity;
for (let i = 0; i < 3; i++) scan = Math.min(scan, await aggregate());
await append(chunksOf([[100000, yearOf, 0]], minutes)[0]);
for (let i = 0; i < 3; i++)
  year = Math.min(year, (await read('SELECT minute, average, minimum, maximum, flag FROM reading WHERE series = 100000 ORDER BY minute'))[1]);
console.log(`figures ${size} ${ingest} ${rows / scan} ${year * 1e3}`);
