// What a reader does: with the keyboard alone, with search, without scripts, at 200%, on paper.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { browser, everywhere, lost, site, url } from './patients.mjs';
import { DESKTOP, PHONE, openWatched, serveFolder } from './site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Types into the search field and waits until what is shown belongs to it. */
async function look(page, query) {
  await page.fill('#search-field', '');
  await page.waitForFunction(() => document.querySelector('.search-status').textContent === '');
  await page.fill('#search-field', query);
  await page.waitForFunction(() => document.querySelector('.search-status').textContent !== '');
  return page.$$eval('.results > li', (items) => items.map((item) => [...item.querySelectorAll('a')].map((link) => link.textContent)));
}

test('search finds by title, heading, a wrong letter, a patient’s words, under the policy', async () => {
  const { page, context, faults } = await openWatched(browser, site.origin, DESKTOP);
  await page.goto(`${url}results/risks/`);
  await page.keyboard.press('/');
  await page.waitForSelector('#search-field');
  for (const [query, title, heading] of [
    ['recovery', 'Recovery'],
    ['how long does it take', 'How IORT works', 'How long does it take?'],
    ['chemo', 'Glossary', 'Chemotherapy (chemo)'],
    ['throwing up', 'Glossary', 'Vomiting (throwing up, being sick)'],
    ['poo', 'Glossary', 'Stool (poo, poop, bowel movement)'],
    ['RISKS', 'Risks and side effects'],
  ]) {
    const results = await look(page, query);
    const found = results.slice(0, 3).find(([first]) => first === title);
    assert.ok(found, `${query}: ${JSON.stringify(results.slice(0, 3))}`);
    if (heading) assert.ok(found.includes(heading), `${query}: ${JSON.stringify(found)}`);
  }
  assert.match(await page.textContent('[role=status]'), /pages? found/);
  assert.deepEqual(faults, []);
  await context.close();
});

test('one wrong letter in any word of a title still finds its page among the first three', async () => {
  const { page, context, faults } = await openWatched(browser, site.origin, DESKTOP);
  await page.goto(`${url}search/`);
  await page.waitForSelector('#search-field');
  const titles = await page.$$eval('.all-pages a', (links) => links.map((link) => link.textContent));
  const missed = [];
  let tried = 0;
  for (const title of new Set(titles)) {
    // Its longest word, and each way to mistype one letter: the first, one inside, two swapped, one left out.
    const word = title.match(/\p{L}+/gu).sort((a, b) => b.length - a.length)[0];
    if (word.length < 6) continue;
    const at = word.length >> 1;
    for (const wrong of [
      `q${word.slice(1)}`,
      `${word.slice(0, at)}q${word.slice(at + 1)}`,
      word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2),
      word.slice(0, at) + word.slice(at + 1),
    ]) {
      tried += 1;
      const query = title.replace(word, wrong);
      const results = await look(page, query);
      if (!results.slice(0, 3).some(([first]) => first === title)) missed.push(`${query}: ${results.slice(0, 3).map(([first]) => first)}`);
    }
  }
  assert.ok(tried > 50, `${tried} tried`);
  assert.deepEqual(missed, []);
  assert.deepEqual(faults, []);
  await context.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`search and a definition, open, have no violation: phone, ${colorScheme}`, async () => {
    const { page, context } = await openWatched(browser, site.origin, { ...PHONE, colorScheme, bypassCSP: true });
    const check = async (what) => {
      await page.evaluate(axe);
      const result = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES);
      assert.deepEqual(result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`), [], what);
    };
    await page.goto(`${url}treatment/candidates/`);
    await page.locator('.bar-search').tap();
    await page.waitForSelector('#search-field');
    await look(page, 'side effects');
    await check('the dialog');
    await page.locator('dialog .close').tap();
    await page.locator('.term').first().tap();
    await check('the definition');
    await page.goto(`${url}search/`);
    await page.waitForSelector('#search-field');
    await look(page, 'dose');
    await check('the page for searching');
    await context.close();
  });
}

test('the keyboard alone: text, search, results, a definition, a question, light and dark', async () => {
  const { page, context, faults } = await openWatched(browser, site.origin, { ...DESKTOP, colorScheme: 'light' });
  await page.goto(`${url}treatment/candidates/`);
  // Every stop is in sight while it has the focus, and the way goes on.
  let stops = 0;
  let toText = 0;
  for (; stops < 80; stops += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const { activeElement } = document;
      if (activeElement === document.body) return undefined;
      const { top, bottom, left, right, width } = activeElement.getBoundingClientRect();
      const style = getComputedStyle(activeElement);
      return {
        what: activeElement.outerHTML.slice(0, 80),
        seen: width > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
        marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
        inText: activeElement.closest('main') !== null,
      };
    });
    if (!stop) break;
    assert.ok(stop.seen && stop.marked, stop.what);
    if (stop.inText && !toText) toText = stops + 1;
  }
  assert.ok(stops > 10 && stops < 80, `${stops} stops`);
  assert.ok(toText <= 6, `the first stop inside the text is number ${toText}`);

  await page.keyboard.press('/');
  await page.waitForSelector('#search-field');
  await look(page, 'recovery');
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Recovery');
  await page.keyboard.press('ArrowUp');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'search-field');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await page.keyboard.press('/');
  await look(page, 'recovery');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${url}treatment/recovery/`);

  await page.goto(`${url}treatment/candidates/`);
  await page.locator('.term').first().focus();
  await page.keyboard.press('Enter');
  assert.ok(await page.locator('.definition').first().isVisible());
  await page.keyboard.press('Escape');
  assert.ok(!await page.locator('.definition').first().isVisible());

  await page.goto(`${url}help/common-questions/`);
  await page.locator('.faq summary').first().focus();
  await page.keyboard.press('Enter');
  assert.ok(await page.locator('.faq-answer').first().isVisible());
  await page.locator('.switch').focus();
  await page.keyboard.press('Enter');
  await page.goto(`${url}help/`);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark', 'the choice is remembered');
  await page.locator('.switch').click();
  assert.equal(await page.evaluate(() => localStorage.getItem('theme')), null, 'the system’s own is not');
  assert.deepEqual(faults, []);
  assert.deepEqual(await context.cookies(), []);
  await context.close();
});

