/*
 * Regions against a slow reader of the same mask (flood fill): equal sums, boundaries that are exactly the sides between inside and outside,
 * rings without a repeated corner, one outer ring a part, area by the rings = pixels.
 */
#include "testing.h"
#include "remote/regions.h"

enum { EDGE_MOST = 48 };
struct picture { int width, height; uint8_t mask[EDGE_MOST * EDGE_MOST], valid[EDGE_MOST * EDGE_MOST]; int32_t index[EDGE_MOST * EDGE_MOST]; };
struct seen { struct arena *a; const struct picture *p; bool eight; int *label; int labels; VEC(struct patch) list; };

static bool inside(const struct picture *p, int x, int y)
{
    return x >= 0 && y >= 0 && x < p->width && y < p->height && p->mask[y * p->width + x];
}

/* Labels by repeated spreading: slow, and shares no thought with runs. */
static int *flood(struct arena *a, const struct picture *p, bool eight, int *ret_n)
{
    int *label = NEW_ARRAY(a, (size_t)(p->width * p->height), int), *stack = NEW_ARRAY(a, (size_t)(p->width * p->height * 9), int);
    *ret_n = 0;
    for (int start = 0; start < p->width * p->height; start++) {
        if (!p->mask[start] || label[start])
            continue;
        int n = 0;
        ++*ret_n;
        stack[n++] = start;
        while (n) {
            int at = stack[--n], x = at % p->width, y = at / p->width;
            if (label[at])
                continue;
            label[at] = *ret_n;
            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++)
                    if ((eight || !dx || !dy) && inside(p, x + dx, y + dy) && !label[(y + dy) * p->width + x + dx])
                        stack[n++] = (y + dy) * p->width + x + dx;
        }
    }
    return label;
}

static err *take(void *context, const struct patch *r)
{
    struct seen *s = context;
    struct patch copy = *r;
    copy.points = arena_copy(s->a, r->points, r->points_n * sizeof *r->points);
    copy.rings = arena_copy(s->a, r->rings, r->rings_n * sizeof *r->rings);
    vec_push(s->a, &s->list, copy);
    return NULL;
}

static struct region_totals find(struct seen *s, int64_t least)
{
    struct region_totals totals;
    struct regions *r = regions_new(s->a, &(struct regions_options){.width = s->p->width, .eight = s->eight, .rings = true, .least = least,
                                                                     .region = take, .context = s});
    for (int y = 0; y < s->p->height; y++)
        assert_ok(regions_row(r, s->p->mask + y * s->p->width, s->p->index + y * s->p->width, s->p->valid + y * s->p->width));
    assert_ok(regions_end(r, &totals));
    return totals;
}

