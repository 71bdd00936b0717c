/*
 * How far two dates lie apart, by phase correlation of 64 patches of 64 × 64 pixels (Kuglin & Hines 1975): the spectra agree but for a phase that is
 * the shift. Patches of open water or cloud have no sharp peak and do not count; the median of the rest is the answer.
 */
#include "remote/detect_private.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 64, ACROSS = 8, PATCHES = ACROSS * ACROSS, LEAST_PATCHES = 8 };
typedef float complex wave;
struct patches { int x[PATCHES], y[PATCHES], n; float *value[PATCHES]; };

static void fft(wave *p, int step, bool back)
{
    for (int i = 1, j = 0; i < SIDE; i++) { /* bit reversal */
        int bit = SIDE / 2;
        for (; j & bit; bit /= 2)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            wave swap = p[i * step];
            p[i * step] = p[j * step];
            p[j * step] = swap;
        }
    }
    for (int n = 2; n <= SIDE; n *= 2)
        for (int k = 0; k < n / 2; k++) {
            double angle = (back ? 2 : -2) * M_PI * k / n;
            wave turn = (float)cos(angle) + (float)sin(angle) * I;
            for (int i = k; i < SIDE; i += n) {
                wave a = p[i * step], b = p[(i + n / 2) * step] * turn;
                p[i * step] = a + b;
                p[(i + n / 2) * step] = a - b;
            }
        }
}

static void fft_2d(wave *p, bool back)
{
    for (int y = 0; y < SIDE; y++)
        fft(p + y * SIDE, 1, back);
    for (int x = 0; x < SIDE; x++)
        fft(p + x, SIDE, back);
}

/* Mean taken off, ends faded out. False: holes, or nothing to see. */
static bool prepare(const float *from, wave *to)
{
    double sum = 0, square = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
        if (!(from[i] == from[i]))
            return false;
        sum += (double)from[i];
        square += (double)from[i] * (double)from[i];
    }
    double mean = sum / (SIDE * SIDE), variance = square / (SIDE * SIDE) - mean * mean;
    if (variance <= 1e-12 * (mean * mean + 1e-12))
        return false;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double fade = (0.5 - 0.5 * cos(2 * M_PI * (x + 0.5) / SIDE)) * (0.5 - 0.5 * cos(2 * M_PI * (y + 0.5) / SIDE));
            to[y * SIDE + x] = (float)(((double)from[y * SIDE + x] - mean) * fade);
        }
    return true;
}

static double peak_at(const wave *p, int x, int y)
{
    return (double)crealf(p[((y + SIDE) % SIDE) * SIDE + (x + SIDE) % SIDE]);
}

/* Between pixels: the parabola through the peak and its neighbours. */
static double between(double before, double peak, double after)
{
    double bend = before - 2 * peak + after;
    return bend < 0 ? 0.5 * (before - after) / bend : 0;
}

static bool patch_shift(const float *first, const float *second, double *ret_x, double *ret_y)
{
    wave a[SIDE * SIDE], b[SIDE * SIDE];
    double best = 0, next = 0;
    int at = 0;
    if (!prepare(first, a) || !prepare(second, b))
        return false;
    fft_2d(a, false);
    fft_2d(b, false);
    for (int i = 0; i < SIDE * SIDE; i++) {
        wave c = b[i] * conjf(a[i]);
        float size = cabsf(c);
        a[i] = size > 0 ? c / size : 0;
    }
    fft_2d(a, true);
    for (int i = 0; i < SIDE * SIDE; i++)
        if ((double)crealf(a[i]) > best)
            best = (double)crealf(a[i]), at = i;
    int px = at % SIDE, py = at / SIDE;
    for (int i = 0; i < SIDE * SIDE; i++) {
        int dx = abs(i % SIDE - px), dy = abs(i / SIDE - py);
        dx = dx > SIDE / 2 ? SIDE - dx : dx, dy = dy > SIDE / 2 ? SIDE - dy : dy;
        if (dx > 2 || dy > 2)
            next = (double)crealf(a[i]) > next ? (double)crealf(a[i]) : next;
    }
    if (best < 2 * next)
        return false;
    *ret_x = (px > SIDE / 2 ? px - SIDE : px) + between(peak_at(a, px - 1, py), best, peak_at(a, px + 1, py));
    *ret_y = (py > SIDE / 2 ? py - SIDE : py) + between(peak_at(a, px, py - 1), best, peak_at(a, px, py + 1));
    return true;
}

static void places(int width, int height, struct patches *p)
{
    p->n = 0;
    if (width < SIDE || height < SIDE)
        return;
    for (int i = 0; i < PATCHES; i++) {
        p->x[p->n] = (int)((int64_t)(width - SIDE) * (i % ACROSS) / (ACROSS - 1));
        p->y[p->n++] = (int)((int64_t)(height - SIDE) * (i / ACROSS) / (ACROSS - 1));
    }
}

static err *cut(struct arena *a, const struct date *d, enum channel c, struct patches *p)
{
    struct rows *rows;
    const float *row[CHANNELS];
    bool more;
    struct bands plain = d->bands;
    plain.band[CHANNEL_QA] = -1; /* clouds are told by their peak */
    TRY(rows_open(a, d->raster, &plain, 1u << c, 0, 1, &rows));
    for (int i = 0; i < p->n; i++)
        p->value[i] = NEW_ARRAY(a, SIDE * SIDE, float);
    int y = 0;
    for (;; y++) {
        TRY(rows_next(rows, row, &more));
        if (!more)
            break;
        for (int i = 0; i < p->n; i++)
            if (y >= p->y[i] && y < p->y[i] + SIDE)
                memcpy(p->value[i] + (y - p->y[i]) * SIDE, row[c] + p->x[i], SIDE * sizeof(float));
    }
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof *v, by_size);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

err *registration(struct arena *a, const struct date *first, const struct date *second, struct shift *ret)
{
    static const enum channel eyes[] = {CHANNEL_NIR, CHANNEL_VH, CHANNEL_VV, CHANNEL_RED, CHANNEL_GREEN, CHANNEL_SWIR1};
    struct patches one = {0}, two;
    double x[PATCHES], y[PATCHES], far[PATCHES];
    const struct grid *g = &raster_head(first->raster)->grid;
    *ret = (struct shift){0};
    places(g->width, g->height, &one);
    two = one;
    for (size_t i = 0; i < sizeof eyes / sizeof *eyes; i++) {
        if (first->bands.band[eyes[i]] < 0 || second->bands.band[eyes[i]] < 0)
            continue;
        TRY(cut(a, first, eyes[i], &one));
        TRY(cut(a, second, eyes[i], &two));
        break;
    }
    for (int i = 0; i < one.n && one.value[i]; i++)
        ret->patches += patch_shift(one.value[i], two.value[i], &x[ret->patches], &y[ret->patches]);
    if (ret->patches < LEAST_PATCHES)
        return NULL;
    ret->known = true;
    ret->x = median(x, ret->patches);
    ret->y = median(y, ret->patches);
    for (int i = 0; i < ret->patches; i++)
        far[i] = hypot(x[i] - ret->x, y[i] - ret->y);
    ret->spread = median(far, ret->patches);
    return NULL;
}
