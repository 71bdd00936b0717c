/* One pass, runs of harmless bytes copied whole. */
#include "web/html.h"

#include <string.h>

static const char *escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void put_str(struct out *o, str text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *e = escape_of(text.p[i]);
        if (!e)
            continue;
        buf_add(&o->b, str_sub(text, from, i - from));
        buf_add(&o->b, str_of(e));
        from = i + 1;
    }
    buf_add(&o->b, str_sub(text, from, text.n - from));
}

void put_text(struct out *o, const char *text)
{
    put_str(o, str_of(text));
}

void put_int(struct out *o, int64_t n)
{
    buf_int(&o->b, n);
}

void put_html(struct out *o, html h)
{
    buf_add(&o->b, h.text);
}

void put_url(struct out *o, url u)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (size_t i = 0; i < u.text.n; i++) {
        char c = u.text.p[i];
        if (c && strchr(plain, c))
            buf_char(&o->b, c);
        else
            buf_printf(&o->b, "%%%02X", (unsigned)(unsigned char)c);
    }
}
