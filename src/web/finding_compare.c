/*
 * The same channel in a stretch that nobody wondered about: as long, at the same hours of the day, whole weeks before where there is one, with
 * its values there and no finding of this outlet over it. Where values were sent again, what they were copied from is the same curve and no
 * comparison: neither what the finding names as its source nor what repeats it is taken. Drawn over the finding's own interval, for two pictures
 * with two scales compare badly.
 */
#include "web/finding.h"

#include <math.h>

enum { WEEKS_BACK = 8, DAYS_BACK = 27, COMPARE_COLUMNS = 600, SAME_LEAST = 12 /* values, each another than the one before */, LINE_LEAST = 24, LINE_TURNS = 6,
       LIMIT_FINDING_JSON = 1 << 20 };
static const double line_r = 0.9995;

struct summed { double low, sum, high; size_t n, whole; };

static struct summed sum_of(const struct chart_series *s)
{
    struct summed r = {.low = INFINITY, .high = -INFINITY, .whole = s->n};
    for (size_t i = 0; i < s->n; i++) {
        bool odd = s->flag && s->flag[i] && s->flag[i] != 'N';
        if (isnan(s->mid[i]) || odd)
            continue;
        r.low = fmin(r.low, s->low ? s->low[i] : s->mid[i]);
        r.high = fmax(r.high, s->high ? s->high[i] : s->mid[i]);
        r.sum += s->mid[i];
        r.n++;
    }
    return r;
}

static double plain_at(const struct chart_series *s, size_t i)
{
    return s->flag && s->flag[i] && s->flag[i] != 'N' ? (double)NAN : s->mid[i];
}

/* Whether y is x with a factor and a shift, and both go up and down: r beyond that of things that merely go alike. */
static bool on_a_line(const double *x, const double *y, size_t n)
{
    double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0, used = 0, last = NAN, before = NAN;
    int turns = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]) || isnan(y[i]))
            continue;
        turns += (x[i] - last) * (last - before) < 0;
        before = last, last = x[i];
        sx += x[i], sy += y[i], xx += x[i] * x[i], yy += y[i] * y[i], xy += x[i] * y[i], used++;
    }
    double vx = xx - sx * sx / used, vy = yy - sy * sy / used;
    return used >= LINE_LEAST && turns >= LINE_TURNS && vx > 0 && vy > 0 && (xy - sx * sy / used) / sqrt(vx * vy) >= line_r;
}

static bool value_by_value(const double *x, const double *y, size_t n)
{
    int changes = 0;
    for (size_t i = 0; i < n; i++) {
        bool same = x[i] == y[i]; /* never where one is missing */
        changes = !same ? 0 : i && x[i] != x[i - 1] ? changes + 1 : changes;
        if (changes >= SAME_LEAST)
            return true;
    }
    return false;
}

/* Whether a part of the one is in the other, wherever. */
static bool repeats(struct arena *a, const struct chart_series *here, const struct chart_series *there)
{
    double *x = NEW_ARRAY(a, here->n + 1, double), *y = NEW_ARRAY(a, there->n + 1, double);
    for (size_t i = 0; i < here->n; i++)
        x[i] = plain_at(here, i);
    for (size_t i = 0; i < there->n; i++)
        y[i] = plain_at(there, i);
    for (size_t shift = 0; shift < here->n + there->n; shift++) {
        size_t from = shift < there->n ? there->n - shift : 0, at = shift < there->n ? 0 : shift - there->n;
        size_t n = there->n - from < here->n - at ? there->n - from : here->n - at;
        if (value_by_value(x + at, y + from, n) || on_a_line(x + at, y + from, n))
            return true;
    }
    return false;
}

/* How far back lies what the finding says its values were sent before; 0: it says nothing of the kind. */
static err *source_back(struct arena *a, const struct watch_finding *f, usec *ret)
{
    const struct json *j;
    *ret = 0;
    TRY(json_parse(a, f->json, LIMIT_FINDING_JSON, &j));
    const struct json *numbers = json_get(j, S("numbers"));
    for (size_t i = 0; numbers && i < numbers->n; i++) {
        str label = json_string(&numbers->child[i], S("label"));
        const struct json *value = json_get(&numbers->child[i], S("value"));
        if (value && str_starts(label, S("与原段相隔")))
            *ret = (usec)(value->number * (double)(str_find(label, S("自然日")) > 0 ? USEC_DAY : USEC_HOUR));
    }
    return NULL;
}

/* Four fifths of it there and in the ordinary state, and nothing found within. */
static err *fits(struct readings *store, struct arena *a, const struct series *s, const struct watch_finding *f, usec back, const struct watch_finding *others,
                 size_t n, const struct chart_series *here, struct chart_series *ret, bool *ret_fits)
{
    *ret_fits = false;
    for (size_t i = 0; i < n; i++)
        if (others[i].from < f->to - back && others[i].to > f->from - back)
            return NULL;
    TRY(chart_read(store, a, s, f->from - back, f->to - back, COMPARE_COLUMNS, ret));
    struct summed sum = sum_of(ret);
    *ret_fits = sum.whole && 5 * sum.n >= 4 * sum.whole && !repeats(a, here, ret);
    return NULL;
}

