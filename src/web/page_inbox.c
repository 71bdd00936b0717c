/*
 * One inbox for each person: whose it is, when it is due and in which unit, who hears of it when the term is over, and one thing to
 * press. The day above it: the visits of today and the next days, numbered as they stand on the map.
 */
#include "web/approve.h"
#include "web/map.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_VISITS = 40, DAYS_AHEAD = 7, LIMIT_INBOX = 200 };
#define NO_DEGREE INT64_MIN

/* ---- the inbox ---- */
static void thing_address(struct out *o, const struct todo *t, const struct thing *thing)
{
    if (str_eq(t->thing_kind, S("draw")))
        w(o, H("/draws/"), U(t->thing_id));
    else
        w(o, H("/things/"), thing->name, H("/"), U(t->thing_id));
}

/* One way on: the act where this reader may do it, else the thing it is about. */
static void action(struct request *q, struct out *o, const struct todo *t, bool first)
{
    const struct thing *thing = thing_of(t->thing_kind);
    str name = todo_act(t);
    const struct act_type *act = name.p && !t->overseen ? act_type_find(name) : NULL;
    bool may = act && !(act->flags & ACT_INTERNAL) && ((act->roles & q->reader.roles) || t->delegated);
    bool draw = str_eq(t->thing_kind, S("draw")), open = draw || (thing && thing_open(thing, &q->reader));
    if (!may && !approve_here(t) && (!open || !t->thing_id.n)) {
        w(o, H("<span class=\"muted\">请知悉</span>"));
        return;
    }
    w(o, H("<a class=\"button"), first ? H(" primary") : H(""), H("\" href=\""));
    if (approve_here(t)) {
        w(o, H("/approve?item="), U(t->id), H("\">审批</a>"));
    } else if (may && str_eq(name, S("todo.settle"))) {
        w(o, H("/do/todo.settle?todo="), U(t->id), H("\">办结</a>"));
    } else if (may && (str_eq(name, S("material.verify")) || str_eq(name, S("material.sign")))) { /* with the original beside it */
        w(o, H("/materials/"), U(t->thing_id), H("/verify\">"), str_eq(name, S("material.sign")) ? S("签认核实") : S("核实"), H("</a>"));
    } else if (may && !draw) {
        const char *field = thing ? thing_field_of(act, thing) : NULL;
        w(o, H("/do/"), act->name);
        if (field && t->thing_id.n)
            w(o, H("?"), field, H("="), U(t->thing_id));
        w(o, H("\">"), act->label, H("</a>"));
    } else {
        thing_address(o, t, thing);
        w(o, H("\">查看</a>"));
    }
}

static void row(struct request *q, struct out *o, const struct todo *t, bool first)
{
    const struct thing *thing = thing_of(t->thing_kind);
    w(o, H("<tr class=\""), t->overdue ? H("late") : H(""), H("\"><td data-label=\"待办\"><span><b>"), t->label, H("</b>"));
    if (t->note.n)
        w(o, H("<br><span class=\"muted\">"), t->note, H("</span>"));
    w(o, H("</span></td><td data-label=\"对象\"><span>"));
    if (t->thing_id.n && (str_eq(t->thing_kind, S("draw")) || (thing && thing_open(thing, &q->reader)))) {
        w(o, H("<a href=\""));
        thing_address(o, t, thing);
        w(o, H("\">"), t->title, H("</a>"));
    } else {
        w(o, t->title);
    }
    w(o, H("</span></td><td data-label=\"承办\"><span>"), t->owner, H("</span></td><td class=\"time\" data-label=\"期限\"><span>"));
    if (t->due_at != USEC_NONE)
        w(o, time_chinese(q->a, t->due_at), H("<br>"));
    w(o, H("<span class=\""), t->overdue ? H("overdue") : H("muted"), H("\">"), t->due_text, H("</span></span></td><td data-label=\"逾期报\"><span class=\"muted\">"),
      t->escalates.n ? t->escalates : S("—"), H("</span></td><td data-label=\"办理\"><span>"));
    action(q, o, t, first);
    w(o, H("</span></td></tr>"));
}

err *inbox_table(struct request *q, struct out *o, int limit, size_t *ret_n)
{
    struct todo *todo;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(todo_list(d, q->a, &q->reader, q->now, limit, &todo, ret_n));
    if (!*ret_n) {
        w(o, H("<p class=\"card muted\">目前没有待办事项。</p>"));
        return NULL;
    }
    w(o, H("<div class=\"scroll\"><table class=\"cards inbox\"><thead><tr><th scope=\"col\">待办</th><th scope=\"col\">对象</th><th scope=\"col\">承办</th>"
           "<th scope=\"col\">期限</th><th scope=\"col\">逾期报</th><th scope=\"col\">办理</th></tr></thead><tbody>"));
    for (size_t i = 0; i < *ret_n; i++)
        row(q, o, &todo[i], i == 0);
    w(o, H("</tbody></table></div>"));
    return NULL;
}

