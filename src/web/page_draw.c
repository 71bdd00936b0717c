/*
 * Pages of a draw: for the office (state, parties, what is still awaited, the sealed result for who opened it), for everybody once it
 * is published, and for a company that asks why it was picked. What a reader may not know yet is not in the page, not hidden in it.
 */
#include "acts/draw.h"
#include "web/monitor.h"

enum { LIMIT_SHOWN = 1000 };

static const char *kind_word(enum draw_kind k)
{
    static const char *const words[] = {"检查对象", "执法人员", "辅助人员"};
    return words[k];
}

static str region_word(int64_t code)
{
    const struct region *r = region_find((int)code);
    return r ? str_of(r->name) : S("不限");
}

/* 0.0001 % as people read it: never more than is promised. */
static str percent(struct arena *a, int64_t millionths)
{
    return arena_printf(a, "%lld.%02lld%%", (long long)(millionths / 10000), (long long)(millionths / 100 % 100));
}

/* What a name of the pool is called; the name itself is what the file says. */
static err *title_of(struct request *q, enum draw_kind kind, str who, str *ret)
{
    static const char *const sql[] = {
        "SELECT name FROM subject WHERE id = :id", "SELECT name FROM users WHERE id = :id",
        "SELECT name FROM member WHERE id = :id UNION ALL SELECT name FROM provider WHERE id = :id"};
    struct db *d;
    str rest = who, first;
    str_next(&rest, ':', &first);
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a, sql[kind], DB_ARGS(DB_T("id", rest.p ? rest : who)), ret));
    if (!ret->p)
        *ret = who;
    return NULL;
}

/* ---- the plan ---- */

static err *strata_table(struct request *q, struct out *o, str id)
{
    struct db *d;
    struct db_rows rows;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT number, kind, class, region, ratio, per, base, fewest, able, quota, chance, reserve FROM draw_stratum"
                          " WHERE draw = :id ORDER BY number", DB_ARGS(DB_T("id", id)), &rows));
    w(o, H("<h2>分层与机会</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th>层</th><th>抽什么</th><th>类别</th><th>区划</th>"
           "<th>可抽</th><th>抽取</th><th>依据</th><th>候补</th><th>最低机会</th></tr></thead><tbody>"));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        str kind = db_str(&rows, 1), class = db_str(&rows, 2);
        w(o, H("<tr><td data-label=\"层\">"), db_int(&rows, 0), H("</td><td data-label=\"抽什么\">"),
          str_eq(kind, S("officer")) ? "执法人员" : str_eq(kind, S("helper")) ? "辅助人员" : "检查对象", H("</td><td data-label=\"类别\">"),
          class.n ? label_of(class, NULL) : S("不限"), H("</td><td data-label=\"区划\">"), region_word(db_int(&rows, 3)),
          H("</td><td data-label=\"可抽\">"), db_int(&rows, 8), H("</td><td data-label=\"抽取\"><b>"), db_int(&rows, 9),
          H("</b></td><td data-label=\"依据\">"));
        if (db_int(&rows, 4))
            w(o, H("比例"), percent(q->a, db_int(&rows, 4) * 100), H(" "));
        if (db_int(&rows, 5))
            w(o, H("在岗执法人员"), db_int(&rows, 6), H("名，每名"), db_int(&rows, 5), H("个 "));
        if (db_int(&rows, 7))
            w(o, H("至少"), db_int(&rows, 7), H("个"));
        w(o, H("</td><td data-label=\"候补\">"), db_int(&rows, 11), H("</td><td data-label=\"最低机会\">"), percent(q->a, db_int(&rows, 10)),
          H("</td></tr>"));
    }
    w(o, H("</tbody></table></div>"));
    return NULL;
}

static const struct { const char *class, *zh; } exclusion_words[] = {
    {"positive_list", "正面清单"}, {"recent", "近期已抽中"}, {"capped", "已达年度检查频次"}, {"closed", "停产或注销"}, {"relation", "利害关系"},
    {"leave", "请假"}, {"other", "其他"}};

