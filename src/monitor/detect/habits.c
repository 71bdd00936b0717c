/*
 * Marks are laid over the slots once, as bits; after that a column is one pass. What counts as covered follows who else asks: a slot is stopped when it
 * begins under the mark, invalid when more than a quarter of it does (45 minutes make an hour: series/aggregate.c), exempt when a mark touches it (view.c).
 */
#include "monitor/detect/habits.h"
#include "monitor/detect/detect_private.h"

#include <stdlib.h>

enum { OUT_STOPPED = 1, OUT_INVALID = 2, OUT_EXEMPT = 4, OUT_MARKED = 8, OUT_PLATFORM = 16 };
enum { SLOT_JUDGED = 1, SLOT_HIGH = 2, HABIT_LETTERS = 128 };
#define KIND_BIT(k) (1u << (k))
enum {
    KINDS_ALL = (1u << HABIT_KINDS) - 1, KINDS_EXEMPT = KINDS_ALL & ~KIND_BIT(MARKED_OTHER),
    KINDS_INVALID = KIND_BIT(MARKED_FAULT) | KIND_BIT(MARKED_MAINTENANCE) | KIND_BIT(MARKED_CALIBRATION) | KIND_BIT(MARKED_NETWORK)
};

static const struct { const char *name, *label; } kinds[HABIT_KINDS] = {
    [MARKED_STOPPED] = {"stopped", "停运"}, [MARKED_START] = {"start", "启炉"}, [MARKED_SHUT] = {"shut", "停炉"}, [MARKED_FAULT] = {"fault", "故障"},
    [MARKED_MAINTENANCE] = {"maintenance", "维护"}, [MARKED_CALIBRATION] = {"calibration", "校准"}, [MARKED_NETWORK] = {"network", "通讯中断"},
    [MARKED_OTHER] = {"other", "其他"}};

const char *habit_kind_label(enum table_mark_kind k)
{
    return kinds[k].label;
}

const char *habit_kind_name(enum table_mark_kind k)
{
    return kinds[k].name;
}

int64_t habit_percent(int64_t part, int64_t whole)
{
    return whole > 0 ? (int64_t)(((__int128)part * 20000 + whole) / ((__int128)whole * 2)) : -1;
}

/* ---- marks ---- */
struct stretch { usec from, to; uint8_t kind; };
struct stretches { struct stretch *p; size_t n; };

static int by_start(const void *x, const void *y)
{
    const struct stretch *a = x, *b = y;
    return a->from != b->from ? (a->from < b->from ? -1 : 1) : (a->to > b->to) - (a->to < b->to);
}

static bool touches(const struct table *t, const struct table_mark *m)
{
    return m->kind < HABIT_KINDS && m->to > m->from && m->to > t->from && m->from < table_at(t, t->n);
}

/* Marks within the span, by when they begin. */
static struct stretches marks_within(struct arena *a, const struct table *t)
{
    struct stretches s = {NEW_ARRAY(a, t->marks_n + 1, struct stretch), 0};
    usec end = table_at(t, t->n);
    for (size_t i = 0; i < t->marks_n; i++) {
        const struct table_mark *m = &t->marks[i];
        if (touches(t, m))
            s.p[s.n++] = (struct stretch){m->from > t->from ? m->from : t->from, m->to < end ? m->to : end, m->kind};
    }
    qsort(s.p, s.n, sizeof *s.p, by_start);
    return s;
}

/* Of some kinds, what overlaps or meets joined. */
static struct stretches joined(struct arena *a, const struct stretches *of, unsigned mask)
{
    struct stretches s = {NEW_ARRAY(a, of->n + 1, struct stretch), 0};
    for (size_t i = 0; i < of->n; i++) {
        const struct stretch *m = &of->p[i];
        if (!(mask & KIND_BIT(m->kind)))
            continue;
        struct stretch *last = s.n ? &s.p[s.n - 1] : NULL;
        if (last && m->from <= last->to)
            last->to = m->to > last->to ? m->to : last->to;
        else
            s.p[s.n++] = *m;
    }
    return s;
}

