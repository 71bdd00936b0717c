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
        hit_amount(h, 1, "平时药剂用量", view_outside(c->scratch, t, reagent, s.first, s.n).median, reagent->c, 0);
        hit_amount(h, 2, "平时浓度", view_outside(c->scratch, t, v, s.first, s.n).median, v->c, 0);
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

/* ---- days that begin at any quarter of one ---- */
enum { QUARTERS = 4 /* of a day: how often a window begins */, WINDOWS_LEAST = 60 };
/* Of windows of some days: out over in; NAN where less than four fifths are there. score: how far below the usual, as a logarithm; p: its chance in this table. */
struct windows { double *ratio, *score, *p, usual, mad; size_t first, length, hop, n, known, overlap; };

/* Whoever forges begins when he likes: two days hold one from midnight to midnight, and four that begin at a quarter of one. */
static struct windows windows_of(struct detect_context *c, const struct table *t, const double *out, const double *in, size_t days)
{
    size_t hop = slots_of(t, 24) / QUARTERS, length = hop * QUARTERS * days;
    if (!hop)
        return (struct windows){0}; /* a table of days */
    size_t first = window_first(t, hop), n = t->n >= first + length ? (t->n - first - length) / hop + 1 : 0;
    double *room = NEW_ARRAY(c->scratch, 4 * n + 1, double), *a = NEW_ARRAY(c->scratch, t->n + 1, double), *b = NEW_ARRAY(c->scratch, t->n + 1, double);
    size_t *used = NEW_ARRAY(c->scratch, t->n + 1, size_t);
    struct windows w = {.ratio = room, .score = room + n, .p = room + 2 * n, .first = first, .length = length, .hop = hop, .n = n, .overlap = QUARTERS * days};
    for (size_t i = 0; i < t->n; i++) {
        bool there = !isnan(out[i]) && !isnan(in[i]);
        a[i + 1] = a[i] + (there ? out[i] : 0), b[i + 1] = b[i] + (there ? in[i] : 0), used[i + 1] = used[i] + there;
    }
    double *sample = room + 3 * n;
    for (size_t k = 0; k < n; k++) {
        size_t i = first + k * hop, end = i + length;
        w.ratio[k] = (used[end] - used[i]) * 5 >= length * 4 && b[end] - b[i] > 0 ? (a[end] - a[i]) / (b[end] - b[i]) : (double)NAN;
        if (!isnan(w.ratio[k]))
            sample[w.known++] = w.ratio[k];
    }
    if (w.known < WINDOWS_LEAST)
        return w;
    w.usual = median_of(sample, w.known);
    w.mad = mad_of(sample, w.known, w.usual);
    return w;
}

/* How strange each window is beside the others of this outlet. Where nothing at all comes out the logarithm ends. */
static void judge_windows(struct detect_context *c, struct windows *w)
{
    double *sample = NEW_ARRAY(c->scratch, w->n + 1, double);
    size_t n = 0;
    for (size_t k = 0; k < w->n; k++) {
        w->score[k] = isnan(w->ratio[k]) ? (double)NAN : -log(fmax(w->ratio[k] / w->usual, 0.01));
        if (!isnan(w->score[k]))
            sample[n++] = w->score[k];
    }
    struct calibration cal = calibrate(c->scratch, sample, n);
    for (size_t k = 0; k < w->n; k++)
        w->p[k] = isnan(w->score[k]) ? 1 : fmin(1, calibrated_p(&cal, w->score[k]) * (double)n / (double)w->overlap);
    standouts_join(c->scratch, w->score, w->n, w->overlap, 0.1, w->p);
}

