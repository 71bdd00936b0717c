/* Officers and offices: reading faster than reading goes, back-checks that disagree, what became of those who refused. */
#include "look/look_private.h"

#include <string.h>

#include "analysis/spread.h"

/* ---- speed ---- */

struct speed { struct map *officers, *materials; VEC(struct look_time) v; };

/* Of a material that was read here: how long it takes. Who signed in an own session is timed by his own signature; of a verification that
 * one registered for two, only he is: the other may have been read to. */
static err *load_times(struct look *l, struct speed *s)
{
    enum { DAYS = 90 };
    for (size_t i = 0; i < l->n; i++)
        map_put(s->materials, l->m[i].id, &l->m[i]);
    struct db_rows r;
    TRY(db_query(l->db, l->a,
                 "SELECT v.officer, v.material, MIN(COALESCE(s.at, v.at)) FROM verification v JOIN act_log k ON k.seq = v.seq"
                 " LEFT JOIN verification_signature s ON s.proposal = v.proposal AND s.officer = v.officer WHERE v.at >= :low AND"
                 " (s.officer IS NOT NULL OR v.officer = k.author) GROUP BY v.officer, v.material, v.seq ORDER BY MIN(COALESCE(s.at, v.at)),"
                 " v.seq LIMIT 90000",
                 DB_ARGS(DB_I("low", l->o->now - DAYS * USEC_DAY)), &r));
    for (;;) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            return NULL;
        str who = db_str(&r, 0);
        const struct look_material *m = map_get(s->materials, db_str(&r, 1));
        uintptr_t known = (uintptr_t)map_get(s->officers, who);
        if (!known) {
            known = map_count(s->officers) + 1;
            map_put(s->officers, who, (void *)known);
        }
        if (m)
            vec_push(l->a, &s->v, ((struct look_time){(uint32_t)known - 1, m->submitted, db_int(&r, 2),
                                                     reading_seconds((size_t)m->points, m->windows != NULL)}));
    }
}

err *look_speed(struct look *l)
{
    struct speed s = {.officers = map_new(l->a), .materials = map_new(l->a)};
    struct civil c = civil_of(l->o->now);
    size_t n;
    TRY(load_times(l, &s));
    if (!s.v.n)
        return NULL;
    const struct speed_result *r = reading_speed(l->a, s.v.p, s.v.n, &n);
    for (size_t i = 0; i < n; i++) {
        str who;
        void *number;
        if (!r[i].named)
            continue;
        map_at(s.officers, r[i].officer, &who, &number);
        struct look_finding f = {.kind = "fast_verification", .score = (int64_t)(1000 * r[i].fast / r[i].n),
                                 .about = arena_printf(l->a, "user:%.*s", STR_ARG(who)),
                                 .mark = arena_printf(l->a, "%.*s %04d-%02d", STR_ARG(who), c.year, c.month)};
        f.text = arena_printf(l->a, "近90日核实的%zu份可计时材料中，%zu份的间隔短于读完所需时间。", r[i].n, r[i].fast);
        f.evidence = arena_printf(l->a, "按每秒%d字估计（快于熟练浏览）；间隔自材料提交或上一份核实起算，中位%lld秒", READ_PER_SECOND,
                                  (long long)(r[i].median_gap / USEC_SECOND));
        look_checked(&f, "short_material", false, arena_printf(l->a, "读完不足%d秒的不计", READ_LEAST_SECONDS));
        look_checked(&f, "second_reader", false, S("只计提交核实的一人，另一核实人不计"));
        look_checked(&f, "late_entry", false, S("先阅后集中登记的须由本人说明，系统看不到"));
        TRY(look_report(l, &f));
    }
    return NULL;
}

/* ---- back-checks ---- */

err *look_backchecks(struct look *l)
{
    struct db_rows r;
    TRY(db_query(l->db, l->a, "SELECT b.id, b.material, m.provider, e.agency FROM backcheck b JOIN material m ON m.id = b.material"
                              " JOIN entrustment e ON e.id = m.entrustment WHERE b.state = 'reported' AND b.agrees = 0 ORDER BY b.id LIMIT 10000",
                 NULL, &r));
    for (;;) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            return NULL;
        struct look_finding f = {.kind = "backcheck_disagrees", .score = 1000, .material = db_str(&r, 1), .agency = db_str(&r, 3), .mark = db_str(&r, 0),
                                 .about = arena_printf(l->a, "provider:%.*s", STR_ARG(db_str(&r, 2)))};
        f.text = S("已核实的材料经另一名执法人员回查，结果不一致。");
        look_checked(&f, "second_reader", false, S("回查人没有参加核实"));
        look_checked(&f, "chance", false, S("情况可能在两次查看之间变化，须由双方说明"));
        TRY(look_report(l, &f));
    }
}

