/*
 * Two explanations that lie in how numbers were written down and not in what was measured: a stretch in another unit, and codes that stand
 * for "nothing there". Both look like hard contradictions to whoever calculates with them, so they are asked of every finding.
 *
 * A unit's change leaves two traces that no forger of small numbers leaves: the level jumps by a power of ten and back, and the lattice the
 * values lie on jumps with it (4.66 becomes 4660, all of them multiples of ten; or 0.00466, with places nobody printed before).
 */
#include "monitor/detect/detect_private.h"

#include <stdlib.h>

enum { EDGES_WITHIN = 1000 /* slots looked at beside a finding */, BESIDE = 200 /* slots that give the usual lattice */, LEAST_WRITTEN = 3,
       LEAST_RATIOS = 6, LEAST_LEVEL = 24 /* values that have a level and a movement */, AT_EDGE = 12 /* slots that give the level at an end */ };
static const double movement_within = 1.5;
/* Logarithm: nobody hides anything by a flow that is a thousandth. A tenth is what a forger would write: it needs its lattice. */
static const double level_within = 0.2;
static const double filler_share = 0.05;

/* ---- which columns a finding rests on ---- */
static bool leads(const struct finding *f, size_t column)
{
    for (int i = 0; i < f->lead->columns_n; i++)
        if (f->lead->columns[i] == column)
            return true;
    return false;
}

static bool rests_on(const struct finding *f, const struct table *t, size_t column)
{
    const char *id = f->lead->detector->id;
    const struct column *c = &t->columns[column];
    if (!c->value || c->unfit)
        return false;
    if (leads(f, column))
        return true;
    /* what the other channels say it should be */
    return f->lead->detector->family == FAMILY_PHYSICS || str_eq(str_of(id), S("A3")) || str_eq(str_of(id), S("A17"));
}

/* ---- a power of ten ---- */
/* Which power of ten lies between two neighbours, or which other factor of flows told by the second: by its place, negative where it goes down. */
static const double factors[] = {1, 10, 100, 1000, 10000, 3600};
enum { POWERS = 3 /* whose lattice may be asked */, FACTORS = sizeof factors / sizeof *factors };

static int power_between(double a, double b)
{
    for (int k = 1; k < FACTORS; k++) {
        double near = k > POWERS ? 1.6 : 2; /* 3,600 lies between two powers */
        if (b * near > factors[k] * a && b < near * factors[k] * a)
            return k;
        if (a * near > factors[k] * b && a < near * factors[k] * b)
            return -k;
    }
    return 0;
}

static int64_t ten_to(int k)
{
    return k <= 0 ? 1 : 10 * ten_to(k - 1);
}

/* Whether the lattice of [first, end) is 10^power of that around it. */
static bool lattice_too(const struct column *c, size_t n, size_t first, size_t end, int power)
{
    size_t from = first > BESIDE ? first - BESIDE : 0, to = n - end > BESIDE ? end + BESIDE : n;
    int64_t in = table_step(c->value + first, end - first), out;
    if (first == from)
        out = table_step(c->value + end, to - end);
    else if (end == to)
        out = table_step(c->value + from, first - from);
    else
        out = common_step(table_step(c->value + from, first - from), table_step(c->value + end, to - end));
    return power > 0 ? in % ten_to(power) == 0 && in / ten_to(power) % out == 0 : out % ten_to(-power) == 0 && out / ten_to(-power) % in == 0;
}

struct slip { size_t first, n; int power; };

static double middle_of(const struct column *c, size_t first, size_t end)
{
    double x[AT_EDGE];
    size_t n = 0;
    for (size_t i = first; i < end; i++)
        if (c->value[i] != VALUE_NONE && c->value[i] > 0)
            x[n++] = (double)c->value[i];
    return n ? median_of(x, n) : (double)NAN;
}

/* How far one value lies from the one before, as a ratio: the middle of what is usual; NAN of too few. */
static double movement(const struct column *c, size_t first, size_t end)
{
    double x[BESIDE], before = 0;
    size_t n = 0;
    for (size_t i = first; i < end && n < BESIDE; i++) {
        double one = c->value[i] == VALUE_NONE ? 0 : (double)c->value[i];
        if (one > 0 && before > 0)
            x[n++] = fabs(log(one / before));
        before = one;
    }
    return n >= LEAST_LEVEL / 2 ? median_of(x, n) : (double)NAN;
}

/* Whether [first, end) is the factor times what it would be: its level at both ends, for that of a plant wanders, so nearly that little else makes it,
 * and its movement, for what is written in another unit moves as before, and what is written over does not. A number that is printed with
 * fewer places than it needs leaves no lattice. */
