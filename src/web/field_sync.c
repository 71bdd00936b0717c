/*
 * The way back: what a phone recorded without a signal is performed, act by act, as if it had come one by one. Nothing here
 * knows law; an act is only given its time, and the error of the phone's clock. The key makes a lost answer harmless.
 */
#include "web/field.h"

#include <string.h>

enum { LIMIT_PHONE_N = 1000000000 };
#define PHONE_TIME_LAST INT64_C(7258118400000000) /* 2200: beyond, it is no clock */

struct sync {
    struct request *q;
    str phone;
    usec offset;       /* server minus phone */
    int64_t tolerance_s;
};
struct sync_item {
    int64_t n;
    str json;          /* to be performed */
    err *bad;          /* why it is not */
    struct act_answer answer;
};

/* Its own kinds, so that the phone can tell them: the reader's title stays that of its status. */
static err *refuse(struct request *q, struct response *r, int status, const char *kind, const char *title, str detail)
{
    buf b = buf_make(q->a, 4000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("type"), arena_printf(q->a, "urn:xiezhi:problem:%s", kind));
    json_put_str(&o, S("title"), str_of(title));
    json_put_int(&o, S("status"), status);
    json_put_str(&o, S("detail"), detail);
    json_close(&o, '}');
    *r = (struct response){.status = status, .type = "application/problem+json", .body = buf_str(&b)};
    return NULL;
}

static err *wrong(const char *field, str got, const char *want)
{
    return err_got(err_at(err_new(ERR_INPUT, "回传内容的“%s”无法读取", field), str_of(field)), got, str_of(want), STR_NONE);
}

static bool whole_number(const struct json *object, str key, int64_t lowest, int64_t highest, int64_t *ret)
{
    const struct json *j = json_get(object, key);
    if (!j || j->kind != JSON_NUMBER || !j->integer || j->i < lowest || j->i > highest)
        return false;
    *ret = j->i;
    return true;
}

/* ---- one act: its time, and how wrong the phone's clock may be ---- */

static bool keeps_clock_error(str act)
{
    return str_eq(act, S("presence.enter")) || str_eq(act, S("presence.leave")) || str_eq(act, S("visit.capture"));
}

static int64_t clock_error(const struct sync *s, const struct json *act)
{
    const struct json *given = json_get(act, S("clock_error_s"));
    int64_t own = given && given->integer ? given->i : 0, off = (s->offset < 0 ? -s->offset : s->offset) / USEC_SECOND;
    return off > s->tolerance_s && off > own ? off : own;
}

static str act_text_of(const struct sync *s, const struct json *act, usec at)
{
    buf b = buf_make(s->q->a, LIMIT_ACT_BYTES * 2);
    struct json_out o = {&b, false};
    bool raised = keeps_clock_error(json_string(act, S("act")));
    int64_t error = raised ? clock_error(s, act) : 0;
    json_open(&o, '{');
    for (size_t i = 0; i < act->n; i++) {
        str key = act->child[i].key;
        if (str_eq(key, S("at")) || str_eq(key, S("by")) || (error && str_eq(key, S("clock_error_s"))))
            continue;
        json_key(&o, key);
        json_tree(&o, &act->child[i]);
    }
    json_put_str(&o, S("at"), time_rfc3339(s->q->a, at));
    if (error)
        json_put_int(&o, S("clock_error_s"), error);
    json_close(&o, '}');
    return b.overflow ? STR_NONE : buf_str(&b);
}

static void read_item(const struct sync *s, const struct json *item, struct sync_item *ret)
{
    struct arena *a = s->q->a;
    const struct json *act = json_get(item, S("act"));
    int64_t at;
    *ret = (struct sync_item){0};
    if (!whole_number(item, S("n"), 1, LIMIT_PHONE_N, &ret->n))
        ret->bad = wrong("n", STR_NONE, "1至1000000000的整数");
    else if (!whole_number(item, S("at"), 0, PHONE_TIME_LAST, &at))
        ret->bad = wrong("at", STR_NONE, "微秒整数");
    else if (!act || act->kind != JSON_OBJECT)
        ret->bad = wrong("act", STR_NONE, "一项行为");
    else if (!str_eq(json_string(act, S("key")), arena_printf(a, "%.*s-%lld", STR_ARG(s->phone), (long long)ret->n)))
        ret->bad = wrong("key", json_string(act, S("key")), "手机编号-n");
    else {
        ret->json = act_text_of(s, act, at);
        if (!ret->json.p || ret->json.n > LIMIT_ACT_BYTES)
            ret->bad = err_new(ERR_LIMIT, "第%lld项超过%d字节", (long long)ret->n, LIMIT_ACT_BYTES);
    }
    if (ret->bad)
        act_answer_unread(a, json_string(act, S("act")), ret->bad, &ret->answer);
}

