/*
 * The replay of a visit at the desk: who was inside with whom, as a picture and as a list in the order of what happened. The times
 * are those of the phones with what their clocks may be off; what came late says by how much and why. Nothing is changed here.
 */
#include "web/field.h"

#include <string.h>

enum { LIMIT_CAPTURE_FILE = 64 << 20, LIMIT_SHOWN = 600, PICTURE = 1000, NAMES = 150, LANE = 34, HEAD = 26 };

struct happening {
    str what;      /* enter leave served capture material reconciled incident closed */
    str person, detail, link, reason;
    int64_t time, error_s, received, mark;
    bool offline, late, borrowed, bad, has_offset, album;
    int64_t offset;
    bool quarantined, doubtful;
};
typedef VEC(struct happening) happenings;

/* `a` is said before `b` when both are at one time: first who came, last who left. */
#define HAPPENINGS_SQL                                                                              \
    "SELECT x.what, x.person, x.detail, x.link, x.reason, x.time, x.error_s, x.received, x.mark, x.offline, x.late, x.borrowed, x.offset_s," \
    " x.album, x.quarantined, x.doubtful FROM ("                                                    \
    " SELECT CASE p.kind WHEN 1 THEN 'enter' ELSE 'leave' END AS what, COALESCE(m.name, u.name, p.person) AS person,"      \
    "  CASE p.helper WHEN 1 THEN '辅助人员' ELSE '执法人员' END AS detail, NULL AS link, p.late_reason AS reason, p.time AS time,"      \
    "  p.error_s AS error_s, COALESCE(l.received_at, p.time) AS received, p.mark AS mark, p.offline AS offline, p.late AS late,"        \
    "  p.borrowed AS borrowed, p.code_offset_s AS offset_s, 0 AS album, 0 AS quarantined, 0 AS doubtful, p.seq AS seq"     \
    "  FROM presence_event p LEFT JOIN member m ON m.id = p.person LEFT JOIN users u ON u.id = p.person"                   \
    "  LEFT JOIN act_log l ON l.seq = p.seq WHERE p.visit = :visit"                                 \
    " UNION ALL SELECT 'served', n.recipient, CAST(n.method AS TEXT), n.id, NULL, n.served_at, 0, COALESCE(l.received_at, n.served_at), 0, 0," \
    "  0, 0, NULL, 0, 0, 0, n.served_seq FROM notice n JOIN visit v ON v.entrustment = n.entrustment AND v.subject = n.subject"         \
    "  LEFT JOIN act_log l ON l.seq = n.served_seq WHERE v.id = :visit AND n.state = 'served'"      \
    " UNION ALL SELECT 'capture', u.name, k.kind, k.id, k.text, k.captured_at, k.error_s, k.received_at, 0, 0, 0, 0, NULL," \
    "  CASE k.origin WHEN 'album' THEN 1 ELSE 0 END, 0, 0, k.seq FROM visit_capture k LEFT JOIN users u ON u.id = k.author WHERE k.visit = :visit" \
    " UNION ALL SELECT 'material', m.name, t.kind, t.id, t.title, t.captured_at, 0, COALESCE(l.received_at, t.captured_at), 0, 0, 0, 0, NULL, 0," \
    "  t.quarantined, t.doubtful, t.seq FROM material t LEFT JOIN member m ON m.id = t.author LEFT JOIN act_log l ON l.seq = t.seq"     \
    "  WHERE t.visit = :visit AND t.captured_at IS NOT NULL"                                        \
    " UNION ALL SELECT 'closed', NULL, NULL, NULL, NULL, v.closed_at, 0, v.closed_at, 0, 0, 0, 0, NULL, 0, 0, 0, v.state_seq"           \
    "  FROM visit v WHERE v.id = :visit AND v.closed_at IS NOT NULL) x ORDER BY x.time, x.seq LIMIT :most"

static err *load(struct request *q, struct db *d, str visit, happenings *ret)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, q->a, HAPPENINGS_SQL, DB_ARGS(DB_T("visit", visit), DB_I("most", LIMIT_SHOWN)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        vec_push(q->a, ret,
                 ((struct happening){.what = db_str(&rows, 0), .person = db_str(&rows, 1), .detail = db_str(&rows, 2), .link = db_str(&rows, 3),
                                     .reason = db_str(&rows, 4), .time = db_int(&rows, 5), .error_s = db_int(&rows, 6),
                                     .received = db_int(&rows, 7), .mark = db_int(&rows, 8), .offline = db_int(&rows, 9) != 0,
                                     .late = db_int(&rows, 10) != 0, .borrowed = db_int(&rows, 11) != 0,
                                     .has_offset = db_column(&rows, 12).kind == DB_INT, .offset = db_int(&rows, 12),
                                     .album = db_int(&rows, 13) != 0, .quarantined = db_int(&rows, 14) != 0, .doubtful = db_int(&rows, 15) != 0}));
    }
}

