/*
 * Every figure is the sum of the rows it opens, whatever the scope; groups add up to the whole; and the score of a provider cannot be
 * touched by a refusal: its input has no place for one, and adding refusals to random histories moves nothing.
 */
#include "acts/life.h"
#include "analysis/figures.h"
#include "analysis/score.h"
#include "acts/targeting.h"

static const struct figure_scope scopes[] = {
    {.region_low = 420000, .region_high = 429999}, {.region_low = 420100, .region_high = 420199},
    {.region_low = 420000, .region_high = 429999, .within = 420102}, {.region_low = 420500, .region_high = 420599}};

static struct figure_scope scope_at(size_t i, const char *agency)
{
    struct figure_scope s = scopes[i];
    s.agency = str_of(agency);
    s.from = day_from_civil(2026, 1, 1), s.to = day_from_civil(2026, 12, 31);
    return s;
}

static int64_t add_rows(struct life *l, const struct figure *f, enum figure_part part, const struct figure_scope *s, int64_t *ret_n)
{
    int64_t sum = 0;
    str after = S("");
    *ret_n = 0;
    do {
        struct figure_row *rows;
        size_t n;
        assert_ok(figure_rows(l->scene->db, l->arena, f, part, s, after, 3, &rows, &n, &after)); /* small pages: none may be lost between them */
        for (size_t i = 0; i < n; i++)
            sum += rows[i].value;
        *ret_n += (int64_t)n;
    } while (after.n);
    return sum;
}

static void rows_add_up(void **state)
{
    struct life *l = *state;
    int64_t something = 0;
    for (size_t k = 0; k < sizeof scopes / sizeof *scopes; k++)
        for (size_t i = 0; i < figure_count(); i++) {
            const struct figure *f = figure_at(i);
            struct figure_scope s = scope_at(k, k == 3 ? "yichang" : "wuhan");
            struct figure_value v;
            int64_t n;
            assert_ok(figure_sum(l->scene->db, f, &s, &v));
            if (add_rows(l, f, FIGURE_NUMERATOR, &s, &n) != v.numerator || n != v.rows)
                fail_msg("%s: the rows do not add up", f->id);
            if (f->of && add_rows(l, f, FIGURE_DENOMINATOR, &s, &n) != v.denominator)
                fail_msg("%s: the rows of the denominator do not add up", f->id);
            if (f->unit == FIGURE_SHARE)
                assert_true(v.numerator <= v.denominator);
            if (k == 3)
                assert_int_equal(v.numerator, 0); /* another city's office: nothing of ours */
            something += v.numerator > 0;
        }
    assert_true(something >= 20); /* a life fills most of them */
}

static void groups_add_up(void **state)
{
    struct life *l = *state;
    for (size_t i = 0; i < figure_count(); i++)
        for (int by = FIGURE_BY_MONTH; by <= FIGURE_BY_COUNTY; by++) {
            const struct figure *f = figure_at(i);
            struct figure_scope s = scope_at(0, "wuhan");
            struct figure_value v;
            struct figure_part_of *p;
            size_t n;
            int64_t numerator = 0, denominator = 0;
            assert_ok(figure_sum(l->scene->db, f, &s, &v));
            assert_ok(figure_groups(l->scene->db, l->arena, f, &s, (enum figure_group)by, &p, &n));
            for (size_t k = 0; k < n; k++) {
                numerator += p[k].numerator;
                denominator += p[k].denominator;
                assert_true(k == 0 || p[k - 1].key < p[k].key);
            }
            assert_int_equal(numerator, v.numerator);
            assert_int_equal(denominator, v.denominator);
        }
}

/* Counted by hand from tests/acts/life.jsonl's kind of facts: rows we add ourselves. */
static void figures_say_what_their_words_say(void **state)
{
    struct life *l = *state;
    struct figure_scope s = scope_at(0, "wuhan");
    struct figure_value before, after;
    const struct figure *f = figure_find(S("repeat"));
    assert_ok(figure_sum(l->scene->db, f, &s, &before));
    scene_exec(l->scene->db, "INSERT INTO subject (id, seq, name, region) VALUES ('twice', 1, 'n', 420102), ('once', 1, 'n', 420102)");
    for (int i = 0; i < 3; i++) {
        char sql[500];
        snprintf(sql, sizeof sql, "INSERT INTO visit (id, seq, entrustment, subject, starts, ends, emergency, helpers, author, state, state_seq) SELECT 'vv%d', 1, MIN(e.id), '%s',"
                 " %lld, %lld, 0, 0, 'wei', 'closed', 1 FROM entrustment e", i, i ? "twice" : "once", (long long)day_start(day_from_civil(2026, 6, 1 + i)),
                 (long long)day_start(day_from_civil(2026, 6, 1 + i)));
        scene_exec(l->scene->db, sql);
    }
    assert_ok(figure_sum(l->scene->db, f, &s, &after));
    assert_int_equal(after.numerator - before.numerator, 1);
    assert_int_equal(after.denominator - before.denominator, 2);
    s.to = day_from_civil(2026, 6, 2); /* the second visit of the pair is outside */
    assert_ok(figure_sum(l->scene->db, f, &s, &after));
    assert_int_equal(after.numerator - before.numerator, 0);
    s.from = s.to + 1;
    assert_err(figure_sum(l->scene->db, f, &s, &after), ERR_INPUT);
    err_clear();
}

