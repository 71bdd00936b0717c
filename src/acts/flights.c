/* Queries of flights. The photographs themselves are JSON of their import: a page that needs them reads them once. */
#include "acts/flights.h"

err *flight_imports(struct db *d, struct arena *a, str flight, struct flight_import **ret, size_t *ret_n)
{
    struct db_rows rows;
    bool more;
    VEC(struct flight_import) out = {0};
    TRY(db_query(d, a, "SELECT i.id, i.author, COALESCE(u.name, i.author), i.at, i.files, i.located, i.unplanned, i.entered,"
                       " (SELECT COUNT(*) FROM flight_original o WHERE o.import = i.id), COALESCE(i.aside, ''), COALESCE(i.photos, ''),"
                       " COALESCE(i.tracks, ''), CASE WHEN i.settled_seq IS NULL THEN 0 ELSE 1 END, COALESCE(i.settled, ''),"
                       " COALESCE(s.name, ''), COALESCE(i.track_aside, '') FROM flight_import i LEFT JOIN users u ON u.id = i.author LEFT JOIN users s ON s.id = i.settled_by"
                       " WHERE i.flight = CAST(:flight AS TEXT) ORDER BY i.seq", DB_ARGS(DB_T("flight", flight)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &out, ((struct flight_import){.id = db_str(&rows, 0), .author = db_str(&rows, 1), .author_name = db_str(&rows, 2),
                                                  .at = db_int(&rows, 3), .files = db_int(&rows, 4), .located = db_int(&rows, 5),
                                                  .unplanned = db_int(&rows, 6), .entered = db_int(&rows, 7), .originals = db_int(&rows, 8),
                                                  .aside = db_str(&rows, 9), .photos = db_str(&rows, 10), .tracks = db_str(&rows, 11),
                                                  .settled = db_int(&rows, 12) != 0, .settled_text = db_str(&rows, 13),
                                                  .settled_by = db_str(&rows, 14), .track_aside = db_str(&rows, 15)}));
    }
    *ret = out.p, *ret_n = out.n;
    return NULL;
}

static err *read_originals(struct arena *a, struct db_rows *rows, struct flight_original **ret, size_t *ret_n)
{
    bool more;
    VEC(struct flight_original) out = {0};
    for (;;) {
        TRY(db_next(rows, &more));
        if (!more)
            break;
        vec_push(a, &out, ((struct flight_original){db_int(rows, 0), db_str(rows, 1), db_int(rows, 2), db_str(rows, 3), db_str(rows, 4)}));
    }
    *ret = out.p, *ret_n = out.n;
    return NULL;
}

#define ORIGINALS "SELECT o.position, o.digest, COALESCE(o.bytes, 0), o.import, COALESCE(o.found, '') FROM flight_original o"

err *flight_originals(struct db *d, struct arena *a, str import, struct flight_original **ret, size_t *ret_n)
{
    struct db_rows rows;
    TRY(db_query(d, a, ORIGINALS " WHERE o.import = CAST(:import AS TEXT) ORDER BY o.position", DB_ARGS(DB_T("import", import)), &rows));
    return read_originals(a, &rows, ret, ret_n);
}

err *flight_originals_found(struct db *d, struct arena *a, str flight, struct flight_original **ret, size_t *ret_n)
{
    struct db_rows rows;
    TRY(db_query(d, a, ORIGINALS " JOIN flight_import i ON i.id = o.import WHERE i.flight = CAST(:flight AS TEXT) AND o.found LIKE '%\"flags\":[\"%'"
                       " ORDER BY i.seq, o.position", DB_ARGS(DB_T("flight", flight)), &rows));
    return read_originals(a, &rows, ret, ret_n);
}

err *flight_counts(struct db *d, struct arena *a, str flight, struct flight_counts *ret)
{
    struct db_rows rows;
    bool more;
    *ret = (struct flight_counts){0};
    TRY(db_query(d, a, "SELECT COUNT(*), CAST(COALESCE(SUM(i.files), 0) AS BIGINT),"
                       " CAST(COALESCE(SUM(i.unplanned + i.entered), 0) AS BIGINT),"
                       " (SELECT COUNT(*) FROM flight_original o JOIN flight_import x ON x.id = o.import WHERE x.flight = CAST(:flight AS TEXT))"
                       " FROM flight_import i WHERE i.flight = CAST(:flight AS TEXT)", DB_ARGS(DB_T("flight", flight)), &rows));
    TRY(db_next(&rows, &more));
    if (more)
        *ret = (struct flight_counts){db_int(&rows, 0), db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3)};
    if (more)
        db_rows_end(&rows);
    return NULL;
}

err *flight_companies(struct db *d, struct arena *a, str entrustment, struct flight_company **ret, size_t *ret_n)
{
    struct db_rows rows;
    bool more;
    VEC(struct flight_company) out = {0};
    TRY(db_query(d, a, "SELECT s.id, s.boundary FROM entrustment_subject x JOIN subject s ON s.id = x.subject"
                       " WHERE x.entrustment = CAST(:e AS TEXT) AND s.boundary IS NOT NULL ORDER BY s.id", DB_ARGS(DB_T("e", entrustment)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &out, ((struct flight_company){db_str(&rows, 0), db_str(&rows, 1)}));
    }
    *ret = out.p, *ret_n = out.n;
    return NULL;
}
