/*
 * A block of diagonals at once: DIAGONALS neighbouring pairs (i, j), (i, j + 1), ... share row i, so df[i], dg[i] and the
 * row's best stay in registers, and only the columns are read. Included once per width with KERNEL_NAME, KERNEL_TARGET,
 * KERNEL_LANES and KERNEL_VECTORS. Arrays are padded by the block, padding has inverse norm 0 and so matches nothing.
 */
typedef double KERNEL(real) __attribute__((vector_size(8 * KERNEL_LANES), aligned(8)));
typedef int64_t KERNEL(mask) __attribute__((vector_size(8 * KERNEL_LANES), aligned(8)));

KERNEL_TARGET static void KERNEL(rows)(const struct profile *p, size_t k, double *cov_of)
{
    enum { LANES = KERNEL_LANES, VECTORS = KERNEL_VECTORS };
    KERNEL(real) cov[VECTORS];
    for (int v = 0; v < VECTORS; v++)
        cov[v] = *(const KERNEL(real) *)(cov_of + v * LANES);
    for (size_t i = 0; i + k < p->n; i++) {
        double df = p->df[i], dg = p->dg[i], norm = p->norm[i], row = p->r[i];
        KERNEL(mask) any = {0};
        KERNEL(real) found[VECTORS];
        for (int v = 0; v < VECTORS; v++) {
            size_t j = i + k + (size_t)v * LANES;
            KERNEL(real) *best = (KERNEL(real) *)(p->r + j);
            cov[v] += df * *(const KERNEL(real) *)(p->dg + j) + dg * *(const KERNEL(real) *)(p->df + j);
            found[v] = cov[v] * (norm * *(const KERNEL(real) *)(p->norm + j));
            any |= (found[v] > *best) | (found[v] > row);
        }
        int64_t some = 0;
        for (int l = 0; l < LANES; l++)
            some |= any[l];
        if (some)
            take(p, i, i + k, (const double *)found, LANES * VECTORS);
    }
}