static void csv_is_safe(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const str head[] = {S("甲"), S("乙")}, cells[] = {S("=1+1"), S("a\"b,c")};
    str csv = figure_csv(a, &(struct figure_table){2, 1, head, cells});
    assert_str(csv, "\xef\xbb\xbf甲,乙\r\n\"'=1+1\",\"a\"\"b,c\"\r\n");
}

static void definitions_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < figure_count(); i++) {
        const struct figure *f = figure_at(i);
        assert_true(*f->label && *f->numerator && *f->when && *f->source);
        assert_int_equal(f->of != NULL, f->denominator != NULL);
        assert_ptr_equal(figure_find(str_of(f->id)), f);
    }
    assert_null(figure_find(S("fines"))); /* no figure counts money from penalties */
}

/* ---- the score ---- */

static void no_line_of_the_score_knows_a_refusal(void **state)
{
    (void)state;
    static const char *const forbidden[] = {"refus", "declin", "orders", "objection", "clue", "casefile", "attachment", "fine", "violation", "complaint", "evaluation"};
#define SCORE_SQL_(name, label, sql) sql,
    static const char *const lines[] = {SCORE_INPUTS(SCORE_SQL_)};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (size_t k = 0; k < sizeof forbidden / sizeof *forbidden; k++)
            if (str_find(str_of(lines[i]), str_of(forbidden[k])) >= 0)
                fail_msg("a line of the score asks for “%s”", forbidden[k]);
    assert_int_equal(sizeof(struct score_input), sizeof lines / sizeof *lines * sizeof(int64_t)); /* nothing beside the lines */
}

static void a_refusal_moves_no_score(void **state)
{
    struct life *l = *state;
    struct db *d = l->scene->db;
    uint64_t r = 123;
    char sql[700];
    int64_t seq = 200000;
    for (int history = 0; history < 12; history++) {
        struct score_input in;
        char provider[32];
        snprintf(provider, sizeof provider, "h%d", history);
        for (int i = 0; i < 12; i++, seq++) {
            static const char *const states[] = {"finished", "finished", "accepted", "released"}, *const verdicts[] = {"adoptable", "adoptable", "reference_only", "submitted"};
            int64_t at = (int64_t)(20500 + (test_random(&r) >> 40) % 200) * USEC_DAY;
            snprintf(sql, sizeof sql, "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, region, from_date, to_date, author, enters_site, amount, historic, state,"
                     " state_seq, frozen, ended_at) VALUES ('%s-%d', %lld, 'a1', 'wuhan', '%s', 'T03', 420102, 1, %lld, 'wei', 0, 1, 0, '%s', 1, 0, %lld)", provider, i,
                     (long long)seq, provider, (long long)(20500 + (test_random(&r) >> 40) % 200), states[test_random(&r) >> 62], (long long)at);
            scene_exec(d, sql);
            snprintf(sql, sizeof sql, "INSERT INTO material (id, seq, entrustment, kind, digest, provider, state, quarantined, doubtful, reverify, state_seq, verified_at) VALUES"
                     " ('%s-m%d', %lld, '%s-%d', 'report', 'x', '%s', '%s', 0, 0, 0, 1, %lld)", provider, i, (long long)seq, provider, i, provider,
                     verdicts[test_random(&r) >> 62], (long long)at);
            scene_exec(d, sql);
        }
        assert_ok(score_load(d, str_of(provider), 20000 * USEC_DAY, 21000 * USEC_DAY, &in));
        struct score before = score_of(&in);
        for (int i = 0; i < 6; i++, seq++) { /* refusals of orders, declined tasks */
            snprintf(sql, sizeof sql, "INSERT INTO order_refusal (id, seq, entrustment, author, at) VALUES ('%s-r%d', %lld, '%s-%d', 'x', %lld)", provider, i, (long long)seq, provider,
                     (int)(test_random(&r) >> 61), (long long)(20600 * USEC_DAY));
            scene_exec(d, sql);
            snprintf(sql, sizeof sql, "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, region, from_date, to_date, author, enters_site, amount, historic, state,"
                     " state_seq, frozen, ended_at) VALUES ('%s-d%d', %lld, 'a1', 'wuhan', '%s', 'T03', 420102, 1, 20600, 'wei', 0, 1, 0, 'declined', 1, 0, %lld)", provider, i,
                     (long long)seq, provider, (long long)(20600 * USEC_DAY));
            scene_exec(d, sql);
            assert_ok(score_load(d, str_of(provider), 20000 * USEC_DAY, 21000 * USEC_DAY, &in));
            struct score after = score_of(&in);
            assert_memory_equal(&before, &after, sizeof before);
        }
    }
}

