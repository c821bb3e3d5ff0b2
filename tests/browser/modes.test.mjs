// How readers set their browsers, on every page: large text, more contrast, colors of their own, no motion, no scripts, paper, the
// keyboard alone.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { everywhere, lost, site } from './patients.mjs';
import { DESKTOP, PHONE, SMALL, launch } from './site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test('text at 200%, on a desktop and on a phone', async () => {
  // The browser's own setting, which the theme's sizes follow, and its widths too.
  const large = await launch(['--blink-settings=defaultFontSize=32']);
  for (const size of [DESKTOP, PHONE]) {
    await everywhere(size, (page) => page.evaluate(() => {
      const size = getComputedStyle(document.documentElement).fontSize;
      return size === '32px' ? [] : [`text is ${size}`];
    }), [''], large);
    await everywhere(size, (page) => page.evaluate(lost), site.pages, large);
  }
  await large.close();
});

test('lines of 55 to 70 characters, text of 18 pixels or more', async () => {
  await everywhere(DESKTOP, (page) => page.evaluate(() => {
    const paragraphs = [...document.querySelectorAll('.prose > p')].filter((paragraph) => paragraph.textContent.length > 200);
    const lines = paragraphs.flatMap((paragraph) => {
      const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
      const counts = new Map();
      while (walker.nextNode()) {
        if (walker.currentNode.parentElement.closest('.definition, sup')) continue;
        for (let at = 0; at < walker.currentNode.length; at += 1) {
          const range = document.createRange();
          range.setStart(walker.currentNode, at);
          range.setEnd(walker.currentNode, at + 1);
          const line = Math.round(range.getBoundingClientRect().bottom / 16);
          counts.set(line, (counts.get(line) ?? 0) + 1);
        }
      }
      return [...counts.values()].slice(0, -1);
    });
    const mean = lines.reduce((sum, count) => sum + count, 0) / lines.length;
    const small = [...document.querySelectorAll('.prose p, .prose > ul > li')].filter((text) => parseFloat(getComputedStyle(text).fontSize) < 16);
    const body = parseFloat(getComputedStyle(document.querySelector('.prose p') ?? document.body).fontSize);
    return [
      ...lines.length > 5 && (mean < 55 || mean > 70) ? [`${mean.toFixed(1)} characters a line`] : [],
      ...body < 18 ? [`${body} pixels`] : [],
      ...small.map((text) => `small: ${text.outerHTML.slice(0, 60)}`),
    ];
  }));
});

for (const colorScheme of ['light', 'dark']) {
  test(`more contrast, ${colorScheme}: text is 7:1`, async () => {
    await everywhere({ ...DESKTOP, colorScheme, contrast: 'more', bypassCSP: true }, async (page) => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run('main', { runOnly: ['color-contrast-enhanced'], rules: { 'color-contrast-enhanced': { enabled: true } } }));
      return violations.flatMap(({ nodes }) => nodes.map((node) => `${node.html.slice(0, 80)} ${node.any[0]?.message ?? ''}`));
    });
  });

  test(`forced colors, ${colorScheme}: boxes have edges, the place in the menu and the dots are told apart`, async () => {
    await everywhere({ ...DESKTOP, colorScheme, forcedColors: 'active' }, (page) => page.evaluate(() => {
      const faults = [];
      for (const box of document.querySelectorAll('.call, .box, .alert, .button, .notice, .switch, .bar-search')) {
        const { borderTopStyle, borderBottomStyle } = getComputedStyle(box);
        if (borderTopStyle === 'none' && borderBottomStyle === 'none') faults.push(`no edge: ${box.outerHTML.slice(0, 60)}`);
      }
      for (const place of document.querySelectorAll('.side-nav [aria-current]')) {
        if (getComputedStyle(place).borderInlineStartStyle === 'none') faults.push('the place in the menu is not marked');
      }
      for (const figure of document.querySelectorAll('.how-many svg')) {
        const [ring, hole] = ['.ring', '.hole'].map((name) => getComputedStyle(figure.querySelector(name) ?? figure).stroke);
        if (ring === hole) faults.push('the dots are all alike');
      }
      return faults;
    }));
  });
}

