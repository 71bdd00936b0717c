/*
 * Clues go to officers (Art. 13): every role that can sign in walks through everything it is shown, and every address a clue's words are
 * known to be at is asked for by every role. Whoever may not read them reads them nowhere; whoever may, does.
 */
#include "web/scene.h"
#include "papers/papers.h"

#include <string.h>

static struct scene scene;
static struct arena *kept;
static str a19, a20; /* papers of the clue */
static int64_t last; /* newest entry of the ledger */

enum { REPORTED = 3, WORDS = 5, PAGES_MOST = 4000 };
/* The report, what was asked and answered, and then what the bureau made of it. */
static const char *const words[WORDS] = {"夜里有白水从暗管出来", "管口朝哪一边开", "管口朝着江面一侧", "够得上立案的程度", "到场看见了那个管口"};

enum reads { NOTHING, OWN /* what he reported, and no more */, SEALED_FILE, ALL };
static const struct account { const char *user, *role; enum reads reads; bool added; } accounts[] = {
    {"han", "head", ALL, false}, {"wei", "officer", ALL, false}, {"luo", "officer", ALL, false}, {"qin", "discipline", ALL, false},
    {"fa", "legal", ALL, true}, {"ting", "province", ALL, true}, {"mei-u", "member", OWN, false},
    {"cai", "procurement", NOTHING, true}, {"zhang", "finance", NOTHING, true}, {"dang", "archivist", SEALED_FILE, true},
    {"yi", "officer", NOTHING, false} /* of another bureau */, {"lead", "provider_lead", NOTHING, false}, {"tong", "member", NOTHING, true},
    {"fang", "subject", NOTHING, false}, {"sys", "sysadmin", NOTHING, false}, {"mi", "secadmin", NOTHING, true}, {"shen", "auditor", NOTHING, true}};
enum { ACCOUNTS = sizeof accounts / sizeof *accounts };

static str done(const char *by, str json)
{
    struct act_answer answer = scene_act(kept, &scene, by, arena_cstr(kept, json));
    if (answer.verdict != ACT_ALLOWED)
        fail_msg("%.*s\n%.*s", STR_ARG(json), STR_ARG(answer.json));
    last = answer.seq;
    return answer.id;
}

static void add_account(const struct account *x)
{
    bool third = !strcmp(x->role, "member");
    const char *agency = third ? NULL : !strcmp(x->role, "province") ? "hubei" : "wuhan";
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, "INSERT INTO users (id, seq, name, agency, provider, name_seq) VALUES (:id, 1, :id, :agency, :provider, 1)",
                      DB_ARGS(DB_T("id", str_of(x->user)), DB_T("agency", str_of(agency)), DB_T("provider", third ? S("blueline") : STR_NONE)), NULL));
    assert_ok(db_exec(d, "INSERT INTO user_role (user_id, role, seq) VALUES (:id, :role, 1)",
                      DB_ARGS(DB_T("id", str_of(x->user)), DB_T("role", str_of(x->role))), NULL));
    assert_ok(db_commit(d));
    assert_ok(web_set_password(scene.store, str_of(x->user), S(SCENE_PASSWORD), false, PASSWORD_TEST));
}

/* From the report to the case that begins with it, by acts, so that ledger and papers hold it too. */
static void live(void)
{
    str at = time_rfc3339(kept, time_now() - USEC_HOUR);
    done("mei-u", arena_printf(kept, "{\"act\":\"clue.report\",\"id\":\"c1\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"observed_at\":\"%.*s\","
                                     "\"text\":\"%s\",\"materials\":[\"m1\"]}", STR_ARG(at), words[0]));
    done("luo", S("{\"act\":\"clue.receive\",\"clue\":\"c1\"}"));
    done("luo", arena_printf(kept, "{\"act\":\"clue.ask\",\"clue\":\"c1\",\"question\":\"%s\"}", words[1]));
    done("mei-u", arena_printf(kept, "{\"act\":\"clue.supplement\",\"clue\":\"c1\",\"text\":\"%s\"}", words[2]));
    done("han", arena_printf(kept, "{\"act\":\"clue.decide\",\"clue\":\"c1\",\"outcome\":\"opened\",\"reasons\":\"%s\"}", words[3]));
    done("luo", arena_printf(kept, "{\"act\":\"clue.judge\",\"clue\":\"c1\",\"verdict\":\"confirmed\",\"reasons\":\"%s\"}", words[4]));
    a19 = done("mei-u", S("{\"act\":\"paper.own\",\"form\":\"A19\",\"thing\":\"c1\"}"));
    a20 = done("wei", S("{\"act\":\"paper.issue\",\"form\":\"A20\",\"thing\":\"c1\"}"));
    done("luo", S("{\"act\":\"case.open\",\"id\":\"k1\",\"agency\":\"wuhan\",\"subject\":\"jiang\",\"cause\":\"私设暗管\",\"basis\":{\"type\":\"clue\","
                  "\"ref\":\"c1\"},\"approved_by\":\"han\"}"));
}

