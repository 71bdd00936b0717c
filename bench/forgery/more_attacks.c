/*
 * The second list of attacks: on what goes in, on checks and comparisons, on who comes and when, on clocks, frames and commands, on
 * several channels at once. Each is one function or two: what the logger then sends (readings), and what stands beside (beside).
 * Who forges in front of the logger keeps its identities: scale() changes a channel as its instrument would.
 */
#include "more.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const int more_long_lengths[FORGERY_LENGTHS] = {168, 336, 720, 1392};
/* What strength 1..5 means: what is left of the true value; the share of what is treated; jitter. */
static const double left[6] = {1, 0.8, 0.6, 0.4, 0.25, 0.1}, less[6] = {1, 0.9, 0.8, 0.7, 0.6, 0.45}, share[6] = {0, 0.3, 0.5, 0.7, 0.9, 1},
                    jitter[6] = {0, 0.04, 0.015, 0.005, 0.0015, 0};

int more_length(const struct more_attack *x, int length)
{
    return x->habit ? more_long_lengths[length] : forgery_lengths[length];
}

/* ---- readings ---- */
static void times(int64_t *x, double by, int64_t step)
{
    if (*x != PLANT_NONE)
        *x = (int64_t)floor((double)*x * by / (double)step + 0.5) * step;
}

/* A minute of a channel becomes `by` times what it was, its minimum, maximum, converted value and mass with it. */
static void scale(struct plant_series *s, const struct plant_channel *of, size_t c, size_t i, double by)
{
    if (s->flag[c][i] != 'N' || s->average[c][i] == PLANT_NONE)
        return;
    times(&s->average[c][i], by, of[c].resolution);
    times(&s->minimum[c][i], by, of[c].resolution);
    times(&s->maximum[c][i], by, of[c].resolution);
    if (s->converted[c])
        times(&s->converted[c][i], by, of[c].resolution);
    if (s->total[c])
        times(&s->total[c][i], by, 1);
}

static const struct plant_channel *channels_of(const struct more_outlet *m, size_t *ret_n)
{
    const struct plant_channel *c;
    *ret_n = plant_channels(m->o->plant, &c);
    return c;
}

/* The attack's victim: one of the channels with a limit. */
static size_t victim(const struct more_outlet *m, const struct more_case *k)
{
    size_t n, list[PLANT_CHANNELS], found = 0;
    const struct plant_channel *c = channels_of(m, &n);
    for (size_t i = 0; i < n; i++)
        if (c[i].limit > 0)
            list[found++] = i;
    return list[k->seed % found];
}

static bool runs_enough(const struct plant_series *s, size_t c, size_t first, size_t n)
{
    size_t running = 0;
    for (size_t i = first; i < first + n; i++)
        running += s->state[i] == PLANT_RUN && s->flag[c][i] == 'N' && s->average[c][i] != PLANT_NONE;
    return running * 10 >= n * 6;
}

static bool forge_by(struct forger *r, const struct more_outlet *m, const struct more_case *k, size_t c, double (*by)(const struct more_case *, usec))
{
    size_t n;
    const struct plant_channel *of = channels_of(m, &n);
    if (!runs_enough(r->hours, c, k->first, k->n))
        return false;
    for (size_t i = k->first * 60; i < (k->first + k->n) * 60; i++)
        scale(r->minutes, of, c, i, by(k, r->minutes->from + (usec)i * USEC_MINUTE));
    return true;
}

static double steady(const struct more_case *k, usec at)
{
    (void)at;
    return less[k->strength];
}

static double deep(const struct more_case *k, usec at)
{
    (void)at;
    return left[k->strength];
}

static double on_workdays(const struct more_case *k, usec at)
{
    return civil_of(at).weekday <= 5 ? less[k->strength] : 1;
}

static bool one_channel_low(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    return forge_by(r, m, k, victim(m, k), steady);
}

static bool workdays_low(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    return forge_by(r, m, k, victim(m, k), on_workdays);
}

static bool level_far_below(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    return forge_by(r, m, k, victim(m, k), deep);
}

