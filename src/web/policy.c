/*
 * The library parses in place: it writes NULs over the line end of each header and keeps pointers. A line that
 * ended in CRLF leaves exactly two bytes between a value and the next name; a bare LF leaves one, a folded
 * line was moved elsewhere. So the distance tells what the parser no longer does. Were the layout to change
 * in another version, every request would be refused, loudly, and the battery in tests/web says so first.
 */
#include "web/policy.h"

#include <string.h>
#include <strings.h>

static bool is(str name, const char *want)
{
    return name.n == strlen(want) && strncasecmp(name.p, want, name.n) == 0;
}

static bool token(str s)
{
    static const char extra[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!word && (!c || !strchr(extra, c)))
            return false;
    }
    return s.n > 0;
}

static bool printable(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static const char *target_fault(str t)
{
    if (!t.n || t.p[0] != '/')
        return "target is not an absolute path";
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if (c <= 0x20 || c >= 0x7f || c == '#')
            return "target holds a byte that must be percent-encoded";
        if (c == '%' && i + 2 < t.n && t.p[i + 1] == '0' && t.p[i + 2] == '0')
            return "target holds an encoded NUL";
    }
    return NULL;
}

static const char *layout_fault(const struct wire *w)
{
    if (!w->target_at)
        return NULL;
    if (w->version.p != w->target_at + w->target.n + 1)
        return "request line holds a NUL or more than two blanks";
    const char *expect = w->version.p + w->version.n + 2;
    for (size_t i = 0; i < w->n; i++) {
        if (w->headers[i].name.p != expect)
            return "head holds a folded line or a line end without CR";
        expect = w->headers[i].value.p + w->headers[i].value.n + 2;
    }
    /* The empty line that ended the head, overwritten too. The library also stops at a line without a name and
     * would read what is behind it as the next request. */
    if (expect[0] || expect[1])
        return "head ends in a line that is not empty, or without CR";
    /* Behind a lone LF lies whatever the buffer held before; only the length tells. */
    if (w->head_n && expect + 2 != w->target_at - w->method.n - 1 + w->head_n)
        return "head ends in a line without CR";
    return NULL;
}

static bool host_fine(str h)
{
    for (size_t i = 0; i < h.n; i++) {
        char c = h.p[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!word && (!c || !strchr(".-:[]_", c)))
            return false;
    }
    return h.n > 0 && h.n <= 255;
}

static bool length_fine(str v, int64_t *ret)
{
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] < '0' || v.p[i] > '9')
            return false;
    return v.n > 0 && v.n <= 15 && str_int64(v, ret);
}

int policy_refuses(const struct wire *w, const char **ret_why, int64_t *ret_length)
{
    int hosts = 0, lengths = 0, codings = 0;
    *ret_length = -1;
    const char *fault = target_fault(w->target);
    bool old = is(w->version, "HTTP/1.0");
    if (!old && !is(w->version, "HTTP/1.1"))
        fault = "version is neither HTTP/1.1 nor HTTP/1.0";
    if (!token(w->method))
        fault = "method is not a token";
    for (size_t i = 0; i < w->n && !fault; i++) {
        str name = w->headers[i].name, value = w->headers[i].value;
        if (!token(name))
            fault = "a header name is not a token";
        else if (!printable(value))
            fault = "a header value holds a control character";
        else if (is(name, "Host") && (hosts++ || !host_fine(value)))
            fault = "Host is there twice or malformed";
        else if (is(name, "Content-Length") && (lengths++ || !length_fine(value, ret_length)))
            fault = "Content-Length is there twice or malformed";
        else if (is(name, "Transfer-Encoding"))
            codings++;
    }
    if (!fault && !old && hosts != 1)
        fault = "Host is missing";
    if (!fault && codings && lengths)
        fault = "Content-Length together with Transfer-Encoding";
    if (!fault && w->n > LIMIT_WIRE_HEADERS)
        fault = "more header lines than the limit";
    if (!fault)
        fault = layout_fault(w);
    *ret_why = fault;
    if (fault)
        return 400;
    if (codings) {
        *ret_why = "request bodies need Content-Length; transfer codings are not taken";
        return 411;
    }
    return 0;
}
