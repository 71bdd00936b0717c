/*
 * A17 among readings: down in one minute, and after hours up again in one minute by as much. Gas in a duct is mixed, and an instrument
 * takes its time; what moves a whole level from one reading to the next and later takes it back is an offset or a factor that was
 * put in and taken out. Asked of oxygen and flow, whose lower values make a lower emission of the same stack. An edge is measured
 * in the usual steps of its own hours. A valve, a fan, a mill move other channels in the same minutes: then nothing is said.
 *
 * A pump that is switched moves nothing else of an outfall. But water keeps flowing while it stops: the minute in which it is switched holds
 * readings of both levels. Where least and most of the minutes are sent and some reading lies between the levels, it was a pump; where they are
 * not sent nobody can tell, and the pair stays a hint. Outfalls that run dry between tanks are asked about the minutes in which water flows.
 */
#include "monitor/detect/rooms.h"

enum { SIDE = 10 /* readings before and behind an edge */, EDGES = 512, BLOCK = 240 };
static const double edge_least = 3.5, /* usual steps */ edge_rest = 4.4 /* what the largest of a hundred thousand normal steps reaches anyhow */;

struct edge { size_t at; double d, scale, score; };

/* Where nothing else is said the logarithm: a flow is forged by a factor. */
static double *level_of(struct detect_context *c, const struct table *t, const struct view *v, bool logs)
{
    double *z = NEW_ARRAY(c->scratch, t->n + 1, double);
    for (size_t i = 0; i < t->n; i++)
        z[i] = !logs ? v->x[i] : v->x[i] > 0 ? log(v->x[i]) : (double)NAN;
    return z;
}

/* The step into slot i; NAN behind a gap, or when the instrument held its value before. */
static double step_into(const double *z, size_t i)
{
    if (i < 3 || (z[i - 1] == z[i - 2] && z[i - 2] == z[i - 3]))
        return NAN;
    return z[i] - z[i - 1];
}

static double step_scale(const double *z, size_t from, size_t to, double least)
{
    double step[2 * BLOCK];
    size_t n = 0;
    for (size_t i = from; i < to && n < sizeof step / sizeof *step; i++) {
        double d = step_into(z, i);
        if (!isnan(d) && d != 0)
            step[n++] = d;
    }
    return n >= 30 ? fmax(mad_of(step, n, 0), least) : NAN;
}

static double median_near(const double *z, size_t from)
{
    double x[SIDE];
    size_t n = 0;
    for (size_t i = from; i < from + SIDE; i++)
        if (!isnan(z[i]))
            x[n++] = z[i];
    return n >= SIDE / 2 ? median_of(x, n) : NAN;
}

/* `floor`: below it nothing is asked: a fan that runs down takes steps no running fan does. */
static size_t edges_of(const struct table *t, const double *z, double least, double floor, struct edge *ret)
{
    size_t n = 0;
    for (size_t block = SIDE; block + SIDE < t->n; block += BLOCK) {
        size_t end = block + BLOCK + SIDE < t->n ? block + BLOCK : t->n - SIDE;
        double scale = step_scale(z, block, end, least);
        for (size_t i = block; i < end && !isnan(scale); i++) {
            double d = step_into(z, i);
            if (!(fabs(d) >= edge_least * scale))
                continue;
            double behind = median_near(z, i), before = median_near(z, i - SIDE), stays = (behind - before) / d;
            if (fmin(before, behind) >= floor && stays >= 0.5 && stays <= 1.7 && n < EDGES)
                ret[n++] = (struct edge){i, d, scale, fabs(d) / scale};
        }
    }
    return n;
}

/* Another channel makes a step in the same minutes. */
static bool others_move(const struct detect_context *c, const struct table *t, const struct view *v, size_t down, size_t up)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *o = &c->views[k];
        size_t at[2] = {down, up}, moved = 0;
        if (o == v || o->c->group != COLUMN_VALUE || !view_fit(o, 2000) || o->mad <= 0 || str_eq(o->c->factor, v->c->factor) ||
            (o->factor->kin && o->factor->kin == v->factor->kin) || (v->factor->role == ROLE_FLOW && o->factor->role == ROLE_VELOCITY))
            continue;
        for (int e = 0; e < 2; e++) {
            size_t from = at[e] > BLOCK / 2 ? at[e] - BLOCK / 2 : 0, to = at[e] + BLOCK / 2 < t->n ? at[e] + BLOCK / 2 : t->n;
            double scale = step_scale(o->x, from, to, o->q), largest = 0;
            for (size_t i = at[e] - 1; i <= at[e] + 1; i++)
                largest = fmax(largest, fabs(step_into(o->x, i)));
            moved += largest >= 5 * scale;
        }
        if (moved == 2)
            return true;
    }
    return false;
}

static bool attended(const struct detect_context *c, const struct table *t, size_t slot)
{
    usec at = table_at(t, slot);
    if (mark_met(c->marks, at - USEC_HOUR, at + USEC_HOUR, 1u << MARKED_MAINTENANCE | 1u << MARKED_CALIBRATION))
        return true;
    for (size_t i = 0; i < t->events_n; i++)
        if (t->events[i].kind == EVENT_VISIT && t->events[i].at < at + USEC_HOUR && t->events[i].at > at - USEC_HOUR)
            return true;
    return false;
}