/* Stretches that are apart, in order: a slot takes `bit` when more than `least` of it is covered. */
static void lay(uint8_t *out, const struct table *t, const struct stretches *s, usec least, uint8_t bit)
{
    usec step = t->step_s * USEC_SECOND, sum = 0;
    size_t at = SIZE_MAX;
    for (size_t k = 0; k < s->n; k++)
        for (size_t i = (size_t)((s->p[k].from - t->from) / step); i < t->n && table_at(t, i) < s->p[k].to; i++) {
            usec begin = table_at(t, i), end = begin + step;
            sum = i == at ? sum : 0;
            at = i;
            sum += (s->p[k].to < end ? s->p[k].to : end) - (s->p[k].from > begin ? s->p[k].from : begin);
            out[i] |= sum > least ? bit : 0;
        }
}

/* A slot that begins under the mark. */
static void lay_stops(uint8_t *out, const struct table *t, const struct stretches *s)
{
    usec step = t->step_s * USEC_SECOND;
    for (size_t k = 0; k < s->n; k++)
        for (size_t i = (size_t)((s->p[k].from - t->from + step - 1) / step); i < t->n && table_at(t, i) < s->p[k].to; i++)
            out[i] |= OUT_STOPPED;
}

static uint8_t *slots_out(struct arena *a, const struct table *t, const struct stretches *marks, int64_t *ret_platform)
{
    uint8_t *out = NEW_ARRAY(a, t->n + 1, uint8_t);
    struct stretches of = joined(a, marks, KIND_BIT(MARKED_STOPPED));
    lay_stops(out, t, &of);
    of = joined(a, marks, KINDS_INVALID);
    lay(out, t, &of, t->step_s * USEC_SECOND / 4, OUT_INVALID);
    of = joined(a, marks, KINDS_EXEMPT);
    lay(out, t, &of, 0, OUT_EXEMPT);
    of = joined(a, marks, KINDS_ALL);
    lay(out, t, &of, 0, OUT_MARKED);
    *ret_platform = 0;
    for (size_t i = 0; t->platform && i < t->n; i++) {
        out[i] |= t->platform[i] ? OUT_PLATFORM : 0;
        *ret_platform += t->platform[i] != 0;
    }
    return out;
}

/* ---- high ---- */
/* The first slot behind `i` at which another limit may be in force. */
static size_t limit_lasts(const struct table *t, size_t i)
{
    usec step = t->step_s * USEC_SECOND, at = table_at(t, i), next = table_at(t, t->n);
    for (size_t k = 0; k < t->limits_n; k++) {
        usec from = t->limits[k].from, to = t->limits[k].to;
        next = from > at && from < next ? from : next;
        next = to > at && to < next ? to : next;
    }
    return (size_t)((next - t->from + step - 1) / step);
}

static void judge(const struct column *c, const uint8_t *out, size_t i, size_t end, int64_t bound, uint8_t *state)
{
    for (; i < end; i++) {
        bool normal = !c->flag || c->flag[i] == 'N' || c->flag[i] == 'n';
        bool judged = normal & (c->value[i] != VALUE_NONE) & !(out[i] & (OUT_EXEMPT | OUT_PLATFORM));
        state[i] |= (uint8_t)((judged ? SLOT_JUDGED : 0) | (judged && c->value[i] >= bound ? SLOT_HIGH : 0));
    }
}

/* What is known of each slot's height, over all columns that have an hourly limit. */
static const uint8_t *heights(struct arena *a, const struct table *t, const uint8_t *out, struct habits *h)
{
    uint8_t *state = NEW_ARRAY(a, t->n + 1, uint8_t);
    for (size_t k = 0; t->limits_n && k < t->columns_n; k++) {
        const struct column *c = &t->columns[k];
        if (!c->value || c->unfit)
            continue;
        for (size_t i = 0, end; i < t->n; i = end) {
            double limit = limit_at(t, c, table_at(t, i)), bound = limit * h->rules.high / 100 * pow(10, c->decimals);
            end = limit_lasts(t, i);
            if (!(bound > 0 && bound < 9e18)) /* none, or none that says anything */
                continue;
            h->limited = true;
            judge(c, out, i, end, (int64_t)ceil(bound - 1e-9 * fmax(1, bound)), state); /* 31.5 of 35 is nine tenths, whatever the doubles say */
        }
    }
    for (size_t i = 0; i < t->n; i++) {
        h->judged += state[i] & SLOT_JUDGED;
        h->high += state[i] >> 1;
    }
    return state;
}

