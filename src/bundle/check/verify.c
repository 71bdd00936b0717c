/* The order of checking: what everything else is found by comes first, and what is cheap before what reads every byte. */
#include "bundle/check/check_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const bundle_fault_names[BUNDLE_FAULTS] = {
    "",           "container",   "signature", "key",   "manifest", "member",   "checkpoint",
    "consistency", "entry",      "proof",     "body",  "receipt",  "original", "catalogue"};

const char *const bundle_fault_labels[BUNDLE_FAULTS] = {"",     "容器", "签名", "密钥", "清单",   "成员", "检查点",
                                                        "一致性证明", "条目", "证明", "密封项", "回执", "原件", "目录"};

void fault(struct check *c, enum bundle_fault what, str member, int64_t offset, const char *format, ...)
{
    va_list list;
    if (faulty(c))
        return;
    char text[600];
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    c->r->fault = what;
    c->r->member = member.p ? arena_str(c->arena, member) : STR_NONE;
    c->r->offset = offset;
    c->r->why = arena_str(c->arena, utf8_whole(str_of(text)));
}

str bundle_key_groups(struct arena *a, str key)
{
    buf b = buf_make(a, key.n + key.n / 4 + 1);
    for (size_t i = 0; i < key.n; i += 4) {
        if (i)
            buf_char(&b, ' ');
        buf_add(&b, str_sub(key, i, 4));
    }
    return buf_str(&b);
}

static err *check_all(struct check *c, str demanded_key)
{
    TRY(container_read(c));
    if (!faulty(c))
        TRY(manifest_check(c, demanded_key));
    if (!faulty(c))
        TRY(members_hash(c));
    if (!faulty(c))
        TRY(manifest_members(c));
    if (!faulty(c))
        TRY(checkpoints_check(c));
    if (!faulty(c))
        TRY(entries_check(c));
    if (!faulty(c))
        originals_check(c);
    if (!faulty(c))
        TRY(catalogue_check(c));
    if (!faulty(c))
        presence_check(c);
    return NULL;
}

static err *check_source(struct arena *a, const struct source *s, str demanded_key,
                         void (*progress)(void *, int64_t, int64_t), void *context, struct bundle_report *ret)
{
    struct bundle_report report = {.offset = -1, .as_of = USEC_NONE, .bytes = s->size};
    struct check c = {.arena = a, .source = *s, .r = &report, .progress = progress, .context = context};
    err *bad = check_all(&c, demanded_key);
    sm2_free(c.key);
    report.members = (int64_t)c.n;
    report.erased = c.erased.p;
    report.erased_n = c.erased.n;
    report.stretches = c.stretches.p;
    report.stretches_n = c.stretches.n;
    if (!bad)
        *ret = report;
    return bad;
}

static err *file_open(struct arena *a, str path, struct source *ret)
{
    struct stat st;
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe that nobody writes must not hold it up */
    if (fd < 0 && errno == ENOENT)
        return err_new(ERR_MISSING, "没有文件%.*s", STR_ARG(path));
    if (fd < 0 || fstat(fd, &st) < 0) {
        err *e = err_errno(path);
        if (fd >= 0)
            close(fd);
        return e;
    }
    if (!S_ISREG(st.st_mode)) {
        close(fd);
        return err_new(ERR_INPUT, "%.*s不是文件", STR_ARG(path));
    }
    *ret = (struct source){.fd = fd, .size = st.st_size};
    return NULL;
}

err *bundle_verify(struct arena *a, str path, str demanded_key, void (*progress)(void *, int64_t, int64_t), void *context,
                   struct bundle_report *ret)
{
    struct source s = {.fd = -1};
    TRY(file_open(a, path, &s));
    err *bad = check_source(a, &s, demanded_key, progress, context, ret);
    close(s.fd);
    return bad;
}

err *bundle_verify_bytes(struct arena *a, str bytes, str demanded_key, struct bundle_report *ret)
{
    struct source s = {.fd = -1, .bytes = {bytes.p ? bytes.p : "", bytes.n}, .size = (int64_t)bytes.n};
    return check_source(a, &s, demanded_key, NULL, NULL, ret);
}

static bool named_zip(str path)
{
    str end = path.n < 4 ? STR_NONE : str_sub(path, path.n - 4, 4);
    return end.n == 4 && !strncasecmp(end.p, ".zip", 4);
}

bool bundle_looks_like(str path)
{
    AUTO_ARENA(a);
    struct source s;
    uint8_t head[16] = {0}, end[4] = {0};
    if (file_open(a, path, &s)) {
        err_clear();
        return false;
    }
    err *bad = s.size < (int64_t)sizeof head ? NULL : source_read(&s, 0, sizeof head, head);
    if (!bad && s.size >= BUNDLE_END_BYTES)
        bad = source_read(&s, s.size - BUNDLE_END_BYTES, sizeof end, end);
    close(s.fd);
    if (bad)
        err_clear();
    if (!memcmp(head, "SQLite format 3", 16))
        return false;
    return named_zip(path) || !memcmp(end, "PK\5\6", 4) ||
           (head[0] == 'P' && head[1] == 'K' && (head[2] == 3 || head[2] == 5 || head[2] == 1) && head[3] == head[2] + 1);
}
