/* Bad rows of an import: each alone, then what only shows together (the same row twice, more than the whole owned, a
 * circle of owners). */
#include "acts/relation_rows.h"

#include "acts/act.h"

struct check {
    struct arena *a;
    size_t row;
    bool bad, more;
    VEC(struct relation_complaint) list;
};

static void complain(struct check *c, const char *column, bool warning, const char *what, str got)
{
    c->bad = c->bad || !warning;
    if (c->list.n == LIMIT_RELATION_COMPLAINTS) {
        c->more = true;
        return;
    }
    str text = arena_printf(c->a, got.n ? "%s，读到“%.*s”" : "%s", what, STR_ARG(utf8_clip(got, 60)));
    vec_push(c->a, &c->list, ((struct relation_complaint){c->row, column, warning, text}));
}

static bool id_valid(str id)
{
    if (!id.n || id.n > 64 || id.p[0] == '-')
        return false;
    for (size_t i = 0; i < id.n; i++)
        if (!(id.p[i] == '-' || (id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= '0' && id.p[i] <= '9')))
            return false;
    return true;
}

static void check_party(struct check *c, const char *column, str party)
{
    enum graph_kind kind;
    str id = party, word;
    str_next(&id, ':', &word);
    if (!graph_kind_of(word, &kind) || !id_valid(id))
        complain(c, column, false, "应为“类别:编号”，类别为provider、member、subject、user、person", party);
}

/* "30", "30.5", "30.05": parts of ten thousand. */
static bool percent_read(str s, int64_t *ret)
{
    str rest = s, whole, part;
    int64_t w, p = 0;
    str_next(&rest, '.', &whole);
    part = rest.p ? rest : S("");
    if (!str_int64(whole, &w) || w < 0 || w > 1000000 || part.n > 2 || (rest.p && !part.n) || (part.n && !str_int64(part, &p)) || p < 0)
        return false;
    *ret = w * 100 + (part.n == 1 ? p * 10 : p);
    return true;
}

static void check_type(struct check *c, const struct relation_row *r)
{
    enum graph_type type;
    int64_t percent = 0;
    if (!graph_type_of(r->type, &type)) {
        complain(c, "type", false, "不认识的关系类型", r->type);
        return;
    }
    if (r->percent.n && !percent_read(r->percent, &percent))
        complain(c, "percent", false, "比例应为百分数，最多两位小数", r->percent);
    else if (percent > 10000)
        complain(c, "percent", false, "比例超过100", r->percent);
    if (type == GRAPH_OWNERSHIP && !r->percent.n)
        complain(c, "percent", true, "股权关系未填写比例", STR_NONE);
    if (type != GRAPH_OWNERSHIP && r->percent.n)
        complain(c, "percent", true, "只有股权关系有比例", r->percent);
}

static void check_dates(struct check *c, const struct relation_row *r)
{
    day from = 0, to = 0;
    err *bad = r->from.n ? day_parse(r->from, &from) : NULL;
    if (bad)
        complain(c, "from", false, "日期应如2026-03-02", r->from);
    err *worse = r->to.n ? day_parse(r->to, &to) : NULL;
    if (worse)
        complain(c, "to", false, "日期应如2026-03-02", r->to);
    if (!bad && !worse && r->from.n && r->to.n && to < from)
        complain(c, "to", false, "结束日期早于开始日期", r->to);
}

static bool digest_valid(str s)
{
    uint8_t bytes[SM3_BYTES];
    return str_starts(s, S("sm3:")) && hex_decode(str_sub(s, 4, s.n), bytes, SM3_BYTES);
}

