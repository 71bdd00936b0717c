/*
 * B8, B14, B15: what goes in against what comes out. Nothing is cleaned without reagent, nothing is burnt without gas to show for it, and
 * no machine stands still that draws its current. Factors between them are the outlet's own: learned day by day from its history.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

bool is_power(str code)
{
    return str_starts(code, S("power_"));
}

/* What of HJ 212-2017 (appendix B.5, B.7) tells how much reagent is given, and what it takes out. */
static const struct { const char *code, *takes; } reagents[] = {
    {"reagent_limestone", "a21026"}, {"reagent_lime", "a21026"}, {"reagent_ammonia", "a21002"}, {"reagent_urea", "a21002"}, {"reagent", ""}, {"e313", ""}, {"e418", ""}, {"e517", ""}, {"g104", "a21026"}, {"g110", "a21026"}, {"g211", "a21026"}, {"g301", "a21002"}};

static const char *takes(str code)
{
    for (size_t i = 0; i < sizeof reagents / sizeof *reagents; i++)
        if (str_starts(code, str_of(reagents[i].code)))
            return reagents[i].takes;
    return NULL;
}

bool is_reagent(str code)
{
    return takes(code) != NULL;
}

/* Does the plant run in this slot, as load, flow or oxygen say? Without any of them nobody can tell, and it counts as standing. */
static bool runs(const struct detect_context *c, const struct table *t, size_t slot)
{
    size_t told = 0, running = 0;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        enum role r = v->factor->role;
        if (v->c->group != COLUMN_VALUE || v->c->unfit || v->mad <= 0 || isnan(v->x[slot]) || (r != ROLE_LOAD && r != ROLE_FLOW && r != ROLE_OXYGEN))
            continue;
        told++;
        running += r == ROLE_OXYGEN ? v->x[slot] < 19 : v->x[slot] > 0.5 * v->median;
    }
    return told && running == told;
}

/* ---- B8 ---- */
static void effort(struct detect_context *c, const struct table *t, const struct view *reagent, const struct view *v)
{
    uint8_t *off = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    bool tank = str_eq(v->c->factor, S("a21026")); /* a scrubber's sump lives on its limestone for most of a day */
    size_t low = 0, at = 0, least = slots_of(t, parameter(c, tank ? "tank" : "hours"));
    for (size_t i = 0; i < t->n; i++) {
        if (isnan(reagent->x[i]) || isnan(v->x[i]) || reagent->x[i] > parameter(c, "share") * reagent->median || !runs(c, t, i))
            continue;
        off[i] = v->x[i] <= v->p90;
        low++;
    }
    for (struct spell s; next_spell(off, t->n, 1, &at, &s);) {
        /* without reagent the level rises to what comes in, which is far above the upper decile of what goes out; that it does not has at most
         * an even chance in each two hours: what is in the pipe, or in the tank, is used up first */
        double p = fmin(1, (double)(low + 1) * pow(0.5, (double)s.count / fmax(1, (double)slots_of(t, 2))));
        struct hit *h = s.count >= least && p <= parameter(c, "chance") ? hit_add(c, s.first, s.n, v) : NULL;
        if (!h)
            continue;
        hit_also(h, reagent);
        h->score = (double)s.count;
        h->p = p;
        hit_number(h, 0, "药剂停用而浓度不升的时段数", (double)s.count, 0);
        hit_number(h, 1, "平时药剂用量", reagent->median, reagent->c->decimals);
        hit_number(h, 2, "平时浓度", v->median, v->c->decimals);
        hit_sentence(c, h, "%.*s起%.*s内%.*s几乎为零而生产照常，%.*s却没有高于平时", STR_ARG(slot_text(c->scratch, t, s.first)), STR_ARG(span_text(c->scratch, t, s.n)),
                     STR_ARG(factor_label(c->scratch, reagent->c)), STR_ARG(factor_label(c->scratch, v->c)));
    }
}

/* ---- B8: moles ---- */
/* kg of a reagent an hour against kg of what it binds: molar masses, and how many moles bind one. */
struct binding { const char *reagent, *density /* of a slurry in m3/h; NULL: kg/h */, *inlet, *outlet; double reagent_mass, bound_mass, per_mole; };
static const struct binding bindings[] = {
    {"reagent_limestone", NULL, "g119", "a21026", 100.09, 64.06, 1}, {"reagent_lime", NULL, "g119", "a21026", 56.08, 64.06, 1},
    {"g110", "g115", "g119", "a21026", 100.09, 64.06, 1},            {"reagent_ammonia", NULL, "g120", "a21002", 17.03, 46.01, 1},
    {"reagent_urea", NULL, "g120", "a21002", 60.06, 46.01, 0.5}};

