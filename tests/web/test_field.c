/* What stands behind the phone, through the door: what a pack holds of whom, and what sync takes from which phone. */
#include "web/field_scene.h"

static int open_field(void **state)
{
    (void)state;
    field_open();
    return 0;
}

static int close_field(void **state)
{
    (void)state;
    field_close();
    return 0;
}

static const struct json *visit_of(struct arena *a, const struct field_phone *p, size_t *ret_visits)
{
    str answer = field_get(a, p, "/field/pack");
    assert_int_equal(scene_status(answer), 200);
    const struct json *visits = json_get(field_json(a, answer), S("visits"));
    *ret_visits = visits->n;
    for (size_t i = 0; i < visits->n; i++)
        if (str_eq(json_string(&visits->child[i], S("id")), S("v1")))
            return &visits->child[i];
    return NULL;
}

static int64_t fact_of(const struct json *visit, const char *act, const char *person, const char *fact)
{
    const struct json *of = json_get(json_get(json_get(visit, S("facts")), str_of(act)), str_of(person));
    const struct json *value = json_get(of, str_of(fact));
    return value ? value->i : of ? 0 : -1;
}

static const struct json *person_of(const struct json *visit, const char *id)
{
    const struct json *people = json_get(visit, S("people"));
    for (size_t i = 0; i < people->n; i++)
        if (str_eq(json_string(&people->child[i], S("id")), str_of(id)))
            return &people->child[i];
    return NULL;
}

/* ---- the pack ---- */

static void an_officers_pack(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    size_t n;
    struct field_phone wei = field_sign_in(a, "wei", NULL);
    const struct json *v = visit_of(a, &wei, &n);
    assert_non_null(v);
    assert_int_equal(n, 1); /* v2 is luo's */
    assert_int_equal(json_string(v, S("key")).n, 44);
    assert_int_equal(json_get(v, S("people"))->n, 3);
    assert_int_equal(json_get(person_of(v, "mei"), S("covered"))->i, 2); /* by the notice that is to be served */
    assert_int_equal(fact_of(v, "presence.enter", "mei", "enter_helper"), 1);
    assert_int_equal(fact_of(v, "presence.enter", "mei", "notice_not_served"), 1);
    assert_int_equal(fact_of(v, "presence.enter", "luo", "enter_officer"), 1);
    assert_int_equal(fact_of(v, "presence.leave", "wei", "not_inside"), 1);
    assert_int_equal(fact_of(v, "notice.serve", "", "serve_method_missing"), 1);
    assert_str(json_string(json_get(v, S("notice")), S("state")), "issued");
}

static void a_helpers_pack(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    size_t n;
    struct field_phone mei = field_sign_in(a, "mei-u", NULL);
    const struct json *v = visit_of(a, &mei, &n);
    assert_non_null(v);
    assert_int_equal(n, 1);
    assert_int_equal(json_get(v, S("key"))->kind, JSON_NULL);
    assert_int_equal(fact_of(v, "presence.enter", "mei", "enter_helper"), 1);
    assert_int_equal(fact_of(v, "presence.enter", "wei", "enter_officer"), -1); /* nobody else's */
    assert_int_equal(fact_of(v, "notice.serve", "", "serve_method_missing"), -1);
    assert_int_equal(json_get(json_get(v, S("paused")), S("presence.enter")) != NULL, false);
    field_sql("UPDATE entrustment SET frozen = 1 WHERE id = 'e1' AND :now = :now AND :day = :day");
    str answer = field_get(a, &mei, "/field/pack");
    assert_true(str_find(answer, S("entrustment_frozen")) < 0); /* paused, and no ground */
    v = visit_of(a, &mei, &n);
    assert_str(json_string(json_get(json_get(v, S("paused")), S("presence.enter")), S("severity")), "refuse");
    struct field_phone wei = field_sign_in(a, "wei", NULL);
    v = visit_of(a, &wei, &n);
    assert_int_equal(fact_of(v, "presence.enter", "mei", "entrustment_frozen"), 1); /* the bureau knows */
    field_sql("UPDATE entrustment SET frozen = 0 WHERE id = 'e1' AND :now = :now AND :day = :day");
}

