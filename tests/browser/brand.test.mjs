// A publisher's own icon and image for sharing, from `site.toml` alone: each page names them, and they are there.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { PHONE, TODAY, launch, openWatched, program, serveFolder } from './site.mjs';

const BASE = 'https://clinic.example/patients/';
const drawing = (width, height) => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#4a1d5c"/></svg>\n`;
const SITE = {
  'site.toml': `title = "A clinic"\nbase_url = "${BASE}"\n\n[brand]\nicon = "own/tab.svg"\nimage = "own/share.svg"\nimage_alt = "The clinic's front door"\n`,
  'static/own/tab.svg': drawing(16, 16),
  'static/own/share.svg': drawing(1200, 630),
  'content/index.md': '---\ntitle: A clinic\n---\nWelcome.\n',
  'content/visits/index.md': '---\ntitle: Visits\n---\nWhen to come.\n',
  'content/visits/first.md': '---\ntitle: The first visit\n---\nWhat to bring.\n',
};
const PAGES = ['', 'visits/', 'visits/first/', 'search/', '404.html'];

let browser;
let folder;
let served;
/** The paths that the server was asked for. */
const asked = [];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iort-site-brand-'));
  for (const [path, text] of Object.entries(SITE)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  execFileSync(program, ['build', '--root', folder, '--today', TODAY, '--quiet'], { stdio: 'inherit' });
  served = await serveFolder(join(folder, 'public'), '/patients/', { log: ({ path }) => asked.push(path) });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  served?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The file that an address of the site leads to. */
const fileAt = (address) => {
  assert.ok(address.startsWith(BASE), `${address} is the site's, and whole`);
  return readFileSync(join(folder, 'public', address.slice(BASE.length)), 'utf8');
};

test('the icon is the publisher’s, and the browser fetches it', async () => {
  for (const path of PAGES) {
    asked.length = 0;
    // A fresh profile, so that the icon is not known.
    const { page, context, faults } = await openWatched(browser, served.origin, PHONE);
    await page.goto(`${served.origin}/patients/${path}`, { waitUntil: 'networkidle' });
    const icons = await page.$$eval('link[rel~=icon]', (links) => links.map((link) => link.href));
    assert.equal(icons.length, 1, path);
    const at = icons[0].slice(served.origin.length);
    assert.equal(fileAt(BASE + at.slice('/patients/'.length)), SITE['static/own/tab.svg']);
    assert.deepEqual(asked.filter((url) => url.endsWith('.svg') || url.endsWith('.ico')), [at], path);
    assert.deepEqual(faults, []);
    await context.close();
  }
});

test('the image for sharing is named whole, described, and there in its size', async () => {
  const { page, context } = await openWatched(browser, served.origin, PHONE);
  for (const path of PAGES.filter((path) => !['search/', '404.html'].includes(path))) {
    await page.goto(`${served.origin}/patients/${path}`);
    const meta = (property) => page.$$eval(`meta[property="${property}"]`, (all) => all.map((tag) => tag.content));
    const images = await meta('og:image');
    assert.equal(images.length, 1, path);
    assert.equal(fileAt(images[0]), SITE['static/own/share.svg']);
    assert.deepEqual(await meta('og:image:alt'), ['The clinic\'s front door']);
    assert.deepEqual(await meta('og:url'), [BASE + path]);
  }
  // Crawlers read it as an image: so does the browser.
  const [image] = await page.$$eval('meta[property="og:image"]', (all) => all.map((tag) => tag.content));
  const answer = await page.goto(`${served.origin}/patients/${image.slice(BASE.length)}`);
  assert.equal(answer.status(), 200);
  assert.equal(answer.headers()['content-type'], 'image/svg+xml');
  assert.deepEqual(await page.evaluate(() => [document.documentElement.width.baseVal.value, document.documentElement.height.baseVal.value]), [1200, 630]);
  await context.close();
});
