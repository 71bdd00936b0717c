/*
 * B1, B3, B4, B6, B9: what must be so whatever the plant does. Means of products are not products of means, and every logger
 * has its way, so an identity is first learned from the outlet's own history: which factor it uses and how closely it keeps
 * it. A departure must be beyond rounding and beyond that.
 */
#include "base/lanes.h"
#include "monitor/detect/detect_private.h"

#include <string.h>

static const struct view *view_of_role(const struct detect_context *c, const struct table *t, enum role r)
{
    for (size_t k = 0; k < t->columns_n; k++)
        if (t->columns[k].group == COLUMN_VALUE && c->views[k].factor->role == r && t->columns[k].value && !t->columns[k].unfit)
            return &c->views[k];
    return NULL;
}

/* left = factor * product of intervals, over the table. */
struct identity {
    const struct view *left, *parts[3]; /* what is multiplied; NULL after the last */
    const struct view *level;           /* whose minutes a mean may have left out, and by which hours are alike; NULL: not asked */
    const struct view *warm, *wet;      /* of a flow from velocity; NULL */
    double *ratio;                      /* left / right, NAN where neither can be said */
    /* Of a slot whose ratio can be said; high is infinite where nothing bounds it. Only few slots are asked for theirs. */
    struct interval (*right)(const struct table *t, const struct identity *id, size_t i);
    double factor, mad, highest /* of `level`, ever */;
    size_t n;
    bool sum;                           /* left adds up the minutes that came: lost ones make it smaller, and no mean */
};

LANES static size_t ratios_there(const double *ratio, size_t n)
{
    uint64_t many = 0;
    for (size_t i = 0; i < n; i++)
        many += ratio[i] == ratio[i];
    return (size_t)many;
}

/* Every `stride`-th slot that has a ratio. */
static size_t ratio_sample(const struct identity *id, size_t n, size_t stride, double *ret)
{
    size_t many = 0;
    for (size_t i = 0; i < n; i += stride)
        if (!isnan(id->ratio[i]))
            ret[many++] = id->ratio[i];
    return many;
}

/* From an even sample, as the figures of a view are; from all where the sample is thin. */
static bool learn(struct detect_context *c, const struct table *t, struct identity *id)
{
    id->n = ratios_there(id->ratio, t->n);
    if (id->n < 48)
        return false;
    double *sample = ROOM_ARRAY(c->scratch, id->n, double);
    size_t n = ratio_sample(id, t->n, stride_of(t->n, VIEW_SAMPLE), sample);
    if (n < VIEW_SAMPLE / 4)
        n = ratio_sample(id, t->n, 1, sample);
    id->factor = median_of(sample, n);
    id->mad = mad_of(sample, n, id->factor);
    return id->factor > 0 && id->mad < 0.02 * id->factor;
}

/* What is known of the readings behind a slot of a channel. */
struct behind { size_t slots, there, marked; };

static struct behind behind(const struct table *t, const struct view *v, size_t i)
{
    struct behind ret = {0};
    const struct column *fine = NULL;
    for (size_t k = 0; t->finer && k < t->finer->columns_n; k++)
        if (t->finer->columns[k].group == COLUMN_VALUE && str_eq(t->finer->columns[k].factor, v->c->factor))
            fine = &t->finer->columns[k];
    if (!fine || !fine->value || !fine->flag)
        return ret;
    usec step = t->finer->step_s * USEC_SECOND, first = (table_at(t, i) - t->finer->from) / step;
    ret.slots = (size_t)(t->step_s / t->finer->step_s);
    for (usec s = first; s < first + (usec)ret.slots; s++)
        if (s >= 0 && s < (usec)t->finer->n && fine->flag[s]) {
            ret.there++;
            ret.marked += fine->flag[s] != 'N';
        }
    return ret;
}

/* Was part of the period marked (over range, maintenance, fault) in this channel? Then its mean is of fewer readings than the
 * other side's. Seen from the readings within the period; where there are none, from the marks of its neighbours. */
static bool marked_within(const struct table *t, const struct view *v, size_t i)
{
    struct behind b = behind(t, v, i);
    if (b.there)
        return b.marked > 0;
    for (size_t s = i ? i - 1 : 0; v->c->flag && s <= i + 1 && s < t->n; s++)
        if (v->c->flag[s] && v->c->flag[s] != 'N')
            return true;
    return false;
}

