/*
 * The child: no file, no socket, no other process, a bounded heap and bounded time. It is forked, not executed, so that a
 * library can use it from any program; it touches only its own memory and ends by _exit.
 */
#include "sheet/child.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { EMIT_PART = 256 << 10 };

struct emitter {
    int out;
    size_t n, row; /* bytes waiting; where the row being written began */
    size_t capacity;
    bool in_row;
    char *p;
};

struct emitter *emitter_new(int out)
{
    struct emitter *e = calloc(1, sizeof *e);
    if (!e)
        _exit(1);
    e->out = out;
    return e;
}

static void flush(struct emitter *e)
{
    for (size_t at = 0; at < e->n;) {
        ssize_t n = write(e->out, e->p + at, e->n - at);
        if (n < 0 && errno != EINTR)
            _exit(1); /* nobody listens any more */
        at += n > 0 ? (size_t)n : 0;
    }
    e->n = 0;
}

static void add(struct emitter *e, const void *p, size_t n)
{
    if (e->capacity - e->n < n) {
        size_t capacity = e->n + n + EMIT_PART;
        char *grown = realloc(e->p, capacity);
        if (!grown)
            _exit(1);
        e->p = grown, e->capacity = capacity;
    }
    memcpy(e->p + e->n, p, n);
    e->n += n;
}

static void record(struct emitter *e, enum record_kind kind, str bytes)
{
    add(e, &(struct record_head){kind, (uint32_t)bytes.n}, sizeof(struct record_head));
    if (bytes.n)
        add(e, bytes.p, bytes.n);
}

void emit_sheet(struct emitter *e, str name, bool hidden)
{
    add(e, &(struct record_head){RECORD_SHEET, (uint32_t)name.n + 1}, sizeof(struct record_head));
    add(e, hidden ? "1" : "0", 1);
    if (name.n)
        add(e, name.p, name.n);
}

void emit_cell(struct emitter *e, uint32_t column, enum sheet_kind kind, str text)
{
    if (!e->in_row) {
        e->row = e->n;
        e->in_row = true;
        add(e, &(struct record_head){RECORD_ROW, 0}, sizeof(struct record_head));
        add(e, &(uint32_t){0}, 4);
    }
    add(e, &(struct record_cell){column, kind, (uint32_t)text.n}, sizeof(struct record_cell));
    if (text.n)
        add(e, text.p, text.n);
}

void emit_row_end(struct emitter *e, uint32_t row, bool hidden)
{
    if (!e->in_row)
        return;
    struct record_head head = {RECORD_ROW, (uint32_t)(e->n - e->row - sizeof head)};
    memcpy(e->p + e->row, &head, sizeof head);
    row |= hidden ? RECORD_HIDDEN : 0;
    memcpy(e->p + e->row + sizeof head, &row, 4);
    e->in_row = false;
    if (e->n > EMIT_PART)
        flush(e);
}

_Noreturn void emit_fault(struct emitter *e, enum err_kind kind, const char *text)
{
    uint32_t number = kind;
    if (e->in_row)
        e->n = e->row;
    add(e, &(struct record_head){RECORD_FAULT, (uint32_t)(4 + strlen(text))}, sizeof(struct record_head));
    add(e, &number, 4);
    add(e, text, strlen(text));
    flush(e);
    _exit(0);
}

void emitter_end(struct emitter *e)
{
    record(e, RECORD_END, STR_NONE);
    flush(e);
}

_Noreturn void sheet_child(str bytes, bool document, str only, int out)
{
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!sandbox_only(out))
        _exit(1);
    struct emitter *e = emitter_new(1);
    if (!sandbox_enter(&(struct sandbox){.memory = LIMIT_SHEET_MEMORY, .seconds = LIMIT_SHEET_SECONDS}))
        emit_fault(e, ERR_IO, "这台机器不允许建立受限的读取进程（seccomp），不读取外来工作簿");
    if (document)
        docx_read(e, arena_new(), bytes);
    else
        xlsx_read(e, arena_new(), bytes, only);
    emitter_end(e);
    _exit(0);
}