static bool cod_alone(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    return forge_by(r, m, k, (size_t)plant_channel_find(m->o->plant, "w01018"), steady);
}

static bool nitrogen_oxides(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    return plant_extra_find(m->beside, "a21003") && forge_by(r, m, k, (size_t)plant_channel_find(m->o->plant, "a21002"), deep);
}

/* Velocity, flow and mass shrink together: a factor in the logger. */
static bool flow_low(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    size_t n;
    const struct plant_channel *of = channels_of(m, &n);
    size_t flow = (size_t)plant_channel_find(m->o->plant, "a00000"), velocity = (size_t)plant_channel_find(m->o->plant, "a01011");
    if (!runs_enough(r->hours, flow, k->first, k->n))
        return false;
    for (size_t i = k->first * 60; i < (k->first + k->n) * 60; i++) {
        scale(r->minutes, of, flow, i, less[k->strength]);
        scale(r->minutes, of, velocity, i, less[k->strength]);
        for (size_t c = 0; c < n; c++)
            if (c != flow && r->minutes->total[c])
                times(&r->minutes->total[c][i], less[k->strength], 1);
    }
    return true;
}

/* Tap water beside the probe: little of anything, some salt, the rest as it was. */
static bool dilution(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    static const char *const codes[] = {"w01018", "w21003", "w21011", "w21001", "w01014"};
    size_t n;
    const struct plant_channel *of = channels_of(m, &n);
    if (!runs_enough(r->hours, (size_t)plant_channel_find(m->o->plant, "w01018"), k->first, k->n))
        return false;
    for (size_t j = 0; j < sizeof codes / sizeof *codes; j++)
        for (size_t i = k->first * 60, c = (size_t)plant_channel_find(m->o->plant, codes[j]); i < (k->first + k->n) * 60; i++)
            scale(r->minutes, of, c, i, j < 4 ? left[k->strength] : left[k->strength] + (1 - left[k->strength]) * 0.25);
    return true;
}

static void dilute_beside(struct more_scene *s, const struct more_case *k, const char *factor, double rest)
{
    int64_t *x = more_values(s, factor, COLUMN_VALUE, NULL);
    for (size_t i = k->first; x && i < k->first + k->n; i++)
        times(&x[i], rest, 1);
}

static bool dilution_beside(struct more_scene *s, const struct more_case *k)
{
    double rest = left[k->strength];
    dilute_beside(s, k, "w01020", rest);
    dilute_beside(s, k, "w01019", rest);
    dilute_beside(s, k, "w01006", rest + (1 - rest) * 0.25);
    return true;
}

/* ---- furnace ---- */
static void set(struct plant_series *s, size_t c, size_t i, int64_t value, int64_t off)
{
    if (s->flag[c][i] != 'N' || s->average[c][i] == PLANT_NONE || value <= 0)
        return;
    int64_t down = s->average[c][i] - s->minimum[c][i], up = s->maximum[c][i] - s->average[c][i];
    s->average[c][i] = value + off;
    s->minimum[c][i] = value + off - down;
    s->maximum[c][i] = value + off + up;
}

/* The second thermocouple of a section shows the first; by the strength it still follows itself a little. */
static bool thermocouple_copy(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    size_t x = (size_t)plant_channel_find(m->o->plant, "i33311"), y = (size_t)plant_channel_find(m->o->plant, "i33312");
    if (!runs_enough(r->hours, x, k->first, k->n))
        return false;
    for (size_t i = k->first * 60; i < (k->first + k->n) * 60; i++) {
        double apart = (double)(r->minutes->average[y][i] - r->minutes->average[x][i]);
        set(r->minutes, y, i, r->minutes->average[x][i], (int64_t)(apart * (1 - share[k->strength])));
    }
    return true;
}