/*
 * An hour is valid from three quarters of its minutes (HJ 75, HJ 212), and its mean leaves out the others: lost, or marked as over
 * range. Whether there were such minutes is seen from minutes alone; an hour without them may always have had them.
 */
static const double valid_share = 0.75;

static bool unseen(const struct table *t, const struct view *v, size_t i)
{
    if (t->step_s <= 600)
        return false;
    struct behind b = behind(t, v, i);
    return !b.slots || (double)b.there < valid_share * (double)b.slots;
}

/* Relative distance of the intervals of a slot: 0 when they touch; negative: the left side is too small. */
static double departure(const struct table *t, const struct identity *id, size_t i)
{
    if (isnan(id->ratio[i]))
        return 0;
    double least = id->factor - 6 * id->mad, most = id->factor + 6 * id->mad;
    if (id->ratio[i] >= least && id->ratio[i] <= most)
        return 0; /* the middles of both intervals agree already */
    struct interval said = value_interval(id->left, i, id->left->c->value[i]), right = id->right(t, id, i);
    struct interval must = {right.low * least, right.high * most};
    if (!disjoint(said, must))
        return 0;
    double scale = isinf(must.high) ? must.low : fabs(must.low + must.high) / 2;
    double d = said.high < must.low ? (said.high - must.low) / scale : said.low > must.high ? (said.low - must.high) / scale : 0;
    for (size_t k = 0; d != 0 && k < 3 && id->parts[k]; k++)
        d = marked_within(t, id->parts[k], i) ? 0 : d;
    return d;
}

enum { ASKED_AT_ONCE = 64 };

LANES static bool any_beside(const double *ratio, size_t n, double least, double most)
{
    uint64_t any = 0;
    for (size_t i = 0; i < n; i++)
        any |= (uint64_t)((ratio[i] < least) | (ratio[i] > most));
    return any != 0;
}

/*
 * How often hours like those of a stretch are off elsewhere. A spiky gas is over range in its worst hours and never in the others,
 * so all hours of a year say too little: only those with at least as much of it do. Hours that cannot be off are not counted.
 */
static double often_alike(const struct table *t, const struct identity *id, const double *off, double tolerance, size_t first, size_t n)
{
    double level = 0;
    size_t count = 0, alike = 0, all = 0;
    for (size_t i = first; i < first + n; i++)
        if (fabs(off[i]) > tolerance) {
            level += id->level->x[i];
            count++;
        }
    for (size_t i = 0; i < t->n; i++)
        if ((i < first || i >= first + n) && !isnan(id->ratio[i]) && id->level->x[i] >= 0.7 * level / (double)count && !isinf(id->right(t, id, i).high)) {
            alike++;
            all += fabs(off[i]) > tolerance;
        }
    return ((double)all + 1) / ((double)alike + 2);
}

static void depart(struct detect_context *c, const struct table *t, const struct identity *id, const struct view *also, const char *what)
{
    double tolerance = parameter(c, "tolerance"), *off = NEW_ARRAY(c->scratch, t->n + 1, double);
    size_t least = (size_t)parameter(c, "least"), all = 0;
    for (size_t from = 0; from < t->n; from += ASKED_AT_ONCE) {
        size_t to = t->n - from < ASKED_AT_ONCE ? t->n : from + ASKED_AT_ONCE;
        if (!any_beside(id->ratio + from, to - from, id->factor - 6 * id->mad, id->factor + 6 * id->mad))
            continue; /* no departure: off is zero */
        for (size_t i = from; i < to; i++) {
            off[i] = departure(t, id, i);
            all += fabs(off[i]) > tolerance;
        }
    }
    for (size_t i = 0; all >= least && i < t->n; i++) {
        size_t first = i, n = 0, gap = 0, count = 0, alone = 0, firm = 0;
        double worst = 0;
        if (fabs(off[i]) <= tolerance)
            continue;
        for (; i < t->n && gap <= 6; i++) {
            bool is = fabs(off[i]) > tolerance;
            gap = is ? 0 : gap + 1;
            n = is ? i + 1 - first : n;
            count += is;
            alone += is && id->level && unseen(t, id->level, i);
            firm += is && (!id->sum || off[i] > 0 || off[i] < valid_share - 1); /* lost minutes do not explain it */
            worst = fabs(off[i]) > fabs(worst) && is ? off[i] : worst;
        }
        i = first + n - 1;
        if (count < least)
            continue;
        double often = ((double)all + 1) / ((double)id->n + 2);
        if (alone)
            often = fmax(often, often_alike(t, id, off, tolerance, first, n));
        double p = fmin(1, (double)id->n * pow(fmin(alone ? 1 : 0.5, often), (double)count));
        if (alone && p > parameter(c, "chance"))
            continue;
        struct hit *h = hit_add(c, first, n, id->left);
        if (!h)
            return;
        if (also)
            hit_also(h, also);
        h->score = (double)count;
        h->p = p;
        bool enough = !alone || (double)firm >= parameter(c, "alone") || (id->sum && (double)count >= parameter(c, "lasting"));
        h->hard = enough && often < 0.1 && p <= parameter(c, "hard");
        hit_number(h, 0, "不符的时段数", (double)count, 0);
        hit_number(h, 1, "最大相对差（%）", 100 * worst, 1);
        hit_number(h, 2, "平时的系数", id->factor, 4);
        hit_sentence(c, h, "%.*s自%.*s起%.*s内有%zu个时段与%s不符（已计舍入和本站习惯%s），最大相差%.1f%%", STR_ARG(factor_label(c->scratch, id->left->c)),
                     STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, n)), count, what,
                     alone ? "；没有分钟数据，与同样高低的其他小时比较过" : "", 100 * worst);
    }
}

