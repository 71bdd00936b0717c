/* The mean of what falls into each cell. A pixel belongs to the cell its middle lies in; an edge of 64 pixels still reaches
 * every cell, because small pictures are stretched pixel by pixel. */
#include "picture/child.h"

#include <stdlib.h>
#include <string.h>

enum { N = PICTURE_SIDE };

bool square_begin(struct square *s, int width, int height)
{
    *s = (struct square){width, height, calloc(N * N, sizeof *s->sum), calloc(N * N, sizeof *s->weight)};
    return s->sum && s->weight;
}

/* Cells [*from, *to) a pixel paints: its own, and where there are fewer pixels than cells all up to the next pixel's. */
static void cells(int at, int of, int *from, int *to)
{
    *from = (int)((int64_t)at * N / of);
    *to = (int)((int64_t)(at + 1) * N / of);
    *to = *to > *from ? *to : *from + 1;
}

void square_row(struct square *s, int y, const uint8_t *grey, int step)
{
    int top, bottom, left, right;
    cells(y, s->height, &top, &bottom);
    for (int x = 0; x < s->width; x++) {
        cells(x, s->width, &left, &right);
        for (int j = top; j < bottom; j++)
            for (int i = left; i < right; i++) {
                s->sum[j * N + i] += grey[(size_t)x * (size_t)step];
                s->weight[j * N + i]++;
            }
    }
}

void square_end(struct square *s, uint8_t *ret)
{
    for (int i = 0; i < N * N; i++)
        ret[i] = s->weight[i] ? (uint8_t)((s->sum[i] + s->weight[i] / 2) / s->weight[i]) : 0;
    free(s->sum);
    free(s->weight);
    *s = (struct square){0};
}
