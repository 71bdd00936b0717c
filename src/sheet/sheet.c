/*
 * The parent's end: what the first bytes tell is refused here, everything else is the child's. The parent believes nothing
 * the child writes: every length is checked before it is used.
 */
#include "sheet/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIPE_PART = 64 << 10, LIMIT_RECORD = 80 << 20 };

str sheet_place(struct arena *a, uint32_t column, uint32_t row)
{
    char name[8];
    size_t n = sizeof name;
    for (; column && n; column = (column - 1) / 26)
        name[--n] = (char)('A' + (column - 1) % 26);
    return arena_printf(a, "%.*s%u", (int)(sizeof name - n), name + n, row);
}

const struct sheet_cell *sheet_at(const struct sheet_row *r, uint32_t column)
{
    for (size_t i = 0; i < r->n && r->cells[i].column <= column; i++)
        if (r->cells[i].column == column)
            return &r->cells[i];
    return NULL;
}

/* A compound file's directory: entries of 128 bytes that begin with the stream's name in UTF-16 (MS-CFB 2.6.1). */
static bool stream_named(str bytes, const char *name)
{
    size_t n = strlen(name);
    for (size_t at = 0; at + 128 <= bytes.n; at += 128) {
        size_t i = 0;
        while (i < n && bytes.p[at + 2 * i] == name[i] && !bytes.p[at + 2 * i + 1])
            i++;
        if (i == n && !bytes.p[at + 2 * n] && !bytes.p[at + 2 * n + 1])
            return true;
    }
    return false;
}

static const char *compound(str bytes)
{
    if (stream_named(bytes, "EncryptedPackage"))
        return "工作簿加了密码，请打开后去掉密码，重新保存为.xlsx";
    if (stream_named(bytes, "Workbook") || stream_named(bytes, "Book"))
        return "文件是旧版.xls，请打开后另存为.xlsx";
    if (stream_named(bytes, "WordDocument"))
        return "文件是旧版Word文档，不是表格，请把表格另存为.xlsx";
    return "文件是旧版.xls或加密的工作簿，请去掉密码并另存为.xlsx";
}

static err *first_look(str bytes)
{
    if (bytes.n > LIMIT_SHEET_FILE)
        return err_new(ERR_LIMIT, "文件超过%d MB，请分成几个文件", LIMIT_SHEET_FILE >> 20);
    if (!bytes.n)
        return err_new(ERR_INPUT, "文件是空的");
    if (str_starts(bytes, S("\xd0\xcf\x11\xe0")))
        return err_new(ERR_INPUT, "%s", compound(bytes));
    if (!str_starts(bytes, S("PK\x03\x04")))
        return err_got(err_new(ERR_INPUT, "不是.xlsx工作簿"), utf8_bad(str_sub(bytes, 0, 16)) < 0 ? str_sub(bytes, 0, 16) : STR_NONE,
                       S("Excel工作簿（.xlsx）"), STR_NONE);
    return NULL;
}

struct reading {
    int fd;
    usec deadline;
    struct arena *a;     /* of the row */
    char *p;             /* bytes not yet used up */
    size_t n, capacity;
    str sheet_name;
    struct arena *names;
    uint32_t sheet;
    bool sheet_hidden;
    err *(*each)(void *context, const struct sheet_row *r);
    void *context;
    bool ended;
};

static err *too_long(void)
{
    return err_new(ERR_LIMIT, "读取工作簿超过%d秒，请减小文件", LIMIT_SHEET_SECONDS);
}

static err *broken(void)
{
    return err_new(ERR_DAMAGED, "工作簿读不下去：文件已损坏，或超出读取程序的内存上限；请用表格软件打开后重新另存");
}

/* At least `want` bytes in hand; *ret_there false at the end of the pipe. */
static err *fill(struct reading *r, size_t want, bool *ret_there)
{
    if (want > LIMIT_RECORD)
        return broken();
    if (r->capacity < want + PIPE_PART) { /* at least doubled: what it outgrows stays in the arena until the end */
        size_t capacity = want + 4 * PIPE_PART > 2 * r->capacity ? want + 4 * PIPE_PART : 2 * r->capacity;
        char *p = arena_alloc(r->names, capacity, 1);
        if (r->n)
            memcpy(p, r->p, r->n);
        r->p = p, r->capacity = capacity;
    }
    while (r->n < want) {
        struct pollfd wait = {.fd = r->fd, .events = POLLIN};
        int64_t left = (r->deadline - time_monotonic()) / 1000;
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready == 0)
            return too_long();
        if (ready < 0 && errno != EINTR)
            return err_errno(S("读取工作簿"));
        ssize_t got = ready < 0 ? 0 : read(r->fd, r->p + r->n, r->capacity - r->n);
        if (got < 0 && errno != EINTR)
            return err_errno(S("读取工作簿"));
        if (got == 0 && ready > 0)
            break;
        r->n += got > 0 ? (size_t)got : 0;
    }
    *ret_there = r->n >= want;
    return NULL;
}

