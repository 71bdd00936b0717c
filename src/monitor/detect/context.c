/* What every detector writes with: parameters, hits, sentences, windows on absolute time, calibration. */
#include "monitor/detect/detect_private.h"

#include <stdio.h>
#include <string.h>

/* An override is named "A1.least" for one detector. */
double parameter(const struct detect_context *c, const char *name)
{
    size_t id = strlen(c->detector->id);
    for (const struct detector_parameter *p = c->overrides; p && p->name; p++)
        if (strncmp(p->name, c->detector->id, id) == 0 && p->name[id] == '.' && strcmp(p->name + id + 1, name) == 0)
            return p->value;
    for (const struct detector_parameter *p = c->detector->parameters; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p->value;
    CHECK(c == NULL); /* a detector asks for a parameter it does not declare */
    return 0;
}

size_t slots_of(const struct table *t, double hours)
{
    double n = hours * 3600 / t->step_s;
    return n < 1 ? 1 : (size_t)(n + 0.5);
}

struct hit *hit_add(struct detect_context *c, size_t first, size_t n, const struct view *v)
{
    if (c->own == LIMIT_HITS)
        return NULL;
    c->own++;
    struct hit h = {.detector = c->detector, .first = first, .n = n, .columns_n = 1, .p = 1};
    h.columns[0] = v->at;
    vec_push(c->a, &c->hits, h);
    return &c->hits.p[c->hits.n - 1];
}

void hit_also(struct hit *h, const struct view *v)
{
    if (h->columns_n < HIT_COLUMNS)
        h->columns[h->columns_n++] = v->at;
}

void hit_number(struct hit *h, int i, const char *label, double value, int decimals)
{
    double scaled = value;
    for (int k = 0; k < decimals; k++)
        scaled *= 10;
    h->number[i] = isfinite(scaled) && fabs(scaled) < 9e17 ? llround(scaled) : 0;
    h->number_decimals[i] = (int8_t)decimals;
    h->number_label[i] = label;
    h->number_unit[i] = NULL;
}

void hit_amount(struct hit *h, int i, const char *label, double value, const struct column *c, int more)
{
    hit_number(h, i, label, value, c->decimals + more);
    h->number_unit[i] = factor_unit(c);
}

void hit_apart(struct hit *h, int i, const char *label, double value, const struct column *c, int more)
{
    hit_number(h, i, label, value, c->decimals + more);
    h->number_unit[i] = factor_unit_apart(c);
}

void hit_sentence(struct detect_context *c, struct hit *h, const char *format, ...)
{
    char text[1000];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    h->sentence = arena_str(c->a, utf8_whole(str_of(text)));
}

str value_text(struct arena *a, const struct view *v, double x)
{
    return arena_printf(a, "%.*f", v->c->decimals, x);
}

str amount_text(struct arena *a, const struct view *v, double x)
{
    return arena_printf(a, "%.*f%s", v->c->decimals, x, factor_unit(v->c));
}

str slot_text(struct arena *a, const struct table *t, size_t slot)
{
    struct civil at = civil_of(table_at(t, slot));
    if (t->step_s >= 86400)
        return arena_printf(a, "%d年%d月%d日", at.year, at.month, at.dom);
    return arena_printf(a, "%d年%d月%d日%02d:%02d", at.year, at.month, at.dom, at.hour, at.minute);
}

str span_text(struct arena *a, const struct table *t, size_t n)
{
    int64_t seconds = (int64_t)n * t->step_s;
    if (seconds % 86400 == 0 && seconds >= 7 * 86400)
        return arena_printf(a, "%lld天", (long long)(seconds / 86400));
    if (seconds % 3600 == 0)
        return arena_printf(a, "%lld小时", (long long)(seconds / 3600));
    return arena_printf(a, "%lld分钟", (long long)((seconds + 30) / 60));
}

size_t window_first(const struct table *t, size_t hop)
{
    usec step = t->step_s * USEC_SECOND, slot = t->from / step;
    if (t->from % step < 0)
        slot--;
    usec over = slot % (usec)hop;
    if (over < 0)
        over += (usec)hop;
    return over ? hop - (size_t)over : 0;
}

/*
 * Half of the scores are taken as clean whatever happened. Beyond the upper decile the tail is exponential, with the slower of two
 * slopes: median to decile, decile to the upper 5 %. Only where the upper 5 % lie as near as those of a normal distribution
 * (0.28 of the way from median to decile; exponential 0.43) the tail is normal, a quarter wider than the decile says.
 */
struct calibration calibrate(struct arena *a, const double *scores, size_t n)
{
    struct calibration c = {.n = n};
    if (n < 20)
        return c;
    /* three selections, each behind the one before, instead of a sort */
    double *copy = arena_copy(a, scores, n * sizeof *scores);
    size_t k50 = n / 2, k90 = n * 9 / 10, k95 = n * 95 / 100;
    double q50 = select_of(copy, n, k50), q90 = select_of(copy + k50, n - k50, k90 - k50), q95 = select_of(copy + k90, n - k90, k95 - k90);
    c.u = q90;
    c.middle = q50;
    c.front = 0.1 / normal_tail(1.2816 / 1.25);
    c.sigma = q95 - q90 < 0.35 * (q90 - q50) ? 1.25 * (q90 - q50) / 1.2816 : 0;
    c.scale = fmax((q90 - q50) / log(5), (q95 - q90) / log(2));
    if (c.scale <= 0) {
        sort_doubles(copy, n);
        c.sorted = copy;
    }
    return c;
}

double calibrated_p(const struct calibration *c, double score)
{
    if (c->n < 20 || score <= c->u)
        return 1;
    if (c->sigma > 0)
        return fmax(1e-300, c->front * normal_tail((score - c->middle) / c->sigma));
    if (c->scale > 0)
        return fmax(1e-300, 0.1 * exp(-(score - c->u) / c->scale));
    const double *from = c->sorted; /* halved without branches: scores come in no order */
    for (size_t n = c->n; n > 1; n -= n / 2)
        from += from[n / 2 - 1] < score ? n / 2 : 0;
    size_t low = (size_t)(from - c->sorted) + (*from < score);
    return (1 + (double)(c->n - low)) / (double)(c->n + 1);
}

const struct view *view_find(const struct detect_context *c, const struct table *t, str factor, enum column_group g)
{
    for (size_t k = 0; k < t->columns_n; k++)
        if (t->columns[k].group == g && str_eq(t->columns[k].factor, factor) && t->columns[k].value && !t->columns[k].unfit)
            return &c->views[k];
    return NULL;
}

size_t slot_at(const struct table *t, usec at)
{
    usec slot = (at - t->from) / (t->step_s * USEC_SECOND);
    return at < t->from || slot >= (usec)t->n ? SIZE_MAX : (size_t)slot;
}

double stretch_chance(double places, size_t n, size_t off, double often)
{
    return fmin(1, places * binomial_tail((int64_t)n, (int64_t)off, fmin(0.5, often)));
}

bool next_spell(const uint8_t *is, size_t n, size_t gap, size_t *i, struct spell *ret)
{
    while (*i < n && !is[*i])
        ++*i;
    if (*i >= n)
        return false;
    size_t last = *i;
    *ret = (struct spell){.first = *i};
    for (; *i < n && *i - last <= gap + 1; ++*i)
        if (is[*i]) {
            last = *i;
            ret->count++;
        }
    *i = last + 1;
    ret->n = last + 1 - ret->first;
    return true;
}

struct hit *spell_hit(struct detect_context *c, const struct table *t, const struct spell *s, size_t looked, size_t all, const struct view *lead,
                      const char *words)
{
    double p = stretch_chance((double)looked, s->n, s->count, ((double)(all - s->count) + 1) / ((double)looked + 2));
    struct hit *h = s->count >= slots_of(t, parameter(c, "hours")) && p <= parameter(c, "chance") ? hit_add(c, s->first, s->n, lead) : NULL;
    if (!h)
        return NULL;
    h->score = (double)s->count;
    h->p = p;
    hit_number(h, 0, words, (double)s->count, 0);
    return h;
}
