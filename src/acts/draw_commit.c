/*
 * draw.commit: from what an officer writes to a plan that binds. The lists are his; class, region, unit and fitness of each
 * name are the register's, read at the moment of the commitment and written into the plan. What the register can contradict
 * (drawn lately, positive list, yearly cap) is held against it, in both directions: an exclusion nobody can check is how a
 * draw is bent.
 */
#include "acts/act.h"
#include "acts/acts_sql.h"
#include "acts/draw_private.h"

enum { BULK_FROM = 500, BULK_PAGE = 20000 };
static char present; /* what sets of names hold */

struct known { bool found; int64_t helper, uncertified, unfit, banned, region; str name, class, unit; };

struct commit {
    struct act *a;
    struct draw d;
    struct map *in_pool;   /* who -> present */
    struct map *excluded;  /* who -> the exclusion */
    struct map *subjects;  /* id -> struct known: many are read at once */
    bool judged;           /* else applied: facts are past */
    int64_t outside;       /* in no stratum */
};

str draw_bare(str who)
{
    str rest = who, kind;
    str_next(&rest, ':', &kind);
    return rest.p ? rest : who;
}

static str member_text(const struct act_value *object, const char *name)
{
    for (size_t i = 0; i < object->n; i++)
        if (object->child[i].field && strcmp(object->child[i].field->name, name) == 0)
            return object->child[i].s;
    return STR_NONE;
}

static int64_t member_int(const struct act_value *object, const char *name)
{
    for (size_t i = 0; i < object->n; i++)
        if (object->child[i].field && strcmp(object->child[i].field->name, name) == 0)
            return object->child[i].i;
    return 0;
}

/* ---- the register ---- */

/* Columns: third party, no certificate, not admitted, banned, name, class, region, unit. No row: not on record. */
static const char *known_sql(enum draw_kind kind)
{
    if (kind == DRAW_OFFICER)
        return "SELECT CASE WHEN u.provider IS NULL THEN 0 ELSE 1 END, CASE WHEN u.provider IS NULL AND"
               " (u.disabled_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM certificate c WHERE c.user_id = u.id AND"
               " c.from_date <= :day AND c.to_date >= :day)) THEN 1 ELSE 0 END, 0, 0, u.name, NULL, g.region, u.agency"
               " FROM users u LEFT JOIN agency g ON g.id = u.agency WHERE u.id = :who";
    if (kind == DRAW_HELPER)
        return "SELECT 0, 0, CASE WHEN p.state = 'admitted' THEN 0 ELSE 1 END, CASE WHEN " PROVIDER_BANNED("p", ":agency")
               " THEN 1 ELSE 0 END, p.name, p.kind, 0, p.id FROM provider p WHERE p.id = :who"
               " UNION ALL SELECT 0, 0, CASE WHEN p.state = 'admitted' AND m.state = 'admitted' AND"
               " (m.to_date IS NULL OR m.to_date >= :day) THEN 0 ELSE 1 END, CASE WHEN "
               PROVIDER_BANNED("p", ":agency") " THEN 1 ELSE 0 END, m.name, m.speciality, 0, p.id"
               " FROM member m JOIN provider p ON p.id = m.provider WHERE m.id = :who";
    return "SELECT 0, 0, 0, 0, s.name, s.class, s.region, NULL FROM subject s WHERE s.id = :who";
}

static void known_row(const struct db_rows *r, struct known *ret)
{
    *ret = (struct known){true, db_int(r, 0), db_int(r, 1), db_int(r, 2), db_int(r, 3), db_int(r, 6), db_str(r, 4), db_str(r, 5), db_str(r, 7)};
}

