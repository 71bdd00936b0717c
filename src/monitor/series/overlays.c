/*
 * Limits are dated three times over: by their own validity, by the outlet's, and by the day somebody imported them. What held on
 * a day is decided here, once: of all limits that reach an outlet on a day the more special wins (its own before its industry's
 * before its region's, a county's before a city's before the province's); of equal rank the one that began later; of those the
 * one imported last, so a wrong row is mended by importing it again. The limit of today says nothing about last year.
 */
#include "monitor/series/overlays.h"
#include "monitor/series/flue.h"

#include <stdlib.h>

/* ---- marks ---- */

static str factors_of(struct arena *a, str joined, str factor)
{
    return joined.n ? arena_printf(a, "%.*s %.*s", STR_ARG(joined), STR_ARG(factor)) : factor;
}

err *overlay_marks(struct db *d, struct arena *a, str mn, usec from, usec to, struct reading_mark **ret, size_t *ret_n)
{
    struct db_rows rows;
    VEC(struct reading_mark) v = {0};
    TRY(db_query(d, a,
                 "SELECT m.id, m.kind, m.reason, m.author, m.from_time, m.to_time, m.entered, m.seq, f.factor FROM outlet o"
                 " JOIN outlet_mark m ON m.outlet = o.id LEFT JOIN outlet_mark_factor f ON f.mark = m.id"
                 " WHERE o.mn = :mn AND m.undone_at IS NULL AND m.from_time < :to AND m.to_time > :from"
                 " ORDER BY m.from_time, m.seq, f.factor",
                 DB_ARGS(DB_T("mn", mn), DB_I("from", from), DB_I("to", to)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct reading_mark m = {.id = db_str(&rows, 0), .kind = db_str(&rows, 1), .reason = db_str(&rows, 2),
                                 .author = db_str(&rows, 3), .from = db_int(&rows, 4), .to = db_int(&rows, 5),
                                 .entered = db_int(&rows, 6), .seq = db_int(&rows, 7), .factors = db_str(&rows, 8)};
        struct reading_mark *last = v.n ? &v.p[v.n - 1] : NULL;
        if (last && last->seq == m.seq && str_eq(last->id, m.id))
            last->factors = factors_of(a, last->factors, m.factors);
        else
            vec_push(a, &v, m);
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

static bool word_in(str list, str word)
{
    str part;
    while (list.p && str_next(&list, ' ', &part))
        if (str_eq(part, word))
            return true;
    return false;
}

bool mark_covers(const struct reading_mark *m, str factor)
{
    return !m->factors.n || word_in(m->factors, factor);
}

bool mark_invalidates(const struct reading_mark *m)
{
    return word_in(S("maintenance calibration fault network"), m->kind);
}

bool mark_stops(const struct reading_mark *m)
{
    return str_eq(m->kind, S("stopped"));
}

/* ---- limits ---- */

struct candidate {
    struct reading_limit limit; /* from, to: when it holds for this outlet */
    int64_t outlet_seq, rank, begins, n;
};
struct limits { struct candidate *p; size_t n, capacity; };

static uint8_t period_of(str name)
{
    return str_eq(name, S("minute")) ? PERIOD_MINUTE : str_eq(name, S("hour")) ? PERIOD_HOUR : PERIOD_DAY;
}

static day day_or(const struct db_rows *rows, int column, day missing)
{
    struct db_value v = db_column(rows, column);
    return v.kind == DB_INT ? (day)v.i : missing;
}

static day later(day a, day b)
{
    return a > b ? a : b;
}

static day earlier(day a, day b)
{
    return a < b ? a : b;
}

static bool take_candidate(const struct db_rows *rows, day from, day to, struct candidate *ret)
{
    struct decimal value;
    day begins = (day)db_int(rows, 7);
    *ret = (struct candidate){.outlet_seq = db_int(rows, 2), .rank = db_int(rows, 12), .begins = begins, .n = db_int(rows, 14)};
    if (!decimal_parse(db_str(rows, 4), &value))
        return false;
    ret->limit = (struct reading_limit){
        .factor = db_str(rows, 3), .source = db_str(rows, 9), .unit = db_str(rows, 10), .converted = db_int(rows, 5) != 0,
        .period = period_of(db_str(rows, 6)), .mantissa = value.mantissa, .scale = value.scale, .lower = db_int(rows, 11) != 0,
        .seq = db_int(rows, 13), .from = later(from, later(begins, day_or(rows, 0, from))),
        .to = earlier(to, earlier(day_or(rows, 8, to), day_or(rows, 1, to)))};
    return ret->limit.from <= ret->limit.to;
}

static const char limits_sql[] =
    "SELECT o.from_date, o.to_date, o.seq, l.factor, l.value, l.converted, l.period, l.from_date, l.to_date, l.source, l.unit,"
    " l.lower, CASE WHEN l.outlet IS NOT NULL THEN 4 WHEN l.industry IS NOT NULL THEN 3 WHEN l.region % 100 <> 0 THEN 2"
    "   WHEN l.region % 10000 <> 0 THEN 1 ELSE 0 END, l.seq, l.n"
    " FROM outlet o JOIN subject s ON s.id = o.subject JOIN emission_limit l ON l.outlet = o.id"
    " OR l.industry = COALESCE(o.industry, s.industry) OR l.region = s.region"
    " OR (l.region % 10000 = 0 AND l.region / 10000 = s.region / 10000)"
    " OR (l.region % 100 = 0 AND l.region / 100 = s.region / 100)"
    " WHERE o.mn = :mn AND l.from_date <= :to AND COALESCE(l.to_date, :from) >= :from ORDER BY l.factor, l.seq, l.n";

static err *load_candidates(struct db *d, struct arena *a, str mn, day from, day to, struct limits *ret)
{
    struct db_rows rows;
    TRY(db_query(d, a, limits_sql, DB_ARGS(DB_T("mn", mn), DB_I("from", from), DB_I("to", to)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct candidate c;
        if (take_candidate(&rows, from, to, &c))
            vec_push(a, ret, c);
    }
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int same_kind(const struct reading_limit *a, const struct reading_limit *b)
{
    int order = str_cmp(a->factor, b->factor);
    if (!order)
        order = compare(a->converted, b->converted);
    if (!order)
        order = compare(a->period, b->period);
    return order ? order : compare(a->lower, b->lower);
}

/* By kind; the one that wins first. */
static int by_kind_and_rank(const void *l, const void *r)
{
    const struct candidate *a = l, *b = r;
    int order = same_kind(&a->limit, &b->limit);
    if (!order)
        order = compare(b->outlet_seq, a->outlet_seq);
    if (!order)
        order = compare(b->rank, a->rank);
    if (!order)
        order = compare(b->begins, a->begins);
    if (!order)
        order = compare(b->limit.seq, a->limit.seq);
    return order ? order : compare(b->n, a->n);
}

static const struct candidate *in_force(const struct limits *l, size_t first, size_t end, day d)
{
    for (size_t i = first; i < end; i++)
        if (l->p[i].limit.from <= d && d <= l->p[i].limit.to)
            return &l->p[i];
    return NULL;
}

/* The next day on which the answer may change. */
static day next_edge(const struct limits *l, size_t first, size_t end, day after, day to)
{
    day edge = to + 1;
    for (size_t i = first; i < end; i++) {
        if (l->p[i].limit.from > after)
            edge = earlier(edge, l->p[i].limit.from);
        if (l->p[i].limit.to >= after)
            edge = earlier(edge, l->p[i].limit.to + 1);
    }
    return edge;
}

err *overlay_limits(struct db *d, struct arena *a, str mn, day from, day to, struct reading_limit **ret, size_t *ret_n)
{
    struct limits l = {0};
    VEC(struct reading_limit) v = {0};
    TRY(load_candidates(d, a, mn, from, to, &l));
    if (l.n)
        qsort(l.p, l.n, sizeof *l.p, by_kind_and_rank);
    for (size_t first = 0, end; first < l.n; first = end) {
        for (end = first + 1; end < l.n && !same_kind(&l.p[first].limit, &l.p[end].limit);)
            end++;
        const struct candidate *last = NULL;
        for (day at = from; at <= to;) {
            const struct candidate *c = in_force(&l, first, end, at);
            day next = next_edge(&l, first, end, at, to);
            if (c && c == last)
                v.p[v.n - 1].to = next - 1;
            else if (c) {
                struct reading_limit part = c->limit;
                part.from = at;
                part.to = next - 1;
                vec_push(a, &v, part);
            }
            last = c;
            at = next;
        }
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

/* ---- corrections, the outlet ---- */

err *overlay_corrections(struct db *d, struct arena *a, str mn, str factor, enum reading_period period, bool converted,
                         usec from, usec to, struct reading_correction **ret, size_t *ret_n)
{
    static const char *const names[PERIODS] = {[PERIOD_MINUTE] = "minute", [PERIOD_HOUR] = "hour", [PERIOD_DAY] = "day"};
    struct db_rows rows;
    VEC(struct reading_correction) v = {0};
    *ret = NULL;
    *ret_n = 0;
    if (!names[period])
        return NULL;
    TRY(db_query(d, a,
                 "SELECT c.slot, c.value, c.id, c.reason, c.author, c.entered, c.seq FROM outlet o JOIN outlet_correction c"
                 " ON c.outlet = o.id WHERE o.mn = :mn AND c.factor = :factor AND c.period = :period AND c.converted = :converted"
                 " AND c.slot >= :from AND c.slot < :to ORDER BY c.slot, c.seq",
                 DB_ARGS(DB_T("mn", mn), DB_T("factor", factor), DB_T("period", str_of(names[period])),
                         DB_I("converted", converted), DB_I("from", from), DB_I("to", to)), &rows));
    for (bool more;;) {
        struct decimal value;
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct reading_correction c = {.slot = db_int(&rows, 0), .id = db_str(&rows, 2), .reason = db_str(&rows, 3),
                                       .author = db_str(&rows, 4), .entered = db_int(&rows, 5), .seq = db_int(&rows, 6)};
        if (!decimal_parse(db_str(&rows, 1), &value))
            continue;
        c.mantissa = value.mantissa;
        c.scale = value.scale;
        if (v.n && v.p[v.n - 1].slot == c.slot)
            v.p[v.n - 1] = c; /* the newer one counts */
        else
            vec_push(a, &v, c);
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

err *overlay_outlet(struct db *d, struct arena *a, str mn, day today, struct reading_outlet *ret)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a,
                 "SELECT o.id, o.name, o.subject, o.kind, COALESCE(o.industry, s.industry), o.process, o.o2_reference, o.area_m2,"
                 " o.cadence, o.from_date, o.to_date FROM outlet o JOIN subject s ON s.id = o.subject WHERE o.mn = :mn"
                 " AND COALESCE(o.from_date, :day) <= :day AND COALESCE(o.to_date, :day) >= :day ORDER BY o.seq DESC LIMIT 1",
                 DB_ARGS(DB_T("mn", mn), DB_I("day", today)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_got(err_at(err_new(ERR_MISSING, "设备编码“%.*s”没有登记点位", STR_ARG(mn)), S("mn")), mn, S("已登记点位的设备编码"),
                       STR_NONE);
    *ret = (struct reading_outlet){
        .id = db_str(&rows, 0), .name = db_str(&rows, 1), .subject = db_str(&rows, 2), .kind = db_str(&rows, 3),
        .industry = db_str(&rows, 4), .process = db_str(&rows, 5), .o2_reference_permille = (int)(db_int(&rows, 6) / 10),
        .area_mm2 = db_int(&rows, 7) * 1000, .cadence_s = (int32_t)db_int(&rows, 8), .from = day_or(&rows, 9, DAY_NONE),
        .to = day_or(&rows, 10, DAY_NONE)};
    db_rows_end(&rows);
    return NULL;
}
