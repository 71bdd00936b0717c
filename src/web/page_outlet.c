/* One outlet: what it says now, and a series over time as picture and as numbers. Every number leads down to the frames
 * it came in. */
#include "web/finding.h"

#include <math.h>

static void put_time_value(struct out *o, usec t)
{
    struct civil c = civil_of(t);
    buf_printf(&o->b, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.dom, c.hour, c.minute);
}

/* Within H() there is no place for a colon of a time: the value is digits, '-', 'T' and ':' alone. */
static void put_at(struct out *o, usec t)
{
    w(o, H("at="));
    put_time_value(o, t);
}

/* ---- now ---- */
static str limit_words(struct request *q, const struct reading_limit *limits, size_t n, const struct reading_latest *v)
{
    buf b = buf_make(q->a, 400);
    for (size_t i = 0; i < n; i++) {
        const struct reading_limit *l = &limits[i];
        if (!str_eq(l->factor, v->factor) || (l->converted != 0) != (v->group == GROUP_CONVERTED) ||
            v->group > GROUP_CONVERTED)
            continue;
        buf_printf(&b, "%s%s%s %.*s", b.n ? "；" : "", chart_period_text(l->period), l->lower ? "不低于" : "限值",
                   STR_ARG(decimal_text(q->a, l->mantissa, l->scale)));
    }
    return b.n ? buf_str(&b) : S("—");
}

static err *live_values(struct request *q, struct readings *r, struct out *o, const struct outlet *outlet)
{
    struct reading_latest *v;
    struct reading_limit *limits;
    size_t n, limits_n;
    day today = day_of(q->now);
    TRY(reading_latest(r, q->a, outlet->mn, &v, &n));
    TRY(reading_limits(r, q->a, outlet->mn, today, today, &limits, &limits_n));
    latest_sort(v, n, limits, limits_n);
    w(o, H("<section class=\"card\"><h2>最新数值</h2>"));
    if (!n) {
        w(o, H("<p class=\"muted\">还没有收到数据。</p></section>"));
        return NULL;
    }
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">项目</th><th scope=\"col\" "
           "class=\"number\">数值</th><th scope=\"col\">状态</th>"
           "<th scope=\"col\">现行限值</th><th scope=\"col\">数据时间</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++) {
        struct series s = {.factor = v[i].factor, .group = v[i].group, .period = v[i].period};
        char flag = v[i].flag.n ? v[i].flag.p[0] : '?';
        w(o, H("<tr><td data-label=\"项目\"><span><a href=\"/monitor/"), U(outlet->id), H("?factor="), U(v[i].factor),
          H("\">"), factor_name(v[i].factor), H("</a> <span class=\"muted\">"), chart_group_text(v[i].group), H("（"),
          chart_period_text(v[i].period), H("）</span></span></td><td class=\"number\" data-label=\"数值\"><span><b>"),
          v[i].text, H("</b> "), chart_unit(&s), H("</span></td><td data-label=\"状态\"><span>"));
        if (flag == 'N' || flag == '?')
            w(o, chart_flag_text(flag));
        else
            w(o, H("<span class=\"badge late\">"), v[i].flag, H(" "), chart_flag_text(flag), H("</span>"));
        w(o, H("</span></td><td data-label=\"现行限值\">"), limit_words(q, limits, limits_n, &v[i]),
          H("</td><td data-label=\"数据时间\"><span>"), time_chinese(q->a, v[i].at), H(" <span class=\"muted\">"),
          age_text(q->a, q->now, v[i].at), H("</span></span></td></tr>"));
    }
    w(o, H("</tbody></table></div></section>"));
    return NULL;
}

static void device_box(struct request *q, struct out *o, const struct outlet *outlet)
{
    const struct device *d = &outlet->device;
    w(o, H("<section class=\"card\"><h2>设备</h2><dl class=\"facts\"><dt>状态</dt><dd><span class=\"state "),
      outlet_state_name(outlet->state), H("\">"), outlet_state_text(outlet->state),
      H("</span></dd><dt>设备编码</dt><dd>"), outlet->mn, H("</dd>"));
    if (outlet->known)
        w(o, H("<dt>最近上报</dt><dd>"), time_chinese(q->a, d->last_seen), H("（"), age_text(q->a, q->now, d->last_seen),
          H("）</dd><dt>首次上报</dt><dd>"), time_chinese(q->a, d->first_seen), H("</dd><dt>报文</dt><dd>"), d->frames, H("条，其中补报"),
          d->resubmitted, H("条</dd><dt>规范问题</dt><dd>"), d->findings, H("处</dd>"));
    w(o, H("</dl><p class=\"muted\"><a href=\"/monitor/devices/"), U(outlet->mn), H("\">设备档案与合规性报告</a> · <a href=\"/things/outlets/"),
      U(outlet->id), H("\">点位登记、标记和限值</a>"));
    if (q->reader.roles & ROLES_SUPERVISE)
        w(o, H(" · <a href=\"/monitor/findings?outlet="), U(outlet->id), H("\">研判结果</a>"));
    w(o, H("</p></section>"));
}

