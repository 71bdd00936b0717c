/*
 * HTML whose escaping is decided by C types. w(o, a, b, c) writes its arguments one after the other: a str or C
 * string is text and gets escaped, numbers are printed, and only the type `html`, which H("literal") makes
 * of string literals alone, goes out as it is. Attribute values are always in double quotes, so the one
 * escape serves text and attributes. `url` is percent-encoded: a path segment or a query value.
 */
#pragma once
#include "base/base.h"

typedef struct html { str text; } html;
typedef struct url { str text; } url;
#define H(literal) ((html){S(literal)})
#define U(value) ((url){value})

struct out { buf b; struct arena *a; };

void put_str(struct out *o, str text);
void put_text(struct out *o, const char *text);
void put_int(struct out *o, int64_t n);
void put_html(struct out *o, html h);
void put_url(struct out *o, url u);

#define put(o, x)                                                                                   \
    _Generic((x), str: put_str, const char *: put_text, char *: put_text, int: put_int,             \
        long: put_int, long long: put_int, size_t: put_int, html: put_html, url: put_url)((o), (x))

#define W_PARENS ()
#define W_AGAIN() W_EACH_
#define W_EACH_(o, x, ...) put(o, x); __VA_OPT__(W_AGAIN W_PARENS (o, __VA_ARGS__))
#define W_EXPAND(...) W_EXPAND3(W_EXPAND3(W_EXPAND3(__VA_ARGS__)))
#define W_EXPAND3(...) W_EXPAND2(W_EXPAND2(W_EXPAND2(__VA_ARGS__)))
#define W_EXPAND2(...) W_EXPAND1(W_EXPAND1(W_EXPAND1(__VA_ARGS__)))
#define W_EXPAND1(...) __VA_ARGS__
#define w(o, ...)                                                                                   \
    do {                                                                                            \
        W_EXPAND(W_EACH_(o, __VA_ARGS__))                                                           \
    } while (0)
