/* Who sees what; every page of every role is whole, escaped, and speaks the words of the regulation. */
#include "web/scene.h"
#include "web/web_private.h"

#include <pthread.h>
#include <stdatomic.h>

static struct scene scene;

static int open_scene(void **state)
{
    (void)state;
    scene_open(&scene, DOOR_BOTH);
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_begin_write(d));
    static const char *const rows[] = {
        "INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended) VALUES"
        " ('a1', 1, 'wuhan', 'blueline', 20000, 30000, 100, 'lump_sum', 'wei', 'effective', 0),"
        " ('a2', 1, 'yichang', 'greenline', 20000, 30000, 100, 'lump_sum', 'yi', 'effective', 0)",
        "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author,"
        " enters_site, amount, historic, state, state_seq, frozen, state_reason) VALUES"
        " ('e1', 1, 'a1', 'wuhan', 'blueline', 'T03', '<script>评估</script>', 420102, 20000, 30000, 'wei', 1, 100, 0,"
        " 'accepted', 1, 1, '内部理由'),"
        " ('e2', 1, 'a1', 'wuhan', 'blueline', 'T07', '巡飞', 420102, 20000, 30000, 'wei', 0, 100, 0, 'finished', 1, 0, NULL),"
        " ('e3', 1, 'a2', 'yichang', 'greenline', 'T07', '宜昌巡飞', 420502, 20000, 30000, 'yi', 0, 100, 0, 'accepted', 1,"
        " 0, NULL)",
        "INSERT INTO entrustment_member (entrustment, member, seq, approved) VALUES ('e1', 'mei', 1, 1), ('e2', 'mei', 1, 1)",
        "INSERT INTO notice (id, seq, entrustment, subject, who, what, unannounced, author, state) VALUES"
        " ('n1', 1, 'e1', 'jiang', '梅工', '<b>评估</b>', 0, 'wei', 'served'),"
        " ('n2', 1, 'e1', 'jiang', '梅工', '未送达', 1, 'wei', 'issued'), ('n3', 1, 'e3', 'xia', '某', '某', 0, 'yi', 'served')",
        "INSERT INTO clue (id, seq, entrustment, subject, agency, author, reported_at, text, urgent, about_staff, state, outcome,"
        " reasons) VALUES ('c1', 1, 'e1', 'jiang', 'wuhan', 'mei-u', 1, '异常水流', 1, 0, 'decided', 'opened', '准予立案理由'),"
        " ('c2', 1, NULL, 'jiang', 'wuhan', 'public', 1, '匿名内容', 0, 0, 'reported', NULL, NULL)",
        "INSERT INTO agency (id, seq, name, region, level) VALUES ('hubei', 1, '湖北省生态环境厅', 420000, 'province')",
        "INSERT INTO map_layer (id, seq, agency, kind, name, source, file, document, areas, corners, west, south, east, north, author, at) VALUES"
        " ('l1', 1, 'wuhan', 'redline', '红线', '市局', 'd', 'd', 1, 3, 1, 1, 2, 2, 'wei', 1), ('l2', 1, 'yichang', 'redline', '红线', '市局', 'd', 'd', 1, 3, 1, 1, 2, 2, 'yi', 1),"
        " ('l3', 1, 'hubei', 'reserve', '自然保护地', '省厅', 'd', 'd', 1, 3, 1, 1, 2, 2, 'wei', 1)",
        "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) VALUES"
        " ('t1', 1, 'entrustment_approve', 'wuhan', 'head', 'entrustment', 'e1', 'entrustment.approve', 5),"
        " ('t2', 1, 'entrustment_approve', 'yichang', 'head', 'entrustment', 'e3', 'entrustment.approve', 5)"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_ok(db_exec(d, rows[i], NULL, NULL));
    for (int i = 0; i < 130; i++) {
        char id[16];
        snprintf(id, sizeof id, "s%03d", i);
        assert_ok(db_exec(d, "INSERT INTO subject (id, seq, name, region) VALUES (:id, :seq, :name, 420102)",
                          DB_ARGS(DB_T("id", str_of(id)), DB_I("seq", 10 + i / 3), DB_T("name", str_of(id))), NULL));
    }
    assert_ok(search_put(d, S("subject"), S("jiang"), S("江汉化工")));
    assert_ok(search_put(d, S("subject"), S("xia"), S("西陵化工")));
    assert_ok(db_commit(d));
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static str ids(struct arena *a, const char *user, const char *path)
{
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    str answer = scene_get(a, &scene, cookie, path);
    const struct json *j;
    if (scene_status(answer) != 200)
        return arena_printf(a, "%d", scene_status(answer));
    assert_ok(json_parse(a, scene_body(answer), 10 << 20, &j));
    const struct json *items = json_get(j, S("items"));
    buf b = buf_make(a, 10000);
    for (size_t i = 0; i < items->n; i++)
        buf_printf(&b, "%s%.*s", i ? " " : "", STR_ARG(json_string(&items->child[i], S("id"))));
    return buf_str(&b);
}

static void each_sees_its_own(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_str(ids(a, "wei", "/api/entrustments"), "e1 e2");
    assert_str(ids(a, "yi", "/api/entrustments"), "e3");
    assert_str(ids(a, "lead", "/api/entrustments"), "e1 e2");
    assert_str(ids(a, "mei-u", "/api/entrustments"), "e1"); /* what is finished is gone for a member */
    assert_str(ids(a, "fang", "/api/entrustments"), "403");
    assert_str(ids(a, "fang", "/api/notices"), "n1"); /* not the one that was not served */
    assert_str(ids(a, "wei", "/api/notices"), "n1 n2");
    assert_str(ids(a, "lead", "/api/notices"), "403");
    assert_str(ids(a, "wei", "/api/clues"), "c1"); /* the anonymous one is for discipline alone */
    assert_str(ids(a, "qin", "/api/clues"), "c1 c2");
    assert_str(ids(a, "mei-u", "/api/clues"), "c1");
    assert_str(ids(a, "lead", "/api/clues"), "");
    assert_str(ids(a, "wei", "/api/complaints"), "403");
    assert_str(ids(a, "sys", "/api/clues"), "403");
    /* a place is placed on layers of one's own bureau and of those above, so these can be opened; a neighbour's cannot */
    assert_str(ids(a, "wei", "/api/layers"), "l1 l3");
    assert_str(ids(a, "yi", "/api/layers"), "l2 l3");
    assert_str(ids(a, "mei-u", "/api/layers"), "403");
}

static void fate_of_a_clue_stays_inside(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, "mei-u", &cookie, &csrf);
    static const char *const paths[] = {"/api/clues/c1", "/things/clues/c1", "/things/clues", "/api/clues"};
    for (size_t i = 0; i < 4; i++) {
        str answer = scene_get(a, &scene, cookie, paths[i]);
        assert_int_equal(scene_status(answer), 200);
        assert_true(str_find(answer, S("opened")) < 0 && str_find(answer, S("立案")) < 0);
    }
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/api/clues?outcome=opened")), 400);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/api/entrustments/e3")), 404);
    str own = scene_get(a, &scene, cookie, "/api/entrustments/e1");
    assert_true(str_find(own, S("内部理由")) < 0 && str_find(own, S("\"paused\":true")) > 0);
}

