// Search on a small site, whose index is one file: what is typed is answered from what opening the search has loaded.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DESKTOP, TODAY, launch, openWatched, program, serveFolder } from './site.mjs';

const PAGES = {
  'index.md': '---\ntitle: Home\n---\nWhere to start.\n\n## After surgery\n\nRest, and drink enough.\n',
  'nausea.md': '---\ntitle: Nausea after treatment\n---\nIt passes within days.\n\n## What helps\n\nSmall meals. Übelkeit is the German word.\n',
  'words.md': '---\ntitle: Words\n---\nVomiting (throwing up)\n\n: When what is in the stomach comes up.\n',
};

let browser;
let folder;
const built = (name, more) => {
  const output = join(folder, name);
  execFileSync(program, ['build', '--root', folder, '--output', output, '--today', TODAY, '--quiet', ...more], { stdio: 'inherit' });
  return output;
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iort-site-search-'));
  mkdirSync(join(folder, 'content'));
  writeFileSync(join(folder, 'site.toml'), 'title = "Small"\nbase_url = "https://example.org"\n[glossary]\npage = "/words/"\n');
  for (const [path, text] of Object.entries(PAGES)) writeFileSync(join(folder, 'content', path), text);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Asks queries one after the other, and looks for the title that each must find first, or the heading below it. */
async function ask(page) {
  await page.keyboard.press('/');
  await page.waitForSelector('#search-field');
  for (const [query, expected] of [
    ['n', ''], ['nau', 'Nausea after treatment'], ['nasea', 'Nausea after treatment'], ['xausea', 'Nausea after treatment'],
    ['surgery', 'After surgery'], ['throwing up', 'Vomiting (throwing up)'], ['ubelkeit', 'What helps'], ['zebra', ''],
  ]) {
    await page.fill('#search-field', '');
    await page.waitForFunction(() => document.querySelector('.search-status').textContent === '');
    await page.fill('#search-field', query);
    if (query.length > 1) await page.waitForFunction(() => document.querySelector('.search-status').textContent !== '');
    const first = await page.$$eval('.results > li:first-child a', (links) => links.map((link) => link.textContent));
    assert.ok(expected ? first.includes(expected) : first.length === 0, `${query}: ${first}`);
  }
}

test('a small site is searched in one file, and a query asks for nothing more', async () => {
  const output = built('site', []);
  assert.deepEqual(readdirSync(join(output, 'search/en')), ['index.js']);
  const asked = [];
  const server = await serveFolder(output, '/', { log: ({ path }) => asked.push(path) });
  const { page, context, faults } = await openWatched(browser, server.origin, DESKTOP);
  await page.goto(server.origin, { waitUntil: 'networkidle' });
  assert.ok(!asked.some((path) => path.includes('search')), `before search is opened: ${asked}`);
  asked.length = 0;
  await ask(page);
  assert.equal(asked.length, 2, `${asked}`);
  assert.deepEqual(faults, []);
  await context.close();
  server.close();
});

test('so it is from a disk', async () => {
  const output = built('offline', ['--offline']);
  const { page, context, faults } = await openWatched(browser, 'file:', DESKTOP);
  await page.goto(pathToFileURL(join(output, 'index.html')).href);
  await ask(page);
  assert.deepEqual(faults, []);
  await context.close();
});