/* A fire that is too cold, and a floor in the program. */
static bool furnace_floor(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    struct plant_random random = plant_random_of(k->seed, 3);
    size_t n;
    channels_of(m, &n);
    for (size_t j = 0; j < 2; j++) {
        size_t c = (size_t)plant_channel_find(m->o->plant, j ? "i33312" : "i33311");
        if (!runs_enough(r->hours, c, k->first, k->n))
            return false;
        for (size_t i = k->first * 60; i < (k->first + k->n) * 60; i++) {
            int64_t cold = r->minutes->average[c][i] - 1050, floor_ = 8500 + (int64_t)(80 * plant_random_unit(&random));
            bool low = cold < 8500 && plant_random_unit(&random) < share[k->strength];
            set(r->minutes, c, i, low ? floor_ : cold, 0);
        }
    }
    return true;
}

static bool humidity_low(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    return forge_by(r, m, k, (size_t)plant_channel_find(m->o->plant, "a01014"), steady);
}

/* ---- shapes ---- */
static bool neighbour_copy(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    struct plant_random random = plant_random_of(k->seed, 4);
    size_t n, c = victim(m, k);
    const struct plant_channel *of = channels_of(m, &n);
    double own = 0, other = 0, used = 0;
    if (m->shared || !runs_enough(r->hours, c, k->first, k->n) || !runs_enough(m->neighbour, c, k->first, k->n))
        return false;
    for (size_t i = k->first; i < k->first + k->n; i++)
        if (r->hours->average[c][i] != PLANT_NONE && m->neighbour->average[c][i] != PLANT_NONE)
            own += (double)r->hours->average[c][i], other += (double)m->neighbour->average[c][i], used++;
    if (other <= 0)
        return false;
    /* hour by hour the minutes are moved to the neighbour's mean */
    for (size_t h = k->first; h < k->first + k->n; h++) {
        double mean = (double)r->hours->average[c][h], want = (double)m->neighbour->average[c][h] * own / other * (1 + jitter[k->strength] * plant_random_normal(&random));
        if (r->hours->average[c][h] == PLANT_NONE || m->neighbour->average[c][h] == PLANT_NONE || mean <= 0 || r->hours->flag[c][h] != 'N')
            continue;
        for (size_t i = h * 60; i < (h + 1) * 60; i++)
            scale(r->minutes, of, c, i, want / mean);
    }
    return true;
}

static bool waveform(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    size_t n, c = victim(m, k);
    const struct plant_channel *of = channels_of(m, &n);
    struct plant_random random = plant_random_of(k->seed, 5);
    double period = 60 * (9 + 8 * plant_random_unit(&random)), middle = 0, used = 0;
    if (of[c].stepwise || !runs_enough(r->hours, c, k->first, k->n))
        return false;
    for (size_t h = k->first; h < k->first + k->n; h++)
        if (r->hours->average[c][h] != PLANT_NONE)
            middle += (double)r->hours->average[c][h], used++;
    middle /= used;
    for (size_t i = k->first * 60; i < (k->first + k->n) * 60; i++) {
        double x = (double)r->minutes->average[c][i], want = middle * (1 + 0.25 * sin(6.283185307179586 * (double)i / period));
        if (x > 0)
            scale(r->minutes, of, c, i, (want * share[k->strength] + x * (1 - share[k->strength])) / x);
    }
    return true;
}

/* Hours somebody typed: fives and zeros. The minutes follow. */
static bool typed(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    struct plant_random random = plant_random_of(k->seed, 6);
    size_t n, c = victim(m, k), changed = 0;
    const struct plant_channel *of = channels_of(m, &n);
    if (of[c].stepwise || of[c].resolution != 1 || !runs_enough(r->hours, c, k->first, k->n))
        return false;
    for (size_t h = k->first; h < k->first + k->n; h++) {
        int64_t mean = r->hours->average[c][h];
        if (mean == PLANT_NONE || mean < 50 || plant_random_unit(&random) >= share[k->strength])
            continue;
        int64_t want = (mean + 2) / 5 * 5;
        changed += want != mean;
        for (size_t i = h * 60; i < (h + 1) * 60; i++)
            if (r->minutes->flag[c][i] == 'N' && r->minutes->average[c][i] != PLANT_NONE)
                set(r->minutes, c, i, r->minutes->average[c][i] + want - mean, 0);
    }
    return changed * 3 > k->n; /* a logger that prints tens leaves nothing to type */
}