static void scores_rise_with_what_is_good(void **state)
{
    (void)state;
    uint64_t r = 5;
    for (int i = 0; i < 5000; i++) {
        int64_t a = (int64_t)(test_random(&r) >> 60), b = (int64_t)(test_random(&r) >> 60), c = (int64_t)(test_random(&r) >> 60);
        struct score_input in = {.ended = a + 3, .in_time = a, .looked_at = b + 3, .adopted = b, .checked = c + 3, .agreed = c}, better = in;
        (i % 3 == 0 ? &better.in_time : i % 3 == 1 ? &better.adopted : &better.agreed)[0]++;
        assert_true(score_of(&better).total >= score_of(&in).total);
        assert_in_range(score_of(&in).total, 0, 1000);
    }
    assert_int_equal(score_of(&(struct score_input){0}).total, SCORE_NONE);
}

/* ---- what targeting reads ---- */

static void targets_are_loaded(void **state)
{
    struct life *l = *state;
    struct target_settings s;
    struct target_input *in;
    struct target_source *sources;
    size_t n, k;
    day today = day_from_civil(2026, 12, 1);
    assert_ok(targeting_settings(l->scene->db, &s));
    assert_int_equal(s.weight[TARGET_CLASS], 40);
    scene_exec(l->scene->db, "INSERT INTO subject (id, seq, name, region, class, permit_no, visits_per_year, positive_list) VALUES ('aaa', 1, '甲', 420102, 'general', NULL, 3, 1),"
                             " ('zzz', 1, '乙', 420503, 'special', 'P1', NULL, NULL)");
    assert_ok(target_load(l->scene->db, l->arena, 420100, 420199, STR_NONE, today, &in, &n));
    size_t jiang = n, aaa = n;
    for (size_t i = 0; i < n; i++) {
        assert_true(i == 0 || str_cmp(in[i - 1].id, in[i].id) < 0);
        assert_in_range(in[i].region, 420100, 420199);
        jiang = str_eq(in[i].id, S("jiang")) ? i : jiang;
        aaa = str_eq(in[i].id, S("aaa")) ? i : aaa;
    }
    assert_true(jiang < n && aaa < n);
    assert_true(in[aaa].positive_list && in[aaa].cap == 3 && !in[aaa].permit && !in[aaa].seen);
    assert_int_equal(in[jiang].visits, scene_int(l->scene->db, "SELECT COUNT(*) FROM visit WHERE subject = 'jiang' AND state <> 'cancelled'"));
    assert_true(in[jiang].seen > 0);
    assert_int_equal(in[jiang].decided, scene_int(l->scene->db, "SELECT COALESCE(MAX(t.date), 0) FROM attachment t JOIN casefile k ON k.id = t.casefile WHERE k.subject = 'jiang' AND"
                                                               " t.kind = 'decision'"));
    assert_ok(target_load(l->scene->db, l->arena, 420000, 429999, S("zzz"), today, &in, &n));
    assert_int_equal(n, 1);
    assert_true(in[0].permit && in[0].cap == -1);
    for (int t = 0; t < TARGET_TERM_COUNT; t++)
        assert_ok(target_sources(l->scene->db, l->arena, S("jiang"), (enum target_term)t, 5, &sources, &k));
    assert_ok(target_sources(l->scene->db, l->arena, S("jiang"), TARGET_UNSEEN, 5, &sources, &k));
    assert_true(k >= 1 && str_eq(sources[0].thing, S("visits")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        lived_test(rows_add_up), lived_test(groups_add_up), lived_test(figures_say_what_their_words_say), cmocka_unit_test(csv_is_safe),
        cmocka_unit_test(definitions_are_whole), cmocka_unit_test(no_line_of_the_score_knows_a_refusal), accepted_test(a_refusal_moves_no_score),
        cmocka_unit_test(scores_rise_with_what_is_good), lived_test(targets_are_loaded)};
    return scene_run("figures", tests);
}
