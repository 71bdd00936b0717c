/* Scenes made from a seed: ground of one kind with ponds, fields and noise, as reflectance × 10⁴. */
#pragma once
#include "testing.h"
#include "remote/remote.h"

struct made {
    int width, height, dx, dy;    /* what is seen is shifted by dx, dy pixels */
    int epsg;
    uint64_t seed;
    bool second;                  /* a later date: one pond filled, one dug */
    bool clouds;                  /* with a quality band (SCL), one cloud */
    bool zstd;
    bool foreign;                 /* software tag taken out: GDAL reads it */
};
void scene_make(const char *path, const struct made *m);
/* What there is at a pixel: 1 water. */
bool scene_water(const struct made *m, int x, int y);
bool scene_cloud(const struct made *m, int x, int y);
char *test_folder(void); /* a new one, taken away at exit */
