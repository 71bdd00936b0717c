/*
 * Users are written straight into the tables: what is tested here is the door, not the acts that make users.
 */
#include "web/scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

static const char *const people[][6] = {
    /* id, name, role, agency, provider, subject */
    {"han", "韩处长", "head", "wuhan", NULL, NULL},
    {"wei", "魏队", "officer", "wuhan", NULL, NULL},
    {"luo", "罗执法", "officer", "wuhan", NULL, NULL},
    {"qin", "秦纪检", "discipline", "wuhan", NULL, NULL},
    {"sys", "系统管理员", "sysadmin", "wuhan", NULL, NULL},
    {"yi", "宜昌执法", "officer", "yichang", NULL, NULL},
    {"lead", "蓝线负责人", "provider_lead", NULL, "blueline", NULL},
    {"mei-u", "梅工", "member", NULL, "blueline", NULL},
    {"fang", "方经理", "subject", NULL, NULL, "jiang"}};

static void run(struct db *d, const char *sql)
{
    assert_ok(db_exec(d, sql, NULL, NULL));
}

static void add_people(struct scene *s)
{
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(s->store, true, &d));
    assert_ok(db_begin_write(d));
    run(d, "INSERT INTO agency (id, seq, name, region, level) VALUES ('wuhan', 1, '武汉支队', 420100, 'city'),"
           " ('yichang', 1, '宜昌支队', 420500, 'city')");
    run(d, "INSERT INTO provider (id, seq, name, kind, state, state_seq) VALUES"
           " ('blueline', 1, '蓝线<script>alert(1)</script>公司', 'organisation', 'admitted', 1)");
    run(d, "INSERT INTO member (id, seq, provider, name, user_id, state, id_number) VALUES"
           " ('mei', 1, 'blueline', '梅工', 'mei-u', 'admitted', '420102199001010014')");
    run(d, "INSERT INTO subject (id, seq, name, region) VALUES ('jiang', 1, '江汉\"><script>x</script>化工', 420102),"
           " ('xia', 1, '西陵化工', 420502)");
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        const char *const *p = people[i];
        assert_ok(db_exec(d, "INSERT INTO users (id, seq, name, agency, provider, subject, name_seq, phone) VALUES"
                             " (:id, 1, :name, :agency, :provider, :subject, 1, '13812345678')",
                          DB_ARGS(DB_T("id", str_of(p[0])), DB_T("name", str_of(p[1])), DB_T("agency", str_of(p[3])),
                                  DB_T("provider", str_of(p[4])), DB_T("subject", str_of(p[5]))), NULL));
        assert_ok(db_exec(d, "INSERT INTO user_role (user_id, role, seq) VALUES (:id, :role, 1)",
                          DB_ARGS(DB_T("id", str_of(p[0])), DB_T("role", str_of(p[2]))), NULL));
    }
    assert_ok(db_commit(d));
}

/* With XIEZHI_TEST_POSTGRES, a schema of its own there; else SQLite in the folder. */
static void open_store(struct scene *s)
{
    static int schemas;
    const char *server = getenv("XIEZHI_TEST_POSTGRES");
    char url[1024], sql[128];
    struct db *d;
    snprintf(url, sizeof url, "sqlite:%s/test.db", s->folder);
    if (server && *server) {
        int n = schemas++;
        snprintf(sql, sizeof sql, "CREATE SCHEMA web_%d_%d", (int)getpid(), n);
        assert_ok(store_open(str_of(server), str_of(s->folder), STORE_EXISTING, &s->store));
        assert_ok(db_open(s->store, true, &d));
        assert_ok(db_exec(d, sql, NULL, NULL));
        db_close(d);
        store_close(s->store);
        snprintf(url, sizeof url, "%s%coptions=-csearch_path%%3Dweb_%d_%d", server, strchr(server, '?') ? '&' : '?',
                 (int)getpid(), n);
    }
    assert_ok(store_open(str_of(url), server && *server ? str_of(s->folder) : S(""), STORE_CREATE, &s->store));
}

