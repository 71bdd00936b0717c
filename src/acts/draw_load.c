/*
 * A draw out of its tables. Everything that follows (quotas, places, teams, successors) is computed again by the code that
 * settled it, so a page cannot show another result than the file does.
 */
#include "acts/act.h"
#include "acts/draw_private.h"

enum { POOL_PAGE = 20000 };

static int kind_of(str name)
{
    for (int k = 0; k < DRAW_KINDS; k++)
        if (str_eq(name, str_of(draw_kind_names[k])))
            return k;
    return DRAW_OBJECT;
}

static err *load_head(struct db *d, struct arena *a, str id, struct draw *ret, struct draw_status *s)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, "SELECT w.method, w.agency, w.purpose, w.item, w.region, w.preset, w.seq, w.day, w.floor, w.norepeat,"
                       " w.officers_each, w.officers_most, w.helpers_each, w.helpers_most, w.round, w.state, w.author, w.settled_at,"
                       " (SELECT MIN(p.reveal_by) FROM draw_party p WHERE p.draw = w.id AND p.revealed_seq IS NULL), w.seal_until, w.publish_by, w.published_at, w.seed, w.cancel_reason, g.name, w.quantity"
                       " FROM draw w LEFT JOIN agency g ON g.id = w.agency WHERE w.id = :id", DB_ARGS(DB_T("id", id)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_new(ERR_MISSING, "没有编号为“%.*s”的抽取", STR_ARG(id));
    *ret = (struct draw){.method = (int)db_int(&rows, 0), .id = id, .agency = db_str(&rows, 1), .purpose = db_str(&rows, 2),
                         .item = db_str(&rows, 3), .region = db_int(&rows, 4), .preset = db_str(&rows, 5), .entry = db_int(&rows, 6),
                         .day = day_iso(a, (day)db_int(&rows, 7)), .floor = db_int(&rows, 8) * 100, .norepeat = db_int(&rows, 9),
                         .each = {0, db_int(&rows, 10), db_int(&rows, 12)}, .most = {0, db_int(&rows, 11), db_int(&rows, 13)},
                         .rounds = db_int(&rows, 14)};
    *s = (struct draw_status){.state = db_str(&rows, 15), .author = db_str(&rows, 16), .settled_at = db_int(&rows, 17),
                              .reveal_by = db_int(&rows, 18), .seal_until = db_int(&rows, 19), .publish_by = db_int(&rows, 20),
                              .published_at = db_int(&rows, 21), .settled = sm3_from_text(db_str(&rows, 22), &ret->seed),
                              .cancel_reason = db_str(&rows, 23), .agency_name = db_str(&rows, 24)};
    if (ret->method == 1)
        vec_push(a, &ret->strata, ((struct draw_stratum){.kind = str_eq(ret->purpose, S("officers"))    ? DRAW_OFFICER
                                                                : str_eq(ret->purpose, S("providers")) ? DRAW_HELPER
                                                                                                       : DRAW_OBJECT,
                                                         .least = db_int(&rows, 25), .reserve = LIMIT_DRAW_POOL}));
    db_rows_end(&rows);
    return NULL;
}

