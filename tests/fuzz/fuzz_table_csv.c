/* Any bytes as a table: an error or a table whose numbers stay inside their limits; and what was read goes through the light
 * detectors without a fault. */
#include "monitor/detect/detect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    struct table_source s = {S("fuzz"), {(const char *)data, size}};
    struct table *t;
    struct table_fault *faults;
    size_t n;
    if (!table_from_csv(a, &s, &t, &faults, &n)) {
        CHECK(t->n >= 1 && t->n <= LIMIT_TABLE_SLOTS && t->step_s >= 1 && t->columns_n <= LIMIT_TABLE_COLUMNS && n <= LIMIT_TABLE_FAULTS);
        for (size_t c = 0; c < t->columns_n; c++)
            CHECK(t->columns[c].decimals >= 0 && t->columns[c].decimals <= LIMIT_TABLE_DECIMALS && t->columns[c].q >= 1);
        struct detect_options light = {.light = true};
        struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
        struct hits hits;
        struct findings findings;
        detect_table(a, t, &light, &hits, runs);
        fuse(a, t, &hits, &FUSE_DEFAULTS, &findings);
    }
    err_clear();
    return 0;
}
