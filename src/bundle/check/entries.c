/*
 * Each entry: its spine is the leaf, the proof leads from it to the signed root, the opened items have the digests the spine
 * names, and the receipt says what the spine says. What later checks need of an entry is kept; the entry itself is not.
 */
#include "bundle/check/check_private.h"

#include <stdlib.h>
#include <string.h>

/* The entry at hand. */
struct entry {
    int64_t seq;
    const struct member *m;
    str bytes;
    const struct json *spine;
    str act, verdict, reasons; /* reasons: the item "#reasons" when open */
};

/* ---- checkpoint and consistency ---- */

static err *checkpoint_read(struct check *c, const struct member *m, struct checkpoint *ret)
{
    str note;
    TRY(member_text(c, c->arena, m, 4096, &note));
    if (!note.p)
        return NULL;
    if (checkpoint_parse(c->arena, note, ret))
        fault(c, BUNDLE_CHECKPOINT, m->name, -1, "不是检查点的标准写法");
    else if (!checkpoint_verifies(ret, c->key))
        fault(c, BUNDLE_CHECKPOINT, m->name, -1, "检查点不是这把公钥的主人签的");
    else if (!str_eq(checkpoint_store(ret), c->r->store_id))
        fault(c, BUNDLE_CHECKPOINT, m->name, -1, "检查点是另一个账本的");
    err_clear();
    return NULL;
}

static bool same_root(struct check *c, const struct sm3 *root)
{
    buf hex = buf_make(c->arena, 2 * SM3_BYTES);
    buf_hex(&hex, root->byte, SM3_BYTES);
    return str_eq(buf_str(&hex), c->manifest_root);
}

/* A proof in the one spelling proof_write has, of this kind and these numbers. */
static err *proof_member(struct check *c, struct arena *a, const struct member *m, enum bundle_fault what, const char *kind,
                         int64_t seq, int64_t old_size, struct proof *ret)
{
    str text, found;
    int64_t n[3];
    TRY(member_text(c, a, m, 16384, &text));
    if (!text.p)
        return NULL;
    err *bad = proof_read(a, text, &found, &n[0], &n[1], &n[2], ret);
    if (bad || !str_eq(found, str_of(kind)) || n[0] != seq || n[1] != old_size || n[2] != c->checkpoint.size ||
        !str_eq(text, proof_write(a, kind, seq, old_size, n[2], ret)))
        fault(c, what, m->name, -1, "不是从第%lld条到检查点的证明", (long long)(seq ? seq : old_size));
    err_clear();
    return NULL;
}

static err *then_check(struct check *c)
{
    const struct member *note = member_find(c, S("checkpoint-then.txt")), *m = member_find(c, S("consistency.json"));
    struct proof p;
    if (!note || !m)
        return NULL;
    TRY(checkpoint_read(c, note, &c->then));
    if (faulty(c))
        return NULL;
    if (c->r->as_of == USEC_NONE || c->then.at > c->r->as_of || c->then.size < 1 || c->then.size > c->checkpoint.size) {
        fault(c, BUNDLE_CHECKPOINT, note->name, -1, "当日检查点晚于截止时间，或比最新的检查点大");
        return NULL;
    }
    TRY(proof_member(c, c->arena, m, BUNDLE_CONSISTENCY, "consistency", 0, c->then.size, &p));
    if (!faulty(c) && !proof_consistency_holds(c->then.size, &c->then.root, c->checkpoint.size, &c->checkpoint.root, &p))
        fault(c, BUNDLE_CONSISTENCY, m->name, -1, "最新的账本不是当日账本的延续");
    c->r->then_size = c->then.size;
    return NULL;
}

err *checkpoints_check(struct check *c)
{
    const struct member *m = member_find(c, S("checkpoint.txt"));
    TRY(checkpoint_read(c, m, &c->checkpoint));
    if (faulty(c))
        return NULL;
    if (c->checkpoint.size != c->r->size || c->checkpoint.at != c->r->checkpoint_at || !same_root(c, &c->checkpoint.root))
        fault(c, BUNDLE_CHECKPOINT, m->name, -1, "检查点与清单写的不同");
    return faulty(c) ? NULL : then_check(c);
}

/* ---- the spine ---- */