static err *know(struct commit *c, enum draw_kind kind, str who, struct known *ret)
{
    struct act *a = c->a;
    const struct known *seen = kind == DRAW_OBJECT && c->subjects ? map_get(c->subjects, draw_bare(who)) : NULL;
    struct db_rows rows;
    bool more;
    *ret = (struct known){0};
    if (kind == DRAW_OBJECT && c->subjects) {
        if (seen)
            *ret = *seen;
        return NULL;
    }
    const struct db_arg who_arg[] = {DB_T("who", draw_bare(who))};
    TRY(db_query(a->db, a->arena, known_sql(kind), &(struct db_args){who_arg, 1, act_lookup, a}, &rows));
    TRY(db_next(&rows, &more));
    if (more)
        known_row(&rows, ret);
    db_rows_end(&rows);
    return NULL;
}

/* A pool of 10^5 is not asked for one by one. */
static err *know_subjects(struct commit *c)
{
    struct act *a = c->a;
    str after = S("");
    c->subjects = map_new(a->arena);
    for (size_t n = BULK_PAGE; n == BULK_PAGE;) {
        struct db_rows rows;
        n = 0;
        TRY(db_query(a->db, a->arena, "SELECT 0, 0, 0, 0, s.name, s.class, s.region, NULL, s.id FROM subject s WHERE s.id > :after"
                                      " ORDER BY s.id LIMIT :n", DB_ARGS(DB_T("after", after), DB_I("n", BULK_PAGE)), &rows));
        for (bool more;; n++) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            struct known *k = NEW(a->arena, struct known);
            known_row(&rows, k);
            after = db_str(&rows, 8);
            map_put(c->subjects, after, k);
        }
    }
    return NULL;
}

/* ---- strata ---- */

static err *officers_in_post(struct act *a, int64_t *ret)
{
    struct db_rows rows;
    bool more;
    TRY(act_query(a, "SELECT COUNT(*) FROM users u WHERE u.agency = CAST(:agency AS TEXT) AND u.provider IS NULL AND u.disabled_at IS NULL AND"
                     " EXISTS (SELECT 1 FROM certificate c WHERE c.user_id = u.id AND c.from_date <= :day AND c.to_date >= :day)", &rows));
    TRY(db_next(&rows, &more));
    *ret = more ? db_int(&rows, 0) : 0;
    db_rows_end(&rows);
    return NULL;
}

static enum draw_kind main_kind(const struct act *a)
{
    str purpose = act_text(a, "purpose");
    return str_eq(purpose, S("officers")) ? DRAW_OFFICER : str_eq(purpose, S("providers")) ? DRAW_HELPER : DRAW_OBJECT;
}

static err *strata(struct commit *c)
{
    struct act *a = c->a;
    const struct act_value *list = act_get(a, "strata");
    int64_t base = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct act_value *x = &list->child[i];
        struct draw_stratum s = {.kind = main_kind(a), .class = member_text(x, "class"), .region = member_int(x, "region"),
                                 .ratio = member_int(x, "ratio"), .per = member_int(x, "per"), .least = member_int(x, "least")};
        if (s.per && !base)
            TRY(officers_in_post(a, &base));
        s.base = s.per ? base : 0;
        vec_push(a->arena, &c->d.strata, s);
    }
    if (!list->n)
        vec_push(a->arena, &c->d.strata, ((struct draw_stratum){.kind = main_kind(a), .least = act_int(a, "quantity", 0)}));
    if (act_get(a, "officers")->n && main_kind(a) == DRAW_OBJECT)
        vec_push(a->arena, &c->d.strata, ((struct draw_stratum){.kind = DRAW_OFFICER, .least = act_int(a, "officers_quantity", 0)}));
    if (act_get(a, "helpers")->n && main_kind(a) == DRAW_OBJECT)
        vec_push(a->arena, &c->d.strata, ((struct draw_stratum){.kind = DRAW_HELPER, .least = act_int(a, "helpers_quantity", 0)}));
    return NULL;
}

