// The pictures of docs/reader.md: each type of page on a desktop and a phone, in light and dark, on one sheet.
//
//     node tests/browser/screenshots.mjs
//
// Not a test: whoever changes the theme runs it, and looks.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, openWatched, serveSite } from './site.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'reader');
const DESKTOP = { viewport: { width: 1280, height: 844 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const SHEETS = {
  home: { path: '' },
  section: { path: 'results/' },
  'when-to-call': { path: 'help/when-to-call/' },
  'common-question': { path: 'help/common-questions/#side-effects' },
  definition: { path: 'treatment/candidates/', act: (page) => page.locator('.term').first().click() },
  components: { path: 'about/components/#numbers' },
  search: {
    path: 'results/risks/',
    act: async (page) => {
      await page.locator('.bar-search').click();
      await page.fill('#search-field', 'throwing up');
      await page.locator('.results a').first().waitFor();
    },
  },
};

const site = await serveSite('/');
const browser = await launch();
mkdirSync(folder, { recursive: true });
for (const [name, { path, act }] of Object.entries(SHEETS)) {
  const shots = [];
  for (const size of [DESKTOP, PHONE]) {
    for (const colorScheme of ['light', 'dark']) {
      const { page, context } = await openWatched(browser, site.origin, { ...size, colorScheme });
      await page.goto(site.origin + site.base + path);
      await act?.(page);
      shots.push((await page.screenshot()).toString('base64'));
      await context.close();
    }
  }
  await show(name, shots);
}

// A page on paper, its sides beside each other.
const { page, context } = await openWatched(browser, site.origin, DESKTOP);
await page.goto(`${site.origin}${site.base}results/risks/`);
const pdf = join(site.output, 'page.pdf');
await page.pdf({ path: pdf, format: 'A4' });
await context.close();
execFileSync('pdftoppm', ['-png', '-r', '80', pdf, join(site.output, 'side')]);
const sides = readdirSync(site.output).filter((name) => /^side-\d+\.png$/.test(name)).sort();
await show('paper', sides.map((name) => readFileSync(join(site.output, name)).toString('base64')), 680);
await browser.close();
site.close();

/** Puts pictures beside each other and writes them as one. */
async function show(name, shots, height = 340) {
  const sheet = await browser.newPage({ viewport: { width: 100, height } });
  await sheet.setContent(`<body style="margin:0;display:flex;gap:8px;background:#888;padding:8px;box-sizing:border-box">${
    shots.map((shot) => `<img style="height:${height - 16}px" src="data:image/png;base64,${shot}">`).join('')}`);
  const width = await sheet.evaluate(() => document.documentElement.scrollWidth + 8);
  await sheet.setViewportSize({ width, height });
  writeFileSync(join(folder, `${name}.png`), await sheet.screenshot());
  await sheet.close();
}
