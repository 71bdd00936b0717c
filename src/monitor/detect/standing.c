/*
 * What an outlet does, slot by slot: it runs, it stands, it starts up or shuts down, or its logger repeats one number for all. A plant that stops
 * contradicts every model of the running plant, and it is no forgery to stop: where the readings show a stop themselves, whatever the flags
 * say, nothing is asked of values (view.c), as under a mark.
 *
 * It must be shown by several signs at once, so that nobody hides behind one of them: the gas is air, nothing flows, the furnace has no load,
 * pollutants are at their bottom. One sign of the contrary (flow, load, oxygen, a furnace that burns, electricity) and it runs: a probe in
 * air beside a flow as usual, or a flow of zero beside oxygen as usual, is what forgers make, and is left to the detectors. A flag F or a mark is
 * believed where no sign speaks against it.
 */
#include "base/lanes.h"
#include "monitor/detect/detect_private.h"

#include <string.h>

enum { SEEN_AIR = 1, SEEN_STILL = 2 /* no flow, no load */, SEEN_COLD = 4, SEEN_BOTTOM = 8, SEEN_TOLD = 16 /* by a flag or a mark */ };
enum { LEAST_ONE_NUMBER = 3 /* channels */, SURE_HOURS = 2 /* beside a stop */, LIMIT_RAMP_HOURS = 24 };
static const double air = 19, banked = 15 /* least oxygen over a fire that is kept in */, bottom = 0.1, ambient = 40 /* degrees */, electricity = 0.3;
static const double draught = 0.35 /* of the usual flow: of a stack that is still hot, where the gas is air */, still = 0.1 /* where nobody says so */;

/* What a channel reads while the outlet runs: of one that stands half of the time, half of what it reads at most. */
static double level_of(const struct view *v)
{
    return fmax(v->median, 0.5 * v->p90);
}

/*
 * From how much oxygen on it is no gas of a fire as this outlet has it: air, or what a banked fire and leaks leave of air, six tenths of the way from
 * how it burns to air. Its median is how it burns, unless it stands most of the time.
 */
static double air_of(const struct view *oxygen)
{
    double burns = fmin(oxygen->median, oxygen->p10 + 3);
    return fmin(air, fmax(banked, burns + 0.6 * (20.9 - burns)));
}

/* Kinds of channels that look as they do while the outlet runs: four thermocouples of one furnace are one sign. */
unsigned running_signs(const struct table *t, const struct view *views, size_t i, const struct view *except)
{
    unsigned signs = 0;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &views[k];
        if (v == except || v->c->group != COLUMN_VALUE || v->c->unfit || v->used < 200)
            continue;
        double x = raw_value(v, i);
        if (isnan(x))
            continue;
        switch (v->factor->role) {
        case ROLE_OXYGEN:
            signs |= x < fmin(air_of(v), v->p99 + 0.5) && x > 0.5 ? RUNS_OXYGEN : 0u;
            break;
        case ROLE_TEMPERATURE:
            signs |= v->c->factor.p[0] == 'a' && x > 60 && x > v->p01 ? RUNS_WARM : 0u;
            break;
        case ROLE_VELOCITY:
        case ROLE_FLOW:
            signs |= level_of(v) > 0 && x > 0.5 * level_of(v) ? RUNS_FLOW : 0u;
            break;
        case ROLE_LOAD:
            signs |= x > 5 && x > 0.2 * level_of(v) ? RUNS_LOAD : 0u;
            break;
        case ROLE_FURNACE:
            signs |= x > 400 && x > 0.9 * v->median ? RUNS_FURNACE : 0u;
            break;
        default:
            break;
        }
    }
    return signs;
}

/* ---- signs ---- */
static bool goes(const struct view *v)
{
    enum role r = v->factor->role;
    return r == ROLE_FLOW || r == ROLE_VELOCITY || r == ROLE_LOAD;
}

