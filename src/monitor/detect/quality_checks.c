/*
 * D1, D2, D6: what the instruments were checked with. A check is honest work with an honest error: the gas takes its time to
 * come through the line, the reading misses the certificate by the instrument's repeatability, a laboratory finds now more and now
 * less. Odd is a check without any of it. Bands of comparison: HJ 75 and HJ 355; inside them nothing is said.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

static double number_of(int64_t mantissa, int decimals)
{
    return mantissa == VALUE_NONE ? (double)NAN : (double)mantissa * pow(10, -decimals);
}

/* The slot of an instant, the last one before it where it lies behind the table. */
static size_t slot_near(const struct table *t, usec at)
{
    size_t slot = slot_at(t, at);
    return slot != SIZE_MAX ? slot : at < t->from || !t->n ? 0 : t->n - 1;
}

/* ---- D1 ---- */
/* The gas given differs from what was read before by enough to be seen: five steps and a twentieth of what stands here as a rule. */
static bool visible(const struct view *v, double before, double nominal)
{
    return fabs(nominal - before) > fmax(5 * v->q, 0.05 * fabs(v->median));
}

static void say_remote(struct detect_context *c, const struct table *t, const struct view *v, const struct table_check *k, const char *what)
{
    double before = number_of(k->before, k->decimals), nominal = number_of(k->nominal, k->decimals), measured = number_of(k->measured, k->decimals);
    struct hit *h = hit_add(c, slot_near(t, k->at), 1, v);
    if (!h)
        return;
    h->score = 1;
    h->p = parameter(c, "chance");
    hit_amount(h, 0, "校验前读数", before, v->c, 0);
    hit_amount(h, 1, "通入值", nominal, v->c, 0);
    hit_amount(h, 2, "校验读数", measured, v->c, 0);
    hit_sentence(c, h, "%.*s%.*s的远程校验中，%s", STR_ARG(factor_label(c->scratch, v->c)), STR_ARG(slot_text(c->scratch, t, h->first)), what);
}

void detect_remote(struct detect_context *c, const struct table *t)
{
    double moved = parameter(c, "moved"), least = parameter(c, "seconds");
    for (size_t i = 0; i < t->checks_n; i++) {
        const struct table_check *k = &t->checks[i];
        const struct view *v = k->kind == CHECK_REMOTE ? view_find(c, t, k->factor, COLUMN_VALUE) : NULL;
        double before = number_of(k->before, k->decimals), nominal = number_of(k->nominal, k->decimals), measured = number_of(k->measured, k->decimals);
        if (!v || isnan(before) || isnan(nominal) || isnan(measured) || !visible(v, before, nominal))
            continue;
        if (fabs(measured - before) < moved * fabs(nominal - before))
            say_remote(c, t, v, k, "通入气体后读数几乎没有变化，而通入值与校验前的读数相差明显");
        else if (k->seconds >= 0 && (double)k->seconds < least)
            say_remote(c, t, v, k, "读数一步到位，没有采样管路和分析仪应有的响应时间");
    }
}

/* ---- D2 ---- */
struct exactness { uint8_t *same, *narrow; size_t *slot, n; };

/* Errors in the unit of the repeatability a very good instrument has: a tenth of a percent of what it is checked with, at least half a step. An
 * ordinary one misses by three to nine times as much in a day (HJ 76 allows twenty-five times). */
static void add_check(struct exactness *e, const struct table_check *k, size_t slot, double scale)
{
    double step = pow(10, -k->decimals), error = number_of(k->measured, k->decimals) - number_of(k->nominal, k->decimals);
    double sigma = fmax(0.5 * step, 0.001 * scale);
    if (isnan(error) || sigma <= 1.5 * step)
        return; /* the display is too coarse for an error to be seen */
    e->slot[e->n] = slot;
    e->same[e->n] = k->measured == k->nominal;
    e->narrow[e->n++] = fabs(error) <= 0.5 * sigma;
}

