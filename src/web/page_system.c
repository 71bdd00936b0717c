/*
 * 系统: one page for the three who keep it, and a different one for each. The system administrator sees whether it runs and keeps the users; the
 * security administrator keeps passwords and sessions and may end them; the auditor reads what both did and can do nothing. None of them sees
 * a case.
 */
#include "web/looks.h"
#include "web/roles.h"
#include "web/selfcheck.h"

enum { ACCOUNTS_SHOWN = 20, EVENTS_SHOWN = 100, REFUSED_SHOWN = 50 };

/* ---- 系统自检 ---- */
static void check_rows(struct out *o, const struct checks *c)
{
    static const char *const words[] = {"● 正常", "▲ 注意", "■ 异常", "○ 看不到"};
    const html badge[] = {H("allowed"), H("held"), H("refused"), H("plain")};
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">项目</th><th scope=\"col\">状态</th><th scope=\"col\">看到什么</th>"
           "<th scope=\"col\">怎么办</th></tr></thead><tbody>"));
    for (size_t i = 0; i < c->n; i++)
        w(o, H("<tr><td data-label=\"项目\">"), c->of[i].name, H("</td><td data-label=\"状态\"><span><span class=\"badge "), badge[c->of[i].state], H("\">"), words[c->of[i].state],
          H("</span></span></td><td data-label=\"看到什么\"><span>"), c->of[i].seen, H("</span></td><td data-label=\"怎么办\"><span>"), c->of[i].todo.n ? c->of[i].todo : S("—"),
          H("</span></td></tr>"));
    w(o, H("</tbody></table></div>"));
}

static err *checks_section(struct request *q, struct out *o)
{
    struct checks c;
    size_t wrong = 0;
    TRY(selfcheck(q, &c));
    for (size_t i = 0; i < c.n; i++)
        wrong += c.of[i].state == CHECK_MIND || c.of[i].state == CHECK_BAD;
    w(o, H("<section class=\"card\" id=\"check\"><h2>系统自检</h2>"));
    if (wrong)
        w(o, H("<p class=\"alert\">有"), wrong, H("项需要处理。</p>"));
    else
        w(o, H("<p class=\"fine\">没有需要处理的。</p>"));
    check_rows(o, &c);
    w(o, H("<p class=\"muted\">"), time_chinese(q->a, q->now), H("检查。磁盘剩余低于20%提示，低于5%或1 GB为异常；备份超过26小时提示，超过7个自然日为异常；"
           "证书剩30个自然日提示，剩7个自然日为异常。</p></section>"));
    return NULL;
}

/* ---- the system administrator ---- */
static err *users_section(struct request *q, struct out *o)
{
    struct db *d;
    int64_t users, disabled, none;
    TRY(request_db(q, &d));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM users WHERE disabled_at IS NULL", NULL, 0, &users));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM users WHERE disabled_at IS NOT NULL", NULL, 0, &disabled));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM users u WHERE u.disabled_at IS NULL AND NOT EXISTS (SELECT 1 FROM access_password p WHERE p.user_id = u.id)", NULL, 0, &none));
    w(o, H("<section class=\"card\"><h2>用户</h2><dl class=\"facts\"><dt>在用</dt><dd>"), users, H("</dd><dt>已停用</dt><dd>"), disabled, H("</dd><dt>还没有口令</dt><dd>"), none,
      H("（由安全管理员发放一次性口令）</dd></dl><p class=\"actions\"><a class=\"button\" href=\"/do/user.amend\">变更用户</a><a class=\"button\" href=\"/do/user.disable\">停用用户</a>"
        "<a class=\"button\" href=\"/things/users\">用户清单</a><a class=\"button\" href=\"/import\">批量导入</a></p></section>"
        "<section class=\"card\"><h2>设置与数据</h2><p class=\"actions\"><a class=\"button\" href=\"/settings\">参数</a><a class=\"button\" href=\"/do/policy.set\">变更技术参数</a>"
        "<a class=\"button\" href=\"/do/holiday.import\">导入节假日安排</a><a class=\"button\" href=\"/do/limit.import\">导入排放限值</a>"));
    if (q->web->options.readings)
        w(o, H("<a class=\"button\" href=\"/monitor/health\">设备联网状况</a>"));
    w(o, H("</p></section>"));
    return NULL;
}

