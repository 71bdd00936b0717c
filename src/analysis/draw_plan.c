/*
 * What follows from a plan before anything is drawn: quotas, and the least chance of everybody. The chance of drawing
 * without putting back has no closed form when weights differ, so what is published and held against the floor is a bound that
 * holds whatever the others do: until a candidate's caps can be full, each draw hits him with at least w/T. It is computed in
 * whole numbers, rounded against the bureau, so that every implementation gets the same.
 */
#include "analysis/draw_private.h"

const char *const draw_kind_names[DRAW_KINDS] = {"object", "officer", "helper"};
const char *const draw_cap_names[DRAW_CAP_KINDS] = {"class", "region", "group"};

int64_t draw_bound(int64_t w, int64_t total, int64_t n, int64_t k, bool equal)
{
    if (k <= 0 || n <= 0)
        return 0;
    if (k >= n)
        return DRAW_WHOLE;
    if (equal)
        return k * DRAW_WHOLE / n;
    const unsigned __int128 one = (unsigned __int128)1 << 32;
    unsigned __int128 t = (unsigned __int128)total, missed = one;
    unsigned __int128 miss = (((t - (unsigned __int128)w) << 32) + t - 1) / t;
    for (int64_t i = 0; i < k; i++)
        missed = (missed * miss + one - 1) >> 32;
    return (int64_t)(((one - missed) * DRAW_WHOLE) >> 32);
}

str draw_cap_value(struct arena *a, const struct draw_cap *cap, const struct draw_candidate *c)
{
    switch (cap->by) {
    case DRAW_BY_CLASS: return c->class;
    case DRAW_BY_GROUP: return c->group;
    default: return arena_printf(a, "%lld", (long long)c->region);
    }
}

bool draw_cap_binds(const struct draw_cap *cap, const struct draw_candidate *c)
{
    int64_t code;
    if (str_eq(cap->key, S("*")))
        return true;
    switch (cap->by) {
    case DRAW_BY_CLASS: return str_eq(cap->key, c->class);
    case DRAW_BY_GROUP: return str_eq(cap->key, c->group);
    default: return str_int64(cap->key, &code) && code == c->region;
    }
}

/* Draws in which no cap can keep this one out yet. */
static int64_t open_draws(const struct draw *d, const struct draw_candidate *c)
{
    int64_t k = d->strata.p[c->stratum - 1].quota;
    for (size_t i = 0; i < d->caps.n; i++)
        if (d->caps.p[i].most < k && draw_cap_binds(&d->caps.p[i], c))
            k = d->caps.p[i].most;
    return k;
}

int64_t draw_chance(const struct draw *d, size_t candidate)
{
    const struct draw_candidate *c = &d->pool.p[candidate];
    const struct draw_stratum *s = &d->strata.p[c->stratum - 1];
    return c->excluded.p ? 0 : draw_bound(c->weight, s->weight, s->able, open_draws(d, c), s->even);
}

size_t draw_find(const struct draw *d, enum draw_kind kind, str who)
{
    const struct draw_candidate *c = map_get(d->who_is[kind], who);
    return c ? (size_t)(c - d->pool.p) : DRAW_NOBODY;
}

/* ---- is it a plan at all ---- */

static err *bad(const char *where, int64_t number, const char *why)
{
    char field[40];
    snprintf(field, sizeof field, "%s %lld", where, (long long)number);
    return err_at(err_new(ERR_INPUT, "%s", why), str_of(field));
}

static err *count_one(struct draw *d, size_t i, int64_t in_kind[DRAW_KINDS], int64_t *low, int64_t *high)
{
    struct draw_candidate *c = &d->pool.p[i];
    if (c->stratum < 1 || c->stratum > (int64_t)d->strata.n)
        return bad("candidate", (int64_t)i + 1, "所属的层不存在");
    struct draw_stratum *s = &d->strata.p[c->stratum - 1];
    if (c->weight < 1 || c->weight > LIMIT_DRAW_WEIGHT)
        return bad("candidate", (int64_t)i + 1, "权重须在1至1000000之间");
    if (!c->who.n || c->who.n > LIMIT_DRAW_WORD)
        return bad("candidate", (int64_t)i + 1, "为空或重复");
    map_put(d->who_is[s->kind], c->who, c);
    if ((int64_t)map_count(d->who_is[s->kind]) != ++in_kind[s->kind]) /* he was there: one look-up for both */
        return bad("candidate", (int64_t)i + 1, "为空或重复");
    if (c->excluded.p)
        return NULL;
    s->able++;
    s->weight += c->weight;
    int64_t at = c->stratum - 1;
    low[at] = low[at] && low[at] < c->weight ? low[at] : c->weight;
    high[at] = high[at] > c->weight ? high[at] : c->weight;
    return NULL;
}

