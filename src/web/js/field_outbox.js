// What has not been sent, and what came back; and the sheet of the phone itself.
import { button, clockOf, h, primary, whenOf } from './field_dom.js';
import { roomWords } from './field_camera.js';
import * as store from './field_store.js';
import { clockError, link } from './field_sync.js';
import { reasonList, sheet } from './field_sheets.js';

const VERDICT = { held: '已记录，待批准', refused: '未被接收', invalid: '服务器读不懂' };

function returned(app, e) {
  const visit = app.pack.visits.find((v) => v.id === e.visit);
  return h(
    'article',
    { class: 'card' },
    h('h3', {}, `${e.words ?? '记录'} · ${VERDICT[e.verdict]}`),
    h('p', { class: 'muted' }, `${whenOf(e.at / 1000)} ${visit?.company.name ?? ''}`),
    reasonList(e.reasons),
    e.verdict === 'held' ? null : h('p', {}, '按所写办法改正后，在现场重新办理；事实不变的，可在联网的页面补录。'),
    button('知道了', async () => {
      await store.acknowledge(e.n);
      await app.refresh();
      app.go('outbox');
    }),
  );
}

export function outboxSheet(app) {
  const waiting = app.entries.filter((e) => e.state === 'waiting');
  const back = app.entries.filter((e) => e.state === 'answered' && e.verdict !== 'allowed' && !e.seen);
  return sheet(
    app,
    '未上传和退回',
    () => app.back(),
    link.trouble ? h('p', { class: 'note' }, link.trouble) : null,
    back.length ? [h('h2', {}, `没有直接生效的${back.length}项`), back.map((e) => returned(app, e))] : null,
    h('h2', {}, `未上传${waiting.length}项`),
    waiting.length
      ? h(
          'ul',
          { class: 'field-receipts' },
          waiting.map((e) => h('li', {}, `${whenOf(e.at / 1000)} ${e.words ?? '记录'}${e.photo ? '（含照片）' : ''}`)),
        )
      : h('p', { class: 'muted' }, '全部已上传。'),
    link.missing.length
      ? h('p', { class: 'note' }, `漏号：服务器从未收到本机第${link.missing.join('、')}号记录。`)
      : null,
    h('p', { class: 'muted' }, '照片在服务器答复校验码之前不会从手机上删除。'),
    h(
      'div',
      { class: 'sheet-foot' },
      primary('现在回传', async () => {
        await app.sync();
        await app.refresh();
        app.go('outbox');
      }),
    ),
  );
}

export async function phoneSheet(app) {
  const persistent = await navigator.storage?.persisted?.();
  const error = clockError();
  const rows = [
    ['使用人', app.pack.name],
    ['本机编号', await store.meta('phone')],
    ['离线包', `${whenOf(app.pack.issued_at / 1000)}取得`],
    ['可用口令打开', `联网后${app.pack.settings.lock_hours}小时内`],
    ['照片空间', roomWords(await store.photosThatFit())],
    ['存储', persistent ? '已请浏览器长期保存' : '浏览器未答应长期保存，请及时回传'],
    ['时钟', error === undefined ? '尚未与服务器核对' : `误差不超过${error}秒`],
    ['上次回传', app.lastSync ? clockOf(app.lastSync) : '尚未'],
  ];
  return sheet(
    app,
    '本机',
    () => app.go('day'),
    h(
      'dl',
      { class: 'field-facts card' },
      rows.map(([k, v]) => [h('dt', {}, k), h('dd', {}, v)]),
    ),
    h(
      'p',
      { class: 'field-links' },
      h('a', { class: 'button', href: '/prepare' }, '手机准备'),
      h('a', { class: 'button', href: '/phones' }, '我的手机（挂失）'),
      h('a', { class: 'button', href: '/pin' }, '现场口令'),
      h('a', { class: 'button', href: '/' }, '全部页面'),
    ),
    h(
      'div',
      { class: 'sheet-foot' },
      primary('锁上', () => {
        store.lockAgain();
        app.start();
      }),
    ),
  );
}
