// The first screen. For an officer 今日任务: one card a visit, with what is ready for it; for a helper 我的任务: where, with whom, what I
// may and may not do, and the two rights of Art. 4 and 13 always in reach.
import { button, clockOf, dayOf, h, ms, primary, sameDay, svg, whenOf } from './field_dom.js';
import { link } from './field_sync.js';
import { Scene } from './field_scene.js';

// ---- what stands on every first screen ----
function notices(app) {
  const out = [];
  if (link.signedOut)
    out.push(
      h(
        'p',
        { class: 'alert', role: 'status' },
        '登录已过期。记录都在手机上，登录后自动回传。 ',
        h('a', { class: 'button', href: '/sign-in?next=/field' }, '去登录'),
      ),
    );
  if (link.stranger)
    out.push(
      h(
        'p',
        { class: 'alert' },
        `浏览器现在登录的是${link.stranger}，不是本机的使用人，没有回传。请退出后用本人账号登录。`,
      ),
    );
  if (link.revoked) out.push(h('p', { class: 'alert' }, `服务器不再接收本机：${link.revoked}`));
  if (link.trouble)
    out.push(h('p', { class: 'note' }, `回传没有完成：${link.trouble}。记录仍在手机上，稍后自动再试。`));
  const back = app.entries.filter((e) => e.state === 'answered' && e.verdict !== 'allowed' && !e.seen);
  if (back.length)
    out.push(
      h(
        'p',
        { class: 'alert' },
        `${back.length}项回传后未直接生效。 `,
        button('查看原因', () => app.go('outbox')),
      ),
    );
  return out;
}

export function strip(app) {
  const waiting = app.entries.filter((e) => e.state === 'waiting').length;
  const last = app.lastSync ? `上次回传 ${whenOf(app.lastSync)}` : '尚未回传';
  const now = link.running
    ? link.part
      ? `正在上传照片 ${Math.floor((link.part.sent / link.part.size) * 100)}%`
      : '正在回传……'
    : last;
  return h(
    'div',
    { class: 'field-strip' },
    button(`未上传${waiting}项`, () => app.go('outbox'), { 'data-waiting': waiting }),
    h('span', { class: 'muted' }, link.online === false ? '离线 · ' : '', now),
  );
}

const hours = (v) =>
  `${sameDay(ms(v.starts), Date.now()) ? '今天' : dayOf(ms(v.starts))} ${clockOf(ms(v.starts))}—${clockOf(ms(v.ends))}`;
const names = (people) => people.map((p) => p.name).join('、');

// ---- officers ----
function ring(readiness) {
  const fine = readiness.filter((r) => r.fine).length;
  const each = (2 * Math.PI * 20) / Math.max(readiness.length, 1);
  const picture = svg('svg', {
    viewBox: '0 0 48 48',
    class: 'ring',
    role: 'img',
    'aria-label': `准备好${fine}项，共${readiness.length}项`,
  });
  readiness.forEach((r, i) =>
    picture.append(
      svg('circle', {
        cx: 24,
        cy: 24,
        r: 20,
        class: r.fine ? 'ring-fine' : 'ring-missing',
        'stroke-dasharray': `${each - 3} ${2 * Math.PI * 20 - each + 3}`,
        'stroke-dashoffset': -i * each,
        transform: 'rotate(-90 24 24)',
      }),
    ),
  );
  picture.append(
    svg('text', { x: 24, y: 29, 'text-anchor': 'middle' }, document.createTextNode(`${fine}/${readiness.length}`)),
  );
  return picture;
}

function officerCard(app, visit, main) {
  const scene = new Scene(app.pack, visit, app.entries, app.met[visit.id]);
  const state = scene.state();
  const officers = visit.people.filter((p) => p.kind === 'officer');
  const helpers = visit.people.filter((p) => p.kind !== 'officer');
  const missing = visit.readiness.filter((r) => !r.fine);
  const stale = Date.now() > ms(app.pack.good_until);
  const label = state.closed ? '查看现场' : state.everInside ? '进入现场' : '出发';
  const go = () => app.go('visit', visit.id);
  return h(
    'article',
    { class: 'card field-card' },
    h(
      'div',
      { class: 'field-card-head' },
      h('div', {}, h('h2', {}, visit.company.name), h('p', { class: 'field-time' }, hours(visit))),
      ring(visit.readiness),
    ),
    h(
      'dl',
      { class: 'field-facts' },
      h('dt', {}, '事项'),
      h('dd', {}, visit.kind_name, visit.matter ? ` · ${visit.matter}` : ''),
      visit.company.address ? [h('dt', {}, '地址'), h('dd', {}, visit.company.address)] : [],
      h('dt', {}, '执法人员'),
      h('dd', {}, names(officers) || '未列'),
      h('dt', {}, '辅助人员'),
      h('dd', {}, names(helpers) || '无'),
    ),
    missing.length
      ? h(
          'ul',
          { class: 'field-missing' },
          missing.map((r) => h('li', {}, h('a', { href: r.href ?? '/todo' }, `${r.what}：${r.says}`))),
        )
      : null,
    stale ? h('p', { class: 'alert' }, '离线包已过有效期，请联网后刷新再出发。') : null,
    state.closed ? h('p', { class: 'muted' }, '现场已结束') : null,
    main ? primary(label, go, { disabled: stale && !state.everInside }) : button(label, go),
  );
}

