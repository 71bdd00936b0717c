// The members of a bundle by name, and their texts as the checks read them: a limit, UTF-8, one JSON object.
import {canonicalRead, isObject, looseRead} from "./json.mjs";
import {Fault} from "./fault.mjs";

export class Members {
    constructor(source, list) {
        this.source = source;
        this.list = list;
        this.byName = new Map(list.map(m => [m.name, m]));
        this.texts = new Map(); // what the hashing pass has kept
    }

    find(name) {
        return this.byName.get(name) ?? null;
    }

    async bytes(m, limit) {
        if (m.size > limit)
            throw new Fault("member", m.name, m.local, `有${m.size}字节，最多${limit}字节`);
        return this.texts.get(m.name) ?? this.source.read(m.at, m.size);
    }

    // `canonical`: no other spelling of the same value.
    async object(m, limit, canonical, word) {
        const bytes = await this.bytes(m, limit), value = looseRead(bytes);
        if (value === undefined)
            throw new Fault(word, m.name, -1, "不是可读的JSON");
        const strict = canonical ? canonicalRead(bytes) : value;
        if (!isObject(value) || !isObject(strict))
            throw new Fault(word, m.name, -1, "不是规范写法的JSON对象");
        return strict;
    }
}
