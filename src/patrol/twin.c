/*
 * A photograph beside its own thumbnail. The camera made the small picture from the large one; what later changed the large one mostly left the small one
 * alone. Both are laid on 32 by 24 cells. As wholes they are compared by correlation, straight and turned by half a turn; where they agree as
 * wholes, brightness is fitted (the thumbnail may be made before contrast and sharpness are) and what is left over is looked at in blocks of three
 * cells: one hundredth of the picture and more shows.
 *
 * Shapes: a thumbnail of four to three holds a wide picture between bars, or cut at its sides, or squeezed; whichever fits best is taken.
 */
#include "patrol/private.h"

#include <stdlib.h>
#include <string.h>

enum { ACROSS = 32, DOWN = 24, CELLS = ACROSS * DOWN, FLAT = 4, LEAST_PART_CELLS = 3, FITS = 3 };
static const double ALIKE = 0.75, TURNED = 0.85, AHEAD = 0.3; /* correlations */
static const double CLOSE = 0.4;                              /* of the picture's own spread */
static const double PART_LEAST = 14, PART_SIGMAS = 7, NOISE = 2; /* grey levels; levels' own deviations */

struct window { double left, top, right, bottom; };
struct cells { double v[CELLS]; };

/* Means over the cells of a window; pixels on an edge count by their share. */
static void lay(const struct grey *g, struct window w, bool turned, struct cells *ret)
{
    double wide = (w.right - w.left) / ACROSS, high = (w.bottom - w.top) / DOWN;
    for (int y = 0; y < DOWN; y++)
        for (int x = 0; x < ACROSS; x++) {
            double l = w.left + x * wide, t = w.top + y * high, r = l + wide, b = t + high, sum = 0, area = 0;
            for (int j = (int)t; j < b && j < g->height; j++)
                for (int i = (int)l; i < r && i < g->width; i++) {
                    double share = (fmin(r, i + 1) - fmax(l, i)) * (fmin(b, j + 1) - fmax(t, j));
                    sum += share * g->p[j * g->width + i], area += share;
                }
            ret->v[turned ? CELLS - 1 - (y * ACROSS + x) : y * ACROSS + x] = area > 0 ? sum / area : 0;
        }
}

/* NAN: one of them is flat. */
static double correlation(const struct cells *p, const struct cells *q)
{
    double mp = 0, mq = 0, pp = 0, qq = 0, pq = 0;
    for (int i = 0; i < CELLS; i++)
        mp += p->v[i] / CELLS, mq += q->v[i] / CELLS;
    for (int i = 0; i < CELLS; i++) {
        double a = p->v[i] - mp, b = q->v[i] - mq;
        pp += a * a, qq += b * b, pq += a * b;
    }
    return pp < CELLS * FLAT * FLAT || qq < CELLS * FLAT * FLAT ? NAN : pq / sqrt(pp * qq);
}

/* The part in the middle that has the shape. */
static struct window cut_to(const struct grey *g, double shape)
{
    double w = g->width, h = g->height, cw = w / h > shape ? h * shape : w, ch = w / h > shape ? h : w / shape;
    return (struct window){(w - cw) / 2, (h - ch) / 2, (w + cw) / 2, (h + ch) / 2};
}

static struct window all_of(const struct grey *g)
{
    return (struct window){0, 0, g->width, g->height};
}

static int by_size(const void *x, const void *y)
{
    const double *p = x, *q = y;
    return (*p > *q) - (*p < *q);
}

/* Of the middle half, as if it were a deviation: what is painted in does not count. */
static double spread(const struct cells *c)
{
    struct cells s = *c;
    qsort(s.v, CELLS, sizeof *s.v, by_size);
    return (s.v[CELLS * 3 / 4] - s.v[CELLS / 4]) / 1.349;
}

