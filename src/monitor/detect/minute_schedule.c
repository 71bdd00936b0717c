/*
 * C18: an analyser that measures every two hours says nothing new in between. Its reading stands until the next result is due, also
 * while it is checked, and its results come at the same minute of the cycle for months. Whoever writes other numbers into its readings
 * begins and ends at some minute of his own, and leaves what is marked alone: there the held value comes to light again. Each of
 * these is a change no result explains.
 *
 * Where a schedule is not kept, nothing is said. An analyser that is restarted moves its schedule and is followed; a result that
 * slips by a slot is on time; a change of several analysers in one minute is their logger's; what happens within two hours of a
 * visit, a boot or a changed parameter, or when the result before was above the limit (some measure again), explains itself.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

enum { AROUND = 12, BURST = 10, LEAST_CYCLE = 20 /* slots */, LEAST_CHANGES = 60, LIMIT_BREAKS = 400, LIMIT_STRETCHES = 32 /* of one analyser that are told */, LETTERS = 128, LIMIT_CYCLE = 2048 };

/* ---- the schedule ---- */
static size_t commonest(const uint16_t *count, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        best = count[i] > count[best] ? i : best;
    return best;
}

static size_t circular(size_t x, size_t y, size_t n)
{
    size_t away = x > y ? x - y : y - x;
    return away < n - away ? away : n - away;
}

/* How often changes are so far apart, a slot more or less. */
static size_t so_far(const uint16_t *count, size_t distance)
{
    return (size_t)count[distance - 1] + count[distance] + count[distance + 1];
}

/* The commonest distance between changes, or the part of it that is met as well: where results are often equal, twice the cycle is commoner. */
static size_t cycle_of(struct arena *scratch, const struct schedule *s)
{
    uint16_t *count = NEW_ARRAY(scratch, LIMIT_CYCLE + 2, uint16_t);
    for (size_t i = 1; i < s->n; i++)
        if (s->at[i] - s->at[i - 1] >= LEAST_CYCLE && s->at[i] - s->at[i - 1] < LIMIT_CYCLE && count[s->at[i] - s->at[i - 1]] < UINT16_MAX)
            count[s->at[i] - s->at[i - 1]]++;
    size_t most = commonest(count, LIMIT_CYCLE), cycle = most;
    for (size_t part = 2; part <= 4 && most / part >= LEAST_CYCLE; part++)
        if (most % part == 0 && so_far(count, most / part) * 10 >= so_far(count, most))
            cycle = most / part;
    return cycle && so_far(count, most) * 4 >= s->n ? cycle : 0;
}

/* Outfalls that run dry between tanks have few results in a row, and no distance is common: then the longest of the usual cycles in which four of
 * five changes come at one minute. */
static size_t cycle_by_phase(struct arena *scratch, const struct table *t, const struct schedule *s)
{
    static const size_t usual[] = {720, 480, 360, 240, 180, 120, 60}; /* minutes */
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        size_t cycle = usual[i] * 60 / (size_t)t->step_s;
        if (cycle < LEAST_CYCLE)
            break;
        uint16_t *count = NEW_ARRAY(scratch, cycle, uint16_t);
        for (size_t k = 0; k < s->n; k++)
            if (count[s->at[k] % cycle] < UINT16_MAX)
                count[s->at[k] % cycle]++;
        for (size_t k = 0; k < cycle; k++)
            if (((size_t)count[(k + cycle - 1) % cycle] + count[k] + count[(k + 1) % cycle]) * 5 >= s->n * 4)
                return cycle;
    }
    return 0;
}

/* Changes of readings, without what goes up and down by the minute: that is no analyser (A18). */
static void changes_of(const struct table *t, const struct view *v, struct schedule *ret)
{
    size_t last = 0, before = 0, n = 0;
    for (size_t i = 1; i < t->n; i++) {
        if (isnan(v->x[i]) || isnan(v->x[i - 1]) || v->x[i] == v->x[i - 1])
            continue;
        /* `last` has both its neighbours now */
        if (n >= 2 && i - last < BURST && last - before < BURST)
            ret->n--;
        ret->at[ret->n++] = i;
        before = last;
        last = i;
        n++;
    }
}