/* Spells of windows below `most`, by chance as `chance` says at most: a day's worth of beginnings at least. The lowest ratio, the smallest chance. */
static bool next_low(const struct windows *w, double most, double chance, size_t least, size_t *at, struct spell *ret, double *ret_low, double *ret_p)
{
    while (*at < w->n) {
        size_t last = *at;
        if (!(w->ratio[*at] <= most && w->p[*at] <= chance)) {
            ++*at;
            continue;
        }
        *ret = (struct spell){.first = *at};
        *ret_low = w->ratio[*at], *ret_p = 1;
        for (; *at < w->n && *at - last <= 2; ++*at)
            if (w->ratio[*at] <= most && w->p[*at] <= chance) {
                last = *at;
                ret->count++;
                *ret_low = fmin(*ret_low, w->ratio[*at]), *ret_p = fmin(*ret_p, w->p[*at]);
            }
        *at = last + 1;
        ret->n = last + 1 - ret->first;
        if (ret->count >= least)
            return true;
    }
    return false;
}

/* The hit of a spell of windows: from the middle of the first to that of the last. About half a day of less makes a window low. */
static struct hit *low_hit(struct detect_context *c, const struct windows *w, const struct spell *s, const struct view *lead, const struct view *also, double low, double p)
{
    struct hit *h = hit_add(c, w->first + s->first * w->hop + w->length / 2, s->n > 1 ? (s->n - 1) * w->hop : w->hop, lead);
    if (!h)
        return NULL;
    hit_also(h, also);
    h->score = w->usual / fmax(low, 0.01);
    h->p = p;
    return h;
}

/* Moles of reagent given, and of what it binds taken out; flow in m3/s, concentrations in mg/m3. */
static void moles(const struct table *t, const struct binding *b, const struct view *reagent, const struct view *density, const struct view *in, const struct view *out,
                  const struct view *flow, double *given, double *taken)
{
    for (size_t i = 0; i < t->n; i++) {
        given[i] = reagent->x[i] * (b->density ? slurry_solids(density->x[i]) : 1) / b->reagent_mass;
        taken[i] = fmax((in->x[i] - out->x[i]) * flow->x[i] * 3600e-6 / b->bound_mass * b->per_mole, 0);
        if (isnan(in->x[i]) || isnan(out->x[i]) || isnan(flow->x[i]))
            taken[i] = NAN; /* fmax() takes the number where the other is none */
    }
}

