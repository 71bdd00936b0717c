/*
 * Pictures are tested for what they say: where things stand, that nothing is lost between data and line, that the same input
 * gives the same bytes, and that no input breaks them. With XIEZHI_PICTURES=FOLDER they are also written there, to be looked at.
 */
#include "testing.h"
#include "monitor/chart/canvas.h"

#include <math.h>

static const usec start = INT64_C(1767196800) * USEC_SECOND; /* 2026-01-01 00:00 in China */

static void keep(struct arena *a, const char *name, str bytes)
{
    const char *folder = getenv("XIEZHI_PICTURES");
    if (folder)
        assert_ok(file_write_atomic(arena_printf(a, "%s/%s", folder, name), bytes, 0644));
}

/* A year in columns of eight hours: a daily swing, a stop, a gap, one peak. */
static struct chart_series year(struct arena *a, size_t n)
{
    usec *at = NEW_ARRAY(a, n, usec);
    double *low = NEW_ARRAY(a, n, double), *mid = NEW_ARRAY(a, n, double), *high = NEW_ARRAY(a, n, double);
    uint8_t *flag = NEW_ARRAY(a, n, uint8_t);
    uint64_t seed = 7;
    usec width = 365 * USEC_DAY / (usec)n;
    for (size_t i = 0; i < n; i++) {
        double x = 60 + 15 * sin((double)i / 40) + (double)(test_random(&seed) % 1000) / 100;
        at[i] = start + (usec)i * width + width / 2;
        mid[i] = x;
        low[i] = x - 4 - (double)(test_random(&seed) % 800) / 100;
        high[i] = x + 5 + (double)(test_random(&seed) % 1500) / 100;
        flag[i] = i * 100 / n == 40 ? 'M' : i * 1000 / n == 700 ? 'D' : 'N';
        if (i * 100 / n >= 60 && i * 100 / n < 64)
            low[i] = mid[i] = high[i] = NAN, flag[i] = 0;
    }
    return (struct chart_series){S("二氧化硫 折算浓度"), S("毫克/立方米"), n, width, at, low, mid, high, flag};
}

static struct chart full(struct arena *a)
{
    struct chart_series *s = NEW(a, struct chart_series);
    *s = year(a, 1000);
    static const struct chart_band bands[] = {
        {start + 20 * USEC_DAY, start + 28 * USEC_DAY, BAND_MARK, {"停运", 6}},
        {start + 100 * USEC_DAY, start + 100 * USEC_DAY + USEC_HOUR, BAND_MARK, {"校准", 6}},
        {start + 150 * USEC_DAY, start + 153 * USEC_DAY, BAND_PLATFORM, {"平台停机", 12}},
        {start + 219 * USEC_DAY, start + 233 * USEC_DAY, BAND_GAP, {"无数据", 9}},
        {start + 280 * USEC_DAY, start + 320 * USEC_DAY, BAND_FOCUS, {"请看此段", 12}}};
    static const struct chart_line limits[] = {
        {USEC_NONE, start + 181 * USEC_DAY, 100, {"小时限值 100", 16}, {"毫克/立方米", 16}, false},
        {start + 181 * USEC_DAY, USEC_NONE, 80, {"小时限值 80", 15}, {"毫克/立方米", 16}, false}};
    static const usec versions[] = {start + 60 * USEC_DAY, start + 60 * USEC_DAY + USEC_HOUR, start + 250 * USEC_DAY};
    return (struct chart){.width = 1040, .height = 360, .from = start, .to = start + 365 * USEC_DAY,
                          .title = S("1号锅炉烟囱 · 二氧化硫 折算浓度（分钟）"), .series = s, .series_n = 1, .limits = limits, .limits_n = 2,
                          .bands = bands, .bands_n = 5, .versions = versions, .versions_n = 3};
}

static str svg(struct arena *a, const struct chart *c)
{
    str s;
    assert_ok(chart_svg(a, c, &s));
    assert_true(str_starts(s, S("<svg ")) && str_ends(s, S("</svg>\n")));
    assert_true(str_find(s, S("nan")) < 0 && str_find(s, S("inf")) < 0);
    return s;
}

static size_t count(str text, const char *what)
{
    size_t n = 0;
    for (ptrdiff_t at; (at = str_find(text, str_of(what))) >= 0; n++)
        text = str_sub(text, (size_t)at + strlen(what), text.n);
    return n;
}

static void same_input_same_bytes(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    AUTO_ARENA(b);
    struct chart one = full(a), two = full(b);
    str first = svg(a, &one), second = svg(b, &two), png1, png2;
    assert_true(str_eq(first, second));
    assert_ok(chart_png(a, &one, &png1));
    assert_ok(chart_png(b, &two, &png2));
    assert_true(str_eq(png1, png2));
    assert_true(str_starts(png1, S("\x89PNG\r\n")));
    print_message("svg %zu bytes, png %zu bytes\n", first.n, png1.n);
    keep(a, "year.svg", first);
    keep(a, "year.png", png1);
    two.title = S("另一题目");
    assert_false(str_eq(first, svg(b, &two)));
}