static void speak_of(struct check *c, str text)
{
    ptrdiff_t at;
    while ((at = str_find(text, S("sm3:"))) >= 0) {
        struct sm3 digest;
        text = str_sub(text, (size_t)at + 4, text.n);
        if (hex_lower(str_sub(text, 0, 64), 64) && hex_decode(str_sub(text, 0, 64), digest.byte, SM3_BYTES))
            vec_push(c->arena, &c->spoken, digest);
    }
}

static void keep_event(struct check *c, const struct entry *e)
{
    const struct json *fields = json_get(e->spine, S("fields"));
    bool leave = str_eq(e->act, S("presence.leave"));
    int64_t time, error = 0;
    str visit = json_string(fields, S("visit")), person = json_string(fields, S("person"));
    if ((!leave && !str_eq(e->act, S("presence.enter"))) || str_eq(e->verdict, S("refused")) || !visit.n || !person.n ||
        !json_whole(fields, "time", &time))
        return;
    json_whole(fields, "clock_error_s", &error);
    if (error < 0 || error > 86400)
        error = 86400;
    struct event kept = {.seq = e->seq, .visit = arena_str(c->arena, visit), .person = arena_str(c->arena, person), .leave = leave,
                         .held = str_eq(e->verdict, S("held")), .time = time, .error = error * USEC_SECOND};
    vec_push(c->arena, &c->events, kept);
}

/* The held act this entry brought closer to its effect; 0: none. */
static int64_t effect_of(const struct json *spine)
{
    int64_t seq = 0;
    json_whole(json_get(spine, S("effect")), "seq", &seq);
    return seq;
}

static void keep_effect(struct check *c, const struct entry *e)
{
    int64_t seq = effect_of(e->spine);
    if (seq && str_eq(json_string(json_get(e->spine, S("effect")), S("verdict")), S("allowed")))
        vec_push(c->arena, &c->set_free, seq);
}

bool set_free(const struct check *c, int64_t seq)
{
    for (size_t i = 0; i < c->set_free.n; i++)
        if (c->set_free.p[i] == seq)
            return true;
    return false;
}

/* What this act set free: absent, or an object whose rules are absent or a list. A mark is absent or a number. Names of sealed items ascend. */
static bool spine_shape(const struct json *spine)
{
    const struct json *effect = json_get(spine, S("effect")), *rules = json_get(effect, S("rules")), *body = json_get(spine, S("body"));
    const struct json *mark = json_get(spine, S("mark"));
    int64_t number;
    for (size_t i = 1; i < body->n; i++)
        if (str_cmp(body->child[i - 1].key, body->child[i].key) >= 0)
            return false;
    return (!effect || effect->kind == JSON_OBJECT) && (!rules || rules->kind == JSON_ARRAY || rules->kind == JSON_NULL) &&
           (!mark || mark->kind == JSON_NULL || json_whole(spine, "mark", &number));
}

static err *spine_read(struct check *c, struct arena *a, struct entry *e, usec *last)
{
    int64_t seq, at, received;
    TRY(member_text(c, a, e->m, LIMIT_BUNDLE_TEXT, &e->bytes));
    if (!e->bytes.p)
        return NULL;
    TRY(member_json(c, a, e->m, LIMIT_BUNDLE_TEXT, false, BUNDLE_ENTRY, &e->spine));
    if (!e->spine)
        return NULL;
    e->act = json_string(e->spine, S("act"));
    e->verdict = json_string(e->spine, S("verdict"));
    if (!e->act.n || !json_whole(e->spine, "seq", &seq) || seq != e->seq || !json_whole(e->spine, "at", &at) ||
        !json_whole(e->spine, "received_at", &received) || !json_is(e->spine, "rules", JSON_ARRAY, NULL) ||
        !json_is(e->spine, "fields", JSON_OBJECT, NULL) || !json_is(e->spine, "body", JSON_OBJECT, NULL) ||
        !spine_shape(e->spine)) {
        fault(c, BUNDLE_ENTRY, e->m->name, -1, "不是第%lld条的内容", (long long)e->seq);
        return NULL;
    }
    c->r->clock_back += received < *last;
    *last = received;
    if (c->r->as_of != USEC_NONE && received > c->r->as_of) {
        struct late_entry late = {.seq = e->seq, .member = e->m->name};
        late.frees = effect_of(e->spine);
        vec_push(c->arena, &c->late, late);
    }
    speak_of(c, e->bytes);
    keep_event(c, e);
    keep_effect(c, e);
    return NULL;
}

