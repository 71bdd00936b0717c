// The first thing a judge reads: what is proven, what is not, what was erased, and whose key it was.
import {FAULTS} from "./tables.mjs";
import {card, el, facts, table} from "./dom.mjs";
import {groups} from "./groups.mjs";
import {actLabel, itemLabel, sizeOf, timeOf} from "./words.mjs";

const PRESENCE = {
    accompanied: ["yes", "全程陪同", "按到场、离场记录，辅助人员在现场的每一时刻都有足够的执法人员陪同（规定第十一条）。"],
    alone: ["no", "有没有陪同的时段", "按到场、离场记录，辅助人员有一段时间没有足够的执法人员陪同，时段见“现场陪同”。"],
    doubtful: ["doubt", "陪同存疑", "在时钟误差以内，有些时段不能确定是否有人陪同，时段见“现场陪同”。"],
    none: ["doubt", "没有现场", "案卷里没有辅助人员进入现场的记录，无从谈陪同。"],
};
const WITHHELD = {personal: "个人信息", secret: "秘密", source: "保护来源"};

const claim = (kind, title, text) => el("li", {class: kind},
    el("span", {class: "mark", "aria-hidden": "true"}, kind === "yes" ? "✓" : kind === "no" ? "✗" : "—"),
    el("div", {}, el("b", {}, title), el("p", {}, text)));

export function verdict(report, fileName, checkedAt) {
    const kind = report.sound ? "sound" : "bad";
    const head = el("h2", {tabindex: "-1", id: "verdict"}, report.sound ? "核验通过：原样未动" : "核验未通过");
    const bad = report.bad;
    const why = bad && [el("p", {class: "alert"}, el("b", {}, FAULTS[bad.bad] ?? bad.bad), "：", bad.why),
        facts([["位置", bad.member], ["文件中的字节", bad.offset >= 0 ? `第${bad.offset}字节（从0数起）` : ""], ["机器用词", bad.bad]]),
        el("p", {}, "出现这一结论，说明这个文件与执法机构签名时的不同，或者没有传完整。请重新取得一份再核验；仍不通过的，不要依据其中任何内容。")];
    return el("section", {class: `card verdict ${kind}`, "aria-labelledby": "verdict"}, head,
        el("p", {class: "muted"}, `${fileName}，核验时间（本机时钟）${timeOf(checkedAt)}`), why);
}

function notProven() {
    return el("ul", {class: "claims"},
        claim("no", "照片、数据是否反映真相", "核验只说明文件自提交以来没有变，不说明拍摄的内容真实、完整。"),
        claim("no", "有没有应当入卷而没有入卷的", "没有放进案卷包的东西，核验看不见。"),
        claim("no", "密钥在谁手里", "请把下面的密钥指纹与印刷封面或者执法机构公布的指纹比对；一致才说明是该机关签的。"));
}

function proven(report) {
    const then = report.then;
    return el("ul", {class: "claims"},
        claim("yes", "没有改动", `文书、原件、办理记录共${report.members.length}个文件，与执法机构签名时逐字节相同。`),
        claim("yes", "先后次序", `${report.entries.length}条办理记录都在账本里，次序与签名的账本一致，账本此后只增不改。`
            + (then ? `其中第${then.size}条及以前的，在${timeOf(then.at)}就已如此。` : "")),
        claim(...PRESENCE[report.presence.word]));
}

export function summary(report) {
    const m = report.manifest;
    return [card("证明了什么", proven(report)), card("不能证明什么", notProven()),
        card("密钥指纹", el("p", {}, "请逐组与印刷封面上的指纹比对："), el("p", {class: "print", id: "fingerprint"}, groups(report.key)),
            report.demanded ? el("p", {class: "fine"}, "与您填写的指纹一致。")
                : el("p", {class: "note"}, "还没有比对。可在上面填写封面上的指纹后重新核验。")),
        card("案卷", facts([["案卷编号", m.case], ["执法机构", m.agency.name], ["导出时间", timeOf(m.made_at)],
            ["截至", m.as_of === null ? "导出之时" : `${timeOf(m.as_of)}所知`], ["账本", `${m.checkpoint.store}，签名时${m.checkpoint.size}条`],
            ["签名时间", timeOf(m.checkpoint.at)], ["办理记录", `${report.entries.length}条`],
            ["文书", `${report.papers.length}份`], ["原件", `${report.originals.length}件`], ["页数", `${report.catalogue.pages}页`],
            ["文件大小", sizeOf(report.size)]]),
            report.clockBack ? el("p", {class: "note"}, `有${report.clockBack}条记录的收到时间早于前一条：服务器的时钟曾被拨回。次序以序号为准。`) : null),
        card("删除与未提供的内容", withheldOf(report))];
}

function withheldOf(report) {
    const act = seq => report.entries.find(e => e.seq === seq)?.spine.act ?? "";
    const rows = report.entries.flatMap(e => e.items.filter(i => i.withheld).map(i => [`第${e.seq}条 ${actLabel(e.spine.act)}`,
        itemLabel(e.spine.act, i.name), `未提供（${WITHHELD[i.withheld]}）`]))
        .concat(report.erased.map(x => [`第${x.seq}条 ${actLabel(act(x.seq))}`, itemLabel(act(x.seq), x.item), `已依令删除，见第${x.order}条`]));
    if (!rows.length)
        return el("p", {}, `${report.open}项内容全部打开，没有删除，也没有未提供的。`);
    return [el("p", {}, `打开${report.open}项，未提供${report.withheld}项，已依令删除${report.erased.length}项。未提供和删除的内容只留下摘要，其余部分照样可以核验。`),
        table(["记录", "内容", "情况"], rows)];
}
