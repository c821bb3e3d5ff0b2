// The preview's part in a page: reloads it when the site was built anew, and shows what is wrong when it could not be.
//
// It runs under the site's own Content-Security-Policy: a file, no inline style, no HTML from text. All it draws is in a
// shadow root, so that the site's style does not reach it, nor its own the site.
(() => {
  'use strict';

  const script = document.currentScript;
  const build = script.dataset.build;
  const here = new URL('.', script.src);
  const MOST = 50;

  let dialog = null;
  let shown = '';

  // ---- the state ----

  function take(state) {
    if (state.build !== build) {
      location.reload();
    } else if (!state.failed) {
      shown = '';
      if (dialog) dialog.close();
    } else if (JSON.stringify(state.faults) !== shown) {
      // The same faults again, after the reader has put them away, stay away.
      shown = JSON.stringify(state.faults);
      show(state.faults);
    }
  }

  function listen() {
    const url = new URL('worker.js', here);
    const direct = () => {
      // A policy without workers may yet allow connections.
      new EventSource(new URL('events', here)).onmessage = (event) => take(JSON.parse(event.data));
    };
    try {
      const worker = 'SharedWorker' in window ? new SharedWorker(url) : new Worker(url);
      const port = worker.port || worker;
      worker.addEventListener('error', direct, { once: true });
      port.onmessage = (event) => take(event.data);
      if (worker.port) {
        window.addEventListener('pagehide', () => port.postMessage('gone'));
        // A page that comes back as it was left has missed what was said since.
        window.addEventListener('pageshow', (event) => event.persisted && location.reload());
      }
    } catch {
      direct();
    }
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
