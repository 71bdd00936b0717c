/*
 * A strip of neighbouring columns, row by row. The covariance of (i, j) follows from that of (i - 1, j - 1): from row to row the
 * covariances move one lane on, while what belongs to the columns (df, dg, norm, their best so far) stays where it is, in registers. At the
 * strip's left edge the strip before it left its last column's covariances in `edge`, where this one leaves its own.
 * Included once per width with KERNEL_NAME, KERNEL_TARGET, KERNEL_LANES, KERNEL_VECTORS, KERNEL_MOVED(before, x): the last lane of
 * `before`, then all but the last of x, KERNEL_PLUS(a, b, c): a * b + c, KERNEL_LEAST, KERNEL_BELOW(mask, x, limit): the lanes of
 * `mask` in which x is not above the limit, and KERNEL_ALL, the mask of all lanes. Arrays are padded by a strip; padding has inverse norm 0 and
 * so matches nothing.
 */
typedef double KERNEL(real) __attribute__((vector_size(8 * KERNEL_LANES), aligned(8)));

/* Rows 0 to last of the strip that begins at column k; `cov` holds row 0 and gets the last row. floor: rows' limits, where only likenesses
 * above one bound are asked for, else NULL: then what is better than the column's and the row's best is looked at. */
KERNEL_TARGET static void KERNEL(rows)(const struct profile *p, size_t k, size_t last, double *edge, const double *floor, double *cov_of)
{
    enum { LANES_N = KERNEL_LANES, VECTORS = KERNEL_VECTORS };
    KERNEL(real) cov[VECTORS], df[VECTORS], dg[VECTORS], norm[VECTORS], best[VECTORS];
    double entering = 0;
    for (int v = 0; v < VECTORS; v++) {
        cov[v] = *(const KERNEL(real) *)(cov_of + v * LANES_N);
        df[v] = *(const KERNEL(real) *)(p->df + k + v * LANES_N);
        dg[v] = *(const KERNEL(real) *)(p->dg + k + v * LANES_N);
        norm[v] = *(const KERNEL(real) *)(p->norm + k + v * LANES_N);
        best[v] = *(const KERNEL(real) *)(p->r + k + v * LANES_N);
    }
    for (size_t i = 0; i <= last; i++) {
        KERNEL(real) norm_row = p->norm[i] - (KERNEL(real)){0}, limit = (floor ? floor[i] : p->r[i]) - (KERNEL(real)){0};
        unsigned none = KERNEL_ALL;
        if (i) {
            KERNEL(real) df_row = p->df[i] - (KERNEL(real)){0}, dg_row = p->dg[i] - (KERNEL(real)){0}, in = entering - (KERNEL(real)){0};
#pragma GCC unroll 8
            for (int v = VECTORS - 1; v >= 0; v--) {
                KERNEL(real) moved = KERNEL_MOVED(v ? cov[v ? v - 1 : 0] : in, cov[v]);
                cov[v] = KERNEL_PLUS(dg_row, df[v], KERNEL_PLUS(df_row, dg[v], moved));
            }
        }
        entering = edge[i];
        edge[i] = cov[VECTORS - 1][LANES_N - 1];
        if (floor) {
#pragma GCC unroll 8
            for (int v = 0; v < VECTORS; v++)
                none = KERNEL_BELOW(none, cov[v] * norm[v], limit);
        } else {
#pragma GCC unroll 8
            for (int v = 0; v < VECTORS; v++)
                none = KERNEL_BELOW(none, cov[v] * norm[v] * norm_row, KERNEL_LEAST(best[v], limit));
        }
        if (__builtin_expect(none != KERNEL_ALL, 0)) {
            double found[LANES_N * VECTORS];
            for (int v = 0; v < VECTORS; v++)
                *(KERNEL(real) *)(found + v * LANES_N) = cov[v] * (norm_row * norm[v]);
            take(p, i, k, found, LANES_N * VECTORS);
            for (int v = 0; v < VECTORS; v++)
                best[v] = *(const KERNEL(real) *)(p->r + k + v * LANES_N);
        }
    }
    for (int v = 0; v < VECTORS; v++)
        *(KERNEL(real) *)(cov_of + v * LANES_N) = cov[v];
}
