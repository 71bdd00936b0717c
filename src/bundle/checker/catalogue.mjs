// Originals and papers against what entries say of them; the catalogue against both: docs/bundle-format.md 8.
import {hasKeys, isInteger} from "./json.mjs";
import {isDay, isFilled, isText} from "./notes.mjs";
import {seqName} from "./entries.mjs";
import {Fault} from "./fault.mjs";
import {LIMITS} from "./tables.mjs";

const ITEM = ["date", "form", "from", "kind", "member", "no", "pages", "seq", "title", "volume"];
const PAGES_MOST = 1000000;

// {originals, papers}: members with their digest; a paper says whether an entry speaks of it.
export function originalsCheck(members, digests, spoken) {
    const originals = [], papers = [];
    for (const m of members.list) {
        const sm3 = digests.get(m.name);
        if (m.name.startsWith("papers/"))
            papers.push({...m, sm3, anchored: spoken.has(sm3)});
        if (!m.name.startsWith("originals/"))
            continue;
        if (m.name.slice(10, 74) !== sm3)
            throw new Fault("original", m.name, m.at, "内容的SM3与名称不符");
        if (!spoken.has(sm3))
            throw new Fault("original", m.name, m.at, "账本里没有一条提到这份原件");
        originals.push({...m, sm3});
    }
    return {originals, papers};
}

function itemShape(i) {
    return hasKeys(i, ITEM) && [i.no, i.from, i.pages, i.seq].every(isInteger) && isText(i.form) && isFilled(i.kind) && isFilled(i.title)
        && isText(i.member) && isText(i.date) && (i.volume === "main" || i.volume === "auxiliary") && (i.date === "" || isDay(i.date));
}

function itemFits(members, i, volumes, last) {
    const now = volumes[i.volume];
    if ((last === "auxiliary" && i.volume === "main") || i.no !== now.no + 1 || i.from !== now.pages + 1 || i.pages < 0 || i.pages > PAGES_MOST)
        return false;
    now.no = i.no;
    now.pages += i.pages;
    return (i.member === "" || (/^(papers|originals)\//.test(i.member) && members.find(i.member) !== null))
        && (i.seq === 0 || (i.seq > 0 && members.find(seqName("entries", i.seq)) !== null));
}

export async function catalogueCheck(members, caseId) {
    const m = members.find("catalogue.json"), v = await members.object(m, LIMITS.catalogue, true, "catalogue");
    const volumes = {main: {no: 0, pages: 0}, auxiliary: {no: 0, pages: 0}};
    if (!hasKeys(v, ["case", "items", "pages"]) || v.case !== caseId || !Array.isArray(v.items) || !isInteger(v.pages))
        throw new Fault("catalogue", m.name, -1, "不是本案的目录");
    let last = "main";
    for (const [n, i] of v.items.entries()) {
        if (!itemShape(i) || !itemFits(members, i, volumes, last))
            throw new Fault("catalogue", m.name, -1, `目录第${n + 1}行的编号、页码、成员或条目不对`);
        last = i.volume;
    }
    if (v.pages !== volumes.main.pages + volumes.auxiliary.pages)
        throw new Fault("catalogue", m.name, -1, "目录的总页数不等于各行之和");
    return v;
}