/* q as p times a slope plus a height, by least squares over the cells that fit so far; residuals of all. */
static void residuals(const struct cells *p, const struct cells *q, double ret[CELLS], double *ret_sigma)
{
    double size[CELLS], limit = INFINITY;
    for (int round = 0; round < 4; round++) {
        double n = 0, sp = 0, sq = 0, spp = 0, spq = 0;
        for (int i = 0; i < CELLS; i++)
            if (round == 0 || fabs(ret[i]) <= limit)
                n++, sp += p->v[i], sq += q->v[i], spp += p->v[i] * p->v[i], spq += p->v[i] * q->v[i];
        double under = n * spp - sp * sp, slope = under > 0 ? (n * spq - sp * sq) / under : 1, height = n > 0 ? (sq - slope * sp) / n : 0;
        for (int i = 0; i < CELLS; i++) {
            ret[i] = q->v[i] - slope * p->v[i] - height;
            size[i] = fabs(ret[i]);
        }
        qsort(size, CELLS, sizeof *size, by_size);
        *ret_sigma = fmax(1.4826 * size[CELLS / 2], NOISE);
        limit = 2.5 * *ret_sigma;
    }
}

/* Cells whose surroundings are off together; the box around them in percent. */
static int parts(const double r[CELLS], double sigma, int32_t box[4])
{
    int n = 0, low_x = ACROSS, low_y = DOWN, high_x = -1, high_y = -1;
    double limit = fmax(PART_LEAST, PART_SIGMAS * sigma);
    for (int y = 1; y < DOWN - 1; y++)
        for (int x = 1; x < ACROSS - 1; x++) {
            double sum = 0;
            for (int k = 0; k < 9; k++)
                sum += r[(y - 1 + k / 3) * ACROSS + x - 1 + k % 3];
            if (fabs(sum / 9) <= limit)
                continue;
            n++;
            low_x = x < low_x ? x : low_x, high_x = x > high_x ? x : high_x, low_y = y < low_y ? y : low_y, high_y = y > high_y ? y : high_y;
        }
    if (n)
        box[0] = (low_x - 1) * 100 / ACROSS, box[1] = (high_x + 2) * 100 / ACROSS, box[2] = (low_y - 1) * 100 / DOWN, box[3] = (high_y + 2) * 100 / DOWN;
    return n;
}

struct fit { struct cells small, large; double r; struct window in; };

static void try_fit(const struct grey *small, const struct grey *large, struct window s, struct window l, bool turned, struct fit *best)
{
    struct fit f;
    lay(small, s, turned, &f.small);
    lay(large, l, false, &f.large);
    f.r = correlation(&f.small, &f.large), f.in = l;
    if (!isnan(f.r) && (isnan(best->r) || f.r > best->r))
        *best = f;
}

void twin_compare(const struct grey *small, const struct grey *large, struct twin *ret)
{
    struct fit straight = {.r = NAN}, turned = {.r = NAN};
    double shape = (double)large->width / large->height, own = (double)small->width / small->height;
    bool same = fabs(shape / own - 1) < 0.02;
    for (int i = 0; i < (same ? 1 : FITS); i++)
        for (int t = 0; t < 2; t++)
            try_fit(small, large, i == 1 ? cut_to(small, shape) : all_of(small), i == 2 ? cut_to(large, own) : all_of(large), t, t ? &turned : &straight);
    bool half = !isnan(turned.r) && turned.r >= TURNED && turned.r > straight.r + AHEAD;
    struct fit *best = half ? &turned : &straight;
    if (isnan(best->r))
        return;
    ret->likeness = (int32_t)lround(best->r * 1000);
    ret->flags |= half ? PHOTO_THUMBNAIL_TURNED : 0;
    double r[CELLS], sigma;
    int32_t box[4] = {0};
    residuals(&best->small, &best->large, r, &sigma);
    /* A large thing painted in spoils the correlation of the whole; the rest still fits closely then. */
    if (best->r < ALIKE && sigma > CLOSE * spread(&best->large)) {
        ret->flags |= PHOTO_THUMBNAIL_DIFFERS;
        return;
    }
    if (parts(r, sigma, box) < LEAST_PART_CELLS)
        return;
    ret->flags |= PHOTO_THUMBNAIL_DIFFERS;
    double wide = (best->in.right - best->in.left) / large->width, left = best->in.left / large->width;
    double high = (best->in.bottom - best->in.top) / large->height, top = best->in.top / large->height;
    for (int i = 0; i < 4; i++)
        ret->part[i] = (int32_t)lround(i < 2 ? 100 * left + box[i] * wide : 100 * top + box[i] * high);
}