static int64_t stratum_for(const struct draw *d, enum draw_kind kind, const struct known *k)
{
    for (size_t i = 0; i < d->strata.n; i++) {
        const struct draw_stratum *s = &d->strata.p[i];
        if (s->kind == kind && (!s->class.n || str_eq(s->class, k->class)) && (!s->region || region_covers((int)s->region, (int)k->region)))
            return (int64_t)i + 1;
    }
    return 0;
}

/* ---- names ---- */

static void judge_one(struct commit *c, enum draw_kind kind, const struct known *k)
{
    struct law_facts *f = &c->a->facts;
    if (!k->found) {
        f->pool_unknown++;
        return;
    }
    f->pool_helpers_as_officers += k->helper;
    f->pool_uncertified += k->uncertified;
    f->pool_unfit_providers += k->unfit;
    f->pool_banned_providers += k->banned;
    if (kind == DRAW_OFFICER && k->helper)
        act_say(c->a, "pool_helper", k->name);
    else if (k->uncertified || k->unfit || k->banned)
        act_say(c->a, "pool_unfit", k->name);
}

static err *add_one(struct commit *c, enum draw_kind kind, str who, int64_t weight)
{
    struct known k;
    TRY(know(c, kind, who, &k));
    if (c->judged) {
        judge_one(c, kind, &k);
        if (map_get(c->in_pool, who)) {
            c->a->facts.pool_repeats++;
            act_say(c->a, "pool_repeated", who);
        }
    }
    map_put(c->in_pool, who, &present);
    int64_t stratum = stratum_for(&c->d, kind, &k);
    c->outside += !stratum;
    const struct act_value *out = map_get(c->excluded, who);
    vec_push(c->a->arena, &c->d.pool,
             ((struct draw_candidate){.who = who, .class = k.class, .group = k.unit, .region = k.region, .stratum = stratum ? stratum : 1,
                                      .weight = weight, .excluded = out ? member_text(out, "reason_class") : STR_NONE,
                                      .digest = out ? member_text(out, "digest") : STR_NONE}));
    return NULL;
}

static err *add_list(struct commit *c, enum draw_kind kind, const char *names, const char *weights)
{
    const struct act_value *list = act_get(c->a, names), *w = act_get(c->a, weights);
    struct law_facts *f = &c->a->facts;
    if (kind == DRAW_OBJECT && list->n >= BULK_FROM && !c->subjects)
        TRY(know_subjects(c));
    for (size_t i = 0; i < list->n; i++)
        TRY(add_one(c, kind, list->child[i].s, i < w->n ? w->child[i].i : 1));
    f->weights_differ |= w->present && w->n != list->n;
    for (size_t i = 0; i < w->n; i++)
        f->weights_zero += w->child[i].i == 0;
    return NULL;
}

static void caps(struct commit *c)
{
    const struct act_value *list = act_get(c->a, "caps");
    for (size_t i = 0; i < list->n; i++) {
        const struct act_value *x = &list->child[i];
        struct draw_cap cap = {DRAW_BY_GROUP, member_text(x, "key"), member_int(x, "most")};
        for (int k = 0; k < DRAW_CAP_KINDS; k++)
            if (str_eq(member_text(x, "by"), str_of(draw_cap_names[k])))
                cap.by = (enum draw_cap_by)k;
        vec_push(c->a->arena, &c->d.caps, cap);
    }
}

static void bars(struct commit *c)
{
    const struct act_value *list = act_get(c->a, "bars");
    for (size_t i = 0; i < list->n; i++) {
        const struct act_value *x = &list->child[i];
        vec_push(c->a->arena, &c->d.bars,
                 ((struct draw_bar){str_eq(member_text(x, "kind"), S("officer")) ? DRAW_OFFICER : DRAW_HELPER, member_text(x, "who"),
                                    member_text(x, "object"), member_text(x, "reason_class"), member_text(x, "digest")}));
    }
}

static void parties(struct commit *c)
{
    const struct act_value *list = act_get(c->a, "commitments");
    for (size_t i = 0; i < list->n; i++)
        vec_push(c->a->arena, &c->d.parties, ((struct draw_party){.round = 1, .name = member_text(&list->child[i], "party"),
                                                                  .digest = member_text(&list->child[i], "digest")}));
}