/* Nothing binds more than its moles. Said only where the meters agree with that as a rule: a usual ratio of nine tenths and more. */
static void stoichiometry(struct detect_context *c, const struct table *t, const struct binding *b)
{
    const struct view *reagent = view_starting(c, t, b->reagent), *density = view_starting(c, t, b->density), *in = view_starting(c, t, b->inlet),
                      *out = view_find(c, t, str_of(b->outlet), COLUMN_VALUE), *flow = view_find(c, t, S("a00000"), COLUMN_VALUE);
    if (!reagent || !in || !out || !flow || (b->density && !density) || in->median <= 100) /* g119 is printed for an efficiency in percent, too */
        return;
    double *given = NEW_ARRAY(c->scratch, t->n + 1, double), *taken = NEW_ARRAY(c->scratch, t->n + 1, double), low, p;
    moles(t, b, reagent, density, in, out, flow, given, taken);
    /* a scrubber's sump holds some hours of limestone, and its pump rests for some: two days even that out */
    struct windows w = windows_of(c, t, given, taken, str_eq(str_of(b->outlet), S("a21026")) ? 2 : 1);
    struct spell s;
    if (w.known < WINDOWS_LEAST || w.usual < 0.9 || w.mad > 0.25 * w.usual)
        return;
    judge_windows(c, &w);
    for (size_t at = 0; next_low(&w, fmin(parameter(c, "moles"), w.usual - 4 * w.mad), parameter(c, "chance"), QUARTERS, &at, &s, &low, &p);) {
        struct hit *h = low_hit(c, &w, &s, out, reagent, low, p);
        if (!h)
            return;
        hit_number(h, 0, "每脱除一份所投药剂，最低", low, 2);
        hit_number(h, 1, "平时", w.usual, 2);
        hit_number(h, 2, "小时数", (double)h->n * t->step_s / 3600, 0);
        hit_sentence(c, h, "%.*s起%.*s，按进出口浓度和流量，每脱除一摩尔%.*s最低只投了%.2f份%.*s，少于反应所需，平时为%.2f份", STR_ARG(slot_text(c->scratch, t, h->first)),
                     STR_ARG(span_text(c->scratch, t, h->n)), STR_ARG(factor_label(c->scratch, out->c)), low, STR_ARG(factor_label(c->scratch, reagent->c)), w.usual);
    }
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

/* ---- B14, B15: what comes out for what goes in ---- */
/* Days on which less comes out for what goes in than this outlet's history has. Only where the tie is close: a quarter of it at most. `out`:
 * what `above` stands for, slot by slot. */
static bool falls_behind_as(struct detect_context *c, const struct table *t, const struct view *above, const double *out, const char *as, const struct view *below)
{
    if (!above || !below || above == below || !view_fit(above, 500) || !view_fit(below, 500))
        return false;
    struct windows w = windows_of(c, t, out, below->x, 1);
    struct spell s;
    double low, p;
    if (w.known < WINDOWS_LEAST || w.usual <= 0 || w.mad > 0.25 * w.usual)
        return true;
    judge_windows(c, &w);
    double most = w.usual - fmax(parameter(c, "tolerance") * w.usual, 6 * w.mad);
    size_t least = QUARTERS * (size_t)fmax(1, parameter(c, "days") - 1);
    for (size_t at = 0; next_low(&w, most, parameter(c, "chance"), least, &at, &s, &low, &p);) {
        struct hit *h = low_hit(c, &w, &s, above, below, low, p);
        if (!h)
            return true;
        hit_number(h, 0, "偏低的小时数", (double)h->n * t->step_s / 3600, 0);
        hit_number(h, 1, "最低为平时的（%）", 100 * low / w.usual, 1);
        hit_number(h, 2, "平时的比值", w.usual, 4);
        hit_sentence(c, h, "%.*s起%.*s，%.*s%s与%.*s之比最低只有平时的%.0f%%", STR_ARG(slot_text(c->scratch, t, h->first)), STR_ARG(span_text(c->scratch, t, h->n)),
                     STR_ARG(factor_label(c->scratch, above->c)), as, STR_ARG(factor_label(c->scratch, below->c)), 100 * low / w.usual);
    }
    return true;
}

static bool falls_behind(struct detect_context *c, const struct table *t, const struct view *above, const struct view *below)
{
    return falls_behind_as(c, t, above, above ? above->x : NULL, "", below);
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

/* Fuel brings the gas it burns to, and not the air that is let in beside: the flow is taken without its excess air, where oxygen tells it. */
static bool gas_of(struct detect_context *c, const struct table *t, const char *fuel)
{
    const struct view *flow = of_role(c, t, ROLE_FLOW), *oxygen = of_role(c, t, ROLE_OXYGEN), *in = view_find(c, t, str_of(fuel), COLUMN_VALUE);
    if (!flow || !in || !oxygen)
        return falls_behind(c, t, flow, in);
    double *burnt = NEW_ARRAY(c->scratch, t->n + 1, double);
    for (size_t i = 0; i < t->n; i++)
        burnt[i] = isnan(oxygen->x[i]) ? (double)NAN : flow->x[i] * fmax(0, 20.9 - oxygen->x[i]) / 20.9;
    return falls_behind_as(c, t, flow, burnt, "扣除过剩空气后", in);
}

void detect_balance(struct detect_context *c, const struct table *t)
{
    bool looked = sulphur(c, t);
    looked |= gas_of(c, t, "waste");
    looked |= gas_of(c, t, "fuel");
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
        hit_amount(h, 1, "平时用电", view_outside(c->scratch, t, power, first, last + 1 - first).median, power->c, 0);
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
