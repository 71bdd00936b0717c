/*
 * A1, A4, A15, A16: the same number too often. What "too often" is comes from the series itself: how often neighbours are
 * equal at this level elsewhere. Analysers that measure every two hours repeat each result until the next, so runs are
 * counted in results, not in slots.
 */
#include "base/lanes.h"
#include "monitor/detect/blocks.h"

#include <string.h>

struct run { size_t first, n, slots; double value; };
struct runs {
    struct run *p;
    size_t n, capacity;
    double typical;         /* slots of a result */
    size_t longest, second; /* slots of the longest run at any level, and of the next */
};
enum { BANDS = 10, GAP = 3 /* slots missing inside a run */ };

static void runs_find(struct detect_context *c, const struct table *t, const struct view *v, struct runs *ret)
{
    struct run now = {0};
    size_t last = 0;
    for (size_t i = 0; i < t->n; i++) {
        double x = v->x[i];
        if (isnan(x))
            continue;
        if (now.n && x == now.value && i - last <= GAP) {
            now.n++;
            now.slots = i + 1 - now.first;
        } else {
            if (now.n)
                vec_push(c->scratch, ret, now);
            now = (struct run){i, 1, 1, x};
        }
        last = i;
    }
    if (now.n)
        vec_push(c->scratch, ret, now);
    double length[VIEW_SAMPLE];
    size_t n = 0, stride = stride_of(ret->n, VIEW_SAMPLE);
    for (size_t i = 0; i < ret->n; i += stride)
        length[n++] = (double)ret->p[i].n;
    for (size_t i = 0; i < ret->n; i++)
        if (ret->p[i].n > ret->longest)
            ret->second = ret->longest, ret->longest = ret->p[i].n;
        else if (ret->p[i].n > ret->second)
            ret->second = ret->p[i].n;
    ret->typical = n ? fmax(1, median_of(length, n)) : 1;
}

/* Edges ascend: counted without a branch. */
static int band_of(const double *edge, double x)
{
    int b = 0;
    for (int i = 0; i < BANDS - 1; i++)
        b += x > edge[i];
    return b;
}

struct band { double results, repeats, longest, second; };

/* Deciles of the values of runs, and how often a result is followed by an equal one in each. */
static void bands_of(const struct runs *r, double *edge, struct band *band)
{
    double x[VIEW_SAMPLE];
    size_t n = 0, stride = stride_of(r->n, VIEW_SAMPLE);
    for (size_t i = 0; i < r->n; i += stride)
        x[n++] = r->p[i].value;
    sort_doubles(x, n);
    for (int b = 0; b < BANDS - 1; b++)
        edge[b] = x[(n - 1) * (size_t)(b + 1) / BANDS];
    memset(band, 0, BANDS * sizeof *band);
    for (size_t i = 0; i < r->n; i++) {
        struct band *at = &band[band_of(edge, r->p[i].value)];
        double results = r->p[i].n == 1 ? 1 : fmax(1, floor((double)r->p[i].n / r->typical + 0.1));
        at->results += results;
        at->repeats += results - 1;
        if (results > at->longest)
            at->second = at->longest, at->longest = results;
        else if (results > at->second)
            at->second = results;
    }
}

static bool driver_moved(const struct table *t, const struct detect_context *c, const struct view *v, size_t first, size_t n, const struct view **ret)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *d = &c->views[k];
        if (d == v || d->c->unfit || d->c->group != COLUMN_VALUE || str_eq(d->c->factor, v->c->factor) || d->coarse || d->mad <= 0 ||
            (d->factor->kin && d->factor->kin == v->factor->kin))
            continue;
        double low = INFINITY, high = -INFINITY;
        for (size_t i = first; i < first + n; i++)
            if (!isnan(d->x[i]))
                low = fmin(low, d->x[i]), high = fmax(high, d->x[i]);
        if (high - low > 0.5 * (d->p90 - d->p10)) {
            *ret = d;
            return true;
        }
    }
    return false;
}

static bool at_bottom(const struct view *v, double x)
{
    return x == v->floor || x <= v->p01 || x == 0;
}

/* A coarse series stands still now and then; four times as long as it ever did elsewhere, for a day and more, it does not. */
static bool beyond_habit(const struct table *t, const struct runs *all, const struct run *r)
{
    size_t others = r->n >= all->longest ? all->second : all->longest;
    return r->n >= slots_of(t, 24) && r->n >= 4 * others;
}

