// Elements by hand: text is always text, so nothing out of a bundle can become markup.

export function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false)
            continue;
        if (name.startsWith("on"))
            node.addEventListener(name.slice(2), value);
        else
            node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== ""));
    return node;
}

export const card = (title, ...children) => {
    const id = "h" + Math.random().toString(36).slice(2, 9);
    return el("section", {class: "card", "aria-labelledby": id}, el("h2", {id}, title), ...children);
};

export const facts = rows => el("dl", {}, rows.filter(row => row && row[1] !== "" && row[1] !== null)
    .flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, value)]));

// A table that becomes cards on a phone. rows: arrays of cells; a cell is text or a node.
export function table(heads, rows, classes = []) {
    return el("div", {class: "scroll"}, el("table", {class: "cards"},
        el("thead", {}, el("tr", {}, heads.map((head, i) => el("th", {scope: "col", class: classes[i] === "number" ? "number" : null}, head)))),
        el("tbody", {}, rows.map(cells => el("tr", {}, cells.map((cell, i) =>
            el("td", {"data-label": heads[i], class: classes[i] || null}, cell)))))));
}

// Long lists come in portions; printing wants them whole.
export function portions(parent, items, size, draw) {
    let shown = 0;
    const more = el("button", {type: "button", class: "more"});
    const next = upTo => {
        parent.append(...items.slice(shown, upTo).map(draw));
        shown = Math.min(upTo, items.length);
        more.hidden = shown >= items.length;
        more.textContent = `再显示${Math.min(size, items.length - shown)}条（还有${items.length - shown}条）`;
    };
    more.addEventListener("click", () => next(shown + size));
    next(size);
    return {more, all: () => next(items.length)};
}