/* The phase most of some changes have; SIZE_MAX: no two of five have the same. */
static size_t phase_among(const struct schedule *s, size_t from, size_t to)
{
    size_t best = 0, at = 0;
    for (size_t i = from; i < to; i++) {
        size_t same = 0;
        for (size_t k = from; k < to; k++)
            same += circular(s->at[i] % s->cycle, s->at[k] % s->cycle, s->cycle) <= 1 ? 2 + (s->at[i] % s->cycle == s->at[k] % s->cycle) : 0;
        if (same > best)
            best = same, at = s->at[i] % s->cycle;
    }
    return best * 5 >= (to - from) * 6 && to - from >= AROUND / 3 ? at : SIZE_MAX;
}

/* Phases by a cycle; false: changes do not keep to it. */
static bool phases_of(struct schedule *s, size_t cycle)
{
    size_t off = 0, known = 0;
    s->cycle = cycle;
    for (size_t i = 0; cycle && i < s->n; i++) {
        /* by those before, or by those behind: an analyser that was restarted keeps its new schedule */
        size_t before = phase_among(s, i > AROUND ? i - AROUND : 0, i), behind = phase_among(s, i + 1, i + 1 + AROUND < s->n ? i + 1 + AROUND : s->n);
        size_t own = s->at[i] % cycle;
        bool fits_before = before != SIZE_MAX && circular(own, before, cycle) <= 1, fits_behind = behind != SIZE_MAX && circular(own, behind, cycle) <= 1;
        known = fits_before ? before : behind != SIZE_MAX ? behind : before != SIZE_MAX ? before : known;
        s->phase[i] = (uint16_t)known;
        s->off[i] = !fits_before && !fits_behind;
        off += s->off[i];
    }
    return cycle && off * 20 <= s->n;
}

bool schedule_make(struct arena *scratch, const struct table *t, const struct view *v, struct schedule *ret)
{
    *ret = (struct schedule){.at = NEW_ARRAY(scratch, t->n + 1, size_t)};
    if (!view_steps(t, v))
        return false;
    changes_of(t, v, ret);
    if (ret->n < LEAST_CHANGES)
        return false;
    ret->phase = NEW_ARRAY(scratch, ret->n, uint16_t);
    ret->off = NEW_ARRAY(scratch, ret->n, uint8_t);
    if (!phases_of(ret, cycle_of(scratch, ret)) && !phases_of(ret, cycle_by_phase(scratch, t, ret)))
        return false;
    for (size_t i = 0; i < t->n; i++)
        ret->results += !isnan(v->x[i]);
    ret->results /= (double)ret->cycle;
    return true;
}

/* How many of the slots, which ascend, lie before one. */
static size_t count_before(const size_t *at, size_t n, size_t slot)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (at[middle] < slot)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t schedule_away(const struct schedule *s, size_t slot)
{
    size_t i = count_before(s->at, s->n, slot);
    return circular(slot % s->cycle, s->phase[i < s->n ? i : s->n - 1], s->cycle);
}

/* ---- what breaks it ---- */
/* letter 0: a change between results; else the mark under which another value than the held one stood. */
struct broken { size_t slot; uint8_t letter; };
struct broken_vec { struct broken *p; size_t n, capacity; };
struct count { double n, k; };
struct analyser { const struct view *v; struct schedule s; struct broken_vec b; size_t *marked[LETTERS], marked_n[LETTERS]; };

/* Limits of water are those of days: an hour's value is compared with them by whoever measures again. */
static bool above_limit(const struct table *t, const struct view *v, usec at, double x)
{
    for (size_t i = 0; i < t->limits_n; i++) {
        const struct table_limit *l = &t->limits[i];
        if (!l->lower && l->group == v->c->group && str_eq(l->factor, v->c->factor) && at >= l->from && at < l->to &&
            x > (double)l->mantissa * pow(10, -l->decimals))
            return true;
    }
    return false;
}

