/* Any bytes as a file of records: an error and a table as it was, or lists by time whose numbers stay inside their limits; and the
 * detectors that read them take what was read; so does the count of habits, in which every slot is one thing. */
#include "monitor/detect/habits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    enum { SLOTS = 240 };
    static int64_t value[SLOTS];
    struct column columns[] = {{.factor = S("a21026"), .decimals = 1, .q = 1, .value = value}, {.factor = S("a21026"), .group = COLUMN_TOTAL, .decimals = 1, .q = 1, .value = value}};
    struct table t = {.outlet = S("fuzz"), .from = day_start(day_from_civil(2026, 1, 1)), .step_s = 3600, .n = SLOTS, .columns = columns, .columns_n = 2};
    struct table_source s = {S("fuzz"), {(const char *)data, size}};
    size_t n;
    for (size_t i = 0; i < SLOTS; i++)
        value[i] = 100 + (int64_t)(i * 7919 % 331);
    if (!table_records(a, &s, &t, &n)) {
        CHECK(n == t.checks_n + t.events_n + t.marks_n + t.commands_n);
        for (size_t i = 0; i < t.checks_n; i++) {
            CHECK(t.checks[i].kind < CHECK_KINDS && t.checks[i].decimals >= 0 && t.checks[i].decimals <= LIMIT_TABLE_DECIMALS && t.checks[i].seconds >= -1);
            CHECK(i == 0 || t.checks[i - 1].at <= t.checks[i].at);
        }
        for (size_t i = 1; i < t.events_n; i++)
            CHECK(t.events[i - 1].at <= t.events[i].at);
        struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
        struct hits hits;
        detect_table(a, &t, NULL, &hits, runs);
        for (size_t i = 0; i < hits.n; i++)
            CHECK(hits.p[i].n >= 1 && hits.p[i].first + hits.p[i].n <= SLOTS && hits.p[i].p >= 0 && hits.p[i].p <= 1);
        struct habits h;
        habits_of(a, &t, NULL, &h);
        CHECK(h.all.covered >= h.all.longest && h.all.covered <= h.span && h.all.late <= h.all.entered && h.all.high <= h.all.compared && h.all.compared <= h.all.begun);
        for (int k = 0; k < HABIT_KINDS; k++)
            CHECK(h.kind[k].covered <= h.all.covered && h.kind[k].n <= h.all.n);
        for (size_t i = 0; i < h.columns_n; i++)
            CHECK(h.columns[i].normal + h.columns[i].missing + h.columns[i].excused + h.columns[i].flagged == SLOTS);
    } else {
        CHECK(!t.checks_n && !t.events_n && !t.marks_n && !t.commands_n);
    }
    err_clear();
    return 0;
}