/* ---- the security administrator: accounts ---- */
struct account { str id, name; bool disabled, none, must; usec locked, changed; int64_t sessions; usec seen; };

static err *accounts_find(struct request *q, const struct thing_page *page, struct account *ret)
{
    size_t n = thing_columns(thing_find(S("users")));
    struct db *d;
    struct db_rows r;
    bool more;
    TRY(request_db(q, &d));
    for (size_t i = 0; i < page->n; i++) {
        struct account *a = &ret[i];
        *a = (struct account){.id = page->row[i][n].s, .name = page->row[i][n + 1].s};
        TRY(db_query(d, q->a,
                     "SELECT CASE WHEN u.disabled_at IS NULL THEN 0 ELSE 1 END, CASE WHEN p.user_id IS NULL THEN 1 ELSE 0 END, COALESCE(p.must_change, 0),"
                     " COALESCE(p.locked_until, 0), COALESCE(p.changed_at, 0), (SELECT COUNT(*) FROM access_session s WHERE s.user_id = u.id AND s.expires_at > :now"
                     " AND s.seen_at > :idle), COALESCE((SELECT MAX(s.seen_at) FROM access_session s WHERE s.user_id = u.id), 0) FROM users u LEFT JOIN access_password p"
                     " ON p.user_id = u.id WHERE u.id = :id",
                     DB_ARGS(DB_T("id", a->id), DB_I("now", q->now), DB_I("idle", q->now - SESSION_IDLE_MINUTES * USEC_MINUTE)), &r));
        TRY(db_next(&r, &more));
        if (!more)
            continue;
        a->disabled = db_int(&r, 0), a->none = db_int(&r, 1), a->must = db_int(&r, 2), a->locked = db_int(&r, 3), a->changed = db_int(&r, 4);
        a->sessions = db_int(&r, 5), a->seen = db_int(&r, 6);
        db_rows_end(&r);
    }
    return NULL;
}

static void account_button(struct request *q, struct out *o, const struct account *a, const char *what, const char *label)
{
    w(o, H("<form method=\"post\" action=\"/system/accounts\" class=\"inline\"><input type=\"hidden\" name=\"user\" value=\""), a->id, H("\"><input type=\"hidden\" name=\"q\" value=\""),
      utf8_clip(form_get(&q->params, S("q")), 64), H("\">"));
    page_csrf(q, o);
    w(o, H("<button name=\"do\" value=\""), what, H("\" aria-label=\""), label, H("："), a->name, H("\">"), label, H("</button></form>"));
}

static void account_row(struct request *q, struct out *o, const struct account *a)
{
    bool locked = a->locked > q->now;
    w(o, H("<tr><td data-label=\"姓名\"><a href=\"/things/users/"), U(a->id), H("\">"), a->name, H("</a><br><span class=\"muted\">"), a->id, H("</span></td><td data-label=\"口令\"><span>"),
      a->disabled ? S("账号已停用") : a->none ? S("还没有") : a->must ? S("一次性，未更改") : arena_printf(q->a, "%.*s设", STR_ARG(day_chinese(q->a, day_of(a->changed)))));
    if (locked)
        w(o, H(" <span class=\"badge refused\">锁定至"), time_chinese(q->a, a->locked), H("</span>"));
    w(o, H("</span></td><td data-label=\"会话\"><span>"));
    if (a->sessions)
        w(o, a->sessions, H("个，最近"), time_chinese(q->a, a->seen));
    else
        w(o, H("没有"));
    w(o, H("</span></td><td data-label=\"办理\"><span class=\"row-actions\">"));
    if (!a->disabled && !str_eq(a->id, q->session.user))
        account_button(q, o, a, "password", a->none ? "发放口令" : "重发口令");
    if (locked)
        account_button(q, o, a, "unlock", "解除锁定");
    if (a->sessions && !str_eq(a->id, q->session.user))
        account_button(q, o, a, "revoke", "注销会话");
    w(o, H("</span></td></tr>"));
}