static str exclusion_word(str class)
{
    for (size_t i = 0; i < sizeof exclusion_words / sizeof *exclusion_words; i++)
        if (str_eq(class, str_of(exclusion_words[i].class)))
            return str_of(exclusion_words[i].zh);
    return class;
}

static err *exclusions(struct request *q, struct out *o, str id)
{
    struct db *d;
    struct db_rows rows;
    bool any = false;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT x.reason_class, COUNT(*) FROM draw_exclusion x JOIN draw w ON w.id = x.draw WHERE x.draw = :id AND x.seq = w.seq"
                          " GROUP BY x.reason_class ORDER BY x.reason_class", DB_ARGS(DB_T("id", id)), &rows));
    for (bool more;; any = true) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        w(o, any ? H("，") : H("<dt>排除</dt><dd>"), exclusion_word(db_str(&rows, 0)), H(" "), db_int(&rows, 1), H("个"));
    }
    w(o, any ? H("。理由的摘要在公布文件里，事后不能改写</dd>") : H("<dt>排除</dt><dd>没有</dd>"));
    return NULL;
}

static err *party_name(struct request *q, str party, str *ret)
{
    struct db *d;
    str rest = party, first;
    str_next(&rest, ':', &first);
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a, "SELECT name FROM users WHERE id = :id", DB_ARGS(DB_T("id", rest.p ? rest : party)), ret));
    if (!ret->p)
        *ret = party;
    return NULL;
}

static err *party_row(struct request *q, struct out *o, const struct db_rows *rows)
{
    str name;
    bool current = db_int(rows, 6) != 0, revealed = db_int(rows, 3) != 0, asked = db_int(rows, 7) != 0;
    TRY(party_name(q, db_str(rows, 1), &name));
    w(o, H("<tr><td data-label=\"轮次\">第"), db_int(rows, 0), H("轮</td><td data-label=\"承诺方\">"), name,
      H("</td><td data-label=\"摘要\"><code class=\"digest\">"), db_str(rows, 2), H("</code></td><td data-label=\"状态\">"));
    if (db_int(rows, 5))
        w(o, H("<span class=\"badge late\">逾期未公开，失责</span>"));
    else if (revealed)
        w(o, H("<span class=\"badge allowed\">已交</span>"));
    else if (!current)
        w(o, H("未轮到"));
    else if (!asked)
        w(o, H("等执法机构一方先交"));
    else
        w(o, q->now > db_int(rows, 4) ? H("<span class=\"overdue\">已逾期</span>，限") : H("待交，限"), time_chinese(q->a, db_int(rows, 4)));
    w(o, H("</td></tr>"));
    return NULL;
}

static err *parties(struct request *q, struct out *o, str id)
{
    struct db *d;
    struct db_rows rows;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT round, party, digest, COALESCE(revealed_seq, 0), 0, missing, 0, 0, stage FROM draw_past WHERE draw = :id UNION ALL"
                          " SELECT w.round, p.party, p.digest, COALESCE(p.revealed_seq, 0), COALESCE(p.reveal_by, 0), 0, 1, CASE WHEN p.stage = 1"
                          " OR NOT EXISTS (SELECT 1 FROM draw_party f WHERE f.draw = p.draw AND f.stage = 1 AND f.revealed_seq IS NULL) THEN 1 ELSE 0"
                          " END, p.stage FROM draw_party p JOIN draw w ON w.id = p.draw WHERE p.draw = :id ORDER BY 1, 9, 2",
                 DB_ARGS(DB_T("id", id)), &rows));
    w(o, H("<h2>承诺方</h2><p class=\"muted\">各方的秘密全部到齐以前，谁也看不到别人的；执法机构一方先交。</p><div class=\"scroll\">"
           "<table class=\"cards\"><thead><tr><th>轮次</th><th>承诺方</th><th>秘密的摘要</th><th>状态</th></tr></thead><tbody>"));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        TRY(party_row(q, o, &rows));
    }
    w(o, H("</tbody></table></div>"));
    return NULL;
}

/* ---- the result ---- */

