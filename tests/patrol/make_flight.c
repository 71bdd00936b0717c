/* make_flight FOLDER LINES EACH START [turned|painted] [log]: a memory card, for tests that need files. Equal arguments, equal bytes. */
#include "cli/made_flight.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void keep(const char *folder, const char *name, str bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0) {
        perror(path);
        exit(3);
    }
}

int main(int argc, char **argv)
{
    AUTO_ARENA(a);
    usec start;
    if (argc < 5 || time_parse(str_of(argv[4]), &start))
        return 2;
    int lines = atoi(argv[2]), each = atoi(argv[3]);
    if (lines < 1 || each < 1 || lines * each > 100000)
        return 2;
    bool turned = argc > 5 && !strcmp(argv[5], "turned"), log = argc > 5 && !strcmp(argv[argc - 1], "log");
    struct made_photo *made = NEW_ARRAY(a, (size_t)(lines * each), struct made_photo);
    made_lines(&(struct made_plan){{30.601, 114.351}, 0, 25, 40, 70, lines, each, start, 4}, made);
    bool painted = argc > 5 && !strcmp(argv[5], "painted"); /* over a tenth of each picture, and not of its thumbnail */
    AUTO_ARENA(one);
    for (int i = 0; i < lines * each; i++) {
        char name[40];
        made[i].dialect = MADE_ELEMENTS, made[i].zone_minutes = 480, made[i].width = 400, made[i].height = 300, made[i].serial = "S1";
        if (turned && i / each % 2)
            made[i].true_yaw = remainder(made[i].yaw + 180, 360);
        if (painted)
            made[i].painted.left = 40, made[i].painted.right = 62, made[i].painted.top = 30, made[i].painted.bottom = 72;
        snprintf(name, sizeof name, "DJI_%05d.JPG", i + 1);
        keep(argv[1], name, made_photo(one, &made[i]));
        arena_reset(one);
    }
    if (log)
        keep(argv[1], "flight.gpx", made_log(a, MADE_GPX, made, (size_t)(lines * each)));
    return 0;
}