static str person_name(struct request *q, struct db *d, str person)
{
    str name = STR_NONE;
    err *e = db_one_str(d, q->a, "SELECT name FROM (SELECT name FROM member WHERE id = :id UNION ALL SELECT name FROM users WHERE id = :id) w LIMIT 1",
                        DB_ARGS(DB_T("id", person)), &name);
    if (e)
        err_clear();
    return name.p ? name : person;
}

static str clock_text(struct request *q, usec t)
{
    usec day_time = (t + 8 * USEC_HOUR) % USEC_DAY;
    return arena_printf(q->a, "%02d:%02d", (int)(day_time / USEC_HOUR), (int)(day_time % USEC_HOUR / USEC_MINUTE));
}

/* ---- the picture: a lane for each person; green accompanied, red alone, hatched edges where clocks may be off ---- */

struct scale { usec from, to; };

static int place(const struct scale *s, usec t)
{
    usec length = s->to > s->from ? s->to - s->from : 1;
    usec in = t < s->from ? 0 : t > s->to ? length : t - s->from;
    return NAMES + (int)(in * (PICTURE - NAMES - 10) / length);
}

static void bar(struct request *q, struct out *o, const struct scale *s, const char *class, int lane, usec from, usec to, const char *says)
{
    int x = place(s, from), width = place(s, to) - x;
    w(o, H("<rect class=\""), class, H("\" x=\""), x, H("\" y=\""), HEAD + lane * LANE + 6, H("\" width=\""), width < 3 ? 3 : width,
      H("\" height=\"20\"><title>"), says, H(" "), clock_text(q, from), H("—"), clock_text(q, to), H("</title></rect>"));
}

static void hours(struct request *q, struct out *o, const struct scale *s, int lanes)
{
    usec step = (s->to - s->from) > 12 * USEC_HOUR ? 4 * USEC_HOUR : (s->to - s->from) > 4 * USEC_HOUR ? USEC_HOUR : 30 * USEC_MINUTE;
    for (usec t = s->from - s->from % step + step; t < s->to; t += step)
        w(o, H("<line class=\"hour\" x1=\""), place(s, t), H("\" x2=\""), place(s, t), H("\" y1=\""), HEAD - 4, H("\" y2=\""), HEAD + lanes * LANE,
          H("\"/><text class=\"hour\" x=\""), place(s, t), H("\" y=\"14\">"), clock_text(q, t), H("</text>"));
}

static int lane_of(const struct presence *p, size_t i) /* intervals of one person stand together */
{
    int lane = 0;
    for (size_t k = 1; k <= i; k++)
        lane += !str_eq(p->intervals[k].person, p->intervals[k - 1].person);
    return lane;
}

static struct scale scale_of(const struct presence *p, const happenings *all)
{
    struct scale s = {INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < p->intervals_n; i++) {
        s.from = p->intervals[i].from < s.from ? p->intervals[i].from : s.from;
        s.to = p->intervals[i].to > s.to ? p->intervals[i].to : s.to;
    }
    for (size_t i = 0; i < all->n; i++) { /* what lies a day away (served before) would flatten the rest */
        usec t = all->p[i].time;
        if (t > s.from - 2 * USEC_HOUR && t < s.to + 2 * USEC_HOUR) {
            s.from = t < s.from ? t : s.from;
            s.to = t > s.to ? t : s.to;
        }
    }
    s.from -= 10 * USEC_MINUTE;
    s.to += 10 * USEC_MINUTE;
    return s;
}

static void ticks(struct out *o, const struct scale *s, const happenings *all, int lanes)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct happening *h = &all->p[i];
        bool shown = str_eq(h->what, S("capture")) || str_eq(h->what, S("material")) || str_eq(h->what, S("served"));
        if (!shown || h->time < s->from || h->time > s->to)
            continue;
        w(o, H("<path class=\"tick "), h->quarantined ? "alone" : h->doubtful ? "doubt" : "", H("\" d=\"M"), place(s, h->time), H(" "), HEAD + lanes * LANE,
          H(" l5 10 h-10 z\"><title>"), str_eq(h->what, S("served")) ? "告知书送达" : str_eq(h->what, S("capture")) ? "现场记录" : "辅助人员材料",
          H("</title></path>"));
    }
}

