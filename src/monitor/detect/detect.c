/* The catalogue and its run: what a table lacks is said, what it has is looked at, each detector with fresh scratch memory. */
#include "monitor/detect/detect_private.h"

#include <stdlib.h>
#include <string.h>

static const struct detector *const families[FAMILIES] = {detectors_shape, detectors_physics, detectors_protocol, detectors_quality, detectors_peers};

const char *family_label(enum family f)
{
    static const char *const label[FAMILIES] = {"形态", "物理", "传输", "质控", "比对"};
    return label[f];
}

const char *detect_rules_version(void)
{
    return "8";
}

size_t detector_count(void)
{
    size_t n = 0;
    for (int f = 0; f < FAMILIES; f++)
        for (const struct detector *d = families[f]; d->id; d++)
            n++;
    return n;
}

const struct detector *detector_at(size_t i)
{
    for (int f = 0; f < FAMILIES; f++)
        for (const struct detector *d = families[f]; d->id; d++)
            if (i-- == 0)
                return d;
    return NULL;
}

size_t detect_tests(const struct table *t)
{
    size_t n = 0;
    for (size_t i = 0; i < detector_count(); i++)
        n += !detector_at(i)->background;
    return n * (t->columns_n ? t->columns_n : 1);
}

const struct detector *detector_find(str s)
{
    for (size_t i = 0; i < detector_count(); i++)
        if (str_eq(s, str_of(detector_at(i)->id)) || str_eq(s, str_of(detector_at(i)->name)))
            return detector_at(i);
    return NULL;
}

/* What the table has beside its columns, as a set of needs. */
static unsigned has_beside(const struct table *t)
{
    static const unsigned of_check[CHECK_KINDS] = {NEED_CHECKS, NEED_CHECKS, NEED_CHECKS, NEED_REMOTE, NEED_COMPARISON, 0, NEED_DECLARED};
    const struct table *minutes = t->step_s <= 60 ? t : t->finer;
    unsigned set = (t->commands_n ? NEED_COMMANDS : 0u) | (t->beside_n || t->figures_n ? NEED_PEERS : 0u) | (t->keeper ? NEED_KEEPER : 0u) |
                   (t->facts.analyser_cycle_s ? NEED_CYCLE : 0u) | (minutes && minutes->finer ? NEED_LIVE : 0u);
    for (size_t i = 0; i < t->checks_n; i++)
        set |= of_check[t->checks[i].kind];
    for (size_t i = 0; i < t->events_n; i++)
        set |= t->events[i].kind == EVENT_INSPECTION ? NEED_INSPECTIONS : 0u;
    return set;
}

/* What the table has, as a set of needs. */
unsigned table_has(const struct table *t)
{
    unsigned set = (t->step_s <= 600 ? NEED_MINUTES : 0u) | (t->step_s <= 3600 ? NEED_HOURS : 0u) | (t->limits_n ? NEED_LIMITS : 0u) |
                   (t->versions ? NEED_VERSIONS : 0u) | (t->frames_n ? NEED_FRAMES : 0u) | (t->events ? NEED_EVENTS : 0u) |
                   (t->marks_n ? NEED_MARKS : 0u) | (t->finer ? NEED_FINER : 0u) | (t->daily ? NEED_DAILY : 0u);
    size_t values = 0;
    set |= has_beside(t);
    for (size_t i = 0; i < t->columns_n; i++) {
        const struct column *c = &t->columns[i];
        enum role r = factor_find(c->factor)->role;
        values += c->value && c->group == COLUMN_VALUE;
        set |= (c->flag ? NEED_FLAGS : 0u) | (c->low || c->high ? NEED_RANGE : 0u) | (c->places ? NEED_PLACES : 0u) |
               (c->group == COLUMN_CONVERTED ? NEED_CONVERTED : 0u) | (c->group == COLUMN_TOTAL ? NEED_TOTALS : 0u) |
               (r == ROLE_OXYGEN ? NEED_OXYGEN : 0u) | (r == ROLE_FLOW ? NEED_FLOW : 0u) | (r == ROLE_HUMIDITY ? NEED_HUMIDITY : 0u) |
               (r == ROLE_FURNACE ? NEED_FURNACE : 0u) | (is_power(c->factor) ? NEED_POWER : 0u) | (is_reagent(c->factor) ? NEED_REAGENT : 0u);
    }
    return set | (values >= 2 ? NEED_DRIVERS : 0u);
}

static const struct { unsigned need; const char *label; } need_labels[] = {
    {NEED_MINUTES, "分钟数据"}, {NEED_HOURS, "小时数据"}, {NEED_FLAGS, "数据标志"},   {NEED_CONVERTED, "折算值"}, {NEED_TOTALS, "排放量"},
    {NEED_LIMITS, "限值"},     {NEED_VERSIONS, "改动记录"}, {NEED_FRAMES, "报文"},   {NEED_EVENTS, "仪器事件"},  {NEED_MARKS, "标记"},
    {NEED_PEERS, "同类排放口"}, {NEED_RANGE, "最小值最大值"}, {NEED_FINER, "分钟数据"}, {NEED_DAILY, "日数据"},    {NEED_OXYGEN, "氧含量"},
    {NEED_FLOW, "流量"},       {NEED_DRIVERS, "两个以上通道"}, {NEED_PLACES, "原始小数写法"}, {NEED_REMOTE, "远程校验记录"},
    {NEED_CHECKS, "零点、量程、标样核查记录"}, {NEED_COMPARISON, "比对监测结果"}, {NEED_CYCLE, "分析周期"}, {NEED_INSPECTIONS, "执法检查记录"},
    {NEED_COMMANDS, "指令记录"}, {NEED_LIVE, "实时数据"}, {NEED_DECLARED, "申报总量"}, {NEED_POWER, "用电"}, {NEED_REAGENT, "药剂用量"},
    {NEED_HUMIDITY, "湿度"}, {NEED_FURNACE, "炉膛温度"}, {NEED_KEEPER, "运维单位"}};

