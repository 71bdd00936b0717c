/*
 * What a browser loads beside a page, compiled into the program: one style sheet, our ES modules, htmx. An address
 * carries the digest of its bytes, so it may be kept for ever; a module that another imports by its bare name is asked for
 * again each time and answered with 304 while it is the same.
 */
#include "base/embedded.h"
#include "web/web_private.h"

#include <string.h>

extern const struct embedded web_assets[];
extern const size_t web_assets_count;

enum { LIMIT_ASSETS = 64, DIGEST_DIGITS = 16 };
static char digests[LIMIT_ASSETS][DIGEST_DIGITS];
static pthread_once_t digested = PTHREAD_ONCE_INIT;

/* Once: every page names its sheet, and a sheet is longer than the page. */
static void digest_all(void)
{
    CHECK(web_assets_count <= LIMIT_ASSETS);
    for (size_t i = 0; i < web_assets_count; i++) {
        AUTO_ARENA(a);
        struct sm3 d = sm3_of(web_assets[i].bytes, web_assets[i].size);
        buf b = buf_make(a, DIGEST_DIGITS);
        buf_hex(&b, d.byte, DIGEST_DIGITS / 2);
        memcpy(digests[i], buf_str(&b).p, DIGEST_DIGITS);
    }
}

static const struct embedded *asset_find(str name)
{
    for (size_t i = 0; i < web_assets_count; i++)
        if (str_eq(name, str_of(web_assets[i].name)))
            return &web_assets[i];
    return NULL;
}

static str asset_digest(const struct embedded *e)
{
    pthread_once(&digested, digest_all);
    return (str){digests[e - web_assets], DIGEST_DIGITS};
}

str page_asset(struct arena *a, const char *name)
{
    const struct embedded *e = asset_find(str_of(name));
    CHECK(e);
    return arena_printf(a, "/static/%s?%.*s", name, STR_ARG(asset_digest(e)));
}

str asset_bytes(const char *name)
{
    const struct embedded *e = asset_find(str_of(name));
    CHECK(e);
    return (str){(const char *)e->bytes, e->size};
}

static const char *asset_type(str name)
{
    static const struct { const char *ending, *type; } types[] = {{".css", "text/css; charset=utf-8"},
                                                                  {".js", "text/javascript; charset=utf-8"},
                                                                  {".wasm", "application/wasm"},
                                                                  {".webmanifest", "application/manifest+json"},
                                                                  {".svg", "image/svg+xml"},
                                                                  {".png", "image/png"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(name, str_of(types[i].ending)))
            return types[i].type;
    return "application/octet-stream";
}

err *asset_named(struct request *q, struct response *r, str name)
{
    const struct embedded *e = asset_find(name);
    if (!e)
        return err_new(ERR_MISSING, "没有“%.*s”这个文件", STR_ARG(name));
    str digest = asset_digest(e), tag = arena_printf(q->a, "\"%.*s\"", STR_ARG(digest));
    bool named = str_eq(q->query, digest);
    r->type = asset_type(name);
    r->cache = named ? "public, max-age=31536000, immutable" : "public, no-cache";
    response_header(r, "ETag", tag);
    r->status = 304;
    if (str_eq(q->if_none_match, tag))
        return NULL;
    r->status = 200;
    r->body = (str){(const char *)e->bytes, e->size};
    return NULL;
}

err *page_static(struct request *q, struct response *r)
{
    return asset_named(q, r, q->part[0]);
}
