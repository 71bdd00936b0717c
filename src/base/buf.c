/*
 * After an overflow a buf takes nothing more, not even what would still fit: half a document that
 * lacks a piece in the middle is worse than one that plainly ends.
 */
#include "base/arena_private.h"
#include "base/err.h"

#include <stdio.h>
#include <string.h>

buf buf_make(struct arena *arena, size_t maximum)
{
    return (buf){.arena = arena, .maximum = maximum};
}

static void buf_grow(buf *b, size_t need)
{
    size_t capacity = b->capacity ? b->capacity : 256;
    while (capacity < need)
        capacity *= 2;
    if (capacity > b->maximum)
        capacity = b->maximum;
    if (!b->p || !arena_stretch(b->arena, b->p, b->capacity, capacity)) {
        char *p = arena_raw(b->arena, capacity);
        if (b->n)
            memcpy(p, b->p, b->n);
        b->p = p;
    }
    b->capacity = capacity;
}

void buf_reserve(buf *b, size_t n)
{
    if (n > b->capacity)
        buf_grow(b, n);
}

char *buf_room(buf *b, size_t n)
{
    if (b->overflow || n > b->maximum - b->n) {
        b->overflow = true;
        return NULL;
    }
    if (n > b->capacity - b->n || !b->p)
        buf_grow(b, b->n + n);
    return b->p + b->n;
}

void buf_add(buf *b, str s)
{
    char *to = buf_room(b, s.n);
    if (!to || !s.n)
        return;
    memcpy(to, s.p, s.n);
    b->n += s.n;
}

void buf_char(buf *b, char c)
{
    char *to = buf_room(b, 1);
    if (!to)
        return;
    *to = c;
    b->n++;
}

void buf_utf8(buf *b, uint32_t code_point)
{
    CHECK(code_point <= 0x10ffff && (code_point < 0xd800 || code_point > 0xdfff));
    char bytes[4];
    size_t n = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (code_point & 0x3f));
        code_point >>= 6;
    }
    bytes[0] = (char)(leads[n] | code_point);
    buf_add(b, (str){bytes, n});
}

void buf_int(buf *b, int64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (n < 0)
        digits[--at] = '-';
    buf_add(b, (str){digits + at, sizeof digits - at});
}

void buf_hex(buf *b, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    char *to = n <= SIZE_MAX / 2 ? buf_room(b, 2 * n) : NULL;
    if (!to) {
        b->overflow = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
    b->n += 2 * n;
}

void buf_printf(buf *b, const char *format, ...)
{
    char first[256];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(first, sizeof first, format, list);
    va_end(list);
    CHECK(n >= 0);
    if ((size_t)n < sizeof first) {
        buf_add(b, (str){first, (size_t)n});
        return;
    }
    if (!buf_room(b, (size_t)n))
        return;
    /* vsnprintf wants a byte for its NUL, which b may not have. */
    char *p = arena_raw(b->arena, (size_t)n + 1);
    va_start(list, format);
    vsnprintf(p, (size_t)n + 1, format, list);
    va_end(list);
    buf_add(b, (str){p, (size_t)n});
}

str buf_str(const buf *b)
{
    return (str){b->p ? b->p : "", b->n};
}
