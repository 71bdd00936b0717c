/*
 * C3, C15, C16: what a logger does beside reporting: its live values against its minutes, frames it sends again though they were
 * answered, commands it refuses. None of it is odd by itself; odd is when it knows the level or the hour.
 */
#include "monitor/detect/detect_private.h"

#include <stdlib.h>
#include <string.h>

static const struct column *column_of(const struct table *t, const struct column *like)
{
    for (size_t i = 0; i < t->columns_n; i++)
        if (t->columns[i].group == like->group && t->columns[i].value && str_eq(t->columns[i].factor, like->factor))
            return &t->columns[i];
    return NULL;
}

static bool usable(const struct column *k, size_t i)
{
    return k->value[i] != VALUE_NONE && (!k->flag || k->flag[i] == 'N' || k->flag[i] == 'n');
}

/* ---- C3 ---- */
struct minute { double x, off; size_t slot; };

/* Minute minus the mean of its live values, in the unit; NAN with fewer than two of them. */
static double minute_off(const struct table *minutes, const struct column *m, const struct table *live, const struct column *l, size_t i)
{
    usec first = (table_at(minutes, i) - live->from) / (live->step_s * USEC_SECOND), each = minutes->step_s / live->step_s;
    double sum = 0;
    size_t n = 0;
    for (usec s = first; s < first + each; s++)
        if (s >= 0 && s < (usec)live->n && usable(l, (size_t)s))
            sum += (double)l->value[s] * pow(10, -l->decimals), n++;
    return n >= 2 ? (double)m->value[i] * pow(10, -m->decimals) - sum / (double)n : (double)NAN;
}

/* Mean of the live values of the two minutes before and behind; NAN without them. */
static double live_around(const struct minute *list, size_t n, size_t i)
{
    double sum = 0, used = 0;
    for (size_t k = i < 2 ? 0 : i - 2; k < n && k <= i + 2; k++)
        if (k != i && list[k].slot + 2 >= list[i].slot && list[k].slot <= list[i].slot + 2)
            sum += list[k].x - list[k].off, used++;
    return used > 0 ? sum / used : (double)NAN;
}

static void say_live(struct detect_context *c, const struct table *t, const struct view *v, const struct table *minutes, const struct minute *list, size_t n)
{
    double *sample = NEW_ARRAY(c->scratch, n + 1, double);
    for (size_t i = 0; i < n; i++)
        sample[i] = list[i].off;
    /* A minute whose few live values happen to be high lies below them: what is high is judged by the live values around it. And they scatter
     * with the level: what is odd is that minutes at high levels depart downwards and not upwards. */
    double usual = median_of(sample, n), mad = fmax(mad_of(sample, n, usual), v->unit), worst = 0;
    size_t high = 0, low_high = 0, up_high = 0, low_rest = 0, first = SIZE_MAX, last = 0;
    for (size_t i = 0; i < n; i++) {
        bool low = list[i].off < usual - 4 * mad, up = list[i].off > usual + 4 * mad;
        if (!(live_around(list, n, i) > v->p90)) {
            low_rest += low;
            continue;
        }
        high++;
        up_high += up;
        if (!low)
            continue;
        low_high++;
        worst = fmin(worst, list[i].off);
        first = first == SIZE_MAX ? list[i].slot : first;
        last = list[i].slot;
    }
    double often = ((double)low_rest + 1) / ((double)(n - high) + 2), p = low_high ? binomial_tail((int64_t)high, (int64_t)low_high, fmin(0.5, often)) : 1;
    p = fmax(p, binomial_tail((int64_t)(low_high + up_high), (int64_t)low_high, 0.6));
    size_t from = first == SIZE_MAX ? SIZE_MAX : slot_at(t, table_at(minutes, first)), to = first == SIZE_MAX ? SIZE_MAX : slot_at(t, table_at(minutes, last));
    struct hit *h = p <= parameter(c, "chance") && from != SIZE_MAX && to != SIZE_MAX ? hit_add(c, from, to + 1 - from, v) : NULL;
    if (!h)
        return;
    h->score = (double)low_high;
    h->p = p;
    hit_number(h, 0, "高值时偏低的分钟数", (double)low_high, 0);
    hit_number(h, 1, "其余分钟偏低的比例（%）", 100 * often, 2);
    hit_apart(h, 2, "最大差", worst, v->c, 1);
    hit_sentence(c, h, "%.*s有%zu个分钟均值明显低于该分钟内收到的实时值，它们都在高值时；其余分钟只有%.2f%%如此", STR_ARG(factor_label(c->scratch, v->c)), low_high,
                 100 * often);
}

void detect_live(struct detect_context *c, const struct table *t)
{
    const struct table *minutes = t->step_s <= 60 ? t : t->finer, *live = minutes ? minutes->finer : NULL;
    if (!live || live->step_s * 2 > minutes->step_s)
        return;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        const struct column *m = v->factor->role == ROLE_POLLUTANT && v->c->value && !v->c->unfit ? column_of(minutes, v->c) : NULL;
        const struct column *l = m ? column_of(live, v->c) : NULL;
        if (!l)
            continue;
        struct minute *list = NEW_ARRAY(c->scratch, minutes->n + 1, struct minute);
        size_t n = 0;
        for (size_t i = 0; i < minutes->n; i++) {
            size_t slot = usable(m, i) ? slot_at(t, table_at(minutes, i)) : SIZE_MAX;
            double off = slot == SIZE_MAX || isnan(v->x[slot]) ? (double)NAN : minute_off(minutes, m, live, l, i);
            if (!isnan(off))
                list[n++] = (struct minute){(double)m->value[i] * pow(10, -m->decimals), off, i};
        }
        if (n >= 500)
            say_live(c, t, v, minutes, list, n);
    }
}

