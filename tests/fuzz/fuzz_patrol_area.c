/* Areas and height grids. An area that is taken is measured: no more of it is seen than there is. */
#include "patrol/patrol.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    struct task t;
    struct grid *g;
    struct cover c;
    str text = {(const char *)data, size}, kml;
    if (size > 64 << 10)
        return 0;
    if (!task_read(a, text, 30, &t)) {
        struct point p[4] = {{-50, -50}, {50, -50}, {50, 50}, {-50, 50}};
        struct ring r = {p, 4};
        if (!cover_measure(a, &t.region, &r, 1, 200, 1, &c))
            CHECK(c.once <= c.area * (1 + 1e-9) && c.twice <= c.once && c.holes_area <= c.area * (1 + 1e-9));
        err *e = task_kml(a, text, S("x"), S("y"), &kml);
        (void)e;
    }
    if (!grid_read(a, text, &g)) {
        double z = grid_height(g, (struct place){30, 114});
        CHECK(isnan(z) || isfinite(z));
    }
    err_clear();
    return 0;
}