static bool explained(const struct detect_context *c, const struct table *t, const struct view *v, size_t slot)
{
    const struct table *with = c->hours ? c->hours : t;
    usec at = table_at(t, slot);
    for (size_t i = 0; i < with->events_n; i++) {
        const struct table_event *e = &with->events[i];
        if (e->kind != EVENT_CALIBRATION && e->kind != EVENT_SILENCE && e->kind != EVENT_INSPECTION && e->at > at - 2 * USEC_HOUR && e->at < at + 2 * USEC_HOUR)
            return true;
    }
    return slot_marked(c, t, slot, 1, ~(1u << MARKED_OTHER), USEC_HOUR) || above_limit(t, v, at, v->x[slot - 1]);
}

static bool holds_marked(char flag)
{
    return flag == 'C' || flag == 'M' || flag == 'B';
}

/* Marked stretches that begin between results: whether the held value stood. */
static void marked_stretches(struct detect_context *c, const struct table *t, struct analyser *x)
{
    const struct column *k = x->v->c;
    for (size_t i = 1; k->flag && i < t->n; i++) {
        size_t first = i;
        char flag = k->flag[i];
        if (isnan(x->v->x[i - 1]) || !holds_marked(flag) || k->value[i] == VALUE_NONE)
            continue;
        while (i < t->n && k->flag[i] == flag && k->value[i] != VALUE_NONE)
            i++;
        if (slot_marked(c, t, first, i - first, ~(1u << MARKED_OTHER), 0) || schedule_away(&x->s, first) <= 1)
            continue;
        size_t letter = (size_t)flag;
        if (!x->marked[letter])
            x->marked[letter] = NEW_ARRAY(c->scratch, t->n / 2 + 1, size_t);
        x->marked[letter][x->marked_n[letter]++] = first;
        if (k->value[first] != k->value[first - 1] && !explained(c, t, x->v, first))
            vec_push(c->scratch, &x->b, ((struct broken){first, (uint8_t)flag}));
    }
}

/* Whether it breaks its schedule in this minute, or beside it. */
static bool breaks_at(const struct schedule *s, size_t slot)
{
    for (size_t i = count_before(s->at, s->n, slot - 1); i < s->n && s->at[i] <= slot + 1; i++)
        if (s->off[i])
            return true;
    return false;
}

static void breaks_of(struct detect_context *c, const struct table *t, struct analyser *all, size_t n, size_t which)
{
    struct analyser *x = &all[which];
    for (size_t i = 0; i < x->s.n; i++) {
        bool shared = false;
        for (size_t k = 0; k < n && x->s.off[i] && !shared; k++)
            shared = k != which && breaks_at(&all[k].s, x->s.at[i]);
        if (x->s.off[i] && !shared && !explained(c, t, x->v, x->s.at[i]))
            vec_push(c->scratch, &x->b, ((struct broken){x->s.at[i], 0}));
    }
    size_t between = x->b.n;
    marked_stretches(c, t, x);
    /* both parts are in order: merge */
    struct broken *sorted = NEW_ARRAY(c->scratch, x->b.n + 1, struct broken);
    for (size_t i = 0, k = between, at = 0; at < x->b.n; at++)
        sorted[at] = k >= x->b.n || (i < between && x->b.p[i].slot <= x->b.p[k].slot) ? x->b.p[i++] : x->b.p[k++];
    x->b.p = sorted;
}

/* ---- how seldom ---- */
static double count_within(const struct analyser *x, size_t letter, size_t first, size_t last)
{
    return (double)(count_before(x->marked[letter], x->marked_n[letter], last + 1) - count_before(x->marked[letter], x->marked_n[letter], first));
}

