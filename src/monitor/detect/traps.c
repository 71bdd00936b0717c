/*
 * Innocent explanations: each is looked for in the data and answered "ruled out", "possible" or "no data". All are shown with
 * every finding; those its detectors name, and those that explain anything, turn a clue into a hint when they are likely (fuse.c).
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

struct trap { const char *id, *label; trap_fn *check; bool always /* explains whatever is seen: asked of every detector alike */; };

static const struct view *lead_view(const struct view *views, const struct finding *f)
{
    return &views[f->lead->columns[0]];
}

static bool mark_over(const struct table *t, const struct finding *f, unsigned kinds, usec margin)
{
    usec from = table_at(t, f->first) - margin, to = table_at(t, f->first + f->n) + margin;
    for (size_t i = 0; i < t->marks_n; i++)
        if ((kinds & 1u << t->marks[i].kind) && t->marks[i].from < to && t->marks[i].to > from)
            return true;
    return false;
}

static bool flag_near(const struct table *t, const struct view *v, const struct finding *f, const char *flags)
{
    size_t from = f->first > 2 ? f->first - 2 : 0, to = f->first + f->n + 2 < t->n ? f->first + f->n + 2 : t->n;
    for (size_t i = from; v->c->flag && i < to; i++)
        if (v->c->flag[i] && strchr(flags, v->c->flag[i]))
            return true;
    return false;
}

/* Channels by which standing and running are told apart (standing.c): how many there are. */
static size_t telling(const struct table *t, const struct view *views)
{
    size_t n = 0;
    for (size_t k = 0; k < t->columns_n; k++) {
        enum role r = views[k].factor->role;
        bool tells = r == ROLE_FLOW || r == ROLE_VELOCITY || r == ROLE_LOAD || r == ROLE_OXYGEN || r == ROLE_FURNACE;
        n += tells && views[k].c->group == COLUMN_VALUE && views[k].c->value;
    }
    return n;
}

static size_t in_states(const struct table *t, const struct view *views, size_t first, size_t n, unsigned states)
{
    return t->columns_n && first < t->n ? slots_in_state(&views[0], first, n < t->n - first ? n : t->n - first, states) : 0;
}

static enum trap_outcome start_up(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    size_t around = slots_of(t, 2), from = f->first > around ? f->first - around : 0;
    size_t seen = in_states(t, views, from, f->first + f->n + around - from, STATES_STOP);
    if (seen) {
        *ret = arena_printf(a, "区间内及前后两小时有%zu个时段读数或标志显示停运、启停", seen);
        return TRAP_POSSIBLE;
    }
    if (!t->marks_n) {
        *ret = S("没有工况标记");
        return TRAP_NO_DATA;
    }
    bool near = mark_over(t, f, 1u << MARKED_START | 1u << MARKED_SHUT | 1u << MARKED_STOPPED, 2 * USEC_HOUR);
    *ret = near ? S("区间两小时内有启停炉标记") : arena_printf(a, "%zu条标记均不在区间附近", t->marks_n);
    return near ? TRAP_POSSIBLE : TRAP_RULED_OUT;
}

/* Slot by slot, flagged and masked ones with the others: everything that moves with the plant is at its bottom, or a flag says so. */
static enum trap_outcome stopped(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    size_t stands = in_states(t, views, f->first, f->n, STATES_STANDING), both = in_states(t, views, f->first, f->n, STATES_STOP);
    if (!both && !telling(t, views)) {
        *ret = S("没有流量、负荷或氧含量数据");
        return TRAP_NO_DATA;
    }
    *ret = both ? arena_printf(a, "区间%zu个时段中，读数或标志显示%zu个停运、%zu个正在启停", f->n, stands, both - stands)
                : arena_printf(a, "区间%zu个时段中没有读数或标志显示停运的", f->n);
    return both * 2 >= f->n && both ? TRAP_POSSIBLE : TRAP_RULED_OUT;
}

