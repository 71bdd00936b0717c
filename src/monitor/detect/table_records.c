/*
 * What is known of an outlet beside its readings, from a file of records: checks and comparisons, inspections and visits, parameters,
 * commands, marks. One record a line; which columns there are is the header's to say. A line that cannot be read stops the
 * reading with its place: a record that is dropped could turn an innocent finding into another.
 */
#include "monitor/detect/csv_private.h"

#include <stdlib.h>
#include <string.h>

enum what { WHAT_CHECK, WHAT_EVENT, WHAT_MARK, WHAT_COMMAND };
static const struct { const char *word, *chinese; uint8_t what, kind; } kinds[] = {
    {"zero", "零点核查", WHAT_CHECK, CHECK_ZERO},
    {"span", "量程核查", WHAT_CHECK, CHECK_SPAN},
    {"standard", "标样核查", WHAT_CHECK, CHECK_STANDARD},
    {"remote", "远程校验", WHAT_CHECK, CHECK_REMOTE},
    {"comparison", "比对监测", WHAT_CHECK, CHECK_COMPARISON},
    {"sample", "采样", WHAT_CHECK, CHECK_SAMPLE},
    {"total", "申报总量", WHAT_CHECK, CHECK_TOTAL},
    {"inspection", "执法检查", WHAT_EVENT, EVENT_INSPECTION},
    {"visit", "运维", WHAT_EVENT, EVENT_VISIT},
    {"calibration", "校准", WHAT_EVENT, EVENT_CALIBRATION},
    {"parameter", "参数修改", WHAT_EVENT, EVENT_PARAMETER},
    {"boot", "重启", WHAT_EVENT, EVENT_BOOT},
    {"serial", "更换设备", WHAT_EVENT, EVENT_SERIAL},
    {"clock", "校时", WHAT_EVENT, EVENT_CLOCK},
    {"command", "指令", WHAT_COMMAND, 0},
    {"mark-stopped", "标记停运", WHAT_MARK, MARKED_STOPPED},
    {"mark-start", "标记启炉", WHAT_MARK, MARKED_START},
    {"mark-shut", "标记停炉", WHAT_MARK, MARKED_SHUT},
    {"mark-fault", "标记故障", WHAT_MARK, MARKED_FAULT},
    {"mark-maintenance", "标记维护", WHAT_MARK, MARKED_MAINTENANCE},
    {"mark-calibration", "标记校准", WHAT_MARK, MARKED_CALIBRATION},
    {"mark-network", "标记通讯中断", WHAT_MARK, MARKED_NETWORK}};

enum part { PART_TIME, PART_KIND, PART_FACTOR, PART_MEASURED, PART_NOMINAL, PART_SECONDS, PART_BEFORE, PART_TEXT, PART_ENTERED, PARTS };
static const char *const part_name[PARTS][2] = {{"time", "时间"}, {"kind", "种类"}, {"factor", "因子"}, {"measured", "读数"},
                                                {"nominal", "标准值"}, {"seconds", "秒数"}, {"before", "原读数"}, {"text", "说明"},
                                                {"entered", "登记时间"}};

struct records {
    struct arena *a;
    int column[PARTS]; /* from 1; 0 none */
    int columns;
    char separator;
    int64_t line;
    VEC(struct table_check) checks;
    VEC(struct table_event) events;
    VEC(struct table_mark) marks;
    VEC(struct table_command) commands;
};

static err *bad(const struct records *r, enum part p, str got, const char *what, const char *want)
{
    return err_got(err_new(ERR_INPUT, "第%lld行第%d列（%s）：%s", (long long)r->line, r->column[p], part_name[p][1], what), utf8_clip(got, 40), str_of(want),
                   STR_NONE);
}

static err *read_head(struct records *r, str head)
{
    r->separator = memchr(head.p, '\t', head.n) ? '\t' : memchr(head.p, ';', head.n) ? ';' : ',';
    struct csv_line l = {head, r->separator, false, false};
    for (str cell; csv_cell(&l, &cell);) {
        r->columns++;
        for (int p = 0; p < PARTS; p++)
            if (str_eq(cell, str_of(part_name[p][0])) || str_eq(cell, str_of(part_name[p][1]))) {
                if (r->column[p])
                    return err_new(ERR_INPUT, "第1行第%d列：“%s”已有一列", r->columns, part_name[p][1]);
                r->column[p] = r->columns;
            }
    }
    if (!r->column[PART_TIME] || !r->column[PART_KIND])
        return err_got(err_new(ERR_INPUT, "第1行：表头缺少时间或种类"), utf8_clip(head, 60), S("时间,种类,因子,读数,标准值,秒数,原读数,说明"), S("时间,种类,因子,读数,标准值"));
    return NULL;
}