static void private_values_are_masked(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    str page = scene_get(a, &scene, cookie, "/things/members/mei");
    assert_true(str_find(page, S("420****14")) > 0 && str_find(page, S("420102199001010014")) < 0);
    scene_sign_in(a, &scene, "han", &cookie, &csrf);
    assert_true(str_find(scene_get(a, &scene, cookie, "/things/members/mei"), S("420102199001010014")) > 0);
}

/* Whom a third party was allowed to talk to, and about what, is not for every bureau of the province. */
static void contacts_stay_with_their_bureau(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    scene_sql(&scene, "INSERT INTO contact_authorisation (id, seq, member, subject, from_time, to_time, with_officer) VALUES"
                      " ('ca1', 1, 'mei', 'jiang', 1, 2, 1), ('ca2', 2, 'mei', 'xia', 1, 2, 1)");
    scene_sql(&scene, "INSERT INTO contact_log (id, seq, member, subject, time, summary, authorised) VALUES ('cl1', 1, 'mei', 'jiang', 1, 's', 1),"
                      " ('cl2', 2, 'mei', 'xia', 1, 's', 1)");
    static const char *const paths[] = {"/api/contact-authorisations", "/api/contact-logs"};
    static const char *const users[] = {"wei", "yi", "mei-u", "qin"};
    static const char *const seen[2][4] = {{"ca1", "ca2", "ca1 ca2", "ca1 ca2"}, {"cl1", "cl2", "cl1 cl2", "cl1 cl2"}};
    for (size_t p = 0; p < 2; p++)
        for (size_t u = 0; u < 4; u++)
            assert_str(ids(a, users[u], paths[p]), seen[p][u]);
}

