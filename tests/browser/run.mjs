// node tests/browser/run.mjs [PROGRAM]: the browser tests against the scene built beside PROGRAM (build/xiezhi).
// Prints what node:test prints, and `N passed, N failed` at the end. Pictures: <build folder>/screenshots.
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const build = dirname(resolve(process.argv[2] ?? 'build/xiezhi'));
process.env.XIEZHI_BROWSER_SCENE ??= join(build, 'tests/browser/browser_scene');
process.env.XIEZHI_MAKE_FLIGHT ??= join(build, 'tests/patrol/make_flight');
process.env.XIEZHI_MAKE_YEAR ??= join(build, 'tests/monitor/audit/make_year');
process.env.XIEZHI_PROGRAM ??= join(build, 'xiezhi');
process.env.XIEZHI_SCREENSHOTS ??= join(build, 'screenshots');

let passed = 0;
let failed = 0;
const files = [
    'life.test.mjs',
    'monitor.test.mjs',
    'checker.test.mjs',
    'public.test.mjs',
    'case.test.mjs',
    'import.test.mjs',
    'audit.test.mjs',
    'looking.test.mjs',
    'flight.test.mjs',
    'scenes.test.mjs',
    'desk.test.mjs',
    'approvals.test.mjs',
    'outside.test.mjs',
    'https.test.mjs',
    'field.test.mjs',
    'roles.test.mjs',
    'pages.test.mjs',
];
// Each file has a server, a store and a browser of its own; they wait for pages more than they compute.
const stream = run({ files: files.map((name) => join(here, name)), timeout: 600000, concurrency: Math.min(2, availableParallelism()) });
stream.on('test:pass', (e) => { if (e.nesting === 0 && e.details?.type !== 'suite' && !e.name.endsWith('.mjs')) passed++; });
// A file that did not come to its end lost tests nobody counted.
stream.on('test:fail', (e) => { if (e.nesting === 0 && !(e.name.endsWith('.mjs') && e.details?.error?.failureType === 'subtestsFailed')) failed++; });
stream.compose(new spec()).pipe(process.stdout, { end: false });
stream.on('end', () => setTimeout(() => {
  if (passed + failed === 0) failed = 1; // the file itself did not load
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}, 200));