/* Maximum less minimum of a slot, over `size`; NAN where they were not sent. */
static double relative_range(const struct view *v, double size, size_t i)
{
    bool there = v->c->low && v->c->high && v->c->low[i] != VALUE_NONE && v->c->high[i] != VALUE_NONE && size > 0;
    return there ? fabs((double)(v->c->high[i] - v->c->low[i]) * v->unit / size) : (double)NAN;
}

/*
 * A mean of products is not the product of means: they differ by a covariance, which is at most a quarter of the product of both
 * ranges within the period (and the square of the second where it stands in a denominator). Where only the second's range was sent, the
 * mean lies between the products with its ends, whatever the first does. Relative; where neither was sent, a tenth is allowed for
 * hours and nothing for minutes.
 */
static struct interval with_covariance(const struct table *t, struct interval x, const struct view *a, const struct view *b, double b_size, size_t i)
{
    double room = t->step_s > 600 ? 0.1 : 0, range_a = relative_range(a, a->x[i], i), range_b = relative_range(b, b_size, i);
    if (!isnan(range_a) && !isnan(range_b))
        room = range_a * range_b / 4 + range_b * range_b / 4;
    else if (!isnan(range_b) && t->step_s > 600)
        room = range_b < 1 ? range_b / (1 - range_b) : INFINITY;
    return (struct interval){x.low * fmax(0, 1 - room), x.high * (1 + room)};
}

/* ---- B1 ---- */
static struct interval converted_mean(const struct table *t, const struct identity *id, size_t i)
{
    const struct view *raw = id->parts[0], *o2 = id->parts[1];
    struct interval x = value_interval(raw, i, raw->c->value[i]), o = value_interval(o2, i, o2->c->value[i]);
    return with_covariance(t, (struct interval){x.low / (21 - o.low), x.high / (21 - o.high)}, raw, o2, 21 - o2->x[i], i);
}

/* Where one is missing (NAN), so is the ratio. */
LANES static void conversion_ratios(const double *zs, const double *raw, const double *o2, double least, size_t n, double *ret)
{
    for (size_t i = 0; i < n; i++) {
        bool fit = (o2[i] < 19) & (raw[i] >= least) & (zs[i] < 9999);
        double ratio = zs[i] * (21 - o2[i]) / raw[i];
        ret[i] = fit ? ratio : (double)NAN;
    }
}

static void conversion(struct detect_context *c, const struct table *t, const struct view *zs, const struct view *raw, const struct view *o2)
{
    struct identity id = {.left = zs, .parts = {raw, o2}, .level = raw, .ratio = ROOM_ARRAY(c->scratch, t->n, double), .right = converted_mean};
    conversion_ratios(zs->x, raw->x, o2->x, 10 * raw->q, t->n, id.ratio);
    if (learn(c, t, &id))
        depart(c, t, &id, raw, "由实测值和氧含量折算的结果");
}