static enum trap_outcome maintenance(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    const struct view *v = lead_view(views, f);
    (void)a;
    if (!v->c->flag && !t->marks_n) {
        *ret = S("没有数据标志和标记");
        return TRAP_NO_DATA;
    }
    bool near = flag_near(t, v, f, "MC") || mark_over(t, f, 1u << MARKED_MAINTENANCE | 1u << MARKED_CALIBRATION, 2 * USEC_HOUR);
    *ret = near ? S("区间内或前后两个时段以内有维护、校准标志") : S("区间内及前后两个时段没有维护、校准标志");
    return near ? TRAP_POSSIBLE : TRAP_RULED_OUT;
}

static enum trap_outcome detection_limit(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    const struct view *v = lead_view(views, f);
    size_t n = 0, low = 0;
    for (size_t i = f->first; i < f->first + f->n && i < t->n; i++)
        if (!isnan(v->x[i])) {
            n++;
            low += v->x[i] <= v->floor + v->grain || v->x[i] <= 0.05 * v->p95;
        }
    *ret = arena_printf(a, "区间内%zu个数值中%zu个在检出限或常见高值的5%%以下", n, low);
    return low * 2 > n && v->factor->role == ROLE_POLLUTANT ? TRAP_POSSIBLE : TRAP_RULED_OUT;
}

/* The usual distance of minimum and maximum of a slot, in the steps it is printed in. */
static double room_steps(const struct table *t, const struct view *v, const struct finding *f)
{
    double x[VIEW_SAMPLE];
    size_t stride = stride_of(t->n, VIEW_SAMPLE), n = 0;
    double step = fmax(v->grain, room_step(t, v));
    for (size_t i = 0; v->c->low && v->c->high && i < t->n; i += stride)
        if (!isnan(v->x[i]) && v->c->low[i] != VALUE_NONE && v->c->high[i] != VALUE_NONE && (2 * f->n > t->n || i < f->first || i >= f->first + f->n))
            x[n++] = (double)(v->c->high[i] - v->c->low[i]) * v->unit / step;
    return n >= 60 ? median_of(x, n) : 0;
}

static enum trap_outcome coarse(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    const struct view *v = lead_view(views, f);
    bool room = strcmp(f->lead->detector->id, "C17") == 0 || !strstr(f->lead->detector->traps, "coarse");
    double steps = room ? room_steps(t, v, f) : 0;
    if (steps >= 10) { /* what is said is about the room of a slot (or C17 alone asks): that is what must not be coarse */
        *ret = arena_printf(a, "时段内极差平时为最小刻度的%.0f倍", steps);
        return TRAP_RULED_OUT;
    }
    *ret = arena_printf(a, "四分位距为最小刻度的%.0f倍", v->levels);
    return v->coarse ? TRAP_POSSIBLE : TRAP_RULED_OUT;
}

static enum trap_outcome cycle(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    const struct view *v = lead_view(views, f);
    if (t->facts.analyser_cycle_s > t->step_s) {
        *ret = arena_printf(a, "分析周期%d秒，重复的结果已合并", t->facts.analyser_cycle_s);
        return f->n * (size_t)t->step_s > 3 * (size_t)t->facts.analyser_cycle_s ? TRAP_RULED_OUT : TRAP_POSSIBLE;
    }
    double equal = equal_outside(t, v, f->first, f->n);
    *ret = arena_printf(a, "平时相邻相等的占%.1f%%", 100 * equal);
    return equal > 0.5 ? TRAP_POSSIBLE : TRAP_RULED_OUT;
}

