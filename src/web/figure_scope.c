/* Whose figures, of what time and place; the same for pages, files and the API. */
#include "web/looking.h"

str region_words(struct arena *a, int region)
{
    const struct region *r = region_find(region);
    return r ? str_of(r->name) : arena_printf(a, "%06d", region);
}

static err *day_param(struct request *q, const char *name, day missing, day *ret)
{
    str text = form_get(&q->params, str_of(name));
    *ret = missing;
    return text.n ? err_at(day_parse(text, ret), str_of(name)) : NULL;
}

err *figure_scope_read(struct request *q, struct figure_scope *ret)
{
    struct civil now = civil_of(q->now);
    int64_t region = 0;
    str text = form_get(&q->params, S("region"));
    *ret = (struct figure_scope){.agency = q->reader.agency, .region_low = q->reader.region, .region_high = region_last(q->reader.region)};
    TRY(day_param(q, "from", day_from_civil(now.year, 1, 1), &ret->from));
    TRY(day_param(q, "to", day_of(q->now), &ret->to));
    if (ret->from > ret->to || ret->to - ret->from >= LIMIT_FIGURE_DAYS)
        return err_at(err_new(ERR_INPUT, "期间应从早到晚，不超过十年"), S("from"));
    if (text.n && (!str_int64(text, &region) || !region_find((int)region)))
        return err_got(err_at(err_new(ERR_INPUT, "没有这个区划代码"), S("region")), text, S("六位行政区划代码"), S("420100"));
    if (region && !region_covers(q->reader.region, (int)region))
        return err_at(err_new(ERR_DENIED, "不在您的管辖区域"), S("region"));
    ret->within = (int)region;
    return NULL;
}

void put_figure_query(struct out *o, struct request *q, const struct figure_scope *s)
{
    w(o, H("from="), U(day_iso(q->a, s->from)), H("&amp;to="), U(day_iso(q->a, s->to)));
    if (s->within)
        w(o, H("&amp;region="), s->within);
}

static void region_option(struct out *o, struct request *q, const struct region *r, int chosen)
{
    w(o, H("<option value=\""), arena_printf(q->a, "%06d", r->code), r->code == chosen ? H("\" selected>") : H("\">"), r->name, H("</option>"));
}

void figure_region_select(struct request *q, struct out *o, const struct figure_scope *s)
{
    w(o, H("<label for=\"f-region\">区域</label><select id=\"f-region\" name=\"region\"><option value=\"\">全部</option>"));
    for (size_t i = 0; i < region_count(); i++) {
        const struct region *r = region_at(i);
        if ((r->level == 'C' || r->level == 'D') && region_covers(q->reader.region, r->code) && r->code != q->reader.region &&
            (q->reader.region != 420000 || r->level == 'C'))
            region_option(o, q, r, s->within);
    }
    w(o, H("</select>"));
}

void figure_scope_form(struct request *q, struct out *o, const struct figure_scope *s)
{
    w(o, H("<form class=\"find\" method=\"get\" role=\"search\"><div><label for=\"f-from\">期间自</label><input id=\"f-from\" name=\"from\" type=\"date\" value=\""),
      day_iso(q->a, s->from), H("\"></div><div><label for=\"f-to\">至</label><input id=\"f-to\" name=\"to\" type=\"date\" value=\""), day_iso(q->a, s->to),
      H("\"></div><div>"));
    figure_region_select(q, o, s);
    w(o, H("</div><button>查看</button></form>"));
}
