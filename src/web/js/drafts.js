// What was typed is there again after the tab was killed. Kept on this device only, for each person and form, 24 hours at the longest;
// gone once the form was accepted, and all of it at signing out (the page that follows says so). Never kept: passwords, files,
// hidden fields, and whatever the server marks data-sealed, which for third parties is everything that is sealed in the ledger.
const life = 24 * 3600 * 1000;
const prefix = 'xiezhi-draft:';

const forget = (test) => {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix) && test(key)) localStorage.removeItem(key);
};
const read = (key) => {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null');
    return kept && Date.now() - kept.at < life ? kept : null;
  } catch {
    return null;
  }
};

if (document.querySelector('[data-drafts=clear]')) forget(() => true);
forget((key) => !read(key));

const kept = (control) => control.name && !['hidden', 'password', 'file', 'submit', 'button'].includes(control.type) &&
  control.dataset.sealed === undefined;

const controls = (form) => [...form.elements].filter((e) => kept(e) && !['BUTTON', 'FIELDSET'].includes(e.tagName));

function values(form) {
  const list = [];
  for (const e of controls(form)) {
    if (e.type === 'checkbox' || e.type === 'radio') { if (e.checked && e.value) list.push([e.name, e.value]); }
    else if (e.value !== e.defaultValue || e.tagName === 'SELECT') list.push([e.name, e.value]);
  }
  return list;
}

// Puts in what has its place; the rest waits for a part of the form that is still on its way.
function restore(form, list) {
  const rest = [];
  const used = new Set();
  for (const [name, value] of list) {
    const place = controls(form).find((e) => e.name === name && !used.has(e) &&
      (e.type === 'checkbox' || e.type === 'radio' ? e.value === value : e.tagName !== 'SELECT' || [...e.options].some((o) => o.value === value)));
    if (!place) { rest.push([name, value]); continue; }
    used.add(place);
    if (place.type === 'checkbox' || place.type === 'radio') place.checked = true;
    else place.value = value;
  }
  return rest;
}

function note(form, text, label, act) {
  const line = document.createElement('p');
  line.className = 'note kept';
  line.setAttribute('role', 'status');
  line.append(text, ' ');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'link';
  button.textContent = label;
  button.addEventListener('click', () => { act(); line.remove(); });
  line.append(button);
  form.prepend(line);
}

for (const form of document.querySelectorAll('form[data-draft]')) {
  const key = `${prefix}${form.dataset.owner ?? ''}:${form.dataset.draft}`;
  const before = read(key);
  let timer = 0;
  let waiting = [];
  const again = () => {
    const left = waiting.length;
    waiting = restore(form, waiting);
    if (waiting.length < left) form.querySelector('input, select, textarea')?.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const bring = () => { waiting = before.values; again(); };
  const keep = (sent) => {
    const list = values(form);
    if (list.length) localStorage.setItem(key, JSON.stringify({ at: Date.now(), sent, values: list }));
    else localStorage.removeItem(key);
  };
  document.body.addEventListener('htmx:afterSettle', () => { if (waiting.length) again(); });

  // A form drawn again after a refusal has everything in it; one that was sent and is fresh now was most likely accepted: ask.
  if (form.dataset.again !== undefined) keep(false);
  else if (before?.sent) note(form, '上次提交后没有看到结果。', '恢复填写内容', bring);
  else if (before) {
    bring();
    note(form, '已恢复上次没有提交的内容。', '清除', () => { localStorage.removeItem(key); form.reset(); });
  }

  const now = (sent) => { clearTimeout(timer); timer = 0; keep(sent); };
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => now(false), 150); });
  form.addEventListener('change', () => now(false));
  form.addEventListener('submit', () => now(true));
  addEventListener('pagehide', () => { if (timer) now(false); });
}

// An accepted form leads to a page that names it: nothing of it is kept any longer.
for (const done of document.querySelectorAll('[data-draft-done]')) forget((key) => key.endsWith(`:${done.dataset.draftDone}`));
