/* A row as the JSON of its act. What a field is (a list, an object, a party) is asked of the act's own descriptor. */
#include "exchange/exchange_private.h"

#include <string.h>

static const struct act_field *field_of(const struct act_type *t, str name)
{
    for (const struct act_field *f = t->fields; f && f->name; f++)
        if (str_eq(name, str_of(f->name)))
            return f;
    return NULL;
}

static void put_value(struct arena *a, struct json_out *o, const struct exchange_column *c, const struct db_value *v)
{
    switch (c->cell) {
    case CELL_DATE:
        json_str(o, day_iso(a, (day)v->i));
        break;
    case CELL_TIME:
        json_str(o, time_rfc3339(a, v->i));
        break;
    case CELL_REGION:
        json_str(o, arena_printf(a, "%06lld", (long long)v->i));
        break;
    case CELL_FEN: case CELL_COUNT:
        json_int(o, v->i);
        break;
    case CELL_BOOL:
        json_bool(o, v->i != 0);
        break;
    case CELL_DEGREE: case CELL_DECIMAL:
        json_raw(o, v->s);
        break;
    default:
        json_str(o, v->s);
    }
}

static void put_column(struct arena *a, struct json_out *o, const struct exchange_column *c, const struct exchange_value *v)
{
    if (!(c->flags & X_LIST)) {
        put_value(a, o, c, &v->v);
        return;
    }
    json_open(o, '[');
    for (size_t i = 0; i < v->n; i++)
        put_value(a, o, c, &v->items[i]);
    json_close(o, ']');
}

static str head_of(const struct exchange_column *c)
{
    str rest = str_of(c->field), head;
    str_next(&rest, '.', &head);
    return rest.p ? head : STR_NONE;
}

static void put_members(struct arena *a, struct json_out *o, const struct exchange_kind *k, const struct record *r, str head)
{
    json_open(o, '{');
    for (int i = 0; k->columns[i].field; i++)
        if (r->value[i].present && str_eq(head_of(&k->columns[i]), head)) {
            json_key(o, str_of(k->columns[i].field + head.n + 1));
            put_column(a, o, &k->columns[i], &r->value[i]);
        }
    json_close(o, '}');
}

static void put_party(struct arena *a, struct json_out *o, const struct exchange_kind *k, const struct record *r, str head)
{
    str kind = record_text(a, k, r, arena_cstr(a, arena_printf(a, "%.*s.kind", STR_ARG(head))));
    str id = record_text(a, k, r, arena_cstr(a, arena_printf(a, "%.*s.id", STR_ARG(head))));
    json_str(o, arena_printf(a, "%.*s:%.*s", STR_ARG(kind), STR_ARG(id)));
}

static void put_head(struct importing *im, struct arena *a, struct json_out *o, const struct record *r, const char *act, int step,
                     bool keyed)
{
    json_open(o, '{');
    json_put_str(o, S("act"), str_of(act));
    json_put_str(o, S("by"), im->job->by);
    if (im->job->now)
        json_put_str(o, S("at"), time_rfc3339(a, im->job->now));
    if (keyed)
        json_put_str(o, S("key"), arena_printf(a, "%.*s-%s-%u-%d", STR_ARG(im->file), im->map->kind->name, r->number, step));
}

str step_json(struct importing *im, struct arena *a, const struct record *r, size_t n, int step, bool keyed)
{
    const struct exchange_kind *k = im->map->kind;
    const struct exchange_step *s = &k->steps[step];
    const struct act_type *t = act_type_find(str_of(s->act));
    buf b = buf_make(a, LIMIT_ACT_BYTES * 2);
    struct json_out o = {&b, false};
    str done = S("");
    put_head(im, a, &o, r, s->act, step, keyed);
    if (s->id_field)
        json_put_str(&o, str_of(s->id_field), r->id);
    if (s->constants) {
        str rest = str_of(s->constants), name;
        str_next(&rest, ':', &name);
        json_key(&o, str_sub(name, 1, name.n - 2));
        json_raw(&o, rest);
    }
    for (int i = 0; k->columns[i].field; i++) {
        const struct exchange_column *c = &k->columns[i];
        str head = head_of(c);
        const struct act_field *f = field_of(t, head.n ? head : str_of(c->field));
        if (c->step != step || !r->value[i].present || !f || (head.n && str_eq(head, done)))
            continue;
        json_key(&o, str_of(f->name));
        done = head.n ? head : done;
        if (!head.n) {
            put_column(a, &o, c, &r->value[i]);
        } else if (f->kind == FIELD_PARTY) {
            put_party(a, &o, k, r, head);
        } else if (f->flags & F_LIST) {
            json_open(&o, '[');
            for (size_t row = 0; row < n; row++)
                put_members(a, &o, k, &r[row], head);
            json_close(&o, ']');
        } else {
            put_members(a, &o, k, r, head);
        }
    }
    json_close(&o, '}');
    return buf_str(&b);
}

str amend_json(struct importing *im, struct arena *a, const struct record *r, int step, str id, bool keyed)
{
    const struct exchange_kind *k = im->map->kind;
    const struct exchange_step *s = &k->steps[step];
    buf b = buf_make(a, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    str names = str_of(s->amend_fields), name;
    put_head(im, a, &o, r, s->amend, step + LIMIT_EXCHANGE_STEPS, keyed);
    json_put_str(&o, str_of(s->amend_id), id);
    while (names.p && str_next(&names, ' ', &name))
        for (int i = 0; k->columns[i].field; i++)
            if (str_eq(name, str_of(k->columns[i].field)) && r->value[i].present) {
                json_key(&o, name);
                put_column(a, &o, &k->columns[i], &r->value[i]);
            }
    json_close(&o, '}');
    return buf_str(&b);
}
