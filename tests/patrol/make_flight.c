/*
 * make_flight FOLDER LINES EACH START [turned] [painted] [log] [at=LAT,LON]: a memory card, for tests that need files. Equal arguments, equal bytes.
 * turned: every second line against its yaw; painted: over a tenth of each picture, and not of its thumbnail; at: the first photograph.
 */
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

struct options { bool turned, painted, log; struct place corner; };

static bool options_read(int n, char **words, struct options *ret)
{
    *ret = (struct options){.corner = {30.601, 114.351}};
    for (int i = 0; i < n; i++) {
        if (!strcmp(words[i], "turned"))
            ret->turned = true;
        else if (!strcmp(words[i], "painted"))
            ret->painted = true;
        else if (!strcmp(words[i], "log"))
            ret->log = true;
        else if (sscanf(words[i], "at=%lf,%lf", &ret->corner.lat, &ret->corner.lon) != 2)
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    AUTO_ARENA(a);
    usec start;
    struct options o;
    if (argc < 5 || time_parse(str_of(argv[4]), &start) || !options_read(argc - 5, argv + 5, &o))
        return 2;
    int lines = atoi(argv[2]), each = atoi(argv[3]);
    if (lines < 1 || each < 1 || lines * each > 100000)
        return 2;
    struct made_photo *made = NEW_ARRAY(a, (size_t)(lines * each), struct made_photo);
    made_lines(&(struct made_plan){o.corner, 0, 25, 40, 70, lines, each, start, 4}, made);
    AUTO_ARENA(one);
    for (int i = 0; i < lines * each; i++) {
        char name[40];
        made[i].dialect = MADE_ELEMENTS, made[i].zone_minutes = 480, made[i].width = 400, made[i].height = 300, made[i].serial = "S1";
        if (o.turned && i / each % 2)
            made[i].true_yaw = remainder(made[i].yaw + 180, 360);
        if (o.painted)
            made[i].painted.left = 40, made[i].painted.right = 62, made[i].painted.top = 30, made[i].painted.bottom = 72;
        snprintf(name, sizeof name, "DJI_%05d.JPG", i + 1);
        keep(argv[1], name, made_photo(one, &made[i]));
        arena_reset(one);
    }
    if (o.log)
        keep(argv[1], "flight.gpx", made_log(a, MADE_GPX, made, (size_t)(lines * each)));
    return 0;
}
