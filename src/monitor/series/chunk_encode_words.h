/* The columns of a day as wrapping WORDs, filled: included twice by chunk_encode.c, which gives range and difference.
 * FILL(name) names a function. */

/* Places that are marked take the one before; those at the beginning the first that is not, or zero. */
static void FILL(forward)(WORD *v, const uint8_t *marked, size_t n)
{
    const uint8_t *there = memchr(marked, 0, n);
    size_t first = there ? (size_t)(there - marked) : n;
    for (size_t i = 0; i < first; i++)
        v[i] = there ? v[first] : 0;
    for (const uint8_t *p = marked + first; (p = memchr(p, 1, n - (size_t)(p - marked))); p++)
        v[p - marked] = v[p - marked - 1];
}

/* Fills the averages, and leaves in sum and valid what is there only to fill. */
static void FILL(averages)(WORD *v, const struct holes *h, size_t slots, __int128 *sum, int *valid)
{
    UNSET uint8_t both[CHUNK_SLOTS];
    const uint8_t *marked = h->missing_at;
    if (h->escaped[0]) {
        for (size_t i = 0; i < slots; i++)
            both[i] = h->escaped_at[0][i] | (h->missing && h->missing_at[i]);
        marked = both;
    }
    if (!h->missing && !h->escaped[0])
        return;
    FILL(forward)(v, marked, slots);
    for (const uint8_t *p = marked; (p = memchr(p, 1, slots - (size_t)(p - marked))); p++) {
        *sum -= (SIGNED)v[p - marked];
        --*valid;
    }
}

static size_t FILL(columns)(uint8_t *p, const struct chunk_day *d, const struct holes *h, struct chunk_head *head)
{
    const size_t slots = (size_t)d->slots, rows = (slots + CHUNK_LANES - 1) / CHUNK_LANES, columns = columns_of(d);
    UNSET WORD v[3][CHUNK_ROOM];
    UNSET WORD distance[CHUNK_ROOM];
    struct range of[3];
    __int128 sum = 0;
    int valid = d->slots;
    for (size_t c = 0; c < columns; c++) {
        memcpy(v[c], SOURCE(d, c), slots * sizeof(WORD));
        if (c == 0)
            FILL(averages)(v[0], h, slots, &sum, &valid);
        for (size_t i = 0; c && h->escaped[c] && i < slots; i++)
            v[c][i] = h->escaped_at[c][i] ? v[0][i] : v[c][i];
        if (c && h->missing)
            FILL(forward)(v[c], h->missing_at, slots);
        for (size_t i = slots; i < rows * CHUNK_LANES; i++)
            v[c][i] = v[c][slots - 1];
        of[c] = FILL(range)(v[c], rows);
    }
    sum += of[0].sum;
    for (size_t i = slots; i < rows * CHUNK_LANES; i++)
        sum -= (SIGNED)v[0][i];
    head->valid = (int16_t)valid;
    head->sum = sum_clamp(sum);
    head->minimum = of[columns == 3 ? 1 : 0].least;
    head->maximum = of[columns == 3 ? 2 : 0].most;
    size_t n = FILL(put)(p, v[0], slots);
    for (size_t c = 1; c < columns; c++) {
        FILL(difference)(v[c == 1 ? 0 : 2], v[c == 1 ? 1 : 0], rows, distance);
        n += FILL(put)(p + n, distance, slots);
    }
    return n;
}

#undef FILL
#undef WORD
#undef SIGNED
#undef SOURCE
