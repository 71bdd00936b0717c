/*
 * What an act gets back. Third parties and subjects read rule, article and their own facts; where the ground is
 * sealed (an inquiry, another's objection, a clue) they read 暂停 and nothing else.
 */
#include "acts/act.h"

static const char *const answer_names[] = {"allowed", "held", "refused", "invalid"};
static const char *const severity_names[] = {"warn", "hold", "refuse"};

static void write_reason(struct json_out *o, const struct act_reason *r)
{
    json_open(o, '{');
    json_put_str(o, S("rule"), str_of(law_rule_info[r->rule].name));
    json_put_str(o, S("instrument"), r->instrument);
    json_put_str(o, S("article"), r->article);
    if (r->clause.n)
        json_put_str(o, S("clause"), r->clause);
    json_put_str(o, S("severity"), str_of(severity_names[r->severity]));
    json_put_str(o, S("because"), r->because);
    json_put_str(o, S("remedy"), r->remedy);
    json_close(o, '}');
}

/* Of sealed grounds, however many, one word: even the rule's article would tell an inquiry from an objection. */
static void write_paused(struct json_out *o, const struct act *act, enum law_severity severity)
{
    json_open(o, '{');
    json_put_str(o, S("rule"), S("paused"));
    json_put_str(o, S("instrument"), S("hubei-2022-71"));
    json_put_str(o, S("article"), str_of(act->type->article ? act->type->article : "4"));
    json_put_str(o, S("severity"), str_of(severity_names[severity]));
    json_put_str(o, S("because"), S("本事项已暂停"));
    json_put_str(o, S("remedy"), S("请等待执法机构通知"));
    json_close(o, '}');
}

static void write_reasons(struct json_out *o, const struct act *act, const struct act_answer *answer, bool redact)
{
    bool paused = false;
    enum law_severity worst = LAW_WARN;
    for (size_t i = 0; i < answer->n; i++) {
        const struct act_reason *r = &answer->reasons[i];
        if (!redact || !r->sealed) {
            write_reason(o, r);
            continue;
        }
        paused = true;
        worst = r->severity > worst ? r->severity : worst;
    }
    if (paused)
        write_paused(o, act, worst);
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
    write_reasons(&o, act, ret, redact);
    json_close(&o, ']');
    write_receipt(&o, act, redact);
    json_close(&o, '}');
    ret->json = buf_str(&b);
}

static void take_reasons(struct act *judged, struct act_answer *ret)
{
    for (size_t i = 0; i < judged->rules_n; i++)
        if (judged->broken[i])
            ret->reasons[ret->n++] = act_reason(judged, i);
}

static size_t broken_count(const struct act *a)
{
    size_t n = 0;
    for (size_t i = 0; a && i < a->rules_n; i++)
        n += a->broken[i] != 0;
    return n;
}

void act_answer_of(struct act *a, struct act_answer *ret, bool redact)
{
    static const enum act_verdict map[] = {ACT_ALLOWED, ACT_HELD, ACT_REFUSED};
    *ret = (struct act_answer){.verdict = map[a->verdict], .seq = a->seq, .act = str_of(a->type->name), .id = a->id};
    ret->reasons = NEW_ARRAY(a->arena, broken_count(a) + broken_count(a->effect), struct act_reason);
    take_reasons(a, ret);
    if (a->effect) {
        take_reasons(a->effect, ret);
        if (a->effect->verdict == VERDICT_HELD && ret->verdict == ACT_ALLOWED)
            ret->verdict = ACT_HELD; /* passed on to the next role */
    }
    answer_write(a->arena, a, ret, redact);
}

/* The sentence the author was shown, from item "#reasons". */
static const struct json *sentence_of(const struct json *list, str rule)
{
    for (size_t i = 0; list && i < list->n; i++)
        if (list->child[i].n == 3 && str_eq(list->child[i].child[0].string, rule))
            return &list->child[i];
    return NULL;
}

static void reason_again(struct act *act, const struct act_type *type, str name, const struct json *said,
                         struct act_answer *ret)
{
    int rule = law_rule_find(name.p, name.n);
    if (rule < 0 || ret->n == 2 * LIMIT_ACT_RULES)
        return;
    const struct law_rule_info *r = &law_rule_info[rule];
    bool own = !r->article[0] && strcmp(r->instrument, "hubei-2022-71") == 0;
    str erased = S("〔内容已依令删除〕");
    ret->reasons[ret->n++] = (struct act_reason){
        .rule = (enum law_rule)rule,
        .severity = act_is_right(act) ? LAW_WARN : r->severity,
        .instrument = str_of(r->instrument),
        .article = str_of(own && type->article ? type->article : r->article),
        .clause = str_of(r->clause),
        .because = said ? said->child[1].string : erased,
        .remedy = said ? said->child[2].string : erased,
        .sealed = r->ground == GROUND_SEALED};
}

static err *sentences(struct arena *a, const struct ledger_entry *entry, const struct json **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < entry->n; i++)
        if (str_eq(entry->items[i].name, S("#reasons")) && !entry->items[i].erased)
            TRY(json_parse(a, entry->items[i].plain, LIMIT_ACT_BYTES * 4, ret));
    return NULL;
}

static err *held_type(struct db *d, struct arena *a, int64_t seq, const struct act_type **ret)
{
    str name;
    TRY(db_one_str(d, a, "SELECT act FROM act_log WHERE seq = :seq", DB_ARGS(DB_I("seq", seq)), &name));
    *ret = act_type_find(name);
    return *ret ? NULL : err_new(ERR_DAMAGED, "第%lld号记录不在办理日志里", (long long)seq);
}

err *act_answer_again(struct db *d, struct arena *a, const struct ledger_keys *keys, int64_t seq, bool redact,
                      struct act_answer *ret)
{
    static const enum act_verdict map[] = {ACT_ALLOWED, ACT_HELD, ACT_REFUSED};
    struct ledger_entry entry;
    const struct json *spine, *said;
    TRY(ledger_read(d, a, keys, seq, &entry));
    TRY(act_json(a, entry.spine, LIMIT_SPINE_BYTES, &spine));
    TRY(sentences(a, &entry, &said));
    struct act *act = NEW(a, struct act);
    *act = (struct act){.arena = a, .db = d};
    TRY(act_reread(act, &entry));
    act_take_facts(json_get(spine, S("facts")), &act->facts);
    *ret = (struct act_answer){.verdict = map[act->verdict], .seq = seq, .repeated = true,
                               .act = str_of(act->type->name), .id = act->id};
    ret->reasons = NEW_ARRAY(a, 2 * LIMIT_ACT_RULES, struct act_reason);
    const struct json *rules = json_get(spine, S("rules")), *effect = json_get(spine, S("effect"));
    for (size_t i = 0; rules && i < rules->n; i++)
        reason_again(act, act->type, rules->child[i].string, sentence_of(said, rules->child[i].string), ret);
    if (effect) {
        const struct act_type *type;
        TRY(held_type(d, a, json_get(effect, S("seq"))->i, &type));
        rules = json_get(effect, S("rules"));
        for (size_t i = 0; rules && i < rules->n; i++)
            reason_again(act, type, rules->child[i].string, sentence_of(said, rules->child[i].string), ret);
        if (str_eq(json_string(effect, S("verdict")), S("held")) && ret->verdict == ACT_ALLOWED)
            ret->verdict = ACT_HELD; /* passed on to the next role */
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

void act_answer_unread(struct arena *a, str act, err *e, struct act_answer *ret)
{
    act_answer_invalid(a, act.p ? act : S(""), STR_NONE, e, ret);
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
