/*
 * Disclosure: what may be shown to everybody, and what never (Art. 5, 9, 12, 13), until when (table of periods, published
 * settings), and what becomes of it. Kinds are a closed set, so that a forbidden one is refused with its article and not merely
 * unknown. What the public sees is composed here, in the act, by type of column (disclosed.c), and stays as it was published:
 * a page drawn from the tables of later days would be another publication that nobody decided.
 */
#include <string.h>
#include "acts/acts.h"
#include "acts/acts_sql.h"

#define KIND(list) "CAST(:kind AS TEXT) IN (" list ")"
#define KIND_NAMES                                                                                  \
    "plan result statistics policy law procurement agreement provider roster evaluation draw flight decision case" \
    " violation clue material entrustment visit record notice objection complaint gift contact member user person" \
    " presence"

static const struct disclosed_kind *kind_of(struct act *a)
{
    const struct disclosed_kind *k = disclosed_kind_find(act_text(a, "kind"));
    CHECK(k); /* KIND_NAMES and the table list the same: tests/acts/test_disclosed.c */
    return k;
}

static err *ref_exists(struct act *a, const struct disclosed_kind *k)
{
    int64_t n = 1;
    if (k->table) {
        char *sql = arena_cstr(act_arena(a), arena_printf(act_arena(a), "SELECT COUNT(*) FROM %s WHERE id = :ref", k->table));
        TRY(db_one_int(act_db(a), sql, DB_ARGS(DB_T("ref", act_text(a, "ref"))), 0, &n));
    }
    if (n)
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "%s“%.*s”不存在", k->label, STR_ARG(act_text(a, "ref"))), S("ref")),
                   act_text(a, "ref"), S("已登记的编号"), STR_NONE);
}

/* ---- personal numbers in what a person types as the number of a document ---- */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Identity numbers (GB 11643), mobile telephones (eleven digits from 13 to 19), and longer runs that hold none. */
static int64_t personal_numbers(str text)
{
    int64_t found = 0;
    for (size_t i = 0; i < text.n;) {
        size_t n = 0;
        while (i + n < text.n && digit(text.p[i + n]))
            n++;
        bool x = n == 17 && i + n < text.n && (text.p[i + n] == 'X' || text.p[i + n] == 'x');
        if (n + x == 18)
            found += id_number_valid(str_sub(text, i, 18));
        else if (n == 11)
            found += text.p[i] == '1' && text.p[i + 1] >= '3';
        i += n ? n + x : 1;
    }
    return found;
}

/* ---- publish ---- */

