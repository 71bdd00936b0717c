/* Facts by SQL, the judgement, and the sentences that go with it. */
#include <pthread.h>
#include "acts/act.h"

/* ---- fact by column name ---- */

enum { FACT_SLOTS = 2048 };
static int16_t fact_slot[FACT_SLOTS]; /* id + 1 */
static pthread_once_t fact_once = PTHREAD_ONCE_INIT;

static void fact_index(void)
{
    _Static_assert(LAW_FACT_COUNT * 2 < FACT_SLOTS, "raise FACT_SLOTS");
    for (int i = 0; i < LAW_FACT_COUNT; i++) {
        size_t at = str_hash(str_of(law_fact_info[i].name)) % FACT_SLOTS;
        while (fact_slot[at])
            at = (at + 1) % FACT_SLOTS;
        fact_slot[at] = (int16_t)(i + 1);
    }
}

static int fact_named(str name)
{
    pthread_once(&fact_once, fact_index);
    for (size_t at = str_hash(name) % FACT_SLOTS; fact_slot[at]; at = (at + 1) % FACT_SLOTS)
        if (str_eq(name, str_of(law_fact_info[fact_slot[at] - 1].name)))
            return fact_slot[at] - 1;
    return -1;
}

static void take_column(struct act *a, str name, struct db_value v, bool add)
{
    if (str_starts(name, S("t_"))) {
        if (v.kind == DB_TEXT)
            act_say(a, arena_cstr(a->arena, str_sub(name, 2, name.n)), v.s);
        return;
    }
    if (str_starts(name, S("d_"))) {
        if (v.kind == DB_INT)
            act_say(a, arena_cstr(a->arena, str_sub(name, 2, name.n)), day_chinese(a->arena, (day)v.i));
        return;
    }
    if (str_starts(name, S("m_"))) {
        if (v.kind == DB_INT)
            act_say(a, arena_cstr(a->arena, str_sub(name, 2, name.n)), time_chinese(a->arena, v.i));
        return;
    }
    int id = fact_named(name);
    CHECK(id >= 0); /* a column nobody judges is a bug in the descriptor */
    int64_t i = v.kind == DB_INT ? v.i : 0;
    law_fact_set(&a->facts, (enum law_fact)id, add ? law_fact_get(&a->facts, (enum law_fact)id) + i : i);
}

static err *load(struct act *a, const char *sql, bool add)
{
    struct db_rows rows;
    bool more;
    TRY(act_query(a, sql, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        for (int c = 0; c < rows.columns; c++)
            take_column(a, db_column_name(&rows, c), db_column(&rows, c), add);
    }
}

void act_take_facts(const struct json *facts, struct law_facts *ret)
{
    for (size_t i = 0; facts && i < facts->n; i++) {
        int id = fact_named(facts->child[i].key);
        if (id >= 0)
            law_fact_set(ret, (enum law_fact)id, facts->child[i].i);
    }
}

err *act_load(struct act *a, const char *sql)
{
    return load(a, sql, false);
}

/* Somebody named twice is one person: two officers are two people (Penalty Law 42). */
static bool named_before(const struct act_value *list, size_t i)
{
    for (size_t k = 0; k < i && list->field->kind == FIELD_REF; k++)
        if (str_eq(list->child[k].s, list->child[i].s))
            return true;
    return false;
}

static err *load_each(struct act *a, const struct act_step *step)
{
    const struct act_value *list = act_get(a, step->each);
    for (size_t i = 0; i < list->n; i++) {
        if (named_before(list, i))
            continue;
        list->child[i].position = (int64_t)i;
        a->item = &list->child[i];
        err *e = load(a, step->sql, true);
        a->item = NULL;
        TRY(e);
    }
    return NULL;
}

err *act_load_facts(struct act *a)
{
    TRY(world_load(a->world, a->db));
    TRY(act_common_facts(a));
    a->found.n = 0;
    for (const struct act_step *s = a->type->facts; s < a->type->facts + LIMIT_ACT_STEPS && s->sql; s++) {
        if (s->each)
            TRY(load_each(a, s));
        else
            TRY(load(a, s->sql, false));
    }
    if (a->type->facts_more)
        TRY(a->type->facts_more(a));
    for (int i = law_facts_unsound(&a->facts); i >= 0; i = law_facts_unsound(&a->facts)) {
        /* A count beyond its range is still "too many": cut to the range, never refuse to judge. */
        const struct law_fact_info *f = &law_fact_info[i];
        int64_t v = law_fact_get(&a->facts, (enum law_fact)i);
        law_fact_set(&a->facts, (enum law_fact)i, v < f->lowest ? f->lowest : f->highest);
    }
    return NULL;
}

/* ---- judging ---- */

static const enum law_rule common_rules[] = {RULE_power_of_authority, RULE_role, RULE_account_disabled,
                                             RULE_session_closed, RULE_foreign_thing, RULE_state, RULE_late_entry};

size_t act_rules(const struct act_type *t, enum law_rule ret[LIMIT_ACT_RULES])
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof common_rules / sizeof *common_rules; i++)
        ret[n++] = common_rules[i];
    for (const enum law_rule *r = t->rules; r && *r != LAW_RULE_COUNT; r++) {
        if (*r == RULE_state)
            continue;
        CHECK(n < LIMIT_ACT_RULES);
        ret[n++] = *r;
    }
    return n;
}