static err *inclusion_check(struct check *c, struct arena *a, const struct entry *e)
{
    const struct member *m = member_find(c, seq_name(a, "proofs", e->seq));
    struct proof p;
    if (!m) {
        fault(c, BUNDLE_PROOF, e->m->name, -1, "第%lld条没有证明", (long long)e->seq);
        return NULL;
    }
    TRY(proof_member(c, a, m, BUNDLE_PROOF, "inclusion", e->seq, 0, &p));
    if (faulty(c))
        return NULL;
    struct sm3 leaf = ledger_leaf(e->bytes);
    if (!proof_inclusion_holds(&leaf, e->seq, c->checkpoint.size, &p, &c->checkpoint.root))
        fault(c, BUNDLE_PROOF, m->name, -1, "第%lld条不在签名的账本里，或内容被改动", (long long)e->seq);
    return NULL;
}

/* ---- body ---- */

/* What an entry is as an order of erasure. Read once: a body may name one order for each of a hundred thousand items. */
static err *order_read(struct check *c, struct member *m)
{
    AUTO_ARENA(a);
    const struct json *spine;
    m->order = ORDER_NONE;
    TRY(member_json(c, a, m, LIMIT_BUNDLE_TEXT, false, BUNDLE_ENTRY, &spine));
    str verdict = json_string(spine, S("verdict"));
    if (!str_eq(json_string(spine, S("act")), S("secret.erase")))
        return NULL;
    if (str_eq(verdict, S("held")))
        m->order = ORDER_HELD;
    else if (str_eq(verdict, S("allowed")))
        m->order = ORDER_ALLOWED;
    return NULL;
}

/* The order that erased an item stands in the bundle and was allowed, at once or by approvals (orders_check). */
static err *order_check(struct check *c, struct arena *a, const struct entry *e, const struct member *body, int64_t order, str item)
{
    struct member *m = member_find(c, seq_name(a, "entries", order));
    if (m && m->order == ORDER_UNREAD)
        TRY(order_read(c, m));
    if (!m || m->order == ORDER_NONE) {
        fault(c, BUNDLE_BODY, body->name, -1, "“%.*s”说由第%lld条删除，案卷包里没有这道删除令", STR_ARG(item), (long long)order);
        return NULL;
    }
    struct bundle_erased erased = {e->seq, order, arena_str(c->arena, item)};
    struct late_entry order_held = {.seq = order, .member = body->name};
    vec_push(c->arena, &c->erased, erased);
    if (m->order == ORDER_HELD) /* who set it free comes later in the file */
        vec_push(c->arena, &c->orders, order_held);
    return NULL;
}

static bool salted(str name, const struct json *item, str digest)
{
    uint8_t salt[SALT_BYTES];
    struct sm3 wanted;
    str hex = json_string(item, S("salt")), text = json_string(item, S("text"));
    if (!text.p || !hex_lower(hex, 2 * SALT_BYTES) || !hex_decode(hex, salt, SALT_BYTES) || !hex_lower(digest, 2 * SM3_BYTES) ||
        !hex_decode(digest, wanted.byte, SM3_BYTES))
        return false;
    struct sm3 found = seal_digest(salt, name, text);
    return bytes_equal(&found, &wanted, sizeof found);
}

static bool known_reason(str reason)
{
    return str_eq(reason, S("personal")) || str_eq(reason, S("secret")) || str_eq(reason, S("source"));
}

static err *item_check(struct check *c, struct arena *a, struct entry *e, const struct member *m, const struct json *item,
                       const struct json *named)
{
    str name = json_string(item, S("name"));
    int64_t order;
    if (!str_eq(name, named->key) || named->kind != JSON_STRING)
        fault(c, BUNDLE_BODY, m->name, -1, "第%lld条的“%.*s”缺失或顺序不对", (long long)e->seq, STR_ARG(named->key));
    else if (json_only(item, "name salt text")) {
        if (!salted(name, item, named->string))
            fault(c, BUNDLE_BODY, m->name, -1, "第%lld条“%.*s”的内容与账本里的摘要不符", (long long)e->seq, STR_ARG(name));
        if (str_eq(name, S("#reasons")))
            e->reasons = json_string(item, S("text"));
        speak_of(c, json_string(item, S("text")));
        c->r->open++;
    } else if (json_only(item, "name withheld") && known_reason(json_string(item, S("withheld"))))
        c->r->withheld++;
    else if (json_only(item, "erased_by name") && json_whole(item, "erased_by", &order) && order > 0)
        return order_check(c, a, e, m, order, name);
    else
        fault(c, BUNDLE_BODY, m->name, -1, "第%lld条“%.*s”不是公开、删除、保留三种之一", (long long)e->seq, STR_ARG(name));
    return NULL;
}

