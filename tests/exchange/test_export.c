/* What goes out is what its reader may see, comes in again as it is, and never runs in the program that opens it. */
#include "acts/life.h"
#include "exchange/exchange.h"

static const usec now = INT64_C(1773104400000000);

static str out_path(struct life *l, const char *name)
{
    return arena_printf(l->arena, "%s/%s", l->scene->folder, name);
}

static str take_out(struct life *l, const char *thing, const struct reader *who, enum sheet_format format, const struct out_mark *mark,
                    int64_t *ret_rows)
{
    struct db *d;
    str path = out_path(l, format == SHEET_CSV ? "out.csv" : "out.xlsx"), bytes;
    assert_ok(db_open(l->scene->store, false, &d));
    struct exchange_export x = {.db = d, .thing = thing_find(str_of(thing)), .reader = who, .format = format, .path = path, .mark = mark};
    assert_ok(exchange_export(&x, ret_rows));
    db_close(d);
    assert_ok(file_read(l->arena, path, 64 << 20, &bytes));
    return bytes;
}

static struct exchange_result *bring_in(struct life *l, const char *kind, str bytes, const char *by, size_t *ret_n)
{
    struct exchange_table *t = NEW(l->arena, struct exchange_table);
    struct exchange_map *m = NEW(l->arena, struct exchange_map);
    struct exchange_result *rows;
    struct db *d;
    assert_ok(exchange_read(l->arena, bytes, S(""), t));
    assert_ok(exchange_map_header(l->arena, exchange_kind_find(str_of(kind)), t, S(""), m));
    assert_str(exchange_map_missing(l->arena, m), "");
    assert_ok(db_open(l->scene->store, false, &d));
    struct exchange_import job = {.acts = l->acts, .db = d, .table = t, .map = m, .by = str_of(by), .now = now};
    assert_ok(exchange_import(l->arena, &job, &rows, ret_n));
    db_close(d);
    return rows;
}

static void fill(struct life *l)
{
    static const struct { const char *by, *json; } acts[] = {
        {"wei", "{\"act\":\"subject.register\",\"id\":\"s2\",\"name\":\"=HYPERLINK(\\\"x\\\"),\\\"甲\\\"\\n厂\",\"region\":\"420103\",\"class\":\"general\",\"lon\":114.1234567,\"lat\":-0.5,\"positive_list\":true}"},
        {"wei", "{\"act\":\"relation.record\",\"id\":\"rel1\",\"a\":\"provider:blueline\",\"b\":\"subject:s2\",\"type\":\"ownership\",\"percent\":12.05,\"from\":\"2024-02-03\",\"source\":\"公示\"}"},
        {"zhou", "{\"act\":\"provider.apply\",\"id\":\"zhuan\",\"name\":\"专家\",\"kind\":\"individual\",\"id_number\":\"420102199001010014\",\"specialities\":[\"大气\",\"水\"]}"},
        {"sys", "{\"act\":\"holiday.import\",\"year\":2027,\"source\":\"通知\",\"days\":[{\"date\":\"2027-01-01\",\"kind\":\"off\"},{\"date\":\"2027-01-03\",\"kind\":\"work\"}]}"},
        {"sys", "{\"act\":\"limit.import\",\"rows\":[{\"industry\":\"火电\",\"factor\":\"a21026\",\"value\":\"0.050\",\"unit\":\"mg/m3\",\"period\":\"hour\",\"from\":\"2026-01-01\",\"source\":\"GB\"},"
                "{\"region\":\"420100\",\"factor\":\"w01018\",\"value\":\"50\",\"period\":\"day\",\"converted\":true,\"from\":\"2026-01-01\",\"source\":\"GB\"}]}"},
        {"wei", "{\"act\":\"visit.plan\",\"id\":\"v9\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"starts\":\"2026-03-12T09:30:00+08:00\",\"ends\":\"2026-03-12T11:30:00+08:00\",\"helpers\":1,\"approval_no\":\"审1\",\"notice_no\":\"通1\"}"}};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        str json = arena_printf(l->arena, "{\"at\":\"2026-03-10T08:00:00+08:00\",\"by\":\"%s\",%s", acts[i].by, acts[i].json + 1);
        struct act_answer answer;
        assert_ok(act_perform(l->acts, l->arena, &(struct act_request){.json = json}, &answer));
        if (answer.verdict != ACT_ALLOWED)
            fail_msg("%.*s", STR_ARG(answer.json));
    }
}

