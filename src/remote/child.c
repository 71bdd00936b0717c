/*
 * Starts xiezhi-read-raster and believes it only as far as its answers are whole and within what was asked. It writes into memory shared with this
 * process: nothing there is read twice, and nothing there decides about memory.
 */
#include "remote/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "xiezhi-read-raster"

/* XIEZHI_LIBEXEC, else where this program lies, else where it is installed beside it. */
static err *program(struct arena *a, str *ret)
{
    char self[4096];
    const char *named = getenv("XIEZHI_LIBEXEC");
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    while (n > 0 && self[n - 1] != '/')
        n--;
    str folder = n > 0 ? (str){self, (size_t)n} : S("./");
    str places[] = {named ? arena_printf(a, "%s/" PROGRAM, named) : STR_NONE, arena_printf(a, "%.*s" PROGRAM, STR_ARG(folder)),
                    arena_printf(a, "%.*s../libexec/xiezhi/" PROGRAM, STR_ARG(folder))};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i].n && access(arena_cstr(a, places[i]), X_OK) == 0) {
            *ret = places[i];
            return NULL;
        }
    return err_got(err_new(ERR_INPUT, "读取外来影像要用GDAL，本机没有读取程序" PROGRAM), S(""),
                   S("安装软件包libgdal-dev后重新构建（packaging/packages-remote.txt）；本系统规整过的影像不需要它"), STR_NONE);
}

