/* The filters of the list of reviews. Without it all pages are listed. */
(() => {
  const filters = document.querySelector('.filters'), status = filters.querySelector('p');
  const rows = [...document.querySelectorAll('.review-list tbody tr')], lists = [...filters.querySelectorAll('select')];
  filters.hidden = false;
  (filters.oninput = () => {
    for (const row of rows) row.hidden = lists.some(({ name, value }) => value && !row.dataset[name].split(' ').includes(value));
    status.textContent = status.dataset.text.replace('{count}', rows.filter((row) => !row.hidden).length);
  })();
})();