static err *perform(const struct sync *s, struct sync_item *items, size_t n)
{
    struct arena *a = s->q->a;
    struct act_request *requests = NEW_ARRAY(a, n + 1, struct act_request);
    struct act_answer *answers = NEW_ARRAY(a, n + 1, struct act_answer);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (!items[i].bad)
            requests[m++] = (struct act_request){.json = items[i].json, .by = s->q->session.user};
    if (m)
        TRY(act_perform_list(s->q->web->acts, a, requests, m, false, answers));
    m = 0;
    for (size_t i = 0; i < n; i++) {
        if (!items[i].bad)
            items[i].answer = answers[m++];
        metrics_answer(s->q->web, items[i].answer.verdict);
    }
    return NULL;
}

/* ---- the answer ---- */

static err *put_result(struct json_out *o, struct arena *a, const struct sync_item *item)
{
    static const char *const members[] = {"act", "id", "repeated", "reasons", "problem"};
    static const char *const verdicts[] = {"allowed", "held", "refused", "invalid"};
    const struct json *tree;
    TRY(json_parse(a, item->answer.json, LIMIT_ACT_BYTES * 4, &tree));
    json_open(o, '{');
    json_put_int(o, S("n"), item->n);
    json_put_str(o, S("verdict"), str_of(verdicts[item->answer.verdict]));
    json_put_int(o, S("seq"), item->answer.seq);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const struct json *member = json_get(tree, str_of(members[i]));
        if (!member)
            continue;
        json_key(o, str_of(members[i]));
        json_tree(o, member);
    }
    json_close(o, '}');
    return NULL;
}

static err *put_answer(const struct sync *s, const struct sync_item *items, size_t n, struct response *r)
{
    struct request *q = s->q;
    int64_t *missing;
    size_t missing_n;
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    TRY(phone_missing(q, s->phone, &missing, &missing_n));
    json_open(&o, '{');
    json_put_int(&o, S("server_time"), q->now);
    json_put_int(&o, S("clock_offset_s"), s->offset / USEC_SECOND);
    json_key(&o, S("missing"));
    json_open(&o, '[');
    for (size_t i = 0; i < missing_n; i++)
        json_int(&o, missing[i]);
    json_close(&o, ']');
    json_key(&o, S("results"));
    json_open(&o, '[');
    for (size_t i = 0; i < n; i++)
        TRY(put_result(&o, q->a, &items[i]));
    json_close(&o, ']');
    json_close(&o, '}');
    if (b.overflow) /* performed all the same: under the same keys they answer again, fewer at a time */
        return err_at(err_new(ERR_LIMIT, "答复超过%d字节，请一次少传几项", LIMIT_PAGE_BYTES), S("acts"));
    r->status = 200;
    r->type = "application/json";
    r->body = buf_str(&b);
    return NULL;
}

/* ---- whose phone ---- */

enum phone_is { PHONE_OWN, PHONE_FOREIGN, PHONE_REVOKED };

static err *whose(struct request *q, str phone, enum phone_is *ret)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    *ret = PHONE_FOREIGN; /* an unknown one reads the same: ids cannot be tried out */
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT revoked_at FROM phone WHERE id = :id AND user_id = :user",
                 DB_ARGS(DB_T("id", phone), DB_T("user", q->session.user)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    *ret = db_column(&rows, 0).kind == DB_INT ? PHONE_REVOKED : PHONE_OWN;
    db_rows_end(&rows);
    return NULL;
}

static err *read_json(struct request *q, size_t limit, const struct json **ret)
{
    if (!str_starts(q->content_type, S("application/json")))
        return err_got(err_at(err_new(ERR_INPUT, "内容类型应为application/json"), S("Content-Type")), q->content_type,
                       S("application/json"), S("application/json"));
    TRY(json_parse(q->a, q->body, limit, ret));
    return (*ret)->kind == JSON_OBJECT ? NULL : err_new(ERR_INPUT, "内容应是一个JSON对象");
}

static err *read_items(const struct sync *s, const struct json *acts, struct sync_item **ret)
{
    *ret = NEW_ARRAY(s->q->a, acts->n + 1, struct sync_item);
    for (size_t i = 0; i < acts->n; i++)
        read_item(s, &acts->child[i], &(*ret)[i]);
    return NULL;
}

