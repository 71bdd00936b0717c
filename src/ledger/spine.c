/* A walk over the top level, jumping over values by counting brackets outside strings. Whether the
 * inside of a value is well-formed is not the ledger's business: the leaf proves its bytes. */
#include "ledger/spine.h"

#include <string.h>

/* A quote is escaped when an odd number of backslashes stands before it. */
static bool escaped(const char *start, const char *quote)
{
    const char *p = quote;
    while (p > start && p[-1] == '\\')
        p--;
    return (quote - p) & 1;
}

/* Behind the closing quote of the string that opens at p, or NULL. */
static const char *skip_string(const char *p, const char *end)
{
    const char *start = ++p;
    while ((p = memchr(p, '"', (size_t)(end - p)))) {
        if (!escaped(start, p))
            return p + 1;
        p++;
    }
    return NULL;
}

static const char *skip_nested(const char *p, const char *end)
{
    int depth = 0;
    while (p < end) {
        if (*p == '"') {
            p = skip_string(p, end);
            if (!p)
                return NULL;
            continue;
        }
        depth += *p == '{' || *p == '[';
        depth -= *p == '}' || *p == ']';
        p++;
        if (!depth)
            return p;
    }
    return NULL;
}

static const char *skip_value(const char *p, const char *end)
{
    if (p >= end)
        return NULL;
    if (*p == '"')
        return skip_string(p, end);
    if (*p == '{' || *p == '[')
        return skip_nested(p, end);
    const char *start = p;
    while (p < end && *p != ',' && *p != '}')
        p++;
    return p > start ? p : NULL;
}

/* A key that opens at p; *ret_value stands behind its colon. */
static bool key_at(const char *p, const char *end, str *ret_key, const char **ret_value)
{
    const char *close = p < end && *p == '"' ? skip_string(p, end) : NULL;
    if (!close || close >= end || *close != ':')
        return false;
    *ret_key = (str){p + 1, (size_t)(close - p) - 2};
    *ret_value = close + 1;
    return true;
}

bool spine_body(str spine, str *ret_body)
{
    const char *p = spine.p, *end = p + spine.n, *value;
    str body = S("{}"), key;
    if (spine.n < 2 || *p++ != '{')
        return false;
    if (*p == '}')
        p++;
    else
        for (bool more = true; more; p++) {
            if (!key_at(p, end, &key, &value) || !(p = skip_value(value, end)) || p >= end)
                return false;
            if (str_eq(key, S("body")))
                body = (str){value, (size_t)(p - value)};
            more = *p == ',';
            if (!more && *p != '}')
                return false;
        }
    if (p != end || *body.p != '{')
        return false;
    *ret_body = str_sub(body, 1, body.n);
    return true;
}

bool spine_next(str *body, struct spine_item *ret)
{
    const char *p = body->p, *end = p + body->n, *value;
    str last = ret->name;
    if (body->n == 1 && *p == '}') {
        *ret = (struct spine_item){0};
        return true;
    }
    if (!key_at(p, end, &ret->name, &value) || end - value < 2 + 2 * SM3_BYTES + 1)
        return false;
    const char *close = value + 1 + 2 * SM3_BYTES;
    if (*value != '"' || *close != '"' || memchr(ret->name.p, '\\', ret->name.n) ||
        !hex_decode((str){value + 1, 2 * SM3_BYTES}, ret->digest.byte, SM3_BYTES) ||
        (last.p && str_cmp(last, ret->name) >= 0))
        return false;
    p = close + 1;
    if (*p == ',' && end - p > 1 && p[1] == '"')
        p++;
    else if (*p != '}' || p + 1 != end)
        return false;
    *body = (str){p, (size_t)(end - p)};
    return true;
}
