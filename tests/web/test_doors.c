/*
 * Two doors, walked: every route of route.c, asked for by nobody and by every role, at the inner door and at the outer one with the
 * very session of the inner. What must come of it stands in doors.def, decided line by line, not derived from the table it judges:
 * a new route without a decision fails here, and so does one that was decided otherwise. `--print` prints the missing lines.
 */
#include "web/scene.h"
#include "web/web_private.h"

static struct scene scene; /* its own web is the inner door */
static struct web *outer;
static bool printing;

enum where { BOTH, INSIDE };
static const struct decision { enum http_method method; const char *path, *roles; enum where where; } decisions[] = {
#define D(method, path, roles, where) {METHOD_##method, path, roles, where},
#include "web/doors.def"
#undef D
};
enum { DECISIONS = sizeof decisions / sizeof *decisions };

/* A letter for each role; capitals are outside the government. */
static const struct { enum law_role role; char letter; const char *agency, *provider, *subject; } roles[] = {
    {ROLE_HEAD, 'h', "wuhan"},       {ROLE_OFFICER, 'o', "wuhan"},   {ROLE_LEGAL, 'l', "wuhan"},    {ROLE_PROCUREMENT, 'p', "wuhan"},
    {ROLE_FINANCE, 'f', "wuhan"},    {ROLE_ARCHIVIST, 'a', "wuhan"}, {ROLE_DISCIPLINE, 'd', "wuhan"}, {ROLE_PROVINCE, 'v', "wuhan"},
    {ROLE_SYSADMIN, 's', "wuhan"},   {ROLE_SECADMIN, 'c', "wuhan"},  {ROLE_AUDITOR, 'u', "wuhan"},
    {ROLE_PROVIDER_LEAD, 'L', NULL, "blueline"}, {ROLE_MEMBER, 'M', NULL, "blueline"}, {ROLE_SUBJECT, 'S', NULL, NULL, "jiang"}};
enum { ROLES = sizeof roles / sizeof *roles };
static str cookies[ROLES];

static const char *letters_of(char room[ROLES + 1], uint32_t bits)
{
    size_t n = 0;
    for (size_t i = 0; i < ROLES; i++)
        if (bits & ROLE_BIT(roles[i].role))
            room[n++] = roles[i].letter;
    room[n] = 0;
    return n ? room : "*";
}

static const struct decision *decided(const struct route *r)
{
    for (size_t i = 0; i < DECISIONS; i++)
        if (decisions[i].method == r->method && !strcmp(decisions[i].path, r->path))
            return &decisions[i];
    return NULL;
}

/* ---- the table against the decisions ---- */

static const char *method_name(enum http_method m)
{
    return m == METHOD_GET ? "GET" : m == METHOD_POST ? "POST" : "PATCH";
}

static int undecided(void)
{
    char room[ROLES + 1];
    int faults = 0;
    for (size_t i = 0; i < routes_n; i++) {
        const struct route *r = &routes[i];
        const struct decision *d = decided(r);
        enum where where = r->flags & ROUTE_OUTSIDE ? BOTH : INSIDE;
        if (d && d->where == where && !strcmp(d->roles, letters_of(room, r->roles)))
            continue;
        faults++;
        if (printing)
            printf("D(%s, \"%s\", \"%s\", %s)\n", method_name(r->method), r->path, letters_of(room, r->roles), where == BOTH ? "BOTH" : "INSIDE");
        else
            print_error("%s %s is %s in route.c: \"%s\" %s; decide in tests/web/doors.def\n", method_name(r->method), r->path,
                        d ? "otherwise" : "not decided", letters_of(room, r->roles), where == BOTH ? "BOTH" : "INSIDE");
    }
    return faults;
}