static int open_scene(void **state)
{
    (void)state;
    kept = arena_new();
    papers_attach();
    scene_open(&scene, DOOR_BOTH);
    static const char *const rows[] = {
        "INSERT INTO agency (id, seq, name, region, level) VALUES ('hubei', 1, '湖北省生态环境厅', 420000, 'province')",
        "INSERT INTO agency_mark (agency, seq, mark) VALUES ('wuhan', 1, '武环执')",
        "INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended) VALUES"
        " ('a1', 1, 'wuhan', 'blueline', 20000, 30000, 100, 'lump_sum', 'wei', 'effective', 0)",
        "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author, enters_site,"
        " amount, historic, state, state_seq, frozen) VALUES"
        " ('e1', 1, 'a1', 'wuhan', 'blueline', 'T03', '评估', 420102, 20000, 30000, 'wei', 1, 100, 0, 'accepted', 1, 0)",
        "INSERT INTO entrustment_subject (entrustment, subject) VALUES ('e1', 'jiang')",
        "INSERT INTO entrustment_member (entrustment, member, seq, approved) VALUES ('e1', 'mei', 1, 1)",
        "INSERT INTO material (id, seq, entrustment, provider, kind, title, digest, author, state, state_seq, quarantined, doubtful, reverify) VALUES"
        " ('m1', 1, 'e1', 'blueline', 'photo', '照片', 'sm3:0', 'mei', 'submitted', 1, 0, 0, 0)"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        scene_sql(&scene, rows[i]);
    for (size_t i = 0; i < ACCOUNTS; i++)
        if (accounts[i].added)
            add_account(&accounts[i]);
    live();
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    arena_free(kept);
    return 0;
}

/* A role that comes to be has to be thought of here. */
static void every_role_is_asked(void **state)
{
    (void)state;
    for (int r = 0; r < LAW_ROLE_COUNT; r++) {
        bool asked = r == ROLE_SYSTEM || r == ROLE_IMPORT || r == ROLE_DETECTOR || r == ROLE_PUBLIC || r == ROLE_NOTICE; /* sign in nowhere */
        for (size_t i = 0; i < ACCOUNTS; i++)
            asked = asked || !strcmp(accounts[i].role, law_role_names[r].id);
        if (!asked)
            fail_msg("no account of %s", law_role_names[r].id);
    }
}

static bool may_read(enum reads reads, size_t word)
{
    return reads == ALL || (reads == OWN && word < REPORTED);
}

static void nothing_told(const struct account *x, str path, str page)
{
    for (size_t i = 0; i < WORDS; i++)
        if (!may_read(x->reads, i) && str_find(page, str_of(words[i])) >= 0)
            fail_msg("%s (%s) reads \"%s\" at %.*s", x->user, x->role, words[i], STR_ARG(path));
}

/* ---- the addresses a clue's words are at ---- */
struct place { const char *path; unsigned words; /* bits: what stands there for who reads everything */ };
static const struct place places[] = {
    {"/things/clues/c1", 1 | 2 | 4 | 8 | 16}, {"/api/clues/c1", 1 | 8}, {"/api/clues", 1 | 8}, {"/clues/c1/study", 1 | 16}};

static void words_are_read_by_those_they_are_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < ACCOUNTS; i++) {
        AUTO_ARENA(a);
        const struct account *x = &accounts[i];
        str cookie, csrf;
        scene_sign_in(a, &scene, x->user, &cookie, &csrf);
        for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
            str page = scene_get(a, &scene, cookie, places[p].path);
            int status = scene_status(page);
            bool reads = x->reads == ALL || x->reads == OWN, list = !strcmp(places[p].path, "/api/clues");
            nothing_told(x, str_of(places[p].path), page);
            if (reads ? status != 200 : !(status == 403 || status == 404 || (list && status == 200)))
                fail_msg("%s (%s) %s: %d", x->user, x->role, places[p].path, status);
            for (size_t w = 0; w < WORDS; w++)
                if (places[p].words >> w & 1 && may_read(x->reads, w) && str_find(page, str_of(words[w])) < 0)
                    fail_msg("%s (%s) lacks \"%s\" at %s", x->user, x->role, words[w], places[p].path);
        }
    }
}

