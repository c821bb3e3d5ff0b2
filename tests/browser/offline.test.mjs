// `build --offline`, read from a disk: every link leads to a file, and search works.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DESKTOP, buildSite, launch, openWatched } from './site.mjs';

let browser;
let site;

before(async () => {
  site = buildSite(['--offline']);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  site?.close();
});

test('every link leads to a file, and nothing fails', async () => {
  const { page, context, faults } = await openWatched(browser, 'file:', DESKTOP);
  const broken = new Set();
  for (const path of site.pages) {
    const address = pathToFileURL(join(site.output, path, 'index.html')).href;
    await page.goto(address);
    const links = await page.$$eval('a[href], link[href], script[src], img[src]', (nodes) => nodes.map((node) => node.href || node.src));
    for (const link of links.filter((link) => link.startsWith('file:'))) {
      const [file, anchor] = link.split('#');
      const place = fileURLToPath(file);
      const ok = existsSync(place) && !place.endsWith('/')
        && (!anchor || readFileSync(place, 'utf8').includes(`id="${decodeURIComponent(anchor)}"`));
      if (!ok) broken.add(`${path}: ${link}`);
    }
  }
  assert.deepEqual([...broken], []);
  assert.deepEqual(faults, []);
  await context.close();
});

test('search works from a disk', async () => {
  const { page, context, faults } = await openWatched(browser, 'file:', DESKTOP);
  await page.goto(pathToFileURL(join(site.output, 'results/risks/index.html')).href);
  await page.keyboard.press('/');
  await page.waitForSelector('#search-field');
  await page.fill('#search-field', 'throwing up');
  await page.locator('.results a').nth(1).click();
  await page.waitForURL(/help\/glossary\/index\.html#vomiting$/);
  assert.deepEqual(faults, []);
  await context.close();
});
