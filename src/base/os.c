/*
 * A file is replaced whole or not at all: a temporary name in the same folder, fsync, rename, fsync
 * of the folder (without the last one the new name may be lost with the power). Every step that can
 * fail on a full or dying disk passes a seam where a test can make it fail.
 */
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    atomic_int left; /* matching calls until the one that fails; 0 is off */
    atomic_int errno_value;
} faults[OS_CALLS];

void os_fault(enum os_call call, int nth, int errno_value)
{
    CHECK(call < OS_CALLS);
    atomic_store(&faults[call].errno_value, errno_value);
    atomic_store(&faults[call].left, nth);
}

static bool fault_due(enum os_call call)
{
    if (atomic_load(&faults[call].left) <= 0 || atomic_fetch_sub(&faults[call].left, 1) != 1)
        return false;
    errno = atomic_load(&faults[call].errno_value);
    return true;
}

ssize_t os_write(int fd, const void *p, size_t n)
{
    return fault_due(OS_WRITE) ? -1 : write(fd, p, n);
}

int os_fsync(int fd)
{
    return fault_due(OS_FSYNC) ? -1 : fsync(fd);
}

int os_rename(const char *from, const char *to)
{
    return fault_due(OS_RENAME) ? -1 : rename(from, to);
}

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define AUTO_FD __attribute__((cleanup(fd_close))) int

static err *path_check(str path)
{
    if (path.n == 0 || memchr(path.p, '\0', path.n))
        return err_got(err_new(ERR_INPUT, "文件路径为空或含有空字符"), path, S("文件路径"),
                       S("/var/lib/xiezhi/ledger.db"));
    return NULL;
}

static err *read_all(struct arena *a, int fd, str path, size_t limit, size_t expect, str *ret)
{
    buf b = buf_make(a, limit);
    char block[64 * 1024];
    for (;;) {
        size_t want = sizeof block;
        ssize_t n = read(fd, block, want);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(arena_printf(a, "读取文件%.*s", STR_ARG(path)));
        if (n == 0)
            break;
        if (b.n == 0 && expect > (size_t)n && expect <= limit)
            b.p = arena_alloc(a, expect, 1), b.capacity = expect;
        buf_add(&b, (str){block, (size_t)n});
        if (b.overflow)
            return err_new(ERR_LIMIT, "文件%.*s超过%zu字节的上限", STR_ARG(path), limit);
    }
    *ret = buf_str(&b);
    return NULL;
}

err *file_read(struct arena *a, str path, size_t limit, str *ret)
{
    TRY(path_check(path));
    AUTO_FD fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return err_new(ERR_MISSING, "文件%.*s不存在", STR_ARG(path));
    if (fd < 0)
        return err_errno(arena_printf(a, "打开文件%.*s", STR_ARG(path)));
    struct stat info;
    if (fstat(fd, &info) < 0)
        return err_errno(arena_printf(a, "查看文件%.*s", STR_ARG(path)));
    if (S_ISDIR(info.st_mode))
        return err_new(ERR_INPUT, "%.*s是一个目录,这里需要文件", STR_ARG(path));
    if (info.st_size > 0 && (uint64_t)info.st_size > limit)
        return err_new(ERR_LIMIT, "文件%.*s有%lld字节,超过%zu字节的上限", STR_ARG(path),
                       (long long)info.st_size, limit);
    TRY(read_all(a, fd, path, limit, (size_t)info.st_size, ret));
    return NULL;
}

