/*
 * Behind the real nginx with the configuration we ship, on loopback, with a certificate of our site authority: versions of TLS, the
 * way from HTTP to HTTPS, malformed requests, limits that answer in Chinese, the two doors, and that an anonymous report leaves
 * neither address nor cookie in any log, table or file. Ports, names and paths are replaced, nothing else.
 */
#include "web/malformed.h"
#include "web/web_private.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

static struct scene scene; /* its own web is the outer door */
static struct web *inside;
static struct front { char folder[64]; int plain, inner, outer; pid_t nginx; SSL_CTX *tls; } front;

/* ---- nginx ---- */

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
    buf b = buf_make(a, 256 << 10);
    str needle = str_of(what), rest = *text;
    ptrdiff_t at = str_find(rest, needle);
    if (at < 0)
        print_error("the shipped configuration has no \"%s\"\n", what);
    assert_true(at >= 0);
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

static void configure(struct arena *a)
{
    str conf, locations, folder = str_of(front.folder);
    assert_ok(file_read(a, S(WEB_CONF), 64 << 10, &conf));
    assert_ok(file_read(a, S(LOCATIONS_CONF), 64 << 10, &locations));
    replace(a, &conf, "127.0.0.1:8080", arena_printf(a, "127.0.0.1:%d", web_port(inside)));
    replace(a, &conf, "127.0.0.1:8081", arena_printf(a, "127.0.0.1:%d", scene.port));
    replace(a, &conf, "    listen [::]:443 ssl http2;\n", S(""));
    replace(a, &conf, "    listen [::]:8443 ssl http2;\n", S(""));
    replace(a, &conf, "    listen [::]:80;\n", S(""));
    replace(a, &conf, "listen 443 ssl", arena_printf(a, "listen 127.0.0.1:%d ssl", front.inner));
    replace(a, &conf, "listen 8443 ssl", arena_printf(a, "listen 127.0.0.1:%d ssl", front.outer));
    replace(a, &conf, "listen 80;", arena_printf(a, "listen 127.0.0.1:%d;", front.plain));
    replace(a, &conf, "server_name inside.example;", S("server_name localhost;"));
    replace(a, &conf, "server_name outside.example;", S("server_name localhost;"));
    replace(a, &conf, "/etc/xiezhi/tls/", arena_printf(a, "%.*s/tls/", STR_ARG(folder)));
    replace(a, &conf, "/etc/nginx/", arena_printf(a, "%.*s/", STR_ARG(folder)));
    replace(a, &conf, "/var/log/nginx/", arena_printf(a, "%.*s/", STR_ARG(folder)));
    replace(a, &locations, "/var/log/nginx/", arena_printf(a, "%.*s/", STR_ARG(folder)));
    str outer = arena_printf(a,
                             "daemon off;\nworker_processes 1;\npid %s/pid;\nerror_log %s/error.log;\nevents {}\nhttp {\n"
                             "client_body_temp_path %s/body;\nproxy_temp_path %s/proxy;\nfastcgi_temp_path %s/f;\nuwsgi_temp_path %s/u;\n"
                             "scgi_temp_path %s/s;\ninclude %s/xiezhi-web.conf;\n}\n",
                             front.folder, front.folder, front.folder, front.folder, front.folder, front.folder, front.folder, front.folder);
    assert_ok(file_write_atomic(arena_printf(a, "%s/xiezhi-web.conf", front.folder), conf, 0644));
    assert_ok(file_write_atomic(arena_printf(a, "%s/xiezhi-web-locations.conf", front.folder), locations, 0644));
    assert_ok(file_write_atomic(arena_printf(a, "%s/nginx.conf", front.folder), outer, 0644));
}

/* ---- a client ---- */

