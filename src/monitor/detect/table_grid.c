/*
 * Rows of a file on a grid: the step is the commonest distance of neighbouring times; values go to their slots, in place where each line has a slot
 * of its own in order. What is there twice, between steps or in two units is listed, and taken out where it could mislead.
 */
#include "monitor/detect/detect_private.h"
#include "monitor/detect/table_reader.h"

#include <stdlib.h>
#include <string.h>

static int by_time(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static void order(struct reader *r)
{
    size_t backwards = 0;
    for (size_t i = 1; i < r->rows; i++)
        if (r->row[i].at < r->row[i - 1].at) {
            backwards++;
            csv_fault(&r->faults, r->row[i].line, 1, S("时间早于上一行，已按时间重排"));
        }
    if (backwards)
        qsort(r->row, r->rows, sizeof *r->row, by_time);
}

/* Distances of neighbours in time, sorted; those of rows under one time and of years are left out. */
static double *distances_of(const struct reader *r, size_t *ret_n)
{
    double *seconds = NEW_ARRAY(r->scratch, r->rows + 1, double);
    *ret_n = 0;
    for (size_t i = 1; i < r->rows; i++) {
        int64_t d = (r->row[i].at - r->row[i - 1].at) / USEC_SECOND;
        if (d > 0 && d <= 366 * 86400)
            seconds[(*ret_n)++] = (double)d;
    }
    sort_doubles(seconds, *ret_n);
    return seconds;
}

/* Clocks that wander have no commonest distance, or one that nobody logs by: the usual step their middle distance lies next to, where most lie about it. */
static int32_t usual_step(struct reader *r, int32_t found, bool most)
{
    static const int32_t usual[] = {1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400,
                                    21600, 28800, 43200, 86400};
    enum { USUAL = sizeof usual / sizeof *usual };
    size_t n, near = 0, best = 0;
    for (size_t k = 0; k < USUAL && most; k++)
        if (usual[k] == found)
            return found;
    const double *seconds = distances_of(r, &n);
    double middle = n ? seconds[n / 2] : found;
    for (size_t k = 1; k < USUAL; k++)
        if (fabs(usual[k] - middle) < fabs(usual[best] - middle))
            best = k;
    double step = usual[best], sum = 0;
    for (size_t i = 0; i < n; i++)
        if (fabs(seconds[i] - step) < step / 2) {
            near++;
            sum += seconds[i];
        }
    /* a clock that wanders comes back: what really is another step does not have the usual one as its mean */
    bool back = fabs(sum - (double)near * step) <= 0.02 * (double)near * step || (most && 86400 % found && fabs(found - step) < step / 20);
    if (fabs(middle - step) > step * 0.1 || 4 * near < 3 * n || !back || usual[best] == found)
        return found;
    r->wanders = true;
    return usual[best];
}

/* The commonest distance of neighbours; the shorter one on a tie. */
static int32_t step_of(struct reader *r)
{
    enum { KINDS_OF_STEP = 64 };
    struct { int64_t seconds; size_t n; } seen[KINDS_OF_STEP];
    size_t n = 0, best = 0, all = 0;
    for (size_t i = 1; i < r->rows; i++) {
        int64_t seconds = (r->row[i].at - r->row[i - 1].at) / USEC_SECOND;
        size_t k = 0;
        if (seconds <= 0 || seconds > 366 * 86400)
            continue;
        all++;
        while (k < n && seen[k].seconds != seconds)
            k++;
        if (k == n && n < KINDS_OF_STEP)
            seen[n].seconds = seconds, seen[n++].n = 0;
        if (k < n)
            seen[k].n++;
    }
    for (size_t k = 1; k < n; k++)
        if (seen[k].n > seen[best].n || (seen[k].n == seen[best].n && seen[k].seconds < seen[best].seconds))
            best = k;
    return n ? usual_step(r, (int32_t)seen[best].seconds, 2 * seen[best].n >= all) : 3600;
}

/* Where slots begin: with the first row, but with the full step where most times only lie about it, some before and some behind. Clocks that wander far,
 * and day numbers of few places, belong to the nearest. */
static usec origin(struct reader *r, usec step)
{
    size_t early = 0, behind = 0, off = 0, near = 0;
    for (size_t i = 0; i < r->rows; i++) {
        usec over = (r->row[i].at + 8 * USEC_HOUR) % step;
        early += over >= step - step / 20;
        behind += over <= step / 20;
        near += over <= step / 3 || over >= step - step / 3;
        off += (r->row[i].at - r->row[0].at) % step != 0;
    }
    r->wanders = r->wanders && 10 * near >= 9 * r->rows;
    if (!r->wanders && (2 * off < r->rows || 2 * (early + behind) < r->rows))
        return r->row[0].at;
    r->back = r->wanders ? step / 2 : early ? step / 20 : 0;
    return r->row[0].at + r->back - (r->row[0].at + r->back + 8 * USEC_HOUR) % step;
}

/* 45658.04 tells times apart by a hundredth of a day: hours, and nothing finer. */
static err *too_coarse(const struct reader *r, int32_t step)
{
    int64_t width = 86400;
    for (int i = 0; i < r->serial_places; i++)
        width /= 10;
    if (!r->serial_places || 2 * width <= step)
        return NULL;
    return err_new(ERR_INPUT, "第%lld行第1列：时间是只有%d位小数的日期序号，相邻%d秒的时间分不开；请把时间列设为日期时间格式（年-月-日 时:分:秒）再导出", (long long)r->row[0].line,
                   r->serial_places, step);
}

static err *lay_grid(struct reader *r, struct table *t)
{
    usec step;
    t->step_s = step_of(r);
    TRY(too_coarse(r, t->step_s));
    step = t->step_s * USEC_SECOND;
    t->from = origin(r, step);
    usec slots = (r->row[r->rows - 1].at + r->back - t->from) / step + 1;
    if (slots > LIMIT_TABLE_SLOTS || slots > (usec)r->rows * 200 + 20000) {
        size_t far = 1;
        for (size_t i = 1; i < r->rows; i++)
            if (r->row[i].at - r->row[i - 1].at > r->row[far].at - r->row[far - 1].at)
                far = i;
        return err_new(ERR_INPUT, "第%lld行第1列：时间与相邻行相距过远（步长%d秒，中间空%lld个时段），请核对年份", (long long)r->row[far].line,
                       t->step_s, (long long)((r->row[far].at - r->row[far - 1].at) / step));
    }
    t->n = (size_t)slots;
    return NULL;
}

/* Three of four rows under the time of another: hours without their hour, or several outlets one below the other. */
static err *too_many_twice(const struct reader *r, size_t twice, size_t first)
{
    if (4 * twice <= 3 * r->rows || r->rows < 8)
        return NULL;
    return err_got(err_new(ERR_INPUT, "第%u行第1列：%zu行中有%zu行的时间与另一行相同，时间可能缺了时、分，或几个排放口在同一张表里", r->row[first].line, r->rows, twice),
                   STR_NONE, S("每个时间一行，一张表一个排放口"), S("2026-01-02 03:00:00"));
}

/* The slot of each row, with what is odd about it noted. */
static err *place_rows(struct reader *r, const struct table *t, uint32_t **ret)
{
    uint32_t *slot = NEW_ARRAY(r->scratch, r->rows, uint32_t);
    size_t twice = 0, first = 0;
    str off = arena_printf(r->scratch, r->wanders ? "时间间隔不一，步长取最接近的%d秒，各行归入最近的时段" : "时间不在整%d秒上，归入所在的时段", t->step_s);
    usec step = t->step_s * USEC_SECOND;
    r->in_place = r->rows == t->n;
    for (size_t i = 0; i < r->rows; i++) {
        usec over = (r->row[i].at - t->from) % step;
        slot[i] = (uint32_t)((r->row[i].at + r->back - t->from) / step);
        if (over)
            csv_fault(&r->faults, r->row[i].line, 1, off);
        if (i && slot[i] == slot[i - 1])
            csv_fault(&r->faults, r->row[i].line, 1, S("时间与另一行相同，以后出现的为准")), first = twice++ ? first : i;
        r->in_place &= slot[i] == i && r->row[i].place == i;
    }
    *ret = slot;
    return too_many_twice(r, twice, first);
}

/* A quarter of the values with one place fewer than the rest still prints the finer grid; common divisor: CO in hundreds. */
int64_t table_step(const int64_t *value, size_t n)
{
    int64_t all = 0;
    for (size_t i = 0; i < n && all != 1; i++)
        if (value[i] != VALUE_NONE)
            all = common_step(value[i], all);
    return all ? all : 1;
}

/* Two heaps of values at least 30 times apart, each in long stretches: mg and µg in one column. */
static bool units_mixed(const int64_t *value, size_t n)
{
    enum { SAMPLE = 4000 };
    double x[SAMPLE], sorted[SAMPLE];
    size_t k = 0, stride = n / SAMPLE + 1;
    for (size_t i = 0; i < n; i += stride)
        if (value[i] != VALUE_NONE && value[i] > 0)
            x[k++] = log10((double)value[i]);
    if (k < 200)
        return false;
    memcpy(sorted, x, k * sizeof *x);
    sort_doubles(sorted, k);
    size_t widest = k / 20;
    for (size_t i = k / 20; i + 1 < k - k / 20; i++)
        if (sorted[i + 1] - sorted[i] > sorted[widest + 1] - sorted[widest])
            widest = i;
    double cut = (sorted[widest] + sorted[widest + 1]) / 2;
    size_t changes = 0;
    for (size_t i = 1; i < k; i++)
        changes += (x[i] > cut) != (x[i - 1] > cut);
    return sorted[widest + 1] - sorted[widest] > 1.5 && changes <= 6;
}

/* Cells of one slot each and in order are the column; others are laid out anew, where the later row of a slot counts. */
static const int64_t *values_on_grid(struct reader *r, const struct table *t, const uint32_t *slot, const struct field *f, int decimals,
                                     const int8_t **ret_places)
{
    int64_t *value = r->in_place ? f->cells.mantissa : NEW_ARRAY(r->a, t->n, int64_t);
    int8_t *places = r->in_place ? f->cells.places : NEW_ARRAY(r->a, t->n, int8_t);
    for (size_t i = 0; i < t->n && !r->in_place; i++)
        value[i] = VALUE_NONE, places[i] = -1;
    for (size_t i = 0; i < r->rows; i++) {
        size_t place = r->row[i].place, at = slot[i];
        int64_t m = f->cells.mantissa[place];
        int printed = m == VALUE_NONE ? -1 : f->cells.places[place];
        bool fits = true;
        if (m == VALUE_NONE && !r->in_place)
            continue;
        for (int up = m == VALUE_NONE ? 0 : decimals - printed; up > 0 && fits; up--)
            fits = !__builtin_mul_overflow(m, (int64_t)10, &m);
        if (m != VALUE_NONE && (!fits || m > INT64_MAX / 4 || m < INT64_MIN / 4)) {
            csv_fault(&r->faults, r->row[i].line, (int)(f - r->field) + 2, S("数值过大，按缺测处理"));
            if (!r->in_place)
                continue;
            m = VALUE_NONE, printed = -1;
        }
        value[at] = m;
        places[at] = (int8_t)printed;
    }
    if (ret_places)
        *ret_places = places;
    return value;
}

static const struct field *field_find(const struct reader *r, str factor, enum kind k)
{
    for (int i = 0; i < r->fields; i++)
        if (r->field[i].kind == k && str_eq(r->field[i].factor, factor))
            return &r->field[i];
    return NULL;
}

/* What a column of flags leaves out of judgement without saying so elsewhere. */
static void tell_flags(struct reader *r, const struct table *t, const struct column *c, int column)
{
    size_t none = 0, unknown = 0;
    char sign = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (c->value[i] == VALUE_NONE)
            continue;
        none += !c->flag[i];
        if (c->flag[i] && !memchr("NFMSDCTBnfmsdctb", c->flag[i], 16))
            unknown++, sign = c->flag[i];
    }
    if (none)
        csv_fault(&r->faults, 1, column, arena_printf(r->a, "有%zu个数值的标志是空的，按非正常处理，不作研判", none));
    if (unknown && sign > ' ' && sign < 0x7F)
        csv_fault(&r->faults, 1, column, arena_printf(r->a, "有%zu个标志不是HJ 212的（如“%c”），按非正常处理，不作研判", unknown, sign));
    else if (unknown)
        csv_fault(&r->faults, 1, column, arena_printf(r->a, "有%zu个标志不是HJ 212的，按非正常处理，不作研判", unknown));
}

