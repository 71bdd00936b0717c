/*
 * A8 and B5 among readings. What a reading differs from the one before is mostly instrument noise and the duct's turbulence: no
 * two days share it, and no two instruments. So the products of such steps with those of the same minutes some days before, or
 * with another channel's, scatter about nothing; where they add up, one series was made of the other, whatever was laid over it.
 * Steps are cut at three times the usual, so that no single jump decides.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

static float *steps_of(struct detect_context *c, const struct table *t, const struct view *v)
{
    float *step = NEW_ARRAY(c->scratch, t->n, float);
    double most = 3 * fmax(v->step_mad, v->q);
    for (size_t i = 1; i < t->n; i++) {
        double d = v->x[i] - v->x[i - 1];
        step[i] = isnan(d) ? 0 : (float)fmin(fmax(d, -most), most);
    }
    return step;
}

static bool lively(const struct view *v)
{
    return view_fit(v, 5000) && v->c->group == COLUMN_VALUE && v->step_mad >= v->q && v->equal < 0.6 && v->factor->role != ROLE_OTHER;
}

/* Products of a window that begins at `at`, against those `lag` before (or of another series): how many of their own spread the sum
 * is, and the share of the movement that is common. */
struct common { double z, r; };
struct sums { double xy, squares, xx, yy; size_t used; };

static struct sums sums_of(const float *x, const float *y, size_t n)
{
    struct sums s = {0};
    for (size_t i = 0; i < n; i++) {
        double p = (double)x[i] * (double)y[i];
        s.xy += p;
        s.squares += p * p;
        s.xx += (double)x[i] * (double)x[i];
        s.yy += (double)y[i] * (double)y[i];
        s.used += x[i] != 0 && y[i] != 0;
    }
    return s;
}

static struct common common_by(const struct sums *p, size_t n, size_t each)
{
    struct sums s = {0};
    for (size_t i = 0; i < n; i++)
        s.xy += p[i].xy, s.squares += p[i].squares, s.xx += p[i].xx, s.yy += p[i].yy, s.used += p[i].used;
    if (s.used * 3 < n * each || s.squares <= 0)
        return (struct common){0, 0};
    return (struct common){s.xy / sqrt(s.squares), s.xy / sqrt(s.xx * s.yy)};
}

static struct common common_of(const float *x, const float *y, size_t n)
{
    struct sums s = sums_of(x, y, n);
    return common_by(&s, 1, n);
}

/* ---- A8 ---- */
enum { LAGS = 35, LENGTHS = 3 };
struct lagged { struct common best; uint8_t lag; }; /* lag 0: none */

static void say_repeat(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t end, int lag, struct common best, double p,
                       double alone)
{
    struct hit *h = hit_add(c, first, end - first, v);
    if (!h)
        return;
    h->score = best.z;
    h->p = p;
    h->hard = p <= parameter(c, "hard") && alone <= parameter(c, "alone");
    hit_number(h, 0, "逐分钟变化的相关系数", best.r, 3);
    hit_number(h, 1, "与原段相隔（自然日）", lag, 0);
    hit_number(h, 2, "偏离偶然的倍数", best.z, 1);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的逐分钟变化与%d天前同一时段相关（相关系数%.3f，为偶然误差的%.0f倍），测量噪声不会重复", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), lag, best.r, best.z);
}

/* The best lag of each window. Products are summed once over thirds of the shortest window, of which longer ones are made. */
static void best_lags(struct detect_context *c, const struct table *t, const float *step, size_t third, const size_t *thirds, struct lagged *const *ret)
{
    size_t a_day = slots_of(t, 24), begin = window_first(t, third), n = t->n > begin ? (t->n - begin) / third : 0;
    struct sums *sum = NEW_ARRAY(c->scratch, n + 1, struct sums);
    for (int lag = 1; lag <= LAGS; lag++) {
        size_t back = (size_t)lag * a_day, from = 0;
        while (from < n && begin + from * third < back)
            from++;
        for (size_t k = from; k < n; k++)
            sum[k + 1] = sums_of(step + begin + k * third, step + begin + k * third - back, third);
        for (int j = 0; j < LENGTHS; j++)
            for (size_t k = from, hop = thirds[j] / 3; k + thirds[j] <= n && back >= thirds[j] * third; k += hop) {
                k = (k + hop - 1) / hop * hop; /* windows begin at the same places for every lag */
                struct common one = k + thirds[j] <= n ? common_by(sum + 1 + k, thirds[j], third) : (struct common){0};
                struct lagged *w = &ret[j][k / hop];
                if (one.z > w->best.z)
                    *w = (struct lagged){one, (uint8_t)lag};
            }
    }
}

static void repeats(struct detect_context *c, const struct table *t, const struct view *v, const struct lagged *window, size_t n, size_t hop, size_t length,
                    size_t begin)
{
    double *score = NEW_ARRAY(c->scratch, n + 1, double);
    struct standout s[STANDOUTS];
    for (size_t i = 0; i < n; i++)
        score[i] = window[i].lag ? window[i].best.z : NAN;
    size_t found = standouts(c->scratch, score, n, 3, 1, parameter(c, "noisy_chance"), s);
    for (size_t i = 0; i < found; i++) {
        size_t first = s[i].best, end = s[i].best + 1;
        const struct lagged *best = &window[s[i].best];
        while (first > s[i].first && window[first - 1].lag == best->lag)
            first--;
        while (end < s[i].end && window[end].lag == best->lag)
            end++;
        /* the sum of many products is normal; of all windows and lags this one was chosen */
        double p = fmax(1e-300, normal_tail(s[i].score) * (double)n * LAGS);
        if (p <= parameter(c, "chance"))
            say_repeat(c, t, v, begin + first * hop, begin + (end - 1) * hop + length, best->lag, best->best, p, s[i].p);
    }
}