void scene_open(struct scene *s, enum web_door door)
{
    *s = (struct scene){.folder = "/tmp/xiezhi-web-XXXXXX"};
    assert_non_null(mkdtemp(s->folder));
    open_store(s);
    int applied;
    assert_ok(store_migrate(s->store, true, &applied));
    add_people(s);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        assert_ok(web_set_password(s->store, str_of(people[i][0]), S(SCENE_PASSWORD), false, PASSWORD_TEST));
    assert_ok(acts_open(s->store, 0, &s->acts));
    assert_ok(readings_open(s->store, READINGS_WRITE, &s->readings));
    assert_ok(web_start(s->acts, &(struct web_options){.door = door, .workers = 8, .readings = s->readings}, &s->web));
    s->port = web_port(s->web);
}

void scene_close(struct scene *s)
{
    char command[128];
    web_stop(s->web);
    readings_close(s->readings);
    acts_close(s->acts);
    store_close(s->store);
    snprintf(command, sizeof command, "rm -rf '%s'", s->folder);
    assert_int_equal(system(command), 0);
    err_clear();
}

static int dial(const struct scene *s)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};
    struct timeval limit = {.tv_sec = 5};
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

str scene_raw(struct arena *a, const struct scene *s, str bytes)
{
    int fd = dial(s);
    buf b = buf_make(a, 32 << 20);
    char chunk[16384];
    for (size_t done = 0; done < bytes.n;) {
        ssize_t n = send(fd, bytes.p + done, bytes.n - done, MSG_NOSIGNAL);
        if (n <= 0)
            break; /* refused before the end: what it said is still readable */
        done += (size_t)n;
    }
    for (ssize_t n; (n = recv(fd, chunk, sizeof chunk, 0)) > 0;)
        buf_add(&b, (str){chunk, (size_t)n});
    close(fd);
    return buf_str(&b);
}

int scene_status(str answer)
{
    int64_t status = 0;
    if (!str_starts(answer, S("HTTP/1.")) || !str_int64(str_sub(answer, 9, 3), &status))
        return 0;
    return (int)status;
}

str scene_header(str answer, const char *name)
{
    char line[64];
    snprintf(line, sizeof line, "\r\n%s: ", name);
    ptrdiff_t at = str_find(answer, str_of(line));
    if (at < 0)
        return S("");
    str rest = str_sub(answer, (size_t)at + strlen(line), answer.n), value;
    str_next(&rest, '\r', &value);
    return value;
}

str scene_body(str answer)
{
    ptrdiff_t at = str_find(answer, S("\r\n\r\n"));
    return at < 0 ? S("") : str_sub(answer, (size_t)at + 4, answer.n);
}

str scene_get(struct arena *a, const struct scene *s, str cookie, const char *path)
{
    return scene_raw(a, s, arena_printf(a, "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: %.*s\r\nConnection: close\r\n\r\n",
                                        path, STR_ARG(cookie)));
}

str scene_send(struct arena *a, const struct scene *s, str cookie, str csrf, const char *method, const char *path,
               const char *type, str body)
{
    buf b = buf_make(a, 32 << 20);
    buf_printf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\nCookie: %.*s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n",
               method, path, STR_ARG(cookie), type, body.n);
    if (csrf.n)
        buf_printf(&b, "X-CSRF-Token: %.*s\r\n", STR_ARG(csrf));
    buf_add(&b, S("Connection: close\r\n\r\n"));
    buf_add(&b, body);
    return scene_raw(a, s, buf_str(&b));
}

void scene_sign_in(struct arena *a, const struct scene *s, const char *user, str *ret_cookie, str *ret_csrf)
{
    str body = arena_printf(a, "user=%s&password=correct+horse+battery", user);
    str answer = scene_send(a, s, S(""), S(""), "POST", "/sign-in", "application/x-www-form-urlencoded", body);
    assert_int_equal(scene_status(answer), 303);
    str cookie = scene_header(answer, "Set-Cookie"), first;
    str_next(&cookie, ';', &first);
    *ret_cookie = first;
    str page = scene_get(a, s, first, "/");
    ptrdiff_t at = str_find(page, S("name=\"csrf\" value=\""));
    assert_true(at > 0);
    *ret_csrf = str_sub(page, (size_t)at + 19, 43);
}

struct act_answer scene_act(struct arena *a, const struct scene *s, const char *by, const char *json)
{
    struct act_answer answer;
    assert_ok(act_perform(s->acts, a, &(struct act_request){.json = str_of(json), .by = str_of(by)}, &answer));
    return answer;
}

void scene_sql(const struct scene *s, const char *sql)
{
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(s->store, true, &d));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, sql, NULL, NULL));
    assert_ok(db_commit(d));
}