static void who_gets_none(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    size_t n;
    static const char *const outside_roles[] = {"han", "qin", "sys", "lead", "fang"};
    for (size_t i = 0; i < sizeof outside_roles / sizeof *outside_roles; i++) {
        struct field_phone p = field_sign_in(a, outside_roles[i], NULL);
        assert_int_equal(scene_status(field_get(a, &p, "/field/pack")), 403);
    }
    struct field_phone yi = field_sign_in(a, "yi", NULL);
    assert_null(visit_of(a, &yi, &n));
    assert_int_equal(n, 0);
    struct field_phone nobody = {.cookie = S("xiezhi_session=x"), .csrf = S("x")};
    assert_int_equal(scene_status(field_get(a, &nobody, "/field/pack")), 401);
    assert_int_equal(scene_status(field_post(a, &nobody, "/field/sync", S("{}"))), 401);
    assert_int_equal(scene_status(field_get(a, &nobody, "/field/clock")), 200);
}

/* ---- PIN ---- */

static void a_pin_is_checked_on_the_lent_phone(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    size_t n, size;
    struct field_phone mei = field_sign_in(a, "mei-u", NULL);
    const char *form = "csrf=%.*s&password=%s&pin=%s&again=%s", *type = "application/x-www-form-urlencoded";
    static const struct { const char *password, *pin, *again; int status; } tries[] = {
        {"wrong+password+here", "271828", "271828", 403}, {"correct+horse+battery", "271828", "271829", 400},
        {"correct+horse+battery", "111111", "111111", 400}, {"correct+horse+battery", "123456", "123456", 400},
        {"correct+horse+battery", "27182", "27182", 400}, {"correct+horse+battery", "271828", "271828", 200}};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        str body = arena_printf(a, form, STR_ARG(mei.csrf), tries[i].password, tries[i].pin, tries[i].again);
        assert_int_equal(scene_status(scene_send(a, &field, mei.cookie, S(""), "POST", "/pin", type, body)), tries[i].status);
        assert_int_equal(field_int("SELECT COUNT(*) FROM access_pin"), tries[i].status == 200);
    }
    struct field_phone wei = field_sign_in(a, "wei", NULL);
    const struct json *pin = json_get(person_of(visit_of(a, &wei, &n), "mei"), S("pin"));
    uint8_t salt[64], digest[64], made[SHA256_BYTES];
    assert_true(json_get(pin, S("rounds"))->i >= 200000);
    assert_true(base64_decode(json_string(pin, S("salt")), salt, sizeof salt, &size) && size == 16);
    pbkdf2_sha256(S("271828"), salt, size, (int)json_get(pin, S("rounds"))->i, made);
    assert_true(base64_decode(json_string(pin, S("digest")), digest, sizeof digest, &size) && size == SHA256_BYTES);
    assert_memory_equal(made, digest, SHA256_BYTES);
    assert_int_equal(json_get(person_of(visit_of(a, &mei, &n), "mei"), S("pin"))->kind, JSON_NULL); /* on no helper's phone */
}

/* ---- sync ---- */

static str enter(struct arena *a, struct field_phone *p, const char *person, int minutes, const char *more)
{
    return field_item(a, p, "presence.enter", minutes,
                      arena_cstr(a, arena_printf(a, ",\"visit\":\"v1\",\"person\":\"%s\",\"time\":\"%.*s\",\"offline\":true%s", person,
                                                 STR_ARG(field_time(a, minutes)), more)));
}

static const struct json *result(struct arena *a, str answer, size_t i)
{
    assert_int_equal(scene_status(answer), 200);
    const struct json *results = json_get(field_json(a, answer), S("results"));
    assert_true(i < results->n);
    return &results->child[i];
}

static bool has_rule(const struct json *answer, const char *rule)
{
    const struct json *reasons = json_get(answer, S("reasons"));
    for (size_t i = 0; i < reasons->n; i++)
        if (str_eq(json_string(&reasons->child[i], S("rule")), str_of(rule)))
            return true;
    return false;
}

