/*
 * A year dropped in: three clues, whichever way the same values come; and files as people have them, each with a clear message or a
 * note, and never a clue that a fault of reading made.
 */
#include "testing.h"
#include "monitor/audit/audit.h"
#include "monitor/detect/habits.h"
#include "plant_year.h"

#include <math.h>
#include <string.h>

struct seen { str lines, digest; const struct audit *u; };

static struct seen look(struct arena *a, str bytes, const struct workbook_profile *profile)
{
    struct audit_file f = {.name = S("file"), .bytes = bytes, .profile = profile};
    struct audit *u = NEW(a, struct audit);
    buf b = buf_make(a, 8 << 20);
    assert_ok(audit_run(a, &f, u));
    for (size_t i = 0; i < u->findings.n; i++) {
        buf_add(&b, audit_finding_line(a, u, i));
        buf_char(&b, '\n');
    }
    str summary = audit_summary_line(a, u);
    ptrdiff_t at = str_find(summary, S("\"digest\":\""));
    assert_true(at > 0);
    return (struct seen){buf_str(&b), str_sub(summary, (size_t)at, 80), u};
}

/* A clue that holds the stretch and little else, on this channel, and that this detector is part of. */
static void found(const struct audit *u, const char *detector, const char *factor, size_t first, size_t n)
{
    for (size_t i = 0; i < u->findings.n; i++) {
        const struct finding *f = &u->findings.p[i];
        bool among = false;
        for (size_t k = 0; k < f->hits_n; k++)
            among |= strcmp(f->hits[k]->detector->id, detector) == 0;
        size_t from = f->first > first ? f->first : first, to = f->first + f->n < first + n ? f->first + f->n : first + n;
        if (f->level == LEVEL_CLUE && among && str_eq(u->table->columns[f->lead->columns[0]].factor, str_of(factor)) && to > from &&
            10 * (to - from) >= 8 * n && 10 * f->n <= 15 * n)
            return;
    }
    print_error("no clue of %s on %s at %zu\n", detector, factor, first);
    fail();
}

/* ---- three clues ---- */
static void a_year_gives_three_clues(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct seen forged = look(a, plant_year_csv(a, plant_year_make(a, true), NULL), NULL);
    found(forged.u, "A1", "a21026", 2000, 72);
    found(forged.u, "A7", "a34013", 4400, 120);
    found(forged.u, "B1", "a21026", 6600, 100);
    assert_int_equal(forged.u->clues, 3);
    struct seen honest = look(a, plant_year_csv(a, plant_year_make(a, false), NULL), NULL);
    assert_int_equal(honest.u->clues, 0);
    int clean = 0, lacked = 0;
    for (size_t i = 0; i < detector_count(); i++) {
        clean += honest.u->runs[i].outcome == DETECT_CLEAN;
        lacked += honest.u->runs[i].outcome == DETECT_LACKED && honest.u->runs[i].lacked.n;
    }
    assert_true(clean > 15 && lacked > 3);
}

static void the_workbook_gives_the_same(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct plant_year *y = plant_year_make(a, true);
    struct seen plain = look(a, plant_year_csv(a, y, NULL), NULL);
    str sheets[] = {plant_year_book(a, y), plant_year_platform_csv(a, y)};
    for (size_t i = 0; i < 2; i++) {
        struct workbook_profile guess, kept;
        struct audit_file f = {.name = S("x"), .bytes = sheets[i]};
        assert_false(audit_is_plain(sheets[i]));
        assert_ok(audit_profile(a, &f, &guess));
        assert_int_equal(guess.n, YEAR_CHANNELS + 1);
        assert_str(guess.columns[2].factor, "a34013");
        assert_int_equal(guess.columns[2].shift, 3);
        assert_ok(workbook_profile_parse(a, workbook_profile_json(a, &guess), &kept)); /* as it comes back from where it was kept */
        assert_true(workbook_profile_fits(&kept, &guess));
        struct seen mapped = look(a, sheets[i], &kept);
        assert_int_equal(mapped.u->clues, 3);
        assert_str(mapped.lines, arena_cstr(a, plain.lines));
        assert_str(mapped.digest, arena_cstr(a, plain.digest));
    }
    assert_true(audit_is_plain(plant_year_csv(a, y, NULL)));
}

