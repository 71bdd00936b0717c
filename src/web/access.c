/*
 * Who is signed in. Passwords and sessions are not legal state: they live outside the ledger (0003_access.sql), and
 * nothing here is an act.
 *
 * A cookie is 32 random bytes; the table knows its SM3 only, so a stolen copy of the database opens no session.
 * The same sentence answers an unknown user, a wrong password, a locked and a disabled account, after equal work.
 */
#include "web/web_private.h"

#include <string.h>

#define COOKIE "xiezhi_session"
static const char wrong[] = "用户名或密码不正确，或账号暂时锁定。连续5次错误锁定15分钟。";

/* argon2id takes 19 MiB: one at a time, or sixty-four workers would take a gigabyte. */
static pthread_mutex_t password_turn = PTHREAD_MUTEX_INITIALIZER;

static bool matches_in_turn(str hash, str password)
{
    pthread_mutex_lock(&password_turn);
    bool same = password_matches(hash, password);
    pthread_mutex_unlock(&password_turn);
    return same;
}

static str token_digest(struct arena *a, str token)
{
    struct sm3 d = sm3_of(token.p, token.n);
    buf b = buf_make(a, 64);
    buf_hex(&b, d.byte, sizeof d.byte);
    return buf_str(&b);
}

/* ---- one short write, on the connection kept for it ---- */
err *access_write(struct web *web, access_step step, void *context)
{
    pthread_mutex_lock(&web->access_lock);
    err *e = db_begin_write(web->access_db);
    if (!e)
        e = db_end(web->access_db, step(web->access_db, context));
    pthread_mutex_unlock(&web->access_lock);
    return e;
}

/* ---- sessions ---- */
struct touch { str digest; usec now; };

static err *touch_step(struct db *d, void *context)
{
    const struct touch *t = context;
    return db_exec(d, "UPDATE access_session SET seen_at = :now WHERE token = :token",
                   DB_ARGS(DB_T("token", t->digest), DB_I("now", t->now)), NULL);
}

static err *drop_step(struct db *d, void *context)
{
    const struct touch *t = context;
    return db_exec(d, "DELETE FROM access_session WHERE token = :token", DB_ARGS(DB_T("token", t->digest)), NULL);
}

static err *session_row(struct request *q, str digest, bool *ret_touch)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a,
                 "SELECT s.user_id, s.csrf, s.seen_at, s.expires_at, u.name, COALESCE(p.must_change, 0)"
                 " FROM access_session s JOIN users u ON u.id = s.user_id"
                 " LEFT JOIN access_password p ON p.user_id = s.user_id"
                 " WHERE s.token = :token AND u.disabled_at IS NULL",
                 DB_ARGS(DB_T("token", digest)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    usec seen = db_int(&rows, 2), expires = db_int(&rows, 3);
    q->session.user = db_str(&rows, 0);
    q->session.csrf = db_str(&rows, 1);
    q->session.name = db_str(&rows, 4);
    q->session.must_change = db_int(&rows, 5) != 0;
    db_rows_end(&rows);
    if (expires < q->now || seen + SESSION_IDLE_MINUTES * USEC_MINUTE < q->now)
        return NULL;
    *ret_touch = seen + USEC_MINUTE < q->now;
    TRY(reader_load(d, q->a, q->session.user, &q->reader));
    /* The outer door knows no officers, whatever cookie is shown to it. */
    q->session.open = q->web->options.door != DOOR_OUTSIDE || !(q->reader.roles & ROLES_INSIDE);
    return NULL;
}

err *access_session(struct request *q)
{
    str token = cookie_get(q->cookie, S(COOKIE));
    bool touch = false;
    if (token.n < 20 || token.n > 64)
        return NULL;
    str digest = token_digest(q->a, token);
    q->session.token = token;
    TRY(session_row(q, digest, &touch));
    if (q->session.open && touch) {
        TRY(request_may_wait(q));
        struct touch t = {digest, q->now};
        request_db_done(q);
        return access_write(q->web, touch_step, &t);
    }
    return NULL;
}

bool access_csrf_fine(const struct request *q)
{
    str got = q->csrf.p ? q->csrf : form_get(&q->form, S("csrf"));
    return q->session.open && got.p && got.n == q->session.csrf.n && bytes_equal(got.p, q->session.csrf.p, got.n);
}

/* ---- signing in ---- */
struct sign_in {
    str user, digest, csrf;
    usec now;
    bool matches, fine;
};