/* ---- one kind ---- */
static int by_length(const void *x, const void *y)
{
    usec a = *(const usec *)x, b = *(const usec *)y;
    return (a > b) - (a < b);
}

static usec middle_of(usec *x, size_t n)
{
    if (!n)
        return USEC_NONE;
    qsort(x, n, sizeof *x, by_length);
    return n % 2 ? x[n / 2] : x[n / 2 - 1] + (x[n / 2] - x[n / 2 - 1]) / 2;
}

/* The newest judged slot that ended within the hour before the slot the mark begins in (at a longer step: the one before). */
static void begins(const struct table *t, const uint8_t *state, usec from, struct mark_habit *h)
{
    size_t at = slot_at(t, from), hour = slots_of(t, 1);
    if (at == SIZE_MAX)
        return;
    h->begun++;
    for (size_t back = 1; back <= hour && back <= at; back++)
        if (state[at - back] & SLOT_JUDGED) {
            h->compared++;
            h->high += state[at - back] >> 1;
            return;
        }
}

static struct mark_habit habit_of(struct arena *a, const struct table *t, const struct stretches *marks, const uint8_t *state, unsigned mask)
{
    struct mark_habit h = {0};
    struct stretches apart = joined(a, marks, mask);
    usec *late = NEW_ARRAY(a, marks->n + 1, usec);
    for (size_t i = 0; i < apart.n; i++) {
        usec length = apart.p[i].to - apart.p[i].from;
        h.covered += length;
        h.longest = length > h.longest ? length : h.longest;
    }
    for (size_t i = 0; i < t->marks_n; i++) {
        const struct table_mark *m = &t->marks[i];
        if (!touches(t, m) || !(mask & KIND_BIT(m->kind)))
            continue;
        h.n++;
        h.entered += m->entered != USEC_NONE;
        if (m->entered != USEC_NONE && m->entered > m->to)
            late[h.late++] = m->entered - m->to;
        begins(t, state, m->from, &h);
    }
    h.delay = middle_of(late, (size_t)h.late);
    return h;
}

/* ---- columns ---- */
static char flag_letter(char f)
{
    f = f >= 'a' && f <= 'z' ? (char)(f - 'a' + 'A') : f;
    return (f >= 'A' && f <= 'Z') || (f >= '0' && f <= '9') ? f : '?';
}

struct counted { struct column_habit h; int64_t flags[HABIT_LETTERS], owed, valid, idle; size_t run; };

static void gap_ends(const struct table *t, struct counted *c)
{
    usec length = (usec)c->run * t->step_s * USEC_SECOND;
    c->h.gaps += length >= USEC_HOUR;
    c->h.longest = length > c->h.longest ? length : c->h.longest;
    c->run = 0;
}

static void count(const struct table *t, const struct column *c, const uint8_t *out, size_t i, size_t end, struct counted *n)
{
    for (; i < end; i++) {
        bool there = c->value && c->value[i] != VALUE_NONE;
        char f = c->flag ? c->flag[i] : there ? 'N' : 0;
        bool normal = there && (f == 'N' || f == 'n'), flagged = !normal && (there || (f && f != 'N' && f != 'n'));
        bool excused = !normal && !flagged && (out[i] & OUT_PLATFORM), missing = !normal && !flagged && !excused;
        n->h.normal += normal;
        n->h.excused += excused;
        n->h.missing += missing;
        n->h.unmarked += missing && !(out[i] & OUT_MARKED);
        if (flagged)
            n->flags[(size_t)flag_letter(f)]++, n->h.flagged++;
        n->owed += !excused && !(out[i] & OUT_STOPPED);
        n->idle += flagged && (f == 'F' || f == 'f') && !(out[i] & OUT_STOPPED);
        n->valid += normal && !(out[i] & (OUT_STOPPED | OUT_INVALID));
        if (missing)
            n->run++;
        else if (n->run)
            gap_ends(t, n);
    }
}

