/*
 * C17 among readings. Each reading comes with the lowest and highest value within its minute. How far apart they are is the
 * instrument's own noise at that level; it is the same from one hour to the next, whatever the plant does. A value put in
 * place of a measured one comes without, or with less of it, for as long as it is put there (room_windows); or with the room of the
 * value that was measured, which then no longer goes up and down with the value sent (slope_windows).
 *
 * The room is compared with the mean room of this channel at this level, as sums and not as logarithms: rounding widens one minute
 * and narrows the next, and leaves the sum alone. Minutes in which an analyser holds its last value (it is flushed, or measures
 * another duct) say nothing and are left out, unless it holds for longer than that takes.
 */
#include "base/lanes.h"
#include "monitor/detect/rooms.h"

#include <string.h>

enum { BANDS = 10, HOUR = 4 /* blocks */, HELD_MOST = 20 /* minutes */ };

static int band_of(const double *edge, double x)
{
    int b = 0;
    while (b < BANDS - 1 && x > edge[b])
        b++;
    return b;
}

/* A stretch at one level may fill that level's band: what the bands beside it say counts as much. */
static void smooth(double *usual)
{
    double copy[BANDS];
    memcpy(copy, usual, sizeof copy);
    for (int b = 0; b < BANDS; b++) {
        int from = b == 0 ? 0 : b == BANDS - 1 ? BANDS - 3 : b - 1;
        double three[3] = {copy[from], copy[from + 1], copy[from + 2]};
        usual[b] = median_of(three, 3);
    }
}

/* Value, minimum and maximum all lie on ten times the usual step. */
static bool printed_coarser(const struct view *v, size_t i)
{
    int64_t ten = 10 * (v->c->q > 0 ? v->c->q : 1);
    return v->c->value[i] % ten == 0 && v->c->low[i] % ten == 0 && v->c->high[i] % ten == 0;
}

static bool has_room(const struct view *v, size_t i)
{
    return !isnan(v->x[i]) && v->c->low[i] != VALUE_NONE && v->c->high[i] != VALUE_NONE;
}

LANES static void still_slots(const int64_t *value, const int64_t *low, const int64_t *high, const double *x, size_t n, uint8_t *ret)
{
    ret[0] = 0;
    for (size_t i = 1; i < n; i++) {
        bool held = (value[i] == value[i - 1]) | (x[i - 1] != x[i - 1]) /* since before a gap */;
        ret[i] = (x[i] == x[i]) & (low[i] != VALUE_NONE) & (low[i] == high[i]) & held;
    }
}

/* Marks minutes in which the value before is sent again without any room, in runs as short as holding takes. n + 1 of them. */
static uint8_t *held_minutes(struct detect_context *c, const struct table *t, const struct view *v)
{
    uint8_t *held = ROOM_ARRAY(c->scratch, t->n + 1, uint8_t);
    size_t most = slots_of(t, HELD_MOST / 60.0);
    still_slots(v->c->value, v->c->low, v->c->high, v->x, t->n, held);
    held[t->n] = 0;
    for (size_t i = 0; i < t->n; i++) {
        const uint8_t *next = memchr(held + i, 1, t->n - i);
        if (!next)
            break;
        size_t first = i = (size_t)(next - held);
        while (held[i]) /* the last one is 0 */
            i++;
        if (i - first > most)
            memset(held + first, 0, i - first);
    }
    return held;
}

static bool levels_of(const struct table *t, const struct view *v, const uint8_t *held, double *ret_center, double *ret_ratio)
{
    double sample[VIEW_SAMPLE], edge[BANDS - 1], sum[BANDS] = {0}, room[BANDS] = {0}, n[BANDS] = {0}, all = 0, wide = 0;
    size_t stride = stride_of(t->n, VIEW_SAMPLE), samples = 0, still = 0;
    for (size_t i = 0; i < t->n; i += stride)
        if (has_room(v, i) && !held[i]) {
            still += v->c->low[i] == v->c->high[i];
            sample[samples++] = v->x[i];
        }
    if (samples < 200)
        return false;
    sort_doubles(sample, samples);
    for (int b = 0; b < BANDS - 1; b++)
        edge[b] = sample[samples * (size_t)(b + 1) / BANDS];
    for (size_t i = 0; i < t->n; i += stride) {
        if (!has_room(v, i) || held[i])
            continue;
        int b = band_of(edge, v->x[i]);
        sum[b] += v->x[i];
        room[b] += (double)(v->c->high[i] - v->c->low[i]) * v->unit;
        n[b]++;
    }
    for (int b = 0; b < BANDS; b++) {
        if (n[b] < 5 || sum[b] <= 0)
            return false;
        ret_center[b] = sum[b] / n[b];
        ret_ratio[b] = room[b] / sum[b];
        wide += room[b] > 2.5 * v->q * n[b] ? n[b] : 0;
        all += n[b];
    }
    smooth(ret_ratio);
    return wide * 10 >= all * 8 && still * 5 <= samples * 3;
}

