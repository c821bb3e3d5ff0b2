// What the field's own checkers say: html-validate of every page, Lighthouse of one page of each type.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import lighthouse from 'lighthouse';
import { launch, serveSite } from './site.mjs';

const CATEGORIES = ['accessibility', 'best-practices', 'seo'];

let site;

before(async () => {
  site = await serveSite('/');
});

after(() => site?.close());

test('html-validate has no error on any page', async () => {
  const checker = new HtmlValidate({ extends: ['html-validate:standard'] });
  const found = [];
  for (const path of [...site.pages.map((path) => `${path}index.html`), '404.html']) {
    const report = await checker.validateString(readFileSync(join(site.output, path), 'utf8'), path);
    for (const { messages } of report.results) found.push(...messages.map(({ line, ruleId, message }) => `${path}:${line} ${ruleId}: ${message}`));
  }
  assert.deepEqual(found, []);
});

test('Lighthouse: 100 for accessibility, best practices and search engines; nothing shifts', async () => {
  // A port of the system's choosing would have to be read from the browser's own output.
  const port = 9000 + process.pid % 1000;
  const browser = await launch([`--remote-debugging-port=${port}`]);
  const faults = [];
  for (const path of ['', 'results/', 'results/risks/', 'help/glossary/']) {
    const { lhr } = await lighthouse(site.origin + site.base + path, {
      port, logLevel: 'error', output: 'json',
      // Performance is a matter of the machine, and measured by hand (lighthouse.mjs); of its audits one is not.
      onlyCategories: CATEGORIES, onlyAudits: ['cumulative-layout-shift'],
    });
    const score = (name) => Math.round(lhr.categories[name].score * 100);
    const shift = lhr.audits['cumulative-layout-shift'].numericValue;
    for (const name of CATEGORIES) {
      if (score(name) !== 100) {
        const refs = lhr.categories[name].auditRefs.filter(({ id, weight }) => weight && (lhr.audits[id].score ?? 1) < 1);
        faults.push(`${path}: ${name} ${score(name)}: ${refs.map(({ id }) => id)}`);
      }
    }
    if (shift > 0) faults.push(`${path}: shift ${shift}`);
  }
  await browser.close();
  assert.deepEqual(faults, []);
});
