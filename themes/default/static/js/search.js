/* Search, loaded when it is opened, before the index. That is made of small scripts (src/render/search.rs says of what kind): nothing
   is fetched, so that it works from a disk and under a policy without connections. What is typed stays in the browser. */
(() => {
  const doc = document, link = doc.querySelector('[data-index]');
  const start = new URL(link.dataset.index, location.href), root = new URL('../../', start);
  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const MOST = 10, files = {}, asked = {};

  // The digits of a page's number, its weight and its heading.
  const step = () => files.index.digits + 2;

  // The index: each file calls this with its name and what it holds.
  const receive = window.iortSearch = (name, value) => {
    files[name] = name[0] === 'w' ? readWords(value) : value;
    if (name !== 'index') return;
    value.starts = value.words.split(' ');
    // A small site has all words and all pages here.
    if (value.all) files['w-'] = readWords(value.all), files['p-0'] = value.list;
    for (const held of Object.keys(files)) asked[held] = Promise.resolve(files[held]);
    begin();
  };

  const load = (name) => asked[name] ||= new Promise((done) => {
    const script = doc.createElement('script'), file = name.replace(/[^a-z0-9-]/gu, (c) => '_' + c.codePointAt(0).toString(16));
    script.src = new URL(file + '.js', start);
    script.onload = () => done(files[file]);
    script.onerror = () => { asked[name] = undefined; done(); };
    doc.head.append(script);
  });

  const readWords = (text) => {
    const words = new Map(), names = [];
    let word = '';
    for (const line of text.split('\n')) {
      if (line[0] === '=') { names.push(line.slice(1).split('=')); continue; }
      const [head, pages] = line.split(' '), [more, count] = head.split(':');
      // The first digit says how much it shares with the word before.
      word = word.slice(0, DIGITS.indexOf(more[0])) + more.slice(1);
      if (pages) words.set(word, { pages, count: +count || pages.length / step() });
    }
    return { words, names };
  };

  // The same folding as in src/page/fold.rs.
  const LETTERS = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i', ς: 'σ' };
  const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]/;
  const fold = (word) => word.normalize('NFKD').replace(/[\u0300-\u036f\u0591-\u05c7\u064b-\u065f'’]/g, '').toLowerCase()
    .replace(/[\u0300-\u036f]/g, '').replace(/[ßæœþøłđðıς]/g, (c) => LETTERS[c]);
  const wordsOf = (text) => (text.match(/[\p{L}\p{N}\p{M}]+(?:['’][\p{L}\p{N}\p{M}]+)*/gu) || []).map(fold).flatMap((word) => {
    const letters = [...word];
    if (!UNSPACED.test(word)) return letters.length > 1 || /\p{N}/u.test(word) ? [letters.slice(0, 32).join('')] : [];
    return letters.length < 2 ? [word] : letters.slice(1).map((c, at) => letters[at] + c);
  });

  // Whether one letter added, left out, wrong, or swapped with the next makes one word the other.
  const near = (a, b) => {
    let from = 0, to = 0;
    while (from < a.length && a[from] === b[from]) from++;
    while (to < a.length - from && to < b.length - from && a[a.length - 1 - to] === b[b.length - 1 - to]) to++;
    const x = a.slice(from, a.length - to), y = b.slice(from, b.length - to);
    return x.length + y.length < 2 || x.length === 1 && y.length === 1 || x.length === 2 && y === x[1] + x[0];
  };

  // The file that has a word, and those behind it with the words that it starts: a few of them, as more letters will come.
  const shards = (word) => {
    const { starts } = files.index, own = Math.max(starts.findLastIndex((start) => start <= word), 0);
    return Promise.all(starts.slice(own, own + 3).filter((start, more) => !more || start.startsWith(word)).map((start) => load('w-' + start)));
  };
  const entryOf = async (word) => (await shards(word))[0]?.words.get(word);

  // The words of the index that a typed one may mean, each with how sure that is.
  const forms = async (typed) => {
    const found = new Map(), words = (await shards(typed)).flatMap((one) => one ? [...one.words] : []);
    for (const [word, entry] of words) {
      if (word.startsWith(typed)) found.set(entry, word === typed ? 1 : .3 + .5 * typed.length / word.length);
    }
    if (found.size || typed.length < 4) return found;
    for (const [word, entry] of words) {
      if (near(typed, word)) found.set(entry, .6);
      else if (typed.length > 4 && [-1, 0, 1].some((more) => near(typed, word.slice(0, typed.length + more)))) found.set(entry, .3);
    }
    // The mistake may stand in the letters that say which file to look into; then the last one is right.
    const last = [...typed].pop();
    if (files.index.endings.split(' ').includes(last)) {
      for (const word of (await load('e-' + last) || '').split(' ').filter((word) => near(typed, word)).slice(0, 4)) {
        const entry = await entryOf(word);
        if (entry) found.set(entry, .6);
      }
    }
    return found;
  };

  // What each page is worth for one word: a value, and the headings that it comes from. A word of very many pages names the
  // best of them only, so that a page it does not name may hold it all the same: it is `common`.
  const worth = async (typed) => {
    const pages = new Map(), found = await forms(typed);
    // A rare word is worth no more than the common one that it is a longer form of.
    const rare = Math.log(1 + files.index.pages / [...found.keys()].reduce((sum, { count }) => sum + count, 0));
    for (const [{ pages: list, count }, sure] of found) {
      pages.common ||= count > list.length / step();
      for (let at = 0; at < list.length; at += step()) {
        const end = at + step() - 2, id = list.slice(at, end), value = sure * rare * DIGITS.indexOf(list[end]);
        if (!(pages.get(id)?.value > value)) pages.set(id, { value, targets: [[DIGITS.indexOf(list[end + 1]), value]] });
      }
    }
    return pages;
  };

  // The pages that have all of several things; where none has, those that have the most of them.
  const join = (all) => {
    const pages = new Map(), common = all.filter((one) => one.common).length;
    for (const one of all) {
      for (const [id, { value, targets }] of one) {
        const page = pages.get(id) || { value: 0, count: common, targets: [] };
        pages.set(id, { value: page.value + value / all.length, count: page.count + !one.common, targets: [...page.targets, ...targets] });
      }
    }
    const most = Math.max(...[...pages.values()].map(({ count }) => count));
    for (const [id, page] of pages) {
      page.value *= (most / all.length) ** 2;
      if (page.count < most) pages.delete(id);
    }
    pages.common = common === all.length;
    return pages;
  };

  // A query as what it asks for: each a list of ways to say it. The glossary's names of one thing are such ways.
  const ways = async (words) => {
    const loaded = await Promise.all(words.map(shards)), asks = words.map((word) => [[word]]);
    const names = loaded.flat().flatMap((one) => one ? one.names : []).sort((a, b) => b[0].length - a[0].length);
    for (const [name, ...others] of names) {
      const own = name.split(' '), at = words.findIndex((_, at) => own.every((word, more) => word === words[at + more]));
      if (at < 0 || own.some((_, more) => asks[at + more]?.length !== 1)) continue;
      asks[at] = [own, ...others.map((other) => other.split(' '))];
      for (let more = 1; more < own.length; more++) asks[at + more] = [];
    }
    return asks.filter((ask) => ask.length);
  };

  const search = async (query) => {
    const found = [];
    for (const ask of await ways(wordsOf(query))) {
      const best = new Map();
      for (const [at, way] of ask.entries()) {
        const pages = join(await Promise.all(way.map(worth)));
        best.common ||= pages.common;
        for (const [id, page] of pages) {
          // What the reader wrote stands a little before the other names of it.
          const value = page.value * (at ? .8 : 1);
          if (!(best.get(id)?.value > value)) best.set(id, { ...page, value });
        }
      }
      found.push(best);
    }
    const pages = join(found), all = [...pages].map(([id, page]) => ({ id, ...page }));
    all.sort((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1));
    return { count: all.length, more: pages.common, results: await Promise.all(all.slice(0, MOST).map((page) => describe(page, wordsOf(query)))) };
  };

  const describe = async ({ id, targets }, typed) => {
    const group = [...id].reduce((number, digit) => number * 64 + DIGITS.indexOf(digit), 0) >> 6 * id.length - files.index.bits;
    const entry = (await load('p-' + group.toString(16)) || []).find((page) => page[0] === id);
    if (!entry) return;
    const [, path, title, within, text, names] = entry, values = new Map();
    for (const [target, value] of targets) values.set(target, (values.get(target) || 0) + value);
    // A heading that has the words itself stands before those below which they stand.
    const ranked = names.map(([anchor, name], at) => {
      const own = wordsOf(name);
      return { anchor, name, hits: typed.filter((word) => own.some((other) => other.startsWith(word))).length, value: values.get(at + 1) || 0 };
    }).filter(({ hits, value }) => hits || value).sort((a, b) => b.hits - a.hits || b.value - a.value);
    const headings = ranked.filter(({ hits }) => hits === ranked[0].hits).slice(0, 2);
    const href = new URL(path + (files.index.offline && (!path || path.endsWith('/')) ? 'index.html' : ''), root).href;
    return { href, title, within, text, headings };
  };

  // What the reader sees.
  const make = (name, attributes = {}, ...children) => {
    const element = doc.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const mount = (place) => {
    const words = files.index.strings;
    const input = make('input', { id: 'search-field', type: 'text', inputmode: 'search', enterkeyhint: 'search', autocomplete: 'off', autocapitalize: 'none', 'aria-describedby': 'search-hint' });
    const status = make('p', { role: 'status', class: 'search-status' }), list = make('ol', { class: 'results' });
    place.append(
      make('label', { for: 'search-field' }, words.search_label), input,
      make('p', { id: 'search-hint', class: 'quiet' }, words.search_hint), status, list);
    let turn = 0;
    const show = async () => {
      const own = ++turn, query = input.value.trim();
      const found = query.length > 1 ? await search(query) : { count: 0, results: [] };
      // A later letter has been typed since.
      if (own !== turn) return;
      list.replaceChildren(...found.results.filter(Boolean).map(({ href, title, within, text, headings }) => {
        const item = make('li', {}, make('a', { href }, title));
        if (within) item.append(make('span', { class: 'quiet' }, ' ' + within));
        if (text) item.append(make('p', {}, text));
        if (headings.length) item.append(make('ul', {}, ...headings.map(({ anchor, name }) => make('li', {}, make('a', { href: href + '#' + encodeURIComponent(anchor) }, name)))));
        return item;
      }));
      status.textContent = query.length < 2 ? '' : fill(words[found.count === 0 ? 'search_none' : found.count === 1 ? 'search_one' : found.more ? 'search_more' : 'search_many'], { query, count: found.count });
    };
    let wait, late;
    input.oninput = () => {
      // Its file is on the way before there is enough to look for.
      if (input.value.length === 1) shards(fold(input.value));
      // The first letter is answered at once, those that come fast behind it together.
      late = wait;
      if (wait) return;
      wait = setTimeout(() => { wait = 0; if (late) input.oninput(); }, 40);
      show();
    };
    place.onkeydown = (event) => {
      const stops = [input, ...list.querySelectorAll('a')], at = stops.indexOf(doc.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && at >= 0) {
        event.preventDefault();
        stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
      } else if (event.key === 'Enter' && at === 0 && stops[1]) {
        event.preventDefault();
        stops[1].click();
      } else if (event.key === 'Escape' && !place.closest('dialog')) {
        input.value = '';
        show();
        input.focus();
      }
    };
    return input;
  };

  let dialog, field;
  const open = () => {
    const here = doc.querySelector('[data-search]'), words = files.index.strings;
    if (!field && here) {
      field = mount(here);
    } else if (!field) {
      const place = make('div'), close = make('button', { type: 'button', class: 'close' }, words.search_close);
      const slash = make('input', { type: 'checkbox', id: 'search-slash' });
      // A shortcut of one letter must have a way to turn it off (WCAG 2.1.4).
      try { slash.checked = !localStorage.getItem('no-slash'); } catch { slash.checked = true; }
      slash.onchange = () => { try { slash.checked ? localStorage.removeItem('no-slash') : localStorage.setItem('no-slash', '1'); } catch { /* not remembered */ } };
      dialog = make('dialog', { class: 'search', 'aria-label': words.search_title }, close, place,
        make('p', { class: 'search-slash' }, slash, make('label', { for: 'search-slash' }, words.search_slash)));
      close.onclick = () => dialog.close();
      doc.body.append(dialog);
      field = mount(place);
      // A tap beside it closes it, and so does a result, which may be on this very page.
      dialog.addEventListener('click', (event) => (event.target === dialog || event.target.closest('a')) && dialog.close());
    }
    if (dialog && !dialog.open) dialog.showModal();
    field.focus();
    field.select();
  };

  // Whoever loads this loads the index behind it.
  receive.open = () => files.index && open();
  const begin = () => {
    open();
    // A site of few pages describes them in two files at most, which the first query would ask for one way later.
    for (let group = 0; files.index.bits < 2 && group < 1 << files.index.bits; group++) load('p-' + group);
    const asked = new URLSearchParams(location.search).get('q');
    if (asked && doc.querySelector('[data-search]')) {
      field.value = asked;
      field.oninput();
    }
  };
})();
