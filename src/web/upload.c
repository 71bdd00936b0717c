/*
 * Resumable uploads: create, send parts with their offset, ask where it stopped, finish. Parts wait in a file of the
 * data folder (uploads/); finishing streams them through the blob writer, which digests and fsyncs. A part
 * that comes twice is answered with the true offset, so a phone that lost the answer simply goes on.
 */
#include "web/web_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const int64_t limit_blob = INT64_C(4) << 30;

static err *upload_path(struct request *q, str id, str *ret)
{
    for (size_t i = 0; i < id.n; i++)
        if (!((id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= '0' && id.p[i] <= '9')))
            return err_new(ERR_MISSING, "没有这个上传");
    if (id.n != ULID_LENGTH)
        return err_new(ERR_MISSING, "没有这个上传");
    /* The owner is in the name: somebody else's upload does not exist for you. */
    struct sm3 d = sm3_of(q->session.user.p, q->session.user.n);
    buf owner = buf_make(q->a, 32);
    buf_hex(&owner, d.byte, 8);
    str folder = store_folder(q->web->store);
    *ret = arena_printf(q->a, "%.*s/uploads/%.*s-%.*s", STR_ARG(folder), STR_ARG(buf_str(&owner)),
                        STR_ARG(id));
    return NULL;
}

static err *offset_of(struct request *q, str path, int64_t *ret)
{
    struct stat st;
    if (stat(arena_cstr(q->a, path), &st))
        return err_new(ERR_MISSING, "没有这个上传，或已完成");
    *ret = st.st_size;
    return NULL;
}

static err *answer(struct request *q, struct response *r, int status, str id, int64_t offset, str digest)
{
    buf b = buf_make(q->a, 1000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("id"), id);
    json_put_int(&o, S("offset"), offset);
    if (digest.n)
        json_put_str(&o, S("digest"), digest);
    json_close(&o, '}');
    response_header(r, "Upload-Offset", arena_printf(q->a, "%lld", (long long)offset));
    r->status = status;
    r->type = "application/json";
    r->body = buf_str(&b);
    return NULL;
}

err *api_blob_create(struct request *q, struct response *r)
{
    uint8_t random[10];
    str path;
    random_bytes(random, sizeof random);
    str id = ulid_make(q->a, q->now, random);
    TRY(folder_make(arena_printf(q->a, "%.*s/uploads", STR_ARG(store_folder(q->web->store)))));
    TRY(upload_path(q, id, &path));
    int fd = open(arena_cstr(q->a, path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(S("上传"));
    close(fd);
    response_header(r, "Location", arena_printf(q->a, "/api/blobs/%.*s", STR_ARG(id)));
    return answer(q, r, 201, id, 0, STR_NONE);
}

err *api_blob_state(struct request *q, struct response *r)
{
    str path;
    int64_t offset;
    TRY(upload_path(q, q->part[0], &path));
    TRY(offset_of(q, path, &offset));
    return answer(q, r, 200, q->part[0], offset, STR_NONE);
}

static err *write_all(int fd, str bytes)
{
    for (size_t done = 0; done < bytes.n;) {
        ssize_t n = write(fd, bytes.p + done, bytes.n - done);
        if (n < 0 && errno != EINTR)
            return err_errno(S("上传"));
        if (n > 0)
            done += (size_t)n;
    }
    return NULL;
}

/* Under a lock of the file: a phone that gave up waiting sends the part again while the first is still being written. */
static err *append(struct request *q, int fd, int64_t claimed, int64_t *ret_offset, bool *ret_taken)
{
    struct stat st;
    if (flock(fd, LOCK_EX) || fstat(fd, &st))
        return err_errno(S("上传"));
    *ret_offset = st.st_size;
    *ret_taken = claimed == st.st_size;
    if (!*ret_taken)
        return NULL;
    if (st.st_size + (int64_t)q->body.n > limit_blob)
        return err_new(ERR_LIMIT, "文件超过%lld字节", (long long)limit_blob);
    err *e = write_all(fd, q->body);
    if (e && ftruncate(fd, st.st_size))
        log_err("upload", e);
    *ret_offset += (int64_t)q->body.n;
    return e;
}

err *api_blob_part(struct request *q, struct response *r)
{
    str path;
    int64_t offset = 0, claimed;
    bool taken = false;
    TRY(upload_path(q, q->part[0], &path));
    TRY(offset_of(q, path, &offset));
    if (!q->upload_offset.p || !str_int64(q->upload_offset, &claimed))
        return err_got(err_at(err_new(ERR_INPUT, "缺少Upload-Offset"), S("Upload-Offset")), q->upload_offset, S("已上传的字节数"),
                       S("0"));
    int fd = open(arena_cstr(q->a, path), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return err_errno(S("上传"));
    err *e = append(q, fd, claimed, &offset, &taken);
    close(fd);
    TRY(e);
    return answer(q, r, taken ? 200 : 409, q->part[0], offset, STR_NONE);
}

static err *stream(struct request *q, str path, struct blob_writer *writer)
{
    enum { CHUNK = 256 << 10 };
    char *chunk = arena_alloc(q->a, CHUNK, 1);
    int fd = open(arena_cstr(q->a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(S("上传"));
    err *e = NULL;
    for (ssize_t n; !e && (n = read(fd, chunk, CHUNK)) != 0;)
        e = n < 0 ? err_errno(S("上传")) : blob_add(writer, (str){chunk, (size_t)n});
    close(fd);
    return e;
}

err *api_blob_finish(struct request *q, struct response *r)
{
    str path;
    int64_t bytes;
    struct sm3 digest;
    struct blob_writer *writer;
    TRY(upload_path(q, q->part[0], &path));
    TRY(offset_of(q, path, &bytes));
    TRY(blob_begin(q->web->store, &writer));
    err *e = stream(q, path, writer);
    if (e) {
        blob_discard(writer);
        return e;
    }
    TRY(blob_finish(writer, &digest, &bytes));
    unlink(arena_cstr(q->a, path));
    atomic_fetch_add(&q->web->metrics.uploads, 1);
    return answer(q, r, 201, q->part[0], bytes, sm3_text(q->a, &digest));
}
