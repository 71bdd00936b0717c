// What the sheets of the phone share: their frame, the answer to an act, the entry code, receiving a clue, leaving and the end.
import { button, h, primary, sayFault, show } from './field_dom.js';
import * as acts from './field_acts.js';
import * as store from './field_store.js';
import { makeCode, qrPicture } from './field_code.js';
import { Scene } from './field_scene.js';

export const sheet = (app, title, back, ...parts) =>
  h(
    'section',
    { class: 'sheet-full' },
    h('header', { class: 'sheet-head' }, back ? button('返回', back) : null, h('h1', {}, title)),
    ...parts,
  );

export const sceneOf = (app, id) => {
  const visit = app.pack.visits.find((v) => v.id === id);
  return visit ? new Scene(app.pack, visit, app.entries, app.met[id]) : null;
};

export const home = (app, id) => app.go(app.pack.kind === 'officer' ? 'visit' : 'day', id);

// What a visit can meet besides the regulation; the sentences of all of them stand in /law.
const OTHERS = { 'hubei-2025-inspection': '湖北省严格规范涉企行政检查实施方案', 'scgo-2024-54': '国办发〔2024〕54号' };
const article = (r) =>
  !r.article
    ? ''
    : r.instrument === 'hubei-2022-71'
      ? `规定第${r.article}条`
      : r.instrument === 'penalty-law-2021'
        ? `行政处罚法第${r.article}条`
        : (OTHERS[r.instrument] ?? '');
export const reasonList = (reasons) =>
  h(
    'ul',
    { class: 'reasons' },
    (reasons ?? []).map((r) =>
      h(
        'li',
        { class: 'card' },
        h('p', {}, h('b', {}, r.because || '不符合规定')),
        h('p', { class: 'muted' }, [article(r), r.remedy].filter(Boolean).join(' · ')),
      ),
    ),
  );

// Records an act and goes back to the scene; or says why not, and what may be done instead. `instead` is offered below a refusal.
export async function act(app, scene, what, options = {}, instead = null) {
  let result;
  try {
    result = await acts.perform(scene, what, options);
  } catch (e) {
    if (e.name === 'QuotaExceededError') full(app, scene.visit.id);
    else unsaved(app, scene.visit.id, e);
    return null;
  }
  if (result.refused) {
    show(
      sheet(
        app,
        '现在不能办理',
        null,
        h('p', { class: 'field-band bad-band' }, h('strong', {}, '没有记录')),
        reasonList(result.refused),
        instead,
        h(
          'div',
          { class: 'sheet-foot' },
          primary('返回现场', () => home(app, scene.visit.id)),
        ),
      ),
    );
    return null;
  }
  await app.refresh();
  if (result.held) {
    show(
      sheet(
        app,
        '已记录，待批准',
        null,
        reasonList(result.held),
        h(
          'div',
          { class: 'sheet-foot' },
          primary('知道了', () => home(app, scene.visit.id)),
        ),
      ),
    );
    return null;
  }
  return result.entry;
}

function unsaved(app, id, fault) {
  reportError(fault); // for whoever looks for the cause
  show(
    sheet(
      app,
      '没有保存',
      null,
      h('p', { class: 'field-band bad-band' }, h('strong', {}, '这一项没有保存')),
      h('p', {}, `${sayFault(fault)}。以前的记录都在。请返回现场再办一次；还是不行的，关掉本页重新打开。`),
      h(
        'div',
        { class: 'sheet-foot' },
        primary('返回现场', () => home(app, id)),
      ),
    ),
  );
}

export function full(app, id) {
  show(
    sheet(
      app,
      '手机空间不足',
      null,
      h('p', { class: 'field-band bad-band' }, h('strong', {}, '这一项没有保存')),
      h(
        'ul',
        {},
        h('li', {}, '先联网回传：已收到的照片会从手机上移除，空间随之释放。'),
        h('li', {}, '删除手机里别的大文件，再试一次。'),
        h('li', {}, '到场、离场、告知送达等登记不受影响，可以继续。'),
      ),
      h(
        'div',
        { class: 'sheet-foot' },
        button('现在回传', () => app.sync()),
        primary('返回现场', () => home(app, id)),
      ),
    ),
  );
}

