/*
 * C9 and C10 for analysers with a schedule. Nobody who opens a cabinet, and no line that fails, knows the minute in which the next
 * result comes. A mark or a gap that begins in the very minute of a result and ends in that of another hid what the analyser had to say.
 * Marks of analysers that mark their own results are aligned with them, too, high or low: where a low one was marked so, it is
 * the instrument's habit, and nothing is said. A schedule on the full hour is one that failures of a timetable share: a tenth, not one slot of the cycle.
 *
 * Outfalls that run dry: an end at which the analyser gives nothing (no water) says nothing, the other end still does. A mark over a whole tank says
 * only how high its results were among those of the outlet; so many high ones are soft, and meet what D3 says of them: results that come under a mark.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

struct aligned { const struct view *v; struct schedule s; const struct spell *all; size_t n; const uint8_t *odd /* 1, or ALIGNED */; const double *chance; double columns; };
enum { ALIGNED = 2 };

static bool on_the_hour(const struct table *t, size_t slot)
{
    return table_at(t, slot) % USEC_HOUR == 0;
}

/* Chance that something that knows no schedule begins in the slot of a result. */
static double meets(const struct table *t, const struct schedule *s, size_t slot)
{
    return on_the_hour(t, slot) ? 0.1 : 1 / (double)s->cycle;
}

/* Of `k` odd ones among `many` that follow the first: that one anywhere, the others among those; doubled for each, since their number was
 * chosen. logs: the sum of the logarithms of their chances. */
static double aligned_chance(const struct aligned *x, double logs, size_t k, size_t many)
{
    double p = log((double)x->n * x->columns) + logs + (k > 1 ? (double)(k - 1) * log(2 * (double)many) : 0);
    return exp(fmin(0, p));
}

static void say_aligned(struct detect_context *c, const struct table *t, const struct aligned *x, const char *what)
{
    double best = parameter(c, "chance");
    size_t from = 0, to = 0, count = 0, aligned = 0;
    for (size_t i = 0; i < x->n; i++) {
        double logs = 0;
        size_t k = 0;
        for (size_t j = i; x->odd[i] && j < x->n && x->all[j].first - x->all[i].first <= t->n / 5; j++) {
            if (!x->odd[j])
                continue;
            logs += log(x->chance[j]);
            double p = aligned_chance(x, logs, ++k, j - i);
            if (p < best)
                best = p, from = i, to = j, count = k;
        }
    }
    if (!count)
        return;
    for (size_t i = from; i <= to; i++)
        aligned += x->odd[i] == ALIGNED;
    size_t first = x->all[from].first, n = x->all[to].first + x->all[to].n - first;
    struct hit *h = hit_add(c, first, n, x->v);
    if (!h)
        return;
    h->score = (double)count;
    h->p = fmax(1e-300, best);
    h->hard = aligned >= 2 && best <= parameter(c, "aligned");
    hit_number(h, 0, "次数", (double)count, 0);
    hit_number(h, 1, "全段次数", (double)x->n, 0);
    hit_number(h, 2, "分析周期（分钟）", (double)x->s.cycle * t->step_s / 60, 0);
    str name = factor_label(c->scratch, x->v->c), at = slot_text(c->scratch, t, first), span = span_text(c->scratch, t, n);
    if (aligned)
        hit_sentence(c, h, "%.*s自%.*s起%.*s的分钟数据%s%zu次，凡在分析仪出数时开始、结束的，都正好是应出结果的那一分钟，而分析仪每%.0f分钟才出一次结果",
                     STR_ARG(name), STR_ARG(at), STR_ARG(span), what, count, (double)x->s.cycle * t->step_s / 60);
    else
        hit_sentence(c, h, "%.*s自%.*s起%.*s的分钟数据%s%zu次，都在来水到断水之间，盖住的都是本站最高的一批结果", STR_ARG(name), STR_ARG(at), STR_ARG(span), what,
                     count);
}

/* One end of an episode: its part of the chance. 1: the analyser gave nothing there; 0: it gave, and no result was due. */
static double end_chance(const struct table *t, const struct aligned *x, size_t slot, bool gives)
{
    return !gives ? 1 : schedule_away(&x->s, slot) == 0 ? meets(t, &x->s, slot) : 0;
}

void detect_aligned_gaps(struct detect_context *c, const struct table *t, const struct spell *gaps, size_t n)
{
    struct aligned *all = NEW_ARRAY(c->scratch, t->columns_n + 1, struct aligned);
    size_t columns = 0;
    for (size_t k = 0; k < t->columns_n; k++) {
        all[columns].v = &c->views[k];
        columns += schedule_make(c->scratch, t, all[columns].v, &all[columns].s);
    }
    for (size_t k = 0; k < columns; k++) {
        struct aligned *x = &all[k];
        uint8_t *odd = NEW_ARRAY(c->scratch, n + 1, uint8_t);
        double *chance = NEW_ARRAY(c->scratch, n + 1, double);
        for (size_t i = 0; i < n; i++) {
            size_t first = gaps[i].first, end = first + gaps[i].n;
            bool before = first > 0 && !isnan(x->v->x[first - 1]), behind = end < t->n && !isnan(x->v->x[end]);
            double p = end_chance(t, x, first, before) * end_chance(t, x, end, behind);
            odd[i] = p > 0 && (before || behind) && (gaps[i].n + 1 >= x->s.cycle || !before || !behind);
            odd[i] = odd[i] ? ALIGNED : 0;
            chance[i] = odd[i] ? p : 1;
        }
        x->all = gaps;
        x->n = n;
        x->odd = odd;
        x->chance = chance;
        x->columns = (double)columns;
        say_aligned(c, t, x, "中断");
    }
}

