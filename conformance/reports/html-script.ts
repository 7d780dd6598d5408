/**
 * What a page does of itself: search, the kinds that are shown, only what is unexpected. Without it everything is there,
 * and the form that it serves is hidden.
 */
export const SCRIPT = `
const form = document.querySelector('.find');
const told = form.querySelector('output');
const { text, bad } = form.elements;
const kinds = [...form.querySelectorAll('[name=kind]')];
const groups = [...document.querySelectorAll('.rules')];
const rows = groups.flatMap((group) => {
  const heading = group.querySelector('h3').textContent.toLowerCase() + ' ';
  return [...group.querySelectorAll(':scope > details')].map((at) => {
    return { at, heading, is: at.dataset.is.split(' '), bad: 'bad' in at.dataset };
  });
});
function apply() {
  const words = text.value.toLowerCase().split(' ').filter((word) => word !== '');
  const wanted = kinds.filter((each) => each.checked).map((each) => each.value);
  const fits = (row) =>
    (!bad.checked || row.bad) &&
    (wanted.length === 0 || wanted.some((kind) => row.is.includes(kind))) &&
    (words.length === 0 || words.every((word) => textOf(row).includes(word)));
  let count = 0;
  for (const row of rows) {
    const shown = fits(row);
    if (shown) count++;
    if (row.at.hidden === shown) row.at.hidden = !shown;
  }
  for (const group of groups) group.hidden = group.querySelector(':scope > details:not([hidden])') === null;
  told.value = count + ' of ' + rows.length + ' shown';
}
function textOf(row) {
  return (row.text ??= row.heading + row.at.textContent.toLowerCase());
}
function reveal() {
  const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (at === null || at.tagName !== 'DETAILS') return;
  if (at.hidden) {
    form.reset();
    apply();
  }
  at.open = true;
  at.scrollIntoView();
}
let asked = 0;
function applySoon() {
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(apply);
}
form.addEventListener('input', applySoon);
form.addEventListener('reset', applySoon); // heard before the fields are as they were
form.addEventListener('submit', (event) => event.preventDefault());
addEventListener('hashchange', reveal);
addEventListener('pageshow', apply);
form.hidden = false;
apply();
reveal();
`;
