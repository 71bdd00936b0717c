/* What is known of the devices themselves: when they were seen, how they depart from the standard, their profiles, events. */
#include "monitor/series/readings_private.h"

err *device_list(struct readings *r, struct arena *a, str after, int limit, struct device **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a,
                 "SELECT mn, first_seen, last_seen, frames, findings, quarantined, resubmitted, profile, peer FROM reading_device"
                 " WHERE mn > :after ORDER BY mn LIMIT :limit",
                 DB_ARGS(DB_T("after", after.n ? after : S("")), DB_I("limit", limit)), &rows));
    VEC(struct device) list = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list,
                 ((struct device){db_str(&rows, 0), db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3), db_int(&rows, 4),
                                  db_int(&rows, 5), db_int(&rows, 6), (int32_t)db_int(&rows, 7), db_str(&rows, 8)}));
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

err *device_profile(struct readings *r, struct arena *a, str mn, int32_t version, str *ret_json, int32_t *ret_version)
{
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    bool more;
    *ret_json = STR_NONE;
    *ret_version = 0;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a,
                 "SELECT version, json FROM reading_profile WHERE mn = :mn AND (CAST(:version AS BIGINT) < 0 OR version = :version)"
                 " ORDER BY version DESC LIMIT 1",
                 DB_ARGS(DB_T("mn", mn), DB_I("version", version)), &rows));
    TRY(db_next(&rows, &more));
    if (more) {
        *ret_version = (int32_t)db_int(&rows, 0);
        *ret_json = db_str(&rows, 1);
    } else if (version > 0) {
        return err_new(ERR_MISSING, "设备%.*s没有第%d版接入档案", STR_ARG(mn), version);
    }
    return NULL;
}

err *device_events(struct readings *r, struct arena *a, str mn, usec from, usec to, int limit, struct device_event **ret,
                   size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a,
                 "SELECT at, mn, kind, detail, times FROM reading_event WHERE at >= :from AND at < :to"
                 " AND (CAST(:mn AS TEXT) = '' OR mn = :mn) ORDER BY at DESC, mn, kind, detail LIMIT :limit",
                 DB_ARGS(DB_I("from", from), DB_I("to", to), DB_T("mn", mn.n ? mn : S("")), DB_I("limit", limit)), &rows));
    VEC(struct device_event) list = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        int64_t times = db_int(&rows, 4);
        str detail = db_str(&rows, 3);
        if (times > 1)
            detail = arena_printf(a, "%.*s（当天%lld次）", STR_ARG(detail), (long long)times);
        vec_push(a, &list, ((struct device_event){db_int(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), detail}));
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

err *device_findings(struct readings *r, struct arena *a, str mn, struct device_finding **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a,
                 "SELECT name, times, first_at, last_at, batch, place FROM reading_finding WHERE mn = :mn ORDER BY times DESC, name",
                 DB_ARGS(DB_T("mn", mn)), &rows));
    VEC(struct device_finding) list = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list,
                 ((struct device_finding){db_str(&rows, 0), db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3),
                                          {db_int(&rows, 4), (int32_t)db_int(&rows, 5)}}));
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

/* ---- written by the gateway ---- */

