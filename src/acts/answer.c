/*
 * What an act gets back. Third parties and subjects read rule, article and their own facts; where the ground is
 * sealed (an inquiry, another's objection, a clue) they read 暂停 and nothing else.
 */
#include "acts/act.h"

static const char *const answer_names[] = {"allowed", "held", "refused", "invalid"};
static const char *const severity_names[] = {"warn", "hold", "refuse"};

static void write_reason(struct json_out *o, const struct act_reason *r, bool redact)
{
    bool sealed = redact && r->sealed;
    json_open(o, '{');
    json_put_str(o, S("rule"), sealed ? S("paused") : str_of(law_rule_info[r->rule].name));
    json_put_str(o, S("instrument"), r->instrument);
    json_put_str(o, S("article"), r->article);
    if (r->clause.n)
        json_put_str(o, S("clause"), r->clause);
    json_put_str(o, S("severity"), str_of(severity_names[r->severity]));
    json_put_str(o, S("because"), sealed ? S("本事项已暂停") : r->because);
    json_put_str(o, S("remedy"), sealed ? S("请等待执法机构通知") : r->remedy);
    json_close(o, '}');
}

static void write_mark(struct json_out *o, enum act_mark mark)
{
    static const char *const names[] = {NULL, "未予认可", "补录", "不知情期间"};
    if (mark != MARK_NONE)
        json_put_str(o, S("mark"), str_of(names[mark]));
}

static void write_receipt(struct json_out *o, const struct act *act, bool redact)
{
    struct arena *a = act->arena;
    json_key(o, S("receipt"));
    json_open(o, '{');
    json_put_int(o, S("seq"), act->seq);
    json_put_str(o, S("by"), act->by);
    json_put_str(o, S("at"), time_rfc3339(a, act->at));
    json_put_str(o, S("received_at"), time_rfc3339(a, act->received_at));
    json_put_str(o, S("law_of"), day_iso(a, day_of(act->at)));
    write_mark(o, act->mark);
    if (!redact) {
        json_key(o, S("facts"));
        json_open(o, '{');
        for (int i = 0; i < LAW_FACT_COUNT; i++)
            if (law_fact_get(&act->facts, (enum law_fact)i))
                json_put_int(o, str_of(law_fact_info[i].name), law_fact_get(&act->facts, (enum law_fact)i));
        json_close(o, '}');
    }
    json_close(o, '}');
}

void answer_write(struct arena *a, const struct act *act, struct act_answer *ret, bool redact)
{
    buf b = buf_make(a, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("verdict"), str_of(answer_names[ret->verdict]));
    json_put_int(&o, S("seq"), ret->seq);
    json_put_str(&o, S("act"), ret->act);
    if (ret->id.p)
        json_put_str(&o, S("id"), ret->id);
    if (ret->repeated)
        json_put_bool(&o, S("repeated"), true);
    json_key(&o, S("reasons"));
    json_open(&o, '[');
    for (size_t i = 0; i < ret->n; i++)
        write_reason(&o, &ret->reasons[i], redact);
    json_close(&o, ']');
    write_receipt(&o, act, redact);
    json_close(&o, '}');
    ret->json = buf_str(&b);
}

static void take_reasons(struct act *judged, struct arena *a, struct act_answer *ret)
{
    for (size_t i = 0; i < judged->rules_n; i++)
        if (judged->broken[i])
            ret->reasons[ret->n++] = act_reason(judged, i);
    (void)a;
}

void act_answer_of(struct act *a, struct act_answer *ret, bool redact)
{
    static const enum act_verdict map[] = {ACT_ALLOWED, ACT_HELD, ACT_REFUSED};
    *ret = (struct act_answer){.verdict = map[a->verdict], .seq = a->seq, .act = str_of(a->type->name), .id = a->id};
    ret->reasons = NEW_ARRAY(a->arena, 2 * LIMIT_ACT_RULES, struct act_reason);
    take_reasons(a, a->arena, ret);
    if (a->effect) {
        take_reasons(a->effect, a->arena, ret);
        if (a->effect->verdict == VERDICT_HELD && ret->verdict == ACT_ALLOWED)
            ret->verdict = ACT_HELD; /* passed on to the next role */
    }
    answer_write(a->arena, a, ret, redact);
}

