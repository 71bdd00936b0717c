/*
 * An honest year, spoilt in the ways files are spoilt between a platform and an officer's desk. What cannot be read says which line and
 * column; what can be read says what was odd; and nothing that happened to the file, instead of to the air, becomes a clue. A rule that
 * had nothing to look at does not say that it found everything in order.
 */
#include "testing.h"
#include "monitor/audit/audit.h"
#include "plant_year.h"

enum { LINE = 3002 /* of the file: row 3000 */ };

static str honest(struct arena *a)
{
    return plant_year_csv(a, plant_year_make(a, false), NULL);
}

/* One cell of one line (both from 1) with another text. */
static str cell_set(struct arena *a, str csv, int64_t line, int column, str text)
{
    str rest = csv, one;
    for (int64_t i = 1; str_next(&rest, '\n', &one); i++) {
        if (i < line)
            continue;
        str cells = one, cell = {0};
        for (int k = 1; k <= column; k++)
            assert_true(str_next(&cells, ',', &cell));
        size_t at = (size_t)(cell.p - csv.p);
        buf b = buf_make(a, csv.n + text.n + 16);
        buf_add(&b, str_sub(csv, 0, at));
        buf_add(&b, text);
        buf_add(&b, str_sub(csv, at + cell.n, csv.n));
        return buf_str(&b);
    }
    fail();
    return csv;
}

/* ---- what is refused ---- */
static void refused(struct arena *a, str bytes, const char *says)
{
    struct audit_file f = {.name = S("file"), .bytes = bytes};
    struct audit u;
    const err *e = assert_err(audit_run(a, &f, &u), ERR_INPUT);
    if (str_find(e->text, str_of(says)) < 0) {
        print_error("\"%.*s\" does not say %s\n", STR_ARG(e->text), says);
        fail();
    }
    err_clear();
}

static void what_is_no_number_is_named(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct { const char *cell; int column; const char *says; } bad[] = {
        {"<0.5", 2, "检出限"}, {"＜0.5", 2, "检出限"}, {"≤1", 2, "检出限"}, {"ND", 2, "检出限"}, {"未检出", 2, "检出限"}, {"0.5L", 2, "检出限"},
        {"１２.３", 2, "全角"}, {"12，3", 2, "全角"}, {"\xc2\xa0" "12.3", 2, "U+00A0"}, {"12.3\xe3\x80\x80", 2, "U+3000"}, {"\xe2\x80\x8b" "1", 2, "U+200B"},
        {"1e400", 2, "不是数字"}, {"1e-400", 2, "不是数字"}, {"1e99", 2, "超过18位"}, {"12.3mg", 3, "不是数字"}, {"#DIV/0!", 4, "不是数字"}, {"inf", 5, "不是数字"},
        {"0x1F", 6, "不是数字"}, {"1 234", 7, "不是数字"}, {"=1+1", 2, "不是数字"}, {"\"1,234.5\"", 2, "小数点"}, {"其他", 8, "一个字符"}, {"\"12.3", 3, "引号"},
        {"1\"2", 2, "引号"}, {"\"N", 8, "引号"}, {"2025-05-06 24:30", 1, "没有这个时刻"}, {"2025-02-30 00:00", 1, "没有这一天"}, {"2025-05-06 25:00", 1, "没有这个时刻"},
        {"05/06/2025 00:00", 1, "时间看不懂"}, {"1746460800", 1, "时间看不懂"}, {"\"2025-05-06 00:00", 1, "引号"}, {"", 1, "时间看不懂"}, {"合计", 1, "时间看不懂"}};
    str csv = honest(a);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        AUTO_ARENA(once);
        str spoilt = cell_set(once, csv, LINE, bad[i].column, str_of(bad[i].cell));
        refused(once, spoilt, bad[i].says);
        refused(once, spoilt, arena_cstr(once, arena_printf(once, "第%d行第%d列", LINE, bad[i].column)));
    }
}

