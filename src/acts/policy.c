/*
 * Settings, adopted law, imported tables (Art. 15 and the laws behind the settings).
 *
 * What the regulation leaves open is a published setting (settings.h); a value that would leave the law is refused with
 * the article it would leave. Tables of holidays and limits come in here once a year; nothing else waits for them.
 */
#include <string.h>
#include "acts/acts.h"
#include "acts/acts_sql.h"
#include "acts/limit_rows.h"
#include "acts/settings.h"

/* ---- values of settings ---- */

static bool read_word(str word, int64_t *ret)
{
    static const struct { const char *word; int64_t value; } words[] = {
        {"on", 1}, {"off", 0}, {"true", 1}, {"false", 0}, {"yes", 1}, {"no", 0}, {"enabled", 1}, {"disabled", 0},
        {"automatic", 1}, {"block", 1}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(word, str_of(words[i].word))) {
            *ret = words[i].value;
            return true;
        }
    return str_int64(word, ret);
}

/* A number, true or false, "on" or "off", or a date, as the setting's kind wants it. */
static bool read_value(const struct setting *s, const struct json *j, int64_t *ret)
{
    day d;
    if (j->kind == JSON_NUMBER && j->integer)
        *ret = j->i;
    else if (j->kind == JSON_BOOL && s->kind == SETTING_FLAG)
        *ret = j->boolean;
    else if (j->kind == JSON_STRING && s->kind == SETTING_DAY) {
        if (day_parse(j->string, &d) != NULL)
            return false;
        *ret = d;
    } else
        return j->kind == JSON_STRING && read_word(j->string, ret);
    return true;
}

static err *setting_value(struct act *a, const struct setting **ret_setting, int64_t *ret)
{
    const struct json *j;
    const struct setting *s = setting_find(act_text(a, "name"));
    CHECK(s != NULL); /* the field is a closed set of the table's names */
    TRY(json_parse(act_arena(a), act_text(a, "value"), LIMIT_ACT_BYTES, &j));
    if (!read_value(s, j, ret))
        return err_got(err_at(err_new(ERR_INPUT, "“%s”的值读不懂", s->label), S("value")), act_text(a, "value"),
                       s->kind == SETTING_FLAG ? S("true 或 false") : s->kind == SETTING_DAY ? S("日期") : S("整数"),
                       s->kind == SETTING_FLAG ? S("true") : s->kind == SETTING_DAY ? S("2026-08-15") : S("5"));
    *ret_setting = s;
    return NULL;
}

static str shown(struct act *a, const struct setting *s, int64_t value)
{
    if (s->kind == SETTING_DAY && value > INT32_MIN && value < INT32_MAX)
        return day_chinese(act_arena(a), (day)value);
    if (s->kind == SETTING_FLAG && (value == 0 || value == 1))
        return value ? S("开启") : S("关闭");
    return arena_printf(act_arena(a), "%lld%s", (long long)value, s->unit);
}

static err *set_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct setting *s;
    int64_t value;
    TRY(setting_value(a, &s, &value));
    f->policy_leaves = s->locked ? value != s->default_value : value < s->lowest || value > s->highest;
    f->policy_anchor = s->anchor;
    f->policy_technical = s->technical;
    f->policy_reason_missing = !str_trim(act_text(a, "reason")).n;
    act_say(a, "setting", str_of(s->label));
    act_say(a, "setting_why", str_of(s->why));
    act_say(a, "value", shown(a, s, value));
    act_say(a, "lowest", shown(a, s, s->lowest));
    act_say(a, "highest", shown(a, s, s->highest));
    return NULL;
}

static err *set_apply(struct act *a)
{
    const struct setting *s;
    int64_t value;
    TRY(setting_value(a, &s, &value));
    return db_put(act_db(a), "INSERT INTO policy (name, seq, value, reason, author) VALUES (:name, :seq, :value, :reason,"
                             " :by) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, value = excluded.value,"
                             " reason = excluded.reason, author = excluded.author",
                  DB_ARGS(DB_T("name", str_of(s->name)), DB_I("seq", act_seq(a)), DB_I("value", value),
                          DB_T("reason", act_text(a, "reason")), DB_T("by", act_by(a))));
}

/* ---- law ---- */

static err *adopt_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str instrument = act_text(a, "instrument");
    f->law_from_missing = !act_get(a, "from")->present;
    f->law_reversed = act_get(a, "to")->present && !f->law_from_missing && act_int(a, "to", 0) < act_int(a, "from", 0);
    f->law_unknown = law_instrument_find(instrument.p, instrument.n) == NULL;
    f->law_ends_regulation = str_eq(instrument, S("hubei-2022-71")) && !str_eq(act_text(a, "status"), S("valid"));
    act_say(a, "instrument", instrument);
    return NULL;
}

/* ---- holidays and limits ---- */

static const struct act_value *member_of(const struct act_value *object, const char *name)
{
    static const struct act_value none;
    for (size_t i = 0; i < object->n; i++)
        if (object->child[i].field && strcmp(object->child[i].field->name, name) == 0)
            return &object->child[i];
    return &none;
}

