/* Values of reports under the limits that were in force on the day they were taken. */
#include "look/look_private.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/spread.h"

struct strata { struct map *number; };

static uint32_t stratum_of(struct look *l, struct strata *s, const char *factor, str limit)
{
    str key = arena_printf(l->a, "%s %.*s", factor, STR_ARG(limit));
    uintptr_t known = (uintptr_t)map_get(s->number, key);
    if (!known) {
        known = map_count(s->number) + 1;
        map_put(s->number, key, (void *)known);
    }
    return (uint32_t)known - 1;
}

/* Of one of the company's outlets; else of its region. Lower bounds and percentages are none. */
static err *limit_on(struct look *l, struct arena *a, const struct look_material *m, const char *factor, str *ret)
{
    return db_one_str(l->db, a,
                      "SELECT e.value FROM emission_limit e LEFT JOIN outlet o ON o.id = e.outlet LEFT JOIN subject s ON s.id = CAST(:subject AS TEXT)"
                      " WHERE e.factor = :factor AND e.lower = 0 AND e.from_date <= :day AND (e.to_date IS NULL OR e.to_date >= :day)"
                      " AND (o.subject = CAST(:subject AS TEXT) OR (e.outlet IS NULL AND e.industry IS NULL AND (e.region = s.region OR"
                      " e.region = s.region / 100 * 100 OR e.region = 420000))) ORDER BY CASE WHEN e.outlet IS NULL THEN 1 ELSE 0 END,"
                      " e.from_date DESC, e.id LIMIT 1",
                      DB_ARGS(DB_T("subject", m->subject), DB_T("factor", str_of(factor)), DB_I("day", m->captured)), ret);
}

typedef VEC(struct limit_value) ratios;

static err *of_material(struct look *l, struct strata *s, const struct look_material *m, ratios *all)
{
    AUTO_ARENA(a);
    struct look_value *v;
    str bytes, words, why;
    if (!m->subject.n || !m->text.n)
        return NULL;
    TRY(look_bytes(l, a, m->digest, &bytes));
    if (!bytes.p)
        return NULL;
    TRY(look_words(a, bytes, &words, &why));
    size_t n = words.p ? look_values(a, words, &v) : 0;
    for (size_t i = 0; i < n; i++) {
        str limit;
        TRY(limit_on(l, a, m, v[i].factor, &limit));
        double most = limit.n ? strtod(arena_cstr(a, limit), NULL) : 0;
        if (most > 0 && v[i].value > 0)
            vec_push(l->a, all, ((struct limit_value){m->group, stratum_of(l, s, v[i].factor, limit), v[i].value / most}));
    }
    return NULL;
}

static err *name(struct look *l, const struct limit_result *r)
{
    str provider = l->provider[r->provider];
    double own = 100.0 * (double)r->below / (double)r->n, peers = 100.0 * (double)r->peers_below / (double)r->peers;
    struct civil c = civil_of(l->o->now);
    struct look_finding f = {.kind = "near_limit", .score = (int64_t)(own * 10), .about = arena_printf(l->a, "provider:%.*s", STR_ARG(provider)),
                             .mark = arena_printf(l->a, "%.*s %04d-%02d", STR_ARG(provider), c.year, c.month)};
    f.text = arena_printf(l->a, "报告中的数值集中在限值以下：%zu个数值中%.1f%%落在限值的95%%至100%%之间，其他第三方在同一限值下为%.1f%%。", r->n, own, peers);
    f.evidence = arena_printf(l->a, "按污染物和当日有效限值分层比较；其他第三方数值%zu个；误报控制后的显著性%.4f，提示线%.2f", r->peers, r->q, NEAR_LIMIT_RATE);
    look_checked(&f, "peer_spread", false, arena_printf(l->a, "为其他第三方的%.1f倍", peers > 0 ? own / peers : own));
    look_checked(&f, "few_values", false, arena_printf(l->a, "数值%zu个，不少于%d个", r->n, NEAR_LIMIT_LEAST));
    look_checked(&f, "chance", false, S("同时比较的第三方已做误报控制"));
    return look_report(l, &f);
}

err *look_limits(struct look *l)
{
    struct strata s = {map_new(l->a)};
    ratios all = {0};
    size_t n;
    for (size_t i = 0; i < l->n; i++)
        TRY(of_material(l, &s, &l->m[i], &all));
    if (!all.n)
        return NULL;
    const struct limit_result *r = limit_spread(l->a, all.p, all.n, &n);
    for (size_t i = 0; i < n; i++)
        if (r[i].named)
            TRY(name(l, &r[i]));
    return NULL;
}
