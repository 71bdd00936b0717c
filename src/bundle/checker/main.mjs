// Wiring of the page: a file comes in, the check runs in a worker, what it found is drawn. Nothing is kept, nothing is sent.
import {bundleVerify} from "./verify.mjs";
import {fileSource} from "./worker.mjs";
import {el} from "./dom.mjs";
import {addresses, papers, photos, presence} from "./papers.mjs";
import {summary, verdict} from "./summary.mjs";
import {timeline} from "./timeline.mjs";
import {sizeOf} from "./words.mjs";

const at = id => document.getElementById(id);
let running = 0, current = null;

function progress(done, of) {
    at("bar").value = of ? done / of * 100 : 100;
    at("progress-text").textContent = `${sizeOf(done)} / ${sizeOf(of)}`;
}

// The same text the page runs, as a worker; null where the browser does not allow it.
function workerOf() {
    try {
        return new Worker(URL.createObjectURL(new Blob([at("core").textContent], {type: "text/javascript"})));
    } catch {
        return null;
    }
}

function inWorker(worker, file, key) {
    return new Promise((resolve, reject) => {
        worker.onmessage = ({data}) => {
            if (data.report)
                resolve(data.report);
            else if (data.failed)
                reject(new Error(data.failed));
            else
                progress(data.done, data.of);
        };
        worker.onerror = e => {
            e.preventDefault();
            reject(null); // it never started
        };
        worker.postMessage({file, key});
    }).finally(() => worker.terminate());
}

async function check(file, key) {
    const here = () => bundleVerify(fileSource(file), {key, progress});
    const worker = workerOf();
    if (!worker)
        return here();
    try {
        return await inWorker(worker, file, key);
    } catch (e) {
        if (e)
            throw e;
        return here();
    }
}

function draw(report, file) {
    const address = addresses(file), whole = [], parts = [verdict(report, file.name, Date.now() * 1000)];
    if (report.sound) {
        parts.push(...summary(report));
        const line = timeline(report), pictures = photos(report, address);
        whole.push(line.whole, ...(pictures ? [pictures.whole] : []));
        parts[0].append(el("p", {class: "actions"}, el("button", {type: "button", class: "primary", onclick: () => {
            whole.forEach(f => f());
            print();
        }}, "打印核验报告")));
        parts.push(presence(report), papers(report, address), pictures?.section, line.section);
    }
    at("result").replaceChildren(...parts.filter(Boolean));
    at("verdict").focus();
}

function keyTyped() {
    const key = at("key").value.replaceAll(/[\s-]/g, "").toLowerCase(), fine = key === "" || /^[0-9a-f]{64}$/.test(key);
    at("key-fault").textContent = fine ? "" : `指纹应为64位十六进制数字（0—9、a—f），读到${key.length}位`;
    at("key").setAttribute("aria-invalid", String(!fine));
    return fine ? key : null;
}

async function open(file) {
    const key = keyTyped(), turn = ++running;
    current = file ?? null;
    if (!file || key === null)
        return;
    at("result").replaceChildren();
    at("file-name").textContent = `${file.name}，${sizeOf(file.size)}`;
    at("working").hidden = false;
    progress(0, file.size);
    try {
        const report = await check(file, key);
        report.size = file.size;
        report.demanded = key !== "";
        if (turn === running)
            draw(report, file);
    } catch (e) {
        if (turn === running)
            at("result").replaceChildren(el("p", {class: "alert", role: "alert"}, `文件读不出来：${e?.message ?? e}。请检查存储介质后再试。`));
    }
    if (turn === running)
        at("working").hidden = true;
}

const drop = at("drop");
at("file").addEventListener("change", () => open(at("file").files[0]));
at("key").addEventListener("change", () => open(current));
for (const event of ["dragover", "dragenter"])
    document.addEventListener(event, e => {
        e.preventDefault();
        drop.classList.add("over");
    });
for (const event of ["dragleave", "drop"])
    document.addEventListener(event, () => drop.classList.remove("over"));
document.addEventListener("drop", e => {
    e.preventDefault();
    const file = e.dataTransfer.files[0];
    if (file) {
        at("file").value = "";
        open(file);
    }
});
