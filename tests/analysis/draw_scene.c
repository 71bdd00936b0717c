#include "analysis/draw_scene.h"

#include "testing.h"

static int64_t upto(uint64_t *r, int64_t n)
{
    return (int64_t)(test_random(r) % (uint64_t)n);
}

static void candidates(struct arena *a, struct draw *d, uint64_t *r, int64_t stratum, const char *what, int64_t n)
{
    static const char *const classes[] = {"key", "general", "-", "VOCs 治理%"};
    bool even = upto(r, 3) == 0;
    for (int64_t i = 0; i < n; i++) {
        bool out = upto(r, 9) == 0;
        struct draw_candidate c = {.who = arena_printf(a, "%s-%lld-%lld", what, (long long)stratum, (long long)i),
                                   .class = str_of(classes[upto(r, 4)]), .group = arena_printf(a, "g%lld", (long long)upto(r, 5)),
                                   .stratum = stratum, .weight = even ? 1 : 1 + upto(r, 9), .region = 420102 + upto(r, 3)};
        if (out) {
            struct sm3 digest = draw_reason_digest(a, S("salt"), c.who, S("停产"));
            c.excluded = S("closed");
            c.digest = sm3_text(a, &digest);
        }
        vec_push(a, &d->pool, c);
    }
}

static void bars(struct arena *a, struct draw *d, uint64_t *r)
{
    for (int64_t n = upto(r, 12); n > 0; n--) {
        size_t crew = (size_t)upto(r, (int64_t)d->pool.n), object = (size_t)upto(r, (int64_t)d->pool.n);
        enum draw_kind kind = d->strata.p[d->pool.p[crew].stratum - 1].kind;
        if (kind == DRAW_OBJECT || d->strata.p[d->pool.p[object].stratum - 1].kind != DRAW_OBJECT)
            continue;
        vec_push(a, &d->bars, ((struct draw_bar){kind, d->pool.p[crew].who, d->pool.p[object].who, S("relation"), STR_NONE}));
    }
}

static void parties(struct arena *a, struct draw *d, uint64_t *r)
{
    d->rounds = 1 + upto(r, 2);
    for (int64_t round = 1; round <= d->rounds; round++)
        for (int i = 0; i < 3; i++) {
            static const char *const names[] = {"wei", "qin", "某企业 代表"};
            str secret = arena_printf(a, "秘密 %lld-%d-%lld", (long long)round, i, (long long)upto(r, 1000000));
            struct sm3 digest = sm3_of(secret.p, secret.n);
            bool missing = round < d->rounds && i == 2;
            vec_push(a, &d->parties, ((struct draw_party){round, str_of(names[i]), sm3_text(a, &digest),
                                                          missing ? STR_NONE : secret, missing}));
        }
}

static void changes(struct arena *a, struct draw *d, uint64_t *r)
{
    for (int64_t n = upto(r, 4); n > 0; n--) {
        size_t who = (size_t)upto(r, (int64_t)d->pool.n), next;
        if (!draw_is_chosen(d, who) || (next = draw_replace(a, d, who)) == DRAW_NOBODY)
            continue;
        vec_push(a, &d->changes, ((struct draw_change){d->pool.p[who].who, d->pool.p[next].who, d->pool.p[who].stratum, 70 + n}));
    }
}

void draw_scene(struct arena *a, uint64_t seed, struct draw *ret)
{
    uint64_t r = seed * 2654435761u + 7;
    *ret = (struct draw){.method = upto(&r, 5) ? 2 : 1, .id = S("d1"), .agency = S("wuhan"), .purpose = S("subjects"),
                         .item = S("排污许可 执行"), .day = S("2026-03-20"), .region = 420100, .entry = 41, .norepeat = 365};
    int64_t strata = ret->method == 1 ? 1 : 1 + upto(&r, 3);
    for (int64_t s = 1; s <= strata; s++) {
        struct draw_stratum x = {.kind = DRAW_OBJECT, .class = s > 1 ? S("key") : STR_NONE, .least = 1 + upto(&r, 4), .reserve = upto(&r, 5)};
        if (ret->method == 2 && upto(&r, 2))
            x.ratio = 500 * upto(&r, 8);
        vec_push(a, &ret->strata, x);
        candidates(a, ret, &r, s, "s", 8 + upto(&r, 12));
    }
    if (ret->method == 2 && upto(&r, 2)) {
        vec_push(a, &ret->strata, ((struct draw_stratum){.kind = DRAW_OFFICER, .per = 2, .base = 4, .reserve = 3}));
        candidates(a, ret, &r, strata + 1, "u", 12);
        vec_push(a, &ret->strata, ((struct draw_stratum){.kind = DRAW_HELPER, .least = 3, .reserve = 3}));
        candidates(a, ret, &r, strata + 2, "m", 7);
        ret->each[DRAW_OFFICER] = 2;
        ret->each[DRAW_HELPER] = upto(&r, 2);
        ret->most[DRAW_OFFICER] = upto(&r, 2) * 4;
        bars(a, ret, &r);
    }
    if (ret->method == 2 && upto(&r, 2)) {
        vec_push(a, &ret->caps, ((struct draw_cap){DRAW_BY_GROUP, S("*"), 1 + upto(&r, 3)}));
        vec_push(a, &ret->caps, ((struct draw_cap){DRAW_BY_REGION, S("420103"), 1 + upto(&r, 3)}));
        vec_push(a, &ret->caps, ((struct draw_cap){DRAW_BY_CLASS, S("key"), 2}));
    }
    parties(a, ret, &r);
    assert_ok(draw_prepare(a, ret));
    draw_settle(a, ret);
    changes(a, ret, &r);
}

str draw_scene_file(struct arena *a, uint64_t seed)
{
    struct draw d;
    str file;
    draw_scene(a, seed, &d);
    assert_ok(draw_write(a, &d, true, &file));
    return file;
}

/* The line that begins with `key`, from `file`; its digest is that of everything before it. */
static str digest_again(struct arena *a, str file, str key)
{
    ptrdiff_t at = str_find(file, arena_printf(a, "\n%.*s sm3:", STR_ARG(key)));
    if (at < 0)
        return file;
    size_t begin = (size_t)at + 1, end = begin;
    while (end < file.n && file.p[end] != '\n')
        end++;
    struct sm3 digest = sm3_of(file.p, begin);
    str rest = str_sub(file, end, file.n);
    return arena_printf(a, "%.*s%.*s %.*s%.*s", (int)begin, file.p, STR_ARG(key), STR_ARG(sm3_text(a, &digest)), STR_ARG(rest));
}

str draw_scene_sealed(struct arena *a, str file, bool plan)
{
    if (plan)
        file = digest_again(a, file, S("plan"));
    return digest_again(a, file, S("end"));
}