static err *accounts_section(struct request *q, struct out *o)
{
    const struct thing *t = thing_find(S("users"));
    str typed = str_trim(utf8_clip(form_get(&q->params, S("q")), 64));
    struct thing_query query = {.thing = t, .reader = &q->reader, .text = typed.n ? typed : S(""), .limit = ACCOUNTS_SHOWN, .after = S("")};
    struct thing_page page;
    struct db *d;
    if (form_get(&q->params, S("after")).n)
        query.after = form_get(&q->params, S("after"));
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    struct account *a = NEW_ARRAY(q->a, page.n + 1, struct account);
    TRY(accounts_find(q, &page, a));
    w(o, H("<section class=\"card\" id=\"accounts\"><h2>口令与会话</h2><form class=\"find\" method=\"get\" role=\"search\"><div><label for=\"q\">姓名含</label><input id=\"q\" name=\"q\" maxlength=\"64\" value=\""),
      typed, H("\"></div><button class=\"primary\">查找</button></form>"));
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">姓名</th><th scope=\"col\">口令</th><th scope=\"col\">会话</th><th scope=\"col\">办理</th></tr></thead><tbody>"));
    for (size_t i = 0; i < page.n; i++)
        account_row(q, o, &a[i]);
    w(o, H("</tbody></table></div>"));
    if (page.next.n)
        w(o, H("<p class=\"actions\"><a class=\"button\" rel=\"next\" href=\"?after="), U(page.next), H("&amp;q="), U(typed), H("\">下一页</a></p>"));
    w(o, H("<p class=\"muted\">口令发放、解除锁定、注销会话都有记录，由审计员查看。角色由系统管理员登记，您在<a href=\"/things/users\">用户清单</a>核对。</p></section>"));
    return NULL;
}

/* ---- the auditor ---- */
static err *events_section(struct request *q, struct out *o)
{
    struct db *d;
    struct db_rows r;
    int n = 0;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT e.at, COALESCE(b.name, e.by_user), e.what, COALESCE(u.name, e.about) FROM access_event e LEFT JOIN users b ON b.id = e.by_user LEFT JOIN users u"
                          " ON u.id = e.about ORDER BY e.at DESC, e.id DESC LIMIT :limit", DB_ARGS(DB_I("limit", EVENTS_SHOWN)), &r));
    w(o, H("<section class=\"card\" id=\"events\"><h2>账号管理记录</h2>"));
    for (;; n++) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        if (!n)
            w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">时间</th><th scope=\"col\">办理人</th><th scope=\"col\">事项</th><th scope=\"col\">账号</th></tr></thead><tbody>"));
        w(o, H("<tr><td class=\"time\" data-label=\"时间\">"), time_chinese(q->a, db_int(&r, 0)), H("</td><td data-label=\"办理人\">"), db_str(&r, 1), H("</td><td data-label=\"事项\">"),
          label_of(db_str(&r, 2), "password=发放一次性口令 unlock=解除锁定 revoke=注销会话"), H("</td><td data-label=\"账号\">"), db_str(&r, 3), H("</td></tr>"));
    }
    w(o, n ? H("</tbody></table></div></section>") : H("<p class=\"muted\">还没有。</p></section>"));
    return NULL;
}

static err *audit_section(struct request *q, struct out *o)
{
    struct db *d;
    int64_t today, refused, locked;
    usec from = day_start(day_of(q->now));
    TRY(request_db(q, &d));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM act_log WHERE received_at >= :from", DB_ARGS(DB_I("from", from)), 0, &today));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM act_log WHERE received_at >= :from AND verdict = 2", DB_ARGS(DB_I("from", from)), 0, &refused));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM access_password WHERE locked_until > :now", DB_ARGS(DB_I("now", q->now)), 0, &locked));
    w(o, H("<div class=\"figures\"><article class=\"figure\"><h2>今日办理</h2><p class=\"value\"><a href=\"/things/acts\">"), today,
      H("</a></p><p class=\"muted\">账本今天新增的条目</p></article><article class=\"figure\"><h2>今日不予</h2><p class=\"value\"><a href=\"/things/acts?verdict=refused\">"), refused,
      H("</a></p><p class=\"muted\">被规则拒绝的办理</p></article><article class=\"figure\"><h2>锁定的账号</h2><p class=\"value\">"), locked,
      H("</p><p class=\"muted\">口令连续错误，15分钟内不能登录</p></article></div><section class=\"card\"><h2>日志</h2><p class=\"actions\">"
        "<a class=\"button primary\" href=\"/things/acts\">查看办理记录</a><a class=\"button\" href=\"/supervise/who\">谁看过</a><a class=\"button\" href=\"/things/exports\">导出记录</a>"
        "<a class=\"button\" href=\"/things/policies\">参数调整</a><a class=\"button\" href=\"/trace\">水印溯源</a></p>"
        "<p class=\"muted\">账本由程序 xiezhi verify 逐条核对；改动任何一个字节都会被发现并指出是哪一条。</p></section>"));
    return events_section(q, o);
}