test('nothing moves, whether or not motion is wanted', async () => {
  for (const reducedMotion of ['reduce', 'no-preference']) {
    await everywhere({ ...DESKTOP, reducedMotion }, (page) => page.evaluate(() => [
      ...document.getAnimations().map((animation) => String(animation.animationName)),
      ...[...document.querySelectorAll('*')].filter((element) => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
        return transitionDuration !== '0s' || animationName !== 'none' || scrollBehavior !== 'auto';
      }).map((element) => element.outerHTML.slice(0, 60)),
    ]));
  }
});

test('without scripts: text, contents, questions, terms and the menu, in the reader’s own light or dark', async () => {
  await everywhere({ ...PHONE, javaScriptEnabled: false }, async (page) => {
    const faults = [];
    for (const [colorScheme, ground] of [['light', 'rgb(255, 255, 255)'], ['dark', 'rgb(20, 25, 30)']]) {
      await page.emulateMedia({ colorScheme });
      const is = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      if (is !== ground) faults.push(`${is} in ${colorScheme}`);
    }
    if (!await page.locator('h1').first().isVisible()) faults.push('no title');
    await page.locator('.menu > summary').tap();
    if (!await page.locator('.menu-panel a').first().isVisible()) faults.push('the menu stays shut');
    await page.locator('.menu > summary').tap();
    for (const opener of await page.locator('main details > summary').all()) {
      await opener.tap();
      if (!await opener.evaluate((summary) => summary.parentElement.open)) faults.push('details stay shut');
    }
    if (await page.locator('button:visible:not(.term)').count()) faults.push('a button that does nothing');
    return faults;
  });
});

test('the contents: beside the text on a desktop and in sight while it is read, shut above it on a phone', async () => {
  const hasContents = (page) => page.locator('.contents').count();
  await everywhere(DESKTOP, async (page) => {
    if (!await hasContents(page)) return [];
    const shown = [await page.locator('.side-contents').isVisible(), await page.locator('.contents').isVisible()];
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
    const inSight = await page.evaluate(() => document.querySelector('.side-contents').getBoundingClientRect().top >= 0);
    return shown.join() === 'true,false' && inSight ? [] : [`${shown}, in sight ${inSight}`];
  });
  await everywhere(PHONE, async (page) => {
    if (!await hasContents(page)) return [];
    const shown = [await page.locator('.side-contents').isVisible(), await page.locator('.contents').isVisible()];
    const open = await page.locator('.contents').evaluate((details) => details.open);
    return shown.join() === 'false,true' && !open ? [] : [`${shown}, open ${open}`];
  });
});

test('the keyboard alone: every stop is in sight and marked, the text comes within six, nothing holds the focus', async () => {
  // Of a phone's layout, one page of each kind.
  const kinds = ['', 'search/', 'results/', 'results/risks/', 'help/glossary/', 'help/common-questions/'];
  for (const [size, pages] of [[DESKTOP, site.pages], [SMALL, kinds]]) {
    await everywhere(size, async (page, path) => {
      const faults = [];
      let stops = 0;
      let toText;
      for (; stops < 300; stops += 1) {
        await page.keyboard.press('Tab');
        const stop = await page.evaluate(() => {
          const { activeElement } = document;
          if (activeElement === document.body) return undefined;
          const { top, bottom, left, right, width } = activeElement.getBoundingClientRect();
          const style = getComputedStyle(activeElement);
          const heading = document.querySelector('main h1');
          return {
            what: activeElement.outerHTML.slice(0, 80),
            seen: width > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
            marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
            isPast: Boolean(heading.compareDocumentPosition(activeElement) & Node.DOCUMENT_POSITION_FOLLOWING),
          };
        });
        if (!stop) break;
        if (!stop.seen || !stop.marked) faults.push(stop.what);
        if (stop.isPast) toText ??= stops + 1;
        // The list of all pages is long, and each of its links is like the next.
        if (stops > 60 && path === 'search/') break;
      }
      if (stops === 300) faults.push('the focus does not come out');
      if (toText > 6) faults.push(`${toText} presses to the text`);
      return faults;
    }, pages);
  }
});