static void picture(struct request *q, struct out *o, struct db *d, const struct presence *p, const happenings *all)
{
    struct scale s = scale_of(p, all);
    int lanes = p->intervals_n ? lane_of(p, p->intervals_n - 1) + 1 : 0;
    w(o, H("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"在场时段图\"><svg class=\"replay\" viewBox=\"0 0 "), PICTURE, H(" "), HEAD + lanes * LANE + 16,
      H("\" role=\"img\" aria-label=\"每人在场的时段；绿色为有执法人员陪同，红色为无陪同\">"));
    hours(q, o, &s, lanes);
    for (size_t i = 0; i < p->intervals_n; i++) {
        const struct presence_interval *x = &p->intervals[i];
        int lane = lane_of(p, i);
        if (i == 0 || !str_eq(x->person, p->intervals[i - 1].person))
            w(o, H("<text class=\"name\" x=\"0\" y=\""), HEAD + lane * LANE + 21, H("\">"), utf8_clip(person_name(q, d, x->person), 6), x->helper ? "（辅助）" : "", H("</text>"));
        bar(q, o, &s, x->helper ? "in helper" : "in officer", lane, x->from, x->to, x->open ? "仍在场" : "在场");
        if (x->from_error)
            bar(q, o, &s, "unsure", lane, x->from - x->from_error, x->from + x->from_error, "到场时间的误差");
        if (x->to_error)
            bar(q, o, &s, "unsure", lane, x->to - x->to_error, x->to + x->to_error, "离场时间的误差");
    }
    for (size_t k = 0; k < p->stretches_n; k++)
        for (size_t i = 0; i < p->intervals_n; i++)
            if (str_eq(p->intervals[i].person, p->stretches[k].member) && (i == 0 || !str_eq(p->intervals[i - 1].person, p->stretches[k].member)))
                bar(q, o, &s, p->stretches[k].certain ? "alone" : "doubt", lane_of(p, i), p->stretches[k].from, p->stretches[k].to,
                    p->stretches[k].certain ? "无执法人员陪同" : "陪同存疑");
    ticks(o, &s, all, lanes);
    w(o, H("</svg></div><p class=\"legend\"><span class=\"key green\"></span>有陪同 <span class=\"key red\"></span>无陪同 <span class=\"key amber\"></span>"
           "存疑（在时钟误差或离场容差之内） <span class=\"key blue\"></span>执法人员在场</p>"));
}

/* ---- the list ---- */