static bool level_too(const struct column *c, size_t n, size_t first, size_t end, int power)
{
    size_t before = first < AT_EDGE ? first : AT_EDGE, behind = n - end < AT_EDGE ? n - end : AT_EDGE;
    double begins = middle_of(c, first, first + AT_EDGE) / middle_of(c, first - before, first);
    double ends = middle_of(c, end - AT_EDGE, end) / middle_of(c, end, end + behind), factor = factors[power < 0 ? -power : power];
    double off = log(begins) + log(ends) - 2 * (power < 0 ? -log(factor) : log(factor));
    double in = movement(c, first, end), left = movement(c, first > BESIDE ? first - BESIDE : 0, first);
    double right = movement(c, end, n - end > BESIDE ? end + BESIDE : n);
    double usual = isnan(left) ? right : isnan(right) ? left : (left + right) / 2;
    return fabs(off) < 2 * level_within && usual > 0 && in > usual / movement_within && in < usual * movement_within;
}

/* The first stretch in [from, to) whose level and lattice are a power of ten from what is around it, and that the finding touches. lead: the finding
 * is about this column, and its level and movement may say so. */
static bool find_slip(const struct column *c, const struct table *t, const struct finding *f, bool lead, struct slip *ret)
{
    size_t from = f->first > EDGES_WITHIN ? f->first - EDGES_WITHIN : 0, to = t->n - f->first - f->n > EDGES_WITHIN ? f->first + f->n + EDGES_WITHIN : t->n;
    size_t open = from, values = 0;
    int power = 0; /* of the open stretch; 0: none is open */
    double before = 0;
    for (size_t i = from; i < to; i++) {
        double x = c->value[i] == VALUE_NONE ? 0 : (double)c->value[i];
        if (x <= 0)
            continue;
        int jump = before > 0 ? power_between(before, x) : 0;
        before = x;
        if (jump && power == -jump && values >= LEAST_WRITTEN && open < f->first + f->n && i > f->first &&
            ((abs(power) <= POWERS && lattice_too(c, t->n, open, i, power)) ||
             (lead && abs(power) > 1 && values >= LEAST_LEVEL && level_too(c, t->n, open, i, power)))) {
            *ret = (struct slip){open, values, power};
            return true;
        }
        if (jump)
            open = i, power = jump, values = 0;
        values++;
    }
    return false;
}

/* ---- mg and ppm ---- */
/* What a gas in ppm times this is mg/m3 (of NO, too, where it stands for NO2); 1.53: NO told for NO2. */
static const struct { const char *factor; double by[3]; } of_ppm[] = {
    {"a21026", {2.857}}, {"a21002", {2.05, 1.53, 1.34}}, {"a21003", {1.34, 1.53}}, {"a21004", {2.05}}, {"a21005", {1.25}}};
static const double of_ppm_within = 0.015;

static double conversion_near(str factor, double ratio)
{
    for (size_t k = 0; k < sizeof of_ppm / sizeof *of_ppm; k++)
        for (size_t j = 0; j < 3 && str_eq(factor, str_of(of_ppm[k].factor)) && of_ppm[k].by[j] > 0; j++)
            if (fabs(fabs(log(ratio)) - log(of_ppm[k].by[j])) < of_ppm_within)
                return of_ppm[k].by[j];
    for (int k = 2; k < FACTORS; k++) /* a tenth needs its lattice */
        if (fabs(fabs(log(ratio)) - log(factors[k])) < of_ppm_within)
            return factors[k];
    return 0;
}

/* Converted values of a gas tell its factor within rounding, whatever the plant does: from how it is measured to how it is told. */
static double told_by_measured(const struct view *zs, const struct view *raw, const struct view *o2, size_t i)
{
    double x = raw_value(raw, i), y = raw_value(zs, i), o = raw_value(o2, i);
    return x >= 10 * raw->q && y > 0 && o < 19 ? y * (21 - o) / x : (double)NAN;
}

static bool find_conversion(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    const struct view *lead = &views[f->lead->columns[0]], *zs = NULL, *raw = NULL, *o2 = NULL;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &views[k];
        bool same = v->c->value && str_eq(v->c->factor, lead->c->factor);
        zs = same && v->c->group == COLUMN_CONVERTED ? v : zs;
        raw = same && v->c->group == COLUMN_VALUE ? v : raw;
        o2 = v->c->value && v->c->group == COLUMN_VALUE && v->factor->role == ROLE_OXYGEN ? v : o2;
    }
    if (!zs || !raw || !o2)
        return false;
    size_t from = f->first > EDGES_WITHIN ? f->first - EDGES_WITHIN : 0, to = t->n - f->first - f->n > EDGES_WITHIN ? f->first + f->n + EDGES_WITHIN : t->n;
    double *in = NEW_ARRAY(a, f->n + 1, double), *out = NEW_ARRAY(a, to - from + 1, double);
    size_t ins = 0, outs = 0;
    for (size_t i = from; i < to; i++) {
        double x = told_by_measured(zs, raw, o2, i);
        if (!isnan(x) && i >= f->first && i < f->first + f->n)
            in[ins++] = x;
        else if (!isnan(x))
            out[outs++] = x;
    }
    if (ins < LEAST_RATIOS || outs < BESIDE / 4)
        return false;
    double ratio = median_of(in, ins) / median_of(out, outs), by = conversion_near(lead->c->factor, ratio);
    if (by <= 0)
        return false;
    *ret = arena_printf(a, "%.*s的折算值与实测值之比在区间内为前后的%s%.4g%s，正是单位换算的系数，可能是ppm与毫克每立方米之类的单位不一",
                        STR_ARG(factor_label(a, raw->c)), ratio > 1 ? "" : "1/", by, ratio > 1 ? "倍" : "");
    return true;
}

