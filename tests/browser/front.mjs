// nginx with the configuration we ship, before a scene of the browser tests: own ports, a certificate of the site authority (packaging/site-ca).
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { createHash, X509Certificate } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { chromium } from 'playwright-core';

const packaging = join(dirname(fileURLToPath(import.meta.url)), '../../packaging');

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

const listens = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
  socket.once('error', () => resolve(false));
});

export const frontThere = () => existsSync('/usr/sbin/nginx');

function replaced(text, pairs) {
  for (const [what, by] of pairs) {
    if (!text.includes(what)) throw new Error(`the shipped configuration has no "${what}"`);
    text = text.replaceAll(what, by);
  }
  return text;
}

// A folder with the site authority in it; the scene that offers its certificate is started with XIEZHI_SITE_CA.
export function siteAuthority() {
  const folder = mkdtempSync(join(tmpdir(), 'xiezhi-front-'));
  chmodSync(folder, 0o755);
  execFileSync(join(packaging, 'site-ca'), ['init', join(folder, 'tls'), '测试局', 'localhost', '127.0.0.1']);
  return folder;
}

// `backend` is the port of the inner door, `outer` that of the outer one.
export async function startFront(folder, backend, outer = backend) {
  const [plain, tls, other] = [await freePort(), await freePort(), await freePort()];
  const here = [['/var/log/nginx/', `${folder}/`]];
  writeFileSync(join(folder, 'xiezhi-web-locations.conf'), replaced(readFileSync(join(packaging, 'nginx/xiezhi-web-locations.conf'), 'utf8'), here));
  writeFileSync(join(folder, 'xiezhi-web.conf'), replaced(readFileSync(join(packaging, 'nginx/xiezhi-web.conf'), 'utf8'), [...here,
    ['127.0.0.1:8080', `127.0.0.1:${backend}`], ['127.0.0.1:8081', `127.0.0.1:${outer}`], ['    listen [::]:443 ssl http2;\n', ''],
    ['    listen [::]:8443 ssl http2;\n', ''], ['    listen [::]:80;\n', ''], ['listen 443 ssl', `listen 127.0.0.1:${tls} ssl`],
    ['listen 8443 ssl', `listen 127.0.0.1:${other} ssl`], ['listen 80;', `listen 127.0.0.1:${plain};`],
    ['inside.example outside.example', 'localhost'], ['inside.example', 'localhost'], ['outside.example', 'localhost'],
    ['/etc/xiezhi/tls/', `${folder}/tls/`], ['/etc/nginx/', `${folder}/`]]));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n');
  writeFileSync(join(folder, 'nginx.conf'), `daemon off;\nworker_processes 1;\npid ${folder}/pid;\nerror_log ${folder}/error.log;\nevents {}\nhttp {\n`
    + `${temporary}\ninclude ${folder}/xiezhi-web.conf;\n}\n`);
  const nginx = spawn('/usr/sbin/nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', '/dev/null'], { stdio: 'inherit' });
  for (let i = 0; i < 500 && !(await listens(tls) && await listens(plain)); i++) await new Promise((go) => setTimeout(go, 10));
  const stop = async () => {
    const ended = new Promise((resolve) => nginx.once('exit', resolve));
    nginx.kill('SIGQUIT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const key = new X509Certificate(readFileSync(join(folder, 'tls/server.crt'))).publicKey.export({ type: 'spki', format: 'der' });
  return { origin: `https://localhost:${tls}`, outer: `https://localhost:${other}`, plain: `http://localhost:${plain}`,
    spki: createHash('sha256').update(key).digest('base64'), folder, stop };
}

// Chromium that takes this server's certificate by its key, as a phone does that trusts the authority, and no other; Playwright keeps no
// store of authorities. That the chain leads to the authority is what tests/web/test_nginx.c verifies.
export const launchTrusting = (front, ...more) => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', `--ignore-certificate-errors-spki-list=${front.spki}`, ...more] });