bool act_is_right(const struct act *a)
{
    if (a->type->flags & ACT_RIGHT)
        return true;
    return (a->type->flags & ACT_RIGHT_LATE) && (act_int(a, "offline", 0) || act_text(a, "late_reason").n);
}

void act_judge(struct act *a, bool again)
{
    if (!again)
        a->rules_n = act_rules(a->type, a->rules);
    a->verdict = law_judge(&a->facts, a->rules, a->rules_n, day_of(a->at), act_is_right(a), a->lifted,
                           a->lifted_n, a->broken);
    if (!act_is_right(a) || a->mark == MARK_UNAWARE)
        return;
    for (size_t i = 0; i < a->rules_n; i++) /* a right exercised against a rule is recorded, and marked */
        if (a->broken[i] && law_rule_info[a->rules[i]].severity != LAW_WARN)
            a->mark = MARK_UNRECOGNISED;
}

/* ---- sentences ---- */

static str fact_text(struct act *a, str name)
{
    int id = fact_named(name);
    if (id < 0)
        return S("");
    int64_t v = law_fact_get(&a->facts, (enum law_fact)id);
    switch (law_fact_info[id].kind) {
    case FACT_DAY:
        return day_chinese(a->arena, (day)v);
    case FACT_TIME:
        return time_chinese(a->arena, v);
    case FACT_FEN:
        return arena_printf(a->arena, "%lld.%02d元", (long long)(v / 100), (int)(v % 100));
    case FACT_METRE:
        return arena_printf(a->arena, "%lld米", (long long)v);
    case FACT_FLAG:
        return v ? S("是") : S("否");
    case FACT_COUNT: case FACT_CODE:
        break;
    }
    return arena_printf(a->arena, "%lld", (long long)v);
}

static const struct { const char *state, *zh; } state_names[] = {
    {"drafted", "起草中"}, {"returned", "已退回"}, {"approved", "已批准"}, {"declined", "第三方已谢绝"},
    {"accepted", "已接受"}, {"finished", "已办结"}, {"released", "已解除本次委托"}, {"withdrawn", "已撤回"},
    {"suspended", "已中止"}, {"draft", "草拟"}, {"effective", "生效"}, {"terminated", "已解除"}, {"issued", "已出具"},
    {"served", "已送达"}, {"revoked", "已撤销"}, {"planned", "已计划"}, {"cancelled", "已取消"}, {"closed", "已结束"},
    {"submitted", "待核实"}, {"adoptable", "可依法采用"}, {"reference_only", "仅供参考"}, {"rejected", "不予采用"},
    {"reported", "已报告"}, {"received", "已接收"}, {"decided", "已处理"}, {"compiled", "已编制"}, {"filed", "已备案"},
    {"open", "办理中"}, {"sealed", "已封卷"}, {"lodged", "待处理"}, {"upheld", "成立"}, {"partly", "部分成立"},
    {"applied", "待审查"}, {"admitted", "已准入"}, {"removed", "已移出"}, {"added", "待核准"}, {"retired", "已退出"},
    {"awarded", "已成交"}, {"failed", "已失败"}, {"requested", "待支付"}, {"paid", "已支付"}, {"verified", "已查实"},
    {"unfounded", "不成立"}, {"overturned", "已撤销"}, {"given", "已下达"}, {"void", "已失效"}, {"pending", "待批准"},
    {"committed", "已承诺"}, {"settled", "已产生结果"}, {"overtaken", "已失效"}};

static str say(struct act *a, str name)
{
    for (size_t i = a->said.n; i-- > 0;) {
        if (!str_eq(name, a->said.p[i].name))
            continue;
        str t = a->said.p[i].text;
        for (size_t s = 0; s < sizeof state_names / sizeof *state_names; s++)
            if (str_ends(name, S("state")) && str_eq(t, str_of(state_names[s].state)))
                return str_of(state_names[s].zh);
        return t;
    }
    return fact_text(a, name);
}

str act_said(struct act *a, str name)
{
    return say(a, name);
}

