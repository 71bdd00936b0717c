/*
 * B7, B12, B13, B16, B17: states that do not go together. Gas holds no more water than its temperature lets it; two measures of one
 * thing keep their ratio; three pollutants do not fall at once into tap water while as much flows as before; two thermocouples are
 * two. Where physics gives no number, the outlet's own history does.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

/* ---- B7 ---- */
/* Pressure of saturated vapour, kPa (Magnus). */
static double saturated(double celsius)
{
    return 0.61094 * exp(17.625 * celsius / (celsius + 243.04));
}

/* The same of a temperature that was asked for before: minutes come back to the same tenths of a degree. */
enum { REMEMBERED = 1024 };
struct vapours { double celsius[REMEMBERED], kpa[REMEMBERED]; };

static double saturated_again(struct vapours *r, int64_t step, double celsius)
{
    size_t at = (size_t)((uint64_t)step % REMEMBERED);
    if (r->celsius[at] != celsius)
        r->celsius[at] = celsius, r->kpa[at] = saturated(celsius);
    return r->kpa[at];
}

/* Share of saturation; NAN where it cannot be said. Static pressure is small beside the air's; where that is not measured it is taken low,
 * so that no mountain makes a finding. */
static double saturation(struct vapours *r, const struct view *humidity, const struct view *temperature, const struct view *air, size_t i)
{
    double kpa = air && !isnan(air->x[i]) && air->x[i] > 50 && air->x[i] < 110 ? air->x[i] : 90;
    if (isnan(humidity->x[i]) || isnan(temperature->x[i]) || temperature->x[i] < 20 || temperature->x[i] > 90)
        return NAN;
    return (humidity->x[i] - humidity->q / 2) / 100 * kpa / saturated_again(r, temperature->c->value[i], temperature->x[i] + temperature->q / 2);
}

/* quantile_of(share, n, 0.25) > 0.75 only if so few lie below; counted first, for it is rare. */
static bool wet_gas(double *share, size_t n)
{
    size_t low = 0;
    for (size_t i = 0; i < n; i++)
        low += share[i] <= 0.75;
    return low <= (n - 1) / 4 + 1 && quantile_of(share, n, 0.25) > 0.75;
}

static void say_state(struct detect_context *c, const struct table *t, const struct view *humidity, const struct view *temperature, const uint8_t *off,
                      size_t looked, bool wet)
{
    size_t all = 0, at = 0;
    for (size_t i = 0; i < t->n; i++)
        all += off[i];
    for (struct spell s; next_spell(off, t->n, 2, &at, &s);) {
        struct hit *h = spell_hit(c, t, &s, looked, all, humidity, "不符的时段数");
        if (!h)
            continue;
        hit_also(h, temperature);
        hit_number(h, 1, "湿度（%）", humidity->x[s.first], humidity->c->decimals);
        hit_number(h, 2, "烟温（℃）", temperature->x[s.first], temperature->c->decimals);
        hit_sentence(c, h, wet ? "%.*s起%.*s内烟气湿度高于该温度下的饱和湿度" : "%.*s起%.*s内烟气湿度远低于饱和，而本站的烟气平时接近饱和",
                     STR_ARG(slot_text(c->scratch, t, s.first)), STR_ARG(span_text(c->scratch, t, s.n)));
    }
}

void detect_thermal_state(struct detect_context *c, const struct table *t)
{
    const struct view *humidity = view_find(c, t, S("a01014"), COLUMN_VALUE), *temperature = view_find(c, t, S("a01012"), COLUMN_VALUE);
    const struct view *air = view_find(c, t, S("a01006"), COLUMN_VALUE);
    if (!humidity || !temperature) {
        c->lacked = "烟气温度和湿度";
        return;
    }
    uint8_t *wet = NEW_ARRAY(c->scratch, t->n + 1, uint8_t), *dry = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    double *share = NEW_ARRAY(c->scratch, t->n + 1, double), most = parameter(c, "wet"), least = parameter(c, "dry");
    struct vapours *vapours = NEW(c->scratch, struct vapours);
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        double x = saturation(vapours, humidity, temperature, air, i);
        if (isnan(x))
            continue;
        share[n++] = x;
        wet[i] = x > most;
        dry[i] = x < least;
    }
    if (n < 200)
        return;
    say_state(c, t, humidity, temperature, wet, n, true);
    if (wet_gas(share, n)) /* a wet scrubber's gas, three quarters of the time */
        say_state(c, t, humidity, temperature, dry, n, false);
}