void detect_conversion(struct detect_context *c, const struct table *t)
{
    const struct view *o2 = view_of_role(c, t, ROLE_OXYGEN);
    for (size_t k = 0; o2 && k < t->columns_n; k++) {
        const struct view *zs = &c->views[k], *raw = view_find(c, t, t->columns[k].factor, COLUMN_VALUE);
        if (zs->c->group == COLUMN_CONVERTED && zs->c->value && !zs->c->unfit && raw)
            conversion(c, t, zs, raw, o2);
    }
}

/* ---- B3 ---- */
static double highest_ever(const struct table *t, const struct view *v)
{
    int64_t ret = VALUE_NONE;
    for (size_t i = 0; v->c->high && i < t->n; i++)
        ret = v->c->high[i] > ret ? v->c->high[i] : ret;
    return ret == VALUE_NONE ? (double)NAN : (double)ret * v->unit;
}

/* Spikes of this hour that reach towards the highest ever shown: others may have gone beyond what the analyser shows. */
static bool spikes_high(const struct view *v, double highest, size_t i)
{
    double high = v->c->high && v->c->high[i] != VALUE_NONE ? (double)v->c->high[i] * v->unit : (double)NAN;
    return high >= 0.5 * highest && high >= 1.5 * v->x[i];
}

/* A total holds what the mean left out: readings over range, to any height. */
static struct interval with_minutes_over_range(const struct table *t, struct interval x, const struct view *raw, double highest, size_t i)
{
    bool open = unseen(t, raw, i) && spikes_high(raw, highest, i);
    return (struct interval){x.low, open ? (double)INFINITY : x.high};
}

static struct interval mass(const struct table *t, const struct identity *id, size_t i)
{
    const struct view *raw = id->level, *flow = id->parts[0];
    struct interval x = value_interval(raw, i, raw->c->value[i]), f = value_interval(flow, i, flow->c->value[i]);
    struct interval must = raw == flow ? f : with_covariance(t, (struct interval){fmax(0, x.low) * f.low, x.high * f.high}, raw, flow, flow->x[i], i);
    return with_minutes_over_range(t, must, raw, id->highest, i);
}

/* raw NULL: of the flow itself. A total near its own rounding says nothing of the factor. */
LANES static void mass_ratios(const double *total, const double *raw, const double *flow, double least_total, double least_flow, size_t n, double *ret)
{
    for (size_t i = 0; i < n; i++) {
        bool fit = (flow[i] > least_flow) & (total[i] >= least_total) & (raw ? raw[i] > 0 : true);
        double ratio = total[i] / (raw ? raw[i] * flow[i] : flow[i]);
        ret[i] = fit ? ratio : (double)NAN;
    }
}

void detect_mass(struct detect_context *c, const struct table *t)
{
    const struct view *flow = view_of_role(c, t, ROLE_FLOW);
    for (size_t k = 0; flow && k < t->columns_n; k++) {
        const struct view *total = &c->views[k], *raw = view_find(c, t, t->columns[k].factor, COLUMN_VALUE);
        if (total->c->group != COLUMN_TOTAL || !total->c->value || total->c->unfit || !raw)
            continue;
        struct identity id = {.left = total, .parts = {flow, raw == flow ? NULL : raw}, .level = raw, .sum = true, .highest = highest_ever(t, raw),
                              .ratio = ROOM_ARRAY(c->scratch, t->n, double), .right = mass};
        mass_ratios(total->x, raw == flow ? NULL : raw->x, flow->x, 20 * total->q, 10 * flow->q, t->n, id.ratio);
        if (learn(c, t, &id))
            depart(c, t, &id, flow, "浓度与流量的乘积");
    }
}

/* ---- B4: flow from velocity; and no flow though everything else runs ---- */
/* Of the temperature and the humidity where these were measured; NAN where no factor can be said. */
static double flow_factor(const struct view *warm, const struct view *wet, size_t i)
{
    double factor = 1;
    if (warm)
        factor *= 273 / (273 + warm->x[i]);
    if (wet)
        factor *= 1 - wet->x[i] / 100;
    return factor > 0 ? factor : (double)NAN;
}

static struct interval flow_of_velocity(const struct table *t, const struct identity *id, size_t i)
{
    (void)t;
    const struct view *velocity = id->parts[1];
    struct interval v = value_interval(velocity, i, velocity->c->value[i]);
    double factor = flow_factor(id->warm, id->wet, i);
    return (struct interval){v.low * factor, v.high * factor};
}