static err *sign_in_step(struct db *d, void *context)
{
    struct sign_in *s = context;
    int64_t locked, failures;
    TRY(db_one_int(d, "SELECT locked_until FROM access_password WHERE user_id = :user",
                   DB_ARGS(DB_T("user", s->user)), 0, &locked));
    if (locked > s->now)
        return NULL;
    if (!s->matches) {
        TRY(db_one_int(d, "SELECT failures FROM access_password WHERE user_id = :user",
                       DB_ARGS(DB_T("user", s->user)), 0, &failures));
        bool lock = failures + 1 >= LOCK_FAILURES;
        return db_exec(d, "UPDATE access_password SET failures = :n, locked_until = :until WHERE user_id = :user",
                       DB_ARGS(DB_T("user", s->user), DB_I("n", lock ? 0 : failures + 1),
                               DB_I("until", lock ? s->now + LOCK_MINUTES * USEC_MINUTE : 0)), NULL);
    }
    s->fine = true;
    TRY(db_exec(d, "UPDATE access_password SET failures = 0, locked_until = 0 WHERE user_id = :user",
                DB_ARGS(DB_T("user", s->user)), NULL));
    TRY(db_exec(d, "DELETE FROM access_session WHERE expires_at < :now OR seen_at < :idle",
                DB_ARGS(DB_I("now", s->now), DB_I("idle", s->now - SESSION_IDLE_MINUTES * USEC_MINUTE)), NULL));
    return db_exec(d, "INSERT INTO access_session (token, user_id, csrf, created_at, seen_at, expires_at)"
                      " VALUES (:token, :user, :csrf, :now, :now, :expires)",
                   DB_ARGS(DB_T("token", s->digest), DB_T("user", s->user), DB_T("csrf", s->csrf),
                           DB_I("now", s->now), DB_I("expires", s->now + SESSION_HOURS * USEC_HOUR)), NULL);
}

static void cookie_set(struct request *q, struct response *r, str token, int seconds)
{
    response_header(r, "Set-Cookie",
                    arena_printf(q->a, COOKIE "=%.*s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s", STR_ARG(token),
                                 seconds, q->web->options.cookie_secure ? "; Secure" : ""));
}

static void sign_in_form(struct out *o, str user, str next, const char *fault)
{
    w(o, H("<div class=\"card narrow\"><h1>登录</h1><p class=\"muted\">湖北省生态环境保护第三方辅助执法管理</p>"));
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">"), fault, H("</p>"));
    w(o, H("<form method=\"post\" action=\"/sign-in\"><input type=\"hidden\" name=\"next\" value=\""), next,
      H("\"><label for=\"user\">用户名</label><input id=\"user\" name=\"user\" autocomplete=\"username\" required "
        "maxlength=\"64\" value=\""), user,
      H("\"><label for=\"password\">密码</label><input id=\"password\" name=\"password\" type=\"password\" "
        "autocomplete=\"current-password\" required maxlength=\"200\"><p><button class=\"primary\">登录</button></p>"
        "</form><p class=\"muted\">企业收到《第三方辅助执法告知书》的，请扫描告知书上的二维码，无需登录。</p>"
        "<p class=\"tabs\"><a href=\"/report\">匿名举报与线索反映</a> <a href=\"/prepare\">手机准备</a> <a href=\"/public\">公开信息</a></p></div>"));
}

static err *sign_in_page(struct request *q, struct response *r, const char *fault, int status)
{
    static const char *const modules[] = {"drafts.js", NULL};
    bool left = form_get(&q->params, S("left")).n > 0;
    struct out *o = page_begin_with(q, S("登录"), &(struct page_look){.modules = left ? modules : NULL});
    if (left) /* whoever comes next at this desk finds nothing of what was typed */
        w(o, H("<p hidden data-drafts=\"clear\"></p>"));
    const struct form *f = q->method == METHOD_GET ? &q->params : &q->form;
    sign_in_form(o, form_get(&q->form, S("user")), form_get(f, S("next")), fault);
    page_end(q, o, r, status);
    return NULL;
}

err *access_sign_in_page(struct request *q, struct response *r)
{
    if (q->session.open)
        return redirect(r, S("/"));
    return sign_in_page(q, r, NULL, 200);
}

static err *password_of(struct request *q, str user, str *ret_hash)
{
    struct db *d;
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a, "SELECT p.hash FROM access_password p JOIN users u ON u.id = p.user_id"
                            " WHERE p.user_id = :user AND u.disabled_at IS NULL",
                   DB_ARGS(DB_T("user", user)), ret_hash));
    return NULL;
}

/* Only a path of ours: "//host" and "/\host" lead elsewhere. */
static str safe_next(str next)
{
    if (next.n < 2 || next.p[0] != '/' || next.p[1] == '/' || next.p[1] == '\\')
        return S("/");
    for (size_t i = 0; i < next.n; i++)
        if ((unsigned char)next.p[i] <= 0x20 || (unsigned char)next.p[i] >= 0x7f)
            return S("/");
    return next;
}