static bool is_work(const struct act_value *day_object)
{
    str kind = member_of(day_object, "kind")->s;
    return str_eq(kind, S("work")) || str_eq(kind, S("WORK"));
}

static err *holiday_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct act_value *days = act_get(a, "days");
    int year = (int)act_int(a, "year", 0);
    f->holiday_empty = days->n == 0;
    f->holiday_source_missing = !str_trim(act_text(a, "source")).n;
    f->holiday_known_year = calendar_knows(act_calendar(a), day_from_civil(year, 7, 1));
    for (size_t i = 0; i < days->n; i++) {
        struct civil c = civil_of_day((day)member_of(&days->child[i], "date")->i);
        bool near = c.year == year || (c.year == year - 1 && c.month == 12) || (c.year == year + 1 && c.month == 1);
        f->holiday_elsewhere += !near;
        f->holiday_work_on_workday += is_work(&days->child[i]) && c.weekday <= 5;
        for (size_t k = 0; k < i; k++)
            f->holiday_contradicts += member_of(&days->child[k], "date")->i == member_of(&days->child[i], "date")->i &&
                                      is_work(&days->child[k]) != is_work(&days->child[i]);
    }
    return NULL;
}

/* One row, read; an outlet it names must be there. */
static err *limit_row_of(struct act *a, const struct act_value *rows, size_t i, struct limit_row *ret)
{
    const struct json *row;
    int64_t found = 1;
    TRY(json_parse(act_arena(a), rows->child[i].s, LIMIT_ACT_BYTES, &row));
    TRY(limit_row_read(act_arena(a), row, i, ret));
    if (ret->outlet.p && !act_facts(a)->actor_not_permitted) /* guessing tells an outsider nothing */
        TRY(db_one_int(act_db(a), "SELECT 1 FROM outlet WHERE id = :id", DB_ARGS(DB_T("id", ret->outlet)), 0, &found));
    if (found)
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "第%zu条限值的点位“%.*s”不存在", i + 1, STR_ARG(ret->outlet)),
                          arena_printf(act_arena(a), "rows[%zu].outlet", i)),
                   ret->outlet, S("已登记的点位编号"), S("先登记，再引用"));
}

static err *limit_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct act_value *rows = act_get(a, "rows");
    f->limit_rows_missing = rows->n == 0;
    for (size_t i = 0; i < rows->n; i++) {
        struct limit_row row;
        TRY(limit_row_of(a, rows, i, &row));
        f->limit_source_missing += row.emission && !str_trim(row.source).n;
        f->limit_reversed += row.emission && row.ends && row.to < row.from;
    }
    return NULL;
}

static err *limit_apply(struct act *a)
{
    const struct act_value *rows = act_get(a, "rows");
    for (size_t i = 0; i < rows->n; i++) {
        struct limit_row row;
        TRY(limit_row_of(a, rows, i, &row));
        if (!row.emission)
            continue;
        struct db_arg region = DB_I("region", row.region), to = DB_I("to", row.to);
        if (!row.region)
            region.value.kind = DB_NULL;
        if (!row.ends)
            to.value.kind = DB_NULL;
        TRY(db_put(act_db(a),
                   "INSERT INTO emission_limit (id, seq, n, outlet, industry, region, factor, value, unit, converted, period,"
                   " lower, from_date, to_date, source) VALUES (:id, :seq, :n, :outlet, :industry, :region, :factor, :value,"
                   " :unit, :converted, :period, :lower, :from, :to, :source)",
                   DB_ARGS(DB_T("id", arena_printf(act_arena(a), "%lld-%zu", (long long)act_seq(a), i)),
                           DB_I("seq", act_seq(a)), DB_I("n", (int64_t)i), DB_T("outlet", row.outlet), DB_T("industry", row.industry), region,
                           DB_T("factor", row.factor), DB_T("value", row.value), DB_T("unit", row.unit),
                           DB_I("converted", row.converted), DB_T("period", row.period), DB_I("lower", row.lower),
                           DB_I("from", row.from), to, DB_T("source", row.source))));
    }
    return NULL;
}

