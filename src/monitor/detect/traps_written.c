/*
 * Two explanations that lie in how numbers were written down and not in what was measured: a stretch in another unit, and codes that stand
 * for "nothing there". Both look like hard contradictions to whoever calculates with them, so they are asked of every finding.
 *
 * A unit's change leaves two traces that no forger of small numbers leaves: the level jumps by a power of ten and back, and the lattice the
 * values lie on jumps with it (4.66 becomes 4660, all of them multiples of ten; or 0.00466, with places nobody printed before).
 */
#include "monitor/detect/detect_private.h"

enum { EDGES_WITHIN = 1000 /* slots looked at beside a finding */, BESIDE = 200 /* slots that give the usual lattice */, LEAST_WRITTEN = 3 };
static const double filler_share = 0.05;

/* ---- which columns a finding rests on ---- */
static bool rests_on(const struct finding *f, const struct table *t, size_t column)
{
    const char *id = f->lead->detector->id;
    const struct column *c = &t->columns[column];
    if (!c->value || c->unfit)
        return false;
    for (int i = 0; i < f->lead->columns_n; i++)
        if (f->lead->columns[i] == column)
            return true;
    /* what the other channels say it should be */
    return f->lead->detector->family == FAMILY_PHYSICS || str_eq(str_of(id), S("A3")) || str_eq(str_of(id), S("A17"));
}

/* ---- a power of ten ---- */
static int power_between(double a, double b)
{
    double ten = 1;
    for (int k = 1; k <= 3; k++) {
        ten *= 10;
        if (b > 0.5 * ten * a && b < 2 * ten * a)
            return k;
        if (a > 0.5 * ten * b && a < 2 * ten * b)
            return -k;
    }
    return 0;
}

static int64_t ten_to(int k)
{
    return k <= 0 ? 1 : 10 * ten_to(k - 1);
}

/* Whether the lattice of [first, end) is 10^power of that around it. */
static bool lattice_too(const struct column *c, size_t n, size_t first, size_t end, int power)
{
    size_t from = first > BESIDE ? first - BESIDE : 0, to = n - end > BESIDE ? end + BESIDE : n;
    int64_t in = table_step(c->value + first, end - first), out;
    if (first == from)
        out = table_step(c->value + end, to - end);
    else if (end == to)
        out = table_step(c->value + from, first - from);
    else
        out = common_step(table_step(c->value + from, first - from), table_step(c->value + end, to - end));
    return power > 0 ? in % ten_to(power) == 0 && in / ten_to(power) % out == 0 : out % ten_to(-power) == 0 && out / ten_to(-power) % in == 0;
}

struct slip { size_t first, n; int power; };

/* The first stretch in [from, to) whose level and lattice are a power of ten from what is around it, and that the finding touches. */
static bool find_slip(const struct column *c, const struct table *t, const struct finding *f, struct slip *ret)
{
    size_t from = f->first > EDGES_WITHIN ? f->first - EDGES_WITHIN : 0, to = t->n - f->first - f->n > EDGES_WITHIN ? f->first + f->n + EDGES_WITHIN : t->n;
    size_t open = from, values = 0;
    int power = 0; /* of the open stretch; 0: none is open */
    double before = 0;
    for (size_t i = from; i < to; i++) {
        double x = c->value[i] == VALUE_NONE ? 0 : (double)c->value[i];
        if (x <= 0)
            continue;
        int jump = before > 0 ? power_between(before, x) : 0;
        before = x;
        if (jump && power == -jump && values >= LEAST_WRITTEN && open < f->first + f->n && i > f->first && lattice_too(c, t->n, open, i, power)) {
            *ret = (struct slip){open, values, power};
            return true;
        }
        if (jump)
            open = i, power = jump, values = 0;
        values++;
    }
    return false;
}

enum trap_outcome trap_unit(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    struct slip s;
    for (size_t k = 0; k < t->columns_n; k++)
        if (rests_on(f, t, k) && find_slip(&t->columns[k], t, f, &s)) {
            *ret = arena_printf(a, "%.*s自%.*s起%zu个数值约为前后的%s%lld%s，刻度也随之改变，可能是单位或小数点不一", STR_ARG(factor_label(a, &t->columns[k])),
                                STR_ARG(slot_text(a, t, s.first)), s.n, s.power > 0 ? "" : "1/", (long long)ten_to(s.power > 0 ? s.power : -s.power),
                                s.power > 0 ? "倍" : "");
            return TRAP_POSSIBLE;
        }
    (void)views;
    *ret = S("数值的量级与刻度没有同时相差10、100、1000倍的一段");
    return TRAP_RULED_OUT;
}

/* ---- codes for nothing ---- */
bool filler_code(double x)
{
    static const double code[] = {99, 99.99, 999, 999.9, 999.99, 9999, 9999.9, 9999.99, 9999.999, 99999, 999999, 32767, 3276.7, 65535, 6553.5};
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        if (fabs(fabs(x) - code[i]) < 0.0005) /* a mantissa times 0.1 is not the literal */
            return true;
    return false;
}

static bool stands_for_nothing(const struct view *v, double x)
{
    enum role r = v->factor->role;
    bool never_negative = r == ROLE_POLLUTANT || r == ROLE_OXYGEN || r == ROLE_FLOW || r == ROLE_VELOCITY || r == ROLE_LOAD || r == ROLE_HUMIDITY;
    if (x < 0 && never_negative)
        return x < -fmax(5 * v->q, 0.05 * fabs(v->p99));
    return filler_code(x) && fabs(x) > 5 * fabs(v->median);
}

enum trap_outcome trap_filler(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &views[k];
        size_t n = 0, last = 0;
        if (!rests_on(f, t, k))
            continue;
        for (size_t i = f->first; i < f->first + f->n && i < t->n; i++)
            if (!isnan(v->x[i]) && stands_for_nothing(v, v->x[i]))
                n++, last = i;
        if (n >= LEAST_WRITTEN && (double)n >= filler_share * (double)f->n) {
            *ret = arena_printf(a, "%.*s在区间内有%zu个%.*s这样的数，可能是代表缺测的填充数", STR_ARG(factor_label(a, v->c)), n, STR_ARG(value_text(a, v, v->x[last])));
            return TRAP_POSSIBLE;
        }
    }
    *ret = S("区间内没有9999、-999之类代表缺测的数");
    return TRAP_RULED_OUT;
}