/* ---- B12 ---- */
static bool tied(struct detect_context *c, const struct table *t, const char *first, const char *second)
{
    const struct view *x = view_find(c, t, str_of(first), COLUMN_VALUE), *y = view_find(c, t, str_of(second), COLUMN_VALUE);
    size_t n = 0, all = 0, at = 0;
    if (!x || !y)
        return false;
    double *ratio = NEW_ARRAY(c->scratch, t->n + 1, double), *sample = NEW_ARRAY(c->scratch, t->n + 1, double);
    uint8_t *off = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    for (size_t i = 0; i < t->n; i++) {
        bool there = !isnan(x->x[i]) && !isnan(y->x[i]) && x->x[i] > 5 * x->q && y->x[i] > 5 * y->q;
        ratio[i] = there ? log(x->x[i] / y->x[i]) : (double)NAN;
        if (there)
            sample[n++] = ratio[i];
    }
    if (n < 200)
        return true;
    double usual = median_of(sample, n), mad = mad_of(sample, n, usual);
    for (size_t i = 0; i < t->n; i++)
        all += off[i] = !isnan(ratio[i]) && fabs(ratio[i] - usual) > fmax(6 * mad, parameter(c, "off"));
    for (struct spell s; next_spell(off, t->n, 2, &at, &s);) {
        struct hit *h = spell_hit(c, t, &s, n, all, x, "不符的时段数");
        if (!h)
            continue;
        hit_also(h, y);
        hit_number(h, 1, "此时的比值", exp(ratio[s.first]), 3);
        hit_number(h, 2, "平时的比值", exp(usual), 3);
        hit_sentence(c, h, "%.*s起%.*s内，%.*s与%.*s之比为%.3g，平时为%.3g", STR_ARG(slot_text(c->scratch, t, s.first)), STR_ARG(span_text(c->scratch, t, s.n)),
                     STR_ARG(factor_label(c->scratch, x->c)), STR_ARG(factor_label(c->scratch, y->c)), exp(ratio[s.first]), exp(usual));
    }
    return true;
}

void detect_water(struct detect_context *c, const struct table *t)
{
    static const char *const ties[][2] = {{"w01018", "w01020"}, {"w01014", "w01006"}, {"w01018", "w01019"}};
    bool looked = false;
    for (size_t i = 0; i < sizeof ties / sizeof *ties; i++)
        looked |= tied(c, t, ties[i][0], ties[i][1]);
    if (!looked)
        c->lacked = "可互相对照的水质项目（如化学需氧量与总有机碳）";
}

