/*
 * The readings store's own bytes, as a damaged disk might give them back: batches of the spool, slabs, frame lists, months. The
 * first byte picks one, and its CRC is made right, so that what stands behind the check is reached. Nothing crashes or reads
 * outside; a batch that opens is packed again to the same frames, a slab to the same bytes.
 */
#include "monitor/series/drain.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void done(const err *e)
{
    if (!e)
        return;
    CHECK(e->kind == ERR_DAMAGED && e->text.n && utf8_bad(e->text) < 0);
    err_clear();
}

static void put_crc(char *p, uint32_t crc)
{
    for (int i = 0; i < 4; i++)
        p[i] = (char)(crc >> 8 * i);
}

static void batch(struct arena *a, char *p, size_t n)
{
    struct spool_batch b, again;
    str packed;
    if (n < 17)
        return;
    memcpy(p, "SPB1", 4);
    put_crc(p + 4, crc32c(0, p + 8, n - 8));
    const err *e = batch_decode(a, (str){p, n}, &b);
    done(e);
    if (e || batch_encode(a, b.frames, b.n, &b.clock, &packed))
        return;
    CHECK(!batch_decode(a, packed, &again) && again.n == b.n);
    for (size_t i = 0; i < b.n; i++)
        CHECK(str_eq(b.frames[i].raw, again.frames[i].raw) && b.frames[i].arrived == again.frames[i].arrived);
}

static void slab(struct arena *a, char *p, size_t n)
{
    struct slab s = {0}, again = {0};
    if (n < 8)
        return;
    memcpy(p, "SLB1", 4);
    put_crc(p + 4, crc32c(0, p + 8, n - 8));
    const err *e = slab_decode(a, (str){p, n}, &s);
    done(e);
    if (e)
        return;
    str once = slab_encode(a, &s);
    CHECK(!slab_decode(a, once, &again));
    CHECK(str_eq(once, slab_encode(a, &again)));
}

static void frames(struct arena *a, char *p, size_t n)
{
    struct frame_list l = {0};
    if (n < 8)
        return;
    memcpy(p, "FRM1", 4);
    put_crc(p + 4, crc32c(0, p + 8, n - 8));
    done(frames_decode(a, (str){p, n}, &l));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    AUTO_ARENA(a);
    char *p = arena_copy(a, data + 1, size - 1);
    struct month_entry *e;
    size_t n;
    switch (data[0] % 4) {
    case 0:
        batch(a, p, size - 1);
        break;
    case 1:
        slab(a, p, size - 1);
        break;
    case 2:
        frames(a, p, size - 1);
        break;
    default:
        done(month_blob_decode(a, (str){p, size - 1}, &e, &n));
        break;
    }
    err_clear();
    return 0;
}