static err *load_strata(struct db *d, struct arena *a, struct draw *ret)
{
    struct db_rows rows;
    TRY(db_query(d, a, "SELECT kind, class, region, ratio, per, base, fewest, reserve FROM draw_stratum WHERE draw = :id ORDER BY number",
                 DB_ARGS(DB_T("id", ret->id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &ret->strata, ((struct draw_stratum){.kind = (enum draw_kind)kind_of(db_str(&rows, 0)), .class = db_str(&rows, 1),
                                                         .region = db_int(&rows, 2), .ratio = db_int(&rows, 3), .per = db_int(&rows, 4),
                                                         .base = db_int(&rows, 5), .least = db_int(&rows, 6), .reserve = db_int(&rows, 7)}));
    }
    TRY(db_query(d, a, "SELECT by_what, key, most FROM draw_cap WHERE draw = :id ORDER BY number", DB_ARGS(DB_T("id", ret->id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct draw_cap cap = {DRAW_BY_GROUP, db_str(&rows, 1), db_int(&rows, 2)};
        for (int k = 0; k < DRAW_CAP_KINDS; k++)
            if (str_eq(db_str(&rows, 0), str_of(draw_cap_names[k])))
                cap.by = (enum draw_cap_by)k;
        vec_push(a, &ret->caps, cap);
    }
}

/* Exclusions of the commitment only: who was replaced later was in the draw. */
static err *load_pool(struct db *d, struct arena *a, struct draw *ret)
{
    int64_t after = 0;
    for (bool full = true; full;) {
        struct db_rows rows;
        int64_t n = 0;
        TRY(db_query(d, a, "SELECT p.position, p.who, p.weight, p.stratum, p.class, p.region, p.unit, x.reason_class, x.digest"
                           " FROM draw_pool p LEFT JOIN draw_exclusion x ON x.draw = p.draw AND x.who = p.who AND x.seq = :seq"
                           " WHERE p.draw = :id AND p.position > :after ORDER BY p.position LIMIT :n",
                     DB_ARGS(DB_T("id", ret->id), DB_I("after", after), DB_I("seq", ret->entry), DB_I("n", POOL_PAGE)), &rows));
        for (bool more;; n++) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            after = db_int(&rows, 0);
            vec_push(a, &ret->pool, ((struct draw_candidate){.who = db_str(&rows, 1), .weight = db_int(&rows, 2), .stratum = db_int(&rows, 3),
                                                             .class = db_str(&rows, 4), .region = db_int(&rows, 5), .group = db_str(&rows, 6),
                                                             .excluded = db_str(&rows, 7), .digest = db_str(&rows, 8)}));
        }
        full = n == POOL_PAGE;
    }
    struct db_rows rows;
    TRY(db_query(d, a, "SELECT kind, who, object, class, digest FROM draw_bar WHERE draw = :id ORDER BY number",
                 DB_ARGS(DB_T("id", ret->id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        vec_push(a, &ret->bars, ((struct draw_bar){(enum draw_kind)kind_of(db_str(&rows, 0)), db_str(&rows, 1), db_str(&rows, 2),
                                                   db_str(&rows, 3), db_str(&rows, 4)}));
    }
}

err *draw_load_parties(struct db *d, struct arena *a, struct draw *ret)
{
    struct db_rows rows;
    TRY(db_query(d, a, "SELECT round, party, digest, secret, missing FROM draw_past WHERE draw = :id UNION ALL"
                       " SELECT w.round, p.party, p.digest, p.secret, 0 FROM draw_party p JOIN draw w ON w.id = p.draw WHERE w.id = :id",
                 DB_ARGS(DB_T("id", ret->id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        vec_push(a, &ret->parties, ((struct draw_party){db_int(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_str(&rows, 3),
                                                        db_int(&rows, 4) != 0}));
    }
}

static err *load_changes(struct db *d, struct arena *a, struct draw *ret)
{
    struct db_rows rows;
    TRY(db_query(d, a, "SELECT who, by_whom, stratum, seq FROM draw_change WHERE draw = :id ORDER BY seq", DB_ARGS(DB_T("id", ret->id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct draw_change x = {db_str(&rows, 0), db_str(&rows, 1), db_int(&rows, 2), db_int(&rows, 3)};
        size_t old = draw_find(ret, ret->strata.p[x.stratum - 1].kind, x.who);
        CHECK(old != DRAW_NOBODY && draw_is_chosen(ret, old));
        draw_replace(a, ret, old);
        vec_push(a, &ret->changes, x);
    }
}

err *draw_load(struct db *d, struct arena *a, str id, struct draw *ret, struct draw_status *ret_status)
{
    TRY(load_head(d, a, id, ret, ret_status));
    TRY(load_strata(d, a, ret));
    TRY(load_pool(d, a, ret));
    TRY(draw_load_parties(d, a, ret));
    TRY(draw_prepare(a, ret));
    if (!ret_status->settled)
        return NULL;
    draw_settle_seed(a, ret);
    return load_changes(d, a, ret);
}

err *draw_export(struct db *d, struct arena *a, str id, str *ret)
{
    struct draw draw;
    struct draw_status status;
    TRY(draw_load(d, a, id, &draw, &status));
    for (size_t i = 0; i < draw.parties.n && !status.settled; i++)
        draw.parties.p[i].secret = STR_NONE; /* until the last is in, nobody learns another's */
    return draw_write(a, &draw, status.settled, ret);
}

err *draw_open_to(struct db *d, str id, str user, usec now, bool *ret)
{
    int64_t n;
    TRY(db_one_int(d, "SELECT COUNT(*) FROM draw w WHERE w.id = :id AND (w.published_at IS NOT NULL OR EXISTS (SELECT 1 FROM draw_look l"
                      " WHERE l.draw = w.id AND l.user_id = CAST(:user AS TEXT) AND l.at >= :today))",
                   DB_ARGS(DB_T("id", id), DB_T("user", user), DB_I("today", day_start(day_of(now)))), 0, &n));
    *ret = n > 0;
    return NULL;
}
