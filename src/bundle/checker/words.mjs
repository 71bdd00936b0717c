// What is in a bundle, as people read it. Times are shown in Beijing time, as everywhere in the system.
import {ACTS, INSTRUMENTS, WORDS} from "./tables.mjs";

const EIGHT_HOURS = 8 * 3600 * 1e6;
const two = n => String(n).padStart(2, "0");

export function timeOf(usec) {
    if (usec === null || usec === undefined)
        return "—";
    const d = new Date((Number(usec) + EIGHT_HOURS) / 1000);
    return `${d.getUTCFullYear()}年${d.getUTCMonth() + 1}月${d.getUTCDate()}日 ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

export function dayOf(days) {
    const d = new Date(Number(days) * 86400000);
    return `${d.getUTCFullYear()}年${d.getUTCMonth() + 1}月${d.getUTCDate()}日`;
}

export function sizeOf(bytes) {
    return bytes < 1024 ? `${bytes}字节` : bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}

export const actLabel = act => ACTS[act]?.label ?? act;
export const VERDICT = {allowed: "准予", held: "暂缓", refused: "不予"};
export const instrumentLabel = id => INSTRUMENTS[id] ?? id;

function itemValue(field, value) {
    if (typeof value === "boolean")
        return value ? "是" : "否";
    switch (field?.kind) {
    case "day": return dayOf(value);
    case "time": return timeOf(value);
    case "fen": return `${(Number(value) / 100).toFixed(2)}元`;
    case "degree": return `${(Number(value) / 1e7).toFixed(6)}°`;
    case "percent": return `${(Number(value) / 100).toFixed(2)}%`;
    case "number": return String(Number(value) / 1000);
    case "flag": return Number(value) ? "是" : "否";
    case "enum": return WORDS[value] ?? String(value);
    default: return typeof value === "object" ? JSON.stringify(value) : String(value);
    }
}

// [[label, text], ..] of an act's fields; lists and members of objects on lines of their own.
export function fieldRows(act, fields) {
    const rows = [];
    const walk = (of, values, prefix) => {
        for (const [name, value] of Object.entries(values)) {
            const field = of?.[name], label = prefix + (field?.label ?? name);
            if (Array.isArray(value))
                rows.push([label, value.map(v => typeof v === "object" && v !== null
                    ? Object.entries(v).map(([k, x]) => `${field?.fields?.[k]?.label ?? k}：${itemValue(field?.fields?.[k], x)}`).join("；")
                    : itemValue(field, v)).join("、")]);
            else if (typeof value === "object" && value !== null)
                walk(field?.fields, value, label + "·");
            else
                rows.push([label, itemValue(field, value)]);
        }
    };
    walk(ACTS[act]?.fields, fields, "");
    return rows;
}

// The label of a body item: content.who, items[3].note.
export function itemLabel(act, name) {
    let of = ACTS[act]?.fields;
    const parts = name.split(".").map(step => {
        const plain = step.replace(/\[.*$/, ""), field = of?.[plain], index = /\[([0-9]+)\]/.exec(step);
        of = field?.fields;
        return (field?.label ?? plain) + (index ? `（第${Number(index[1]) + 1}项）` : "");
    });
    return name === "#reasons" ? "回执所说的理由" : parts.join("·");
}

// A body text by its field's kind: numbers are written as JSON, texts as themselves.
export function itemText(act, name, text) {
    const field = name.split(".").reduce((of, step) => {
        const found = (of?.fields ?? of)?.[step.replace(/\[.*$/, "")];
        return found;
    }, ACTS[act]?.fields);
    if (name === "#reasons")
        return "见上面的理由";
    return field && ["day", "time", "fen", "degree", "percent", "number"].includes(field.kind) && /^-?[0-9]+$/.test(text)
        ? itemValue(field, Number(text)) : text;
}