static void check_row(struct check *c, const struct relation_row *r)
{
    check_party(c, "a", r->a);
    check_party(c, "b", r->b);
    if (r->a.n && str_eq(r->a, r->b))
        complain(c, "b", false, "关系两端是同一对象", r->b);
    check_type(c, r);
    check_dates(c, r);
    if (r->id_digest.n && !digest_valid(r->id_digest))
        complain(c, "id_digest", false, "证件号摘要应为sm3:加64位十六进制", STR_NONE);
    if (utf8_count(r->name) > 60)
        complain(c, "name", false, "姓名超过60字", r->name);
    if (utf8_count(r->source) > 200)
        complain(c, "source", false, "来源超过200字", r->source);
}

static str row_key(struct arena *a, const struct relation_row *r)
{
    return arena_printf(a, "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s", STR_ARG(r->a), STR_ARG(r->b), STR_ARG(r->type), STR_ARG(r->percent),
                        STR_ARG(r->from), STR_ARG(r->to));
}

static void check_together(struct check *c, struct map *rows, struct map *owned, const struct relation_row *r)
{
    str key = row_key(c->a, r);
    int64_t percent;
    size_t *first = map_get(rows, key);
    if (first) {
        complain(c, "a", true, "与前面的行相同，不再登记", STR_NONE);
        c->bad = true;
        return;
    }
    first = NEW(c->a, size_t);
    *first = c->row;
    map_put(rows, key, first);
    if (!str_eq(r->type, S("ownership")) || !percent_read(r->percent, &percent))
        return;
    int64_t *sum = map_get(owned, r->b);
    if (!sum) {
        sum = NEW(c->a, int64_t);
        map_put(owned, r->b, sum);
    }
    *sum += percent;
    if (*sum > 10000 && *sum - percent <= 10000)
        complain(c, "percent", true, "到这一行，同一单位的股权比例合计超过100%", r->b);
}

/* Knowing of a circle is a right: a warning, at each of its rows. */
static void check_circles(struct check *c, const struct relation_row *rows, size_t n, const bool *ok)
{
    uint32_t *circle = NEW_ARRAY(c->a, n + 1, uint32_t);
    relation_circles(c->a, rows, n, ok, circle);
    for (c->row = 0; c->row < n; c->row++)
        if (circle[c->row])
            complain(c, "b", true, arena_cstr(c->a, arena_printf(c->a, "循环持股：表中%u方的股权首尾相接，这一行是其中一环，请核对", circle[c->row])),
                     STR_NONE);
}

err *relation_rows_check(struct arena *a, const struct relation_row *rows, size_t n, bool *ok, struct relation_complaint **ret,
                         size_t *ret_n, bool *ret_more)
{
    struct check c = {.a = a};
    struct map *seen = map_new(a), *owned = map_new(a);
    if (n > LIMIT_RELATION_ROWS)
        return err_new(ERR_LIMIT, "一次最多导入%d行，收到%zu行", LIMIT_RELATION_ROWS, n);
    for (c.row = 0; c.row < n; c.row++) {
        c.bad = false;
        check_row(&c, &rows[c.row]);
        if (!c.bad)
            check_together(&c, seen, owned, &rows[c.row]);
        ok[c.row] = !c.bad;
    }
    check_circles(&c, rows, n, ok);
    *ret = c.list.p;
    *ret_n = c.list.n;
    *ret_more = c.more;
    return NULL;
}

str relation_row_act(struct arena *a, const struct relation_row *r, str key)
{
    buf b = buf_make(a, 4000);
    struct json_out o = {&b, false};
    int64_t percent;
    const struct { const char *name; str value; } texts[] = {{"a", r->a}, {"b", r->b}, {"type", r->type}, {"from", r->from}, {"to", r->to},
                                                             {"name", r->name}, {"id_digest", r->id_digest}, {"source", r->source},
                                                             {"key", key}};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("relation.record"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].value.n)
            json_put_str(&o, str_of(texts[i].name), texts[i].value);
    if (r->percent.n && percent_read(r->percent, &percent)) {
        json_key(&o, S("percent"));
        json_raw(&o, arena_printf(a, "%lld.%02lld", (long long)(percent / 100), (long long)(percent % 100)));
    }
    json_close(&o, '}');
    return buf_str(&b);
}