static void sync_is_idempotent(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct field_phone wei = field_sign_in(a, "wei", "phoneweia");
    str items[3] = {enter(a, &wei, "wei", -100, ""), enter(a, &wei, "wei", -90, ""),
                    field_item(a, &wei, "visit.capture", -80, arena_cstr(a, arena_printf(a, ",\"id\":\"cap1\",\"visit\":\"v1\",\"kind\":"
                               "\"note\",\"origin\":\"camera\",\"text\":\"排口水色\",\"captured_at\":\"%.*s\"", STR_ARG(field_time(a, -80)))))};
    str first = field_sync_items(a, &wei, items, 3);
    assert_str(json_string(result(a, first, 0), S("verdict")), "allowed");
    assert_str(json_string(result(a, first, 2), S("verdict")), "allowed");
    int64_t events = field_int("SELECT COUNT(*) FROM presence_event"), entries = field_int("SELECT COUNT(*) FROM act_log");
    for (int again = 0; again < 3; again++) {
        str next = field_sync_items(a, &wei, items, 3);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(json_get(result(a, next, i), S("seq"))->i, json_get(result(a, first, i), S("seq"))->i);
            assert_true(json_get(result(a, next, i), S("repeated"))->boolean);
        }
    }
    assert_int_equal(field_int("SELECT COUNT(*) FROM presence_event"), events);
    assert_int_equal(field_int("SELECT COUNT(*) FROM act_log"), entries);
    assert_int_equal(field_int("SELECT COUNT(*) FROM visit_capture"), 1);
    /* Half of it again with something new, as after a lost connection. */
    str more[2] = {items[2], enter(a, &wei, "wei", -70, "")};
    str next = field_sync_items(a, &wei, more, 2);
    assert_true(json_get(result(a, next, 0), S("repeated"))->boolean);
    assert_null(json_get(result(a, next, 1), S("repeated")));
}

static void what_is_unreadable_stops_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct field_phone luo = field_sign_in(a, "luo", "phoneluob");
    str good = enter(a, &luo, "luo", -60, "");
    str items[5] = {S("{\"n\":2,\"at\":1,\"act\":{\"act\":\"presence.enter\",\"key\":\"other-2\"}}"), S("17"),
                    S("{\"n\":3,\"at\":1760000000000000,\"act\":{\"act\":\"presence.dance\",\"key\":\"phoneluob-3\"}}"),
                    S("{\"n\":0,\"at\":1,\"act\":{}}"), good};
    str answer = field_sync_items(a, &luo, items, 5);
    for (size_t i = 0; i < 4; i++) {
        assert_str(json_string(result(a, answer, i), S("verdict")), "invalid");
        assert_true(json_string(json_get(result(a, answer, i), S("problem")), S("title")).n > 0);
    }
    assert_str(json_string(result(a, answer, 4), S("verdict")), "allowed");
    /* A refused act comes back with its article, and does not stop the next. */
    str refused[2] = {field_item(a, &luo, "notice.serve", -50, ",\"notice\":\"n1\""), enter(a, &luo, "luo", -40, "")};
    answer = field_sync_items(a, &luo, refused, 2);
    assert_str(json_string(result(a, answer, 0), S("verdict")), "refused");
    assert_true(has_rule(result(a, answer, 0), "serve_method_missing"));
    assert_str(json_string(result(a, answer, 1), S("verdict")), "allowed");
}

static void limits_are_named(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct field_phone wei = field_sign_in(a, "wei", "phoneweic");
    str *items = NEW_ARRAY(a, 201, str);
    for (int i = 0; i < 201; i++)
        items[i] = field_item(a, &wei, "clue.report", -5, ",\"entrustment\":\"e1\",\"text\":\"x\"");
    str answer = field_sync_items(a, &wei, items, 201);
    assert_int_equal(scene_status(answer), 413);
    assert_true(str_find(answer, S("200")) > 0);
    assert_int_equal(field_int("SELECT COUNT(*) FROM access_phone_act WHERE phone = 'phoneweic'"), 0);
    assert_int_equal(scene_status(field_sync_items(a, &wei, items, 200)), 200);
    char *long_text = arena_alloc(a, LIMIT_ACT_BYTES + 10, 1);
    memset(long_text, 'x', LIMIT_ACT_BYTES + 9);
    long_text[LIMIT_ACT_BYTES + 9] = 0;
    str large = field_item(a, &wei, "clue.report", -5, arena_cstr(a, arena_printf(a, ",\"text\":\"%s\"", long_text)));
    answer = field_sync_items(a, &wei, &large, 1);
    assert_str(json_string(result(a, answer, 0), S("verdict")), "invalid");
    assert_int_equal(scene_status(field_post(a, &wei, "/field/sync", S("{\"phone\":\"phoneweic\"}"))), 400);
    assert_int_equal(scene_status(field_post(a, &wei, "/field/sync", S("{"))), 400);
    str huge = arena_printf(a, "{\"x\":\"%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s\"}", long_text, long_text, long_text, long_text, long_text,
                            long_text, long_text, long_text, long_text, long_text, long_text, long_text, long_text, long_text, long_text,
                            long_text, long_text);
    assert_int_equal(scene_status(field_post(a, &wei, "/field/sync", huge)), 413);
}

