/* Sheets become acts once, with the rights of who brought them; the dry run says what the real one does. */
#include "acts/life.h"
#include "exchange/exchange.h"

struct result { struct exchange_table table; struct exchange_map map; struct exchange_result *rows; size_t n; };

/* 2026-03-10T09:00+08:00: the life stands there. */
static const usec now = INT64_C(1773104400000000);

static struct result bring(struct life *l, const char *kind, str bytes, const char *by, bool dry)
{
    struct result r = {0};
    struct db *d;
    assert_ok(exchange_read(l->arena, bytes, S(""), &r.table));
    assert_ok(exchange_map_header(l->arena, exchange_kind_find(str_of(kind)), &r.table, S(""), &r.map));
    assert_ok(db_open(l->scene->store, false, &d));
    struct exchange_import job = {.acts = l->acts, .db = d, .table = &r.table, .map = &r.map, .by = str_of(by), .dry = dry, .now = now};
    assert_ok(exchange_import(l->arena, &job, &r.rows, &r.n));
    db_close(d);
    return r;
}

static void expect(const struct result *r, size_t row, enum exchange_outcome outcome, const char *word)
{
    assert_true(row < r->n);
    if (r->rows[row].outcome == outcome && str_find(r->rows[row].text, str_of(word)) >= 0)
        return;
    fail_msg("row %zu is %s \"%.*s\", wanted %s \"%s\"", row, exchange_outcome_id(r->rows[row].outcome), STR_ARG(r->rows[row].text),
             exchange_outcome_id(outcome), word);
}

static int64_t count(struct life *l, const char *sql)
{
    return scene_int(l->scene->db, sql);
}

/* The dry run first: the same words, nothing written. */
static struct result both(struct life *l, const char *kind, const char *csv, const char *by)
{
    int64_t size = life_size(l);
    struct result dry = bring(l, kind, str_of(csv), by, true);
    assert_int_equal(life_size(l), size);
    struct result real = bring(l, kind, str_of(csv), by, false);
    assert_int_equal(dry.n, real.n);
    for (size_t i = 0; i < dry.n; i++) {
        if (dry.rows[i].outcome != real.rows[i].outcome || !str_eq(dry.rows[i].text, real.rows[i].text))
            fail_msg("row %zu: dry %s \"%.*s\", real %s \"%.*s\"", i, exchange_outcome_id(dry.rows[i].outcome), STR_ARG(dry.rows[i].text),
                     exchange_outcome_id(real.rows[i].outcome), STR_ARG(real.rows[i].text));
    }
    return real;
}

