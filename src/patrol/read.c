/*
 * The parent's end. Heads are read by the hundred in one child, because a process for each would cost more than reading it; when a child
 * dies, the answers it gave stand, the file it was at is given up, and a new child goes on behind it. The parent believes nothing:
 * sizes are fixed, texts end, numbers are in range.
 */
#include "patrol/private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BATCH = 256 };

struct pipe_end { int fd; pid_t child; usec deadline; };

static err *start(const struct job *j, struct pipe_end *ret)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(S("建立管道"));
    pid_t child = fork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return err_errno(S("建立读取进程"));
    }
    if (child == 0)
        patrol_child(j, ends[1]);
    close(ends[1]);
    *ret = (struct pipe_end){ends[0], child, time_monotonic() + (LIMIT_PATROL_SECONDS + 5) * USEC_SECOND};
    return NULL;
}

static void end(struct pipe_end *p, bool stop)
{
    close(p->fd);
    if (stop)
        kill(p->child, SIGKILL);
    while (waitpid(p->child, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* *ret_there false: the child ended before. */
static err *take(struct pipe_end *p, void *to, size_t want, bool *ret_there)
{
    size_t n = 0;
    *ret_there = false;
    while (n < want) {
        struct pollfd wait = {.fd = p->fd, .events = POLLIN};
        int64_t left = (p->deadline - time_monotonic()) / 1000;
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready == 0)
            return err_new(ERR_LIMIT, "读取超过%d秒", LIMIT_PATROL_SECONDS);
        if (ready < 0 && errno != EINTR)
            return err_errno(S("读取"));
        ssize_t got = ready < 0 ? 0 : read(p->fd, (char *)to + n, want - n);
        if (got < 0 && errno != EINTR)
            return err_errno(S("读取"));
        if (got == 0 && ready > 0)
            return NULL;
        n += got > 0 ? (size_t)got : 0;
    }
    *ret_there = true;
    return NULL;
}

static err *damaged(void)
{
    return err_new(ERR_DAMAGED, "文件读不下去：已损坏，或超出读取程序的上限");
}

static err *fault(struct pipe_end *p, const struct answer_head *h)
{
    char text[1024];
    bool there;
    if (h->fault > ERR_KINDS || h->bytes > sizeof text)
        return damaged();
    TRY(take(p, text, h->bytes, &there));
    str all = {text, h->bytes}, first;
    if (!there || utf8_bad(all) >= 0 || !str_next(&all, '\n', &first))
        return damaged();
    err *e = err_new((enum err_kind)(h->fault - 1), "%.*s", STR_ARG(first));
    return all.n ? err_got(e, STR_NONE, all, STR_NONE) : e;
}

/* Reads one answer of known size; `damaged` when the child died or lied about it. */
static err *answer(struct pipe_end *p, void *to, size_t n, struct answer_head *h, bool *ret_died)
{
    bool there;
    *ret_died = false;
    TRY(take(p, h, sizeof *h, &there));
    if (!there) {
        *ret_died = true;
        return damaged();
    }
    if (h->magic != ANSWER_MAGIC)
        return damaged();
    if (h->fault)
        return fault(p, h);
    if (h->bytes != n)
        return damaged();
    TRY(take(p, to, n, &there));
    *ret_died = !there;
    return there ? NULL : damaged();
}

static bool text_whole(const char *s, size_t room)
{
    size_t n = strnlen(s, room);
    return n < room && utf8_bad((str){s, n}) < 0;
}

static bool sane(double v, double least, double most)
{
    return isnan(v) || (v >= least && v <= most);
}

/* A bool is one byte, 0 or 1; the pipe could bring another. */
static bool flag_sane(const bool *b)
{
    return *(const uint8_t *)(const void *)b <= 1;
}

/* What a child answers is believed as far as it makes sense. */
static bool photo_sane(const struct answer_photo *a, size_t bytes)
{
    const struct photo *p = &a->photo;
    const struct angles *g[] = {&p->gimbal, &p->aircraft_angles};
    bool good = a->like <= 1 && flag_sane(&p->rtk_fixed) && flag_sane(&p->lens.distorted) && text_whole(p->make, sizeof p->make) && text_whole(p->model, sizeof p->model) &&
                text_whole(p->software, sizeof p->software) && text_whole(p->aircraft, sizeof p->aircraft) &&
                text_whole(p->version, sizeof p->version);
    for (size_t i = 0; i < 2; i++)
        good = good && sane(g[i]->yaw, -1e6, 1e6) && sane(g[i]->pitch, -1e6, 1e6) && sane(g[i]->roll, -1e6, 1e6);
    good = good && (isnan(p->lat) ? isnan(p->lon) : place_good(p->lat, p->lon)) && p->width >= 0 && p->height >= 0 && p->width <= 100000 &&
           p->height <= 100000 && p->lens_source <= LENS_35MM && sane(p->lens.focal, 0, 1e6) && sane(p->altitude, -1e9, 1e9) &&
           sane(p->above_takeoff, -1e9, 1e9) && p->thumbnail <= bytes && p->thumbnail_n <= bytes && p->coding.tables <= TABLES_OWN;
    return good;
}

static void digests(struct photo_file *files, size_t n)
{
    str bytes[BATCH];
    struct sm3 digest[BATCH];
    for (size_t i = 0; i < n; i++)
        bytes[i] = files[i].bytes;
    sm3_many(n, bytes, -1, digest);
    for (size_t i = 0; i < n; i++)
        files[i].digest = digest[i];
}

err *photos_read(struct photo_file *files, size_t n)
{
    for (size_t i = 0; i < n; i += BATCH)
        digests(files + i, n - i < BATCH ? n - i : BATCH);
    for (size_t i = 0; i < n;) {
        size_t batch = n - i < BATCH ? n - i : BATCH, done = 0;
        struct job j = {.kind = JOB_HEADS, .files = files + i, .n = batch};
        struct pipe_end p;
        err *e = NULL;
        TRY(start(&j, &p));
        while (done < batch && !e) {
            struct answer_photo out;
            struct answer_head h;
            bool died;
            struct photo_file *f = &files[i + done];
            e = answer(&p, &out, sizeof out, &h, &died);
            if (!e && !photo_sane(&out, f->bytes.n))
                e = damaged();
            if (!e && !out.like)
                f->fault = err_got(err_new(ERR_INPUT, "不是JPEG照片"), STR_NONE, S("无人机相机的原始照片（.JPG）"), STR_NONE);
            else if (!e)
                f->photo = out.photo;
            done += !e;
        }
        end(&p, e != NULL);
        if (e && e->kind == ERR_IO)
            return e;
        if (e) /* this one killed its reader */
            files[i + done++].fault = e;
        i += done;
    }
    return NULL;
}

err *photo_grey(const struct photo_file *f, struct grey *ret)
{
    struct photo_file one = *f;
    struct job j = {.kind = JOB_GREY, .files = &one, .n = 1};
    struct pipe_end p;
    struct answer_head h;
    bool died;
    TRY(start(&j, &p));
    err *e = answer(&p, ret, sizeof *ret, &h, &died);
    end(&p, e != NULL);
    if (!e && (ret->width < 1 || ret->width > PATROL_GREY || ret->height < 1 || ret->height > PATROL_GREY))
        e = damaged();
    return e;
}

err *photo_twin(str whole, struct twin *ret)
{
    struct job j = {.kind = JOB_TWIN, .bytes = whole};
    struct pipe_end p;
    struct answer_head h;
    bool died;
    if (whole.n > LIMIT_PATROL_FILE)
        return err_new(ERR_LIMIT, "照片超过%d MB", LIMIT_PATROL_FILE >> 20);
    TRY(start(&j, &p));
    err *e = answer(&p, ret, sizeof *ret, &h, &died);
    end(&p, e != NULL);
    if (e)
        return e;
    bool good = !(ret->flags & ~(uint64_t)(PHOTO_TWIN | PHOTO_TRUNCATED)) && (ret->likeness == TWIN_UNSEEN || (ret->likeness >= -1000 && ret->likeness <= 1000));
    for (int i = 0; i < 4; i++)
        good = good && ret->part[i] >= 0 && ret->part[i] <= 100;
    return good ? NULL : damaged();
}

static bool point_sane(const struct track_point *p)
{
    return flag_sane(&p->photo) && place_good(p->lat, p->lon) && sane(p->above_takeoff, -1e9, 1e9) && sane(p->above_ground, -1e9, 1e9) && sane(p->above_sea, -1e9, 1e9) &&
           sane(p->above_unknown, -1e9, 1e9) && sane(p->yaw, -1e9, 1e9) && sane(p->pitch, -1e9, 1e9) && sane(p->roll, -1e9, 1e9);
}

static err *points(struct arena *a, struct pipe_end *p, struct track *t)
{
    bool there;
    if (!flag_sane(&t->utc) || t->format >= TRACK_FORMATS || !t->n || t->n > LIMIT_PATROL_POINTS || !text_whole(t->dialect, sizeof t->dialect))
        return damaged();
    t->p = NEW_ARRAY(a, t->n, struct track_point);
    TRY(take(p, t->p, t->n * sizeof *t->p, &there));
    if (!there)
        return damaged();
    for (size_t i = 0; i < t->n; i++)
        if (!point_sane(&t->p[i]))
            return damaged();
    return NULL;
}

err *track_read(struct arena *a, str bytes, str name, struct place near, struct track *ret)
{
    struct job j = {.kind = JOB_LOG, .bytes = bytes, .name = name, .near = near};
    struct pipe_end p;
    struct answer_head h;
    bool died;
    if (bytes.n > LIMIT_PATROL_FILE)
        return err_new(ERR_LIMIT, "飞行记录超过%d MB", LIMIT_PATROL_FILE >> 20);
    TRY(start(&j, &p));
    err *e = answer(&p, ret, sizeof *ret, &h, &died);
    if (!e)
        e = points(a, &p, ret);
    end(&p, e != NULL);
    return e;
}
