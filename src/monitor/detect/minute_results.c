/*
 * A2, A4 and A18 for analysers that give a result now and then (every two hours, in water) and hold it in between. Their readings
 * are a staircase: what is looked at is its steps. Results are those of the analyser's own schedule (minute_schedule.c), so two equal ones in
 * a row are two, and a cycle that was skipped for a check is none.
 */
#include "monitor/detect/detect_private.h"

#include <stdlib.h>
#include <string.h>

struct result { size_t slot, end; double x; };
struct results { struct result *p; size_t n, capacity; size_t cycle; };

bool view_steps(const struct table *t, const struct view *v)
{
    return minutes_table(t) && view_fit(v, 2000) && v->equal >= 0.9 && v->mad > 0 && v->c->group == COLUMN_VALUE && v->factor->role == ROLE_POLLUTANT;
}

/* Without a schedule: what stands is counted by how long results usually stand. */
static void results_by_length(struct detect_context *c, const struct table *t, const struct view *v, struct results *ret)
{
    struct results run = {0};
    for (size_t i = 0; i < t->n; i++) {
        if (isnan(v->x[i]))
            continue;
        struct result *last = run.n ? &run.p[run.n - 1] : NULL;
        if (last && last->x == v->x[i] && i - last->end < 60)
            last->end = i + 1;
        else
            vec_push(c->scratch, &run, ((struct result){i, i + 1, v->x[i]}));
    }
    double *length = NEW_ARRAY(c->scratch, run.n + 1, double);
    for (size_t i = 0; i < run.n; i++)
        length[i] = (double)(run.p[i].end - run.p[i].slot);
    ret->cycle = run.n ? (size_t)fmax(1, median_of(length, run.n)) : 1;
    for (size_t i = 0; i < run.n; i++) {
        size_t from = run.p[i].slot, end = run.p[i].end, n = (end - from + ret->cycle / 3) / ret->cycle;
        n = n ? n : 1;
        for (size_t k = 0; k < n; k++)
            vec_push(c->scratch, ret, ((struct result){from + k * (end - from) / n, from + (k + 1) * (end - from) / n, run.p[i].x}));
    }
}

/* What stood when a result was due, unless the analyser was marked or silent around that slot: then it gave none. */
static void results_of(struct detect_context *c, const struct table *t, const struct view *v, struct results *ret)
{
    struct schedule s;
    if (!schedule_make(c->scratch, t, v, &s)) {
        results_by_length(c, t, v, ret);
        return;
    }
    ret->cycle = s.cycle;
    for (size_t i = 1, k = 0; i + 1 < t->n; i++) {
        while (k + 1 < s.n && s.at[k] < i)
            k++;
        if (i % s.cycle == s.phase[k] && !isnan(v->x[i - 1]) && !isnan(v->x[i]) && !isnan(v->x[i + 1]))
            vec_push(c->scratch, ret, ((struct result){i, i + s.cycle < t->n ? i + s.cycle : t->n, v->x[i + 1]}));
    }
}

/* ---- A2: results that hardly differ ---- */
enum calm_kind { CALM_STEPS /* from one result to the next */, CALM_LEVELS /* around the mean of the window */, CALM_KINDS };

static double relative_step(const struct view *v, double x, double before)
{
    return fabs(x - before) / fmax(fmin(fabs(x), fabs(before)), 5 * v->q);
}

/* Root mean square of what differs within results [i, i + length], as a part of the value, rounding included. */
static double restless(const struct view *v, const struct result *r, size_t length, enum calm_kind kind)
{
    double sum = 0, mean = 0;
    for (size_t k = 0; k <= length; k++)
        mean += r[k].x / (double)(length + 1);
    double least = v->q * v->q / fmax(mean * mean, 25 * v->q * v->q) / (kind == CALM_STEPS ? 6 : 12);
    for (size_t k = 0; k < length; k++) {
        double x = kind == CALM_STEPS ? relative_step(v, r[k + 1].x, r[k].x) : (r[k].x - mean) / fmax(fabs(mean), 5 * v->q);
        sum += x * x + least;
    }
    return sqrt(sum / (double)length);
}