static str good_uscc(struct arena *a, int n)
{
    static const char digits[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char text[32];
    snprintf(text, sizeof text, "91420100MA%06d00", n);
    for (int i = 0; i < 31; i++)
        for (int k = 0; k < 31; k++) {
            text[16] = digits[i], text[17] = digits[k];
            if (uscc_valid(str_of(text)))
                return arena_str(a, str_of(text));
        }
    fail();
    return STR_NONE;
}

static void subjects(void **state)
{
    struct life *l = *state;
    str one = good_uscc(l->arena, 1);
    str csv = arena_printf(l->arena, "企业名称,统一社会信用代码,所属区县,监管级别,年度检查上限（次）,备注栏\r\n"
                                     "江城一厂,%.*s,江岸区,重点,4,\r\n"
                                     "江汉化工有限公司,91420102MA4TE5T136,420102,重点,4,x\r\n"
                                     "江汉公司,91420102MA4TE5T136,420102,重点,4,\r\n"
                                     "坏代码厂,91420100MA00000020,420102,重点,4,\r\n"
                                     "外省厂,,110105,一般,1,\r\n"
                                     "科学厂,9.142E+17,420102,一般,1,\r\n"
                                     "示例：说明行,,,,,\r\n"
                                     ",,420102,一般,1,\r\n",
                           STR_ARG(one));
    struct result r = both(l, "subjects", arena_cstr(l->arena, csv), "wei");
    expect(&r, 0, ROW_NEW, "");
    expect(&r, 1, ROW_EXISTS, "");
    expect(&r, 2, ROW_INVALID, "与第3行的“统一社会信用代码”相同");
    expect(&r, 3, ROW_INVALID, "B5 ");
    expect(&r, 3, ROW_INVALID, "校验位");
    expect(&r, 4, ROW_NEW, "提示：");
    expect(&r, 5, ROW_INVALID, "B7 “统一社会信用代码”被表格软件当成了数字");
    expect(&r, 6, ROW_BLANK, "");
    expect(&r, 7, ROW_INVALID, "A9 缺少“企业名称”");
    assert_str(exchange_map_unknown(l->arena, &r.map), "“备注栏”");
    assert_int_equal(count(l, "SELECT COUNT(*) FROM subject"), 3);
    int64_t size = life_size(l);
    r = bring(l, "subjects", csv, "wei", false); /* again: nothing twice */
    expect(&r, 0, ROW_EXISTS, "");
    expect(&r, 4, ROW_EXISTS, "");
    assert_int_equal(life_size(l), size);
    r = bring(l, "subjects", S("名称,信用代码,区划\n江汉化工厂,91420102MA4TE5T136,420102\n"), "wei", false);
    expect(&r, 0, ROW_DIFFERS, "“企业名称”登记的是江汉化工有限公司");
    life_sound(l->scene->store);
}

static void rights_are_the_importers(void **state)
{
    struct life *l = *state;
    struct result r = both(l, "subjects", "名称,区划\n甲厂,420102\n", "han");
    expect(&r, 0, ROW_REFUSED, "（《");
    assert_int_equal(count(l, "SELECT COUNT(*) FROM subject"), 1);
}

static void officers_in_two_halves(void **state)
{
    struct life *l = *state;
    const char *csv = "账号,姓名,所属单位,手机号,执法证号,执法区域,有效期起,有效期至\n"
                      "Chen-1,陈一,武汉市生态环境保护综合执法支队,13800000000,17019001,江岸区、420103,2025.6.1,2027年5月31日\n"
                      "chen-2,陈二,wuhan,,17019001,420102,2025-06-01,2027-05-31\n"
                      "chen-3,陈三,没有的队,,17019003,420102,2025-06-01,2027-05-31\n"
                      "chen-4,陈四,wuhan,,17019004,420102,2025-06-01,2025-12-31\n";
    struct result r = both(l, "officers", csv, "han");
    expect(&r, 0, ROW_WAITS, "“登记用户”由系统管理员办理");
    expect(&r, 1, ROW_INVALID, "与第2行的“执法证号”相同");
    expect(&r, 2, ROW_INVALID, "“执法机构”“没有的队”没有登记");
    assert_int_equal(count(l, "SELECT COUNT(*) FROM certificate"), 2);
    r = both(l, "officers", csv, "sys");
    expect(&r, 0, ROW_WAITS, "“登记执法证件”由执法机构负责人办理");
    assert_int_equal(count(l, "SELECT COUNT(*) FROM users WHERE id IN ('chen-1', 'chen-2', 'chen-4')"), 2);
    r = both(l, "officers", csv, "han");
    expect(&r, 0, ROW_NEW, "");
    expect(&r, 3, ROW_NEW, "提示：证件已过有效期");
    assert_int_equal(count(l, "SELECT COUNT(*) FROM certificate_area a JOIN certificate c ON c.seq = a.certificate WHERE c.user_id = 'chen-1'"), 2);
    r = both(l, "officers", csv, "han");
    expect(&r, 0, ROW_EXISTS, "");
}

static void providers_and_members(void **state)
{
    struct life *l = *state;
    str code = good_uscc(l->arena, 77);
    struct result r = both(l, "providers", arena_cstr(l->arena, arena_printf(l->arena,
                           "供应商名称,机构类别,信用代码,是否境内,成立日期,专业领域\n远山公司,机构,%.*s,是,2015/5/1,无人机、监测\n", STR_ARG(code))), "zhou");
    expect(&r, 0, ROW_NEW, "");
    assert_int_equal(count(l, "SELECT COUNT(*) FROM provider_speciality s JOIN provider p ON p.id = s.provider WHERE p.name = '远山公司'"), 2);
    r = both(l, "members", "所属单位,姓名,专业\n蓝线环境技术有限公司,新人甲,无人机\nblueline,新人乙,\n远山公司,新人丙,\n", "bl-lead");
    expect(&r, 0, ROW_NEW, "");
    expect(&r, 1, ROW_NEW, "");
    expect(&r, 2, ROW_INVALID, "没有登记"); /* another provider is not known to him */
}

static void relations_and_budgets(void **state)
{
    struct life *l = *state;
    struct result r = both(l, "relations", "甲方类别,甲方,关系类型,乙方类别,乙方,持股比例\n第三方,blueline,持股,企业,91420102MA4TE5T136,51.5%\n"
                                           "第三方,blueline,同一地址,企业,jiang,\n自然人,zhang-san,亲属,企业,jiang,\n", "wei");
    expect(&r, 0, ROW_NEW, "");
    expect(&r, 2, ROW_NEW, "");
    assert_int_equal(count(l, "SELECT percent FROM relation WHERE type = 'ownership'"), 5150);
    r = both(l, "relations", "甲方类别,甲方,关系类型,乙方类别,乙方,持股比例\n第三方,blueline,持股,企业,91420102MA4TE5T136,51.5%\n", "wei");
    expect(&r, 0, ROW_EXISTS, "");
    const char *csv = "预算单位,年度,资金来源,级次,预算金额（万元）,批复文号\nwuhan,2026年,财政,本级,12.5,武财〔2026〕9号\nwuhan,2026,罚没,本级,1,武财〔2026〕10号\n";
    r = both(l, "budgets", csv, "sun");
    expect(&r, 0, ROW_NEW, "");
    expect(&r, 1, ROW_REFUSED, "（《");
    assert_int_equal(count(l, "SELECT amount FROM budget WHERE approval_no = '武财〔2026〕9号'"), 12500000);
    int64_t size = life_size(l);
    r = bring(l, "budgets", str_of(csv), "sun", false); /* the refused one is tried again, the other is there */
    expect(&r, 0, ROW_EXISTS, "");
    expect(&r, 1, ROW_REFUSED, "（《");
    assert_int_equal(life_size(l), size + 1);
    r = both(l, "budgets", "预算单位,年度,资金来源,级次,预算金额（元）,批复文号\nwuhan,2026,财政,本级,130000,武财〔2026〕9号\n", "sun");
    expect(&r, 0, ROW_DIFFERS, "“金额（元）”登记的是125000.00");
    r = both(l, "budgets", "预算单位,年度,资金来源,级次,预算金额（元）,批复文号,调整理由\nwuhan,2026,财政,本级,130000,武财〔2026〕9号,追加\n", "sun");
    expect(&r, 0, ROW_CHANGED, "");
    assert_int_equal(count(l, "SELECT amount FROM budget WHERE approval_no = '武财〔2026〕9号'"), 13000000);
}

/* What only shows between rows is said at its row, before any act, in the dry run as in the import. */
static void relations_together(void **state)
{
    struct life *l = *state;
    const char *csv = "甲方类别,甲方,关系类型,乙方类别,乙方,持股比例,起,止\n"
                      "第三方,blueline,持股,企业,jiang,60%,,\n"
                      "企业,jiang,持股,自然人,zhang-san,70%,,\n"
                      "自然人,zhang-san,持股,第三方,blueline,80%,,\n"
                      "自然人,li-si,持股,企业,jiang,50%,,\n"
                      "企业,jiang,债权债务,企业,jiang,,,\n"
                      "第三方,blueline,服务,企业,jiang,,2026-02-01,2026-01-01\n";
    int64_t size = life_size(l);
    struct result r = bring(l, "relations", str_of(csv), "wei", true);
    assert_int_equal(life_size(l), size);
    for (int i = 0; i < 3; i++)
        expect(&r, (size_t)i, ROW_NEW, "循环持股：表中3方");
    expect(&r, 0, ROW_NEW, "提示：E2 ");
    expect(&r, 3, ROW_NEW, "提示：F5 到这一行，同一单位的股权比例合计超过100%");
    expect(&r, 4, ROW_INVALID, "E6 关系两端是同一对象");
    expect(&r, 5, ROW_INVALID, "H7 结束日期早于开始日期");
    r = both(l, "relations", csv, "wei");
    expect(&r, 1, ROW_NEW, "循环持股");
    assert_int_equal(count(l, "SELECT COUNT(*) FROM relation WHERE type = 'ownership'"), 4);
    life_sound(l->scene->store);
}

static void holidays_and_limits(void **state)
{
    struct life *l = *state;
    struct result r = both(l, "holidays", "年度,日期,安排,节日,通知\n2027,2027-01-01,放假,元旦,国办发明电\n2027,2027.2.30,放假,,\n2028,2028-01-01,放假,元旦,通知\n", "sys");
    expect(&r, 0, ROW_INVALID, "同一年度的第3行有误");
    expect(&r, 1, ROW_INVALID, "B3 ");
    expect(&r, 2, ROW_NEW, "");
    r = both(l, "holidays", "年度,日期,安排,节日,通知\n2027,2027-01-01,放假,元旦,国办发明电\n2027,2027-01-02,上班,,\n", "sys");
    expect(&r, 1, ROW_NEW, "");
    assert_int_equal(count(l, "SELECT COUNT(*) FROM holiday_day"), 3);
    r = both(l, "holidays", "年度,日期,安排,节日,通知\n2027,2027-01-01,放假,元旦,国办发明电\n2027,2027-01-02,上班,,\n", "sys");
    expect(&r, 0, ROW_EXISTS, "");
    r = both(l, "limits", "行业,因子代码,排放限值,单位,时段,执行日期,执行标准\n火力发电,a21026,0.050,mg/m3,小时均值,2026-01-01,GB 13223\n火力发电,二氧化硫,35,mg/m3,小时,2026-01-01,GB\n", "sys");
    expect(&r, 0, ROW_NEW, "");
    expect(&r, 1, ROW_INVALID, "B3 ");
    assert_int_equal(count(l, "SELECT COUNT(*) FROM emission_limit WHERE value = '0.050'"), 1);
}

static void plans(void **state)
{
    struct life *l = *state;
    struct result r = both(l, "plans", "委托,执法相对人,开始时间,结束时间,协助人数,检查审批号,行政检查通知书号\n"
                                       "e1,91420102MA4TE5T136,2026-03-12 09:30,2026-03-12 11:30,1,审1,通1\n"
                                       "e1,jiang,2026-03-13 11:30,2026-03-13 09:30,1,审1,通1\ne9,jiang,2026-03-13 11:30,2026-03-13 12:30,1,审1,通1\n", "wei");
    expect(&r, 0, ROW_NEW, "");
    expect(&r, 1, ROW_REFUSED, "");
    expect(&r, 2, ROW_INVALID, "“委托”“e9”没有登记");
}

/* ---- the sheet of errors ---- */

static void errors_come_back(void **state)
{
    struct life *l = *state;
    const char *path = arena_cstr(l->arena, arena_printf(l->arena, "%s/errors.csv", l->scene->folder));
    str back;
    struct result r = bring(l, "subjects", S("平台导出\n名称;区划\n好厂;420102\n=坏厂;地方\n"), "wei", false);
    assert_ok(exchange_errors(&r.table, &r.map, r.rows, r.n, false, false, str_of(path)));
    assert_ok(file_read(l->arena, str_of(path), 1 << 20, &back));
    if (!str_starts(back, S("\xEF\xBB\xBF平台导出;;\r\n名称;区划;导入结果\r\n好厂;420102;新增")) || str_find(back, S("\"'=坏厂\";地方;读不懂：B4 ")) < 0)
        fail_msg("%.*s", STR_ARG(back));
    r = bring(l, "subjects", back, "wei", false); /* as it is, once more */
    expect(&r, 0, ROW_EXISTS, "");
    expect(&r, 1, ROW_INVALID, "区划");
}

/* A workbook comes back as one: its texts, numbers and dates where they were. */
static void workbooks_come_back(void **state)
{
    struct life *l = *state;
    struct out_column columns[] = {{S("账号"), OUT_CODE, 0}, {S("姓名"), OUT_TEXT, 0}, {S("单位"), OUT_TEXT, 0}, {S("执法证号"), OUT_INT, 0}, {S("有效期起"), OUT_DAY, 0}};
    struct db_value row[] = {db_text_value(S("chen-9")), db_text_value(S("=陈九")), db_text_value(S("没有的队")), {DB_INT, 17010999, STR_NONE}, {DB_INT, 20514, STR_NONE}};
    str path = arena_printf(l->arena, "%s/in.xlsx", l->scene->folder), out = arena_printf(l->arena, "%s/out.xlsx", l->scene->folder), bytes;
    struct sheet_out *sheet;
    int64_t rows;
    assert_ok(sheet_out_open(l->arena, path, SHEET_XLSX, S("人员"), columns, 5, NULL, &sheet));
    assert_ok(sheet_out_row(sheet, row));
    assert_ok(sheet_out_close(sheet, &rows));
    assert_ok(file_read(l->arena, path, 1 << 20, &bytes));
    struct result r = bring(l, "officers", bytes, "sys", true);
    expect(&r, 0, ROW_INVALID, "C2 “执法机构”“没有的队”没有登记");
    assert_ok(exchange_errors(&r.table, &r.map, r.rows, r.n, true, true, out));
    assert_ok(file_read(l->arena, out, 1 << 20, &bytes));
    struct exchange_table back;
    assert_ok(exchange_read(l->arena, bytes, S(""), &back));
    assert_str(back.sheet, "人员");
    assert_int_equal(back.n, 2);
    const struct exchange_row *got = &back.rows[1], *was = &r.table.rows[1];
    assert_int_equal(got->n, was->n + 1);
    for (size_t i = 0; i < was->n; i++)
        assert_true(got->cells[i].kind == was->cells[i].kind && str_eq(got->cells[i].text, was->cells[i].text));
    assert_true(str_starts(got->cells[5].text, S("读不懂：C2 ")) && got->cells[3].kind == SHEET_NUMBER && got->cells[4].kind == SHEET_TIME);
}

/* ---- beside a server: the engine with its thread ---- */

static void beside_other_acts(void **state)
{
    struct life *l = *state;
    life_open(l, 0);
    int64_t size = life_size(l);
    struct result dry = bring(l, "subjects", S("名称,区划\n甲厂,420102\n乙厂,420102\n"), "wei", true);
    expect(&dry, 0, ROW_NEW, "");
    assert_int_equal(life_size(l), size);
    struct act_answer answer = life_do(l, "wei", "{\"act\":\"subject.register\",\"id\":\"s-x\",\"name\":\"丙厂\",\"region\":\"420102\"}");
    assert_int_equal(answer.seq, size + 1); /* what was rehearsed has no number */
    struct result real = bring(l, "subjects", S("名称,区划\n甲厂,420102\n乙厂,420102\n"), "wei", false);
    expect(&real, 1, ROW_NEW, "");
    assert_int_equal(life_size(l), size + 3);
    life_close(l);
    life_sound(l->scene->store);
    life_open(l, ACTS_SIMULATE | ACTS_NO_THREAD);
}

/* ---- killed ---- */

static str many(struct arena *a, int n)
{
    buf b = buf_make(a, 8 << 20);
    buf_add(&b, S("名称,信用代码,区划\n"));
    for (int i = 0; i < n; i++)
        buf_printf(&b, "第%d厂,%.*s,420102\n", i, STR_ARG(good_uscc(a, i)));
    return buf_str(&b);
}

static bool die_half_way(void *context, size_t done, size_t of)
{
    (void)context;
    if (done * 2 >= of)
        _exit(7);
    return true;
}

static void once_after_a_kill(void **state)
{
    struct life *l = *state;
    str csv = many(l->arena, 600);
    life_close(l);
    db_close(l->scene->db);
    pid_t child = fork();
    if (child == 0) { /* its own engine on the same store, and no way out but dying */
        struct store *s;
        struct acts *acts;
        struct db *d;
        struct exchange_table t;
        struct exchange_map m;
        struct exchange_result *rows;
        size_t n;
        if (store_open(str_of(l->scene->url), store_folder(l->scene->store), STORE_EXISTING, &s) || acts_open(s, ACTS_NO_THREAD | ACTS_SIMULATE, &acts) ||
            db_open(s, false, &d) || exchange_read(l->arena, csv, S(""), &t) ||
            exchange_map_header(l->arena, exchange_kind_find(S("subjects")), &t, S(""), &m))
            _exit(1);
        struct exchange_import job = {.acts = acts, .db = d, .table = &t, .map = &m, .by = S("wei"), .now = now, .progress = die_half_way};
        if (exchange_import(l->arena, &job, &rows, &n))
            _exit(2);
        _exit(0);
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_ok(db_open(l->scene->store, true, &l->scene->db));
    int64_t half = count(l, "SELECT COUNT(*) FROM subject");
    assert_true(half >= 300 && half < 600);
    life_open(l, ACTS_SIMULATE | ACTS_NO_THREAD);
    struct result r = bring(l, "subjects", csv, "wei", false);
    size_t news = 0, there = 0;
    for (size_t i = 0; i < r.n; i++)
        news += r.rows[i].outcome == ROW_NEW, there += r.rows[i].outcome == ROW_EXISTS;
    assert_int_equal(news + there, 600);
    assert_int_equal(count(l, "SELECT COUNT(*) FROM subject"), 601);
    assert_int_equal(there, half - 1);
    life_sound(l->scene->store);
}

static void replays(void **state)
{
    struct life *l = *state;
    bring(l, "subjects", many(l->arena, 50), "wei", true);
    bring(l, "subjects", many(l->arena, 50), "wei", false);
    struct store *again = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, again);
    store_close(again);
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    const struct CMUnitTest tests[] = {
        accepted_test(subjects), accepted_test(rights_are_the_importers), accepted_test(officers_in_two_halves), accepted_test(providers_and_members),
        accepted_test(relations_and_budgets), accepted_test(relations_together), accepted_test(holidays_and_limits), accepted_test(plans), accepted_test(errors_come_back), accepted_test(workbooks_come_back), accepted_test(beside_other_acts),
        accepted_test(once_after_a_kill), accepted_test(replays)};
    return scene_run("exchange/import", tests);
}
