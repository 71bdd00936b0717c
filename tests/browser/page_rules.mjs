// What a page must be like, measured in the page itself. The function is sent to the browser as text: it uses nothing from outside.
export function faults({ phone }) {
  const found = [], seen = (e) => e.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) && e.getClientRects().length > 0;
  const name = (e) => `${e.outerHTML.replace(/\s+/g, ' ').slice(0, 110)}`;
  const style = (e) => getComputedStyle(e), frame = (e) => e.closest('header.frame, nav, footer');

  const h1 = [...document.querySelectorAll('h1')].filter(seen);
  if (h1.length !== 1) found.push(`${h1.length} h1 are shown`);

  // Filled: a ground dark enough to carry white text, whatever the class is called.
  const dark = (e) => {
    const [r, g, b, a = 1] = style(e).backgroundColor.match(/[\d.]+/g).map(Number);
    return a > 0.5 && 0.2126 * r + 0.7152 * g + 0.0722 * b < 140;
  };
  const filled = [...document.querySelectorAll('a, button, input[type=submit], summary')].filter((e) => seen(e) && !frame(e) && dark(e));
  if (filled.length !== 1) found.push(`${filled.length} filled buttons: ${filled.map(name).join(' · ')}`);

  // 48 pixels on a phone, unless the link stands in a sentence (WCAG 2.5.8 makes the same exception) or in a drawing.
  if (phone)
    for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
      if (!seen(e) || e.closest('svg') || e.matches('.skip') || e.disabled) continue;
      const box = e.matches('input[type=checkbox], input[type=radio]') && e.closest('label') ? e.closest('label') : e;
      const block = e.parentElement.closest('p, li, dd, dt, td, th, div, section, ol, ul, main, label, form, summary, figcaption, h1, h2, h3');
      const inSentence = e.matches('a') && !e.matches('.button') && style(e).display.startsWith('inline') && block && block.textContent.trim().length > e.textContent.trim().length + 4;
      if (inSentence) continue;
      const { width, height } = box.getBoundingClientRect();
      if (height < 47.5 || width < 47.5) found.push(`target ${Math.round(width)}×${Math.round(height)}: ${name(e)}`);
    }

  // What is read next stands lower, or further right; what is fixed to the screen, drawn or lifted out of the flow is not in line.
  const inLine = (e) => seen(e) && !['absolute', 'fixed', 'sticky'].includes(style(e).position) && style(e).clipPath === 'none';
  const check = (parent) => {
    const children = [...parent.children].filter(inLine);
    for (let i = 1; i < children.length; i++) {
      const before = [...children[i - 1].getClientRects()].at(-1), after = children[i].getClientRects()[0];
      if (!before.height || !after.height || !before.width || !after.width) continue;
      const above = after.bottom <= before.top + 1 && after.left < before.right - 1;
      const overlap = Math.min(before.bottom, after.bottom) - Math.max(before.top, after.top);
      const left = overlap > 0.5 * Math.min(before.height, after.height) && after.right <= before.left + 1;
      if ((above || left) && style(parent).columnCount === 'auto') found.push(`read after, seen before: ${name(children[i])}`);
    }
    for (const child of children) if (!child.closest('svg, select, textarea')) check(child);
  };
  check(document.body);
  if (document.documentElement.scrollWidth > innerWidth) found.push(`${document.documentElement.scrollWidth} pixels wide`);
  return [...new Set(found)].slice(0, 12);
}

// Text of 200 %: the page still fits; what is wider than its reader is a table that scrolls in its own frame.
export function largeText() {
  const root = document.documentElement;
  root.style.fontSize = '200%';
  const over = root.scrollWidth - innerWidth;
  const outer = [...document.body.querySelectorAll('*')].filter((e) => !e.parentElement.closest('.scroll'));
  const worst = over > 0 && outer.map((e) => [e.getBoundingClientRect().right, e]).sort((a, b) => b[0] - a[0])[0][1];
  root.style.fontSize = '';
  return worst ? `${over} pixels too wide at 200 % text, ${worst.outerHTML.replace(/\s+/g, ' ').slice(0, 140)}` : null;
}
