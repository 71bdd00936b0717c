/*
 * Reading the rows of limit.import. A limit that is read half wrong judges a plant wrong for years, so a row is taken whole
 * or not at all: unknown members are refused, numbers become exact decimals, and the error names row and member.
 */
#include "acts/limit_rows.h"

#include <math.h>

struct reading {
    struct arena *arena;
    const struct json *row;
    size_t position;
};

static err *wrong(const struct reading *r, const char *member, const char *want, const char *example)
{
    const struct json *j = json_get(r->row, str_of(member));
    str got = S("（空）");
    if (j && j->kind == JSON_STRING)
        got = utf8_clip(j->string, 20);
    else if (j && j->kind != JSON_NULL) {
        buf b = buf_make(r->arena, LIMIT_ACT_BYTES);
        struct json_out o = {&b, false};
        json_tree(&o, j);
        got = utf8_clip(buf_str(&b), 20);
    }
    return err_got(err_at(err_new(ERR_INPUT, "第%zu条限值的“%s”读不懂：应为%s，读到“%.*s”", r->position + 1, member, want, STR_ARG(got)),
                          arena_printf(r->arena, "rows[%zu].%s", r->position, member)),
                   got, str_of(want), str_of(example));
}

static bool digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

bool decimal_valid(str s)
{
    str whole = str_starts(s, S("-")) ? str_sub(s, 1, s.n) : s;
    ptrdiff_t point = str_find(whole, S("."));
    size_t n = whole.n - (point >= 0);
    if (n > 18 || (point >= 0 && !digits(str_sub(whole, (size_t)point + 1, whole.n))))
        return false;
    return digits(point >= 0 ? str_sub(whole, 0, (size_t)point) : whole);
}

bool factor_valid(str s)
{
    if (s.n == 6 && ((s.p[0] >= 'a' && s.p[0] <= 'z') || s.p[0] == 'L'))
        return digits(str_sub(s, 1, s.n));
    return s.n == 3 && digits(str_sub(s, s.p[0] == 'B' || s.p[0] == 'S', s.n));
}

static bool known_member(str name)
{
    static const char *const members[] = {"outlet", "industry", "region", "factor", "value", "unit", "converted",
                                          "period", "lower", "from", "to", "source"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (str_eq(name, str_of(members[i])))
            return true;
    return false;
}

/* Absent, or a text of 1 to `limit` characters. */
static err *text_member(const struct reading *r, const char *name, size_t limit, str *ret)
{
    const struct json *j = json_get(r->row, str_of(name));
    *ret = STR_NONE;
    if (!j || j->kind == JSON_NULL)
        return NULL;
    if (j->kind != JSON_STRING || !j->string.n || utf8_count(j->string) > limit)
        return wrong(r, name, arena_cstr(r->arena, arena_printf(r->arena, "1至%zu字", limit)), "");
    *ret = j->string;
    return NULL;
}

static err *flag_member(const struct reading *r, const char *name, bool *ret)
{
    const struct json *j = json_get(r->row, str_of(name));
    if (j && j->kind != JSON_NULL && j->kind != JSON_BOOL)
        return wrong(r, name, "true 或 false", "true");
    *ret = j && j->kind == JSON_BOOL && j->boolean;
    return NULL;
}

static err *day_member(const struct reading *r, const char *name, bool required, bool *ret_there, day *ret)
{
    str text = json_string(r->row, str_of(name));
    const struct json *j = json_get(r->row, str_of(name));
    *ret_there = j && j->kind != JSON_NULL;
    if (!*ret_there && !required)
        return NULL;
    err *bad = text.p ? day_parse(text, ret) : NULL;
    return text.p && !bad ? NULL : wrong(r, name, "日期", "2026-01-01");
}

/* A number as it stands, or as text where its zeros matter. A double prints to 15 digits, which gives back what was written. */
static err *value_member(const struct reading *r, str *ret)
{
    const struct json *j = json_get(r->row, S("value"));
    if (j && j->kind == JSON_STRING)
        *ret = j->string;
    else if (j && j->kind == JSON_NUMBER && j->integer)
        *ret = arena_printf(r->arena, "%lld", (long long)j->i);
    else if (j && j->kind == JSON_NUMBER && fabs(j->number) < 1e9 && fabs(j->number) >= 1e-4)
        *ret = arena_printf(r->arena, "%.15g", j->number);
    else
        *ret = STR_NONE;
    return ret->p && decimal_valid(*ret) ? NULL : wrong(r, "value", "十进制数，至多18位", "35");
}

static err *target_members(const struct reading *r, struct limit_row *ret)
{
    str region;
    TRY(text_member(r, "outlet", 64, &ret->outlet));
    TRY(text_member(r, "industry", 60, &ret->industry));
    TRY(text_member(r, "region", 6, &region));
    if (region.p && (region.n != 6 || !digits(region) || !str_int64(region, &ret->region) || ret->region < 100000))
        return wrong(r, "region", "六位行政区划代码", "420100");
    int targets = (ret->outlet.p != NULL) + (ret->industry.p != NULL) + (region.p != NULL);
    if (targets != 1)
        return wrong(r, targets ? region.p ? "region" : "industry" : "outlet", "点位、行业、区划三者只填一项", "yc-gas-1");
    return NULL;
}

static err *emission_row(const struct reading *r, struct limit_row *ret)
{
    bool there;
    for (size_t i = 0; i < r->row->n; i++)
        if (!known_member(r->row->child[i].key))
            return wrong(r, arena_cstr(r->arena, utf8_clip(r->row->child[i].key, 20)), "限值的一项，没有这一项", "value");
    TRY(target_members(r, ret));
    ret->factor = json_string(r->row, S("factor"));
    if (!factor_valid(ret->factor))
        return wrong(r, "factor", "污染因子代码", "a21026");
    TRY(value_member(r, &ret->value));
    TRY(text_member(r, "unit", 20, &ret->unit));
    TRY(flag_member(r, "converted", &ret->converted));
    TRY(flag_member(r, "lower", &ret->lower));
    ret->period = json_string(r->row, S("period"));
    if (!str_eq(ret->period, S("hour")) && !str_eq(ret->period, S("day")) && !str_eq(ret->period, S("minute")))
        return wrong(r, "period", "hour、day 或 minute", "hour");
    TRY(day_member(r, "from", true, &there, &ret->from));
    TRY(day_member(r, "to", false, &ret->ends, &ret->to));
    return text_member(r, "source", 200, &ret->source);
}

static err *threshold_row(const struct reading *r)
{
    day from;
    bool there;
    if (!json_string(r->row, S("tier")).n)
        return wrong(r, "tier", "采购限额的层级", "city");
    return day_member(r, "effective_from", true, &there, &from);
}

err *limit_row_read(struct arena *a, const struct json *row, size_t position, struct limit_row *ret)
{
    struct reading r = {a, row, position};
    *ret = (struct limit_row){0};
    if (row->kind != JSON_OBJECT)
        return err_got(err_at(err_new(ERR_INPUT, "第%zu条限值不是对象", position + 1), arena_printf(a, "rows[%zu]", position)),
                       S(""), S("对象"), S("{\"factor\":\"a21026\",…}"));
    if (json_get(row, S("tier")))
        return threshold_row(&r);
    ret->emission = true;
    return emission_row(&r, ret);
}