static const char *word_of(const struct happening *h)
{
    static const struct { const char *what, *word; } words[] = {{"enter", "到场"}, {"leave", "离场"}, {"served", "告知书送达"},
                                                                {"capture", "现场记录"}, {"material", "辅助人员材料"}, {"closed", "现场结束"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(h->what, str_of(words[i].what)))
            return words[i].word;
    return "";
}

static str delay_text(struct request *q, usec delay)
{
    int64_t minutes = delay / USEC_MINUTE;
    if (minutes < 60)
        return arena_printf(q->a, "%lld分钟", (long long)minutes);
    if (minutes < 48 * 60)
        return arena_printf(q->a, "%lld小时%lld分钟", (long long)(minutes / 60), (long long)(minutes % 60));
    return arena_printf(q->a, "%lld天%lld小时", (long long)(minutes / 1440), (long long)(minutes % 1440 / 60));
}

static void badges(struct request *q, struct out *o, const struct happening *h)
{
    usec delay = h->received - h->time;
    bool capture = str_eq(h->what, S("capture"));
    if (capture)
        w(o, H(" <span class=\"badge "), h->album ? "late" : "plain", H("\">"), h->album ? "相册导入" : "现场拍摄", H("</span>"));
    if (h->mark == MARK_UNRECOGNISED)
        w(o, H(" <span class=\"badge refused\">未予认可</span>"));
    if (h->mark == MARK_UNAWARE)
        w(o, H(" <span class=\"badge late\">不知情期间</span>"));
    if (h->late || delay > 10 * USEC_MINUTE)
        w(o, H(" <span class=\"badge late\">"), h->offline && !h->late ? "离线登记" : "补录", H("</span> <span class=\"muted\">迟"), delay_text(q, delay), H("收到</span>"));
    if (h->borrowed)
        w(o, H(" <span class=\"badge plain\">借用设备</span>"));
    if (h->quarantined)
        w(o, H(" <span class=\"badge refused\">取得时无陪同，已隔离</span>"));
    else if (h->doubtful)
        w(o, H(" <span class=\"badge late\">取得时陪同存疑</span>"));
}

/* Its file may still be on the phone. */
static bool capture_there(struct request *q, str id)
{
    struct db *d;
    struct sm3 digest;
    str text = S(""), path;
    err *e = request_db(q, &d);
    if (!e)
        e = db_one_str(d, q->a, "SELECT digest FROM visit_capture WHERE id = :id", DB_ARGS(DB_T("id", id)), &text);
    bool known = !e && sm3_from_text(text, &digest);
    if (known)
        e = blob_path(q->web->store, q->a, &digest, &path);
    if (e)
        err_clear();
    return known && !e;
}

static void happening_row(struct request *q, struct out *o, const struct happening *h)
{
    bool capture = str_eq(h->what, S("capture")), material = str_eq(h->what, S("material"));
    w(o, H("<li><time>"), clock_text(q, h->time), H("</time>"));
    if (h->error_s)
        w(o, H("<span class=\"muted\"> ±"), h->error_s < 120 ? h->error_s : h->error_s / 60, h->error_s < 120 ? "秒" : "分钟", H("</span>"));
    w(o, H(" <b>"), word_of(h), H("</b> "));
    if (capture || material)
        w(o, enum_label(h->detail), H(" "));
    if (h->person.p)
        w(o, h->person, H(" "));
    if (str_eq(h->what, S("enter")) || str_eq(h->what, S("leave")))
        w(o, H("<span class=\"muted\">"), h->detail, H("</span>"));
    if (str_eq(h->what, S("served")))
        w(o, H("<span class=\"muted\">"), enum_label(h->detail), H("</span>"));
    badges(q, o, h);
    if (h->has_offset)
        w(o, H("<div class=\"muted\">按到场码，执法人员手机比本机"), h->offset >= 0 ? "快" : "慢", h->offset >= 0 ? h->offset : -h->offset, H("秒</div>"));
    if (h->reason.n)
        w(o, H("<div>"), h->late ? "补录理由：" : "", h->reason, H("</div>"));
    if (capture && !str_eq(h->detail, S("note"))) {
        if (capture_there(q, h->link))
            w(o, H("<div><a href=\"/captures/"), U(h->link), H("/file\">下载原始文件</a></div>"));
        else
            w(o, H("<div class=\"muted\">原始文件还在手机上，没有上传</div>"));
    }
    if (material)
        w(o, H("<div><a href=\"/things/materials/"), U(h->link), H("\">查看材料</a></div>"));
    w(o, H("</li>"));
}

static void list(struct request *q, struct out *o, const happenings *all)
{
    day last = DAY_NONE;
    w(o, H("<ol class=\"happenings\">"));
    for (size_t i = 0; i < all->n; i++) {
        day on = day_of(all->p[i].time);
        if (on != last)
            w(o, H("<li class=\"day\">"), day_chinese(q->a, on), H("</li>"));
        last = on;
        happening_row(q, o, &all->p[i]);
    }
    if (!all->n)
        w(o, H("<li>还没有登记。</li>"));
    w(o, H("</ol>"));
    if (all->n == LIMIT_SHOWN)
        w(o, H("<p class=\"note\">只列出最早的"), LIMIT_SHOWN, H("项；其余见现场的进出记录和材料。</p>"));
}

/* Each stretch alone is said; what clocks leave open is said in one line: the picture shows where. */
static void summary(struct request *q, struct out *o, struct db *d, const struct presence *p)
{
    usec doubt = 0;
    bool alone = false;
    for (size_t i = 0; i < p->stretches_n; i++) {
        const struct presence_stretch *s = &p->stretches[i];
        alone = alone || s->certain;
        if (!s->certain) {
            doubt += s->to - s->from;
            continue;
        }
        w(o, H("<p class=\"alert\">"), person_name(q, d, s->member), H(" "), time_chinese(q->a, s->from), H("至"), clock_text(q, s->to),
          H("无执法人员陪同，共"), (s->to - s->from + USEC_MINUTE - 1) / USEC_MINUTE, H("分钟。其间取得的材料予以隔离。</p>"));
    }
    if (doubt)
        w(o, H("<p class=\"note\">"), alone ? "另有" : "有", (doubt + USEC_MINUTE - 1) / USEC_MINUTE, H("分钟在时钟误差或离场容差之内，陪同情况存疑。</p>"));
    if (!alone && !doubt && p->intervals_n)
        w(o, H("<p class=\"fine\">辅助人员在场期间均有执法人员陪同。</p>"));
}

/* What comes next, for whom it is: one filled button whoever looks. */
static void next_step(struct request *q, struct out *o, str visit, str state, int64_t unreconciled)
{
    bool officer = (q->reader.roles & ROLE_BIT(ROLE_OFFICER)) != 0, running = str_eq(state, S("approved")) || str_eq(state, S("planned"));
    w(o, H("<p class=\"actions\">"));
    if (officer && unreconciled)
        w(o, H("<a class=\"primary button\" href=\"/do/presence.reconcile?visit="), U(visit), H("\">核对到场离场</a> "));
    else if (officer && running)
        w(o, H("<a class=\"primary button\" href=\"/do/visit.close?visit="), U(visit), H("\">结束现场</a> "));
    else
        w(o, H("<a class=\"primary button\" href=\"/things/visits/"), U(visit), H("\">现场的审批和文书</a> "));
    if (officer && (unreconciled || running))
        w(o, H("<a class=\"button\" href=\"/things/visits/"), U(visit), H("\">现场的审批和文书</a>"));
    w(o, H("</p>"));
}

err *page_visit(struct request *q, struct response *r)
{
    const struct thing *t = thing_find(S("visits"));
    struct db *d;
    struct db_value *row;
    struct presence p;
    happenings all = {0};
    int64_t unreconciled;
    str company;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, q->part[0], &row));
    str visit = q->part[0], state = named_value(t, row, "state");
    TRY(visit_presence_now(d, q->a, visit, q->now, &p));
    TRY(load(q, d, visit, &all));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM presence_event p JOIN visit v ON v.id = p.visit WHERE p.visit = :visit"
                      " AND (p.offline = 1 OR p.late = 1) AND p.seq > COALESCE(v.reconciled_seq, 0)",
                   DB_ARGS(DB_T("visit", visit)), 0, &unreconciled));
    TRY(db_one_str(d, q->a, "SELECT s.name FROM visit v JOIN subject s ON s.id = v.subject WHERE v.id = :visit", DB_ARGS(DB_T("visit", visit)), &company));
    struct out *o = page_begin(q, S("现场回放"));
    page_mark(q, o);
    w(o, H("<p class=\"muted\"><a href=\"/things/visits\">现场</a> / <a href=\"/things/visits/"), U(visit), H("\">"), visit, H("</a></p><h1>现场回放："), company, H("</h1>"));
    next_step(q, o, visit, state, unreconciled);
    if (unreconciled)
        w(o, H("<p class=\"note\">有"), unreconciled, H("条离线或补录记录还没有核对，下面按目前收到的计算。</p>"));
    summary(q, o, d, &p);
    w(o, H("<section class=\"card\"><h2>在场时段</h2>"));
    if (p.intervals_n)
        picture(q, o, d, &p, &all);
    else
        w(o, H("<p>还没有人到场。</p>"));
    w(o, H("</section><section class=\"card\"><h2>经过</h2>"));
    list(q, o, &all);
    w(o, H("</section>"));
    page_end(q, o, r, 200);
    return NULL;
}

