// What is measured of a built site in the browser: one function for each line of the table.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import lighthouse from 'lighthouse';
import { median } from '../browser/between.mjs';
import { DESKTOP, PHONE, SMALL, launch, serveFolder } from '../browser/site.mjs';
import { PAGES } from './pages.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Nothing inline, no `eval`, no other server. */
const STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";
/** The page that is looked at where one must do for all. */
const PAGE = 'results/risks';
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Measures one site. `folders` is what `build` gave. */
export async function measure(generator, folders, rounds) {
  const answers = [];
  const server = await serveFolder(folders.served, '/', { log: (answer) => answers.push(answer) });
  const browser = await launch();
  const url = (page) => `${server.origin}/${generator.url(page)}`;
  const site = { ...generator, url, browser, answers, folders };
  try {
    return {
      ...await scores(url(PAGE), rounds),
      ...await firstVisit(site),
      ...await violations(site),
      ...await policy(generator, folders),
      ...await withoutScripts(site),
      ...await disk(generator, folders, browser),
      ...await searching(site),
      ...await reading(site),
      ...await paper(site),
      ...await table(site),
    };
  } finally {
    await browser.close();
    server.close();
  }
}

const visit = async (site, options, page = PAGE) => {
  const context = await site.browser.newContext(options);
  const tab = await context.newPage();
  await tab.goto(site.url(page), { waitUntil: 'networkidle' });
  return { tab, context };
};

async function openSearch(tab, { search }) {
  await search.open(tab);
  const field = tab.locator(search.field).first();
  await field.waitFor({ timeout: 10_000 });
  return field;
}

/** Types; some listen for what a key does and not for what the field holds. */
async function type(field, text) {
  await field.fill(text);
  await field.press('End');
}

/** Titles found, best first: the text of each result. */
async function look(tab, { search }, field, query) {
  await type(field, '');
  await pause(300);
  await type(field, query);
  // A page that finds nothing shows nothing to wait for; what is found may still be put in order.
  await tab.locator(search.results).first().waitFor({ timeout: 3000 }).catch(() => {});
  await pause(400);
  return tab.locator(search.results).allInnerTexts();
}

async function scores(url, rounds) {
  const port = 9000 + process.pid % 1000;
  const browser = await launch([`--remote-debugging-port=${port}`]);
  const runs = [];
  for (let round = 0; round < rounds; round += 1) {
    const { lhr } = await lighthouse(url, { port, logLevel: 'silent', output: 'json' });
    runs.push([...['performance', 'accessibility', 'best-practices', 'seo'].map((name) => Math.round(lhr.categories[name].score * 100)),
      Math.round(lhr.audits['largest-contentful-paint'].numericValue)]);
  }
  await browser.close();
  const middle = runs[0].map((_, column) => median(runs.map((row) => row[column])));
  return { lighthouse: middle.slice(0, 4).join('/'), paint: middle[4] };
}

async function firstVisit(site) {
  site.answers.length = 0;
  const { context } = await visit(site, PHONE);
  await pause(1500);
  const sum = (pick) => site.answers.filter(({ type }) => type.includes(pick)).reduce((total, { bytes }) => total + bytes, 0);
  const came = { bytes: sum(''), requests: site.answers.length, scripts: sum('javascript'), styles: sum('css'), fonts: sum('font') };
  await context.close();
  return came;
}

async function nodes(tab) {
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES);
  return violations.reduce((sum, { nodes }) => sum + nodes.length, 0);
}

/** Nodes that axe objects to: over all pages in light and dark, and with search open on one. */
async function violations(site) {
  const counts = { phone: 0, desktop: 0, search: 0 };
  for (const [name, size] of [['phone', PHONE], ['desktop', DESKTOP]]) {
    for (const colorScheme of ['light', 'dark']) {
      for (const page of PAGES) {
        const { tab, context } = await visit(site, { ...size, colorScheme, bypassCSP: true }, page);
        counts[name] += await nodes(tab);
        await context.close();
      }
    }
  }
  const { tab, context } = await visit(site, { ...PHONE, bypassCSP: true });
  await look(tab, site, await openSearch(tab, site), 'radiation');
  counts.search = await nodes(tab);
  await context.close();
  return { axe: `${counts.phone}/${counts.desktop}/${counts.search}` };
}

