/*
 * The back-checks that are due, and drawing one again. Periods follow one another without a gap; the first of an agency ends
 * yesterday. To draw again is to ask the ledger for the root it had, the pool for what lay in it, and the lot for its answer.
 */
#include "look/look_private.h"

#include <string.h>

#include "analysis/lot.h"

enum { PERIODS_AT_ONCE = 60 };

static err *draw_one(struct look *l, str agency, day from, day to, bool *ret_good)
{
    AUTO_ARENA(a);
    struct act_answer answer;
    str id = arena_printf(a, "bc-%.*s-%.*s", STR_ARG(agency), STR_ARG(day_iso(a, to)));
    str json = arena_printf(a, "{\"act\":\"backcheck.draw\",\"by\":\"system\",\"id\":\"%.*s\",\"key\":\"%.*s\",\"at\":\"%.*s\",\"agency\":\"%.*s\","
                               "\"from\":\"%.*s\",\"to\":\"%.*s\"}", STR_ARG(id), STR_ARG(id), STR_ARG(time_rfc3339(a, l->o->now)), STR_ARG(agency),
                            STR_ARG(day_iso(a, from)), STR_ARG(day_iso(a, to)));
    TRY(act_perform(l->acts, a, &(struct act_request){.json = json, .by = S("system")}, &answer));
    *ret_good = answer.verdict == ACT_ALLOWED;
    if (!*ret_good)
        return err_detail(err_new(ERR_CONFLICT, "回查未能抽取"), arena_cstr(a, answer.json));
    int64_t chosen;
    TRY(db_one_int(l->db, "SELECT chosen_n FROM backcheck_draw WHERE id = :id", DB_ARGS(DB_T("id", id)), 0, &chosen));
    l->report->draws++;
    l->report->drawn += chosen;
    return NULL;
}

/* The newest period that is over, and those between it and the last one drawn. */
static err *draw_due(struct look *l, str agency, day last)
{
    int64_t days = look_policy(l, "backcheck_days");
    day today = day_of(l->o->now), from = last ? last + 1 : today - (day)days;
    for (int i = 0; i < PERIODS_AT_ONCE && from + (day)days <= today; i++, from += (day)days) {
        bool good;
        TRY(draw_one(l, agency, from, from + (day)days - 1, &good));
    }
    return NULL;
}

err *look_draws(struct look *l)
{
    struct db_rows r;
    VEC(str) agency = {0};
    VEC(day) last = {0};
    if (l->o->dry || !l->acts)
        return NULL;
    TRY(db_query(l->db, l->a, "SELECT g.id, COALESCE((SELECT MAX(b.to_date) FROM backcheck_draw b WHERE b.agency = g.id), 0) FROM agency g"
                              " WHERE EXISTS (SELECT 1 FROM entrustment e WHERE e.agency = g.id) ORDER BY g.id", NULL, &r));
    for (;;) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        vec_push(l->a, &agency, db_str(&r, 0));
        vec_push(l->a, &last, (day)db_int(&r, 1));
    }
    for (size_t i = 0; i < agency.n; i++)
        TRY(draw_due(l, agency.p[i], last.p[i]));
    return NULL;
}

/* ---- again ---- */

struct record { str agency, root; day from, to; int64_t seq, size, percent, pool, chosen; };

static err *load_record(struct db *d, struct arena *a, str id, struct record *ret)
{
    struct db_rows r;
    bool more;
    TRY(db_query(d, a, "SELECT agency, root, from_date, to_date, seq, size, percent, pool_n, chosen_n FROM backcheck_draw WHERE id = :id",
                 DB_ARGS(DB_T("id", id)), &r));
    TRY(db_next(&r, &more));
    if (!more)
        return err_got(err_new(ERR_MISSING, "没有这次回查抽取"), utf8_clip(id, 60), S("回查抽取的编号"), STR_NONE);
    *ret = (struct record){db_str(&r, 0), db_str(&r, 1), (day)db_int(&r, 2), (day)db_int(&r, 3), db_int(&r, 4), db_int(&r, 5), db_int(&r, 6),
                           db_int(&r, 7), db_int(&r, 8)};
    db_rows_end(&r);
    return NULL;
}

static err *compare_pool(struct db *d, struct arena *a, str id, const struct sm3 *seed, const struct record *rec, str *ret_why)
{
    struct db_rows r;
    VEC(str) pool = {0};
    VEC(bool) on_record = {0};
    int64_t chosen = 0;
    TRY(db_query(d, a, "SELECT material, chosen FROM backcheck_pool WHERE draw = :id ORDER BY material", DB_ARGS(DB_T("id", id)), &r));
    for (;;) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        vec_push(a, &pool, db_str(&r, 0));
        vec_push(a, &on_record, db_int(&r, 1) != 0);
        chosen += db_int(&r, 1) != 0;
    }
    bool *again = NEW_ARRAY(a, pool.n + 1, bool);
    if ((int64_t)pool.n != rec->pool || chosen != rec->chosen || (int64_t)lot_size(pool.n, rec->percent) != chosen) {
        *ret_why = S("范围或抽中的数量与记录不符");
        return NULL;
    }
    lot_draw(a, seed, pool.p, pool.n, (size_t)chosen, again);
    for (size_t i = 0; i < pool.n; i++)
        if (again[i] != on_record.p[i])
            *ret_why = arena_printf(a, "材料%.*s的抽取结果不符", STR_ARG(pool.p[i]));
    return NULL;
}

err *look_redraw(struct store *house, struct arena *a, str id, bool *ret_same, str *ret_why)
{
    struct record rec = {0};
    struct sm3 root;
    int64_t size;
    AUTO_DB struct db *d = NULL;
    *ret_why = S("");
    TRY(db_open(house, false, &d));
    TRY(load_record(d, a, id, &rec));
    TRY(db_one_int(d, "SELECT seq FROM act_log WHERE received_at < :end AND seq < :seq ORDER BY seq DESC LIMIT 1",
                   DB_ARGS(DB_I("end", day_start(rec.to + 1)), DB_I("seq", rec.seq)), 0, &size));
    TRY(ledger_root(d, rec.size, &root));
    if (size != rec.size)
        *ret_why = S("账本在期间结束时的条数与记录不符");
    else if (!str_eq(sm3_text(a, &root), rec.root))
        *ret_why = S("账本根与记录不符");
    struct sm3 seed = lot_seed(&root, rec.agency, rec.from, rec.to);
    if (!ret_why->n)
        TRY(compare_pool(d, a, id, &seed, &rec, ret_why));
    *ret_same = !ret_why->n;
    return NULL;
}