/* A flag's error tells what flags there are, not what a number is. */
static void a_flag_is_asked_for_as_a_flag(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct audit_file f = {.name = S("file"), .bytes = cell_set(a, honest(a), 5, 8, S("其他"))};
    struct audit u;
    const err *e = assert_err(audit_run(a, &f, &u), ERR_INPUT);
    assert_true(str_find(e->want, S("N正常")) >= 0);
    assert_str(e->example, "N");
    err_clear();
}

static void whole_files_that_cannot_be_read(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str csv = honest(a), rest = csv, line;
    buf dates = buf_make(a, csv.n + 100);
    for (size_t i = 0; str_next(&rest, '\n', &line) && line.n; i++)
        buf_printf(&dates, "%.*s%.*s\n", i ? 10 : 4, line.p, STR_ARG(str_sub(line, i ? 19 : 4, line.n))); /* 2025-01-01, for every hour of it */
    refused(a, buf_str(&dates), "时间可能缺了时、分");
    buf zero = buf_make(a, csv.n + 10);
    buf_add(&zero, str_sub(csv, 0, 50000));
    buf_char(&zero, '\0');
    buf_add(&zero, str_sub(csv, 50000, csv.n));
    refused(a, buf_str(&zero), "空字节");
    refused(a, S("\xff\xfet\0i\0m\0e\0"), "UTF-16");
    refused(a, S("time,a21026-Avg,\"a34013-Avg\n2026-01-01 00:00,1,2\n"), "第1行第3列：引号");
    buf wide = buf_make(a, 2 << 20);
    buf_add(&wide, S("time"));
    for (int i = 0; i < 100000; i++)
        buf_printf(&wide, ",p%d-Avg", i);
    buf_add(&wide, S("\n2026-01-01 00:00,1\n"));
    struct audit_file f = {.name = S("file"), .bytes = buf_str(&wide)};
    struct audit u;
    const err *e = assert_err(audit_run(a, &f, &u), ERR_LIMIT);
    assert_true(str_find(e->text, S("第1行：有100000列，最多256列；从第258列起放不下：“p256-Avg”、“p257-Avg”、“p258-Avg”等")) >= 0);
    err_clear();
}

/* ---- more columns than there is room for ---- */
static bool told(const struct audit *u, const char *text)
{
    for (size_t i = 0; i < u->faults_n; i++)
        if (str_find(u->faults[i].text, str_of(text)) >= 0)
            return true;
    return false;
}

static str wide_csv(struct arena *a, int columns, const char *tail)
{
    buf b = buf_make(a, 1 << 20);
    buf_add(&b, S("time"));
    for (int i = 0; i < columns; i++)
        buf_printf(&b, ",p%d-Avg", i);
    buf_printf(&b, "%s\n", tail);
    for (int hour = 0; hour < 24; hour++) {
        buf_printf(&b, "2026-01-01 %02d:00", hour);
        for (int i = 0; i < columns; i++)
            buf_printf(&b, ",%d.%d", i, hour);
        buf_printf(&b, "%s\n", tail);
    }
    return buf_str(&b);
}

/* Wider than a table: still a plain CSV, so that nobody maps a part of it in silence; what has no room is named. */
static void a_plain_table_is_read_whole_or_not(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct audit u;
    struct audit_file f = {.name = S("file"), .bytes = wide_csv(a, LIMIT_TABLE_COLUMNS, "")};
    assert_ok(audit_run(a, &f, &u));
    assert_int_equal(u.table->columns_n, LIMIT_TABLE_COLUMNS);
    f.bytes = wide_csv(a, LIMIT_TABLE_COLUMNS, ",,,,,,,,"); /* what a spreadsheet leaves to the right is no column */
    assert_ok(audit_run(a, &f, &u));
    assert_int_equal(u.table->columns_n, LIMIT_TABLE_COLUMNS);
    f.bytes = wide_csv(a, LIMIT_TABLE_COLUMNS + 1, "");
    assert_true(audit_is_plain(f.bytes));
    const err *e = assert_err(audit_run(a, &f, &u), ERR_LIMIT);
    assert_str(e->text, "第1行：有257列，最多256列；从第258列起放不下：“p256-Avg”");
    assert_true(str_find(e->want, S("分成几个文件")) >= 0);
    err_clear();
}