/* ---- C15 ---- */
/* Frames by their number (QN): how often each came, and when first. */
struct repeated { usec qn, at; size_t times; };

static int by_frame(const void *x, const void *y)
{
    const struct repeated *a = x, *b = y;
    return a->qn != b->qn ? (a->qn > b->qn) - (a->qn < b->qn) : (a->at > b->at) - (a->at < b->at);
}

static size_t repeated_of(struct detect_context *c, const struct table *t, struct repeated **ret)
{
    struct repeated *list = NEW_ARRAY(c->scratch, t->frames_n + 1, struct repeated);
    size_t n = 0, different = 0;
    for (size_t i = 0; i < t->frames_n; i++)
        if (t->frames[i].qn != USEC_NONE)
            list[n++] = (struct repeated){t->frames[i].qn, t->frames[i].arrived, 1};
    qsort(list, n, sizeof *list, by_frame);
    for (size_t i = 0; i < n; i++)
        if (different && list[different - 1].qn == list[i].qn)
            list[different - 1].times++;
        else
            list[different++] = list[i];
    *ret = list;
    return different;
}

void detect_repeats(struct detect_context *c, const struct table *t)
{
    struct repeated *list;
    size_t n = repeated_of(c, t, &list), least = (size_t)parameter(c, "least"), at = 0;
    uint8_t *often = NEW_ARRAY(c->scratch, n + 1, uint8_t);
    if (n < 2 * least || !t->columns_n || !t->n)
        return;
    for (size_t i = 0; i < n; i++)
        often[i] = list[i].times >= (size_t)parameter(c, "times");
    for (struct spell s; next_spell(often, n, 4, &at, &s);) {
        size_t most = 0, from = slot_at(t, list[s.first].at), to = slot_at(t, list[s.first + s.n - 1].at);
        for (size_t i = s.first; i < s.first + s.n; i++)
            most = list[i].times > most ? list[i].times : most;
        bool enough = s.n >= least && (double)s.count >= parameter(c, "share") * (double)s.n;
        from = from == SIZE_MAX ? t->n - 1 : from; /* the last hour's frame comes when the table is over */
        to = to == SIZE_MAX ? t->n - 1 : to;
        struct hit *h = enough && to >= from ? hit_add(c, from, to + 1 - from, &c->views[0]) : NULL;
        if (!h)
            continue;
        h->score = (double)s.count / (double)s.n;
        h->p = 1e-3;
        hit_number(h, 0, "报文数", (double)s.n, 0);
        hit_number(h, 1, "其中多次重发的", (double)s.count, 0);
        hit_number(h, 2, "同一报文最多收到几次", (double)most, 0);
        hit_sentence(c, h, "%.*s起%zu条报文中%zu条重发三次以上，数采仪没有认到平台的应答，数据有丢失的可能", STR_ARG(slot_text(c->scratch, t, from)), s.n, s.count);
    }
}

/* ---- C16 ---- */
/* An analyser that calibrates cannot take a sample: it says so, each day at its hour. */
static bool calibrating(const struct table *t, usec at)
{
    for (size_t i = 0; i < t->events_n; i++)
        if (t->events[i].kind == EVENT_CALIBRATION && at >= t->events[i].at - 10 * USEC_MINUTE && at < t->events[i].at + 90 * USEC_MINUTE)
            return true;
    return false;
}

void detect_refusals(struct detect_context *c, const struct table *t)
{
    enum { HOURS = 24, SPAN = 8 };
    size_t asked[HOURS] = {0}, refused[HOURS] = {0}, all = 0, no = 0;
    double best = 1;
    int from = 0;
    usec first = USEC_NONE, last = 0;
    for (size_t i = 0; i < t->commands_n; i++) {
        int hour = civil_of(t->commands[i].at).hour;
        if (calibrating(t, t->commands[i].at))
            continue;
        asked[hour]++;
        all++;
        if (!t->commands[i].refused || slot_at(t, t->commands[i].at) == SIZE_MAX)
            continue;
        refused[hour]++;
        no++;
        first = first == USEC_NONE ? t->commands[i].at : first;
        last = t->commands[i].at;
    }
    if (no < 3 || !t->columns_n)
        return;
    for (int h = 0; h < HOURS; h++) {
        size_t in = 0, in_no = 0;
        for (int k = 0; k < SPAN; k++)
            in += asked[(h + k) % HOURS], in_no += refused[(h + k) % HOURS];
        double p = HOURS * binomial_tail((int64_t)no, (int64_t)in_no, fmin(0.95, (double)in / (double)all));
        if (p < best)
            best = p, from = h;
    }
    size_t slot = slot_at(t, first), end = slot_at(t, last);
    struct hit *h = best <= parameter(c, "chance") && slot != SIZE_MAX && end != SIZE_MAX ? hit_add(c, slot, end + 1 - slot, &c->views[0]) : NULL;
    if (!h)
        return;
    h->score = -log10(best);
    h->p = best;
    hit_number(h, 0, "指令数", (double)all, 0);
    hit_number(h, 1, "被拒绝的", (double)no, 0);
    hit_number(h, 2, "自几时起", from, 0);
    hit_sentence(c, h, "%zu条指令中%zu条被拒绝，拒绝集中在每日%d时起的八小时内，其他时间照常执行", all, no, from);
}