/* What would be above the limit lies just below it. */
static bool squashed(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    struct plant_random random = plant_random_of(k->seed, 7);
    size_t n, c = victim(m, k), above = 0;
    const struct plant_channel *of = channels_of(m, &n);
    int64_t **hours = of[c].converted ? r->hours->converted : r->hours->average;
    double limit = (double)plant_limit(m->o->plant, c, m->o->from), raise = 0, level = 0, used = 0;
    if (of[c].stepwise || limit <= 0 || !runs_enough(r->hours, c, k->first, k->n))
        return false;
    for (size_t h = k->first; h < k->first + k->n; h++)
        if (hours[c][h] != PLANT_NONE && r->hours->flag[c][h] == 'N')
            level += (double)hours[c][h], used++;
    raise = 0.97 * limit / (level / used); /* a plant that cannot keep it */
    for (size_t h = k->first; h < k->first + k->n; h++) {
        double value = hours[c][h] == PLANT_NONE ? 0 : (double)hours[c][h] * raise, by = raise;
        if (value <= 0)
            continue;
        if (value > limit && plant_random_unit(&random) < share[k->strength])
            by = raise * limit * (0.955 + 0.04 * plant_random_unit(&random)) / value, above++;
        for (size_t i = h * 60; i < (h + 1) * 60; i++)
            scale(r->minutes, of, c, i, by);
    }
    return above > 0;
}

/* After each visit somebody's parameter is in force for two days. */
static bool calibrated_down(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    size_t n, c = victim(m, k), visits = 0;
    const struct plant_channel *of = channels_of(m, &n);
    if (!runs_enough(r->hours, c, k->first, k->n))
        return false;
    for (size_t e = 0; e < m->o->events_n; e++) {
        usec at = m->o->events[e].at;
        size_t from = (size_t)((at - m->o->from) / USEC_MINUTE), to = from + 2 * 1440;
        if (m->o->events[e].kind != PLANT_EVENT_VISIT || from < k->first * 60 || from >= (k->first + k->n) * 60)
            continue;
        visits++;
        to = to < (k->first + k->n) * 60 ? to : (k->first + k->n) * 60;
        for (size_t i = from; i < to; i++)
            scale(r->minutes, of, c, i, less[k->strength]);
    }
    return visits > 0;
}

static bool exact_zero(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    struct plant_random random = plant_random_of(k->seed, 8);
    size_t c = victim(m, k), changed = 0;
    bool treat = false;
    struct plant_series *s = r->minutes;
    for (size_t i = k->first * 60 + 1; i < (k->first + k->n) * 60; i++) {
        if (s->flag[c][i] == 'C' && s->flag[c][i - 1] != 'C')
            treat = plant_random_unit(&random) < share[k->strength];
        if (s->flag[c][i] == 'C' && treat && s->average[c][i] != PLANT_NONE && i % 1440 < 1440)
            s->average[c][i] = s->minimum[c][i] = s->maximum[c][i] = s->average[c][i] > 1000 ? s->average[c][i] : 0, changed++;
    }
    return changed > 20;
}

/* A program writes new results between two of the analyser's: one more in each cycle, by the strength now and then. */
static bool off_cycle(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    struct plant_random random = plant_random_of(k->seed, 9);
    size_t n, c = victim(m, k);
    const struct plant_channel *of = channels_of(m, &n);
    struct plant_series *s = r->minutes;
    double by = 1;
    if (!of[c].stepwise || !runs_enough(r->hours, c, k->first, k->n))
        return false;
    size_t next = k->first * 60 + 30 + plant_random_next(&random) % 60;
    for (size_t i = k->first * 60; i < (k->first + k->n) * 60; i++) {
        if (i == next) {
            by = 1 - 0.2 * plant_random_unit(&random);
            next += (size_t)(120 / share[k->strength]) + plant_random_next(&random) % 31 - 15;
        } else if (i && s->average[c][i] != PLANT_NONE && m->o->minutes->average[c][i] != m->o->minutes->average[c][i - 1])
            by = 1;
        scale(s, of, c, i, by);
    }
    return true;
}

