// The IORT site below a path, and a browser, for all tests of the file that imports this.

import { after, before } from 'node:test';
import { launch, serveSite } from './site.mjs';

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
