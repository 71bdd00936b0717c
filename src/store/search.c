/*
 * Chinese has no blanks between words, and FTS5's trigram tokeniser and PostgreSQL's pg_trgm both
 * miss words of two characters (reference: measured on 60,000 documents, trigram found 0 of 1
 * silently). So the index holds neighbours (for terms of two and more) and single characters (for
 * terms of one). ASCII is folded to lower case before it is stored. There are no word tokens: a hit
 * inside a word is a hit.
 *
 * SQLite: FTS5 phrases of bigrams with places are already exact. PostgreSQL: a tsvector without
 * places (theirs end at 16,383) finds candidates. Both are checked against the text, which is
 * cheap.
 */
#include "store/search.h"
#include "store/engine.h"
#include "store/sqlite.h"

#include <sqlite3.h>
#include <string.h>

enum { LIMIT_SEARCH_TEXT = 200 * 1024, LIMIT_SEARCH_QUERY = 64, LIMIT_SEARCH_TERMS = 32, NEXT_TEXTS = 4000 };

bool search_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || c == 0x3000;
}

int search_grams(str text, bool single,
                 int (*each)(void *context, bool same_place, str gram, size_t at), void *context)
{
    str rest = text,
        before = STR_NONE; /* the character before `rest`, absent at the start of a run */
    bool first = true;
    while (rest.n || before.p) {
        str c = rest;
        bool blank = !rest.n || search_blank(utf8_next(&rest));
        c.n = (size_t)(rest.p - c.p);
        int stop = 0;
        if (before.p && !blank)
            stop =
                each(context, false, (str){before.p, before.n + c.n}, (size_t)(before.p - text.p));
        if (!stop && before.p && (single || (first && blank)))
            stop = each(context, !blank, before, (size_t)(before.p - text.p));
        if (stop)
            return stop;
        first = !before.p && !blank;
        before = blank ? STR_NONE : c;
    }
    return 0;
}

/* ---- FTS5 ---- */

struct token_sink {
    void *context;
    int (*token)(void *, int, const char *, int, int, int);
};

static int give_token(void *context, bool same_place, str gram, size_t at)
{
    const struct token_sink *sink = context;
    return sink->token(sink->context, same_place ? FTS5_TOKEN_COLOCATED : 0, gram.p, (int)gram.n,
                       (int)at, (int)(at + gram.n));
}

static int tokenizer_create(void *context, const char **args, int n, Fts5Tokenizer **ret)
{
    (void)context, (void)args, (void)n;
    static char nothing; /* there is no state, but NULL would mean failure */
    *ret = (Fts5Tokenizer *)(void *)&nothing;
    return SQLITE_OK;
}

static void tokenizer_delete(Fts5Tokenizer *t)
{
    (void)t;
}

static int tokenizer_run(Fts5Tokenizer *t, void *context, int flags, const char *text, int n,
                         int (*token)(void *, int, const char *, int, int, int))
{
    (void)t;
    struct token_sink sink = {context, token};
    return search_grams((str){text, (size_t)n}, !(flags & FTS5_TOKENIZE_QUERY), give_token, &sink);
}

err *search_tokenizer_register(struct sqlite3 *q)
{
    static const char sql[] = "SELECT fts5(?1)";
    fts5_api *api = NULL;
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(q, sql, -1, &s, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_pointer(s, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(s);
    }
    sqlite3_finalize(s);
    fts5_tokenizer tokenizer = {tokenizer_create, tokenizer_delete, tokenizer_run};
    if (api)
        code = api->xCreateTokenizer(api, "grams", NULL, &tokenizer, NULL);
    return api && code == SQLITE_OK ? NULL : sqlite_error(q, code, sql);
}

/* ---- PostgreSQL ---- */

struct gram_list {
    struct arena *arena;
    struct map *seen;
};

static int collect_gram(void *context, bool same_place, str gram, size_t at)
{
    (void)same_place, (void)at;
    struct gram_list *list = context;
    if (!map_get(list->seen, gram))
        map_put(list->seen, gram, list);
    return 0;
}

static struct map *grams_of(struct arena *a, str text, bool single)
{
    struct gram_list list = {a, map_new(a)};
    search_grams(text, single, collect_gram, &list);
    return list.seen;
}

static void add_quoted(buf *b, char quote, char escape, str s)
{
    buf_char(b, quote);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\')
            buf_char(b, '\\');
        else if (s.p[i] == quote)
            buf_char(b, escape);
        buf_char(b, s.p[i]);
    }
    buf_char(b, quote);
}

/* {"ab","bc"}: an array literal */
static str array_of_grams(struct arena *a, str text)
{
    struct map *grams = grams_of(a, text, true);
    buf b = buf_make(a, 16 * (text.n + 1));
    buf_char(&b, '{');
    for (size_t i = 0; i < map_count(grams); i++) {
        str gram;
        void *value;
        map_at(grams, i, &gram, &value);
        if (i)
            buf_char(&b, ',');
        add_quoted(&b, '"', '\\', gram);
    }
    buf_char(&b, '}');
    CHECK(!b.overflow);
    return buf_str(&b);
}