/* People read names, whichever column says of what kind they are; and follow only links that lead somewhere for them. */
static void names_and_links(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sql(&scene, "INSERT INTO relation (id, seq, a_kind, a_id, b_kind, b_id, type) VALUES ('r1', 1, 'member', 'mei', 'subject', 'xia', 'debt')");
    scene_sql(&scene, "INSERT INTO casefile (id, seq, agency, subject, author, opened_at, state, reopened) VALUES"
                      " ('k1', 1, 'wuhan', 'jiang', 'wei', 1, 'sealed', 0)");
    scene_sql(&scene, "INSERT INTO attachment (seq, casefile, kind, ref, date) VALUES (1, 'k1', 'decision', '武环罚〔2026〕1号', 20500)");
    scene_sql(&scene, "INSERT INTO disclosure_due (id, seq, what, kind, ref, agency, event_at, due_at, state) VALUES"
                      " ('1-publish', 1, 'publish', 'decision', 'k1', 'wuhan', 1, 2, 'open')");
    scene_sql(&scene, "INSERT INTO act_log (seq, act, author, agency, at, received_at, verdict, mark, thing, id) VALUES"
                      " (9001, 'subject.register', 'wei', 'wuhan', 1, 1, 0, 0, 'subject', 'jiang'),"
                      " (9002, 'relation.record', 'yi', 'yichang', 2, 2, 0, 0, 'relation', 'r1')");
    scene_sql(&scene, "INSERT INTO touch (kind, id, seq) VALUES ('subject', 'jiang', 9001), ('subject', 'jiang', 9002)");
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    str page = scene_get(a, &scene, cookie, "/things/relations");
    assert_true(str_find(page, S("梅工</a>")) > 0 && str_find(page, S("西陵化工")) > 0);
    assert_true(str_find(page, S("/things/subjects/xia\"")) < 0); /* another bureau's: its name may be known, its page is not there */
    page = scene_get(a, &scene, cookie, "/things/disclosure-dues");
    assert_true(str_find(page, S("公开 武环罚〔2026〕1号")) > 0 && str_find(page, S(">k1<")) < 0);
    page = scene_get(a, &scene, cookie, "/things/subjects/jiang");
    assert_true(str_find(page, S("登记关系")) > 0 && str_find(page, S("/receipts/9001\"")) > 0);
    assert_true(str_find(page, S("/receipts/9002\"")) < 0); /* yi's: told, its receipt is his bureau's */
}

/* What a rule fills in for one act is named where no act is spoken of. */
static void the_law_leaves_no_blanks(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = scene_body(scene_get(a, &scene, S(""), "/law"));
    assert_true(str_find(page, S("请填写最小值至最大值之间的")) > 0);
    assert_true(str_find(page, S("{")) < 0);
}

/* A form takes yuan; told to type fen, somebody would pay a hundredfold. */
static void faults_speak_of_the_form(void **state)
{
    (void)state;
    const struct act_type *t = act_type_find(S("budget.approve")), *clue = act_type_find(S("clue.report"));
    const err *e = form_fault(t, err_at(err_got(err_new(ERR_INPUT, "读不懂"), S("-5"), S("以分为单位的整数金额"), S("1500000")), S("amount")));
    assert_true(str_find(e->text, S("以元为单位")) > 0 && str_find(e->text, S("-5")) > 0 && !e->want.n);
    assert_str(e->field, "amount");
    e = form_fault(clue, err_at(err_got(err_new(ERR_INPUT, "时间不对"), S("昨天"), S("RFC 3339"), S("x")), S("observed_at")));
    assert_true(str_find(e->text, S("昨天")) > 0 && str_find(e->text, S("RFC")) < 0 && str_find(e->text, S("“")) == 0);
    e = form_fault(t, err_at(err_got(err_new(ERR_INPUT, "x"), S("y"), S("z"), S("2026")), S("year")));
    assert_str(e->text, "x");
    err_clear();
}

static size_t walk_pages(struct arena *a, str cookie, const char *first)
{
    size_t n = 0;
    for (str path = str_of(first);;) {
        str answer = scene_get(a, &scene, cookie, arena_cstr(a, path));
        const struct json *j;
        assert_int_equal(scene_status(answer), 200);
        assert_ok(json_parse(a, scene_body(answer), 10 << 20, &j));
        n += json_get(j, S("items"))->n;
        path = json_string(j, S("next"));
        if (!path.n)
            return n;
    }
}

