#include "remote/scene.h"

#include <ftw.h>
#include <math.h>

struct pond { int x, y, r; bool early, late; };
static const struct pond ponds[] = {{60, 70, 24, true, true}, {200, 90, 30, true, false}, {120, 210, 17, false, true}, {250, 250, 9, true, true}, {30, 260, 3, true, true}};

bool scene_water(const struct made *m, int x, int y)
{
    x += m->dx, y += m->dy;
    for (size_t i = 0; i < sizeof ponds / sizeof *ponds; i++) {
        int dx = x - ponds[i].x, dy = y - ponds[i].y;
        if (dx * dx + dy * dy <= ponds[i].r * ponds[i].r)
            return m->second ? ponds[i].late : ponds[i].early;
    }
    return false;
}

bool scene_cloud(const struct made *m, int x, int y)
{
    return m->clouds && x >= 40 && x < 80 && y >= 60 && y < 100;
}

/* The ground's own pattern: equal at equal places whatever the date, so that dates can be registered. */
static int texture(const struct made *m, int x, int y, int band)
{
    uint64_t s = m->seed * 7919 + (uint64_t)(x + m->dx + 1000) * 104729 + (uint64_t)(y + m->dy + 1000) * 1299709 + (uint64_t)band;
    test_random(&s);
    return (int)(test_random(&s) % 401);
}

static uint16_t number(const struct made *m, int x, int y, int band)
{
    static const int land[6] = {900, 1100, 1000, 3200, 2600, 1800}, water[6] = {700, 900, 500, 300, 150, 100}; /* blue green red nir swir1 swir2 */
    if (band == 6)
        return scene_cloud(m, x, y) ? 9 : 4;
    return (uint16_t)((scene_water(m, x, y) ? water : land)[band] + (scene_water(m, x, y) ? texture(m, x, y, band) / 20 : texture(m, x, y, band) * (band + 1) / 3));
}

/* As if another program had written it. */
static void disown(const char *path)
{
    AUTO_ARENA(a);
    str bytes;
    assert_ok(file_read(a, str_of(path), 64 << 20, &bytes));
    char *p = arena_copy(a, bytes.p, bytes.n);
    for (size_t i = 0; i + 7 <= bytes.n; i++)
        if (memcmp(p + i, "xiezhi", 7) == 0)
            memcpy(p + i, "other!", 6);
    assert_ok(file_write_atomic(str_of(path), (str){p, bytes.n}, 0644));
}

void scene_make(const char *path, const struct made *m)
{
    AUTO_ARENA(a);
    static const char *const names[7] = {"blue", "green", "red", "nir", "swir1", "swir2", "qa"};
    struct tif_options o = {.grid = {.t = {500000, 10, 0, 3400000, 0, -10}, .width = m->width, .height = m->height}, .bands = m->clouds ? 7 : 6,
                            .sample = SAMPLE_U16, .has_nodata = true, .nodata = 0, .zstd = m->zstd, .levels = true, .nearest = 1u << 6,
                            .note = S("{\"sensor\":\"s2\",\"baseline\":\"03.00\"}")};
    struct tif_writer *w;
    assert_true(crs_of_epsg(m->epsg ? m->epsg : 32650, &o.grid.crs));
    if (o.grid.crs.kind == CRS_GEOGRAPHIC)
        memcpy(o.grid.t, (double[6]){114, 1e-4, 0, 30.6, 0, -1e-4}, sizeof o.grid.t);
    memcpy(o.names, names, sizeof names);
    assert_ok(tif_begin(a, str_of(path), &o, &w));
    uint16_t *row = NEW_ARRAY(a, (size_t)m->width, uint16_t);
    for (int y = 0; y < m->height; y++)
        for (int b = 0; b < o.bands; b++) {
            for (int x = 0; x < m->width; x++)
                row[x] = number(m, x, y, b);
            assert_ok(tif_row(w, b, row));
        }
    assert_ok(tif_end(w));
    if (m->foreign)
        disown(path);
}

static char folder[64];

static int gone(const char *path, const struct stat *s, int kind, struct FTW *walk)
{
    (void)s, (void)kind, (void)walk;
    return remove(path);
}

static void tidy(void)
{
    nftw(folder, gone, 8, FTW_DEPTH | FTW_PHYS);
}

char *test_folder(void)
{
    if (!*folder) {
        snprintf(folder, sizeof folder, "/tmp/xiezhi-remote-XXXXXX");
        assert_non_null(mkdtemp(folder));
        atexit(tidy);
    }
    return folder;
}