static void the_session_ends_in_between(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct field_phone wei = field_sign_in(a, "wei", "phoneweid");
    str items[2] = {enter(a, &wei, "wei", -30, ""), enter(a, &wei, "wei", -20, "")};
    assert_int_equal(scene_status(field_sync_items(a, &wei, items, 1)), 200);
    field_sql("UPDATE access_session SET seen_at = CAST(:now AS BIGINT) - 7200000000 WHERE user_id = 'wei' AND :day = :day");
    int64_t before = field_int("SELECT COUNT(*) FROM act_log");
    assert_int_equal(scene_status(field_sync_items(a, &wei, items, 2)), 401);
    assert_int_equal(field_int("SELECT COUNT(*) FROM act_log"), before);
    /* Signed in again, the same outbox goes on with the token of the new session, which the clock tells. */
    struct field_phone again = field_sign_in(a, "wei", NULL);
    const struct json *clock = field_json(a, field_get(a, &again, "/field/clock"));
    assert_str(json_string(clock, S("user")), "wei");
    again.id = wei.id;
    again.csrf = json_string(clock, S("csrf"));
    str answer = field_sync_items(a, &again, items, 2);
    assert_true(json_get(result(a, answer, 0), S("repeated"))->boolean);
    assert_null(json_get(result(a, answer, 1), S("repeated")));
    again.csrf = wei.csrf; /* the token of the ended session is worth nothing */
    assert_int_equal(scene_status(field_sync_items(a, &again, items, 2)), 403);
}

/* ---- phones ---- */

static str stop_phone(struct arena *a, const struct field_phone *p, const char *phone)
{
    return scene_send(a, &field, p->cookie, S(""), "POST", arena_cstr(a, arena_printf(a, "/phones/%s/revoke", phone)),
                      "application/x-www-form-urlencoded", arena_printf(a, "csrf=%.*s&reason=%%E4%%B8%%A2%%E5%%A4%%B1", STR_ARG(p->csrf)));
}

static void a_lost_phone(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct field_phone luo = field_sign_in(a, "luo", "phoneluoe"), wei = field_sign_in(a, "wei", NULL), han = field_sign_in(a, "han", NULL),
                       yi = field_sign_in(a, "yi", NULL);
    str item = enter(a, &luo, "luo", -15, "");
    struct field_phone borrowed = wei; /* another's session with this phone's number */
    borrowed.id = luo.id;
    str answer = field_sync_items(a, &borrowed, &item, 1);
    assert_int_equal(scene_status(answer), 403);
    assert_true(str_find(answer, S("phone_foreign")) > 0);
    assert_int_equal(scene_status(stop_phone(a, &wei, "phoneluoe")), 403); /* a colleague's is not one's own */
    assert_int_equal(scene_status(stop_phone(a, &yi, "phoneluoe")), 403);
    assert_int_equal(field_int("SELECT COUNT(*) FROM phone WHERE id = 'phoneluoe' AND revoked_at IS NULL"), 1);
    assert_int_equal(scene_status(field_sync_items(a, &luo, &item, 1)), 200);
    assert_int_equal(scene_status(stop_phone(a, &han, "phoneluoe")), 303);
    int64_t before = field_int("SELECT COUNT(*) FROM act_log"), numbers = field_int("SELECT COUNT(*) FROM access_phone_act");
    str items[2] = {item, enter(a, &luo, "luo", -10, "")};
    answer = field_sync_items(a, &luo, items, 2);
    assert_int_equal(scene_status(answer), 403);
    assert_true(str_find(answer, S("phone_revoked")) > 0);
    assert_int_equal(field_int("SELECT COUNT(*) FROM act_log"), before);
    assert_int_equal(field_int("SELECT COUNT(*) FROM access_phone_act"), numbers);
    assert_int_equal(scene_status(stop_phone(a, &han, "phoneluoe")), 403); /* once */
    /* The head sees the bureau's phones, an officer the own ones, another bureau none of them. */
    assert_true(str_find(field_get(a, &han, "/phones"), S("罗执法")) > 0);
    assert_true(str_find(field_get(a, &wei, "/phones"), S("罗执法")) < 0);
    struct field_phone mei = field_sign_in(a, "mei-u", "phonemeif"), lead = field_sign_in(a, "lead", NULL);
    (void)mei;
    assert_true(str_find(field_get(a, &han, "/phones"), S("梅工")) < 0);
    assert_true(str_find(field_get(a, &lead, "/phones"), S("梅工")) > 0);
    assert_int_equal(scene_status(stop_phone(a, &han, "phonemeif")), 403);
    assert_int_equal(scene_status(stop_phone(a, &lead, "phonemeif")), 303);
}