static void pages_by_key_lose_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    assert_int_equal(walk_pages(a, cookie, "/api/subjects?limit=7"), 131);
    assert_int_equal(walk_pages(a, cookie, "/api/subjects?limit=7&order=newest"), 131);
    assert_int_equal(walk_pages(a, cookie, "/api/subjects?region=420102&limit=50"), 131);
    assert_int_equal(walk_pages(a, cookie, "/api/subjects?region=420500"), 0);
    assert_str(ids(a, "wei", "/api/subjects?q=%E5%8C%96%E5%B7%A5"), "jiang"); /* the other 化工 is another city's */
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/api/subjects?name=x")), 400);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/api/subjects?limit=0")), 400);
}

static void inbox_is_own(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, "han", &cookie, &csrf);
    str page = scene_get(a, &scene, cookie, "/todo");
    assert_true(str_find(page, S("批准委托")) > 0 && str_find(page, S("逾期")) > 0);
    assert_true(str_find(page, S("宜昌")) < 0);
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    assert_true(str_find(scene_get(a, &scene, cookie, "/todo"), S("没有待办")) > 0);
}

/* ---- every page of every role ---- */
static const char *const forbidden[] = {"<script>", "检查人员", ">null<", "undefined", "NaN", "委托执法", ">accepted<",
                                        ">drafted<", ">officer<", ">effective<", ">T03<", "(null)"};

static void inspect(const char *user, str path, str page)
{
    int status = scene_status(page);
    if (status != 200) {
        print_error("%s %.*s: %d\n", user, STR_ARG(path), status);
        fail();
    }
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (str_find(page, str_of(forbidden[i])) >= 0 &&
            !(i == 1 && str_find(page, S("辅助检查人员")) >= 0)) {
            print_error("%s %.*s holds \"%s\"\n", user, STR_ARG(path), forbidden[i]);
            fail();
        }
    ptrdiff_t first = str_find(page, S("<h1"));
    if (first <= 0 || str_find(str_sub(page, (size_t)first + 3, page.n), S("<h1")) >= 0) {
        print_error("%s %.*s: not one heading\n", user, STR_ARG(path));
        fail();
    }
    ptrdiff_t filled = str_find(page, S("class=\"primary\""));
    assert_true(filled < 0 || str_find(str_sub(page, (size_t)filled + 5, page.n), S("class=\"primary\"")) < 0);
}

/* Follows every link of ours, once. */
static void walk(struct arena *a, const char *user)
{
    str cookie, csrf;
    struct map *seen = map_new(a);
    VEC(str) queue = {0};
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    vec_push(a, &queue, S("/"));
    map_put(seen, S("/"), seen);
    for (size_t i = 0; i < queue.n; i++) {
        str page = scene_get(a, &scene, cookie, arena_cstr(a, queue.p[i]));
        bool file = str_ends(queue.p[i], S("/file")) || str_ends(queue.p[i], S(".webmanifest")) || str_find(queue.p[i], S(".xlsx")) > 0 || str_starts(queue.p[i], S("/import/template/")) ||
                    str_starts(queue.p[i], S("/public/data/"));
        if (!file)
            inspect(user, queue.p[i], page);
        str rest = page;
        for (ptrdiff_t at; (at = str_find(rest, S("href=\"/"))) >= 0;) {
            rest = str_sub(rest, (size_t)at + 6, rest.n);
            str copy = rest, link, bare;
            str_next(&copy, '"', &link);
            str_next(&link, '#', &bare);
            if (str_find(bare, S("&amp;")) >= 0 || str_starts(bare, S("/static/")) || map_get(seen, bare) ||
                str_starts(bare, S("/things/subjects/s")) || str_starts(bare, S("/targets/s")) || str_starts(bare, S("/receipts/")) ||
                str_starts(bare, S("/api/")) || str_eq(bare, S("/sign-in")) || str_starts(bare, S("/field/")) || str_eq(bare, S("/verify-queue"))) /* no pages, of pages that ask nobody, or they lead on */
                continue;
            map_put(seen, bare, seen);
            vec_push(a, &queue, bare);
        }
    }
    print_message("%s: %zu pages\n", user, queue.n);
    assert_true(queue.n > 8);
}

static void pages_are_whole(void **state)
{
    (void)state;
    static const char *const users[] = {"han", "wei", "qin", "sys", "lead", "mei-u", "fang"};
    for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
        AUTO_ARENA(a);
        walk(a, users[i]);
    }
}