/* What the room is at a level, by the ratio of the bands around it: above the highest it grows no more, below the lowest it shrinks with the
 * level as far as anybody can tell. */
struct curve { double center[BANDS], ratio[BANDS], base[BANDS], slope[BANDS] /* the ratio between each band and the next: base + slope x */; };

/* Both are NAN where there is no room to be seen, or must be nothing of it: held minutes, those at the detection limit, where the lower end is cut
 * off, and those at the top of the range, where the upper one is. */
LANES static bool rooms_lanes(const struct column *c, const double *x, const uint8_t *held, const struct curve *curve, double unit, double floor, int64_t range,
                              size_t n, float *ret_room, float *ret_must)
{
    const int64_t *low = c->low, *high = c->high;
    const uint64_t half = UINT64_C(1) << 51;
    const double top = curve->center[BANDS - 1] * curve->ratio[BANDS - 1];
    uint64_t over = 0;
    for (size_t i = 0; i < n; i++) {
        bool there = (x[i] == x[i]) & (low[i] != VALUE_NONE) & (high[i] != VALUE_NONE) & (high[i] < range) & !held[i] & !(x[i] <= floor);
        uint64_t apart = there ? (uint64_t)high[i] - (uint64_t)low[i] : 0;
        double base = curve->base[0], slope = curve->slope[0];
        over |= (apart + half) >> 52;
        for (int b = 1; b < BANDS - 1; b++) {
            bool beyond = x[i] > curve->center[b];
            base = beyond ? curve->base[b] : base;
            slope = beyond ? curve->slope[b] : slope;
        }
        double must = x[i] * (base + slope * x[i]);
        must = x[i] >= curve->center[BANDS - 1] ? top : x[i] <= curve->center[0] ? x[i] * curve->ratio[0] : must;
        ret_room[i] = there ? (float)(double_of(apart) * unit) : NAN;
        ret_must[i] = there ? (float)must : NAN;
    }
    return over == 0;
}

bool rooms_of(struct detect_context *c, const struct table *t, const struct view *v, struct rooms *ret)
{
    const uint8_t *held = held_minutes(c, t, v);
    struct curve curve;
    double sample[VIEW_SAMPLE];
    size_t stride = stride_of(t->n, VIEW_SAMPLE), n = 0;
    if (!levels_of(t, v, held, curve.center, curve.ratio))
        return false;
    for (int b = 0; b < BANDS; b++) {
        int next = b + 1 < BANDS ? b + 1 : b;
        curve.slope[b] = (curve.ratio[next] - curve.ratio[b]) / at_least(curve.center[next] - curve.center[b], 1e-12);
        curve.base[b] = curve.ratio[b] - curve.slope[b] * curve.center[b];
    }
    ret->bottom = curve.center[0], ret->top = curve.center[BANDS - 1];
    if (!rooms_lanes(v->c, v->x, held, &curve, v->unit, isnan(v->floor) ? -INFINITY : v->floor + 3 * v->grain, range_top(v, t->n), t->n, ret->room, ret->must))
        for (size_t i = 0; i < t->n; i++)
            if (!isnan(ret->must[i]))
                ret->room[i] = (float)(((double)v->c->high[i] - (double)v->c->low[i]) * v->unit);
    for (size_t i = 0; i < t->n; i++) /* an analyser that switched to its wider range prints coarser: below most of a step nothing is left */
        if ((double)ret->must[i] < 8 * v->q && printed_coarser(v, i))
            ret->must[i] = NAN;
    for (size_t i = 0; i < t->n; i += stride)
        if (ret->must[i] > 0 && ret->room[i] >= 0) /* else there is no logarithm, and no median of what is none */
            sample[n++] = ((double)ret->room[i] + 0.5 * v->q) / (double)ret->must[i];
    if (n < 100)
        return false;
    logs_of(sample, n, sample);
    ret->noise = at_least(mad_of(sample, n, median_of(sample, n)), 0.02);
    return true;
}