static err *count(struct arena *a, struct draw *d)
{
    int64_t in_kind[DRAW_KINDS] = {0};
    int64_t *low = NEW_ARRAY(a, d->strata.n, int64_t), *high = NEW_ARRAY(a, d->strata.n, int64_t);
    size_t named[DRAW_KINDS] = {0};
    for (size_t i = 0; i < d->strata.n; i++)
        d->strata.p[i].able = d->strata.p[i].weight = 0;
    for (size_t i = 0; i < d->pool.n; i++)
        if (d->pool.p[i].stratum >= 1 && d->pool.p[i].stratum <= (int64_t)d->strata.n)
            named[d->strata.p[d->pool.p[i].stratum - 1].kind]++;
    for (int k = 0; k < DRAW_KINDS; k++)
        d->who_is[k] = map_new_for(a, named[k]);
    for (size_t i = 0; i < d->pool.n; i++)
        TRY(count_one(d, i, in_kind, low, high));
    bool crew = in_kind[DRAW_OBJECT] > 0;
    for (int k = 0; k < DRAW_KINDS; k++)
        if (in_kind[k] > (crew && k != DRAW_OBJECT ? LIMIT_DRAW_CREW : LIMIT_DRAW_POOL))
            return bad("candidate", in_kind[k], "人数或对象数超过上限");
    for (size_t i = 0; i < d->strata.n; i++) {
        struct draw_stratum *s = &d->strata.p[i];
        int64_t by_ratio = (s->ratio * s->able + 9999) / 10000, want = s->least;
        want = by_ratio > want ? by_ratio : want;
        want = s->per * s->base > want ? s->per * s->base : want;
        s->quota = want < s->able ? want : s->able;
        s->even = low[i] == high[i];
    }
    return NULL;
}

/* The least of all chances: of each number of open draws the lightest candidate decides. */
static void chances(struct arena *a, struct draw *d)
{
    struct { int64_t k, w; } *seen = arena_alloc(a, LIMIT_DRAW_CAPS + 1, sizeof *seen);
    for (size_t i = 0; i < d->strata.n; i++) {
        struct draw_stratum *s = &d->strata.p[i];
        size_t n = 0;
        for (size_t c = 0; c < d->pool.n; c++) {
            const struct draw_candidate *x = &d->pool.p[c];
            if (x->stratum != (int64_t)i + 1 || x->excluded.p)
                continue;
            int64_t k = open_draws(d, x);
            size_t at = 0;
            while (at < n && seen[at].k != k)
                at++;
            if (at == n) {
                seen[n].k = k;
                seen[n++].w = x->weight;
            }
            seen[at].w = x->weight < seen[at].w ? x->weight : seen[at].w;
        }
        s->chance = n ? DRAW_WHOLE : 0;
        for (size_t at = 0; at < n; at++) {
            int64_t bound = draw_bound(seen[at].w, s->weight, s->able, seen[at].k, s->even);
            s->chance = bound < s->chance ? bound : s->chance;
        }
    }
}

static int by_round_and_name(const void *left, const void *right)
{
    const struct draw_party *l = left, *r = right;
    return l->round != r->round ? (l->round < r->round ? -1 : 1) : str_cmp(l->name, r->name);
}

static err *order_parties(struct draw *d)
{
    if (d->parties.n)
        qsort(d->parties.p, d->parties.n, sizeof *d->parties.p, by_round_and_name);
    int64_t in_round = 0, last = 0;
    for (size_t i = 0; i < d->parties.n; i++) {
        const struct draw_party *p = &d->parties.p[i];
        struct sm3 digest;
        if (p->round < 1 || p->round > d->rounds || p->round > last + 1)
            return bad("party", (int64_t)i + 1, "轮次不连续");
        in_round = p->round == last ? in_round + 1 : 1;
        last = p->round;
        if (in_round > LIMIT_DRAW_PARTIES || !sm3_from_text(p->digest, &digest) || !p->name.n)
            return bad("party", (int64_t)i + 1, "承诺方或摘要有误");
        if (i && p[-1].round == p->round && str_eq(p[-1].name, p->name))
            return bad("party", (int64_t)i + 1, "同一轮内承诺方重复");
    }
    return last == d->rounds ? NULL : bad("round", d->rounds, "这一轮没有承诺方");
}

static err *read_bars(struct arena *a, struct draw *d)
{
    d->bar_of = map_new(a);
    for (size_t i = 0; i < d->bars.n; i++) {
        struct draw_bar *b = &d->bars.p[i];
        if (b->kind == DRAW_OBJECT || draw_find(d, b->kind, b->who) == DRAW_NOBODY ||
            draw_find(d, DRAW_OBJECT, b->object) == DRAW_NOBODY)
            return bad("bar", (int64_t)i + 1, "回避的人员或对象不在范围内");
        map_put(d->bar_of, draw_bar_key(a, b->kind, b->who, b->object), b);
    }
    return NULL;
}