static int paper_status(const char *user, str paper, const char *root)
{
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    str file = scene_get(a, &scene, cookie, arena_cstr(a, arena_printf(a, "%s/%.*s/file", root, STR_ARG(paper))));
    assert_int_equal(scene_status(file) == 200, str_starts(scene_body(file), S("%PDF-")));
    return scene_status(file);
}

/* A report and its answer say what the clue says; the archivist gets them with the file of a case, and that when it is closed. */
static void papers_have_the_readers_of_the_clue(void **state)
{
    (void)state;
    static const char *const roots[] = {"/papers", "/api/papers"};
    for (int sealed = 0; sealed < 2; sealed++) {
        if (sealed)
            scene_sql(&scene, "UPDATE casefile SET state = 'sealed' WHERE id = 'k1'");
        for (size_t i = 0; i < ACCOUNTS; i++) {
            const struct account *x = &accounts[i];
            bool reads = x->reads == ALL || (x->reads == SEALED_FILE && sealed);
            for (size_t r = 0; r < 2; r++) {
                if ((paper_status(x->user, a20, roots[r]) == 200) != reads)
                    fail_msg("%s (%s) and the answer, case %s", x->user, x->role, sealed ? "sealed" : "open");
                if ((paper_status(x->user, a19, roots[r]) == 200) != (reads || x->reads == OWN))
                    fail_msg("%s (%s) and the report, case %s", x->user, x->role, sealed ? "sealed" : "open");
            }
        }
    }
    scene_sql(&scene, "UPDATE casefile SET basis_type = 'plan' WHERE id = 'k1'"); /* a file the clue is no part of */
    assert_int_equal(paper_status("dang", a20, "/papers"), 404);
    scene_sql(&scene, "UPDATE casefile SET basis_type = 'clue', agency = 'yichang' WHERE id = 'k1'"); /* and another bureau's */
    assert_int_equal(paper_status("dang", a20, "/papers"), 404);
    scene_sql(&scene, "UPDATE casefile SET state = 'open', agency = 'wuhan' WHERE id = 'k1'");
}

/* ---- everything a role is shown ---- */
struct walk { const struct account *x; struct arena *a; struct map *seen; VEC(str) queue; };

static void go(struct walk *w, str path)
{
    if (map_get(w->seen, path) || w->queue.n >= PAGES_MOST)
        return;
    map_put(w->seen, path, w);
    vec_push(w->a, &w->queue, path);
}