err *act_answer_again(struct db *d, struct arena *a, const struct ledger_keys *keys, int64_t seq, bool redact,
                      struct act_answer *ret)
{
    struct ledger_entry entry;
    TRY(ledger_read(d, a, keys, seq, &entry));
    struct act *act = NEW(a, struct act);
    *act = (struct act){.arena = a, .db = d};
    TRY(act_reread(act, &entry));
    static const enum act_verdict map[] = {ACT_ALLOWED, ACT_HELD, ACT_REFUSED};
    *ret = (struct act_answer){.verdict = map[act->verdict], .seq = seq, .repeated = true,
                               .act = str_of(act->type->name), .id = act->id};
    ret->reasons = NEW_ARRAY(a, LIMIT_ACT_RULES, struct act_reason);
    for (size_t i = 0; i < entry.n; i++) {
        if (!str_eq(entry.items[i].name, S("#reasons")) || entry.items[i].erased)
            continue;
        const struct json *list;
        TRY(json_parse(a, entry.items[i].plain, LIMIT_ACT_BYTES * 4, &list));
        for (size_t k = 0; k < list->n && ret->n < LIMIT_ACT_RULES; k++) {
            const struct json *row = &list->child[k];
            int rule = row->n == 3 ? law_rule_find(row->child[0].string.p, row->child[0].string.n) : -1;
            if (rule < 0)
                continue;
            const struct law_rule_info *r = &law_rule_info[rule];
            bool own = !r->article[0] && strcmp(r->instrument, "hubei-2022-71") == 0;
            ret->reasons[ret->n++] = (struct act_reason){
                .rule = (enum law_rule)rule,
                .severity = act_is_right(act) ? LAW_WARN : r->severity,
                .instrument = str_of(r->instrument),
                .article = str_of(own && act->type->article ? act->type->article : r->article),
                .clause = str_of(r->clause),
                .because = row->child[1].string,
                .remedy = row->child[2].string,
                .sealed = r->ground == GROUND_SEALED};
        }
    }
    answer_write(a, act, ret, redact);
    return NULL;
}

err *err_copy_to(struct arena *a, const err *e)
{
    err *copy = NEW(a, err);
    *copy = *e;
    copy->text = arena_str(a, e->text);
    copy->field = arena_str(a, e->field);
    copy->got = arena_str(a, e->got);
    copy->want = arena_str(a, e->want);
    copy->example = arena_str(a, e->example);
    copy->detail = arena_str(a, e->detail);
    copy->cause = e->cause ? err_copy_to(a, e->cause) : NULL;
    return copy;
}

void act_answer_invalid(struct arena *a, str act, str id, err *e, struct act_answer *ret)
{
    *ret = (struct act_answer){.verdict = ACT_INVALID, .act = act, .id = id, .invalid = err_copy_to(a, e)};
    buf b = buf_make(a, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("verdict"), S("invalid"));
    json_put_int(&o, S("seq"), 0);
    json_put_str(&o, S("act"), act);
    json_key(&o, S("reasons"));
    json_open(&o, '[');
    json_close(&o, ']');
    json_key(&o, S("problem"));
    json_open(&o, '{');
    json_put_str(&o, S("title"), e->text);
    if (e->field.n)
        json_put_str(&o, S("field"), e->field);
    if (e->got.n)
        json_put_str(&o, S("got"), e->got);
    if (e->want.n)
        json_put_str(&o, S("want"), e->want);
    if (e->example.n)
        json_put_str(&o, S("example"), e->example);
    json_close(&o, '}');
    json_close(&o, '}');
    ret->json = buf_str(&b);
}