/* ---- quarters ---- */
static void quarters_make(struct arena *a, const struct table *t, struct habits *h)
{
    usec end = table_at(t, t->n);
    VEC(struct quarter_habit) list = {0};
    for (usec at = t->from; at < end;) {
        struct civil c = civil_of(at);
        int month = (c.month - 1) / 3 * 3 + 1;
        day first = day_from_civil(c.year, month, 1), next = day_from_civil(c.year + (month == 10), month == 10 ? 1 : month + 3, 1);
        if (first == DAY_NONE || next == DAY_NONE)
            break;
        usec to = day_start(next) < end ? day_start(next) : end;
        struct quarter_habit q = {.from = at, .to = to, .whole = day_start(first) >= t->from && day_start(next) <= end};
        vec_push(a, &list, q);
        at = to;
    }
    h->quarters = list.p, h->quarters_n = list.n;
}

/* Of flue gas alone is a share asked, and by its codes of 2017 it begins with a. */
static void quarter_add(struct quarter_habit *q, const struct habit_rules *rules, const struct column *c, const struct counted *n)
{
    bool ruled = str_starts(c->factor, S("a"));
    if (n->owed <= 0)
        return;
    q->below += ruled && n->valid * 100 < n->owed * rules->capture_least;
    if (!q->pollutants++ || n->valid * q->owed < q->valid * n->owed)
        q->column = n->h.column, q->ruled = ruled, q->owed = n->owed, q->valid = n->valid, q->idle = n->idle;
}

static void column_add(struct arena *a, const struct table *t, uint16_t k, const uint8_t *out, struct habits *h)
{
    const struct column *c = &t->columns[k];
    struct counted n = {.h = {.column = k}};
    bool pollutant = c->group == COLUMN_VALUE && factor_find(c->factor)->role == ROLE_POLLUTANT;
    usec step = t->step_s * USEC_SECOND;
    size_t at = 0;
    for (size_t q = 0; q < h->quarters_n; q++) {
        size_t end = (size_t)((h->quarters[q].to - t->from + step - 1) / step);
        n.owed = n.valid = n.idle = 0;
        count(t, c, out, at, end < t->n ? end : t->n, &n);
        at = end < t->n ? end : t->n;
        if (pollutant)
            quarter_add(&h->quarters[q], &h->rules, c, &n);
    }
    count(t, c, out, at, t->n, &n);
    gap_ends(t, &n);
    VEC(struct flag_habit) flags = {0};
    for (int f = 0; f < HABIT_LETTERS; f++)
        if (n.flags[f])
            vec_push(a, &flags, ((struct flag_habit){(char)f, n.flags[f]}));
    n.h.flags = flags.p, n.h.flags_n = flags.n;
    h->columns[h->columns_n++] = n.h;
}

void habits_of(struct arena *a, const struct table *t, const struct habit_rules *rules, struct habits *ret)
{
    *ret = (struct habits){.rules = rules ? *rules : HABIT_DEFAULTS, .slots = (int64_t)t->n, .span = table_at(t, t->n) - t->from,
                           .marks_known = t->marks != NULL};
    struct stretches marks = marks_within(a, t);
    uint8_t *out = slots_out(a, t, &marks, &ret->platform);
    const uint8_t *state = heights(a, t, out, ret);
    ret->all = habit_of(a, t, &marks, state, KINDS_ALL);
    for (int k = 0; k < HABIT_KINDS; k++)
        ret->kind[k] = habit_of(a, t, &marks, state, KIND_BIT(k));
    if (t->step_s <= 3600)
        quarters_make(a, t, ret);
    ret->columns = NEW_ARRAY(a, t->columns_n + 1, struct column_habit);
    for (size_t k = 0; k < t->columns_n; k++)
        if (t->columns[k].value || t->columns[k].flag)
            column_add(a, t, (uint16_t)k, out, ret);
}

/* ---- as JSON ---- */
/* Two decimals, as the rest of the summary has. */
static void put_hours(struct json_out *o, str key, usec length)
{
    json_key(o, key);
    if (length == USEC_NONE)
        json_null(o);
    else
        json_double(o, round((double)length / (double)USEC_HOUR * 100) / 100);
}

static void put_percent(struct json_out *o, str key, int64_t part, int64_t whole)
{
    json_key(o, key);
    if (whole <= 0)
        json_null(o);
    else
        json_double(o, (double)habit_percent(part, whole) / 100);
}