export function officerDay(app) {
  const visits = [...app.pack.visits].sort((a, b) => a.starts - b.starts);
  const next = visits.find((v) => !new Scene(app.pack, v, app.entries, app.met[v.id]).state().closed);
  return [
    h(
      'header',
      { class: 'field-head' },
      h('h1', {}, '今日任务'),
      h('p', { class: 'muted' }, `${dayOf(Date.now())} · ${app.pack.name}`),
      button('本机', () => app.go('phone')),
    ),
    notices(app),
    visits.length
      ? visits.map((v) => officerCard(app, v, v === next))
      : h('p', { class: 'card' }, '离线包里没有安排给您的现场。新安排的，联网后自动出现。'),
    next ? null : primary('刷新', () => app.sync()),
    strip(app),
  ];
}

// ---- helpers ----
export function rights(app, visit) {
  return h(
    'div',
    { class: 'field-rights' },
    button('拒绝越权要求', () => app.go('refuse', visit.id)),
    button('发现新线索', () => app.go('clue', visit.id)),
  );
}

// A phone without a network does not know what others registered on theirs; it must not call that 未陪同.
function present(scene, state) {
  const officers = state.inside.filter((p) => p.kind === 'officer');
  const fine = state.accompanied === true;
  const blind = !fine && state.mine && link.online !== true;
  const words = fine ? '陪同中' : blind ? '本机离线' : state.accompanied === null ? '回传后判定' : '未陪同';
  const says = officers.length
    ? `陪同执法人员在场：${officers.map((p) => `${p.name}（${clockOf(p.since)}${p.met ? '核对到场码' : '起'}）`).join('、')}`
    : '本机尚未得知执法人员到场。未经陪同不得入场。';
  return h(
    'p',
    { class: `field-band ${fine ? 'fine-band' : blind || state.accompanied === null ? 'idle-band' : 'bad-band'}` },
    h('strong', {}, words),
    ` ${says}`,
  );
}

// All that was recorded on this phone, and what the server knows of me in this visit: it stays when the task is over.
function receipts(app, scene) {
  const here = app.entries.map((e) => ({ time: e.at / 1000, words: e.words, seq: e.seq }));
  const known = new Set(here.map((e) => e.seq));
  const there = scene
    ? scene.line.filter((e) => e.n === undefined && e.state !== 'met' && e.person === scene.me.id && !known.has(e.seq))
    : [];
  const mine = [...here, ...there].sort((x, y) => y.time - x.time);
  if (!mine.length) return null;
  return h(
    'details',
    { class: 'card' },
    h('summary', {}, `我的凭证（${mine.length}）`),
    h(
      'ul',
      { class: 'field-receipts' },
      mine.map((e) =>
        h(
          'li',
          {},
          `${whenOf(e.time)} ${e.words ?? wordOf(e)} `,
          e.seq ? h('a', { href: `/receipts/${e.seq}` }, '回执') : h('span', { class: 'muted' }, '未上传'),
        ),
      ),
    ),
  );
}

const words = {
  enter: '到场',
  leave: '离场',
  served: '告知送达',
  refusal: '拒绝越权要求',
  clue: '线索',
  photo: '照片',
  video: '录像',
  note: '记录',
  signature: '签名',
  audio: '录音',
  close: '结束现场',
  reconcile: '核对到场离场',
};
export const wordOf = (e) => words[e.what] ?? '记录';

function helperMain(app, scene, state) {
  const id = scene.visit.id;
  if (state.closed) return primary('查看其他任务', () => app.go('day'));
  if (!state.mine) return primary('扫码到场', () => app.go('scan', id));
  return primary('提交材料', () => app.go('camera', id));
}

export function memberTask(app, id) {
  const visits = [...app.pack.visits].sort((a, b) => a.starts - b.starts);
  const visit =
    visits.find((v) => v.id === id) ??
    visits.find((v) => !new Scene(app.pack, v, app.entries, app.met[v.id]).state().closed) ??
    visits[0];
  const head = h(
    'header',
    { class: 'field-head' },
    h('h1', {}, '我的任务'),
    h('p', { class: 'muted' }, `${dayOf(Date.now())} · ${app.pack.name}`),
    button('本机', () => app.go('phone')),
  );
  if (!visit)
    return [
      head,
      notices(app),
      h('p', { class: 'card' }, '现在没有您的任务。'),
      receipts(app, null),
      primary('刷新', () => app.sync()),
      strip(app),
    ];
  const scene = new Scene(app.pack, visit, app.entries, app.met[visit.id]);
  const state = scene.state();
  const others = visits.filter((v) => v !== visit);
  return [
    head,
    notices(app),
    present(scene, state),
    h(
      'article',
      { class: 'card field-card' },
      h('h2', {}, visit.company.name),
      h('p', { class: 'field-time' }, hours(visit)),
      visit.company.address ? h('p', {}, visit.company.address) : null,
      h('h3', {}, '可以做'),
      h(
        'ul',
        {},
        visit.may.map((t) => h('li', {}, t)),
      ),
      h('h3', {}, '不可以做'),
      h(
        'ul',
        { class: 'field-not' },
        visit.may_not.map((t) => h('li', {}, t)),
      ),
    ),
    receipts(app, scene),
    state.mine
      ? h(
          'p',
          { class: 'field-second' },
          button('离场', () => app.go('leave', visit.id)),
        )
      : null,
    others.length
      ? h(
          'section',
          { class: 'field-others' },
          h('h2', {}, '其他任务'),
          others.map((v) => button(`${hours(v)} ${v.company.name}`, () => app.go('day', v.id))),
        )
      : null,
    strip(app),
    h('div', { class: 'field-dock' }, rights(app, visit), helperMain(app, scene, state)),
  ];
}
