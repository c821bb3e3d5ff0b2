// The IORT site, built into a folder of its own and served on this machine, and a browser to look at it.
//
// The server is as plain as a static host can be: files, `index.html` for a folder, `404.html` for the rest. It does not
// know the program's own preview server, so that what is tested is the folder that is deployed.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

export const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** As `tests/run` builds it, or the one that is named. */
export const program = process.env.IORT_SITE ?? join(process.env.CARGO_TARGET_DIR ?? join(repository, 'target'), 'tested', 'iort-site');

/** A day on which every review of the site is current. */
export const TODAY = '2026-07-01';

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const SMALL = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true };
export const DESKTOP = { viewport: { width: 1280, height: 900 } };

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.woff2': 'font/woff2', '.json': 'application/json', '.wasm': 'application/wasm', '.xml': 'application/xml', '.txt': 'text/plain; charset=utf-8',
};

/** Builds the IORT site into a folder of its own. */
export function buildSite(options) {
  const folder = mkdtempSync(join(tmpdir(), 'iort-site-browser-'));
  const output = join(folder, 'site');
  execFileSync(program, [
    'build', '--root', repository, '--output', output, '--today', TODAY, '--quiet', ...options,
  ], { stdio: 'inherit' });
  // What the program remembers of this folder goes with it.
  const close = () => rmSync(folder, { recursive: true, force: true });
  return { output, pages: pagesOf(output), close };
}

/** Builds the IORT site for a path such as `/` or `/patients/`, and serves it there. */
export async function serveSite(base) {
  const { output, pages, close: remove } = buildSite(['--base-url', `https://example.org${base}`]);
  const { origin, close: stop } = await serveFolder(output, base);
  const close = () => {
    stop();
    remove();
  };
  return { origin, base, output, pages, close };
}

/** Serves a folder at a path of this machine, compressed as static hosts do. `log` hears of each answer; `headers` go with it. */
export async function serveFolder(output, base, { log, headers = {} } = {}) {
  const server = createServer((request, response) => {
    const { found, served } = fileFor(request, output, base);
    const body = gzipSync(readFileSync(served));
    const type = TYPES[extname(served)] ?? 'application/octet-stream';
    response.writeHead(found ? 200 : 404, { ...headers, 'content-type': type, 'content-encoding': 'gzip', 'content-length': body.length });
    response.end(body);
    log?.({ path: request.url, type, bytes: body.length });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function fileFor(request, output, base) {
  const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
  let file = path.startsWith(base) ? join(output, path.slice(base.length)) : undefined;
  if (file && existsSync(file) && statSync(file).isDirectory()) {
    file = path.endsWith('/') ? join(file, 'index.html') : undefined;
  }
  const found = file !== undefined && existsSync(file);
  const missing = join(output, '404.html');
  return { found, served: found ? file : existsSync(missing) ? missing : join(output, 'index.html') };
}

/** Paths of all pages below the site's root, as links name them. */
function pagesOf(output) {
  const walk = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]);
  return walk(output)
    .filter((file) => file.endsWith('index.html') && !readFileSync(file, 'utf8').includes('http-equiv="refresh"'))
    .map((file) => relative(output, file).split(sep).join('/').replace(/index\.html$/, ''))
    .sort();
}

/** A headless browser that asks nobody but the page. */
export function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', ...more],
  });
}

/** A page that notes what must not happen: console errors, policy violations, failed or foreign requests, cookies. */
export async function openWatched(browser, origin, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`script: ${error}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) faults.push(`asks ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    // A request that the next page cuts off has not failed.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()}: ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  return { page, context, faults };
}