static err *places(struct request *q, struct out *o, const struct draw *d)
{
    int64_t shown = 0;
    w(o, H("<h2>抽中名单</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th>层</th><th>次序</th><th>名称</th><th>编号</th><th>机会不低于</th>"
           "</tr></thead><tbody>"));
    for (size_t s = 0; s < d->strata.n; s++)
        for (size_t i = 0; i < d->places[s].n; i++) {
            size_t who = d->places[s].p[i].candidate;
            str title;
            if (!draw_is_chosen(d, who) || shown++ >= LIMIT_SHOWN)
                continue;
            TRY(title_of(q, d->strata.p[s].kind, d->pool.p[who].who, &title));
            w(o, H("<tr><td data-label=\"层\">"), s + 1, H(" "), kind_word(d->strata.p[s].kind), H("</td><td data-label=\"次序\">"), i + 1,
              H("</td><td data-label=\"名称\">"), title, H("</td><td data-label=\"编号\">"), d->pool.p[who].who,
              H("</td><td data-label=\"机会不低于\">"), percent(q->a, draw_chance(d, who)), H("</td></tr>"));
        }
    w(o, H("</tbody></table></div>"));
    if (shown > LIMIT_SHOWN)
        w(o, H("<p class=\"muted\">共"), shown, H("个，此处列出前"), LIMIT_SHOWN, H("个，全部见公布文件。</p>"));
    return NULL;
}

static err *teams(struct request *q, struct out *o, const struct draw *d)
{
    if (!d->teams_n)
        return NULL;
    w(o, H("<h2>分派</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th>对象</th><th>执法人员</th><th>辅助人员</th></tr></thead><tbody>"));
    for (size_t t = 0; t < d->teams_n && t < LIMIT_SHOWN; t++) {
        const struct draw_team *team = &d->teams_now[t];
        str title;
        TRY(title_of(q, DRAW_OBJECT, d->pool.p[team->object].who, &title));
        w(o, H("<tr><td data-label=\"对象\">"), title, H("</td>"));
        for (int k = DRAW_OFFICER; k < DRAW_KINDS; k++) {
            bool first = true;
            w(o, k == DRAW_OFFICER ? H("<td data-label=\"执法人员\">") : H("<td data-label=\"辅助人员\">"));
            for (size_t i = 0; i < team->n; i++)
                if ((int)d->strata.p[d->pool.p[team->crew[i]].stratum - 1].kind == k) {
                    TRY(title_of(q, (enum draw_kind)k, d->pool.p[team->crew[i]].who, &title));
                    w(o, first ? H("") : H("、"), title);
                    first = false;
                }
            w(o, first ? H("—</td>") : H("</td>"));
        }
        w(o, H("</tr>"));
    }
    w(o, H("</tbody></table></div>"));
    return NULL;
}

static err *changes(struct request *q, struct out *o, const struct draw *d)
{
    for (size_t i = 0; i < d->changes.n; i++) {
        str old, next;
        enum draw_kind kind = d->strata.p[d->changes.p[i].stratum - 1].kind;
        TRY(title_of(q, kind, d->changes.p[i].who, &old));
        TRY(title_of(q, kind, d->changes.p[i].by, &next));
        w(o, i ? H("") : H("<h2>递补</h2>"), H("<p>"), old, H("由次序下一名"), next, H("递补（第"), d->changes.p[i].entry, H("号记录）。</p>"));
    }
    return NULL;
}

static void how_to_verify(struct request *q, struct out *o, str href, str plan, str file)
{
    w(o, H("<h2>怎样核验</h2><p><a class=\"button\" href=\""), href, H("\">下载公布文件</a></p>"));
    if (file.n) {
        struct sm3 digest = sm3_of(file.p, file.n);
        w(o, H("<p>文件的国密SM3摘要：<code class=\"digest\">"), sm3_text(q->a, &digest), H("</code></p>"));
    }
    w(o, H("<p>不需要本系统，在自己的电脑上运行其中任何一条，都会从方案、承诺和秘密重新算出每一个抽中者，并指出第一处不符：</p>"
           "<pre>xiezhi draw verify --plan "), plan, H(" 文件\npython3 draw_verify.py 文件 "), plan,
      H("</pre><p class=\"muted\">方案摘要在任何秘密公开以前已经让各承诺方看过，承诺以后的改动都会使它改变。</p>"));
}

