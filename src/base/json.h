/*
 * JSON in and out, one door (parsing by cJSON behind it). The tree is immutable and lives in the arena.
 * Strict: RFC 8259, UTF-8 only, duplicate keys refused, nothing behind the value, depth and size
 * limited. An error names the byte offset or the path.
 * Numbers keep both forms: `integer` is true when the text is an integer that fits int64 (exact).
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum { LIMIT_JSON_DEPTH = 32, LIMIT_JSON_NODES = 200000 };

struct json {
    enum json_kind kind;
    bool boolean, integer;
    int64_t i;
    double number;
    str string;
    str key;             /* name in the parent object, STR_NONE elsewhere */
    size_t n;            /* children */
    struct json *child;  /* array of n */
};

MUST_USE err *json_parse(struct arena *a, str text, size_t limit_bytes, const struct json **ret);
/* The same with a limit of its own instead of LIMIT_JSON_NODES. */
MUST_USE err *json_parse_nodes(struct arena *a, str text, size_t limit_bytes, int limit_nodes, const struct json **ret);
const struct json *json_get(const struct json *object, str key); /* NULL when absent or not an object */
str json_string(const struct json *object, str key);             /* STR_NONE when absent or no string */

/* Writer: commas and escapes are its business. Pretty printing is not. */
struct json_out { buf *b; bool comma; };
void json_open(struct json_out *o, char bracket);       /* '{' or '[' as a value */
void json_close(struct json_out *o, char bracket);      /* '}' or ']' */
void json_key(struct json_out *o, str key);
void json_str(struct json_out *o, str value);           /* absent (p NULL) writes null */
void json_int(struct json_out *o, int64_t value);
void json_double(struct json_out *o, double value);     /* shortest form that reads back equal */
void json_bool(struct json_out *o, bool value);
void json_null(struct json_out *o);
void json_raw(struct json_out *o, str json);            /* already JSON */
void json_tree(struct json_out *o, const struct json *value);
/* key and value together */
void json_put_str(struct json_out *o, str key, str value);
void json_put_int(struct json_out *o, str key, int64_t value);
void json_put_bool(struct json_out *o, str key, bool value);
/* Canonical form of a tree: keys sorted by bytes, integers plain, no spaces (RFC 8785 for our values). */
void json_canonical(struct json_out *o, const struct json *value);
