/*
 * Which way did the ground move between two photographs? Normalised correlation over every shift that leaves a fifth of the picture, on a
 * coarse level, then a step finer. Both pictures lose what is wider than a tenth first: light and haze would correlate with themselves
 * at shift nothing. The whole plane is searched and not two guesses, so that a wrong guess cannot win by being the only one.
 */
#include "patrol/private.h"

#include <stdlib.h>
#include <string.h>

enum { COARSE = 64, FINE_REACH = 3, LEAST_SHARE = 5, RIVAL_AWAY = 4 };

struct plane { int w, h; float *p; };

/* Mean of cells of `by` x `by`, then minus the mean around (a box by running sums). */
static struct plane textured(struct arena *a, const struct grey *g, int by)
{
    struct plane out = {g->width / by, g->height / by, NULL};
    int w = out.w, h = out.h, reach = (w > h ? w : h) / 10 + 1;
    float *cell = NEW_ARRAY(a, (size_t)(w * h), float);
    double *sum = NEW_ARRAY(a, (size_t)((w + 1) * (h + 1)), double);
    out.p = NEW_ARRAY(a, (size_t)(w * h), float);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            int s = 0;
            for (int k = 0; k < by * by; k++)
                s += g->p[(y * by + k / by) * g->width + x * by + k % by];
            cell[y * w + x] = (float)s / (float)(by * by);
            sum[(y + 1) * (w + 1) + x + 1] = (double)cell[y * w + x] + sum[y * (w + 1) + x + 1] + sum[(y + 1) * (w + 1) + x] - sum[y * (w + 1) + x];
        }
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            int x0 = x > reach ? x - reach : 0, x1 = x + reach + 1 < w ? x + reach + 1 : w;
            int y0 = y > reach ? y - reach : 0, y1 = y + reach + 1 < h ? y + reach + 1 : h;
            double all = sum[y1 * (w + 1) + x1] - sum[y0 * (w + 1) + x1] - sum[y1 * (w + 1) + x0] + sum[y0 * (w + 1) + x0];
            out.p[y * w + x] = cell[y * w + x] - (float)(all / ((x1 - x0) * (y1 - y0)));
        }
    return out;
}

/* What is at p in the first is at p + (dx, dy) in the second. */
static double correlation(const struct plane *a, const struct plane *b, int dx, int dy)
{
    int x0 = dx < 0 ? -dx : 0, x1 = dx > 0 ? a->w - dx : a->w, y0 = dy < 0 ? -dy : 0, y1 = dy > 0 ? a->h - dy : a->h;
    float aa = 0, bb = 0, ab = 0;
    if (x1 <= x0 || y1 <= y0 || (x1 - x0) * (y1 - y0) * LEAST_SHARE < a->w * a->h)
        return -2;
    for (int y = y0; y < y1; y++) {
        const float *p = a->p + y * a->w, *q = b->p + (y + dy) * b->w + dx;
        for (int x = x0; x < x1; x++)
            aa += p[x] * p[x], bb += q[x] * q[x], ab += p[x] * q[x];
    }
    float least = (float)((x1 - x0) * (y1 - y0)); /* one grey level of texture */
    return aa > least && bb > least ? (double)(ab / sqrtf(aa * bb)) : -2;
}

bool grey_motion(const struct grey *first, const struct grey *second, struct motion *ret)
{
    if (first->width != second->width || first->height != second->height || first->width < 32 || first->height < 32)
        return false;
    AUTO_ARENA(a);
    int by = first->width > COARSE ? (first->width + COARSE - 1) / COARSE : 1;
    struct plane p = textured(a, first, by), q = textured(a, second, by);
    int best_x = 0, best_y = 0, w = p.w, h = p.h, wide = 2 * w + 1;
    double best = -2, rival = -2;
    double *score = NEW_ARRAY(a, (size_t)(wide * (2 * h + 1)), double);
    for (int dy = -h; dy <= h; dy++)
        for (int dx = -w; dx <= w; dx++) {
            double s = score[(dy + h) * wide + dx + w] = correlation(&p, &q, dx, dy);
            if (s > best)
                best = s, best_x = dx, best_y = dy;
        }
    for (int dy = -h; dy <= h; dy++)
        for (int dx = -w; dx <= w; dx++)
            if (abs(dx - best_x) > RIVAL_AWAY || abs(dy - best_y) > RIVAL_AWAY)
                rival = fmax(rival, score[(dy + h) * wide + dx + w]);
    if (best < -1)
        return false;
    struct plane fine_p = textured(a, first, 1), fine_q = textured(a, second, 1);
    double fine = -2;
    int x = best_x * by, y = best_y * by;
    for (int dy = best_y * by - FINE_REACH; dy <= best_y * by + FINE_REACH; dy++)
        for (int dx = best_x * by - FINE_REACH; dx <= best_x * by + FINE_REACH; dx++) {
            double s = correlation(&fine_p, &fine_q, dx, dy);
            if (s > fine)
                fine = s, x = dx, y = dy;
        }
    *ret = (struct motion){x, y, best, rival};
    return true;
}