void detect_minute_copy(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!lively(v) || (v->factor->role != ROLE_POLLUTANT && v->factor->role != ROLE_OXYGEN && v->factor->role != ROLE_FLOW) || v->equal > 0.4)
            continue;
        const float *step = steps_of(c, t, v);
        size_t third = slots_of(t, 2) / 3, begin = window_first(t, third), blocks = t->n > begin ? (t->n - begin) / third : 0;
        static const size_t thirds[LENGTHS] = {3, 9, 36}; /* 2, 6, 24 hours */
        struct lagged *window[LENGTHS];
        for (int j = 0; j < LENGTHS; j++)
            window[j] = NEW_ARRAY(c->scratch, blocks + 1, struct lagged);
        best_lags(c, t, step, third, thirds, window);
        for (int j = 0; j < LENGTHS; j++)
            if (blocks >= thirds[j])
                repeats(c, t, v, window[j], (blocks - thirds[j]) / (thirds[j] / 3) + 1, third * thirds[j] / 3, third * thirds[j], begin);
    }
}

/* ---- B5 ---- */
/* What burns ties CO, NOx and the like to oxygen, to the furnace and to each other, in some weeks by more than half of their steps. */
static bool burns(const struct view *x, const struct view *y)
{
    enum role b = y->factor->role;
    return x->factor->role == ROLE_POLLUTANT && (b == ROLE_POLLUTANT || b == ROLE_OXYGEN || b == ROLE_FURNACE);
}

static void say_pair(struct detect_context *c, const struct table *t, const struct view *x, const struct view *y, size_t first, size_t end, struct common best,
                     double usual, double p)
{
    struct hit *h = hit_add(c, first, end - first, x);
    if (!h)
        return;
    hit_also(h, y);
    h->score = fabs(best.z);
    h->p = p;
    h->hard = p <= parameter(c, "alone") && fabs(best.r) >= 0.8; /* regimes of the burning tie CO to others by half of their steps */
    hit_number(h, 0, "逐分钟变化的相关系数", best.r, 3);
    hit_number(h, 1, "平时的相关系数", usual, 3);
    hit_number(h, 2, "偏离偶然的倍数", fabs(best.z), 1);
    hit_sentence(c, h, "%.*s与%.*s自%.*s起%.*s逐分钟同步变化（相关系数%.3f，平时%.3f），两台仪器的噪声不会相同", STR_ARG(factor_label(c->scratch, x->c)),
                 STR_ARG(factor_label(c->scratch, y->c)), STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), best.r,
                 usual);
}

static void pair(struct detect_context *c, const struct table *t, const struct view *x, const struct view *y, const float *dx, const float *dy, size_t length)
{
    size_t hop = length / 3, n = 0, used = 0, begin = window_first(t, hop);
    double *score = NEW_ARRAY(c->scratch, t->n / hop + 1, double), *sorted = NEW_ARRAY(c->scratch, t->n / hop + 1, double);
    struct common *all = NEW_ARRAY(c->scratch, t->n / hop + 1, struct common);
    struct standout s[STANDOUTS];
    for (size_t first = begin; first + length <= t->n; first += hop, n++) {
        all[n] = common_of(dx + first, dy + first, length);
        if (all[n].r != 0)
            sorted[used++] = all[n].r;
    }
    if (used < 60)
        return;
    double usual = median_of(sorted, used);
    for (size_t i = 0; i < n; i++)
        score[i] = all[i].r != 0 ? fabs(atanh(fmin(fmax(all[i].r, -0.9999), 0.9999)) - atanh(fmin(fmax(usual, -0.9999), 0.9999))) : NAN;
    size_t found = standouts(c->scratch, score, n, 3, 1 / sqrt((double)length), 1e-2, s);
    for (size_t i = 0; i < found; i++) {
        double z = score[s[i].best] * sqrt((double)length / 2); /* half as good as independent normal steps would be */
        double p = fmax(1e-300, normal_tail(z) * (double)n);
        if (p <= parameter(c, "hard"))
            if (fabs(all[s[i].best].r) >= (burns(x, y) ? 0.7 : 0.3))
                say_pair(c, t, x, y, begin + s[i].first * hop, begin + (s[i].end - 1) * hop + length, all[s[i].best], usual, fmax(p, s[i].p));
    }
}

static bool measured_apart(const struct view *x, const struct view *y)
{
    enum role a = x->factor->role, b = y->factor->role;
    if (x->factor->kin && x->factor->kin == y->factor->kin)
        return false;
    return !((a == ROLE_FLOW || a == ROLE_VELOCITY || a == ROLE_LOAD) && (b == ROLE_FLOW || b == ROLE_VELOCITY || b == ROLE_LOAD));
}

void detect_minute_together(struct detect_context *c, const struct table *t)
{
    const float **step = NEW_ARRAY(c->scratch, t->columns_n + 1, const float *);
    for (size_t k = 0; k < t->columns_n; k++)
        step[k] = lively(&c->views[k]) ? steps_of(c, t, &c->views[k]) : NULL;
    for (size_t i = 0; i < t->columns_n; i++)
        for (size_t k = 0; k < t->columns_n; k++) {
            enum role other = c->views[k].factor->role;
            if (i == k || !step[i] || !step[k] || c->views[i].factor->role != ROLE_POLLUTANT || (other == ROLE_POLLUTANT && k < i) ||
                !measured_apart(&c->views[i], &c->views[k]))
                continue;
            pair(c, t, &c->views[i], &c->views[k], step[i], step[k], slots_of(t, 2));
            pair(c, t, &c->views[i], &c->views[k], step[i], step[k], slots_of(t, 24));
        }
}