/* A window is found for what a part of it holds: give back quarters of an hour before and behind that have half of the usual loss. */
static void trim(const struct table *t, const struct rooms *r, double least, size_t *first, size_t *end)
{
    size_t quarter = slots_of(t, 0.25);
    for (int side = 0; side < 2; side++)
        while (*end > *first + 2 * quarter) {
            size_t from = side ? *end - quarter : *first;
            double room = 0, must = 0;
            for (size_t i = from; i < from + quarter; i++)
                if (!isnan(r->must[i]))
                    room += (double)r->room[i], must += (double)r->must[i];
            if (must > 0 && room < must * exp(-least))
                break;
            if (side)
                *end -= quarter;
            else
                *first += quarter;
        }
}

static void say_room(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t end, double ratio, double p)
{
    struct hit *h = hit_add(c, first, end - first, v);
    if (!h)
        return;
    h->score = -log(fmax(ratio, 1e-9));
    h->p = fmin(1, p);
    h->hard = h->p <= parameter(c, "hard") && ratio <= 0.8;
    hit_number(h, 0, "分钟内极差为平时的（%）", 100 * ratio, 2);
    hit_amount(h, 1, "该处最小值", (double)v->c->low[first] * v->unit, v->c, 0);
    hit_amount(h, 2, "该处最大值", (double)v->c->high[first] * v->unit, v->c, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的分钟数据，每分钟最大值与最小值之差只有平时同一水平的%.1f%%，全段其他时间没有这样的情况", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), 100 * ratio);
}

enum { QUARTERS_AT_ONCE = 16 };

/* What the logarithms of a quarter's sums are of: the level, and the room over what it should be. */
LANES static void level_and_ratio(const double *x, const float *room, const float *must, double q, size_t n, double *ret_x, double *ret_y)
{
    for (size_t i = 0; i < n; i++) {
        ret_x[i] = x[i] > q ? x[i] : q;
        ret_y[i] = ((double)room[i] + 0.5 * q) / (double)must[i];
    }
}

static struct quarter quarter_of(const struct view *v, const struct rooms *r, size_t first, size_t n, const double *log_x, const double *log_y, double middle)
{
    struct quarter one = {0};
    for (size_t k = 0; k < n; k++) {
        size_t i = first + k;
        double room = (double)r->room[i], must = (double)r->must[i], level = v->x[i];
        if (isnan(must))
            continue;
        one.room += room;
        one.must += must;
        one.n++;
        if (level <= r->top)
            one.in_room += room, one.in_must += must, one.in_n++;
        /* when a fire goes out, a value falls to where rounding is all of its room */
        if (room <= 0 || level < 0.8 * r->bottom || (must < 60 * v->q && printed_coarser(v, i)))
            continue;
        one.m++;
        if (level <= 1.15 * r->top) /* a little above what is known, in proportion */
            one.fit_room += room, one.fit_must += must * (level > r->top ? level / r->top : 1), one.fit_n++;
        double x = log_x[k] - middle, y = log_y[k];
        one.x += x, one.y += y, one.xx += x * x, one.xy += x * y;
    }
    return one;
}

const struct rooms_kept *rooms_once(struct detect_context *c, const struct table *t, const struct view *v)
{
    if (!c->rooms || c->rooms->of != v) {
        struct arena *scratch = c->scratch;
        struct rooms_kept *kept = c->rooms = NEW(c->prepared, struct rooms_kept);
        *kept = (struct rooms_kept){.of = v, .rooms = {.room = ROOM_ARRAY(c->prepared, t->n, float), .must = ROOM_ARRAY(c->prepared, t->n, float)}};
        kept->fine = rooms_of(c, t, v, &kept->rooms);
        c->scratch = c->prepared;
        if (kept->fine)
            kept->quarters = room_quarters(c, t, v, &kept->rooms);
        c->scratch = scratch;
    }
    return c->rooms->fine ? c->rooms : NULL;
}

struct quarters room_quarters(struct detect_context *c, const struct table *t, const struct view *v, const struct rooms *r)
{
    struct quarters b = {.length = slots_of(t, QUARTER_MINUTES / 60.0)};
    b.begin = window_first(t, b.length);
    b.n = t->n > b.begin ? (t->n - b.begin) / b.length : 0;
    b.p = NEW_ARRAY(c->scratch, b.n + 1, struct quarter);
    double middle = log(at_least(v->median, v->q)), *log_x = NEW_ARRAY(c->scratch, QUARTERS_AT_ONCE * b.length, double),
           *log_y = NEW_ARRAY(c->scratch, QUARTERS_AT_ONCE * b.length, double);
    for (size_t k = 0; k < b.n; k += QUARTERS_AT_ONCE) {
        size_t first = b.begin + k * b.length, quarters = b.n - k < QUARTERS_AT_ONCE ? b.n - k : QUARTERS_AT_ONCE, n = quarters * b.length;
        level_and_ratio(v->x + first, r->room + first, r->must + first, v->q, n, log_x, log_y);
        logs_of(log_x, n, log_x);
        logs_of(log_y, n, log_y);
        for (size_t j = 0; j < quarters; j++)
            b.p[k + j] = quarter_of(v, r, first + j * b.length, b.length, log_x + j * b.length, log_y + j * b.length, middle);
    }
    return b;
}

static struct quarter window_at(const struct quarters *b, size_t first, size_t n)
{
    struct quarter sum = {0};
    for (size_t k = first; k < first + n; k++) {
        const struct quarter *p = &b->p[k];
        sum.room += p->room, sum.must += p->must, sum.n += p->n, sum.m += p->m;
        sum.in_room += p->in_room, sum.in_must += p->in_must, sum.in_n += p->in_n;
        sum.x += p->x, sum.y += p->y, sum.xx += p->xx, sum.xy += p->xy;
    }
    return sum;
}

/* Oxygen that was lowered keeps the room of what was measured, which is too much for what is sent. Any instrument may become noisier:
 * never hard. */
static void say_excess(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t end, double ratio, double p)
{
    struct hit *h = hit_add(c, first, end - first, v);
    if (!h)
        return;
    h->score = log(ratio);
    h->p = p;
    hit_number(h, 0, "分钟内极差为平时的（%）", 100 * ratio, 2);
    hit_amount(h, 1, "该处最小值", (double)v->c->low[first] * v->unit, v->c, 0);
    hit_amount(h, 2, "该处最大值", (double)v->c->high[first] * v->unit, v->c, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的分钟数据，每分钟最大值与最小值之差为平时同一水平的%.1f%%，与更高的数值相称", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), 100 * ratio);
}

static void excess_windows(struct detect_context *c, const struct table *t, const struct view *v, const struct quarters *b, size_t length)
{
    struct rise s[STANDOUTS];
    size_t found = room_rises(c, b, length, parameter(c, "chance"), s);
    for (size_t i = 0; i < found; i++)
        say_excess(c, t, v, b->begin + s[i].first * b->length, b->begin + s[i].end * b->length, exp(s[i].by), s[i].p);
}

static void room_windows(struct detect_context *c, const struct table *t, const struct view *v, const struct rooms *r, const struct quarters *b, size_t length)
{
    size_t hop = length / 4, n = 0, k = 0;
    double *score = NEW_ARRAY(c->scratch, b->n / hop + 1, double), *copy = NEW_ARRAY(c->scratch, b->n / hop + 1, double);
    struct standout s[STANDOUTS];
    for (size_t first = 0; first + length <= b->n; first += hop) {
        struct quarter w = window_at(b, first, length);
        score[n++] = w.n * 4 >= (double)(length * b->length) ? -log(fmax(w.room, 1e-3 * w.must) / w.must) : NAN;
    }
    size_t found = standouts(c->scratch, score, n, 4, 0.02, parameter(c, "readings"), s);
    for (size_t i = 0; i < n; i++)
        if (!isnan(score[i]))
            copy[k++] = score[i];
    double usual = k ? median_of(copy, k) : 0;
    for (size_t i = 0; i < found; i++) {
        size_t first = b->begin + s[i].first * hop * b->length, end = b->begin + ((s[i].end - 1) * hop + length) * b->length;
        if (exp(usual - s[i].score) > 0.92)
            continue;
        if (exp(usual - s[i].score) <= 0.85)
            trim(t, r, fmax(0.15, (s[i].score + usual) / 2), &first, &end);
        say_room(c, t, v, first, end, exp(usual - s[i].score), s[i].p);
    }
}

/* ---- new values without any room ---- */
/* An analyser that holds sends the value before again. A new value whose minimum and maximum are equal was not measured through its
 * minute: a cap, a number put in. How often that happens elsewhere in this channel says what it is worth. */
static bool newly_still(const struct view *v, const struct rooms *r, size_t i, double before)
{
    return !isnan(r->must[i]) && r->room[i] <= 0 && (double)r->must[i] >= 6 * v->q && ((double)r->must[i] >= 60 * v->q || !printed_coarser(v, i)) &&
           v->x[i] != before && !isnan(before);
}

/* A minute of which one sample came has no room in any channel: then it is the line that failed. */
static bool others_still(const struct detect_context *c, const struct table *t, const struct view *v, size_t i)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *o = &c->views[k];
        if (o == v || !o->c->low || !o->c->high || o->c->group != COLUMN_VALUE || (o->factor->kin && o->factor->kin == v->factor->kin) || i == 0 || !has_room(o, i))
            continue;
        if (o->c->low[i] == o->c->high[i] && o->c->value[i] != o->c->value[i - 1])
            return true;
    }
    return false;
}

