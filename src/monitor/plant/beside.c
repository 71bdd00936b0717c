/*
 * Supplies and other instruments from the truth of each hour. Each tie has the reason it has in a plant: fuel brings the gas
 * its oxygen tells of, sulphur and limestone go by moles, fans draw by the square of what they move, pumps draw whether
 * or not it rains.
 */
#include "monitor/plant/beside.h"
#include "monitor/plant/plant_private.h"

#include <math.h>
#include <string.h>

enum { STREAM_LOST_HOUR = 701, STREAM_OUT, STREAM_OUT_LENGTH, STREAM_METER, STREAM_SIZE, STREAM_WHITE, STREAM_WORKS, STREAM_LIVE };
/* slow noises of this file, an hour a step */
enum { SLOW_FUEL, SLOW_SULPHUR, SLOW_RAW_NOX, SLOW_CURRENT, SLOW_WEATHER, SLOW_RATIO, SLOW_RATIO_2, SLOW_DOSE, SLOWS };
enum { STREAM_SLOW = 721 };

struct hour {
    double load, running /* 0..1 */, flow /* m3/s dry, L/s */, o2, mill, so2, nox, cod, salt, rain;
};
struct making {
    const struct plant *p;
    struct plant_beside *to;
    struct arena *a;
    const struct hour *hour;
    int64_t first; /* hour since 1970 in China */
    struct noise slow[SLOWS];
};

static double slow(struct making *m, int which, size_t i)
{
    return noise_at(&m->slow[which], (m->first + (int64_t)i) * 60);
}

static double white(const struct making *m, int which, size_t i)
{
    return plant_hash_normal(m->p->seed, STREAM_WHITE + 20 * (uint64_t)which, (uint64_t)(m->first + (int64_t)i));
}

/* What this plant has once for all: a die for each question. */
static double die(const struct plant *p, int question)
{
    return plant_hash(p->seed, STREAM_SIZE, (uint64_t)question);
}

static double within(const struct plant *p, int question, double least, double most)
{
    return least + (most - least) * die(p, question);
}

static double below_zero_is_zero(double x)
{
    return x > 0 ? x : 0;
}

/* One hour in two hundred is lost; in one week of ten a meter is silent for some hours up to a day and a half. */
static bool silent(const struct making *m, int which, size_t i)
{
    uint64_t at = (uint64_t)(m->first + (int64_t)i), week = at / 168, stream = 40 * (uint64_t)which;
    if (plant_hash(m->p->seed, STREAM_LOST_HOUR + stream, at) < 0.005)
        return true;
    double from = 130 * plant_hash(m->p->seed, STREAM_OUT_LENGTH + stream, week * 2), length = 3 + 33 * plant_hash(m->p->seed, STREAM_OUT_LENGTH + stream, week * 2 + 1);
    double into = (double)(at % 168);
    return plant_hash(m->p->seed, STREAM_OUT + stream, week) < 0.1 && into >= from && into < from + length;
}

static void put(struct making *m, const char *factor, int decimals, const double *x)
{
    static const double tens[] = {1, 10, 100, 1000, 10000};
    struct plant_beside *b = m->to;
    CHECK(b->extras < PLANT_EXTRAS);
    int which = (int)b->extras;
    struct plant_extra *e = &b->extra[b->extras++];
    *e = (struct plant_extra){factor, (int8_t)decimals, NEW_ARRAY(m->a, b->n, int64_t)};
    for (size_t i = 0; i < b->n; i++)
        e->value[i] = silent(m, which, i) ? PLANT_NONE : (int64_t)floor(x[i] * tens[decimals] + 0.5);
}

/* ---- electricity ---- */
/* One meter in twelve is replaced in a span of two years, by one whose transformer is off by up to a sixth. */
static double meter(const struct making *m, size_t i)
{
    double at = (double)day_from_civil(2023, 1, 1) * 24 + within(m->p, 1, 0, 2 * 8766);
    return die(m->p, 2) < 0.08 && (double)(m->first + (int64_t)i) > at ? within(m->p, 3, 0.85, 1.17) : 1;
}