static void registering(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct field_phone yi = field_sign_in(a, "yi", NULL);
    const char *ids[] = {"yiphone001", "yiphone002", "yiphone003", "yiphone004", "yiphone005"};
    for (size_t i = 0; i < 5; i++)
        for (int again = 0; again < 2; again++)
            assert_int_equal(scene_status(field_post(a, &yi, "/field/phones", arena_printf(a, "{\"id\":\"%s\"}", ids[i]))), 200);
    assert_int_equal(field_int("SELECT COUNT(*) FROM phone WHERE user_id = 'yi'"), 5);
    str answer = field_post(a, &yi, "/field/phones", S("{\"id\":\"yiphone006\"}"));
    assert_int_equal(scene_status(answer), 403);
    assert_true(str_find(answer, S("field_phones_too_many")) > 0);
    assert_int_equal(scene_status(field_post(a, &yi, "/field/phones", S("{\"id\":\"A b\"}"))), 400);
    struct field_phone wei = field_sign_in(a, "wei", NULL); /* another's number is taken, whoever asks */
    assert_int_equal(scene_status(field_post(a, &wei, "/field/phones", S("{\"id\":\"yiphone001\"}"))), 400);
}

static void numbers_that_never_came(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct field_phone wei = field_sign_in(a, "wei", "phoneweig");
    str one = enter(a, &wei, "wei", -9, ""), two = enter(a, &wei, "wei", -8, ""), three = enter(a, &wei, "wei", -7, ""),
        four = enter(a, &wei, "wei", -6, "");
    str some[2] = {two, four};
    const struct json *missing = json_get(field_json(a, field_sync_items(a, &wei, some, 2)), S("missing"));
    assert_int_equal(missing->n, 2);
    assert_int_equal(missing->child[0].i, 1);
    assert_int_equal(missing->child[1].i, 3);
    assert_true(str_find(field_get(a, &wei, "/phones"), S("漏号：1、3")) > 0);
    str rest[2] = {three, one};
    missing = json_get(field_json(a, field_sync_items(a, &wei, rest, 2)), S("missing"));
    assert_int_equal(missing->n, 0);
    assert_true(str_find(field_get(a, &wei, "/phones"), S("漏号：1、3")) < 0);
}

/* ---- clocks and codes ---- */