static void say_still(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t end, size_t count, size_t all, double p, bool alone)
{
    struct hit *h = hit_add(c, first, end - first, v);
    if (!h)
        return;
    h->score = (double)count;
    h->p = p;
    h->hard = (p <= parameter(c, "hard") && count >= 4) || (p <= parameter(c, "still") && alone);
    hit_number(h, 0, "最大值与最小值相等的新数值个数", (double)count, 0);
    hit_number(h, 1, "全段这样的个数", (double)all, 0);
    hit_amount(h, 2, "首次的数值", v->x[first], v->c, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的分钟数据中，有%zu个新的数值其最大值、最小值与平均值完全相等，全段其他时间只有%zu个", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), count, all - count);
}

static void still_windows(struct detect_context *c, const struct table *t, const struct view *v, const struct rooms *r)
{
    static const double spans[] = {3, 12, 48, 168};
    VEC(size_t) at = {0};
    double before = NAN, looked = 0, best = parameter(c, "readings");
    size_t best_first = 0, best_end = 0, best_count = 0, best_at = 0, shared = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (newly_still(v, r, i, before))
            vec_push(c->scratch, &at, i);
        looked += !isnan(r->must[i]);
        before = v->x[i];
    }
    if ((double)at.n * 1000 > looked)
        return; /* its habit */
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
        for (size_t i = 0, k = 0, length = slots_of(t, spans[s]); i < at.n; i++) {
            while (k < at.n && at.p[k] < at.p[i] + length)
                k++;
            double share = ((double)(at.n - (k - i)) + 0.5) / (looked + 1);
            double p = (double)(t->n / length + 1) * 8 * binomial_tail((int64_t)length, (int64_t)(k - i), share);
            if (k - i >= 3 && p < best)
                best = p, best_first = at.p[i], best_end = at.p[k - 1] + 1, best_count = k - i, best_at = i;
        }
    for (size_t i = best_at; i < best_at + best_count; i++)
        shared += others_still(c, t, v, at.p[i]);
    if (best_count)
        say_still(c, t, v, best_first, best_end, best_count, at.n, fmax(1e-300, best), shared == 0);
}

