/*
 * One line is one write(2), so lines of several threads do not mix, and no lock can be held when a
 * thread dies. A line that does not fit is cut: the log must never be the reason for a failure.
 */
#include "base/arena_private.h"
#include "base/log.h"
#include "base/time.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_LOG_LINE = 8192 };

static atomic_int lowest = LOG_INFO;

struct line {
    char bytes[LIMIT_LOG_LINE];
    size_t n;
};

void log_level_set(enum log_level level)
{
    atomic_store(&lowest, (int)level);
}

static void line_add(struct line *l, const char *p, size_t n)
{
    size_t room = sizeof l->bytes - 1 - l->n; /* one is kept for the line feed */
    if (n > room)
        n = room;
    memcpy(l->bytes + l->n, p, n);
    l->n += n;
}

static bool is_bare(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = (uint8_t)s.p[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
            return false;
    }
    return s.n > 0 && utf8_bad(s) < 0;
}

static void line_quoted(struct line *l, str s)
{
    static const char hex[] = "0123456789abcdef";
    ptrdiff_t bad = utf8_bad(s);
    line_add(l, "\"", 1);
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = (uint8_t)s.p[i];
        if (c == '"' || c == '\\')
            line_add(l, (char[]){'\\', (char)c}, 2);
        else if (c == '\n')
            line_add(l, "\\n", 2);
        else if (c < ' ' || c == 0x7f || (c >= 0x80 && bad >= 0))
            line_add(l, (char[]){'\\', 'x', hex[c >> 4], hex[c & 15]}, 4);
        else
            line_add(l, s.p + i, 1);
    }
    line_add(l, "\"", 1);
}

static void line_pair(struct line *l, const char *key, str value)
{
    line_add(l, " ", 1);
    line_add(l, key, strlen(key));
    line_add(l, "=", 1);
    if (is_bare(value))
        line_add(l, value.p, value.n);
    else
        line_quoted(l, value);
}

static void line_start(struct line *l, enum log_level level, const char *event)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    AUTO_ARENA(a);
    str now = time_rfc3339(a, time_now());
    l->n = 0;
    line_add(l, "time=", 5);
    line_add(l, now.p, now.n);
    line_pair(l, "level", str_of(names[level]));
    line_pair(l, "event", str_of(event));
}

static void line_write(struct line *l)
{
    l->bytes[l->n++] = '\n';
    ssize_t done = write(STDERR_FILENO, l->bytes, l->n);
    (void)done; /* nobody is left to tell */
}

void log_event(enum log_level level, const char *event, ...)
{
    if ((int)level < atomic_load(&lowest))
        return;
    struct line l;
    line_start(&l, level, event);
    va_list list;
    va_start(list, event);
    for (const char *key; (key = va_arg(list, const char *));) {
        const char *value = va_arg(list, const char *);
        line_pair(&l, key, str_of(value ? value : ""));
        if (!value)
            break; /* a key without a value: the list has ended */
    }
    va_end(list);
    line_write(&l);
}

void log_err(const char *event, const err *e)
{
    if (LOG_ERROR < atomic_load(&lowest))
        return;
    struct line l;
    line_start(&l, LOG_ERROR, event);
    for (int depth = 0; e && depth < 4; e = e->cause, depth++) {
        line_pair(&l, "kind", str_of(err_name(e->kind)));
        line_pair(&l, "text", e->text);
        if (e->field.n)
            line_pair(&l, "field", e->field);
        if (e->detail.n)
            line_pair(&l, "detail", e->detail);
        for (size_t i = 0; i < sizeof e->where / sizeof e->where[0] && e->where[i]; i++)
            line_pair(&l, "at", str_of(e->where[i]));
    }
    line_write(&l);
}