/* ---- pickers ---- */
static const struct {
    enum span span;
    const char *label;
} span_labels[] = {{SPAN_YEAR, "年"}, {SPAN_MONTH, "月"}, {SPAN_WEEK, "周"}, {SPAN_DAY, "日"}, {SPAN_HOUR, "时"}};

static void series_link(struct out *o, const struct outlet *outlet, const struct series *s, const struct chart_query *c,
                        usec at)
{
    w(o, H("/monitor/"), U(outlet->id), H("?"));
    put_series_query(o, s);
    w(o, H("&amp;span="), c->span == SPAN_FREE ? "month" : span_name(c->span), H("&amp;"));
    put_at(o, at);
}

/* One line of choices: those that differ from what is shown in this one thing only. */
static void picker(struct out *o, const struct outlet *outlet, const struct chart_query *c, const struct series *all,
                   size_t n, const struct series *now, int what)
{
    static const char *const labels[] = {"项目", "数值", "周期"};
    str seen[64];
    size_t seen_n = 0;
    w(o, H("<p class=\"tabs\"><span class=\"muted\">"), labels[what], H("</span> "));
    for (size_t i = 0; i < n && seen_n < 64; i++) {
        const struct series *s = &all[i], *best = NULL;
        str key = what == 0 ? s->factor : what == 1 ? str_of(group_word(s->group)) : str_of(period_word(s->period));
        bool known = (what > 0 && !str_eq(s->factor, now->factor)) || (what > 1 && s->group != now->group);
        for (size_t j = 0; j < seen_n; j++)
            known = known || str_eq(seen[j], key);
        if (known)
            continue;
        seen[seen_n++] = key;
        for (size_t j = 0; j < n; j++) { /* the nearest to what is shown that has this key */
            const struct series *other = &all[j];
            bool match = what == 0 ? str_eq(other->factor, key)
                                   : str_eq(other->factor, now->factor) &&
                                         (what == 1 ? str_eq(str_of(group_word(other->group)), key)
                                                    : other->group == now->group &&
                                                          str_eq(str_of(period_word(other->period)), key));
            int near = (other->group == now->group) * 2 + (other->period == now->period);
            if (match && (!best || near > (best->group == now->group) * 2 + (best->period == now->period)))
                best = other;
        }
        str label = what == 0   ? factor_name(s->factor)
                    : what == 1 ? str_of(chart_group_text(s->group))
                                : str_of(chart_period_text(s->period));
        bool here = str_eq(key, what == 0   ? now->factor
                                : what == 1 ? str_of(group_word(now->group))
                                            : str_of(period_word(now->period)));
        if (here) {
            w(o, H("<b>"), label, H("</b> "));
        } else {
            w(o, H("<a href=\""));
            series_link(o, outlet, best ? best : s, c, c->from);
            w(o, H("\">"), label, H("</a> "));
        }
    }
    w(o, H("</p>"));
}

static void span_links(struct request *q, struct out *o, const struct outlet *outlet, const struct chart_query *c,
                       const struct series *s)
{
    usec inside = c->to > q->now && c->from <= q->now ? q->now : c->to - 1;
    w(o, H("<p class=\"tabs\"><span class=\"muted\">时段</span> "));
    for (size_t i = 0; i < sizeof span_labels / sizeof *span_labels; i++) {
        struct chart_query other = *c;
        other.span = span_labels[i].span;
        if (c->span == other.span) {
            w(o, H("<b>"), span_labels[i].label, H("</b> "));
            continue;
        }
        w(o, H("<a href=\""));
        series_link(o, outlet, s, &other, inside);
        w(o, H("\">"), span_labels[i].label, H("</a> "));
    }
    w(o, H(" <a rel=\"prev\" href=\""));
    series_link(o, outlet, s, c, c->from - 1);
    w(o, H("\">‹ 前一段</a> <a rel=\"next\" href=\""));
    series_link(o, outlet, s, c, c->to);
    w(o, H("\">后一段 ›</a></p>"));
}

