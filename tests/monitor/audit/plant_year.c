#include "plant_year.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

/* SO2, its value at 6 % oxygen, dust, oxygen, flow velocity, flue temperature. */
enum { SO2, CONVERTED, DUST, OXYGEN, VELOCITY, HEAT };
const int plant_year_decimals[YEAR_CHANNELS] = {1, 1, 2, 2, 2, 1};
static const char *const heads[YEAR_CHANNELS] = {"a21026-Avg", "a21026-ZsAvg", "a34013-Avg", "a19001-Avg", "a01011-Avg", "a01012-Avg"};

static double unit(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return (double)(*seed * UINT64_C(2685821657736338717) >> 11) / 9007199254740992.0;
}

static double normal(uint64_t *seed)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += unit(seed);
    return sum;
}

static void convert(struct plant_year *y, size_t i)
{
    double oxygen = (double)y->value[OXYGEN][i] / 100;
    y->value[CONVERTED][i] = llround((double)y->value[SO2][i] * 15 / (21 - oxygen));
}

struct plant_year *plant_year_make(struct arena *a, bool forged)
{
    struct plant_year *y = NEW(a, struct plant_year);
    uint64_t seed = 20250102;
    double load = 0, own[YEAR_CHANNELS] = {0};
    for (size_t i = 0; i < YEAR_HOURS; i++) {
        load += -0.06 * load + 0.35 * normal(&seed);
        for (int k = 0; k < YEAR_CHANNELS; k++)
            own[k] = 0.7 * own[k] + normal(&seed);
        y->value[SO2][i] = llround(10 * fmax(2, 24 + 4 * load + 1.5 * own[0]));
        y->value[DUST][i] = llround(100 * fmax(0.4, 5 + 0.8 * load + 0.35 * own[2]));
        y->value[OXYGEN][i] = llround(100 * fmin(18, fmax(3, 8 - 0.6 * load + 0.15 * own[3])));
        y->value[VELOCITY][i] = llround(100 * fmax(1, 12 + 1.5 * load + 0.2 * own[4]));
        y->value[HEAT][i] = llround(10 * (130 + 6 * load + own[5]));
        convert(y, i);
        y->flag[i] = 'N';
    }
    for (size_t i = 700; i < YEAR_HOURS; i += 1009) /* a logger that lost an hour */
        for (int k = 0; k < YEAR_CHANNELS; k++)
            y->value[k][i] = INT64_MIN;
    for (size_t i = 5; i < YEAR_HOURS; i += 168) /* a calibration a week */
        y->flag[i] = 'C';
    for (size_t i = 2000; forged && i < 2072; i++) { /* three days on one number, while load moves */
        y->value[SO2][i] = 231;
        convert(y, i);
    }
    for (size_t i = 4400; forged && i < 4520; i++) /* five days of dust sent again from a month before */
        y->value[DUST][i] = y->value[DUST][i - 720];
    for (size_t i = 6600; forged && i < 6700; i++) /* converted with a fifth less than the rule says */
        y->value[CONVERTED][i] = y->value[CONVERTED][i] * 4 / 5;
    return y;
}

/* As a spreadsheet shows it: no zeros behind. */
static void number(buf *b, int64_t value, int decimals, char point)
{
    int64_t ten = 1;
    for (; decimals > 0 && value % 10 == 0; decimals--)
        value /= 10;
    for (int i = 0; i < decimals; i++)
        ten *= 10;
    buf_printf(b, "%lld", (long long)(value / ten));
    if (decimals)
        buf_printf(b, "%c%0*lld", point, decimals, (long long)(value % ten));
}

static void stamp(buf *b, size_t hour)
{
    struct civil c = civil_of(day_start(day_from_civil(2025, 1, 1)) + (usec)hour * USEC_HOUR);
    buf_printf(b, "%d-%02d-%02d %02d:00:00", c.year, c.month, c.dom, c.hour);
}

