/*
 * A block of diagonals at once: neighbouring pairs (i, j), (i, j + 1), ... share row i, so df[i], dg[i] and the row's best stay in
 * registers, and only the columns are read. Included once per width with KERNEL_NAME, KERNEL_TARGET, KERNEL_LANES,
 * KERNEL_VECTORS and KERNEL_BEATS(found, best, row): whether any lane beats what its column or its row has. Arrays are padded
 * by the block; padding has inverse norm 0 and so matches nothing.
 */
typedef double KERNEL(real) __attribute__((vector_size(8 * KERNEL_LANES), aligned(8)));

KERNEL_TARGET static void KERNEL(rows)(const struct profile *p, size_t k, double *cov_of)
{
    enum { LANES = KERNEL_LANES, VECTORS = KERNEL_VECTORS };
    KERNEL(real) cov[VECTORS];
    for (int v = 0; v < VECTORS; v++)
        cov[v] = *(const KERNEL(real) *)(cov_of + v * LANES);
    const double *df = p->df + k, *dg = p->dg + k, *norm = p->norm + k, *best = p->r + k;
    for (size_t i = 0; i + k < p->n; i++) {
        KERNEL(real) df_row = p->df[i] - (KERNEL(real)){0}, dg_row = p->dg[i] - (KERNEL(real)){0}, norm_row = p->norm[i] - (KERNEL(real)){0};
        KERNEL(real) row = p->r[i] - (KERNEL(real)){0};
        unsigned any = 0;
#pragma GCC unroll 8
        for (int v = 0; v < VECTORS; v++) {
            size_t j = i + (size_t)v * LANES;
            cov[v] += df_row * *(const KERNEL(real) *)(dg + j) + dg_row * *(const KERNEL(real) *)(df + j);
            KERNEL(real) found = cov[v] * (norm_row * *(const KERNEL(real) *)(norm + j));
            any |= KERNEL_BEATS(found, *(const KERNEL(real) *)(best + j), row);
        }
        if (__builtin_expect(any != 0, 0)) {
            double found[LANES * VECTORS];
            for (int v = 0; v < VECTORS; v++)
                *(KERNEL(real) *)(found + v * LANES) = cov[v] * (norm_row * *(const KERNEL(real) *)(norm + i + (size_t)v * LANES));
            take(p, i, i + k, found, LANES * VECTORS);
        }
    }
}