static void another_head_does_not_fit(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct workbook_profile one, other;
    assert_ok(workbook_guess(a, S("时间,二氧化硫(mg/m³)\n2026-01-01 00:00,1\n"), S(""), &one));
    assert_ok(workbook_guess(a, S("时间,二氧化硫(μg/m³)\n2026-01-01 00:00,1\n"), S(""), &other));
    assert_false(workbook_profile_fits(&one, &other));
    assert_false(str_eq(workbook_profile_heads(a, &one), workbook_profile_heads(a, &other)));
    assert_true(workbook_profile_fits(&one, &one));
}

/* ---- files as people have them ---- */
static void the_same_values_in_other_dress(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct year_shape shapes[] = {
        {"\r\n", "NaN", ';', ',', false},  /* decimal commas */
        {"\n", "—", ',', '.', true},       /* the last hour first */
        {"\r\n", "缺测", '\t', '.', false}};
    struct plant_year *y = plant_year_make(a, true);
    struct seen plain = look(a, plant_year_csv(a, y, NULL), NULL);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct seen other = look(a, plant_year_csv(a, y, &shapes[i]), NULL);
        assert_str(other.lines, arena_cstr(a, plain.lines));
        assert_str(other.digest, arena_cstr(a, plain.digest));
        assert_int_equal(other.u->faults_n > 0, shapes[i].backwards);
    }
}

/* Every line twice, whole or with another value under the same time: the later one counts, and it is said once with how often. */
static void doubled_lines_make_no_clue(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str plain = plant_year_csv(a, plant_year_make(a, false), NULL), rest = plain, line;
    buf b = buf_make(a, 4 << 20);
    for (size_t n = 0; rest.p && str_next(&rest, '\n', &line); n++) {
        buf_printf(&b, "%.*s\n", STR_ARG(line));
        if (n)
            buf_printf(&b, "%.*s\n", STR_ARG(line));
    }
    struct seen one = look(a, plain, NULL), twice = look(a, buf_str(&b), NULL);
    assert_int_equal(twice.u->clues, 0);
    assert_str(twice.lines, arena_cstr(a, one.lines));
    assert_int_equal(twice.u->faults_n, 1);
    assert_int_equal(twice.u->faults[0].times, YEAR_HOURS);
    assert_int_equal(twice.u->faults[0].line, 3);
}

/* From a day on in another unit: the column is left out of judgement and named, and nobody is accused of a fall to a thousandth. */
static void mixed_units_make_no_clue(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct plant_year *y = plant_year_make(a, false);
    for (size_t i = 5000; i < YEAR_HOURS; i++)
        if (y->value[2][i] != INT64_MIN)
            y->value[2][i] *= 1000;
    struct seen mixed = look(a, plant_year_csv(a, y, NULL), NULL);
    assert_int_equal(mixed.u->clues, 0);
    bool told = false;
    for (size_t i = 0; i < mixed.u->faults_n; i++)
        told |= str_find(mixed.u->faults[i].text, S("单位混用")) >= 0 && mixed.u->faults[i].column == 4;
    assert_true(told);
}

static void all_missing_is_no_clue(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct plant_year *y = plant_year_make(a, false);
    for (int k = 0; k < YEAR_CHANNELS; k++)
        for (size_t i = 0; i < YEAR_HOURS; i++)
            y->value[k][i] = INT64_MIN;
    static const struct year_shape nan = {"\n", "NaN", ',', '.', false};
    struct seen none = look(a, plant_year_csv(a, y, &nan), NULL);
    assert_int_equal(none.u->findings.n, 0);
    assert_true(none.u->faults_n >= YEAR_CHANNELS);
    assert_true(str_find(none.u->faults[0].text, S("没有数值")) >= 0);
}

