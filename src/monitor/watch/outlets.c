/* Outlets as a run sees them: open on the day, each with the nearest bureau over its company. */
#include "monitor/watch/watch_private.h"

enum { OUTLETS_PAGE = 500 };

#define OUTLET_SELECT                                                                               \
    "SELECT o.id, o.mn, o.name, o.subject, COALESCE((SELECT g.id FROM agency g WHERE g.region = s.region OR (g.region % 100 = 0 AND"   \
    " g.region / 100 = s.region / 100) OR (g.region % 10000 = 0 AND g.region / 10000 = s.region / 10000) ORDER BY g.region DESC, g.id"  \
    " LIMIT 1), ''), s.region, o.kind, o.industry, o.o2_reference, o.area_m2 FROM outlet o JOIN subject s ON s.id = o.subject"

static struct watch_outlet outlet_of(const struct db_rows *r)
{
    str kind = db_str(r, 6);
    return (struct watch_outlet){
        .id = db_str(r, 0), .mn = db_str(r, 1), .name = db_str(r, 2), .subject = db_str(r, 3), .agency = db_str(r, 4), .region = db_int(r, 5),
        .kind = str_eq(kind, S("gas")) ? OUTLET_GAS : str_eq(kind, S("water")) ? OUTLET_WATER : OUTLET_UNKNOWN, .industry = db_str(r, 7),
        .o2_reference = db_int(r, 8), .area_m2 = db_int(r, 9)};
}

static err *outlets_in(struct db *house, struct arena *a, const char *sql, const struct db_args *args, struct watch_outlet **ret, size_t *ret_n)
{
    VEC(struct watch_outlet) list = {0};
    struct db_rows rows;
    bool more;
    TRY(db_query(house, a, sql, args, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list, outlet_of(&rows));
    }
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

err *outlet_find(struct db *house, struct arena *a, str id, struct watch_outlet *ret)
{
    struct watch_outlet *list;
    size_t n;
    TRY(outlets_in(house, a, OUTLET_SELECT " WHERE o.id = :id", DB_ARGS(DB_T("id", id)), &list, &n));
    if (!n)
        return err_got(err_new(ERR_MISSING, "没有这个监测点位"), utf8_clip(id, 40), S("点位编号"), STR_NONE);
    *ret = list[0];
    return NULL;
}

err *watch_outlets(struct watch *w, struct arena *a, str after, int limit, struct watch_outlet **ret, size_t *ret_n)
{
    struct db *house;
    TRY(db_open(w->house, false, &house));
    err *e = outlets_in(house, a, OUTLET_SELECT " WHERE o.id > CAST(:after AS TEXT) AND o.closed_at IS NULL ORDER BY o.id LIMIT :n",
                        DB_ARGS(DB_T("after", after.p ? after : S("")), DB_I("n", limit)), ret, ret_n);
    db_close(house);
    return e;
}

err *watch_all_outlets(struct watch *w, struct arena *a, struct watch_outlet **ret, size_t *ret_n)
{
    VEC(struct watch_outlet) all = {0};
    struct watch_outlet *page;
    size_t n;
    do {
        TRY(watch_outlets(w, a, all.n ? all.p[all.n - 1].id : S(""), OUTLETS_PAGE, &page, &n));
        for (size_t i = 0; i < n; i++)
            vec_push(a, &all, page[i]);
    } while (n == OUTLETS_PAGE);
    *ret = all.p, *ret_n = all.n;
    return NULL;
}