static err *take(struct child *c, void *p, size_t size, bool *ret_end)
{
    *ret_end = false;
    for (size_t at = 0; at < size;) {
        struct pollfd wait = {.fd = c->socket, .events = POLLIN};
        int ready = poll(&wait, 1, LIMIT_RASTER_SECONDS * 1000);
        if (ready == 0)
            return err_new(ERR_LIMIT, "读取影像超过%d秒", LIMIT_RASTER_SECONDS);
        ssize_t n = ready < 0 ? -1 : read(c->socket, (char *)p + at, size - at);
        if (n < 0 && errno != EINTR && errno != ECONNRESET)
            return err_errno(S("读取影像"));
        if (n == 0 || (n < 0 && errno == ECONNRESET)) {
            *ret_end = true;
            return NULL;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return NULL;
}

static err *give(struct child *c, const void *p, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t n = send(c->socket, (const char *)p + at, size - at, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return err_new(ERR_DAMAGED, "影像已损坏，读取进程中断");
        at += n > 0 ? (size_t)n : 0;
    }
    return NULL;
}

/* How it ended says why: too long, too much memory, or a fault in what it read. */
static err *ended(struct child *c)
{
    int status = 0;
    while (c->pid > 0 && waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    c->pid = 0;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return err_new(ERR_LIMIT, "读取影像超过%d秒", LIMIT_RASTER_SECONDS);
    err *e = err_new(ERR_DAMAGED, "影像已损坏，或展开后超过%d MB", LIMIT_RASTER_MEMORY >> 20);
    return WIFSIGNALED(status) ? err_detail(e, strsignal(WTERMSIG(status))) : e;
}

static err *refusal(uint32_t fault)
{
    static const struct { enum err_kind kind; const char *text; } why[READ_FAULTS] = {
        [READ_NO_SANDBOX] = {ERR_IO, "这台机器不允许建立受限的读取进程（seccomp），不读取外来影像"},
        [READ_UNREADABLE] = {ERR_INPUT, "读不出这个影像：只接受完好的GeoTIFF（含COG）和JPEG 2000"},
        [READ_TOO_LARGE] = {ERR_LIMIT, "影像超过60000行列或10亿像元，请分幅"},
        [READ_TOO_MANY_BANDS] = {ERR_LIMIT, "影像超过32个波段"},
        [READ_NO_BANDS] = {ERR_INPUT, "文件内没有波段"},
        [READ_COMPLEX] = {ERR_INPUT, "影像是复数（单视复数雷达），请先转换为后向散射系数（分贝）"},
        [READ_PALETTE] = {ERR_INPUT, "影像是调色板图片，数值是颜色编号，不能计算指数"}};
    if (fault >= READ_FAULTS || !why[fault].text)
        return err_new(ERR_DAMAGED, "影像已损坏，读取进程中断");
    return err_new(why[fault].kind, "%s", why[fault].text);
}

static err *start(struct arena *a, int file, int socket_end, int shared, pid_t *ret)
{
    str path;
    posix_spawn_file_actions_t files;
    char name[] = PROGRAM, *arguments[] = {name, NULL}, *environment[] = {NULL};
    TRY(program(a, &path));
    int high = fcntl(shared, F_DUPFD_CLOEXEC, 10), high_socket = fcntl(socket_end, F_DUPFD_CLOEXEC, 10), high_file = fcntl(file, F_DUPFD_CLOEXEC, 10);
    bool whole = high >= 0 && high_socket >= 0 && high_file >= 0;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, high_file, READ_FILE);
    posix_spawn_file_actions_adddup2(&files, high_socket, READ_SOCKET);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files, high, READ_SHARED);
    errno = whole ? posix_spawn(ret, arena_cstr(a, path), &files, NULL, arguments, environment) : EMFILE; /* else it would read what is on ours */
    err *e = errno ? err_errno(S("建立读取进程")) : NULL;
    posix_spawn_file_actions_destroy(&files);
    close(high), close(high_socket), close(high_file);
    return e;
}

static err *introduce(struct child *c)
{
    bool end;
    TRY(take(c, &c->head, sizeof c->head, &end));
    if (end)
        return ended(c);
    struct raster_head *h = &c->head.head;
    if (c->head.magic == READ_MAGIC && c->head.fault == READ_CUT)
        return err_new(ERR_DAMAGED, "影像不完整：文件末尾至少缺%lld字节，请重新取得文件", (long long)c->head.missing);
    if (c->head.magic != READ_MAGIC || c->head.fault != READ_FINE)
        return refusal(c->head.magic == READ_MAGIC ? c->head.fault : READ_FAULTS);
    if (h->bands < 1 || h->bands > LIMIT_RASTER_BANDS || h->levels < 1 || h->levels > LIMIT_RASTER_LEVELS || h->grid.width < 1 ||
        h->grid.width > LIMIT_RASTER_EDGE || h->grid.height < 1 || h->grid.height > LIMIT_RASTER_EDGE || c->head.block_w < 1 || c->head.block_h < 1)
        return refusal(READ_FAULTS);
    for (int i = 0; i < h->levels; i++)
        if (h->level[i].width < 1 || h->level[i].width > LIMIT_RASTER_EDGE || h->level[i].height < 1 || h->level[i].height > LIMIT_RASTER_EDGE)
            return refusal(READ_FAULTS);
    for (int b = 0; b < h->bands; b++) {
        if (h->band[b].sample < 0 || h->band[b].sample >= SAMPLES)
            return refusal(READ_FAULTS);
        h->band[b].name[sizeof h->band[b].name - 1] = 0;
        if (h->band[b].scale == 0 || h->band[b].scale != h->band[b].scale || h->band[b].offset != h->band[b].offset)
            h->band[b].scale = 1, h->band[b].offset = 0;
    }
    h->driver[sizeof h->driver - 1] = h->taken[sizeof h->taken - 1] = h->baseline[sizeof h->baseline - 1] = 0;
    return NULL;
}

err *child_open(struct arena *a, str path, struct child *ret)
{
    int ends[2] = {-1, -1}, file = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC), shared = -1;
    *ret = (struct child){.socket = -1};
    if (file < 0)
        return err_at(err_errno(S("打开影像")), path);
    err *e = NULL;
    shared = memfd_create("raster", MFD_CLOEXEC);
    if (shared < 0 || ftruncate(shared, LIMIT_RASTER_SHARED) != 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        e = err_errno(S("准备读取影像"));
    if (!e) {
        void *p = mmap(NULL, LIMIT_RASTER_SHARED, PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
        if (p == MAP_FAILED)
            e = err_errno(S("准备读取影像"));
        else
            ret->shared = p;
    }
    if (!e)
        e = start(a, file, ends[1], shared, &ret->pid);
    ret->socket = ends[0];
    if (ends[1] >= 0)
        close(ends[1]);
    if (shared >= 0)
        close(shared);
    close(file);
    if (!e)
        e = introduce(ret);
    if (e)
        child_close(ret);
    return e;
}

err *child_ask(struct child *c, const struct read_request *q)
{
    struct read_strip late;
    while (c->asked) /* an earlier question left in the middle is read to its end */
        TRY(child_strip(c, &late));
    c->request = *q;
    c->given = 0;
    c->asked = true;
    return give(c, q, sizeof *q);
}

err *child_strip(struct child *c, struct read_strip *ret)
{
    bool end;
    const struct read_request *q = &c->request;
    int strips = (q->height + q->tile_h - 1) / q->tile_h;
    /* The first `slots` need no leave; from then on each strip read gives its slot to one that comes. */
    if (c->given && c->given + q->slots <= strips)
        TRY(give(c, &(uint8_t){0}, 1));
    TRY(take(c, ret, sizeof *ret, &end));
    if (end)
        return ended(c);
    if (ret->magic != READ_MAGIC || ret->slot != c->given % q->slots || ret->y != c->given * q->tile_h || ret->rows < 1 || ret->rows > q->tile_h ||
        ret->y + ret->rows > q->height)
        return refusal(READ_FAULTS);
    c->given++;
    if (c->given == strips)
        c->asked = false;
    return NULL;
}

void child_close(struct child *c)
{
    int status;
    if (c->socket >= 0)
        close(c->socket);
    if (c->pid > 0) {
        kill(c->pid, SIGKILL);
        while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    if (c->shared)
        munmap(c->shared, LIMIT_RASTER_SHARED);
    *c = (struct child){.socket = -1};
}
