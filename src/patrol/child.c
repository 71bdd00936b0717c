/* The child: the parsers, on bytes mapped before the fork, with no file, socket or process; it writes answers of known size and ends. */
#include "patrol/private.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void put(const void *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t wrote = write(1, (const char *)p + at, n - at);
        if (wrote < 0 && errno != EINTR)
            _exit(1); /* nobody listens any more */
        at += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* A fault goes out as its text, and what was wanted behind a line end. */
static void put_fault(const err *e)
{
    char text[1024];
    size_t n = e->text.n < 600 ? e->text.n : 600, want = e->want.n < 400 ? e->want.n : 400;
    memcpy(text, e->text.p, n);
    text[n] = '\n';
    if (want)
        memcpy(text + n + 1, e->want.p, want);
    put(&(struct answer_head){ANSWER_MAGIC, 1 + (uint32_t)e->kind, (uint32_t)(n + 1 + want), 0}, sizeof(struct answer_head));
    put(text, n + 1 + want);
}

static void heads(const struct job *j)
{
    struct arena *a = arena_new();
    for (size_t i = 0; i < j->n; i++) {
        struct answer_photo out = {0};
        out.like = head_parse(a, j->files[i].bytes, j->files[i].whole, &out.photo);
        put(&(struct answer_head){ANSWER_MAGIC, 0, sizeof out, 0}, sizeof(struct answer_head));
        put(&out, sizeof out);
        arena_reset(a);
    }
}

static void grey(const struct job *j)
{
    static struct grey out;
    const struct photo *p = &j->files[0].photo;
    str bytes = j->files[0].bytes;
    bool good = j->files[0].whole && grey_decode(bytes, &out);
    if (!good && p->thumbnail_n && p->thumbnail <= bytes.n && p->thumbnail_n <= bytes.n - p->thumbnail)
        good = grey_decode(str_sub(bytes, p->thumbnail, p->thumbnail_n), &out);
    if (!good) {
        put_fault(err_new(ERR_DAMAGED, "照片的画面读不下去"));
        return;
    }
    put(&(struct answer_head){ANSWER_MAGIC, 0, sizeof out, 0}, sizeof(struct answer_head));
    put(&out, sizeof out);
}

static void twin(const struct job *j)
{
    struct twin out;
    if (!twin_judge(arena_new(), j->bytes, &out)) {
        put_fault(err_new(ERR_INPUT, "不是JPEG照片"));
        return;
    }
    put(&(struct answer_head){ANSWER_MAGIC, 0, sizeof out, 0}, sizeof(struct answer_head));
    put(&out, sizeof out);
}

static void log_of(const struct job *j)
{
    struct track t;
    err *e = log_parse(arena_new(), j->bytes, j->name, j->near, &t);
    if (e) {
        put_fault(e);
        return;
    }
    put(&(struct answer_head){ANSWER_MAGIC, 0, sizeof t, (uint32_t)t.n}, sizeof(struct answer_head));
    put(&t, sizeof t);
    put(t.p, t.n * sizeof *t.p);
}

_Noreturn void patrol_child(const struct job *j, int out)
{
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!sandbox_only(out))
        _exit(1);
    if (!sandbox_enter(&(struct sandbox){.memory = LIMIT_PATROL_MEMORY, .seconds = LIMIT_PATROL_SECONDS}))
        put_fault(err_new(ERR_IO, "这台机器不允许建立受限的读取进程（seccomp），不读取外来照片和飞行记录"));
    else if (j->kind == JOB_HEADS)
        heads(j);
    else if (j->kind == JOB_GREY)
        grey(j);
    else if (j->kind == JOB_TWIN)
        twin(j);
    else
        log_of(j);
    _exit(0);
}
