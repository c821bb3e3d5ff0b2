// The IORT site in a browser: every page, on a phone and on a desktop, in light and dark.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { browser, everywhere, site } from './patients.mjs';
import { DESKTOP, PHONE, SMALL, openWatched } from './site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.0 to 2.2, A and AA, and what axe calls best practice. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

test('there are at least 20 pages', () => {
  assert.ok(site.pages.length >= 20, `${site.pages.length} pages`);
});

for (const [name, size] of [['phone', PHONE], ['desktop', DESKTOP]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`no violation, no error, no foreign request: ${name}, ${colorScheme}`, async () => {
      // axe is put in by the driver, past the page's policy, which is itself held by the test of the console below.
      await everywhere({ ...size, colorScheme, bypassCSP: true }, async (page) => {
        await page.evaluate(axe);
        const result = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES);
        return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`);
      });
    });
  }
}

test('the policy is kept, and nothing runs over at 320 pixels', async () => {
  await everywhere(SMALL, (page) => page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    return wide > 0 ? [`${wide} pixels too wide`] : [];
  }));
});

test('every link leads somewhere, anchors too', async () => {
  const { page, context } = await openWatched(browser, site.origin, DESKTOP);
  const ids = new Map();
  const links = [];
  for (const path of site.pages) {
    await page.goto(site.origin + site.base + path);
    const url = page.url();
    ids.set(url, new Set(await page.$$eval('[id]', (nodes) => nodes.map((node) => node.id))));
    const found = await page.$$eval('a[href]', (nodes) => nodes.map((node) => node.href));
    links.push(...found.filter((href) => href.startsWith(site.origin)).map((href) => [path, href]));
  }
  const broken = new Set();
  const answers = new Map();
  for (const [path, href] of links) {
    const [url, anchor] = href.split('#');
    if (!answers.has(url)) answers.set(url, (await fetch(url, { redirect: 'manual' })).status);
    if (answers.get(url) !== 200) broken.add(`${path}: ${href} answers ${answers.get(url)}`);
    else if (anchor && !ids.get(url)?.has(decodeURIComponent(anchor))) broken.add(`${path}: no anchor ${href}`);
  }
  assert.deepEqual([...broken], []);
  await context.close();
});

test('a phone finds its way without scripts: menu, section, page, next, home', async () => {
  const { page, context, faults } = await openWatched(browser, site.origin, { ...PHONE, javaScriptEnabled: false });
  await page.goto(site.origin + site.base);
  await page.locator('header summary').first().tap();
  const section = page.locator('header nav a:visible, header details a:visible').first();
  const title = (await section.innerText()).trim();
  await section.tap();
  await page.waitForURL((url) => url.href !== site.origin + site.base);
  assert.ok((await page.locator('h1').innerText()).trim().length > 0, title);
  const next = page.locator('a[rel=next]').first();
  const before = page.url();
  await next.tap();
  await page.waitForURL((url) => url.href !== before);
  await page.locator('header a').first().tap();
  await page.waitForURL(site.origin + site.base);
  assert.deepEqual(faults, []);
  await context.close();
});

test('the keyboard reaches the text at once', async () => {
  const { page, context } = await openWatched(browser, site.origin, DESKTOP);
  await page.goto(site.origin + site.base + site.pages.at(-1));
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => document.activeElement.getAttribute('href'));
  assert.match(first ?? '', /^#/, 'the first stop is the skip link');
  await page.keyboard.press('Enter');
  assert.ok(await page.evaluate((id) => document.querySelector(id) !== null, first));
  await context.close();
});

test('what is not there gets a page that leads back', async () => {
  const { page, context } = await openWatched(browser, site.origin, PHONE);
  const response = await page.goto(`${site.origin}${site.base}no/such/page/`);
  assert.equal(response.status(), 404);
  const style = await page.evaluate(() => [...document.styleSheets].length);
  assert.ok(style > 0, 'its style sheet is found from any depth');
  await page.locator('main a').first().tap();
  await page.waitForURL(site.origin + site.base);
  await context.close();
});

test('an old path leads to its page', async () => {
  const lines = readFileSync(join(site.output, '_redirects'), 'utf8').trim().split('\n');
  assert.ok(lines.length > 0);
  const { page, context } = await openWatched(browser, site.origin, PHONE);
  for (const line of lines) {
    const [from, to] = line.split(' ');
    await page.goto(site.origin + from);
    await page.waitForURL(site.origin + to);
  }
  await context.close();
});

test('the page prints without the site around it', async () => {
  const { page, context } = await openWatched(browser, site.origin, DESKTOP);
  await page.goto(`${site.origin}${site.base}help/common-questions/`);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('header nav:visible').count(), 0);
  assert.ok(await page.getByText(/Demonstration review/i).first().isVisible(), 'the review line is printed');
  await context.close();
});
