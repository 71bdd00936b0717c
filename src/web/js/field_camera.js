// Taking photos. The strip with time, place and task lies over the picture on the glass and is never drawn into it: the original stays as
// the camera gave it, its digest is taken at once. What comes out of the album is another thing and is marked as such.
import { button, clockOf, fullOf, h, primary, within } from './field_dom.js';
import * as acts from './field_acts.js';
import * as store from './field_store.js';
import { act, full, home, sceneOf, sheet } from './field_sheets.js';

const CAMERA_MS = 20000; // a person who is asked for leave included
const SHUTTER_MS = 8000;
const SHOWN_TRIES = 10; // half seconds until a screen that was asked for stands there

const stop = (stream) => stream.getTracks().forEach((t) => t.stop());

export async function openCamera(video) {
  const asked = navigator.mediaDevices.getUserMedia({
    video: { facingMode: { ideal: 'environment' }, width: { ideal: 2560 }, height: { ideal: 1920 } },
    audio: false,
  });
  const playing = asked.then(async (stream) => {
    video.srcObject = stream;
    await video.play();
    return stream;
  });
  return within(CAMERA_MS, playing, '相机没有答复').catch((e) => {
    asked.then(stop, () => {}); // whenever it comes
    throw e;
  });
}

// The stream ends with the screen that shows it: a camera that stays on empties the battery.
export function closeWith(stream, element) {
  let shown = false;
  let tries = 0;
  const timer = setInterval(() => {
    shown ||= element.isConnected || ++tries === SHOWN_TRIES; // left before it came
    if (element.isConnected || !shown) return;
    clearInterval(timer);
    stop(stream);
  }, 500);
}

// A Blob, or null: there is no picture yet.
async function takePhoto(video, stream) {
  const track = stream.getVideoTracks()[0];
  if (globalThis.ImageCapture) {
    try {
      const blob = await within(SHUTTER_MS, new ImageCapture(track).takePhoto(), '快门没有答复');
      if (blob.size) return blob;
    } catch {
      /* some cameras only stream, some hang: the frame shown is the picture then */
    }
  }
  const canvas = h('canvas', { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext('2d').drawImage(video, 0, 0);
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.92));
}

function strip(scene) {
  const line = h('p', { class: 'watermark', 'aria-hidden': 'true' });
  const tick = () => {
    const p = acts.position();
    line.textContent = `${fullOf(Date.now())} · ${scene.visit.company.name} · ${p.lon ? `${p.lon.toFixed(4)}，${p.lat.toFixed(4)} ±${p.accuracy_m}米` : '未定位'} · 任务${scene.visit.approval_no ?? scene.visit.id}`;
    if (line.isConnected || !line.dataset.shown) setTimeout(tick, 1000);
    line.dataset.shown = '1';
  };
  tick();
  return line;
}

export const roomWords = (n) =>
  n > 9999 ? '还可存10000张以上照片' : n > 0 ? `还可存约${n}张照片` : '手机空间不足，先联网回传再拍';

export async function cameraSheet(app, id) {
  const scene = sceneOf(app, id);
  if (!scene) return app.day();
  let taken = 0;
  const count = h('p', { class: 'camera-count', role: 'status' });
  const room = h('p', { class: 'camera-room' });
  const tellRoom = async () => {
    const n = await store.photosThatFit();
    room.textContent = roomWords(n);
    room.classList.toggle('short', n < 20);
  };
  const keep = async (blob, origin) => {
    const bytes = await blob.arrayBuffer();
    const kind = blob.type.startsWith('video/') ? 'video' : blob.type.startsWith('audio/') ? 'audio' : 'photo';
    const words = `${origin === 'album' ? '相册导入' : '现场拍摄'}${kind === 'photo' ? '照片' : kind === 'video' ? '录像' : '录音'}`;
    // The time line says when it was imported; when an album's picture was made, nobody here can vouch for.
    if (
      !(await act(app, scene, acts.capture(app.pack, scene.visit, scene.me, { kind, origin, bytes }), {
        words,
        photo: { bytes },
      }))
    )
      return false;
    taken++;
    await tellRoom();
    count.textContent = `本次已存${taken}张 · ${clockOf(Date.now())}`;
    return true;
  };
  const many = async (files, origin) => {
    for (const file of files) if (!(await keep(file, origin))) return;
  };
  const album = h('input', {
    type: 'file',
    accept: 'image/*,video/*',
    multiple: true,
    hidden: true,
    'data-origin': 'album',
    on: { change: () => many([...album.files], 'album') },
  });
  const native = h('input', {
    type: 'file',
    accept: 'image/*',
    capture: 'environment',
    hidden: true,
    'data-origin': 'camera',
    on: { change: () => many([...native.files], 'camera') },
  });
  const video = h('video', { class: 'camera', playsinline: true, muted: true, 'aria-label': '取景' });
  let stream = null;
  try {
    stream = await openCamera(video);
  } catch {
    /* no permission, no camera: the phone's own camera programme takes the picture */
  }
  const shoot = async () => {
    if ((await store.photosThatFit()) < 1) return full(app, id);
    if (!stream) return native.click();
    const blob = await takePhoto(video, stream);
    if (blob) return keep(blob, 'camera');
    count.textContent = '相机还没有画面，请再按一次';
    return undefined;
  };
  await tellRoom();
  const element = sheet(
    app,
    '拍照',
    () => home(app, id),
    h(
      'div',
      { class: 'camera-box' },
      stream ? video : h('p', { class: 'note' }, '没有取景画面：点“拍照”打开手机相机。'),
      strip(scene),
    ),
    count,
    room,
    album,
    native,
    h(
      'div',
      { class: 'sheet-foot' },
      button('从相册导入（另作标记）', () => album.click()),
      primary('拍照', shoot),
    ),
  );
  if (stream) closeWith(stream, element);
  return element;
}
