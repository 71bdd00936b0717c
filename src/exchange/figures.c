/*
 * What a bureau tells the province: figures, and the checkpoint of the ledger they were counted from, under one signature of the
 * ledger's key. The province does not have to believe a number: a bureau that changes an entry afterwards has another root, and its
 * next file does not extend this one's checkpoint.
 *
 * The file: {"figures":{…},"key":"PEM","signature":"base64"}. The signature is over the canonical form of `figures` (keys sorted, no
 * blanks), so that a file somebody has pretty-printed still verifies, and one with a digit changed does not.
 */
#include "exchange/exchange_private.h"

#include <string.h>

#define FORMAT "xiezhi-figures-1"
enum { LIMIT_FIGURES = 4 << 20 };

/* :agency, :from and :to (microseconds). What each number is: docs/exchange.md. */
#define IN_YEAR(column) column " >= CAST(:from AS BIGINT) AND " column " < CAST(:to AS BIGINT)"
#define SINCE(table) "JOIN act_log l ON l.seq = " table ".seq AND l.at >= CAST(:from AS BIGINT) AND l.at < CAST(:to AS BIGINT)"
static const struct { const char *name, *sql; } figures[] = {
    {"agreements_effective", "SELECT COUNT(*) FROM agreement x WHERE x.agency = :agency AND x.state = 'effective'"},
    {"entrustments", "SELECT COUNT(*) FROM entrustment x " SINCE("x") " WHERE x.agency = :agency"},
    {"entrustments_released", "SELECT COUNT(*) FROM entrustment x " SINCE("x") " WHERE x.agency = :agency AND x.state = 'released'"},
    {"visits_closed", "SELECT COUNT(*) FROM visit x JOIN entrustment e ON e.id = x.entrustment WHERE e.agency = :agency AND " IN_YEAR("x.closed_at")},
    {"objections", "SELECT COUNT(*) FROM objection x JOIN entrustment e ON e.id = x.entrustment WHERE e.agency = :agency AND " IN_YEAR("x.lodged_at")},
    {"refusals_of_orders", "SELECT COUNT(*) FROM order_refusal x " SINCE("x") " JOIN entrustment e ON e.id = x.entrustment WHERE e.agency = :agency"},
    {"clues", "SELECT COUNT(*) FROM clue x WHERE x.agency = :agency AND " IN_YEAR("x.reported_at")},
    {"cases_sealed", "SELECT COUNT(*) FROM casefile x WHERE x.agency = :agency AND " IN_YEAR("x.sealed_at")},
    {"paid_fen", "SELECT COALESCE(SUM(x.amount), 0) FROM payment x JOIN agreement a ON a.id = x.agreement WHERE a.agency = :agency AND " IN_YEAR("x.paid_at")},
    {"todo_overdue", "SELECT COUNT(*) FROM todo x WHERE x.agency = :agency AND x.closed_seq IS NULL AND x.due_at < CAST(:now AS BIGINT)"}};

static err *one_agency(struct db *d, struct json_out *o, str id, str name, int64_t region, usec from, usec to, usec now)
{
    json_open(o, '{');
    json_put_str(o, S("id"), id);
    json_put_str(o, S("name"), name);
    json_put_int(o, S("region"), region);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        int64_t n;
        TRY(db_one_int(d, figures[i].sql, DB_ARGS(DB_T("agency", id), DB_I("from", from), DB_I("to", to), DB_I("now", now)), 0, &n));
        json_put_int(o, str_of(figures[i].name), n);
    }
    json_close(o, '}');
    return NULL;
}

struct bureau { str id, name; int64_t region; };

static err *collect(struct db *d, struct arena *a, const struct reader *who, int year, usec now, buf *b, int64_t *ret_rows)
{
    struct json_out o = {b, false};
    struct db_rows rows;
    struct checkpoint checkpoint;
    bool any;
    TRY(checkpoint_newest(d, a, &any, &checkpoint));
    if (!any)
        return err_new(ERR_CONFLICT, "账本还没有检查点，请稍后再导出");
    json_open(&o, '{');
    json_put_str(&o, S("format"), S(FORMAT));
    json_put_str(&o, S("made_at"), time_rfc3339(a, now));
    json_put_int(&o, S("year"), year);
    json_put_str(&o, S("checkpoint"), checkpoint.note);
    json_key(&o, S("agencies"));
    json_open(&o, '[');
    int region = who->region, end = region_last(region);
    TRY(db_query(d, a, "SELECT id, name, region FROM agency WHERE id = CAST(:agency AS TEXT) OR region BETWEEN CAST(:low AS BIGINT)"
                       " AND CAST(:high AS BIGINT) ORDER BY region, id",
                 DB_ARGS(DB_T("agency", who->agency), DB_I("low", region), DB_I("high", end)), &rows));
    VEC(struct bureau) agencies = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &agencies, ((struct bureau){db_str(&rows, 0), db_str(&rows, 1), db_int(&rows, 2)}));
    }
    usec from = day_start(day_from_civil(year, 1, 1)), to = day_start(day_from_civil(year + 1, 1, 1));
    for (size_t i = 0; i < agencies.n; i++)
        TRY(one_agency(d, &o, agencies.p[i].id, agencies.p[i].name, agencies.p[i].region, from, to, now));
    json_close(&o, ']');
    json_close(&o, '}');
    *ret_rows = (int64_t)agencies.n;
    return b->overflow ? err_new(ERR_LIMIT, "统计文件超过%d MB", LIMIT_FIGURES >> 20) : NULL;
}

