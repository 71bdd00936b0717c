// Proofs of the ledger's tree: RFC 9162 2.1.3.2 and 2.1.4.2 over SM3, as in src/ledger/proof.c. Indices are numbers, not 32-bit
// words: shifts are divisions here.
import {sm3} from "./sm3.mjs";
import {sameBytes} from "./bytes.mjs";

const LEAF = Uint8Array.of(0), NODE = Uint8Array.of(1);
export const LIMIT_PROOF = 64;

export const leafOf = spine => sm3(LEAF, spine);
const join = (left, right) => sm3(NODE, left, right);
const half = n => Math.floor(n / 2);

export function inclusionHolds(leaf, seq, size, nodes, root) {
    if (!(seq >= 1 && seq <= size) || nodes.length > LIMIT_PROOF)
        return false;
    let fn = seq - 1, sn = size - 1, r = leaf;
    for (const node of nodes) {
        if (sn === 0)
            return false;
        if (fn % 2 || fn === sn) {
            r = join(node, r);
            for (; fn % 2 === 0 && fn; fn = half(fn))
                sn = half(sn);
        } else {
            r = join(r, node);
        }
        fn = half(fn);
        sn = half(sn);
    }
    return sn === 0 && sameBytes(r, root);
}

// Both roots grow together from the node they share: fr towards the old one, sr towards the new.
function consistencyWalk(oldSize, oldRoot, size, root, shared, nodes) {
    let fn = oldSize - 1, sn = size - 1, fr = shared, sr = shared;
    for (; fn % 2; fn = half(fn))
        sn = half(sn);
    for (const node of nodes) {
        if (sn === 0)
            return false;
        if (fn % 2 || fn === sn) {
            fr = join(node, fr);
            sr = join(node, sr);
            for (; fn % 2 === 0 && fn; fn = half(fn))
                sn = half(sn);
        } else {
            sr = join(sr, node);
        }
        fn = half(fn);
        sn = half(sn);
    }
    return sn === 0 && sameBytes(fr, oldRoot) && sameBytes(sr, root);
}

function isPowerOfTwo(n) {
    for (; n % 2 === 0; n = half(n));
    return n === 1;
}

// 1 <= oldSize. A perfect old tree is itself the shared node, and not sent.
export function consistencyHolds(oldSize, oldRoot, size, root, nodes) {
    if (!(oldSize >= 1 && oldSize <= size) || nodes.length > LIMIT_PROOF)
        return false;
    if (oldSize === size)
        return nodes.length === 0 && sameBytes(oldRoot, root);
    if (isPowerOfTwo(oldSize))
        return consistencyWalk(oldSize, oldRoot, size, root, oldRoot, nodes);
    return nodes.length > 0 && consistencyWalk(oldSize, oldRoot, size, root, nodes[0], nodes.slice(1));
}
