/* The overlays by the door of the readings store: a connection to the house for each question. */
#include "monitor/series/overlays.h"
#include "monitor/series/readings_private.h"

err *reading_marks(struct readings *r, struct arena *a, str mn, usec from, usec to, struct reading_mark **ret, size_t *ret_n)
{
    AUTO_DB struct db *d = NULL;
    TRY(db_open(r->house, false, &d));
    return overlay_marks(d, a, mn, from, to, ret, ret_n);
}

err *reading_limits(struct readings *r, struct arena *a, str mn, day from, day to, struct reading_limit **ret, size_t *ret_n)
{
    AUTO_DB struct db *d = NULL;
    TRY(db_open(r->house, false, &d));
    return overlay_limits(d, a, mn, from, to, ret, ret_n);
}

err *reading_corrections(struct readings *r, struct arena *a, str mn, str factor, enum reading_period period, bool converted, usec from,
                         usec to, struct reading_correction **ret, size_t *ret_n)
{
    AUTO_DB struct db *d = NULL;
    TRY(db_open(r->house, false, &d));
    return overlay_corrections(d, a, mn, factor, period, converted, from, to, ret, ret_n);
}

err *reading_outlet(struct readings *r, struct arena *a, str mn, day today, struct reading_outlet *ret)
{
    AUTO_DB struct db *d = NULL;
    TRY(db_open(r->house, false, &d));
    return overlay_outlet(d, a, mn, today, ret);
}

err *aggregate_rules_set(struct readings *r, str factor, struct aggregate_rules *ret)
{
    AUTO_DB struct db *d = NULL;
    TRY(db_open(r->house, false, &d));
    return overlay_rules(d, factor, ret);
}