/* What platforms keep for years are hours. */
static bool hours_alone(struct more_scene *s, const struct more_case *k)
{
    (void)k;
    s->t->finer = NULL;
    return true;
}

/* Minutes at high values are sent lower than the live values were. */
static bool live_low(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    size_t n, c = victim(m, k), high = 0;
    const struct plant_channel *of = channels_of(m, &n);
    struct plant_series *s = r->minutes;
    int64_t top = 0, sum = 0, used = 0;
    if (of[c].stepwise || !runs_enough(r->hours, c, k->first, k->n))
        return false;
    for (size_t i = k->first * 60; i < (k->first + k->n) * 60; i++)
        if (s->flag[c][i] == 'N' && s->average[c][i] != PLANT_NONE) {
            top = s->average[c][i] > top ? s->average[c][i] : top;
            sum += s->average[c][i], used++;
        }
    int64_t bound = used ? sum / used + (top - sum / used) / 3 : 0;
    for (size_t i = k->first * 60; i < (k->first + k->n) * 60; i++)
        if (s->average[c][i] != PLANT_NONE && s->average[c][i] > bound) {
            scale(s, of, c, i, 0.5 + 0.5 * less[k->strength]);
            high++;
        }
    return high > 20;
}

/* ---- around inspections ---- */
static bool inspected_low(struct forger *r, const struct more_outlet *m, const struct more_case *k)
{
    AUTO_ARENA(a);
    size_t n, c = victim(m, k);
    const struct plant_channel *of = channels_of(m, &n);
    const struct more_scene *s = more_scene_make(a, m, NULL, NULL);
    size_t met = 0;
    if (!runs_enough(r->hours, c, k->first, k->n))
        return false;
    for (size_t e = 0; e < s->t->events_n; e++) {
        if (s->events[e].kind != EVENT_INSPECTION)
            continue;
        usec from = s->events[e].at - 3 * USEC_DAY, to = s->events[e].at + 3 * USEC_DAY;
        for (size_t i = k->first * 60; i < (k->first + k->n) * 60; i++) {
            usec at = m->o->from + (usec)i * USEC_MINUTE;
            if (at >= from && at < to)
                scale(r->minutes, of, c, i, less[k->strength]);
        }
        met += s->events[e].at >= m->o->from + (usec)k->first * USEC_HOUR && s->events[e].at < m->o->from + (usec)(k->first + k->n) * USEC_HOUR;
    }
    return met > 0;
}

/* ---- supplies ---- */
static bool extra_times(struct more_scene *s, const struct more_case *k, const char *factor, double by)
{
    int64_t *x = more_values(s, factor, COLUMN_VALUE, NULL);
    if (!x || !runs_enough(s->m->o->hours, victim(s->m, k), k->first, k->n))
        return false;
    for (size_t i = k->first; i < k->first + k->n; i++)
        times(&x[i], by, 1);
    return true;
}

static bool treatment_off(struct more_scene *s, const struct more_case *k)
{
    return extra_times(s, k, "power_treatment", left[k->strength]);
}

/* Marked as stopped while it goes on; by the strength more of it. */
static bool stopped_power(struct more_scene *s, const struct more_case *k)
{
    if (!more_values(s, "power_production", COLUMN_VALUE, NULL) || !runs_enough(s->m->o->hours, victim(s->m, k), k->first, k->n))
        return false;
    extra_times(s, k, "power_production", share[k->strength]);
    CHECK(s->t->marks_n < MORE_MARKS);
    s->marks[s->t->marks_n++] = (struct table_mark){table_at(s->t, k->first), table_at(s->t, k->first + k->n), table_at(s->t, k->first + k->n), MARKED_STOPPED, S("停运")};
    for (size_t c = 0; c < s->t->columns_n; c++)
        if (s->columns[c].flag) {
            char *flag = arena_copy(s->a, s->columns[c].flag, s->t->n);
            memset(flag + k->first, 'F', k->n);
            s->columns[c].flag = flag;
        }
    return true;
}

