// The checker as a worker: hashing a bundle of gigabytes must not freeze the page. The page makes the worker out of this very
// text; where a browser does not let a page from disk do so, the page runs the same functions itself.
import {bundleVerify} from "./verify.mjs";

// What a checker reads of a File or Blob.
export function fileSource(file) {
    return {
        size: file.size,
        read: async (at, n) => new Uint8Array(await file.slice(at, at + n).arrayBuffer()),
    };
}

if (typeof WorkerGlobalScope === "function" && self instanceof WorkerGlobalScope) {
    self.onmessage = async ({data}) => {
        let told = 0;
        const progress = (done, of) => {
            const now = Date.now();
            if (now - told > 100 || done === of) {
                told = now;
                self.postMessage({done, of});
            }
        };
        try {
            self.postMessage({report: await bundleVerify(fileSource(data.file), {key: data.key, progress})});
        } catch (e) {
            self.postMessage({failed: String(e?.message ?? e)});
        }
    };
}