static enum trap_outcome set_point(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    const struct view *v = lead_view(views, f);
    size_t low = 0, n = 0;
    (void)a;
    for (size_t i = f->first; i < f->first + f->n && i < t->n; i++)
        if (!isnan(v->x[i]))
            n++, low += fabs(v->x[i] - v->median) < 0.25 * v->mad;
    if (!n || v->factor->role == ROLE_POLLUTANT) {
        *ret = S("污染物浓度不能被控制到不动");
        return TRAP_RULED_OUT;
    }
    /* what pumps can do at most, reached often: it cannot be exceeded, and does not move */
    double near = fmax(0.25 * v->mad, v->grain);
    size_t top = 0;
    for (size_t i = f->first; v->factor->role == ROLE_FLOW && v->p95 >= v->p99 - near && i < f->first + f->n && i < t->n; i++)
        top += v->x[i] >= v->p95 - near;
    if (top * 2 > n) {
        *ret = S("数值在本站常达到的最高处附近，可能是泵或阀的能力上限");
        return TRAP_POSSIBLE;
    }
    *ret = low * 2 > n ? S("数值在历史中位数附近，可能是受控的设定值") : S("数值不在常见的设定值附近");
    return low * 2 > n ? TRAP_POSSIBLE : TRAP_RULED_OUT;
}

/* How many slots of [first, end) a mark touches: by its ends, for there may be as many marks as slots. */
static size_t slots_under(const struct table *t, const struct table_mark *m, size_t first, size_t end)
{
    usec step = t->step_s * USEC_SECOND, from = m->from > table_at(t, first) ? m->from : table_at(t, first), to = m->to < table_at(t, end) ? m->to : table_at(t, end);
    return to > from ? (size_t)((to - t->from + step - 1) / step - (from - t->from) / step) : 0;
}

static enum trap_outcome network(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    size_t ours = 0, marked = 0;
    (void)views;
    for (size_t i = f->first; t->platform && i < f->first + f->n && i < t->n; i++)
        ours += t->platform[i];
    for (size_t k = 0; k < t->marks_n; k++)
        if (t->marks[k].kind == MARKED_NETWORK)
            marked += slots_under(t, &t->marks[k], f->first, f->first + f->n < t->n ? f->first + f->n : t->n);
    if (marked || ours) { /* a line that failed for an hour explains no week */
        *ret = arena_printf(a, "区间内%zu个时段有通讯中断标记，%zu个时段为平台原因", marked, ours);
        return 2 * (marked + ours) >= f->n ? TRAP_POSSIBLE : TRAP_RULED_OUT;
    }
    *ret = t->platform ? S("区间内没有平台原因") : S("没有平台运行记录");
    return t->platform ? TRAP_RULED_OUT : TRAP_NO_DATA;
}

/* Every channel of the outlet stands still: a logger that holds the last values, not one signal. */
static enum trap_outcome held_logger(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    size_t others = 0, still = 0, one = in_states(t, views, f->first, f->n, STATES_ONE_NUMBER);
    if (one * 2 >= f->n && one) {
        *ret = arena_printf(a, "区间%zu个时段中%zu个时段所有通道是同一个数", f->n, one);
        return TRAP_POSSIBLE;
    }
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &views[k];
        size_t n = 0, same = 0;
        double last = NAN;
        if (k == f->lead->columns[0] || v->c->group != COLUMN_VALUE || v->mad <= 0 || v->equal > 0.5)
            continue;
        for (size_t i = f->first; i < f->first + f->n && i < t->n; i++)
            if (!isnan(v->x[i])) {
                same += v->x[i] == last;
                last = v->x[i];
                n++;
            }
        if (n < 3)
            continue;
        others++;
        still += same * 10 >= (n - 1) * 8;
    }
    if (!others) {
        *ret = S("没有其他通道可比");
        return TRAP_NO_DATA;
    }
    *ret = arena_printf(a, "其他%zu个通道中%zu个同时不变", others, still);
    return still * 2 > others || (still && still == others) ? TRAP_POSSIBLE : TRAP_RULED_OUT;
}