/* No pages of themselves: what is fetched by script, kept offline, or tiles of a map. */
static bool passed_by(str path)
{
    static const char *const heads[] = {"/static/", "/sign-in", "/field/", "/tiles/", "/do/", "/import/template/", "/law", "/method", "/prepare"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (str_starts(path, str_of(heads[i])))
            return true;
    return false;
}

static void follow(struct walk *w, str page)
{
    for (ptrdiff_t at; (at = str_find(page, S("href=\"/"))) >= 0;) {
        page = str_sub(page, (size_t)at + 6, page.n);
        str copy = page, link, bare;
        str_next(&copy, '"', &link);
        str_next(&link, '#', &bare);
        buf b = buf_make(w->a, 4096);
        for (ptrdiff_t amp; (amp = str_find(bare, S("&amp;"))) >= 0; bare = str_sub(bare, (size_t)amp + 5, bare.n)) {
            buf_add(&b, str_sub(bare, 0, (size_t)amp));
            buf_char(&b, '&');
        }
        buf_add(&b, bare);
        if (!passed_by(buf_str(&b)))
            go(w, buf_str(&b));
    }
}

/* Lists and rows of everything there is, whether a page leads to it or not. */
static void go_by_api(struct walk *w, str cookie)
{
    for (size_t i = 0; i < thing_count(); i++) {
        const char *name = thing_at(i)->name;
        str list = scene_get(w->a, &scene, cookie, arena_cstr(w->a, arena_printf(w->a, "/api/%s?limit=100", name)));
        const struct json *j, *items;
        nothing_told(w->x, str_of(name), list);
        go(w, arena_printf(w->a, "/things/%s", name));
        if (scene_status(list) != 200)
            continue;
        assert_ok(json_parse(w->a, scene_body(list), 10 << 20, &j));
        items = json_get(j, S("items"));
        for (size_t k = 0; k < items->n; k++) {
            const char *key = thing_at(i)->key ? thing_at(i)->key : "id";
            const struct json *id = json_get(&items->child[k], str_of(key));
            str text = id && id->kind == JSON_STRING ? id->string : id ? arena_printf(w->a, "%lld", (long long)id->i) : S("");
            if (!text.n)
                continue;
            go(w, arena_printf(w->a, "/api/%s/%.*s", name, STR_ARG(text)));
            go(w, arena_printf(w->a, "/things/%s/%.*s", name, STR_ARG(text)));
        }
    }
}

static void nobody_else_meets_them_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < ACCOUNTS; i++) {
        AUTO_ARENA(a);
        struct walk w = {.x = &accounts[i], .a = a, .seen = map_new(a)};
        str cookie, csrf;
        size_t met = 0;
        scene_sign_in(a, &scene, w.x->user, &cookie, &csrf);
        static const char *const more[] = {"/", "/todo", "/cases/k1", "/statistics/clues", "/api/statistics/clues", "/statistics/clues/rows.csv",
                                           "/api/clues?q=%E6%9A%97%E7%AE%A1",
                                           "/do/clue.decide?clue=c1", "/do/clue.receive?clue=c1", "/do/clue.judge?clue=c1",
                                           "/papers/preview?form=A20&thing=c1"};
        for (size_t p = 0; p < sizeof more / sizeof *more; p++)
            go(&w, str_of(more[p]));
        for (int64_t n = 1; n <= last; n++) {
            go(&w, arena_printf(a, "/receipts/%lld", (long long)n));
            go(&w, arena_printf(a, "/api/acts/%lld", (long long)n));
        }
        go_by_api(&w, cookie);
        for (size_t k = 0; k < w.queue.n; k++) {
            AUTO_ARENA(page_arena);
            str page = scene_get(page_arena, &scene, cookie, arena_cstr(page_arena, w.queue.p[k]));
            if (scene_status(page) >= 500)
                fail_msg("%s (%s) %.*s: %d", w.x->user, w.x->role, STR_ARG(w.queue.p[k]), scene_status(page));
            nothing_told(w.x, w.queue.p[k], page);
            for (size_t t = 0; t < WORDS; t++)
                met += str_find(page, str_of(words[t])) >= 0;
            if (scene_status(page) == 200)
                follow(&w, page);
        }
        assert_true(w.queue.n < PAGES_MOST);
        print_message("%s (%s): %zu addresses, %zu of them with words of the clue\n", w.x->user, w.x->role, w.queue.n, met);
        assert_int_equal(met > 0, w.x->reads == ALL || w.x->reads == OWN); /* who reads them meets them: the walk goes where they are */
    }
}

/* What was done with a clue is no business of money, archives and keys either: outcome and verdict stand in the open part of an entry. */
static void entries_about_clues_are_kept_from_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < ACCOUNTS; i++) {
        AUTO_ARENA(a);
        const struct account *x = &accounts[i];
        str cookie, csrf;
        scene_sign_in(a, &scene, x->user, &cookie, &csrf);
        str list = scene_get(a, &scene, cookie, "/api/acts?act=clue.judge"), company = scene_get(a, &scene, cookie, "/api/subjects/jiang");
        bool knows = x->reads == ALL || !strcmp(x->role, "auditor"); /* who checks the ledger itself; its texts are sealed in it */
        assert_int_equal(str_find(list, S("clue.judge")) > 0, knows);
        if (scene_status(company) == 200 && x->reads != OWN && strcmp(x->role, "auditor") != 0)
            assert_int_equal(str_find(company, S("clue.report")) > 0, x->reads == ALL);
    }
}