static void flow_from_velocity(struct detect_context *c, const struct table *t, const struct view *flow, const struct view *velocity)
{
    struct identity id = {.left = flow, .parts = {flow, velocity}, .warm = view_of_role(c, t, ROLE_TEMPERATURE), .wet = view_of_role(c, t, ROLE_HUMIDITY),
                          .ratio = NEW_ARRAY(c->scratch, t->n, double), .right = flow_of_velocity};
    for (size_t i = 0; i < t->n; i++) {
        id.ratio[i] = NAN;
        if (isnan(flow->x[i]) || isnan(velocity->x[i]) || velocity->x[i] < 10 * velocity->q)
            continue;
        double factor = flow_factor(id.warm, id.wet, i);
        if (flow->x[i] >= 20 * flow->q)
            id.ratio[i] = flow->x[i] / (velocity->x[i] * factor);
    }
    if (learn(c, t, &id)) {
        /* a flow too small to learn from may still contradict */
        for (size_t i = 0; i < t->n; i++)
            if (isnan(id.ratio[i]) && flow->x[i] < 20 * flow->q && velocity->x[i] >= 10 * velocity->q && flow_of_velocity(t, &id, i).low > 0)
                id.ratio[i] = 0;
        depart(c, t, &id, velocity, "由流速、温度、湿度计算的流量");
    }
}

/* Analysers of water that give new results while nothing flows: how many of the stretch. A sampler without water has none. */
static size_t results_without_water(const struct detect_context *c, const struct table *t, size_t first, size_t n)
{
    size_t channels = 0;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        size_t changes = 0;
        if (v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || v->c->factor.p[0] != 'w' || !view_fit(v, 200))
            continue;
        for (size_t i = first + 1; i < first + n; i++)
            changes += !isnan(v->x[i]) && !isnan(v->x[i - 1]) && v->x[i] != v->x[i - 1];
        channels += changes >= 3;
    }
    return channels;
}

/*
 * Outfalls that run dry between tanks: no water, no sample, so every stop silences the analysers or they are marked. Where the flow meter says zero
 * and at least two of them go on telling normal readings, with new results among them, it is the meter that is silent. Not asked where that is
 * usual (a weir that trickles below what the meter reads; analysers that hold their last value).
 */
static void results_while_dry(struct detect_context *c, const struct table *t, const struct view *flow)
{
    const struct view *analyser[8];
    size_t n = 0, dry = 0, all = 0, at = 0;
    uint8_t *off = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    for (size_t k = 0; k < t->columns_n && n < sizeof analyser / sizeof *analyser; k++)
        if (view_steps(t, &c->views[k]) && c->views[k].c->factor.p[0] == 'w')
            analyser[n++] = &c->views[k];
    for (size_t i = 0; i < t->n; i++) {
        size_t told = 0;
        if (!(flow->x[i] == 0))
            continue;
        for (size_t k = 0; k < n && told < 2; k++)
            told += !isnan(analyser[k]->x[i]);
        dry++;
        all += off[i] = told >= 2;
    }
    if (n < 2 || dry * 10 < t->n)
        return;
    for (struct spell s; next_spell(off, t->n, 2, &at, &s);) {
        size_t results = 0;
        for (size_t k = 0; k < n; k++)
            for (size_t i = s.first + 1; i < s.first + s.n; i++)
                results += !isnan(analyser[k]->x[i]) && !isnan(analyser[k]->x[i - 1]) && analyser[k]->x[i] != analyser[k]->x[i - 1];
        if (s.n < slots_of(t, parameter(c, "hours")) || results < 2 || (all - s.count) * 50 > dry)
            continue;
        struct hit *h = hit_add(c, s.first, s.n, flow);
        if (!h)
            return;
        for (size_t k = 0; k < n; k++)
            hit_also(h, analyser[k]);
        h->score = (double)s.count;
        h->p = 1e-6; /* as above: of a meter that broke no chance can be said */
        hit_number(h, 0, "其间新的分析结果数", (double)results, 0);
        hit_number(h, 1, "平时断流而分析仪照常的比例（%）", 100 * (double)(all - s.count) / (double)dry, 2);
        hit_sentence(c, h, "%.*s自%.*s起%.*s为零，其间水质分析仪照常给出%zu个新结果，而平时断流时分析仪没有结果", STR_ARG(factor_label(c->scratch, flow->c)),
                     STR_ARG(slot_text(c->scratch, t, s.first)), STR_ARG(span_text(c->scratch, t, s.n)), results);
    }
}