static void check_sums(const struct seen *s, const struct patch *r)
{
    const struct picture *p = s->p;
    struct region_sums want = {.x0 = INT32_MAX, .y0 = INT32_MAX, .index_min = INT32_MAX, .index_max = INT32_MIN};
    int mine = s->label[r->sums.first_y * p->width + r->sums.first_x];
    want.first_x = r->sums.first_x, want.first_y = r->sums.first_y;
    for (int y = 0, seen = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            int at = y * p->width + x;
            if (s->label[at] != mine)
                continue;
            if (!seen++)
                assert_true(x == r->sums.first_x && y == r->sums.first_y);
            want.pixels++, want.x += x, want.y += y, want.xx += x * x, want.yy += y * y, want.xy += x * y;
            want.x0 = x < want.x0 ? x : want.x0, want.y0 = y < want.y0 ? y : want.y0;
            want.x1 = x + 1 > want.x1 ? x + 1 : want.x1, want.y1 = y + 1 > want.y1 ? y + 1 : want.y1;
            int64_t v = p->index[at];
            want.index += v, want.index_square += v * v / 1000000;
            want.index_min = p->index[at] < want.index_min ? p->index[at] : want.index_min;
            want.index_max = p->index[at] > want.index_max ? p->index[at] : want.index_max;
            static const int side[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
            for (int k = 0; k < 4; k++) {
                int nx = x + side[k][0], ny = y + side[k][1];
                bool out = nx < 0 || ny < 0 || nx >= p->width || ny >= p->height;
                if (!out && p->mask[ny * p->width + nx])
                    continue;
                want.edges++;
                want.rim += out;
                want.blind += !out && !p->valid[ny * p->width + nx];
            }
        }
    assert_memory_equal(&want, &r->sums, sizeof want);
}

/* Each unit side of the rings must lie between a pixel of the region (right of the way) and one that is not of its part, and each such side must be there once. */
static void check_rings(const struct seen *s, const int *parts, const struct patch *r)
{
    const struct picture *p = s->p;
    int mine = s->label[r->sums.first_y * p->width + r->sums.first_x];
    int64_t area = 0, sides = 0;
    int part = 0;
    assert_true(r->rings_n > 0 && r->rings[0].outer);
    for (size_t i = 0; i < r->rings_n; i++) {
        const struct region_ring *ring = &r->rings[i];
        const struct region_point *q = r->points + ring->first;
        int64_t twice = ring_area_twice(q, ring->n);
        area += twice;
        assert_true(ring->outer == (twice > 0) && ring->n >= 4);
        for (uint32_t k = 0; k < ring->n; k++) {
            struct region_point from = q[k], to = q[(k + 1) % ring->n], next = q[(k + 2) % ring->n];
            assert_true((from.x == to.x) != (from.y == to.y));
            assert_true((from.x == to.x) != (to.x == next.x)); /* turns at every corner */
            for (uint32_t j = k + 1; j < ring->n; j++)
                assert_false(q[j].x == from.x && q[j].y == from.y);
            int dx = (to.x > from.x) - (to.x < from.x), dy = (to.y > from.y) - (to.y < from.y);
            for (int x = from.x, y = from.y; x != to.x || y != to.y; x += dx, y += dy) {
                /* the pixel on the right of a side, and the one on its left */
                int rx = dx > 0 ? x : dx < 0 ? x - 1 : dy > 0 ? x - 1 : x, ry = dx > 0 ? y : dx < 0 ? y - 1 : dy > 0 ? y : y - 1;
                int lx = dx > 0 ? x : dx < 0 ? x - 1 : dy > 0 ? x : x - 1, ly = dx > 0 ? y - 1 : dx < 0 ? y : dy > 0 ? y : y - 1;
                assert_true(inside(p, rx, ry) && s->label[ry * p->width + rx] == mine);
                assert_false(inside(p, lx, ly));
                int here = parts[ry * p->width + rx];
                if (ring->outer && k == 0 && x == from.x && y == from.y)
                    part = here;
                assert_int_equal(here, part); /* holes follow the outer ring of their part */
                sides++;
            }
        }
    }
    assert_int_equal(area, 2 * r->sums.pixels);
    assert_int_equal(sides, r->sums.edges);
}

static void check_picture(const struct picture *p, bool eight)
{
    AUTO_ARENA(a);
    struct seen s = {.a = a, .p = p, .eight = eight};
    int parts_n;
    const int *parts = flood(a, p, false, &parts_n);
    s.label = flood(a, p, eight, &s.labels);
    struct region_totals totals = find(&s, 0);
    int64_t pixels = 0;
    for (int i = 0; i < p->width * p->height; i++)
        pixels += p->mask[i];
    assert_int_equal(totals.regions, s.labels);
    assert_int_equal(totals.kept, s.labels);
    assert_int_equal(s.list.n, s.labels);
    assert_int_equal(totals.pixels, pixels);
    for (size_t i = 0; i < s.list.n; i++) {
        assert_int_equal(s.list.p[i].number, i + 1);
        check_sums(&s, &s.list.p[i]);
        check_rings(&s, parts, &s.list.p[i]);
    }
}

static void random_masks_agree_with_flood_fill(void **state)
{
    (void)state;
    uint64_t random = 20221;
    for (int n = 0; n < 3000; n++) {
        struct picture p = {.width = 1 + (int)(test_random(&random) % (n % 50 ? 13 : EDGE_MOST)), .height = 1 + (int)(test_random(&random) % (n % 50 ? 13 : EDGE_MOST))};
        uint64_t share = 20 + test_random(&random) % 70;
        for (int i = 0; i < p.width * p.height; i++) {
            p.mask[i] = test_random(&random) % 100 < share;
            p.valid[i] = p.mask[i] || test_random(&random) % 4;
            p.index[i] = (int32_t)(test_random(&random) % 2000001) - 1000000;
        }
        check_picture(&p, n % 2);
    }
}

/* Every mask of 4 x 4: nothing of that size is left to chance. */
static void all_small_masks(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 1u << 16; bits += 1) {
        struct picture p = {.width = 4, .height = 4};
        for (int i = 0; i < 16; i++)
            p.mask[i] = bits >> i & 1, p.valid[i] = 1;
        check_picture(&p, bits & 1);
    }
}