// ---- 到场码 ----
export function codeSheet(app, id) {
  const scene = sceneOf(app, id);
  if (!scene) return app.day();
  const { visit } = scene;
  const state = scene.state();
  const digits = h('p', { class: 'code-digits', 'aria-live': 'off' });
  const left = h('p', { class: 'muted' });
  const picture = h('div', { class: 'code-qr' });
  const tick = async () => {
    const code = await makeCode(visit, scene.me.id, app.pack.settings.code_seconds);
    if (digits.textContent !== `${code.digits.slice(0, 3)} ${code.digits.slice(3)}`) {
      digits.textContent = `${code.digits.slice(0, 3)} ${code.digits.slice(3)}`;
      picture.replaceChildren(qrPicture(code.text, '到场码'));
    }
    left.textContent = `${code.left}秒后更换 · 请辅助人员和同事扫码，或照着输入六位数字`;
    if (picture.isConnected || !digits.dataset.shown) setTimeout(tick, 1000);
    digits.dataset.shown = '1';
  };
  if (visit.key) tick();
  const enter = async () => {
    if (
      await act(
        app,
        scene,
        await acts.presence('enter', visit, scene.me.id),
        { words: `${scene.me.name}到场` },
        late(app, scene, 'enter', scene.me.id),
      )
    )
      home(app, id);
  };
  return sheet(
    app,
    '到场码',
    () => home(app, id),
    visit.key
      ? h('div', { class: 'code-box' }, picture, digits, left)
      : h('p', { class: 'note' }, '本机没有这次现场的到场码：只有本次执法人员的手机有。'),
    h(
      'div',
      { class: 'sheet-foot' },
      button('同事借用本机登记', () => app.go('borrow', id)),
      button('扫同事的码', () => app.go('scan', id)),
      state.mine ? primary('返回现场', () => home(app, id)) : primary('我已到场', enter),
    ),
  );
}

// Who is already in has to be written down, lawful or not: as a late report, which the server marks 未予认可.
export function late(app, scene, kind, person, more = {}) {
  return button('人已在场内：如实登记（由服务器判定）', async () => {
    const what = {
      ...(await acts.presence(kind, scene.visit, person, more)),
      late_reason: '当时不符合入场条件，但人已在场内，如实登记',
    };
    if (await act(app, scene, what, { words: `${scene.name(person)}到场（如实登记）`, anyway: true }))
      home(app, scene.visit.id);
  });
}

// ---- 收到线索 ----
export async function receivedSheet(app, id) {
  const scene = sceneOf(app, id);
  if (!scene) return app.day();
  const text = h('textarea', { id: 'heard', rows: 4, maxlength: 500, placeholder: '谁、在哪里、看到什么' });
  await keepDraft(`heard:${id}`, { text });
  const note = async () => {
    if (!text.value.trim()) return text.focus();
    const what = acts.capture(app.pack, scene.visit, scene.me, {
      kind: 'note',
      text: `收到线索：${text.value.trim()}`,
    });
    if (!(await act(app, scene, what, { words: `收到线索：${text.value.trim()}` }))) return undefined;
    await store.dropDraft(`heard:${id}`);
    return home(app, id);
  };
  return sheet(
    app,
    '收到线索',
    () => home(app, id),
    h('label', { for: 'heard' }, '辅助人员当面说的，记在这里'),
    text,
    h('p', { class: 'field-links' }, h('a', { class: 'button', href: '/things/clues' }, '签收已上传的线索（联网）')),
    h('p', { class: 'muted' }, '线索由执法人员处理，辅助人员不得自行调查（规定第十三条）。'),
    h('div', { class: 'sheet-foot' }, primary('记录', note)),
  );
}

