/* Opening and closing: which engine, where the data folder stands, who still holds a connection. */
#include "store/engine.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const str sqlite_scheme = {"sqlite:", 7};

static char *copied(str s)
{
    char *p = strndup(s.p ? s.p : "", s.n);
    CHECK(p);
    return p;
}

static err *url_parse(struct store *s, str url)
{
    if (str_starts(url, sqlite_scheme) && url.n > sqlite_scheme.n) {
        s->engine = &engine_sqlite;
        s->url = copied(str_sub(url, sqlite_scheme.n, url.n));
        s->memory = strcmp(s->url, ":memory:") == 0;
        return NULL;
    }
    if (str_starts(url, S("postgresql://")) || str_starts(url, S("postgres://"))) {
        s->engine = &engine_postgres;
        s->url = copied(url);
        return NULL;
    }
    return err_got(err_new(ERR_INPUT, "看不懂数据库地址"), url, S("sqlite:路径 或 postgresql://…"),
                   S("sqlite:/var/lib/xiezhi/xiezhi.db"));
}

static err *folder_of_memory(struct store *s)
{
    const char *base = getenv("TMPDIR");
    char name[256];
    int n = snprintf(name, sizeof name, "%s/xiezhi-XXXXXX", base && *base ? base : "/tmp");
    if (n < 0 || (size_t)n >= sizeof name || !mkdtemp(name))
        return err_errno(S("建立临时数据目录"));
    s->folder = copied(str_of(name));
    return NULL;
}

static err *folder_choose(struct store *s, str given)
{
    if (!given.n && s->memory)
        return folder_of_memory(s);
    if (!given.n && s->engine->id == STORE_POSTGRES)
        return err_new(ERR_INPUT, "使用PostgreSQL时必须另给数据目录，用来存放密钥和附件");
    AUTO_ARENA(a);
    s->folder = copied(given.n ? given : arena_printf(a, "%s.d", s->url));
    s->memory = s->memory && !given.n; /* only our own temporary folder goes with the store */
    return NULL;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info, (void)kind, (void)at;
    return remove(path);
}

static err *open_parts(struct store *s, str url, str data_folder)
{
    TRY(url_parse(s, url));
    TRY(folder_choose(s, data_folder));
    TRY(s->engine->store_open(s));
    if (s->options.bare)
        return NULL;
    if (s->mode == STORE_CREATE)
        TRY(folder_make(str_of(s->folder)));
    if (s->mode != STORE_READ)
        blob_sweep(s);
    return NULL;
}

err *store_open(str url, str data_folder, enum store_mode mode, struct store **ret)
{
    static const struct store_options ordinary = {0};
    TRY(store_open_with(url, data_folder, mode, &ordinary, ret));
    return NULL;
}

err *store_open_with(str url, str data_folder, enum store_mode mode, const struct store_options *o,
                     struct store **ret)
{
    CHECK(!o->immutable || mode == STORE_READ);
    struct store *s = calloc(1, sizeof *s);
    CHECK(s);
    s->mode = mode;
    s->options = *o;
    s->given = copied(url);
    s->wait_ms = DB_WAIT_MS;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->writer_gone, &monotonic);
    pthread_condattr_destroy(&monotonic);
    err *e = open_parts(s, url, data_folder);
    if (e) {
        store_close(s);
        return err_seen_(e, HERE);
    }
    *ret = s;
    return NULL;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    CHECK(s->connections == 0);
    if (s->engine)
        s->engine->store_close(s);
    if (s->memory && s->folder)
        nftw(s->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    pthread_cond_destroy(&s->writer_gone);
    pthread_mutex_destroy(&s->lock);
    free(s->folder);
    free(s->url);
    free(s->given);
    free(s);
}

enum store_engine store_engine_of(const struct store *s)
{
    return s->engine->id;
}

str store_url(const struct store *s)
{
    return s->keeper ? S("") : str_of(s->given);
}

str store_folder(const struct store *s)
{
    return str_of(s->folder);
}

static void count_connection(struct store *s, int by)
{
    pthread_mutex_lock(&s->lock);
    s->connections += by;
    pthread_mutex_unlock(&s->lock);
}

err *db_open(struct store *s, bool writer, struct db **ret)
{
    if (writer && s->mode == STORE_READ)
        return err_new(ERR_DATABASE, "数据库以只读方式打开，不能写入");
    struct db *d = calloc(1, sizeof *d);
    CHECK(d);
    d->store = s;
    d->engine = s->engine;
    d->writer = writer;
    count_connection(s, 1);
    err *e = d->engine->open(d);
    if (e) {
        db_close(d);
        return err_seen_(e, HERE);
    }
    *ret = d;
    return NULL;
}

void db_close(struct db *d)
{
    if (!d)
        return;
    db_rollback(d);
    d->engine->close(d);
    count_connection(d->store, -1);
    free(d);
}

void db_close_at(struct db **d)
{
    db_close(*d);
}

struct store *db_store(struct db *d)
{
    return d->store;
}

err *text_check(const struct statement *s, str name, str text)
{
    if (!memchr(text.p, '\0', text.n))
        return NULL;
    return err_detail(err_new(ERR_INPUT, "文字中有不能保存的空字符（%.*s）", STR_ARG(name)),
                      s->sql.p);
}