static err *inside_user(struct request *q, str user, bool *ret)
{
    struct reader reader;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(reader_load(d, q->a, user, &reader));
    *ret = (reader.roles & ROLES_INSIDE) != 0;
    return NULL;
}

err *access_sign_in(struct request *q, struct response *r)
{
    str user = form_get(&q->form, S("user")), password = form_get(&q->form, S("password")), hash = STR_NONE;
    bool inside = false;
    if (!user.n || user.n > 64 || !password.n || password.n > LIMIT_PASSWORD_MAX * 4)
        return sign_in_page(q, r, wrong, 400);
    TRY(password_of(q, user, &hash));
    if (hash.p && q->web->options.door == DOOR_OUTSIDE)
        TRY(inside_user(q, user, &inside));
    request_db_done(q);
    struct sign_in s = {.user = user, .now = q->now, .csrf = token_new(q->a)};
    str token = token_new(q->a);
    s.digest = token_digest(q->a, token);
    s.matches = matches_in_turn(hash.p ? hash : q->web->decoy_hash, password) && hash.p && !inside;
    TRY(access_write(q->web, sign_in_step, &s));
    atomic_fetch_add(s.fine ? &q->web->metrics.sign_ins : &q->web->metrics.sign_in_failures, 1);
    if (!s.fine)
        return sign_in_page(q, r, wrong, 403);
    cookie_set(q, r, token, SESSION_HOURS * 3600);
    return redirect(r, safe_next(form_get(&q->form, S("next"))));
}

err *access_sign_out(struct request *q, struct response *r)
{
    struct touch t = {token_digest(q->a, q->session.token), q->now};
    request_db_done(q);
    TRY(access_write(q->web, drop_step, &t));
    cookie_set(q, r, S(""), 0);
    return redirect(r, S("/sign-in?left=1")); /* that page forgets what was typed on this device */
}

/* ---- passwords ---- */
struct new_password { str user, hash, keep; usec now; bool must_change; };

static err *password_step(struct db *d, void *context)
{
    const struct new_password *p = context;
    TRY(db_exec(d, "INSERT INTO access_password (user_id, hash, changed_at, must_change, failures, locked_until)"
                   " VALUES (:user, :hash, :now, :must, 0, 0) ON CONFLICT (user_id) DO UPDATE SET"
                   " hash = excluded.hash, changed_at = excluded.changed_at, must_change = excluded.must_change,"
                   " failures = 0, locked_until = 0",
                DB_ARGS(DB_T("user", p->user), DB_T("hash", p->hash), DB_I("now", p->now),
                        DB_I("must", p->must_change)), NULL));
    return db_exec(d, "DELETE FROM access_session WHERE user_id = :user AND token <> :keep",
                   DB_ARGS(DB_T("user", p->user), DB_T("keep", p->keep)), NULL);
}

static err *password_rule(str password)
{
    size_t n = utf8_count(password);
    if (n >= LIMIT_PASSWORD_MIN && n <= LIMIT_PASSWORD_MAX)
        return NULL;
    return err_at(err_got(err_new(ERR_INPUT, "密码须为%d至%d个字符", LIMIT_PASSWORD_MIN, LIMIT_PASSWORD_MAX), STR_NONE,
                          S("12至200个字符，建议用几个不相干的词"), STR_NONE), S("password"));
}

err *web_set_password(struct store *s, str user, str password, bool must_change, enum password_cost cost)
{
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    struct new_password p = {.user = user, .keep = S(""), .now = time_now(), .must_change = must_change};
    TRY(password_rule(password));
    TRY(password_hash(a, password, cost, &p.hash));
    TRY(db_open(s, true, &d));
    TRY(db_begin_write(d));
    return db_end(d, password_step(d, &p));
}

static err *password_page(struct request *q, struct response *r, const char *fault, int status)
{
    struct out *o = page_begin(q, S("修改密码"));
    w(o, H("<div class=\"card narrow\"><h1>修改密码</h1>"));
    if (q->session.must_change)
        w(o, H("<p class=\"note\">您使用的是一次性密码，请先设置自己的密码。</p>"));
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">"), fault, H("</p>"));
    w(o, H("<form method=\"post\" action=\"/password\">"));
    page_csrf(q, o);
    w(o, H("<label for=\"old\">当前密码</label><input id=\"old\" name=\"old\" type=\"password\" required "
           "autocomplete=\"current-password\"><label for=\"new\">新密码（12至200个字符）</label>"
           "<input id=\"new\" name=\"new\" type=\"password\" required autocomplete=\"new-password\">"
           "<label for=\"again\">再次输入新密码</label><input id=\"again\" name=\"again\" type=\"password\" required "
           "autocomplete=\"new-password\"><p><button class=\"primary\">保存</button></p></form></div>"));
    page_end(q, o, r, status);
    return NULL;
}

