/*
 * Files of records in the store: kept as they came, byte for byte, and read by the same reader as beside a CSV, so that both say
 * the same. What was entered after the time of knowledge does not count: a finding of last month is computed again without it.
 */
#include "crypto/crypto.h"
#include "monitor/watch/watch_private.h"

err *watch_records_put(struct watch *w, str mn, str name, str bytes, usec now, size_t *ret_n, bool *ret_new)
{
    AUTO_ARENA(a);
    struct table t = {0};
    int64_t files, changed;
    if (bytes.n > LIMIT_RECORDS_BYTES)
        return err_new(ERR_LIMIT, "记录文件%zu字节，最多%d字节，请按时段分开", bytes.n, LIMIT_RECORDS_BYTES);
    TRY(table_records(a, &(struct table_source){name, bytes}, &t, ret_n)); /* what cannot be read is not kept */
    struct sm3 digest = sm3_of(bytes.p, bytes.n);
    buf hex = buf_make(a, 80);
    buf_hex(&hex, digest.byte, sizeof digest.byte);
    pthread_mutex_lock(&w->lock);
    err *e = db_one_int(w->db, "SELECT COUNT(*) FROM reading_watch_records WHERE mn = :mn", DB_ARGS(DB_T("mn", mn)), 0, &files);
    if (!e && files >= LIMIT_RECORD_FILES)
        e = err_new(ERR_LIMIT, "设备%.*s已有%lld个记录文件，最多%d个", STR_ARG(mn), (long long)files, LIMIT_RECORD_FILES);
    if (!e)
        e = db_exec(w->db, "INSERT INTO reading_watch_records (mn, digest, name, entered, records, bytes) VALUES (:mn, :digest, :name, :now, :n, :bytes)"
                           " ON CONFLICT (mn, digest) DO NOTHING",
                    DB_ARGS(DB_T("mn", mn), DB_T("digest", buf_str(&hex)), DB_T("name", name), DB_I("now", now), DB_I("n", (int64_t)*ret_n), DB_B("bytes", bytes)),
                    &changed);
    pthread_mutex_unlock(&w->lock);
    *ret_new = !e && changed;
    return e;
}

/* Only what lies in the span: a check of another year says nothing of these hours. */
#define KEEP(list, n, inside)                                                                       \
    do {                                                                                            \
        size_t kept = 0;                                                                            \
        for (size_t i = 0; i < (n); i++)                                                            \
            if (inside)                                                                             \
                (list)[kept++] = (list)[i];                                                         \
        (n) = kept;                                                                                 \
    } while (0)

static void clip(struct arena *a, struct table *t)
{
    usec to = table_at(t, t->n);
    struct table_check *checks = arena_copy(a, t->checks, t->checks_n * sizeof *checks);
    struct table_event *events = arena_copy(a, t->events, t->events_n * sizeof *events);
    struct table_mark *marks = arena_copy(a, t->marks, t->marks_n * sizeof *marks);
    struct table_command *commands = arena_copy(a, t->commands, t->commands_n * sizeof *commands);
    KEEP(checks, t->checks_n, checks[i].at >= t->from && checks[i].at < to);
    KEEP(events, t->events_n, events[i].at >= t->from && events[i].at < to);
    KEEP(marks, t->marks_n, marks[i].to > t->from && marks[i].from < to);
    KEEP(commands, t->commands_n, commands[i].at >= t->from && commands[i].at < to);
    t->checks = checks, t->events = events, t->marks = marks, t->commands = commands;
}

err *records_in(struct watch *w, struct arena *a, str mn, usec as_of, struct table *t)
{
    struct db_rows rows;
    bool more;
    size_t n;
    TRY(db_query(w->db, a, "SELECT name, bytes FROM reading_watch_records WHERE mn = :mn AND entered <= :as_of ORDER BY entered, digest",
                 DB_ARGS(DB_T("mn", mn), DB_I("as_of", as_of == USEC_NONE ? INT64_MAX : as_of)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        TRY(table_records(a, &(struct table_source){db_str(&rows, 0), db_str(&rows, 1)}, t, &n));
    }
    clip(a, t);
    return NULL;
}
