/*
 * monitor/audit/: a file of readings, from its bytes to findings: what `xiezhi monitor audit` prints and the page 核查数据 shows. Its door.
 *
 *   bytes ── plain CSV ──────────────────────────┐
 *         └─ workbook, platform's CSV ── profile ─┴─ table ── limits, finer tables, records, other outlets ── detectors ── findings
 *
 * The same values give the same findings whichever way they came, and the same lines byte for byte on page and command line.
 *
 * Ownership: everything returned lives in the arena passed in. Thread-safe. Errors: ERR_INPUT names line and column, cell, or the field
 * ("limits", "minutes", "live", "records", "beside"); what is odd but readable stands in faults. A file that cannot be read gives no finding.
 */
#pragma once
#include "monitor/detect/detect.h"
#include "monitor/workbook/workbook.h"

enum { LIMIT_AUDIT_LIMITS = 40, LIMIT_AUDIT_LINE = 4 << 20 };

struct audit_file {
    str name, bytes;
    const struct workbook_profile *profile; /* NULL: a plain CSV, else what the headers suggest */
    str sheet;      /* of a workbook; "" the first */
    str limits;     /* "a21026=35,a21002=50": hourly limits over the whole table; "" none */
    bool background; /* detectors without measured precision speak, too */
    /* Beside it, each a plain CSV; no bytes: not given. */
    struct table_source minutes, live; /* finer than the table; live finer than minutes, too */
    struct table_source records;       /* table_records() */
    const struct table_source *beside; /* tables of other outlets */
    size_t beside_n;
};
struct audit {
    struct table *table;
    struct table_fault *faults; /* of the way in */
    size_t faults_n;
    struct findings findings;
    struct detect_run *runs;    /* detector_count() */
    int64_t clues;
};
/* Whether the first line is that of design.md (`time,<factor>-<kind>,…`): nothing to be mapped. */
bool audit_is_plain(str bytes);
bool audit_is_workbook(str bytes);
/* Whether the first line begins with a time in a platform's words (监测时间): what is wrong with it, the reader of platforms' sheets says best. */
bool audit_is_dressed(str bytes);
/* The profile that is meant: the one given, or the guess. For files that are not plain. */
MUST_USE err *audit_profile(struct arena *a, const struct audit_file *f, struct workbook_profile *ret);
MUST_USE err *audit_run(struct arena *a, const struct audit_file *f, struct audit *ret);
/* One finding, the summary; without a line end. */
str audit_finding_line(struct arena *a, const struct audit *u, size_t finding);
str audit_summary_line(struct arena *a, const struct audit *u);
