// The IORT site below a path, and a browser, for all tests of the file that imports this.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { launch, openWatched, serveSite } from './site.mjs';

/** Tabs that are looked at side by side: a page waits more than it works. */
const TABS = 3;

export let browser;
export let site;
/** Where its home page is. */
export let url;

before(async () => {
  site = await serveSite('/patients/');
  url = site.origin + site.base;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  site?.close();
});

/** Calls `look` on every page, in tabs with these settings; what it gives, and what a page must not do, are faults. */
export async function everywhere(options, look, pages = site.pages, window = browser) {
  const left = [...pages];
  const found = await Promise.all(Array.from({ length: TABS }, async () => {
    const { page, context, faults } = await openWatched(window, site.origin, options);
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      await page.goto(url + path);
      faults.push(...(await look(page, path) ?? []).map((fault) => `${path}: ${fault}`));
    }
    faults.push(...(await context.cookies()).map(({ name }) => `cookie: ${name}`));
    await context.close();
    return faults;
  }));
  assert.deepEqual(found.flat().sort(), []);
}

/** What runs over the page's side or is cut off. Runs in the page. */
export const lost = () => {
  const clipped = [...document.querySelectorAll('body *')].filter((element) => {
    const style = getComputedStyle(element);
    // What is there for screen readers alone has a pixel.
    return element.clientWidth > 1 && style.display !== 'inline' && ['hidden', 'clip'].includes(style.overflowX)
      && element.scrollWidth > element.clientWidth + 1;
  });
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  return [...clipped.map((element) => element.outerHTML.slice(0, 80)), ...wide > 0 ? [`${wide} pixels too wide`] : []];
};