/* Normal results of an analyser, in order of height. */
struct heights { double *x; size_t n; };

static struct heights heights_of(struct arena *scratch, const struct aligned *x)
{
    struct heights ret = {NEW_ARRAY(scratch, x->s.n + 1, double), 0};
    for (size_t i = 0; i < x->s.n; i++)
        ret.x[ret.n++] = x->v->x[x->s.at[i]]; /* a change is between two readings that are there */
    sort_doubles(ret.x, ret.n);
    return ret;
}

/* Share of the normal results that are as high as the highest of a marked stretch. */
static double share_as_high(const struct heights *h, const struct view *v, size_t first, size_t end)
{
    double top = -INFINITY;
    size_t below = 0, upto = h->n;
    for (size_t i = first; i < end; i++)
        top = v->c->value[i] == VALUE_NONE ? top : fmax(top, (double)v->c->value[i] * v->unit);
    while (below < upto) {
        size_t middle = below + (upto - below) / 2;
        if (h->x[middle] < top - v->q / 2)
            below = middle + 1;
        else
            upto = middle;
    }
    return ((double)(h->n - below) + 1) / ((double)h->n + 1);
}

/* Beside a marked stretch: a normal reading, or no water. What is checked or broken beside it is part of one story. */
static bool plain(const struct view *v, size_t i)
{
    char flag = v->c->flag[i];
    return flag == 0 || flag == 'F' || (flag == 'N' && !isnan(v->x[i]));
}

enum hides { HIDES_NOTHING, HIDES_HIGH, HIDES_ALIGNED, HIDES_LOW /* aligned, and low */ };

/* Marked from result to result, from one to where the water ends, or over all the water of a tank; the chance of it. High: above what stood
 * beside; of a tank, among the highest fifth. */
static enum hides hides_result(const struct table *t, const struct aligned *x, const struct heights *h, size_t first, size_t end, double *ret_chance)
{
    const struct column *k = x->v->c;
    bool before = !isnan(x->v->x[first - 1]), behind = !isnan(x->v->x[end]);
    double p = end_chance(t, x, first, before) * end_chance(t, x, end, behind), share = share_as_high(h, x->v, first, end);
    if (k->value[first] == VALUE_NONE || k->value[end - 1] == VALUE_NONE || p <= 0 || !plain(x->v, first - 1) || !plain(x->v, end) || (before && k->value[first] == k->value[first - 1]) ||
        (behind && k->value[end] == k->value[end - 1]))
        return HIDES_NOTHING;
    *ret_chance = p * fmin(share, before && behind ? 1.0 / 3 : 0.5); /* the highest of three, or of two */
    if (!before && !behind)
        return share <= 0.2 ? HIDES_HIGH : HIDES_NOTHING;
    if ((before && k->value[first] < k->value[first - 1]) || (behind && k->value[end - 1] < k->value[end]))
        return HIDES_LOW;
    return HIDES_ALIGNED;
}

void detect_aligned_marks(struct detect_context *c, const struct table *t, const struct view *v)
{
    struct aligned x = {.v = v, .columns = 1};
    const struct column *k = v->c;
    if (!k->flag || !schedule_make(c->scratch, t, v, &x.s))
        return;
    struct heights heights = heights_of(c->scratch, &x);
    VEC(struct spell) marks = {0};
    uint8_t *odd = NEW_ARRAY(c->scratch, t->n + 1, uint8_t); /* each slot may be marked otherwise than the one before */
    double *chance = NEW_ARRAY(c->scratch, t->n + 1, double);
    for (size_t i = 1; i < t->n; i++) {
        size_t first = i;
        char flag = k->flag[i];
        if (flag == k->flag[i - 1] || !flag || strchr("NCTF", flag))
            continue;
        while (i < t->n && k->flag[i] == flag)
            i++;
        if (i == t->n || slot_marked(c, t, first, i - first, ~(1u << MARKED_OTHER), 0))
            continue;
        double p = 1;
        enum hides hidden = hides_result(t, &x, &heights, first, i, &p);
        if (hidden == HIDES_LOW)
            return; /* low ones, too: its habit */
        odd[marks.n] = hidden == HIDES_ALIGNED ? ALIGNED : hidden == HIDES_HIGH;
        chance[marks.n] = hidden == HIDES_NOTHING ? 1 : p;
        vec_push(c->scratch, &marks, ((struct spell){first, i - first, 1}));
        i--;
    }
    x.all = marks.p;
    x.n = marks.n;
    x.odd = odd;
    x.chance = chance;
    say_aligned(c, t, &x, "标为非正常");
}
