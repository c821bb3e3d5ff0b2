// Builds the same twelve pages with this program and with its peers, measures all in the browser, and writes docs/peers.md.
//
//     cargo build --release
//     npm ci --prefix tests
//     node tests/peers/compare.mjs [--rounds 5] [ours] [starlight] [vitepress] [material] [mdbook]
//
// With names it measures these alone. What was measured is kept in the target folder, where the peers are installed too (from npm, PyPI and
// crates.io), and the table is made of all that is kept; docs/peers.md gets it between its two marks when none is missing.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measuredOn, writeBetween } from '../browser/between.mjs';
import { GENERATORS, build, install, work } from './generators.mjs';
import { QUERIES, measure } from './measure.mjs';

const words = process.argv.slice(2);
const at = words.indexOf('--rounds');
const rounds = at < 0 ? 5 : Number(words.splice(at, 2)[1]);
const keys = words.length ? words : Object.keys(GENERATORS);

const kilobytes = (bytes) => (bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0);
const yes = (is, yes, no) => is ? yes : no;

/** The lines of the table: what it says, what the project asks of itself, how a measurement is written. */
const LINES = [
  ['Lighthouse: performance / accessibility / best practices / SEO', '100/100/100/100', (m) => m.lighthouse],
  ['Largest contentful paint', '≤ 1000 ms', (m) => `${m.paint} ms`],
  ['First visit; requests', '≤ 15 KB; ≤ 4', (m) => `${kilobytes(m.bytes)} KB; ${m.requests}`],
  ['Scripts / CSS / fonts before search is opened', '≤ 2 / ≤ 5 / 0 KB', (m) => [m.scripts, m.styles, m.fonts].map(kilobytes).join(' / ')],
  ['axe, nodes: 12 pages on a phone / on a desktop, light and dark / search open', '0/0/0', (m) => m.axe],
  ['Violations of a strict policy; search under it', '0; works', (m) => `${m.policy}; ${yes(m.policySearch, 'works', 'fails')}`],
  ['Scripts off, on a phone set to dark: pages reached; stays dark', '12; yes', (m) => `${m.scriptless}; ${yes(m.scriptlessDark, 'yes', 'no')}`],
  ['`file://`: broken links; search', '0; works', (m) => `${m.disk}; ${yes(m.diskSearch, 'works', 'fails')}`],
  ['First query: bytes; time on a slow phone', '≤ 15 KB; ≤ 300 ms', (m) => `${kilobytes(m.queryBytes)} KB; ${m.queryTime} ms`],
  ['One wrong letter in a title: page in the first three', 'all', (m) => m.wrongLetter],
  ['“throwing up”, “poo”: found in the glossary', '2 of 2', (m) => m.patientWords],
  ['Body text; characters a line', '≥ 18 px; 55 to 70', (m) => `${m.size} px; ${m.line}`],
  ['Tab presses to the text; skip link', '≤ 6; yes', (m) => `${m.tabs}; ${yes(m.skip, 'yes', 'no')}`],
  ['Printed on A4: a page in the median; all 12', '≤ 2', (m) => `${m.paper}; ${m.papers}`],
  ['A table of four columns at 320 px, in sight', '4 columns, ≥ 16 px, `scope`', (m) => m.table],
];

install();
const kept = (key) => join(work, `measured-${key}.json`);
for (const key of keys) {
  const generator = GENERATORS[key];
  const name = `${generator.name} ${generator.version()}`;
  console.error(name);
  writeFileSync(kept(key), JSON.stringify([name, await measure(generator, build(key), rounds), measuredOn()]));
}
const all = Object.keys(GENERATORS).filter((key) => existsSync(kept(key)));
const measured = all.map((key) => JSON.parse(readFileSync(kept(key), 'utf8')));
const row = (cells) => `| ${cells.join(' | ')} |`;
const text = [
  row(['', ...measured.map(([name]) => name), 'asked of us']),
  row(['---', ...measured.map(() => '---'), '---']),
  ...LINES.map(([line, asked, say]) => row([line, ...measured.map(([, came]) => say(came)), asked])),
].join('\n');
console.log(text);
const missing = Object.keys(GENERATORS).filter((key) => !all.includes(key));
if (missing.length) {
  console.error(`docs/peers.md is as it was: not yet measured are ${missing.join(', ')}`);
} else {
  const days = measured.map(([, , when]) => when);
  writeBetween('docs/peers.md', 'comparison', `Measured by \`node tests/peers/compare.mjs\` on ${[...new Set(days)].join('; ')}. Lighthouse is the median of ${rounds} runs of its phone
profile, the time of a first query that of ${QUERIES}.

${text}`);
}