static void say_exact(struct detect_context *c, const struct table *t, const struct view *v, const struct exactness *e, const struct spell *s, double often, double p)
{
    size_t first = e->slot[s->first], last = e->slot[s->first + s->n - 1], same = 0;
    struct hit *h = hit_add(c, first, last + 1 - first, v);
    if (!h)
        return;
    for (size_t i = s->first; i < s->first + s->n; i++)
        same += e->same[i];
    h->score = (double)s->count;
    h->p = p;
    hit_number(h, 0, "核查次数", (double)s->n, 0);
    hit_number(h, 1, "读数正好等于标准值的次数", (double)same, 0);
    hit_number(h, 2, "其余核查几乎没有误差的比例（%）", 100 * often, 1);
    hit_sentence(c, h, "%.*s自%.*s起的%zu次核查中，%zu次读数正好等于标准值，%zu次误差小于仪器自身的重复性", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), s->n, same, s->count);
}

/* At most 0.27 of all checks of the best instrument land on the nominal value (three halves of a step), and 0.38 within half of its error; how many do when
 * nobody types them is seen elsewhere in the record. */
static void exact_spells(struct detect_context *c, const struct table *t, const struct view *v, const struct exactness *e, const uint8_t *is, double most)
{
    size_t all = 0, at = 0;
    for (size_t i = 0; i < e->n; i++)
        all += is[i];
    for (struct spell s; next_spell(is, e->n, 1, &at, &s);) {
        double often = fmin(most, ((double)(all - s.count) + 1) / ((double)(e->n - s.n) + 2)), p = stretch_chance((double)e->n, s.n, s.count, fmax(often, 0.05));
        if (s.count >= (size_t)parameter(c, "least") && p <= parameter(c, "chance"))
            say_exact(c, t, v, e, &s, often, p);
    }
}

void detect_exact_checks(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        struct exactness e = {NEW_ARRAY(c->scratch, t->checks_n + 1, uint8_t), NEW_ARRAY(c->scratch, t->checks_n + 1, uint8_t), NEW_ARRAY(c->scratch, t->checks_n + 1, size_t), 0};
        double scale = 0;
        if (v->c->group != COLUMN_VALUE || v->c->unfit)
            continue;
        for (size_t i = 0; i < t->checks_n; i++)
            if (t->checks[i].kind <= CHECK_STANDARD && str_eq(t->checks[i].factor, v->c->factor))
                scale = fmax(scale, fabs(number_of(t->checks[i].nominal, t->checks[i].decimals)));
        for (size_t i = 0; i < t->checks_n; i++)
            if (t->checks[i].kind <= CHECK_STANDARD && str_eq(t->checks[i].factor, v->c->factor))
                add_check(&e, &t->checks[i], slot_near(t, t->checks[i].at), scale);
        exact_spells(c, t, v, &e, e.narrow, 0.38);
    }
}

/* ---- D6 ---- */
/* What a comparison may differ by, upwards of a level of the laboratory's value: relative, or absolute where relative is 0. */
struct band { const char *factor; double from, relative, absolute; };
static const struct band bands[] = {
    {"a21026", 715, 0.15, 0}, {"a21026", 143, 0, 57}, {"a21026", 57, 0.3, 0}, {"a21026", 0, 0, 17},
    {"a21002", 513, 0.15, 0}, {"a21002", 103, 0, 41}, {"a21002", 41, 0.3, 0}, {"a21002", 0, 0, 12},
    {"a34013", 200, 0.15, 0}, {"a34013", 100, 0.2, 0}, {"a34013", 50, 0.25, 0}, {"a34013", 20, 0.3, 0}, {"a34013", 10, 0, 6}, {"a34013", 0, 0, 5},
    {"a19001", 5, 0.15, 0}, {"a19001", 0, 0, 1}, {"a01012", 0, 0, 3}, {"a01014", 5, 0.25, 0}, {"a01014", 0, 0, 1.5},
    {"a01011", 10, 0.1, 0}, {"a01011", 0, 0.12, 0},
    {"w01018", 100, 0.15, 0}, {"w01018", 60, 0.2, 0}, {"w01018", 30, 0.3, 0}, {"w01018", 0, 0, 5},
    {"w21003", 2, 0.15, 0}, {"w21003", 0, 0, 0.3}, {"w21011", 0.4, 0.15, 0}, {"w21011", 0, 0, 0.04},
    {"w21001", 2, 0.15, 0}, {"w21001", 0, 0, 0.3}, {"w01001", 0, 0, 0.5}, {"w01010", 0, 0, 0.5}, {"w00000", 0, 0.1, 0}};

