/* Rows are written straight into the tables: what makes a task is tested elsewhere; here it has to run today, whatever today is. */
#include "web/field_scene.h"

struct scene field;
usec field_now;

void field_sql(const char *sql)
{
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(field.store, true, &d));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, sql, DB_ARGS(DB_I("now", field_now), DB_I("day", day_of(field_now))), NULL));
    assert_ok(db_commit(d));
}

int64_t field_int(const char *sql)
{
    AUTO_DB struct db *d = NULL;
    int64_t n;
    assert_ok(db_open(field.store, false, &d));
    assert_ok(db_one_int(d, sql, NULL, -1, &n));
    return n;
}

str field_text(struct arena *a, const char *sql)
{
    AUTO_DB struct db *d = NULL;
    str text;
    assert_ok(db_open(field.store, false, &d));
    assert_ok(db_one_str(d, a, sql, NULL, &text));
    return text.p ? text : S("");
}

void field_open(void)
{
    static const char *const rows[] = {
        "UPDATE subject SET uscc = '91420102MA9XY0009J' WHERE id = 'jiang'",
        "INSERT INTO certificate (seq, user_id, cert_no, from_date, to_date) SELECT 1, 'wei', '17090441', CAST(:day AS BIGINT) - 300,"
        " CAST(:day AS BIGINT) + 300",
        "INSERT INTO certificate (seq, user_id, cert_no, from_date, to_date) SELECT 2, 'luo', '17090442', CAST(:day AS BIGINT) - 300,"
        " CAST(:day AS BIGINT) + 300",
        "INSERT INTO certificate_area (certificate, region) VALUES (1, 420100), (2, 420100)",
        "INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended) SELECT"
        " 'a1', 1, 'wuhan', 'blueline', CAST(:day AS BIGINT) - 30, CAST(:day AS BIGINT) + 30, 100, 'lump_sum', 'wei', 'effective', 0",
        "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author,"
        " enters_site, amount, historic, state, state_seq, frozen) SELECT 'e1', 1, 'a1', 'wuhan', 'blueline', 'T03', '运行评估', 420102,"
        " CAST(:day AS BIGINT) - 10, CAST(:day AS BIGINT) + 10, 'wei', 1, 100, 0, 'accepted', 1, 0",
        "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author,"
        " enters_site, amount, historic, state, state_seq, frozen) SELECT 'e2', 1, 'a1', 'wuhan', 'blueline', 'T03', '别的评估', 420102,"
        " CAST(:day AS BIGINT) - 10, CAST(:day AS BIGINT) + 10, 'luo', 1, 100, 0, 'accepted', 1, 0",
        "INSERT INTO entrustment_subject (entrustment, subject) VALUES ('e1', 'jiang'), ('e2', 'jiang')",
        "INSERT INTO entrustment_officer (entrustment, user_id, seq) VALUES ('e1', 'wei', 1), ('e1', 'luo', 1), ('e2', 'luo', 1)",
        "INSERT INTO entrustment_member (entrustment, member, seq, approved) VALUES ('e1', 'mei', -3, 1)",
        "INSERT INTO visit (id, seq, entrustment, subject, starts, ends, lon, lat, radius_m, approval_no, notice_no, emergency, helpers,"
        " author, state, state_seq) SELECT 'v1', 1, 'e1', 'jiang', CAST(:now AS BIGINT) - 14400000000, CAST(:now AS BIGINT) + 3600000000,"
        " 1142700000, 306200000, 300, '检审1号', '检通1号', 0, 1, 'wei', 'approved', 1",
        "INSERT INTO visit (id, seq, entrustment, subject, starts, ends, emergency, helpers, author, state, state_seq) SELECT 'v2', 1, 'e2',"
        " 'jiang', CAST(:now AS BIGINT), CAST(:now AS BIGINT) + 3600000000, 0, 0, 'luo', 'approved', 1",
        "INSERT INTO act_log (seq, act, author, at, received_at, verdict, mark) SELECT -2, 'test', 'wei', CAST(:now AS BIGINT) -"
        " 86400000000, CAST(:now AS BIGINT) - 86400000000, 0, 0",
        "INSERT INTO notice (id, seq, entrustment, subject, who, what, not_allowed, period, objection_route, unannounced, author, state)"
        " VALUES ('n1', -2, 'e1', 'jiang', '梅工', '评估', '检查', '三月', '电话12369', 0, 'wei', 'issued')"};
    scene_open(&field, DOOR_BOTH);
    /* Far from midnight in China, or the fixture's visit would lie on two days. */
    field_now = time_now();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        field_sql(rows[i]);
}

void field_close(void)
{
    scene_close(&field);
}

struct field_phone field_sign_in(struct arena *a, const char *user, const char *phone)
{
    struct field_phone p = {.user = user};
    scene_sign_in(a, &field, user, &p.cookie, &p.csrf);
    if (!phone)
        return p;
    p.id = str_of(phone);
    str answer = field_post(a, &p, "/field/phones", arena_printf(a, "{\"id\":\"%s\",\"name\":\"测试手机\"}", phone));
    assert_int_equal(scene_status(answer), 200);
    return p;
}

str field_get(struct arena *a, const struct field_phone *p, const char *path)
{
    return scene_get(a, &field, p->cookie, path);
}

str field_post(struct arena *a, const struct field_phone *p, const char *path, str json)
{
    return scene_send(a, &field, p->cookie, p->csrf, "POST", path, "application/json", json);
}

str field_time(struct arena *a, int minutes)
{
    return time_rfc3339(a, field_now + minutes * USEC_MINUTE);
}

str field_item(struct arena *a, struct field_phone *p, const char *act, int minutes, const char *more)
{
    int n = ++p->n;
    return arena_printf(a, "{\"n\":%d,\"at\":%lld,\"act\":{\"act\":\"%s\",\"key\":\"%.*s-%d\"%s}}", n,
                        (long long)(field_now + minutes * USEC_MINUTE), act, STR_ARG(p->id), n, more);
}

str field_batch(struct arena *a, const struct field_phone *p, const str *items, size_t n)
{
    buf b = buf_make(a, 8 << 20);
    buf_printf(&b, "{\"phone\":\"%.*s\",\"phone_time\":%lld,\"acts\":[", STR_ARG(p->id), (long long)(time_now() + p->clock));
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(&b, ',');
        buf_add(&b, items[i]);
    }
    buf_add(&b, S("]}"));
    return buf_str(&b);
}

str field_sync_items(struct arena *a, const struct field_phone *p, const str *items, size_t n)
{
    return field_post(a, p, "/field/sync", field_batch(a, p, items, n));
}

const struct json *field_json(struct arena *a, str answer)
{
    const struct json *json;
    assert_ok(json_parse(a, scene_body(answer), 8 << 20, &json));
    return json;
}
