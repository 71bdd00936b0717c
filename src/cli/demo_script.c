/*
 * The script: lives are told one after the other, each with its own times; then all steps are sorted by time and
 * performed until the year ends. A prefix in time is what has happened; the rest is still ahead, so whatever the last
 * day cuts through lies open in somebody's inbox, as on any real day.
 */
#include "cli/demo_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 1000, LIMIT_STEP = 6000 };

const char *demo_text(struct province *p, const char *format, ...)
{
    char text[LIMIT_STEP];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    CHECK(n >= 0 && (size_t)n < sizeof text);
    return arena_cstr(p->arena, (str){text, (size_t)n});
}

const char *demo_time(struct province *p, usec t)
{
    return arena_cstr(p->arena, time_rfc3339(p->arena, t));
}

const char *demo_day(struct province *p, day d)
{
    return arena_cstr(p->arena, day_iso(p->arena, d));
}

day demo_workday(const struct province *p, day d, int n)
{
    (void)p;
    if (n == 0) { /* d itself when it is one: the first working day after the day before */
        d--;
        n = 1;
    }
    day due = d + n;
    calendar_due(&calendar_builtin, d, UNIT_WORKDAY, n, &due, NULL);
    return due;
}

day demo_workday_before(const struct province *p, day d, int n)
{
    for (day back = d - 1;; back--)
        if (demo_workday(p, back, 0) == back && --n == 0)
            return back;
}

usec demo_at(day d, int hour, int minute)
{
    return day_start(d) + hour * USEC_HOUR + minute * USEC_MINUTE;
}

/* A creating act names its row: an id drawn by the engine would differ from run to run. */
static str with_id(struct province *p, const char *act, str fields)
{
    const struct act_type *type = act_type_find(str_of(act));
    CHECK(type);
    if (!(type->flags & ACT_CREATES) || str_starts(fields, S("\"id\":")))
        return arena_str(p->arena, fields);
    return arena_printf(p->arena, "\"id\":\"i%zu\",%.*s", p->steps.n, STR_ARG(fields));
}

static size_t add(struct province *p, usec at, enum demo_expect expect, const char *by, const char *act, const char *format,
                  va_list list)
{
    char text[LIMIT_STEP];
    int n = vsnprintf(text, sizeof text, format, list);
    CHECK(n >= 0 && (size_t)n < sizeof text);
    for (int i = 0; i < n; i++)
        if (text[i] == '\'')
            text[i] = '"';
    struct step s = {.at = at, .order = p->steps.n, .expect = expect, .by = by, .act = act,
                     .fields = with_id(p, act, (str){text, (size_t)n})};
    vec_push(p->arena, &p->steps, s);
    return s.order;
}

#define ADD(expect)                                                                                 \
    va_list list;                                                                                   \
    va_start(list, format);                                                                         \
    size_t order = add(p, at, expect, by, act, format, list);                                       \
    va_end(list);                                                                                   \
    return order

size_t demo_do(struct province *p, usec at, const char *by, const char *act, const char *format, ...)
{
    ADD(DEMO_ALLOWED);
}

size_t demo_raw(struct province *p, usec at, const char *by, const char *act, str fields)
{
    struct step s = {.at = at, .order = p->steps.n, .expect = DEMO_ALLOWED, .by = by, .act = act, .fields = with_id(p, act, fields)};
    vec_push(p->arena, &p->steps, s);
    return s.order;
}

size_t demo_refused(struct province *p, usec at, const char *by, const char *act, const char *format, ...)
{
    ADD(DEMO_REFUSED);
}

size_t demo_held(struct province *p, usec at, const char *by, const char *act, const char *format, ...)
{
    ADD(DEMO_HELD);
}

void demo_lift(struct province *p, usec at, const char *by, size_t held, const char *reasons)
{
    demo_refer(p, demo_do(p, at, by, "hold.approve", "'held':#,'reasons':'%s'", reasons), held);
}

void demo_settle(struct province *p, usec at, const char *by, size_t step, int n, const char *note)
{
    demo_refer(p, demo_do(p, at, by, "todo.settle", "'todo':'#-%d','note':'%s'", n, note), step);
}

void demo_refer(struct province *p, size_t order, size_t of)
{
    p->steps.p[order].of = of + 1;
}

static int by_time(const void *l, const void *r)
{
    const struct step *a = l, *b = r;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static err *perform(struct province *p, struct arena *a, const struct step *s, int64_t *seq)
{
    static const enum act_verdict wanted[] = {ACT_ALLOWED, ACT_HELD, ACT_REFUSED};
    struct act_answer answer;
    str fields = s->fields;
    ptrdiff_t hole = s->of ? str_find(fields, S("#")) : -1;
    if (hole >= 0)
        fields = arena_printf(a, "%.*s%lld%.*s", STR_ARG(str_sub(fields, 0, (size_t)hole)), (long long)seq[s->of - 1],
                              STR_ARG(str_sub(fields, (size_t)hole + 1, fields.n)));
    str json = arena_printf(a, "{\"act\":\"%s\",\"at\":\"%.*s\",\"by\":\"%s\",%.*s}", s->act, STR_ARG(time_rfc3339(a, s->at)),
                            s->by, STR_ARG(fields));
    TRY(act_perform(p->acts, a, &(struct act_request){.json = json}, &answer));
    seq[s->order] = answer.seq;
    if (answer.verdict == wanted[s->expect])
        return NULL;
    return err_new(ERR_CONFLICT, "示范数据：%s 未按预期办理：%.*s\n%.*s", s->act, STR_ARG(answer.json), STR_ARG(json));
}

static err *perform_batch(struct province *p, struct arena *a, size_t from, size_t to, int64_t *seq)
{
    err *bad = NULL;
    TRY(acts_batch_begin(p->acts));
    for (size_t i = from; i < to && !bad; i++) {
        bad = perform(p, a, &p->steps.p[i], seq);
        arena_reset(a);
    }
    err *end = acts_batch_end(p->acts);
    return bad ? bad : end;
}

err *demo_perform(struct province *p, int64_t *ret_acts)
{
    AUTO_ARENA(a);
    size_t n = p->steps.n;
    int64_t *seq = NEW_ARRAY(p->arena, n + 1, int64_t);
    qsort(p->steps.p, n, sizeof *p->steps.p, by_time);
    while (n && p->steps.p[n - 1].at > p->options->until)
        n--;
    *ret_acts = (int64_t)n;
    for (size_t i = 0; i < n; i += BATCH) {
        TRY(perform_batch(p, a, i, i + BATCH < n ? i + BATCH : n, seq));
        if (p->options->progress)
            p->options->progress(p->options->context, (int64_t)(i + BATCH < n ? i + BATCH : n), (int64_t)n);
    }
    return NULL;
}
