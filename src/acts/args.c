/*
 * Parameters by name: what `:name` in a descriptor's SQL stands for. Fields come first, then what every act has.
 * Deadlines are parameters too (`:workday_5`), so that apply steps stay plain SQL and read no clock.
 */
#include "acts/act.h"
#include "acts/settings.h"

static struct db_value value_of(const struct act *a, const struct act_value *v, str suffix)
{
    struct db_value null = {DB_NULL, 0, STR_NONE};
    if (!v || !v->present)
        return null;
    enum field_kind k = v->field->kind;
    if (k == FIELD_PARTY && suffix.n) {
        ptrdiff_t colon = str_find(v->s, S(":"));
        bool kind = str_eq(suffix, S("kind"));
        return (struct db_value){DB_TEXT, 0,
                                 kind ? str_sub(v->s, 0, (size_t)colon) : str_sub(v->s, (size_t)colon + 1, v->s.n)};
    }
    switch (k) {
    case FIELD_DATE: case FIELD_TIME: case FIELD_FEN: case FIELD_COUNT: case FIELD_BOOL: case FIELD_REGION:
    case FIELD_DEGREE: case FIELD_METRE: case FIELD_PERCENT: case FIELD_NUMBER:
        return v->erased ? null : (struct db_value){DB_INT, v->i, STR_NONE};
    default:
        if (v->field->flags & F_LIST && v->n && !v->s.p) { /* a whole list as text: its JSON */
            buf b = buf_make(a->arena, LIMIT_ACT_BYTES);
            struct json_out o = {&b, false};
            json_open(&o, '[');
            for (size_t i = 0; i < v->n; i++)
                k == FIELD_JSON ? json_raw(&o, v->child[i].s) : json_str(&o, v->child[i].s);
            json_close(&o, ']');
            return (struct db_value){DB_TEXT, 0, buf_str(&b)};
        }
        return db_text_value(v->s);
    }
}

static const struct act_value *member_of(const struct act_value *object, str name)
{
    for (size_t i = 0; object && i < object->n; i++)
        if (object->child[i].field && str_eq(name, str_of(object->child[i].field->name)))
            return &object->child[i];
    return NULL;
}

/* Field, or member of an object field: content_who, basis_ref, against_kind. */
static bool field_value(const struct act *a, str name, struct db_value *ret)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct act_field *f = &a->type->fields[i];
        str own = str_of(f->name);
        if (str_eq(own, name)) {
            *ret = value_of(a, &a->values[i], STR_NONE);
            return true;
        }
        bool nested = (f->kind == FIELD_OBJECT || f->kind == FIELD_PARTY) && !(f->flags & F_LIST);
        if (!nested || !str_starts(name, own) || name.n <= own.n + 1 || name.p[own.n] != '_')
            continue;
        str rest = str_sub(name, own.n + 1, name.n);
        if (f->kind == FIELD_PARTY && (str_eq(rest, S("kind")) || str_eq(rest, S("id")))) {
            *ret = value_of(a, &a->values[i], rest);
            return true;
        }
        for (const struct act_field *m = f->object; f->kind == FIELD_OBJECT && m->name; m++)
            if (str_eq(rest, str_of(m->name))) {
                *ret = value_of(a, member_of(&a->values[i], rest), STR_NONE);
                return true;
            }
    }
    return false;
}

static bool item_value(const struct act *a, str name, struct db_value *ret)
{
    if (!a->item || !str_starts(name, S("item")))
        return false;
    if (name.n == 4) {
        *ret = value_of(a, a->item, STR_NONE);
        return true;
    }
    str rest = str_sub(name, 5, name.n);
    if (a->item->field->kind == FIELD_PARTY)
        *ret = value_of(a, a->item, rest);
    else if (str_eq(rest, S("position")))
        *ret = (struct db_value){DB_INT, a->item->position, STR_NONE};
    else
        *ret = value_of(a, member_of(a->item, rest), STR_NONE);
    return true;
}

static bool deadline_value(struct act *a, str name, struct db_value *ret)
{
    enum deadline_unit unit = str_starts(name, S("workday_")) ? UNIT_WORKDAY : UNIT_NATURAL;
    str prefix = unit == UNIT_WORKDAY ? S("workday_") : S("natural_");
    if (!str_starts(name, prefix))
        return false;
    str rest = str_sub(name, prefix.n, name.n);
    int64_t n = 0;
    if (!str_int64(rest, &n))
        n = act_policy(a, arena_cstr(a->arena, rest));
    day due;
    calendar_due(a->world->calendar, day_of(a->at), unit, (int)n, &due, NULL);
    *ret = (struct db_value){DB_INT, day_start(due + 1) - 1, STR_NONE};
    return true;
}