/* Nearly everything under a flag or a mark: said with how much, and detectors say that it is this they lack. */
static void what_was_not_judged_is_said(void **state)
{
    (void)state;
    for (int marked = 0; marked < 2; marked++) {
        AUTO_ARENA(a);
        buf b = buf_make(a, 1 << 20);
        buf_add(&b, marked ? S("time,a21026-Avg\n") : S("time,a21026-Avg,状态\n"));
        for (int i = 0; i < 600; i++)
            buf_printf(&b, "2026-01-%02d %02d:00,%d.%d%s\n", 1 + i / 24, i % 24, 20 + i % 7, i % 10, marked ? "" : i < 30 ? ",正常" : ",停运");
        struct audit_file f = {.name = S("表.csv"), .bytes = buf_str(&b), .limits = S("")};
        if (marked)
            f.records = (struct table_source){S("记录.csv"), S("时间,种类,秒数\n2026-01-01 00:00,标记停运,2160000\n")};
        struct audit u;
        assert_ok(audit_run(a, &f, &u));
        bool told = false;
        for (size_t i = 0; i < u.faults_n; i++)
            told |= str_find(u.faults[i].text, marked ? S("600个数值中有600个（100.0%）") : S("600个数值中有570个（95.0%）")) >= 0;
        assert_true(told);
        size_t lacking = 0;
        for (size_t i = 0; i < detector_count(); i++)
            lacking += str_find(u.runs[i].lacked, S("不正常标志之下的不评价")) >= 0;
        assert_true(lacking > 5);
    }
}

