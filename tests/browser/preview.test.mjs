// `iort-site watch` with pages open in a browser: what changes in them, and what stays as the reader left it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { TODAY, launch, program, repository } from './site.mjs';

const LONG = Array.from({ length: 60 }, (_, number) => `Line ${number} of a long page.\n`).join('\n');
const page = (words) => `---
title: Questions
---

${words}

:::faq{question="How long does it take?"}
About an hour.
:::

[A link to the start](/index.md)

${LONG}

## The end
`;

let browser;
let root;
let server;
let url;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'iort-site-preview-'));
  write('site.toml', 'title = "Guide"\nbase_url = "https://example.org"\ntheme = "own"\n');
  write('content/index.md', '---\ntitle: Start\n---\n\n[Questions](questions.md)\n');
  write('content/questions.md', page('First words.'));
  cpSync(join(repository, 'themes/default'), join(root, 'themes/own'), { recursive: true });
  server = spawn(program, ['watch', '--root', root, '--listen', '127.0.0.1:0', '--today', TODAY]);
  const lines = createInterface({ input: server.stderr });
  url = await new Promise((resolve, reject) => {
    const said = [];
    lines.on('line', (line) => {
      said.push(line);
      const found = /Serving (http:\S+)/.exec(line);
      if (found) resolve(found[1]);
    });
    server.on('exit', () => reject(new Error(said.join('\n'))));
  });
});

afterEach(() => {
  server.kill();
  rmSync(root, { recursive: true, force: true });
});

function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Saves as editors do. */
function save(path, text) {
  write(`${path}.tmp~`, text);
  renameSync(join(root, `${path}.tmp~`), join(root, path));
}

/** A page that knows whether it was loaded anew, and has said what it was sent. */
async function open(path, context) {
  const opened = await (context ?? browser).newPage();
  const faults = [];
  opened.on('pageerror', (error) => faults.push(String(error)));
  opened.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  await opened.goto(url + path);
  await opened.evaluate(async () => {
    window.mark = 'here';
    if (!await window.iortSitePreview.sent) throw new Error('the page does not know what it was sent');
  });
  return { opened, faults };
}

const shows = (opened, text) => opened.waitForFunction((wanted) => document.body.textContent.includes(wanted), text);
const wasReloaded = (opened) => opened.evaluate(() => window.mark !== 'here');

test('scroll, focus and an open question stay when the page changes', async () => {
  const { opened, faults } = await open('questions/');
  await opened.click('summary:has-text("How long")');
  await opened.focus('text=A link to the start');
  await opened.evaluate(() => window.scrollTo({ top: 700, behavior: 'instant' }));
  const scrolled = await opened.evaluate(() => window.scrollY);
  assert.ok(scrolled > 300);

  save('content/questions.md', page('Second words.'));
  await shows(opened, 'Second words.');
  assert.equal(await wasReloaded(opened), false);
  assert.equal(await opened.evaluate(() => window.scrollY), scrolled);
  assert.equal(await opened.evaluate(() => document.activeElement.textContent), 'A link to the start');
  assert.ok(await opened.evaluate(() => [...document.querySelectorAll('details')]
    .some((question) => question.open && question.textContent.includes('About an hour'))));

  // Another title changes the head, the heading and the navigation; a second edit is weighed against the first.
  save('content/questions.md', page('Third words.').replace('title: Questions', 'title: Answers'));
  await shows(opened, 'Third words.');
  assert.match(await opened.title(), /Answers/);
  assert.equal(await wasReloaded(opened), false);
  const served = await opened.evaluate(async () => document.querySelector('main').innerHTML);
  const fresh = await open('questions/');
  await fresh.opened.click('summary:has-text("How long")');
  assert.equal(served, await fresh.opened.evaluate(() => document.querySelector('main').innerHTML),
    'what was changed in place is what a load gives');
  assert.deepEqual(faults, []);
});

test('a style sheet is swapped without a reload', async () => {
  const { opened, faults } = await open('questions/');
  const styles = () => opened.evaluate(() => getComputedStyle(document.querySelector('h1')).letterSpacing);
  const before = await styles();
  const sheet = 'themes/own/static/css/site.css';
  save(sheet, `${readFileSync(join(root, sheet), 'utf8')}\nh1 { letter-spacing: 7px !important }\n`);
  await opened.waitForFunction(() => getComputedStyle(document.querySelector('h1')).letterSpacing === '7px');
  assert.notEqual(before, '7px');
  assert.equal(await wasReloaded(opened), false);
  await opened.waitForFunction(() =>
    new Set([...document.styleSheets].map((one) => one.href)).size === document.styleSheets.length);
  assert.deepEqual(faults, []);
});

test('two browsers see the same, and a page that is deleted says so', async () => {
  const contexts = [await browser.newContext(), await browser.newContext()];
  const pages = await Promise.all(contexts.map((context) => open('questions/', context)));
  save('content/questions.md', page('For both.'));
  for (const { opened } of pages) {
    await shows(opened, 'For both.');
    assert.equal(await wasReloaded(opened), false);
  }
  save('content/index.md', '---\ntitle: Start\n---\n\nAlone.\n');
  rmSync(join(root, 'content/questions.md'));
  for (const { opened } of pages) {
    await opened.waitForFunction(() => window.mark !== 'here');
  }
  await Promise.all(contexts.map((context) => context.close()));
});

test('what is wrong is shown above the page, and goes away with it', async () => {
  const { opened } = await open('questions/');
  save('content/questions.md', page('[Nowhere](nowhere.md)'));
  const dialog = opened.locator('iort-site-preview dialog[open]');
  await dialog.waitFor();
  assert.match(await dialog.textContent(), /link-missing/);
  save('content/questions.md', page('Mended.'));
  await shows(opened, 'Mended.');
  await opened.waitForFunction(() => !document.querySelector('iort-site-preview').shadowRoot.querySelector('dialog').open);
  assert.equal(await wasReloaded(opened), false);
});