static void every_route_is_decided(void **state)
{
    (void)state;
    assert_int_equal(undecided(), 0);
    for (size_t i = 0; i < DECISIONS; i++) {
        int there = 0; /* once: of two alike the second is never found, whatever its flags say */
        for (size_t k = 0; k < routes_n; k++)
            there += decided(&routes[k]) == &decisions[i];
        if (there != 1)
            print_error("doors.def decides %s, which is a route %d times\n", decisions[i].path, there);
        assert_int_equal(there, 1);
    }
}

/* The outer door is for member, lead, subject, and whoever needs no account. */
static void outside_is_for_outsiders(void **state)
{
    (void)state;
    for (size_t i = 0; i < DECISIONS; i++) {
        bool anybody = !strcmp(decisions[i].roles, "*"), some = strpbrk(decisions[i].roles, "LMS") != NULL;
        if (decisions[i].where == BOTH && !anybody && !some)
            print_error("%s stands outside and nobody outside may use it\n", decisions[i].path);
        assert_true(decisions[i].where == INSIDE || anybody || some);
        assert_true(decisions[i].where == BOTH || !some); /* what they may use at all, they may use where they are */
    }
}

/* ---- walked ---- */

enum answer { SERVED, NO_SUCH, SIGN_IN, WRONG_ROLE, BROKEN };
static const char *const answer_names[] = {"served", "404", "sign in", "wrong role", "broken"};

static enum answer answer_of(str answer)
{
    int status = scene_status(answer);
    if (status == 404 && str_find(answer, S("没有这个页面，或您无权查看")) > 0)
        return NO_SUCH;
    if (status == 401 || (status == 303 && str_starts(scene_header(answer, "Location"), S("/sign-in?next="))) ||
        (status == 303 && str_eq(scene_header(answer, "Location"), S("/sign-in"))))
        return SIGN_IN;
    if (status == 403 && str_find(answer, S("您的角色不能使用此页面")) > 0)
        return WRONG_ROLE;
    return status && status < 500 ? SERVED : BROKEN;
}

static enum answer expected(const struct decision *d, bool outside, int role)
{
    if (outside && d->where == INSIDE)
        return NO_SUCH; /* whatever the session */
    if (!strcmp(d->roles, "*"))
        return SERVED;
    if (role < 0 || (outside && !strchr("LMS", roles[role].letter)))
        return SIGN_IN; /* no officer is known outside, whatever cookie is shown */
    return strchr(d->roles, roles[role].letter) ? SERVED : WRONG_ROLE;
}

/* Parts that lead into the handler. A write carries no form's token: reaching the refusal of that is being served. */
static str path_of(struct arena *a, const char *pattern)
{
    buf b = buf_make(a, 1000);
    str rest = str_of(pattern), piece;
    for (bool first = true; rest.p; first = false) {
        str_next(&rest, '/', &piece);
        if (!first)
            buf_add(&b, S("/"));
        buf_add(&b, str_eq(piece, S("{}")) ? S("none-1") : piece);
    }
    return buf_str(&b);
}