/*
 * Every edge that is not of the pair says how far honest steps go here: one k times as high as the highest of them is met anywhere with a
 * chance of n^(1-k), if tails are no heavier than exponential; a second one, of the same height, within the distance, with the same
 * chance times the share of the table that distance is.
 */
static double pair_chance(const struct table *t, const struct edge *edge, size_t n, size_t i, size_t k)
{
    double rest = edge_rest, low = fmin(edge[i].score, edge[k].score);
    for (size_t j = 0; j < n; j++)
        if (j != i && j != k && (edge[j].at + SIDE < edge[i].at || edge[j].at > edge[i].at + SIDE) &&
            (edge[j].at + SIDE < edge[k].at || edge[j].at > edge[k].at + SIDE))
            rest = fmax(rest, edge[j].score);
    double one = pow((double)t->n, 1 - low / rest);
    return low <= rest ? 1 : fmax(1e-300, one * one * fmin(1, (double)(edge[k].at - edge[i].at + 60) / (double)t->n));
}

/* Nothing that was read in the minutes around an edge lies between its levels: no water ever flowed between the one and the other. */
static bool leaps(const struct view *v, size_t at)
{
    const struct column *k = v->c;
    if (!k->low || !k->high || k->low[at] == VALUE_NONE || k->low[at - 1] == VALUE_NONE || k->high[at] == VALUE_NONE || k->high[at - 1] == VALUE_NONE)
        return false;
    return k->high[at] < k->low[at - 1] || k->low[at] > k->high[at - 1];
}

static void say_pair(struct detect_context *c, const struct table *t, const struct view *v, bool logs, const struct edge *down, const struct edge *up, double p)
{
    struct hit *h = hit_add(c, down->at, up->at - down->at, v);
    double fell = logs ? 100 * (1 - exp(down->d)) : -down->d, rose = logs ? 100 * (exp(up->d) - 1) : up->d;
    const char *unit = logs ? "%" : factor_unit_apart(v->c);
    int decimals = logs ? 1 : v->c->decimals;
    if (!h)
        return;
    h->score = fmin(down->score, up->score);
    h->p = p;
    h->hard = p <= parameter(c, "hard") && !attended(c, t, down->at) && !attended(c, t, up->at) &&
              (t->facts.kind != OUTLET_WATER || (leaps(v, down->at) && leaps(v, up->at)));
    hit_number(h, 0, logs ? "下降（%）" : "下降", fell, decimals);
    hit_number(h, 1, logs ? "回升（%）" : "回升", rose, decimals);
    hit_number(h, 2, "为平时一分钟变化的倍数", h->score, 1);
    hit_sentence(c, h, "%.*s在%.*s一分钟内下降%.*f%s并保持，%.*s后又在一分钟内回升%.*f%s，其他通道在这两分钟没有变化", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, down->at)), decimals, fell, unit, STR_ARG(span_text(c->scratch, t, up->at - down->at)), decimals, rose, unit);
}

static void pairs(struct detect_context *c, const struct table *t, const struct view *v, bool logs)
{
    const double *z = level_of(c, t, v, logs);
    struct edge *edge = NEW_ARRAY(c->scratch, EDGES, struct edge);
    double usual = v->median > 0 ? v->median : v->p95 /* an outfall that is dry more often than not */, floor = logs ? log(fmax(v->median / 4, 1e-9)) : -INFINITY;
    size_t n = edges_of(t, z, logs ? v->q / fmax(usual, v->q) : v->q, floor, edge), most = slots_of(t, 10 * 24), best_i = 0, best_k = 0;
    double best = parameter(c, "chance");
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n && edge[k].at <= edge[i].at + most; k++) {
            double apart = fabs(edge[i].d + edge[k].d), noise = hypot(edge[i].scale, edge[k].scale);
            if (edge[i].d >= 0 || edge[k].d <= 0 || edge[k].at < edge[i].at + slots_of(t, 0.5) || apart > 3 * noise || apart > 0.5 * edge[k].d)
                continue;
            double p = pair_chance(t, edge, n, i, k);
            if (p < best && !others_move(c, t, v, edge[i].at, edge[k].at))
                best = p, best_i = i, best_k = k;
        }
    if (best_k)
        say_pair(c, t, v, logs, &edge[best_i], &edge[best_k], best);
}

/* Share of equal neighbours among those that flow: an outfall stands still between its tanks. */
static bool flickers(const struct table *t, const struct view *v)
{
    size_t n = 0, same = 0, hop = stride_of(t->n, 16384);
    for (size_t i = 1; i < t->n; i += hop)
        if (v->x[i] > 0 && v->x[i - 1] > 0)
            n++, same += v->x[i] == v->x[i - 1];
    return n >= 1000 && same * 2 < n;
}

void detect_minute_steps(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        enum role r = v->factor->role;
        if (view_fit(v, 5000) && v->c->group == COLUMN_VALUE &&
            ((r == ROLE_OXYGEN && v->mad > 0 && v->equal < 0.5) || (r == ROLE_FLOW && flickers(t, v))))
            pairs(c, t, v, r == ROLE_FLOW);
        if (view_fit(v, 5000) && v->mad > 0 && v->c->group == COLUMN_VALUE && r == ROLE_OXYGEN && v->c->low && v->c->high)
            detect_lowered(c, t, v);
    }
}