/* A sheet of a platform: a heading of `columns` columns, sulphur dioxide in the second; `last` in the last. */
static str wide_sheet(struct arena *a, int columns, const char *last)
{
    buf b = buf_make(a, 1 << 20);
    buf_add(&b, S("监测时间,二氧化硫实测浓度(mg/m³)"));
    for (int i = 3; i < columns; i++)
        buf_printf(&b, ",附注%d", i);
    buf_printf(&b, ",%s\n", last);
    for (int hour = 0; hour < 24; hour++) {
        buf_printf(&b, "2026-01-01 %02d:00,2%d.%d", hour, hour % 10, hour % 7);
        for (int i = 3; i < columns; i++)
            buf_add(&b, S(",1"));
        buf_add(&b, S(",正常\n"));
    }
    return buf_str(&b);
}

static void a_sheets_far_columns_are_named(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct audit u;
    struct workbook_profile profile;
    struct audit_file f = {.name = S("file"), .bytes = wide_sheet(a, LIMIT_WORKBOOK_COLUMNS, "说明")};
    for (int wide = 0; wide < 2; wide++) {
        if (wide)
            f.bytes = wide_sheet(a, LIMIT_WORKBOOK_COLUMNS + 5, "说明");
        f.profile = NULL;
        assert_false(audit_is_plain(f.bytes));
        assert_ok(audit_profile(a, &f, &profile));
        f.profile = &profile;
        assert_ok(audit_run(a, &f, &u));
        assert_int_equal(u.table->columns_n, 1);
        assert_int_equal(told(&u, "在第250列以后"), wide);
    }
    assert_str(u.faults[0].text, "单元格IQ1：“附注251”、“附注252”、“附注253”等在第250列以后，最多读前250列，这5列未读取、未检查；要用的请移到前面，或分成几个文件");
    assert_true(str_find(audit_summary_line(a, &u), S("这5列未读取、未检查")) >= 0);
    /* a profile may name a column further right: that one is read */
    profile.columns[profile.n - 1] = (struct workbook_column){255, S("说明"), S(""), S(""), 0, S("")};
    assert_ok(audit_run(a, &f, &u));
    assert_true(told(&u, "这4列未读取、未检查"));
    /* values without the flags that stand too far right would be taken for good ones */
    f.bytes = wide_sheet(a, LIMIT_WORKBOOK_COLUMNS + 5, "二氧化硫标记");
    f.profile = NULL;
    assert_ok(audit_profile(a, &f, &profile));
    f.profile = &profile;
    const err *e = assert_err(audit_run(a, &f, &u), ERR_LIMIT);
    assert_str(e->text, "单元格IU1：标记列“二氧化硫标记”在第250列以后，读不到，而它的数值要读");
    err_clear();
}

/* ---- what is read ---- */
struct read { struct audit u; int64_t readings; };

static struct read look(struct arena *a, str bytes)
{
    struct read r = {0};
    struct audit_file f = {.name = S("file"), .bytes = bytes};
    assert_ok(audit_run(a, &f, &r.u));
    r.readings = table_readings(r.u.table);
    return r;
}

/* The same values, and nothing found in them. */
static void same_year(struct arena *a, str bytes, int64_t readings, const char *says)
{
    struct read r = look(a, bytes);
    assert_int_equal(r.readings, readings);
    assert_int_equal(r.u.findings.n, 0);
    if (says ? !told(&r.u, says) : r.u.faults_n > 0) {
        print_error("not told: %s\n", says ? says : "nothing");
        fail();
    }
}