static void words_are_words(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chart c = full(a);
    str s = svg(a, &c);
    static const char *const said[] = {">小时限值 100<", ">小时限值 80<", ">停运<", ">平台停机<", ">无数据<", ">请看此段<", ">2026年<",
                                       ">标记时段<", ">平台原因<", ">关注时段<", ">最小至最大<", ">有不同的上报值<", ">维护<", ">仪器故障<",
                                       ">毫克/立方米<", ">1月<"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (str_find(s, str_of(said[i])) < 0)
            fail_msg("the picture does not say %s", said[i]);
    assert_int_equal(count(s, "style="), 0); /* the pages' policy would drop it */
    assert_int_equal(count(s, "id="), 0);
    c.bands_n = 0;
    c.limits_n = c.versions_n = 0;
    s = svg(a, &c);
    assert_true(str_find(s, S("标记时段")) < 0 && str_find(s, S("限值")) < 0); /* the legend names only what is there */
}

/* The way of a series' line out of the SVG: first spot and sum of steps, in tenths. */
static void line_reach(struct arena *a, str s, int *ret_first, int *ret_last, int *ret_top, int *ret_bottom)
{
    ptrdiff_t at = str_find(s, S("<g class=\"series\">"));
    assert_true(at > 0);
    str rest = str_sub(s, (size_t)at, s.n);
    at = str_find(rest, S("fill=\"none\""));
    assert_true(at > 0);
    str head = str_sub(rest, 0, (size_t)at);
    size_t from = head.n;
    while (from && strncmp(head.p + from, "d=\"", 3))
        from--;
    char *p = arena_cstr(a, str_sub(head, from + 3, head.n));
    double x = 0, y = 0;
    *ret_top = INT32_MAX, *ret_bottom = 0, *ret_first = -1;
    while (*p == 'M' || *p == 'l') {
        bool step = *p++ == 'l';
        double dx = strtod(p, &p), dy = strtod(p, &p);
        x = step ? x + dx : dx;
        y = step ? y + dy : dy;
        int tenth = (int)lround(y * 10);
        *ret_top = tenth < *ret_top ? tenth : *ret_top;
        *ret_bottom = tenth > *ret_bottom ? tenth : *ret_bottom;
        if (*ret_first < 0)
            *ret_first = (int)lround(x * 10);
    }
    *ret_last = (int)lround(x * 10);
}

static void line_stands_where_the_values_are(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    usec at[101];
    double mid[101];
    for (int i = 0; i <= 100; i++) {
        at[i] = start + i * USEC_MINUTE;
        mid[i] = i; /* 0 to 100: the scale ends there, too */
    }
    struct chart_series s = {S("升"), S("毫克/升"), 101, USEC_MINUTE, at, NULL, mid, NULL, NULL};
    struct chart c = {.width = 800, .height = 300, .from = start, .to = start + 100 * USEC_MINUTE, .series = &s, .series_n = 1};
    str text = svg(a, &c);
    int first, last, top, bottom;
    line_reach(a, text, &first, &last, &top, &bottom);
    assert_in_range(last, 7870, 7880);          /* right margin of 12 pixels */
    assert_in_range(first, 14 * 10, 80 * 10);
    str frame = text;
    ptrdiff_t grid = str_find(frame, S("stroke=\"#555f6e\"")); /* the frame: left, down, right */
    assert_true(grid > 0);
    size_t from = (size_t)grid;
    while (strncmp(frame.p + from, "d=\"M", 4))
        from--;
    char *p = arena_cstr(a, str_sub(frame, from + 4, 60));
    double left = strtod(p, &p), upper = strtod(p, &p);
    assert_int_equal(first, (int)lround(left * 10));
    assert_int_equal(top, (int)lround(upper * 10)); /* 100 is the end of the scale */
    p++;
    strtod(p, &p);
    assert_int_equal(bottom, (int)lround((upper + strtod(p, &p)) * 10));
}

static void gaps_break_the_line(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    usec at[9];
    double mid[9] = {1, 2, 3, NAN, 5, NAN, 7, 8, 9};
    for (int i = 0; i < 9; i++)
        at[i] = start + i * USEC_HOUR;
    struct chart_series s = {S("x"), S(""), 9, USEC_HOUR, at, NULL, mid, NULL, NULL};
    struct chart c = {.width = 2000, .height = 300, .from = start, .to = start + 30 * USEC_DAY, .series = &s, .series_n = 1};
    str text = svg(a, &c), series = str_sub(text, (size_t)str_find(text, S("<g class=\"series\">")), text.n);
    series = str_sub(series, 0, (size_t)str_find(series, S("</g>")));
    assert_int_equal(count(series, "<path"), 3); /* two lines and the bar of the lone hour */
    s.width = 0; /* no width known: only what is missing breaks */
    at[7] += 100 * USEC_HOUR, at[8] += 100 * USEC_HOUR;
    assert_true(svg(a, &c).n > 0);
}

static void extremes(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chart empty = {.width = 360, .height = 200, .from = start, .to = start + USEC_DAY};
    str s = svg(a, &empty), png;
    assert_true(str_find(s, S("此时段没有数据")) > 0);
    keep(a, "empty.svg", s);
    usec one_at = start + USEC_HOUR;
    double one = 3.5, nothing = NAN, huge[] = {9e18, -9e18, 1e-12, INFINITY};
    usec huge_at[] = {start, start + USEC_HOUR, start + 2 * USEC_HOUR, start + 3 * USEC_HOUR};
    struct chart_series series = {S("<一>&\"点\""), S("a\x01" "b"), 1, USEC_MINUTE, &one_at, &one, &one, &one, NULL};
    empty.series = &series;
    empty.series_n = 1;
    s = svg(a, &empty);
    assert_true(str_find(s, S("&lt;一&gt;&amp;&quot;点&quot;")) > 0 && str_find(s, S("a b")) > 0);
    keep(a, "one.svg", s);
    series.mid = series.low = series.high = &nothing;
    assert_true(str_find(svg(a, &empty), S("此时段没有数据")) > 0);
    series = (struct chart_series){S("\xff\xfe"), S("x"), 4, USEC_HOUR, huge_at, huge, huge, huge, NULL};
    s = svg(a, &empty);
    assert_true(str_find(s, S("??")) > 0 && utf8_bad(s) < 0);
    assert_ok(chart_png(a, &empty, &png));
    for (int w = CHART_WIDTH_MIN; w <= CHART_WIDTH_MAX; w += 376)
        for (int h = CHART_HEIGHT_MIN; h <= CHART_HEIGHT_MAX; h += 376) {
            struct chart c = full(a);
            c.width = w, c.height = h, c.large = h % 2;
            svg(a, &c);
        }
}

static void a_million_points(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chart c = full(a);
    struct chart_series s = year(a, 1000000), few;
    double peak = -INFINITY, drawn = -INFINITY;
    c.series = &s;
    assert_true(svg(a, &c).n < 60000);
    few = chart_reduce(a, &s, c.from, c.to, 1000);
    assert_int_equal(few.n, 1000);
    for (size_t i = 0; i < s.n; i++)
        peak = s.high[i] > peak ? s.high[i] : peak;
    size_t empty = 0;
    for (size_t i = 0; i < few.n; i++) {
        drawn = few.high[i] > drawn ? few.high[i] : drawn;
        empty += isnan(few.mid[i]);
        assert_true(isnan(few.mid[i]) || (few.low[i] <= few.mid[i] && few.mid[i] <= few.high[i]));
    }
    assert_true(peak == drawn); /* the highest of a million is in the picture */
    assert_in_range(empty, 39, 40);
    assert_int_equal(few.flag[405], 'M');
}

static void what_nobody_could_draw(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chart c = full(a);
    str s;
    c.width = 10;
    assert_str(assert_err(chart_svg(a, &c, &s), ERR_INPUT)->field, "width");
    c.width = 400, c.height = 5000;
    assert_str(assert_err(chart_png(a, &c, &s), ERR_INPUT)->field, "height");
    c.height = 300, c.to = c.from;
    assert_str(assert_err(chart_svg(a, &c, &s), ERR_INPUT)->field, "from");
    c.to = c.from + USEC_DAY, c.series_n = 9;
    assert_str(assert_err(chart_svg(a, &c, &s), ERR_INPUT)->field, "series");
    err_clear();
}

static void panels_by_unit(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chart_series s[3] = {year(a, 300), year(a, 300), year(a, 300)};
    s[1].label = S("氮氧化物"), s[1].low = s[1].high = NULL;
    s[2].label = S("烟气温度"), s[2].unit = S("摄氏度");
    struct chart c = full(a);
    c.series = s, c.series_n = 3, c.height = 520;
    str text = svg(a, &c), png;
    assert_int_equal(count(text, ">毫克/立方米<"), 1);
    assert_int_equal(count(text, ">摄氏度<"), 1);
    assert_int_equal(count(text, "<g class=\"series\">"), 3);
    assert_ok(chart_png(a, &c, &png));
    keep(a, "panels.png", png);
    c.width = 330, c.height = 420;
    assert_ok(chart_png(a, &c, &png));
    keep(a, "narrow.png", png);
    c.width = 1040, c.height = 520, c.large = true;
    assert_ok(chart_png(a, &c, &png));
    keep(a, "large.png", png);
}

/* ---- axes ---- */
static void round_steps(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct { double low, high; const char *first, *second, *last; } want[] = {
        {0, 97, "0", "20", "100"}, {3, 97, "0", "20", "100"}, {0.012, 0.05, "0.00", "0.01", "0.05"}, {845, 868, "845", "850", "870"},
        {-12, 30, "-20", "-10", "30"}, {0, 0, "0.0", "0.2", "1.0"}, {7, 7, "6.0", "6.5", "8.0"}, {0, 123456, "0", "5万", "15万"},
        {0, 4.4e9, "0", "10亿", "50亿"}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct scale s = scale_of(want[i].low, want[i].high, 5);
        str first = scale_text(a, &s, s.low), second = scale_text(a, &s, s.low + s.step), last = scale_text(a, &s, s.high);
        if (!str_eq(first, str_of(want[i].first)) || !str_eq(second, str_of(want[i].second)) || !str_eq(last, str_of(want[i].last)))
            fail_msg("%g..%g: %.*s %.*s %.*s", want[i].low, want[i].high, STR_ARG(first), STR_ARG(second), STR_ARG(last));
        assert_true(s.low <= want[i].low && s.high >= want[i].high);
    }
}

static str tick_words(struct arena *a, usec from, usec to, int width, size_t most)
{
    size_t n;
    struct time_tick *t = time_ticks(a, from, to, width * PX, 12 * PX, &n);
    buf b = buf_make(a, 10000);
    for (size_t i = 0; i < n && i < most; i++)
        buf_printf(&b, "%s%.*s%s%.*s", i ? " " : "", STR_ARG(t[i].label), t[i].context.n ? "/" : "", STR_ARG(t[i].context));
    return buf_str(&b);
}

static void time_in_chinese(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_str(tick_words(a, start, start + 365 * USEC_DAY, 1000, 3), "1月/2026年 2月 3月");
    assert_str(tick_words(a, start - 30 * USEC_DAY, start + 60 * USEC_DAY, 200, 4), "1月/2026年 2月 3月");
    assert_str(tick_words(a, start, start + USEC_DAY, 1000, 3), "0时/2026年1月1日 1时 2时");
    assert_str(tick_words(a, start, start + USEC_DAY, 300, 3), "0时/2026年1月1日 3时 6时");
    assert_str(tick_words(a, start + 12 * USEC_HOUR, start + 60 * USEC_HOUR, 300, 3), "12时/2026年1月1日 18时 0时/1月2日");
    assert_str(tick_words(a, start, start + 31 * USEC_DAY, 330, 9), "1日/2026年1月 6日 11日 16日 21日 26日 1日/2月");
    assert_str(tick_words(a, start, start + 31 * USEC_DAY, 1000, 3), "1日/2026年1月 3日 5日");
    assert_str(tick_words(a, start, start + 30 * USEC_MINUTE, 400, 3), "0:00/2026年1月1日 0:05 0:10");
    assert_str(tick_words(a, start, start + 3652 * USEC_DAY, 500, 3), "2026年 2028年 2030年");
}

/* Relative luminance and contrast of WCAG 2.2. */
static double light(double c)
{
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double contrast_on_white(uint32_t rgb)
{
    double l = 0.2126 * light((rgb >> 16) / 255.0) + 0.7152 * light((rgb >> 8 & 255) / 255.0) + 0.0722 * light((rgb & 255) / 255.0);
    return 1.05 / (l + 0.05);
}

static void inks_can_be_read(void **state)
{
    (void)state;
    for (int i = 0; i < INKS; i++)
        if (i != INK_GRID && i != INK_PAPER && contrast_on_white(ink_rgb((enum ink)i)) < 4.5)
            fail_msg("ink %d has contrast %.2f", i, contrast_on_white(ink_rgb((enum ink)i)));
}

static void states_have_words(void **state)
{
    (void)state;
    assert_string_equal(chart_flag_text('D'), "仪器故障");
    assert_string_equal(chart_flag_text('~'), "其他状态");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_input_same_bytes), cmocka_unit_test(words_are_words),
        cmocka_unit_test(line_stands_where_the_values_are), cmocka_unit_test(gaps_break_the_line), cmocka_unit_test(extremes),
        cmocka_unit_test(a_million_points), cmocka_unit_test(what_nobody_could_draw), cmocka_unit_test(panels_by_unit),
        cmocka_unit_test(round_steps), cmocka_unit_test(time_in_chinese), cmocka_unit_test(inks_can_be_read),
        cmocka_unit_test(states_have_words)};
    return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