/* ---- B13 ---- */
void detect_dilution(struct detect_context *c, const struct table *t)
{
    static const char *const codes[] = {"w01018", "w21003", "w21011", "w21001"};
    enum { CODES = sizeof codes / sizeof *codes };
    const struct view *v[CODES], *flow = view_find(c, t, S("w00000"), COLUMN_VALUE), *salt = view_find(c, t, S("w01014"), COLUMN_VALUE);
    uint8_t *off = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    size_t channels = 0, looked = 0, all = 0, at = 0;
    for (size_t k = 0; k < CODES; k++) {
        v[k] = view_find(c, t, str_of(codes[k]), COLUMN_VALUE);
        channels += v[k] && view_fit(v[k], 200) && v[k]->median > 0;
    }
    if (channels < 3 || !flow || flow->median <= 0) {
        c->lacked = "三项以上水质浓度和流量";
        return;
    }
    for (size_t i = 0; i < t->n; i++) {
        size_t told = 0, low = 0;
        for (size_t k = 0; k < CODES; k++)
            if (v[k] && !isnan(v[k]->x[i]) && v[k]->median > 0) {
                told++;
                low += v[k]->x[i] < parameter(c, "share") * v[k]->median;
            }
        if (told < 3 || isnan(flow->x[i]))
            continue;
        looked++;
        /* rain makes more water of it; and tap water has little salt */
        bool as_usual = flow->x[i] > 0.5 * flow->median && flow->x[i] < 1.3 * flow->median;
        bool fresh = !salt || isnan(salt->x[i]) || salt->x[i] < 0.7 * salt->median;
        all += off[i] = low >= 3 && as_usual && fresh;
    }
    for (struct spell s; next_spell(off, t->n, 1, &at, &s);) {
        size_t lead = 0;
        while (lead < CODES - 1 && !v[lead])
            lead++;
        struct hit *h = spell_hit(c, t, &s, looked, all, v[lead], "同时偏低的时段数");
        if (!h)
            continue;
        for (size_t k = lead + 1; k < CODES; k++)
            if (v[k])
                hit_also(h, v[k]);
        hit_amount(h, 1, "此时的数值", v[lead]->x[s.first], v[lead]->c, 0);
        hit_amount(h, 2, "平时的数值", view_outside(c->scratch, t, v[lead], s.first, s.n).median, v[lead]->c, 0);
        hit_sentence(c, h, "%.*s起%.*s内三项以上污染物同时降到平时的%.0f%%以下，而流量没有增加", STR_ARG(slot_text(c->scratch, t, s.first)),
                     STR_ARG(span_text(c->scratch, t, s.n)), 100 * parameter(c, "share"));
    }
}

/* ---- B16 ---- */
static void thermocouples(struct detect_context *c, const struct table *t, const struct view *x, const struct view *y)
{
    double *apart = NEW_ARRAY(c->scratch, t->n + 1, double);
    uint8_t *same = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    size_t n = 0, all = 0, at = 0;
    for (size_t i = 0; i < t->n; i++)
        if (!isnan(x->x[i]) && !isnan(y->x[i]))
            apart[n++] = fabs(x->x[i] - y->x[i]);
    if (n < 200)
        return;
    double usual = median_of(apart, n);
    if (usual < 4)
        return; /* these two always read alike: one wall */
    for (size_t i = 0; i < t->n; i++)
        all += same[i] = !isnan(x->x[i]) && !isnan(y->x[i]) && fabs(x->x[i] - y->x[i]) < fmin(parameter(c, "apart"), usual / 4);
    for (struct spell s; next_spell(same, t->n, 0, &at, &s);) {
        struct hit *h = spell_hit(c, t, &s, n, all, x, "几乎相同的时段数");
        if (!h)
            continue;
        hit_also(h, y);
        hit_number(h, 1, "平时相差（℃）", usual, 1);
        hit_sentence(c, h, "%.*s起%.*s内，两支热电偶（%.*s、%.*s）读数几乎相同，平时相差%.1f℃", STR_ARG(slot_text(c->scratch, t, s.first)),
                     STR_ARG(span_text(c->scratch, t, s.n)), STR_ARG(x->c->factor), STR_ARG(y->c->factor), usual);
    }
}

static double floor_in_force(const struct table *t, str factor)
{
    for (size_t i = 0; i < t->limits_n; i++)
        if (t->limits[i].lower && str_eq(t->limits[i].factor, factor))
            return (double)t->limits[i].mantissa * pow(10, -t->limits[i].decimals);
    return 850; /* GB 18485 */
}