/* The first column whose code begins so: process codes end with the number of the device. */
static const struct view *view_starting(const struct detect_context *c, const struct table *t, const char *code)
{
    for (size_t k = 0; code && k < t->columns_n; k++)
        if (t->columns[k].group == COLUMN_VALUE && t->columns[k].value && !t->columns[k].unfit && str_starts(t->columns[k].factor, str_of(code)))
            return &c->views[k];
    return NULL;
}

/* Solids of a slurry of limestone (2.7 times as heavy as water), kg in a cubic metre of this density in kg/m3. */
static double slurry_solids(double density)
{
    return density > 1000 ? density * (1 - 1000 / density) / (1 - 1 / 2.7) : (double)NAN;
}

/* Moles given for each mole taken out, day by day; flow in m3/s, concentrations in mg/m3. NAN where less than four fifths of a day are there. */
static size_t moles(const struct table *t, const struct binding *b, const struct view *reagent, const struct view *density, const struct view *in, const struct view *out,
                    const struct view *flow, double *ratio)
{
    size_t per = slots_of(t, 24), n = t->n / per;
    double hours = (double)t->step_s / 3600;
    for (size_t k = 0; k < n; k++) {
        double given = 0, taken = 0;
        size_t used = 0;
        for (size_t i = k * per; i < (k + 1) * per; i++) {
            double g = reagent->x[i] * (b->density ? slurry_solids(density->x[i]) : 1), r = (in->x[i] - out->x[i]) * flow->x[i] * 3600e-6;
            if (isnan(g) || isnan(r))
                continue;
            given += g * hours / b->reagent_mass;
            taken += fmax(r, 0) * hours / b->bound_mass * b->per_mole;
            used++;
        }
        ratio[k] = used * 5 >= per * 4 && taken > 0 ? given / taken : (double)NAN;
    }
    return n;
}

static void say_moles(struct detect_context *c, const struct table *t, const struct spell *s, const struct view *reagent, const struct view *out, const double *ratio,
                      double usual, double p)
{
    size_t per = slots_of(t, 24);
    struct hit *h = hit_add(c, s->first * per, s->n * per, out);
    double low = usual;
    if (!h)
        return;
    for (size_t k = s->first; k < s->first + s->n; k++)
        low = isnan(ratio[k]) ? low : fmin(low, ratio[k]);
    hit_also(h, reagent);
    h->score = usual / fmax(low, 0.01);
    h->p = p;
    hit_number(h, 0, "每脱除一份所投药剂，最低", low, 2);
    hit_number(h, 1, "平时", usual, 2);
    hit_number(h, 2, "天数", (double)s->count, 0);
    hit_sentence(c, h, "%.*s起%zu天，按进出口浓度和流量，每脱除一摩尔%.*s最低只投了%.2f份%.*s，少于反应所需，平时为%.2f份", STR_ARG(slot_text(c->scratch, t, s->first * per)), s->n,
                 STR_ARG(factor_label(c->scratch, out->c)), low, STR_ARG(factor_label(c->scratch, reagent->c)), usual);
}

/* Nothing binds more than its moles. Said only where the meters agree with that as a rule: a usual ratio of nine tenths and more. */
static bool stoichiometry(struct detect_context *c, const struct table *t, const struct binding *b)
{
    const struct view *reagent = view_starting(c, t, b->reagent), *density = view_starting(c, t, b->density), *in = view_starting(c, t, b->inlet),
                      *out = view_find(c, t, str_of(b->outlet), COLUMN_VALUE), *flow = view_find(c, t, S("a00000"), COLUMN_VALUE);
    if (!reagent || !in || !out || !flow || (b->density && !density) || in->median <= 100) /* g119 is printed for an efficiency in percent, too */
        return false;
    size_t days = t->n / slots_of(t, 24), n = 0, all = 0, at = 0;
    double *ratio = NEW_ARRAY(c->scratch, days + 1, double), *sample = NEW_ARRAY(c->scratch, days + 1, double);
    uint8_t *off = NEW_ARRAY(c->scratch, days + 1, uint8_t);
    moles(t, b, reagent, density, in, out, flow, ratio);
    for (size_t k = 0; k < days; k++)
        if (!isnan(ratio[k]))
            sample[n++] = ratio[k];
    if (n < 20)
        return true;
    double usual = median_of(sample, n), mad = mad_of(sample, n, usual);
    if (usual < 0.9 || mad > 0.25 * usual)
        return true;
    for (size_t k = 0; k < days; k++)
        all += off[k] = ratio[k] < fmin(parameter(c, "moles"), usual - 4 * mad);
    for (struct spell s; next_spell(off, days, 1, &at, &s);) {
        double p = stretch_chance((double)n, s.n, s.count, ((double)(all - s.count) + 1) / ((double)n + 2));
        if (s.count >= 2 && p <= fmax(parameter(c, "chance"), 0.05 / (double)n)) /* two days of so few days cannot be rarer */
            say_moles(c, t, &s, reagent, out, ratio, usual, p);
    }
    return true;
}

