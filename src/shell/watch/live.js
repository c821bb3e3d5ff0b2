// The preview's part in a page: makes it what it is in the site that was built anew, and shows what is wrong when none could be.
//
// It runs under the site's own Content-Security-Policy: a file, no inline style, no HTML from text. All it draws is in a
// shadow root, so that the site's style does not reach it, nor its own the site.
(() => {
  'use strict';

  const script = document.currentScript;
  const here = new URL('.', script.src);
  const MOST = 50;

  let { build } = script.dataset;
  let dialog = null;
  let shown = '';
  // `sent` is the page as the server sent it. It is asked for a second time, since scripts may have changed what is here by
  // now.
  const preview = window.iortSitePreview;
  // Asks for a page; where no worker does it, the page itself.
  let ask = (href) => fetch(href).then(answer);

  // ---- the state ----

  function take(state) {
    if (state.build !== build) {
      update(state);
    }
    if (!state.failed) {
      shown = '';
      if (dialog) dialog.close();
    } else if (JSON.stringify(state.faults) !== shown) {
      // The same faults again, after the reader has put them away, stay away.
      shown = JSON.stringify(state.faults);
      show(state.faults);
    }
  }

  // ---- the page ----

  const answer = async (response) => ({
    ok: response.ok && !response.redirected && /^text\/html/.test(response.headers.get('content-type')),
    text: await response.text(),
  });

  const buildOf = (text) => /<script src="[^"]*" data-build="([^"]*)"/.exec(text)?.[1];

  /** Asks for this page; nothing where it is not the page that it was. */
  const askForThis = () => ask(location.href.split('#')[0]).then(({ ok, text }) => ok ? text : null, () => null);

  async function update(state) {
    build = state.build;
    const text = await askForThis();
    // A newer one has come in the meantime, and is about to ask for itself.
    if (build !== state.build) return;
    const { read, morph } = preview;
    try {
      const before = await preview.sent;
      const isKnown = before !== null && text !== null && state.files === script.dataset.files;
      if (isKnown && morph(read(before), read(text))) {
        preview.sent = text;
        return;
      }
    } catch (fault) {
      console.warn('The preview reloads the page, since it could not be changed in place:', fault);
    }
    location.reload();
  }

  function listen() {
    const url = new URL('worker.js', here);
    const direct = () => {
      // A policy without workers may yet allow connections.
      ask = (href) => fetch(href).then(answer);
      const events = new URL(`events?page=${encodeURIComponent(location.pathname)}`, here);
      new EventSource(events).onmessage = (event) => take(JSON.parse(event.data));
      remember();
    };
    try {
      // Each run of the server has a worker of its own: one of an earlier program may speak another language.
      const run = build.split('-').slice(0, 2).join('-');
      const worker = 'SharedWorker' in window ? new SharedWorker(url, run) : new Worker(url);
      const port = worker.port || worker;
      worker.addEventListener('error', direct, { once: true });
      const waiting = new Map();
      ask = (href) => new Promise((resolve) => {
        waiting.set(href, resolve);
        port.postMessage({ ask: href });
      });
      port.onmessage = ({ data }) => {
        if (!data.answer) return take(data.state);
        waiting.get(data.href)?.(data.answer);
        return waiting.delete(data.href);
      };
      port.postMessage({ open: location.pathname });
      remember();
      if (worker.port) {
        window.addEventListener('pagehide', () => port.postMessage({ gone: true }));
        // A page that comes back as it was left has missed what was said since.
        window.addEventListener('pageshow', (event) => event.persisted && location.reload());
      }
    } catch {
      direct();
    }
  }

  /** The page as it was sent, unless it has changed since. */
  function remember() {
    preview.sent = askForThis().then((text) => text !== null && buildOf(text) === script.dataset.build ? text : null);
  }

  // ---- the overlay ----

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function show(faults) {
    if (!dialog) dialog = makeDialog();
    const errors = faults.filter((fault) => fault.severity === 'error').length || faults.length;
    const count = errors === 1 ? '1 error' : `${errors} errors`;
    const list = element('ol', {});
    for (const fault of faults.slice(0, MOST)) list.append(item(fault));
    const body = dialog.querySelector('.body');
    body.replaceChildren(list);
    if (faults.length === 0) body.append(element('p', {}, 'The terminal says why.'));
    if (faults.length > MOST) {
      body.append(element('p', {}, `The terminal lists ${faults.length - MOST} more.`));
    }
    dialog.querySelector('h1').textContent = faults.length ? `${count}, so the site was not built` : 'The build failed';
    if (!dialog.open) dialog.showModal();
  }

  function makeDialog() {
    const host = element('iort-site-preview', {});
    const root = host.attachShadow({ mode: 'open' });
    const close = element('button', { type: 'button' }, 'Close');
    const made = element('dialog', { role: 'alertdialog', 'aria-labelledby': 'title', 'aria-describedby': 'body' },
      element('header', {}, element('h1', { id: 'title' }), close),
      element('div', { id: 'body', class: 'body' }),
      element('footer', {}, 'Escape closes this. It goes away by itself when the build succeeds.'));
    close.addEventListener('click', () => made.close());
    root.append(element('link', { rel: 'stylesheet', href: new URL('live.css', here).href }), made);
    document.documentElement.append(host);
    return made;
  }

  function item(fault) {
    const where = place(fault);
    const made = element('li', { class: fault.severity === 'warning' ? 'warning' : 'error' },
      element('p', { class: 'message' },
        element('strong', {}, `${fault.severity}[${fault.code}]`), `: ${fault.message}`),
      element('p', { class: 'place' }, where));
    if (fault.line_text) made.append(source(fault));
    for (const related of fault.related || []) {
      made.append(element('p', { class: 'place' }, `${place(related)}: ${related.message}`));
    }
    for (const help of fault.help || []) {
      made.append(element('p', { class: 'help' }, element('strong', {}, 'help'), `: ${help}`));
    }
    return made;
  }

  function place(at) {
    return `${at.path}:${at.line}:${at.column}`;
  }

  // The line with its fault underlined. Columns count characters, as Array.from does, and not units of UTF-16.
  function source(fault) {
    const characters = Array.from(fault.line_text);
    const start = Math.min(fault.column - 1, characters.length);
    const end = fault.end_line > fault.line ? characters.length : Math.max(fault.end_column - 1, start + 1);
    const text = (from, to) => characters.slice(from, to).join('');
    return element('pre', { tabindex: '0', 'aria-label': `Line ${fault.line}` },
      element('span', { class: 'number', 'aria-hidden': 'true' }, `${fault.line} `),
      text(0, start), element('mark', {}, text(start, end) || ' '), text(end));
  }

  listen();
})();
