/*
 * From a judged act to ledger and tables. The spine holds what rules and keys need; names, numbers, free text,
 * positions and the sentences of a refusal go into the body, item by item.
 */
#include "acts/act.h"

const char *const verdict_names[] = {"allowed", "held", "refused"};

static void spine_facts(struct json_out *o, const struct law_facts *f)
{
    json_open(o, '{');
    for (int i = 0; i < LAW_FACT_COUNT; i++)
        if (law_fact_get(f, (enum law_fact)i))
            json_put_int(o, str_of(law_fact_info[i].name), law_fact_get(f, (enum law_fact)i));
    json_close(o, '}');
}

static void spine_rules(struct json_out *o, const struct act *a)
{
    json_open(o, '[');
    for (size_t i = 0; i < a->rules_n; i++)
        if (a->broken[i])
            json_str(o, str_of(law_rule_info[a->rules[i]].name));
    json_close(o, ']');
}

static void spine_effect(struct json_out *o, const struct act *a)
{
    if (!a->effect)
        return;
    json_key(o, S("effect"));
    json_open(o, '{');
    json_key(o, S("facts"));
    spine_facts(o, &a->effect->facts);
    act_found_write(o, a->effect);
    json_key(o, S("lifted"));
    json_open(o, '[');
    for (size_t i = 0; i < a->effect->lifted_n; i++)
        json_str(o, str_of(law_rule_info[a->effect->lifted[i]].name));
    json_close(o, ']');
    json_key(o, S("rules"));
    spine_rules(o, a->effect);
    json_put_int(o, S("seq"), a->effect->seq);
    json_put_str(o, S("verdict"), str_of(verdict_names[a->effect->verdict]));
    json_close(o, '}');
}

/* Whose they were then: apply steps use it, so replay needs no look into tables that have moved on. */
static void spine_actor(struct json_out *o, const struct act *a)
{
    const struct { const char *name; str value; } rows[] = {{"agency", a->actor.agency}, {"member", a->actor.member},
                                                            {"provider", a->actor.provider}, {"subject", a->actor.subject}};
    json_key(o, S("actor"));
    json_open(o, '{');
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].value.p)
            json_put_str(o, str_of(rows[i].name), rows[i].value);
    json_close(o, '}');
}

str act_spine(struct act *a, const struct ledger_item *items, size_t n)
{
    buf b = buf_make(a->arena, act_limit_bytes(a->type) * 2);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), str_of(a->type->name));
    spine_actor(&o, a);
    json_put_int(&o, S("at"), a->at);
    json_key(&o, S("body"));
    json_open(&o, '{');
    for (size_t i = 0; i < n; i++) {
        buf hex = buf_make(a->arena, 2 * SM3_BYTES);
        buf_hex(&hex, items[i].digest.byte, SM3_BYTES);
        json_put_str(&o, items[i].name, buf_str(&hex));
    }
    json_close(&o, '}');
    json_put_str(&o, S("by"), a->by);
    spine_effect(&o, a);
    json_key(&o, S("facts"));
    spine_facts(&o, &a->facts);
    json_key(&o, S("fields"));
    act_write_fields(&o, a);
    act_found_write(&o, a);
    if (a->id.p)
        json_put_str(&o, S("id"), a->id);
    if (a->key.p)
        json_put_str(&o, S("key"), a->key);
    act_write_lists(&o, a);
    json_put_int(&o, S("mark"), a->mark);
    json_put_int(&o, S("received_at"), a->received_at);
    json_key(&o, S("rules"));
    spine_rules(&o, a);
    json_put_int(&o, S("seq"), a->seq);
    json_put_int(&o, S("v"), 1);
    json_put_str(&o, S("verdict"), str_of(verdict_names[a->verdict]));
    json_close(&o, '}');
    CHECK(!b.overflow);
    return buf_str(&b);
}

static int by_name(const void *l, const void *r)
{
    return str_cmp(((const struct ledger_item *)l)->name, ((const struct ledger_item *)r)->name);
}

static void write_sentences(struct json_out *o, struct act *judged, bool *any)
{
    for (size_t i = 0; i < judged->rules_n; i++) {
        if (!judged->broken[i])
            continue;
        *any = true;
        struct act_reason r = act_reason(judged, i);
        json_open(o, '[');
        json_str(o, str_of(law_rule_info[r.rule].name));
        json_str(o, r.because);
        json_str(o, r.remedy);
        json_close(o, ']');
    }
}

/* The sentences shown to the author, so that the receipt reads the same later. Item "#reasons" is no field. */
static void add_reasons(struct act *a, struct ledger_item **items, size_t *n)
{
    bool any = false;
    buf b = buf_make(a->arena, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '[');
    write_sentences(&o, a, &any);
    if (a->effect)
        write_sentences(&o, a->effect, &any);
    json_close(&o, ']');
    if (!any)
        return;
    struct ledger_item *more = NEW_ARRAY(a->arena, *n + 1, struct ledger_item);
    if (*n)
        memcpy(more, *items, *n * sizeof *more);
    more[(*n)++] = (struct ledger_item){.name = S("#reasons"), .plain = buf_str(&b)};
    *items = more;
}

err *act_record(struct act *a, struct ledger *l)
{
    struct ledger_item *items;
    size_t n;
    act_items(a, &items, &n);
    add_reasons(a, &items, &n);
    if (n)
        qsort(items, n, sizeof *items, by_name);
    for (size_t i = 0; i < n; i++)
        TRY(ledger_seal(l, a->arena, &items[i]));
    return ledger_append(l, a->db, a->seq, act_spine(a, items, n), items, n);
}

/* ---- applying ---- */

