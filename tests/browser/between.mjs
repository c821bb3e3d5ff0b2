// Figures that a script measured, between two comments of a page of the documentation, so that one command renews them.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { repository } from './site.mjs';

/** Replaces what stands between `<!-- NAME -->` and `<!-- end of NAME -->` in a file of the repository. */
export function writeBetween(file, name, text) {
  const path = join(repository, file);
  const page = readFileSync(path, 'utf8');
  const [before, rest, ...more] = page.split(`<!-- ${name} -->\n`);
  const [, after] = rest?.split(`<!-- end of ${name} -->`) ?? [];
  assert.ok(after !== undefined && more.length === 0, `${file} has one place for ${name}`);
  writeFileSync(path, `${before}<!-- ${name} -->\n${text.trim()}\n<!-- end of ${name} -->${after}`);
}

/** The load before anything is measured: work of others makes times longer than they are. */
const [load] = loadavg();

/** Where and when something was measured, and whether the machine had other work. */
export function measuredOn() {
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} cores, ${cpus()[0].model.trim()}, Node ${process.versions.node}`;
  const use = load > 0.5 ? '; it had other work, so times are longer than on a quiet machine' : '';
  return `${day} (${machine}${use})`;
}

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
