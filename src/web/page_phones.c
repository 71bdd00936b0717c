/*
 * 我的手机: whose phones may bring records back. One's own; the head's list holds those of the bureau, a provider's lead those of
 * the members, because a lost phone has to be stopped by whoever hears of it first.
 */
#include "web/field.h"

enum { LIMIT_PHONES_SHOWN = 200, MISSING_SHOWN = 20 };

struct phone_row { str id, name, owner, owner_name; int64_t registered, revoked, synced, offset; bool any_sync; };

#define PHONES_SQL                                                                                  \
    "SELECT p.id, p.name, p.user_id, u.name, p.registered_at, p.revoked_at, a.synced_at, a.offset_us FROM phone p"     \
    " JOIN users u ON u.id = p.user_id LEFT JOIN access_phone a ON a.phone = p.id WHERE p.user_id = :me"               \
    " OR (CAST(:head AS BIGINT) = 1 AND u.agency = CAST(:agency AS TEXT))"                          \
    " OR (CAST(:lead AS BIGINT) = 1 AND u.provider = CAST(:provider AS TEXT))"                      \
    " ORDER BY CASE WHEN p.user_id = :me THEN 0 ELSE 1 END, CASE WHEN p.revoked_at IS NULL THEN 0 ELSE 1 END, p.registered_at DESC" \
    " LIMIT :most"

static err *load(struct request *q, struct phone_row **ret, size_t *ret_n)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    VEC(struct phone_row) list = {0};
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, PHONES_SQL,
                 DB_ARGS(DB_T("me", q->session.user), DB_I("head", (q->reader.roles & ROLE_BIT(ROLE_HEAD)) != 0),
                         DB_I("lead", (q->reader.roles & ROLE_BIT(ROLE_PROVIDER_LEAD)) != 0), DB_T("agency", q->reader.agency),
                         DB_T("provider", q->reader.provider), DB_I("most", LIMIT_PHONES_SHOWN)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(q->a, &list,
                 ((struct phone_row){.id = db_str(&rows, 0), .name = db_str(&rows, 1), .owner = db_str(&rows, 2),
                                     .owner_name = db_str(&rows, 3), .registered = db_int(&rows, 4), .revoked = db_int(&rows, 5),
                                     .synced = db_int(&rows, 6), .offset = db_int(&rows, 7), .any_sync = db_column(&rows, 6).kind == DB_INT}));
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

static void show_clock(struct out *o, int64_t offset)
{
    int64_t s = (offset < 0 ? -offset : offset) / USEC_SECOND;
    if (s < 2)
        w(o, H("，时间一致"));
    else
        w(o, H("，手机"), offset > 0 ? "慢" : "快", s, H("秒"));
}

/* 漏号: what the phone counted and never brought. */
static err *show_missing(struct request *q, struct out *o, str phone)
{
    int64_t *missing;
    size_t n;
    TRY(phone_missing(q, phone, &missing, &n));
    if (!n)
        return NULL;
    w(o, H("<p class=\"alert\">漏号："));
    for (size_t i = 0; i < n && i < MISSING_SHOWN; i++)
        w(o, i ? "、" : "", missing[i]);
    w(o, n > MISSING_SHOWN ? " 等" : "", H("，共"), n, n == LIMIT_MISSING ? "项以上" : "项", H("。这些记录还在手机上，或已丢失：请在这部手机上联网回传；"
      "确已丢失的，补录并说明原因。</p>"));
    return NULL;
}

static err *show_phone(struct request *q, struct out *o, const struct phone_row *p)
{
    bool mine = str_eq(p->owner, q->session.user);
    w(o, H("<li class=\"card phone\"><h2>"), p->name.n ? p->name : S("手机"), H("</h2><p class=\"muted\">"));
    if (!mine)
        w(o, p->owner_name, H(" · "));
    w(o, H("登记于"), time_chinese(q->a, p->registered), H("</p><p>"));
    if (p->revoked)
        w(o, H("<span class=\"badge refused\">已停用</span> "), time_chinese(q->a, p->revoked));
    else if (p->any_sync) {
        w(o, H("最近回传："), time_chinese(q->a, p->synced));
        show_clock(o, p->offset);
    } else
        w(o, H("还没有回传过"));
    w(o, H("</p>"));
    TRY(show_missing(q, o, p->id));
    if (p->revoked) {
        w(o, H("</li>"));
        return NULL;
    }
    w(o, H("<details><summary>停用这部手机</summary><form method=\"post\" action=\"/phones/"), U(p->id), H("/revoke\">"));
    page_csrf(q, o);
    w(o, H("<p>停用后，手机上还没有回传的记录不再接收。</p><label for=\"reason-"), p->id, H("\">理由</label><input id=\"reason-"), p->id,
      H("\" name=\"reason\" maxlength=\"200\" placeholder=\"如：遗失、更换\"><p><button>停用</button></p></form></details></li>"));
    return NULL;
}

static err *show(struct request *q, struct response *r, const struct act_answer *answer, int status)
{
    struct phone_row *list;
    size_t n;
    TRY(load(q, &list, &n));
    struct out *o = page_begin(q, S("我的手机"));
    w(o, H("<h1>我的手机</h1><p>离线记录只从登记过的手机回传。手机丢失的，请立即停用；未回传的内容在手机上加密保存，须口令打开。</p>"));
    if (answer)
        for (size_t i = 0; i < answer->n; i++)
            w(o, H("<p class=\"alert\" role=\"alert\">"), answer->reasons[i].because, H("。"), answer->reasons[i].remedy, H("</p>"));
    if (!n)
        w(o, H("<p class=\"note\">还没有登记手机。请在手机上登录，打开“现场”，按提示登记。</p>"));
    w(o, H("<ul class=\"phones\">"));
    for (size_t i = 0; i < n; i++)
        TRY(show_phone(q, o, &list[i]));
    w(o, H("</ul><p>"));
    if (q->reader.roles & ROLES_FIELD)
        w(o, H("<a class=\"primary button\" href=\"/field\">打开现场</a> <a class=\"button\" href=\"/pin\">设置现场口令</a>"));
    else
        w(o, H("<a class=\"primary button\" href=\"/\">返回首页</a>"));
    w(o, H("</p>"));
    page_end(q, o, r, status);
    return NULL;
}

err *page_phones(struct request *q, struct response *r)
{
    return show(q, r, NULL, 200);
}

err *page_phone_revoke(struct request *q, struct response *r)
{
    struct act_answer answer;
    buf b = buf_make(q->a, 8192);
    struct json_out o = {&b, false};
    str reason = form_get(&q->form, S("reason"));
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("phone.revoke"));
    json_put_str(&o, S("phone"), q->part[0]);
    json_put_str(&o, S("reason"), reason.n ? reason : STR_NONE);
    json_close(&o, '}');
    request_db_done(q);
    TRY(act_perform(q->web->acts, q->a, &(struct act_request){.json = buf_str(&b), .by = q->session.user}, &answer));
    metrics_answer(q->web, answer.verdict);
    if (answer.verdict == ACT_INVALID)
        return answer.invalid;
    if (answer.verdict == ACT_ALLOWED)
        return redirect(r, S("/phones"));
    return show(q, r, &answer, 403);
}