static double allowed(str factor, double manual)
{
    for (size_t i = 0; i < sizeof bands / sizeof *bands; i++)
        if (str_eq(factor, str_of(bands[i].factor)) && manual >= bands[i].from)
            return bands[i].relative > 0 ? bands[i].relative * manual : bands[i].absolute;
    return 0.3 * fabs(manual); /* no band of its own: the widest relative one */
}

/* A campaign: pairs within two days of each other, one laboratory and one calibration of it, so one error. */
struct campaign { usec at; size_t slot, n, lower; double relative[64]; };

/* The campaign's middle lies below the band of what was found by hand. An instrument that passes leaves the band so once in fifty, and twice the
 * band, if its errors are normal, once in fifty thousand. */
static void judge(struct campaign *k, double band, size_t *campaigns, size_t *beyond, size_t *above, double *worst, double *chance)
{
    double middle = median_of(k->relative, k->n);
    *campaigns += 1;
    if (middle < -band && k->lower == k->n) {
        *beyond += 1;
        /* one pair alone may be a bottle mixed up, and laboratories make mistakes: never less than one in a million */
        *chance *= fmax(k->n > 1 ? 1e-6 : 0.02, normal_tail(2.054 * middle / -band));
    }
    *above += middle > band;
    *worst = fmin(*worst, middle);
}

static double binomial_ways(size_t n, size_t k)
{
    double ways = 1;
    for (size_t i = 1; i <= k; i++)
        ways *= (double)(n - k + i) / (double)i;
    return ways;
}

static void compare(struct detect_context *c, const struct table *t, const struct view *v)
{
    struct campaign k = {0};
    size_t n = 0, campaigns = 0, beyond = 0, above = 0, lower = 0, first = 0, last = 0;
    double worst = 0, band = 0, chance = 1;
    for (size_t i = 0; i < t->checks_n; i++) {
        const struct table_check *x = &t->checks[i];
        double manual = number_of(x->nominal, x->decimals), own = number_of(x->measured, x->decimals);
        if (x->kind != CHECK_COMPARISON || !str_eq(x->factor, v->c->factor) || isnan(manual) || isnan(own) || manual <= 0)
            continue;
        if (k.n && (x->at - k.at > 2 * USEC_DAY || k.n == sizeof k.relative / sizeof *k.relative)) {
            judge(&k, band / (double)k.n, &campaigns, &beyond, &above, &worst, &chance);
            k.n = k.lower = 0, band = 0;
        }
        first = n ? first : slot_near(t, x->at);
        last = slot_near(t, x->at);
        k.at = x->at;
        k.relative[k.n++] = (own - manual) / manual;
        k.lower += own < manual;
        band += allowed(x->factor, manual) / manual;
        lower += own < manual;
        n++;
    }
    if (k.n)
        judge(&k, band / (double)k.n, &campaigns, &beyond, &above, &worst, &chance);
    /* which of the campaigns it was is chosen; a bad instrument leaves the band upwards, too */
    double p = beyond && !above ? chance * binomial_ways(campaigns, beyond) : 1;
    struct hit *h = p <= parameter(c, "chance") ? hit_add(c, first, last + 1 - first, v) : NULL;
    if (!h)
        return;
    h->score = (double)beyond;
    h->p = p;
    hit_number(h, 0, "比对次数", (double)campaigns, 0);
    hit_number(h, 1, "自动监测偏低且超出允许范围的次数", (double)beyond, 0);
    hit_number(h, 2, "最大相对偏差（%）", 100 * worst, 1);
    hit_sentence(c, h, "%.*s的%zu次比对监测（%zu对数据）中，自动监测值%zu对低于手工监测值，其中%zu次整体超出允许范围", STR_ARG(factor_label(c->scratch, v->c)), campaigns, n,
                 lower, beyond);
}

void detect_comparison(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++)
        if (t->columns[k].group == COLUMN_VALUE && !t->columns[k].unfit)
            compare(c, t, &c->views[k]);
}