async function policy(generator, folders) {
  const server = await serveFolder(folders.served, '/', { headers: { 'content-security-policy': STRICT } });
  const browser = await launch();
  const context = await browser.newContext(DESKTOP);
  const tab = await context.newPage();
  let against = 0;
  await tab.exposeFunction('notePolicy', () => { against += 1; });
  await tab.addInitScript(() => addEventListener('securitypolicyviolation', () => window.notePolicy()));
  const site = { ...generator, url: (page) => `${server.origin}/${generator.url(page)}` };
  await tab.goto(site.url(PAGE), { waitUntil: 'networkidle' });
  const found = await openSearch(tab, site).then((field) => look(tab, site, field, 'radiation')).catch(() => []);
  await browser.close();
  server.close();
  return { policy: against, policySearch: found.length > 0 };
}

/** On a phone that is set to dark, with scripts off: which pages a reader comes to, and whether the page is dark. */
async function withoutScripts(site) {
  const context = await site.browser.newContext({ ...PHONE, javaScriptEnabled: false, colorScheme: 'dark' });
  const tab = await context.newPage();
  const wanted = new Map(PAGES.map((page) => [site.url(page), page]));
  const reached = new Set([site.url('index')]);
  const ways = [...reached];
  let dark = false;
  while (ways.length) {
    await tab.goto(ways.pop());
    const name = 'summary:visible, label[for=__drawer]:visible, label[for=mdbook-sidebar-toggle-anchor]:visible';
    for (const opener of await tab.locator(name).all()) await opener.click({ timeout: 500 }).catch(() => {});
    dark = await tab.evaluate(() => {
      const color = getComputedStyle(document.body).backgroundColor;
      const own = color === 'rgba(0, 0, 0, 0)' ? getComputedStyle(document.documentElement).backgroundColor : color;
      return Math.max(...own.match(/[\d.]+/g).slice(0, 3).map(Number)) < 100 && own !== 'rgba(0, 0, 0, 0)';
    });
    const hrefs = await tab.locator('a[href]:visible').evaluateAll((links) => links.map((link) => link.href.split('#')[0]));
    for (const href of hrefs) {
      const page = [href, `${href}index.html`, href.replace(/index\.html$/, '')].find((form) => wanted.has(form));
      if (page && !reached.has(page)) {
        reached.add(page);
        ways.push(page);
      }
    }
  }
  await context.close();
  return { scriptless: reached.size, scriptlessDark: dark };
}

async function disk(generator, { onDisk }, browser) {
  const context = await browser.newContext(DESKTOP);
  const tab = await context.newPage();
  const file = (page) => {
    const path = join(onDisk, generator.url(page));
    return path.endsWith('.html') ? path : join(path, 'index.html');
  };
  const broken = new Set();
  for (const page of PAGES) {
    await tab.goto(pathToFileURL(file(page)).href);
    const links = await tab.$$eval('a[href]', (all) => all.map((link) => link.href.split('#')[0]));
    for (const link of links.filter((link) => link.startsWith('file:'))) {
      const place = fileURLToPath(link);
      if (place.endsWith('/') || !existsSync(place)) broken.add(link);
    }
  }
  await tab.goto(pathToFileURL(file(PAGE)).href);
  const found = await openSearch(tab, generator).then((field) => look(tab, generator, field, 'radiation')).catch(() => []);
  await context.close();
  return { disk: broken.size, diskSearch: found.length > 0 };
}

/** How often the first query is asked, each time with nothing kept. */
export const QUERIES = 5;

/** The first query on a slow phone: Lighthouse's slow 4G and its four times slower processor. */
async function firstQuery(site) {
  const { tab, context } = await visit(site, PHONE);
  const session = await context.newCDPSession(tab);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  site.answers.length = 0;
  const field = await openSearch(tab, site);
  await pause(3000);
  const started = performance.now();
  await type(field, 'radiation');
  await tab.locator(site.search.results).first().waitFor({ timeout: 20_000 });
  const time = performance.now() - started;
  await pause(1500);
  const bytes = site.answers.reduce((sum, answer) => sum + answer.bytes, 0);
  await context.close();
  return { time, bytes };
}

