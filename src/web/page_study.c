/* 线索研判: the one page. What it shows comes through study.h; what may be done is the clue's: take it in, or say what it turned out to be. */
#include "web/roles.h"
#include "web/study.h"

#include <string.h>

const struct study_source study_sources[] = {{"监测数据", finding_study}, {"遥感影像", scene_study}, {"无人机巡查", flight_study}, {"卫星火点", fire_study}, {0}};

enum { MATERIALS_SHOWN = 12, VERDICTS_SHOWN = 20 };

static const struct { const char *value, *label, *hint; } verdicts[] = {
    {"confirmed", "属实", "现场核实与研判一致"}, {"instrument", "仪器或运维原因", "故障、维护、校准"}, {"process", "工况原因", "启停炉、检修、负荷变化"},
    {"configuration", "参数或配置原因", "接入、量程、标记的问题"}, {"groundless", "不成立", "没有发现研判所说的情形"}};

struct page {
    struct request *q;
    const struct thing *t;
    struct db_value *row;
    str id, state, bureau; /* bureau: whose clue it is, by name; "" nobody's yet */
    bool found, told; /* told: in the words of who reported it */
    bool own;         /* the reader's own bureau's, or below one who looks down the line */
    struct study s;
};

err *clue_bureau(struct request *q, str clue, str *ret_name, bool *ret_own)
{
    struct db *d;
    struct db_rows r;
    bool more;
    const struct reader *me = &q->reader;
    *ret_own = true;
    *ret_name = S("");
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT g.id, g.name, g.region FROM clue c JOIN agency g ON g.id = c.agency WHERE c.id = :id", DB_ARGS(DB_T("id", clue)), &r));
    TRY(db_next(&r, &more));
    if (!more)
        return NULL;
    *ret_name = db_str(&r, 1);
    *ret_own = !me->agency.n || str_eq(me->agency, db_str(&r, 0)) ||
               ((me->roles & (ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE))) && region_covers(me->region, (int)db_int(&r, 2)));
    db_rows_end(&r);
    return NULL;
}

static err *load(struct request *q, struct page *p)
{
    struct db *d;
    *p = (struct page){.q = q, .t = thing_find(S("clues"))};
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, p->t, &q->reader, q->part[0], &p->row));
    p->id = p->row[thing_columns(p->t)].s;
    p->state = named_value(p->t, p->row, "state");
    TRY(clue_bureau(q, p->id, &p->bureau, &p->own));
    str finding = named_value(p->t, p->row, "finding");
    for (const struct study_source *s = study_sources; finding.n && s->name && !p->found; s++)
        TRY(s->find(q, finding, &p->found, &p->s));
    if (!p->found)
        p->s = (struct study){.sense = S("人工报告"), .sentence = S(""), .from = USEC_NONE, .to = USEC_NONE, .place = S(""), .place_href = S(""),
                              .origin = S(""), .more_href = S(""), .more = S("")};
    p->told = !p->found || !p->s.sentence.n;
    if (p->told)
        p->s.sentence = named_value(p->t, p->row, "text");
    return NULL;
}

/* ---- what was seen ---- */
static void numbers(struct out *o, const struct study *s)
{
    if (!s->numbers_n)
        return;
    w(o, H("<div class=\"figures\">"));
    for (size_t i = 0; i < s->numbers_n; i++)
        w(o, H("<div class=\"figure\"><p class=\"muted\">"), s->number[i].label, H("</p><p class=\"value\">"), s->number[i].value, H("</p></div>"));
    w(o, H("</div>"));
}

static void causes(struct out *o, const struct study *s)
{
    const html badge[] = {H("allowed"), H("late"), H("plain")};
    w(o, H("<section class=\"card\"><h2>核对过的正常原因</h2>"));
    if (!s->causes_n) {
        w(o, H("<p class=\"muted\">没有由程序核对的正常原因，请在核实时逐项考虑检修、校准、工况和天气。</p></section>"));
        return;
    }
    w(o, H("<div class=\"scroll\"><table class=\"cards causes\"><thead><tr><th scope=\"col\">正常原因</th><th scope=\"col\">结果</th><th scope=\"col\">依据</th></tr></thead><tbody>"));
    for (size_t i = 0; i < s->causes_n; i++)
        w(o, H("<tr><td data-label=\"正常原因\">"), s->cause[i].label, H("</td><td data-label=\"结果\"><span><span class=\"badge "), badge[s->cause[i].result], H("\">"), s->cause[i].word,
          H("</span></span></td><td data-label=\"依据\"><span>"), s->cause[i].text, H("</span></td></tr>"));
    w(o, H("</tbody></table></div></section>"));
}

