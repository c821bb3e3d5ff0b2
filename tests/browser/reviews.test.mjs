// The page that shows where reviews stand, and the notice of a page that has outlived its build.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser, site, url } from './patients.mjs';
import { DESKTOP, PHONE, openWatched } from './site.mjs';

test('the filters leave the pages that are asked for, and say how many', async () => {
  const { page, context, faults } = await openWatched(browser, site.origin, PHONE);
  await page.goto(`${url}reviews/`);
  const rows = page.locator('.review-list tbody tr');
  const all = await rows.count();
  assert.ok(all >= 20);
  const shown = () => page.locator('.review-list tbody tr:visible').count();
  assert.equal(await shown(), all);
  await page.getByLabel('Section').selectOption({ index: 1 });
  const few = await shown();
  assert.ok(few > 0 && few < all, `${few} of ${all}`);
  assert.equal(await page.locator('.filters [role=status]').textContent(), `${few} of ${all} pages`);
  await page.getByLabel('Reviewer').selectOption({ index: 1 });
  assert.ok(await shown() <= few);
  await page.getByLabel('Section').selectOption('');
  await page.getByLabel('Reviewer').selectOption('');
  assert.equal(await shown(), all);
  assert.deepEqual(faults, []);
  await context.close();
});

test('without scripts the whole list is there, and no filter', async () => {
  const { page, context } = await openWatched(browser, site.origin, { ...DESKTOP, javaScriptEnabled: false });
  await page.goto(`${url}reviews/`);
  assert.ok(await page.locator('.review-list tbody tr:visible').count() >= 20);
  assert.equal(await page.locator('.filters:visible').count(), 0);
  await page.locator('details summary', { hasText: 'table' }).click();
  assert.equal(await page.locator('details tbody tr').count(), 26, 'what waits, 24 months, what is later');
  await context.close();
});

test('a page that outlived its build says that its review is overdue, from the day after on', async () => {
  for (const [day, expected] of [[0, false], [1, true]]) {
    const { page, context, faults } = await openWatched(browser, site.origin, { ...PHONE, timezoneId: 'Pacific/Auckland' });
    await page.goto(`${url}results/risks/`);
    const notice = page.locator('[data-due]');
    assert.equal(await notice.isVisible(), false, 'it was built while its review was current');
    const due = await notice.getAttribute('data-due');
    // Late on that day where the reader is, while it is still morning in Greenwich.
    const [year, month, date] = due.split('-').map(Number);
    await page.clock.setFixedTime(new Date(Date.UTC(year, month - 1, date + day, 10)));
    await page.reload();
    assert.equal(await notice.isVisible(), expected, `${day} days after ${due}`);
    if (expected) assert.match(await notice.textContent(), /past its review date/);
    assert.deepEqual(faults, []);
    await context.close();
  }
});

test('without a script a page says when its next review is due, and not that it is up to date', async () => {
  const { page, context } = await openWatched(browser, site.origin, { ...PHONE, javaScriptEnabled: false });
  await page.goto(`${url}results/risks/`);
  assert.equal(await page.locator('[data-due]').isVisible(), false);
  const text = await page.locator('main').innerText();
  assert.match(text, /Next review due\s+\w+ \d+, 20\d\d/);
  assert.doesNotMatch(text, /up to date/i);
  await context.close();
});