static str with_times(struct arena *a, str csv, str (*time)(struct arena *a, usec at))
{
    buf b = buf_make(a, csv.n * 2);
    str rest = csv, line;
    usec at = (usec)day_from_civil(2025, 1, 1) * USEC_DAY - 8 * USEC_HOUR;
    str_next(&rest, '\n', &line);
    buf_printf(&b, "%.*s\n", STR_ARG(line));
    for (; str_next(&rest, '\n', &line) && line.n; at += USEC_HOUR)
        buf_printf(&b, "%.*s%.*s\n", STR_ARG(time(a, at)), STR_ARG(str_sub(line, 19, line.n)));
    return buf_str(&b);
}

static str serial(struct arena *a, usec at)
{
    double days = (double)(at / USEC_SECOND + 8 * 3600) / 86400 + 25569;
    return arena_printf(a, "%.5f", days);
}

/* A clock that wanders by up to 40 seconds to either side. */
static str wandering(struct arena *a, usec at)
{
    uint64_t mixed = (uint64_t)(at / USEC_HOUR) * 0x9E3779B97F4A7C15u;
    usec off = ((usec)(mixed >> 32 & 0xFFFF) % 81 - 40) * USEC_SECOND;
    return str_sub(time_rfc3339(a, at + off), 0, 19);
}

static str midnight_as_24(struct arena *a, usec at)
{
    str s = str_sub(time_rfc3339(a, at), 0, 19), before = str_sub(time_rfc3339(a, at - USEC_HOUR), 0, 10);
    return str_eq(str_sub(s, 11, 19), S("00:00:00")) ? arena_printf(a, "%.*s 24:00:00", STR_ARG(before)) : s;
}

static void the_same_year_in_odd_dress(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str csv = honest(a);
    int64_t all = look(a, csv).readings;
    char *cr = arena_copy(a, csv.p, csv.n);
    for (size_t i = 0; i < csv.n; i++)
        cr[i] = cr[i] == '\n' ? '\r' : cr[i];
    same_year(a, (str){cr, csv.n}, all, NULL);
    same_year(a, with_times(a, csv, midnight_as_24), all, NULL);
    same_year(a, with_times(a, csv, serial), all, "日期序号");
    struct read r = look(a, with_times(a, csv, wandering));
    assert_int_equal(r.readings, all);
    assert_int_equal(r.u.table->step_s, 3600);
    assert_int_equal(r.u.table->n, YEAR_HOURS);
    assert_int_equal(r.u.findings.n, 0);
    same_year(a, arena_printf(a, "%.*s,,,,,,,\n", STR_ARG(csv)), all, NULL); /* what a spreadsheet leaves */
    same_year(a, str_sub(csv, 0, csv.n - 6), all - YEAR_CHANNELS, "中间结束");  /* a number may be cut, too */
    str upper = cell_set(a, csv, 1, 2, S("A21026-AVG"));
    same_year(a, upper, all, NULL);
    struct read headless = look(a, cell_set(a, csv, 1, 4, S(""))), stranger = look(a, cell_set(a, csv, 1, 4, S("zzz-Avg")));
    assert_true(told(&headless.u, "没有表头而有内容"));
    assert_true(told(&stranger.u, "不在代码表中"));
}

static str flags_set(struct arena *a, str csv, const char *flag)
{
    buf b = buf_make(a, csv.n + YEAR_HOURS * 2);
    str rest = csv, line;
    str_next(&rest, '\n', &line);
    buf_printf(&b, "%.*s\n", STR_ARG(line));
    while (str_next(&rest, '\n', &line) && line.n) {
        size_t n = line.n;
        while (line.p[n - 1] != ',')
            n--;
        buf_printf(&b, "%.*s%s\n", (int)n, line.p, flag);
    }
    return buf_str(&b);
}

/* Values whose flag says nothing are not looked at: this is said, and no rule calls the channel clean because of it. */
static void flags_that_say_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str csv = honest(a);
    struct read none = look(a, flags_set(a, csv, "")), odd = look(a, flags_set(a, csv, "Q"));
    assert_true(told(&none.u, "标志是空的"));
    assert_true(told(&odd.u, "如“Q”"));
    for (size_t i = 0; i < none.u.faults_n; i++)
        assert_true(none.u.faults[i].times == 1);
}

