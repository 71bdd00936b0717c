// J next, K before, Y yes: for who reads forty matters in a row. No key is listened to while one types, and nothing is decided within
// 300 ms of a page's arrival: that press was meant for the page before.
const arrived = performance.now();
const tooSoon = () => performance.now() - arrived < 300;

for (const button of document.querySelectorAll('[data-guard]'))
  button.addEventListener('click', (event) => { if (tooSoon()) event.preventDefault(); }, true);

document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof Element && event.target.closest('input:not([type=checkbox]), textarea, select');
  if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const key = event.key.toLowerCase();
  if (!'jky'.includes(key)) return;
  const target = document.querySelector(`[data-key="${key}"]:not([disabled])`);
  if (!target || (key === 'y' && tooSoon())) return;
  event.preventDefault();
  target.click();
});