static int dial(int port, const char *from)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in own = {.sin_family = AF_INET};
    struct timeval limit = {.tv_sec = 2};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(inet_pton(AF_INET, from, &own.sin_addr), 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Sends the bytes over TLS to a door, reads to the end. "" when the handshake fails. */
static str tls_raw(struct arena *a, int port, const char *from, str bytes, int lowest, int highest)
{
    int fd = dial(port, from);
    assert_true(fd >= 0);
    SSL *s = SSL_new(front.tls);
    buf b = buf_make(a, 16 << 20);
    char chunk[16384], name[] = "localhost"; /* the macro casts const away */
    SSL_set_fd(s, fd);
    SSL_set_tlsext_host_name(s, name);
    SSL_set1_host(s, "localhost");
    SSL_set_min_proto_version(s, lowest);
    SSL_set_max_proto_version(s, highest);
    if (SSL_connect(s) == 1) {
        for (size_t done = 0; done < bytes.n;) {
            int n = SSL_write(s, bytes.p + done, (int)(bytes.n - done));
            if (n <= 0)
                break;
            done += (size_t)n;
        }
        for (int n; (n = SSL_read(s, chunk, sizeof chunk)) > 0;)
            buf_add(&b, (str){chunk, (size_t)n});
    }
    SSL_free(s);
    close(fd);
    return buf_str(&b);
}

static str ask(struct arena *a, int port, const char *from, str bytes)
{
    return tls_raw(a, port, from, bytes, TLS1_2_VERSION, TLS1_3_VERSION);
}

static str get(struct arena *a, int port, const char *from, const char *path)
{
    return ask(a, port, from, arena_printf(a, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path));
}

static str plain(struct arena *a, const char *path)
{
    int fd = dial(front.plain, "127.0.0.1");
    buf b = buf_make(a, 1 << 20);
    char chunk[16384];
    str bytes = arena_printf(a, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    assert_int_equal(send(fd, bytes.p, bytes.n, MSG_NOSIGNAL), (ssize_t)bytes.n);
    for (ssize_t n; (n = recv(fd, chunk, sizeof chunk, 0)) > 0;)
        buf_add(&b, (str){chunk, (size_t)n});
    close(fd);
    return buf_str(&b);
}

/* ---- start and stop ---- */

static bool listens(int port)
{
    int fd = dial(port, "127.0.0.1");
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static int open_front(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    if (access("/usr/sbin/nginx", X_OK) != 0)
        return 0;
    front = (struct front){.folder = "/tmp/xiezhi-nginx-XXXXXX", .plain = free_port(), .inner = free_port(), .outer = free_port()};
    assert_non_null(mkdtemp(front.folder));
    assert_int_equal(chmod(front.folder, 0755), 0); /* nginx, started by root, works as another user */
    scene_open(&scene, DOOR_OUTSIDE);
    run(a, arena_printf(a, SITE_CA " init %s/tls 测试局 localhost 127.0.0.1 >/dev/null", front.folder));
    str ca;
    assert_ok(file_read(a, arena_printf(a, "%s/tls/ca.crt", front.folder), 64 << 10, &ca));
    assert_ok(web_start(scene.acts, &(struct web_options){.door = DOOR_INSIDE, .workers = 4, .cookie_secure = true, .site_ca = ca}, &inside));
    configure(a);
    front.nginx = fork();
    assert_true(front.nginx >= 0);
    if (front.nginx == 0) {
        char *path = arena_cstr(a, arena_printf(a, "%s/nginx.conf", front.folder));
        execl("/usr/sbin/nginx", "nginx", "-p", front.folder, "-c", path, "-e", "/dev/null", (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 500 && !(listens(front.plain) && listens(front.outer)); i++)
        usleep(10000);
    front.tls = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(front.tls, 0); /* so that an old version is refused by the other side */
    SSL_CTX_set_verify(front.tls, SSL_VERIFY_PEER, NULL);
    assert_int_equal(SSL_CTX_load_verify_locations(front.tls, arena_cstr(a, arena_printf(a, "%s/tls/ca.crt", front.folder)), NULL), 1);
    return 0;
}

static int close_front(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    int status;
    if (!front.nginx)
        return 0;
    kill(front.nginx, SIGQUIT);
    assert_int_equal(waitpid(front.nginx, &status, 0), front.nginx);
    SSL_CTX_free(front.tls);
    web_stop(inside);
    scene_close(&scene);
    run(a, arena_printf(a, "rm -rf '%s'", front.folder));
    return 0;
}

static void need_nginx(void)
{
    if (front.nginx)
        return;
    print_message("nginx is not installed (packaging/packages-test.txt)\n");
    skip();
}

/* ---- tests ---- */

static void the_versions_of_tls(void **state)
{
    (void)state;
    need_nginx();
    AUTO_ARENA(a);
    str request = S("GET /law HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    static const int fine[] = {TLS1_2_VERSION, TLS1_3_VERSION}, old[] = {TLS1_VERSION, TLS1_1_VERSION};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(scene_status(tls_raw(a, front.outer, "127.0.0.1", request, fine[i], fine[i])), 200);
        assert_int_equal(tls_raw(a, front.outer, "127.0.0.1", request, old[i], old[i]).n, 0);
    }
    run(a, arena_printf(a, "openssl s_client -alpn h2 -connect 127.0.0.1:%d -servername localhost -CAfile %s/tls/ca.crt -verify_return_error"
                           " </dev/null 2>/dev/null | grep -q 'ALPN protocol: h2'", front.outer, front.folder));
}

static void plain_http_leads_to_https(void **state)
{
    (void)state;
    need_nginx();
    AUTO_ARENA(a);
    str answer = plain(a, "/law?x=1");
    assert_int_equal(scene_status(answer), 308);
    assert_str(scene_header(answer, "Location"), "https://localhost/law?x=1");
    answer = plain(a, "/prepare");
    assert_int_equal(scene_status(answer), 200);
    assert_true(str_find(answer, S("本机不能离线使用")) > 0);
    str secure = get(a, front.inner, "127.0.0.1", "/prepare");
    assert_int_equal(scene_status(secure), 200);
    assert_true(str_find(secure, S("本机不能离线使用")) < 0);
    /* the print on the page is the certificate's own */
    run(a, arena_printf(a, "openssl x509 -in %s/tls/ca.crt -noout -fingerprint -sha256 | sed 's/.*=//' | tr -d '\\n' >%s/print", front.folder, front.folder));
    str print, ca;
    assert_ok(file_read(a, arena_printf(a, "%s/print", front.folder), 200, &print));
    assert_int_equal(print.n, 95);
    assert_true(str_find(secure, print) > 0);
    assert_ok(file_read(a, arena_printf(a, "%s/tls/ca.crt", front.folder), 64 << 10, &ca));
    assert_true(str_eq(scene_body(get(a, front.inner, "127.0.0.1", "/prepare/ca.crt")), ca));
}

/* A phone that trusts the authority trusts it for these names alone; and a certificate is made anew in time, for the same names. */
static void the_authority_signs_for_its_names_alone(void **state)
{
    (void)state;
    need_nginx();
    AUTO_ARENA(a);
    const char *f = front.folder;
    run(a, arena_printf(a, "cp -r %s/tls %s/ca2 && cd %s/ca2 && openssl req -new -key server.key -subj /CN=bank.example -out o.csr 2>/dev/null && "
                           "printf 'subjectAltName=DNS:bank.example' >o.ext && openssl x509 -req -in o.csr -CA ca.crt -CAkey ca.key -set_serial 7 -days 9 "
                           "-extfile o.ext -out o.crt 2>/dev/null && ! openssl verify -CAfile ca.crt o.crt >/dev/null 2>&1 && "
                           "openssl verify -CAfile ca.crt server.crt >/dev/null", f, f, f));
    run(a, arena_printf(a, SITE_CA " renew %s/ca2 >/dev/null; [ $? = 3 ]", f));
    run(a, arena_printf(a, SITE_CA " renew %s/ca2 400 >/dev/null && ! cmp -s %s/tls/server.crt %s/ca2/server.crt && openssl verify -CAfile %s/tls/ca.crt"
                           " -verify_hostname localhost %s/ca2/server.crt >/dev/null", f, f, f, f, f));
    run(a, arena_printf(a, "[ \"$(stat -c %%a %s/tls/ca.key %s/tls/server.key %s/ca2/server.key | sort -u)\" = 600 ]", f, f, f));
    run(a, arena_printf(a, "! " SITE_CA " init %s/tls 别的局 other.example 2>/dev/null", f)); /* never over one that phones trust */
}

/* What nginx makes one plain request of, as RFC 9112 lets a server do; the rest it or the server refuses. */
static bool is_normalised(const char *name)
{
    static const char *const names[] = {"chunked", "length in a trailer", "bare LF between headers", "bare LF after the request line",
                                        "bare LF at the end", "absolute target", "LF-only chunks", "body where none is taken", "header without a colon"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

static int answers_in(str bytes)
{
    int n = 0;
    for (ptrdiff_t at; (at = str_find(bytes, S("HTTP/1.1 "))) >= 0; n++)
        bytes = str_sub(bytes, (size_t)at + 9, bytes.n);
    return n;
}

static void malformed_requests(void **state)
{
    (void)state;
    need_nginx();
    AUTO_ARENA(a);
    int bad = 0;
    size_t count = sizeof refused / sizeof *refused;
    for (size_t i = 0; i < count; i++) {
        char from[20];
        snprintf(from, sizeof from, "127.0.4.%zu", i + 1); /* none meets another's limit */
        str answer = ask(a, front.outer, from, refused[i].bytes);
        int status = scene_status(answer), answers = answers_in(answer);
        bool closed = answer.n == 0 || !answers, stopped = status >= 400 && status < 600;
        bool smuggled = str_find(answer, S("smuggled")) >= 0 || answers > 1;
        if (!smuggled && (closed ? str_find(answer, S("<h1>法规")) < 0 : stopped || is_normalised(refused[i].name)))
            continue;
        print_error("\"%s\" was answered with %d, %d answers\n", refused[i].name, status, answers);
        bad++;
    }
    print_message("%zu malformed requests through nginx, %d let through\n", count, bad);
    assert_int_equal(bad, 0);
}

static void too_often_and_too_large(void **state)
{
    (void)state;
    need_nginx();
    AUTO_ARENA(a);
    str post = S("POST /report HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\n"
                 "Connection: close\r\n\r\nact=x");
    int slowed = 0;
    str last = S("");
    for (int i = 0; i < 25; i++) {
        str answer = ask(a, front.outer, "127.0.5.1", post);
        if (scene_status(answer) == 429) {
            slowed++;
            last = answer;
        }
    }
    assert_in_range(slowed, 10, 16); /* a burst of ten, then twenty a minute */
    assert_true(str_find(last, S("请稍候")) > 0);
    assert_str(scene_header(last, "Retry-After"), "30");
    assert_true(str_find(last, S("text/html; charset=utf-8")) > 0);
    assert_int_equal(scene_status(get(a, front.outer, "127.0.5.1", "/report")), 200); /* reading is another matter */
    assert_int_equal(scene_status(ask(a, front.outer, "127.0.5.2", post)), 404);     /* and another address, too */
    str large = ask(a, front.outer, "127.0.5.3", arena_printf(a, "POST /report HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", 100 << 10));
    assert_int_equal(scene_status(large), 413);
    assert_true(str_find(large, S("内容过大")) > 0);
    large = ask(a, front.outer, "127.0.5.3", S("POST /api/blobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\nConnection: close\r\n\r\n"));
    assert_int_equal(scene_status(large), 413);
}

/* Bytes the location of this path lets through, by the longest prefix, as nginx chooses; 64 KiB where none says otherwise. */
static size_t let_through(struct arena *a, str conf, const char *path)
{
    size_t best = 0, size = 64 << 10;
    str line;
    for (bool here = false; str_next(&conf, '\n', &line);) {
        char to[100], unit;
        unsigned n;
        const char *text = arena_cstr(a, line);
        if (sscanf(text, "location = %99[^ ] {", to) == 1)
            here = !strcmp(path, to);
        else if (sscanf(text, "location %99[^ ] {", to) == 1)
            here = !strncmp(path, to, strlen(to)) && strlen(to) >= best;
        else if (here && sscanf(text, " client_max_body_size %u%c;", &n, &unit) == 2)
            size = (size_t)n << (unit == 'm' ? 20 : 10);
        else
            continue;
        if (here && line.p[0] == 'l') {
            best = strlen(to);
            size = 64 << 10;
        }
    }
    return size;
}

static void whatever_a_route_takes_comes_through(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str conf;
    int large = 0;
    assert_ok(file_read(a, S(LOCATIONS_CONF), 64 << 10, &conf));
    for (size_t i = 0; i < routes_n; i++) {
        size_t size = let_through(a, conf, routes[i].path);
        large += routes[i].body > (64 << 10);
        if (size < routes[i].body)
            print_error("%s takes %zu bytes, nginx lets %zu through\n", routes[i].path, routes[i].body, size);
        assert_true(size >= routes[i].body);
    }
    assert_true(large > 5);
}

static void two_doors(void **state)
{
    (void)state;
    need_nginx();
    AUTO_ARENA(a);
    assert_int_equal(scene_status(get(a, front.outer, "127.0.6.1", "/export")), 404);
    assert_int_equal(scene_status(get(a, front.inner, "127.0.6.1", "/export")), 303);
    assert_int_equal(scene_status(get(a, front.outer, "127.0.6.1", "/metrics")), 403); /* nginx: not from this machine */
    assert_int_equal(scene_status(get(a, front.inner, "127.0.0.1", "/metrics")), 200);
    str page = ask(a, front.inner, "127.0.6.1", S("GET /law HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"));
    assert_str(scene_header(page, "Content-Encoding"), "gzip");
    str answer = ask(a, front.inner, "127.0.6.1", S("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                                    "Content-Length: 39\r\nConnection: close\r\n\r\nuser=wei&password=correct+horse+battery"));
    assert_int_equal(scene_status(answer), 303);
    assert_true(str_find(scene_header(answer, "Set-Cookie"), S("; Secure")) > 0);
}

/* Does any file below hold it? */
static bool anywhere(struct arena *a, const char *folder, const char *text)
{
    str found = arena_printf(a, "grep -rqaF -e '%s' '%s'", text, folder);
    return system(arena_cstr(a, found)) == 0;
}

static str signed_in_cookie(struct arena *a, const char *user, str *ret_digest)
{
    AUTO_DB struct db *d = NULL;
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    assert_ok(db_open(scene.store, false, &d));
    assert_ok(db_one_str(d, a, "SELECT MAX(token) FROM access_session WHERE user_id = :u", DB_ARGS(DB_T("u", str_of(user))), ret_digest));
    return cookie;
}

/* Everything a browser could carry: address, cookie of a session, where it came from, what it is. */
static void nothing_of_a_reporter_stays(void **state)
{
    (void)state;
    need_nginx();
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    str digest, cookie = signed_in_cookie(a, "lead", &digest);
    int64_t seen, after;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, "UPDATE access_session SET seen_at = seen_at - 120000000", NULL, NULL)); /* so that a touch would show */
    assert_ok(db_commit(d));
    assert_ok(db_one_int(d, "SELECT SUM(seen_at) FROM access_session", NULL, 0, &seen));
    str body = S("act=complaint.lodge&text=%E6%9C%89%E4%BA%BA%E6%94%B6%E7%A4%BC");
    str head = arena_printf(a, "Cookie: %.*s; trace=cookie-marker-7731\r\nReferer: https://localhost/n/referer-marker-7731\r\n"
                               "User-Agent: agent-marker-7731\r\nX-Forwarded-For: 127.0.7.31\r\nConnection: close\r\n", STR_ARG(cookie));
    assert_int_equal(scene_status(ask(a, front.outer, "127.0.7.31", arena_printf(a, "GET /report?q=query-marker-7731 HTTP/1.1\r\nHost: localhost\r\n%.*s\r\n", STR_ARG(head)))), 200);
    str answer = ask(a, front.outer, "127.0.7.31", arena_printf(a, "POST /report?q=query-marker-7731 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                                                   "Content-Length: %zu\r\n%.*s\r\n%.*s", body.n, STR_ARG(head), STR_ARG(body)));
    assert_int_equal(scene_status(answer), 200);
    assert_true(str_find(answer, S("已收到")) > 0);
    str big = arena_printf(a, "POST /report HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n%.*s\r\n", STR_ARG(head));
    assert_int_equal(scene_status(ask(a, front.outer, "127.0.7.31", big)), 413);
    for (int i = 0; i < 15; i++) /* past the limit: what is refused leaves nothing, too */
        ask(a, front.outer, "127.0.7.31", arena_printf(a, "POST /report HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n%.*s\r\n", STR_ARG(head)));
    assert_int_equal(scene_status(ask(a, front.outer, "127.0.7.31", arena_printf(a, "GET /n/code-marker-7731-000000000000000000000000000 HTTP/1.1\r\nHost: localhost\r\n%.*s\r\n", STR_ARG(head)))), 404);
    assert_ok(db_one_int(d, "SELECT SUM(seen_at) FROM access_session", NULL, 0, &after));
    assert_int_equal(after, seen); /* no session was looked up */
    /* the twin: an ordinary page is logged with its address and path, without query, cookie, referrer, browser */
    ask(a, front.outer, "127.0.7.32", arena_printf(a, "GET /law?q=query-marker-7731 HTTP/1.1\r\nHost: localhost\r\n%.*s\r\n", STR_ARG(head)));
    for (int i = 0; i < 100 && !anywhere(a, front.folder, "127.0.7.32"); i++)
        usleep(10000);
    assert_true(anywhere(a, front.folder, "127.0.7.32"));
    assert_true(anywhere(a, front.folder, "/law"));
    static const char *const markers[] = {"127.0.7.31", "marker-7731"};
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
        assert_false(anywhere(a, front.folder, markers[i]));
        assert_false(anywhere(a, scene.folder, markers[i]));
    }
    char token[128];
    ptrdiff_t at = str_find(cookie, S("="));
    snprintf(token, sizeof token, "%.*s", STR_ARG(str_sub(cookie, (size_t)at + 1, cookie.n)));
    assert_false(anywhere(a, front.folder, token));
    assert_false(anywhere(a, scene.folder, token));
}

static void down_for_maintenance(void **state)
{
    (void)state;
    need_nginx();
    AUTO_ARENA(a);
    web_stop(inside);
    inside = NULL;
    str answer = get(a, front.inner, "127.0.8.1", "/law");
    assert_int_equal(scene_status(answer), 503);
    assert_true(str_find(answer, S("系统正在维护")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_versions_of_tls),     cmocka_unit_test(plain_http_leads_to_https), cmocka_unit_test(malformed_requests),
        cmocka_unit_test(the_authority_signs_for_its_names_alone),
        cmocka_unit_test(too_often_and_too_large), cmocka_unit_test(two_doors),                 cmocka_unit_test(nothing_of_a_reporter_stays),
        cmocka_unit_test(whatever_a_route_takes_comes_through), cmocka_unit_test(down_for_maintenance),
    };
    return cmocka_run_group_tests_name("web behind nginx", tests, open_front, close_front);
}
