/*
 * The relations graph inside the engine: what is undone leaves no trace, two processes see each other's relations, a dry run
 * changes nothing, replay needs no graph, third parties read nothing but what they stated. And a seeded province with telephones
 * and addresses hundreds share and two people in a hundred of the same name: every path laid out is found, nobody is merged by
 * name, and no bureau gets more than five reviews a week.
 */
#include "acts/life.h"
#include "analysis/graph.h"

#define RECORD(id, a, b, type) \
    "{\"by\":\"wei\",\"at\":\"2026-03-20T08:00:00+08:00\",\"act\":\"relation.record\",\"id\":\"" id "\",\"a\":\"" a "\",\"b\":\"" b \
    "\",\"type\":\"" type "\"}"

static int64_t frozen(struct life *l)
{
    return scene_int(l->scene->db, "SELECT frozen FROM entrustment WHERE id = 'e1'");
}

static void what_is_undone_leaves_no_trace(void **state)
{
    struct life *l = *state;
    struct act_request list[] = {{.json = S(RECORD("r1", "provider:blueline", "person:x", "ownership"))},
                                 {.json = S("{\"by\":\"wei\",\"act\":\"relation.end\",\"relation\":\"nobody\",\"to\":\"2026-03-01\"}")}};
    struct act_answer answers[2];
    /* the graph is there already, so that the undone relation lands in its overlay */
    assert_int_equal(life_verdict(l, "wei", RECORD("r0", "person:q", "person:r", "debt")), ACT_ALLOWED);
    assert_ok(act_perform_list(l->acts, l->arena, list, 2, true, answers));
    assert_int_equal(answers[1].verdict, ACT_INVALID);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM relation WHERE id = 'r1'"), 0);
    struct act_answer got = life_do(l, "wei", RECORD("r2", "person:x", "subject:jiang", "directorship"));
    assert_false(life_rule(&got, "relation_hits"));
    assert_int_equal(frozen(l), 0);
    got = life_do(l, "wei", RECORD("r1", "provider:blueline", "person:x", "directorship"));
    assert_true(life_rule(&got, "relation_hits"));
    assert_int_equal(frozen(l), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM tie WHERE entrustment = 'e1' AND hops = 2 AND level = 2"), 1);
}

static void two_engines_see_each_other(void **state)
{
    struct life *l = *state;
    struct store *again = l->scene->engine == STORE_POSTGRES ? scene_open_again(l->scene, STORE_EXISTING) : NULL;
    struct acts *other = NULL;
    struct act_answer got;
    if (!again)
        return; /* one process writes a SQLite file */
    assert_int_equal(life_verdict(l, "wei", RECORD("r0", "person:q", "person:r", "debt")), ACT_ALLOWED);
    assert_ok(acts_open(again, ACTS_SIMULATE | ACTS_NO_THREAD, &other));
    assert_ok(act_perform(other, l->arena, &(struct act_request){.json = S(RECORD("r1", "provider:blueline", "person:x", "service"))}, &got));
    got = life_do(l, "wei", RECORD("r2", "person:x", "subject:jiang", "directorship"));
    assert_true(life_rule(&got, "relation_hits"));
    assert_ok(act_perform(other, l->arena,
                          &(struct act_request){.json = S("{\"by\":\"wei\",\"at\":\"2026-03-21T08:00:00+08:00\",\"act\":\"relation.end\","
                                                          "\"relation\":\"r1\",\"to\":\"2018-01-01\"}")}, &got));
    got = life_do(l, "wei", RECORD("r3", "person:x", "subject:jiang", "kinship"));
    assert_false(life_rule(&got, "relation_hits")); /* its end is known here, too */
    acts_close(other);
    store_close(again);
}

static void a_dry_run_changes_nothing(void **state)
{
    struct life *l = *state;
    struct db *reader;
    struct act_answer got;
    struct relation_found *found;
    size_t n;
    usec now;
    assert_ok(time_parse(S("2026-03-22T08:00:00+08:00"), &now));
    assert_int_equal(life_verdict(l, "wei", RECORD("r1", "provider:blueline", "person:x", "service")), ACT_ALLOWED);
    assert_ok(db_open(l->scene->store, false, &reader));
    for (int i = 0; i < 3; i++) {
        assert_ok(act_try(l->acts, reader, l->arena,
                          &(struct act_request){.json = S(RECORD("r2", "person:x", "subject:jiang", "directorship"))}, &got));
        assert_true(life_rule(&got, "relation_hits"));
        assert_ok(relations_screen(l->acts, reader, l->arena, S("e1"), now, &found, &n));
        assert_int_equal(n, 0);
    }
    assert_int_equal(life_verdict(l, "wei", RECORD("r2", "person:x", "subject:jiang", "directorship")), ACT_ALLOWED);
    assert_ok(relations_screen(l->acts, reader, l->arena, S("e1"), now, &found, &n));
    assert_int_equal(n, 1);
    struct path_view v;
    assert_ok(relation_path_read(reader, l->arena, found[0].path, &v));
    assert_str(v.brief, "蓝线环境技术有限公司为关联方x提供服务，关联方x在江汉化工有限公司任董事、监事或高级管理人员");
    assert_int_equal(v.link[0].known, scene_int(l->scene->db, "SELECT seq FROM relation WHERE id = 'r1'"));
    db_close(reader);
}

static const char *const busy[] = {
    RECORD("r1", "provider:blueline", "person:x", "service"),
    RECORD("r2", "person:y", "subject:jiang", "directorship"),
    "{\"by\":\"fa\",\"at\":\"2026-03-21T08:00:00+08:00\",\"act\":\"identity.offer\",\"id\":\"i1\",\"a\":\"person:x\",\"b\":\"person:y\",\"reason\":\"电话相同\"}",
    "{\"by\":\"fa\",\"at\":\"2026-03-21T08:01:00+08:00\",\"act\":\"identity.same\",\"identity\":\"i1\",\"reason\":\"核对身份证\"}",
    "{\"by\":\"wei\",\"at\":\"2026-03-21T08:02:00+08:00\",\"act\":\"relation.end\",\"relation\":\"r1\",\"to\":\"2026-03-21\"}",
    "{\"by\":\"fa\",\"at\":\"2026-03-21T08:03:00+08:00\",\"act\":\"identity.different\",\"identity\":\"i1\",\"reason\":\"录错\"}",
    "{\"by\":\"han\",\"at\":\"2026-03-21T08:04:00+08:00\",\"act\":\"relation.screen\",\"id\":\"s1\",\"agency\":\"wuhan\"}",
    "{\"by\":\"wei\",\"at\":\"2026-03-21T08:05:00+08:00\",\"act\":\"relation.record\",\"id\":\"r5\",\"a\":\"person:z\",\"b\":\"subject:jiang\",\"type\":\"kinship\",\"name\":\"梅工\"}",
    "{\"by\":\"wei\",\"at\":\"2026-03-21T08:06:00+08:00\",\"act\":\"relation.record\",\"id\":\"r6\",\"a\":\"person:z\",\"b\":\"provider:blueline\",\"type\":\"debt\",\"name\":\"梅工\"}"};

static void replay_needs_no_graph(void **state)
{
    struct life *l = *state;
    for (size_t i = 0; i < sizeof busy / sizeof *busy; i++)
        assert_int_equal(life_verdict(l, "", busy[i]), ACT_ALLOWED);
    assert_true(scene_int(l->scene->db, "SELECT COUNT(*) FROM tie") >= 2);
    /* that is a member's name, too: offered once there is a common neighbour, and never taken for him */
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM identity WHERE state = 'offered' AND b_kind = 'member'"), 1);
    struct store *copy = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, copy);
    store_close(copy);
}