enum trap_outcome trap_unit(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    struct slip s;
    for (size_t k = 0; k < t->columns_n; k++)
        if (rests_on(f, t, k) && find_slip(&t->columns[k], t, f, leads(f, k), &s)) {
            double by = factors[s.power > 0 ? s.power : -s.power];
            *ret = arena_printf(a, "%.*s自%.*s起%zu个数值约为前后的%s%.0f%s，可能是单位或小数点不一", STR_ARG(factor_label(a, &t->columns[k])),
                                STR_ARG(slot_text(a, t, s.first)), s.n, s.power > 0 ? "" : "1/", by, s.power > 0 ? "倍" : "");
            return TRAP_POSSIBLE;
        }
    if (find_conversion(a, t, views, f, ret))
        return TRAP_POSSIBLE;
    *ret = S("没有一段数值连刻度与前后相差10、100、1000倍，或水平相差100、1000、10000、3600倍，或差ppm换算的系数");
    return TRAP_RULED_OUT;
}

/* ---- codes for nothing ---- */
bool filler_code(double x)
{
    static const double code[] = {99, 99.99, 999, 999.9, 999.99, 9999, 9999.9, 9999.99, 9999.999, 99999, 999999, 32767, 3276.7, 65535, 6553.5};
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        if (fabs(fabs(x) - code[i]) < 0.0005) /* a mantissa times 0.1 is not the literal */
            return true;
    return false;
}

static bool stands_for_nothing(const struct view *v, double x)
{
    enum role r = v->factor->role;
    bool never_negative = r == ROLE_POLLUTANT || r == ROLE_OXYGEN || r == ROLE_FLOW || r == ROLE_VELOCITY || r == ROLE_LOAD || r == ROLE_HUMIDITY;
    if (x < 0 && never_negative)
        return x < -fmax(5 * v->q, 0.05 * fabs(v->p99));
    return filler_code(x) && fabs(x) > 5 * fabs(v->median);
}

/* In raw values: a code is as often flagged as not. */
enum trap_outcome trap_filler(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    const char *id = f->lead->detector->id;
    bool by_spread = str_eq(str_of(id), S("B10")); /* one such number in a window is all its variance */
    size_t end = f->first + f->n < t->n ? f->first + f->n : t->n, few = 0;
    size_t one = t->columns_n ? slots_in_state(&views[0], f->first, end - f->first, STATES_ONE_NUMBER) : 0;
    str seen = STR_NONE;
    if (one * 2 >= f->n && one) {
        *ret = arena_printf(a, "区间%zu个时段中%zu个时段所有通道是同一个数，可能是数采仪或线路填充的数", f->n, one);
        return TRAP_POSSIBLE;
    }
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &views[k];
        size_t n = 0, used = 0, last = 0;
        if (!rests_on(f, t, k))
            continue;
        for (size_t i = f->first; i < end; i++)
            if (stands_for_nothing(v, raw_value(v, i)))
                n++, used += !isnan(v->x[i]), last = i;
        if (n && !few)
            few = n, seen = arena_printf(a, "%.*s在区间内有%zu个%.*s这样的数", STR_ARG(factor_label(a, v->c)), n, STR_ARG(value_text(a, v, raw_value(v, last))));
        if ((used >= LEAST_WRITTEN && (double)used >= filler_share * (double)f->n) || (used && by_spread)) {
            *ret = arena_printf(a, "%.*s在区间内有%zu个%.*s这样的数，可能是代表缺测的填充数", STR_ARG(factor_label(a, v->c)), n, STR_ARG(value_text(a, v, raw_value(v, last))));
            return TRAP_POSSIBLE;
        }
    }
    *ret = few ? arena_printf(a, "%.*s，不足以解释整个区间", STR_ARG(seen)) : S("区间内没有9999、-999之类代表缺测的数");
    return TRAP_RULED_OUT;
}