/* ---- numbers ---- */
enum { STATES_KEPT = 4 };
struct number_row {
    usec from, to;
    double low, mid, high;
    int64_t n;
    uint8_t states[STATES_KEPT];
};

static err *columns_of(struct request *q, struct readings *r, const struct series *s, const struct chart_query *c,
                       usec each, struct chart_series *ret)
{
    usec length = c->to - c->from;
    int64_t n = (length + each - 1) / each;
    return chart_read(r, q->a, s, c->from, c->to, n > CHART_COLUMNS ? CHART_COLUMNS : (int)n, ret);
}

static bool same_month(usec a, usec b)
{
    struct civil x = civil_of(a), y = civil_of(b);
    return x.year == y.year && x.month == y.month;
}

static void join(struct number_row *row, const struct chart_series *s, size_t i)
{
    int64_t n = s->counted[i];
    row->to = s->at[i] + s->width - s->width / 2;
    for (int k = 0; k < STATES_KEPT && s->flag[i]; k++)
        if (!row->states[k] || row->states[k] == s->flag[i]) {
            row->states[k] = s->flag[i];
            break;
        }
    if (!n)
        return;
    row->low = row->n ? fmin(row->low, s->low[i]) : s->low[i];
    row->high = row->n ? fmax(row->high, s->high[i]) : s->high[i];
    row->mid = (row->mid * (double)row->n + s->mid[i] * (double)n) / (double)(row->n + n);
    row->n += n;
}

static struct number_row *rows_of(struct arena *a, const struct chart_series *s, bool months, size_t *ret_n)
{
    struct number_row *rows = NEW_ARRAY(a, s->n + 1, struct number_row);
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        usec from = s->at[i] - s->width / 2;
        if (!n || !months || !same_month(rows[n - 1].from, from))
            rows[n++] = (struct number_row){.from = from, .low = NAN, .high = NAN};
        join(&rows[n - 1], s, i);
    }
    *ret_n = n;
    return rows;
}

static str row_label(struct arena *a, const struct chart_query *c, const struct number_row *row)
{
    struct civil v = civil_of(row->from);
    if (c->span == SPAN_YEAR)
        return arena_printf(a, "%d年%d月", v.year, v.month);
    if (row->to - row->from >= USEC_DAY)
        return arena_printf(a, "%d月%d日", v.month, v.dom);
    return arena_printf(a, "%d月%d日 %d:%02d", v.month, v.dom, v.hour, v.minute);
}

/* "正常", "含校准、停运": what there was besides the ordinary, in the order it came. */
static void row_states(struct out *o, const struct number_row *row, bool one)
{
    bool any = false;
    for (int k = 0; k < STATES_KEPT && row->states[k]; k++) {
        if (row->states[k] == 'N' || row->states[k] == '?')
            continue;
        w(o, any ? S("、") : one ? S("") : S("含"), chart_flag_text((char)row->states[k]));
        any = true;
    }
    if (!any)
        w(o, row->states[0] ? chart_flag_text((char)row->states[0]) : "无数据");
}

static void row_link(struct out *o, const struct outlet *outlet, const struct series *s, const struct chart_query *c,
                     const struct number_row *row, bool slot)
{
    struct chart_query down = *c;
    down.span = c->span == SPAN_YEAR ? SPAN_MONTH : row->to - row->from >= USEC_DAY ? SPAN_DAY : SPAN_HOUR;
    if (slot) {
        w(o, H("/monitor/"), U(outlet->id), H("/slot?"));
        put_series_query(o, s);
        w(o, H("&amp;"));
        put_at(o, row->from);
    } else {
        series_link(o, outlet, s, &down, row->from);
    }
}

