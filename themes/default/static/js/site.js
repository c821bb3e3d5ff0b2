/* What a page does beside being read: the switch between light and dark, the mark in the contents, the way to search, the
   notice that its review is overdue by now. Without it all of that is either hidden or a plain link. It is sent to every reader, so it stays small. */
(() => {
  const doc = document, root = doc.documentElement, dark = matchMedia('(prefers-color-scheme: dark)');
  // A browser may refuse storage; then nothing is remembered.
  const memory = (name, value) => {
    try {
      if (value === undefined) return localStorage.getItem(name);
      value ? localStorage.setItem(name, value) : localStorage.removeItem(name);
    } catch { /* as if nothing were stored */ }
  };
  const show = (theme) => theme ? root.dataset.theme = theme : delete root.dataset.theme;
  // In the head, before anything is painted.
  show(memory('theme'));

  addEventListener('DOMContentLoaded', () => {
    const button = doc.querySelector('.switch'), link = doc.querySelector('[data-index]');
    if (button) {
      const isDark = () => (root.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark';
      const tell = () => button.setAttribute('aria-pressed', isDark());
      button.hidden = false;
      button.onclick = () => {
        const theme = isDark() ? 'light' : 'dark';
        // The system's own choice is followed and not remembered.
        const own = theme === (dark.matches ? 'dark' : 'light') ? '' : theme;
        show(own), memory('theme', own), tell();
      };
      dark.onchange = tell;
      tell();
    }

    if (link) {
      const open = (event) => {
        if (event) event.preventDefault();
        if (window.iortSearch) return iortSearch.open();
        // The index is on its way with the script, and comes to it after it.
        for (const name of ['script', 'index']) {
          const script = doc.createElement('script');
          script.async = false;
          script.src = link.dataset[name];
          script.onerror = () => doc.querySelector('[data-search]') || (location = link.href);
          doc.head.append(script);
        }
      };
      link.onclick = (event) => event.ctrlKey || event.metaKey || event.shiftKey || open(event);
      addEventListener('keydown', (event) => {
        // The field of a search that was closed keeps the focus until the next frame.
        const typing = event.target.closest('input, textarea, select, [contenteditable]')?.getClientRects().length;
        if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !memory('no-slash')) open(event);
      });
      if (doc.querySelector('[data-search]')) open();
    }

    // The reader's own day, as the page writes one: Swedish has the form.
    const today = new Date().toLocaleDateString('sv');
    for (const notice of doc.querySelectorAll('[data-due]')) notice.hidden = notice.dataset.due >= today;

    const print = doc.querySelector('.print-button');
    if (print) print.hidden = false, print.onclick = () => window.print();

    const entries = [...doc.querySelectorAll('.side-contents a')].map((entry) => [entry, doc.getElementById(decodeURIComponent(entry.hash.slice(1)))]);
    let asked, current;
    const mark = () => {
      asked = 0;
      const passed = entries.filter(([, heading]) => heading && heading.getBoundingClientRect().top < 100).pop();
      const now = passed && passed[0];
      if (now === current) return;
      if (current) current.removeAttribute('aria-current');
      if (now) now.setAttribute('aria-current', 'location');
      current = now;
    };
    if (entries.length) {
      addEventListener('scroll', () => asked ||= requestAnimationFrame(mark), { passive: true });
      mark();
    }
  });
})();
