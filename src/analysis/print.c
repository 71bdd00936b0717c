/*
 * Windows are read out of one table of sums, so a print costs a millisecond. Detail is what is left of the picture after its own
 * blur is taken away: two photographs from nearly one spot share their blur and not their detail.
 */
#include "analysis/print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { S = PRINT_SIDE, CELLS = 32, LOW = 8, DETAIL = 112, COARSE = 40 };

struct box { double x0, y0, x1, y1; }; /* shares of the side */
struct sums { uint32_t at[(S + 1) * (S + 1)]; };

static struct sums *sums_of(struct arena *a, const uint8_t *grey)
{
    struct sums *t = NEW(a, struct sums);
    for (int y = 0; y < S; y++) {
        uint32_t row = 0;
        for (int x = 0; x < S; x++) {
            row += grey[y * S + x];
            t->at[(y + 1) * (S + 1) + x + 1] = t->at[y * (S + 1) + x + 1] + row;
        }
    }
    return t;
}

/* Sum up to a point between pixels: bilinear in the table, which is exact for what is constant within a pixel. */
static double upto(const struct sums *t, double x, double y)
{
    int i = (int)x, j = (int)y;
    i = i < 0 ? 0 : i >= S ? S - 1 : i;
    j = j < 0 ? 0 : j >= S ? S - 1 : j;
    double fx = x - i, fy = y - j;
    const uint32_t *p = &t->at[j * (S + 1) + i];
    return (1 - fy) * ((1 - fx) * p[0] + fx * p[1]) + fy * ((1 - fx) * p[S + 1] + fx * p[S + 2]);
}

/* Means of n x n cells of a window. */
static void sample(const struct sums *t, struct box b, int n, float *ret)
{
    double w = (b.x1 - b.x0) * S / n, h = (b.y1 - b.y0) * S / n;
    for (int j = 0; j < n; j++)
        for (int i = 0; i < n; i++) {
            double x = b.x0 * S + i * w, y = b.y0 * S + j * h;
            ret[j * n + i] = (float)((upto(t, x + w, y + h) - upto(t, x, y + h) - upto(t, x + w, y) + upto(t, x, y)) / (w * h));
        }
}

/* ---- prints ---- */

static const struct { int low, high; } spans[PRINT_SPANS] = {
    {0, 0}, {0, 1}, {0, 2}, {0, 3}, {0, 4}, {1, 0}, {1, 1}, {1, 2}, {1, 3}, {2, 0}, {2, 1}, {2, 2}, {3, 0}, {3, 1}, {4, 0}};

static struct box window_box(int w)
{
    int x = w % PRINT_SPANS, y = w / PRINT_SPANS;
    return (struct box){spans[x].low * 0.05, spans[y].low * 0.05, 1 - spans[x].high * 0.05, 1 - spans[y].high * 0.05};
}

static int by_float(const void *l, const void *r)
{
    float a = *(const float *)l, b = *(const float *)r;
    return a < b ? -1 : a > b;
}

static uint64_t hash_of(const float *cell, const float cosine[LOW][CELLS])
{
    float rows[CELLS * LOW], low[LOW * LOW], sorted[LOW * LOW - 1];
    uint64_t bits = 0;
    for (int j = 0; j < CELLS; j++)
        for (int u = 0; u < LOW; u++) {
            float sum = 0;
            for (int i = 0; i < CELLS; i++)
                sum += cell[j * CELLS + i] * cosine[u][i];
            rows[j * LOW + u] = sum;
        }
    for (int v = 0; v < LOW; v++)
        for (int u = 0; u < LOW; u++) {
            float sum = 0;
            for (int j = 0; j < CELLS; j++)
                sum += rows[j * LOW + u] * cosine[v][j];
            low[v * LOW + u] = sum;
        }
    memcpy(sorted, low + 1, sizeof sorted); /* the mean grey says nothing */
    qsort(sorted, LOW * LOW - 1, sizeof *sorted, by_float);
    float middle = sorted[(LOW * LOW - 1) / 2];
    for (int i = 1; i < LOW * LOW; i++)
        bits |= (uint64_t)(low[i] > middle) << i;
    return bits;
}

