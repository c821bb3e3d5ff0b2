// Lighthouse's phone profile over the main types of page of the IORT site; writes the medians into docs/reader.md.
//
//     cargo build --release && npm ci --prefix tests
//     IORT_SITE=target/release/iort-site node tests/browser/lighthouse.mjs [--rounds 5]
//
// No test: performance is a matter of the machine. What is not (accessibility, best practices, search engines, shifts) is held
// by checkers.test.mjs on every run.

import lighthouse from 'lighthouse';
import { measuredOn, median, writeBetween } from './between.mjs';
import { launch, serveSite } from './site.mjs';

const words = process.argv.slice(2);
const at = words.indexOf('--rounds');
const rounds = at < 0 ? 5 : Number(words[at + 1]);

const PAGES = {
  'the home page': '',
  'a section': 'results/',
  'a page with tables': 'results/risks/',
  'a page with a drawing': 'about-iort/how-it-works/',
  'when to call': 'help/when-to-call/',
  'common questions': 'help/common-questions/',
  'the glossary': 'help/glossary/',
  'the page for searching': 'search/',
};
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

const site = await serveSite('/');
const port = 9000 + process.pid % 1000;
const browser = await launch([`--remote-debugging-port=${port}`]);
const rows = [];
for (const [name, path] of Object.entries(PAGES)) {
  const runs = [];
  for (let round = 0; round < rounds; round += 1) {
    const { lhr } = await lighthouse(site.origin + site.base + path, { port, logLevel: 'silent', output: 'json' });
    const audit = (id) => lhr.audits[id].numericValue;
    runs.push([
      ...CATEGORIES.map((id) => Math.round(lhr.categories[id].score * 100)),
      Math.round(audit('largest-contentful-paint')), Math.round(audit('total-blocking-time')), audit('cumulative-layout-shift'),
    ]);
  }
  const [performance, accessibility, practices, seo, paint, blocked, shift] = runs[0].map((_, column) => median(runs.map((run) => run[column])));
  const row = `| ${name} | ${[performance, accessibility, practices, seo].join(' / ')} | ${paint} ms | ${blocked} ms | ${shift} |`;
  console.error(row);
  rows.push(row);
}
await browser.close();
site.close();

const table = `| | performance / accessibility / best practices / SEO | largest contentful paint | blocked | shift |
| --- | --- | --- | --- | --- |
${rows.join('\n')}`;
console.log(table);
writeBetween('docs/reader.md', 'lighthouse', `Medians of ${rounds} runs each, by \`node tests/browser/lighthouse.mjs\` on ${measuredOn()}.

${table}`);