str plant_year_csv(struct arena *a, const struct plant_year *y, const struct year_shape *shape)
{
    static const struct year_shape plain = {"\n", "", ',', '.', false};
    const struct year_shape *s = shape ? shape : &plain;
    buf b = buf_make(a, 4 << 20);
    buf_add(&b, S("time"));
    for (int k = 0; k < YEAR_CHANNELS; k++)
        buf_printf(&b, "%c%s", s->separator, heads[k]);
    buf_printf(&b, "%ca21026-Flag%s", s->separator, s->line_end);
    for (size_t n = 0; n < YEAR_HOURS; n++) {
        size_t i = s->backwards ? YEAR_HOURS - 1 - n : n;
        stamp(&b, i);
        for (int k = 0; k < YEAR_CHANNELS; k++) {
            buf_char(&b, s->separator);
            if (y->value[k][i] == INT64_MIN)
                buf_add(&b, str_of(s->missing));
            else
                number(&b, y->value[k][i], plant_year_decimals[k], s->point);
        }
        buf_printf(&b, "%c%c%s", s->separator, y->flag[i], s->line_end);
    }
    CHECK(!b.overflow);
    return buf_str(&b);
}

static const char *const upper[YEAR_CHANNELS + 1] = {"二氧化硫", NULL, "颗粒物", "含氧量", "流速", "烟温", "二氧化硫"},
                  *const lower[YEAR_CHANNELS + 1] = {"实测浓度(mg/m³)", "折算浓度(mg/m³)", "浓度(g/m³)", "(%)", "(m/s)", "(℃)", "标记"};

str plant_year_platform_csv(struct arena *a, const struct plant_year *y)
{
    buf b = buf_make(a, 4 << 20);
    buf_add(&b, S("某热电有限公司2号锅炉烟囱 小时数据\n监测时间"));
    for (int k = 0; k <= YEAR_CHANNELS; k++)
        buf_printf(&b, ",%s", upper[k] ? upper[k] : "");
    buf_add(&b, S("\n"));
    for (int k = 0; k <= YEAR_CHANNELS; k++)
        buf_printf(&b, ",%s", lower[k]);
    buf_char(&b, '\n');
    for (size_t i = 0; i < YEAR_HOURS; i++) {
        stamp(&b, i);
        for (int k = 0; k < YEAR_CHANNELS; k++) {
            buf_char(&b, ',');
            if (y->value[k][i] == INT64_MIN)
                buf_add(&b, S("—"));
            else
                number(&b, y->value[k][i], plant_year_decimals[k] + (k == DUST ? 3 : 0), '.');
        }
        buf_printf(&b, ",%s\n", y->flag[i] == 'C' ? "校准" : "正常");
    }
    CHECK(!b.overflow);
    return buf_str(&b);
}

str plant_year_book(struct arena *a, const struct plant_year *y)
{
    char path[] = "/tmp/xiezhi-year-XXXXXX";
    int fd = mkstemp(path);
    str bytes;
    CHECK(fd >= 0);
    close(fd);
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *sheet = workbook_add_worksheet(book, "小时值");
    worksheet_write_string(sheet, 0, 0, "某热电有限公司2号锅炉烟囱 小时数据", NULL);
    worksheet_write_string(sheet, 1, 0, "监测时间", NULL);
    worksheet_merge_range(sheet, 1, 1, 1, 2, upper[0], NULL);
    for (int k = 0; k <= YEAR_CHANNELS; k++) {
        if (k > CONVERTED)
            worksheet_write_string(sheet, 1, (lxw_col_t)(1 + k), upper[k], NULL);
        worksheet_write_string(sheet, 2, (lxw_col_t)(1 + k), lower[k], NULL);
    }
    for (size_t i = 0; i < YEAR_HOURS; i++) {
        buf b = buf_make(a, 40);
        lxw_row_t row = (lxw_row_t)(3 + i);
        stamp(&b, i);
        worksheet_write_string(sheet, row, 0, arena_cstr(a, buf_str(&b)), NULL);
        for (int k = 0; k < YEAR_CHANNELS; k++)
            if (y->value[k][i] == INT64_MIN)
                worksheet_write_string(sheet, row, (lxw_col_t)(1 + k), "—", NULL);
            else
                worksheet_write_number(sheet, row, (lxw_col_t)(1 + k),
                                       (double)y->value[k][i] / pow(10, plant_year_decimals[k] + (k == DUST ? 3 : 0)), NULL);
        worksheet_write_string(sheet, row, YEAR_CHANNELS + 1, y->flag[i] == 'C' ? "校准" : "正常", NULL);
    }
    worksheet_write_string(sheet, 3 + YEAR_HOURS, 0, "平均值", NULL);
    worksheet_write_number(sheet, 3 + YEAR_HOURS, 1, 24, NULL);
    CHECK(workbook_close(book) == LXW_NO_ERROR);
    CHECK(!file_read(a, str_of(path), 32 << 20, &bytes));
    unlink(path);
    return bytes;
}