static bool reagent_stop(struct more_scene *s, const struct more_case *k)
{
    static const double rest[6] = {1, 0.3, 0.1, 0.045, 0.01, 0};
    return extra_times(s, k, plant_facts(s->m->o->plant).gas ? "reagent_ammonia" : "reagent", rest[k->strength]) || extra_times(s, k, "reagent", rest[k->strength]);
}

/* Half of what is taken out has no reagent to show for it. */
static bool reagent_short(struct more_scene *s, const struct more_case *k)
{
    bool slurry = extra_times(s, k, "g11001", less[k->strength]);
    return slurry || extra_times(s, k, k->seed / 8 % 2 ? "reagent_limestone" : "reagent_ammonia", less[k->strength]) || extra_times(s, k, "reagent_ammonia", less[k->strength]);
}

static bool frozen_pressure(struct more_scene *s, const struct more_case *k)
{
    int64_t *x = more_values(s, "a01006", COLUMN_VALUE, NULL), value = 10132;
    struct plant_random random = plant_random_of(k->seed, 10);
    bool moves = false;
    for (size_t i = 1; x && i < s->t->n && !moves; i++)
        moves = x[i] != x[i - 1] && x[i] != PLANT_NONE && x[i - 1] != PLANT_NONE;
    if (!moves)
        return false;
    for (size_t i = k->first; i < k->first + k->n; i++) /* by the strength the rest still moves */
        if (plant_random_unit(&random) < share[k->strength])
            x[i] = value;
    return true;
}

/* ---- records ---- */
static bool inside(const struct more_scene *s, const struct more_case *k, usec at)
{
    return at >= table_at(s->t, k->first) && at < table_at(s->t, k->first) + (usec)k->n * USEC_HOUR;
}

static size_t forge_checks(struct more_scene *s, const struct more_case *k, unsigned kinds, void (*with)(struct table_check *, struct plant_random *, const struct more_case *))
{
    struct plant_random random = plant_random_of(k->seed, 11);
    size_t c = victim(s->m, k), n, changed = 0;
    const struct plant_channel *of = channels_of(s->m, &n);
    for (size_t i = 0; i < s->t->checks_n; i++) {
        struct table_check *x = &s->checks[i];
        if (!(kinds >> x->kind & 1) || !inside(s, k, x->at) || !str_eq(x->factor, str_of(of[c].factor)))
            continue;
        with(x, &random, k);
        changed++;
    }
    return changed;
}

static void exact(struct table_check *x, struct plant_random *r, const struct more_case *k)
{
    if (plant_random_unit(r) < share[k->strength])
        x->measured = x->nominal;
}

static bool exact_checks(struct more_scene *s, const struct more_case *k)
{
    return forge_checks(s, k, 1u << CHECK_ZERO | 1u << CHECK_SPAN | 1u << CHECK_STANDARD, exact) > 0;
}

static void at_once(struct table_check *x, struct plant_random *r, const struct more_case *k)
{
    if (plant_random_unit(r) >= share[k->strength])
        return;
    if (k->seed % 2)
        x->seconds = 1 + (int64_t)(2 * plant_random_unit(r)), x->measured = x->nominal;
    else
        x->measured = x->before + (int64_t)(3 * plant_random_unit(r)) - 1, x->seconds = -1;
}

static bool remote_faked(struct more_scene *s, const struct more_case *k)
{
    return forge_checks(s, k, 1u << CHECK_REMOTE, at_once) > 0;
}

static void reads_low(struct table_check *x, struct plant_random *r, const struct more_case *k)
{
    (void)r;
    x->measured = (int64_t)((double)x->measured * less[k->strength]);
}

static bool comparison_low(struct more_scene *s, const struct more_case *k)
{
    return forge_checks(s, k, 1u << CHECK_COMPARISON, reads_low) > 0;
}

static void declares_less(struct table_check *x, struct plant_random *r, const struct more_case *k)
{
    (void)r;
    x->nominal = (int64_t)((double)x->nominal * less[k->strength]);
}

static bool declared_less(struct more_scene *s, const struct more_case *k)
{
    return forge_checks(s, k, 1u << CHECK_TOTAL, declares_less) > 0;
}