err *access_password_page(struct request *q, struct response *r)
{
    return password_page(q, r, NULL, 200);
}

err *access_password(struct request *q, struct response *r)
{
    str old = form_get(&q->form, S("old")), new = form_get(&q->form, S("new")), hash;
    if (!str_eq(new, form_get(&q->form, S("again"))))
        return password_page(q, r, "两次输入的新密码不一致。", 400);
    if (password_rule(new) || str_eq(new, old) || str_find(new, q->session.user) >= 0)
        return password_page(q, r, "新密码须为12至200个字符，不得与当前密码相同，不得包含用户名。", 400);
    TRY(password_of(q, q->session.user, &hash));
    request_db_done(q);
    if (!matches_in_turn(hash.p ? hash : q->web->decoy_hash, old))
        return password_page(q, r, "当前密码不正确。", 403);
    struct new_password p = {.user = q->session.user, .keep = token_digest(q->a, q->session.token), .now = q->now};
    TRY(password_hash(q->a, new, PASSWORD_INTERACTIVE, &p.hash));
    TRY(access_write(q->web, password_step, &p));
    return redirect(r, S("/"));
}

err *access_password_fine(struct request *q, str password, bool *ret)
{
    str hash;
    TRY(password_of(q, q->session.user, &hash));
    request_db_done(q);
    *ret = password.n && password.n <= LIMIT_PASSWORD_MAX * 4 && matches_in_turn(hash.p ? hash : q->web->decoy_hash, password) && hash.p;
    return NULL;
}

/* ---- codes on notices ---- */
struct capability { str token, notice; usec now; };

static err *capability_step(struct db *d, void *context)
{
    const struct capability *c = context;
    return db_exec(d, "INSERT INTO access_capability (token, notice, created_at) VALUES (:token, :notice, :now)",
                   DB_ARGS(DB_T("token", c->token), DB_T("notice", c->notice), DB_I("now", c->now)), NULL);
}

/* The code stays readable in the table: it is printed on paper and must be printed again on demand. */
err *access_capability(struct request *q, str notice, str *ret_token)
{
    struct db *d;
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a, "SELECT MIN(token) FROM access_capability WHERE notice = :notice",
                   DB_ARGS(DB_T("notice", notice)), ret_token));
    if (ret_token->p)
        return NULL;
    TRY(request_may_wait(q));
    struct capability c = {token_new(q->a), notice, q->now};
    request_db_done(q);
    TRY(access_write(q->web, capability_step, &c));
    *ret_token = c.token;
    return NULL;
}

err *access_capability_notice(struct request *q, str token, str *ret_notice)
{
    struct db *d;
    *ret_notice = STR_NONE;
    if (token.n < 40 || token.n > 64)
        return NULL;
    TRY(request_db(q, &d));
    return db_one_str(d, q->a, "SELECT notice FROM access_capability WHERE token = :token",
                      DB_ARGS(DB_T("token", token)), ret_notice);
}

err *access_count(struct request *q, int64_t *ret_sessions)
{
    struct db *d;
    TRY(request_db(q, &d));
    return db_one_int(d, "SELECT COUNT(*) FROM access_session WHERE expires_at > :now AND seen_at > :idle",
                      DB_ARGS(DB_I("now", q->now), DB_I("idle", q->now - SESSION_IDLE_MINUTES * USEC_MINUTE)), 0,
                      ret_sessions);
}

/* ---- what was opened ---- */
struct opening { str user, thing; int64_t seq; usec now; };

static err *opening_step(struct db *d, void *context)
{
    const struct opening *p = context;
    return db_exec(d, "INSERT INTO access_opened (user_id, thing, seq, at) VALUES (:user, :thing, :seq, :now)"
                      " ON CONFLICT (user_id, thing) DO UPDATE SET seq = excluded.seq, at = excluded.at",
                   DB_ARGS(DB_T("user", p->user), DB_T("thing", p->thing), DB_I("seq", p->seq), DB_I("now", p->now)), NULL);
}

err *access_open(struct request *q, str thing, int64_t seq)
{
    request_db_done(q);
    return access_write(q->web, opening_step, &(struct opening){q->session.user, thing, seq, q->now});
}

err *access_opened(struct request *q, str thing, int64_t seq, bool *ret)
{
    struct db *d;
    int64_t n;
    TRY(request_db(q, &d));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM access_opened WHERE user_id = :user AND thing = :thing AND seq >= :seq",
                   DB_ARGS(DB_T("user", q->session.user), DB_T("thing", thing), DB_I("seq", seq)), 0, &n));
    *ret = n > 0;
    return NULL;
}