void print_of(const uint8_t grey[PRINT_SIDE * PRINT_SIDE], struct print *ret)
{
    AUTO_ARENA(a);
    float cosine[LOW][CELLS], cell[CELLS * CELLS];
    double sum = 0, squares = 0;
    struct sums *t = sums_of(a, grey);
    for (int u = 0; u < LOW; u++)
        for (int i = 0; i < CELLS; i++)
            cosine[u][i] = (float)cos(M_PI * u * (2 * i + 1) / (2 * CELLS));
    for (int w = 0; w < PRINT_WINDOWS; w++) {
        sample(t, window_box(w), CELLS, cell);
        ret->window[w] = hash_of(cell, (const float(*)[CELLS])cosine);
    }
    for (int i = 0; i < S * S; i++) {
        sum += grey[i];
        squares += (double)grey[i] * grey[i];
    }
    double mean = sum / (S * S), variance = squares / (S * S) - mean * mean;
    ret->spread = variance > 0 ? sqrt(variance) : 0;
}

struct print_match print_match(const struct print *q, const struct print *s)
{
    struct print_match best = {.bits = 64};
    for (int w = 0; w < PRINT_WINDOWS; w++) {
        int part = __builtin_popcountll(q->window[0] ^ s->window[w]), whole = __builtin_popcountll(s->window[0] ^ q->window[w]);
        if (part < best.bits)
            best = (struct print_match){part, true, w};
        if (whole < best.bits)
            best = (struct print_match){whole, false, w};
    }
    return best;
}

/* ---- detail ---- */

static double correlation(const float *x, const float *y, int n)
{
    double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        sx += x[i], sy += y[i];
        xx += (double)x[i] * x[i], yy += (double)y[i] * y[i], xy += (double)x[i] * y[i];
    }
    double vx = xx - sx * sx / n, vy = yy - sy * sy / n;
    return vx > 1e-6 && vy > 1e-6 ? (xy - sx * sy / n) / sqrt(vx * vy) : 0;
}

/* Takes the mean of the 5 x 5 cells around away. */
static void sharpen(float *p, int n)
{
    AUTO_ARENA(a);
    float *out = NEW_ARRAY(a, (size_t)n * (size_t)n, float);
    for (int y = 0; y < n; y++)
        for (int x = 0; x < n; x++) {
            float sum = 0;
            int count = 0;
            for (int j = y - 2; j <= y + 2; j++)
                for (int i = x - 2; i <= x + 2; i++)
                    if (i >= 0 && j >= 0 && i < n && j < n) {
                        sum += p[j * n + i];
                        count++;
                    }
            out[y * n + x] = p[y * n + x] - sum / (float)count;
        }
    memcpy(p, out, (size_t)n * (size_t)n * sizeof *p);
}

static double agreement(const float *part, const struct sums *whole, struct box b, int n, bool fine, float *room)
{
    if (b.x0 < 0 || b.y0 < 0 || b.x1 > 1 || b.y1 > 1 || b.x1 - b.x0 < 0.5 || b.y1 - b.y0 < 0.5)
        return -1;
    sample(whole, b, n, room);
    if (fine)
        sharpen(room, n);
    return correlation(part, room, n * n);
}

/* Edge by edge, each step half of the last: first on the picture, then on its detail. */
static struct box align(const float *part, const struct sums *whole, struct box b, int n, bool fine, double step, double least, float *room)
{
    double best = agreement(part, whole, b, n, fine, room);
    while (step > least) {
        bool moved = false;
        for (int move = 0; move < 12; move++) {
            double d = move & 1 ? step : -step;
            struct box t = b;
            switch (move / 2) {
            case 0: t.x0 += d; break;
            case 1: t.x1 += d; break;
            case 2: t.y0 += d; break;
            case 3: t.y1 += d; break;
            case 4: t.x0 += d, t.x1 += d; break;
            default: t.y0 += d, t.y1 += d; break;
            }
            double got = agreement(part, whole, t, n, fine, room);
            if (got > best) {
                best = got;
                b = t;
                moved = true;
            }
        }
        if (!moved)
            step /= 2;
    }
    return b;
}

double print_detail(const uint8_t q[PRINT_SIDE * PRINT_SIDE], const uint8_t s[PRINT_SIDE * PRINT_SIDE], struct print_match m)
{
    AUTO_ARENA(a);
    struct sums *part = sums_of(a, m.q_is_part ? q : s), *whole = sums_of(a, m.q_is_part ? s : q);
    float *x = NEW_ARRAY(a, DETAIL * DETAIL, float), *room = NEW_ARRAY(a, DETAIL * DETAIL, float);
    struct box all = {0, 0, 1, 1}, b = window_box(m.window);
    sample(part, all, COARSE, x);
    b = align(x, whole, b, COARSE, false, 0.02, 0.002, room);
    sample(part, all, DETAIL, x);
    sharpen(x, DETAIL);
    b = align(x, whole, b, DETAIL, true, 0.004, 0.0005, room);
    return agreement(x, whole, b, DETAIL, true, room);
}
