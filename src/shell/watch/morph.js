// Morphing: an open page made to be what the server has now, without a reload, so that where the reader is in it, what has
// the focus and which questions are open stay as they are.
//
// Three trees are compared: the page as the server sent it, the page as the server has it now, and the page as it is in the
// browser, where scripts and the reader have changed it. Only what differs between the first two is changed in the third. So
// nothing is undone that the server never knew of: a question that was opened, a text that was typed, a button that a script
// has shown.
(() => {
  'use strict';

  const OWN = 'script[data-build]';

  /** A document from the text of a response, without the preview's own script in it. */
  function read(text) {
    const page = new DOMParser().parseFromString(text, 'text/html');
    page.querySelectorAll(OWN).forEach((script) => script.remove());
    return page;
  }

  /** Makes the page what `next` is, where it came from `old`; says whether that could be done. */
  function morph(old, next) {
    // A script that has run cannot be taken back, and what is in a template is not seen by the comparison.
    if (scripts(old) !== scripts(next) || next.querySelector('template')) return false;
    const focused = document.activeElement;
    change(document.documentElement, old.documentElement, next.documentElement);
    if (focused?.id && !focused.isConnected) document.getElementById(focused.id)?.focus({ preventScroll: true });
    return true;
  }

  const scripts = (page) => [...page.scripts].filter((script) => !script.type || /script|module/.test(script.type))
    .map((script) => script.outerHTML).join();

  const isSheet = (node) => node.nodeName === 'LINK' && node.relList.contains('stylesheet');

  /** Whether one node may become the other by a change of attributes and children. */
  const isAlike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || '') === (b.id || '');

  function change(live, old, next) {
    if (live.nodeType !== Node.ELEMENT_NODE) {
      live.data = next.data;
      return;
    }
    for (const { name } of [...old.attributes, ...next.attributes]) {
      const value = next.getAttribute(name);
      if (value === old.getAttribute(name)) continue;
      if (value === null) live.removeAttribute(name);
      else live.setAttribute(name, value);
    }
    changeChildren(live, pairs([...old.childNodes], [...live.childNodes]), [...old.childNodes], [...next.childNodes]);
  }

  /** The live node of each old one, in order; a script may have put others between, or taken some away. */
  function pairs(olds, lives) {
    const found = new Map();
    let at = 0;
    for (const old of olds) {
      const is = (live) => isAlike(live, old) && (live.nodeType === Node.ELEMENT_NODE || live.data === old.data);
      const same = lives.findIndex((live, index) => index >= at && is(live));
      if (same < 0) continue;
      found.set(old, lives[same]);
      at = same + 1;
    }
    return found;
  }

  function changeChildren(parent, liveOf, olds, nexts) {
    const from = origins(olds, nexts);
    const kept = new Set(from.values());
    for (const old of olds) if (!kept.has(old) && !isSheet(old)) liveOf.get(old)?.remove();
    let last = null;
    for (const next of nexts) {
      const old = from.get(next);
      let live = old && liveOf.get(old);
      if (!live) {
        live = document.importNode(next, true);
        place(parent, live, last);
      } else if (isSheet(old)) {
        live = sheet(live, old, next);
      } else if (!old.isEqualNode(next)) {
        change(live, old, next);
      }
      last = live;
    }
    // Style sheets that are gone go last, when those that take their place are there.
    for (const old of olds) if (!kept.has(old) && isSheet(old)) liveOf.get(old)?.remove();
  }

  const place = (parent, node, after) => parent.insertBefore(node, after ? after.nextSibling : parent.firstChild);

  /** Another style sheet in the place of one, which stays until the new one is there: the page is never without style. */
  function sheet(live, old, next) {
    if (old.isEqualNode(next)) return live;
    const made = document.importNode(next, true);
    const done = () => live.remove();
    made.addEventListener('load', done, { once: true });
    made.addEventListener('error', done, { once: true });
    live.after(made);
    return made;
  }

  /** Which old node each new one came from, both in order: the equal ones, and between them those that are alike. */
  function origins(olds, nexts) {
    const from = new Map();
    let start = 0;
    while (start < olds.length && start < nexts.length && olds[start].isEqualNode(nexts[start])) {
      from.set(nexts[start], olds[start]);
      start += 1;
    }
    let oldEnd = olds.length;
    let nextEnd = nexts.length;
    while (oldEnd > start && nextEnd > start && olds[oldEnd - 1].isEqualNode(nexts[nextEnd - 1])) {
      oldEnd -= 1;
      nextEnd -= 1;
      from.set(nexts[nextEnd], olds[oldEnd]);
    }
    let at = start;
    for (let number = start; number < nextEnd; number += 1) {
      const next = nexts[number];
      const rest = olds.slice(at, oldEnd);
      let found = rest.findIndex((old) => old.isEqualNode(next));
      if (found < 0 && next.id) found = rest.findIndex((old) => isAlike(old, next));
      // One that comes back as it was further on is not to be used up here.
      if (found < 0) {
        const isFree = (old) => isAlike(old, next) && !nexts.slice(number + 1, nextEnd).some((n) => n.isEqualNode(old));
        found = rest.findIndex(isFree);
      }
      if (found < 0) continue;
      from.set(next, rest[found]);
      at += found + 1;
    }
    return from;
  }

  window.iortSitePreview = { read, morph, sent: null };
})();