err *page_system(struct request *q, struct response *r)
{
    uint32_t roles = q->reader.roles;
    bool sysadmin = roles & ROLE_BIT(ROLE_SYSADMIN), secadmin = roles & ROLE_BIT(ROLE_SECADMIN);
    struct out *o = page_begin(q, S("系统"));
    w(o, H("<div class=\"title\"><h1>"), sysadmin ? S("系统管理") : secadmin ? S("安全管理") : S("审计"), H("</h1>"));
    if (sysadmin)
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/do/user.register\">登记用户</a></p>"));
    w(o, H("</div>"));
    if (roles & ROLE_BIT(ROLE_AUDITOR))
        TRY(audit_section(q, o));
    if (secadmin)
        TRY(accounts_section(q, o));
    TRY(checks_section(q, o));
    if (sysadmin)
        TRY(users_section(q, o));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- what the security administrator does to an account ---- */
struct account_change { str what, user, by, id; usec now; };

static err *change_step(struct db *d, void *context)
{
    const struct account_change *c = context;
    if (str_eq(c->what, S("unlock")))
        TRY(db_exec(d, "UPDATE access_password SET failures = 0, locked_until = 0 WHERE user_id = :user", DB_ARGS(DB_T("user", c->user)), NULL));
    if (str_eq(c->what, S("revoke")))
        TRY(db_exec(d, "DELETE FROM access_session WHERE user_id = :user", DB_ARGS(DB_T("user", c->user)), NULL));
    return db_exec(d, "INSERT INTO access_event (id, at, by_user, what, about, detail) VALUES (:id, :at, :by, :what, :about, '')",
                   DB_ARGS(DB_T("id", c->id), DB_I("at", c->now), DB_T("by", c->by), DB_T("what", c->what), DB_T("about", c->user)), NULL);
}

/* Shown once, to the one who hands it over; it must be changed at the first sign-in. */
static err *password_once(struct request *q, struct response *r, str user, str name)
{
    str password = str_sub(token_new(q->a), 0, 20);
    TRY(web_set_password(q->web->store, user, password, true, PASSWORD_INTERACTIVE));
    struct out *o = page_begin(q, S("一次性口令"));
    w(o, H("<div class=\"card narrow\"><h1>一次性口令</h1><dl class=\"facts\"><dt>账号</dt><dd>"), name, H("（"), user, H("）</dd><dt>口令</dt><dd><code class=\"once\">"), password,
      H("</code></dd></dl><p class=\"note\">只显示这一次。请当面交给本人，首次登录须更改；原来的会话已全部注销。</p><p class=\"actions\"><a class=\"button primary\" href=\"/system#accounts\">已交给本人</a></p></div>"));
    page_end(q, o, r, 200);
    return NULL;
}

err *page_accounts_submit(struct request *q, struct response *r)
{
    const struct thing *t = thing_find(S("users"));
    str what = form_get(&q->form, S("do")), user = form_get(&q->form, S("user")), typed = form_get(&q->form, S("q"));
    struct db_value *row;
    struct db *d;
    uint8_t random[10];
    if (!str_eq(what, S("password")) && !str_eq(what, S("unlock")) && !str_eq(what, S("revoke")))
        return err_at(err_new(ERR_INPUT, "没有这个操作"), S("do"));
    if (str_eq(user, q->session.user))
        return err_new(ERR_DENIED, "不能对自己的账号办理，请用“修改密码”");
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, user, &row));
    str name = arena_str(q->a, row[thing_columns(t) + 1].s);
    random_bytes(random, sizeof random);
    struct account_change c = {what, user, q->session.user, ulid_make(q->a, q->now, random), q->now};
    request_db_done(q);
    TRY(access_write(q->web, change_step, &c));
    if (str_eq(what, S("password")))
        return password_once(q, r, user, name);
    struct out where = {buf_make(q->a, 1000), q->a};
    w(&where, H("/system?q="), U(utf8_clip(typed, 64)), H("#accounts"));
    return redirect(r, buf_str(&where.b));
}