static void every_form_is_whole(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, "han", &cookie, &csrf);
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *t = act_type_at(i);
        str path = arena_printf(a, "/do/%s", t->name);
        if (!(t->flags & ACT_INTERNAL))
            inspect("han", path, scene_get(a, &scene, cookie, arena_cstr(a, path)));
    }
}

static void check_words(const struct act_type *t, const struct act_field *f, size_t *bad)
{
    for (; f && f->name; f++) {
        check_words(t, f->object, bad);
        str rest = str_of(f->of), word;
        while ((f->kind == FIELD_ENUM || f->kind == FIELD_PARTY) && rest.p && str_next(&rest, ' ', &word))
            if (word.n && !enum_known(word)) {
                print_error("%s.%s: no Chinese for \"%.*s\"\n", t->name, f->name, STR_ARG(word));
                ++*bad;
            }
    }
}

static void closed_sets_speak_chinese(void **state)
{
    (void)state;
    size_t bad = 0;
    for (size_t i = 0; i < act_type_count(); i++)
        check_words(act_type_at(i), act_type_at(i)->fields, &bad);
    for (size_t i = 0; i < thing_count(); i++)
        for (const struct thing_column *c = thing_at(i)->columns; c->name; c++)
            if (c->kind == COLUMN_REF && !thing_of(str_of(c->of))) {
                print_error("%s.%s refers to no thing\n", thing_at(i)->name, c->name);
                bad++;
            }
    for (size_t i = 0; i < thing_count(); i++)
        for (const char *const *a = thing_at(i)->acts; a && *a; a++)
            if (!act_type_find(str_of(*a))) {
                print_error("%s offers %s, which is no act\n", thing_at(i)->name, *a);
                bad++;
            }
    assert_int_equal(bad, 0);
}

/* Each thing's SQL runs for each kind of reader, with its children and its time line. */
static void every_thing_can_be_read(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    static const char *const users[] = {"wei", "qin", "lead", "mei-u", "fang"};
    assert_ok(db_open(scene.store, false, &d));
    for (size_t u = 0; u < 5; u++) {
        struct reader reader;
        assert_ok(reader_load(d, a, str_of(users[u]), &reader));
        for (size_t i = 0; i < thing_count(); i++) {
            struct thing_query q = {.thing = thing_at(i), .reader = &reader, .text = S(""), .after = S(""), .limit = 5,
                                    .newest_first = i % 2};
            struct thing_page page;
            struct db_rows rows;
            if (!thing_open(q.thing, &reader))
                continue;
            assert_ok(things_list(d, a, &q, &page));
            for (const struct thing_child *c = q.thing->children; c && c->label; c++) {
                assert_ok(things_child(d, a, c, &reader, S("none"), &rows));
                db_rows_end(&rows);
            }
        }
    }
}

static void notice_code(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    str page = scene_get(a, &scene, cookie, "/things/notices/n1");
    ptrdiff_t at = str_find(page, S("href=\"/n/"));
    assert_true(at > 0);
    str rest = str_sub(page, (size_t)at + 6, 200), path;
    str_next(&rest, '"', &path);
    str public = scene_get(a, &scene, S(""), arena_cstr(a, path));
    inspect("public", path, public);
    assert_true(public.n < 30000);
    assert_true(str_find(public, S("不可以做")) > 0 && str_find(public, S("提出异议")) > 0);
    assert_true(str_find(public, S("&lt;b&gt;")) > 0);
    assert_int_equal(scene_status(scene_get(a, &scene, S(""), "/n/0000000000000000000000000000000000000000000")), 404);
}

/* ---- pages of a few rows that have something to write ---- */

enum { WAITING = 6 }; /* more than there are threads of sockets */
struct waiting { pthread_t thread; struct arena *a; str cookie, answer; const char *path; };
static atomic_int answered;

static void *ask(void *context)
{
    struct waiting *w = context;
    w->answer = scene_get(w->a, &scene, w->cookie, w->path);
    atomic_fetch_add(&answered, 1);
    return NULL;
}

