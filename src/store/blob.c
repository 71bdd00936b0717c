/*
 * blobs/ab/cdef..: a blob is written under a passing name, fsynced, renamed to its digest, and the
 * folders are fsynced, before anybody can name it. Putting the same bytes again replaces the file
 * by its equal, which also mends a damaged one.
 */
#include "store/engine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    FOLDER_DIGITS = 2,
    NAME_DIGITS = 2 * SM3_BYTES,
    READ_BYTES = 256 * 1024,
    PASSING_SECONDS = 24 * 3600
};

struct blob_writer {
    struct arena *arena; /* holds this too */
    struct store *store;
    int fd;
    str path; /* passing name */
    struct sm3_state state;
    int64_t bytes;
};

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define AUTO_FD __attribute__((cleanup(fd_close))) int

static str path_of(struct store *s, struct arena *a, const struct sm3 *digest)
{
    buf b = buf_make(a, NAME_DIGITS);
    buf_hex(&b, digest->byte, SM3_BYTES);
    return arena_printf(a, "%s/blobs/%.*s/%.*s", s->folder, FOLDER_DIGITS, b.p,
                        NAME_DIGITS - FOLDER_DIGITS, b.p + FOLDER_DIGITS);
}

err *blob_begin(struct store *s, struct blob_writer **ret)
{
    struct arena *a = arena_new();
    struct blob_writer *w = NEW(a, struct blob_writer);
    w->arena = a;
    w->store = s;
    w->fd = -1;
    sm3_init(&w->state);
    err *e = folder_make(arena_printf(a, "%s/blobs", s->folder));
    if (!e) {
        uint64_t salt;
        random_bytes(&salt, sizeof salt);
        w->path = arena_printf(a, "%s/blobs/new-%016llx", s->folder, (unsigned long long)salt);
        w->fd = open(w->path.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (w->fd < 0)
            e = err_errno(S("新建附件文件"));
    }
    if (e) {
        arena_free(a);
        return err_seen_(e, HERE);
    }
    *ret = w;
    return NULL;
}

err *blob_add(struct blob_writer *w, str bytes)
{
    if (bytes.n > LIMIT_BLOB_PART)
        return err_new(ERR_LIMIT, "附件每次最多传%d MB", LIMIT_BLOB_PART >> 20);
    for (str rest = bytes; rest.n;) {
        ssize_t n = os_write(w->fd, rest.p, rest.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(S("写入附件"));
        rest = str_sub(rest, (size_t)n, rest.n);
    }
    sm3_add(&w->state, bytes.p, bytes.n);
    w->bytes += (int64_t)bytes.n;
    return NULL;
}

static err *place(struct blob_writer *w, const struct sm3 *digest)
{
    if (os_fsync(w->fd) < 0)
        return err_errno(S("把附件写入磁盘"));
    str path = path_of(w->store, w->arena, digest);
    str folder = str_sub(path, 0, path.n - (NAME_DIGITS - FOLDER_DIGITS) - 1);
    bool there;
    TRY(file_exists(folder, &there));
    TRY(folder_make(folder));
    if (!there)
        TRY(folder_sync_of(folder));
    if (os_rename(w->path.p, path.p) < 0)
        return err_errno(S("为附件定名"));
    w->path = STR_NONE; /* nothing to remove any more */
    TRY(folder_sync_of(path));
    return NULL;
}

err *blob_finish(struct blob_writer *w, struct sm3 *ret, int64_t *ret_bytes)
{
    struct sm3 digest = sm3_end(&w->state);
    int64_t bytes = w->bytes;
    err *e = place(w, &digest);
    blob_discard(w);
    if (e)
        return err_seen_(e, HERE);
    *ret = digest;
    *ret_bytes = bytes;
    return NULL;
}

void blob_discard(struct blob_writer *w)
{
    if (!w)
        return;
    fd_close(&w->fd);
    if (w->path.n)
        unlink(w->path.p);
    arena_free(w->arena);
}

err *blob_put(struct store *s, str bytes, struct sm3 *ret)
{
    struct blob_writer *w;
    TRY(blob_begin(s, &w));
    for (size_t i = 0; i < bytes.n; i += LIMIT_BLOB_PART) {
        err *e = blob_add(w, str_sub(bytes, i, LIMIT_BLOB_PART));
        if (e) {
            blob_discard(w);
            return err_seen_(e, HERE);
        }
    }
    int64_t n;
    TRY(blob_finish(w, ret, &n));
    return NULL;
}

err *blob_path(struct store *s, struct arena *a, const struct sm3 *digest, str *ret)
{
    str path = path_of(s, a, digest);
    bool there;
    TRY(file_exists(path, &there));
    if (!there)
        return err_new(ERR_MISSING, "没有这个附件");
    *ret = path;
    return NULL;
}

err *blob_get(struct store *s, struct arena *a, const struct sm3 *digest, size_t limit, str *ret)
{
    str path, bytes;
    TRY(blob_path(s, a, digest, &path));
    TRY(file_read(a, path, limit, &bytes));
    struct sm3 found = sm3_of(bytes.p, bytes.n);
    if (memcmp(&found, digest, sizeof found) != 0)
        return err_new(ERR_DAMAGED, "附件已损坏：内容与其编号不符");
    *ret = bytes;
    return NULL;
}

/* What a killed process left under a passing name: no upload goes on for a day. */
void blob_sweep(struct store *s)
{
    AUTO_ARENA(a);
    str folder = arena_printf(a, "%s/blobs", s->folder);
    DIR *list = opendir(folder.p);
    if (!list)
        return;
    time_t limit = time(NULL) - PASSING_SECONDS;
    for (struct dirent *entry; (entry = readdir(list));) {
        struct stat info;
        if (strncmp(entry->d_name, "new-", 4) == 0 &&
            fstatat(dirfd(list), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            info.st_mtime < limit)
            unlinkat(dirfd(list), entry->d_name, 0);
    }
    closedir(list);
}

/* ---- verify ---- */

struct verify {
    struct store *store;
    void (*bad)(void *context, str name);
    void *context;
    int64_t count;
    char *block;
};

static err *digest_of_file(const char *path, char *block, struct sm3 *ret)
{
    AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(S("打开附件"));
    struct sm3_state state;
    sm3_init(&state);
    for (;;) {
        ssize_t n = read(fd, block, READ_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(S("读取附件"));
        if (n == 0)
            break;
        sm3_add(&state, block, (size_t)n);
    }
    *ret = sm3_end(&state);
    return NULL;
}

static err *verify_file(struct verify *v, struct arena *a, const char *folder, const char *name)
{
    str full = arena_printf(a, "%s%s", folder, name);
    struct sm3 wanted, found;
    v->count++;
    TRY(digest_of_file(arena_printf(a, "%s/blobs/%s/%s", v->store->folder, folder, name).p,
                       v->block, &found));
    if (!hex_decode(full, wanted.byte, SM3_BYTES) || memcmp(&wanted, &found, sizeof found) != 0)
        v->bad(v->context, full);
    return NULL;
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static err *verify_folder(struct verify *v, const char *folder)
{
    AUTO_ARENA(a);
    struct dirent **list;
    int n = scandir(arena_printf(a, "%s/blobs/%s", v->store->folder, folder).p, &list, not_hidden,
                    alphasort);
    if (n < 0)
        return errno == ENOENT ? NULL : err_errno(S("列出附件"));
    err *e = NULL;
    for (int i = 0; i < n; i++) {
        if (!e)
            e = verify_file(v, a, folder, list[i]->d_name);
        free(list[i]);
    }
    free(list);
    return e;
}

err *blob_verify(struct store *s, void (*bad)(void *context, str name), void *context,
                 int64_t *ret_count)
{
    struct verify v = {.store = s, .bad = bad, .context = context, .block = malloc(READ_BYTES)};
    CHECK(v.block);
    err *e = NULL;
    static const char digit[] = "0123456789abcdef";
    for (int i = 0; !e && i < 256; i++)
        e = verify_folder(&v, (char[]){digit[i >> 4], digit[i & 15], '\0'});
    free(v.block);
    if (e)
        return err_seen_(e, HERE);
    *ret_count = v.count;
    return NULL;
}
