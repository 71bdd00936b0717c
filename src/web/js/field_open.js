// Before anything is shown: is this browser fit for it, who is it, and the PIN.
import { button, h, primary, sayFault, show } from './field_dom.js';
import * as store from './field_store.js';
import { link } from './field_sync.js';

const DIGITS = 6;

export const unfit = () =>
  show(
    h('h1', {}, '现场'),
    h('p', { class: 'alert', role: 'alert' }, h('strong', {}, '本机不能离线使用')),
    h(
      'p',
      {},
      location.protocol === 'https:' || location.hostname === 'localhost'
        ? '此浏览器缺少离线保存或加密功能，请换用新版浏览器。'
        : '地址不是https，浏览器不允许离线保存、相机和定位。请按“手机准备”安装单位证书后，用https地址打开。',
    ),
    h('p', {}, h('a', { class: 'button primary', href: '/prepare' }, '手机准备')),
    h(
      'p',
      {},
      '联网时仍可办理：',
      h('a', { href: '/things/visits' }, '现场'),
      ' · ',
      h('a', { href: '/acts' }, '全部事项'),
    ),
  );

// The browser did not let the page come up: nothing is known of what is kept, and nothing of it was touched.
export const broken = (fault) => {
  reportError(fault);
  show(
    h('h1', {}, '现场'),
    h('p', { class: 'alert', role: 'alert' }, h('strong', {}, '本机的记录现在打不开')),
    h('p', {}, `${sayFault(fault)}。记录没有改动。请关掉其他“现场”页面，再试一次；还是不行的，重新启动浏览器。`),
    h('p', {}, primary('再试一次', () => location.reload())),
    h(
      'p',
      {},
      '联网时仍可办理：',
      h('a', { href: '/things/visits' }, '现场'),
      ' · ',
      h('a', { href: '/acts' }, '全部事项'),
    ),
  );
};

export const signInFirst = () =>
  show(
    h('h1', {}, '现场'),
    h(
      'p',
      {},
      link.online === false
        ? '本机还没有离线包，现在又没有网络。请在有网络时打开一次本页。'
        : '第一次使用，请先登录，取得今天的离线包。',
    ),
    link.trouble ? h('p', { class: 'note' }, link.trouble) : null,
    h(
      'p',
      {},
      link.online === false
        ? primary('再试一次', () => location.reload())
        : h('a', { class: 'button primary', href: '/sign-in?next=/field' }, '登录'),
    ),
  );

const digitsField = (id) =>
  h('input', { id, type: 'password', inputmode: 'numeric', autocomplete: 'off', maxlength: DIGITS, class: 'pin' });
const easy = (pin) => /^(\d)\1+$/.test(pin) || '01234567890'.includes(pin) || '09876543210'.includes(pin);

// Resolves to the PIN that was set.
export const askNewPin = (name) =>
  new Promise((done) => {
    const one = digitsField('pin-new');
    const two = digitsField('pin-again');
    const fault = h('p', { class: 'fault', role: 'alert' });
    const set = () => {
      const pin = one.value;
      if (!new RegExp(`^\\d{${DIGITS}}$`).test(pin)) fault.textContent = `请输入${DIGITS}位数字`;
      else if (easy(pin)) fault.textContent = '太容易猜中，请不要用相同或连续的数字';
      else if (pin !== two.value) fault.textContent = '两次输入不一样';
      else return done(pin);
      return one.focus();
    };
    show(
      h('h1', {}, '设置数字口令'),
      h(
        'p',
        {},
        `${name}，没有网络时用这六位数字打开本机的记录。记录在手机上加密保存，忘记口令的，未上传的记录无法找回。`,
      ),
      h('label', { for: 'pin-new' }, '六位数字'),
      one,
      h('label', { for: 'pin-again' }, '再输一次'),
      two,
      fault,
      h('div', { class: 'sheet-foot' }, primary('设置', set)),
    );
    one.focus();
  });

// Resolves when the store is open.
export const askPin = () =>
  new Promise((done) => {
    const field = digitsField('pin');
    const fault = h('p', { class: 'fault', role: 'alert' });
    const open = async () => {
      if (!field.value) return field.focus();
      const answer = await store.unlock(field.value);
      if (answer.open) return done();
      field.value = '';
      fault.textContent = answer.wait
        ? `口令不对。已错${answer.wrong}次，${answer.wait}秒后才能再试。`
        : `口令不对，已错${answer.wrong}次。`;
      return field.focus();
    };
    let trying = false;
    field.addEventListener('input', async () => {
      if (field.value.length !== DIGITS || trying) return;
      trying = true;
      await open();
      trying = false;
    });
    show(
      h('h1', {}, '输入数字口令'),
      h('p', {}, '记录在手机上加密保存。'),
      h('label', { for: 'pin' }, '六位数字'),
      field,
      fault,
      h('div', { class: 'sheet-foot' }, primary('打开', open)),
    );
    field.focus();
  });

export const tooLong = (hours) =>
  show(
    h('h1', {}, '现场'),
    h('p', { class: 'alert', role: 'alert' }, `离线已超过${hours}小时，数字口令不能再打开。记录都在，没有丢失。`),
    h('p', {}, '请联网登录一次，随后即可打开。'),
    h('p', {}, h('a', { class: 'button primary', href: '/sign-in?next=/field' }, '登录')),
    h(
      'p',
      {},
      button('再试一次', () => location.reload()),
    ),
  );