/* ---- events and what they change ---- */
static bool parameter_event(struct more_scene *s, const struct more_case *k)
{
    usec at = table_at(s->t, k->first);
    for (size_t i = 0; i < s->t->events_n; i++)
        if (s->events[i].kind == EVENT_VISIT && llabs(s->events[i].at - at) <= USEC_DAY)
            return false; /* a visit would explain it */
    more_event(s, at + USEC_MINUTE, EVENT_PARAMETER);
    return true;
}

static bool serial_event(struct more_scene *s, const struct more_case *k)
{
    usec at = table_at(s->t, k->first);
    for (size_t i = 0; i < s->t->events_n; i++)
        if (s->events[i].kind == EVENT_VISIT && llabs(s->events[i].at - at) <= USEC_DAY)
            return false;
    more_event(s, at, EVENT_SERIAL);
    return true;
}

/* ---- frames and commands ---- */
static bool frame_clock(struct more_scene *s, const struct more_case *k)
{
    static const int64_t off[6] = {0, 120, 240, 420, 900, 3600};
    size_t n = 0;
    for (size_t i = 0; i < s->t->frames_n; i++)
        if (inside(s, k, s->frames[i].data_time)) {
            s->frames[i].qn += off[k->strength] * USEC_SECOND;
            n++;
        }
    return n >= k->n / 2;
}

/* A simulator on a desk: whole seconds where there were none, from another address, another order of fields. */
static bool frame_simulator(struct more_scene *s, const struct more_case *k)
{
    size_t n = 0;
    for (size_t i = 0; i < s->t->frames_n; i++) {
        struct table_frame *x = &s->frames[i];
        if (!inside(s, k, x->data_time))
            continue;
        n++;
        x->shape = (uint16_t)(x->shape + 77);
        x->peer += k->strength >= 2 ? 999 : 0;
        x->crc = k->strength >= 3 ? 1 : x->crc;
        x->qn = k->strength >= 4 ? x->qn / USEC_SECOND * USEC_SECOND : x->qn;
    }
    return n >= k->n / 2;
}

static bool frame_repeats(struct more_scene *s, const struct more_case *k)
{
    struct plant_random random = plant_random_of(k->seed, 12);
    struct table_frame *copy = arena_copy(s->a, s->frames, s->t->frames_n * sizeof *copy);
    size_t n = s->t->frames_n, to = 0, forged = 0;
    for (size_t i = 0; i < n; i++) {
        bool more = inside(s, k, copy[i].data_time) && plant_random_unit(&random) < share[k->strength];
        for (int j = 0; j < (more ? 4 : 1) && to < MORE_FRAMES; j++) {
            s->frames[to] = copy[i];
            s->frames[to++].arrived += j * 10 * USEC_SECOND;
        }
        forged += more;
    }
    s->t->frames_n = to;
    return forged > 0;
}

/* Nights on which nobody may look. */
static bool refuses(struct more_scene *s, const struct more_case *k)
{
    struct plant_random random = plant_random_of(k->seed, 13);
    size_t n = 0;
    for (size_t i = 0; i < s->t->commands_n; i++) {
        int hour = civil_of(s->commands[i].at).hour;
        if (inside(s, k, s->commands[i].at) && (hour >= 22 || hour < 5) && plant_random_unit(&random) < share[k->strength])
            s->commands[i].refused = true, n++;
    }
    return n > 0;
}

/* ---- numbers as printed; others ---- */
static bool other_decimals(struct more_scene *s, const struct more_case *k)
{
    size_t c = victim(s->m, k), n;
    const struct plant_channel *of = channels_of(s->m, &n);
    struct plant_random random = plant_random_of(k->seed, 14);
    int64_t *x = more_values(s, of[c].factor, COLUMN_VALUE, NULL);
    if (!x || of[c].stepwise || of[c].resolution != 1 || !runs_enough(s->m->o->hours, c, k->first, k->n))
        return false;
    for (size_t i = k->first; i < k->first + k->n; i++) /* a program that never ends a number in zero */
        if (x[i] != PLANT_NONE && x[i] % 10 == 0 && plant_random_unit(&random) < share[k->strength])
            x[i] += 1;
    return true;
}

