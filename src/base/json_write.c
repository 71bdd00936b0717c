/*
 * Escapes are those of RFC 8785 (the two-character ones where they exist, \u00xx for other control
 * characters, everything else as it is), and so are doubles (ECMAScript's Number::toString), so
 * that the plain writer and the canonical form differ only in the order of keys.
 */
#include "base/arena_private.h"
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANONICAL_ON_STACK = 64 };

static void value_starts(struct json_out *o)
{
    if (o->comma)
        buf_char(o->b, ',');
    o->comma = true;
}

void json_open(struct json_out *o, char bracket)
{
    value_starts(o);
    buf_char(o->b, bracket);
    o->comma = false;
}

void json_close(struct json_out *o, char bracket)
{
    buf_char(o->b, bracket);
    o->comma = true;
}

/* For each byte the letter behind the backslash; 'u' for \u00xx, 0 for a byte that needs none. */
static const char escapes[256] = {"uuuuuuuubtnufruuuuuuuuuuuuuuuuuu"
                                  "\0\0\""};

static char escape_of(char c)
{
    return c == '\\' ? '\\' : escapes[(uint8_t)c];
}

static size_t escaped_length(str s)
{
    size_t n = s.n;
    for (size_t i = 0; i < s.n; i++) {
        char e = escape_of(s.p[i]);
        if (e)
            n += e == 'u' ? 5 : 1;
    }
    return n;
}

static void quoted_escaped(char *to, str s)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i], e = escape_of(c);
        if (!e) {
            *to++ = c;
            continue;
        }
        *to++ = '\\';
        *to++ = e;
        if (e != 'u')
            continue;
        memcpy(to, "00", 2);
        to[2] = hex[(uint8_t)c >> 4];
        to[3] = hex[(uint8_t)c & 15];
        to += 4;
    }
}

static void quoted(struct json_out *o, str s)
{
    size_t n = escaped_length(s);
    char *to = buf_room(o->b, n + 2);
    if (!to)
        return;
    *to++ = '"';
    if (n != s.n)
        quoted_escaped(to, s);
    else if (n)
        memcpy(to, s.p, n);
    to[n] = '"';
    o->b->n += n + 2;
}

void json_key(struct json_out *o, str key)
{
    value_starts(o);
    quoted(o, key);
    buf_char(o->b, ':');
    o->comma = false;
}

void json_str(struct json_out *o, str value)
{
    if (!value.p) {
        json_null(o);
        return;
    }
    value_starts(o);
    quoted(o, value);
}

void json_int(struct json_out *o, int64_t value)
{
    value_starts(o);
    buf_int(o->b, value);
}

/* Adds one to the last place of "d.ddde±xx"; false when the carry would run out of the front. */
static bool last_place_up(char *text)
{
    char *p = strchr(text, 'e');
    while (p > text) {
        p--;
        if (*p == '.')
            continue;
        if (*p != '9') {
            ++*p;
            return true;
        }
        *p = '0';
    }
    return false;
}

/* Shortest digits that read back equal, as "d.ddde±xx". 15 are always enough to find a shorter form
 * of a normal number, 17 always suffice. At a power of two the gap below is half the gap above, so
 * the nearest 16 digits may fail where the next ones up do not. */
static void shortest(char *text, size_t size, double value)
{
    int first = value < 0x1p-1022 ? 0 : 14;
    for (int places = first; places < 17; places++) {
        snprintf(text, size, "%.*e", places, value);
        if (strtod(text, NULL) == value)
            return;
        if (places == 15 && last_place_up(text) && strtod(text, NULL) == value)
            return;
    }
}

/* ECMA-262 Number::toString(10) for a positive number. */
static void positive_double(buf *b, double value)
{
    char text[32], digits[20];
    shortest(text, sizeof text, value);
    const char *exponent = strchr(text, 'e');
    int n = 0;
    for (const char *p = text; p < exponent; p++)
        if (*p != '.')
            digits[n++] = *p;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    int point = (int)strtol(exponent + 1, NULL, 10) + 1; /* digits in front of the point */
    if (point > 21 || point < -5) {
        buf_char(b, digits[0]);
        if (n > 1)
            buf_printf(b, ".%.*s", n - 1, digits + 1);
        buf_printf(b, "e%+d", point - 1);
    } else if (point <= 0) {
        buf_printf(b, "0.%.*s%.*s", -point, "00000", n, digits);
    } else {
        for (int i = 0; i < n || i < point; i++) {
            if (i == point)
                buf_char(b, '.');
            buf_char(b, i < n ? digits[i] : '0');
        }
    }
}

void json_double(struct json_out *o, double value)
{
    CHECK(isfinite(value));
    value_starts(o);
    if (value == 0) {
        buf_char(o->b, '0');
        return;
    }
    if (value < 0)
        buf_char(o->b, '-');
    positive_double(o->b, fabs(value));
}

void json_bool(struct json_out *o, bool value)
{
    value_starts(o);
    buf_add(o->b, value ? S("true") : S("false"));
}

void json_null(struct json_out *o)
{
    value_starts(o);
    buf_add(o->b, S("null"));
}

void json_raw(struct json_out *o, str json)
{
    value_starts(o);
    buf_add(o->b, json);
}

static int by_key(const void *left, const void *right)
{
    const struct json *const *a = left, *const *b = right;
    return str_cmp((*a)->key, (*b)->key);
}

static void write_sorted(struct json_out *o, const struct json *object)
{
    const struct json *few[CANONICAL_ON_STACK], **order = few;
    if (object->n > CANONICAL_ON_STACK)
        order = NEW_ARRAY(o->b->arena, object->n, const struct json *);
    bool sorted = true; /* what comes out of a ledger has been canonical before */
    for (size_t i = 0; i < object->n; i++) {
        order[i] = &object->child[i];
        sorted = sorted && (i == 0 || by_key(&order[i - 1], &order[i]) <= 0);
    }
    if (!sorted)
        qsort(order, object->n, sizeof *order, by_key);
    for (size_t i = 0; i < object->n; i++) {
        json_key(o, order[i]->key);
        json_canonical(o, order[i]);
    }
}

static void write_tree(struct json_out *o, const struct json *value, bool canonical)
{
    switch (value->kind) {
    case JSON_NULL:
        json_null(o);
        return;
    case JSON_BOOL:
        json_bool(o, value->boolean);
        return;
    case JSON_NUMBER:
        if (value->integer)
            json_int(o, value->i);
        else
            json_double(o, value->number);
        return;
    case JSON_STRING:
        json_str(o, value->string);
        return;
    case JSON_ARRAY:
        json_open(o, '[');
        for (size_t i = 0; i < value->n; i++)
            write_tree(o, &value->child[i], canonical);
        json_close(o, ']');
        return;
    case JSON_OBJECT:
        json_open(o, '{');
        if (canonical)
            write_sorted(o, value);
        for (size_t i = 0; i < value->n && !canonical; i++) {
            json_key(o, value->child[i].key);
            write_tree(o, &value->child[i], false);
        }
        json_close(o, '}');
        return;
    }
}

void json_tree(struct json_out *o, const struct json *value)
{
    write_tree(o, value, false);
}

void json_canonical(struct json_out *o, const struct json *value)
{
    write_tree(o, value, true);
}

void json_put_str(struct json_out *o, str key, str value)
{
    json_key(o, key);
    json_str(o, value);
}

void json_put_int(struct json_out *o, str key, int64_t value)
{
    json_key(o, key);
    json_int(o, value);
}

void json_put_bool(struct json_out *o, str key, bool value)
{
    json_key(o, key);
    json_bool(o, value);
}