static void clean(struct out *o, const struct study *s)
{
    if (s->clean_n) {
        w(o, H("<section class=\"card\"><h2>已检未见异常</h2><p class=\"muted\">同一时段还看了这些，没有发现矛盾。</p><ul class=\"links\">"));
        for (size_t i = 0; i < s->clean_n; i++)
            w(o, H("<li>"), s->clean[i], H("</li>"));
        w(o, H("</ul></section>"));
    }
    if (s->lacked_n) {
        w(o, H("<section class=\"card\"><h2>缺数据未检</h2><p class=\"muted\">这些没有看，不能当作正常。</p><ul class=\"links\">"));
        for (size_t i = 0; i < s->lacked_n; i++)
            w(o, H("<li>"), s->lacked[i], H("</li>"));
        w(o, H("</ul></section>"));
    }
}

static err *materials(struct page *p, struct out *o)
{
    struct db *d;
    struct db_rows r;
    int n = 0;
    TRY(request_db(p->q, &d));
    TRY(db_query(d, p->q->a, "SELECT m.id, COALESCE(m.title, m.id), m.kind, m.state FROM clue_material c JOIN material m ON m.id = c.material WHERE c.clue = :id ORDER BY m.seq LIMIT :limit",
                 DB_ARGS(DB_T("id", p->id), DB_I("limit", MATERIALS_SHOWN)), &r));
    for (;; n++) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        bool inside = p->q->reader.roles & ROLES_BUSINESS; /* others read of a material what its list says */
        w(o, n ? H("<li>") : H("<section class=\"card\"><h2>所附材料</h2><ul class=\"links\"><li>"), inside ? H("<a href=\"/materials/") : H("<a href=\"/things/materials/"), U(db_str(&r, 0)),
          inside ? H("/verify\">") : H("\">"), db_str(&r, 1), H("</a>（"),
          enum_label(db_str(&r, 2)), H("，"), label_of(db_str(&r, 3), "submitted=待核实 adoptable=可采用 reference_only=仅供参考 rejected=不予采用"), H("）</li>"));
    }
    if (n)
        w(o, H("</ul></section>"));
    return NULL;
}

/* ---- what it turned out to be ---- */
static err *verdicts_so_far(struct page *p, struct out *o)
{
    struct db *d;
    struct db_rows r;
    int n = 0;
    TRY(request_db(p->q, &d));
    TRY(db_query(d, p->q->a, "SELECT v.verdict, v.reasons, u.name, v.at, v.seq FROM clue_verdict v LEFT JOIN users u ON u.id = v.author WHERE v.clue = :id ORDER BY v.seq DESC LIMIT :limit",
                 DB_ARGS(DB_T("id", p->id), DB_I("limit", VERDICTS_SHOWN)), &r));
    for (;; n++) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        w(o, n ? H("<li>") : H("<h3>已填写的结论</h3><ul class=\"signed\"><li>"), H("<b>"), enum_label(db_str(&r, 0)), H("</b> "), db_str(&r, 1), H("<br><span class=\"muted\">"), db_str(&r, 2), H("，"),
          time_chinese(p->q->a, db_int(&r, 3)), H(" <a href=\"/receipts/"), db_int(&r, 4), H("\">回执</a></span></li>"));
    }
    if (n)
        w(o, H("</ul>"));
    return NULL;
}

static void hidden(struct page *p, struct out *o)
{
    w(o, H("<form method=\"post\" action=\"/clues/"), U(p->id), H("/study\"><input type=\"hidden\" name=\"key\" value=\""), token_new(p->q->a), H("\">"));
    page_csrf(p->q, o);
}

static void judge_form(struct page *p, struct out *o, const struct form *typed)
{
    str chosen = form_get(typed, S("verdict")), reasons = form_get(typed, S("reasons"));
    hidden(p, o);
    w(o, H("<fieldset class=\"picks results\"><legend>核实后的结论</legend>"));
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        w(o, H("<label class=\"pick\"><input type=\"radio\" name=\"verdict\" required value=\""), verdicts[i].value, str_eq(chosen, str_of(verdicts[i].value)) ? H("\" checked>") : H("\">"),
          H("<span><b>"), verdicts[i].label, H("</b> <span class=\"muted\">"), verdicts[i].hint, H("</span></span></label>"));
    w(o, H("</fieldset><label for=\"reasons\">核实经过</label><textarea id=\"reasons\" name=\"reasons\" required maxlength=\"2000\">"), reasons.p ? reasons : S(""),
      H("</textarea><p class=\"actions\"><button class=\"primary\" name=\"do\" value=\"judge\">填写研判结论</button>"
        "<a class=\"button\" href=\"/do/clue.ask?clue="), U(p->id), H("\">要求补充</a></p><p class=\"muted\">结论用于评定研判规则的准确度，不影响任何人的考核；可再次填写，以最后一次为准。</p></form>"));
}