static void what_cannot_be_read_says_where(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct workbook_profile profile;
    struct audit_file sheet = {.name = S("平台.csv"), .bytes = S("时段,,\n监测时间,流量(m³/h),备注\n2026-01-01 00:00,998,\n2026-01-01 01:00,1.002,\n"), .profile = &profile};
    assert_ok(workbook_guess(a, sheet.bytes, STR_NONE, &profile));
    struct audit lost;
    assert_true(str_starts(assert_err(audit_run(a, &sheet, &lost), ERR_INPUT)->text, S("按列对应换成CSV后的第3行第2列（a00000-avg）：分不清")));
    err_clear();
    static const struct { const char *bytes, *says; } bad[] = {
        {"", "第1行"}, {"\n\n  \n", "第1行"}, {"time,a21026-Avg\n", "第2行"},
        {"time,a21026-Avg\n2026-01-01 00:00,1\n2026-01-01 01:00,x\n", "第3行第2列"},
        {"time,a21026-Avg\n2026-01-01 00:00,1\nyesterday,2\n", "第3行第1列"},
        {"time,a21026-Avg\n2026-01-01 00:00,1,5\n2026-01-01 01:00,2,5\n", "第2行第3列"},
        {"time;a21026-Avg\n2026-01-01 00:00;1.234,5\n", "第2行第2列"},
        {"time,a21026-Avg,a21026-Avg\n2026-01-01 00:00,1,2\n", "第1行第3列"},
        {"time,a21026-Avg\n2026-01-01 00:00,1\n9026-01-01 00:00,1\n", "第3行第1列"},
        {"time,a21026-Avg\n2026-01-01 00:00,1\n2026-01-01 01:00,1\n2199-01-01 00:00,1\n", "第4行第1列"},
        {"time,a21026-Avg\n2026-01-01 00:00,1234567890123456789012\n", "第2行第2列"},
        {"time,a21026-Avg\n2026-01-01 00:00,1\n\xff\xfe\xfd,1\n", "第3行"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct audit_file f = {.name = S("x"), .bytes = str_of(bad[i].bytes)};
        struct audit u;
        const err *e = assert_err(audit_run(a, &f, &u), ERR_INPUT);
        if (str_find(e->text, str_of(bad[i].says)) < 0) {
            print_error("%zu: \"%.*s\" does not say %s\n", i, STR_ARG(e->text), bad[i].says);
            fail();
        }
        err_clear();
    }
}

/* 广 in GB 18030 is B9 E3: a file of a Windows platform. */
static void a_gb18030_sheet_is_mapped(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char sheet[] = "\xCA\xB1\xBC\xE4,\xB6\xFE\xD1\xF5\xBB\xAF\xC1\xF2(mg/m3)\n2026-01-01 00:00,1.5\n2026-01-01 01:00,2.5\n";
    struct audit_file f = {.name = S("x"), .bytes = str_of(sheet)};
    struct workbook_profile p;
    assert_ok(audit_profile(a, &f, &p));
    assert_str(p.columns[0].head, "二氧化硫(mg/m3)");
    assert_str(p.columns[0].factor, "a21026");
    struct seen s = look(a, str_of(sheet), &p);
    assert_int_equal(s.u->table->n, 2);
    assert_int_equal(s.u->table->columns[0].value[1], 25);
}

/* A platform's CSV whose cell is no number names the cell, as the workbook does. */
static void a_cell_of_a_sheet_is_named(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str sheet = S("时间,COD(mg/L)\n2026-01-01 00:00,1.5\n2026-01-01 01:00,\"2,5\"\n");
    struct workbook_profile p;
    struct audit u;
    assert_ok(workbook_guess(a, sheet, S(""), &p));
    struct audit_file f = {.name = S("x"), .bytes = sheet, .profile = &p};
    const err *e = assert_err(audit_run(a, &f, &u), ERR_INPUT);
    assert_true(str_find(e->text, S("B3")) >= 0);
    err_clear();
}

static void limits_are_read_or_refused(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str bytes = plant_year_csv(a, plant_year_make(a, false), NULL);
    struct audit_file f = {.name = S("x"), .bytes = bytes, .limits = S("a21026=35, a34013=10.5")};
    struct audit u;
    assert_ok(audit_run(a, &f, &u));
    assert_int_equal(u.table->limits_n, 2);
    assert_int_equal(u.table->limits[0].group, COLUMN_CONVERTED);
    assert_int_equal(u.table->limits[1].mantissa, 105);
    static const char *const bad[] = {"a21026", "a21026=", "=35", "a21026=3x", "a21026=-1", "a99999=3", "a21026=1.2.3", "a21026=0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        f.limits = str_of(bad[i]);
        const err *e = assert_err(audit_run(a, &f, &u), ERR_INPUT);
        assert_str(e->field, "limits");
        err_clear();
    }
}

static bool by_detector(const struct audit *u, const char *id)
{
    for (size_t i = 0; i < u->findings.n; i++)
        for (size_t k = 0; k < u->findings.p[i].hits_n; k++)
            if (strcmp(u->findings.p[i].hits[k]->detector->id, id) == 0)
                return true;
    return false;
}

/* Minutes under maintenance with an analyser that goes on measuring: once a day, then every hour for three days. A record of each visit explains them. */
static void records_lie_over_minutes_too(void **state)
{
    (void)state;
    enum { DAYS = 20, BUSY = 12, BUSY_DAYS = 3, LONG = 5 };
    AUTO_ARENA(a);
    uint64_t seed = 3;
    double level = 300, sum = 0;
    buf hours = buf_make(a, 1 << 20), minutes = buf_make(a, 4 << 20), records = buf_make(a, 1 << 20);
    usec begin;
    assert_ok(time_parse(S("2026-01-01T00:00:00+08:00"), &begin));
    buf_add(&hours, S("time,a21026-Avg,a21026-Flag\n"));
    buf_add(&minutes, S("time,a21026-Avg,a21026-Flag\n"));
    buf_add(&records, S("时间,种类,秒数\n"));
    for (int m = 0; m < DAYS * 1440; m++) {
        int day_ = m / 1440, busy = day_ >= BUSY && day_ < BUSY + BUSY_DAYS;
        int into = busy ? m % 60 - 20 : m % 1440 - 600;
        level = 300 + 0.95 * (level - 300) + (double)(test_random(&seed) % 2001) / 100 - 10;
        sum += level;
        str at = time_rfc3339(a, begin + m * USEC_MINUTE);
        buf_printf(&minutes, "%.19s,%.1f,%c\n", at.p, level / 10, into >= 0 && into < LONG ? 'M' : 'N');
        if (into == 0)
            buf_printf(&records, "%.19s,标记维护,%d\n", at.p, LONG * 60);
        if (m % 60 == 59) {
            buf_printf(&hours, "%.19s,%.2f,N\n", time_rfc3339(a, begin + (m - 59) * USEC_MINUTE).p, sum / 600);
            sum = 0;
        }
    }
    struct audit_file f = {.name = S("hours"), .bytes = buf_str(&hours), .minutes = {S("minutes"), buf_str(&minutes)}};
    struct audit u;
    assert_ok(audit_run(a, &f, &u));
    assert_true(by_detector(&u, "D3"));
    f.records = (struct table_source){S("records"), buf_str(&records)};
    assert_ok(audit_run(a, &f, &u));
    assert_false(by_detector(&u, "D3"));
}

/* How time was taken out of judgement stands in the summary, clue or none: the same from the workbook, the same twice; marks where they were given. */
static void habits_are_in_the_summary(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char *const keys[] = {"readings", "clues", "hints", "digest", "hit", "clean", "lacked", "habits", "notes"};
    struct plant_year *y = plant_year_make(a, false);
    int64_t missing = 0, calibrating = 0;
    for (size_t i = 0; i < YEAR_HOURS; i++) {
        missing += y->value[3][i] == INT64_MIN; /* the oxygen; the flag is of a21026 alone */
        calibrating += y->flag[i] == 'C';
    }
    assert_true(missing > 0 && calibrating > 0);
    struct audit_file f = {.name = S("file"), .bytes = plant_year_csv(a, y, NULL)};
    struct audit plain, book;
    assert_ok(audit_run(a, &f, &plain));
    str said = audit_summary_line(a, &plain);
    const struct json *root, *habits, *columns;
    assert_ok(json_parse(a, said, 1 << 20, &root));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_non_null(json_get(json_get(root, S("summary")), str_of(keys[i])));
    habits = json_get(json_get(root, S("summary")), S("habits"));
    columns = json_get(habits, S("columns"));
    assert_int_equal(json_get(habits, S("marks"))->kind, JSON_NULL); /* nobody said */
    assert_int_equal(json_get(habits, S("high"))->kind, JSON_NULL);
    assert_int_equal(json_get(habits, S("quarters"))->n, 4);
    assert_int_equal(columns->n, YEAR_CHANNELS);
    assert_int_equal(llround(100 * json_get(json_get(&columns->child[0], S("flags_percent")), S("C"))->number), habit_percent(calibrating, YEAR_HOURS));
    assert_int_equal(llround(100 * json_get(&columns->child[3], S("missing_percent"))->number), habit_percent(missing, YEAR_HOURS));
    assert_str(audit_summary_line(a, &plain), arena_cstr(a, said));
    f.bytes = plant_year_book(a, y);
    assert_ok(audit_run(a, &f, &book));
    ptrdiff_t at = str_find(said, S("\"habits\":")), end = str_find(said, S(",\"notes\":"));
    assert_true(at > 0 && end > at);
    assert_true(str_find(audit_summary_line(a, &book), str_sub(said, (size_t)at, (size_t)(end - at))) > 0);
    /* two marks that overlap by an hour, one entered eight and a half hours after its end */
    f.bytes = plant_year_csv(a, y, NULL);
    f.limits = S("a21026=35");
    f.records = (struct table_source){S("r.csv"), S("时间,种类,秒数,登记时间\n2025-02-06 08:00,标记维护,7200,2025-02-06 18:30\n2025-02-06 09:00,标记维护,7200,\n")};
    assert_ok(audit_run(a, &f, &plain));
    said = audit_summary_line(a, &plain);
    assert_true(str_find(said, S("{\"kind\":\"maintenance\",\"label\":\"维护\",\"times\":2,\"hours\":3,\"percent\":0.03,\"longest_hours\":3,\"entered_known\":1,"
                                 "\"entered_late\":1,\"late_hours_median\":8.5,\"begun\":2,\"begun_compared\":1,")) > 0);
    assert_true(str_find(said, S("\"high\":{\"of_limit_percent\":90,")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_gives_three_clues), cmocka_unit_test(the_workbook_gives_the_same), cmocka_unit_test(another_head_does_not_fit),
        cmocka_unit_test(the_same_values_in_other_dress), cmocka_unit_test(doubled_lines_make_no_clue), cmocka_unit_test(mixed_units_make_no_clue),
        cmocka_unit_test(all_missing_is_no_clue), cmocka_unit_test(what_was_not_judged_is_said), cmocka_unit_test(what_cannot_be_read_says_where), cmocka_unit_test(a_gb18030_sheet_is_mapped),
        cmocka_unit_test(a_cell_of_a_sheet_is_named), cmocka_unit_test(limits_are_read_or_refused),
        cmocka_unit_test(records_lie_over_minutes_too),
        cmocka_unit_test(habits_are_in_the_summary)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