/* A quarter of these results, or the middle one, lie where an analyser tells no more apart: they differ little because they cannot. */
static bool at_bottom(const struct view *v, const struct result *r, size_t n)
{
    size_t low = 0;
    for (size_t k = 0; k < n; k++)
        low += r[k].x <= v->p05;
    return low * 4 >= n - 1 || r[(n - 1) / 2].x <= v->p05;
}

/*
 * Windows of so many results that differ less than others. The chance is that of a variance so small when the true one were that of the
 * calmest fifth of the windows, over fewer degrees of freedom than there are results, since neighbours know of each other; where many results are tied
 * equal ones are counted, too; and nothing is said unless the window stands out from the calmest one elsewhere.
 */
static void calm_results(struct detect_context *c, const struct table *t, const struct view *v, const struct results *r, size_t length, enum calm_kind kind)
{
    double *score = NEW_ARRAY(c->scratch, r->n, double), *sorted = NEW_ARRAY(c->scratch, r->n, double);
    size_t n = r->n - 1, used = 0, equal = 0;
    struct standout s[STANDOUTS];
    for (size_t i = 0; i < n; i++)
        equal += r->p[i + 1].x == r->p[i].x;
    for (size_t i = 0; i < n; i++) {
        score[i] = NAN;
        if (i + length > n || at_bottom(v, r->p + i, length + 1) || r->p[i + length].end - r->p[i].slot > 2 * length * r->cycle)
            continue;
        score[i] = -log(restless(v, r->p + i, length, kind));
        sorted[used++] = score[i];
    }
    if (used < 60)
        return;
    double usual = quantile_of(sorted, used, 0.5), calm = quantile_of(sorted, used, 0.8);
    size_t found = standouts_grown(c->scratch, score, n, length, 0.1, parameter(c, "chance"), 0.5, length, s);
    for (size_t i = 0; i < found; i++) {
        int freedom = (int)fmax(2, (double)length / (kind == CALM_STEPS ? 1.5 : 4));
        double p = fmax(1e-16, 1 - chi_square_tail(freedom * exp(2 * (calm - s[i].score)), freedom));
        size_t same = 0;
        for (size_t k = 0; k < length; k++)
            same += r->p[s[i].best + k + 1].x == r->p[s[i].best + k].x;
        double share = ((double)equal - (double)same + 1) / ((double)(n - length) + 2);
        p = fmin(1, 2 * ((double)n / (double)length + 1) * fmin(p, (double)length * binomial_tail((int64_t)length, (int64_t)same, fmax(share, 1e-4))));
        size_t first = r->p[s[i].best].slot, end = r->p[s[i].best + length].end;
        for (size_t k = s[i].first; k < s[i].end; k++) /* neighbours that are as calm */
            if (score[k] >= (s[i].score + usual) / 2) {
                first = r->p[k + length / 4].slot < first ? r->p[k + length / 4].slot : first;
                end = r->p[k + length - length / 4].end > end ? r->p[k + length - length / 4].end : end;
            }
        if (p > 1e-4 || share > 0.5) /* or a calm month, or a coarser one */
            continue;
        struct hit *h = hit_add(c, first, end - first, v);
        if (!h)
            return;
        h->score = s[i].score - usual;
        h->p = p;
        h->hard = p <= parameter(c, "results") && s[i].p <= 1e-3;
        hit_number(h, 0, "各次结果相差（%，均方根）", 100 * exp(-s[i].score), 2);
        hit_number(h, 1, "平时相差（%，均方根）", 100 * exp(-usual), 2);
        hit_number(h, 2, "结果个数", (double)((end - first) / r->cycle), 0);
        hit_sentence(c, h, "%.*s自%.*s起%.*s内各次分析结果几乎相同：%s%.2f%%，平时同样长的时间里为%.2f%%", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)),
                     kind == CALM_STEPS ? "相邻两次相差" : "与平均值相差", 100 * exp(-s[i].score), 100 * exp(-usual));
    }
}

void detect_minute_calm(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        struct results r = {0};
        if (!view_steps(t, v))
            continue;
        results_of(c, t, v, &r);
        if (r.n < 120)
            continue;
        static const size_t spans[] = {6, 12, 24, 48, 84};
        for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
            calm_results(c, t, v, &r, spans[i], CALM_STEPS);
            if (spans[i] >= 24)
                calm_results(c, t, v, &r, spans[i], CALM_LEVELS);
        }
    }
}

