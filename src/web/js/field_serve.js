// Giving notice, and a colleague on a borrowed phone: the two places where somebody signs with a finger.
import { button, fullOf, h, primary } from './field_dom.js';
import * as acts from './field_acts.js';
import * as store from './field_store.js';
import { pinMatches } from './field_seal.js';
import { act, home, keepDraft, late, sceneOf, sheet } from './field_sheets.js';

// ---- a signature: strokes on a canvas, a PNG of what was drawn ----
const LEAST_POINTS = 8; // a touch by mistake is no signature

function pad(label) {
  const canvas = h('canvas', { class: 'sign-pad', width: 640, height: 260, role: 'img', 'aria-label': label });
  const pen = canvas.getContext('2d');
  let points = 0;
  let down = false;
  const at = (e) => {
    const r = canvas.getBoundingClientRect();
    return [((e.clientX - r.left) / r.width) * 640, ((e.clientY - r.top) / r.height) * 260];
  };
  const clear = () => {
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, 640, 260);
    Object.assign(pen, { strokeStyle: '#111', lineWidth: 5, lineCap: 'round', lineJoin: 'round' });
    points = 0;
  };
  clear();
  canvas.addEventListener('pointerdown', (e) => {
    down = true;
    canvas.setPointerCapture(e.pointerId);
    pen.beginPath();
    pen.moveTo(...at(e));
  });
  canvas.addEventListener('pointermove', (e) => {
    if (!down) return;
    points++;
    pen.lineTo(...at(e));
    pen.stroke();
  });
  for (const end of ['pointerup', 'pointercancel'])
    canvas.addEventListener(end, () => {
      down = false;
    });
  const bytes = () => new Promise((done) => canvas.toBlob((b) => b.arrayBuffer().then(done), 'image/png'));
  return {
    part: h(
      'div',
      { class: 'sign' },
      h('div', { class: 'sign-head' }, h('span', {}, label), button('重签', clear)),
      canvas,
    ),
    signed: () => points >= LEAST_POINTS,
    bytes,
  };
}

async function keepSignature(app, scene, sign, words) {
  const bytes = await sign.bytes();
  return act(app, scene, acts.capture(app.pack, scene.visit, scene.me, { kind: 'signature', bytes, text: words }), {
    words,
    photo: { bytes },
  });
}

// ---- 告知送达 ----
function noticeText(visit) {
  const t = visit.notice.text ?? {};
  const rows = [
    ['谁来', t.who],
    ['做什么', t.what],
    ['不得做', t.not_allowed],
    ['时间', t.period],
    ['提出异议', t.objection_route],
  ].filter(([, v]) => v);
  return h(
    'details',
    { class: 'card notice-text' },
    h('summary', {}, '第三方辅助执法告知书（点开全文给企业看）'),
    h(
      'dl',
      { class: 'field-facts' },
      rows.map(([k, v]) => [h('dt', {}, k), h('dd', {}, v)]),
    ),
  );
}

const served = (app, id, text) =>
  sheet(
    app,
    '告知送达',
    () => home(app, id),
    h('p', { class: 'note' }, text),
    h(
      'div',
      { class: 'sheet-foot' },
      primary('返回现场', () => home(app, id)),
    ),
  );

// Two officers serve: those inside first, then those of the visit.
function servers(scene, state, least) {
  const officers = scene.visit.people.filter((p) => p.kind === 'officer');
  const inside = officers.filter((p) => state.inside.some((i) => i.id === p.id));
  return [...inside, ...officers.filter((p) => !inside.includes(p))].slice(0, Math.max(least, 2));
}