bool twin_judge(struct arena *a, str whole, struct twin *ret)
{
    struct photo p;
    struct grey *small = NEW(a, struct grey), *large = NEW(a, struct grey);
    *ret = (struct twin){.likeness = TWIN_UNSEEN};
    if (!head_parse(a, whole, true, &p))
        return false;
    ret->flags = p.flags & PHOTO_TRUNCATED;
    if (!grey_decode(whole, large)) {
        ret->flags |= PHOTO_TRUNCATED;
        return true;
    }
    if (p.thumbnail_n && p.thumbnail <= whole.n && p.thumbnail_n <= whole.n - p.thumbnail && grey_decode(str_sub(whole, p.thumbnail, p.thumbnail_n), small))
        twin_compare(small, large, ret);
    return true;
}

void twin_json(struct json_out *o, const struct twin *t)
{
    json_open(o, '{');
    json_key(o, S("flags"));
    flags_json(o, t->flags);
    if (t->likeness != TWIN_UNSEEN)
        json_put_int(o, S("likeness"), t->likeness);
    if (t->part[1] > t->part[0]) {
        json_key(o, S("part"));
        json_open(o, '[');
        for (int i = 0; i < 4; i++)
            json_int(o, t->part[i]);
        json_close(o, ']');
    }
    json_close(o, '}');
}

str twin_found(struct arena *a, str whole)
{
    struct twin t;
    buf b = buf_make(a, 1000);
    struct json_out o = {&b, false};
    if (photo_twin(whole, &t))
        t = (struct twin){.flags = PHOTO_TRUNCATED, .likeness = TWIN_UNSEEN};
    err_clear();
    twin_json(&o, &t);
    return buf_str(&b);
}

void twin_read(struct arena *a, str text, struct twin *ret)
{
    const struct json *j = NULL, *v;
    *ret = (struct twin){.likeness = TWIN_UNSEEN};
    if (!text.n || json_parse(a, text, 4000, &j) || j->kind != JSON_OBJECT) {
        err_clear();
        return;
    }
    ret->flags = flags_read(json_get(j, S("flags"))) & (PHOTO_TWIN | PHOTO_TRUNCATED);
    if ((v = json_get(j, S("likeness"))) && v->kind == JSON_NUMBER && v->integer && v->i >= -1000 && v->i <= 1000)
        ret->likeness = (int32_t)v->i;
    v = json_get(j, S("part"));
    for (size_t i = 0; v && v->kind == JSON_ARRAY && v->n == 4 && i < 4; i++)
        ret->part[i] = v->child[i].integer && v->child[i].i >= 0 && v->child[i].i <= 100 ? (int32_t)v->child[i].i : 0;
}

str twin_text(struct arena *a, const struct twin *t)
{
    str where = t->part[1] > t->part[0] && t->part[3] > t->part[2]
                    ? arena_printf(a, "附图与画面在一处不同：横向%d%%至%d%%、纵向%d%%至%d%%", t->part[0], t->part[1], t->part[2], t->part[3])
                    : S("附图与画面整体不同");
    if (t->flags & PHOTO_THUMBNAIL_TURNED)
        return t->flags & PHOTO_THUMBNAIL_DIFFERS ? arena_printf(a, "附图与画面方向相反，且%.*s", STR_ARG(where)) : S("附图与画面方向相反，内容一致");
    return t->flags & PHOTO_THUMBNAIL_DIFFERS ? where : t->flags & PHOTO_TRUNCATED ? S("原件不完整") : S("");
}