static void every_kind_comes_back(void **state)
{
    struct life *l = *state;
    static const char *const by[] = {"wei", "han", "zhou", "bl-lead", "wei", "sun", "wei", "sys", "sys"};
    fill(l);
    int64_t size = life_size(l);
    for (int i = 0; exchange_kinds[i].name; i++)
        for (int format = SHEET_XLSX; format <= SHEET_CSV; format++) {
            int64_t rows;
            size_t n;
            str bytes = take_out(l, exchange_kinds[i].thing, NULL, format, NULL, &rows);
            struct exchange_result *r = bring_in(l, exchange_kinds[i].name, bytes, by[i], &n);
            assert_true(rows > 0 && (int64_t)n == rows);
            for (size_t k = 0; k < n; k++)
                if (r[k].outcome != ROW_EXISTS)
                    fail_msg("%s row %zu: %s %.*s", exchange_kinds[i].name, k, exchange_outcome_id(r[k].outcome), STR_ARG(r[k].text));
        }
    assert_int_equal(life_size(l), size);
}

/* And into an empty bureau: the same subjects stand there, to the last digit of the position. */
static void subjects_move_house(void **state)
{
    struct life *l = *state;
    int64_t rows;
    size_t n;
    fill(l);
    scene_exec(l->scene->db, "CREATE TABLE was AS SELECT id, name, uscc, region, class, lon, lat, visits_per_year, positive_list FROM subject");
    str bytes = take_out(l, "subjects", NULL, SHEET_XLSX, NULL, &rows);
    scene_exec(l->scene->db, "DELETE FROM subject");
    bring_in(l, "subjects", bytes, "wei", &n);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM subject s JOIN was w ON w.id = s.id AND w.region = s.region"
                                             " AND COALESCE(w.uscc, '') = COALESCE(s.uscc, '') AND w.class = s.class AND w.lon = s.lon AND w.lat = s.lat"
                                             " AND COALESCE(w.positive_list, 0) = COALESCE(s.positive_list, 0)"
                                             " AND COALESCE(w.visits_per_year, -1) = COALESCE(s.visits_per_year, -1)"), 2);
    /* an inner line end of a name becomes a blank: nobody reads two lines in a list */
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM subject WHERE name = '=HYPERLINK(\"x\"),\"甲\" 厂'"), 1);
}

static void no_formula_runs(void **state)
{
    struct life *l = *state;
    int64_t rows;
    fill(l);
    str csv = take_out(l, "subjects", NULL, SHEET_CSV, NULL, &rows);
    assert_true(str_starts(csv, S("\xEF\xBB\xBF编号,名称,统一社会信用代码,")));
    assert_true(str_find(csv, S("\"'=HYPERLINK(\"\"x\"\"),")) > 0);
    str xlsx = take_out(l, "subjects", NULL, SHEET_XLSX, NULL, &rows);
    struct exchange_table t;
    assert_ok(exchange_read(l->arena, xlsx, S(""), &t));
    bool found = false;
    for (size_t i = 0; i < t.n; i++)
        for (size_t k = 0; k < t.rows[i].n; k++)
            found |= t.rows[i].cells[k].kind == SHEET_TEXT && str_starts(t.rows[i].cells[k].text, S("=HYPERLINK"));
    assert_true(found);
}

static void readers_see_their_own(void **state)
{
    struct life *l = *state;
    struct reader lead, officer, head, member;
    int64_t rows;
    struct db *d = l->scene->db;
    fill(l);
    assert_ok(reader_load(d, l->arena, S("bl-lead"), &lead));
    assert_ok(reader_load(d, l->arena, S("wei"), &officer));
    assert_ok(reader_load(d, l->arena, S("han"), &head));
    assert_ok(reader_load(d, l->arena, S("mei-u"), &member));
    take_out(l, "providers", &lead, SHEET_CSV, NULL, &rows);
    assert_int_equal(rows, 1);
    str csv = take_out(l, "providers", &officer, SHEET_CSV, NULL, &rows);
    assert_int_equal(rows, scene_int(d, "SELECT COUNT(*) FROM provider"));
    assert_true(str_find(csv, S("420102199001010014")) < 0 && str_find(csv, S("420****14")) > 0);
    csv = take_out(l, "providers", &head, SHEET_CSV, NULL, &rows);
    assert_true(str_find(csv, S("420102199001010014")) > 0);
    struct exchange_export closed = {.db = d, .thing = thing_find(S("subjects")), .reader = &member, .path = out_path(l, "x.csv")};
    assert_err(exchange_export(&closed, &rows), ERR_DENIED);
    err_clear();
}

