/* A height grid as text (ESRI ASCII), in degrees. One format that every GIS writes, no library between a stranger's file and these loops. */
#include "patrol/patrol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct grid { int64_t columns, rows; double west, south, cell, hole; float *z; };

static err *bad(const char *what, str got)
{
    return err_got(err_new(ERR_INPUT, "高程格网的%s看不懂", what), str_sub(got, 0, 40), S("ESRI ASCII格网，经纬度坐标"),
                   S("ncols 1200（gdal_translate -of AAIGrid）"));
}

static bool word(str *rest, str *ret)
{
    while (rest->n && (unsigned char)*rest->p <= ' ')
        rest->p++, rest->n--;
    size_t n = 0;
    while (n < rest->n && (unsigned char)rest->p[n] > ' ')
        n++;
    *ret = str_sub(*rest, 0, n);
    rest->p += n, rest->n -= n;
    return n > 0;
}

static bool number(str w, double *ret)
{
    char text[48], *end;
    if (!w.n || w.n >= sizeof text)
        return false;
    memcpy(text, w.p, w.n);
    text[w.n] = 0;
    *ret = strtod(text, &end);
    return !*end && isfinite(*ret);
}

static bool named(str w, const char *name)
{
    return w.n == strlen(name) && strncasecmp(w.p, name, w.n) == 0;
}

static err *head(struct grid *g, str *rest)
{
    double value[6] = {NAN, NAN, NAN, NAN, NAN, -9999};
    bool centre = false;
    for (;;) {
        str at = *rest, name, w;
        double v;
        if (!word(&at, &name))
            return bad("开头", *rest);
        if (number(name, &v))
            break; /* the first height */
        int k = named(name, "ncols") ? 0 : named(name, "nrows") ? 1 : named(name, "xllcorner") || named(name, "xllcenter") ? 2
              : named(name, "yllcorner") || named(name, "yllcenter") ? 3 : named(name, "cellsize") ? 4 : named(name, "nodata_value") ? 5 : -1;
        centre |= k >= 2 && name.n == 9 && k <= 3 && named(str_sub(name, 3, 6), "center");
        if (k < 0 || !word(&at, &w) || !number(w, &v))
            return bad("开头", name);
        value[k] = v;
        *rest = at;
    }
    for (int i = 0; i < 5; i++)
        if (isnan(value[i]))
            return err_new(ERR_INPUT, "高程格网缺少ncols、nrows、xllcorner、yllcorner或cellsize");
    if (!(value[0] >= 2 && value[1] >= 2 && value[0] * value[1] <= LIMIT_PATROL_CELLS))
        return err_new(ERR_LIMIT, "高程格网应有2×2至%d格", LIMIT_PATROL_CELLS);
    *g = (struct grid){(int64_t)value[0], (int64_t)value[1], value[2], value[3], value[4], value[5], NULL};
    if (!centre) /* heights stand in the middle of cells */
        g->west += g->cell / 2, g->south += g->cell / 2;
    if (!(g->cell > 0 && fabs(g->west) <= 180 && fabs(g->south) <= 90 && g->cell < 1))
        return err_new(ERR_INPUT, "高程格网不是经纬度坐标（EPSG:4490或4326），请先转换");
    return NULL;
}

err *grid_read(struct arena *a, str text, struct grid **ret)
{
    struct grid *g = NEW(a, struct grid);
    if (text.n > LIMIT_PATROL_GRID)
        return err_new(ERR_LIMIT, "高程格网超过%d MB", LIMIT_PATROL_GRID >> 20);
    str rest = text, w;
    TRY(head(g, &rest));
    g->z = NEW_ARRAY(a, (size_t)(g->columns * g->rows), float);
    for (int64_t i = 0; i < g->columns * g->rows; i++) {
        double v;
        if (!word(&rest, &w) || !number(w, &v))
            return bad("高程值", w);
        g->z[i] = v == g->hole ? NAN : (float)v;
    }
    if (word(&rest, &w))
        return bad("末尾", w);
    *ret = g;
    return NULL;
}

double grid_height(const struct grid *g, struct place p)
{
    double x = (p.lon - g->west) / g->cell, y = (double)(g->rows - 1) - (p.lat - g->south) / g->cell;
    const double hair = 1e-6; /* of a cell: the division's rounding */
    if (!(x >= -hair && y >= -hair && x <= (double)(g->columns - 1) + hair && y <= (double)(g->rows - 1) + hair))
        return NAN;
    x = fmin(fmax(x, 0), (double)(g->columns - 1)), y = fmin(fmax(y, 0), (double)(g->rows - 1));
    int64_t i = (int64_t)fmin(floor(x), (double)(g->columns - 2)), j = (int64_t)fmin(floor(y), (double)(g->rows - 2));
    const float *z = g->z + j * g->columns + i;
    double u = x - (double)i, v = y - (double)j, all = 0;
    const double weight[4] = {(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v};
    for (int k = 0; k < 4; k++) /* a hole beside the very node asked for is no hole */
        all += weight[k] > hair ? weight[k] * (double)z[k / 2 * g->columns + k % 2] : 0;
    return all;
}
