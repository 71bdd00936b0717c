/*
 * A9, A10, A11: the digits and the grid of a series. A value is taken in steps of its column, never as text: platforms strip
 * trailing zeros, which makes the digit 0 vanish and honest data look made up.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

static bool digits_speak(const struct view *v)
{
    return view_fit(v, 500) && v->levels >= 30 && v->equal < 0.2 && v->factor->role != ROLE_OTHER && v->c->group != COLUMN_TOTAL;
}

/* Values are in 10^-decimals; loggers that keep significant digits instead leave the last places zero. */
static int last_digit_power(const struct view *v, const struct table *t)
{
    size_t stride = stride_of(t->n, VIEW_SAMPLE);
    for (int power = 0; power < LIMIT_TABLE_DECIMALS; power++) {
        size_t zero = 0, n = 0;
        int64_t ten = 1;
        for (int k = 0; k < power; k++)
            ten *= 10;
        for (size_t i = 0; i < t->n; i += stride)
            if (!isnan(v->x[i])) {
                zero += v->c->value[i] / ten % 10 == 0;
                n++;
            }
        if (n && zero * 2 < n)
            return power;
    }
    return 0;
}

void detect_last_digit(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        double count[10] = {0}, n = 0, chi = 0, most = 0;
        if (!digits_speak(v) || v->c->q != 1)
            continue;
        int64_t ten = 1;
        for (int power = last_digit_power(v, t); power > 0; power--)
            ten *= 10;
        for (size_t i = 0; i < t->n; i++)
            if (!isnan(v->x[i])) {
                int64_t digit = v->c->value[i] / ten % 10;
                count[digit < 0 ? -digit : digit]++;
                n++;
            }
        for (int d = 0; d < 10; d++) {
            chi += (count[d] - n / 10) * (count[d] - n / 10) / (n / 10);
            most = fmax(most, count[d] / n);
        }
        double p = chi_square_tail(chi, 9);
        if (p > parameter(c, "chance") || most < parameter(c, "share"))
            continue;
        struct hit *h = hit_add(c, 0, t->n, v);
        if (!h)
            return;
        h->score = chi;
        h->p = p;
        hit_number(h, 0, "卡方值", chi, 1);
        hit_number(h, 1, "最多的末位所占比例（%）", 100 * most, 1);
        hit_number(h, 2, "数值个数", n, 0);
        hit_sentence(c, h, "%.*s的末位数字分布不均匀，最多的一个占%.1f%%，均匀时应为10%%", STR_ARG(factor_label(c->scratch, v->c)), 100 * most);
    }
}

/* Only of use over many outlets: an honest outlet spans less than a decade. Stays in the background for ever. */
void detect_first_digit(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        double count[10] = {0}, n = 0, off = 0;
        if (v->c->group != COLUMN_TOTAL || !view_fit(v, 500) || v->p01 <= 0 || v->p99 < 100 * v->p01)
            continue;
        for (size_t i = 0; i < t->n; i++)
            if (v->x[i] > 0) {
                count[(int)(v->x[i] / pow(10, floor(log10(v->x[i]))) + 1e-9) % 10]++;
                n++;
            }
        for (int d = 1; d < 10; d++)
            off += fabs(count[d] / n - log10(1 + 1.0 / d)) / 9;
        if (off < parameter(c, "off"))
            continue;
        struct hit *h = hit_add(c, 0, t->n, v);
        if (!h)
            return;
        h->score = off;
        hit_number(h, 0, "平均偏差（%）", 100 * off, 2);
        hit_sentence(c, h, "%.*s的首位数字分布与本福特分布平均相差%.1f个百分点", STR_ARG(factor_label(c->scratch, v->c)), 100 * off);
    }
}

static int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;
        a = b, b = r;
    }
    return a < 0 ? -a : a;
}

/* Whether a value lies on a grid `by` times coarser; a missing one does: it ends no stretch. */
__attribute__((always_inline)) static inline bool coarser(const struct view *v, size_t i, int64_t by)
{
    return v->c->value[i] % by == 0 || v->c->value[i] == VALUE_NONE;
}

/* A stretch from `first` whose values share a divisor; gives back where it ends, or `end`. */
static size_t lattice_from(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t end)
{
    int64_t g = 0, last = VALUE_NONE;
    size_t n = 0, to = first, gap = 0;
    for (; to < t->n && gap <= 3; to++) {
        if (isnan(v->x[to])) {
            gap++;
            continue;
        }
        int64_t value = v->c->value[to] / v->c->q, next = gcd(value, g);
        gap = 0;
        if (next < 2)
            break;
        g = next;
        n += value != last;
        last = value;
    }
    double p = (double)v->used * pow(g < 2 ? 2 : (double)g, -((double)n - 1));
    if (g < 2 || (double)n < parameter(c, "least") || p > parameter(c, "chance"))
        return end;
    struct hit *h = hit_add(c, first, to - first, v);
    if (!h)
        return to;
    h->score = -log10(fmax(p, 1e-300));
    h->p = p;
    hit_number(h, 0, "段内刻度", (double)g * v->q, v->c->decimals);
    hit_number(h, 1, "平时刻度", v->q, v->c->decimals);
    hit_number(h, 2, "段内不同数值个数", (double)n, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s内%zu个数值全部落在%.*s的整倍数上，平时刻度为%.*s", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, to - first)), n,
                 STR_ARG(value_text(c->scratch, v, (double)g * v->q)), STR_ARG(value_text(c->scratch, v, v->q)));
    return to;
}

/* A11: a stretch on a coarser grid than the rest. n distinct neighbours on a grid g times coarser happen once in g^n. */
void detect_lattice(struct detect_context *c, const struct table *t)
{
    double least = parameter(c, "least");
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        size_t end = 0, wide = 0, all = 0;
        if (!digits_speak(v) || v->step_mad < 4 * v->q)
            continue;
        /* where coarser values are usual (significant digits, a unit converted), a coarse stretch says nothing */
        size_t stride = stride_of(t->n, VIEW_SAMPLE);
        for (size_t i = 1; i < t->n; i += stride)
            if (!isnan(v->x[i]) && !isnan(v->x[i - 1])) {
                wide += coarser(v, i, 5) && coarser(v, i - 1, 5);
                all++;
            }
        if (!all || (double)wide > 0.12 * (double)all)
            continue;
        /* runs of multiples of a prime; only where one is long enough is the divisor looked for */
        size_t run[3] = {0}, from[3] = {0}, gap = 0;
        for (size_t i = 0; i < t->n; i++) {
            static const int64_t prime[3] = {2, 3, 5};
            int64_t value = v->c->value[i];
            if (isnan(v->x[i])) {
                if (++gap > 3)
                    run[0] = run[1] = run[2] = 0;
                continue;
            }
            gap = 0;
            bool fits[3] = {value % 2 == 0, value % 3 == 0, value % 5 == 0};
            for (int k3 = 0; k3 < 3; k3++) {
                from[k3] = run[k3] ? from[k3] : i;
                run[k3] = fits[k3] ? run[k3] + 1 : 0;
            }
            for (int k3 = 0; k3 < 3; k3++)
                if ((double)run[k3] == least && from[k3] >= end && v->c->q % prime[k3] != 0)
                    end = lattice_from(c, t, v, from[k3], end);
        }
    }
}
