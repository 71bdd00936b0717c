// Reading an entry code: with the camera where it can, by six digits always.
import { h, primary } from './field_dom.js';
import * as acts from './field_acts.js';
import * as store from './field_store.js';
import { checkCode } from './field_code.js';
import { closeWith, openCamera } from './field_camera.js';
import { act, home, late, sceneOf, sheet } from './field_sheets.js';

const EVERY_MS = 250;
const WIDTH = 480; // enough for a code that fills a third of the view

// A function from a video frame to the text of the code in it, or null.
export async function makeReader() {
  if (globalThis.BarcodeDetector && (await BarcodeDetector.getSupportedFormats()).includes('qr_code')) {
    const detector = new BarcodeDetector({ formats: ['qr_code'] });
    return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
  }
  const { decodeQR } = await import('./qr_decode.js');
  const canvas = h('canvas', {});
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  return async (source) => {
    const width = Math.min(WIDTH, source.videoWidth || source.width);
    canvas.width = width;
    canvas.height = Math.round((width * (source.videoHeight || source.height)) / (source.videoWidth || source.width));
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return null; // no code in this frame
    }
  };
}

async function watch(video, stream, found) {
  const read = await makeReader();
  closeWith(stream, video);
  while (stream.active) {
    await new Promise((go) => setTimeout(go, EVERY_MS));
    const text = video.videoWidth && video.isConnected ? await read(video).catch(() => null) : null;
    if (text && (await found(text))) return;
  }
}

export async function scanSheet(app, id) {
  const scene = sceneOf(app, id);
  if (!scene) return app.day();
  const { visit, me } = scene;
  const says = h('p', { class: 'field-says', role: 'status' }, '对准执法人员手机上的到场码，或输入六位数字。');
  const video = h('video', { class: 'camera', playsinline: true, muted: true, 'aria-label': '取景' });
  const digits = h('input', {
    id: 'digits',
    inputmode: 'numeric',
    autocomplete: 'off',
    maxlength: 6,
    'aria-label': '六位数字',
  });
  let busy = false;
  const found = async (text) => {
    if (busy) return false;
    busy = true;
    try {
      const said = await checkCode(visit, text, app.pack.settings.code_seconds);
      if (said.fine === false) {
        says.textContent = '这不是本次现场现在的到场码，请看准再试一次。';
        return false;
      }
      if (Math.abs(said.offset ?? 0) > app.pack.settings.clock_tolerance_s * 1000)
        says.textContent = `两部手机的时间相差${Math.round(Math.abs(said.offset) / 1000)}秒，已一并记录。`;
      if (said.person && said.person !== me.id) {
        await store.meet(id, said.person, Date.now());
        await app.refresh();
      }
      if (scene.state().mine) {
        says.textContent = `核对一致${said.person ? `：${scene.name(said.person)}的到场码` : ''}。您已登记在场。`;
        return true;
      }
      const what = await acts.presence('enter', visit, me.id, { code: text });
      if (
        await act(
          app,
          sceneOf(app, id),
          what,
          { words: `${me.name}到场` },
          late(app, scene, 'enter', me.id, { code: text }),
        )
      )
        home(app, id);
      return true;
    } finally {
      busy = false;
    }
  };
  digits.addEventListener('input', () => {
    if (/^\d{6}$/.test(digits.value))
      found(digits.value).then((fine) => {
        if (!fine) digits.value = '';
      });
  });
  const element = sheet(
    app,
    '扫码到场',
    () => home(app, id),
    h('div', { class: 'camera-box scan' }, video),
    says,
    h('label', { for: 'digits' }, '六位数字'),
    digits,
    h(
      'div',
      { class: 'sheet-foot' },
      primary('到场', () => (digits.value.length === 6 ? found(digits.value) : digits.focus())),
    ),
  );
  openCamera(video).then(
    (stream) => watch(video, stream, found),
    () => {
      video.parentElement.replaceChildren(h('p', { class: 'note' }, '没有取景画面：请输入执法人员手机上的六位数字。'));
      digits.focus();
    },
  );
  return element;
}
