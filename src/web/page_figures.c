/*
 * The statistics. Every value is a link to the rows it is the sum of, every row a link to the thing; beside the value stand the words
 * of its definition, so nobody has to guess what was divided by what.
 */
#include "web/import.h"
#include "web/looking.h"

enum { PAGE_ROWS = 50 };

static void put_value(struct request *q, struct out *o, const struct figure *f, const struct figure_value *v)
{
    if (f->unit == FIGURE_MONEY)
        w(o, yuan(q->a, v->numerator), H("元"), v->denominator > 0 ? arena_printf(q->a, "（%.1f%%）", 100.0 * (double)v->numerator / (double)v->denominator) : S(""));
    else
        w(o, figure_text(q->a, f, v->numerator, v->denominator));
}

static void put_part(struct request *q, struct out *o, const struct figure *f, int64_t value)
{
    if (f->unit == FIGURE_MONEY)
        w(o, yuan(q->a, value));
    else
        w(o, value);
}

static void link_to(struct request *q, struct out *o, const struct figure *f, const struct figure_scope *s, const char *part)
{
    w(o, H("<a href=\"/statistics/"), f->id, H("?"));
    put_figure_query(o, q, s);
    w(o, H("&amp;part="), part, H("\">"));
}

/* ---- all figures ---- */