static err *body_check(struct check *c, struct arena *a, struct entry *e)
{
    const struct json *named = json_get(e->spine, S("body")), *body, *items;
    const struct member *m = member_find(c, seq_name(a, "bodies", e->seq));
    int64_t seq;
    if (!m || !named->n) {
        if (!m != !named->n)
            fault(c, BUNDLE_BODY, m ? m->name : e->m->name, -1, m ? "第%lld条没有密封项，却附了内容" : "缺第%lld条的密封项",
                  (long long)e->seq);
        return NULL;
    }
    TRY(member_json(c, a, m, LIMIT_BUNDLE_TEXT, true, BUNDLE_BODY, &body));
    if (!body)
        return NULL;
    if (!json_only(body, "items seq") || !json_whole(body, "seq", &seq) || seq != e->seq ||
        !json_is(body, "items", JSON_ARRAY, &items) || items->n != named->n) {
        fault(c, BUNDLE_BODY, m->name, -1, "不是第%lld条的%zu个密封项", (long long)e->seq, named->n);
        return NULL;
    }
    for (size_t i = 0; i < items->n && !faulty(c); i++)
        TRY(item_check(c, a, e, m, &items->child[i], &named->child[i]));
    return NULL;
}

/* ---- receipt ---- */

static size_t rule_names(const struct json *list, str *to)
{
    for (size_t i = 0; list && i < list->n; i++)
        to[i] = list->child[i].string;
    return list ? list->n : 0;
}

/* The sentences of the body, in the receipt's order; both empty when the item is not open. */
static bool same_sentences(struct arena *a, str reasons, const struct json *list)
{
    const struct json *said = NULL;
    if (reasons.p && json_parse(a, reasons, LIMIT_BUNDLE_TEXT, &said))
        return false;
    if (said && (said->kind != JSON_ARRAY || said->n != list->n))
        return false;
    for (size_t i = 0; i < list->n; i++) {
        const struct json *row = said ? &said->child[i] : NULL, *r = &list->child[i];
        if (row && (row->kind != JSON_ARRAY || row->n != 3))
            return false;
        for (size_t k = 0; row && k < row->n; k++)
            if (row->child[k].kind != JSON_STRING)
                return false;
        if ((row && !str_eq(row->child[0].string, json_string(r, S("rule")))) ||
            !str_eq(json_string(r, S("because")), row ? row->child[1].string : S("")) ||
            !str_eq(json_string(r, S("remedy")), row ? row->child[2].string : S("")))
            return false;
    }
    return true;
}

/* What the answer was follows from the worst reason, but for rights and approvals. */
static bool severity_fits(const struct entry *e, const struct json *list)
{
    int64_t mark = 0;
    bool refuse = false, hold = false;
    for (size_t i = 0; i < list->n; i++) {
        str s = json_string(&list->child[i], S("severity"));
        refuse = refuse || str_eq(s, S("refuse"));
        hold = hold || str_eq(s, S("hold"));
        if (!str_eq(s, S("refuse")) && !str_eq(s, S("hold")) && !str_eq(s, S("warn")))
            return false;
    }
    json_whole(e->spine, "mark", &mark);
    if (str_eq(e->verdict, S("refused")))
        return refuse;
    if (str_eq(e->verdict, S("held")))
        return hold && !refuse;
    return str_eq(e->verdict, S("allowed")) && ((!refuse && !hold) || mark || json_get(e->spine, S("effect")));
}

/* All seven, each a text. */
static bool reason_shape(const struct json *r)
{
    bool texts = json_only(r, "article because clause instrument remedy rule severity");
    for (size_t i = 0; texts && i < r->n; i++)
        texts = r->child[i].kind == JSON_STRING;
    return texts;
}