static void say_run(struct detect_context *c, const struct table *t, const struct view *v, const struct runs *all, const struct run *r, double results,
                    double p)
{
    const struct view *driver = NULL;
    struct hit *h = hit_add(c, r->first, r->slots, v);
    if (!h)
        return;
    bool moved = driver_moved(t, c, v, r->first, r->slots, &driver);
    bool alone = true;
    for (size_t k = 0; k < t->columns_n; k++)
        alone &= str_eq(t->columns[k].factor, v->c->factor);
    h->score = results;
    h->p = p;
    h->hard = p <= parameter(c, "hard") && (moved || alone) && v->factor->role != ROLE_OTHER && (v->levels >= 30 || (moved && beyond_habit(t, all, r))) &&
              (double)r->n >= parameter(c, "hard_runs") * fmax(parameter(c, "least"), (double)slots_of(t, 1));
    if (driver)
        hit_also(h, driver);
    hit_amount(h, 0, "重复的数值", r->value, v->c, 0);
    hit_number(h, 1, "连续重复的数值个数", (double)r->n, 0);
    double equal = equal_outside(t, v, r->first, r->slots);
    hit_number(h, 2, "平时相邻相等比例（%）", 100 * equal, 2);
    str name = factor_label(c->scratch, v->c), value = amount_text(c->scratch, v, r->value);
    /* what is missing or marked within is not said to be the same */
    str span = r->n == r->slots ? span_text(c->scratch, t, r->slots)
                                : arena_printf(c->scratch, "%.*s内正常上报的%zu个数值", STR_ARG(span_text(c->scratch, t, r->slots)), r->n);
    if (driver)
        hit_sentence(c, h, "%.*s自%.*s起%.*s一直为%.*s，同期%.*s有明显变化", STR_ARG(name), STR_ARG(slot_text(c->scratch, t, r->first)),
                     STR_ARG(span), STR_ARG(value), STR_ARG(factor_label(c->scratch, driver->c)));
    else
        hit_sentence(c, h, "%.*s自%.*s起%.*s一直为%.*s，其余时间相邻两值相等的只占%.2f%%", STR_ARG(name),
                     STR_ARG(slot_text(c->scratch, t, r->first)), STR_ARG(span), STR_ARG(value), 100 * equal);
}

/* Many short runs within a week: values held during peaks. */
static void short_runs(struct detect_context *c, const struct table *t, const struct view *v, const struct runs *r)
{
    size_t week = slots_of(t, 168), hop = slots_of(t, 24), k = 0, end = 0;
    double expected = 0;
    size_t windows = t->n / hop + 1;
    if (minutes_table(t) /* an analyser that is flushed holds for minutes, many times a day */ || r->typical > 1 || v->coarse || v->equal > 0.05 || v->factor->role == ROLE_OTHER)
        return;
    for (size_t first = window_first(t, hop); first + hop <= t->n; first += hop) {
        size_t count = 0, from = SIZE_MAX, to = 0;
        if (first < end)
            continue;
        while (k < r->n && r->p[k].first < first)
            k++;
        for (size_t i = k; i < r->n && r->p[i].first < first + week; i++)
            if (r->p[i].n >= 3 && !at_bottom(v, r->p[i].value)) {
                count++;
                from = from < r->p[i].first ? from : r->p[i].first;
                to = r->p[i].first + r->p[i].slots;
            }
        if (count < 4)
            continue;
        double equal = fmax(equal_around(t, v, from, to - from), v->equal);
        expected = (double)week * equal * equal;
        double p = (double)windows * binomial_tail((int64_t)week, (int64_t)count, expected / (double)week);
        if (p > 1e-6)
            continue;
        struct hit *h = hit_add(c, from, to - from, v);
        if (!h)
            return;
        end = to;
        h->score = (double)count;
        h->p = fmin(1, p);
        hit_number(h, 0, "三次以上重复的段数", (double)count, 0);
        hit_number(h, 1, "按历史应有段数", expected, 3);
        hit_number(h, 2, "平时相邻相等比例（%）", 100 * equal_outside(t, v, from, to - from), 2);
        hit_sentence(c, h, "%.*s自%.*s起%.*s内有%zu处连续三次以上数值完全相同，按本站历史应不到%.2f处", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, from)), STR_ARG(span_text(c->scratch, t, to - from)), count, fmax(expected, 0.01));
    }
}

