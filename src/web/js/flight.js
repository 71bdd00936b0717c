// Importing a flight: heads of photographs travel first, so that coverage and holes show before the team leaves; originals follow, one by one,
// each going on where it stopped. Without this module the form posts whole files.
const HEAD = 128 * 1024, BATCH = 40, BATCH_BYTES = 6 * 1024 * 1024, PART = 4 * 1024 * 1024, TRIES = 6;
const form = document.getElementById("flight-import");
const place = document.getElementById("flight-progress");

const line = (list, name) => {
  const item = document.createElement("li"), label = document.createElement("b"), state = document.createElement("span");
  label.textContent = name;
  item.append(label, " ", state);
  list.append(item);
  return text => { state.textContent = text; };
};

const headers = token => ({ "X-CSRF-Token": token, "Accept": "application/json" });

const problem = async answer => {
  try {
    const body = await answer.json();
    return (body.reasons || []).map(r => r.because).join("；") || body.detail || body.title || `出错（${answer.status}）`;
  } catch {
    return `出错（${answer.status}）`;
  }
};

const wait = ms => new Promise(done => setTimeout(done, ms));

// Part by part; after a broken line the server is asked how far it got.
async function upload(file, token, say) {
  const made = await fetch("/api/blobs", { method: "POST", headers: headers(token) });
  if (!made.ok) throw new Error(await problem(made));
  const { id } = await made.json();
  let offset = 0;
  for (let tries = 0; offset < file.size;) {
    try {
      const answer = await fetch(`/api/blobs/${id}`, { method: "PATCH", body: file.slice(offset, offset + PART),
        headers: { ...headers(token), "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" } });
      if (!answer.ok && answer.status !== 409) throw new Error(await problem(answer));
      offset = (await answer.json()).offset;
      tries = 0;
      say(`上传原件 ${Math.floor(100 * offset / file.size)}%`);
    } catch (fault) {
      if (++tries > TRIES) throw fault;
      say("线路中断，稍后接着传");
      await wait(1000 * 2 ** tries);
      const state = await fetch(`/api/blobs/${id}`, { headers: headers(token) }).catch(() => null);
      if (state && state.ok) offset = (await state.json()).offset;
    }
  }
  const finished = await fetch(`/api/blobs/${id}/finish`, { method: "POST", headers: headers(token) });
  if (!finished.ok) throw new Error(await problem(finished));
  return (await finished.json()).digest;
}

// The page's own account of the coverage, taken again.
async function refresh() {
  const answer = await fetch(location.pathname);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("coverage"), old = document.getElementById("coverage");
  if (fresh && old) old.replaceWith(document.importNode(fresh, true));
}

// What travels of a file: the head of a photograph, all of a log.
const travels = file => /\.jpe?g$/i.test(file.name) ? file.slice(0, HEAD) : file;

// Files in posts of a few megabytes: pairs of first and behind the last.
function posts(files) {
  const list = [];
  for (let from = 0, to = 0; from < files.length; from = to) {
    for (let bytes = 0; to < files.length && to - from < BATCH && (to === from || bytes + travels(files[to]).size <= BATCH_BYTES); to++)
      bytes += travels(files[to]).size;
    list.push([from, to]);
  }
  return list;
}

async function heads(files, token, says) {
  const taken = [];
  for (const [from, to] of posts(files)) {
    const body = new FormData();
    for (const file of files.slice(from, to))
      body.append("files", travels(file), file.name);
    const answer = await fetch(form.action, { method: "POST", headers: headers(token), body }).catch(() => null);
    if (!answer || !answer.ok) {
      const why = answer ? await problem(answer) : "线路中断，请重新选择这些文件";
      for (let i = from; i < to; i++) says[i](why);
      continue;
    }
    const result = await answer.json();
    for (let i = from; i < to; i++) says[i]("已读取");
    for (const unread of result.unread) says[from + unread.file](unread.why);
    for (const photo of result.photos) {
      const at = from + photo.file;
      says[at](photo.notes || "已定位");
      if (photo.position >= 0 && photo.import) taken.push({ file: files[at], photo, say: says[at] });
    }
    await refresh();
  }
  return taken;
}

async function originals(taken, token) {
  for (const { file, photo, say } of taken) {
    try {
      const digest = await upload(file, token, say);
      const body = new FormData();
      body.append("import", photo.import);
      body.append("position", photo.position);
      body.append("digest", digest);
      const answer = await fetch(form.action.replace(/import$/, "originals"), { method: "POST", headers: headers(token), body });
      const notes = answer.ok ? (await answer.json()).notes : "";
      say(!answer.ok ? await problem(answer) : notes ? `原件已保存；${notes}，只作提示` : "原件已保存");
    } catch (fault) {
      say(`原件没有传完：${fault.message}。重新选择同样的文件即可接着传`);
    }
  }
}

if (form && place)
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const files = [...form.elements.files.files], token = form.elements.csrf.value, button = form.querySelector("button");
    if (!files.length) return;
    const list = document.createElement("ul");
    list.className = "uploads";
    place.replaceChildren(list);
    button.disabled = true;
    const leaving = stop => stop.preventDefault();
    addEventListener("beforeunload", leaving);
    const says = files.map(file => line(list, file.name));
    const taken = await heads(files, token, says);
    await originals(taken, token);
    removeEventListener("beforeunload", leaving);
    button.disabled = false;
  });
