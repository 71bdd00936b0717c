/*
 * The kernel for one width, included once for each. Before the include: LANES_N, VECTOR, TARGET, NAME(x), NUMBERS(p) (16-bit numbers as floats), ALL(f), WHERE(op, a, b) (a bit a lane),
 * ABS(v), TURN(v, by) (v, its sign turned where that of `by` is set), HALF(v) (a half with the sign of v), LEAST(a, b), MOST(a, b), PACK(to, v, bits) (whole numbers of v, cut off, of the lanes in bits). The include undefines them.
 */
TARGET static inline VECTOR NAME(number)(const struct convert *k, const uint16_t *from, uint32_t *none)
{
    VECTOR v = NUMBERS(from);
    if (k->nodata == k->nodata)
        *none |= WHERE(_CMP_EQ_OQ, v, ALL(k->nodata));
    if (k->nodata_product == k->nodata_product)
        *none |= WHERE(_CMP_EQ_OQ, v, ALL(k->nodata_product));
    return (v + ALL(k->add)) * ALL(k->scale);
}

/* x / y against t, as floats round it, mostly without dividing: the sign of x - t y, turned where y is below zero. Where the two lie further apart than NEAR of t y, which is
 * twice what rounding t y, x - t y and x / y can hide, no rounded quotient lies on the other side of t or on it; what is nearer is divided. */
TARGET static inline uint32_t NAME(beyond)(const struct plain *p, VECTOR x, VECTOR y, uint32_t there)
{
    VECTOR t = ALL(p->threshold), product = t * y, apart = x - product, side = TURN(apart, y);
    if (__builtin_expect((WHERE(_CMP_LT_OQ, ABS(apart), ABS(product) * ALL(NEAR)) & there) != 0, 0))
        side = x / y - t;
    side = p->above ? side : -side;
    return p->equal ? WHERE(_CMP_GE_OQ, side, ALL(0)) : WHERE(_CMP_GT_OQ, side, ALL(0));
}

TARGET static void NAME(judge)(const struct plain_job *j, const uint16_t *left, const uint16_t *right, size_t words, uint64_t *mask, uint64_t *valid)
{
    for (size_t w = 0; w < words; w++) {
        uint64_t flagged = 0, judged = 0;
        for (size_t i = 0; i < 64; i += LANES_N) {
            uint32_t none = 0;
            VECTOR a = NAME(number)(&j->left, left + 64 * w + i, &none), b = NAME(number)(&j->right, right + 64 * w + i, &none), y = a + b;
            uint32_t there = WHERE(_CMP_NEQ_OQ, y, ALL(0)) & ~none; /* 0/0 and x/0 are no index */
            judged |= (uint64_t)there << i;
            flagged |= (uint64_t)(NAME(beyond)(&j->plain, a - b, y, there) & there) << i;
        }
        mask[w] = flagged;
        valid[w] = judged;
    }
}

TARGET static int32_t *NAME(index)(const struct plain_job *j, const uint16_t *left, const uint16_t *right, size_t words, const uint64_t *mask, int32_t *to)
{
    for (size_t w = 0; w < words; w++)
        for (size_t i = 0; mask[w] && i < 64; i += LANES_N) {
            uint32_t bits = (uint32_t)(mask[w] >> i) & (uint32_t)((UINT64_C(1) << LANES_N) - 1), none = 0;
            if (!bits)
                continue;
            VECTOR a = NAME(number)(&j->left, left + 64 * w + i, &none), b = NAME(number)(&j->right, right + 64 * w + i, &none), v = (a - b) / (a + b);
            v = LEAST(MOST(v, ALL(-2000)), ALL(2000)); /* as millionth() */
            PACK(to, v * ALL(1e6f) + HALF(v), bits);
            to += __builtin_popcount(bits);
        }
    return to;
}
#undef LANES_N
#undef VECTOR
#undef TARGET
#undef NAME
#undef NUMBERS
#undef ALL
#undef WHERE
#undef ABS
#undef HALF
#undef TURN
#undef LEAST
#undef MOST
#undef PACK
