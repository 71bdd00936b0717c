/* Our own failures, by outlet and hour: what is missing because of us is no gap of the plant's. */
#include "monitor/series/readings_private.h"

const char *platform_cause_text(enum platform_cause c)
{
    static const char *const text[CAUSES] = {"平台停机", "平台磁盘已满", "不在接入名单而被拒收",
                                             "平台时钟偏差", "平台过载", "平台数据库故障"};
    return text[c];
}

err *platform_causes(struct readings *r, struct arena *a, str mn, usec from, usec to, struct platform_hour **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a,
                 "SELECT mn, hour, cause, seconds, times FROM reading_cause WHERE hour > :from AND hour < :to"
                 " AND (CAST(:mn AS TEXT) = '' OR mn = :mn OR mn = '') ORDER BY hour, mn, cause",
                 DB_ARGS(DB_I("from", from - USEC_HOUR), DB_I("to", to), DB_T("mn", mn.n ? mn : S(""))), &rows));
    VEC(struct platform_hour) list = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list,
                 ((struct platform_hour){db_str(&rows, 0), db_int(&rows, 1), (uint8_t)db_int(&rows, 2), (int32_t)db_int(&rows, 3),
                                         db_int(&rows, 4)}));
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

err *platform_cause_add(struct readings *r, const struct platform_hour *hours, size_t n)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, true, &lease));
    TRY(db_begin_write(lease.db));
    for (size_t i = 0; i < n; i++)
        TRY(db_put(lease.db,
                   "INSERT INTO reading_cause (mn, hour, cause, seconds, times) VALUES (:mn, :hour, :cause, :seconds, :times)"
                   " ON CONFLICT (mn, hour, cause) DO UPDATE SET seconds = CASE WHEN reading_cause.seconds + excluded.seconds > 3600"
                   " THEN 3600 ELSE reading_cause.seconds + excluded.seconds END, times = reading_cause.times + excluded.times",
                   DB_ARGS(DB_T("mn", hours[i].mn.n ? hours[i].mn : S("")),
                           DB_I("hour", hours[i].hour - hours[i].hour % USEC_HOUR), DB_I("cause", hours[i].cause),
                           DB_I("seconds", hours[i].seconds), DB_I("times", hours[i].count))));
    TRY(db_commit(lease.db));
    return NULL;
}

err *gateway_alive(struct readings *r, usec now, usec *ret_before)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, true, &lease));
    TRY(db_begin_write(lease.db));
    TRY(db_one_int(lease.db, "SELECT value FROM reading_state WHERE name = 'gateway'", NULL, USEC_NONE, ret_before));
    TRY(db_put(lease.db,
               "INSERT INTO reading_state (name, value) VALUES ('gateway', :now)"
               " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
               DB_ARGS(DB_I("now", now))));
    TRY(db_commit(lease.db));
    return NULL;
}