/* ---- A4: results that stop at one value ---- */
void detect_minute_clip(struct detect_context *c, const struct table *t)
{
    static const size_t spans[] = {12, 24, 84};
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        struct results r = {0};
        if (!view_steps(t, v) || v->coarse)
            continue;
        results_of(c, t, v, &r);
        for (size_t j = 0; j < sizeof spans / sizeof *spans && r.n >= 120; j++)
            for (size_t from = 0, end = 0; from + spans[j] <= r.n; from += 6) {
                double top = -INFINITY, width = fmax(20 * v->grain, 0.5 * v->mad), near = 0;
                size_t count = 0, episodes = 0, first = 0, last = 0, n = spans[j];
                if (from < end)
                    continue;
                for (size_t i = from; i < from + n; i++)
                    top = fmax(top, r.p[i].x);
                for (size_t i = from; i < from + n; i++)
                    if (r.p[i].x == top) {
                        episodes += !count || i != last + 1;
                        first = count ? first : i;
                        last = i;
                        count++;
                    } else {
                        near += r.p[i].x >= top - width;
                    }
                double p = (double)(r.n / 6 + 1) * binomial_tail((int64_t)n, (int64_t)count - 1, fmin(0.5, (near + 2) * v->grain / width / (double)n));
                if (count < 4 || p > parameter(c, "chance") || top <= v->p05)
                    continue;
                end = last + 1;
                struct hit *h = hit_add(c, r.p[first].slot, r.p[last].end - r.p[first].slot, v);
                if (!h)
                    return;
                h->score = (double)count;
                h->p = p;
                h->hard = p <= parameter(c, "hard") && episodes >= 2;
                hit_amount(h, 0, "封顶值", top, v->c, 0);
                hit_number(h, 1, "正好等于该值的结果数", (double)count, 0);
                hit_number(h, 2, "分属几段", (double)episodes, 0);
                hit_sentence(c, h, "%.*s自%.*s起%.*s内先后%zu段共%zu次分析结果正好停在最高值%.*s，其上没有任何结果", STR_ARG(factor_label(c->scratch, v->c)),
                             STR_ARG(slot_text(c->scratch, t, h->first)), STR_ARG(span_text(c->scratch, t, h->n)), episodes, count,
                             STR_ARG(amount_text(c->scratch, v, top)));
            }
    }
}

/* ---- A18: results where none can be ---- */
void detect_staircase(struct detect_context *c, const struct table *t)
{
    size_t length = slots_of(t, 2), hop = length / 4;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        struct standout s[STANDOUTS];
        if (!view_steps(t, v))
            continue;
        double *score = NEW_ARRAY(c->scratch, t->n / hop + 1, double);
        size_t n = 0, begin = window_first(t, hop);
        for (size_t first = begin; first + length <= t->n; first += hop) {
            size_t changes = 0, used = 0;
            for (size_t i = first + 1; i < first + length; i++) {
                used += !isnan(v->x[i]);
                changes += !isnan(v->x[i]) && !isnan(v->x[i - 1]) && v->x[i] != v->x[i - 1];
            }
            score[n++] = used * 2 >= length ? (double)changes : NAN;
        }
        size_t found = standouts(c->scratch, score, n, 4, 1, parameter(c, "chance"), s);
        for (size_t i = 0; i < found; i++) {
            size_t first = begin + s[i].first * hop, end = begin + (s[i].end - 1) * hop + length;
            struct hit *h = s[i].score >= parameter(c, "least") ? hit_add(c, first, end - first, v) : NULL;
            if (!h)
                continue;
            h->score = s[i].score;
            h->p = s[i].p;
            h->hard = s[i].p <= parameter(c, "hard");
            hit_number(h, 0, "两小时内数值改变次数", s[i].score, 0);
            hit_number(h, 1, "平时相邻分钟相等的比例（%）", 100 * equal_outside(t, v, first, end - first), 1);
            hit_amount(h, 2, "首次的数值", v->x[first], v->c, 0);
            hit_sentence(c, h, "%.*s平时每个分析周期才有一个结果，自%.*s起%.*s内两小时改变达%.0f次，多于该分析仪能出的结果", STR_ARG(factor_label(c->scratch, v->c)),
                         STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), s[i].score);
        }
    }
}
