/* Every chunk from its bytes, and every root that the ledger holds out of the chunks. */
#include "cli/verify_readings.h"
#include "monitor/series/readings.h"

struct told { void (*bad)(void *context, str what); void *context; };

static err *verify_anchor(struct readings *r, struct db_rows *rows, const struct told *t)
{
    struct reading_anchor anchor = {.day = (day)db_int(rows, 0), .revision = (int32_t)db_int(rows, 1), .chunks = db_int(rows, 2)};
    AUTO_ARENA(a);
    err *e = sm3_from_text(db_str(rows, 3), &anchor.root) ? NULL : err_new(ERR_DAMAGED, "账本里存证的根不是摘要");
    if (!e)
        e = r ? readings_anchor_check(r, &anchor) : err_new(ERR_DAMAGED, "账本里有存证，库里没有监测数据");
    if (e && e->kind != ERR_DAMAGED)
        return e;
    if (e)
        t->bad(t->context, arena_printf(a, "%.*s第%d次存证：%.*s", STR_ARG(day_iso(a, anchor.day)), anchor.revision, STR_ARG(e->text)));
    return NULL;
}

static err *verify_anchors(struct readings *r, struct db *d, const struct told *t)
{
    for (int64_t seq = 0, any = 1; any;) {
        AUTO_ARENA(a);
        struct db_rows rows;
        any = 0;
        TRY(db_query(d, a, "SELECT day, revision, chunks, root, seq FROM readings_anchor WHERE seq > :seq ORDER BY seq LIMIT 1000",
                     DB_ARGS(DB_I("seq", seq)), &rows));
        for (bool more;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            any = 1;
            seq = db_int(&rows, 4);
            TRY(verify_anchor(r, &rows, t));
        }
    }
    return NULL;
}

err *verify_readings(struct store *s, struct db *d, void (*bad)(void *context, str what), void *context, int64_t *ret_chunks)
{
    struct readings *r = NULL;
    struct told told = {bad, context};
    *ret_chunks = 0;
    err *e = readings_open(s, READINGS_READ, &r);
    if (e && e->kind == ERR_MISSING)
        return verify_anchors(NULL, d, &told);
    TRY(e);
    e = readings_verify(r, bad, context, ret_chunks);
    if (!e)
        e = verify_anchors(r, d, &told);
    readings_close(r);
    return e;
}
