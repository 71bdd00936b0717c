/*
 * Parent and child. The child is believed only as far as its answer is whole, within the limits, and UTF-8. It is forked, not
 * executed: a program of its own would have to load its libraries before the doors are shut. Whatever dies in it costs one file.
 */
#include "look/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <poppler.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum pdf_fault { PDF_FINE, PDF_LOCKED, PDF_BROKEN, PDF_PAGES, PDF_TEXT, PDF_WORDLESS, PDF_NO_SANDBOX };
struct answer { uint32_t magic, fault, size; }; /* then `size` bytes */
enum { PDF_MAGIC = 0x70646677, HEAD_REACH = 1024 };

bool pdf_like(str bytes)
{
    return str_find(str_sub(bytes, 0, HEAD_REACH), S("%PDF-")) >= 0; /* readers accept rubbish before it; so do forgers */
}

/* ---- the child ---- */

static bool limit(int what, rlim_t value)
{
    return setrlimit(what, &(struct rlimit){value, value}) == 0;
}

static bool limit_memory(void)
{
    char text[64] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    long pages = n > 0 ? strtol(text, NULL, 10) : 0;
    return pages > 0 && limit(RLIMIT_AS, (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + LIMIT_PDF_MEMORY);
}

/* The answer becomes descriptor 1; 0 and 2 lead nowhere; the store's own files are not the child's to write. */
static bool only_the_pipe(int out)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    return nowhere >= 0 && dup2(out, 1) == 1 && dup2(nowhere, 0) == 0 && dup2(nowhere, 2) == 2 && close_range(3, ~0U, 0) == 0;
}

static bool no_hands(void)
{
    static const int allowed[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap),
                                  SCMP_SYS(madvise), SCMP_SYS(mprotect), SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
                                  SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction), SCMP_SYS(exit), SCMP_SYS(exit_group),
                                  SCMP_SYS(rt_sigprocmask), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(tgkill),
#ifdef __SANITIZE_ADDRESS__ /* its runtime asks for the stack before a function that does not return */
                                  SCMP_SYS(sigaltstack), SCMP_SYS(prlimit64), SCMP_SYS(sched_getaffinity),
#endif
    };
    /* Poppler looks for its folders of foreign encodings; it is told there are none, and goes on. */
    static const int refused[] = {SCMP_SYS(openat), SCMP_SYS(newfstatat), SCMP_SYS(access), SCMP_SYS(readlink), SCMP_SYS(getcwd),
                                  SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fcntl), SCMP_SYS(ioctl)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool good = filter != NULL;
    for (size_t i = 0; good && i < sizeof allowed / sizeof *allowed; i++)
        good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    for (size_t i = 0; good && i < sizeof refused / sizeof *refused; i++)
        good = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), refused[i], 0) == 0;
    good = good && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
           setrlimit(RLIMIT_CPU, &(struct rlimit){LIMIT_PDF_SECONDS, LIMIT_PDF_SECONDS + 2}) == 0; /* below the hard one: SIGXCPU, told apart */
    good = good && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return good;
}

static enum pdf_fault one_page(PopplerDocument *d, int i, char *text, uint32_t *n)
{
    PopplerPage *page = poppler_document_get_page(d, i);
    char *words = page ? poppler_page_get_text(page) : NULL;
    size_t size = words ? strlen(words) : 0;
    bool room = size + 1 <= LIMIT_PDF_TEXT - *n;
    if (size && room) {
        memcpy(text + *n, words, size);
        text[*n + size] = '\n';
        *n += (uint32_t)size + 1;
    }
    g_free(words);
    g_clear_object(&page);
    return room ? PDF_FINE : PDF_TEXT;
}

static enum pdf_fault all_pages(str bytes, char *text, uint32_t *n)
{
    GError *trouble = NULL;
    GBytes *held = g_bytes_new_static(bytes.p, bytes.n);
    PopplerDocument *d = poppler_document_new_from_bytes(held, NULL, &trouble);
    if (!d)
        return trouble && g_error_matches(trouble, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED) ? PDF_LOCKED : PDF_BROKEN;
    int pages = poppler_document_get_n_pages(d);
    if (pages <= 0)
        return PDF_BROKEN;
    if (pages > LIMIT_PDF_PAGES)
        return PDF_PAGES;
    enum pdf_fault fault = PDF_FINE;
    for (int i = 0; i < pages && fault == PDF_FINE; i++)
        fault = one_page(d, i, text, n);
    return fault == PDF_FINE && *n == 0 ? PDF_WORDLESS : fault; /* what is left ends with the process */
}

static void say(const void *p, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t n = write(1, (const char *)p + at, size - at);
        if (n < 0 && errno != EINTR)
            _exit(1);
        at += n > 0 ? (size_t)n : 0;
    }
}

static _Noreturn void pdf_child(str bytes, int out)
{
    struct answer answer = {.magic = PDF_MAGIC, .fault = PDF_NO_SANDBOX};
    char *text = malloc(LIMIT_PDF_TEXT);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!text || !only_the_pipe(out))
        _exit(1);
    if (limit_memory() && no_hands())
        answer.fault = all_pages(bytes, text, &answer.size);
    if (answer.fault != PDF_FINE)
        answer.size = 0;
    say(&answer, sizeof answer);
    say(text, answer.size);
    _exit(0);
}

/* ---- the parent ---- */

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

err *pdf_words(struct arena *a, str bytes, str *ret)
{
    int ends[2], status = 0;
    *ret = STR_NONE;
    if (bytes.n > LIMIT_PDF_FILE)
        return err_new(ERR_LIMIT, "PDF超过%d MB", LIMIT_PDF_FILE >> 20);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(S("建立管道"));
    pid_t child = fork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return err_errno(S("建立读取进程"));
    }
    if (child == 0)
        pdf_child(bytes, ends[1]);
    close(ends[1]);
    err *e = believe(a, ends[0], ret);
    close(ends[0]);
    if (e && e->kind != ERR_DAMAGED) /* a child that broke off ends by itself, and how it ended is told */
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    e = ended(status, e);
    if (e)
        *ret = STR_NONE;
    return e;
}