/* The sign a channel may give, and from which number on, or down to which; 0: none. */
static unsigned sign_of(const struct view *v, bool *ret_above, double *ret_bound)
{
    *ret_above = false;
    if (v->c->group != COLUMN_VALUE || !v->c->value || v->c->unfit || v->used < 200)
        return 0;
    if (v->factor->role == ROLE_OXYGEN && v->p10 < 18) {
        *ret_above = true;
        *ret_bound = air_of(v);
        return SEEN_AIR;
    }
    if (goes(v) && level_of(v) > 0) {
        *ret_bound = draught * level_of(v);
        return SEEN_STILL;
    }
    if (v->factor->role == ROLE_FURNACE || (v->factor->role == ROLE_TEMPERATURE && v->c->factor.p[0] == 'a' && level_of(v) > 1.5 * ambient)) {
        *ret_bound = v->factor->role == ROLE_FURNACE ? 0.3 * level_of(v) : ambient;
        return SEEN_COLD;
    }
    return 0;
}

LANES static void mark_below(const int64_t *value, int64_t bound, uint8_t sign, size_t n, uint8_t *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] |= (uint8_t)(((value[i] <= bound) & (value[i] != VALUE_NONE)) ? sign : 0);
}

LANES static void mark_above(const int64_t *value, int64_t bound, uint8_t sign, size_t n, uint8_t *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] |= (uint8_t)(value[i] >= bound ? sign : 0);
}

/* Whole slots under marks of a stop, and slots in which some channel is flagged so. Marks are counted in and out: there may be as many as slots. */
static void mark_told(struct arena *a, const struct table *t, uint8_t *ret)
{
    usec step = t->step_s * USEC_SECOND, end = table_at(t, t->n);
    int32_t *in = NULL, open = 0;
    for (size_t k = 0; k < t->marks_n; k++) {
        usec from = t->marks[k].from > t->from ? t->marks[k].from : t->from, to = t->marks[k].to < end ? t->marks[k].to : end;
        usec first = (from - t->from + step - 1) / step, behind = (to - t->from) / step;
        if (t->marks[k].kind != MARKED_STOPPED || to <= from || behind <= first)
            continue;
        in = in ? in : NEW_ARRAY(a, t->n + 1, int32_t);
        in[first]++, in[behind]--;
    }
    for (size_t i = 0; in && i < t->n; i++) {
        open += in[i];
        ret[i] |= open > 0 ? SEEN_TOLD : 0;
    }
    for (size_t k = 0; k < t->columns_n; k++) {
        const char *flag = t->columns[k].flag, *at = flag;
        while (flag && (at = memchr(at, 'F', t->n - (size_t)(at - flag))) != NULL) {
            ret[at - flag] |= SEEN_TOLD;
            at++;
        }
    }
}

/* All pollutants that tell something, and one at least. */
static bool at_bottom(const struct table *t, const struct view *views, size_t i)
{
    size_t told = 0;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &views[k];
        if (v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || v->c->unfit || v->used < 200)
            continue;
        double x = raw_value(v, i);
        if (x > fmax(bottom * level_of(v), 2 * v->q))
            return false;
        told += !isnan(x);
    }
    return told > 0;
}

/* Somebody makes something: electricity, fuel, waste. */
static bool fed(const struct table *t, const struct view *views, size_t i)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &views[k];
        bool feeds = str_eq(v->c->factor, S("power_production")) || str_eq(v->c->factor, S("fuel")) || str_eq(v->c->factor, S("waste"));
        if (feeds && v->c->group == COLUMN_VALUE && raw_value(v, i) > electricity * level_of(v))
            return true;
    }
    return false;
}

/* Channels of different factors that all tell one number. */
static bool one_number(const struct table *t, const struct view *views, size_t i)
{
    double same = NAN;
    size_t n = 0;
    for (size_t k = 0; k < t->columns_n; k++) {
        double x = views[k].c->group == COLUMN_VALUE ? raw_value(&views[k], i) : (double)NAN;
        if (isnan(x))
            continue;
        if (n && fabs(x - same) > 1e-9 * fmax(1, fabs(same)))
            return false;
        same = x;
        n++;
    }
    return n >= LEAST_ONE_NUMBER;
}