static enum trap_outcome shared_stack(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    (void)a, (void)views;
    for (size_t i = 0; i < f->hits_n; i++)
        if (strcmp(f->hits[i]->detector->id, "B18") == 0 && 2 * f->hits[i]->n > t->n) {
            *ret = S("与另一点位大部分时间相同，可能是一个排放口登记了两个编号，请核对登记");
            return TRAP_POSSIBLE;
        }
    *ret = S("单个排放口的数据看不出，请核对登记");
    return TRAP_NO_DATA;
}

static enum trap_outcome changed_limit(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    usec from = table_at(t, f->first), to = table_at(t, f->first + f->n);
    (void)a;
    if (!t->limits_n) {
        *ret = S("没有限值数据");
        return TRAP_NO_DATA;
    }
    for (size_t i = 0; i < t->limits_n; i++)
        if (str_eq(t->limits[i].factor, lead_view(views, f)->c->factor) && ((t->limits[i].from > from && t->limits[i].from < to) ||
                                                                          (t->limits[i].to > from && t->limits[i].to < to))) {
            *ret = S("区间内限值有变更");
            return TRAP_POSSIBLE;
        }
    *ret = S("区间内限值没有变更");
    return TRAP_RULED_OUT;
}

static enum trap_outcome batch(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    (void)a, (void)t, (void)views, (void)f;
    *ret = S("需向企业了解是否有周期性运行（如SBR）");
    return TRAP_NO_DATA;
}

static enum trap_outcome refilled(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    size_t late = 0;
    (void)views;
    for (size_t i = 0; i < t->versions_n; i++)
        late += t->versions[i].slot >= f->first && t->versions[i].slot < f->first + f->n;
    if (!t->frames_n && !t->versions_n) {
        *ret = S("没有报文，看不出是否由平台或企业补数");
        return TRAP_NO_DATA;
    }
    *ret = arena_printf(a, "区间内有%zu个补传或改动的数值", late);
    return late ? TRAP_POSSIBLE : TRAP_RULED_OUT;
}

static const struct trap traps[] = {
    {"start-up", "启停炉", start_up},
    {"stopped", "停产", stopped},
    {"maintenance", "维护校准", maintenance},
    {"detection-limit", "检出限附近", detection_limit},
    {"coarse", "分辨率粗", coarse},
    {"cycle", "分析周期", cycle},
    {"set-point", "受控设定值", set_point},
    {"network", "网络或平台中断", network},
    {"held-logger", "数采仪保持末值", held_logger},
    {"shared-stack", "共用烟囱或设备", shared_stack},
    {"changed-limit", "限值变更", changed_limit},
    {"batch", "间歇运行", batch},
    {"refilled", "补传", refilled},
    {"unit", "单位或小数点", trap_unit, true},
    {"filler", "填充数", trap_filler, true},
};

const char *trap_at(size_t i)
{
    return i < sizeof traps / sizeof *traps ? traps[i].id : NULL;
}

/* What is there, but does not make a thing like this: a low reading breaks no identity. */
static void set_aside(struct arena *a, const struct finding *f, struct trap_result *r)
{
    r->result = TRAP_RULED_OUT;
    r->text = arena_printf(a, "%.*s；但不会由此出现“%s”", STR_ARG(r->text), f->lead->detector->label);
}

struct trap_result trap_check(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str id, bool named)
{
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++)
        if (str_eq(id, str_of(traps[i].id))) {
            struct trap_result r = {.id = traps[i].id, .label = traps[i].label};
            r.result = traps[i].check(a, t, views, f, &r.text);
            if (r.result == TRAP_POSSIBLE && !named && !traps[i].always)
                set_aside(a, f, &r);
            return r;
        }
    CHECK(a == NULL); /* a descriptor names a trap that does not exist */
    return (struct trap_result){0};
}

const char *trap_outcome_label(enum trap_outcome o)
{
    static const char *const label[] = {"已排除", "不能排除", "无数据"};
    return label[o];
}