/* ---- units and fillers ---- */
static str scaled(struct arena *a, int channel, size_t first, size_t n, int tens)
{
    struct plant_year *y = plant_year_make(a, false);
    buf b = buf_make(a, 8 << 20);
    str csv = plant_year_csv(a, y, NULL), rest = csv, line;
    str_next(&rest, '\n', &line);
    buf_printf(&b, "%.*s\n", STR_ARG(line));
    for (size_t i = 0; str_next(&rest, '\n', &line) && line.n; i++) {
        str cells = line, cell;
        for (int k = 0; str_next(&cells, ',', &cell); k++) {
            bool moved = k == channel + 1 && i >= first && i < first + n && y->value[channel][i] != INT64_MIN;
            buf_add(&b, k ? S(",") : S(""));
            if (moved && tens > 0) { /* in a smaller unit */
                int64_t whole = y->value[channel][i], unit = 1;
                for (int p = 0; p < plant_year_decimals[channel]; p++)
                    unit *= 10;
                for (int p = 0; p < tens; p++)
                    whole *= 10;
                buf_printf(&b, "%lld.%0*lld", (long long)(whole / unit), plant_year_decimals[channel], (long long)(whole % unit));
            } else if (moved) { /* in a larger one: the point moves left */
                int64_t unit = 1;
                for (int p = 0; p < plant_year_decimals[channel] - tens; p++)
                    unit *= 10;
                buf_printf(&b, "%lld.%0*lld", (long long)(y->value[channel][i] / unit), plant_year_decimals[channel] - tens,
                           (long long)(y->value[channel][i] % unit));
            } else {
                buf_add(&b, cell);
            }
        }
        buf_char(&b, '\n');
    }
    return buf_str(&b);
}

static void no_clue_but(struct arena *a, str bytes, const char *cause)
{
    struct read r = look(a, bytes);
    bool shown = false;
    assert_int_equal(r.u.clues, 0);
    for (size_t i = 0; i < r.u.findings.n; i++)
        for (size_t k = 0; k < r.u.findings.p[i].traps_n; k++)
            shown |= strcmp(r.u.findings.p[i].traps[k].id, cause) == 0 && r.u.findings.p[i].traps[k].result == TRAP_POSSIBLE;
    assert_true(shown);
}

/* A day or a week in another unit, too short for the column to be left out as a whole. Before the explanation was asked for, each was a clue. */
static void a_day_in_another_unit_is_no_clue(void **state)
{
    (void)state;
    static const struct { int channel; size_t n; int tens; } slips[] = {{0, 24, 3}, {0, 168, -1}, {1, 24, 1}, {2, 168, 1}, {2, 24, -1}, {3, 24, -2}, {4, 24, 2}};
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        AUTO_ARENA(a);
        no_clue_but(a, scaled(a, slips[i].channel, 4000, slips[i].n, slips[i].tens), "unit");
    }
}

static void numbers_for_nothing_are_no_clue(void **state)
{
    (void)state;
    static const struct { int channel; int64_t value; /* in the channel's places */ } fill[] = {{0, 99990}, {2, -999900}, {3, 99999}, {4, 6553500}};
    for (size_t i = 0; i < sizeof fill / sizeof *fill; i++) {
        AUTO_ARENA(a);
        struct plant_year *y = plant_year_make(a, false);
        for (size_t k = 3000; k < 3060; k++)
            y->value[fill[i].channel][k] = fill[i].value;
        no_clue_but(a, plant_year_csv(a, y, NULL), "filler");
    }
}

/* The explanation must not excuse who writes lower numbers at the usual places: the forged stretches stay clues. */
static void a_lower_value_is_no_unit(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct plant_year *y = plant_year_make(a, false);
    for (size_t i = 4000; i < 4168; i++)
        if (y->value[0][i] != INT64_MIN)
            y->value[0][i] = (y->value[0][i] + 5) / 10;
    struct read r = look(a, plant_year_csv(a, y, NULL));
    assert_true(r.u.clues >= 1);
}