/* ---- both ---- */

static str folded(struct arena *a, str text)
{
    char *p = arena_copy(a, text.p, text.n);
    for (size_t i = 0; i < text.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] - 'A' + 'a');
    return (str){p, text.n};
}

static err *text_readable(str text)
{
    if (text.n > LIMIT_SEARCH_TEXT)
        return err_new(ERR_LIMIT, "供检索的文字超过%d KB", LIMIT_SEARCH_TEXT / 1024);
    if (utf8_bad(text) >= 0 || memchr(text.p ? text.p : "", '\0', text.n))
        return err_new(ERR_INPUT, "供检索的文字不是有效的UTF-8");
    return NULL;
}

static err *put_sqlite(struct db *d, const struct db_args *args, str text)
{
    int64_t number;
    TRY(db_one_int(d,
                   "INSERT INTO search_text (kind, id, text) VALUES (:kind, :id, :text)"
                   " ON CONFLICT (kind, id) DO UPDATE SET text = excluded.text"
                   " WHERE search_text.text <> excluded.text RETURNING number",
                   args, 0, &number));
    if (number)
        TRY(db_put(d, "INSERT OR REPLACE INTO search_gram (rowid, text) VALUES (:number, :text)",
                   DB_ARGS(DB_I("number", number), DB_T("text", text))));
    return NULL;
}

static err *put_in_transaction(struct db *d, str kind, str id, str text)
{
    AUTO_ARENA(a);
    text = folded(a, text);
    const struct db_args *args = DB_ARGS(
        DB_T("kind", kind), DB_T("id", id), DB_T("text", text),
        DB_T("grams", d->engine->id == STORE_POSTGRES ? array_of_grams(a, text) : STR_NONE));
    if (d->engine->id == STORE_SQLITE)
        TRY(put_sqlite(d, args, text));
    else
        TRY(db_put(
            d,
            "INSERT INTO search_text (kind, id, text, grams)"
            " VALUES (:kind, :id, :text, array_to_tsvector(CAST(:grams AS TEXT[])))"
            " ON CONFLICT (kind, id) DO UPDATE SET text = excluded.text, grams = excluded.grams"
            " WHERE search_text.text <> excluded.text",
            args));
    return NULL;
}

static err *drop_in_transaction(struct db *d, str kind, str id, str text)
{
    (void)text;
    const struct db_args *args = DB_ARGS(DB_T("kind", kind), DB_T("id", id));
    if (d->engine->id == STORE_SQLITE)
        TRY(db_put(d,
                   "DELETE FROM search_gram WHERE rowid ="
                   " (SELECT number FROM search_text WHERE kind = :kind AND id = :id)",
                   args));
    TRY(db_put(d, "DELETE FROM search_text WHERE kind = :kind AND id = :id", args));
    return NULL;
}

/* Text and index change together: outside a transaction, in one of their own. */
static err *together(struct db *d, str kind, str id, str text,
                     err *(*change)(struct db *, str, str, str))
{
    bool own = d->tx == TX_NONE;
    if (own)
        TRY(db_begin_write(d));
    err *e = change(d, kind, id, text);
    if (own && e)
        db_rollback(d);
    else if (own)
        e = db_commit(d);
    return e;
}

err *search_put(struct db *d, str kind, str id, str text)
{
    TRY(text_readable(text));
    TRY(together(d, kind, id, text, put_in_transaction));
    return NULL;
}

err *search_drop(struct db *d, str kind, str id)
{
    TRY(together(d, kind, id, STR_NONE, drop_in_transaction));
    return NULL;
}

/* Entries of replaced texts stand in the segments of FTS5 until a merge leaves them out. */
err *search_forget(struct db *d)
{
    if (d->engine->id == STORE_SQLITE)
        TRY(db_put(d, "INSERT INTO search_gram (search_gram) VALUES ('optimize')", NULL));
    return NULL;
}

struct query {
    size_t n;
    str term[LIMIT_SEARCH_TERMS];
};

static void split_terms(str text, struct query *ret)
{
    str rest = text;
    const char *start = NULL;
    for (;;) {
        const char *at = rest.p;
        bool end = !rest.n, blank = end || search_blank(utf8_next(&rest));
        if (blank && start) {
            CHECK(ret->n < LIMIT_SEARCH_TERMS);
            ret->term[ret->n++] = (str){start, (size_t)(at - start)};
            start = NULL;
        } else if (!blank && !start) {
            start = at;
        }
        if (end)
            return;
    }
}