test('the contents mark where the reader is', async () => {
  const { page, context } = await openWatched(browser, site.origin, DESKTOP);
  await page.goto(`${url}results/risks/#pelvis`);
  await page.waitForFunction(() => document.querySelector('.side-contents [aria-current]')?.hash === '#pelvis');
  await context.close();
});

test('without scripts: every page is reached, and the system’s dark is kept', async () => {
  const { page, context, faults } = await openWatched(browser, site.origin, { ...PHONE, javaScriptEnabled: false, colorScheme: 'dark' });
  await page.goto(url);
  assert.ok(!await page.locator('.switch').isVisible());
  await page.locator('.bar-search').tap();
  await page.waitForURL(`${url}search/`);
  const listed = new Set(await page.locator('.all-pages a').evaluateAll((links) => links.map((link) => link.href)));
  // The list of reviews is made of pages too, and each page's foot leads to it.
  const made = site.pages.filter((path) => !path.endsWith('print/') && !['search/', 'reviews/'].includes(path));
  assert.deepEqual(made.filter((path) => !listed.has(url + path)), []);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(20, 25, 30)');
  await page.goto(`${url}treatment/candidates/`);
  await page.locator('.term').first().tap();
  assert.ok(await page.locator('.definition').first().isVisible(), 'a definition needs no script');
  assert.deepEqual(faults, []);
  await context.close();
});

test('a link to an answer opens it', async () => {
  const { page, context } = await openWatched(browser, site.origin, PHONE);
  await page.goto(`${url}help/common-questions/#side-effects`);
  await page.waitForFunction(() => document.getElementById('side-effects').closest('details').open);
  await context.close();
});

test('at 200% no text is clipped and nothing runs over; a table of four columns hides none at 320 pixels', async () => {
  await everywhere({ viewport: { width: 640, height: 450 } }, (page) => page.evaluate(lost));
  const { page, context } = await openWatched(browser, site.origin, { viewport: { width: 320, height: 640 } });
  await page.goto(`${url}about/components/`);
  const cells = await page.$$eval('.compare th, .compare td', (all) => all.map((cell) => {
    const { left, right } = cell.getBoundingClientRect();
    return { text: cell.textContent, size: parseFloat(getComputedStyle(cell).fontSize), in: left >= 0 && right <= innerWidth, scope: cell.tagName === 'TD' || cell.scope };
  }));
  assert.equal(cells.length, 12);
  assert.deepEqual(cells.filter((cell) => !cell.in || cell.size < 16 || !cell.scope), []);
  await context.close();
});

test('on paper: the review line, numbered sides, opened questions, a section in one, no site around it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'iort-site-pdf-'));
  const { page, context } = await openWatched(browser, site.origin, DESKTOP);
  const print = async (path, format) => {
    const file = join(folder, 'page.pdf');
    await page.goto(url + path);
    await page.pdf({ path: file, format });
    return execFileSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
  };
  for (const format of ['A4', 'Letter']) {
    const risks = await print('results/risks/', format);
    assert.match(risks, /Demonstration review: \w+ \d+, \d{4}/);
    assert.match(risks, /1 ?\/ ?2/, 'sides are numbered');
    assert.doesNotMatch(risks, /Search|Skip to|Back to top|Print this section/);
    assert.match(await print('help/common-questions/', format), /you have general anesthesia, so you are asleep/i, 'answers are printed');
    const section = await print('results/print/', format);
    assert.match(section, /On this page Benefits, risks, and results Benefits Risks and side effects How well it works/);
    assert.match(section, /What does TARGIT-A tell us\?/);
  }
  rmSync(folder, { recursive: true });
  await context.close();
});