/* All of them: what is called clean has none over it, however weak. */
static err *all_of_outlet(struct watch *watch, struct arena *a, str outlet, struct watch_finding **ret, size_t *ret_n)
{
    struct watch_filter all = {.level = -1, .outlet = outlet, .continued = true, .unsure = true};
    VEC(struct watch_finding) list = {0};
    struct watch_finding *page;
    size_t n;
    do {
        TRY(watch_findings(watch, a, &all, list.n ? list.p[list.n - 1].id : S(""), LIMIT_WATCH_FINDINGS, &page, &n));
        for (size_t i = 0; i < n; i++)
            vec_push(a, &list, page[i]);
    } while (n == LIMIT_WATCH_FINDINGS);
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

static err *find_clean(struct watch *watch, struct readings *store, struct arena *a, const struct series *s, const struct watch_finding *f,
                       const struct chart_series *here, struct chart_series *ret, usec *ret_back)
{
    struct watch_finding *others;
    size_t n;
    usec source, length = f->to - f->from;
    bool found = false;
    TRY(source_back(a, f, &source));
    TRY(all_of_outlet(watch, a, f->outlet, &others, &n));
    *ret_back = 0;
    for (int k = 1; k <= WEEKS_BACK + DAYS_BACK && !found; k++) {
        usec back = k <= WEEKS_BACK ? 7 * k * USEC_DAY : (k - WEEKS_BACK) * USEC_DAY;
        if (back < length || (source && back < source + length && source < back + length))
            continue;
        TRY(fits(store, a, s, f, back, others, n, here, ret, &found));
        if (found)
            *ret_back = back;
    }
    return NULL;
}

static void number(struct request *q, struct out *o, const char *label, double here, double there, int decimals)
{
    w(o, H("<tr><td data-label=\"数值\">"), label, H("</td><td class=\"number\" data-label=\"关注时段\">"), isfinite(here) ? arena_printf(q->a, "%.*f", decimals, here) : S("—"),
      H("</td><td class=\"number\" data-label=\"对照时段\">"), isfinite(there) ? arena_printf(q->a, "%.*f", decimals, there) : S("—"), H("</td></tr>"));
}

static void numbers(struct request *q, struct out *o, const struct chart_series *here, const struct chart_series *there)
{
    struct summed x = sum_of(here), y = sum_of(there);
    w(o, H("<div class=\"scroll\"><table class=\"numbers cards\"><thead><tr><th scope=\"col\">正常状态的数值</th><th scope=\"col\" class=\"number\">关注时段</th><th scope=\"col\" class=\"number\">对照时段</th>"
           "</tr></thead><tbody>"));
    number(q, o, "最低", x.low, y.low, here->decimals);
    number(q, o, "平均", x.n ? x.sum / (double)x.n : (double)NAN, y.sum / (double)y.n, here->decimals);
    number(q, o, "最高", x.high, y.high, here->decimals);
    w(o, H("</tbody></table></div>"));
}

err *put_comparison(struct request *q, struct out *o, struct watch *watch, struct readings *store, const struct series *s, const struct watch_finding *f)
{
    struct chart_series pair[2];
    usec back;
    w(o, H("<h2>与平时比</h2>"));
    TRY(chart_read(store, q->a, s, f->from, f->to, COMPARE_COLUMNS, &pair[0]));
    TRY(find_clean(watch, store, q->a, s, f, &pair[0], &pair[1], &back));
    if (!back) {
        w(o, H("<p class=\"muted\">此前没有同样长、数据齐全、没有研判结果而又不与之重复的时段可比。</p>"));
        return NULL;
    }
    int64_t days = back / USEC_DAY;
    usec *moved = NEW_ARRAY(q->a, pair[1].n + 1, usec);
    for (size_t i = 0; i < pair[1].n; i++)
        moved[i] = pair[1].at[i] + back;
    w(o, H("<p class=\"muted\">对照时段："), time_chinese(q->a, f->from - back), H(" 至 "), time_chinese(q->a, f->to - back), H("（"), (long long)days,
      H("个自然日前的同一时刻，该点位在此没有研判结果），移到关注时段上画出。</p>"));
    pair[1].at = moved;
    pair[0].label = S("关注时段");
    pair[1].label = S("对照时段");
    pair[0].low = pair[0].high = pair[1].low = pair[1].high = NULL; /* lines over each other are read, bands are not */
    struct chart chart = {.width = 1040, .height = 260, .from = f->from, .to = f->to, .title = S(""), .series = pair, .series_n = 2};
    struct chart small = chart;
    str wide, slim;
    small.width = 330, small.height = 260;
    TRY(chart_svg(q->a, &chart, &wide));
    TRY(chart_svg(q->a, &small, &slim));
    /* chart_svg escapes what it was given */
    w(o, H("<div class=\"wide\">"), (html){wide}, H("</div><div class=\"slim\">"), (html){slim}, H("</div>"));
    numbers(q, o, &pair[0], &pair[1]);
    return NULL;
}