static err *right_side(struct page *p, struct out *o, const struct form *typed)
{
    struct request *q = p->q;
    bool judge = act_offered(act_type_find(S("clue.judge")), &q->reader), receive = act_offered(act_type_find(S("clue.receive")), &q->reader);
    w(o, H("<section class=\"card\" id=\"judge\"><h2>研判结论 <span class=\"badge plain\">"), label_of(p->state, "reported=待签收 received=已签收 decided=已处理"), H("</span></h2>"));
    if (!p->own && (judge || receive)) {
        w(o, H("<p class=\"muted\">这条线索由"), p->bureau, H("的执法人员签收、核实并填写。</p>"));
    } else if (str_eq(p->state, S("reported")) && receive) {
        hidden(p, o);
        w(o, H("<p>签收后由执法人员核实，再填写结论。</p><p class=\"actions\"><button class=\"primary\" name=\"do\" value=\"receive\">签收线索</button></p></form>"));
    } else if (!str_eq(p->state, S("reported")) && judge) {
        judge_form(p, o, typed);
    } else {
        w(o, H("<p class=\"muted\">由签收线索的执法人员核实并填写。</p>"));
    }
    if (q->reader.roles & ROLES_INSIDE) /* Art. 13: what the bureau made of it is not its reporter's to read */
        TRY(verdicts_so_far(p, o));
    w(o, H("<p><a href=\"/things/clues/"), U(p->id), H("\">线索的办理经过</a></p></section>"));
    return NULL;
}

static err *study_page(struct request *q, struct response *r, const struct form *typed, const struct act_answer *answer, const err *fault)
{
    struct page p;
    TRY(load(q, &p));
    const struct study *s = &p.s;
    struct out *o = page_begin(q, p.row[thing_columns(p.t) + 1].s);
    page_mark(q, o);
    w(o, H("<p class=\"path-to\"><a href=\"/things/clues\">线索</a> / "), s->sense, H("</p><h1>"), p.row[thing_columns(p.t) + 1].s, H("</h1><p class=\"note\">"),
      !p.told ? S("以下为数据分析意见，须经执法人员核实后方可采用（第九条）。") : S("以下为报告人所述，须经执法人员核实（第十三条）。"), H("</p>"));
    if (str_eq(form_get(&q->params, S("done")), S("1")))
        w(o, H("<p class=\"fine\" role=\"status\">已办理。</p>"));
    show_refusal(q, o, answer, fault);
    w(o, H("<div class=\"verify\"><div><section class=\"card\"><p class=\"lead\">"), s->sentence.n ? s->sentence : S("内容已删除。"), H("</p><p class=\"muted\">"));
    if (s->place_href.n)
        w(o, H("<a href=\""), s->place_href, H("\">"), s->place, H("</a> "));
    else
        w(o, s->place);
    if (s->from != USEC_NONE)
        w(o, H(" "), time_chinese(q->a, s->from), H(" 至 "), time_chinese(q->a, s->to));
    w(o, H("</p>"));
    numbers(o, s);
    if (s->figure)
        TRY(s->figure(q, o, s));
    if (s->more_href.n)
        w(o, H("<p><a href=\""), s->more_href, H("\">"), s->more, H("</a></p>"));
    w(o, H("</section>"));
    TRY(materials(&p, o));
    if (p.found)
        causes(o, s);
    clean(o, s);
    if (s->origin.n)
        w(o, H("<p class=\"muted\">"), s->origin, H("</p>"));
    w(o, H("</div>"));
    TRY(right_side(&p, o, typed));
    w(o, H("</div>"));
    page_end(q, o, r, fault ? err_http_status(fault->kind) : answer ? answer->verdict == ACT_HELD ? 202 : 403 : 200);
    return NULL;
}

err *page_study(struct request *q, struct response *r)
{
    return study_page(q, r, &q->params, NULL, NULL);
}

err *page_study_submit(struct request *q, struct response *r)
{
    const struct form *f = &q->form;
    struct act_answer answer;
    bool judge = !str_eq(form_get(f, S("do")), S("receive"));
    struct json_out *j = act_begin(q, judge ? "clue.judge" : "clue.receive");
    json_put_str(j, S("clue"), q->part[0]);
    if (judge) {
        json_put_str(j, S("verdict"), form_get(f, S("verdict")).p ? form_get(f, S("verdict")) : S(""));
        if (str_trim(form_get(f, S("reasons"))).n)
            json_put_str(j, S("reasons"), str_trim(form_get(f, S("reasons"))));
    }
    err *bad = perform_act(q, act_end(j, form_get(f, S("key"))), &answer);
    if (bad && (bad->kind == ERR_INPUT || bad->kind == ERR_LIMIT || bad->kind == ERR_MISSING))
        return study_page(q, r, f, NULL, bad);
    TRY(bad);
    if (answer.verdict != ACT_ALLOWED)
        return study_page(q, r, f, &answer, NULL);
    return redirect(r, arena_printf(q->a, "/clues/%.*s/study?done=1", STR_ARG(q->part[0])));
}