/* Slots whose value is that of both slots before; and how many could be with what is missing taken out: two behind each gap. */
LANES static size_t third_equals(const double *x, size_t n)
{
    uint64_t many = 0;
    for (size_t i = 2; i < n; i++)
        many += (uint64_t)((x[i] == x[i - 1]) & (x[i - 1] == x[i - 2])) + 2 * (uint64_t)((x[i] == x[i]) & (x[i - 1] != x[i - 1]));
    return many + 2;
}

/* A run that is long enough, or more runs of three than the series makes anyhow. */
static bool worth_a_look(const struct table *t, const struct view *v, size_t slots)
{
    size_t run = 0, triples = 0, longest = 0;
    double last = NAN, many = 4 + 4 * (double)t->n * v->equal * v->equal;
    /* each run of three has a third equal; a run of n has n - 2 of them */
    size_t thirds = third_equals(v->x, t->n);
    if ((double)thirds < many && thirds + 2 < slots)
        return false;
    for (size_t i = 0; i < t->n; i++) {
        double x = v->x[i];
        bool same = x == last, there = x == x;
        run = same ? run + 1 : there ? 1 : run;
        last = there ? x : last;
        triples += same & (run == 3);
        longest = run > longest ? run : longest;
    }
    return longest >= slots || (double)triples >= many;
}

void detect_constant_run(struct detect_context *c, const struct table *t)
{
    double limit = parameter(c, "chance"), least = parameter(c, "least");
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        struct runs r = {0};
        double edge[BANDS];
        struct band band[BANDS];
        double slots = fmax(least, (double)slots_of(t, 1));
        if (!view_fit(v, 48) || v->mad <= 0 || v->c->group == COLUMN_TOTAL || !worth_a_look(t, v, (size_t)slots))
            continue;
        runs_find(c, t, v, &r);
        if (r.n < 20)
            continue;
        bands_of(&r, edge, band);
        for (size_t i = 0; i < r.n; i++) {
            const struct run *one = &r.p[i];
            if ((double)one->n < slots || at_bottom(v, one->value))
                continue;
            const struct band *b = &band[band_of(edge, one->value)];
            double results = floor((double)one->n / r.typical + 0.1);
            double p0 = (b->repeats - (results - 1) + 0.5) / (b->results - results + 1);
            double p = run_chance((double)v->used / r.typical, results, fmin(fmax(p0, 0.5 / fmax(v->levels, 1)), 0.999));
            double others = results >= b->longest ? b->second : b->longest;
            bool usual = (v->coarse || p0 > 0.02 || r.typical > 1 || equal_around(t, v, one->first, one->slots) > 0.03) && results < 3 * others;
            if (results >= least && p <= limit && !usual)
                say_run(c, t, v, &r, one, results, p);
        }
        short_runs(c, t, v, &r);
    }
}

/* A4: the maximum of a day, three days, a week reached again and again. */
static void clip_at(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t n, double windows, size_t *end)
{
    double top = -INFINITY, width = fmax(20 * v->grain, 0.2 * v->mad), near = 0;
    size_t count = 0, episodes = 0, last = 0, from = 0, used = 0;
    for (size_t i = first; i < first + n; i++)
        top = v->x[i] > top ? v->x[i] : top;
    for (size_t i = first; i < first + n; i++) {
        used += !isnan(v->x[i]);
        if (v->x[i] == top) {
            episodes += !count || i != last + 1;
            from = count ? from : i;
            last = i;
            count++;
        } else {
            near += v->x[i] >= top - width;
        }
    }
    if (used < n / 2 || count < 4 || episodes < 2 || at_bottom(v, top))
        return;
    double rate = fmin(0.5, (near + 2) * v->grain / width / (double)used);
    double p = windows * binomial_tail((int64_t)used, (int64_t)count - 1, rate);
    if (p > parameter(c, "chance"))
        return;
    struct hit *h = hit_add(c, from, last + 1 - from, v);
    if (!h)
        return;
    *end = last + 1;
    h->score = (double)count;
    h->p = p;
    hit_amount(h, 0, "封顶值", top, v->c, 0);
    hit_number(h, 1, "正好等于该值的次数", (double)count, 0);
    hit_number(h, 2, "分属几段", (double)episodes, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s内先后%zu段共%zu次正好停在最高值%.*s，其上没有任何数值", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, from)), STR_ARG(span_text(c->scratch, t, last + 1 - from)), episodes, count,
                 STR_ARG(amount_text(c->scratch, v, top)));
}