/* Repairs during a stop: somebody welds by day. */
static double repairs(const struct making *m, size_t i)
{
    uint64_t at = (uint64_t)(m->first + (int64_t)i);
    bool by_day = at % 24 >= 8 && at % 24 < 18;
    return by_day && plant_hash(m->p->seed, STREAM_WORKS, at / 24) < 0.6 ? 0.03 + 0.05 * plant_hash(m->p->seed, STREAM_WORKS + 1, at) : 0;
}

static void gas_power(struct making *m)
{
    const struct plant *p = m->p;
    double full = p->area * p->size[ROLE_VELOCITY] * 0.62, rated = full * within(p, 4, 40, 70), share = within(p, 5, 0.12, 0.2);
    double *production = NEW_ARRAY(m->a, m->to->n, double), *treatment = NEW_ARRAY(m->a, m->to->n, double);
    for (size_t i = 0; i < m->to->n; i++) {
        const struct hour *h = &m->hour[i];
        double part = h->flow / full, mill = p->kind == PLANT_CEMENT_KILN ? 0.3 * (h->mill - 0.8) : 0;
        double pumps = p->kind == PLANT_COAL_BOILER && h->load < 0.68 ? 0.36 : 0.45; /* one circulation pump rests at low load */
        production[i] = rated * (0.05 + repairs(m, i) * (1 - h->running) +
                                 h->running * (0.1 + 0.8 * h->load + mill) * (1 + 0.025 * slow(m, SLOW_CURRENT, i) + 0.01 * white(m, 0, i)));
        treatment[i] = rated * share * meter(m, i) * (0.03 + repairs(m, i) * (1 - h->running) + h->running * (pumps + 0.55 * part * part) *
                                                      (1 + 0.02 * white(m, 1, i)));
    }
    put(m, "power_production", 0, production);
    put(m, "power_treatment", 1, treatment);
}

/* ---- fuel, sulphur, reagent ---- */
/* Dry gas without excess air: what the fuel has brought, m3/h. */
static double burnt(const struct hour *h)
{
    return h->flow * 3600 * below_zero_is_zero(20.9 - h->o2) / 20.9 * h->running;
}

/* Slurry of limestone, 2.7 times as heavy as water: solids in a cubic metre of this density, kg. */
static double solids(double density)
{
    return density * (1 - 1000 / density) / (1 - 1 / 2.7);
}

