/* What is given beside the table: minutes, live values, records, other outlets. What is odd about a file is said under its own name. */
#include "monitor/audit/audit_private.h"

static err *read_table(struct arena *a, const struct table_source *s, struct audit *u, struct table **ret)
{
    struct table_fault *faults;
    size_t n;
    TRY(err_at(table_from_csv(a, s, ret, &faults, &n), s->name));
    struct table_fault *all = NEW_ARRAY(a, u->faults_n + n + 1, struct table_fault);
    for (size_t i = 0; i < u->faults_n; i++)
        all[i] = u->faults[i];
    for (size_t i = 0; i < n; i++) {
        all[u->faults_n + i] = faults[i];
        all[u->faults_n + i].text = arena_printf(a, "%.*s：%.*s", STR_ARG(s->name), STR_ARG(faults[i].text));
    }
    u->faults = all;
    u->faults_n += n;
    return NULL;
}

/* A table behind a coarser one. */
static err *read_finer(struct arena *a, const struct table_source *s, struct audit *u, struct table *coarse, struct table **ret)
{
    TRY(read_table(a, s, u, ret));
    if ((*ret)->step_s >= coarse->step_s)
        return err_at(err_got(err_new(ERR_INPUT, "这张表应比它上一级的表更细"), arena_printf(a, "步长%d秒", (*ret)->step_s),
                              arena_printf(a, "小于%d秒", coarse->step_s), STR_NONE), s->name);
    coarse->finer = *ret;
    return NULL;
}

err *audit_beside(struct arena *a, const struct audit_file *f, struct audit *ret)
{
    struct table *minutes = ret->table, *live;
    size_t records;
    if (f->minutes)
        TRY(read_finer(a, f->minutes, ret, ret->table, &minutes));
    if (f->live)
        TRY(read_finer(a, f->live, ret, minutes, &live));
    const struct table **others = NEW_ARRAY(a, f->beside_n + 1, const struct table *);
    for (size_t i = 0; i < f->beside_n; i++) {
        struct table *other;
        TRY(read_table(a, &f->beside[i], ret, &other));
        other->outlet = f->beside[i].name;
        others[i] = other;
    }
    ret->table->beside = others;
    ret->table->beside_n = f->beside_n;
    return f->records ? err_at(table_records(a, f->records, ret->table, &records), f->records->name) : NULL;
}