static const char *flags_on_grid(struct reader *r, const struct table *t, const uint32_t *slot, str factor)
{
    const struct field *f = field_find(r, factor, KIND_FLAG);
    if (!f)
        return r->row_flag;
    char *flag = NEW_ARRAY(r->a, t->n, char);
    for (size_t i = 0; i < r->rows; i++)
        flag[slot[i]] = (char)f->cells.mantissa[r->row[i].place];
    return flag;
}

/* Flags of rows, for every factor that has none of its own. Of several columns the one counts that does not say normal. */
static void row_flags_on_grid(struct reader *r, const struct table *t, const uint32_t *slot)
{
    for (int i = 0; i < r->fields; i++) {
        const struct field *f = &r->field[i];
        if (f->kind != KIND_FLAG || f->factor.n)
            continue;
        bool first = !r->row_flag;
        r->row_flag = first ? NEW_ARRAY(r->a, t->n, char) : r->row_flag;
        for (size_t k = 0; k < r->rows; k++) {
            char flag = (char)f->cells.mantissa[r->row[k].place], *to = &r->row_flag[slot[k]];
            *to = first || *to == 'N' || !*to ? flag : *to;
        }
    }
}

/* One column of the table from the fields of a factor and group; false when there is none. */
static bool make_column(struct reader *r, const struct table *t, const uint32_t *slot, str factor, enum column_group g, struct column *ret)
{
    static const enum kind main_kind[COLUMN_GROUPS][2] = {{KIND_AVG, KIND_RTD}, {KIND_ZSAVG, KIND_ZSRTD}, {KIND_COU, KIND_COU}};
    static const enum kind low_kind[COLUMN_GROUPS] = {KIND_MIN, KIND_ZSMIN, KIND_SKIP}, high_kind[COLUMN_GROUPS] = {KIND_MAX, KIND_ZSMAX, KIND_SKIP};
    const struct field *f = field_find(r, factor, main_kind[g][0]), *second = field_find(r, factor, main_kind[g][1]);
    const struct field *low = low_kind[g] ? field_find(r, factor, low_kind[g]) : NULL, *high = high_kind[g] ? field_find(r, factor, high_kind[g]) : NULL;
    const int8_t *places;
    if (f && second && f != second)
        csv_fault(&r->faults, 1, (int)(second - r->field) + 2, S("同一因子既有均值又有实时值，只检查均值"));
    f = f ? f : second;
    if (!f)
        return false;
    int decimals = f->cells.most;
    decimals = low && low->cells.most > decimals ? low->cells.most : decimals;
    decimals = high && high->cells.most > decimals ? high->cells.most : decimals;
    *ret = (struct column){.factor = factor, .group = (uint8_t)g, .decimals = (int8_t)decimals};
    ret->value = values_on_grid(r, t, slot, f, decimals, &places);
    ret->places = places;
    ret->low = low ? values_on_grid(r, t, slot, low, decimals, NULL) : NULL;
    ret->high = high ? values_on_grid(r, t, slot, high, decimals, NULL) : NULL;
    ret->flag = flags_on_grid(r, t, slot, factor);
    ret->q = table_step(ret->value, t->n);
    int column = (int)(f - r->field) + 2;
    if (f->cells.longer)
        csv_fault(&r->faults, 1, column, arena_printf(r->a, "有%zu个值的小数多于%d位，已舍入", f->cells.longer, LIMIT_TABLE_DECIMALS));
    if (!f->cells.given)
        csv_fault(&r->faults, 1, column, S("整列没有数值"));
    if (factor_find(factor)->role == ROLE_OTHER && !factor_find(factor)->label)
        csv_fault(&r->faults, 1, column, arena_printf(r->a, "因子“%.*s”不在代码表中，只作工艺参数参照", STR_ARG(utf8_clip(factor, 20))));
    if (units_mixed(ret->value, t->n)) {
        ret->unfit = true;
        csv_fault(&r->faults, 1, column, S("数值分成相差数十倍的两段，疑似单位混用，该列不做研判"));
    }
    return true;
}