/* An owner of more companies than a screen can name: the one whose work runs is found all the same. */
static void a_reach_too_wide_to_be_named(void **state)
{
    struct life *l = *state;
    struct db *d = l->scene->db;
    char sql[300];
    life_close(l); /* its writer would wait for ours */
    assert_ok(db_begin_write(d));
    for (int i = 0; i <= LIMIT_GRAPH_TOUCHED; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO relation (id, seq, a_kind, a_id, b_kind, b_id, type, percent) VALUES ('b%05d', 1, 'person', 'big',"
                                  " 'subject', 'far%05d', 'ownership', 10000)", i, i);
        scene_exec(d, sql);
    }
    assert_ok(db_commit(d));
    life_open(l, ACTS_SIMULATE | ACTS_NO_THREAD);
    assert_int_equal(life_verdict(l, "wei", RECORD("r1", "person:big", "subject:jiang", "kinship")), ACT_ALLOWED);
    struct act_answer got = life_do(l, "wei", RECORD("r2", "provider:blueline", "person:big", "kinship"));
    assert_true(life_rule(&got, "relation_hits"));
    assert_int_equal(frozen(l), 1);
}

static void third_parties_read_their_own_statements(void **state)
{
    struct life *l = *state;
    struct reader lead, officer;
    struct thing_page page;
    assert_int_equal(life_verdict(l, "", RECORD("r1", "provider:blueline", "person:x", "service")), ACT_ALLOWED);
    assert_int_equal(life_verdict(l, "", "{\"by\":\"bl-lead\",\"at\":\"2026-03-21T08:00:00+08:00\",\"act\":\"relation.record\",\"id\":\"r2\","
                                         "\"a\":\"provider:blueline\",\"b\":\"subject:jiang\",\"type\":\"debt\"}"), ACT_ALLOWED);
    assert_ok(reader_load(l->scene->db, l->arena, S("bl-lead"), &lead));
    assert_ok(reader_load(l->scene->db, l->arena, S("wei"), &officer));
    struct thing_query q = {.thing = thing_find(S("relations")), .reader = &lead, .text = S(""), .after = S(""), .limit = 100};
    assert_ok(things_list(l->scene->db, l->arena, &q, &page));
    assert_int_equal(page.n, 1);
    q.reader = &officer;
    assert_ok(things_list(l->scene->db, l->arena, &q, &page));
    assert_int_equal(page.n, 2);
    static const char *const closed[] = {"ties", "screenings", "identities"};
    for (size_t i = 0; i < 3; i++) {
        q.thing = thing_find(str_of(closed[i]));
        q.reader = &officer;
        assert_ok(things_list(l->scene->db, l->arena, &q, &page));
        q.reader = &lead;
        assert_err(things_list(l->scene->db, l->arena, &q, &page), ERR_DENIED);
    }
}