static err *touch(struct act *a, str kind, str id, int64_t seq)
{
    if (!kind.n || !id.n)
        return NULL;
    return db_put(a->db, "INSERT INTO touch (kind, id, seq) VALUES (:kind, :id, :seq) ON CONFLICT DO NOTHING",
                  DB_ARGS(DB_T("kind", kind), DB_T("id", id), DB_I("seq", seq)));
}

static err *touch_value(struct act *a, const struct act_value *v)
{
    const struct act_field *f = v->field;
    if (!v->present || (f->kind != FIELD_REF && f->kind != FIELD_PARTY) || !f->of || (f->flags & F_BODY))
        return NULL;
    size_t n = f->flags & F_LIST ? v->n : 1;
    for (size_t i = 0; i < n; i++) {
        str id = f->flags & F_LIST ? v->child[i].s : v->s;
        str kind = str_of(f->of), rest = kind, first;
        if (f->kind == FIELD_PARTY) {
            rest = id;
            str_next(&rest, ':', &kind);
            id = rest;
        } else if (str_next(&rest, '|', &first))
            kind = first;
        TRY(touch(a, kind, id, a->seq));
    }
    return NULL;
}

static err *log_act(struct act *a)
{
    str worst = STR_NONE;
    int severity = 0;
    for (size_t i = 0; i < a->rules_n; i++)
        if (a->broken[i] > severity) {
            severity = a->broken[i];
            worst = str_of(law_rule_info[a->rules[i]].name);
        }
    TRY(db_put(a->db,
               "INSERT INTO act_log (seq, act, author, agency, provider, at, received_at, verdict, mark, thing, id, rule)"
               " VALUES (:seq, :act, :by, :agency, :provider, :at, :received, :verdict, :mark, :thing, :id, :rule)",
               DB_ARGS(DB_I("seq", a->seq), DB_T("act", str_of(a->type->name)), DB_T("by", a->by),
                       DB_T("agency", a->actor.agency), DB_T("provider", a->actor.provider),
                       DB_I("at", a->at), DB_I("received", a->received_at), DB_I("verdict", a->verdict),
                       DB_I("mark", a->mark), DB_T("thing", str_of(a->type->table ? a->type->table : "")),
                       DB_T("id", a->id), DB_T("rule", worst))));
    if (a->key.p)
        TRY(db_put(a->db, "INSERT INTO act_key (author, key, seq) VALUES (:by, :key, :seq) ON CONFLICT DO NOTHING",
                   DB_ARGS(DB_T("by", a->by), DB_T("key", a->key), DB_I("seq", a->seq))));
    if (a->verdict == VERDICT_REFUSED)
        return NULL; /* a refused attempt is not part of a thing's life; its author and discipline find it in act_log */
    if ((a->type->flags & ACT_CREATES) && a->type->table)
        TRY(touch(a, str_of(a->type->table), a->id, a->seq));
    for (size_t i = 0; i < a->n; i++)
        TRY(touch_value(a, &a->values[i]));
    return NULL;
}

err *act_take_effect(struct act *a)
{
    for (const struct act_step *s = a->type->apply; s < a->type->apply + LIMIT_ACT_STEPS && s->sql; s++) {
        if (!s->each) {
            TRY(act_run(a, s->sql));
            continue;
        }
        const struct act_value *list = act_get(a, s->each);
        for (size_t i = 0; i < list->n; i++) {
            list->child[i].position = (int64_t)i;
            a->item = &list->child[i];
            err *e = act_run(a, s->sql);
            a->item = NULL;
            TRY(e);
        }
    }
    if (a->type->apply_more)
        TRY(a->type->apply_more(a));
    return act_index(a);
}

/* A held act waits for every role its broken hold rules name, first come first written. */
static err *hold_open(struct act *a)
{
    buf rules = buf_make(a->arena, 4000);
    int role = LAW_NOBODY;
    for (size_t i = 0; i < a->rules_n; i++) {
        const struct law_rule_info *r = &law_rule_info[a->rules[i]];
        if (a->broken[i] != LAW_HOLD + 1)
            continue;
        if (role == LAW_NOBODY)
            role = r->lifted_by;
        if (rules.n)
            buf_char(&rules, ' ');
        buf_add(&rules, str_of(r->name));
    }
    CHECK(role != LAW_NOBODY);
    str thing = str_of(a->type->table ? a->type->table : "");
    TRY(db_put(a->db,
               "INSERT INTO held (seq, act, author, agency, role, rules, lifted, thing_kind, thing_id, state)"
               " VALUES (:seq, :act, :by, :agency, :role, :rules, '', :thing, :id, 'pending')",
               DB_ARGS(DB_I("seq", a->seq), DB_T("act", str_of(a->type->name)), DB_T("by", a->by),
                       DB_T("agency", a->actor.agency), DB_T("role", str_of(law_role_names[role].id)),
                       DB_T("rules", buf_str(&rules)), DB_T("thing", thing), DB_T("id", a->id))));
    return db_put(a->db,
                  "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) VALUES"
                  " (CAST(CAST(:seq AS BIGINT) AS TEXT) || '-hold', :seq, 'hold', :agency, :role, 'held', CAST(CAST(:seq AS BIGINT) AS TEXT),"
                  " 'hold.approve', :due)",
                  DB_ARGS(DB_I("seq", a->seq), DB_T("agency", a->actor.agency),
                          DB_T("role", str_of(law_role_names[role].id)), DB_I("due", a->received_at + 2 * USEC_DAY)));
}

err *act_apply(struct act *a)
{
    TRY(log_act(a));
    if (a->verdict == VERDICT_REFUSED)
        return NULL;
    if (a->verdict == VERDICT_HELD)
        return hold_open(a);
    return act_take_effect(a);
}
