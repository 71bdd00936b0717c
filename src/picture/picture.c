/* The parent's end: one answer of known size, believed only when it is whole. */
#include "picture/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool picture_like(str bytes)
{
    return str_starts(bytes, S("\xff\xd8\xff")) || str_starts(bytes, S("\x89PNG\r\n\x1a\n"));
}

static err *first_look(str bytes)
{
    if (bytes.n > LIMIT_PICTURE_FILE)
        return err_new(ERR_LIMIT, "图片超过%d MB", LIMIT_PICTURE_FILE >> 20);
    if (!picture_like(bytes))
        return err_got(err_new(ERR_INPUT, "不是JPEG或PNG图片"), STR_NONE, S("JPEG、PNG"), STR_NONE);
    return NULL;
}

/* Fills `answer` or says how much came. */
static err *take(int fd, struct picture_answer *answer, size_t *ret_n)
{
    usec deadline = time_monotonic() + (LIMIT_PICTURE_SECONDS + 5) * USEC_SECOND;
    size_t n = 0;
    while (n < sizeof *answer) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int64_t left = (deadline - time_monotonic()) / 1000;
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready == 0)
            return err_new(ERR_LIMIT, "读取图片超过%d秒", LIMIT_PICTURE_SECONDS);
        if (ready < 0 && errno != EINTR)
            return err_errno(S("读取图片"));
        ssize_t got = ready < 0 ? 0 : read(fd, (char *)answer + n, sizeof *answer - n);
        if (got < 0 && errno != EINTR)
            return err_errno(S("读取图片"));
        if (got == 0 && ready > 0)
            break;
        n += got > 0 ? (size_t)got : 0;
    }
    *ret_n = n;
    return NULL;
}

static err *fault_text(uint32_t fault)
{
    switch (fault) {
    case PICTURE_TOO_LARGE:
        return err_new(ERR_LIMIT, "图片尺寸超过%d×%d或%d万像素", LIMIT_PICTURE_EDGE, LIMIT_PICTURE_EDGE, LIMIT_PICTURE_PIXELS / 10000);
    case PICTURE_TOO_SMALL:
        return err_new(ERR_INPUT, "图片边长不足%d像素，不比对", PICTURE_EDGE_LEAST);
    case PICTURE_NO_SANDBOX:
        return err_new(ERR_IO, "这台机器不允许建立受限的读取进程（seccomp），不读取外来图片");
    default:
        return err_new(ERR_DAMAGED, "图片读不下去：文件已损坏");
    }
}

static err *believe(const struct picture_answer *answer, size_t n, struct picture *ret)
{
    if (n != sizeof *answer || answer->magic != PICTURE_MAGIC)
        return fault_text(PICTURE_UNREADABLE);
    if (answer->fault != PICTURE_FINE)
        return fault_text(answer->fault);
    if (picture_size_fault(answer->width, answer->height) != PICTURE_FINE)
        return fault_text(PICTURE_UNREADABLE);
    ret->width = answer->width, ret->height = answer->height;
    memcpy(ret->grey, answer->grey, sizeof ret->grey);
    return NULL;
}

err *picture_read(str bytes, struct picture *ret)
{
    TRY(first_look(bytes));
    AUTO_ARENA(a);
    struct picture_answer *answer = NEW(a, struct picture_answer);
    int ends[2];
    size_t n = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(S("建立管道"));
    pid_t child = fork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return err_errno(S("建立读取进程"));
    }
    if (child == 0)
        picture_child(bytes, ends[1]);
    close(ends[1]);
    err *e = take(ends[0], answer, &n);
    close(ends[0]);
    if (e)
        kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return e ? e : believe(answer, n, ret);
}