/* ---- files that leave ---- */
static str post(struct arena *a, str cookie, str csrf, str path, str body)
{
    return scene_send(a, &scene, cookie, csrf, "POST", arena_cstr(a, path), "application/x-www-form-urlencoded",
                      arena_printf(a, "csrf=%.*s&%.*s", STR_ARG(csrf), STR_ARG(body)));
}

static void sheets_leave_for_readers_only(void **state)
{
    (void)state;
    static const char *const asks[] = {"luo", "fa", "cai", "zhang", "dang"};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        AUTO_ARENA(a);
        str cookie, csrf;
        bool reads = i < 2;
        scene_sign_in(a, &scene, asks[i], &cookie, &csrf);
        assert_int_equal(str_find(scene_get(a, &scene, cookie, "/export"), S("value=\"clues\"")) > 0, reads);
        str request = done(asks[i], S("{\"act\":\"export.request\",\"what\":\"clues\",\"format\":\"csv\",\"purpose\":\"核对\"}"));
        done("han", arena_printf(a, "{\"act\":\"export.approve\",\"request\":\"%.*s\"}", STR_ARG(request)));
        str sheet = post(a, cookie, csrf, arena_printf(a, "/export/%.*s/take", STR_ARG(request)), S(""));
        assert_int_equal(str_find(sheet, str_of(words[0])) > 0, reads);
        assert_int_equal(scene_status(sheet) == 200, reads);
    }
}

/* The file of a case that began with the clue holds its entries: for those who work on the file, each time approved by another. */
static void the_bundle_leaves_for_those_of_the_file(void **state)
{
    (void)state;
    static const struct { const char *user; bool may; } asks[] = {{"luo", true}, {"fa", true}, {"han", true}, {"dang", true}, {"cai", false}, {"zhang", false}};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        AUTO_ARENA(a);
        str cookie, csrf;
        scene_sign_in(a, &scene, asks[i].user, &cookie, &csrf);
        str request = done(asks[i].user, S("{\"act\":\"export.request\",\"what\":\"case\",\"format\":\"zip\",\"filters\":\"case=k1\",\"purpose\":\"调卷\"}"));
        done("qin", arena_printf(a, "{\"act\":\"export.approve\",\"request\":\"%.*s\"}", STR_ARG(request)));
        str zip = post(a, cookie, csrf, S("/cases/k1/bundle"), S("purpose=%E8%B0%83%E5%8D%B7"));
        if ((scene_status(zip) == 200) != asks[i].may || (str_find(zip, str_of(words[0])) > 0) != asks[i].may)
            fail_msg("%s: %d %.*s", asks[i].user, scene_status(zip), (int)(zip.n < 4000 ? zip.n : 4000), zip.p);
    }
}

/* A head may have another decide clues: he reads what he decides, as long as that lasts. */
static void who_decides_for_a_head_reads(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    day today = day_of(time_now());
    scene_sign_in(a, &scene, "dang", &cookie, &csrf);
    str id = done("han", arena_printf(a, "{\"act\":\"authority.delegate\",\"from\":\"han\",\"to\":\"dang\",\"acts\":[\"clue.decide\"],"
                                            "\"from_date\":\"%.*s\",\"to_date\":\"%.*s\"}",
                                      STR_ARG(day_iso(a, today)), STR_ARG(day_iso(a, today + 5))));
    assert_true(str_find(scene_get(a, &scene, cookie, "/things/clues/c1"), str_of(words[0])) > 0);
    done("han", arena_printf(a, "{\"act\":\"authority.end\",\"authority\":\"%.*s\"}", STR_ARG(id)));
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/things/clues/c1")), 403);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_role_is_asked),
                                       cmocka_unit_test(words_are_read_by_those_they_are_for),
                                       cmocka_unit_test(papers_have_the_readers_of_the_clue),
                                       cmocka_unit_test(nobody_else_meets_them_anywhere),
                                       cmocka_unit_test(entries_about_clues_are_kept_from_them),
                                       cmocka_unit_test(sheets_leave_for_readers_only),
                                       cmocka_unit_test(the_bundle_leaves_for_those_of_the_file),
                                       cmocka_unit_test(who_decides_for_a_head_reads)};
    return cmocka_run_group_tests(tests, open_scene, close_scene);
}