static err *result(struct request *q, struct out *o, str id, str href)
{
    struct draw d;
    struct draw_status s;
    struct db *db;
    str file;
    TRY(request_db(q, &db));
    TRY(draw_load(db, q->a, id, &d, &s));
    TRY(places(q, o, &d));
    TRY(teams(q, o, &d));
    TRY(changes(q, o, &d));
    TRY(draw_write(q->a, &d, true, &file));
    how_to_verify(q, o, href, sm3_text(q->a, &d.plan), file);
    return NULL;
}

/* Who opened it: the draw's own office, head and discipline read it as a record of the seal. */
static err *looks(struct request *q, struct out *o, str id)
{
    struct db *d;
    struct db_rows rows;
    if (!(q->reader.roles & (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR))))
        return NULL;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT u.name, l.at, l.seq FROM draw_look l LEFT JOIN users u ON u.id = l.user_id WHERE l.draw = :id ORDER BY l.seq DESC"
                          " LIMIT 200", DB_ARGS(DB_T("id", id)), &rows));
    w(o, H("<h2>谁看过结果</h2>"));
    for (bool more, any = false;; any = true) {
        TRY(db_next(&rows, &more));
        if (!more) {
            w(o, any ? H("</ul>") : H("<p class=\"muted\">公布以前还没有人查看。</p>"));
            return NULL;
        }
        w(o, any ? H("<li>") : H("<ul><li>"), db_str(&rows, 0), H(" · "), time_chinese(q->a, db_int(&rows, 1)), H(" · <a href=\"/receipts/"),
          db_int(&rows, 2), H("\">第"), db_int(&rows, 2), H("号</a></li>"));
    }
}

/* ---- the office's pages ---- */

struct head { str purpose, state, item, preset, plan, agency, day_text; int64_t region, floor, norepeat, round, method, pool_n, quantity, each[2]; usec
              settled_at, seal_until, publish_by, published_at; };

static err *load_head(struct request *q, str id, bool published, struct head *h)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT w.purpose, w.state, w.item, w.preset, w.plan, g.name, w.day, w.region, w.floor, w.norepeat, w.round, w.method,"
                          " w.settled_at, w.seal_until, w.publish_by, w.published_at, w.pool_n, w.quantity, w.officers_each, w.helpers_each FROM draw w"
                          " LEFT JOIN agency g ON g.id = w.agency WHERE w.id = :id", DB_ARGS(DB_T("id", id)), &rows));
    TRY(db_next(&rows, &more));
    if (!more || (published && !db_int(&rows, 15)))
        return err_new(ERR_MISSING, "没有这次抽取，或尚未公布");
    *h = (struct head){.purpose = db_str(&rows, 0), .state = db_str(&rows, 1), .item = db_str(&rows, 2), .preset = db_str(&rows, 3),
                       .plan = db_str(&rows, 4), .agency = db_str(&rows, 5), .day_text = day_chinese(q->a, (day)db_int(&rows, 6)),
                       .region = db_int(&rows, 7), .floor = db_int(&rows, 8), .norepeat = db_int(&rows, 9), .round = db_int(&rows, 10),
                       .method = db_int(&rows, 11), .settled_at = db_int(&rows, 12), .seal_until = db_int(&rows, 13),
                       .publish_by = db_int(&rows, 14), .published_at = db_int(&rows, 15), .pool_n = db_int(&rows, 16),
                       .quantity = db_int(&rows, 17), .each = {db_int(&rows, 18), db_int(&rows, 19)}};
    db_rows_end(&rows);
    return NULL;
}

static const char *purpose_word(str purpose)
{
    return str_eq(purpose, S("officers")) ? "执法人员" : str_eq(purpose, S("providers")) ? "第三方或辅助人员" : "检查对象";
}

static void moment(struct request *q, struct out *o, html label, usec t)
{
    if (t)
        w(o, H("<dt>"), label, H("</dt><dd>"), time_chinese(q->a, t), H("</dd>"));
}

