// The two rights of a helper. Refusing takes three taps and no typing: open, choose, record; and gives a sentence to read aloud. A clue
// takes one sentence.
import { button, h, primary, show } from './field_dom.js';
import * as acts from './field_acts.js';
import * as store from './field_store.js';
import { act, home, keepDraft, sceneOf, sheet } from './field_sheets.js';

// The powers no provider may hold, in the words of the catalogue, the commonest first.
const POWERS = [
  '检查',
  '询问',
  '收集证据',
  '以检查人身份签署笔录',
  '单独进入现场',
  '单独接触相对人',
  '保全证据',
  '查封扣押',
  '行政强制',
  '送达',
  '作出决定',
  '签署法制审核',
  '自行调查线索',
];

export function refuseSheet(app, id) {
  const scene = sceneOf(app, id);
  if (!scene) return app.day();
  return sheet(
    app,
    '拒绝越权要求',
    () => home(app, id),
    h('p', {}, '被要求做什么？点一下即可，不用打字。'),
    h(
      'div',
      { class: 'field-choices' },
      POWERS.map((p) => button(p, () => show(sentence(app, scene, p)))),
    ),
    h(
      'div',
      { class: 'sheet-foot' },
      primary('其他越权要求', () => show(sentence(app, scene, '其他行政权力事项'))),
    ),
  );
}

function sentence(app, scene, power) {
  const id = scene.visit.id;
  const done = async () => {
    if (
      !(await act(app, scene, acts.refuse(scene.visit, `被要求：${power}`), {
        words: `拒绝越权要求：${power}`,
        anyway: true,
      }))
    )
      return;
    show(
      sheet(
        app,
        '已记录拒绝',
        null,
        h('p', { class: 'field-band fine-band' }, h('strong', {}, '本次拒绝不影响评分')),
        h('p', {}, '只有这一项要求失效，委托、到场和考核照常。联网后自动送交纪检督察。'),
        h(
          'div',
          { class: 'sheet-foot' },
          primary('回到任务', () => home(app, id)),
        ),
      ),
    );
  };
  return sheet(
    app,
    '请读出这句话',
    () => app.go('refuse', id),
    h(
      'blockquote',
      { class: 'field-aloud' },
      `“${power}属于行政执法权，依照规定第四条不得交由第三方行使。我只做委托书载明的辅助事项，这一项我不能做。”`,
    ),
    h('p', { class: 'field-band fine-band' }, h('strong', {}, '本次拒绝不影响评分')),
    h('div', { class: 'sheet-foot' }, primary('记录拒绝', done)),
  );
}

export async function clueSheet(app, id) {
  const scene = sceneOf(app, id);
  if (!scene) return app.day();
  const text = h('textarea', {
    id: 'seen',
    rows: 4,
    maxlength: 500,
    placeholder: '例：雨水井内有异常水流，疑似未登记管线',
    autofocus: true,
  });
  const urgent = h('input', { type: 'checkbox', id: 'urgent' });
  await keepDraft(`clue:${id}`, { text, urgent });
  const report = async () => {
    if (!text.value.trim()) return text.focus();
    const what = acts.clue(scene.visit, text.value.trim(), urgent.checked);
    if (!(await act(app, scene, what, { words: `发现新线索：${text.value.trim()}`, anyway: true }))) return undefined;
    await store.dropDraft(`clue:${id}`);
    return home(app, id);
  };
  setTimeout(() => text.focus(), 0);
  return sheet(
    app,
    '发现新线索',
    () => home(app, id),
    h('label', { for: 'seen' }, '看到了什么（一句话）'),
    text,
    h('label', { class: 'field-check' }, urgent, ' 紧急：可能很快消失或正在排放'),
    h('p', { class: 'muted' }, '线索只报告执法人员，不得自行调查、不得告知他人（规定第十三条）。时间和企业自动写入。'),
    h('div', { class: 'sheet-foot' }, primary('报告', report)),
  );
}
