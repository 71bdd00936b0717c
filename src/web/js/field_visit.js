// 现场, the officer's full screen: above, who is inside and whether the helpers are accompanied; in the middle, what happened; below, where
// the thumb is, what can be done, the next thing filled.
import { button, clockOf, h, lasting, ms, whenOf } from './field_dom.js';
import { wordOf } from './field_day.js';
import { Scene, judgesHere } from './field_scene.js';

const SAYS = { waiting: '未上传', held: '待批准', refused: '未被接收', invalid: '读不懂' };

function band(state) {
  const kind = state.accompanied === true ? 'fine-band' : state.accompanied === false ? 'bad-band' : 'idle-band';
  const helpers = state.inside.filter((p) => p.kind !== 'officer');
  const words = state.closed
    ? '现场已结束'
    : state.accompanied === true
      ? '陪同中'
      : state.why || (helpers.length ? '未陪同' : '辅助人员尚未入场');
  return h('p', { class: `field-band ${kind}`, role: 'status' }, h('strong', {}, words));
}

function insideList(state, now) {
  if (!state.inside.length) return h('p', { class: 'field-inside' }, '现在无人在场');
  return h(
    'ul',
    { class: 'field-inside' },
    state.inside.map((p) =>
      h(
        'li',
        { class: p.kind },
        h('b', {}, p.name),
        p.kind === 'officer' ? '' : '（辅助）',
        ` ${clockOf(p.since)}起 ${lasting(p.since, now)}`,
      ),
    ),
  );
}

function lineItem(app, scene, e) {
  const who = e.person ? scene.name(e.person) : '';
  const marks = [e.borrowed && '借用设备', e.album && '相册导入', SAYS[e.state]].filter(Boolean);
  return h(
    'li',
    { class: e.state },
    h('time', {}, clockOf(e.time)),
    ' ',
    e.words ?? `${who}${wordOf(e)}`,
    marks.map((m) => h('span', { class: 'badge plain' }, m)),
  );
}

// Photos in a row are one line: twenty of them would push everything else off the glass.
function grouped(line) {
  const out = [];
  for (const e of line) {
    const before = out[out.length - 1];
    if (
      e.what === 'photo' &&
      before?.what === 'photo' &&
      before.state === e.state &&
      before.person === e.person &&
      !e.album === !before.album
    )
      before.count++;
    else out.push({ ...e, count: 1 });
  }
  return out.map((e) => (e.count > 1 ? { ...e, words: `照片${e.count}张` } : e));
}

// Which of the five is next. What the law says comes first; then what people do.
export function mainOf(scene, state) {
  if (state.closed) return 'back';
  if (state.next === 'notice' || (!state.served && scene.visit.notice)) return state.mine ? 'serve' : 'code';
  if (!state.mine) return state.everInside && state.empty ? 'leave' : 'code';
  const helpers = scene.visit.people.filter((p) => p.kind !== 'officer');
  const entered = (p) => scene.line.some((e) => e.what === 'enter' && e.person === p.id);
  const left = (p) => scene.line.some((e) => e.what === 'leave' && e.person === p.id);
  if (scene.line.some((e) => e.what === 'leave') || Date.now() > ms(scene.visit.ends)) return 'leave';
  return helpers.some((p) => !entered(p) && !left(p)) ? 'code' : 'camera';
}

export function visitScreen(app, id) {
  const visit = app.pack.visits.find((v) => v.id === id);
  if (!visit) return app.day();
  const scene = new Scene(app.pack, visit, app.entries, app.met[id]);
  const now = Date.now();
  const state = scene.state(now);
  const main = mainOf(scene, state);
  const bar = [
    ['code', '到场码'],
    ['serve', '告知送达'],
    ['camera', '拍照'],
    ['received', '收到线索'],
    ['leave', state.everInside && state.empty ? '结束现场' : '离场'],
  ];
  const waiting = app.entries.filter((e) => e.state === 'waiting').length;
  const line = grouped(scene.line);
  return h(
    'div',
    { class: 'scene' },
    h(
      'header',
      { class: 'scene-top' },
      h(
        'div',
        { class: 'scene-title' },
        button('返回', () => app.go('day'), { class: main === 'back' ? 'primary' : null }),
        h('h1', {}, visit.company.name),
        button(`未上传${waiting}`, () => app.go('outbox'), { 'aria-label': `未上传${waiting}项` }),
      ),
      band(state),
      insideList(state, now),
      judgesHere() ? null : h('p', { class: 'note' }, '此浏览器不能在本机判定，照常记录，回传后判定。'),
    ),
    h(
      'ol',
      { class: 'scene-line timeline', 'aria-label': '时间线' },
      line.length
        ? line.map((e) => lineItem(app, scene, e))
        : h('li', {}, h('time', {}, clockOf(now)), ' 还没有记录。', `安排时间${whenOf(ms(visit.starts))}起。`),
    ),
    state.closed
      ? null
      : h(
          'nav',
          { class: 'scene-bar', 'aria-label': '现场办理' },
          bar.map(([view, label]) =>
            button(label, () => app.go(view, id), { class: view === main ? 'primary' : null, 'data-view': view }),
          ),
        ),
  );
}