static int ask(struct arena *a, const struct scene *at, const struct decision *d, bool outside, int role)
{
    str path = path_of(a, d->path), cookie = role < 0 ? S("") : cookies[role];
    if (d->method == METHOD_GET && !strcmp(d->path, "/things/{}"))
        path = S("/things/entrustments");
    if (d->method == METHOD_GET && !strcmp(d->path, "/api/{}"))
        path = S("/api/entrustments");
    str got = scene_raw(a, at, arena_printf(a, "%s %.*s HTTP/1.1\r\nHost: localhost\r\nCookie: %.*s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                                            method_name(d->method), STR_ARG(path), STR_ARG(cookie)));
    enum answer is = answer_of(got), want = expected(d, outside, role);
    if (!strcmp(d->path, "/sign-in") && is == SERVED) /* who is signed in is sent on */
        return 0;
    if (is == want)
        return 0;
    print_error("%s door, %c: %s %.*s: %s (%d), wanted %s\n", outside ? "outer" : "inner", role < 0 ? '-' : roles[role].letter,
                method_name(d->method), STR_ARG(path), answer_names[is], scene_status(got), answer_names[want]);
    return 1;
}

static void walk(bool outside)
{
    struct scene at = scene;
    int faults = 0, asked = 0;
    at.port = web_port(outside ? outer : scene.web);
    for (size_t i = 0; i < DECISIONS; i++)
        for (int role = -1; role < ROLES; role++, asked++) {
            if (role >= 0 && !strcmp(decisions[i].path, "/sign-out"))
                continue; /* it would */
            AUTO_ARENA(a);
            faults += ask(a, &at, &decisions[i], outside, role);
        }
    print_message("%d requests, %d answered otherwise\n", asked, faults);
    assert_int_equal(faults, 0);
}

static void the_inner_door(void **state)
{
    (void)state;
    walk(false);
}

static void the_outer_door(void **state)
{
    (void)state;
    walk(true);
}

static void nobody_inside_signs_in_outside(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct scene at = scene;
    at.port = web_port(outer);
    for (int i = 0; i < ROLES; i++) {
        str body = arena_printf(a, "user=door-%c&password=correct+horse+battery", roles[i].letter);
        str answer = scene_send(a, &at, S(""), S(""), "POST", "/sign-in", "application/x-www-form-urlencoded", body);
        assert_int_equal(scene_status(answer), strchr("LMS", roles[i].letter) ? 303 : 403);
    }
}

/* ---- a person of every role ---- */

static void add_person(struct db *d, size_t i)
{
    char id[] = {'d', 'o', 'o', 'r', '-', roles[i].letter, 0};
    assert_ok(db_exec(d, "INSERT INTO users (id, seq, name, agency, provider, subject, name_seq) VALUES (:id, 1, '走门人', :a, :p, :s, 1)",
                      DB_ARGS(DB_T("id", str_of(id)), DB_T("a", str_of(roles[i].agency)), DB_T("p", str_of(roles[i].provider)),
                              DB_T("s", str_of(roles[i].subject))), NULL));
    assert_ok(db_exec(d, "INSERT INTO user_role (user_id, role, seq) VALUES (:id, :role, 1)",
                      DB_ARGS(DB_T("id", str_of(id)), DB_T("role", str_of(law_role_names[roles[i].role].id))), NULL));
    if (roles[i].role == ROLE_MEMBER)
        assert_ok(db_exec(d, "INSERT INTO member (id, seq, provider, name, user_id, state, id_number) VALUES ('door-member', 1, 'blueline',"
                             " '走门人', :id, 'admitted', '420102199001010014')", DB_ARGS(DB_T("id", str_of(id))), NULL));
}

static int open_doors(void **state)
{
    (void)state;
    static struct arena *kept;
    kept = arena_new();
    scene_open(&scene, DOOR_INSIDE);
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_begin_write(d));
    for (size_t i = 0; i < ROLES; i++)
        add_person(d, i);
    assert_ok(db_commit(d));
    for (size_t i = 0; i < ROLES; i++) {
        char id[] = {'d', 'o', 'o', 'r', '-', roles[i].letter, 0};
        str csrf;
        assert_ok(web_set_password(scene.store, str_of(id), S(SCENE_PASSWORD), false, PASSWORD_TEST));
        scene_sign_in(kept, &scene, id, &cookies[i], &csrf);
    }
    assert_ok(web_start(scene.acts, &(struct web_options){.door = DOOR_OUTSIDE, .workers = 4, .readings = scene.readings}, &outer));
    return 0;
}

static int close_doors(void **state)
{
    (void)state;
    web_stop(outer);
    scene_close(&scene);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_decided), cmocka_unit_test(outside_is_for_outsiders), cmocka_unit_test(the_inner_door),
        cmocka_unit_test(the_outer_door),         cmocka_unit_test(nobody_inside_signs_in_outside)};
    printing = argc > 1 && !strcmp(argv[1], "--print");
    if (printing)
        return undecided() < 0;
    return cmocka_run_group_tests_name("two doors", tests, open_doors, close_doors);
}
