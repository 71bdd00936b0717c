/*
 * The dialect of store.h turned into an engine's, by walking over quotes and comments rather than
 * by parsing: what an engine refuses, its own parser reports. Types are capitals in our DDL, so a
 * column may be called `text`. BIGINT becomes INTEGER on SQLite: only so does a BIGINT PRIMARY KEY
 * stand for the rowid and need no second tree.
 */
#include "store/sql.h"

#include <string.h>

static bool is_word(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Length of the quoted text, comment or single character that starts at s. */
static size_t unit(str s)
{
    char c = s.p[0];
    if (c == '\'' || c == '"') {
        const char *end = s.n > 1 ? memchr(s.p + 1, c, s.n - 1) : NULL;
        return end ? (size_t)(end - s.p) + 1 : s.n;
    }
    if (str_starts(s, S("--"))) {
        const char *end = memchr(s.p, '\n', s.n);
        return end ? (size_t)(end - s.p) : s.n;
    }
    if (str_starts(s, S("/*"))) {
        ptrdiff_t end = str_find(s, S("*/"));
        return end < 0 ? s.n : (size_t)end + 2;
    }
    return 1;
}

bool sql_next(str *rest, str *ret)
{
    if (!rest->n)
        return false;
    size_t i = 0;
    while (i < rest->n && rest->p[i] != ';')
        i += unit(str_sub(*rest, i, rest->n));
    *ret = str_sub(*rest, 0, i);
    *rest = str_sub(*rest, i + 1 < rest->n ? i + 1 : rest->n, rest->n);
    return true;
}

struct walk {
    enum store_engine engine;
    struct sql *sql;
    buf out;
    str first;  /* first word */
    bool table; /* CREATE TABLE, ALTER TABLE: types are translated */
    bool live;  /* inside a mark for this engine */
    int depth;  /* of parentheses; types stand at 0 or 1, casts deeper */
    str *param;
};

static void write_param(struct walk *w, str name)
{
    size_t i = 0;
    while (i < w->sql->n && !str_eq(w->param[i], name))
        i++;
    if (i == w->sql->n) {
        CHECK(w->sql->n < LIMIT_SQL_PARAMS);
        w->param[w->sql->n++] = name;
    }
    if (w->engine == STORE_POSTGRES)
        buf_printf(&w->out, "$%zu", i + 1);
    else
        buf_printf(&w->out, ":%.*s", STR_ARG(name));
}

static void write_word(struct walk *w, str word)
{
    static const struct {
        enum store_engine engine;
        str from, to;
    } types[] = {
        {STORE_POSTGRES, {"BLOB", 4}, {"BYTEA", 5}},
        {STORE_POSTGRES, {"TEXT", 4}, {"TEXT COLLATE \"C\"", 16}},
        {STORE_SQLITE, {"BIGINT", 6}, {"INTEGER", 7}},
    };
    if (!w->first.n)
        w->first = word;
    if (str_eq(word, S("TABLE")) && (str_eq(w->first, S("CREATE")) || str_eq(w->first, S("ALTER"))))
        w->table = true;
    w->sql->blank = false;
    for (size_t i = 0; w->table && w->depth <= 1 && i < sizeof types / sizeof *types; i++)
        if (types[i].engine == w->engine && str_eq(types[i].from, word))
            word = types[i].to;
    buf_add(&w->out, word);
}

/* A comment: opened when it is a mark for this engine, else left out. */
static size_t walk_comment(struct walk *w, str s)
{
    str mark = w->engine == STORE_SQLITE ? S("/*@sqlite") : S("/*@postgres");
    if (!str_starts(s, mark))
        return unit(s);
    w->live = true;
    return mark.n;
}

static size_t walk_one(struct walk *w, str s)
{
    char c = s.p[0];
    if (str_starts(s, S("/*")))
        return walk_comment(w, s);
    if (str_starts(s, S("--")))
        return unit(s);
    if (w->live && str_starts(s, S("*/"))) {
        w->live = false;
        buf_char(&w->out, ' ');
        return 2;
    }
    if (is_word(c) || (c == ':' && s.n > 1 && is_word(s.p[1]))) {
        size_t n = 1;
        while (n < s.n && is_word(s.p[n]))
            n++;
        if (c == ':')
            write_param(w, str_sub(s, 1, n - 1));
        else
            write_word(w, str_sub(s, 0, n));
        return n;
    }
    size_t n = str_starts(s, S("::")) ? 2 : unit(s);
    w->depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
        w->sql->blank = false;
    buf_add(&w->out, str_sub(s, 0, n));
    return n;
}

struct sql sql_translate(struct arena *a, enum store_engine engine, str text)
{
    CHECK(text.n <= LIMIT_SQL);
    struct sql sql = {.blank = true};
    struct walk w = {.engine = engine, .sql = &sql, .out = buf_make(a, 4 * LIMIT_SQL)};
    sql.param = w.param = NEW_ARRAY(a, LIMIT_SQL_PARAMS, str);
    for (size_t i = 0; i < text.n;)
        i += walk_one(&w, str_sub(text, i, text.n));
    buf_char(&w.out, '\0');
    CHECK(!w.out.overflow);
    sql.text = (str){w.out.p, w.out.n - 1};
    sql.changes = str_eq(w.first, S("INSERT")) || str_eq(w.first, S("UPDATE")) ||
                  str_eq(w.first, S("DELETE")) || str_eq(w.first, S("WITH"));
    return sql;
}
