// The time line: every entry in the ledger's order, with what the author was told.
import {card, el, facts, portions} from "./dom.mjs";
import {actLabel, fieldRows, instrumentLabel, itemLabel, itemText, timeOf, VERDICT} from "./words.mjs";

const PORTION = 100;
const WITHHELD = {personal: "未提供（个人信息）", secret: "未提供（秘密）", source: "未提供（保护来源）"};

function itemRow(e, item) {
    const text = item.withheld ? WITHHELD[item.withheld] : item.erased_by !== undefined ? `已依令删除（第${item.erased_by}条）`
        : itemText(e.spine.act, item.name, item.text);
    return [itemLabel(e.spine.act, item.name), text];
}

function reason(r) {
    const clause = r.article ? `${instrumentLabel(r.instrument)}第${r.article}条` : instrumentLabel(r.instrument);
    return el("p", {class: "muted"}, `${clause}：${r.because || "（理由未提供）"}${r.remedy ? `。${r.remedy}` : ""}`);
}

function entryItem(e) {
    const s = e.spine, late = s.received_at - s.at > 60e6;
    return el("li", {class: s.verdict}, el("p", {}, el("b", {}, actLabel(s.act)), " ",
            s.verdict === "allowed" ? "" : el("span", {class: `badge ${s.verdict}`}, VERDICT[s.verdict]), " ",
            s.id ? el("code", {}, String(s.id)) : ""),
        el("p", {class: "muted time"}, `${timeOf(s.at)}，第${e.seq}条，经办 ${s.by}${late ? `（${timeOf(s.received_at)}收到）` : ""}`),
        e.reasons.map(reason),
        el("details", {}, el("summary", {}, "内容"), facts([...fieldRows(s.act, s.fields), ...e.items.map(i => itemRow(e, i))])));
}

export function timeline(report) {
    const list = el("ol", {class: "line"}), text = el("input", {type: "search", id: "line-text", autocomplete: "off"});
    const kind = el("select", {id: "line-kind"}, el("option", {value: ""}, "全部"),
        Object.entries(VERDICT).map(([value, label]) => el("option", {value}, label)));
    const holder = el("div"), counter = el("p", {class: "muted", role: "status"});
    let portion = null;
    const draw = () => {
        const wanted = text.value.trim(), all = report.entries.filter(e => (!kind.value || e.spine.verdict === kind.value)
            && (!wanted || actLabel(e.spine.act).includes(wanted) || String(e.seq) === wanted || JSON.stringify(e.items).includes(wanted)
                || JSON.stringify(e.spine.fields).includes(wanted)));
        list.replaceChildren();
        portion = portions(list, all, PORTION, entryItem);
        holder.replaceChildren(portion.more);
        counter.textContent = `${all.length}条`;
    };
    text.addEventListener("input", draw);
    kind.addEventListener("change", draw);
    draw();
    const section = card("时间线", el("div", {class: "find"}, el("div", {}, el("label", {for: "line-text"}, "查找事项、内容或序号"), text),
        el("div", {}, el("label", {for: "line-kind"}, "结论"), kind)), counter, list, holder);
    return {section, whole: () => portion.all()};
}
