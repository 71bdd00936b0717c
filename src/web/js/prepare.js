// 手机准备: tries what a phone needs in the field, one thing at a time, and says what to do where it fails. The page says the same without
// this script. Nothing tried here leaves the phone: no picture is taken, no position is sent.

const page = document.querySelector('[data-prepare]');

function settle(name, good, text) {
  const item = page.querySelector(`[data-check="${name}"]`);
  item.classList.remove('trying', 'good', 'bad');
  item.classList.add(good ? 'good' : 'bad');
  item.querySelector('[data-result]').textContent = text;
  item.querySelector('details').open = !good;
  return good;
}

const late = (ms) => new Promise((_, no) => setTimeout(() => no(new Error('late')), ms));

// Registered for real, and taken away again: its scope is this page alone.
async function worker() {
  if (!('serviceWorker' in navigator)) return settle('worker', false, '不支持：地址不是HTTPS，或者浏览器太旧');
  try {
    const there = await navigator.serviceWorker.register('/prepare/worker.js', { scope: '/prepare' });
    await there.unregister();
    return settle('worker', true, '可以离线使用');
  } catch {
    return settle('worker', false, '注册失败：证书没有装好，或者浏览器在无痕模式');
  }
}

async function camera() {
  if (!navigator.mediaDevices?.getUserMedia) return settle('camera', false, '不支持：地址不是HTTPS，或者浏览器太旧');
  try {
    const stream = await Promise.race([navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }), late(60000)]);
    for (const track of stream.getTracks()) track.stop();
    return settle('camera', true, '可以拍照');
  } catch (fault) {
    return settle('camera', false, fault.name === 'NotAllowedError' ? '没有允许使用相机' : '没有打开相机：被别的程序占用，或者没有相机');
  }
}

async function place() {
  if (!navigator.geolocation || !window.isSecureContext) return settle('place', false, '不支持：地址不是HTTPS，或者浏览器太旧');
  try {
    const at = await new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no, { enableHighAccuracy: true, timeout: 30000 }));
    const metres = Math.round(at.coords.accuracy);
    return settle('place', metres <= 100, `误差约${metres}米${metres <= 100 ? '' : '，太大'}`);
  } catch (fault) {
    return settle('place', false, fault.code === 1 ? '没有允许使用位置' : '30秒内没有得到位置');
  }
}

const PHOTO_BYTES = 3 << 20;

async function storage() {
  if (!navigator.storage?.estimate) return settle('storage', false, '不支持：地址不是HTTPS，或者浏览器太旧');
  const kept = await navigator.storage.persist?.() ?? false;
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  const photos = Math.floor((quota - usage) / PHOTO_BYTES);
  return settle('storage', photos >= 100, `还能存约${photos}张照片${kept ? '，系统不会自动清理' : '；系统空间紧张时可能清理，请当天回传'}`);
}

// Half of the round trip is what the answer may be old.
async function clock() {
  try {
    const sent = Date.now();
    const answer = await fetch('/prepare/clock', { cache: 'no-store' });
    const back = Date.now();
    const seconds = Math.round(((sent + back) / 2 - Number(await answer.text())) / 1000);
    const off = Math.abs(seconds);
    return settle('clock', off <= 30, off <= 2 ? '与服务器一致' : `比服务器${seconds > 0 ? '快' : '慢'}${off}秒`);
  } catch {
    return settle('clock', false, '没有连上服务器，不能核对');
  }
}

const checks = { worker, camera, place, storage, clock };

async function tryOne(name) {
  const item = page.querySelector(`[data-check="${name}"]`);
  item.classList.add('trying');
  item.querySelector('[data-result]').textContent = '正在检查…';
  return checks[name]().catch(() => settle(name, false, '没有查成，请再试一次'));
}

async function tryAll(button) {
  button.disabled = true;
  let good = 0;
  for (const name of Object.keys(checks)) good += await tryOne(name) ? 1 : 0;
  button.disabled = false;
  const said = page.querySelector('[data-said]');
  said.textContent = good === 5 ? '五项都好了，这部手机可以离线使用。' : `还有${5 - good}项没有通过，按下面的办法处理后再检查。`;
  said.className = good === 5 ? 'fine' : 'alert';
}

if (page) {
  if (window.isSecureContext) page.querySelector('[data-plain]')?.remove();
  const all = page.querySelector('[data-all]');
  all.hidden = false;
  all.addEventListener('click', () => tryAll(all));
  page.querySelector('[data-noscript]').remove();
}