static int write_all(int fd, str bytes)
{
    while (bytes.n) {
        ssize_t n = os_write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
    return 0;
}

/* copy_file_range refuses from one kind of file system to another, on most network drives, and on old kernels: a backup goes to another disk. */
static ssize_t copy_some(int in, int out, bool *kernel)
{
    if (*kernel) {
        ssize_t n = fault_due(OS_COPY) ? -1 : copy_file_range(in, NULL, out, NULL, 1 << 30, 0);
        if (n >= 0 || errno == EINTR || errno == ENOSPC || errno == EDQUOT || errno == EIO || errno == EFBIG)
            return n;
        *kernel = false;
    }
    char block[64 * 1024];
    ssize_t n = read(in, block, sizeof block);
    return n > 0 && write_all(out, (str){block, (size_t)n}) < 0 ? -1 : n;
}

static err *pour(struct arena *a, int in, int out, str to)
{
    bool kernel = true;
    for (;;) {
        ssize_t n = copy_some(in, out, &kernel);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(arena_printf(a, "写入文件%.*s", STR_ARG(to)));
        if (n == 0)
            return os_fsync(out) == 0 ? NULL : err_errno(arena_printf(a, "把文件%.*s写入磁盘", STR_ARG(to)));
    }
}

err *file_copy(str from, str to)
{
    AUTO_ARENA(a);
    TRY(path_check(from));
    TRY(path_check(to));
    AUTO_FD in = open(arena_cstr(a, from), O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return err_errno(arena_printf(a, "打开文件%.*s", STR_ARG(from)));
    AUTO_FD out = open(arena_cstr(a, to), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0)
        return err_errno(arena_printf(a, "新建文件%.*s", STR_ARG(to)));
    err *bad = pour(a, in, out, to);
    int closing = out;
    out = -1;
    if (close(closing) != 0 && !bad)
        bad = err_errno(arena_printf(a, "写入文件%.*s", STR_ARG(to)));
    if (bad)
        unlink(arena_cstr(a, to));
    return bad;
}

static str folder_of(str path)
{
    const char *slash = memrchr(path.p, '/', path.n);
    if (!slash)
        return S(".");
    return slash == path.p ? S("/") : (str){path.p, (size_t)(slash - path.p)};
}

err *folder_sync_of(str path)
{
    AUTO_ARENA(a);
    str folder = folder_of(path);
    AUTO_FD fd = open(arena_cstr(a, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || os_fsync(fd) < 0)
        return err_errno(arena_printf(a, "把目录%.*s写入磁盘", STR_ARG(folder)));
    return NULL;
}

static err *file_fill(struct arena *a, const char *name, str path, str bytes, unsigned mode)
{
    AUTO_FD fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return err_errno(arena_printf(a, "新建文件%.*s", STR_ARG(path)));
    if (fchmod(fd, mode) < 0 || write_all(fd, bytes) < 0)
        return err_errno(arena_printf(a, "写入文件%.*s", STR_ARG(path)));
    if (os_fsync(fd) < 0)
        return err_errno(arena_printf(a, "把文件%.*s写入磁盘", STR_ARG(path)));
    int closing = fd;
    fd = -1;
    if (close(closing) < 0)
        return err_errno(arena_printf(a, "关闭文件%.*s", STR_ARG(path)));
    return NULL;
}

err *file_write_atomic(str path, str bytes, unsigned mode)
{
    TRY(path_check(path));
    AUTO_ARENA(a);
    uint64_t salt;
    random_bytes(&salt, sizeof salt);
    str temporary = arena_printf(a, "%.*s.%016llx.tmp", STR_ARG(path), (unsigned long long)salt);
    err *e = file_fill(a, temporary.p, path, bytes, mode);
    if (!e && os_rename(temporary.p, arena_cstr(a, path)) < 0)
        e = err_errno(arena_printf(a, "把新内容换入%.*s", STR_ARG(path)));
    if (e) {
        unlink(temporary.p);
        return err_seen_(e, HERE);
    }
    TRY(folder_sync_of(path));
    return NULL;
}

static err *folder_make_one(struct arena *a, str path)
{
    const char *name = arena_cstr(a, path);
    struct stat info;
    if (mkdir(name, 0700) == 0)
        return NULL;
    int code = errno;
    if (code == EEXIST && stat(name, &info) == 0 && S_ISDIR(info.st_mode))
        return NULL;
    errno = code;
    return err_errno(arena_printf(a, "新建目录%.*s", STR_ARG(path)));
}

err *folder_make(str path)
{
    TRY(path_check(path));
    AUTO_ARENA(a);
    for (size_t i = 1; i < path.n; i++)
        if (path.p[i] == '/' && path.p[i - 1] != '/')
            TRY(folder_make_one(a, str_sub(path, 0, i)));
    TRY(folder_make_one(a, path));
    return NULL;
}

err *file_exists(str path, bool *ret)
{
    TRY(path_check(path));
    AUTO_ARENA(a);
    struct stat info;
    if (stat(arena_cstr(a, path), &info) == 0) {
        *ret = true;
        return NULL;
    }
    if (errno != ENOENT && errno != ENOTDIR)
        return err_errno(arena_printf(a, "查看文件%.*s", STR_ARG(path)));
    *ret = false;
    return NULL;
}

void random_bytes(void *ret, size_t n)
{
    uint8_t *p = ret;
    while (n) {
        ssize_t got = getrandom(p, n, 0);
        CHECK(got > 0 || errno == EINTR);
        if (got > 0) {
            p += got;
            n -= (size_t)got;
        }
    }
}