/*
 * Chance of breaks [i, j] so near to each other, somewhere in the series: one place for the first of them, the others by how often the
 * outlet's analysers break their schedule elsewhere, half a time more than was seen. Stretches that are shorter are part of longer ones, so only
 * the number of breaks was chosen: doubled for each.
 */
static double broken_chance(const struct analyser *x, const struct count *all, size_t i, size_t j)
{
    double p = 1;
    size_t first = x->b.p[i].slot, last = x->b.p[j].slot, letters[] = {0, 'B', 'C', 'M'};
    for (size_t l = 0; l < sizeof letters / sizeof *letters; l++) {
        size_t letter = letters[l];
        double k = 0, n = letter ? count_within(x, letter, first, last) : floor((double)(last - first) / (double)x->s.cycle) + 1;
        for (size_t b = i; b <= j; b++)
            k += x->b.p[b].letter == letter;
        double often = (all[letter].k - k + 0.5) / (fmax(0, all[letter].n - n) + 1);
        if (x->b.p[i].letter == letter) {
            p *= fmin(1, often) * (letter ? (double)x->marked_n[letter] : x->s.results);
            k--;
            n -= letter != 0;
        }
        p *= k > 0 ? binomial_tail((int64_t)fmax(n, k), (int64_t)k, fmin(0.9, often)) : 1;
        p *= 2 * k + 1 > 60 ? 1 : pow(2, k);
    }
    return fmin(1, p);
}

/* What stood under the marks is a series of its own: as many values as marks, of the level measured here, and apart as results are. One standard, shown
 * day after day because somebody changed how he checks, is none; nor is one with the noise of its readings. */
static bool own_series(const struct analyser *x, size_t i, size_t j)
{
    const struct column *k = x->v->c;
    double least = INFINITY, most = -INFINITY;
    for (size_t a = i; a <= j; a++) {
        double at = (double)k->value[x->b.p[a].slot] * x->v->unit;
        if (at < x->v->p01 || at > x->v->p99)
            return false;
        least = fmin(least, at), most = fmax(most, at);
        for (size_t b = i; b < a; b++)
            if (k->value[x->b.p[b].slot] == k->value[x->b.p[a].slot])
                return false;
    }
    return j - i + 1 >= 4 && most - least >= 0.5 * x->v->mad;
}

/*
 * The checks of a few days show numbers of the level that was told just before, each another, though not that number; those before and behind
 * held what they had, so the analyser does not show its checks. A standard that was shown for once lies anywhere among what is
 * measured here: the chance that each came so near; INFINITY where it is no such series.
 */
static double near_chance(const struct analyser *x, size_t i, size_t j)
{
    const struct column *k = x->v->c;
    double range = x->v->p99 - x->v->p01, p = 1;
    size_t before = count_before(x->marked['C'], x->marked_n['C'], x->b.p[i].slot),
           behind = x->marked_n['C'] - count_before(x->marked['C'], x->marked_n['C'], x->b.p[j].slot + 1);
    if (i == j || range <= 0)
        return INFINITY;
    for (size_t b = i; b <= j; b++) {
        size_t slot = x->b.p[b].slot;
        double at = (double)k->value[slot] * x->v->unit;
        if (x->b.p[b].letter != 'C' || at < x->v->p01 || at > x->v->p99)
            return INFINITY;
        for (size_t other = i; other < b; other++)
            if (k->value[x->b.p[other].slot] == k->value[slot])
                return INFINITY;
        p *= fmin(1, (2 * fabs(at - x->v->x[slot - 1]) + x->v->grain) / range);
    }
    for (size_t b = 0; b < x->b.n; b++) {
        before -= b < i && x->b.p[b].letter == 'C';
        behind -= b > j && x->b.p[b].letter == 'C';
    }
    return before >= 10 && behind >= 10 ? p : INFINITY;
}