/* Heaped above the floor and nothing below it, in each ten degrees. */
static void heaped(struct detect_context *c, const struct table *t, const struct view *v)
{
    double floor = floor_in_force(t, v->c->factor);
    size_t above = 0, below = 0, next = 0, first = 0, last = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (isnan(v->x[i]))
            continue;
        below += v->x[i] >= floor - 10 && v->x[i] < floor;
        next += v->x[i] >= floor + 10 && v->x[i] < floor + 20;
        if (v->x[i] < floor || v->x[i] >= floor + 10)
            continue;
        first = above ? first : i;
        last = i;
        above++;
    }
    /* a density that falls evenly from the third ten degrees to the first would put a third of the first two below at least */
    double p = above >= 30 ? binomial_tail((int64_t)(above + below), (int64_t)above, 0.75) : 1;
    if (above < next || p > parameter(c, "chance"))
        return;
    struct hit *h = hit_add(c, first, last + 1 - first, v);
    if (!h)
        return;
    h->score = (double)above / ((double)below + 1);
    h->p = p;
    hit_number(h, 0, "下限以上10℃内的时段数", (double)above, 0);
    hit_number(h, 1, "下限以下10℃内的时段数", (double)below, 0);
    hit_number(h, 2, "下限（℃）", floor, 0);
    hit_sentence(c, h, "%.*s有%zu个时段在%.0f℃以上10℃内，而以下10℃内只有%zu个", STR_ARG(factor_label(c->scratch, v->c)), above, floor, below);
}

void detect_furnace(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *x = &c->views[k];
        if (x->factor->role != ROLE_FURNACE || x->c->group != COLUMN_VALUE || !view_fit(x, 200))
            continue;
        heaped(c, t, x);
        for (size_t i = k + 1; i < t->columns_n; i++)
            if (c->views[i].factor->role == ROLE_FURNACE && c->views[i].c->group == COLUMN_VALUE && view_fit(&c->views[i], 200))
                thermocouples(c, t, x, &c->views[i]);
    }
}

/* ---- B17 ---- */
/* HJ 212 tells pressure in kPa, weather stations in hPa, some loggers in Pa: what most of the series says decides, and a unit is no contradiction. */
static int pressure_shift(const struct view *v)
{
    return v->median >= 500 && v->median <= 1080 ? 1 : v->median >= 50000 && v->median <= 108000 ? 3 : 0;
}

void detect_pressure(struct detect_context *c, const struct table *t)
{
    const struct view *v = view_find(c, t, S("a01006"), COLUMN_VALUE);
    size_t out = 0, first = 0, last = 0, month = slots_of(t, 24 * parameter(c, "days"));
    if (!v) {
        c->lacked = "环境气压";
        return;
    }
    int shift = pressure_shift(v), decimals = v->c->decimals + shift;
    double kilo = pow(10, shift);
    for (size_t i = 0; i < t->n; i++)
        if (!isnan(v->x[i]) && (v->x[i] < 50 * kilo || v->x[i] > 108 * kilo)) {
            first = out ? first : i;
            last = i;
            out++;
        }
    struct hit *h = out >= 3 ? hit_add(c, first, last + 1 - first, v) : NULL;
    if (h) {
        h->score = (double)out;
        h->p = 1e-4;
        hit_number(h, 0, "不可能的时段数", (double)out, 0);
        hit_sentence(c, h, "环境气压有%zu个时段不在50至108千帕之间，而标准状态的流量由它算出", out);
    }
    /* entered once and never measured: allowed, a parameter; measured and then for a month no more: somebody's doing */
    for (size_t i = 0; i < t->n && v->levels >= 10; i++) {
        size_t from = i, same = 0;
        if (isnan(v->x[i]))
            continue;
        for (; i < t->n && (isnan(v->x[i]) || v->x[i] == v->x[from]); i++)
            same += !isnan(v->x[i]);
        i--;
        h = same >= month ? hit_add(c, from, i + 1 - from, v) : NULL;
        if (!h)
            continue;
        h->score = (double)same;
        h->p = 1e-3;
        hit_number(h, 0, "不变的时段数", (double)same, 0);
        hit_number(h, 1, "气压（千帕）", v->x[from] / kilo, decimals);
        hit_sentence(c, h, "环境气压自%.*s起%.*s一直是%.*f千帕，其余时间随天气变化，标准状态的流量由它算出", STR_ARG(slot_text(c->scratch, t, from)),
                     STR_ARG(span_text(c->scratch, t, i + 1 - from)), decimals, v->x[from] / kilo);
    }
}
