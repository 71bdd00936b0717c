/*
 * What belongs to phones and is no legal state: the PIN by which a colleague without a phone joins on another's, and the numbers
 * and clock a phone last synced with. The PIN is short and travels in packs, so it is stretched; it opens nothing on the server.
 */
#include "web/field.h"

#include <stdio.h>
#include <string.h>

/* ---- PIN ---- */
struct new_pin { str user, salt, digest; usec now; };

static err *pin_step(struct db *d, void *context)
{
    const struct new_pin *p = context;
    return db_exec(d, "INSERT INTO access_pin (user_id, salt, digest, rounds, changed_at) VALUES (:user, :salt, :digest, :rounds, :now)"
                      " ON CONFLICT (user_id) DO UPDATE SET salt = excluded.salt, digest = excluded.digest, rounds = excluded.rounds,"
                      " changed_at = excluded.changed_at",
                   DB_ARGS(DB_T("user", p->user), DB_T("salt", p->salt), DB_T("digest", p->digest), DB_I("rounds", PIN_ROUNDS),
                           DB_I("now", p->now)), NULL);
}

/* Six digits; not one digit six times, not a run up or down: those are tried first. */
static bool pin_fine(str pin)
{
    bool same = true, up = true, down = true;
    if (pin.n != PIN_DIGITS)
        return false;
    for (size_t i = 0; i < pin.n; i++) {
        if (pin.p[i] < '0' || pin.p[i] > '9')
            return false;
        if (i) {
            same = same && pin.p[i] == pin.p[i - 1];
            up = up && pin.p[i] == pin.p[i - 1] + 1;
            down = down && pin.p[i] == pin.p[i - 1] - 1;
        }
    }
    return !same && !up && !down;
}

static err *pin_page(struct request *q, struct response *r, const char *fault, bool done, int status)
{
    struct db *d;
    int64_t changed;
    TRY(request_db(q, &d));
    TRY(db_one_int(d, "SELECT changed_at FROM access_pin WHERE user_id = :user", DB_ARGS(DB_T("user", q->session.user)), 0, &changed));
    struct out *o = page_begin(q, S("现场口令"));
    w(o, H("<div class=\"card narrow\"><h1>现场口令</h1><p>没有带手机时，在同事的手机上输入自己的六位口令并签名，登记到场离场。登记标明“借用设备”。</p>"));
    if (done)
        w(o, H("<p class=\"note\" role=\"status\">现场口令已设置。同事的手机下次更新离线包后可用。</p>"));
    else if (changed)
        w(o, H("<p class=\"muted\">上次设置："), time_chinese(q->a, changed), H("</p>"));
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">"), fault, H("</p>"));
    w(o, H("<form method=\"post\" action=\"/pin\">"));
    page_csrf(q, o);
    w(o, H("<label for=\"password\">登录密码</label><input id=\"password\" name=\"password\" type=\"password\" required "
           "autocomplete=\"current-password\"><label for=\"pin\">新的现场口令（六位数字，不要用相同或连续的数字）</label>"
           "<input id=\"pin\" name=\"pin\" type=\"password\" inputmode=\"numeric\" pattern=\"[0-9]{6}\" maxlength=\"6\" required "
           "autocomplete=\"off\"><label for=\"again\">再次输入现场口令</label><input id=\"again\" name=\"again\" type=\"password\" "
           "inputmode=\"numeric\" pattern=\"[0-9]{6}\" maxlength=\"6\" required autocomplete=\"off\">"
           "<p><button class=\"primary\">保存</button></p></form></div>"));
    page_end(q, o, r, status);
    return NULL;
}

err *access_pin_page(struct request *q, struct response *r)
{
    return pin_page(q, r, NULL, false, 200);
}

err *access_pin(struct request *q, struct response *r)
{
    str pin = form_get(&q->form, S("pin"));
    uint8_t salt[PIN_SALT_BYTES], digest[SHA256_BYTES];
    bool fine;
    if (!str_eq(pin, form_get(&q->form, S("again"))))
        return pin_page(q, r, "两次输入的现场口令不一致。", false, 400);
    if (!pin_fine(pin))
        return pin_page(q, r, "现场口令须为六位数字，不能六位相同，也不能连续递增或递减。", false, 400);
    TRY(access_password_fine(q, form_get(&q->form, S("password")), &fine));
    if (!fine)
        return pin_page(q, r, "登录密码不正确。", false, 403);
    random_bytes(salt, sizeof salt);
    pbkdf2_sha256(pin, salt, sizeof salt, PIN_ROUNDS, digest);
    struct new_pin p = {q->session.user, base64_text(q->a, salt, sizeof salt), base64_text(q->a, digest, sizeof digest), q->now};
    TRY(access_write(q->web, pin_step, &p));
    return pin_page(q, r, NULL, true, 200);
}

/* ---- what phones brought ---- */

static err *synced_step(struct db *d, void *context)
{
    const struct phone_visit *v = context;
    TRY(db_exec(d, "INSERT INTO access_phone (phone, synced_at, offset_us) VALUES (:phone, :now, :offset) ON CONFLICT (phone) DO UPDATE"
                   " SET synced_at = excluded.synced_at, offset_us = excluded.offset_us",
                DB_ARGS(DB_T("phone", v->phone), DB_I("now", v->now), DB_I("offset", v->offset)), NULL));
    for (size_t i = 0; i < v->n_count; i++)
        TRY(db_exec(d, "INSERT INTO access_phone_act (phone, n, received_at) VALUES (:phone, :n, :now) ON CONFLICT DO NOTHING",
                    DB_ARGS(DB_T("phone", v->phone), DB_I("n", v->n[i]), DB_I("now", v->now)), NULL));
    return NULL;
}

err *access_phone_synced(struct web *web, const struct phone_visit *visit)
{
    struct phone_visit copy = *visit;
    return access_write(web, synced_step, &copy);
}

err *phone_missing(struct request *q, str phone, int64_t **ret, size_t *ret_n)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    *ret = NEW_ARRAY(q->a, LIMIT_MISSING, int64_t);
    *ret_n = 0;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, /* the edges of each gap */
                 "SELECT COALESCE((SELECT MAX(y.n) FROM access_phone_act y WHERE y.phone = x.phone AND y.n < x.n), 0), x.n"
                 " FROM access_phone_act x WHERE x.phone = :phone AND x.n > 1 AND NOT EXISTS (SELECT 1 FROM access_phone_act z"
                 " WHERE z.phone = x.phone AND z.n = x.n - 1) ORDER BY x.n LIMIT :most",
                 DB_ARGS(DB_T("phone", phone), DB_I("most", LIMIT_MISSING)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        for (int64_t n = db_int(&rows, 0) + 1; n < db_int(&rows, 1) && *ret_n < LIMIT_MISSING; n++)
            (*ret)[(*ret_n)++] = n;
    }
}