static void say_broken(struct detect_context *c, const struct table *t, const struct analyser *x, const struct count *all, size_t i, size_t j, double p)
{
    size_t first = x->b.p[i].slot, n = x->b.p[j].slot + 1 - first, between = 0, seen = 0;
    for (size_t b = i; b <= j; b++)
        between += !x->b.p[b].letter;
    for (size_t b = i; b <= j && !seen; b++)
        seen = !x->b.p[b].letter ? x->b.p[b].slot : 0;
    struct hit *h = hit_add(c, first, n, x->v);
    if (!h)
        return;
    double minutes = t->step_s / 60.0;
    h->score = (double)(j - i + 1);
    h->p = fmax(1e-300, p);
    h->hard = all[0].n >= parameter(c, "results") &&
              ((between > 0 && j > i && p <= parameter(c, "hard")) || (p <= parameter(c, "marked") && own_series(x, i, j)) ||
               (!between && p * near_chance(x, i, j) <= parameter(c, "near")));
    hit_number(h, 0, "没有结果而改变的次数", (double)(j - i + 1), 0);
    hit_number(h, 1, "分析周期（分钟）", (double)x->s.cycle * minutes, 0);
    hit_number(h, 2, "全段各分析仪的结果数", all[0].n, 0);
    str name = factor_label(c->scratch, x->v->c), from = slot_text(c->scratch, t, first), span = span_text(c->scratch, t, n);
    if (seen)
        hit_sentence(c, h, "%.*s每%.0f分钟出一次结果，其间保持不变；自%.*s起%.*s内有%zu次在没有结果的时刻改变，如%.*s距应出结果的时刻%.0f分钟", STR_ARG(name),
                     (double)x->s.cycle * minutes, STR_ARG(from), STR_ARG(span), j - i + 1, STR_ARG(slot_text(c->scratch, t, seen)),
                     (double)schedule_away(&x->s, seen) * minutes);
    else
        hit_sentence(c, h, "%.*s平时在校准、维护标志期间保持上一次结果；自%.*s起%.*s内%zu次标志期间露出另一个数值", STR_ARG(name), STR_ARG(from), STR_ARG(span), j - i + 1);
}

/* The stretch that is least likely, then the next on both sides of it. */
static void stretches(struct detect_context *c, const struct table *t, const struct analyser *x, const struct count *all, size_t low, size_t high, int *left)
{
    double best = parameter(c, "chance");
    size_t from = high, to = high;
    for (size_t i = low; i < high; i++)
        for (size_t j = i + 1; j < high && x->b.p[j].slot - x->b.p[i].slot <= t->n / 5; j++) {
            double p = broken_chance(x, all, i, j);
            if (p < best)
                best = p, from = i, to = j;
        }
    if (from == high || --*left < 0)
        return;
    say_broken(c, t, x, all, from, to, best);
    stretches(c, t, x, all, low, from, left);
    stretches(c, t, x, all, to + 1, high, left);
}

void detect_schedule(struct detect_context *c, const struct table *t)
{
    struct analyser *all = NEW_ARRAY(c->scratch, t->columns_n + 1, struct analyser);
    struct count count[LETTERS] = {0};
    size_t n = 0;
    for (size_t k = 0; minutes_table(t) && k < t->columns_n; k++) {
        all[n].v = &c->views[k];
        n += schedule_make(c->scratch, t, all[n].v, &all[n].s);
    }
    for (size_t k = 0; k < n; k++) {
        breaks_of(c, t, all, n, k);
        count[0].n += all[k].s.results;
        for (size_t l = 1; l < LETTERS; l++)
            count[l].n += (double)all[k].marked_n[l];
        for (size_t i = 0; i < all[k].b.n; i++)
            count[all[k].b.p[i].letter].k++;
    }
    for (size_t k = 0; k < n; k++) {
        int left = LIMIT_STRETCHES;
        if (all[k].b.n >= 2 && all[k].b.n <= LIMIT_BREAKS)
            stretches(c, t, &all[k], count, 0, all[k].b.n, &left);
    }
    if (!n)
        c->lacked = "按固定周期出结果的分析仪";
}