static void reserves(struct commit *c)
{
    for (size_t i = 0; i < c->d.strata.n; i++) {
        struct draw_stratum *s = &c->d.strata.p[i];
        s->reserve = act_int(c->a, "reserve", s->quota > 10 ? s->quota : 10);
    }
}

/* ret->d is a sound plan when the error is NULL. */
static err *plan_of(struct act *a, bool judged, struct commit *c)
{
    *c = (struct commit){.a = a, .judged = judged, .in_pool = map_new(a->arena), .excluded = map_new(a->arena)};
    c->d = (struct draw){.method = 2, .id = a->id, .agency = a->actor.agency, .purpose = act_text(a, "purpose"), .item = act_text(a, "item"),
                         .preset = act_text(a, "preset"), .day = day_iso(a->arena, day_of(a->at)), .region = act_int(a, "region", 0),
                         .entry = a->seq, .floor = act_int(a, "floor", 0) * 100, .norepeat = act_int(a, "norepeat", 0), .rounds = 1,
                         .each = {0, act_int(a, "officers_each", 0), act_int(a, "helpers_each", 0)},
                         .most = {0, act_int(a, "officers_most", 0), act_int(a, "helpers_most", 0)}};
    const struct act_value *out = act_get(a, "exclusions");
    for (size_t i = 0; i < out->n; i++)
        map_put(c->excluded, member_text(&out->child[i], "who"), &out->child[i]);
    TRY(strata(c));
    TRY(add_list(c, main_kind(a), "pool", "weights"));
    if (main_kind(a) == DRAW_OBJECT) {
        TRY(add_list(c, DRAW_OFFICER, "officers", "officer_weights"));
        TRY(add_list(c, DRAW_HELPER, "helpers", "helper_weights"));
    }
    caps(c);
    bars(c);
    parties(c);
    return NULL;
}

/* ---- exclusions against the register ---- */

static err *count_of(struct commit *c, const char *sql, str who, int64_t *ret)
{
    struct db_rows rows;
    bool more;
    const struct db_arg who_arg[] = {DB_T("who", draw_bare(who))};
    TRY(db_query(c->a->db, c->a->arena, sql, &(struct db_args){who_arg, 1, act_lookup, c->a}, &rows));
    TRY(db_next(&rows, &more));
    *ret = more ? db_int(&rows, 0) : 0;
    db_rows_end(&rows);
    return NULL;
}