test('a long page leads back to its top, by the keyboard and without scripts', async () => {
  // With them, a page of each kind.
  const kinds = ['', 'results/', 'results/risks/', 'help/glossary/', 'results/print/', 'reviews/'];
  for (const [javaScriptEnabled, pages] of [[true, kinds], [false, site.pages]]) {
    let long = 0;
    await everywhere({ ...PHONE, javaScriptEnabled }, async (page) => {
      const screens = await page.evaluate(() => document.documentElement.scrollHeight / innerHeight);
      if (screens < 3) return [];
      long += 1;
      const link = page.getByRole('link', { name: 'Back to top' });
      if (await link.count() !== 1) return ['no link'];
      await link.focus();
      const below = await page.evaluate(() => scrollY);
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => scrollY === 0, undefined, { timeout: 5000 }).catch(() => {});
      const above = await page.evaluate(() => scrollY);
      // The keyboard goes on from there, and not from the page's foot.
      await page.keyboard.press('Tab');
      const next = await page.evaluate(() => document.activeElement.className);
      return below > 0 && above === 0 && next === 'skip' ? [] : [`from ${below} to ${above}, then ${next}`];
    }, pages);
    assert.ok(long > pages.length / 2, `${long} long pages of ${pages.length}`);
  }
});

test('a first visit: at most four requests and a drawing’s own, 15 KB with all headers', async () => {
  // What the browser's own network events say came over the wire, against what the server was asked for, the icon too.
  const served = [];
  const { origin, close } = await serveFolder(site.output, site.base, { log: ({ path }) => served.push(path) });
  const fetched = async (path) => {
    served.length = 0;
    const context = await browser.newContext(PHONE);
    const page = await context.newPage();
    const network = await context.newCDPSession(page);
    await network.send('Network.enable');
    const requests = [];
    let bytes = 0;
    network.on('Network.requestWillBeSent', ({ request }) => requests.push(request.url.slice(origin.length)));
    network.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
    await page.goto(origin + site.base + path, { waitUntil: 'networkidle' });
    await context.close();
    assert.deepEqual(requests.toSorted(), served.toSorted(), path);
    return { requests, bytes };
  };
  const faults = [];
  const most = {};
  for (const path of [...site.pages, 'no/such/page/']) {
    const { requests, bytes } = await fetched(path);
    const drawings = requests.filter((url) => !url.includes('/assets/') && url.endsWith('.svg')).length;
    // The list of reviews has a style and a script of its own, the page for searching loads the index, and a section
    // gathered for printing is all its pages.
    const [kind, number, kilobytes] = path === 'reviews/' ? ['the list of reviews', 6, 15]
      : path === 'search/' ? ['the page for searching', 8, 22]
      : path.endsWith('print/') ? ['a section in one', 4, 20]
      : ['any other page', 4, 15];
    const count = requests.length - drawings;
    if (count > number || bytes > kilobytes * 1024) faults.push(`${path}: ${count} requests and ${drawings} drawings, ${bytes} bytes`);
    const now = most[kind] ??= { count: 0, bytes: 0 };
    Object.assign(now, { count: Math.max(now.count, count), bytes: Math.max(now.bytes, bytes) });
  }
  close();
  for (const [kind, { count, bytes }] of Object.entries(most)) console.log(`# first visit, ${kind}: ${count} requests at most, ${bytes} bytes at most`);
  assert.deepEqual(faults, []);
});

test('scripts, styles and fonts are few, and so is what a first query loads', async () => {
  const { page, context } = await openWatched(browser, site.origin, PHONE);
  let loaded = [];
  page.on('requestfinished', async (request) => loaded.push(request.response().then(async (response) => ({
    url: request.url(), bytes: gzipSync(await response.body(), { level: 6 }).length,
  }))));
  const total = async (pick = () => true) => (await Promise.all(loaded)).filter(({ url }) => pick(url)).reduce((sum, { bytes }) => sum + bytes, 0);
  // A section gathered for printing is many pages in one; the page for searching loads what a query would.
  for (const path of site.pages.filter((path) => !path.endsWith('print/') && !['search/', 'reviews/'].includes(path))) {
    loaded = [];
    await page.goto(url + path, { waitUntil: 'networkidle' });
    const [scripts, styles] = [await total((url) => url.endsWith('.js')), await total((url) => url.endsWith('.css'))];
    assert.ok(scripts <= 2 * 1024 && styles <= 5 * 1024, `${path}: scripts ${scripts}, style ${styles}`);
    assert.equal(await total((url) => /\.(woff2?|ttf|otf)$/.test(url)), 0, `${path}: fonts`);
  }
  loaded = [];
  await page.locator('.bar-search').tap();
  await page.waitForSelector('#search-field');
  await look(page, 'radiation');
  await page.waitForLoadState('networkidle');
  console.log(`# first query: ${loaded.length} requests, ${await total()} bytes`);
  assert.ok(await total() <= 15 * 1024, `${await total()} bytes for the first query`);
  const text = await page.evaluate(() => {
    const paragraph = document.querySelector('.prose p');
    return { size: parseFloat(getComputedStyle(paragraph).fontSize) };
  });
  assert.ok(text.size >= 18);
  await context.close();
});