enum { SILENT_PER_RUNNING = 50 /* a meter that is at nothing in one of so many slots of running, at other times, too, is one that sticks */ };
/* Kinds of channels of a gas that stay, over a stretch, where they are when the outlet runs: in the middle eight tenths of all else they read. */
static int kinds_as_usual(struct detect_context *c, const struct table *t, size_t first, size_t n)
{
    unsigned kinds = 0;
    double *x = NEW_ARRAY(c->scratch, n, double);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        enum role r = v->factor->role;
        bool tells = r == ROLE_OXYGEN || r == ROLE_FURNACE || r == ROLE_LOAD || (r == ROLE_TEMPERATURE && v->c->factor.p[0] == 'a');
        size_t told = 0;
        if (!tells || v->c->group != COLUMN_VALUE || !view_fit(v, 200))
            continue;
        for (size_t i = first; i < first + n; i++)
            if (!isnan(v->x[i]))
                x[told++] = v->x[i];
        struct view rest = view_outside(c->scratch, t, v, first, n);
        double middle = told * 10 >= n * 9 ? median_of(x, told) : (double)NAN;
        kinds |= middle >= rest.p10 && middle <= rest.p90 ? 1u << r : 0u;
    }
    return __builtin_popcount(kinds);
}

/*
 * The flow at nothing for hours though two other kinds of channels show that the outlet runs, or analysers of water go on telling results. Where the
 * flow is at nothing in a tenth of all slots (a stretch of weeks, or many stops that nobody flagged) only what the meter does while the outlet runs
 * says whether that is usual. A fire that burns as ever for a day sends its gas somewhere: what is reported is wrong then, whoever made it so, and
 * nobody flagged it.
 */
static void nothing_flows(struct detect_context *c, const struct table *t, const struct view *v)
{
    size_t least = (size_t)fmax(3, parameter(c, "hours") * 3600 / t->step_s), runs = 0, silent = 0, at = 0;
    uint8_t *off = NEW_ARRAY(c->scratch, t->n + 1, uint8_t), *running = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    for (size_t i = 0; i < t->n; i++) {
        off[i] = v->x[i] <= 0.02 * v->median;
        if (off[i] || v->p10 <= 0)
            running[i] = __builtin_popcount(running_signs(t, c->views, i, v)) >= 2;
        runs += running[i], silent += running[i] & off[i];
    }
    for (struct spell s; next_spell(off, t->n, 0, &at, &s);) {
        size_t run = 0, results = 0;
        for (size_t i = s.first; i < s.first + s.n; i++)
            run += running[i];
        if (v->p10 > 0 && s.n >= slots_of(t, 12))
            results = results_without_water(c, t, s.first, s.n);
        if (s.n < least || (run * 10 < s.n * 9 && results < 2) || (v->p10 <= 0 && (silent - run) * SILENT_PER_RUNNING > runs))
            continue;
        struct hit *h = hit_add(c, s.first, s.n, v);
        if (!h)
            return;
        h->score = (double)s.n;
        h->p = 1e-6;
        /* not from the beginning on: a meter that is not connected yet measured nothing before, either */
        h->hard = !water_table(t) && s.first > 0 && s.n >= slots_of(t, parameter(c, "alone")) && kinds_as_usual(c, t, s.first, s.n) >= 2;
        hit_amount(h, 0, "流量", v->x[s.first], v->c, 0);
        hit_amount(h, 1, "平时流量", view_outside(c->scratch, t, v, s.first, s.n).median, v->c, 0);
        hit_number(h, 2, "持续时段数", (double)s.n, 0);
        hit_sentence(c, h, "%.*s自%.*s起%.*s为%.*s，同期%s", STR_ARG(factor_label(c->scratch, v->c)), STR_ARG(slot_text(c->scratch, t, s.first)),
                     STR_ARG(span_text(c->scratch, t, s.n)), STR_ARG(amount_text(c->scratch, v, v->x[s.first])),
                     results >= 2 ? "水质分析仪仍不断有新结果" : "氧含量、温度等通道显示设施在运行");
    }
}