/* Whether the highest value of a window is there four times, as its blocks say. */
static bool may_clip(const struct top *top, size_t from, size_t n)
{
    double high = -INFINITY;
    size_t times = 0;
    for (size_t i = from; i < from + n; i++) {
        times = top[i].high > high ? top[i].times : top[i].high == high ? times + top[i].times : times;
        high = top[i].high > high ? top[i].high : high;
    }
    return times >= 4;
}

void detect_clipping(struct detect_context *c, const struct table *t)
{
    enum { SPANS = 5 };
    static const double hours[SPANS] = {24, 72, 168, 4, 12};
    size_t length[SPANS], hop[SPANS], spans = minutes_table(t) ? SPANS : SPANS - 2;
    if (minutes_table(t))
        detect_minute_clip(c, t);
    for (size_t i = 0; i < spans; i++)
        length[i] = slots_of(t, hours[i]), hop[i] = slots_of(t, hours[i] < 12 ? 2 : 12);
    struct blocks b = blocks_of(t, length, hop, spans);
    struct top *top = NEW_ARRAY(c->scratch, b.n + 1, struct top);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!view_fit(v, 168) || v->coarse || v->equal > 0.1 || v->factor->role == ROLE_OTHER || v->c->group == COLUMN_TOTAL)
            continue;
        blocks_top(v->x, b, top);
        for (size_t i = 0; i < spans; i++) {
            size_t end = 0;
            for (size_t first = window_first(t, hop[i]); first + length[i] <= t->n; first += hop[i])
                if (first + hop[i] > end && may_clip(top, (first - b.first) / b.size, length[i] / b.size))
                    clip_at(c, t, v, first, length[i], (double)(t->n / hop[i] + 1), &end);
        }
    }
}

/* A15: a week at the bottom, though the month before was not. */
void detect_floor_sticking(struct detect_context *c, const struct table *t)
{
    size_t day_slots = slots_of(t, 24), week = 7 * day_slots, month = 30 * day_slots;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        size_t end = 0;
        if (!view_fit(v, 48) || isnan(v->floor) || v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE)
            continue;
        for (size_t first = window_first(t, day_slots) + month; first + week <= t->n; first += day_slots) {
            double low = 0, all = 0, low_before = 0, all_before = 0;
            const struct view *driver;
            if (first < end)
                continue;
            for (size_t i = first - month; i < first + week; i++) {
                if (isnan(v->x[i]))
                    continue;
                double bottom = v->x[i] <= v->floor + v->q / 2;
                if (i < first)
                    low_before += bottom, all_before++;
                else
                    low += bottom, all++;
            }
            if (all < 0.5 * (double)week || all_before < 0.5 * (double)month || low < parameter(c, "share") * all ||
                low_before > 0.3 * all_before || !driver_moved(t, c, v, first, week, &driver))
                continue;
            struct hit *h = hit_add(c, first, week, v);
            if (!h)
                return;
            end = first + week;
            hit_also(h, driver);
            h->score = low / all;
            h->p = fmin(1, (double)(t->n / day_slots) * binomial_tail(7, (int64_t)(7 * low / all), fmax(0.05, low_before / all_before)));
            hit_amount(h, 0, "最低值", v->floor, v->c, 0);
            hit_number(h, 1, "该周处于最低值的比例（%）", 100 * low / all, 1);
            hit_number(h, 2, "此前30天的比例（%）", 100 * low_before / all_before, 1);
            hit_sentence(c, h, "%.*s自%.*s起一周内%.0f%%的时间停在最低值%.*s，此前30天只有%.0f%%", STR_ARG(factor_label(c->scratch, v->c)),
                         STR_ARG(slot_text(c->scratch, t, first)), 100 * low / all, STR_ARG(amount_text(c->scratch, v, v->floor)),
                         100 * low_before / all_before);
        }
    }
}