static bool keeper_of_many(struct more_scene *s, const struct more_case *k)
{
    struct table_keeper *x = s->keeper;
    double often = (double)x->others_suspect / (double)x->others * (1 + 1.4 * k->strength);
    if (x->outlets < 8)
        return false;
    x->suspect = (int64_t)((double)x->outlets * fmin(0.9, often) + 0.5);
    return true;
}

#define GAS .kinds = {PLANT_COAL_BOILER, PLANT_INCINERATOR, PLANT_CEMENT_KILN}, .kinds_n = 3
#define WATER .kinds = {PLANT_SEWAGE_WORKS, PLANT_INDUSTRIAL_WATER}, .kinds_n = 2
#define ONLY(kind) .kinds = {kind}, .kinds_n = 1
#define ALL .all_kinds = true
const struct more_attack more_attacks[] = {
    {"limit-squash", "A5", .habit = true, GAS, .readings = squashed},
    {"waveform", "A6", GAS, .readings = waveform},
    {"typed-digits", "A9", .habit = true, GAS, .readings = typed},
    {"calibrated-down", "A13", .habit = true, ALL, .readings = calibrated_down},
    {"exact-zero", "A14", .habit = true, GAS, .readings = exact_zero},
    {"humidity-low", "B7", ONLY(PLANT_COAL_BOILER), .readings = humidity_low},
    {"reagent-stop", "B8", ALL, .beside = reagent_stop},
    {"reagent-short", "B8", ONLY(PLANT_COAL_BOILER), .beside = reagent_short},
    {"species", "B9", GAS, .readings = nitrogen_oxides},
    {"cod-alone", "B12", WATER, .readings = cod_alone},
    {"dilution", "B13", WATER, .readings = dilution, .beside = dilution_beside},
    {"flow-low", "B14", GAS, .readings = flow_low},
    {"treatment-off", "B15", ALL, .beside = treatment_off},
    {"stopped-power", "B15", GAS, .beside = stopped_power},
    {"thermocouple-copy", "B16", ONLY(PLANT_INCINERATOR), .readings = thermocouple_copy},
    {"furnace-floor", "B16", ONLY(PLANT_INCINERATOR), .readings = furnace_floor},
    {"frozen-pressure", "B17", .habit = true, GAS, .beside = frozen_pressure},
    {"neighbour-copy", "B18", ALL, .readings = neighbour_copy},
    {"live-low", "C3", .last_week = true, GAS, .readings = live_low},
    {"clock-off", "C8", .last_week = true, ALL, .beside = frame_clock},
    {"parameter-slope", "C11", ALL, .readings = one_channel_low, .beside = parameter_event},
    {"serial-swap", "C12", ALL, .beside = serial_event},
    {"simulator", "C13", .last_week = true, ALL, .beside = frame_simulator},
    {"decimals", "C14", .habit = true, GAS, .beside = other_decimals},
    {"no-acknowledgement", "C15", .last_week = true, ALL, .beside = frame_repeats},
    {"refused-nights", "C16", .habit = true, ALL, .beside = refuses},
    {"remote-faked", "D1", .habit = true, GAS, .beside = remote_faked},
    {"exact-checks", "D2", .habit = true, ALL, .beside = exact_checks},
    {"off-cycle", "C18", WATER, .readings = off_cycle},
    {"off-cycle-hours", "D4", WATER, .readings = off_cycle, .beside = hours_alone},
    {"inspected-low", "D5", .habit = true, ALL, .readings = inspected_low},
    {"comparison-low", "D6", .habit = true, ALL, .beside = comparison_low},
    {"far-below", "E1", .habit = true, ALL, .readings = level_far_below},
    {"workdays-low", "E3", .habit = true, ALL, .readings = workdays_low},
    {"keeper", "E4", .habit = true, ALL, .beside = keeper_of_many},
    {"declared-less", "E5", .habit = true, ALL, .beside = declared_less},
};
const size_t more_attacks_n = sizeof more_attacks / sizeof *more_attacks;
