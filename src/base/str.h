/*
 * str: a view of bytes that somebody else owns. Never relies on a NUL; may hold NUL; is copied by
 * value. All text inside the program is UTF-8.
 * buf: bytes that grow in an arena up to a maximum named when it is made. When the maximum would be
 * passed nothing is written and `overflow` stays true; test it once, at the end.
 */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

typedef struct str {
    const char *p; /* NULL only when n is 0 and the value is absent */
    size_t n;      /* bytes */
} str;

#define S(literal) ((str){"" literal, sizeof(literal) - 1})
#define STR_NONE ((str){NULL, 0})
/* For printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

str str_of(const char *text);              /* view of a C string; NULL gives STR_NONE */
bool str_eq(str a, str b);
int str_cmp(str a, str b);                 /* bytes, shorter first on a tie */
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
ptrdiff_t str_find(str s, str needle);     /* offset, or -1 */
str str_sub(str s, size_t from, size_t n); /* clipped to s */
str str_trim(str s);                       /* ASCII white space off both ends */
/* Takes the part before `separator` (all of it when absent) into *ret_part and moves *rest behind it.
 * False when *rest was used up (p == NULL). */
bool str_next(str *rest, char separator, str *ret_part);
bool str_word_in(str words, str word);     /* one of "a b c"; words and separators are single */
bool str_int64(str s, int64_t *ret);       /* the whole of s is a decimal number in range */
uint64_t str_hash(str s);                  /* not keyed: for tables in memory of trusted size */

/* UTF-8 by RFC 3629: no overlong forms, no surrogates. Offset of the first bad byte, or -1. */
ptrdiff_t utf8_bad(str s);
/* Decodes one code point at s->p and moves behind it. The caller has checked utf8_bad(). */
uint32_t utf8_next(str *s);
size_t utf8_count(str s);                  /* code points */
str utf8_clip(str s, size_t points);       /* the first `points` code points */
str utf8_whole(str s);                     /* up to the first bad byte: what was cut anywhere ends with a whole character */

typedef struct buf {
    struct arena *arena;
    char *p;
    size_t n, capacity, maximum;
    bool overflow;
} buf;

buf buf_make(struct arena *arena, size_t maximum);
void buf_reserve(buf *b, size_t n); /* so much will come, no more than the maximum: saves growing */
void buf_add(buf *b, str s);
void buf_char(buf *b, char c);
void buf_utf8(buf *b, uint32_t code_point);
void buf_int(buf *b, int64_t n);
void buf_hex(buf *b, const uint8_t *bytes, size_t n); /* lower case */
__attribute__((format(printf, 2, 3))) void buf_printf(buf *b, const char *format, ...);
str buf_str(const buf *b);

/* Fills `ret` from exactly 2 * n hexadecimal digits of either case. */
bool hex_decode(str hex, uint8_t *ret, size_t n);
