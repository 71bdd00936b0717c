/* What a handler gets and gives. Private to web/. Everything lives in the request's arena. */
#pragma once
#include "web/html.h"
#include "web/web.h"

enum http_method { METHOD_GET, METHOD_POST, METHOD_PATCH, METHOD_OTHER };

enum {
    LIMIT_HEAD = 16 << 10,
    LIMIT_TARGET = 4 << 10,
    LIMIT_PAIRS = 4000,        /* names in a query or a form */
    LIMIT_FORM_BYTES = 1 << 20, /* a form repeats names: more bytes than its act */
    LIMIT_UPLOAD_BYTES = LIMIT_BLOB_PART + (64 << 10),
    LIMIT_PAGE_BYTES = 8 << 20,
    LIMIT_LARGE_BODIES = 6     /* uploads held in memory at one time */
};

struct pair { str name, value; };
struct file { str name, filename, bytes; };
struct form {
    struct pair *p;
    size_t n;
    struct file *files;
    size_t files_n;
};
str form_get(const struct form *f, str name); /* first of that name, STR_NONE when absent */
const struct file *form_file(const struct form *f, str name);

/* ---- decoding (form.c): strict, pure, fuzzed ---- */
/* %XX and, in forms, '+'. False: broken escape, NUL or other control byte, not UTF-8. */
bool url_decode(struct arena *a, str s, bool plus, bool lines, str *ret);
MUST_USE err *form_decode(struct arena *a, str body, struct form *ret);
MUST_USE err *multipart_decode(struct arena *a, str content_type, str body, struct form *ret);
str cookie_get(str header, str name); /* STR_NONE when absent or there twice */

struct session {
    bool open;
    str token;         /* as in the cookie */
    str user, name, csrf;
    bool must_change;
};

struct route;
struct request {
    struct web *web;
    struct arena *a;
    enum http_method method;
    bool head;
    str path;          /* decoded, UTF-8, no control characters */
    str raw;           /* as it came: a piece of it may hold an encoded slash */
    str query;         /* as it came */
    str content_type, cookie, csrf, accept, upload_offset, if_none_match, origin, fetch_site, host;
    str proto;         /* "https" when the proxy in front says so; shown, never trusted */
    str body;
    const struct route *route;
    str part[3];       /* what the {} of the route matched */
    struct form params; /* of the query */
    struct form form;  /* of the body, when it is one */
    struct session session;
    struct reader reader;
    struct db *db;     /* request_db() */
    usec now, started;
    bool on_loop;      /* run by the thread of the socket: must not wait for a writer */
    bool later;        /* it would have had to: a worker takes it, from the start */
};

struct header { const char *name; str value; };
struct response {
    int status;
    const char *type;
    str body;
    struct header headers[6];
    size_t headers_n;
    const char *cache; /* NULL: no-store */
    bool wasm;         /* the page runs WebAssembly and shows pictures of its own */
    /* Instead of body: an open file, streamed and closed by whoever sends it. Bytes 0: none. */
    int fd;
    uint64_t file_bytes;
};
void response_header(struct response *r, const char *name, str value);

/* Borrows a reading connection until request_db_done() or the end of the request. Give it back before an act is
 * performed: it would sleep through the commit. */
MUST_USE err *request_db(struct request *q, struct db **ret);
void request_db_done(struct request *q);
/* Before whatever waits for a writer. An error on the thread of a socket: the request ends there and starts again on a worker,
 * so nothing may have been changed by then that is not changed alike by the second run. */
MUST_USE err *request_may_wait(struct request *q);

/* The whole application: never fails, whatever it gets. Tests call it without a socket. */
void app_handle(struct request *q, struct response *r);
/* Largest body the route of this request takes; 0 none: unknown routes answer through app_handle, after an empty body. */
size_t app_body_limit(struct request *q);
/* A refusal made before any handler: plain problem details. */
void problem_plain(struct arena *a, int status, str title, str detail, struct response *r);
