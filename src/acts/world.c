/* Settings and calendar as acts see them: compiled defaults, and what policy acts have set since. */
#include "acts/act.h"
#include "acts/settings.h"

void world_drop(struct world *w)
{
    struct world kept = {.graph = w->graph, .scratch = w->scratch, .settled = w->settled, .committed = w->committed, .shared = w->shared,
                         .locked = w->locked};
    arena_free(w->arena);
    if (kept.graph)
        graph_back(kept.graph, kept.settled);
    *w = kept;
}

void world_settle(struct world *w, int64_t committed)
{
    w->committed = committed;
    if (!w->graph)
        return;
    if (graph_overlay_large(w->graph))
        graph_compact(w->graph);
    w->settled = graph_mark(w->graph);
}

void world_end(struct world *w)
{
    world_drop(w);
    if (w->locked)
        pthread_mutex_unlock(&w->shared->lock);
    graph_free(w->graph);
    graph_scratch_free(w->scratch);
    *w = (struct world){0};
}

static err *load_settings(struct world *w, struct db *d)
{
    struct db_rows rows;
    bool more;
    w->settings = map_new(w->arena);
    TRY(db_query(d, w->arena, "SELECT name, value FROM policy", NULL, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        int64_t *value = NEW(w->arena, int64_t);
        *value = db_int(&rows, 1);
        map_put(w->settings, db_str(&rows, 0), value);
    }
}

err *calendar_now(struct db *d, struct arena *a, const struct calendar **ret)
{
    struct db_rows rows;
    bool more;
    VEC(struct holiday) days = {0};
    VEC(int) years = {0};
    TRY(db_query(d, a, "SELECT date, kind FROM holiday_day ORDER BY date", NULL, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &days, ((struct holiday){(day)db_int(&rows, 0), (enum holiday_kind)db_int(&rows, 1)}));
    }
    TRY(db_query(d, a, "SELECT year FROM holiday_year ORDER BY year", NULL, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &years, (int)db_int(&rows, 0));
    }
    *ret = days.n || years.n ? calendar_extend(a, &calendar_builtin, days.p, days.n, years.p, years.n) : &calendar_builtin;
    return NULL;
}

err *world_load(struct world *w, struct db *d)
{
    if (w->loaded)
        return NULL;
    world_drop(w);
    w->arena = arena_new();
    w->actors = map_new(w->arena);
    TRY(load_settings(w, d));
    TRY(calendar_now(d, w->arena, &w->calendar));
    w->loaded = true;
    return NULL;
}

/* Read out of the apply steps: does one write a table the world remembers? A function may write anything. */
bool world_changed_by(const struct act_type *type)
{
    static const char *const remembered[] = {"users", "user_role", "provider", "member", "policy", "holiday_day", "holiday_year"};
    static const str verbs[] = {{"INSERT INTO ", 12}, {"UPDATE ", 7}, {"DELETE FROM ", 12}};
    if (type->apply_more && (strcmp(type->group, "people") == 0 || strcmp(type->group, "policy") == 0))
        return true;
    for (const struct act_step *s = type->apply; s < type->apply + LIMIT_ACT_STEPS && s->sql; s++)
        for (size_t v = 0; v < sizeof verbs / sizeof *verbs; v++) {
            str rest = str_of(s->sql), table;
            if (!str_starts(rest, verbs[v]))
                continue;
            rest = str_sub(rest, verbs[v].n, rest.n);
            str_next(&rest, ' ', &table);
            for (size_t i = 0; i < sizeof remembered / sizeof *remembered; i++)
                if (str_eq(table, str_of(remembered[i])))
                    return true;
        }
    return false;
}

const struct calendar *act_calendar(struct act *a)
{
    return a->world->calendar;
}

int64_t act_policy(struct act *a, const char *name)
{
    const struct setting *s = setting_find(str_of(name));
    CHECK(s != NULL);
    int64_t *set = map_get(a->world->settings, str_of(name));
    return set && !s->locked ? *set : s->default_value;
}

err *setting_now(struct db *d, str name, int64_t *ret)
{
    const struct setting *s = setting_find(name);
    CHECK(s);
    *ret = s->default_value;
    if (s->locked)
        return NULL;
    return db_one_int(d, "SELECT value FROM policy WHERE name = :name", DB_ARGS(DB_T("name", name)), s->default_value, ret);
}
