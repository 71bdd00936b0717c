#include <string.h>
#include "acts/edit.h"

enum { LIMIT_LIFE_BYTES = 4 << 20 };

static err *read_into(struct arena *a, str path, int depth, struct life *l)
{
    str text, line;
    if (depth > 12)
        return err_new(ERR_LIMIT, "%.*s：包含过深", STR_ARG(path));
    TRY(file_read(a, path, LIMIT_LIFE_BYTES, &text));
    while (str_next(&text, '\n', &line)) {
        const struct json *tree;
        if (!str_trim(line).n)
            continue;
        TRY(json_parse(a, str_trim(line), LIMIT_ACT_BYTES, &tree));
        str include = json_string(tree, S("include"));
        if (include.n) {
            size_t folder = path.n;
            while (folder && path.p[folder - 1] != '/')
                folder--;
            TRY(read_into(a, arena_printf(a, "%.*s%.*s", (int)folder, path.p, STR_ARG(include)), depth + 1, l));
            continue;
        }
        CHECK(l->n < LIMIT_LIFE_LINES);
        l->line[l->n++] = tree;
    }
    return NULL;
}

err *life_read(struct arena *a, str path, struct life *ret)
{
    *ret = (struct life){NEW_ARRAY(a, LIMIT_LIFE_LINES, const struct json *), 0};
    return read_into(a, path, 0, ret);
}

str life_text(struct arena *a, const struct json *line)
{
    buf b = buf_make(a, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    json_tree(&o, line);
    return buf_str(&b);
}

/* ---- selecting ---- */

static const struct json *look(const struct json *object, str key)
{
    ptrdiff_t dot = str_find(key, S("."));
    if (dot < 0)
        return json_get(object, key);
    const struct json *inner = json_get(object, str_sub(key, 0, (size_t)dot));
    return inner ? json_get(inner, str_sub(key, (size_t)dot + 1, key.n)) : NULL;
}

bool life_matches(const struct json *line, const struct json *select)
{
    AUTO_ARENA(a);
    for (size_t i = 0; i < select->n; i++) {
        const struct json *want = &select->child[i], *got = look(line, want->key);
        if (!got || got->kind != want->kind || !str_eq(life_text(a, got), life_text(a, want)))
            return false;
    }
    return select->n > 0;
}

size_t life_find(const struct life *l, const struct json *select)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < l->n; i++) {
        if (!life_matches(l->line[i], select))
            continue;
        if (found != SIZE_MAX)
            return SIZE_MAX;
        found = i;
    }
    return found;
}

/* ---- editing: new trees ---- */

/* `object` with `key` set to value, or without it when value is NULL. */
static const struct json *with(struct arena *a, const struct json *object, str key, const struct json *value)
{
    ptrdiff_t dot = str_find(key, S("."));
    struct json *copy = NEW(a, struct json);
    str own = dot < 0 ? key : str_sub(key, 0, (size_t)dot);
    bool placed = false;
    *copy = *object;
    copy->child = NEW_ARRAY(a, object->n + 1, struct json);
    copy->n = 0;
    for (size_t i = 0; i < object->n; i++) {
        const struct json *old = &object->child[i];
        if (!str_eq(old->key, own)) {
            copy->child[copy->n++] = *old;
            continue;
        }
        placed = true;
        const struct json *now = dot < 0 ? value : with(a, old, str_sub(key, (size_t)dot + 1, key.n), value);
        if (!now)
            continue;
        copy->child[copy->n] = *now;
        copy->child[copy->n++].key = own;
    }
    if (!placed && value && dot < 0) {
        copy->child[copy->n] = *value;
        copy->child[copy->n++].key = own;
    }
    return copy;
}

static void make_room(struct life *l, size_t at, size_t n)
{
    CHECK(l->n + n <= LIMIT_LIFE_LINES);
    memmove(l->line + at + n, l->line + at, (l->n - at) * sizeof *l->line);
    l->n += n;
}

static void insert(struct arena *a, struct life *l, size_t at, const struct json *acts, const struct json *anchor)
{
    make_room(l, at, acts->n);
    for (size_t i = 0; i < acts->n; i++) {
        const struct json *act = &acts->child[i];
        l->line[at + i] = json_get(act, S("at")) ? act : with(a, act, S("at"), json_get(anchor, S("at")));
    }
}

static void take_out(struct life *l, size_t at)
{
    l->n--;
    memmove(l->line + at, l->line + at + 1, (l->n - at) * sizeof *l->line);
}

static err *move_before(struct arena *a, struct life *l, size_t at, const struct json *select)
{
    size_t to = life_find(l, select);
    if (to == SIZE_MAX)
        return err_new(ERR_INPUT, "%.*s：没有或不止一行", STR_ARG(life_text(a, select)));
    const struct json *moved = with(a, l->line[at], S("at"), json_get(l->line[to], S("at")));
    take_out(l, at);
    to -= to > at;
    make_room(l, to, 1);
    l->line[to] = moved;
    return NULL;
}

err *life_edit(struct arena *a, struct life *l, const struct json *edit)
{
    const struct json *select = json_get(edit, S("select")), *set = json_get(edit, S("set")),
                      *drop = json_get(edit, S("drop")), *before = json_get(edit, S("insert_before")),
                      *after = json_get(edit, S("insert_after")), *move = json_get(edit, S("move_before"));
    if (!select)
        return NULL; /* what a change uses is enough */
    size_t at = life_find(l, select);
    if (at == SIZE_MAX)
        return err_new(ERR_INPUT, "%.*s：没有或不止一行", STR_ARG(life_text(a, select)));
    for (size_t i = 0; set && i < set->n; i++)
        l->line[at] = with(a, l->line[at], set->child[i].key, &set->child[i]);
    for (size_t i = 0; drop && i < drop->n; i++)
        l->line[at] = with(a, l->line[at], drop->child[i].string, NULL);
    if (after)
        insert(a, l, at + 1, after, l->line[at]);
    if (before) {
        insert(a, l, at, before, l->line[at]);
        at += before->n;
    }
    if (json_get(edit, S("delete")))
        take_out(l, at);
    return move ? move_before(a, l, at, move) : NULL;
}
