/* The profile as JSON, for keeping, for the page's form, and for people who edit text. */
#include "monitor/workbook/workbook.h"

#include <string.h>

str workbook_profile_json(struct arena *a, const struct workbook_profile *p)
{
    buf b = buf_make(a, LIMIT_PROFILE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("sheet"), p->sheet);
    json_put_int(&o, S("first_row"), p->first_row);
    json_put_int(&o, S("time_column"), p->time_column);
    json_key(&o, S("columns"));
    json_open(&o, '[');
    for (size_t i = 0; i < p->n; i++) {
        const struct workbook_column *c = &p->columns[i];
        json_open(&o, '{');
        json_put_int(&o, S("column"), c->column);
        json_put_str(&o, S("head"), c->head.p ? c->head : S(""));
        json_put_str(&o, S("factor"), c->factor.p ? c->factor : S(""));
        json_put_str(&o, S("kind"), c->kind.p ? c->kind : S(""));
        json_put_int(&o, S("shift"), c->shift);
        if (c->unit.n)
            json_put_str(&o, S("unit"), c->unit);
        json_put_str(&o, S("why"), c->why.p ? c->why : S(""));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    return buf_str(&b);
}

static err *whole(const struct json *object, const char *name, int64_t least, int64_t most, int64_t *ret)
{
    const struct json *value = json_get(object, str_of(name));
    if (!value || value->kind != JSON_NUMBER || !value->integer || value->i < least || value->i > most)
        return err_at(err_new(ERR_INPUT, "应为%lld到%lld的整数", (long long)least, (long long)most), str_of(name));
    *ret = value->i;
    return NULL;
}

static bool name_fits(str s, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
            return false;
    return s.n <= most;
}

static bool kind_fits(str kind)
{
    static const char *const kinds[] = {"Rtd", "Avg", "Min", "Max", "Cou", "Flag", "ZsRtd", "ZsAvg", "ZsMin", "ZsMax"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(kind, str_of(kinds[i])))
            return true;
    return false;
}

static err *column_parse(struct arena *a, const struct json *from, struct workbook_column *ret)
{
    int64_t column, shift;
    TRY(whole(from, "column", 1, LIMIT_SHEET_COLUMNS, &column));
    TRY(whole(from, "shift", -9, 9, &shift));
    *ret = (struct workbook_column){.column = (uint32_t)column, .shift = (int8_t)shift, .head = arena_str(a, json_string(from, S("head"))),
                                    .factor = arena_str(a, json_string(from, S("factor"))), .kind = arena_str(a, json_string(from, S("kind"))),
                                    .why = arena_str(a, json_string(from, S("why"))),
                                    .unit = arena_str(a, utf8_clip(json_string(from, S("unit")), 20))};
    if (!ret->factor.n)
        return NULL;
    if (!name_fits(ret->factor, 20))
        return err_at(err_got(err_new(ERR_INPUT, "因子编码只能用字母和数字"), ret->factor, S("HJ 212的因子编码"), S("a21026")), S("factor"));
    if (!kind_fits(ret->kind))
        return err_at(err_got(err_new(ERR_INPUT, "种类不认识"), ret->kind, S("Rtd Avg Min Max Cou Flag ZsRtd ZsAvg ZsMin ZsMax"), S("Avg")),
                      S("kind"));
    if (str_eq(ret->factor, S(FACTOR_ROW)) && !str_eq(ret->kind, S("Flag")))
        return err_at(err_got(err_new(ERR_INPUT, "整行（所有因子）的一列只能是数据标记"), ret->kind, S("Flag"), STR_NONE), S("kind"));
    return NULL;
}

err *workbook_profile_parse(struct arena *a, str text, struct workbook_profile *ret)
{
    const struct json *root;
    int64_t first_row, time_column;
    TRY(json_parse(a, text, LIMIT_PROFILE_BYTES, &root));
    TRY(whole(root, "first_row", 1, LIMIT_SHEET_ROWS, &first_row));
    TRY(whole(root, "time_column", 1, LIMIT_SHEET_COLUMNS, &time_column));
    const struct json *list = json_get(root, S("columns"));
    if (!list || list->kind != JSON_ARRAY || !list->n || list->n > LIMIT_WORKBOOK_COLUMNS)
        return err_at(err_new(ERR_INPUT, "应为1到%d列的列表", LIMIT_WORKBOOK_COLUMNS), S("columns"));
    *ret = (struct workbook_profile){.sheet = arena_str(a, json_string(root, S("sheet"))), .first_row = (uint32_t)first_row,
                                     .time_column = (uint32_t)time_column, .columns = NEW_ARRAY(a, list->n, struct workbook_column)};
    for (size_t i = 0; i < list->n; i++) {
        err *e = column_parse(a, &list->child[i], &ret->columns[ret->n++]);
        if (e)
            return err_at(err_at(e, arena_printf(a, "[%zu]", i)), S("columns"));
        for (size_t k = 0; k < i; k++)
            if (ret->columns[i].column == ret->columns[k].column ||
                (ret->columns[i].factor.n && !str_eq(ret->columns[i].factor, S(FACTOR_ROW)) && str_eq(ret->columns[i].factor, ret->columns[k].factor) &&
                 str_eq(ret->columns[i].kind, ret->columns[k].kind)))
                return err_at(err_new(ERR_INPUT, "与第%zu项重复：同一列或同一“因子-种类”只能出现一次", k + 1), arena_printf(a, "columns[%zu]", i));
    }
    return NULL;
}

str workbook_profile_heads(struct arena *a, const struct workbook_profile *p)
{
    buf b = buf_make(a, LIMIT_PROFILE_BYTES);
    buf_printf(&b, "%u", p->time_column);
    for (size_t i = 0; i < p->n; i++)
        buf_printf(&b, "\n%u %.*s", p->columns[i].column, STR_ARG(p->columns[i].head));
    return buf_str(&b);
}

bool workbook_profile_fits(const struct workbook_profile *made, const struct workbook_profile *seen)
{
    bool fits = made->n == seen->n && made->time_column == seen->time_column;
    for (size_t i = 0; i < made->n && fits; i++)
        fits = made->columns[i].column == seen->columns[i].column && str_eq(made->columns[i].head, seen->columns[i].head);
    return fits;
}