static err *plan_facts(struct request *q, struct out *o, str id, const struct head *h)
{
    w(o, H("<dl class=\"facts\"><dt>执法机构</dt><dd>"), h->agency.n ? h->agency : S("—"), H("</dd><dt>抽取</dt><dd>"), purpose_word(h->purpose), H("："),
      h->pool_n, H("个里抽"), h->quantity, H("个</dd>"));
    if (h->item.n)
        w(o, H("<dt>检查事项</dt><dd>"), h->item, H("</dd>"));
    if (h->region)
        w(o, H("<dt>区划</dt><dd>"), region_word(h->region), H("</dd>"));
    if (h->preset.n)
        w(o, H("<dt>所依抽查办法</dt><dd>"), h->preset, H("</dd>"));
    TRY(exclusions(q, o, id));
    if (h->norepeat)
        w(o, H("<dt>不重复</dt><dd>"), h->norepeat, H("个自然日内抽中过的不再抽</dd>"));
    if (h->floor)
        w(o, H("<dt>最低机会</dt><dd>任何一个都不低于"), percent(q->a, h->floor * 100), H("</dd>"));
    if (h->each[0])
        w(o, H("<dt>分派</dt><dd>每个对象执法人员"), h->each[0], H("名，辅助人员"), h->each[1], H("名</dd>"));
    moment(q, o, H("抽取时间"), h->settled_at);
    moment(q, o, H("密封至"), h->published_at ? 0 : h->seal_until);
    moment(q, o, H("最迟公布"), h->published_at ? 0 : h->publish_by);
    moment(q, o, H("公布时间"), h->published_at);
    w(o, H("<dt>方案摘要</dt><dd><code class=\"digest\">"), h->plan.n ? h->plan : S("旧法，没有摘要"), H("</code></dd></dl>"));
    return NULL;
}

static err *sealed_note(struct request *q, struct out *o, str id)
{
    w(o, H("<h2>抽中名单</h2><p class=\"note\"><b>密封</b>：任务执行完毕或到公布期限以前，只有参加执行的人员可以查看，每次查看都有记录。</p>"));
    if (act_offered(act_type_find(S("draw.look")), &q->reader))
        w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/do/draw.look?draw="), U(id), H("\">查看（记录在案，当日有效）</a></p>"));
    return NULL;
}

/* Inside, whoever may read the thing; outside, a party: its inbox leads here. */
static err *may_see(struct request *q, str id, struct db_value **ret_row)
{
    struct db *d;
    int64_t party;
    *ret_row = NULL;
    TRY(request_db(q, &d));
    err *bad = things_get(d, q->a, thing_find(S("draws")), &q->reader, id, ret_row);
    if (!bad)
        return NULL;
    err_clear();
    *ret_row = NULL;
    TRY(db_one_int(d, "SELECT COUNT(*) FROM draw_party p WHERE p.draw = :id AND (p.party = :user OR p.party = 'user:' || CAST(:user AS TEXT))",
                   DB_ARGS(DB_T("id", id), DB_T("user", q->reader.user)), 0, &party));
    return party ? NULL : err_new(ERR_MISSING, "没有这次抽取，或不在您的查看范围内");
}

static void offer(struct request *q, struct out *o, const char *act, str id, const char *label, bool *first)
{
    const struct act_type *t = act_type_find(str_of(act));
    if (!act_offered(t, &q->reader))
        return;
    w(o, *first ? H("<p class=\"actions\"><a class=\"button primary\" href=\"/do/") : H("<a class=\"button\" href=\"/do/"), act, H("?draw="), U(id),
      H("\">"), label, H("</a>"));
    *first = false;
}