/* ---- after a refusal ---- */

struct refusal { str id, agency, provider; usec at; };

static err *share_of(struct look *l, const struct refusal *r, usec low, usec high, int64_t *ret_points, int64_t *ret_maximum)
{
    const struct db_args *args = DB_ARGS(DB_T("provider", r->provider), DB_T("agency", r->agency), DB_I("low", low), DB_I("high", high));
    TRY(db_one_int(l->db, "SELECT CAST(SUM(x.points) AS BIGINT) FROM evaluation x JOIN agreement g ON g.id = x.agreement JOIN act_log k ON k.seq = x.seq"
                          " WHERE x.provider = :provider AND g.agency = :agency AND k.at >= :low AND k.at < :high", args, 0, ret_points));
    return db_one_int(l->db, "SELECT CAST(SUM(x.maximum) AS BIGINT) FROM evaluation x JOIN agreement g ON g.id = x.agreement JOIN act_log k ON k.seq = x.seq"
                             " WHERE x.provider = :provider AND g.agency = :agency AND k.at >= :low AND k.at < :high", args, 0, ret_maximum);
}

static err *tasks_of(struct look *l, const struct refusal *r, usec low, usec high, int64_t *ret)
{
    return db_one_int(l->db, "SELECT COUNT(*) FROM entrustment e WHERE e.provider = :provider AND e.agency = :agency AND e.approved_at >= :low"
                             " AND e.approved_at < :high",
                      DB_ARGS(DB_T("provider", r->provider), DB_T("agency", r->agency), DB_I("low", low), DB_I("high", high)), 0, ret);
}

/* The finding is about the office that scores and assigns, never about who refused (rule integrity_blames_refusal). */
static err *look_after(struct look *l, const struct refusal *r)
{
    enum { TASKS_LEAST = 4, DROP_PERMILLE = 100 };
    usec span = look_policy(l, "look_refusal_months") * 30 * USEC_DAY;
    int64_t points, maximum, points_after, maximum_after, before, after;
    if (l->o->now - r->at < 30 * USEC_DAY)
        return NULL;
    usec until = r->at + span < l->o->now ? r->at + span : l->o->now, from = r->at - (until - r->at);
    TRY(share_of(l, r, from, r->at, &points, &maximum));
    TRY(share_of(l, r, r->at, until, &points_after, &maximum_after));
    TRY(tasks_of(l, r, from, r->at, &before));
    TRY(tasks_of(l, r, r->at, until, &after));
    int64_t fell = maximum && maximum_after ? 1000 * points / maximum - 1000 * points_after / maximum_after : 0;
    bool scores = fell >= DROP_PERMILLE, tasks = before >= TASKS_LEAST && after * 2 < before;
    if (!scores && !tasks)
        return NULL;
    struct look_finding f = {.kind = "drop_after_refusal", .score = fell > 0 ? fell : 0, .agency = r->agency, .mark = r->id,
                             .about = arena_printf(l->a, "agency:%.*s", STR_ARG(r->agency))};
    f.text = arena_printf(l->a, "一家第三方依法拒绝越权要求之后，%s%s%s。", scores ? arena_cstr(l->a, arena_printf(l->a, "考核得分率下降%lld.%lld个百分点", (long long)(fell / 10), (long long)(fell % 10))) : "",
                          scores && tasks ? "，" : "", tasks ? arena_cstr(l->a, arena_printf(l->a, "同样时长内的委托由%lld项减至%lld项", (long long)before, (long long)after)) : "");
    f.evidence = arena_printf(l->a, "第三方%.*s；拒绝前后各%lld日", STR_ARG(r->provider), (long long)((until - r->at) / USEC_DAY));
    look_checked(&f, "other_ground", false, S("扣分均须引用记录；是否另有依据由评分单位说明"));
    look_checked(&f, "few_before", before < TASKS_LEAST, arena_printf(l->a, "拒绝前委托%lld项", (long long)before));
    return look_report(l, &f);
}

err *look_refusals(struct look *l)
{
    struct db_rows rows;
    VEC(struct refusal) v = {0};
    TRY(db_query(l->db, l->a, "SELECT r.id, e.agency, e.provider, r.at FROM order_refusal r JOIN entrustment e ON e.id = r.entrustment"
                              " WHERE r.at >= :low ORDER BY r.id LIMIT 50000",
                 DB_ARGS(DB_I("low", l->o->now - 730 * USEC_DAY)), &rows));
    for (;;) {
        bool more;
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(l->a, &v, ((struct refusal){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_int(&rows, 3)}));
    }
    for (size_t i = 0; i < v.n; i++)
        TRY(look_after(l, &v.p[i]));
    return NULL;
}