/* Where there is oxygen, it is air. */
static bool breathes(const struct table *t, const struct view *views, size_t i)
{
    for (size_t k = 0; k < t->columns_n; k++)
        if (views[k].factor->role == ROLE_OXYGEN && views[k].c->group == COLUMN_VALUE && raw_value(&views[k], i) < air_of(&views[k]))
            return false;
    return true;
}

/* Brickwork keeps its heat for days and loses some of it every hour. */
static bool furnace_cools(const struct table *t, const struct view *views, size_t i)
{
    size_t before = slots_of(t, 2);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &views[k];
        double x = v->factor->role == ROLE_FURNACE && v->c->group == COLUMN_VALUE ? raw_value(v, i) : (double)NAN;
        if (x > v->p10 && !(i >= before && x < 0.97 * raw_value(v, i - before)))
            return false;
    }
    return true;
}

/* Nothing flows at all. */
static bool all_still(const struct table *t, const struct view *views, size_t i)
{
    for (size_t k = 0; k < t->columns_n; k++)
        if (goes(&views[k]) && views[k].c->group == COLUMN_VALUE && raw_value(&views[k], i) > still * level_of(&views[k]))
            return false;
    return true;
}

static bool stands(const struct table *t, const struct view *views, size_t i, unsigned seen)
{
    unsigned runs = running_signs(t, views, i, NULL), fan = seen & SEEN_AIR ? RUNS_FLOW : 0u; /* that runs through a stop */
    if (runs & RUNS_FURNACE && furnace_cools(t, views, i))
        runs = (runs & ~(unsigned)RUNS_FURNACE) | RUNS_WARM;
    if (seen & SEEN_TOLD && !(runs & ~(RUNS_WARM | fan)) && !fed(t, views, i))
        return true;
    if ((runs & ~(unsigned)RUNS_WARM) || !(seen & (SEEN_STILL | SEEN_COLD)) || !breathes(t, views, i) || (!(seen & SEEN_AIR) && !all_still(t, views, i)))
        return false;
    seen |= at_bottom(t, views, i) ? SEEN_BOTTOM : 0u;
    int signs = __builtin_popcount(seen & (SEEN_AIR | SEEN_STILL | SEEN_COLD | SEEN_BOTTOM));
    /* What stopped is warm for hours, and so is a banked fire: then nothing flows through it, or all else says so, too. */
    bool warm = runs && !(seen & SEEN_AIR && all_still(t, views, i));
    return signs >= (warm ? 3 : 2) && !fed(t, views, i);
}

/* ---- start-ups and shutdowns ---- */
/* Away from how it runs, towards how it stands. */
static bool off_course(const struct table *t, const struct view *views, size_t i)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &views[k];
        if (v->c->group != COLUMN_VALUE || v->c->unfit || v->used < 200)
            continue;
        double x = raw_value(v, i), usual = level_of(v);
        enum role r = v->factor->role;
        if ((goes(v) && x < 0.5 * usual) || (r == ROLE_OXYGEN && v->median < 18 && x > 0.5 * (v->median + 20.9)) ||
            (r == ROLE_FURNACE && x < 0.8 * usual) || (r == ROLE_TEMPERATURE && v->c->factor.p[0] == 'a' && usual > 60 && x < 0.7 * usual))
            return true;
    }
    return false;
}

static bool edge_at(const struct table *t, const struct view *views, size_t from_stop, size_t sure, size_t most, size_t i)
{
    return from_stop <= sure || (from_stop <= most && off_course(t, views, i));
}

static void add_edges(const struct table *t, const struct view *views, uint8_t *state)
{
    size_t hour = slots_of(t, 1), most = slots_of(t, LIMIT_RAMP_HOURS);
    for (size_t i = 0; i < t->n; i++) {
        size_t first = i, n = 0;
        for (; i < t->n && state[i] == SLOT_STANDS; i++)
            n++;
        if (!n)
            continue;
        size_t sure = n >= hour ? slots_of(t, SURE_HOURS) : 0;
        for (size_t back = 1; back <= first && state[first - back] == SLOT_RUNS && edge_at(t, views, back, sure, most, first - back); back++)
            state[first - back] = SLOT_EDGE;
        for (size_t on = 1; first + n + on - 1 < t->n && state[first + n + on - 1] == SLOT_RUNS && edge_at(t, views, on, sure, most, first + n + on - 1); on++)
            state[first + n + on - 1] = SLOT_EDGE;
    }
}