/* What this reader may do next; the law judges, this only keeps the page short. */
static err *offers(struct request *q, struct out *o, str id, const struct head *h)
{
    struct db *d;
    int64_t mine, waiting, overdue;
    bool first = true;
    TRY(request_db(q, &d));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM draw_party p WHERE p.draw = :id AND p.revealed_seq IS NULL AND (p.party = :user OR p.party = 'user:' ||"
                      " CAST(:user AS TEXT))", DB_ARGS(DB_T("id", id), DB_T("user", q->reader.user)), 0, &mine));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM draw_party p WHERE p.draw = :id AND p.revealed_seq IS NULL", DB_ARGS(DB_T("id", id)), 0, &waiting));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM draw_party p WHERE p.draw = :id AND p.revealed_seq IS NULL AND p.reveal_by < :now",
                   DB_ARGS(DB_T("id", id), DB_I("now", q->now)), 0, &overdue));
    if (str_eq(h->state, S("committed"))) {
        if (mine) {
            w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/do/draw.reveal?draw="), U(id), H("&amp;party="), U(q->reader.user));
            if (h->plan.n)
                w(o, H("&amp;plan="), U(h->plan));
            w(o, H("\">交出我的秘密</a>"));
            first = false;
        }
        if (!waiting)
            offer(q, o, "draw.settle", id, "产生抽取结果", &first);
        if (overdue)
            offer(q, o, "draw.renew", id, "另起一轮承诺", &first);
        offer(q, o, "draw.cancel", id, "取消抽取", &first);
    }
    if (str_eq(h->state, S("settled")) && !h->published_at) {
        offer(q, o, "draw.publish", id, "公布抽取结果", &first);
        offer(q, o, "draw.replace", id, "递补替换", &first);
        offer(q, o, "draw.cancel", id, "取消抽取", &first);
    }
    if (!first)
        w(o, H("</p>"));
    return NULL;
}

err *page_draw(struct request *q, struct response *r)
{
    struct head h;
    struct db_value *row;
    struct db *d;
    bool open;
    str id = q->part[0];
    TRY(may_see(q, id, &row));
    TRY(load_head(q, id, false, &h));
    struct out *o = page_begin(q, S("随机抽取"));
    w(o, H("<p class=\"muted\"><a href=\"/draws\">随机抽取</a> / "), id, H("</p><h1>"), h.item.n ? h.item : S("随机抽取"), H("</h1><p>"),
      label_of(h.published_at ? S("published") : h.state, "committed=已承诺，等各方公开 settled=已抽取，密封中 published=已公布 cancelled=已取消"), H("</p>"));
    TRY(offers(q, o, id, &h));
    w(o, H("<section class=\"card\">"));
    TRY(plan_facts(q, o, id, &h));
    TRY(strata_table(q, o, id));
    TRY(parties(q, o, id));
    TRY(request_db(q, &d));
    TRY(draw_open_to(d, id, q->reader.user, q->now, &open));
    if (h.settled_at && str_eq(h.state, S("settled")) && row)
        TRY(open ? result(q, o, id, arena_printf(q->a, "/draws/%.*s/file", STR_ARG(id))) : sealed_note(q, o, id));
    if (row)
        TRY(looks(q, o, id));
    w(o, H("</section>"));
    page_end(q, o, r, 200);
    return NULL;
}

static err *send_file(struct request *q, struct response *r, str id)
{
    struct db *d;
    TRY(request_db(q, &d));
    TRY(draw_export(d, q->a, id, &r->body));
    r->status = 200;
    r->type = "text/plain; charset=utf-8";
    response_header(r, "Content-Disposition", arena_printf(q->a, "attachment; filename=\"%.*s.draw\"", STR_ARG(id)));
    return NULL;
}

err *page_draw_file(struct request *q, struct response *r)
{
    struct db_value *row;
    struct db *d;
    bool open;
    TRY(may_see(q, q->part[0], &row));
    TRY(request_db(q, &d));
    TRY(draw_open_to(d, q->part[0], q->reader.user, q->now, &open));
    if (!row || !open)
        return err_new(ERR_DENIED, "结果在公布以前密封。参加执行的人员请先办理“查看密封的抽取结果”");
    return send_file(q, r, q->part[0]);
}

