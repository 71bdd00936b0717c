/*
 * The reader (xiezhi-read-pdf) is believed only as far as its answer is whole, within the limits, and UTF-8. Whatever dies in it costs
 * one file.
 */
#include "look/pdf.h"
#include "look/pdf_answer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HEAD_REACH = 1024 };

bool pdf_like(str bytes)
{
    return str_find(str_sub(bytes, 0, HEAD_REACH), S("%PDF-")) >= 0; /* readers accept rubbish before it; so do forgers */
}

/* Until `size` bytes are there or the child has no more. */
static err *take(int fd, usec deadline, void *p, size_t size, size_t *ret_n)
{
    *ret_n = 0;
    while (*ret_n < size) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int64_t left = (deadline - time_monotonic()) / 1000;
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready == 0)
            return err_new(ERR_LIMIT, "读取PDF超过%d秒", LIMIT_PDF_SECONDS);
        if (ready < 0 && errno != EINTR)
            return err_errno(S("读取PDF"));
        ssize_t got = ready < 0 ? 0 : read(fd, (char *)p + *ret_n, size - *ret_n);
        if (got < 0 && errno != EINTR)
            return err_errno(S("读取PDF"));
        if (got == 0 && ready > 0)
            break;
        *ret_n += got > 0 ? (size_t)got : 0;
    }
    return NULL;
}

static err *fault_text(uint32_t fault)
{
    switch (fault) {
    case PDF_LOCKED:
        return err_new(ERR_INPUT, "PDF设有打开密码");
    case PDF_WORDLESS:
        return err_new(ERR_INPUT, "PDF内没有文字（扫描件或图片）");
    case PDF_PAGES:
        return err_new(ERR_LIMIT, "PDF超过%d页", LIMIT_PDF_PAGES);
    case PDF_TEXT:
        return err_new(ERR_LIMIT, "PDF内的文字超过%d MB", LIMIT_PDF_TEXT >> 20);
    case PDF_NO_SANDBOX:
        return err_new(ERR_IO, "这台机器不允许建立受限的读取进程（seccomp），不读取外来PDF");
    default:
        return err_new(ERR_DAMAGED, "PDF已损坏，读不下去");
    }
}

static err *believe(struct arena *a, int fd, str *ret)
{
    usec deadline = time_monotonic() + (LIMIT_PDF_SECONDS + 5) * USEC_SECOND;
    struct answer answer = {0};
    size_t n;
    TRY(take(fd, deadline, &answer, sizeof answer, &n));
    if (n != sizeof answer || answer.magic != PDF_MAGIC || answer.fault != PDF_FINE)
        return fault_text(n == sizeof answer && answer.magic == PDF_MAGIC ? answer.fault : PDF_BROKEN);
    if (answer.size > LIMIT_PDF_TEXT)
        return fault_text(PDF_BROKEN);
    char *text = arena_alloc(a, answer.size + 1, 1);
    TRY(take(fd, deadline, text, answer.size, &n));
    *ret = (str){text, n};
    return n == answer.size && utf8_bad(*ret) < 0 ? NULL : fault_text(PDF_BROKEN);
}

/* A child that took too much was ended by the kernel. */
static err *ended(int status, err *e)
{
    if (!WIFSIGNALED(status) || WTERMSIG(status) == SIGKILL /* ours */ || e == NULL || e->kind != ERR_DAMAGED)
        return e;
    err_clear();
    if (WTERMSIG(status) == SIGXCPU)
        return err_new(ERR_LIMIT, "读取PDF超过%d秒", LIMIT_PDF_SECONDS);
    return err_new(ERR_DAMAGED, "PDF已损坏，或展开后超过%d MB", LIMIT_PDF_MEMORY >> 20);
}

/* XIEZHI_LIBEXEC, else where this program lies, else where it is installed beside it. */
static err *reader_path(struct arena *a, str *ret)
{
    char self[4096];
    const char *named = getenv("XIEZHI_LIBEXEC");
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    while (n > 0 && self[n - 1] != '/')
        n--;
    str folder = n > 0 ? (str){self, (size_t)n} : S("./");
    str places[] = {named ? arena_printf(a, "%s/xiezhi-read-pdf", named) : STR_NONE, arena_printf(a, "%.*sxiezhi-read-pdf", STR_ARG(folder)),
                    arena_printf(a, "%.*s../libexec/xiezhi/xiezhi-read-pdf", STR_ARG(folder))};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i].n && access(arena_cstr(a, places[i]), X_OK) == 0) {
            *ret = places[i];
            return NULL;
        }
    return err_new(ERR_IO, "找不到读取PDF的程序xiezhi-read-pdf，它应与xiezhi放在一起");
}

/* A file in memory that begins at its beginning. */
static err *hold(str bytes, int *ret)
{
    int fd = memfd_create("pdf", MFD_CLOEXEC);
    if (fd < 0)
        return err_errno(S("准备PDF"));
    for (size_t at = 0; at < bytes.n;) {
        ssize_t n = write(fd, bytes.p + at, bytes.n - at);
        if (n < 0 && errno != EINTR) {
            err *e = err_errno(S("准备PDF"));
            close(fd);
            return e;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    lseek(fd, 0, SEEK_SET);
    *ret = fd;
    return NULL;
}

static err *start(struct arena *a, int in, int out, pid_t *ret)
{
    str path;
    posix_spawn_file_actions_t files;
    char name[] = "xiezhi-read-pdf", *arguments[] = {name, NULL}, *environment[] = {NULL};
    TRY(reader_path(a, &path));
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    errno = posix_spawn(ret, arena_cstr(a, path), &files, NULL, arguments, environment);
    err *e = errno ? err_errno(S("建立读取进程")) : NULL;
    posix_spawn_file_actions_destroy(&files);
    return e;
}

static err *words_of(struct arena *a, int in, str *ret)
{
    int ends[2], status = 0;
    pid_t child = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(S("建立管道"));
    err *e = start(a, in, ends[1], &child);
    close(ends[1]);
    if (e) {
        close(ends[0]);
        return e;
    }
    e = believe(a, ends[0], ret);
    close(ends[0]);
    if (e && e->kind != ERR_DAMAGED) /* a child that broke off ends by itself, and how it ended is told */
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return ended(status, e);
}

err *pdf_words(struct arena *a, str bytes, str *ret)
{
    int in;
    *ret = STR_NONE;
    if (bytes.n > LIMIT_PDF_FILE)
        return err_new(ERR_LIMIT, "PDF超过%d MB", LIMIT_PDF_FILE >> 20);
    TRY(hold(bytes, &in));
    err *e = words_of(a, in, ret);
    close(in);
    if (e)
        *ret = STR_NONE;
    return e;
}
