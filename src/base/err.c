/*
 * Errors are made where memory may be short and control is odd, so they come from an arena of the
 * thread and nobody frees one. The table is the only place that knows status and exit codes.
 */
#include "base/arena_private.h"
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_ERR_TEXT = 4096, LIMIT_ERR_GOT_POINTS = 60 };

static const struct {
    const char *name;
    int http_status, exit_code;
} kinds[ERR_KINDS] = {
    [ERR_INPUT] = {"input", 400, 2},
    [ERR_AUTH] = {"auth", 401, 2},
    [ERR_DENIED] = {"denied", 403, 1},
    [ERR_MISSING] = {"missing", 404, 1},
    [ERR_CONFLICT] = {"conflict", 409, 1},
    [ERR_LIMIT] = {"limit", 413, 2},
    [ERR_BUSY] = {"busy", 503, 3},
    [ERR_FULL] = {"full", 507, 3},
    [ERR_IO] = {"io", 500, 3},
    [ERR_DATABASE] = {"database", 500, 3},
    [ERR_DAMAGED] = {"damaged", 500, 1},
    [ERR_VERSION] = {"version", 500, 3},
};

int err_http_status(enum err_kind kind)
{
    CHECK(kind < ERR_KINDS);
    return kinds[kind].http_status;
}

int err_exit_code(enum err_kind kind)
{
    CHECK(kind < ERR_KINDS);
    return kinds[kind].exit_code;
}

const char *err_name(enum err_kind kind)
{
    CHECK(kind < ERR_KINDS);
    return kinds[kind].name;
}

err *err_make_(const char *where, enum err_kind kind, const char *format, ...)
{
    struct arena *a = arena_of_thread(ARENA_ERR);
    err *e = NEW(a, err);
    char text[LIMIT_ERR_TEXT + 4];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    CHECK(n >= 0);
    str s = {text, (size_t)n};
    if (s.n > LIMIT_ERR_TEXT)
        for (s.n = LIMIT_ERR_TEXT; s.n && ((uint8_t)text[s.n] & 0xc0) == 0x80;)
            s.n--; /* no half a character at the cut */
    *e = (err){.kind = kind, .text = arena_str(a, s), .where = {where}};
    e->field = e->got = e->want = e->example = e->detail = S("");
    return e;
}

err *err_at(err *e, str field)
{
    if (!e || !field.n)
        return e;
    struct arena *a = arena_of_thread(ARENA_ERR);
    if (!e->field.n)
        e->field = arena_str(a, field);
    else
        e->field = arena_printf(a, "%.*s%s%.*s", STR_ARG(field), e->field.p[0] == '[' ? "" : ".",
                                STR_ARG(e->field));
    return e;
}

/* What was read may be anything: bad bytes become U+FFFD, control characters spaces. */
static str shortened(struct arena *a, str s)
{
    buf b = buf_make(a, (LIMIT_ERR_GOT_POINTS + 1) * 4);
    for (int points = 0; s.n; points++) {
        if (points == LIMIT_ERR_GOT_POINTS) {
            buf_utf8(&b, 0x2026);
            break;
        }
        size_t n = s.n < 4 ? s.n : 4;
        while (n && utf8_bad((str){s.p, n}) == 0)
            n--;
        if (!n) {
            buf_utf8(&b, 0xfffd);
            s = str_sub(s, 1, s.n);
            continue;
        }
        uint32_t point = utf8_next(&s);
        buf_utf8(&b, point < 0x20 || point == 0x7f ? ' ' : point);
    }
    return buf_str(&b);
}

err *err_got(err *e, str got, str want, str example)
{
    if (!e)
        return e;
    struct arena *a = arena_of_thread(ARENA_ERR);
    e->got = shortened(a, got);
    e->want = arena_str(a, want);
    e->example = arena_str(a, example);
    return e;
}

err *err_detail(err *e, const char *detail)
{
    if (e && detail)
        e->detail = arena_str(arena_of_thread(ARENA_ERR), str_of(detail));
    return e;
}

err *err_seen_(err *e, const char *where)
{
    if (!e)
        return e;
    const size_t places = sizeof e->where / sizeof e->where[0];
    for (size_t i = 0; i < places; i++) {
        if (!e->where[i]) {
            e->where[i] = where;
            return e;
        }
    }
    e->where[places - 1] = where; /* the outermost place says more than the middle ones */
    return e;
}

static const char *errno_chinese(int code)
{
    switch (code) {
    case ENOSPC:
    case EDQUOT:
        return "磁盘空间不足";
    case EACCES:
    case EPERM:
        return "没有权限";
    case ENOENT:
        return "文件或目录不存在";
    case EEXIST:
        return "已经存在";
    case ENOTDIR:
        return "路径中有一段不是目录";
    case EISDIR:
        return "这是一个目录";
    case EROFS:
        return "文件系统只读";
    case EMFILE:
    case ENFILE:
        return "打开的文件过多";
    case EIO:
        return "设备读写出错";
    default:
        return "系统拒绝了这个操作";
    }
}

err *err_errno_(const char *where, str what)
{
    int code = errno;
    enum err_kind kind = code == ENOSPC || code == EDQUOT ? ERR_FULL : ERR_IO;
    err *e = err_make_(where, kind, "%.*s失败:%s", STR_ARG(what), errno_chinese(code));
    const char *name = strerrorname_np(code);
    char detail[128];
    snprintf(detail, sizeof detail, "%s (%d)", name ? name : "errno", code);
    return err_detail(e, detail);
}

void err_clear(void)
{
    arena_reset(arena_of_thread(ARENA_ERR));
}

void check_failed_(const char *where, const char *condition)
{
    fprintf(stderr, "%s: CHECK failed: %s\n", where, condition);
    abort();
}