void detect_effort(struct detect_context *c, const struct table *t)
{
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++)
        stoichiometry(c, t, &bindings[i]);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *reagent = &c->views[k];
        const char *takes_out = takes(reagent->c->factor);
        if (!takes_out || reagent->c->group != COLUMN_VALUE || !view_fit(reagent, 200) || reagent->median <= 0 || reagent->p10 < 0.1 * reagent->median)
            continue; /* what is given now and then says nothing when it is not given */
        for (size_t i = 0; i < t->columns_n; i++) {
            const struct view *v = &c->views[i];
            if (v->c->group == COLUMN_VALUE && view_fit(v, 200) && v->mad > 0 && v->factor->role == ROLE_POLLUTANT &&
                (!*takes_out || str_eq(v->c->factor, str_of(takes_out))))
                effort(c, t, reagent, v);
        }
    }
}

/* ---- B14, B15: daily ratios ---- */
struct daily { double *ratio; size_t n, per; };

/* Sum of `above` over sum of `below` for each day of which four fifths are there in both; NAN else. */
static struct daily ratios(struct detect_context *c, const struct table *t, const struct view *above, const struct view *below)
{
    size_t per = slots_of(t, 24), n = t->n / per;
    struct daily d = {NEW_ARRAY(c->scratch, n + 1, double), n, per};
    for (size_t k = 0; k < n; k++) {
        double a = 0, b = 0;
        size_t used = 0;
        for (size_t i = k * per; i < (k + 1) * per; i++)
            if (!isnan(above->x[i]) && !isnan(below->x[i]))
                a += above->x[i], b += below->x[i], used++;
        d.ratio[k] = used * 5 >= per * 4 && b > 0 ? a / b : (double)NAN;
    }
    return d;
}

static void say_ratio(struct detect_context *c, const struct table *t, const struct view *above, const struct view *below, const struct daily *d,
                      const struct spell *s, double usual, double p)
{
    struct hit *h = hit_add(c, s->first * d->per, s->n * d->per, above);
    double low = usual;
    if (!h)
        return;
    for (size_t k = s->first; k < s->first + s->n; k++)
        low = isnan(d->ratio[k]) ? low : fmin(low, d->ratio[k]);
    hit_also(h, below);
    h->score = (double)s->count;
    h->p = p;
    hit_number(h, 0, "偏低的天数", (double)s->count, 0);
    hit_number(h, 1, "最低为平时的（%）", 100 * low / usual, 1);
    hit_number(h, 2, "平时的比值", usual, 4);
    hit_sentence(c, h, "%.*s起%zu天，%.*s与%.*s之比最低只有平时的%.0f%%", STR_ARG(slot_text(c->scratch, t, s->first * d->per)), s->n,
                 STR_ARG(factor_label(c->scratch, above->c)), STR_ARG(factor_label(c->scratch, below->c)), 100 * low / usual);
}

/* Days on which less comes out for what goes in than this outlet's history has. Only where the tie is close: a quarter of it at most. */
static bool falls_behind(struct detect_context *c, const struct table *t, const struct view *above, const struct view *below)
{
    if (!above || !below || above == below || !view_fit(above, 500) || !view_fit(below, 500))
        return false;
    struct daily d = ratios(c, t, above, below);
    double *sample = NEW_ARRAY(c->scratch, d.n + 1, double), tolerance = parameter(c, "tolerance");
    uint8_t *off = NEW_ARRAY(c->scratch, d.n + 1, uint8_t);
    size_t n = 0, all = 0, at = 0;
    for (size_t k = 0; k < d.n; k++)
        if (!isnan(d.ratio[k]))
            sample[n++] = d.ratio[k];
    if (n < 30)
        return true;
    double usual = median_of(sample, n), mad = mad_of(sample, n, usual);
    if (usual <= 0 || mad > 0.25 * usual)
        return true;
    for (size_t k = 0; k < d.n; k++)
        all += off[k] = !isnan(d.ratio[k]) && d.ratio[k] < usual - fmax(tolerance * usual, 6 * mad);
    for (struct spell s; next_spell(off, d.n, 1, &at, &s);) {
        double p = stretch_chance((double)n, s.n, s.count, ((double)(all - s.count) + 1) / ((double)n + 2));
        if (s.count >= (size_t)parameter(c, "days") && p <= parameter(c, "chance"))
            say_ratio(c, t, above, below, &d, &s, usual, p);
    }
    return true;
}