err *page_draws(struct request *q, struct response *r)
{
    const struct thing *t = thing_find(S("draws"));
    struct thing_query query = {.thing = t, .reader = &q->reader, .limit = 100, .text = S(""), .after = S(""), .newest_first = true};
    struct thing_page page;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    struct out *o = page_begin(q, S("随机抽取"));
    w(o, H("<h1>随机抽取</h1><p class=\"muted\">双随机、一公开：范围、排除和权重先行承诺，结果由各方的秘密推出，任何人可以复算。</p><p class=\"actions\">"));
    if (act_offered(act_type_find(S("draw.commit")), &q->reader))
        w(o, H("<a class=\"button primary\" href=\"/draws/new\">新的抽取</a>"));
    w(o, H("<a class=\"button\" href=\"/public/draws\">已公布的抽取</a></p>"));
    if (page.n)
        thing_table(q, o, t, &page);
    else
        w(o, H("<p class=\"card muted\">还没有抽取。</p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- everybody's pages ---- */

err *page_public_draws(struct request *q, struct response *r)
{
    struct db *d;
    struct db_rows rows;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT w.id, g.name, w.item, w.purpose, w.pool_n, w.quantity, w.published_at FROM draw w LEFT JOIN agency g ON g.id = w.agency"
                          " WHERE w.published_at IS NOT NULL AND w.state = 'settled' ORDER BY w.published_at DESC LIMIT 200", NULL, &rows));
    struct out *o = page_begin(q, S("已公布的随机抽取"));
    w(o, H("<h1>已公布的随机抽取</h1><p class=\"muted\">每次抽取的方案、承诺、秘密和结果全部公开，任何人可以下载复算。</p>"
           "<p class=\"actions\"><a class=\"button primary\" href=\"/method#targeting\">抽取权重怎样得出</a></p><div class=\"scroll\">"
           "<table class=\"cards\"><thead><tr><th>抽取</th><th>执法机构</th><th>抽什么</th><th>数量</th><th>公布时间</th></tr></thead><tbody>"));
    bool any = false;
    for (bool more;; any = true) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        w(o, H("<tr><td data-label=\"抽取\"><a href=\"/public/draws/"), U(db_str(&rows, 0)), H("\">"),
          db_str(&rows, 2).n ? db_str(&rows, 2) : db_str(&rows, 0), H("</a></td><td data-label=\"执法机构\">"), db_str(&rows, 1),
          H("</td><td data-label=\"抽什么\">"), purpose_word(db_str(&rows, 3)), H("</td><td data-label=\"数量\">"), db_int(&rows, 4), H("个里抽"),
          db_int(&rows, 5), H("个</td><td class=\"time\" data-label=\"公布时间\">"), time_chinese(q->a, db_int(&rows, 6)), H("</td></tr>"));
    }
    w(o, H("</tbody></table></div>"));
    if (!any)
        w(o, H("<p class=\"card muted\">还没有公布的抽取。</p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* The public reads the names of companies drawn; officers and helpers stand there as the file names them. */
static err *public_places(struct request *q, struct out *o, const struct draw *d)
{
    w(o, H("<h2>抽中名单</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th>层</th><th>次序</th><th>编号</th><th>名称</th></tr></thead><tbody>"));
    int64_t shown = 0;
    for (size_t s = 0; s < d->strata.n; s++)
        for (size_t i = 0; i < d->places[s].n; i++) {
            size_t who = d->places[s].p[i].candidate;
            str title = S("—");
            if (!draw_is_chosen(d, who) || shown++ >= LIMIT_SHOWN)
                continue;
            if (d->strata.p[s].kind == DRAW_OBJECT)
                TRY(title_of(q, DRAW_OBJECT, d->pool.p[who].who, &title));
            w(o, H("<tr><td data-label=\"层\">"), s + 1, H(" "), kind_word(d->strata.p[s].kind), H("</td><td data-label=\"次序\">"), i + 1,
              H("</td><td data-label=\"编号\">"), d->pool.p[who].who, H("</td><td data-label=\"名称\">"), title, H("</td></tr>"));
        }
    w(o, H("</tbody></table></div>"));
    return NULL;
}

err *page_public_draw(struct request *q, struct response *r)
{
    struct head h;
    struct draw draw;
    struct draw_status status;
    struct db *d;
    str file, id = q->part[0];
    TRY(load_head(q, id, true, &h));
    TRY(request_db(q, &d));
    TRY(draw_load(d, q->a, id, &draw, &status));
    struct out *o = page_begin(q, S("随机抽取"));
    w(o, H("<p class=\"muted\"><a href=\"/public/draws\">已公布的随机抽取</a> / "), id, H("</p><h1>"), h.item.n ? h.item : S("随机抽取"),
      H("</h1><section class=\"card\">"));
    TRY(plan_facts(q, o, id, &h));
    TRY(strata_table(q, o, id));
    TRY(public_places(q, o, &draw));
    TRY(draw_write(q->a, &draw, true, &file));
    how_to_verify(q, o, arena_printf(q->a, "/public/draws/%.*s/file", STR_ARG(id)), sm3_text(q->a, &draw.plan), file);
    w(o, H("</section>"));
    page_end(q, o, r, 200);
    return NULL;
}

err *page_public_draw_file(struct request *q, struct response *r)
{
    struct head h;
    TRY(load_head(q, q->part[0], true, &h));
    return send_file(q, r, q->part[0]);
}

/* ---- why us? ---- */

err *draw_why(struct request *q, struct out *o, str subject, bool *ret_any)
{
    struct db *d;
    struct db_rows rows;
    *ret_any = false;
    TRY(request_db(q, &d));
    /* before the work is known to the company itself (a served notice), it learns nothing of a sealed result; and a notice of
     * other work, entrusted before the draw, does not make it known */
    TRY(db_query(d, q->a,
                 "SELECT w.id, w.item, g.name, w.settled_at, p.weight, p.class, p.chance, s.able, s.quota, w.norepeat, w.published_at, w.floor"
                 " FROM draw_pool p JOIN draw w ON w.id = p.draw JOIN draw_stratum s ON s.draw = p.draw AND s.number = p.stratum LEFT JOIN agency g"
                 " ON g.id = w.agency WHERE p.who = CAST(:subject AS TEXT) AND p.chosen = 1 AND p.kind = 'object' AND w.state = 'settled' AND"
                 " (w.published_at IS NOT NULL OR EXISTS (SELECT 1 FROM notice n JOIN entrustment e ON e.id = n.entrustment WHERE n.subject = p.who"
                 " AND n.served_at >= w.settled_at AND e.seq > w.settle_seq AND e.agency = w.agency)) ORDER BY w.settled_at DESC LIMIT 5",
                 DB_ARGS(DB_T("subject", subject)), &rows));
    for (bool more;; *ret_any = true) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        str class = db_str(&rows, 5);
        w(o, *ret_any ? H("") : H("<h2>为什么抽到我们</h2>"), H("<p><b>"), time_chinese(q->a, db_int(&rows, 3)), H("</b>，"), db_str(&rows, 2),
          H("随机抽取"));
        if (db_str(&rows, 1).n)
            w(o, H("（"), db_str(&rows, 1), H("）"));
        w(o, H("，贵单位被随机抽中。同一层共"), db_int(&rows, 7), H("个，抽"), db_int(&rows, 8), H("个；贵单位的类别："),
          class.n ? label_of(class, NULL) : S("未分类"), H("，权重："), db_int(&rows, 4), H("，被抽中的机会不低于"), percent(q->a, db_int(&rows, 6)));
        if (db_int(&rows, 11))
            w(o, H("（公布的底线是"), percent(q->a, db_int(&rows, 11) * 100), H("）"));
        if (db_int(&rows, 9))
            w(o, H("；"), db_int(&rows, 9), H("个自然日内抽中过的不再抽"));
        w(o, H("。名单由抽取前已经固定的方案和至少两方各自的秘密算出，任何一方都不能挑选。"));
        if (db_int(&rows, 10))
            w(o, H("<a href=\"/public/draws/"), U(db_str(&rows, 0)), H("\">方案、结果和核验方法</a></p>"));
        else
            w(o, H("检查结束后公布全部方案和结果，届时可以自行核验。</p>"));
    }
}

err *page_why(struct request *q, struct response *r)
{
    bool any;
    struct out *o = page_begin(q, S("为什么抽到我们"));
    w(o, H("<div class=\"card sheet\"><h1>随机抽取与本单位</h1>"));
    TRY(draw_why(q, o, q->reader.subject, &any));
    if (!any)
        w(o, H("<p class=\"muted\">没有可以查看的记录：本单位没有在已公布或已送达告知书的随机抽取中被抽中。</p>"));
    w(o, H("<p><a href=\"/public/draws\">已公布的抽取</a></p></div>"));
    page_end(q, o, r, 200);
    return NULL;
}