test('on paper, A4 and Letter, every page: two sides, its review, opened answers, no heading at the foot of a column', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'iort-site-pdf-'));
  const sides = { A4: [], Letter: [] };
  await everywhere(DESKTOP, async (page, path) => {
    const faults = [];
    // A part's title begins a side, and stands in the list of contents before.
    const headings = new Set(await page.$$eval('main h2:not(.part-title), main h3, .prose dt', (all) => all.map((heading) => heading.textContent.trim())));
    const answers = await page.$$eval('.faq-answer', (all) => all.map((answer) => answer.textContent.trim().split(/\s+/).slice(0, 4).join(' ')));
    const reviewed = await page.locator('.review-line').first().textContent().catch(() => '');
    // A browser loads them before it prints; the driver does not.
    await page.evaluate(() => Promise.all([...document.images].map((image) => {
      image.loading = 'eager';
      return image.decode();
    })));
    await page.emulateMedia({ media: 'print' });
    const small = await page.$$eval('.prose > p, .prose > ul > li, .prose > ol > li, .faq-answer > p', (all) =>
      all.filter((text) => text.offsetHeight && parseFloat(getComputedStyle(text).fontSize) < 14).map((text) => text.textContent.slice(0, 40)));
    faults.push(...small.map((text) => `under 10.5 points: ${text}`));
    await page.emulateMedia({ media: null });
    for (const format of ['A4', 'Letter']) {
      const file = join(folder, `${path.replaceAll('/', '-')}.pdf`);
      await page.pdf({ path: file, format });
      const printed = linesOf(file);
      const text = execFileSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
      if (/Skip to|Back to top|Print this section|Report a problem|Copy link/.test(text)) faults.push('the site is around it');
      const date = /\w+ \d+, \d{4}/.exec(reviewed)?.[0];
      if (date && !text.includes(date)) faults.push('the review line is not there');
      for (const answer of answers) if (!text.includes(answer)) faults.push(`not opened: ${answer}`);
      for (const side of printed) {
        const isBelow = (one, other) => one.top > other.top + 1 && one.left < other.right && one.right > other.left;
        const feet = side.filter((line) => headings.has(line.text) && !side.some((other) => isBelow(other, line)));
        faults.push(...feet.map(({ text }) => `${format}: at the foot of a column: ${text}`));
      }
      // The list of all reviews, and a section gathered in one, are as long as the site is large.
      if (path.endsWith('print/') || path === 'reviews/') continue;
      sides[format].push(printed.length);
      if (printed.length > 2) faults.push(`${printed.length} sides of ${format}`);
    }
    return faults;
  });
  for (const [format, all] of Object.entries(sides)) console.log(`# sides of ${format}: ${all.filter((count) => count === 1).length} of ${all.length} pages have one`);
  rmSync(folder, { recursive: true });
});

/** The lines of each side of a printed page, with where they stand; without the side's number. */
function linesOf(file) {
  const sides = execFileSync('pdftotext', ['-bbox-layout', file, '-'], { encoding: 'utf8' }).split('<page ').slice(1);
  return sides.map((side) => [...side.matchAll(/<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"[^>]*>(.*?)<\/line>/gs)].map(([, left, top, right, words]) => {
    const text = [...words.matchAll(/>([^<>]+)<\/word>/g)].map(([, word]) => word).join(' ');
    return { left: Number(left), top: Number(top), right: Number(right), text: text.replaceAll('&amp;', '&') };
  }).filter(({ text }) => !/^\d+ \/ \d+$/.test(text)));
}

test('every page says whom to tell of a mistake, who publishes and who pays', async () => {
  await everywhere(DESKTOP, async (page, path) => {
    const footer = await page.locator('.foot').innerText();
    const faults = ['Published by', 'Who pays', 'Editorial process'].filter((words) => !footer.includes(words));
    // Lists that are made of pages have no text of their own to be mistaken.
    if (!path.endsWith('print/') && !['search/', 'reviews/'].includes(path)) {
      const report = await page.locator('.report a').getAttribute('href').catch(() => '');
      const [word] = (await page.locator('h1').first().innerText()).split(/\W/);
      if (!report.startsWith('mailto:') || !decodeURIComponent(report).includes(word)) faults.push(`report: ${report}`);
    }
    return faults;
  });
});