static void a_clock_that_is_off(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct field_phone wei = field_sign_in(a, "wei", "phoneweih");
    str items[3] = {enter(a, &wei, "wei", -5, ""), enter(a, &wei, "wei", -4, ",\"clock_error_s\":3"), enter(a, &wei, "wei", -3, ",\"clock_error_s\":900")};
    wei.clock = -10 * USEC_MINUTE;
    str answer = field_sync_items(a, &wei, items, 3);
    const struct json *json = field_json(a, answer);
    assert_in_range(json_get(json, S("clock_offset_s"))->i, 598, 602);
    int64_t first = json_get(result(a, answer, 0), S("seq"))->i;
    for (int i = 0; i < 3; i++) { /* raised to what the sync saw, and never lowered */
        int64_t error = field_int(arena_cstr(a, arena_printf(a, "SELECT error_s FROM presence_event WHERE seq = %lld", (long long)(first + i))));
        assert_in_range(error, i == 2 ? 900 : 598, i == 2 ? 900 : 602);
    }
    wei.clock = 30 * USEC_SECOND; /* within the tolerance: what the phone says */
    str fine = enter(a, &wei, "wei", -2, ",\"clock_error_s\":3");
    answer = field_sync_items(a, &wei, &fine, 1);
    assert_int_equal(field_int(arena_cstr(a, arena_printf(a, "SELECT error_s FROM presence_event WHERE seq = %lld",
                                                          (long long)json_get(result(a, answer, 0), S("seq"))->i))), 3);
    wei.clock = 25 * USEC_HOUR;
    int64_t before = field_int("SELECT COUNT(*) FROM act_log");
    str last = enter(a, &wei, "wei", -1, "");
    answer = field_sync_items(a, &wei, &last, 1);
    assert_int_equal(scene_status(answer), 409);
    assert_true(str_find(answer, S("校准手机时间")) > 0);
    assert_int_equal(field_int("SELECT COUNT(*) FROM act_log"), before);
}

static const struct json *enter_with(struct arena *a, struct field_phone *mei, str code, int accuracy, int64_t *ret_seq)
{
    str item = enter(a, mei, "mei", -1, arena_cstr(a, arena_printf(a, ",\"accuracy_m\":%d,\"code\":\"%.*s\"", accuracy, STR_ARG(code))));
    const struct json *r = result(a, field_sync_items(a, mei, &item, 1), 0);
    *ret_seq = json_get(r, S("seq"))->i;
    return r;
}

static void entry_codes(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct field_phone mei = field_sign_in(a, "mei-u", "phonemeii");
    uint8_t key[SHA256_BYTES];
    int64_t seq;
    size_t n, size;
    struct field_phone wei = field_sign_in(a, "wei", NULL);
    const struct json *v = visit_of(a, &wei, &n);
    assert_true(base64_decode(json_string(v, S("key")), key, sizeof key, &size) && size == SHA256_BYTES);
    usec at = field_now - USEC_MINUTE;
    str good = entry_code_text(a, key, S("v1"), S("wei"), at + 40 * USEC_SECOND, 30);
    assert_false(has_rule(enter_with(a, &mei, good, 500, &seq), "enter_code_wrong"));
    const char *offset = "SELECT code_offset_s FROM presence_event WHERE seq = %lld";
    assert_int_equal(field_int(arena_cstr(a, arena_printf(a, offset, (long long)seq))), 40);
    assert_false(has_rule(enter_with(a, &mei, entry_code_digits(a, key, S("v1"), at + 20 * USEC_SECOND, 30), 500, &seq), "enter_code_wrong"));
    char *forged = arena_cstr(a, good);
    forged[good.n - 1] = forged[good.n - 1] == '0' ? '1' : '0';
    const str bad[] = {str_of(forged), S("hello"), entry_code_text(a, key, S("v2"), S("wei"), at, 30),
                       entry_code_text(a, key, S("v1"), S("wei"), at - USEC_HOUR, 30), entry_code_text(a, key, S("v1"), S("yi"), at, 30),
                       entry_code_digits(a, key, S("v1"), at - USEC_HOUR, 30)};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct json *r = enter_with(a, &mei, bad[i], 500, &seq);
        assert_true(has_rule(r, "enter_code_wrong"));
        assert_str(json_string(r, S("verdict")), "allowed"); /* offline, a report of fact: it warns */
    }
}

/* ---- the replay at the desk ---- */

static int count(str text, const char *what)
{
    int n = 0;
    for (ptrdiff_t at; (at = str_find(text, str_of(what))) >= 0; n++)
        text = str_sub(text, (size_t)at + 1, text.n);
    return n;
}

static bool says(str page, const char *words)
{
    return str_find(page, str_of(words)) >= 0;
}

