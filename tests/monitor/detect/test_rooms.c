/* What the room of a channel's minutes scatters by, where some of them have no room that could be compared with any. */
#include "testing.h"
#include "monitor/detect/rooms.h"

#include <math.h>

enum { MINUTES = 40000 };
struct channel { struct table t; struct column c; int64_t value[MINUTES], low[MINUTES], high[MINUTES]; };

static void channel_make(struct channel *s)
{
    uint64_t seed = 7;
    double x = 0;
    s->t = (struct table){.step_s = 60, .n = MINUTES, .columns = &s->c, .columns_n = 1};
    s->c = (struct column){.factor = S("a21026"), .decimals = 1, .q = 1, .value = s->value, .low = s->low, .high = s->high};
    for (size_t i = 0; i < MINUTES; i++) {
        x = 0.99 * x + (double)(test_random(&seed) % 1200) / 100 - 6;
        /* each is sampled: none is printed coarser than its room */
        double y = fmax(100, 400 + 3 * x), room = y * (0.05 + (double)(test_random(&seed) % 100) / 1000);
        s->value[i] = llround(y), s->low[i] = llround(y - room), s->high[i] = llround(y + room);
    }
}

static double noise_of(struct arena *a, const struct channel *s)
{
    struct view v;
    views_make(a, &s->t, &v);
    struct detect_context c = {.a = a, .scratch = a, .prepared = a, .views = &v, .detector = detector_find(S("C17"))};
    struct rooms r = {.room = ROOM_ARRAY(a, MINUTES, float), .must = ROOM_ARRAY(a, MINUTES, float)};
    assert_true(rooms_of(&c, &s->t, &v, &r));
    return r.noise;
}

/* Too few for a detection limit; just where the selection of a median takes its probes and its pivot. */
static void zeros_say_nothing_of_the_noise(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct channel *s = NEW(a, struct channel);
    size_t stride = stride_of(MINUTES, VIEW_SAMPLE), sampled = (MINUTES + stride - 1) / stride;
    channel_make(s);
    double before = noise_of(a, s);
    assert_true(before > 0.1);
    for (size_t i = 8; i < 25; i++) {
        size_t at = (i < 24 ? (2 * i + 1) * sampled / 64 : sampled / 10 * 9) * stride;
        s->value[at] = 0, s->low[at] = -3, s->high[at] = 2;
    }
    assert_true(fabs(noise_of(a, s) - before) < 0.05 * before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(zeros_say_nothing_of_the_noise)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