/* ---- room that does not go with the value ---- */
/* Sums of products about the means of an hour: what differs from one hour to the next is not asked. */
struct slope { double xx, xy, hours; };

static struct slope hour_slope(const struct quarters *b, size_t first)
{
    struct quarter w = window_at(b, first, HOUR);
    double least = INFINITY, most = 0;
    for (size_t k = first; k < first + HOUR; k++)
        if (b->p[k].must > 0)
            least = fmin(least, b->p[k].room / b->p[k].must), most = fmax(most, b->p[k].room / b->p[k].must);
    /* where the room itself shrinks or grows within the hour, its slope is chance */
    if (w.m * 4 < (double)(HOUR * b->length) || least < 0.6 * most)
        return (struct slope){0};
    return (struct slope){w.xx - w.x * w.x / w.m, w.xy - w.x * w.y / w.m, 1};
}

static struct slope slope_at(const struct slope *hour, size_t first, size_t length)
{
    struct slope sum = {0};
    for (size_t k = first; k < first + length; k += HOUR)
        sum.xx += hour[k].xx, sum.xy += hour[k].xy, sum.hours += hour[k].hours;
    return sum;
}

/* The slope of log(room / must) over log(value) is zero; where the room belongs to another value it is -1. In units of its own error. */
static double slope_missing(struct slope w, double noise)
{
    return w.xx > 1e-9 ? -w.xy / (noise * sqrt(w.xx)) : 0;
}