// ---- 离场 ----
export function leaveSheet(app, id) {
  const scene = sceneOf(app, id);
  if (!scene) return app.day();
  const state = scene.state();
  if (state.empty && !state.mine && state.everInside) return endSheet(app, scene, state);
  const helpers = state.inside.filter((p) => p.kind !== 'officer');
  const officers = state.inside.filter((p) => p.kind === 'officer');
  const officer = app.pack.kind === 'officer';
  const leave = async (person) => {
    if (
      !(await act(
        app,
        scene,
        await acts.presence('leave', scene.visit, person.id, { borrowed: person.id !== scene.me.id }),
        { words: `${person.name}离场` },
      ))
    )
      return;
    if (person.id === scene.me.id) home(app, id);
    else app.go('leave', id);
  };
  const unseen = officer
    ? scene.visit.people.filter(
        (p) =>
          p.kind !== 'officer' &&
          !scene.line.some((e) => e.person === p.id && (e.what === 'enter' || e.what === 'leave')),
      )
    : [];
  const others = officer ? state.inside.filter((p) => p.id !== scene.me.id && !p.met) : [];
  const last = officer && state.mine && helpers.length && officers.length - 1 < app.pack.settings.officers;
  if (!last)
    return sheet(
      app,
      '离场',
      () => home(app, id),
      h('p', {}, state.mine ? '登记您现在离开现场。' : '您没有登记在场。'),
      others.length
        ? [h('h2', {}, '替他人登记离场'), others.map((p) => button(`${p.name}离场`, () => leave(p)))]
        : null,
      unseen.length
        ? h(
            'p',
            { class: 'note' },
            `${unseen.map((p) => p.name).join('、')}没有在本机登记到场；用自己手机登记的，回传后才看得到。请当面确认已离场。`,
          )
        : null,
      h(
        'div',
        { class: 'sheet-foot' },
        state.mine ? primary('确认离场', () => leave(scene.me)) : primary('返回现场', () => home(app, id)),
      ),
    );
  const asked = async () => {
    const words = `已要求${helpers.map((p) => p.name).join('、')}离场`;
    const what = acts.capture(app.pack, scene.visit, scene.me, { kind: 'note', text: words });
    if (await act(app, scene, what, { words })) await leave(scene.me);
  };
  return sheet(
    app,
    '离场',
    () => home(app, id),
    h(
      'p',
      { class: 'field-band bad-band', role: 'alert' },
      h('strong', {}, `您离开后执法人员不足${app.pack.settings.officers}名`),
    ),
    h('p', { class: 'lead' }, `${helpers.map((p) => p.name).join('、')}还在场内，须先离场（规定第十一条）。`),
    h(
      'div',
      { class: 'sheet-foot' },
      button('已要求离场，我先离开', asked),
      primary(`登记${helpers[0].name}离场`, () => leave(helpers[0])),
    ),
  );
}

function endSheet(app, scene, state) {
  const id = scene.visit.id;
  const end = async () => {
    const offline = scene.line.some((e) => (e.what === 'enter' || e.what === 'leave') && (e.n || e.offline));
    if (offline && !(await act(app, scene, acts.reconcile(scene.visit), { words: '核对到场离场' }))) return;
    if (await act(app, sceneOf(app, id), acts.close(scene.visit), { words: '结束现场' })) app.go('day');
  };
  return sheet(
    app,
    '结束现场',
    () => home(app, id),
    h('p', {}, state.everInside ? '全部人员已离场。' : '还没有人登记到场。'),
    h(
      'ul',
      {},
      h('li', {}, `照片${scene.line.filter((e) => e.what === 'photo').length}张`),
      h(
        'li',
        {},
        `未上传${app.entries.filter((e) => e.state === 'waiting').length}项：联网后自动回传，结束登记最后上传`,
      ),
    ),
    h(
      'div',
      { class: 'sheet-foot' },
      app.pack.kind === 'officer' && state.everInside ? primary('结束现场', end) : primary('返回', () => home(app, id)),
    ),
  );
}

// ---- what is half typed survives a killed tab ----
export async function keepDraft(name, fields) {
  const kept = await store.draft(name);
  for (const [key, field] of Object.entries(fields)) {
    if (kept?.[key] !== undefined) {
      if (field.type === 'checkbox' || field.type === 'radio') field.checked = kept[key];
      else field.value = kept[key];
    }
    field.addEventListener('input', () =>
      store.setDraft(
        name,
        Object.fromEntries(
          Object.entries(fields).map(([k, f]) => [
            k,
            f.type === 'checkbox' || f.type === 'radio' ? f.checked : f.value,
          ]),
        ),
      ),
    );
  }
}