static err *note(struct db *d, const struct device_note *n)
{
    TRY(db_put(d,
               "INSERT INTO reading_device (id, mn, peer, first_seen, last_seen, frames, findings, quarantined, resubmitted, profile,"
               " chunked_to) VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM reading_device), :mn, :peer, :seen, :seen, :frames,"
               " :findings, :quarantined, :resubmitted, 0, :never)"
               " ON CONFLICT (mn) DO UPDATE SET peer = excluded.peer,"
               " first_seen = CASE WHEN reading_device.last_seen = CAST(:none AS BIGINT) THEN excluded.first_seen"
               " ELSE reading_device.first_seen END,"
               " last_seen = CASE WHEN excluded.last_seen > reading_device.last_seen THEN excluded.last_seen"
               " ELSE reading_device.last_seen END,"
               " frames = reading_device.frames + excluded.frames, findings = reading_device.findings + excluded.findings,"
               " quarantined = reading_device.quarantined + excluded.quarantined,"
               " resubmitted = reading_device.resubmitted + excluded.resubmitted",
               DB_ARGS(DB_T("mn", n->mn), DB_T("peer", n->peer.n ? n->peer : S("")), DB_I("seen", n->seen), DB_I("frames", n->frames),
                       DB_I("findings", __builtin_popcountll(n->findings)), DB_I("quarantined", n->quarantined),
                       DB_I("resubmitted", n->resubmitted), DB_I("never", DAY_NONE), DB_I("none", USEC_NONE))));
    for (int f = 0; f < HJ_FINDINGS; f++)
        if (n->findings >> f & 1)
            TRY(db_put(d,
                       "INSERT INTO reading_finding (mn, name, times, first_at, last_at, batch, place)"
                       " VALUES (:mn, :name, 1, :seen, :seen, :batch, :place) ON CONFLICT (mn, name) DO UPDATE SET"
                       " times = reading_finding.times + 1, last_at = excluded.last_at",
                       DB_ARGS(DB_T("mn", n->mn), DB_T("name", str_of(hj_finding_name((enum hj_finding)f))), DB_I("seen", n->seen),
                               DB_I("batch", n->example.batch), DB_I("place", n->example.at))));
    return NULL;
}

err *device_note_many(struct readings *r, const struct device_note *notes, size_t n)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, true, &lease));
    TRY(db_begin_write(lease.db));
    for (size_t i = 0; i < n; i++)
        TRY(note(lease.db, &notes[i]));
    TRY(db_commit(lease.db));
    return NULL;
}

static err *put_event(struct db *d, usec at, str mn, str kind, str detail)
{
    TRY(db_put(d,
               "INSERT INTO reading_event (mn, day, kind, detail, at, times) VALUES (:mn, :day, :kind, :detail, :at, 1)"
               " ON CONFLICT (mn, day, kind, detail) DO UPDATE SET times = reading_event.times + 1",
               DB_ARGS(DB_T("mn", mn.n ? mn : S("")), DB_I("day", day_of(at)), DB_T("kind", kind),
                       DB_T("detail", detail.n ? detail : S("")), DB_I("at", at))));
    return NULL;
}

err *device_event_put(struct readings *r, usec at, str mn, str kind, str detail)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, true, &lease));
    TRY(db_begin_write(lease.db));
    TRY(put_event(lease.db, at, mn, kind, detail));
    TRY(db_commit(lease.db));
    return NULL;
}

static err *put_profile(struct db *d, str mn, str json, str detail, usec at)
{
    int64_t version;
    struct db_args *args;
    TRY(db_one_int(d, "SELECT MAX(version) FROM reading_profile WHERE mn = :mn", DB_ARGS(DB_T("mn", mn)), 0, &version));
    args = DB_ARGS(DB_T("mn", mn), DB_I("version", version + 1), DB_I("at", at), DB_T("json", json), DB_I("never", DAY_NONE));
    TRY(db_put(d, "INSERT INTO reading_profile (mn, version, at, json) VALUES (:mn, :version, :at, :json)", args));
    TRY(db_put(d,
               "INSERT INTO reading_device (id, mn, peer, first_seen, last_seen, frames, findings, quarantined, resubmitted, profile,"
               " chunked_to) VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM reading_device), :mn, '', :at, :at, 0, 0, 0, 0,"
               " :version, :never) ON CONFLICT (mn) DO UPDATE SET profile = excluded.profile",
               args));
    /* the drain reads profiles again */
    TRY(db_put(d,
               "INSERT INTO reading_state (name, value) VALUES ('profiles', 1)"
               " ON CONFLICT (name) DO UPDATE SET value = reading_state.value + 1",
               NULL));
    if (detail.n)
        TRY(put_event(d, at, mn, S("profile"), detail));
    return NULL;
}

err *device_profile_put(struct readings *r, str mn, str json, str event_detail, usec at)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, true, &lease));
    TRY(db_begin_write(lease.db));
    TRY(put_profile(lease.db, mn, json, event_detail, at));
    TRY(db_commit(lease.db));
    return NULL;
}