/* What came late says so and why, in the row of its own act and in no other. */
static void late_entries_say_why(void **state)
{
    struct life *l = *state;
    int64_t rows, told = 0;
    struct exchange_table t;
    uint32_t reason = 0, act = 0;
    fill(l);
    struct act_answer late = life_do(l, "mei-u", "{\"act\":\"presence.enter\",\"by\":\"mei-u\",\"at\":\"2026-03-12T10:30:00+08:00\",\"visit\":\"v9\",\"person\":\"mei\","
                                                 "\"time\":\"2026-03-12T09:40:00+08:00\",\"late_reason\":\"=手机没电，回驻地后补录\"}");
    if (late.verdict != ACT_ALLOWED)
        fail_msg("%.*s", STR_ARG(late.json));
    str csv = take_out(l, "acts", NULL, SHEET_CSV, NULL, &rows);
    assert_true(str_find(csv, S(",补录延迟,补录原因,")) > 0 && str_find(csv, S("'=手机没电，回驻地后补录")) > 0);
    assert_ok(exchange_read(l->arena, take_out(l, "acts", NULL, SHEET_XLSX, NULL, &rows), S(""), &t));
    for (size_t k = 0; k < t.rows[0].n; k++) {
        const struct sheet_cell *c = &t.rows[0].cells[k];
        reason = str_eq(c->text, S("补录原因")) ? c->column : reason;
        act = str_eq(c->text, S("事项")) ? c->column : act;
    }
    assert_true(reason && act);
    for (size_t i = 1; i < t.n; i++) {
        struct sheet_row row = {.n = t.rows[i].n, .cells = t.rows[i].cells};
        const struct sheet_cell *why = sheet_at(&row, reason);
        if (why) {
            assert_str(why->text, "=手机没电，回驻地后补录");
            assert_str(sheet_at(&row, act)->text, act_type_find(S("presence.enter"))->label);
            told++;
        }
    }
    assert_int_equal(told, 1);
}

static void marks_trace(void **state)
{
    struct life *l = *state;
    struct out_mark mark = {S("K7QF-2M9A-X3"), S("魏队 2026-03-10 导〔2026〕1号")};
    int64_t rows;
    str csv = take_out(l, "subjects", NULL, SHEET_CSV, &mark, &rows);
    assert_true(str_find(csv, S(",水印\r\n")) > 0 && str_ends(csv, S(",K7QF-2M9A-X3\r\n")));
    str xlsx = take_out(l, "subjects", NULL, SHEET_XLSX, &mark, &rows);
    struct exchange_table t;
    assert_ok(exchange_read(l->arena, xlsx, S(""), &t));
    for (size_t i = 1; i < t.n; i++)
        assert_str(t.rows[i].cells[t.rows[i].n - 1].text, "K7QF-2M9A-X3");
}

static void pages_are_whole(void **state)
{
    struct life *l = *state;
    int64_t rows;
    assert_ok(acts_batch_begin(l->acts));
    for (int i = 0; i < 2 * LIMIT_THING_PAGE + 3; i++) {
        struct act_answer answer;
        str json = arena_printf(l->arena, "{\"act\":\"subject.register\",\"at\":\"2026-03-10T08:00:00+08:00\",\"by\":\"wei\",\"id\":\"x%d\",\"name\":\"厂%d\",\"region\":\"420102\"}", i, i);
        assert_ok(act_perform(l->acts, l->arena, &(struct act_request){.json = json}, &answer));
    }
    assert_ok(acts_batch_end(l->acts));
    str csv = take_out(l, "subjects", NULL, SHEET_CSV, NULL, &rows);
    assert_int_equal(rows, 2 * LIMIT_THING_PAGE + 4);
    int64_t lines = 0;
    for (size_t i = 0; i < csv.n; i++)
        lines += csv.p[i] == '\n';
    assert_int_equal(lines, rows + 1);
}

static void templates(void **state)
{
    struct life *l = *state;
    for (const struct exchange_kind *k = exchange_kinds; k->name; k++)
        for (int format = SHEET_XLSX; format <= SHEET_CSV; format++) {
            struct exchange_table t;
            struct exchange_map m;
            str path = out_path(l, format == SHEET_CSV ? "t.csv" : "t.xlsx"), bytes;
            assert_ok(exchange_template(k, format, path));
            assert_ok(file_read(l->arena, path, 1 << 20, &bytes));
            assert_ok(exchange_read(l->arena, bytes, S(""), &t));
            exchange_map_guess(l->arena, k, &t, S(""), &m);
            for (uint32_t i = 0; i < m.columns; i++)
                assert_int_equal(m.to[i], (int)i);
        }
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    const struct CMUnitTest tests[] = {
        accepted_test(every_kind_comes_back), accepted_test(subjects_move_house), accepted_test(no_formula_runs),
        accepted_test(readers_see_their_own), accepted_test(late_entries_say_why), accepted_test(marks_trace), accepted_test(pages_are_whole), accepted_test(templates)};
    return scene_run("exchange/export", tests);
}