/* ---- the seeded province ---- */

enum { BUREAUS = 17, WEEKS = 8, PROVIDERS = 51, SUBJECTS = 1700, TASKS = 340, PEOPLE = 2500, NOISE = 3000, PATHS = 80, NAMESAKES = 50 };
static uint64_t seed;
static uint32_t upto(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

static const int cities[BUREAUS] = {420100, 420200, 420300, 420500, 420600, 420700, 420800, 420900, 421000,
                                    421100, 421200, 421300, 422800, 429004, 429005, 429006, 429021};

struct province { struct life *l; int week, minute; uint32_t relations; };

static void tell(struct province *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(struct province *p, const char *format, ...)
{
    char fields[600], json[800];
    va_list more;
    va_start(more, format);
    vsnprintf(fields, sizeof fields, format, more);
    va_end(more);
    day d = day_from_civil(2026, 3, 2) + 7 * p->week;
    int minute = p->minute++ % 600;
    struct civil c = civil_of_day(d);
    snprintf(json, sizeof json, "{\"by\":\"import\",\"at\":\"%04d-%02d-%02dT%02d:%02d:00+08:00\",\"act\":\"relation.record\",\"id\":\"r%u\",%s}",
             c.year, c.month, c.dom, 8 + minute / 60, minute % 60, ++p->relations, fields);
    struct act_answer got = life_do(p->l, "import", json);
    if (got.verdict != ACT_ALLOWED)
        fail_msg("%s: %.*s", json, STR_ARG(got.json));
    if (p->relations % 64 == 0)
        arena_reset(p->l->arena);
}

static void fill(struct life *l)
{
    struct db *d = l->scene->db;
    char sql[500];
    life_close(l); /* its writer would wait for ours */
    assert_ok(db_begin_write(d));
    for (int i = 0; i < SUBJECTS; i++) {
        int city = cities[i % BUREAUS];
        snprintf(sql, sizeof sql, "INSERT INTO subject (id, seq, name, region) VALUES ('s%d', 1, '企业%d', %d)", i, i,
                 city % 100 ? city : city + 1 + i / BUREAUS % 7);
        scene_exec(d, sql);
    }
    for (int i = 0; i < PROVIDERS; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO provider (id, seq, name, kind, state, state_seq) VALUES ('p%d', 1, '机构%d', 'organisation',"
                                  " 'admitted', 1)", i, i);
        scene_exec(d, sql);
        for (int k = 0; k < 3; k++) {
            snprintf(sql, sizeof sql, "INSERT INTO member (id, seq, provider, name, state) VALUES ('m%d-%d', 1, 'p%d', '队员%d之%d', 'admitted')",
                     i, k, i, i, k);
            scene_exec(d, sql);
        }
    }
    for (int i = 0; i < TASKS; i++) {
        int provider = i % PROVIDERS, bureau = i % BUREAUS;
        snprintf(sql, sizeof sql,
                 "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, region, from_date, to_date, author, enters_site,"
                 " amount, historic, state, state_seq, frozen) VALUES ('e%d', 1, 'g', 'b%d', 'p%d', 'T03', %d, 1, 99999, 'x', 1, 1, 0,"
                 " 'accepted', 1, 0)", i, bureau, provider, cities[bureau]);
        scene_exec(d, sql);
        snprintf(sql, sizeof sql, "INSERT INTO entrustment_member (entrustment, member, seq, approved) VALUES ('e%d', 'm%d-%d', 1, 1)", i,
                 provider, i % 3);
        scene_exec(d, sql);
        snprintf(sql, sizeof sql, "INSERT INTO entrustment_subject (entrustment, subject) VALUES ('e%d', 's%d')", i, i);
        scene_exec(d, sql);
    }
    assert_ok(db_commit(d));
    life_open(l, ACTS_SIMULATE | ACTS_NO_THREAD);
}

static void bureaus(struct life *l)
{
    char json[300];
    life_open(l, ACTS_SIMULATE | ACTS_NO_THREAD);
    for (int i = 0; i < BUREAUS; i++) {
        snprintf(json, sizeof json, "{\"by\":\"system\",\"at\":\"2026-01-05T09:00:00+08:00\",\"act\":\"agency.register\",\"id\":\"b%d\","
                                    "\"name\":\"支队%d\",\"region\":\"%d\",\"level\":\"city\"}", i, i, cities[i]);
        struct act_answer got = life_do(l, "system", json);
        if (got.verdict != ACT_ALLOWED)
            fail_msg("%s: %.*s", json, STR_ARG(got.json));
    }
}

/* Two in a hundred people share their name with another. */
static void name_of(char *ret, size_t n, uint32_t person)
{
    snprintf(ret, n, "人%u", person < NAMESAKES ? person / 2 : person);
}

static void noise(struct province *p)
{
    char name[40];
    uint32_t person = upto(PEOPLE), subject = TASKS / 2 + upto(SUBJECTS - TASKS / 2);
    name_of(name, sizeof name, person);
    switch (upto(8)) {
    case 0: case 1: /* a telephone of agents, an address of parks */
        tell(p, "\"a\":\"subject:s%u\",\"b\":\"person:agent%u\",\"type\":\"shared_phone\"", upto(SUBJECTS), upto(3));
        break;
    case 2:
        tell(p, "\"a\":\"provider:p%u\",\"b\":\"person:park%u\",\"type\":\"shared_address\"", upto(PROVIDERS), upto(2));
        break;
    case 3:
        tell(p, "\"a\":\"subject:s%u\",\"b\":\"person:park%u\",\"type\":\"shared_address\"", upto(SUBJECTS), upto(2));
        break;
    default:
        tell(p, "\"a\":\"person:n%u\",\"b\":\"subject:s%u\",\"type\":\"%s\",\"name\":\"%s\",\"percent\":%u", person, subject,
             upto(2) ? "directorship" : "ownership", name, 1 + upto(60));
    }
}

/* The ties of a path from the provider or the member of task t to its subject, one to three; each task once. */
static void lay(struct province *p, int t)
{
    char ours[40];
    int provider = t % PROVIDERS;
    if (t % 2)
        snprintf(ours, sizeof ours, "member:m%d-%d", provider, t % 3);
    else
        snprintf(ours, sizeof ours, "provider:p%d", provider);
    switch (t % 3) {
    case 0:
        tell(p, "\"a\":\"%s\",\"b\":\"subject:s%d\",\"type\":\"service\"", ours, t);
        break;
    case 1:
        tell(p, "\"a\":\"person:z%d\",\"b\":\"subject:s%d\",\"type\":\"ownership\",\"percent\":%d", t, t, 30 + t % 60);
        tell(p, "\"a\":\"%s\",\"b\":\"person:z%d\",\"type\":\"kinship\"", ours, t);
        break;
    default:
        tell(p, "\"a\":\"person:z%d\",\"b\":\"%s\",\"type\":\"directorship\"", t, ours);
        tell(p, "\"a\":\"person:y%d\",\"b\":\"subject:s%d\",\"type\":\"ownership\",\"percent\":%d", t, t, 60 + t % 40);
        tell(p, "\"a\":\"person:z%d\",\"b\":\"person:y%d\",\"type\":\"kinship\"", t, t);
    }
}

static void a_province_with_hubs_and_namesakes(void **state)
{
    struct life *l = *state;
    struct province p = {.l = l};
    struct db *d = l->scene->db;
    char sql[400];
    seed = 71;
    bureaus(l);
    fill(l);
    int laid = 0;
    for (p.week = 0; p.week < WEEKS; p.week++) {
        assert_ok(acts_batch_begin(l->acts));
        for (int i = 0; i < NOISE / WEEKS; i++) {
            noise(&p);
            if (i % 37 == 0 && laid < PATHS)
                lay(&p, laid++);
        }
        assert_ok(acts_batch_end(l->acts));
    }
    assert_int_equal(laid, PATHS);
    for (int t = 0; t < laid; t++) {
        snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM tie x JOIN objection o ON o.id = x.objection WHERE x.entrustment = 'e%d'"
                                  " AND x.subject = 's%d' AND x.level >= 2 AND x.hops = %d", t, t, t % 3 + 1);
        if (scene_int(d, sql) == 0)
            fail_msg("path %d of %d ties was not found", t, t % 3 + 1);
    }
    int64_t held = scene_int(d, "SELECT COUNT(DISTINCT entrustment) FROM objection");
    int64_t most = scene_int(d, "SELECT COALESCE(MAX(n), 0) FROM (SELECT COUNT(*) AS n FROM todo t JOIN act_log g ON g.seq = t.seq WHERE t.kind IN"
                                " ('relation_review', 'identity_review') GROUP BY t.agency, g.at / 604800000000) x");
    int64_t reviews = scene_int(d, "SELECT COUNT(*) FROM todo WHERE kind IN ('relation_review', 'identity_review')");
    print_message("%u relations, %lld entrustments held for %d paths laid, %lld reviews, at most %lld for a bureau in a week\n", p.relations,
                  (long long)held, laid, (long long)reviews, (long long)most);
    assert_true(most <= 5);
    assert_true(held <= laid + laid / 10); /* hubs and chance hold nearly nobody */
    assert_true(scene_int(d, "SELECT COUNT(*) FROM identity") > 0);
    assert_int_equal(scene_int(d, "SELECT COUNT(*) FROM identity WHERE state <> 'offered'"), 0); /* nobody is merged by name */
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        accepted_test(what_is_undone_leaves_no_trace), accepted_test(two_engines_see_each_other), accepted_test(a_dry_run_changes_nothing),
        accepted_test(a_reach_too_wide_to_be_named),
        accepted_test(replay_needs_no_graph),          accepted_test(third_parties_read_their_own_statements),
        life_test(a_province_with_hubs_and_namesakes),
    };
    (void)argc, (void)argv;
    return scene_run("relations", tests);
}
