/*
 * An upload of 64 MB whose connection is cut five times in the middle of a part arrives whole, by its digest; what was cut counts for
 * nothing; a part sent twice at once is taken once; somebody else's upload does not exist.
 */
#include "web/scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

enum { TOTAL = 64 << 20, PART = 4 << 20, CUTS = 5 };

static struct scene scene;
static struct arena *kept;
static str cookie, csrf;

static int open_scene(void **state)
{
    (void)state;
    scene_open(&scene, DOOR_BOTH);
    kept = arena_new();
    scene_sign_in(kept, &scene, "mei-u", &cookie, &csrf);
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    arena_free(kept);
    scene_close(&scene);
    return 0;
}

static void fill(char *part, size_t n, int64_t offset)
{
    uint64_t x = (uint64_t)offset * 0x9e3779b97f4a7c15u + 1;
    for (size_t i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        part[i] = (char)x;
    }
}

static str head(struct arena *a, str id, int64_t offset, size_t n)
{
    return arena_printf(a, "PATCH /api/blobs/%.*s HTTP/1.1\r\nHost: localhost\r\nCookie: %.*s\r\nX-CSRF-Token: %.*s\r\nUpload-Offset: %lld\r\n"
                           "Content-Length: %zu\r\nConnection: close\r\n\r\n", STR_ARG(id), STR_ARG(cookie), STR_ARG(csrf), (long long)offset, n);
}

static str whole(struct arena *a, str first, str part)
{
    buf b = buf_make(a, 16 << 20);
    buf_add(&b, first);
    buf_add(&b, part);
    return buf_str(&b);
}

static str made(struct arena *a)
{
    str answer = scene_send(a, &scene, cookie, csrf, "POST", "/api/blobs", "application/json", S(""));
    assert_int_equal(scene_status(answer), 201);
    return str_sub(scene_header(answer, "Location"), 11, 100);
}

static int64_t offset_now(struct arena *a, str id)
{
    int64_t offset;
    str state = scene_get(a, &scene, cookie, arena_cstr(a, arena_printf(a, "/api/blobs/%.*s", STR_ARG(id))));
    assert_int_equal(scene_status(state), 200);
    assert_true(str_int64(scene_header(state, "Upload-Offset"), &offset));
    return offset;
}

/* Sends half of the part and hangs up. */
static void cut(struct arena *a, str id, int64_t offset, str part)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)scene.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    str bytes = whole(a, head(a, id, offset, part.n), str_sub(part, 0, part.n / 2));
    for (size_t done = 0; done < bytes.n;) {
        ssize_t n = send(fd, bytes.p + done, bytes.n - done, MSG_NOSIGNAL);
        assert_true(n > 0);
        done += (size_t)n;
    }
    close(fd);
}

static void arrives_whole(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm3_state digest;
    str id = made(a);
    char *part = arena_alloc(a, PART, 1);
    int cuts = 0;
    sm3_init(&digest);
    for (int64_t offset = 0; offset < TOTAL;) {
        AUTO_ARENA(b);
        fill(part, PART, offset);
        if (cuts < CUTS && offset >= (int64_t)TOTAL * (cuts + 1) / (CUTS + 1)) {
            cut(b, id, offset, (str){part, PART});
            cuts++;
            assert_int_equal(offset_now(b, id), offset); /* half a part is none */
            continue;
        }
        assert_int_equal(scene_status(scene_raw(b, &scene, whole(b, head(b, id, offset, PART), (str){part, PART}))), 200);
        sm3_add(&digest, part, PART);
        offset = offset_now(b, id);
    }
    assert_int_equal(cuts, CUTS);
    struct sm3 end = sm3_end(&digest);
    str answer = scene_send(a, &scene, cookie, csrf, "POST", arena_cstr(a, arena_printf(a, "/api/blobs/%.*s/finish", STR_ARG(id))), "application/json", S(""));
    assert_int_equal(scene_status(answer), 201);
    assert_true(str_find(answer, sm3_text(a, &end)) > 0);
    str path;
    assert_ok(blob_path(scene.store, a, &end, &path));
}

struct twin { str bytes; int status; };

static void *send_twin(void *context)
{
    AUTO_ARENA(a);
    struct twin *t = context;
    /* an upload that was just answered still counts for a moment: 503 says to try again */
    for (int tries = 0; tries < 100 && (t->status = scene_status(scene_raw(a, &scene, t->bytes))) == 503; tries++)
        usleep(20000);
    return NULL;
}

static void a_part_sent_twice_at_once_is_taken_once(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    char *part = arena_alloc(a, PART, 1);
    fill(part, PART, 0);
    for (int round = 0; round < 3; round++) {
        str id = made(a);
        struct twin twins[4];
        pthread_t threads[4];
        int taken = 0;
        for (int i = 0; i < 4; i++) {
            twins[i] = (struct twin){whole(a, head(a, id, 0, PART), (str){part, PART}), 0};
            assert_int_equal(pthread_create(&threads[i], NULL, send_twin, &twins[i]), 0);
        }
        for (int i = 0; i < 4; i++) {
            pthread_join(threads[i], NULL);
            if (twins[i].status != 200 && twins[i].status != 409)
                fail_msg("a twin was answered %d", twins[i].status);
            taken += twins[i].status == 200;
        }
        assert_int_equal(taken, 1);
        assert_int_equal(offset_now(a, id), PART);
    }
}

static void another_s_upload_is_none(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str other, token, id = made(a);
    scene_sign_in(a, &scene, "lead", &other, &token);
    const char *path = arena_cstr(a, arena_printf(a, "/api/blobs/%.*s", STR_ARG(id)));
    assert_int_equal(scene_status(scene_get(a, &scene, other, path)), 404);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, path)), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(arrives_whole), cmocka_unit_test(a_part_sent_twice_at_once_is_taken_once),
                                       cmocka_unit_test(another_s_upload_is_none)};
    return cmocka_run_group_tests_name("uploads", tests, open_scene, close_scene);
}