static void put_mark(struct json_out *o, const struct habits *h, const struct mark_habit *m, const char *name, const char *label)
{
    json_open(o, '{');
    json_put_str(o, S("kind"), str_of(name));
    json_put_str(o, S("label"), str_of(label));
    json_put_int(o, S("times"), m->n);
    put_hours(o, S("hours"), m->covered);
    put_percent(o, S("percent"), m->covered / USEC_SECOND, h->span / USEC_SECOND);
    put_hours(o, S("longest_hours"), m->longest);
    json_put_int(o, S("entered_known"), m->entered);
    json_put_int(o, S("entered_late"), m->late);
    put_hours(o, S("late_hours_median"), m->delay);
    json_put_int(o, S("begun"), m->begun);
    json_put_int(o, S("begun_compared"), m->compared);
    json_put_int(o, S("begun_high"), m->high);
    put_percent(o, S("begun_high_percent"), m->high, m->compared);
    json_close(o, '}');
}

static void put_marks(struct json_out *o, const struct habits *h)
{
    json_key(o, S("marks"));
    if (!h->marks_known) {
        json_null(o);
        return;
    }
    json_open(o, '[');
    if (h->all.n)
        put_mark(o, h, &h->all, "all", "合计");
    for (int k = 0; k < HABIT_KINDS; k++)
        if (h->kind[k].n)
            put_mark(o, h, &h->kind[k], kinds[k].name, kinds[k].label);
    json_close(o, ']');
}

static void put_high(struct json_out *o, const struct habits *h)
{
    json_key(o, S("high"));
    if (!h->limited) {
        json_null(o);
        return;
    }
    json_open(o, '{');
    json_put_int(o, S("of_limit_percent"), h->rules.high);
    json_put_int(o, S("slots"), h->high);
    json_put_int(o, S("judged"), h->judged);
    put_percent(o, S("percent"), h->high, h->judged);
    json_close(o, '}');
}

static void put_columns(struct json_out *o, const struct table *t, const struct habits *h)
{
    static const char *const group[COLUMN_GROUPS] = {"value", "converted", "total"};
    json_key(o, S("columns"));
    json_open(o, '[');
    for (size_t i = 0; i < h->columns_n; i++) {
        const struct column_habit *c = &h->columns[i];
        json_open(o, '{');
        json_put_str(o, S("factor"), t->columns[c->column].factor);
        json_put_str(o, S("group"), str_of(group[t->columns[c->column].group]));
        put_percent(o, S("missing_percent"), c->missing, h->slots);
        put_percent(o, S("missing_unmarked_percent"), c->unmarked, h->marks_known ? h->slots : 0);
        json_put_int(o, S("gaps"), c->gaps);
        put_hours(o, S("longest_gap_hours"), c->longest);
        json_key(o, S("flags_percent"));
        json_open(o, '{');
        for (size_t k = 0; k < c->flags_n; k++)
            put_percent(o, (str){&c->flags[k].flag, 1}, c->flags[k].n, h->slots);
        json_close(o, '}');
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void put_quarters(struct json_out *o, const struct table *t, const struct habits *h)
{
    json_key(o, S("quarters"));
    json_open(o, '[');
    for (size_t i = 0; i < h->quarters_n; i++) {
        const struct quarter_habit *q = &h->quarters[i];
        AUTO_ARENA(a);
        json_open(o, '{');
        json_put_str(o, S("from"), time_rfc3339(a, q->from));
        json_put_str(o, S("to"), time_rfc3339(a, q->to));
        json_put_bool(o, S("whole"), q->whole);
        json_put_int(o, S("pollutants"), q->pollutants);
        json_put_int(o, S("below"), q->below);
        if (q->pollutants) {
            json_put_str(o, S("lowest"), t->columns[q->column].factor);
            json_put_int(o, S("owed"), q->owed);
            json_put_int(o, S("valid"), q->valid);
            json_put_int(o, S("flagged_stopped"), q->idle);
            put_percent(o, S("percent"), q->valid, q->owed);
            json_key(o, S("least_percent"));
            if (q->ruled)
                json_int(o, h->rules.capture_least);
            else
                json_null(o);
        }
        json_close(o, '}');
    }
    json_close(o, ']');
}

void habits_json(struct json_out *o, const struct table *t, const struct habits *h)
{
    json_open(o, '{');
    put_hours(o, S("span_hours"), h->span);
    json_put_int(o, S("platform_slots"), h->platform);
    put_marks(o, h);
    put_high(o, h);
    put_columns(o, t, h);
    put_quarters(o, t, h);
    json_close(o, '}');
}
