/* Any bytes as a platform's CSV (what is in a workbook has fuzz_sheet): an error, or a profile that comes back from its text as it was and
 * a CSV that the reader of tables takes or refuses without a fault. And any bytes as a kept profile. */
#include "monitor/detect/detect.h"
#include "monitor/workbook/workbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    str bytes = {(const char *)data, size}, csv, *samples;
    struct workbook_profile seen, back;
    struct workbook_fault *passed;
    size_t n;
    if (size > 64 << 10 || str_starts(bytes, S("PK")) || str_starts(bytes, S("\xd0\xcf\x11\xe0")))
        return 0; /* workbooks are opened in a child */
    if (!workbook_guess(a, bytes, S(""), &seen)) {
        str text = workbook_profile_json(a, &seen);
        /* the rows shown may lie behind those that were guessed by: what is broken there is as broken when all are read */
        bool shown = !workbook_samples(a, bytes, &seen, 3, &samples);
        CHECK(seen.n <= LIMIT_WORKBOOK_COLUMNS);
        if (seen.n) {
            CHECK(!workbook_profile_parse(a, text, &back));
            CHECK(str_eq(text, workbook_profile_json(a, &back)) && workbook_profile_fits(&back, &seen));
            CHECK(str_eq(workbook_profile_heads(a, &back), workbook_profile_heads(a, &seen)));
        }
        if (!workbook_csv(a, bytes, &seen, &csv, &passed, &n)) {
            CHECK(shown);
            struct table_source s = {S("fuzz"), csv};
            struct table *t;
            struct table_fault *faults;
            err *e = table_from_csv(a, &s, &t, &faults, &n);
            (void)e;
        }
    }
    err_clear();
    err *bad = workbook_profile_parse(a, bytes, &back);
    if (!bad)
        CHECK(back.n && back.n <= LIMIT_WORKBOOK_COLUMNS);
    (void)table_csv_plain(bytes);
    err_clear();
    return 0;
}