static err *maker_facts(struct act *a, const struct disclosed_kind *k)
{
    struct db_rows rows;
    bool more;
    if (!k->agency)
        return NULL;
    TRY(act_query(a, k->agency, &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    str maker = db_str(&rows, 0);
    int64_t own;
    db_rows_end(&rows);
    TRY(db_one_int(act_db(a), "SELECT COUNT(*) FROM users u WHERE u.id = :by AND u.agency = :maker",
                   DB_ARGS(DB_T("by", act_by(a)), DB_T("maker", maker)), 0, &own));
    act_facts(a)->disclosed_foreign = maker.n && !own;
    return NULL;
}

static err *publish_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct disclosed_kind *k = kind_of(a);
    TRY(ref_exists(a, k));
    TRY(maker_facts(a, k));
    str kind = act_text(a, "kind");
    bool names_provider = str_eq(kind, S("provider")) || str_eq(kind, S("roster")) || str_eq(kind, S("evaluation"));
    f->disclosed_clue = str_eq(kind, S("clue"));
    f->disclosed_personal = k->personal;
    f->disclosed_secret |= k->secret;
    f->disclosed_provider_name = names_provider && !act_policy(a, "show_third_party_name_publicly");
    f->disclosed_words_personal = personal_numbers(act_text(a, "ref"));
    act_say(a, "disclosed_kind", str_of(k->label));
    return NULL;
}

/* Working days a thing took from its event to today, into disclosure_due; an unknown year stays NULL. */
static err *count_workdays(struct act *a)
{
    struct db_rows rows;
    TRY(act_query(a, "SELECT id, event_at FROM disclosure_due WHERE done_seq = :seq ORDER BY id", &rows));
    for (bool more;;) {
        int days;
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        if (calendar_workdays_between(act_calendar(a), day_of(db_int(&rows, 1)), day_of(act_at(a)), &days) != CALENDAR_OK)
            continue;
        TRY(db_put(act_db(a), "UPDATE disclosure_due SET workdays = :days WHERE id = :id",
                   DB_ARGS(DB_I("days", days), DB_T("id", db_str(&rows, 0)))));
    }
}

static err *publish_apply(struct act *a)
{
    struct sm3 digest;
    str content, agency;
    TRY(db_one_str(act_db(a), act_arena(a), "SELECT agency FROM disclosure WHERE id = :id", DB_ARGS(DB_T("id", act_id(a))), &agency));
    TRY(disclosed_compose(act_db(a), act_arena(a), kind_of(a), act_text(a, "ref"), agency,
                          act_policy(a, "show_third_party_name_publicly"), &content));
    digest = sm3_of(content.p, content.n);
    TRY(db_put(act_db(a), "UPDATE disclosure SET content = :content, digest = :digest WHERE id = :id",
               DB_ARGS(DB_T("content", content), DB_T("digest", sm3_text(act_arena(a), &digest)), DB_T("id", act_id(a)))));
    return count_workdays(a);
}

/* ---- withhold, withdraw ---- */

static err *withhold_facts(struct act *a)
{
    act_facts(a)->withhold_asked = 1;
    act_facts(a)->withhold_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

static err *withdraw_facts(struct act *a)
{
    act_facts(a)->withdraw_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

#define OPEN_DUE "u.what = 'publish' AND u.kind = :kind AND u.ref = :ref AND u.state = 'open'"
/* Inbox items of what this entry has done. */
#define CLOSE_TODO                                                                                  \
    "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND thing_kind = 'disclosure_due' AND thing_id IN" \
    " (SELECT u.id FROM disclosure_due u WHERE u.done_seq = :seq)"

const struct act_type acts_disclosure[] = {
    {.name = "disclosure.publish", .label = "公开", .group = "policy", .table = "disclosure", .article = "12",
     .roles = ROLE_BIT(ROLE_HEAD), .flags = ACT_CREATES,
     .fields = FIELDS({"kind", "公开什么", FIELD_ENUM, 0, KIND_NAMES}, {"ref", "编号", FIELD_TEXT, 0, .maximum = 100}),
     .rules = RULES(RULE_disclosed_clue, RULE_disclosed_inquiry, RULE_disclosed_personal, RULE_disclosed_secret,
                    RULE_disclosed_unverified, RULE_disclosed_undecided, RULE_disclosed_unsettled,
                    RULE_disclosed_provider_name, RULE_disclosed_foreign, RULE_disclosed_already,
                    RULE_disclosed_words_personal, RULE_disclosed_late),
     .facts =
         {{NULL, "SELECT CASE WHEN v.state = 'verified' THEN 0 ELSE 1 END AS disclosed_inquiry FROM violation v"
                 " WHERE " KIND("'violation'") " AND v.id = :ref"},
          {NULL, "SELECT CASE WHEN m.state = 'adoptable' THEN 0 ELSE 1 END AS disclosed_unverified FROM material m"
                 " WHERE " KIND("'material'") " AND m.id = :ref"},
          {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM attachment t WHERE t.casefile = c.id AND t.kind = 'decision')"
                 " THEN 0 ELSE 1 END AS disclosed_undecided FROM casefile c WHERE " KIND("'case', 'decision'")
                 " AND c.id = :ref"},
          {NULL, "SELECT CASE WHEN d.published_at IS NOT NULL THEN 0 ELSE 1 END AS disclosed_unsettled FROM draw d WHERE "
                 KIND("'draw'") " AND d.id = :ref"},
          {NULL, "SELECT CASE WHEN e.state IN ('finished', 'released', 'withdrawn', 'declined') THEN 0 ELSE 1 END"
                 " AS disclosed_secret FROM entrustment e WHERE " KIND("'entrustment'") " AND e.id = :ref"},
          {NULL, "SELECT CASE WHEN v.state IN ('closed', 'cancelled') THEN 0 ELSE 1 END AS disclosed_secret FROM visit v"
                 " WHERE " KIND("'visit'") " AND v.id = :ref"},
          {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM disclosure x WHERE x.kind = :kind AND x.ref = :ref AND"
                 " x.withdrawn_at IS NULL AND (x.agency = CAST(:agency AS TEXT) OR (x.agency IS NULL AND CAST(:agency AS TEXT) IS NULL)))"
                 " THEN 1 ELSE 0 END AS disclosed_already"},
          {NULL, "SELECT CASE WHEN MIN(u.due_at) < :at THEN 1 ELSE 0 END AS disclosed_late,"
                 " (MIN(u.due_at) + 28800000000) / 86400000000 AS d_disclosed_due FROM disclosure_due u WHERE " OPEN_DUE}},
     .facts_more = publish_facts,
     .apply = {{NULL, "INSERT INTO disclosure (id, seq, agency, kind, ref, published_at)"
                      " VALUES (:id, :seq, :agency, :kind, :ref, :at)"},
               {NULL, "UPDATE disclosure_due SET state = 'done', disclosure = :id, done_at = :at, done_seq = :seq"
                      " WHERE what = 'publish' AND kind = :kind AND ref = :ref AND state = 'open'"},
               {NULL, CLOSE_TODO}},
     .apply_more = publish_apply,
     .help = "公开前可预览公众看到的内容。线索、未查实的核查、个人信息、工作秘密和商业秘密永不公开。"},

    {.name = "disclosure.withhold", .label = "决定不予公开", .group = "policy", .table = "disclosure_due", .article = "12",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"due", "应公开事项", FIELD_REF, 0, "disclosure_due"},
                      {"ground", "情形", FIELD_ENUM, 0, "state_secret trade_secret privacy public_safety internal_matter"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = "SELECT agency AS agency FROM disclosure_due WHERE id = :due",
     .rules = RULES(RULE_withhold_not_due, RULE_withhold_reason_missing, RULE_withhold_needs_legal),
     .facts = {{NULL, "SELECT CASE WHEN u.what = 'publish' AND u.state = 'open' THEN 0 ELSE 1 END AS withhold_not_due"
                      " FROM disclosure_due u WHERE u.id = :due"}},
     .facts_more = withhold_facts,
     .apply = {{NULL, "UPDATE disclosure_due SET state = 'withheld', ground = :ground, reason = :reason, reason_seq = :seq,"
                      " done_at = :at, done_seq = :seq WHERE id = :due"},
               {NULL, CLOSE_TODO}},
     .help = "属于国家秘密、商业秘密、个人隐私、危及安全或内部事务的，经法制审查决定不予公开，理由留存备查。"},

    {.name = "disclosure.withdraw", .label = "撤回公开", .group = "policy", .table = "disclosure", .article = "12",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"disclosure", "公开事项", FIELD_REF, 0, "disclosure"},
                      {"class", "原因类别", FIELD_ENUM, F_OPTIONAL, "revoked changed mistaken expired unfit other"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = "SELECT agency AS agency FROM disclosure WHERE id = :disclosure",
     .rules = RULES(RULE_state, RULE_withdraw_reason_missing, RULE_withdraw_late),
     .facts = {{NULL, "SELECT CASE WHEN d.withdrawn_at IS NULL THEN 0 ELSE 1 END AS wrong_state, d.id AS t_thing,"
                      " '已撤回' AS t_state FROM disclosure d WHERE d.id = :disclosure"},
               {NULL, "SELECT CASE WHEN MIN(u.due_at) < :at THEN 1 ELSE 0 END AS withdraw_late,"
                      " (MIN(u.due_at) + 28800000000) / 86400000000 AS d_withdraw_due FROM disclosure_due u"
                      " WHERE u.what = 'withdraw' AND u.disclosure = :disclosure AND u.state = 'open'"}},
     .facts_more = withdraw_facts,
     /* What was withdrawn is gone from here, not only from the page; the digest says what it was. */
     .apply = {{NULL, "UPDATE disclosure SET withdrawn_at = :at, withdraw_reason = :reason, withdraw_seq = :seq,"
                      " withdraw_class = COALESCE(CAST(:class AS TEXT), 'other'), content = NULL WHERE id = :disclosure"},
               {NULL, "UPDATE disclosure_due SET state = 'done', done_at = :at, done_seq = :seq WHERE what = 'withdraw'"
                      " AND disclosure = :disclosure AND state = 'open'"},
               {NULL, CLOSE_TODO},
               /* Penalty law 48: a changed decision is published again as changed. */
               {NULL, "INSERT INTO disclosure_due (id, seq, what, kind, ref, agency, event_at, due_at, state)"
                      " SELECT " SEQ_TEXT " || '-publish', CAST(:seq AS BIGINT), 'publish', d.kind, d.ref,"
                      " d.agency, CAST(:at AS BIGINT), CAST(:workday_disclose_decision_workdays AS BIGINT), 'open' FROM disclosure d"
                      " WHERE d.id = :disclosure AND d.kind IN ('decision', 'case') AND CAST(:class AS TEXT) = 'changed'"},
               {NULL, DISCLOSURE_TODO}},
     .apply_more = count_workdays,
     .help = "决定被撤销、变更的，三个工作日内撤回公开信息。公众看到已撤回、时间和原因类别，看不到内容。"},
    {0}};