static err *note_synced(const struct sync *s, const struct sync_item *items, size_t n)
{
    int64_t *numbers = NEW_ARRAY(s->q->a, n + 1, int64_t);
    size_t numbers_n = 0;
    for (size_t i = 0; i < n; i++)
        if (items[i].n)
            numbers[numbers_n++] = items[i].n;
    return access_phone_synced(s->q->web, &(struct phone_visit){s->phone, s->q->now, s->offset, numbers, numbers_n});
}

err *field_sync(struct request *q, struct response *r)
{
    const struct json *body, *acts;
    struct sync s = {.q = q};
    struct sync_item *items;
    enum phone_is is;
    struct db *d;
    int64_t phone_time;
    TRY(read_json(q, LIMIT_SYNC_BYTES, &body));
    s.phone = json_string(body, S("phone"));
    acts = json_get(body, S("acts"));
    if (!s.phone.n || s.phone.n > LIMIT_PHONE_ID)
        return wrong("phone", s.phone, "登记过的手机编号");
    if (!whole_number(body, S("phone_time"), 0, PHONE_TIME_LAST, &phone_time))
        return wrong("phone_time", STR_NONE, "微秒整数");
    if (!acts || acts->kind != JSON_ARRAY)
        return wrong("acts", STR_NONE, "一组行为");
    if (acts->n > LIMIT_SYNC_ACTS)
        return err_got(err_at(err_new(ERR_LIMIT, "一次回传最多%d项", LIMIT_SYNC_ACTS), S("acts")), arena_printf(q->a, "%zu", acts->n),
                       arena_printf(q->a, "0至%d项", LIMIT_SYNC_ACTS), STR_NONE);
    TRY(whose(q, s.phone, &is));
    if (is == PHONE_FOREIGN)
        return refuse(q, r, 403, "phone_foreign", "没有权限", S("这部手机没有登记在您的名下，请先登记手机"));
    if (is == PHONE_REVOKED)
        return refuse(q, r, 403, "phone_revoked", "手机已停用", S("这部手机已停用，不再接收其中的记录；请在新手机上补录，并说明原因"));
    s.offset = q->now - phone_time;
    if (s.offset > FIELD_CLOCK_HOURS * USEC_HOUR || s.offset < -FIELD_CLOCK_HOURS * USEC_HOUR)
        return refuse(q, r, 409, "clock", "手机时间不对", arena_printf(q->a, "手机时间与系统时间相差超过%d小时，请先校准手机时间再上传；记录仍保存在手机上", FIELD_CLOCK_HOURS));
    TRY(request_db(q, &d));
    TRY(setting_now(d, S("clock_tolerance_seconds"), &s.tolerance_s));
    request_db_done(q);
    TRY(read_items(&s, acts, &items));
    TRY(perform(&s, items, acts->n));
    TRY(note_synced(&s, items, acts->n));
    return put_answer(&s, items, acts->n, r);
}

/* ---- pairing ---- */

static bool phone_id_fine(str id)
{
    for (size_t i = 0; i < id.n; i++)
        if (!((id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= '0' && id.p[i] <= '9')))
            return false;
    return id.n >= 8 && id.n <= LIMIT_PHONE_ID;
}

/* Asked twice (a lost answer), it is one phone: the key is made of its id. */
err *field_phone_register(struct request *q, struct response *r)
{
    const struct json *body;
    struct act_answer answer;
    TRY(read_json(q, 4096, &body));
    str id = json_string(body, S("id"));
    if (!phone_id_fine(id))
        return wrong("id", id, "8至32位小写字母和数字，由手机随机生成");
    buf b = buf_make(q->a, 8192);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("phone.register"));
    json_put_str(&o, S("id"), id);
    json_put_str(&o, S("name"), json_string(body, S("name")));
    json_put_str(&o, S("key"), arena_printf(q->a, "phone-%.*s", STR_ARG(id)));
    json_close(&o, '}');
    request_db_done(q);
    TRY(act_perform(q->web->acts, q->a, &(struct act_request){.json = buf_str(&b), .by = q->session.user}, &answer));
    metrics_answer(q->web, answer.verdict);
    if (answer.verdict == ACT_INVALID)
        return answer.invalid;
    r->status = answer.verdict == ACT_ALLOWED ? 200 : 403;
    r->type = "application/json";
    r->body = answer.json;
    return NULL;
}