static err *numbers(struct request *q, struct readings *r, struct out *o, const struct outlet *outlet,
                    const struct series *s, const struct chart_query *c)
{
    struct chart_series columns;
    size_t n;
    usec slot = (s->cadence_s > 0 ? s->cadence_s : 60) * USEC_SECOND;
    usec each = c->to - c->from > 2 * USEC_DAY ? USEC_DAY : c->to - c->from > USEC_HOUR ? USEC_HOUR : slot;
    TRY(columns_of(q, r, s, c, each < slot ? slot : each, &columns));
    struct number_row *rows = rows_of(q->a, &columns, c->span == SPAN_YEAR, &n);
    str unit = chart_unit(s);
    w(o, H("<h3>数据表</h3><p class=\"muted\">由收到的"), chart_period_text(s->period),
      H("数据汇总；平均为算术平均，未剔除无效时段。单位："), unit.n ? unit : S("—"),
      H("</p><div class=\"scroll\"><table class=\"numbers\"><thead><tr><th scope=\"col\">时段</th><th scope=\"col\" "
        "class=\"number\">最小</th>"
        "<th scope=\"col\" class=\"number\">平均</th><th scope=\"col\" class=\"number\">最大</th><th scope=\"col\" "
        "class=\"number\">个数</th><th scope=\"col\">状态</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++) {
        if (rows[i].from > q->now)
            break;
        bool one = columns.width == slot && c->span != SPAN_YEAR;
        w(o, H("<tr><td class=\"time\"><a href=\""));
        row_link(o, outlet, s, c, &rows[i], one);
        w(o, H("\">"), row_label(q->a, c, &rows[i]), H("</a></td><td class=\"number\">"),
          rounded_text(q->a, rows[i].low, columns.decimals), H("</td><td class=\"number\">"),
          rounded_text(q->a, rows[i].n ? rows[i].mid : NAN, columns.decimals + (one ? 0 : 1)),
          H("</td><td class=\"number\">"), rounded_text(q->a, rows[i].high, columns.decimals),
          H("</td><td class=\"number\">"), rows[i].n, H("</td><td>"));
        row_states(o, &rows[i], one);
        w(o, H("</td></tr>"));
    }
    w(o, H("</tbody></table></div>"));
    return NULL;
}

/* ---- versions and marks of the span ---- */
static err *version_list(struct request *q, struct readings *r, struct out *o, const struct outlet *outlet,
                         const struct series *s, const struct chart *chart)
{
    if (!chart->versions_n)
        return NULL;
    (void)r;
    w(o, H("<h3>有不同上报值的时段</h3><p class=\"muted\">同一时段收到过不同的值，全部保留；图中取最新。</p><ul "
           "class=\"links\">"));
    usec last = USEC_NONE;
    for (size_t i = 0, shown = 0; i < chart->versions_n && shown < 60; i++) {
        if (chart->versions[i] == last)
            continue;
        last = chart->versions[i];
        shown++;
        w(o, H("<li><a href=\"/monitor/"), U(outlet->id), H("/slot?"));
        put_series_query(o, s);
        w(o, H("&amp;"));
        put_at(o, last);
        w(o, H("\">"), time_chinese(q->a, last), H("</a></li>"));
    }
    w(o, H("</ul>"));
    return NULL;
}

static void band_list(struct request *q, struct out *o, const struct chart *chart)
{
    bool any = false;
    for (size_t i = 0; i < chart->bands_n && i < 200; i++) {
        const struct chart_band *b = &chart->bands[i];
        if (b->kind == BAND_GAP)
            continue;
        if (!any)
            w(o, H("<h3>标记与平台原因</h3><ul>"));
        any = true;
        w(o, H("<li>"),
          b->kind == BAND_PLATFORM ? H("<span class=\"badge plain\">平台原因</span> ")
          : b->kind == BAND_FOCUS  ? H("<span class=\"badge refused\">关注</span> ")
                                   : H("<span class=\"badge held\">标记</span> "),
          b->label, H("："), time_chinese(q->a, b->from), H(" 至 "), time_chinese(q->a, b->to), H("</li>"));
    }
    if (any)
        w(o, H("</ul>"));
}

/* ---- the picture ---- */
/* Two drawings of one reading, for wide screens and for phones: scaled down, the wide one could not be read. */
err *series_pictures(struct request *q, struct readings *r, struct out *o, const struct series *s, const struct chart_query *c, struct chart *ret)
{
    str wide, slim;
    TRY(series_chart(q, r, s, c, 1040, 380, ret));
    struct chart small = *ret;
    ret->title = small.title = S(""); /* it stands above */
    small.width = small.height = 330;
    TRY(chart_svg(q->a, ret, &wide));
    TRY(chart_svg(q->a, &small, &slim));
    /* chart_svg escapes what it was given */
    w(o, H("<div class=\"wide\">"), (html){wide}, H("</div><div class=\"slim\">"), (html){slim}, H("</div>"));
    return NULL;
}

static void downloads(struct out *o, const struct outlet *outlet, const struct series *s, const struct chart_query *c)
{
    static const char *const kinds[] = {"svg", "png"};
    w(o, H("<p class=\"tabs muted\">下载 "));
    for (int i = 0; i < 2; i++) {
        w(o, H("<a href=\"/monitor/"), U(outlet->id), H("/chart."), kinds[i], H("?"));
        put_series_query(o, s);
        w(o, H("&amp;from="));
        put_time_value(o, c->from);
        w(o, H("&amp;to="));
        put_time_value(o, c->to);
        w(o, H("\">"), i ? "PNG图" : "SVG图", H("</a> "));
    }
    w(o, H("<a href=\"/api/monitor/readings?outlet="), U(outlet->id), H("&amp;"));
    put_series_query(o, s);
    w(o, H("&amp;from="));
    put_time_value(o, c->from);
    w(o, H("&amp;to="));
    put_time_value(o, c->to);
    w(o, H("\">JSON数据</a></p>"));
}

static err *series_part(struct request *q, struct readings *r, struct out *o, const struct outlet *outlet)
{
    struct chart_query c;
    struct series *all, s;
    struct chart chart;
    size_t n;
    TRY(chart_query_read(q, &c));
    TRY(series_meant(q, r, outlet, &c, &all, &n, &s));
    if (!n)
        return NULL;
    w(o, H("<section class=\"card\"><h2 id=\"chart\">"), chart_series_name(q->a, &s), H("</h2><p class=\"muted\">"),
      time_chinese(q->a, c.from), H(" 至 "), time_chinese(q->a, c.to), H("</p>"));
    picker(o, outlet, &c, all, n, &s, 0);
    picker(o, outlet, &c, all, n, &s, 1);
    picker(o, outlet, &c, all, n, &s, 2);
    span_links(q, o, outlet, &c, &s);
    TRY(series_pictures(q, r, o, &s, &c, &chart));
    downloads(o, outlet, &s, &c);
    band_list(q, o, &chart);
    TRY(version_list(q, r, o, outlet, &s, &chart));
    TRY(numbers(q, r, o, outlet, &s, &c));
    w(o, H("</section>"));
    return NULL;
}

err *page_outlet(struct request *q, struct response *r)
{
    struct readings *store;
    struct outlet outlet;
    TRY(monitor_on(q, &store));
    TRY(outlet_get(q, q->part[0], &outlet));
    struct out *o = page_begin(q, outlet.title);
    w(o, H("<p class=\"muted\"><a href=\"/monitor\">监测点位</a> / "), outlet.id, H("</p><h1>"), outlet.title,
      H("</h1>"));
    if (outlet.closed)
        w(o, H("<p class=\"note\">此点位已停用，只供查阅。</p>"));
    TRY(series_part(q, store, o, &outlet));
    w(o, H("<div class=\"grid\">"));
    TRY(live_values(q, store, o, &outlet));
    device_box(q, o, &outlet);
    w(o, H("</div>"));
    TRY(put_look(q, o, outlet.id, USEC_NONE));
    page_end(q, o, r, 200);
    return NULL;
}

static err *picture_of(struct request *q, struct chart *ret)
{
    struct readings *store;
    struct outlet outlet;
    struct chart_query c;
    struct series *all, s;
    size_t n;
    TRY(monitor_on(q, &store));
    TRY(outlet_get(q, q->part[0], &outlet));
    TRY(chart_query_read(q, &c));
    TRY(series_meant(q, store, &outlet, &c, &all, &n, &s));
    if (!n)
        return err_new(ERR_MISSING, "这个点位还没有数据");
    TRY(series_chart(q, store, &s, &c, c.width, c.height, ret));
    ret->title = arena_printf(q->a, "%.*s · %.*s", STR_ARG(outlet.title), STR_ARG(ret->title));
    return NULL;
}

err *page_chart_svg(struct request *q, struct response *r)
{
    struct chart c;
    TRY(picture_of(q, &c));
    TRY(chart_svg(q->a, &c, &r->body));
    r->status = 200;
    r->type = "image/svg+xml";
    return NULL;
}

err *page_chart_png(struct request *q, struct response *r)
{
    struct chart c;
    TRY(picture_of(q, &c));
    TRY(chart_png(q->a, &c, &r->body));
    r->status = 200;
    r->type = "image/png";
    return NULL;
}