/* While somebody else writes, all who ask for this page wait, and nobody else does. */
static void waits_alone(str cookie, const char *path, const char *shows)
{
    AUTO_ARENA(a);
    AUTO_DB struct db *writer = NULL;
    struct waiting w[WAITING];
    atomic_store(&answered, 0);
    assert_ok(db_open(scene.store, true, &writer));
    assert_ok(db_begin_write(writer));
    for (size_t i = 0; i < WAITING; i++) {
        w[i] = (struct waiting){.a = arena_new(), .cookie = cookie, .path = path};
        assert_int_equal(pthread_create(&w[i].thread, NULL, ask, &w[i]), 0);
    }
    usleep(200000);
    for (int i = 0; i < 2 * WAITING; i++)
        assert_int_equal(scene_status(scene_get(a, &scene, S(""), "/sign-in")), 200);
    assert_int_equal(atomic_load(&answered), 0);
    db_rollback(writer);
    for (size_t i = 0; i < WAITING; i++) {
        assert_int_equal(pthread_join(w[i].thread, NULL), 0);
        assert_int_equal(scene_status(w[i].answer), 200);
        assert_true(str_find(w[i].answer, str_of(shows)) > 0);
        arena_free(w[i].a);
    }
}

static void writers_hold_up_no_other_page(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    str cookie, csrf;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    waits_alone(cookie, "/things/notices/n2", "href=\"/n/"); /* its code is made by the first look */
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, "UPDATE access_session SET seen_at = seen_at - 120000000", NULL, NULL));
    assert_ok(db_commit(d));
    waits_alone(cookie, "/todo", "<h1>"); /* and a session's time is due to be written */
}

static void openapi_is_json(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct json *j;
    str answer = scene_get(a, &scene, S(""), "/api/openapi.json");
    assert_ok(json_parse(a, scene_body(answer), 20 << 20, &j));
    const struct json *schemas = json_get(json_get(j, S("components")), S("schemas"));
    assert_non_null(json_get(schemas, S("entrustment.draft")));
    assert_ok(json_parse(a, scene_body(scene_get(a, &scene, S(""), "/healthz")), 4000, &j));
    assert_str(json_string(j, S("database")), "up");
    assert_true(str_find(scene_get(a, &scene, S(""), "/metrics"), S("xiezhi_http_requests_total")) > 0);
}

static void uploads_resume(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf, other, other_csrf;
    scene_sign_in(a, &scene, "mei-u", &cookie, &csrf);
    scene_sign_in(a, &scene, "lead", &other, &other_csrf);
    str made = scene_send(a, &scene, cookie, csrf, "POST", "/api/blobs", "application/json", S(""));
    assert_int_equal(scene_status(made), 201);
    const char *where = arena_cstr(a, scene_header(made, "Location"));
    static const char head[] = "PATCH %s HTTP/1.1\r\nHost: h\r\nCookie: %.*s\r\nX-CSRF-Token: %.*s\r\nUpload-Offset: %d\r\n"
                               "Content-Length: 3\r\nConnection: close\r\n\r\n%s";
    assert_int_equal(scene_status(scene_raw(a, &scene, arena_printf(a, head, where, STR_ARG(cookie), STR_ARG(csrf), 0, "abc"))), 200);
    str again = scene_raw(a, &scene, arena_printf(a, head, where, STR_ARG(cookie), STR_ARG(csrf), 0, "abc"));
    assert_int_equal(scene_status(again), 409);
    assert_str(scene_header(again, "Upload-Offset"), "3");
    assert_int_equal(scene_status(scene_get(a, &scene, other, where)), 404);
    assert_int_equal(scene_status(scene_raw(a, &scene, arena_printf(a, head, where, STR_ARG(cookie), STR_ARG(csrf), 3, "def"))), 200);
    str done = scene_send(a, &scene, cookie, csrf, "POST", arena_cstr(a, arena_printf(a, "%s/finish", where)),
                          "application/json", S(""));
    struct sm3 d = sm3_of("abcdef", 6);
    assert_int_equal(scene_status(done), 201);
    assert_true(str_find(done, sm3_text(a, &d)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sees_its_own), cmocka_unit_test(fate_of_a_clue_stays_inside),
        cmocka_unit_test(private_values_are_masked), cmocka_unit_test(contacts_stay_with_their_bureau), cmocka_unit_test(names_and_links),
        cmocka_unit_test(the_law_leaves_no_blanks), cmocka_unit_test(faults_speak_of_the_form), cmocka_unit_test(pages_by_key_lose_nothing),
        cmocka_unit_test(inbox_is_own), cmocka_unit_test(closed_sets_speak_chinese),
        cmocka_unit_test(every_thing_can_be_read), cmocka_unit_test(notice_code), cmocka_unit_test(writers_hold_up_no_other_page),
        cmocka_unit_test(openapi_is_json),
        cmocka_unit_test(uploads_resume), cmocka_unit_test(pages_are_whole), cmocka_unit_test(every_form_is_whole)};
    return cmocka_run_group_tests(tests, open_scene, close_scene);
}