void detect_flow(struct detect_context *c, const struct table *t)
{
    const struct view *velocity = view_of_role(c, t, ROLE_VELOCITY);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (v->factor->role != ROLE_FLOW || v->c->group != COLUMN_VALUE || !view_fit(v, 200))
            continue;
        if (v->p10 <= 0 && water_table(t)) {
            if (minutes_table(t))
                results_while_dry(c, t, v);
            continue;
        }
        if (velocity)
            flow_from_velocity(c, t, v, velocity);
        if (v->median > 0)
            nothing_flows(c, t, v);
    }
}

/* ---- B6 ---- */
/* The first slot that begins at an instant or behind it. */
static size_t slot_from(const struct table *t, usec at)
{
    usec step = t->step_s * USEC_SECOND, slot = at <= t->from ? 0 : (at - t->from + step - 1) / step;
    return slot < (usec)t->n ? (size_t)slot : t->n;
}

/* 1 where a stop is said. Marks are counted in and out where they begin and end: there may be as many as slots. */
static const uint8_t *stopped_slots(struct arena *a, const struct table *t)
{
    uint8_t *stopped = NEW_ARRAY(a, t->n + 1, uint8_t);
    int32_t *in = NEW_ARRAY(a, t->n + 1, int32_t), open = 0;
    for (size_t k = 0; k < t->marks_n; k++) {
        size_t from = slot_from(t, t->marks[k].from + 4 * USEC_HOUR), to = slot_from(t, t->marks[k].to - USEC_HOUR);
        if (t->marks[k].kind == MARKED_STOPPED && to > from)
            in[from]++, in[to]--;
    }
    for (size_t i = 0; i < t->n; i++) {
        open += in[i];
        stopped[i] = open > 0;
        for (size_t k = 0; k < t->columns_n && !stopped[i]; k++)
            stopped[i] = t->columns[k].flag && t->columns[k].flag[i] == 'F';
    }
    return stopped;
}

static bool ever_stopped(const struct table *t)
{
    bool any = false;
    for (size_t k = 0; k < t->marks_n; k++)
        any |= t->marks[k].kind == MARKED_STOPPED;
    for (size_t k = 0; k < t->columns_n; k++)
        any |= t->columns[k].flag && memchr(t->columns[k].flag, 'F', t->n);
    return any;
}

void detect_stopped_running(struct detect_context *c, const struct table *t)
{
    size_t least = (size_t)fmax(3, parameter(c, "hours") * 3600 / t->step_s);
    if (!t->columns_n || !ever_stopped(t)) {
        c->lacked = "停运的标记或标志";
        return;
    }
    const uint8_t *stopped = stopped_slots(c->scratch, t);
    for (size_t i = 0; i < t->n; i++) {
        size_t first = i, n = 0, last = 0;
        for (; i < t->n && stopped[i]; i++)
                /* a cooling furnace is warm for hours, and a fan may run through it: three signs */
            if (__builtin_popcount(running_signs(t, c->views, i, NULL)) >= 3) {
                n++;
                last = i;
                first = n == 1 ? i : first;
            }
        if (n < least)
            continue;
        const struct view *v = view_of_role(c, t, ROLE_OXYGEN);
        v = v ? v : &c->views[0];
        struct hit *h = hit_add(c, first, last + 1 - first, v);
        if (!h)
            return;
        h->score = (double)n;
        h->p = 1e-6;
        h->hard = true;
        hit_number(h, 0, "标为停运而显示运行的时段数", (double)n, 0);
        hit_amount(h, 1, "当时的数值", !v->c->value || v->c->value[first] == VALUE_NONE ? NAN : (double)v->c->value[first] * v->unit, v->c, 0);
        hit_sentence(c, h, "自%.*s起%.*s标为停运，同期有%zu个时段至少三类通道（氧含量、温度、流量等）显示设施在运行", STR_ARG(slot_text(c->scratch, t, first)),
                     STR_ARG(span_text(c->scratch, t, last + 1 - first)), n);
    }
}

/* ---- B9 ---- */
/* Parts and wholes that one instrument tells of one sample. Dust of two sizes, ammonia and total nitrogen, BOD and COD are told by two
 * instruments each: two calibrations, two inlets, and no order between them (an ambient station's PM2.5 lay above its PM10 five times in four years). */