static void a_visit_replayed(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct field_phone wei = field_sign_in(a, "wei", "phoneweia"), mei = field_sign_in(a, "mei-u", "phonemeij");
    wei.n = 1000; /* behind what this phone brought before */
    field_sql("DELETE FROM presence_event WHERE :now = :now AND :day = :day");
    field_sql("DELETE FROM visit_capture WHERE :now = :now AND :day = :day");
    str items[] = {enter(a, &wei, "wei", -200, ""), enter(a, &wei, "luo", -199, ",\"borrowed\":true"),
                   field_item(a, &wei, "visit.capture", -190, arena_cstr(a, arena_printf(a, ",\"id\":\"capj\",\"visit\":\"v1\",\"kind\":"
                              "\"photo\",\"origin\":\"album\",\"digest\":\"sm3:%064d\",\"captured_at\":\"%.*s\"", 5, STR_ARG(field_time(a, -190))))),
                   field_item(a, &wei, "presence.leave", -100, arena_cstr(a, arena_printf(a, ",\"visit\":\"v1\",\"person\":\"luo\",\"offline\":true,"
                              "\"time\":\"%.*s\"", STR_ARG(field_time(a, -100)))))};
    str late = enter(a, &mei, "mei", -180, ",\"late_reason\":\"手机没电<b>\",\"clock_error_s\":45");
    str synced = field_sync_items(a, &wei, items, 4);
    for (size_t i = 0; i < 4; i++)
        assert_str(json_string(result(a, synced, i), S("verdict")), "allowed");
    assert_str(json_string(result(a, field_sync_items(a, &mei, &late, 1), 0), S("verdict")), "allowed");
    str page = field_get(a, &wei, "/visits/v1");
    assert_int_equal(scene_status(page), 200);
    assert_int_equal(count(page, "<h1"), 1);
    assert_false(says(page, "wasm-unsafe-eval")); /* only where the law runs */
    assert_int_equal(count(page, "class=\"primary"), 1);
    static const char *const words[] = {"核对到场离场", "借用设备", "相册导入", "补录理由：手机没电&lt;b&gt;", "±45秒", "无执法人员陪同", "class=\"alone\"",
                                        "迟3小时", "未予认可"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!says(page, words[i]))
            fail_msg("the replay does not say %s", words[i]);
    assert_true(says(field_get(a, &wei, "/things/visits/v1"), "/visits/v1"));
    /* Another bureau, a helper, a company: not theirs. */
    struct field_phone yi = field_sign_in(a, "yi", NULL), fang = field_sign_in(a, "fang", NULL);
    assert_int_equal(scene_status(field_get(a, &yi, "/visits/v1")), 404);
    assert_int_equal(scene_status(field_get(a, &yi, "/captures/capj/file")), 404);
    assert_int_equal(scene_status(field_get(a, &mei, "/visits/v1")), 403);
    assert_int_equal(scene_status(field_get(a, &fang, "/visits/v1")), 403);
    page = field_get(a, &wei, "/captures/capj/file");
    assert_int_equal(scene_status(page), 404);
    assert_true(says(page, "还在手机上"));
    /* Reconciled: the next step is another, the time alone stays. */
    assert_int_equal(scene_act(a, &field, "wei", "{\"act\":\"presence.reconcile\",\"visit\":\"v1\"}").verdict, ACT_ALLOWED);
    page = field_get(a, &wei, "/visits/v1");
    assert_true(says(page, "结束现场") && !says(page, "还没有核对"));
    struct field_phone han = field_sign_in(a, "han", NULL);
    page = field_get(a, &han, "/visits/v1");
    assert_int_equal(count(page, "class=\"primary"), 1);
    assert_true(!says(page, "结束现场</a>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_officers_pack), cmocka_unit_test(a_helpers_pack), cmocka_unit_test(who_gets_none),
        cmocka_unit_test(a_pin_is_checked_on_the_lent_phone), cmocka_unit_test(sync_is_idempotent),
        cmocka_unit_test(what_is_unreadable_stops_nothing), cmocka_unit_test(limits_are_named),
        cmocka_unit_test(the_session_ends_in_between), cmocka_unit_test(a_lost_phone), cmocka_unit_test(registering),
        cmocka_unit_test(numbers_that_never_came), cmocka_unit_test(a_clock_that_is_off), cmocka_unit_test(entry_codes), cmocka_unit_test(a_visit_replayed)};
    return cmocka_run_group_tests(tests, open_field, close_field);
}