static err *query_read(struct arena *a, str text, struct query *ret)
{
    TRY(text_readable(text));
    if (utf8_count(text) <= LIMIT_SEARCH_QUERY)
        split_terms(folded(a, text), ret);
    if (!ret->n)
        return err_got(err_new(ERR_INPUT, "检索词应有1至%d个字", LIMIT_SEARCH_QUERY),
                       utf8_clip(text, 16), S("1至64个字，用空格分开多个词"), S("偷排 夜间"));
    return NULL;
}

/* FTS5: "term" "term"; tsquery: 'ab' & 'bc' */
static str match_text(struct arena *a, enum store_engine engine, const struct query *query)
{
    buf b = buf_make(a, 64 * 1024);
    for (size_t i = 0; i < query->n && engine == STORE_SQLITE; i++) {
        buf_char(&b, '"');
        for (size_t k = 0; k < query->term[i].n; k++) {
            char c = query->term[i].p[k];
            buf_add(&b, c == '"' ? S("\"\"") : (str){&c, 1});
        }
        buf_add(&b, S("\" "));
    }
    for (size_t i = 0; i < query->n && engine == STORE_POSTGRES; i++) {
        struct map *grams = grams_of(a, query->term[i], false);
        for (size_t k = 0; k < map_count(grams); k++) {
            str gram;
            void *value;
            map_at(grams, k, &gram, &value);
            if (b.n)
                buf_add(&b, S(" & "));
            add_quoted(&b, '\'', '\'', gram);
        }
    }
    CHECK(!b.overflow);
    return buf_str(&b);
}

/* On SQLite two ways lead to the same ids. A word that is in one text of twenty and more is read off the next texts in order of id;
 * a rarer one is asked of the index first, all hits of which are then sorted. (Left to the planner, the index was asked once a row.) */
enum way { WAY_NEXT_TEXTS, WAY_INDEX };

static const char *find_sql(struct arena *a, enum store_engine engine, enum way way, const struct query *query)
{
    buf b = buf_make(a, 8 * 1024);
    if (engine == STORE_POSTGRES)
        buf_add(&b, S("SELECT t.id FROM search_text t WHERE t.grams @@ CAST(:match AS TSQUERY) AND t.kind = :kind AND t.id > :after"));
    else if (way == WAY_INDEX)
        buf_add(&b, S("SELECT t.id FROM search_gram g CROSS JOIN search_text t ON t.number = g.rowid"
                      " WHERE g.search_gram MATCH :match AND t.kind = :kind AND t.id > :after"));
    else
        buf_add(&b, S("SELECT t.id FROM (SELECT x.id, x.text FROM search_text x WHERE x.kind = :kind AND x.id > :after"
                      " ORDER BY x.id LIMIT :next) t WHERE 1 = 1"));
    for (size_t i = 0; i < query->n; i++)
        buf_printf(&b, " AND %s(t.text, :term%zu) > 0", engine == STORE_SQLITE ? "instr" : "strpos",
                   i);
    buf_add(&b, S(" ORDER BY t.id LIMIT :limit"));
    buf_char(&b, '\0');
    CHECK(!b.overflow);
    return b.p;
}

/* Values of :term0, :term1, .. */
static bool lookup_term(void *context, str name, struct db_value *ret)
{
    const struct query *query = context;
    int64_t i;
    if (!str_starts(name, S("term")) || !str_int64(str_sub(name, 4, name.n), &i) ||
        i >= (int64_t)query->n)
        return false;
    *ret = db_text_value(query->term[i]);
    return true;
}

static err *find(struct db *d, struct arena *a, enum way way, str kind, struct query *q, str after, int limit, str **ret_ids, size_t *ret_n)
{
    struct db_args args = *DB_ARGS(DB_T("match", match_text(a, d->engine->id, q)), DB_T("kind", kind), DB_T("after", after.p ? after : S("")),
                                   DB_I("limit", limit), DB_I("next", NEXT_TEXTS));
    args.lookup = lookup_term;
    args.context = q;
    struct db_rows rows;
    TRY(db_query(d, a, find_sql(a, d->engine->id, way, q), &args, &rows));
    str *ids = NEW_ARRAY(a, (size_t)limit, str);
    size_t n = 0;
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        ids[n++] = db_str(&rows, 0);
    }
    *ret_ids = ids;
    *ret_n = n;
    return NULL;
}

err *search_find(struct db *d, struct arena *a, str kind, str query, str after, int limit,
                 str **ret_ids, size_t *ret_n)
{
    struct query q = {0};
    CHECK(limit > 0);
    TRY(query_read(a, query, &q));
    if (d->engine->id == STORE_SQLITE) {
        TRY(find(d, a, WAY_NEXT_TEXTS, kind, &q, after, limit, ret_ids, ret_n));
        if (*ret_n == (size_t)limit)
            return NULL;
    }
    return find(d, a, WAY_INDEX, kind, &q, after, limit, ret_ids, ret_n);
}