static str canonical(struct arena *a, const struct json *value)
{
    buf b = buf_make(a, LIMIT_FIGURES);
    json_canonical(&(struct json_out){&b, false}, value);
    return buf_str(&b);
}

err *exchange_figures(struct db *d, const struct ledger_keys *keys, const struct reader *who, int year, str path, usec now, int64_t *ret_rows)
{
    AUTO_ARENA(a);
    const struct json *json;
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n;
    buf raw = buf_make(a, LIMIT_FIGURES), out = buf_make(a, 2 * LIMIT_FIGURES);
    TRY(db_begin_read(d));
    err *bad = collect(d, a, who, year, now, &raw, ret_rows);
    db_rollback(d);
    TRY(bad);
    TRY(json_parse(a, buf_str(&raw), LIMIT_FIGURES, &json));
    str text = canonical(a, json);
    TRY(sm2_sign(keys->signer, text, signature, &n));
    struct json_out o = {&out, false};
    json_open(&o, '{');
    json_key(&o, S("figures"));
    json_raw(&o, text);
    json_put_str(&o, S("key"), sm2_public_pem(a, keys->signer));
    json_put_str(&o, S("signature"), base64_text(a, signature, n));
    json_close(&o, '}');
    buf_char(&out, '\n');
    return file_write_atomic(path, buf_str(&out), 0600);
}

/* ---- the province's side ---- */

bool exchange_is_figures(str text)
{
    str head = str_trim(str_sub(text, 0, 4000));
    return str_starts(head, S("{")) && str_find(head, S(FORMAT)) >= 0;
}

static err *unsound(struct figures_report *r, const char *why)
{
    r->sound = false;
    r->why = str_of(why);
    return NULL;
}

static err *judge(struct arena *a, const struct json *json, const struct sm2_key *key, struct figures_report *ret)
{
    const struct json *body = json_get(json, S("figures")), *agencies = json_get(body, S("agencies"));
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n;
    struct checkpoint c;
    if (!body || !agencies || agencies->kind != JSON_ARRAY || !str_eq(json_string(body, S("format")), S(FORMAT)))
        return unsound(ret, "不是统计文件，或缺少内容");
    ret->agencies = (int64_t)agencies->n;
    ret->made_at = json_string(body, S("made_at"));
    if (!base64_decode(json_string(json, S("signature")), signature, sizeof signature, &n))
        return unsound(ret, "签名读不出来");
    if (!sm2_verify(key, canonical(a, body), signature, n))
        return unsound(ret, "签名与内容不符：内容被改动，或不是这把钥匙签的");
    if (checkpoint_parse(a, json_string(body, S("checkpoint")), &c))
        return unsound(ret, "检查点读不出来");
    if (!checkpoint_verifies(&c, key))
        return unsound(ret, "检查点的签名不符");
    ret->entries = c.size;
    ret->sound = true;
    return NULL;
}

err *exchange_figures_verify(struct arena *a, str text, str pem, struct figures_report *ret)
{
    const struct json *json;
    struct sm2_key *key = NULL;
    *ret = (struct figures_report){.why = S(""), .key_id = S(""), .made_at = S("")};
    if (json_parse(a, text, 2 * LIMIT_FIGURES, &json))
        return unsound(ret, "不是JSON文件");
    str inside = json_string(json, S("key"));
    if (sm2_public(pem.n ? pem : inside, &key)) {
        if (pem.n)
            return err_new(ERR_INPUT, "公钥读不出来，应为PEM文本");
        return unsound(ret, "文件里的公钥读不出来");
    }
    ret->key_id = sm2_key_id(a, key);
    err *bad = judge(a, json, key, ret);
    sm2_free(key);
    return bad;
}