/* A C whose arms meet by a corner: GEOS calls the boundary walked in one go no ring. */
static void rings_are_split_where_they_touch(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct picture p = {.width = 4, .height = 4, .mask = {1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0}};
    struct seen s = {.a = a, .p = &p};
    find(&s, 0);
    assert_int_equal(s.list.n, 1);
    assert_int_equal(s.list.p[0].rings_n, 2);
    assert_true(s.list.p[0].rings[0].outer && !s.list.p[0].rings[1].outer);
    assert_int_equal(ring_area_twice(s.list.p[0].points + s.list.p[0].rings[1].first, s.list.p[0].rings[1].n), -2);
}

static void small_ones_are_counted_and_not_handed_out(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct picture p = {.width = 5, .height = 2, .mask = {1, 0, 1, 1, 1, 0, 0, 1, 0, 0}};
    struct seen s = {.a = a, .p = &p};
    struct region_totals totals = find(&s, 2);
    assert_int_equal(totals.regions, 2);
    assert_int_equal(totals.kept, 1);
    assert_int_equal(totals.pixels, 5);
    assert_int_equal(totals.kept_pixels, 4);
    assert_int_equal(s.list.p[0].number, 1);
}

static err *nothing(void *context, const struct patch *r)
{
    (void)r;
    ++*(int64_t *)context;
    return NULL;
}

/* Memory follows the width and what is open, not the height. */
static void a_tall_scene_takes_no_more_memory(void **state)
{
    (void)state;
    enum { WIDE = 1024 };
    AUTO_ARENA(a);
    uint64_t random = 7;
    int64_t seen = 0;
    uint8_t mask[WIDE];
    struct region_totals totals;
    struct regions *r = regions_new(a, &(struct regions_options){.width = WIDE, .rings = true, .region = nothing, .context = &seen});
    size_t early = 0;
    for (int y = 0; y < 30000; y++) {
        if (y % 3 == 0)
            for (int x = 0; x < WIDE; x++)
                mask[x] = test_random(&random) % 100 < 35;
        if (y % 97 == 96)
            memset(mask, 0, sizeof mask);
        assert_ok(regions_row(r, mask, NULL, NULL));
        if (y == 3000)
            early = regions_memory(r);
    }
    assert_ok(regions_end(r, &totals));
    assert_true(seen > 100000 && totals.kept == seen);
    assert_true(regions_memory(r) < early + (1 << 20));
}

/* A board of single pixels, 60,000 wide: refused by its number of corners before memory is gone; a scene of real things is not. */
static void noise_is_refused_by_a_limit(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    enum { WIDE = 20000 };
    uint8_t *mask = NEW_ARRAY(a, WIDE, uint8_t);
    int64_t seen = 0;
    struct regions *r = regions_new(a, &(struct regions_options){.width = WIDE, .rings = true, .region = nothing, .context = &seen});
    err *e = NULL;
    for (int y = 0; y < 2000 && !e; y++) { /* one comb: all open until the end */
        for (int x = 0; x < WIDE; x++)
            mask[x] = x % 4 == 0 || (y % 2 == 0 && x % 4 == 1) || (x % 4 == 2 && y % 2 == 0) || y == 0;
        e = regions_row(r, mask, NULL, NULL);
    }
    assert_err(e, ERR_LIMIT);
    assert_true(regions_memory(r) < 200 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_masks_agree_with_flood_fill), cmocka_unit_test(all_small_masks), cmocka_unit_test(rings_are_split_where_they_touch),
        cmocka_unit_test(small_ones_are_counted_and_not_handed_out), cmocka_unit_test(a_tall_scene_takes_no_more_memory),
        cmocka_unit_test(noise_is_refused_by_a_limit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
