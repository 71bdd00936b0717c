/*
 * Behind the real nginx with the configuration we ship: plain and through TLS, with a certificate made here. Ports and paths are
 * replaced, nothing else. What the spool says of the peer is the device's address, not the proxy's.
 */
#include "scene.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

static const char mn[] = "420100A1B2C3D4E5F6010203";
struct proxied { int plain, tls; pid_t nginx; };

static int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    close(fd);
    return ntohs(a.sin_port);
}

static void replace(struct arena *a, str *text, const char *what, str by)
{
    buf b = buf_make(a, 64 << 10);
    str needle = str_of(what), rest = *text;
    ptrdiff_t at = str_find(rest, needle);
    assert_true(at >= 0); /* the shipped file has changed: this test must follow */
    for (; at >= 0; at = str_find(rest, needle)) {
        buf_add(&b, str_sub(rest, 0, (size_t)at));
        buf_add(&b, by);
        rest = str_sub(rest, (size_t)at + needle.n, rest.n);
    }
    buf_add(&b, rest);
    *text = buf_str(&b);
}

static void run(struct arena *a, str command)
{
    assert_int_equal(system(arena_cstr(a, command)), 0);
}

static bool listens(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool there = connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
    close(fd);
    return there;
}

static struct proxied nginx_start(struct gateway_scene *s)
{
    struct proxied p = {free_port(), 0, 0};
    str conf, folder = str_of(s->folder);
    p.tls = free_port();
    assert_ok(file_read(s->arena, S(GATEWAY_CONF), 64 << 10, &conf));
    replace(s->arena, &conf, "127.0.0.1:7210", arena_printf(s->arena, "127.0.0.1:%d", s->port));
    replace(s->arena, &conf, "listen 7212", arena_printf(s->arena, "listen 127.0.0.1:%d", p.plain));
    replace(s->arena, &conf, "listen 7213", arena_printf(s->arena, "listen 127.0.0.1:%d", p.tls));
    replace(s->arena, &conf, "/etc/xiezhi/tls/", arena_printf(s->arena, "%s/", s->folder));
    str outer = arena_printf(s->arena,
                             "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\ndaemon off;\nworker_processes 1;\npid %.*s/pid;\n"
                             "error_log %.*s/error.log;\nevents {}\ninclude %.*s/gateway.conf;\n",
                             STR_ARG(folder), STR_ARG(folder), STR_ARG(folder));
    assert_ok(file_write_atomic(arena_printf(s->arena, "%s/gateway.conf", s->folder), conf, 0644));
    assert_ok(file_write_atomic(arena_printf(s->arena, "%s/nginx.conf", s->folder), outer, 0644));
    run(s->arena, arena_printf(s->arena,
                               "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=gateway -keyout %s/gateway.key -out %s/gateway.crt"
                               " >/dev/null 2>&1",
                               s->folder, s->folder));
    p.nginx = fork();
    assert_true(p.nginx >= 0);
    if (p.nginx == 0) {
        char *path = arena_cstr(s->arena, arena_printf(s->arena, "%s/nginx.conf", s->folder));
        execl("/usr/sbin/nginx", "nginx", "-p", s->folder, "-c", path, "-e", "/dev/null", (char *)NULL);
        _exit(127);
    }
    wait_for(listens(p.plain) && listens(p.tls), 5000);
    return p;
}

static void nginx_stop(struct proxied *p)
{
    int status;
    kill(p->nginx, SIGQUIT);
    assert_int_equal(waitpid(p->nginx, &status, 0), p->nginx);
}

static void the_device_behind_nginx_keeps_its_address(void **state)
{
    struct gateway_scene *s = *state;
    struct heard h[1];
    struct kept *k;
    struct gateway_options o = {.proxy_protocol = true};
    if (access("/usr/sbin/nginx", X_OK) != 0 || access("/usr/lib/nginx/modules/ngx_stream_module.so", R_OK) != 0) {
        print_message("nginx with its stream module is not installed (packaging/packages-test.txt)\n");
        skip();
    }
    gateway_scene_start(s, &o);
    struct proxied p = nginx_start(s);
    int fd = device_connect_from(p.plain, "127.0.3.7");
    device_send(fd, frame_simple(s->arena, mn, 1));
    assert_int_equal(device_hear(fd, s->arena, h, 1, 3000), 1);
    close(fd);

    str frame = arena_printf(s->arena, "%s/frame", s->folder), answer = arena_printf(s->arena, "%s/answer", s->folder), heard;
    assert_ok(file_write_atomic(frame, frame_simple(s->arena, mn, 2), 0644));
    run(s->arena, arena_printf(s->arena,
                               "(cat %.*s; sleep 1) | timeout 10 openssl s_client -quiet -bind 127.0.3.8:0 -connect 127.0.0.1:%d"
                               " -CAfile %s/gateway.crt -verify_return_error >%.*s 2>/dev/null; true",
                               STR_ARG(frame), p.tls, s->folder, STR_ARG(answer)));
    assert_ok(file_read(s->arena, answer, 4096, &heard));
    assert_true(str_find(heard, S("CN=9014")) > 0);
    nginx_stop(&p);
    gateway_scene_stop(s);
    assert_int_equal(spool_kept(s, &k), 2);
    assert_true(str_starts(k[0].peer, S("127.0.3.7:")));
    assert_true(str_starts(k[1].peer, S("127.0.3.8:")));
}

/* Whoever reaches the port without the proxy is nobody. */
static void without_the_header_nobody_is_heard(void **state)
{
    struct gateway_scene *s = *state;
    struct gateway_options o = {.proxy_protocol = true};
    struct kept *k;
    gateway_scene_start(s, &o);
    int fd = device_connect(s->port);
    device_send(fd, frame_simple(s->arena, mn, 1));
    assert_true(device_closed(fd, 1000));
    close(fd);
    fd = device_connect(s->port);
    device_send(fd, S("PROXY TCP4 10.9.8.7 10.0.0.1 51234 7212\r"));
    usleep(50000);
    device_send(fd, S("\n"));
    device_send(fd, frame_simple(s->arena, mn, 2));
    struct heard h[1];
    assert_int_equal(device_hear(fd, s->arena, h, 1, 2000), 1);
    assert_int_equal(spool_kept(s, &k), 1);
    assert_str(k[0].peer, "10.9.8.7:51234");
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        gateway_test(the_device_behind_nginx_keeps_its_address),
        gateway_test(without_the_header_nobody_is_heard),
    };
    return cmocka_run_group_tests_name("gateway behind nginx", tests, NULL, NULL);
}