/* The names drawn by this agency for the same purpose within the days the plan names. */
static err *drawn_lately(struct commit *c, struct map **ret)
{
    struct db_rows rows;
    *ret = map_new(c->a->arena);
    if (!c->d.norepeat)
        return NULL;
    const struct db_arg since[] = {DB_I("since", c->a->at - c->d.norepeat * USEC_DAY)};
    TRY(db_query(c->a->db, c->a->arena, "SELECT DISTINCT p.who FROM draw_pool p JOIN draw w ON w.id = p.draw WHERE p.chosen = 1 AND"
                 " w.state = 'settled' AND w.agency = CAST(:agency AS TEXT) AND w.settled_at >= :since AND w.purpose = CAST(:purpose AS TEXT)"
                 " AND (p.kind = 'object' OR w.purpose <> 'subjects') LIMIT 100000",
                 &(struct db_args){since, 1, act_lookup, c->a}, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        map_put(*ret, draw_bare(db_str(&rows, 0)), &present);
    }
}

static err *is_founded(struct commit *c, str class, str who, const struct map *lately, bool *ret)
{
    int64_t n = 1;
    if (str_eq(class, S("recent")))
        n = map_get(lately, draw_bare(who)) != NULL;
    else if (str_eq(class, S("positive_list")))
        TRY(count_of(c, "SELECT COUNT(*) FROM subject s WHERE s.id = :who AND s.positive_list = 1", who, &n));
    else if (str_eq(class, S("capped")))
        TRY(count_of(c, "SELECT COUNT(*) FROM subject s WHERE s.id = :who AND s.visits_per_year IS NOT NULL AND s.visits_per_year <="
                        " (SELECT COUNT(*) FROM visit v WHERE v.subject = s.id AND v.state <> 'cancelled' AND v.starts >= :year_start"
                        " AND v.starts <= :year_end)", who, &n));
    *ret = n > 0;
    return NULL;
}

static bool digest_fits(struct act *a, const struct act_value *x, str who)
{
    struct sm3 want = draw_reason_digest(a->arena, act_text(a, "salt"), who, member_text(x, "reason")), got;
    return sm3_from_text(member_text(x, "digest"), &got) && memcmp(&got, &want, sizeof got) == 0;
}

static err *exclusion_facts(struct commit *c)
{
    struct act *a = c->a;
    struct law_facts *f = &a->facts;
    const struct act_value *list = act_get(a, "exclusions"), *barred = act_get(a, "bars");
    struct map *seen = map_new(a->arena), *lately;
    TRY(drawn_lately(c, &lately));
    for (size_t i = 0; i < list->n; i++) {
        const struct act_value *x = &list->child[i];
        str who = member_text(x, "who"), class = str_trim(member_text(x, "reason_class"));
        bool founded = false, explained = class.n && str_trim(member_text(x, "reason")).n;
        TRY(is_founded(c, class, who, lately, &founded));
        f->exclusions_unexplained += !explained;
        f->exclusions_undigested += explained && !digest_fits(a, x, who);
        f->exclusions_unfounded += !founded;
        if (!founded)
            act_say(a, "unfounded", who);
        f->exclusions_repeated += map_get(seen, who) != NULL;
        f->exclusions_strange += !map_get(c->in_pool, who);
        map_put(seen, who, &present);
    }
    for (size_t i = 0; i < barred->n; i++) {
        const struct act_value *x = &barred->child[i];
        bool explained = str_trim(member_text(x, "reason_class")).n && str_trim(member_text(x, "reason")).n;
        f->exclusions_unexplained += !explained;
        f->exclusions_undigested += explained && !digest_fits(a, x, arena_printf(a->arena, "%.*s %.*s", STR_ARG(member_text(x, "who")),
                                                                                 STR_ARG(member_text(x, "object"))));
    }
    for (size_t i = 0; i < c->d.pool.n; i++) {
        const struct draw_candidate *x = &c->d.pool.p[i];
        if (!x->excluded.p && (main_kind(a) != DRAW_OBJECT || c->d.strata.p[x->stratum - 1].kind == DRAW_OBJECT) &&
            map_get(lately, draw_bare(x->who))) {
            f->recent_in_pool++;
            act_say(a, "recent_who", x->who);
        }
    }
    return NULL;
}

/* ---- parties ---- */

err *draw_commitment_facts(struct act *a)
{
    struct law_facts *f = &a->facts;
    const struct act_value *list = act_get(a, "commitments");
    struct map *named = map_new(a->arena), *digests = map_new(a->arena);
    int64_t others = 0;
    for (size_t i = 0; i < list->n; i++) {
        int64_t other;
        str party = member_text(&list->child[i], "party");
        map_put(named, draw_bare(party), &present);
        map_put(digests, member_text(&list->child[i], "digest"), &present);
        TRY(db_one_int(a->db, "SELECT COUNT(*) FROM users u WHERE u.id = :who AND (u.provider IS NOT NULL OR u.subject IS NOT NULL OR EXISTS"
                              " (SELECT 1 FROM user_role r WHERE r.user_id = u.id AND r.role = 'discipline'))",
                       DB_ARGS(DB_T("who", draw_bare(party))), 0, &other));
        others += other;
    }
    f->commitments_too_few = map_count(named) < 2 || map_count(named) != list->n;
    f->commitments_alike = !f->commitments_too_few && map_count(digests) != list->n;
    f->commitments_one_side = !f->commitments_too_few && !others;
    return NULL;
}

/* ---- the whole ---- */

/* Every object must find its officers whoever is drawn: the quota less those barred from it. */
static void teams_facts(struct commit *c)
{
    struct law_facts *f = &c->a->facts;
    struct map *barred = map_new(c->a->arena);
    int64_t quota[DRAW_KINDS] = {0}, objects = 0, worst[DRAW_KINDS] = {0};
    for (size_t i = 0; i < c->d.strata.n; i++)
        quota[c->d.strata.p[i].kind] += c->d.strata.p[i].quota;
    objects = quota[DRAW_OBJECT];
    for (size_t i = 0; i < c->d.bars.n; i++) {
        const struct draw_bar *b = &c->d.bars.p[i];
        str key = arena_printf(c->a->arena, "%d %.*s", (int)b->kind, STR_ARG(b->object));
        int64_t *n = map_get(barred, key);
        if (!n) {
            n = NEW(c->a->arena, int64_t);
            map_put(barred, key, n);
        }
        ++*n;
        worst[b->kind] = *n > worst[b->kind] ? *n : worst[b->kind];
    }
    for (int k = DRAW_OFFICER; k < DRAW_KINDS && main_kind(c->a) == DRAW_OBJECT; k++) {
        bool few = quota[k] - worst[k] < c->d.each[k];
        bool full = c->d.most[k] && quota[k] * c->d.most[k] < objects * c->d.each[k];
        f->teams_short |= c->d.each[k] && (few || full);
    }
    f->draw_single_officer = (main_kind(c->a) == DRAW_OFFICER && quota[DRAW_OFFICER] == 1) || c->d.each[DRAW_OFFICER] == 1;
}

static void quantity_facts(struct commit *c)
{
    struct law_facts *f = &c->a->facts;
    int64_t quota = 0, able = 0;
    for (size_t i = 0; i < c->d.strata.n; i++) {
        const struct draw_stratum *s = &c->d.strata.p[i];
        f->draw_quantity_beyond |= s->least > s->able;
        f->chance_below_floor |= s->able && s->quota && s->chance < c->d.floor;
        if (s->kind != main_kind(c->a))
            continue;
        quota += s->quota;
        able += s->able;
    }
    f->pool_size = able;
    f->draw_quantity_none = quota == 0;
}

err *draw_commit_facts(struct act *a)
{
    struct law_facts *f = &a->facts;
    struct commit c;
    TRY(plan_of(a, true, &c));
    f->pool_missing = act_get(a, "pool")->n == 0;
    f->draw_method_old = !str_eq(act_text(a, "method"), S("xiezhi-draw-2"));
    f->pool_outside_strata = c.outside;
    TRY(exclusion_facts(&c));
    TRY(draw_commitment_facts(a));
    bool sound = !f->pool_missing && !f->pool_repeats && !f->weights_zero && !f->commitments_too_few;
    err *bad = sound ? draw_prepare(a->arena, &c.d) : NULL;
    if (bad) {
        f->plan_unsound = 1;
        act_say(a, "unsound", arena_printf(a->arena, "%.*s：%.*s", STR_ARG(bad->field), STR_ARG(bad->text)));
        err_clear();
    } else if (sound) {
        quantity_facts(&c);
        teams_facts(&c);
    }
    return NULL;
}

static err *put_strata(struct act *a, const struct draw *d)
{
    for (size_t i = 0; i < d->strata.n; i++) {
        const struct draw_stratum *s = &d->strata.p[i];
        TRY(db_put(a->db, "INSERT INTO draw_stratum (draw, number, kind, class, region, ratio, per, base, fewest, reserve, able, quota, weight,"
                          " chance) VALUES (:draw, :number, :kind, :class, :region, :ratio, :per, :base, :least, :reserve, :able, :quota,"
                          " :weight, :chance)",
                   DB_ARGS(DB_T("draw", a->id), DB_I("number", (int64_t)i + 1), DB_T("kind", str_of(draw_kind_names[s->kind])),
                           DB_T("class", s->class), DB_I("region", s->region), DB_I("ratio", s->ratio), DB_I("per", s->per),
                           DB_I("base", s->base), DB_I("least", s->least), DB_I("reserve", s->reserve), DB_I("able", s->able),
                           DB_I("quota", s->quota), DB_I("weight", s->weight), DB_I("chance", s->chance))));
    }
    return NULL;
}

static err *put_pool(struct act *a, const struct draw *d)
{
    for (size_t i = 0; i < d->pool.n; i++) {
        const struct draw_candidate *c = &d->pool.p[i];
        TRY(db_put(a->db, "INSERT INTO draw_pool (draw, position, who, weight, chosen, kind, stratum, class, region, unit)"
                          " VALUES (:draw, :position, :who, :weight, 0, :kind, :stratum, :class, :region, :unit)",
                   DB_ARGS(DB_T("draw", a->id), DB_I("position", (int64_t)i + 1), DB_T("who", c->who), DB_I("weight", c->weight),
                           DB_T("kind", str_of(draw_kind_names[d->strata.p[c->stratum - 1].kind])), DB_I("stratum", c->stratum),
                           DB_T("class", c->class), DB_I("region", c->region), DB_T("unit", c->group))));
    }
    return NULL;
}

/* What was committed before this method (replay of an older ledger): a list, a number, nothing else. */
static err *apply_method_1(struct act *a)
{
    const struct act_value *pool = act_get(a, "pool"), *weights = act_get(a, "weights");
    for (size_t i = 0; i < pool->n; i++)
        TRY(db_put(a->db, "INSERT INTO draw_pool (draw, position, who, weight, chosen) VALUES (:draw, :position, :who, :weight, 0)",
                   DB_ARGS(DB_T("draw", a->id), DB_I("position", (int64_t)i + 1), DB_T("who", pool->child[i].s),
                           DB_I("weight", i < weights->n ? weights->child[i].i : 1))));
    return db_put(a->db, "UPDATE draw SET pool_n = :n WHERE id = :draw", DB_ARGS(DB_I("n", (int64_t)pool->n), DB_T("draw", a->id)));
}

err *draw_commit_apply(struct act *a)
{
    struct commit c;
    if (!str_eq(act_text(a, "method"), S("xiezhi-draw-2")))
        return apply_method_1(a);
    TRY(plan_of(a, false, &c));
    TRY(draw_prepare(a->arena, &c.d));
    reserves(&c);
    struct sm3 plan = draw_plan_digest(a->arena, &c.d);
    TRY(put_strata(a, &c.d));
    TRY(put_pool(a, &c.d));
    for (size_t i = 0; i < c.d.caps.n; i++)
        TRY(db_put(a->db, "INSERT INTO draw_cap (draw, number, by_what, key, most) VALUES (:draw, :number, :by, :key, :most)",
                   DB_ARGS(DB_T("draw", a->id), DB_I("number", (int64_t)i + 1), DB_T("by", str_of(draw_cap_names[c.d.caps.p[i].by])),
                           DB_T("key", c.d.caps.p[i].key), DB_I("most", c.d.caps.p[i].most))));
    int64_t quota = 0;
    for (size_t i = 0; i < c.d.strata.n; i++)
        quota += c.d.strata.p[i].kind == main_kind(a) ? c.d.strata.p[i].quota : 0;
    return db_put(a->db, "UPDATE draw SET pool_n = :n, quantity = :quota, plan = :plan WHERE id = :draw",
                  DB_ARGS(DB_I("n", (int64_t)act_get(a, "pool")->n), DB_I("quota", quota), DB_T("plan", sm3_text(a->arena, &plan)),
                          DB_T("draw", a->id)));
}