static void say_slope(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t end, struct slope w, double z, double p,
                      bool hard)
{
    struct hit *h = hit_add(c, first, end - first, v);
    double left = 100 * (1 + w.xy / w.xx);
    if (!h)
        return;
    h->score = z;
    h->p = fmin(1, p);
    h->hard = hard;
    hit_number(h, 0, "极差随数值升降的程度为应有的（%）", left, 1);
    hit_number(h, 1, "偏离偶然的倍数", z, 1);
    hit_number(h, 2, "涉及小时数", w.hours, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的分钟数据，每分钟最大值与最小值之差不随数值升降（为应有的%.0f%%），平时随之升降，极差可能属于另外的数值",
                 STR_ARG(factor_label(c->scratch, v->c)), STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), left);
}

static void slope_windows(struct detect_context *c, const struct table *t, const struct view *v, const struct rooms *r, const struct quarters *b,
                          const struct slope *hour, size_t length)
{
    size_t hop = length / 4, n = 0;
    double *score = NEW_ARRAY(c->scratch, b->n / hop + 1, double), *missing = NEW_ARRAY(c->scratch, b->n / hop + 1, double);
    struct standout s[STANDOUTS];
    for (size_t first = 0; first + length <= b->n; first += hop) {
        struct slope w = slope_at(hour, first, length);
        missing[n] = w.hours * 2 * HOUR >= (double)length ? slope_missing(w, r->noise) : NAN;
        score[n] = bounded_tail(missing[n]);
        n++;
    }
    size_t found = standouts(c->scratch, score, n, 4, bounded_tail(2), parameter(c, "chance"), s);
    score = missing;
    for (size_t i = 0; i < found; i++) {
        /* normal, and wider than independent readings would make it */
        double z = score[s[i].best], sum = fmax(1e-300, (double)n * normal_tail(z / 1.15)), p = fmax(s[i].p, sum);
        size_t first = s[i].best * hop, end = first + length;
        for (size_t k = s[i].best; k > s[i].first && score[k - 1] > z / 2; k--)
            first = (k - 1) * hop;
        for (size_t k = s[i].best; k + 1 < s[i].end && score[k + 1] > z / 2; k++)
            end = (k + 1) * hop + length;
        struct slope w = slope_at(hour, s[i].best * hop, length);
        /* a window is found for what a part of it holds: give back hours that show nothing */
        while (end > first + 2 * HOUR && slope_missing(hour[first], r->noise) < 2)
            first += HOUR;
        while (end > first + 2 * HOUR && slope_missing(hour[end - HOUR], r->noise) < 2)
            end -= HOUR;
        if (p <= parameter(c, "chance") && w.xx > 0)
            say_slope(c, t, v, b->begin + first * b->length, b->begin + end * b->length, w, z, p,
                      sum <= parameter(c, "carried") && s[i].p <= parameter(c, "alone"));
    }
}

void detect_minute_room(struct detect_context *c, const struct table *t)
{
    struct rooms own = {.room = ROOM_ARRAY(c->scratch, t->n, float), .must = ROOM_ARRAY(c->scratch, t->n, float)};
    struct foreign *foreign = foreign_new(c, t);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!v->c->low || !v->c->high || !view_fit(v, 2000) || v->mad <= 0 || v->c->group != COLUMN_VALUE ||
            !has_own_room(v))
            continue;
        bool oxygen = v->factor->role == ROLE_OXYGEN;
        const struct rooms_kept *kept = oxygen ? rooms_once(c, t, v) : NULL;
        if (oxygen ? !kept : !rooms_of(c, t, v, &own))
            continue;
        struct rooms r = oxygen ? kept->rooms : own;
        struct quarters b = oxygen ? kept->quarters : room_quarters(c, t, v, &own);
        still_windows(c, t, v, &r);
        struct slope *hour = NEW_ARRAY(c->scratch, b.n + 1, struct slope);
        for (size_t i = 0; i + HOUR <= b.n; i++)
            hour[i] = hour_slope(&b, i);
        static const size_t lengths[] = {4, 12, 48, 192}, rises[] = {12, 48, 192, 672};
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            room_windows(c, t, v, &r, &b, lengths[i]);
            slope_windows(c, t, v, &r, &b, hour, lengths[i]);
            if (oxygen)
                excess_windows(c, t, v, &b, rises[i]);
        }
        foreign_add(foreign, v, &b);
    }
    foreign_ask(foreign);
}