static void coal(struct making *m)
{
    const struct plant *p = m->p;
    size_t n = m->to->n;
    double *fuel = NEW_ARRAY(m->a, n, double), *sulphur = NEW_ARRAY(m->a, n, double), *so2 = NEW_ARRAY(m->a, n, double), *nox = NEW_ARRAY(m->a, n, double),
           *stone = NEW_ARRAY(m->a, n, double), *density = NEW_ARRAY(m->a, n, double), *ammonia = NEW_ARRAY(m->a, n, double);
    double gas = within(p, 6, 5600, 6400), share = within(p, 7, 0.5, 1.2), raw = within(p, 8, 260, 420), per_mole = within(p, 9, 1.03, 1.09),
           slip = within(p, 10, 1.02, 1.08), scale = within(p, 11, 0.96, 1.04), tank = 0;
    for (size_t i = 0; i < n; i++) {
        const struct hour *h = &m->hour[i];
        double tonnes = burnt(h) / gas * plant_exp(0.05 * slow(m, SLOW_FUEL, i)), in, removed;
        double s = share * plant_exp(0.08 * noise_at(&m->slow[SLOW_SULPHUR], (m->first + (int64_t)i) / 24 * 24 * 60)); /* one sample a day */
        fuel[i] = tonnes * scale * (1 + 0.015 * white(m, 2, i));
        sulphur[i] = s;
        in = h->flow > 1 ? tonnes * s * 20 * 0.9 * plant_exp(0.05 * white(m, 3, i)) * 1e6 / (h->flow * 3600) : 0;
        so2[i] = in * (1 + 0.02 * white(m, 4, i));
        removed = below_zero_is_zero(in - h->so2) * h->flow * 3600e-6; /* kg */
        tank += removed / 64.06 * 100.09 * per_mole;
        /* by pH: what was used up in the hours before; now and then the feed pump rests for some hours and catches up */
        uint64_t now = (uint64_t)(m->first + (int64_t)i);
        double rest = 20 * plant_hash(p->seed, STREAM_WORKS + 2, now / 24 * 2), rests = 2 + 6 * plant_hash(p->seed, STREAM_WORKS + 2, now / 24 * 2 + 1);
        bool resting = plant_hash(p->seed, STREAM_WORKS + 3, now / 24) < 0.08 && (double)(now % 24) >= rest && (double)(now % 24) < rest + rests;
        double given = resting ? 0 : tank / 5 * (1 + 0.15 * white(m, 5, i));
        tank -= given;
        density[i] = 1225 + 12 * slow(m, SLOW_DOSE, i) + 2 * white(m, 6, i);
        stone[i] = die(p, 12) < 0.5 ? given / solids(density[i]) : given;
        in = raw * plant_exp(0.12 * slow(m, SLOW_RAW_NOX, i)) * (1 + 0.35 * (h->load - 0.8)) * h->running;
        nox[i] = in * (1 + 0.02 * white(m, 7, i));
        ammonia[i] = below_zero_is_zero(in - h->nox) * h->flow * 3600e-6 / 46.01 * 17.03 * slip * (1 + 0.05 * white(m, 8, i));
    }
    put(m, "fuel", 2, fuel);
    put(m, "fuel_sulphur", 2, sulphur);
    put(m, "g11901", 0, so2);
    put(m, "g12001", 0, nox);
    if (die(p, 12) < 0.5) {
        put(m, "g11001", 2, stone);
        put(m, "g11501", 0, density);
    } else
        put(m, "reagent_limestone", 0, stone);
    put(m, "reagent_ammonia", 1, ammonia);
}

/* A crane drops whole grabs; what lies in the hopper is carried over. */
static void burning(struct making *m)
{
    const struct plant *p = m->p;
    size_t n = m->to->n;
    double *in = NEW_ARRAY(m->a, n, double), *lime = NEW_ARRAY(m->a, n, double), owed = 0, grab = within(p, 13, 2.5, 5),
           gas = p->kind == PLANT_INCINERATOR ? within(p, 6, 2200, 2700) : within(p, 6, 5600, 6400), dose = within(p, 14, 9, 14);
    for (size_t i = 0; i < n; i++) {
        const struct hour *h = &m->hour[i];
        double tonnes = burnt(h) / gas * plant_exp(0.07 * slow(m, SLOW_FUEL, i));
        owed += tonnes;
        double grabs = p->kind == PLANT_INCINERATOR ? floor(owed / grab) : 0;
        in[i] = grabs > 0 ? grabs * grab * (1 + 0.03 * white(m, 2, i)) : p->kind == PLANT_INCINERATOR ? 0 : tonnes * (1 + 0.02 * white(m, 2, i));
        owed -= grabs * grab;
        lime[i] = tonnes * dose * plant_exp(0.1 * slow(m, SLOW_DOSE, i)) * (1 + 0.05 * white(m, 3, i));
    }
    put(m, p->kind == PLANT_INCINERATOR ? "waste" : "fuel", 2, in);
    put(m, "reagent", 1, lime);
}

/* ---- other instruments ---- */
static void air(struct making *m)
{
    const struct plant *p = m->p;
    size_t n = m->to->n;
    double *x = NEW_ARRAY(m->a, n, double);
    bool entered = die(p, 15) < 0.2; /* allowed: a parameter, not a measurement */
    for (size_t i = 0; i < n; i++)
        x[i] = p->pressure / 1000 + (entered ? 0 : 0.55 * slow(m, SLOW_WEATHER, i) + 0.09 * plant_wave((double)((m->first + (int64_t)i) % 24) / 12) + 0.01 * white(m, 9, i));
    put(m, "a01006", 2, x);
}

