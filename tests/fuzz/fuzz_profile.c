/* A profile read from text, and frames learned from: what can be read is written the same again. */
#include "monitor/gateway/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void round_trip(struct arena *a, struct names *names, str text)
{
    struct profile p, again;
    if (profile_from_json(a, text, names, &p)) {
        err_clear();
        return;
    }
    str once = profile_json(a, &p, names);
    CHECK(!profile_from_json(a, once, names, &again));
    CHECK(str_eq(once, profile_json(a, &again, names)));
    profile_free(&p);
    profile_free(&again);
}

/* The same bytes as a stream of frames: whatever is learned can be written and read. */
static void learn(struct arena *a, struct names *names, str stream)
{
    static struct hj_value values[256];
    struct profile p = {.learned = true};
    struct hj_options o = {.crc = HJ_CRC_ANY, .no_crc_accepted = true};
    struct address from = {.byte = {10}};
    for (struct hj_cut cut; stream.n && (cut = hj_cut(stream, true)).kind != HJ_CUT_NONE; stream = str_sub(stream, cut.n, stream.n)) {
        struct hj_frame f;
        if (cut.kind != HJ_CUT_FRAME)
            continue;
        hj_decode(&cut, &o, NULL, values, 256, &f);
        profile_observe(&p, names, &f, &from, USEC_DAY);
    }
    round_trip(a, names, profile_json(a, &p, names));
    profile_free(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    AUTO_ARENA(a);
    struct names *names = names_new();
    str text = {(const char *)bytes, n};
    round_trip(a, names, text);
    learn(a, names, text);
    names_free(names);
    return 0;
}