/* A16: numbers loggers put where there is none, sent as normal. */
static bool is_filler(const struct view *v, double x)
{
    if (x > 0 && x <= 2 * fabs(v->p95))
        return false;
    if (x == 0)
        return v->p05 > 10 * v->q && v->p05 > 0.1 * v->median;
    if (x < 0 && v->factor->role == ROLE_POLLUTANT)
        return x < -fmax(5 * v->q, 0.05 * fabs(v->p99));
    return filler_code(x) && fabs(x) > 2 * fabs(v->p95);
}

/* Whether anything lies outside (0, usual]. */
LANES static bool any_unusual(const double *x, size_t n, double usual)
{
    uint64_t many = 0;
    for (size_t i = 0; i < n; i++)
        many += (uint64_t)((x[i] <= 0) | (x[i] > usual));
    return many > 0;
}

/* The column without its fillers: what the sentence calls the rest. */
static struct view without_fillers(struct detect_context *c, const struct table *t, const struct view *v)
{
    double *x = arena_copy(c->scratch, v->x, t->n * sizeof *x);
    for (size_t i = 0; i < t->n; i++)
        x[i] = !isnan(x[i]) && is_filler(v, x[i]) ? (double)NAN : x[i];
    return view_of(t, v, x);
}

/* Zeros while the plant stands still, as the mark on another pollutant of this outlet says: a mark is of one channel, a standstill is of all. */
static bool stopped_elsewhere(const struct detect_context *c, const struct table *t, size_t first, size_t n)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct column *other = &t->columns[k];
        size_t marked = 0;
        if (!other->flag || c->views[k].factor->role != ROLE_POLLUTANT)
            continue;
        for (size_t i = first; i < first + n; i++)
            marked += other->flag[i] == 'F';
        if (10 * marked >= 9 * n)
            return true;
    }
    return false;
}

static void say_filler(struct detect_context *c, const struct table *t, const struct view *v, const struct view *rest, size_t first, size_t n, size_t count)
{
    struct hit *h = hit_add(c, first, n, v);
    if (!h)
        return;
    double x = v->x[first];
    bool above = x > rest->p99;
    str many = count == n ? S("") : arena_printf(c->scratch, "内%zu次", count);
    h->score = (double)n;
    h->p = 1e-6;
    hit_amount(h, 0, "数值", x, v->c, 0);
    hit_number(h, 1, "这类数值的个数", (double)count, 0);
    hit_amount(h, 2, above ? "其余数值的高位（99%分位）" : "其余数值的低位（1%分位）", above ? rest->p99 : rest->p01, v->c, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s%.*s上报%.*s%s，其余数值的99%%在%.*s以%s", STR_ARG(factor_label(c->scratch, v->c)), STR_ARG(slot_text(c->scratch, t, first)),
                 STR_ARG(span_text(c->scratch, t, n)), STR_ARG(many), STR_ARG(value_text(c->scratch, v, x)), v->c->flag ? "而标志为正常" : "，没有随数据上报标志",
                 STR_ARG(amount_text(c->scratch, v, above ? rest->p99 : rest->p01)), above ? "下" : "上");
}

void detect_filler(struct detect_context *c, const struct table *t)
{
    double least = parameter(c, "least");
    one_number_told(c, t, least);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!view_fit(v, 48) || v->mad <= 0 || v->factor->role == ROLE_OTHER)
            continue;
        double usual = 2 * fabs(v->p95); /* is_filler() says the same of what lies below, but not as fast */
        if (!any_unusual(v->x, t->n, usual))
            continue;
        struct view rest = {0};
        for (size_t i = 0; i < t->n; i++) {
            size_t first = i, n = 0, gap = 0, count = 0;
            if ((v->x[i] > 0 && v->x[i] <= usual) || isnan(v->x[i]) || !is_filler(v, v->x[i]))
                continue;
            for (; i < t->n && gap <= GAP; i++) {
                bool same = !isnan(v->x[i]) && is_filler(v, v->x[i]);
                gap = same ? 0 : gap + 1;
                n = same ? i + 1 - first : n;
                count += same;
            }
            i = first + n - 1;
            if ((double)n < least || (v->x[first] == 0 && stopped_elsewhere(c, t, first, n)))
                continue;
            if (!rest.x)
                rest = without_fillers(c, t, v);
            say_filler(c, t, v, &rest, first, n, count);
        }
    }
}