/* ---- what was looked at ---- */
static const struct detect_run *run_of(const struct audit *u, const char *id)
{
    for (size_t i = 0; i < detector_count(); i++)
        if (strcmp(u->runs[i].detector->id, id) == 0)
            return &u->runs[i];
    fail();
    return NULL;
}

static void too_little_is_not_found_in_order(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str csv = honest(a), rest = csv, line;
    for (int i = 0; i < 25; i++)
        str_next(&rest, '\n', &line);
    struct read few = look(a, str_sub(csv, 0, (size_t)(rest.p - csv.p))), year = look(a, csv);
    for (size_t i = 0; i < detector_count(); i++)
        if (few.u.runs[i].detector->history != 1)
            assert_int_equal(few.u.runs[i].outcome, DETECT_LACKED);
    assert_true(str_find(run_of(&few.u, "A2")->lacked, S("历史数据")) >= 0);
    assert_int_equal(run_of(&year.u, "A2")->outcome, DETECT_CLEAN);
    assert_int_equal(run_of(&year.u, "C2")->outcome, DETECT_LACKED); /* nothing finer, no days */
    assert_int_equal(run_of(&year.u, "B6")->outcome, DETECT_LACKED); /* nothing says that it stood still */
}

/* Every explanation is looked at and told with every finding, those of its detectors first. */
static void every_clue_shows_all_explanations(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char *const asked[] = {"start-up", "stopped", "maintenance", "detection-limit", "coarse", "cycle", "set-point", "shared-stack", "network",
                                        "held-logger", "changed-limit", "batch", "refilled", "unit", "filler"};
    struct read r = look(a, plant_year_csv(a, plant_year_make(a, true), NULL));
    assert_int_equal(r.u.clues, 3);
    for (size_t i = 0; i < r.u.findings.n; i++) {
        const struct finding *f = &r.u.findings.p[i];
        assert_int_equal(f->traps_n, sizeof asked / sizeof *asked);
        for (size_t k = 0; k < sizeof asked / sizeof *asked; k++) {
            size_t at = 0;
            while (at < f->traps_n && strcmp(f->traps[at].id, asked[k]) != 0)
                at++;
            assert_true(at < f->traps_n && f->traps[at].text.n > 0);
        }
    }
}

/* A file beside itself is the same file, and says so; of two outlets that always report the same it is stated, and no clue. */
static void a_file_beside_itself_is_named(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str csv = honest(a);
    for (int other = 0; other < 2; other++) {
        struct table_source beside = {S("two.csv"), other ? arena_printf(a, "%.*s\n", STR_ARG(csv)) : csv};
        struct audit_file f = {.name = S("file"), .bytes = csv, .beside = &beside, .beside_n = 1};
        struct audit u;
        assert_ok(audit_run(a, &f, &u));
        assert_int_equal(told(&u, "two.csv：与所核查的是同一份文件"), !other);
        assert_int_equal(run_of(&u, "B18")->outcome, DETECT_HITS);
        assert_int_equal(u.clues, 0);
        size_t stated = 0;
        for (size_t i = 0; i < u.findings.n; i++)
            stated += str_find(u.findings.p[i].lead->sentence, S("整段逐个相同")) > 0;
        assert_true(stated > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_number_is_named), cmocka_unit_test(a_flag_is_asked_for_as_a_flag), cmocka_unit_test(whole_files_that_cannot_be_read),
        cmocka_unit_test(a_plain_table_is_read_whole_or_not), cmocka_unit_test(a_sheets_far_columns_are_named),
        cmocka_unit_test(the_same_year_in_odd_dress), cmocka_unit_test(flags_that_say_nothing), cmocka_unit_test(a_day_in_another_unit_is_no_clue),
        cmocka_unit_test(numbers_for_nothing_are_no_clue), cmocka_unit_test(a_lower_value_is_no_unit), cmocka_unit_test(too_little_is_not_found_in_order),
        cmocka_unit_test(every_clue_shows_all_explanations), cmocka_unit_test(a_file_beside_itself_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