static bool common_value(struct act *a, str name, struct db_value *ret)
{
    struct { const char *name; struct db_value value; } rows[] = {
        {"id", db_text_value(a->id)},
        {"seq", {DB_INT, a->seq, STR_NONE}},
        {"by", db_text_value(a->by)},
        {"at", {DB_INT, a->at, STR_NONE}},
        {"received_at", {DB_INT, a->received_at, STR_NONE}},
        {"day", {DB_INT, day_of(a->at), STR_NONE}},
        {"act", db_text_value(str_of(a->type->name))},
        {"mark", {DB_INT, a->mark, STR_NONE}},
        {"late", {DB_INT, a->mark == MARK_LATE, STR_NONE}},
        {"agency", db_text_value(a->actor.agency)},
        {"provider", db_text_value(a->actor.provider)},
        {"member", db_text_value(a->actor.member)},
        {"subject_of", db_text_value(a->actor.subject)}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_eq(name, str_of(rows[i].name))) {
            *ret = rows[i].value;
            return true;
        }
    return false;
}

bool act_lookup(void *context, str name, struct db_value *ret)
{
    struct act *a = context;
    if (field_value(a, name, ret) || item_value(a, name, ret) || common_value(a, name, ret) ||
        deadline_value(a, name, ret))
        return true;
    if (str_starts(name, S("policy_"))) {
        *ret = (struct db_value){DB_INT, act_policy(a, arena_cstr(a->arena, str_sub(name, 7, name.n))), STR_NONE};
        return true;
    }
    if (str_starts(name, S("minutes_"))) { /* `at` plus a setting in minutes */
        int64_t n = act_policy(a, arena_cstr(a->arena, str_sub(name, 8, name.n)));
        *ret = (struct db_value){DB_INT, a->at + n * USEC_MINUTE, STR_NONE};
        return true;
    }
    if (str_eq(name, S("look_back_day"))) {
        struct civil c = civil_of(a->at);
        int year = c.year - (int)act_policy(a, "recusal_lookback_years");
        *ret = (struct db_value){DB_INT, day_from_civil(year, c.month, c.month == 2 && c.dom == 29 ? 28 : c.dom), STR_NONE};
        return true;
    }
    if (str_eq(name, S("year_start")) || str_eq(name, S("year_end"))) { /* of the planned `starts`, else of `at`; microseconds */
        int year = civil_of(act_int(a, "starts", a->at)).year + (name.n == 8);
        *ret = (struct db_value){DB_INT, day_start(day_from_civil(year, 1, 1)) - (name.n == 8), STR_NONE};
        return true;
    }
    return false;
}

err *act_query(struct act *a, const char *sql, struct db_rows *ret)
{
    return db_query(a->db, a->arena, sql, &(struct db_args){.lookup = act_lookup, .context = a}, ret);
}

err *act_run(struct act *a, const char *sql)
{
    return db_put(a->db, sql, &(struct db_args){.lookup = act_lookup, .context = a});
}

/* ---- what the groups' functions use ---- */

struct db *act_db(struct act *a)
{
    return a->db;
}

struct arena *act_arena(struct act *a)
{
    return a->arena;
}

struct law_facts *act_facts(struct act *a)
{
    return &a->facts;
}

str act_id(const struct act *a)
{
    return a->id;
}

str act_by(const struct act *a)
{
    return a->by;
}

usec act_at(const struct act *a)
{
    return a->at;
}

int64_t act_seq(const struct act *a)
{
    return a->seq;
}

const struct act_value *act_get(const struct act *a, const char *field)
{
    static const struct act_value none;
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->type->fields[i].name, field) == 0)
            return &a->values[i];
    return &none;
}

str act_text(const struct act *a, const char *field)
{
    struct db_value v;
    if (field_value(a, str_of(field), &v) && v.kind == DB_TEXT)
        return v.s;
    return STR_NONE;
}

int64_t act_int(const struct act *a, const char *field, int64_t missing)
{
    struct db_value v;
    if (field_value(a, str_of(field), &v) && v.kind == DB_INT)
        return v.i;
    return missing;
}

void act_say(struct act *a, const char *name, str text)
{
    if (text.p)
        vec_push(a->arena, &a->said, ((struct said){str_of(name), arena_str(a->arena, text)}));
}

void act_set_mark(struct act *a, enum act_mark mark)
{
    a->mark = mark;
}
