/* What the form of 起草委托 means: the rows it speaks of, the acts it makes. page_compose.c draws it. */
#include "web/compose.h"

#include <string.h>

bool compose_chosen(const struct form *f, str name, str value)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->p[i].name, name) && str_eq(f->p[i].value, value))
            return true;
    return false;
}

static str text_or(const struct form *f, const char *name, str otherwise)
{
    str value = str_trim(form_get(f, str_of(name)));
    return value.n ? value : otherwise;
}

/* ---- where a complaint belongs ---- */
str compose_field(str field)
{
    static const struct { const char *act, *form; } names[] = {
        {"subjects", "subject"}, {"region", "subject"}, {"from", "date"}, {"to", "date"}, {"starts", "date"}, {"ends", "date"},
        {"basis", "basis_ref"}, {"content", "subject"}, {"budget", "agreement"}, {"helpers", "members"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_starts(field, str_of(names[i].act)))
            return str_of(names[i].form);
    str first;
    return str_next(&field, '[', &first) ? first : S("");
}

str compose_rule_field(enum law_rule rule)
{
    static const struct { const char *prefix, *field; } of[] = {
        {"task_", "kind"}, {"kind_", "kind"}, {"site_required", "kind"}, {"other_reason", "reason"}, {"agreement_", "agreement"},
        {"provider_", "agreement"}, {"qualification_", "agreement"}, {"testing_", "agreement"}, {"budget_", "agreement"},
        {"fee_exceeded", "amount"}, {"amount_zero", "amount"}, {"period_", "date"}, {"visit_time", "date"}, {"visit_outside", "date"},
        {"region_", "subject"}, {"subjects_", "subject"}, {"positive_", "subject"}, {"site_without_subject", "subject"},
        {"visit_cap", "subject"}, {"officers_", "officers"}, {"officer_", "officers"}, {"accompany_", "officers"},
        {"members_", "members"}, {"site_without_members", "members"}, {"undertakings_", "members"}, {"relations_", "members"},
        {"visit_helpers", "members"}, {"basis_", "basis_ref"}, {"matter_", "matter"}, {"words_of_power", "matter"},
        {"state_secret", "matter"}, {"outputs_", "output"}, {"visit_approval", "approval_no"}, {"visit_papers", "approval_no"},
        {"visit_emergency", "approval_no"}, {"visit_notice", "notice_no"}};
    str name = str_of(law_rule_info[rule].name);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (str_starts(name, str_of(of[i].prefix)))
            return str_of(of[i].field);
    return S("");
}

/* ---- the company ---- */
static err *find_companies(struct request *q, struct db *d, struct compose *c)
{
    str text = utf8_clip(str_trim(form_get(c->typed, S("subject_text"))), 64);
    struct thing_page page;
    if (!text.n)
        return NULL;
    struct thing_query query = {.thing = thing_find(S("subjects")), .reader = &q->reader, .limit = LIMIT_COMPOSE_FOUND,
                                .text = text, .after = S("")};
    TRY(things_list(d, q->a, &query, &page));
    size_t n = thing_columns(query.thing);
    for (size_t i = 0; i < page.n; i++) {
        c->found[c->found_n].id = page.row[i][n].s;
        c->found[c->found_n].name = page.row[i][n + 1].s;
        c->found[c->found_n++].uscc = named_value(query.thing, page.row[i], "uscc");
    }
    return NULL;
}

/* Through the descriptor, so that a company outside the reader's places does not exist. */
static err *read_company(struct request *q, struct db *d, struct compose *c)
{
    struct db_value *row;
    struct db_rows rows;
    bool more;
    str id = str_trim(form_get(c->typed, S("subject")));
    if (!id.n)
        return find_companies(q, d, c);
    err *e = things_get(d, q->a, thing_find(S("subjects")), &q->reader, id, &row);
    if (e && e->kind == ERR_MISSING) {
        err_clear();
        return find_companies(q, d, c);
    }
    TRY(e);
    TRY(db_query(d, q->a,
                 "SELECT s.name, s.uscc, s.region, s.lon, s.lat, s.visits_per_year, (SELECT MAX(v.starts) FROM visit v"
                 " WHERE v.subject = s.id AND v.state <> 'cancelled' AND v.starts < :now) FROM subject s WHERE s.id = :id",
                 DB_ARGS(DB_T("id", id), DB_I("now", q->now)), &rows));
    TRY(db_next(&rows, &more));
    CHECK(more);
    c->subject = id;
    c->name = db_str(&rows, 0);
    c->uscc = db_str(&rows, 1);
    c->region = (int)db_int(&rows, 2);
    c->placed = db_column(&rows, 3).kind == DB_INT && db_column(&rows, 4).kind == DB_INT;
    c->lon = db_int(&rows, 3);
    c->lat = db_int(&rows, 4);
    c->capped = db_column(&rows, 5).kind == DB_INT;
    c->cap = db_int(&rows, 5);
    c->visited = db_column(&rows, 6).kind == DB_INT;
    c->last_visit = db_int(&rows, 6);
    db_rows_end(&rows);
    return NULL;
}

/* The calendar year of the visit, as the rule counts it. */
static err *count_visits(struct request *q, struct db *d, struct compose *c)
{
    day first, next;
    str date = c->from.n >= 4 ? c->from : day_iso(q->a, day_of(q->now));
    int64_t year;
    if (!c->subject.n || !str_int64(str_sub(date, 0, 4), &year) || year < 1970 || year > 9998)
        return NULL;
    if (day_parse(arena_printf(q->a, "%lld-01-01", (long long)year), &first) ||
        day_parse(arena_printf(q->a, "%lld-01-01", (long long)year + 1), &next)) {
        err_clear();
        return NULL;
    }
    return db_one_int(d, "SELECT COUNT(*) FROM visit v WHERE v.subject = :id AND v.state <> 'cancelled' AND v.starts >= :from AND v.starts < :until",
                      DB_ARGS(DB_T("id", c->subject), DB_I("from", day_start(first)), DB_I("until", day_start(next))), 0,
                      &c->visits_this_year);
}

/* ---- agreements and kinds ---- */
static err *read_agreements(struct request *q, struct db *d, struct compose *c)
{
    struct db_rows rows;
    str chosen = form_get(c->typed, S("agreement"));
    TRY(db_query(d, q->a,
                 "SELECT g.id, g.provider, p.name, g.from_date, g.to_date, g.fee, (SELECT COALESCE(SUM(e.amount), 0) FROM entrustment e"
                 " WHERE e.agreement = g.id AND e.state NOT IN ('withdrawn', 'returned', 'declined')), g.pricing,"
                 " (SELECT o.budget FROM procurement o WHERE o.id = g.procurement) FROM agreement g JOIN provider p ON p.id = g.provider"
                 " WHERE g.agency = :agency AND g.state = 'effective' AND g.to_date >= :today AND (:region = 0 OR EXISTS (SELECT 1"
                 " FROM agreement_region r WHERE r.agreement = g.id AND (r.region = :region OR (r.region % 10000 = 0 AND r.region / 10000 ="
                 " :region / 10000) OR (r.region % 100 = 0 AND r.region / 100 = :region / 100)))) ORDER BY g.to_date, g.id LIMIT :limit",
                 DB_ARGS(DB_T("agency", q->reader.agency), DB_I("today", day_of(q->now)), DB_I("region", c->region),
                         DB_I("limit", LIMIT_COMPOSE_AGREEMENTS)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct compose_agreement *g = &c->agreements[c->agreements_n++];
        *g = (struct compose_agreement){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_str(&rows, 7), db_str(&rows, 8),
                                        (day)db_int(&rows, 3), (day)db_int(&rows, 4), db_int(&rows, 5), db_int(&rows, 6)};
        if (str_eq(g->id, chosen))
            c->agreement = g;
    }
    if (!c->agreement && c->agreements_n == 1) /* nothing to choose */
        c->agreement = &c->agreements[0];
    return NULL;
}

static err *read_kinds(struct request *q, struct db *d, struct compose *c)
{
    struct db_rows rows;
    str kind = form_get(c->typed, S("kind"));
    if (!c->agreement)
        return NULL;
    TRY(db_query(d, q->a, "SELECT kind FROM agreement_matter WHERE agreement = :id", DB_ARGS(DB_T("id", c->agreement->id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        for (size_t i = 0; law_tasks[i].code && i < 64; i++)
            if (!law_tasks[i].forbidden && str_eq(db_str(&rows, 0), str_of(law_tasks[i].code))) {
                c->kinds |= UINT64_C(1) << i;
                if (str_eq(kind, str_of(law_tasks[i].code)))
                    c->task = &law_tasks[i];
            }
    }
    c->enters = c->task && (c->task->with_officers || str_eq(form_get(c->typed, S("enters")), S("true")));
    return NULL;
}

/* ---- people ---- */
static err *read_people(struct request *q, struct db *d, struct compose *c)
{
    struct db_rows rows;
    day on;
    if (day_parse(c->from, &on)) {
        err_clear();
        on = day_of(q->now);
    }
    TRY(db_query(d, q->a,
                 "SELECT u.id, u.name, (SELECT x.cert_no FROM certificate x WHERE x.user_id = u.id ORDER BY x.seq DESC LIMIT 1),"
                 " (SELECT MAX(x.to_date) FROM certificate x WHERE x.user_id = u.id) FROM users u JOIN user_role r ON r.user_id = u.id"
                 " AND r.role = 'officer' WHERE u.agency = :agency AND u.disabled_at IS NULL"
                 " ORDER BY CASE WHEN u.id = :user THEN 0 ELSE 1 END, u.name, u.id LIMIT :limit",
                 DB_ARGS(DB_T("agency", q->reader.agency), DB_T("user", q->session.user), DB_I("limit", LIMIT_COMPOSE_PEOPLE)), &rows));
    bool first = !form_get(c->typed, S("drawn")).n; /* a fresh page: who drafts goes along */
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct db_value until = db_column(&rows, 3);
        str id = db_str(&rows, 0);
        c->officers[c->officers_n++] = (struct compose_person){
            id, db_str(&rows, 1), db_str(&rows, 2), until.kind == DB_INT ? (day)until.i : DAY_NONE,
            compose_chosen(c->typed, S("officers"), id) || (first && str_eq(id, q->session.user)), until.kind == DB_INT && until.i >= on};
    }
    if (!c->agreement)
        return NULL;
    TRY(db_query(d, q->a, "SELECT m.id, m.name, m.speciality, m.to_date FROM member m WHERE m.provider = :provider AND m.state = 'admitted'"
                          " ORDER BY m.name, m.id LIMIT :limit",
                 DB_ARGS(DB_T("provider", c->agreement->provider), DB_I("limit", LIMIT_COMPOSE_PEOPLE)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct db_value until = db_column(&rows, 3);
        str id = db_str(&rows, 0);
        c->members[c->members_n++] = (struct compose_person){id, db_str(&rows, 1), db_str(&rows, 2),
                                                             until.kind == DB_INT ? (day)until.i : DAY_NONE,
                                                             compose_chosen(c->typed, S("members"), id),
                                                             until.kind != DB_INT || until.i >= on};
    }
}

static err *read_agency(struct request *q, struct db *d, struct compose *c)
{
    return db_one_str(d, q->a, "SELECT name FROM agency WHERE id = :id", DB_ARGS(DB_T("id", q->reader.agency)), &c->agency_name);
}

/* ---- what is written without being typed ---- */
static str names_of(struct arena *a, const struct compose_person *p, size_t n)
{
    buf b = buf_make(a, 4000);
    for (size_t i = 0; i < n; i++)
        if (p[i].chosen)
            buf_printf(&b, "%s%.*s", b.n ? "、" : "", STR_ARG(p[i].name));
    return buf_str(&b);
}

static str clock_of(struct request *q, const struct compose *c, const char *name, const char *otherwise)
{
    return c->from.n ? arena_printf(q->a, "%.*sT%.*s", STR_ARG(c->from), STR_ARG(text_or(c->typed, name, str_of(otherwise)))) : S("");
}

static str date_words(struct arena *a, str iso)
{
    day d;
    if (day_parse(iso, &d)) {
        err_clear();
        return iso;
    }
    return day_chinese(a, d);
}

static void write_periods(struct request *q, struct compose *c)
{
    day date;
    c->from = str_trim(form_get(c->typed, S("date")));
    c->to = text_or(c->typed, "until", S(""));
    if (c->to.n || day_parse(c->from, &date)) {
        err_clear();
        return;
    }
    c->to = day_iso(q->a, date + 14);
}

static void end_in_time(struct request *q, struct compose *c)
{
    day to;
    if (!form_get(c->typed, S("until")).n && c->agreement && !day_parse(c->to, &to) && to > c->agreement->to)
        c->to = day_iso(q->a, c->agreement->to);
    err_clear();
}

static void write_rest(struct request *q, struct compose *c)
{
    c->matter = text_or(c->typed, "matter", c->task && c->name.n ? arena_printf(q->a, "%.*s%s", STR_ARG(c->name), c->task->name) : S(""));
    if (utf8_count(c->matter) > 200)
        c->matter = utf8_clip(c->matter, 200);
    c->output = text_or(c->typed, "output", c->task ? str_of(c->task->output) : S(""));
    c->basis_type = text_or(c->typed, "basis_type", S("plan"));
    c->basis_ref = text_or(c->typed, "basis_ref", S(""));
    c->starts = clock_of(q, c, "starts", "09:30");
    c->ends = clock_of(q, c, "ends", "16:30");
    if (!c->agreement)
        return;
    c->notice.who = arena_printf(q->a, "%.*s %.*s", STR_ARG(c->agreement->provider_name), STR_ARG(names_of(q->a, c->members, c->members_n)));
    c->notice.what = c->matter;
    c->notice.not_allowed = S("检查、询问、收集证据、证据保全、行政强制，以及没有执法人员陪同单独进入现场");
    c->notice.period = arena_printf(q->a, "%.*s至%.*s", STR_ARG(date_words(q->a, c->from)), STR_ARG(date_words(q->a, c->to)));
    c->notice.route = arena_printf(q->a, "向%.*s提出，电话12369；也可扫描告知书上的码", STR_ARG(c->agency_name));
}

err *compose_read(struct request *q, const struct form *typed, struct compose **ret)
{
    struct compose *c = NEW(q->a, struct compose);
    struct db *d;
    c->typed = typed;
    TRY(request_db(q, &d));
    TRY(read_company(q, d, c));
    write_periods(q, c);
    TRY(count_visits(q, d, c));
    TRY(read_agreements(q, d, c));
    end_in_time(q, c);
    TRY(read_kinds(q, d, c));
    TRY(read_people(q, d, c));
    TRY(read_agency(q, d, c));
    write_rest(q, c);
    *ret = c;
    return NULL;
}

/* ---- as last time ---- */
static void add(struct request *q, struct form *f, size_t room, const char *name, str value)
{
    if (value.n && f->n < room)
        f->p[f->n++] = (struct pair){str_of(name), arena_str(q->a, value)};
}

static err *add_all(struct request *q, struct db *d, struct form *f, size_t room, const char *name, const char *sql, str id)
{
    struct db_rows rows;
    TRY(db_query(d, q->a, sql, DB_ARGS(DB_T("id", id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        add(q, f, room, name, db_str(&rows, 0));
    }
}

static str fen_typed(struct arena *a, int64_t fen)
{
    return arena_printf(a, "%lld.%02d", (long long)(fen / 100), (int)(fen % 100));
}

err *compose_like(struct request *q, str id, struct form *ret)
{
    enum { ROOM = 300 };
    struct db *d;
    struct db_rows rows;
    struct db_value *row;
    bool more;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, thing_find(S("entrustments")), &q->reader, id, &row));
    *ret = (struct form){.p = NEW_ARRAY(q->a, ROOM, struct pair)};
    TRY(db_query(d, q->a, "SELECT agreement, kind, matter, amount, basis_type, basis_ref, enters_site, reason FROM entrustment WHERE id = :id",
                 DB_ARGS(DB_T("id", id)), &rows));
    TRY(db_next(&rows, &more));
    CHECK(more);
    add(q, ret, ROOM, "drawn", S("1"));
    add(q, ret, ROOM, "agreement", db_str(&rows, 0));
    add(q, ret, ROOM, "kind", db_str(&rows, 1));
    add(q, ret, ROOM, "matter", db_str(&rows, 2));
    add(q, ret, ROOM, "amount", fen_typed(q->a, db_int(&rows, 3)));
    add(q, ret, ROOM, "basis_type", db_str(&rows, 4));
    add(q, ret, ROOM, "basis_ref", db_str(&rows, 5));
    add(q, ret, ROOM, "enters", db_int(&rows, 6) ? S("true") : S(""));
    add(q, ret, ROOM, "reason", db_str(&rows, 7));
    db_rows_end(&rows);
    TRY(add_all(q, d, ret, ROOM, "subject", "SELECT subject FROM entrustment_subject WHERE entrustment = :id ORDER BY subject LIMIT 1", id));
    TRY(add_all(q, d, ret, ROOM, "officers", "SELECT user_id FROM entrustment_officer WHERE entrustment = :id", id));
    TRY(add_all(q, d, ret, ROOM, "members", "SELECT member FROM entrustment_member WHERE entrustment = :id", id));
    return add_all(q, d, ret, ROOM, "output", "SELECT text FROM entrustment_output WHERE entrustment = :id ORDER BY n LIMIT 1", id);
}

/* ---- the acts ---- */
static void open_act(struct json_out *j, const char *act, str id, str key, const char *part)
{
    json_open(j, '{');
    json_put_str(j, S("act"), str_of(act));
    json_put_str(j, S("id"), id);
    json_put_str(j, S("key"), arena_printf(j->b->arena, "%.*s-%s", STR_ARG(key), part));
}

static void put_known(struct json_out *j, const char *name, str value)
{
    if (value.n)
        json_put_str(j, str_of(name), value);
}

static void put_list(struct json_out *j, const char *name, const struct compose_person *p, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any = any || p[i].chosen;
    if (!any)
        return;
    json_key(j, str_of(name));
    json_open(j, '[');
    for (size_t i = 0; i < n; i++)
        if (p[i].chosen)
            json_str(j, p[i].id);
    json_close(j, ']');
}

/* Yuan as typed; the reader of acts complains of what is none. */
static void put_amount(struct json_out *j, str text)
{
    int64_t fen;
    text = str_trim(text);
    if (!text.n)
        return;
    json_key(j, S("amount"));
    if (form_fen(text, &fen))
        json_int(j, fen);
    else
        json_str(j, text);
}

static str draft_json(struct request *q, const struct compose *c, str key, str id)
{
    buf b = buf_make(q->a, LIMIT_ACT_BYTES);
    struct json_out j = {&b, false};
    open_act(&j, "entrustment.draft", id, key, "e");
    put_known(&j, "agreement", c->agreement ? c->agreement->id : S(""));
    put_known(&j, "kind", c->task ? str_of(c->task->code) : S(""));
    put_known(&j, "matter", c->matter);
    if (c->subject.n) {
        json_key(&j, S("subjects"));
        json_open(&j, '[');
        json_str(&j, c->subject);
        json_close(&j, ']');
    }
    json_put_str(&j, S("region"), arena_printf(q->a, "%06d", c->region ? c->region : q->reader.region));
    put_known(&j, "from", c->from);
    put_known(&j, "to", c->to);
    put_list(&j, "officers", c->officers, c->officers_n);
    put_list(&j, "members", c->members, c->members_n);
    json_put_bool(&j, S("enters_site"), c->enters);
    put_known(&j, "budget", c->agreement ? c->agreement->budget : S(""));
    put_amount(&j, form_get(c->typed, S("amount")));
    json_key(&j, S("basis"));
    json_open(&j, '{');
    json_put_str(&j, S("type"), c->basis_type);
    put_known(&j, "ref", c->basis_ref);
    json_close(&j, '}');
    if (c->output.n) {
        json_key(&j, S("outputs"));
        json_open(&j, '[');
        json_str(&j, c->output);
        json_close(&j, ']');
    }
    put_known(&j, "reason", str_trim(form_get(c->typed, S("reason"))));
    json_close(&j, '}');
    CHECK(!b.overflow);
    return buf_str(&b);
}

static str visit_json(struct request *q, const struct compose *c, str key, str entrustment)
{
    buf b = buf_make(q->a, 16 << 10);
    struct json_out j = {&b, false};
    int64_t helpers = 0;
    for (size_t i = 0; i < c->members_n; i++)
        helpers += c->members[i].chosen;
    open_act(&j, "visit.plan", arena_printf(q->a, "%.*s-v", STR_ARG(entrustment)), key, "v");
    json_put_str(&j, S("entrustment"), entrustment);
    json_put_str(&j, S("subject"), c->subject);
    put_known(&j, "starts", c->starts.n ? arena_printf(q->a, "%.*s:00+08:00", STR_ARG(c->starts)) : S(""));
    put_known(&j, "ends", c->ends.n ? arena_printf(q->a, "%.*s:00+08:00", STR_ARG(c->ends)) : S(""));
    if (c->placed) {
        json_key(&j, S("lon"));
        json_raw(&j, arena_printf(q->a, "%.7f", (double)c->lon / 1e7));
        json_key(&j, S("lat"));
        json_raw(&j, arena_printf(q->a, "%.7f", (double)c->lat / 1e7));
    }
    put_known(&j, "approval_no", str_trim(form_get(c->typed, S("approval_no"))));
    put_known(&j, "notice_no", str_trim(form_get(c->typed, S("notice_no"))));
    json_put_int(&j, S("helpers"), helpers);
    json_close(&j, '}');
    CHECK(!b.overflow);
    return buf_str(&b);
}

static str notice_json(struct request *q, const struct compose *c, str key, str entrustment)
{
    buf b = buf_make(q->a, 64 << 10);
    struct json_out j = {&b, false};
    open_act(&j, "notice.issue", arena_printf(q->a, "%.*s-g", STR_ARG(entrustment)), key, "n");
    json_put_str(&j, S("entrustment"), entrustment);
    json_put_str(&j, S("subject"), c->subject);
    json_key(&j, S("content"));
    json_open(&j, '{');
    put_known(&j, "who", c->notice.who);
    put_known(&j, "what", c->notice.what);
    put_known(&j, "not_allowed", c->notice.not_allowed);
    put_known(&j, "period", c->notice.period);
    put_known(&j, "objection_route", c->notice.route);
    json_close(&j, '}');
    json_put_bool(&j, S("unannounced"), str_eq(form_get(c->typed, S("unannounced")), S("true")));
    json_close(&j, '}');
    CHECK(!b.overflow);
    return buf_str(&b);
}

/* The ids come from the key of the form, so pressing twice names the same things twice. */
err *compose_acts(struct request *q, const struct compose *c, struct act_request ret[COMPOSE_ACTS], size_t *ret_n)
{
    str key = form_get(c->typed, S("key"));
    if (key.n < 10 || key.n > LIMIT_ACT_KEY - 4)
        return err_at(err_new(ERR_INPUT, "页面已过期，请刷新后重新提交"), S("key"));
    char *id = arena_copy(q->a, key.p, key.n);
    for (size_t i = 0; i < key.n; i++) {
        bool plain = (id[i] >= 'a' && id[i] <= 'z') || (id[i] >= '0' && id[i] <= '9');
        if (id[i] >= 'A' && id[i] <= 'Z')
            id[i] = (char)(id[i] - 'A' + 'a');
        else if (!plain)
            return err_at(err_new(ERR_INPUT, "页面已过期，请刷新后重新提交"), S("key"));
    }
    str entrustment = {id, key.n};
    ret[0] = (struct act_request){.json = draft_json(q, c, key, entrustment), .by = q->session.user};
    *ret_n = 1;
    if (c->enters && c->subject.n) {
        ret[1] = (struct act_request){.json = visit_json(q, c, key, entrustment), .by = q->session.user};
        ret[2] = (struct act_request){.json = notice_json(q, c, key, entrustment), .by = q->session.user};
        *ret_n = COMPOSE_ACTS;
    }
    return NULL;
}