static void make_columns(struct reader *r, struct table *t, const uint32_t *slot)
{
    struct column *columns = NEW_ARRAY(r->a, (size_t)r->fields * COLUMN_GROUPS + 1, struct column);
    row_flags_on_grid(r, t, slot);
    for (int i = 0; i < r->fields; i++) {
        bool first = r->field[i].kind != KIND_SKIP;
        for (int k = 0; k < i && first; k++)
            first = r->field[k].kind == KIND_SKIP || !str_eq(r->field[k].factor, r->field[i].factor);
        size_t before = t->columns_n;
        for (int g = 0; first && g < COLUMN_GROUPS && t->columns_n < LIMIT_TABLE_COLUMNS; g++)
            t->columns_n += make_column(r, t, slot, r->field[i].factor, (enum column_group)g, &columns[t->columns_n]);
        if (t->columns_n > before && columns[before].flag && columns[before].flag != r->row_flag)
            tell_flags(r, t, &columns[before], (int)(field_find(r, r->field[i].factor, KIND_FLAG) - r->field) + 2);
    }
    t->columns = columns;
}

err *reader_table(struct reader *r, struct table *ret)
{
    uint32_t *slot;
    order(r);
    TRY(lay_grid(r, ret));
    TRY(place_rows(r, ret, &slot));
    make_columns(r, ret, slot);
    return NULL;
}
