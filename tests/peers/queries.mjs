// What queries load of an index of this program's and of Pagefind's, for benches/search.
//
//     node tests/peers/queries.mjs <our site> <a site> <Pagefind's folder of it> <query>…
//
// Prints two lists, ours first: for each query the kilobytes that opening loads and that the query loads, compressed, and how many pages are found.

import { symlinkSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { DESKTOP, launch, serveFolder } from '../browser/site.mjs';

const [ours, theirs, found, ...queries] = process.argv.slice(2);
if (!existsSync(join(theirs, 'pagefind'))) symlinkSync(found, join(theirs, 'pagefind'));
const browser = await launch();

/** Opens the site's first page and asks each query on a page of its own, with nothing kept between them. */
async function ask(folder, open, query) {
  let bytes = 0;
  const server = await serveFolder(folder, '/', { log: (answer) => { bytes += answer.bytes; } });
  const came = [];
  for (const words of queries) {
    const context = await browser.newContext(DESKTOP);
    const page = await context.newPage();
    await page.goto(`${server.origin}/`, { waitUntil: 'networkidle' });
    bytes = 0;
    await open(page);
    await page.waitForLoadState('networkidle');
    const opened = bytes / 1024;
    const found = await query(page, words);
    await page.waitForLoadState('networkidle');
    came.push({ opened, query: bytes / 1024 - opened, found });
    await context.close();
  }
  server.close();
  return came;
}

const own = await ask(ours, async (page) => {
  await page.locator('.bar-search').click();
  await page.waitForSelector('#search-field');
}, async (page, words) => {
  await page.fill('#search-field', words);
  await page.waitForFunction(() => document.querySelector('.search-status').textContent !== '', undefined, { timeout: 60_000 });
  return page.textContent('.search-status');
});

const pagefind = await ask(theirs, (page) => page.evaluate(async () => {
  // As its own field does: the library, then the words of the language.
  window.pagefind = await import('/pagefind/pagefind.js');
  await window.pagefind.init();
}), (page, words) => page.evaluate(async (query) => {
  const { results } = await window.pagefind.search(query);
  // The ten that a list shows are loaded, each from a file of its own.
  await Promise.all(results.slice(0, 10).map((result) => result.data()));
  return `${results.length} pages found`;
}, words));

await browser.close();
console.log(JSON.stringify([own, pagefind]));