err *page_todo(struct request *q, struct response *r)
{
    size_t n;
    struct out *o = page_begin(q, S("待办"));
    w(o, H("<h1>待办</h1><p class=\"muted\">按期限先后排列。工作日按国务院公布的节假日安排计算；证件、资质到期前30个自然日起提示。逾期未办的，同时列入“逾期报”所列人员的待办。</p>"));
    TRY(inbox_table(q, o, LIMIT_INBOX, &n));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- the day ---- */
struct day_visit { str id, title, state, entrustment, people; usec starts, ends; bool placed; int64_t lon, lat; };

static err *visit_people(struct request *q, struct db *d, struct day_visit *v)
{
    struct db_rows rows;
    buf b = buf_make(q->a, 4000);
    TRY(db_query(d, q->a,
                 "SELECT u.name, 0 FROM entrustment_officer o JOIN users u ON u.id = o.user_id WHERE o.entrustment = :id UNION ALL"
                 " SELECT m.name, 1 FROM entrustment_member em JOIN member m ON m.id = em.member WHERE em.entrustment = :id ORDER BY 2, 1",
                 DB_ARGS(DB_T("id", v->entrustment)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        buf_printf(&b, "%s%.*s%s", b.n ? "、" : "", STR_ARG(db_str(&rows, 0)), db_int(&rows, 1) ? "（协助）" : "");
    }
    v->people = buf_str(&b);
    return NULL;
}

static int earlier(const void *a, const void *b)
{
    const struct day_visit *x = a, *y = b;
    return x->starts < y->starts ? -1 : x->starts > y->starts ? 1 : str_cmp(x->id, y->id);
}

/* The soonest DAY_VISITS of what begins within the days ahead. */
static err *read_day(struct request *q, struct day_visit **ret, size_t *ret_n, bool *ret_more)
{
    const struct thing *t = thing_find(S("visits"));
    usec from = day_start(day_of(q->now));
    struct thing_query query = {.thing = t, .reader = &q->reader, .limit = LIMIT_THING_PAGE, .text = S(""), .after = S(""), .range = "starts",
                                .range_low = from, .range_high = from + DAYS_AHEAD * USEC_DAY};
    struct thing_page page;
    struct db *d;
    size_t key = thing_columns(t), n = 0;
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    struct day_visit *list = NEW_ARRAY(q->a, page.n, struct day_visit);
    for (size_t i = 0; i < page.n; i++) {
        const struct db_value *x = page.row[i];
        str state = named_value(t, x, "state");
        if (str_eq(state, S("cancelled")))
            continue;
        int64_t lon = named_number(t, x, "lon", NO_DEGREE), lat = named_number(t, x, "lat", NO_DEGREE);
        list[n++] = (struct day_visit){.id = x[key].s, .title = x[key + 1].s, .state = state, .entrustment = named_value(t, x, "entrustment"),
                                       .starts = named_number(t, x, "starts", 0), .ends = named_number(t, x, "ends", 0),
                                       .placed = lon != NO_DEGREE && lat != NO_DEGREE, .lon = lon, .lat = lat};
    }
    if (n)
        qsort(list, n, sizeof *list, earlier);
    *ret_more = n > DAY_VISITS || page.next.n;
    *ret_n = n < DAY_VISITS ? n : DAY_VISITS;
    for (size_t i = 0; i < *ret_n; i++)
        TRY(visit_people(q, d, &list[i]));
    *ret = list;
    return NULL;
}

static void day_rows(struct request *q, struct out *o, const struct day_visit *list, size_t n)
{
    day shown = DAY_NONE;
    for (size_t i = 0; i < n; i++) {
        const struct day_visit *v = &list[i];
        day on = day_of(v->starts);
        if (on != shown)
            w(o, shown == DAY_NONE ? H("") : H("</ol>"), H("<h3>"), on == day_of(q->now) ? S("今天") : day_chinese(q->a, on), H("</h3><ol start=\""), i + 1, H("\">"));
        shown = on;
        str from = time_rfc3339(q->a, v->starts), to = time_rfc3339(q->a, v->ends);
        w(o, H("<li><a href=\"/things/visits/"), U(v->id), H("\"><b>"), v->title, H("</b></a> <span class=\"badge plain\">"), enum_label(v->state), H("</span><br><span class=\"muted\">"),
          str_sub(from, 11, 5), H("–"), str_sub(to, 11, 5), H(" · "), v->people, H("</span></li>"));
    }
    w(o, H("</ol>"));
}

err *desk_day(struct request *q, struct out *o)
{
    struct day_visit *list;
    struct map_place places[DAY_VISITS];
    size_t n = 0, placed = 0;
    bool more = false;
    if (!thing_open(thing_find(S("visits")), &q->reader))
        return NULL;
    TRY(read_day(q, &list, &n, &more));
    w(o, H("<section class=\"day\" aria-label=\"现场安排\"><h2>现场安排</h2>"));
    if (!n) {
        w(o, H("<p class=\"card muted\">今天和今后7个自然日没有安排现场。</p></section>"));
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        if (list[i].placed)
            places[placed++] = (struct map_place){list[i].lon, list[i].lat, (int)i + 1, list[i].title,
                                                  arena_printf(q->a, "/things/visits/%.*s", STR_ARG(list[i].id))};
    w(o, H("<div class=\"sides\"><div class=\"card list\">"));
    day_rows(q, o, list, n);
    if (more)
        w(o, H("<p class=\"muted\">只列最近的"), (int)DAY_VISITS, H("项，全部见<a href=\"/things/visits\">现场</a>。</p>"));
    w(o, H("</div>"));
    if (placed) {
        w(o, H("<div class=\"card place\">"));
        draw_places(q, o, places, placed, 560, 380);
        w(o, H("<p class=\"muted\">编号与列表相同。</p>"));
        map_note(q, o);
        w(o, H("</div>"));
    }
    w(o, H("</div></section>"));
    return NULL;
}
