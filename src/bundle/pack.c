/*
 * Writing the canonical container: members as they are, headers that follow from them. A library for ZIP would write
 * what it likes (times, extra fields, data descriptors, its own order), and what it writes changes with its version; the sixty
 * lines below are fixed by the format. A local header of a streamed file is written again when its checksum is known.
 */
#include "bundle/bundle_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { PIECE = 1024 * 1024 };

struct pack {
    struct arena *arena; /* the caller's: rows live on */
    struct arena *own;   /* the buffer */
    str path, passing;
    int fd;
    int64_t at; /* bytes written */
    char *piece;
    VEC(struct pack_row) rows;
    VEC(struct bundle_header) headers;
};

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define AUTO_FD __attribute__((cleanup(fd_close))) int

err *pack_begin(struct arena *a, str path, struct pack **ret)
{
    struct pack *z = NEW(a, struct pack);
    uint64_t salt;
    random_bytes(&salt, sizeof salt);
    z->arena = a;
    z->path = path;
    z->passing = arena_printf(a, "%.*s.new-%016llx", STR_ARG(path), (unsigned long long)salt);
    z->fd = open(arena_cstr(a, z->passing), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (z->fd < 0)
        return err_errno(path);
    z->own = arena_new();
    z->piece = arena_alloc(z->own, PIECE, 1);
    *ret = z;
    return NULL;
}

static err *too_large(str name)
{
    return err_at(err_new(ERR_LIMIT, "案卷包超过4 GiB−1字节（到“%.*s”为止），请把大的原件另行移送，卷内只附其摘要", STR_ARG(name)), name);
}

static err *put_bytes(struct pack *z, const void *bytes, size_t n)
{
    const char *p = bytes;
    for (size_t done = 0; done < n;) {
        ssize_t wrote = os_write(z->fd, p + done, n - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return err_errno(z->path);
        done += (size_t)wrote;
    }
    z->at += (int64_t)n;
    return NULL;
}

static err *put_header(struct pack *z, const struct bundle_header *h)
{
    uint8_t bytes[BUNDLE_LOCAL_BYTES];
    bundle_local_header(h, bytes);
    TRY(put_bytes(z, bytes, sizeof bytes));
    return put_bytes(z, h->name.p, h->name.n);
}

/* The header again, now that checksum and size are known. */
static err *mend_header(struct pack *z, const struct bundle_header *h)
{
    uint8_t bytes[BUNDLE_LOCAL_BYTES];
    bundle_local_header(h, bytes);
    return pwrite(z->fd, bytes, sizeof bytes, h->at) == (ssize_t)sizeof bytes ? NULL : err_errno(z->path);
}

/* Room for a member of n bytes with its headers and all that must still follow. */
static bool fits(const struct pack *z, str name, int64_t n)
{
    int64_t behind = BUNDLE_END_BYTES;
    for (size_t i = 0; i < z->headers.n; i++)
        behind += BUNDLE_CENTRAL_BYTES + (int64_t)z->headers.p[i].name.n;
    return n <= LIMIT_BUNDLE_BYTES - behind - z->at - BUNDLE_LOCAL_BYTES - BUNDLE_CENTRAL_BYTES - 2 * (int64_t)name.n;
}

static err *may_add(struct pack *z, str name)
{
    bool last = str_eq(name, S("manifest.json")) || str_eq(name, S("manifest.sig"));
    CHECK(bundle_name_sound(name));
    CHECK(last || !z->rows.n || str_cmp(z->rows.p[z->rows.n - 1].name, name) < 0);
    if (z->rows.n >= LIMIT_BUNDLE_MEMBERS)
        return err_new(ERR_LIMIT, "案卷包超过%d个成员", LIMIT_BUNDLE_MEMBERS);
    return NULL;
}

static void keep(struct pack *z, struct bundle_header h, struct sm3 digest)
{
    struct pack_row row = {h.name, h.bytes, digest};
    vec_push(z->arena, &z->headers, h);
    vec_push(z->arena, &z->rows, row);
}

err *pack_add(struct pack *z, str name, str bytes)
{
    TRY(may_add(z, name));
    if (!fits(z, name, (int64_t)bytes.n))
        return too_large(name);
    struct bundle_header h = {.name = arena_str(z->arena, name), .bytes = (int64_t)bytes.n, .at = z->at,
                              .crc = (uint32_t)crc32_z(0, (const uint8_t *)bytes.p, bytes.n)};
    TRY(put_header(z, &h));
    TRY(put_bytes(z, bytes.p, bytes.n));
    keep(z, h, sm3_of(bytes.p, bytes.n));
    return NULL;
}

err *pack_add_file(struct pack *z, str name, str path, struct sm3 *ret_digest)
{
    AUTO_FD in = open(arena_cstr(z->arena, path), O_RDONLY | O_CLOEXEC);
    struct sm3_state state;
    if (in < 0)
        return err_errno(path);
    TRY(may_add(z, name));
    struct bundle_header h = {.name = arena_str(z->arena, name), .at = z->at};
    TRY(put_header(z, &h));
    sm3_init(&state);
    for (;;) {
        ssize_t n = read(in, z->piece, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(path);
        if (n == 0)
            break;
        if (!fits(z, name, n))
            return too_large(name);
        sm3_add(&state, z->piece, (size_t)n);
        h.crc = (uint32_t)crc32_z(h.crc, (const uint8_t *)z->piece, (size_t)n);
        h.bytes += n;
        TRY(put_bytes(z, z->piece, (size_t)n));
    }
    TRY(mend_header(z, &h));
    *ret_digest = sm3_end(&state);
    keep(z, h, *ret_digest);
    return NULL;
}

static err *put_directory(struct pack *z)
{
    uint8_t central[BUNDLE_CENTRAL_BYTES], end[BUNDLE_END_BYTES];
    int64_t at = z->at;
    for (size_t i = 0; i < z->headers.n; i++) {
        bundle_central_header(&z->headers.p[i], central);
        TRY(put_bytes(z, central, sizeof central));
        TRY(put_bytes(z, z->headers.p[i].name.p, z->headers.p[i].name.n));
    }
    bundle_end_record(z->headers.n, at, z->at - at, end);
    return put_bytes(z, end, sizeof end);
}

static void pack_close(struct pack *z)
{
    fd_close(&z->fd);
    z->fd = -1;
    arena_free(z->own);
    z->own = NULL;
}

static err *settle(struct pack *z)
{
    if (os_fsync(z->fd) < 0 ||
        os_rename(arena_cstr(z->arena, z->passing), arena_cstr(z->arena, z->path)) < 0)
        return err_errno(z->path);
    return folder_sync_of(z->path);
}

err *pack_end(struct pack *z, int64_t *ret_bytes)
{
    err *bad = put_directory(z);
    CHECK(bad || z->at <= LIMIT_BUNDLE_BYTES);
    *ret_bytes = z->at;
    if (!bad)
        bad = settle(z);
    if (bad)
        unlink(arena_cstr(z->arena, z->passing));
    pack_close(z);
    return bad;
}

void pack_discard(struct pack *z)
{
    if (!z || !z->own)
        return;
    unlink(arena_cstr(z->arena, z->passing));
    pack_close(z);
}

size_t pack_count(const struct pack *z)
{
    return z->rows.n;
}

const struct pack_row *pack_row(const struct pack *z, size_t i)
{
    CHECK(i < z->rows.n);
    return &z->rows.p[i];
}