async function searching(site) {
  const asked = [];
  for (let round = 0; round < QUERIES; round += 1) asked.push(await firstQuery(site));
  const bytes = median(asked.map(({ bytes }) => bytes));
  const time = median(asked.map(({ time }) => time));

  const calm = await visit(site, DESKTOP);
  const input = await openSearch(calm.tab, site);
  let typed = 0;
  let right = 0;
  for (const page of PAGES.filter((page) => page !== 'index')) {
    const title = readFileSync(new URL(`../../content/${page}.md`, import.meta.url), 'utf8').match(/^title: "?(.*?)"?$/m)[1];
    const word = title.match(/[a-z]+/gi).sort((a, b) => b.length - a.length)[0];
    if (word.length < 6) continue;
    const at = word.length >> 1;
    const found = await look(calm.tab, site, input, title.replace(word, `${word.slice(0, at)}q${word.slice(at + 1)}`));
    typed += 1;
    if (found.slice(0, 3).some((text) => text.includes(title))) right += 1;
  }
  const words = [];
  for (const query of ['throwing up', 'poo']) {
    const found = await look(calm.tab, site, input, query);
    if (found.slice(0, 3).some((text) => text.includes('Glossary'))) words.push(query);
  }
  await calm.context.close();
  return { queryBytes: bytes, queryTime: Math.round(time), wrongLetter: `${right} of ${typed}`, patientWords: `${words.length} of 2` };
}

async function reading(site) {
  const { tab, context } = await visit(site, DESKTOP);
  const text = await tab.evaluate(() => {
    const lines = [];
    const paragraphs = [...document.querySelectorAll('main p, article p')].filter((paragraph) => paragraph.textContent.length > 150 && !paragraph.closest('div.call, [class*=admonition], blockquote'));
    for (const paragraph of paragraphs) {
      const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
      const counts = new Map();
      while (walker.nextNode()) {
        for (let at = 0; at < walker.currentNode.length; at += 1) {
          const range = document.createRange();
          range.setStart(walker.currentNode, at);
          range.setEnd(walker.currentNode, at + 1);
          const box = range.getBoundingClientRect();
          const line = Math.round((box.top + box.bottom) / 16);
          counts.set(line, (counts.get(line) ?? 0) + 1);
        }
      }
      // A paragraph's last line says nothing of its width.
      lines.push(...[...counts.values()].slice(0, -1));
    }
    return { size: parseFloat(getComputedStyle(paragraphs[0]).fontSize), line: lines.reduce((sum, count) => sum + count, 0) / lines.length };
  });
  const skip = await tab.evaluate(() => {
    const first = document.querySelector('a[href^="#"]');
    return first !== null && /skip/i.test(first.textContent);
  });
  let tabs = 0;
  for (; tabs < 100; tabs += 1) {
    await tab.keyboard.press('Tab');
    const there = await tab.evaluate(() => {
      const heading = document.querySelector('main h1, article h1');
      return Boolean(heading.compareDocumentPosition(document.activeElement) & (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY));
    });
    if (there) break;
  }
  await context.close();
  return { size: text.size, line: Math.round(text.line), tabs: tabs + 1, skip };
}

/** Sides of A4: the median of the pages, and all together. */
async function paper(site) {
  const file = join(site.folders.served, '..', 'page.pdf');
  const sides = [];
  for (const page of PAGES) {
    const { tab, context } = await visit(site, DESKTOP, page);
    // A browser loads them before it prints; the driver does not.
    await tab.evaluate(() => Promise.all([...document.images].map((image) => {
      image.loading = 'eager';
      return image.decode().catch(() => {});
    })));
    await tab.pdf({ path: file, format: 'A4' });
    await context.close();
    // Each side of paper ends with a form feed.
    sides.push(execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' }).split('\f').length - 1);
  }
  return { paper: median(sides), papers: sides.reduce((sum, count) => sum + count, 0) };
}

/** The table of four columns at 320 pixels: how many of them are in sight without scrolling sideways, and how large. */
async function table(site) {
  const { tab, context } = await visit(site, SMALL, 'about-iort/kinds');
  const seen = await tab.evaluate(() => {
    const table = [...document.querySelectorAll('table')].find((one) => one.rows[0].cells.length === 4);
    table.scrollIntoView();
    const clip = (element) => {
      let right = innerWidth;
      for (let around = element.parentElement; around; around = around.parentElement) {
        if (getComputedStyle(around).overflowX !== 'visible') right = Math.min(right, around.getBoundingClientRect().right);
      }
      return right;
    };
    const row = [...table.rows[1].cells];
    return {
      columns: row.filter((cell) => cell.getBoundingClientRect().right <= clip(cell) + 1).length,
      size: Math.min(...row.map((cell) => parseFloat(getComputedStyle(cell).fontSize))),
      scope: [...table.querySelectorAll('th')].every((cell) => cell.scope),
      over: document.documentElement.scrollWidth > innerWidth,
    };
  });
  await context.close();
  return { table: `${seen.columns} of 4 columns, ${Math.round(seen.size)} px${seen.scope ? ', `scope`' : ''}${seen.over ? ', page runs over' : ''}` };
}
