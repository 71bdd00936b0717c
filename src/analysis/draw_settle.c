/*
 * From the seed to winners, successors and teams. Caps do not touch the order: who is drawn when a cap is full is passed
 * over and stays in the file as such, so a reader sees what the cap did. Teams are dealt like cards in the order drawn: who
 * served last goes to the end, who is barred from an object keeps his place for the next.
 */
#include "analysis/draw_private.h"

str draw_bar_key(struct arena *a, enum draw_kind kind, str who, str object)
{
    return arena_printf(a, "%c%.*s\n%.*s", '0' + (int)kind, STR_ARG(who), STR_ARG(object));
}

/* ---- caps ---- */

struct counts { struct arena *a; struct map *of; };

static int64_t *cap_count(struct counts *x, const struct draw *d, size_t cap, const struct draw_candidate *c)
{
    str key = arena_printf(x->a, "%zu %.*s", cap, STR_ARG(draw_cap_value(x->a, &d->caps.p[cap], c)));
    int64_t *n = map_get(x->of, key);
    if (!n) {
        n = NEW(x->a, int64_t);
        map_put(x->of, key, n);
    }
    return n;
}

static bool caps_allow(struct counts *x, const struct draw *d, const struct draw_candidate *c)
{
    for (size_t i = 0; i < d->caps.n; i++)
        if (draw_cap_binds(&d->caps.p[i], c) && *cap_count(x, d, i, c) >= d->caps.p[i].most)
            return false;
    return true;
}

static void caps_add(struct counts *x, const struct draw *d, const struct draw_candidate *c)
{
    for (size_t i = 0; i < d->caps.n; i++)
        if (draw_cap_binds(&d->caps.p[i], c))
            ++*cap_count(x, d, i, c);
}

/* ---- places ---- */

static void draw_places_of(struct arena *a, struct draw *d, size_t stratum)
{
    const struct draw_stratum *s = &d->strata.p[stratum];
    struct draw_places *places = &d->places[stratum];
    struct counts counts = {a, map_new(a)};
    size_t *who = NEW_ARRAY(a, (size_t)s->able + 1, size_t), n = 0, hit;
    int64_t *weights = NEW_ARRAY(a, (size_t)s->able + 1, int64_t), chosen = 0, reserve = 0;
    for (size_t i = 0; i < d->pool.n; i++)
        if (d->pool.p[i].stratum == (int64_t)stratum + 1 && !d->pool.p[i].excluded.p) {
            who[n] = i;
            weights[n++] = d->pool.p[i].weight;
        }
    places->p = NEW_ARRAY(a, n + 1, struct draw_place);
    struct draw_bag *bag = draw_bag_new(a, &d->seed, d->method == 1 ? 0 : (int64_t)stratum + 1, weights, n);
    while ((chosen < s->quota || reserve < s->reserve) && (hit = draw_bag_take(bag)) != DRAW_NOBODY) {
        const struct draw_candidate *c = &d->pool.p[who[hit]];
        enum draw_lot lot = chosen == s->quota ? DRAW_RESERVE : caps_allow(&counts, d, c) ? DRAW_CHOSEN : DRAW_SKIPPED;
        if (lot == DRAW_CHOSEN) {
            caps_add(&counts, d, c);
            d->now[who[hit]] = DRAW_IN;
            chosen++;
        }
        reserve += lot == DRAW_RESERVE;
        places->p[places->n++] = (struct draw_place){who[hit], lot};
    }
}

/* ---- teams ---- */

struct queue { size_t n, *who; int64_t *load; };

static struct queue queue_of(struct arena *a, const struct draw *d, enum draw_kind kind)
{
    struct queue q = {0, NEW_ARRAY(a, d->pool.n + 1, size_t), NEW_ARRAY(a, d->pool.n + 1, int64_t)};
    for (size_t s = 0; s < d->strata.n; s++)
        for (size_t i = 0; i < d->places[s].n && d->strata.p[s].kind == kind; i++)
            if (d->places[s].p[i].lot == DRAW_CHOSEN)
                q.who[q.n++] = d->places[s].p[i].candidate;
    return q;
}

static bool barred(struct arena *a, const struct draw *d, enum draw_kind kind, size_t who, size_t object)
{
    return d->bars.n && map_get(d->bar_of, draw_bar_key(a, kind, d->pool.p[who].who, d->pool.p[object].who));
}

static void deal(struct arena *a, const struct draw *d, enum draw_kind kind, struct queue *q, struct draw_team *team)
{
    int64_t taken = 0;
    for (size_t i = 0, looked = 0, n = q->n; looked < n && taken < d->each[kind]; looked++) {
        size_t who = q->who[i];
        bool full = d->most[kind] && q->load[who] >= d->most[kind];
        if (full || barred(a, d, kind, who, team->object)) {
            i++;
            continue;
        }
        memmove(q->who + i, q->who + i + 1, (q->n - i - 1) * sizeof *q->who);
        q->who[q->n - 1] = who;
        q->load[who]++;
        team->crew[team->n++] = who;
        taken++;
    }
}