static err *row(struct reading *r, str bytes)
{
    struct sheet_row out = {.sheet = r->sheet, .sheet_name = r->sheet_name, .sheet_hidden = r->sheet_hidden};
    VEC(struct sheet_cell) cells = {0};
    if (bytes.n < 4)
        return broken();
    memcpy(&out.row, bytes.p, 4);
    out.hidden = out.row & RECORD_HIDDEN;
    out.row &= ~RECORD_HIDDEN;
    for (size_t at = 4; at < bytes.n;) {
        struct record_cell c;
        if (bytes.n - at < sizeof c)
            return broken();
        memcpy(&c, bytes.p + at, sizeof c);
        at += sizeof c;
        if (c.bytes > bytes.n - at || c.kind > SHEET_ERROR || !c.column || c.column > LIMIT_SHEET_COLUMNS)
            return broken();
        vec_push(r->a, &cells, ((struct sheet_cell){c.column, c.kind, str_sub(bytes, at, c.bytes)}));
        at += c.bytes;
    }
    out.cells = cells.p, out.n = cells.n;
    err *e = r->each(r->context, &out);
    arena_reset(r->a);
    return e;
}

static err *fault(str bytes)
{
    uint32_t kind;
    if (bytes.n < 4)
        return broken();
    memcpy(&kind, bytes.p, 4);
    str text = str_sub(bytes, 4, bytes.n);
    if (kind >= ERR_KINDS || utf8_bad(text) >= 0)
        return broken();
    return err_new((enum err_kind)kind, "%.*s", STR_ARG(text));
}

static err *record(struct reading *r, uint32_t kind, str bytes)
{
    switch (kind) {
    case RECORD_SHEET:
        if (!bytes.n || utf8_bad(bytes) >= 0 || ++r->sheet > LIMIT_SHEET_SHEETS)
            return broken();
        r->sheet_hidden = bytes.p[0] == '1';
        r->sheet_name = arena_str(r->names, str_sub(bytes, 1, bytes.n));
        return NULL;
    case RECORD_ROW:
        return row(r, bytes);
    case RECORD_FAULT:
        return fault(bytes);
    case RECORD_END:
        r->ended = true;
        return NULL;
    default:
        return broken();
    }
}

static err *records(struct reading *r)
{
    while (!r->ended) {
        struct record_head head;
        bool there;
        TRY(fill(r, sizeof head, &there));
        if (!there)
            return broken();
        memcpy(&head, r->p, sizeof head);
        TRY(fill(r, sizeof head + head.bytes, &there));
        if (!there)
            return broken();
        TRY(record(r, head.kind, (str){r->p + sizeof head, head.bytes}));
        r->n -= sizeof head + head.bytes;
        memmove(r->p, r->p + sizeof head + head.bytes, r->n);
    }
    return NULL;
}

static err *read_with(str bytes, bool document, str only, err *(*each)(void *context, const struct sheet_row *r), void *context)
{
    TRY(first_look(bytes));
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(S("建立管道"));
    pid_t child = fork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return err_errno(S("建立读取进程"));
    }
    if (child == 0)
        sheet_child(bytes, document, only, ends[1]);
    close(ends[1]);
    AUTO_ARENA(row_arena);
    AUTO_ARENA(names);
    struct reading r = {.fd = ends[0], .a = row_arena, .names = names, .each = each, .context = context,
                        .deadline = time_monotonic() + LIMIT_SHEET_SECONDS * USEC_SECOND};
    err *e = records(&r);
    close(ends[0]);
    if (e)
        kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return e;
}

err *sheet_read(str bytes, str only, err *(*each)(void *context, const struct sheet_row *r), void *context)
{
    return read_with(bytes, false, only, each, context);
}

err *sheet_document(str bytes, err *(*each)(void *context, const struct sheet_row *r), void *context)
{
    return read_with(bytes, true, STR_NONE, each, context);
}