static err *limits(const struct draw *d)
{
    if (d->method != 1 && d->method != 2)
        return bad("method", d->method, "没有这种抽取方法");
    if (!d->strata.n || d->strata.n > LIMIT_DRAW_STRATA || (d->method == 1 && (d->strata.n > 1 || d->caps.n)))
        return bad("stratum", (int64_t)d->strata.n, "层数超出上限，或旧法分了层");
    if (d->caps.n > LIMIT_DRAW_CAPS || d->bars.n > LIMIT_DRAW_BARS || d->rounds > LIMIT_DRAW_ROUNDS)
        return bad("cap", (int64_t)d->caps.n, "上限、回避或轮次太多");
    for (size_t i = 0; i < d->strata.n; i++) {
        const struct draw_stratum *s = &d->strata.p[i];
        if (s->ratio < 0 || s->ratio > 10000 || s->per < 0 || s->per > LIMIT_DRAW_POOL || s->base < 0 || s->base > LIMIT_DRAW_POOL ||
            s->least < 0 || s->least > LIMIT_DRAW_POOL || s->reserve < 0 || s->reserve > LIMIT_DRAW_POOL)
            return bad("stratum", (int64_t)i + 1, "比例、人数比、最少数或候补数超出范围");
    }
    for (size_t i = 0; i < d->caps.n; i++)
        if (d->caps.p[i].most < 1 || d->caps.p[i].most > LIMIT_DRAW_POOL || !d->caps.p[i].key.n)
            return bad("cap", (int64_t)i + 1, "上限须在1至100000之间");
    for (int k = DRAW_OFFICER; k < DRAW_KINDS; k++)
        if (d->each[k] < 0 || d->each[k] > LIMIT_DRAW_EACH || d->most[k] < 0 || d->most[k] > LIMIT_DRAW_POOL)
            return bad("assign", k, "每个对象的人数或每人的对象数超出范围");
    if (d->floor < 0 || d->floor > DRAW_WHOLE)
        return bad("floor", d->floor, "最低机会超出范围");
    return NULL;
}

err *draw_prepare(struct arena *a, struct draw *d)
{
    TRY(limits(d));
    TRY(count(a, d));
    TRY(order_parties(d));
    TRY(read_bars(a, d));
    chances(a, d);
    return NULL;
}

/* ---- what a published draw must keep ---- */

static err *wrong(str field, const char *why, int64_t got, int64_t want)
{
    return err_at(err_new(ERR_DENIED, "%s（%lld，应为%lld）", why, (long long)got, (long long)want), field);
}

static err *check_party(struct arena *a, const struct draw *d, size_t i, int64_t *in_round, int64_t *missing)
{
    const struct draw_party *p = &d->parties.p[i];
    str field = arena_printf(a, "party %lld %.*s", (long long)p->round, STR_ARG(p->name));
    bool last = p->round == d->rounds;
    *in_round = i && p[-1].round == p->round ? *in_round + 1 : 1;
    *missing = *in_round == 1 ? p->missing : *missing + p->missing;
    for (size_t k = 0; k < i; k++)
        if (str_eq(d->parties.p[k].digest, p->digest))
            return err_at(err_new(ERR_DENIED, "两个承诺的摘要相同"), field);
    if (last && p->missing)
        return err_at(err_new(ERR_DENIED, "最后一轮还有承诺方未公开"), field);
    if (p->secret.p) {
        struct sm3 digest = sm3_of(p->secret.p, p->secret.n);
        if (!str_eq(sm3_text(a, &digest), p->digest))
            return err_at(err_new(ERR_DENIED, "公开的秘密与承诺的摘要不符"), field);
    }
    bool end = i + 1 == d->parties.n || p[1].round != p->round;
    if (end && *in_round < 2)
        return err_at(err_new(ERR_DENIED, "这一轮承诺方不足两方"), field);
    if (end && !last && !*missing)
        return err_at(err_new(ERR_DENIED, "这一轮没有人缺席，却另起了一轮"), field);
    return NULL;
}

err *draw_check(struct arena *a, const struct draw *d)
{
    int64_t in_round = 0, missing = 0;
    for (size_t i = 0; i < d->strata.n; i++)
        if (d->strata.p[i].able && d->strata.p[i].chance < d->floor)
            return wrong(arena_printf(a, "chance %zu", i + 1), "最低机会低于公布的底线，百万分之", d->strata.p[i].chance, d->floor);
    if (!d->rounds)
        return err_at(err_new(ERR_DENIED, "没有承诺方"), S("round"));
    for (size_t i = 0; i < d->parties.n; i++)
        TRY(check_party(a, d, i, &in_round, &missing));
    return NULL;
}
