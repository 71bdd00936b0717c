// Words that must not stand on a page, a paper or at the head of an export.

// Who is a third party or a company: nobody speaks to them of 违法事实.
export const outsiders = new Set(['第三方负责人', '辅助人员', '专家', '律师', '执法相对人']);

const always = [
  [/检查人员(?!名录)/, 'helpers are 辅助人员, officers 执法人员'] /* 辅助检查人员名录 is what Art. 3 calls the roster */,
  [/(?:第三方|辅助|协助)(?:机构|单位)?的?执法人员/, 'helpers are no 执法人员'],
  [/委托检查/, 'nobody entrusts an inspection'], [/操作失败/, 'say what failed'], [/未知错误/, 'say what happened'],
  [/\bnull\b/, 'null'], [/\bundefined\b/, 'undefined'], [/\bNaN\b/, 'NaN'], [/\[object /, '[object'],
];
// Beyond what helpers and detectors write; the law's own words may be quoted.
const facts = /违法事实/;
const detectors = /^\/(?:monitor|audit|targets|remote|patrol|scenes|flights|findings)/;

// A number of days says which: 个工作日 or 自然日. A date (3月2日, 23日 on an axis) is no period.
const period = /(?<![月\d.〔:：-])(?:\d{1,4}|[二三四五六七八九]?十[一二三四五六七八九]?)(?: 日|日(?:以?内|以前|之?前|之?后|以上|以来)| ?天)/;

const enums = new WeakMap();
function enumsOf(api) {
  if (enums.has(api)) return enums.get(api);
  const all = new Set(), look = (node) => {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node.enum)) for (const v of node.enum) if (typeof v === 'string' && /^[a-z][a-z_]{2,}$/.test(v)) all.add(v);
    for (const v of Object.values(node)) look(v);
  };
  look(api);
  enums.set(api, all);
  return all;
}

// `names`: accounts, which may be called by a word of the program. `plain` is the text without what is code: addresses, commands, the language of wordings. Pages that quote the law keep its words.
export function wordFaults(text, { api, helper, address, plain = text, names = new Set() }) {
  const found = [], near = (m) => text.slice(Math.max(0, m.index - 16), m.index + m[0].length + 16).replace(/\s+/g, ' ');
  const law = /^\/law/.test(address), machine = /^\/(?:public\/data|papers\/wordings\/)/.test(address);
  for (const [pattern, why] of always) { const m = pattern.exec(text); if (m) found.push(`${why}: …${near(m)}…`); }
  if ((helper || detectors.test(address)) && !law) { const m = facts.exec(text); if (m) found.push(`违法事实 is not theirs to say: …${near(m)}…`); }
  if (!law) { const m = period.exec(text); if (m) found.push(`days without 工作 or 自然: …${near(m)}…`); }
  const known = enumsOf(api);
  if (!machine) for (const m of plain.matchAll(/[A-Za-z0-9_.@:/-]+/g))
    if (known.has(m[0]) && !names.has(m[0])) { found.push(`English: …${plain.slice(Math.max(0, m.index - 16), m.index + m[0].length + 16).replace(/\s+/g, ' ')}…`); break; }
  return found;
}
