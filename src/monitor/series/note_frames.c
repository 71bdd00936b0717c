/*
 * What a gateway notes of each device as it goes, for frames that came another way: imports and made histories. One pass over a
 * batch, one note a device.
 */
#include "monitor/series/readings.h"

static struct device_note *note_of(struct arena *a, struct map *all, str mn)
{
    struct device_note *n = map_get(all, mn);
    if (n)
        return n;
    n = NEW(a, struct device_note);
    n->mn = arena_str(a, mn);
    map_put(all, n->mn, n);
    return n;
}

static void take(struct device_note *n, const struct hj_frame *h, const struct spool_frame *f, struct spool_place place)
{
    if (h->findings & ~n->findings || !n->frames)
        n->example = place;
    n->findings |= h->findings;
    n->frames++;
    n->quarantined += f->state != SPOOL_ACCEPTED;
    n->resubmitted += h->resubmitted;
    if (f->arrived >= n->seen) {
        n->seen = f->arrived;
        n->peer = f->peer;
    }
}

err *device_note_frames(struct readings *r, const struct spool_frame *frames, size_t n, int64_t batch)
{
    AUTO_ARENA(a);
    struct hj_options o = {.crc = HJ_CRC_ANY, .edition_2025 = true};
    struct hj_value *values = NEW_ARRAY(a, HJ_LIMIT_VALUES, struct hj_value);
    struct map *all = map_new(a);
    VEC(struct device_note) list = {0};
    for (size_t i = 0; i < n; i++) {
        struct hj_frame h;
        struct hj_cut cut = hj_cut(frames[i].raw, true);
        if (cut.kind != HJ_CUT_FRAME)
            continue;
        hj_decode(&cut, &o, NULL, values, HJ_LIMIT_VALUES, &h);
        if (h.mn.n && h.mn.n <= HJ_LIMIT_MN && utf8_bad(h.mn) < 0)
            take(note_of(a, all, h.mn), &h, &frames[i], (struct spool_place){batch, (int32_t)i});
    }
    for (size_t i = 0; i < map_count(all); i++) {
        str mn;
        void *note;
        map_at(all, i, &mn, &note);
        vec_push(a, &list, *(struct device_note *)note);
    }
    return list.n ? device_note_many(r, list.p, list.n) : NULL;
}
