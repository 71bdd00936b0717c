/* Bars by month, drawn as text: words stay words, and the table under it says the same to those who do not see. */
#include "web/looking.h"

enum { WIDE = 1040, HIGH = 220, LEFT = 54, BOTTOM = 26, TOP = 14, LIMIT_MONTHS = 60 };

static double value_of(const struct figure *f, const struct figure_part_of *p)
{
    if (f->unit == FIGURE_SHARE && !f->stock)
        return p->denominator ? 100.0 * (double)p->numerator / (double)p->denominator : 0;
    return f->unit == FIGURE_MONEY ? (double)p->numerator / 1000000 : (double)p->numerator; /* ten thousand yuan */
}

/* 1, 2 or 5 times a power of ten, so that about four lines fit. */
static double step_of(double most)
{
    static const double steps[] = {1, 2, 5};
    for (double ten = 0.01;; ten *= 10)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            if (most / (steps[i] * ten) <= 5)
                return steps[i] * ten;
}

static str shown(struct arena *a, double v)
{
    return arena_printf(a, v >= 10 || v == (double)(int64_t)v ? "%.0f" : "%.1f", v);
}

static str month_text(struct arena *a, const struct figure *f, const struct figure_part_of *p)
{
    if (f->stock && f->unit == FIGURE_MONEY)
        return arena_printf(a, "%.*s元", STR_ARG(yuan(a, p->numerator)));
    return f->stock ? arena_printf(a, "%lld", (long long)p->numerator) : figure_text(a, f, p->numerator, p->denominator);
}

static void table(struct request *q, struct out *o, const struct figure *f, const struct figure_part_of *p, size_t n)
{
    w(o, H("<details><summary>以表格查看</summary><div class=\"scroll\"><table class=\"numbers\"><thead><tr><th scope=\"col\">月份</th>"
           "<th scope=\"col\" class=\"number\">数值</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++)
        w(o, H("<tr><td>"), p[i].key / 100, H("年"), p[i].key % 100, H("月</td><td class=\"number\">"), month_text(q->a, f, &p[i]),
          H("</td></tr>"));
    w(o, H("</tbody></table></div></details>"));
}

static void bars(struct request *q, struct out *o, const struct figure *f, const struct figure_part_of *p, size_t n, double most)
{
    int room = (WIDE - LEFT) / (int)n, width = room > 60 ? 42 : room * 7 / 10;
    for (size_t i = 0; i < n; i++) {
        double v = value_of(f, &p[i]);
        int high = (int)(v / most * (HIGH - TOP - BOTTOM) + 0.5), x = LEFT + (int)i * room + (room - width) / 2;
        w(o, H("<g><title>"), p[i].key / 100, H("年"), p[i].key % 100, H("月 "), month_text(q->a, f, &p[i]),
          H("</title><rect fill=\"#15507e\" x=\""), x, H("\" y=\""), HIGH - BOTTOM - high, H("\" width=\""), width, H("\" height=\""), high,
          H("\"/></g><text text-anchor=\"middle\" x=\""), x + width / 2, H("\" y=\""), (int)(HIGH - 8), H("\">"));
        if (i == 0 || p[i].key % 100 == 1)
            w(o, p[i].key / 100, H("年"));
        if (n <= 24 || p[i].key % 3 == 1)
            w(o, p[i].key % 100, H("月"));
        w(o, H("</text>"));
    }
}

void draw_months(struct request *q, struct out *o, const struct figure *f, const struct figure_part_of *p, size_t n)
{
    double most = 0;
    if (!n) {
        w(o, H("<p class=\"muted\">期内没有。</p>"));
        return;
    }
    if (n > LIMIT_MONTHS)
        p += n - LIMIT_MONTHS, n = LIMIT_MONTHS; /* the newest */
    for (size_t i = 0; i < n; i++)
        most = value_of(f, &p[i]) > most ? value_of(f, &p[i]) : most;
    most = most > 0 ? most : 1;
    double step = step_of(most);
    w(o, H("<p class=\"muted\">"), f->unit == FIGURE_SHARE && !f->stock ? "百分比" : f->unit == FIGURE_MONEY ? "万元" : "数量", H("</p><div class=\"scroll\"><svg class=\"picture\" viewBox=\"0 0 "),
      (int)WIDE, H(" "), (int)HIGH, H("\" role=\"img\" aria-label=\""), f->label, H("，各月数值，同样内容见下表\" font-size=\"13\" fill=\"#555f6e\">"));
    for (double v = 0; v <= most * 1.0001; v += step) {
        int y = HIGH - BOTTOM - (int)(v / most * (HIGH - TOP - BOTTOM) + 0.5);
        w(o, H("<path stroke=\"#d5dae1\" d=\"M"), (int)LEFT, H(" "), y, H("H"), (int)WIDE, H("\"/><text text-anchor=\"end\" x=\""), (int)(LEFT - 6), H("\" y=\""), y + 4,
          H("\">"), shown(q->a, v), H("</text>"));
    }
    bars(q, o, f, p, n, most);
    w(o, H("</svg></div>"));
    table(q, o, f, p, n);
}
