/* The forms as a table, what each is made of as the law looks at it, and citations in the version of a day. */
#include "acts/forms.h"

#include <string.h>
#include "base/base.h"

#define FORM(code, table, title, series, maker, roles, states, law, flags)                                          \
    {#code, title, series, #table, MAKER_##maker, roles, states, law, flags},
static const struct paper_form forms[] = {
#include "acts/forms.def"
};
#undef FORM

#define FORM(code, ...) " " #code
const char paper_form_codes[] =
#include "acts/forms.def"
    ;
#undef FORM

size_t paper_form_count(void)
{
    return sizeof forms / sizeof *forms;
}

const struct paper_form *paper_form_at(size_t index)
{
    return index < paper_form_count() ? &forms[index] : NULL;
}

const struct paper_form *paper_form_find(str code)
{
    for (size_t i = 0; i < paper_form_count(); i++)
        if (str_eq(code, str_of(forms[i].code)))
            return &forms[i];
    return NULL;
}

/* ---- what a form is made of ---- */

/* Columns in the order of struct paper_thing: agency provider subject member entrustment agreement state seq sealed. */
#define OF_ENTRUSTMENT(subject, member, state, from)                                                \
    "SELECT e.agency, e.provider, " subject ", " member ", e.id, e.agreement, " state ", x.seq, 0 FROM " from
#define ONE_SUBJECT                                                                                 \
    "(SELECT MIN(s.subject) FROM entrustment_subject s WHERE s.entrustment = e.id HAVING COUNT(*) = 1)"

static const struct { const char *table, *sql; } things[] = {
    {"entrustment", OF_ENTRUSTMENT(ONE_SUBJECT, "NULL", "x.state", "entrustment x JOIN entrustment e ON e.id = x.id")},
    {"procurement", "SELECT x.agency, x.provider, NULL, NULL, NULL, (SELECT MIN(a.id) FROM agreement a WHERE a.procurement = x.id),"
                    " x.state, x.seq, 0 FROM procurement x"},
    {"agreement", "SELECT x.agency, x.provider, NULL, NULL, NULL, x.id, x.state, x.seq, 0 FROM agreement x"},
    {"undertaking", "SELECT a.agency, x.provider, NULL, x.member, NULL, x.agreement, x.kind, x.seq, 0 FROM undertaking x"
                    " JOIN agreement a ON a.id = x.agreement"},
    {"interest", OF_ENTRUSTMENT(ONE_SUBJECT, "x.member", "''", "interest x JOIN entrustment e ON e.id = x.entrustment")},
    {"member", "SELECT (SELECT r.agency FROM roster_entry w JOIN roster r ON r.id = w.roster WHERE w.who = 'member:' || x.id"
               " AND w.dropped_at IS NULL ORDER BY w.seq DESC LIMIT 1), x.provider, NULL, x.id, NULL, NULL, CASE WHEN EXISTS (SELECT 1"
               " FROM roster_entry w WHERE w.who = 'member:' || x.id AND w.dropped_at IS NULL) THEN x.state ELSE 'added' END,"
               " x.seq, 0 FROM member x"},
    {"notice", OF_ENTRUSTMENT("x.subject", "NULL", "CASE WHEN e.state = 'drafted' THEN 'drafted' ELSE x.state END", "notice x JOIN entrustment e ON e.id = x.entrustment")},
    {"objection", OF_ENTRUSTMENT("x.subject", "NULL", "x.state", "objection x JOIN entrustment e ON e.id = x.entrustment")},
    {"order_refusal", OF_ENTRUSTMENT("NULL", "x.member", "''", "order_refusal x JOIN entrustment e ON e.id = x.entrustment")},
    {"contact_authorisation", "SELECT l.agency, m.provider, x.subject, x.member, NULL, NULL, '', x.seq, 0 FROM contact_authorisation x"
                              " JOIN member m ON m.id = x.member JOIN act_log l ON l.seq = x.seq"},
    {"visit", OF_ENTRUSTMENT("x.subject", "NULL", "x.state", "visit x JOIN entrustment e ON e.id = x.entrustment")},
    {"material", OF_ENTRUSTMENT(ONE_SUBJECT, "x.author", "x.state", "material x JOIN entrustment e ON e.id = x.entrustment")},
    {"clue", "SELECT x.agency, x.provider, x.subject, (SELECT MIN(m.id) FROM member m WHERE m.user_id = x.author), x.entrustment,"
             " (SELECT e.agreement FROM entrustment e WHERE e.id = x.entrustment), x.state, x.seq,"
             " CASE WHEN x.about_staff = 1 OR COALESCE(x.author, '') = 'public' THEN 1 ELSE 0 END FROM clue x"},
    {"record", OF_ENTRUSTMENT(ONE_SUBJECT, "NULL", "x.state", "record x JOIN entrustment e ON e.id = x.entrustment")},
    {"evaluation", "SELECT a.agency, x.provider, NULL, NULL, NULL, x.agreement, '', x.seq, 0 FROM evaluation x"
                   " JOIN agreement a ON a.id = x.agreement"},
    {"acceptance", OF_ENTRUSTMENT(ONE_SUBJECT, "NULL", "''", "acceptance x JOIN entrustment e ON e.id = x.entrustment")},
    {"violation", "SELECT x.agency, x.provider, NULL, CASE WHEN x.against_kind = 'member' THEN x.against_id END, NULL, COALESCE("
                  "x.agreement, (SELECT MIN(a.id) FROM agreement a WHERE a.violation = x.id)), x.state, x.seq, 0 FROM violation x"},
    {"data_return", "SELECT a.agency, a.provider, NULL, NULL, NULL, x.agreement, '', x.seq, 0 FROM data_return x"
                    " JOIN agreement a ON a.id = x.agreement"},
    {"paper", "SELECT x.agency, x.provider, x.subject, NULL, NULL, NULL, CASE WHEN x.void_at IS NULL THEN 'valid' ELSE 'void' END,"
              " x.seq, 0 FROM paper x WHERE x.maker = 'authority' AND x.id = :thing"}};

err *paper_thing(struct db *d, struct arena *a, const struct paper_form *f, str thing, struct paper_thing *ret, bool *ret_found)
{
    struct db_rows rows;
    size_t i = 0;
    while (strcmp(things[i].table, f->table))
        CHECK(++i < sizeof things / sizeof *things);
    bool whole = strstr(things[i].sql, ":thing") != NULL;
    const char *sql = arena_cstr(a, arena_printf(a, "%s%s", things[i].sql, whole ? "" : " WHERE x.id = :thing"));
    TRY(db_query(d, a, sql, DB_ARGS(DB_T("thing", thing)), &rows));
    TRY(db_next(&rows, ret_found));
    if (!*ret_found)
        return NULL;
    *ret = (struct paper_thing){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_str(&rows, 3), db_str(&rows, 4),
                               db_str(&rows, 5), db_str(&rows, 6), 0, db_int(&rows, 8) != 0};
    int64_t seq = db_int(&rows, 7);
    db_rows_end(&rows);
    return db_one_int(d, "SELECT at FROM act_log WHERE seq = :seq", DB_ARGS(DB_I("seq", seq)), 0, &ret->made);
}

bool paper_thing_ready(const struct paper_form *f, const struct paper_thing *t)
{
    str rest = str_of(f->states), state;
    bool fits = !*f->states;
    while (!fits && str_next(&rest, ' ', &state))
        fits = state.n && str_eq(state, t->state);
    return fits && t->agency.p && (f->maker != MAKER_PROVIDER || t->provider.p);
}

/* ---- citations ---- */

/* What was adopted since the program was made: the newest word on this instrument that speaks of the day. */
static err *adopted(struct db *d, struct arena *a, str instrument, day date, bool *ret_void, bool *ret_any)
{
    struct db_rows rows;
    TRY(db_query(d, a, "SELECT status, to_date FROM law_adoption WHERE instrument = :instrument AND from_date <= :date"
                       " ORDER BY seq DESC LIMIT 1",
                 DB_ARGS(DB_T("instrument", instrument), DB_I("date", date)), &rows));
    TRY(db_next(&rows, ret_any));
    if (!*ret_any)
        return NULL;
    int64_t to = db_column(&rows, 1).kind == DB_NULL ? INT32_MAX : db_int(&rows, 1);
    *ret_void = str_eq(db_str(&rows, 0), S("void")) || to < date;
    db_rows_end(&rows);
    return NULL;
}

static str han_number(struct arena *a, int n) /* 1..999 */
{
    static const char *const digit[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    buf b = buf_make(a, 64);
    if (n >= 100)
        buf_printf(&b, "%s百%s", digit[n / 100], n % 100 && n % 100 < 10 ? "零" : "");
    if (n % 100 >= 10)
        buf_printf(&b, "%s十", n < 20 ? "" : digit[n % 100 / 10]);
    buf_printf(&b, "%s", digit[n % 10]);
    return buf_str(&b);
}

err *paper_citation(struct db *d, struct arena *a, str instrument, str article, day date, str *ret)
{
    const struct law_instrument *i = law_instrument_find(instrument.p ? instrument.p : "", instrument.n);
    bool gone = false, any = false;
    int64_t n = 0;
    *ret = STR_NONE;
    if (!i)
        return NULL;
    TRY(adopted(d, a, instrument, date, &gone, &any));
    if (any ? gone : date < i->from || date > i->to)
        return NULL;
    buf b = buf_make(a, 1000);
    str title = str_of(i->title);
    buf_printf(&b, str_starts(title, S("《")) ? "%.*s" : "《%.*s》", STR_ARG(title));
    if (i->number && i->number[0])
        buf_printf(&b, "（%s）", i->number);
    if (str_int64(article, &n) && n > 0 && n < 1000)
        buf_printf(&b, "第%.*s条", STR_ARG(han_number(a, (int)n)));
    else if (article.n)
        buf_printf(&b, "第%.*s条", STR_ARG(article));
    *ret = buf_str(&b);
    return NULL;
}
