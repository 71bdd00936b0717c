/*
 * look/: is the help honest? Its door. A run over the store:
 *
 *   files handed in ── read once (text, tables, pictures; foreign formats in children without hands) ── kept by digest
 *        │
 *        ├─ text and numbers that stand in an earlier report too      analysis/near.h
 *        ├─ pictures that are an earlier picture                      analysis/print.h
 *        ├─ values that crowd below a dated limit                     analysis/spread.h
 *   verifications faster than reading, back-checks that disagree, scores that fell after a refusal
 *        │
 *        └─ integrity.find, by the detector: discipline's inbox, each with the innocent explanations that were looked into
 *
 * and the back-checks that are due: backcheck.draw (analysis/lot.h). The same finding again is the same act (its key); nothing is
 * punished by itself. What was read is kept in look/look.db of the data folder, on PostgreSQL in tables reading_look_*.
 *
 * One run at a time for a data folder (ERR_BUSY).
 */
#pragma once
#include "acts/acts.h"

struct look_options {
    usec now;
    bool again;                 /* compare everything with everything, not only what is new */
    bool dry;                   /* say what would be found, perform nothing */
    void (*found)(void *context, str kind, str about, str text); /* each finding; NULL */
    void (*unread)(void *context, str why, int64_t files); /* what could not be compared, by reason; NULL */
    void *context;
};
struct look_report { int64_t files, unread, texts, pictures, compared, findings /* new ones */, known, draws, drawn; double seconds; };
MUST_USE err *look_run(struct store *house, struct acts *acts, const struct look_options *o, struct look_report *ret);

/* Draws a recorded back-check again from the ledger. *ret_same: period, root, pool and lots are those on record; else *ret_why. */
MUST_USE err *look_redraw(struct store *house, struct arena *a, str draw, bool *ret_same, str *ret_why);