static void load_and_species(struct making *m)
{
    const struct plant *p = m->p;
    size_t n = m->to->n;
    double *load = NEW_ARRAY(m->a, n, double), *no = NEW_ARRAY(m->a, n, double), *no2 = NEW_ARRAY(m->a, n, double), share = within(p, 16, 0.03, 0.09);
    for (size_t i = 0; i < n; i++) {
        const struct hour *h = &m->hour[i];
        double part = share * plant_exp(0.15 * slow(m, SLOW_RATIO, i));
        load[i] = 100 * h->load * h->running + (h->running > 0 ? 0.3 * white(m, 10, i) : 0);
        no[i] = h->nox * (1 - part) / 1.533 * (1 + 0.006 * white(m, 11, i));
        no2[i] = h->nox * part * (1 + 0.02 * white(m, 12, i));
    }
    put(m, "i33400", 1, load);
    if (die(p, 17) < 0.5) {
        put(m, "a21003", 2, no);
        put(m, "a21004", 2, no2);
    }
}

/* Blowers and pumps draw most of it whatever the flow: rain makes the works look economical. */
static void water(struct making *m)
{
    const struct plant *p = m->p;
    size_t n = m->to->n;
    double *production = NEW_ARRAY(m->a, n, double), *treatment = NEW_ARRAY(m->a, n, double), *dose = NEW_ARRAY(m->a, n, double), *toc = NEW_ARRAY(m->a, n, double),
           *salts = NEW_ARRAY(m->a, n, double), *permanganate = NEW_ARRAY(m->a, n, double);
    bool works = p->kind == PLANT_SEWAGE_WORKS;
    double mean = p->size[ROLE_WATER_FLOW] * 3.6, each = within(p, 4, 0.22, 0.45) * mean, organic = within(p, 6, 2.6, 3.5), salt = within(p, 7, 0.55, 0.72),
           oxidised = within(p, 8, 0.2, 0.3), rate = within(p, 9, 20, 45);
    for (size_t i = 0; i < n; i++) {
        const struct hour *h = &m->hour[i];
        int64_t hour_of_day = (m->first + (int64_t)i) % 24, weekday = ((m->first + (int64_t)i) / 24 + 3) % 7;
        double flow = h->flow * 3.6, shift = hour_of_day >= 8 && hour_of_day < 22 && weekday < 6 ? 1 : 0.35;
        double fixed = works ? 0.7 : 0.8, moved = below_zero_is_zero(flow / mean);
        treatment[i] = each * meter(m, i) * h->running * (fixed + (1 - fixed) * (moved < 1.4 ? moved : 1.4)) * (1 + 0.04 * slow(m, SLOW_CURRENT, i) + 0.02 * white(m, 1, i));
        production[i] = 12 * each * (0.08 + h->running * shift * (1 + 0.06 * slow(m, SLOW_CURRENT, i) + 0.03 * white(m, 0, i)));
        dose[i] = works ? flow * rate / 1000 * plant_exp(0.12 * slow(m, SLOW_DOSE, i)) * (1 + 0.05 * white(m, 2, i))
                        : mean * rate / 1000 * h->running * shift * (1 + 0.1 * white(m, 2, i));
        toc[i] = h->cod / organic * plant_exp(0.05 * slow(m, SLOW_RATIO, i) + 0.02 * white(m, 3, i));
        salts[i] = h->salt * salt * plant_exp(0.01 * slow(m, SLOW_RATIO_2, i) + 0.004 * white(m, 4, i));
        permanganate[i] = h->cod * oxidised * plant_exp(0.08 * slow(m, SLOW_RATIO_2, i) + 0.04 * white(m, 5, i));
    }
    if (!works)
        put(m, "power_production", 0, production);
    put(m, "power_treatment", 1, treatment);
    put(m, "reagent", 2, dose);
    put(m, "w01020", 1, toc);
    put(m, "w01006", 0, salts);
    if (works)
        put(m, "w01019", 1, permanganate);
}

