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

struct decimal {
    char digits[20];
    int n, point; /* digits in front of the point */
};

static struct decimal decimal_of_text(double value)
{
    char text[32];
    struct decimal d = {0};
    shortest(text, sizeof text, value);
    const char *exponent = strchr(text, 'e');
    for (const char *p = text; p < exponent; p++)
        if (*p != '.')
            d.digits[d.n++] = *p;
    while (d.n > 1 && d.digits[d.n - 1] == '0')
        d.n--;
    d.point = (int)strtol(exponent + 1, NULL, 10) + 1;
    return d;
}

/* The usual numbers, of at most 15 digits and 6 places: m / 10^k of two exact doubles is rounded as
 * reading "m e-k" is, and two decimals of 15 digits are never the same double, so the first k that
 * gives the value back gives the shortest form. */
static bool decimal_of_scaling(double value, struct decimal *ret)
{
    double power = 1;
    for (int places = 0; places <= 6 && value * power < 1e15; places++, power *= 10) {
        double m = nearbyint(value * power);
        if (m < 1 || m / power != value)
            continue;
        char reversed[16];
        int n = 0;
        for (uint64_t left = (uint64_t)m; left; left /= 10)
            reversed[n++] = (char)('0' + left % 10);
        *ret = (struct decimal){.n = n, .point = n - places};
        for (int i = 0; i < n; i++)
            ret->digits[i] = reversed[n - 1 - i];
        return true;
    }
    return false;
}

/* ECMA-262 Number::toString(10) for a positive number. */
static void positive_double(buf *b, double value)
{
    struct decimal d;
    if (!decimal_of_scaling(value, &d))
        d = decimal_of_text(value);
    if (d.point > 21 || d.point < -5) {
        buf_char(b, d.digits[0]);
        if (d.n > 1)
            buf_printf(b, ".%.*s", d.n - 1, d.digits + 1);
        buf_printf(b, "e%+d", d.point - 1);
    } else if (d.point <= 0) {
        buf_add(b, str_sub(S("0.00000"), 0, (size_t)(2 - d.point)));
        buf_add(b, (str){d.digits, (size_t)d.n});
    } else {
        for (int i = 0; i < d.n || i < d.point; i++) {
            if (i == d.point)
                buf_char(b, '.');
            buf_char(b, i < d.n ? d.digits[i] : '0');
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
