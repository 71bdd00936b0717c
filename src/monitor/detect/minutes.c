/*
 * The readings behind the hours. An hour is a mean, and a mean hides: sixty readings without a flicker, a cap that is reached in
 * some minutes of each hour, twelve minutes marked while it was high. So detectors that can look at readings do, with the same
 * code and the same calibration over the same months; what they find is told on the grid of the hours, where it meets what
 * was found there, and where findings, marks and versions live.
 */
#include "monitor/detect/detect_private.h"

static const struct column *same_column(const struct table *t, const struct column *c, uint16_t *ret)
{
    for (size_t i = 0; i < t->columns_n; i++)
        if (t->columns[i].group == c->group && str_eq(t->columns[i].factor, c->factor)) {
            *ret = (uint16_t)i;
            return &t->columns[i];
        }
    return NULL;
}

/* False: the hours have no such channel, or no such time. */
static bool told_in_hours(const struct table *t, const struct table *fine, struct hit *h)
{
    usec step = t->step_s * USEC_SECOND, from = table_at(fine, h->first) - t->from, to = table_at(fine, h->first + h->n) - t->from;
    uint8_t kept = 0;
    if (to <= 0 || from >= (usec)t->n * step)
        return false;
    from = from < 0 ? 0 : from / step;
    to = (to + step - 1) / step;
    h->first = (size_t)from;
    h->n = (to < (usec)t->n ? (size_t)to : t->n) - (size_t)from;
    for (uint8_t i = 0; i < h->columns_n; i++)
        if (same_column(t, &fine->columns[h->columns[i]], &h->columns[kept]))
            kept++;
        else if (i == 0)
            return false;
    h->columns_n = kept;
    return true;
}

void detect_minutes(struct detect_context *c, const struct table *t, const struct detect_options *o, struct detect_run *runs)
{
    AUTO_ARENA(scratch);
    const struct table *fine = t->finer;
    if (fine->step_s >= t->step_s || !fine->columns_n || fine->columns_n > LIMIT_TABLE_COLUMNS)
        return;
    unsigned present = table_has(fine);
    const struct view *views = views_of_finer(c, t);
    struct detect_context m = {.a = c->a, .scratch = scratch, .prepared = c->prepared, .views = views, .overrides = c->overrides,
                               .marks = mark_index_make(c->prepared, fine), .hours = t};
    for (size_t i = 0; i < detector_count(); i++) {
        const struct detector *d = detector_at(i);
        if (!d->minutes || (o->only && d != o->only) || (d->needs & ~present))
            continue;
        arena_reset(scratch);
        m.detector = d;
        m.own = 0;
        m.hits.n = 0;
        m.lacked = NULL;
        d->run(&m, fine);
        if (runs[i].outcome == DETECT_LACKED && longest_history(fine, views) >= HISTORY_USUAL) /* of hours: the readings behind them were looked at */
            runs[i] = m.lacked ? (struct detect_run){d, DETECT_LACKED, str_of(m.lacked)} : (struct detect_run){d, DETECT_CLEAN, STR_NONE};
        for (size_t k = 0; k < m.hits.n; k++)
            if (told_in_hours(t, fine, &m.hits.p[k])) {
                vec_push(c->a, &c->hits, m.hits.p[k]);
                runs[i] = (struct detect_run){d, DETECT_HITS, STR_NONE};
            }
    }
}