static void deal_teams(struct arena *a, struct draw *d)
{
    struct queue objects = queue_of(a, d, DRAW_OBJECT), crew[DRAW_KINDS];
    if (!d->each[DRAW_OFFICER] && !d->each[DRAW_HELPER])
        return;
    for (int k = DRAW_OFFICER; k < DRAW_KINDS; k++)
        crew[k] = queue_of(a, d, (enum draw_kind)k);
    d->teams_n = objects.n;
    d->teams = NEW_ARRAY(a, objects.n + 1, struct draw_team);
    d->teams_now = NEW_ARRAY(a, objects.n + 1, struct draw_team);
    for (size_t i = 0; i < objects.n; i++) {
        struct draw_team *t = &d->teams[i];
        *t = (struct draw_team){objects.who[i], 0, NEW_ARRAY(a, (size_t)(d->each[DRAW_OFFICER] + d->each[DRAW_HELPER]), size_t)};
        for (int k = DRAW_OFFICER; k < DRAW_KINDS; k++)
            deal(a, d, (enum draw_kind)k, &crew[k], t);
        d->teams_now[i] = *t;
        d->teams_now[i].crew = arena_copy(a, t->crew, t->n * sizeof *t->crew);
    }
}

void draw_settle_seed(struct arena *a, struct draw *d)
{
    d->places = NEW_ARRAY(a, d->strata.n, struct draw_places);
    d->now = NEW_ARRAY(a, d->pool.n + 1, uint8_t);
    d->teams_n = 0;
    for (size_t i = 0; i < d->strata.n; i++)
        draw_places_of(a, d, i);
    deal_teams(a, d);
}

static struct sm3 seed_1(struct arena *a, const struct draw *d)
{
    str *secrets = NEW_ARRAY(a, d->parties.n + 1, str);
    size_t n = 0;
    for (size_t i = 0; i < d->parties.n; i++)
        if (d->parties.p[i].round == d->rounds)
            secrets[n++] = d->parties.p[i].secret;
    return draw_seed_1(secrets, n);
}

/* Everything published before it: the plan, and every round with its secrets as they stand in the file. */
static struct sm3 seed_2(struct arena *a, const struct draw *d)
{
    AUTO_ARENA(mine);
    buf b = buf_make(mine, LIMIT_DRAW_FILE);
    buf_add(&b, S("xiezhi-draw-2\nplan "));
    buf_add(&b, sm3_text(a, &d->plan));
    buf_char(&b, '\n');
    draw_write_rounds(&b, d);
    CHECK(!b.overflow);
    return sm3_of(b.p, b.n);
}

void draw_settle(struct arena *a, struct draw *d)
{
    draw_plan_digest(a, d);
    draw_settle_plan(a, d);
}

void draw_settle_plan(struct arena *a, struct draw *d)
{
    d->seed = d->method == 1 ? seed_1(a, d) : seed_2(a, d);
    draw_settle_seed(a, d);
}

bool draw_is_chosen(const struct draw *d, size_t candidate)
{
    return d->now[candidate] == DRAW_IN;
}

/* ---- successors ---- */

static bool at_odds(struct arena *a, const struct draw *d, enum draw_kind kind, size_t old, size_t next)
{
    for (size_t t = 0; t < d->teams_n && d->bars.n; t++) {
        const struct draw_team *team = &d->teams_now[t];
        for (size_t i = 0; i < team->n; i++) {
            enum draw_kind of = d->strata.p[d->pool.p[team->crew[i]].stratum - 1].kind;
            if (kind == DRAW_OBJECT && team->object == old && barred(a, d, of, team->crew[i], next))
                return true;
            if (kind != DRAW_OBJECT && team->crew[i] == old && barred(a, d, kind, next, team->object))
                return true;
        }
    }
    return false;
}

static void step_in(struct draw *d, size_t old, size_t next)
{
    d->now[old] = DRAW_GONE;
    d->now[next] = DRAW_IN;
    for (size_t t = 0; t < d->teams_n; t++) {
        struct draw_team *team = &d->teams_now[t];
        if (team->object == old)
            team->object = next;
        for (size_t i = 0; i < team->n; i++)
            if (team->crew[i] == old)
                team->crew[i] = next;
    }
}

size_t draw_replace(struct arena *a, struct draw *d, size_t candidate)
{
    int64_t stratum = d->pool.p[candidate].stratum;
    const struct draw_places *places = &d->places[stratum - 1];
    enum draw_kind kind = d->strata.p[stratum - 1].kind;
    struct counts counts = {a, map_new(a)};
    CHECK(draw_is_chosen(d, candidate));
    for (size_t i = 0; i < places->n && d->caps.n; i++)
        if (places->p[i].candidate != candidate && d->now[places->p[i].candidate] == DRAW_IN)
            caps_add(&counts, d, &d->pool.p[places->p[i].candidate]);
    for (size_t i = 0; i < places->n; i++) {
        size_t next = places->p[i].candidate;
        if (places->p[i].lot != DRAW_RESERVE || d->now[next] != DRAW_NOT || !caps_allow(&counts, d, &d->pool.p[next]) ||
            at_odds(a, d, kind, candidate, next))
            continue;
        step_in(d, candidate, next);
        return next;
    }
    return DRAW_NOBODY;
}