err *page_figures(struct request *q, struct response *r)
{
    struct figure_scope s;
    struct db *d;
    TRY(figure_scope_read(q, &s));
    TRY(request_db(q, &d));
    struct out *o = page_begin(q, S("统计"));
    w(o, H("<h1>统计</h1><p class=\"muted\">数值都由所列各行相加得出，点击可查看各行。数量只供了解情况，不作为对任何人的考核指标。口径对社会公布：<a href=\"/method#figures\">计算方法</a>。</p>"));
    figure_scope_form(q, o, &s);
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">指标</th><th scope=\"col\" class=\"number\">数值</th>"
           "<th scope=\"col\" class=\"number\">分子</th><th scope=\"col\" class=\"number\">分母</th><th scope=\"col\">口径</th></tr></thead><tbody>"));
    for (size_t i = 0; i < figure_count(); i++) {
        const struct figure *f = figure_at(i);
        struct figure_value v;
        TRY(figure_sum(d, f, &s, &v));
        w(o, H("<tr><td class=\"label\" data-label=\"指标\"><span>"));
        link_to(q, o, f, &s, "numerator");
        w(o, f->label, H("</a></span></td><td class=\"number\" data-label=\"数值\"><b>"));
        put_value(q, o, f, &v);
        w(o, H("</b></td><td class=\"number\" data-label=\"分子\">"));
        link_to(q, o, f, &s, "numerator");
        put_part(q, o, f, v.numerator);
        w(o, H("</a></td><td class=\"number\" data-label=\"分母\">"));
        if (f->of) {
            link_to(q, o, f, &s, "denominator");
            put_part(q, o, f, v.denominator);
            w(o, H("</a>"));
        } else {
            w(o, H("—"));
        }
        w(o, H("</td><td data-label=\"口径\"><span>"), f->numerator);
        if (f->denominator)
            w(o, H(" ÷ "), f->denominator);
        w(o, H("<br><span class=\"muted\">"), f->when, H("。"), f->source, H("</span></span></td></tr>"));
    }
    w(o, H("</tbody></table></div><p class=\"actions\"><a class=\"button\" href=\"/statistics.xlsx?"));
    put_figure_query(o, q, &s);
    w(o, H("\">导出（XLSX）</a> <a class=\"button\" href=\"/statistics.csv?"));
    put_figure_query(o, q, &s);
    w(o, H("\">导出（CSV）</a></p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- one ---- */

static err *find(struct request *q, const struct figure **ret)
{
    *ret = figure_find(q->part[0]);
    return *ret ? NULL : err_got(err_new(ERR_MISSING, "没有这个指标"), utf8_clip(q->part[0], 40), S("统计页所列的指标"), STR_NONE);
}

static err *part_read(struct request *q, enum figure_part *ret)
{
    str part = form_get(&q->params, S("part"));
    *ret = str_eq(part, S("denominator")) ? FIGURE_DENOMINATOR : FIGURE_NUMERATOR;
    if (part.n && !*ret && !str_eq(part, S("numerator")))
        return err_got(err_at(err_new(ERR_INPUT, "part只能是numerator或denominator"), S("part")), part, S("numerator denominator"), S("numerator"));
    return NULL;
}

static int months_of(day d)
{
    struct civil c = civil_of_day(d);
    return c.year * 12 + c.month - 1;
}

/* The months of the period, each once: one without rows is a gap people must see; a stock's rows from before it are no month of it. */
static size_t every_month(struct request *q, const struct figure_scope *s, struct figure_part_of **p, size_t n)
{
    int first = months_of(s->from), last = months_of(s->to);
    struct figure_part_of *all = NEW_ARRAY(q->a, last - first + 1, struct figure_part_of), *old = *p;
    int64_t rows = 0;
    for (int m = first; m <= last; m++)
        all[m - first].key = m / 12 * 100 + m % 12 + 1;
    for (size_t i = 0; i < n; i++) {
        int m = old[i].key / 100 * 12 + old[i].key % 100 - 1;
        if (m < first || m > last)
            continue;
        all[m - first] = old[i];
        rows++;
    }
    *p = all;
    return rows ? (size_t)(last - first + 1) : 0;
}

static err *months(struct request *q, struct db *d, struct out *o, const struct figure *f, const struct figure_scope *s)
{
    struct figure_part_of *p;
    size_t n;
    TRY(figure_groups(d, q->a, f, s, FIGURE_BY_MONTH, &p, &n));
    n = every_month(q, s, &p, n);
    w(o, H("<section class=\"card\"><h2>各月</h2>"));
    draw_months(q, o, f, p, n);
    w(o, H("</section>"));
    return NULL;
}

static void places_map(struct request *q, struct out *o, const struct figure *f, const struct figure_part_of *p, size_t n)
{
    struct map_mark *m = NEW_ARRAY(q->a, n + 1, struct map_mark);
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double v = f->of ? p[i].denominator ? (double)p[i].numerator / (double)p[i].denominator : 0 : (double)p[i].numerator;
        most = v > most ? v : most;
        m[i] = (struct map_mark){p[i].key, v, arena_printf(q->a, "%.*s %.*s", STR_ARG(region_words(q->a, p[i].key)),
                                                           STR_ARG(figure_text(q->a, f, p[i].numerator, p[i].denominator)))};
    }
    for (size_t i = 0; i < n && most > 0; i++)
        m[i].share /= most;
    draw_marks(q, o, m, n);
}

static err *places(struct request *q, struct db *d, struct out *o, const struct figure *f, const struct figure_scope *s)
{
    bool cities = q->reader.region % 10000 == 0 && !s->within;
    struct figure_part_of *p;
    size_t n;
    TRY(figure_groups(d, q->a, f, s, cities ? FIGURE_BY_CITY : FIGURE_BY_COUNTY, &p, &n));
    w(o, H("<section class=\"card\"><h2>"), cities ? "各市" : "各县（市、区）", H("</h2>"));
    if (cities && n)
        places_map(q, o, f, p, n);
    w(o, H("<div class=\"scroll\"><table class=\"numbers\"><thead><tr><th scope=\"col\">区域</th><th scope=\"col\" class=\"number\">数值</th>"
           "<th scope=\"col\" class=\"number\">分子</th><th scope=\"col\" class=\"number\">分母</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++) {
        struct figure_scope inside = *s;
        inside.within = p[i].key;
        w(o, H("<tr><td>"));
        if (region_find(p[i].key))
            link_to(q, o, f, &inside, "numerator");
        w(o, region_words(q->a, p[i].key), region_find(p[i].key) ? H("</a></td><td class=\"number\">") : H("</td><td class=\"number\">"));
        put_value(q, o, f, &(struct figure_value){p[i].numerator, p[i].denominator, 0});
        w(o, H("</td><td class=\"number\">"));
        put_part(q, o, f, p[i].numerator);
        w(o, H("</td><td class=\"number\">"));
        if (f->of)
            put_part(q, o, f, p[i].denominator);
        else
            w(o, H("—"));
        w(o, H("</td></tr>"));
    }
    w(o, H("</tbody></table></div></section>"));
    return NULL;
}

static void row(struct request *q, struct out *o, const struct figure *f, const struct figure_row *x, struct db *d)
{
    const struct thing *t = thing_find(x->thing);
    str title = x->id;
    struct db_value *seen;
    /* Counting a row is one thing, reading it another: the link is there for who may follow it. */
    bool open = t && thing_open(t, &q->reader) && !things_get(d, q->a, t, &q->reader, x->id, &seen);
    err_clear();
    if (open && thing_title(d, q->a, t, x->id, &title))
        err_clear();
    w(o, H("<tr><td data-label=\"编号\"><span>"));
    if (open)
        w(o, H("<a href=\"/things/"), t->name, H("/"), U(x->id), H("\">"), title, H("</a>"));
    else
        w(o, title);
    w(o, H("</span></td><td data-label=\"类别\">"), t ? t->label : "待办事项", H("</td><td data-label=\"区域\">"), region_words(q->a, x->region),
      H("</td><td data-label=\"日期\">"), day_chinese(q->a, x->on), H("</td><td class=\"number\" data-label=\"数值\">"));
    put_part(q, o, f, x->value);
    w(o, H("</td></tr>"));
}

static void rows_link(struct request *q, struct out *o, const struct figure *f, const struct figure_scope *s, const char *part, const char *ending,
                      const char *words)
{
    w(o, H("<a class=\"button\" href=\"/statistics/"), f->id, H("/rows."), ending, H("?"));
    put_figure_query(o, q, s);
    w(o, H("&amp;part="), part, H("\">"), words, H("</a> "));
}

static err *rows(struct request *q, struct db *d, struct out *o, const struct figure *f, const struct figure_scope *s, enum figure_part part)
{
    struct figure_row *list;
    size_t n;
    str next;
    const char *name = part == FIGURE_NUMERATOR ? "numerator" : "denominator";
    TRY(figure_rows(d, q->a, f, part, s, form_get(&q->params, S("after")), PAGE_ROWS, &list, &n, &next));
    w(o, H("<section class=\"card\" id=\"rows\"><h2>"), part == FIGURE_NUMERATOR ? "构成分子的各行" : "构成分母的各行", H("</h2><p class=\"tabs\">"));
    link_to(q, o, f, s, "numerator");
    w(o, H("分子</a> "));
    if (f->of) {
        link_to(q, o, f, s, "denominator");
        w(o, H("分母</a>"));
    }
    w(o, H("</p><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">编号</th><th scope=\"col\">类别</th><th scope=\"col\">区域</th>"
           "<th scope=\"col\">日期</th><th scope=\"col\" class=\"number\">数值</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++)
        row(q, o, f, &list[i], d);
    w(o, H("</tbody></table></div>"));
    if (!n)
        w(o, H("<p class=\"muted\">期内没有。</p>"));
    w(o, H("<p class=\"actions\">"));
    if (next.n) {
        w(o, H("<a class=\"button\" rel=\"next\" href=\"/statistics/"), f->id, H("?"));
        put_figure_query(o, q, s);
        w(o, H("&amp;part="), name, H("&amp;after="), U(next), H("\">下一页</a>"));
    }
    rows_link(q, o, f, s, name, "xlsx", "导出各行（XLSX）");
    rows_link(q, o, f, s, name, "csv", "导出各行（CSV）");
    w(o, H("</p></section>"));
    return NULL;
}

err *page_figure(struct request *q, struct response *r)
{
    const struct figure *f;
    struct figure_scope s;
    struct figure_value v;
    enum figure_part part;
    struct db *d;
    TRY(find(q, &f));
    TRY(figure_scope_read(q, &s));
    TRY(part_read(q, &part));
    TRY(request_db(q, &d));
    TRY(figure_sum(d, f, &s, &v));
    struct out *o = page_begin(q, str_of(f->label));
    w(o, H("<p class=\"muted\"><a href=\"/statistics?"));
    put_figure_query(o, q, &s);
    w(o, H("\">统计</a></p><h1>"), f->label, H("</h1>"));
    figure_scope_form(q, o, &s);
    w(o, H("<section class=\"card\"><p class=\"lead\">"));
    put_value(q, o, f, &v);
    w(o, H("</p><dl class=\"facts\"><dt>分子</dt><dd>"), f->numerator, H("："));
    put_part(q, o, f, v.numerator);
    w(o, H("</dd>"));
    if (f->of) {
        w(o, H("<dt>分母</dt><dd>"), f->denominator, H("："));
        put_part(q, o, f, v.denominator);
        w(o, H("</dd>"));
    }
    w(o, H("<dt>期间</dt><dd>"), day_chinese(q->a, s.from), H("至"), day_chinese(q->a, s.to), H("；"), f->when, H("</dd><dt>出处</dt><dd>"), f->source,
      H("</dd></dl></section>"));
    TRY(months(q, d, o, f, &s));
    TRY(places(q, d, o, f, &s));
    TRY(rows(q, d, o, f, &s, part));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- files ---- */

static void file_csv(struct request *q, struct response *r, const struct figure_table *t, const char *name)
{
    r->status = 200;
    r->type = "text/csv; charset=utf-8";
    r->body = figure_csv(q->a, t);
    response_header(r, "Content-Disposition", arena_printf(q->a, "attachment; filename=\"%s.csv\"", name));
}

/* What is a number stays one; a cell without one stays empty, so that a sum of the column is the figure. */
static err *put_rows(struct request *q, struct sheet_out *o, const struct figure_table *t)
{
    struct db_value *v = NEW_ARRAY(q->a, t->columns, struct db_value);
    for (size_t i = 0; i < t->rows; i++) {
        for (size_t c = 0; c < t->columns; c++) {
            str cell = t->cell[i * t->columns + c];
            v[c] = cell.n ? (struct db_value){.kind = DB_TEXT, .s = cell} : (struct db_value){.kind = DB_NULL};
        }
        TRY(sheet_out_row(o, v));
    }
    return NULL;
}

err *figure_send_book(struct request *q, struct response *r, const struct figure_table *t, const char *name, const char *title)
{
    struct out_column *columns = NEW_ARRAY(q->a, t->columns, struct out_column);
    struct sheet_out *out;
    str path = scratch_path(q, "xlsx");
    int64_t written;
    for (size_t c = 0; c < t->columns; c++)
        columns[c] = (struct out_column){t->head[c], t->numbers >> c & 1 ? OUT_DECIMAL : OUT_TEXT, 0};
    err *e = sheet_out_open(q->a, path, SHEET_XLSX, str_of(title), columns, t->columns, NULL, &out);
    if (!e)
        e = put_rows(q, out, t);
    err *end = sheet_out_close(out, &written);
    TRY(e ? e : end);
    return send_file(q, r, path, arena_printf(q->a, "%s.xlsx", name));
}

static err *all_table(struct request *q, struct figure_table *ret)
{
    struct figure_scope s;
    struct db *d;
    TRY(figure_scope_read(q, &s));
    TRY(request_db(q, &d));
    return figure_table(d, q->a, &s, ret);
}

static err *one_table(struct request *q, const struct figure **ret_f, struct figure_table *ret)
{
    struct figure_scope s;
    enum figure_part part;
    struct db *d;
    TRY(find(q, ret_f));
    TRY(figure_scope_read(q, &s));
    TRY(part_read(q, &part));
    TRY(request_db(q, &d));
    return figure_rows_table(d, q->a, *ret_f, part, &s, ret);
}

err *figures_file(struct request *q, struct response *r)
{
    struct figure_table t;
    TRY(all_table(q, &t));
    file_csv(q, r, &t, "statistics");
    return NULL;
}

err *figures_book(struct request *q, struct response *r)
{
    struct figure_table t;
    TRY(all_table(q, &t));
    return figure_send_book(q, r, &t, "statistics", "统计");
}

err *figure_file(struct request *q, struct response *r)
{
    const struct figure *f;
    struct figure_table t;
    TRY(one_table(q, &f, &t));
    file_csv(q, r, &t, f->id);
    return NULL;
}

err *figure_book(struct request *q, struct response *r)
{
    const struct figure *f;
    struct figure_table t;
    TRY(one_table(q, &f, &t));
    return figure_send_book(q, r, &t, f->id, f->label);
}