void visit_links(struct request *q, struct out *o, const struct thing *t, str id)
{
    if (!strcmp(t->table, "visit") && (q->reader.roles & ROLES_REPLAY))
        w(o, H("<p><a href=\"/visits/"), U(id), H("\">现场回放：在场时段和经过</a></p>"));
}

/* The bytes of a capture, for whoever may read its visit. */
err *page_capture_file(struct request *q, struct response *r)
{
    struct db *d;
    struct db_value *row;
    struct sm3 digest;
    str visit, text, bytes;
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a, "SELECT visit FROM visit_capture WHERE id = :id", DB_ARGS(DB_T("id", q->part[0])), &visit));
    if (!visit.p)
        return err_new(ERR_MISSING, "没有这份现场记录，或不在您的查看范围内");
    TRY(things_get(d, q->a, thing_find(S("visits")), &q->reader, visit, &row));
    TRY(db_one_str(d, q->a, "SELECT digest FROM visit_capture WHERE id = :id", DB_ARGS(DB_T("id", q->part[0])), &text));
    request_db_done(q);
    if (!sm3_from_text(text, &digest))
        return err_new(ERR_MISSING, "这份记录没有原始文件");
    err *e = blob_get(q->web->store, q->a, &digest, LIMIT_CAPTURE_FILE, &bytes);
    if (e && e->kind == ERR_MISSING)
        return err_new(ERR_MISSING, "只登记了摘要，原始文件还在手机上，没有上传");
    TRY(e);
    r->status = 200;
    r->type = "application/octet-stream";
    r->body = bytes;
    response_header(r, "Content-Disposition", arena_printf(q->a, "attachment; filename=\"%.*s\"", STR_ARG(q->part[0])));
    return NULL;
}