const uint8_t *slot_states(struct arena *a, const struct table *t, const struct view *views)
{
    uint8_t *seen = NEW_ARRAY(a, t->n + 1, uint8_t);
    const struct view *first = NULL, *second = NULL;
    bool any = false;
    mark_told(a, t, seen);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &views[k];
        double bound = 0;
        bool above;
        unsigned sign = sign_of(v, &above, &bound);
        if (sign && above)
            mark_above(v->c->value, (int64_t)ceil(bound / v->unit), (uint8_t)sign, t->n, seen);
        else if (sign)
            mark_below(v->c->value, (int64_t)floor(bound / v->unit), (uint8_t)sign, t->n, seen);
        bool tells = v->c->group == COLUMN_VALUE && v->c->value && v->used >= 200;
        second = tells && first && !second ? v : second;
        first = tells && !first ? v : first;
    }
    for (size_t i = 0; i < t->n; i++) { /* few slots are asked more */
        bool alike = second && fabs(raw_value(first, i) - raw_value(second, i)) < 1e-9 * fmax(1, fabs(raw_value(first, i)));
        uint8_t state = SLOT_RUNS;
        if (alike && one_number(t, views, i))
            state = SLOT_ONE_NUMBER;
        else if (seen[i] && stands(t, views, i, seen[i]))
            state = SLOT_STANDS;
        seen[i] = state;
        any |= state != SLOT_RUNS;
    }
    if (!any)
        return NULL;
    add_edges(t, views, seen);
    return seen;
}

bool water_table(const struct table *t)
{
    bool gas = t->facts.kind == OUTLET_GAS, water = t->facts.kind == OUTLET_WATER;
    for (size_t k = 0; k < t->columns_n && !gas && !water; k++) {
        gas = str_starts(t->columns[k].factor, S("a")) || str_starts(t->columns[k].factor, S("i3"));
        water = str_starts(t->columns[k].factor, S("w"));
    }
    return water;
}

size_t slots_in_state(const struct view *v, size_t first, size_t n, unsigned states)
{
    size_t ret = 0;
    for (size_t i = first; v->state && i < first + n; i++)
        ret += (states >> v->state[i]) & 1;
    return ret;
}

/* ---- A16 ---- */
/* Any number will do where all channels tell it: what nobody measures is filled in by a logger or a line. Zeros and codes are told channel by channel. */
void one_number_told(struct detect_context *c, const struct table *t, double least)
{
    const uint8_t *state = t->columns_n ? c->views[0].state : NULL;
    const struct view *v = NULL;
    for (size_t k = 0; k < t->columns_n && !v; k++)
        v = c->views[k].c->group == COLUMN_VALUE && view_fit(&c->views[k], 48) ? &c->views[k] : NULL;
    for (size_t i = 0; state && v && i < t->n; i++) {
        size_t first = i;
        double x = raw_value(v, i);
        for (; i < t->n && state[i] == SLOT_ONE_NUMBER && raw_value(v, i) == x; i++)
            continue;
        if (i == first || isnan(x))
            continue;
        i--;
        size_t n = i + 1 - first;
        struct hit *h = (double)n >= least && x != 0 && !filler_code(x) ? hit_add(c, first, n, v) : NULL;
        if (!h)
            continue;
        h->score = (double)n;
        h->p = 1e-6;
        hit_number(h, 0, "数值", x, v->c->decimals);
        hit_number(h, 1, "连续次数", (double)n, 0);
        hit_sentence(c, h, "所有通道自%.*s起%.*s上报同一个数%.*s", STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, n)),
                     STR_ARG(value_text(c->scratch, v, x)));
    }
}
