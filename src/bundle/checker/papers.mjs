// The catalogue with its documents, the pictures, and who stood where: everything opened straight out of the ZIP.
import {card, el, portions, table} from "./dom.mjs";
import {sizeOf, timeOf} from "./words.mjs";

const TYPES = {pdf: "application/pdf", jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", webp: "image/webp", gif: "image/gif",
    txt: "text/plain", csv: "text/csv", mp4: "video/mp4", json: "application/json"};
const PICTURES = ["jpg", "jpeg", "png", "webp", "gif"];
const VOLUME = {main: "正卷", auxiliary: "副卷"};
const WORD = {alone: "没有陪同", doubtful: "陪同存疑（时钟误差内）"};

const extensionOf = name => /\.([a-z0-9]+)$/.exec(name)?.[1] ?? "";

// Addresses are made when asked for and stay as long as the page; the bytes stay on the disk.
export function addresses(file) {
    const made = new Map();
    return member => {
        if (!made.has(member.name)) {
            const type = TYPES[extensionOf(member.name)] ?? "application/octet-stream";
            made.set(member.name, URL.createObjectURL(file.slice(member.at, member.at + member.size, type)));
        }
        return made.get(member.name);
    };
}

function opener(member, address, title) {
    const shown = ["pdf", ...PICTURES, "txt", "mp4"].includes(extensionOf(member.name));
    const link = el("a", {href: "#", target: "_blank", rel: "noopener"}, title);
    if (!shown)
        link.setAttribute("download", member.name.replaceAll("/", "-"));
    const fill = () => { link.href = address(member); };
    for (const event of ["pointerdown", "focus", "mouseenter"])
        link.addEventListener(event, fill);
    fill();
    return link;
}

const pagesOf = i => (i.pages > 1 ? `${i.from}—${i.from + i.pages - 1}` : i.pages ? String(i.from) : "另存");

export function papers(report, address) {
    const members = new Map(report.members.map(m => [m.name, m])), listed = new Set(report.catalogue.items.map(i => i.member));
    const rows = report.catalogue.items.map(i => [VOLUME[i.volume], String(i.no),
        i.member ? opener(members.get(i.member), address, i.title) : i.title, i.date || "—",
        pagesOf(i), i.seq ? `第${i.seq}条` : "—"]);
    const others = [...report.papers, ...report.originals].filter(m => !listed.has(m.name));
    const fresh = report.papers.filter(m => !m.anchored);
    return card("卷内目录", table(["卷", "序号", "题名", "日期", "页次", "办理记录"], rows, ["", "number", "", "time", "number", ""]),
        fresh.length ? el("p", {class: "note"}, `有${fresh.length}份文书是为导出本案卷包而制作的，以前没有签发过：${fresh.map(m => m.name).join("、")}。`) : null,
        members.has("catalogue.pdf") ? el("p", {}, opener(members.get("catalogue.pdf"), address, "封面和目录（印刷件）")) : null,
        others.length ? [el("h3", {}, "未列入目录的文件"),
            el("ul", {}, others.map(m => el("li", {}, opener(m, address, m.name), ` ${sizeOf(m.size)}`)))] : null);
}

// ---- pictures ----

// Entries that speak of a digest: who submitted it, when it was taken, at which visit.
function submissions(report) {
    const found = new Map();
    for (const e of report.entries)
        for (const text of JSON.stringify(e.spine.fields).matchAll(/sm3:([0-9a-f]{64})/g))
            if (!found.has(text[1]) || e.spine.act === "material.submit")
                found.set(text[1], e);
    return found;
}

// Of the visit it names, or of any in the case when it names none.
function standing(report, e) {
    const f = e?.spine.fields ?? {}, visits = report.presence.visits.filter(v => !f.visit || v.visit === f.visit);
    if (!f.captured_at || !visits.length)
        return null;
    const inside = visits.flatMap(v => v.helpers).flatMap(h => h.intervals.map(i => ({...i, pieces: h.pieces})))
        .filter(i => i.from <= f.captured_at && f.captured_at <= i.to);
    if (!inside.length)
        return f.visit ? ["refused", "拍摄时没有辅助人员在现场的记录"] : null;
    const piece = inside.flatMap(i => i.pieces).find(p => p.from <= f.captured_at && f.captured_at <= p.to);
    const span = `${timeOf(inside[0].from)}至${timeOf(inside[0].to)}`;
    return piece ? [piece.word === "alone" ? "refused" : "held", `拍摄时${WORD[piece.word]}，在场${span}`] : ["allowed", `有人陪同，在场${span}`];
}

// What it is called where it came in: a material by its title, an attachment by its name in the file. Items are JSON texts.
function titleOf(e, m) {
    const text = e?.items.find(i => i.name === "title" && typeof i.text === "string")?.text ?? JSON.stringify(e?.spine.fields.ref ?? "");
    try {
        const title = JSON.parse(text);
        return typeof title === "string" && title ? title : m.name.slice(10, 26) + "…";
    } catch {
        return text;
    }
}

function figure(report, address, found, m) {
    const e = found.get(m.sm3), f = e?.spine.fields ?? {}, words = standing(report, e);
    const title = titleOf(e, m);
    return el("li", {}, el("figure", {}, el("a", {href: address(m), target: "_blank", rel: "noopener"},
            el("img", {src: address(m), alt: title, loading: "lazy"})),
        el("figcaption", {}, el("b", {}, title), el("br"), `拍摄时间：${f.captured_at ? timeOf(f.captured_at) : "没有记录"}`, el("br"),
            words ? el("span", {class: `badge ${words[0]}`}, words[1]) : el("span", {class: "badge plain"}, "与现场记录无关联"),
            e ? [el("br"), el("span", {class: "muted"}, `第${e.seq}条提交`)] : null)));
}

export function photos(report, address) {
    const all = report.originals.filter(m => PICTURES.includes(extensionOf(m.name)));
    if (!all.length)
        return null;
    const list = el("ul", {class: "photos"}), found = submissions(report);
    const portion = portions(list, all, 24, m => figure(report, address, found, m));
    const section = card(`照片（${all.length}张）`, el("p", {class: "muted"}, "时间是提交时申报的拍摄时间；是否真实由法庭判断。"), list, portion.more);
    return {section, whole: portion.all};
}

// ---- presence ----

export function presence(report) {
    const rows = report.presence.visits.flatMap(v => v.helpers.flatMap(h => h.intervals.map(i => {
        const pieces = h.pieces.filter(p => p.from < i.to && p.to > i.from);
        return [v.visit, h.person, `${timeOf(i.from)}至${timeOf(i.to)}${i.unended ? "（没有离场记录）" : ""}`,
            v.officers.map(o => o.person).join("、") || "无",
            pieces.length ? el("ul", {}, pieces.map(p => el("li", {}, `${WORD[p.word]}：${timeOf(p.from)}至${timeOf(p.to)}`))) : "全程有人陪同"];
    })));
    if (!rows.length)
        return null;
    const rules = report.manifest.presence;
    return card("现场陪同", el("p", {class: "muted"}, `要求至少${rules.officers}名执法人员在场；容差${Math.round(rules.tolerance / 60e6)}分钟。人员以账号表示。`),
        table(["现场", "辅助人员", "在场", "执法人员", "陪同"], rows));
}