/* A cell as mantissa and places; VALUE_NONE where it is empty or there is no such column. */
static err *number(const struct records *r, const str *cell, enum part p, int64_t *ret, int *ret_places)
{
    *ret = VALUE_NONE;
    *ret_places = 0;
    if (!r->column[p])
        return NULL;
    enum cell_state s = cell_number(cell[p], false, ret, ret_places);
    if (s == CELL_MISSING)
        *ret = VALUE_NONE, *ret_places = 0;
    else if (s != CELL_NUMBER || *ret_places > LIMIT_TABLE_DECIMALS)
        return bad(r, p, cell[p], s == CELL_BAD ? "不是数字" : "位数太多", "一个十进制数，最多九位小数，没有则留空");
    return NULL;
}

static bool lift(int64_t *x, int by)
{
    for (; by > 0 && *x != VALUE_NONE; by--)
        if (__builtin_mul_overflow(*x, (int64_t)10, x))
            return false;
    return *x == VALUE_NONE || (*x < INT64_MAX / 4 && *x > INT64_MIN / 4);
}

static err *whole(const struct records *r, const str *cell, enum part p, int64_t *ret)
{
    int places;
    TRY(number(r, cell, p, ret, &places));
    if (*ret != VALUE_NONE && (places || *ret < 0 || *ret > 100LL * 366 * 86400))
        return bad(r, p, cell[p], "应是不小于零的整数", "秒数，或指令编号");
    return NULL;
}

static err *add_check(struct records *r, const str *cell, usec at, uint8_t kind)
{
    struct table_check k = {.at = at, .kind = kind, .factor = r->column[PART_FACTOR] ? arena_str(r->a, cell[PART_FACTOR]) : S("")};
    int64_t *of[] = {&k.measured, &k.nominal, &k.before};
    static const enum part parts[] = {PART_MEASURED, PART_NOMINAL, PART_BEFORE};
    int places[3], most = 0;
    if (!k.factor.n)
        return bad(r, r->column[PART_FACTOR] ? PART_FACTOR : PART_KIND, S(""), "核查、比对要写明因子", "因子编码，如a21026");
    for (int i = 0; i < 3; i++) {
        TRY(number(r, cell, parts[i], of[i], &places[i]));
        most = places[i] > most ? places[i] : most;
    }
    for (int i = 0; i < 3; i++)
        if (!lift(of[i], most - places[i]))
            return bad(r, parts[i], cell[parts[i]], "数字太大", "与其他数合计不超过十八位");
    k.decimals = (int8_t)most;
    TRY(whole(r, cell, PART_SECONDS, &k.seconds));
    k.seconds = k.seconds == VALUE_NONE ? -1 : k.seconds;
    vec_push(r->a, &r->checks, k);
    return NULL;
}

/* Which factor a parameter is of, and its value before and after: all three, or nothing is known of them. */
static err *parameter_values(const struct records *r, const str *cell, struct table_event *e)
{
    int places_before, places_after;
    int64_t before, after;
    if (e->kind != EVENT_PARAMETER)
        return NULL;
    e->factor = r->column[PART_FACTOR] ? arena_str(r->a, cell[PART_FACTOR]) : S("");
    TRY(number(r, cell, PART_BEFORE, &before, &places_before));
    TRY(number(r, cell, PART_MEASURED, &after, &places_after));
    if (before == VALUE_NONE || after == VALUE_NONE)
        return NULL;
    int most = places_before > places_after ? places_before : places_after;
    if (!lift(&before, most - places_before))
        return bad(r, PART_BEFORE, cell[PART_BEFORE], "数字太大", "与其他数合计不超过十八位");
    if (!lift(&after, most - places_after))
        return bad(r, PART_MEASURED, cell[PART_MEASURED], "数字太大", "与其他数合计不超过十八位");
    e->decimals = (int8_t)most, e->before = before, e->after = after;
    return NULL;
}

static err *add(struct records *r, const str *cell, usec at, uint8_t what, uint8_t kind)
{
    str text = r->column[PART_TEXT] ? arena_str(r->a, cell[PART_TEXT]) : S("");
    int64_t seconds, cn, result;
    if (what == WHAT_CHECK)
        return add_check(r, cell, at, kind);
    if (what == WHAT_EVENT) {
        struct table_event e = {.at = at, .kind = kind, .text = text};
        TRY(parameter_values(r, cell, &e));
        vec_push(r->a, &r->events, e);
        return NULL;
    }
    if (what == WHAT_MARK) {
        TRY(whole(r, cell, PART_SECONDS, &seconds));
        if (seconds == VALUE_NONE || seconds == 0)
            return bad(r, r->column[PART_SECONDS] ? PART_SECONDS : PART_KIND, S(""), "标记要写明持续多少秒", "大于零的整数");
        struct table_mark m = {at, at + seconds * USEC_SECOND, USEC_NONE, kind, text};
        if (r->column[PART_ENTERED] && cell[PART_ENTERED].n && !cell_time(cell[PART_ENTERED], &m.entered))
            return bad(r, PART_ENTERED, cell[PART_ENTERED], "登记时间看不懂", "年-月-日 时:分:秒，不知道则留空");
        vec_push(r->a, &r->marks, m);
        return NULL;
    }
    TRY(whole(r, cell, PART_NOMINAL, &cn));
    TRY(whole(r, cell, PART_MEASURED, &result));
    if (cn == VALUE_NONE || result == VALUE_NONE || cn > 9999)
        return bad(r, r->column[PART_NOMINAL] ? PART_NOMINAL : PART_KIND, S(""), "指令要写明编号（标准值）和应答（读数，1为执行）", "如3011和1");
    struct table_command k = {at, (int32_t)cn, result != 1};
    vec_push(r->a, &r->commands, k);
    return NULL;
}