static str lacking(struct arena *a, unsigned missing)
{
    buf b = buf_make(a, 400);
    for (size_t i = 0; i < sizeof need_labels / sizeof *need_labels; i++)
        if (missing & need_labels[i].need) {
            if (b.n)
                buf_add(&b, S("、"));
            buf_add(&b, str_of(need_labels[i].label));
        }
    return buf_str(&b);
}

size_t longest_history(const struct table *t, const struct view *views)
{
    size_t most = 0;
    for (size_t i = 0; i < t->columns_n; i++)
        most = views[i].used > most && !t->columns[i].unfit ? views[i].used : most;
    return most;
}

/* What is said where a history is too short. Values may well be there, all under marks and flags. */
static const char *short_of(const struct table *t, size_t least)
{
    size_t most = 0;
    for (size_t i = 0; i < t->columns_n; i++) {
        struct table one = {.n = t->n, .columns = &t->columns[i], .columns_n = 1};
        size_t n = (size_t)table_readings(&one);
        most = n > most && !t->columns[i].unfit ? n : most;
    }
    if (most >= least)
        return "可评价的数值：标记（停运等）和不正常标志之下的不评价，余下的太少";
    return least == 1 ? "可用的数值" : least < HISTORY_USUAL ? "历史数据（至少48个可用的数值）" : "历史数据（至少200个可用的数值）";
}

static int place_of(const struct detector *d)
{
    for (size_t i = 0; i < detector_count(); i++)
        if (detector_at(i) == d)
            return (int)i;
    return -1;
}

int hit_order(const struct hit *a, const struct hit *b)
{
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    for (int i = 0; i < a->columns_n && i < b->columns_n; i++)
        if (a->columns[i] != b->columns[i])
            return a->columns[i] - b->columns[i];
    if (a->columns_n != b->columns_n)
        return a->columns_n - b->columns_n;
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    if (a->p < b->p || a->p > b->p)
        return a->p < b->p ? -1 : 1;
    if (a->score < b->score || a->score > b->score)
        return a->score > b->score ? -1 : 1;
    return str_cmp(a->sentence, b->sentence);
}

static int by_place(const void *x, const void *y)
{
    const struct hit *a = x, *b = y;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    if (a->detector != b->detector)
        return place_of(a->detector) - place_of(b->detector);
    return hit_order(a, b);
}

static const struct prediction *predictions_of(struct arena *a, const struct table *t, const struct view *views)
{
    AUTO_ARENA(scratch);
    struct prediction *ret = NEW_ARRAY(a, t->columns_n + 1, struct prediction);
    predict(a, scratch, t, views, ret);
    return ret;
}

void detect_table(struct arena *a, const struct table *t, const struct detect_options *o, struct hits *ret, struct detect_run *runs)
{
    AUTO_ARENA(prepared);
    AUTO_ARENA(scratch);
    static const struct detect_options none = {0};
    o = o ? o : &none;
    CHECK(t->columns_n <= LIMIT_TABLE_COLUMNS);
    unsigned present = table_has(t);
    /* one piece, so that the next table finds it in the heap instead of asking the system for each page anew */
    arena_reserve(prepared, t->columns_n * (2 * t->n * sizeof(double) + 1024));
    struct view *views = NEW_ARRAY(prepared, t->columns_n + 1, struct view);
    views_make(prepared, t, views);
    struct detect_context c = {.a = a, .scratch = scratch, .prepared = prepared, .views = views, .overrides = o->overrides,
                               .marks = mark_index_make(prepared, t)};
    size_t history = longest_history(t, views);
    if (!o->light)
        c.predictions = predictions_of(prepared, t, views);
    for (size_t i = 0; i < detector_count(); i++) {
        const struct detector *d = detector_at(i);
        unsigned missing = d->needs & ~present;
        runs[i] = (struct detect_run){d, DETECT_CLEAN, STR_NONE};
        if ((o->only && d != o->only) || (o->light && !d->light)) {
            runs[i] = (struct detect_run){d, DETECT_LACKED, S("本次未选")};
            continue;
        }
        if (missing || !t->n) {
            runs[i] = (struct detect_run){d, DETECT_LACKED, missing ? lacking(a, missing) : S("可用的数值")};
            continue;
        }
        size_t least = d->history ? d->history : HISTORY_USUAL;
        c.detector = d;
        c.own = 0;
        c.lacked = NULL;
        d->run(&c, t);
        if (history < least && !c.own && !c.lacked)
            c.lacked = short_of(t, least);
        runs[i].outcome = c.own ? DETECT_HITS : c.lacked ? DETECT_LACKED : DETECT_CLEAN;
        runs[i].lacked = runs[i].outcome == DETECT_LACKED ? str_of(c.lacked) : STR_NONE;
        arena_reset(scratch);
    }
    if (t->n && t->finer && t->finer->n && !o->light)
        detect_minutes(&c, t, o, runs);
    if (c.hits.n)
        qsort(c.hits.p, c.hits.n, sizeof *c.hits.p, by_place);
    *ret = (struct hits){c.hits.p, c.hits.n};
}