const struct act_type acts_policy[] = {
    {.name = "policy.set", .label = "变更设置", .group = "policy", .table = "policy", .article = "15",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_SYSTEM), /* the last while nobody is registered: xiezhi init */
     .fields = FIELDS({"name", "设置", FIELD_ENUM, 0, SETTING_NAMES}, {"value", "值", FIELD_JSON, 0},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL, .maximum = 500}),
     .rules = RULES(RULE_policy_out_of_range, RULE_policy_art_4, RULE_policy_art_5, RULE_policy_art_8,
                    RULE_policy_art_9, RULE_policy_art_10, RULE_policy_art_11, RULE_policy_art_13,
                    RULE_policy_two_officers, RULE_policy_working_days, RULE_policy_pipl_19, RULE_policy_pipl_28,
                    RULE_policy_logs, RULE_policy_logs_2016, RULE_policy_splitting, RULE_policy_code_day,
                    RULE_policy_reason_missing, RULE_policy_not_admins, RULE_policy_not_heads, RULE_policy_after_setup),
     .facts = {{NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = :by AND r.role = 'sysadmin')"
                      " THEN 1 ELSE 0 END AS policy_by_admin, CASE WHEN CAST(:by AS TEXT) = 'system' AND EXISTS (SELECT 1 FROM users)"
                      " THEN 1 ELSE 0 END AS policy_after_setup"}},
     .facts_more = set_facts, .apply = {{NULL, DISCLOSURE_DUE("policy", "CAST(:name AS TEXT)", "CAST(:agency AS TEXT)", "disclose_info_workdays",
                                                     "FROM (SELECT 1 AS one) o WHERE CAST(:agency AS TEXT) IS NOT NULL")},
                                       {NULL, DISCLOSURE_TODO}},
     .apply_more = set_apply,
     .help = "规定没有写明的期限和做法在这里公布。已由法律确定的不能更改。"},

    {.name = "law.adopt", .label = "登记法律依据", .group = "policy", .table = "law_adoption", .article = "15",
     .roles = ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"instrument", "依据", FIELD_TEXT, 0, .maximum = 100},
                      {"articles", "条文", FIELD_JSON, F_OPTIONAL}, {"from", "施行日期", FIELD_DATE, F_OPTIONAL},
                      {"to", "失效日期", FIELD_DATE, F_OPTIONAL},
                      {"status", "状态", FIELD_ENUM, 0, "valid under_revision void"}),
     .rules = RULES(RULE_law_from_missing, RULE_law_reversed, RULE_law_unknown, RULE_law_ends_regulation,
                    RULE_law_needs_head, RULE_law_needs_legal),
     .facts = {{NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = :by AND r.role = 'legal')"
                      " THEN 1 ELSE 0 END AS law_by_legal, CASE WHEN EXISTS (SELECT 1 FROM user_role r"
                      " WHERE r.user_id = :by AND r.role = 'head') THEN 1 ELSE 0 END AS law_by_head"}},
     .facts_more = adopt_facts,
     .apply = {{NULL, "INSERT INTO law_adoption (seq, instrument, articles, from_date, to_date, status)"
                      " VALUES (:seq, :instrument, :articles, :from, :to, :status)"}},
     .help = "登记新的依据、修订或失效。法制与负责人共同办理。"},

    {.name = "holiday.import", .label = "导入节假日安排", .group = "policy", .table = "holiday_year", .article = "15",
     .roles = ROLE_BIT(ROLE_SYSADMIN),
     .fields = FIELDS({"year", "年度", FIELD_COUNT, 0, .maximum = 2199},
                      {"days", "日期", FIELD_OBJECT, F_OPTIONAL | F_LIST,
                       .object = FIELDS({"date", "日期", FIELD_DATE, 0},
                                        {"kind", "放假或上班", FIELD_ENUM, 0, "off work OFF WORK"},
                                        {"name", "节日", FIELD_TEXT, F_OPTIONAL, .maximum = 30})},
                      {"source", "来源", FIELD_TEXT, F_OPTIONAL, .maximum = 500}),
     .rules = RULES(RULE_holiday_empty, RULE_holiday_source_missing, RULE_holiday_elsewhere, RULE_holiday_contradicts,
                    RULE_holiday_work_on_workday, RULE_holiday_known_year),
     .facts_more = holiday_facts,
     .apply = {{NULL, "INSERT INTO holiday_year (year, seq, source) VALUES (:year, :seq, :source)"
                      " ON CONFLICT (year) DO UPDATE SET seq = excluded.seq, source = excluded.source"},
               {"days", "INSERT INTO holiday_day (date, seq, kind) VALUES (:item_date, :seq,"
                        " CASE WHEN CAST(:item_kind AS TEXT) IN ('work', 'WORK') THEN 2 ELSE 1 END)"
                        " ON CONFLICT (date) DO UPDATE SET seq = excluded.seq, kind = excluded.kind"}},
     .help = "国务院办公厅每年公布。未公布的年度不能确认到期日，但不妨碍办理。"},

    {.name = "limit.import", .label = "导入排放限值", .group = "policy", .table = "limit_row", .article = "6",
     .roles = ROLE_BIT(ROLE_SYSADMIN),
     .fields = FIELDS({"rows", "限值", FIELD_JSON, F_OPTIONAL | F_LIST}),
     .rules = RULES(RULE_limit_rows_missing, RULE_limit_source_missing, RULE_limit_reversed), .facts_more = limit_facts,
     .apply = {{"rows", "INSERT INTO limit_row (seq, n, row_json) VALUES (:seq, :item_position, :item)"}},
     .apply_more = limit_apply,
     .help = "供监测研判使用，只产生线索，不作认定。每条写明点位、行业或区划之一，因子、限值、时段、生效日期和来源；"
             "同一对象以后导入的为准。"},
    {0}};