static const struct view *of_role(const struct detect_context *c, const struct table *t, enum role r)
{
    for (size_t k = 0; k < t->columns_n; k++)
        if (t->columns[k].group == COLUMN_VALUE && c->views[k].factor->role == r && t->columns[k].value && !t->columns[k].unfit)
            return &c->views[k];
    return NULL;
}

/* Sulphur out of the stack is at most what the fuel brought: tonnes of fuel, percent of sulphur, kilograms of SO2. */
static bool sulphur(struct detect_context *c, const struct table *t)
{
    const struct view *fuel = view_find(c, t, S("fuel"), COLUMN_VALUE), *share = view_find(c, t, S("fuel_sulphur"), COLUMN_VALUE),
                      *out = view_find(c, t, S("a21026"), COLUMN_TOTAL);
    if (!fuel || !share || !out)
        return false;
    size_t per = slots_of(t, 24);
    for (size_t k = 0; k < t->n / per; k++) {
        double in = 0, mass = 0;
        size_t used = 0;
        for (size_t i = k * per; i < (k + 1) * per; i++)
            if (!isnan(fuel->x[i]) && !isnan(share->x[i]) && !isnan(out->x[i]))
                in += fuel->x[i] * share->x[i] / 100 * 1000 * 2, mass += out->x[i], used++;
        if (used * 5 < per * 4 || mass <= 1.05 * in)
            continue;
        struct hit *h = hit_add(c, k * per, per, out);
        if (!h)
            return true;
        hit_also(h, fuel);
        h->score = mass / fmax(in, 1e-9);
        h->p = 1e-4;
        hit_number(h, 0, "排放的二氧化硫（千克）", mass, 1);
        hit_number(h, 1, "燃料中的硫全部转化（千克）", in, 1);
        hit_sentence(c, h, "%.*s排放的二氧化硫%.1f千克，多于燃料中的硫全部转化所得的%.1f千克", STR_ARG(slot_text(c->scratch, t, k * per)), mass, in);
    }
    return true;
}

void detect_balance(struct detect_context *c, const struct table *t)
{
    const struct view *flow = of_role(c, t, ROLE_FLOW);
    bool looked = sulphur(c, t);
    looked |= falls_behind(c, t, flow, view_find(c, t, S("waste"), COLUMN_VALUE));
    looked |= falls_behind(c, t, flow, view_find(c, t, S("fuel"), COLUMN_VALUE));
    if (!looked)
        c->lacked = "燃料或垃圾处理量";
}

/* Stopped by its mark, and the meter of production turns. Looks at what the views leave out. */
static void stopped_with_power(struct detect_context *c, const struct table *t, const struct view *power)
{
    for (size_t m = 0; m < t->marks_n; m++) {
        usec step = t->step_s * USEC_SECOND, from = t->marks[m].from > t->from ? (t->marks[m].from - t->from + step - 1) / step : 0;
        size_t used = 0, drawn = 0, first = 0, last = 0;
        if (t->marks[m].kind != MARKED_STOPPED || power->median <= 0)
            continue;
        for (usec i = from; i < (usec)t->n && table_at(t, (size_t)i) + step <= t->marks[m].to; i++) {
            int64_t value = power->c->value[i];
            if (value == VALUE_NONE)
                continue;
            used++;
            if ((double)value * power->unit > 0.3 * power->median) {
                first = drawn ? first : (size_t)i;
                last = (size_t)i;
                drawn++;
            }
        }
        struct hit *h = drawn >= slots_of(t, parameter(c, "hours")) && drawn * 2 > used ? hit_add(c, first, last + 1 - first, power) : NULL;
        if (!h)
            continue;
        h->score = (double)drawn;
        h->p = 1e-6;
        hit_number(h, 0, "标停而有生产用电的时段数", (double)drawn, 0);
        hit_number(h, 1, "平时用电", power->median, power->c->decimals);
        hit_sentence(c, h, "%.*s起%.*s标为停运，其间%zu个时段生产用电超过平时的三成", STR_ARG(slot_text(c->scratch, t, first)),
                     STR_ARG(span_text(c->scratch, t, last + 1 - first)), drawn);
    }
}

void detect_power(struct detect_context *c, const struct table *t)
{
    const struct view *production = view_find(c, t, S("power_production"), COLUMN_VALUE), *treatment = view_find(c, t, S("power_treatment"), COLUMN_VALUE);
    falls_behind(c, t, treatment, production);
    falls_behind(c, t, of_role(c, t, ROLE_FLOW), production);
    falls_behind(c, t, of_role(c, t, ROLE_LOAD), production);
    if (t->facts.kind == OUTLET_WATER || view_find(c, t, S("w00000"), COLUMN_VALUE))
        falls_behind(c, t, treatment, view_find(c, t, S("w00000"), COLUMN_VALUE));
    if (production)
        stopped_with_power(c, t, production);
}