export async function serveSheet(app, id) {
  const scene = sceneOf(app, id);
  if (!scene) return app.day();
  const { visit } = scene;
  const state = scene.state();
  if (!visit.notice)
    return served(app, id, '还没有出具告知书。请先在“委托”里出具告知书（规定第八条），联网后刷新本页。');
  if (state.served) return served(app, id, '告知书已送达。');
  const officers = servers(scene, state, app.pack.settings.officers);
  const name = h('input', { id: 'recipient', autocomplete: 'off', maxlength: 60 });
  const refusedBox = h('input', { type: 'checkbox', id: 'unsigned' });
  const witness = h('input', { id: 'witness', autocomplete: 'off', maxlength: 60 });
  const fault = h('p', { class: 'fault', role: 'alert' });
  await keepDraft(`serve:${id}`, { name, refusedBox, witness });
  const sign = pad('受送达人签名');
  const witnessPart = h('div', {}, h('label', { for: 'witness' }, '见证人姓名'), witness);
  const method = () => {
    sign.part.hidden = refusedBox.checked;
    witnessPart.hidden = !refusedBox.checked;
  };
  refusedBox.addEventListener('change', method);
  method();
  const done = async () => {
    const missing = !name.value.trim()
      ? [name, '请写受送达人姓名']
      : refusedBox.checked && !witness.value.trim()
        ? [witness, '拒签的，请写见证人姓名']
        : !refusedBox.checked && !sign.signed()
          ? [sign.part, '请受送达人签名；拒签的，勾选“拒绝签收”']
          : null;
    if (missing) {
      fault.textContent = missing[1];
      return missing[0].focus?.();
    }
    const what = acts.serve(visit, {
      method: refusedBox.checked ? 'refused_with_witness' : 'signed',
      recipient: name.value.trim(),
      witness: refusedBox.checked ? witness.value.trim() : null,
      officers: officers.map((p) => p.user ?? p.id),
    });
    if (
      !(await act(app, scene, what, {
        words: `告知书送达${name.value.trim()}${refusedBox.checked ? '（拒签，有见证人）' : ''}`,
      }))
    )
      return undefined;
    if (!refusedBox.checked && !(await keepSignature(app, scene, sign, `${name.value.trim()}签收告知书`)))
      return undefined;
    await store.dropDraft(`serve:${id}`);
    return home(app, id);
  };
  return sheet(
    app,
    '告知送达',
    () => home(app, id),
    noticeText(visit),
    h('p', { class: 'muted' }, `送达人：${officers.map((p) => p.name).join('、')} · ${fullOf(Date.now())}`),
    h('label', { for: 'recipient' }, '受送达人姓名（企业在场人员）'),
    name,
    h('label', { class: 'field-check' }, refusedBox, ' 拒绝签收'),
    witnessPart,
    sign.part,
    h('div', { class: 'sheet-foot' }, fault, primary('完成送达', done)),
  );
}

// ---- 借用设备 ----
export function borrowSheet(app, id) {
  const scene = sceneOf(app, id);
  if (!scene) return app.day();
  const inside = new Set(scene.state().inside.map((p) => p.id));
  const others = scene.visit.people.filter((p) => p.id !== scene.me.id && !inside.has(p.id));
  return sheet(
    app,
    '同事借用本机',
    () => home(app, id),
    h('p', {}, '没有手机的人在这里登记到场：选本人，输本人的六位数字，签名。记录标明“借用设备”。'),
    h(
      'div',
      { class: 'field-choices' },
      others.map((p) =>
        button(`${p.name}${p.kind === 'officer' ? '' : '（辅助）'}`, () => app.go('borrower', id, p.id)),
      ),
    ),
    others.length ? null : h('p', { class: 'note' }, '本次现场的人员都已登记在场。'),
    h(
      'div',
      { class: 'sheet-foot' },
      primary('返回现场', () => home(app, id)),
    ),
  );
}

export function borrowerSheet(app, id, who) {
  const scene = sceneOf(app, id);
  const person = scene?.visit.people.find((p) => p.id === who);
  if (!person) return app.day();
  if (!person.pin)
    return sheet(
      app,
      `${person.name}借用本机`,
      () => app.go('borrow', id),
      h('p', { class: 'alert' }, `${person.name}还没有自己的现场口令，本机不能确认是本人。`),
      h('p', {}, '请本人登录后在“现场口令”（/pin）设置，下次取离线包后生效。现在先由本人事后登录补录到场。'),
      h(
        'div',
        { class: 'sheet-foot' },
        primary('返回', () => app.go('borrow', id)),
      ),
    );
  const pin = h('input', { id: 'own-pin', type: 'password', inputmode: 'numeric', autocomplete: 'off', maxlength: 12 });
  const fault = h('p', { class: 'fault', role: 'alert' });
  const sign = pad(`${person.name}签名`);
  const done = async () => {
    fault.textContent = ''; // what was said of the PIN before is not about this one
    if (!(await pinMatches(pin.value, person.pin))) {
      pin.value = '';
      fault.textContent = `现场口令不是${person.name}的，请本人再输一次`;
      return pin.focus();
    }
    if (!sign.signed()) {
      fault.textContent = '请本人签名';
      return undefined;
    }
    const what = await acts.presence('enter', scene.visit, person.id, { borrowed: true });
    if (
      !(await act(
        app,
        scene,
        what,
        { words: `${person.name}到场` },
        late(app, scene, 'enter', person.id, { borrowed: true }),
      ))
    )
      return undefined;
    return (await keepSignature(app, sceneOf(app, id), sign, `${person.name}借用设备到场签名`)) && home(app, id);
  };
  return sheet(
    app,
    `${person.name}借用本机`,
    () => app.go('borrow', id),
    h('label', { for: 'own-pin' }, `${person.name}本人的现场口令`),
    pin,
    sign.part,
    h('div', { class: 'sheet-foot' }, fault, primary('到场', done)),
  );
}
