// What a reader does: with the keyboard alone, with search, without scripts, at 200%, on paper.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { browser, site, url } from './patients.mjs';
import { DESKTOP, PHONE, openWatched } from './site.mjs';

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
  const { page, context } = await openWatched(browser, site.origin, { viewport: { width: 640, height: 450 } });
  for (const path of site.pages) {
    await page.goto(url + path);
    const faults = await page.evaluate(() => {
      const clipped = [...document.querySelectorAll('body *')].filter((element) => {
        const style = getComputedStyle(element);
        // What is there for screen readers alone has a pixel.
        return element.clientWidth > 1 && style.display !== 'inline' && ['hidden', 'clip'].includes(style.overflowX)
          && element.scrollWidth > element.clientWidth + 1;
      });
      const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
      return [...clipped.map((element) => element.outerHTML.slice(0, 80)), ...wide > 0 ? [`${wide} pixels too wide`] : []];
    });
    assert.deepEqual(faults, [], path);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${url}about/components/`);
  const cells = await page.$$eval('.compare th, .compare td', (all) => all.map((cell) => {
    const { left, right } = cell.getBoundingClientRect();
    return { text: cell.textContent, size: parseFloat(getComputedStyle(cell).fontSize), in: left >= 0 && right <= innerWidth, scope: cell.tagName === 'TD' || cell.scope };
  }));
  assert.equal(cells.length, 12);
  assert.deepEqual(cells.filter((cell) => !cell.in || cell.size < 16 || !cell.scope), []);
  await context.close();
});

test('on paper: few pages, the review line, opened questions, no site around it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'iort-site-pdf-'));
  const { page, context } = await openWatched(browser, site.origin, DESKTOP);
  const print = async (path, format) => {
    const file = join(folder, 'page.pdf');
    await page.goto(url + path);
    await page.pdf({ path: file, format });
    const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    // Each page ends with a form feed.
    return { text: text.replace(/\s+/g, ' '), pages: text.split('\f').length - 1 };
  };
  for (const format of ['A4', 'Letter']) {
    const recovery = await print('treatment/recovery/', format);
    assert.ok(recovery.pages <= 2, `${recovery.pages} pages of ${format}`);
    assert.match(recovery.text, /Demonstration review: \w+ \d+, \d{4}/);
    assert.match(recovery.text, /1 ?\/ ?2/, 'pages are numbered');
    assert.doesNotMatch(recovery.text, /Search|Skip to|Back to top|Print this section/);
    const questions = await print('help/common-questions/', format);
    assert.match(questions.text, /you have general anesthesia, so you are asleep/i, 'answers are printed');
    const section = await print('results/print/', format);
    assert.match(section.text, /On this page Benefits, risks, and results Benefits Risks and side effects How well it works/);
    assert.match(section.text, /What does TARGIT-A tell us\?/);
  }
  rmSync(folder, { recursive: true });
  await context.close();
});

test('a first visit and a first query load little', async () => {
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
    const drawings = await page.evaluate(() => document.images.length);
    assert.ok(loaded.length <= 4 + drawings, `${path}: ${loaded.length} requests`);
    const [all, scripts, styles] = [await total(), await total((url) => url.endsWith('.js')), await total((url) => url.endsWith('.css'))];
    assert.ok(all <= 15 * 1024, `${path}: ${all} bytes`);
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