static str fill(struct act *a, const char *template)
{
    buf b = buf_make(a->arena, 4000);
    for (str rest = str_of(template); rest.n;) {
        ptrdiff_t open = str_find(rest, S("{"));
        if (open < 0) {
            buf_add(&b, rest);
            break;
        }
        ptrdiff_t close = str_find(rest, S("}"));
        buf_add(&b, str_sub(rest, 0, (size_t)open));
        CHECK(close > open);
        buf_add(&b, say(a, str_sub(rest, (size_t)open + 1, (size_t)(close - open - 1))));
        rest = str_sub(rest, (size_t)close + 1, rest.n);
    }
    return buf_str(&b);
}

struct act_reason act_reason(struct act *a, size_t index)
{
    const struct law_rule_info *r = &law_rule_info[a->rules[index]];
    bool own = !r->article[0] && strcmp(r->instrument, "hubei-2022-71") == 0;
    return (struct act_reason){
        .rule = a->rules[index],
        .severity = (enum law_severity)(a->broken[index] - 1),
        .instrument = str_of(r->instrument),
        .article = str_of(own && a->type->article ? a->type->article : r->article),
        .clause = str_of(r->clause),
        .because = utf8_clip(fill(a, r->because), 160),
        .remedy = fill(a, r->remedy),
        .sealed = r->ground == GROUND_SEALED};
}

/* ---- words of power (Art. 4): they raise a hold, types decide ---- */

static const char *const words_of_power[] = {
    "现场检查", "执法检查", "入企检查", "行政检查", "监督检查", "进行检查", "开展检查", "实施检查", "代为检查", "负责检查",
    "询问", "讯问", "取证", "收集证据", "提取证据", "固定证据", "搜集证据", "保全证据", "证据保全", "先行登记保存", "查封",
    "扣押", "强制", "冻结", "处罚", "罚款", "责令", "制作笔录", "检查笔录", "立案", "代为送达", "送达文书", "裁量", "执法权",
    "采集样品", "现场采样", "单独进入", "独立进入", "自行进入", "约谈"};
/* What stands before a word in the same clause and takes the power out of it; `close_by` only when it touches the word
 * (无人机, 非现场 say nothing), and not as part of 代为, 作为. */
static const char *const disclaimers[] = {"不得", "不参与", "不涉及", "不承担", "不开展", "不含", "禁止", "协助", "配合", "随同",
                                          "陪同", "服务于", "供执法人员", "由执法人员", "执法人员"};
static const char *const close_by[] = {"非", "无", "为"};
static const char *const no_disclaimers[] = {"代为", "作为", "名为"};
/* What stands behind it and makes it a thing, not a doing: 处罚案件, 强制性标准. */
static const char *const things_of_power[] = {"案件", "案卷", "卷宗", "性", "数据", "改正事项", "整改事项"};
/* In their place: no helping word in the clause takes that back. */
static const char *const in_place_of[] = {"执法人员以外", "代替执法人员", "替代执法人员", "代执法人员", "替执法人员"};
static const char *const clause_ends[] = {"，", "。", "；", ",", ";"};

#define COUNT_OF(list) (sizeof(list) / sizeof *(list))

static bool one_holds(const char *const *list, size_t n, str s, bool (*holds)(str s, str part))
{
    for (size_t i = 0; i < n; i++)
        if (holds(s, str_of(list[i])))
            return true;
    return false;
}

static bool contains(str s, str part)
{
    return str_find(s, part) >= 0;
}

static bool harmless(str text, size_t at, size_t length)
{
    str before = str_sub(text, at > 36 ? at - 36 : 0, at > 36 ? 36 : at), after = str_sub(text, at + length, text.n);
    for (size_t i = 0; i < COUNT_OF(clause_ends); i++)
        for (ptrdiff_t end; (end = str_find(before, str_of(clause_ends[i]))) >= 0;)
            before = str_sub(before, (size_t)end + strlen(clause_ends[i]), before.n);
    if (one_holds(in_place_of, COUNT_OF(in_place_of), before, contains))
        return false;
    return one_holds(disclaimers, COUNT_OF(disclaimers), before, contains) ||
           (one_holds(close_by, COUNT_OF(close_by), before, str_ends) &&
            !one_holds(no_disclaimers, COUNT_OF(no_disclaimers), before, str_ends)) ||
           one_holds(things_of_power, COUNT_OF(things_of_power), after, str_starts);
}

int act_words_of_power(struct act *a, str text)
{
    int hits = 0;
    for (size_t w = 0; text.n && w < COUNT_OF(words_of_power); w++) {
        str word = str_of(words_of_power[w]), rest = text;
        for (ptrdiff_t at; (at = str_find(rest, word)) >= 0; rest = str_sub(rest, (size_t)at + word.n, rest.n)) {
            size_t place = text.n - rest.n + (size_t)at;
            if (harmless(text, place, word.n))
                continue;
            if (hits++ == 0)
                act_say(a, "word", word);
            break;
        }
    }
    return hits;
}