static err *read_line(struct records *r, str text)
{
    str cell[PARTS] = {0};
    struct csv_line l = {text, r->separator, false, false};
    int column = 0;
    usec at;
    for (str one; csv_cell(&l, &one);) {
        column++;
        if (l.open)
            return err_got(err_new(ERR_INPUT, "第%lld行第%d列：引号没有成对", (long long)r->line, column), utf8_clip(one, 40), S("一对引号，或不用引号"), STR_NONE);
        if (column > r->columns && one.n)
            return err_got(err_new(ERR_INPUT, "第%lld行第%d列：列数多于表头的%d列", (long long)r->line, column, r->columns), utf8_clip(one, 40), S("与表头同样多的列"),
                           STR_NONE);
        for (int p = 0; p < PARTS; p++)
            if (r->column[p] == column)
                cell[p] = one;
    }
    if (!cell_time(cell[PART_TIME], &at))
        return bad(r, PART_TIME, cell[PART_TIME], "时间看不懂", "年-月-日 时:分:秒");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(cell[PART_KIND], str_of(kinds[i].word)) || str_eq(cell[PART_KIND], str_of(kinds[i].chinese)))
            return add(r, cell, at, kinds[i].what, kinds[i].kind);
    return bad(r, PART_KIND, cell[PART_KIND], "种类不认识", "零点核查、量程核查、标样核查、远程校验、比对监测、执法检查、运维、指令等");
}

/* ---- into the table: by time, what was there first among equals ---- */
int table_check_order(const void *x, const void *y)
{
    const struct table_check *a = x, *b = y;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    int order = str_cmp(a->factor, b->factor);
    return order ? order : (a->kind > b->kind) - (a->kind < b->kind);
}

static int by_event(const void *x, const void *y)
{
    const struct table_event *a = x, *b = y;
    return a->at != b->at ? (a->at < b->at ? -1 : 1) : (a->kind > b->kind) - (a->kind < b->kind);
}

static int by_mark(const void *x, const void *y)
{
    const struct table_mark *a = x, *b = y;
    return a->from != b->from ? (a->from < b->from ? -1 : 1) : (a->kind > b->kind) - (a->kind < b->kind);
}

static int by_command(const void *x, const void *y)
{
    const struct table_command *a = x, *b = y;
    return a->at != b->at ? (a->at < b->at ? -1 : 1) : (a->cn > b->cn) - (a->cn < b->cn);
}

static const void *joined(struct arena *a, const void *have, size_t have_n, const void *more, size_t more_n, size_t size, int (*order)(const void *, const void *))
{
    char *all = arena_alloc(a, have_n + more_n + 1, size);
    if (have_n)
        memcpy(all, have, have_n * size);
    if (more_n)
        memcpy(all + have_n * size, more, more_n * size);
    qsort(all, have_n + more_n, size, order);
    return all;
}

err *table_records(struct arena *a, const struct table_source *s, struct table *t, size_t *ret_n)
{
    struct records r = {.a = a};
    str text, line;
    size_t n = 0;
    bool head = false;
    TRY(csv_text(a, s->bytes, &text));
    while (text.p && str_next(&text, '\n', &line)) {
        r.line++;
        line = str_trim(line);
        if (!line.n)
            continue;
        if (!head) {
            TRY(read_head(&r, line));
            head = true;
            continue;
        }
        if (++n > LIMIT_TABLE_RECORDS)
            return err_new(ERR_LIMIT, "第%lld行：记录超过%d条", (long long)r.line, LIMIT_TABLE_RECORDS);
        TRY(read_line(&r, line));
    }
    if (!head)
        return err_new(ERR_INPUT, "第1行：文件是空的");
    t->checks = joined(a, t->checks, t->checks_n, r.checks.p, r.checks.n, sizeof *t->checks, table_check_order);
    if (r.events.n || t->events)
        t->events = joined(a, t->events, t->events_n, r.events.p, r.events.n, sizeof *t->events, by_event);
    if (r.marks.n || t->marks)
        t->marks = joined(a, t->marks, t->marks_n, r.marks.p, r.marks.n, sizeof *t->marks, by_mark);
    t->commands = joined(a, t->commands, t->commands_n, r.commands.p, r.commands.n, sizeof *t->commands, by_command);
    t->checks_n += r.checks.n, t->events_n += r.events.n, t->marks_n += r.marks.n, t->commands_n += r.commands.n;
    *ret_n = n;
    return NULL;
}
