/* make_year FOLDER: the plant-year as year.csv, year.xlsx and platform.csv, for tests of pages. */
#include "plant_year.h"

#include <stdio.h>

static int put(struct arena *a, const char *folder, const char *name, str bytes)
{
    FILE *f = fopen(arena_cstr(a, arena_printf(a, "%s/%s", folder, name)), "wb");
    return f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n && fclose(f) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    AUTO_ARENA(a);
    if (argc != 2)
        return 2;
    struct plant_year *y = plant_year_make(a, true);
    return put(a, argv[1], "year.csv", plant_year_csv(a, y, NULL)) | put(a, argv[1], "year.xlsx", plant_year_book(a, y)) |
           put(a, argv[1], "platform.csv", plant_year_platform_csv(a, y));
}