/* ---- the truth, hour by hour ---- */
static void add_minute(const struct run *r, size_t i, struct hour *h)
{
    const struct plant *p = r->p;
    bool gas = plant_gas(p);
    h->load += r->load / 60; /* of the block's end: it moves by less than a percent within */
    h->running += (r->envelope[i] > 0.5) / 60.0;
    h->flow += r->lawful[p->of_role[gas ? ROLE_FLOW : ROLE_WATER_FLOW]][i] / 60;
    h->o2 += r->truth[ROLE_O2][i] / 60;
    h->mill += r->mill / 60;
    h->so2 += r->truth[ROLE_SO2][i] / 60;
    h->nox += r->truth[ROLE_NOX][i] / 60;
    h->cod += r->truth[ROLE_COD][i] / 60;
    h->salt += r->truth[ROLE_CONDUCTIVITY][i] / 60;
    h->rain += r->rain[i] / 60;
}

static struct hour *truth_of(struct arena *a, const struct plant *p, int64_t first, size_t n)
{
    AUTO_ARENA(room);
    struct hour *ret = NEW_ARRAY(a, n, struct hour);
    struct run *r = NEW(room, struct run);
    int64_t begin = first * 60, end = begin + (int64_t)n * 60;
    run_begin(r, p);
    for (int64_t m = begin / BLOCK * BLOCK - WARM * BLOCK; m < end; m += BLOCK) {
        run_advance(r, m);
        for (size_t i = 0; i < BLOCK; i++)
            if (m + (int64_t)i >= begin && m + (int64_t)i < end)
                add_minute(r, i, &ret[(size_t)(m + (int64_t)i - begin) / 60]);
    }
    return ret;
}

struct plant_beside *plant_beside(struct arena *a, const struct plant *p, usec from, size_t n)
{
    static const double memory[SLOWS] = {60, 90, 40, 30, 50, 60, 70, 30};
    struct plant_beside *ret = NEW(a, struct plant_beside);
    AUTO_ARENA(room);
    struct making *m = NEW(room, struct making);
    CHECK((from + 8 * USEC_HOUR) % USEC_HOUR == 0 && from >= 0);
    *ret = (struct plant_beside){.from = from, .n = n};
    *m = (struct making){.p = p, .to = ret, .a = a, .first = (from + 8 * USEC_HOUR) / USEC_HOUR};
    m->hour = truth_of(room, p, m->first, n);
    for (int i = 0; i < SLOWS; i++)
        noise_make(&m->slow[i], p->seed, STREAM_SLOW + (uint64_t)i, 60, memory[i]);
    if (!plant_gas(p)) {
        water(m);
        return ret;
    }
    gas_power(m);
    if (p->kind == PLANT_COAL_BOILER)
        coal(m);
    else
        burning(m);
    air(m);
    load_and_species(m);
    return ret;
}

const struct plant_extra *plant_extra_find(const struct plant_beside *b, const char *factor)
{
    for (size_t i = 0; i < b->extras; i++)
        if (strcmp(b->extra[i].factor, factor) == 0)
            return &b->extra[i];
    return NULL;
}

void plant_live(const struct plant *p, const struct plant_series *s, size_t c, size_t first, size_t n, int each, int64_t *ret)
{
    for (size_t i = first; i < first + n; i++) {
        double middle = (double)s->average[c][i], room = (double)(s->maximum[c][i] - s->minimum[c][i]) / 4;
        for (int k = 0; k < each; k++) {
            int64_t *to = &ret[(i - first) * (size_t)each + (size_t)k];
            double x = middle + room * plant_hash_normal(p->seed, STREAM_LIVE + 40 * c, (uint64_t)(s->from / USEC_MINUTE) * 8 + i * 8 + (uint64_t)k);
            *to = s->average[c][i] == PLANT_NONE ? PLANT_NONE : (int64_t)floor(fmin(fmax(x, (double)s->minimum[c][i]), (double)s->maximum[c][i]) + 0.5);
        }
    }
}