static bool receipt_fits(struct arena *a, const struct entry *e, const struct json *receipt)
{
    const struct json *list, *own = json_get(e->spine, S("rules"));
    const struct json *more = json_get(json_get(e->spine, S("effect")), S("rules"));
    int64_t seq;
    if (!json_only(receipt, "act reasons seq verdict") || !json_is(receipt, "reasons", JSON_ARRAY, &list) ||
        !json_whole(receipt, "seq", &seq) || seq != e->seq || !str_eq(json_string(receipt, S("act")), e->act) ||
        !str_eq(json_string(receipt, S("verdict")), e->verdict))
        return false;
    str *names = NEW_ARRAY(a, own->n + (more ? more->n : 0), str);
    size_t n = rule_names(own, names);
    n += rule_names(more, names + n);
    if (n != list->n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!reason_shape(&list->child[i]) || !names[i].n ||
            !str_eq(json_string(&list->child[i], S("rule")), names[i]))
            return false;
    return same_sentences(a, e->reasons, list) && severity_fits(e, list);
}

static err *receipt_check(struct check *c, struct arena *a, const struct entry *e)
{
    const struct member *m = member_find(c, seq_name(a, "receipts", e->seq));
    const struct json *receipt;
    if (!m) {
        fault(c, BUNDLE_RECEIPT, e->m->name, -1, "第%lld条没有回执", (long long)e->seq);
        return NULL;
    }
    TRY(member_json(c, a, m, LIMIT_BUNDLE_TEXT, true, BUNDLE_RECEIPT, &receipt));
    if (receipt && !receipt_fits(a, e, receipt))
        fault(c, BUNDLE_RECEIPT, m->name, -1, "回执与第%lld条账本的结论或理由不符", (long long)e->seq);
    err_clear();
    return NULL;
}

/* Proofs, bodies and receipts belong to an entry that is there. */
static void strays(struct check *c)
{
    static const struct { const char *folder; enum bundle_fault what; } of[] = {
        {"bodies", BUNDLE_BODY}, {"proofs", BUNDLE_PROOF}, {"receipts", BUNDLE_RECEIPT}};
    AUTO_ARENA(a);
    int64_t seq;
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < sizeof of / sizeof *of; k++)
            if (member_seq(c->members[i].name, of[k].folder, &seq) && !member_find(c, seq_name(a, "entries", seq)))
                fault(c, of[k].what, c->members[i].name, -1, "案卷包里没有第%lld条", (long long)seq);
}

/* Did a body name it as the order of an erasure? */
static bool is_order(const struct check *c, struct arena *a, int64_t seq)
{
    const struct member *m = member_find(c, seq_name(a, "entries", seq));
    return m && m->order != ORDER_UNREAD;
}

/* Behind as_of stand only orders of erasure that a body names, and approvals of those. */
static void late_check(struct check *c)
{
    AUTO_ARENA(a);
    for (size_t i = 0; i < c->late.n && !faulty(c); i++)
        if (!is_order(c, a, c->late.p[i].seq) && !(c->late.p[i].frees && is_order(c, a, c->late.p[i].frees)))
            fault(c, BUNDLE_ENTRY, c->late.p[i].member, -1, "这一条晚于截止时间");
}

static void orders_check(struct check *c)
{
    for (size_t i = 0; i < c->orders.n; i++)
        if (!set_free(c, c->orders.p[i].seq))
            fault(c, BUNDLE_BODY, c->orders.p[i].member, -1, "第%lld条删除令没有获准", (long long)c->orders.p[i].seq);
}

err *entries_check(struct check *c)
{
    AUTO_ARENA(a);
    usec last = INT64_MIN;
    for (size_t i = 0; i < c->n && !faulty(c); i++) {
        struct entry e = {.m = &c->members[i]};
        if (!member_seq(e.m->name, "entries", &e.seq))
            continue;
        arena_reset(a);
        TRY(spine_read(c, a, &e, &last));
        if (!faulty(c))
            TRY(inclusion_check(c, a, &e));
        if (!faulty(c))
            TRY(body_check(c, a, &e));
        if (!faulty(c))
            TRY(receipt_check(c, a, &e));
    }
    if (!faulty(c))
        strays(c);
    if (!faulty(c))
        orders_check(c);
    if (!faulty(c))
        late_check(c);
    return NULL;
}