static const struct { const char *part, *whole; } order[] = {{"a21003", "a21002"}, {"a21004", "a21002"}, {"a24088", "a24087"}, {"a05002", "a24087"}};

/* NOx is told as NO2: 1.533 parts of NO and one of NO2. Below their sum by more than the slack for hours, and elsewhere not. */
static void parts_of_nitrogen_oxides(struct detect_context *c, const struct table *t)
{
    const struct view *no = view_find(c, t, S("a21003"), COLUMN_VALUE), *no2 = view_find(c, t, S("a21004"), COLUMN_VALUE), *whole = view_find(c, t, S("a21002"), COLUMN_VALUE);
    uint8_t *off = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    size_t all = 0, looked = 0, at = 0;
    if (!no || !no2 || !whole)
        return;
    for (size_t i = 0; i < t->n; i++) {
        double sum = 1.533 * (no->x[i] - no->q / 2) + no2->x[i] - no2->q / 2;
        if (isnan(sum) || isnan(whole->x[i]))
            continue;
        looked++;
        all += off[i] = sum > (1 + parameter(c, "slack")) * (whole->x[i] + whole->q / 2);
    }
    if (all * 5 > looked)
        return; /* told in another unit */
    for (struct spell s; next_spell(off, t->n, 1, &at, &s);) {
        double p = stretch_chance((double)looked, s.n, s.count, ((double)(all - s.count) + 1) / ((double)looked + 2));
        struct hit *h = s.count >= (size_t)parameter(c, "least") && p <= parameter(c, "chance") ? hit_add(c, s.first, s.n, whole) : NULL;
        if (!h)
            continue;
        hit_also(h, no);
        h->score = (double)s.count;
        h->p = p;
        hit_amount(h, 0, "由一氧化氮、二氧化氮折算之和", 1.533 * no->x[s.first] + no2->x[s.first], whole->c, 0);
        hit_amount(h, 1, "氮氧化物", whole->x[s.first], whole->c, 0);
        hit_number(h, 2, "时段数", (double)s.count, 0);
        hit_sentence(c, h, "%.*s自%.*s起%.*s低于同一仪器的一氧化氮、二氧化氮折算之和", STR_ARG(factor_label(c->scratch, whole->c)), STR_ARG(slot_text(c->scratch, t, s.first)),
                     STR_ARG(span_text(c->scratch, t, s.n)));
    }
}

void detect_species(struct detect_context *c, const struct table *t)
{
    parts_of_nitrogen_oxides(c, t);
    for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
        const struct view *part = view_find(c, t, str_of(order[k].part), COLUMN_VALUE), *whole = view_find(c, t, str_of(order[k].whole), COLUMN_VALUE);
        size_t off = 0, all = 0;
        double slack = parameter(c, "slack");
        if (!part || !whole)
            continue;
        for (size_t i = 0; i < t->n; i++)
            if (!isnan(part->x[i]) && !isnan(whole->x[i])) {
                all++;
                off += part->x[i] - part->q > (1 + slack) * (whole->x[i] + whole->q);
            }
        double often = ((double)off + 1) / ((double)all + 2);
        for (size_t i = 0; i < t->n && often < 0.2; i++) {
            size_t first = i, n = 0;
            double worst = 0;
            for (; i < t->n && part->x[i] - part->q > (1 + slack) * (whole->x[i] + whole->q); i++) {
                n++;
                worst = fmax(worst, part->x[i] - whole->x[i]);
            }
            double p = (double)all * pow(often, (double)n / 2); /* neighbours are not independent */
            if ((double)n < parameter(c, "least") || p > parameter(c, "chance"))
                continue;
            struct hit *h = hit_add(c, first, n, part);
            if (!h)
                return;
            hit_also(h, whole);
            h->score = (double)n;
            h->p = p;
            hit_amount(h, 0, "部分", part->x[first], part->c, 0);
            hit_amount(h, 1, "总量", whole->x[first], whole->c, 0);
            hit_number(h, 2, "连续时段数", (double)n, 0);
            hit_sentence(c, h, "%.*s自%.*s起连续%zu个时段高于包含它的%.*s", STR_ARG(factor_label(c->scratch, part->c)), STR_ARG(slot_text(c->scratch, t, first)), n,
                         STR_ARG(factor_label(c->scratch, whole->c)));
        }
    }
}
