/*
 * A campaign of 2 x 10^5 photographs: their metadata, beside reading the same bytes and no more; then lines, overlaps and coverage of as many
 * footprints. Heads are of the size that travels (128 KB), in files, read by the batch as the command line does.
 */
#include "bench.h"
#include "cli/made_flight.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FILES = 2048, BATCH = 256, CAMPAIGN = 200000, LINE = 500, ROUNDS = 3 };

static double seconds(void) /* of the processor, children's too */
{
    struct rusage self, children;
    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
    return (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec + children.ru_utime.tv_sec + children.ru_stime.tv_sec) +
           (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec + children.ru_utime.tv_usec + children.ru_stime.tv_usec) / 1e6;
}

static void die(const err *e)
{
    fprintf(stderr, "%.*s\n", STR_ARG(e->text));
    exit(3);
}

static struct made_photo *photos(struct arena *a, int n)
{
    struct made_photo *p = NEW_ARRAY(a, (size_t)n, struct made_photo);
    made_lines(&(struct made_plan){{30.6, 114.3}, 10, 25, 40, 70, n / LINE, LINE, INT64_C(1774000000) * USEC_SECOND, 2}, p);
    for (int i = 0; i < n; i++)
        p[i].dialect = i % 3, p[i].zone_minutes = 480, p[i].width = 400, p[i].height = 300, p[i].no_picture = true;
    return p;
}

/* As long as what travels: the picture goes on behind its beginning. */
static void write_files(struct arena *a, const char *folder, const struct made_photo *p)
{
    char path[200], *rest = arena_alloc(a, LIMIT_PATROL_HEAD, 1);
    memset(rest, 0x55, LIMIT_PATROL_HEAD);
    AUTO_ARENA(one);
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%s/%d", folder, i);
        str bytes = made_photo(one, &p[i]);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n || write(fd, rest, LIMIT_PATROL_HEAD - bytes.n) < 0)
            exit(3);
        close(fd);
        arena_reset(one);
    }
}

static double read_only(const char *folder)
{
    char path[200];
    char *p = malloc(LIMIT_PATROL_HEAD);
    double start = seconds();
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%s/%d", folder, i);
        int fd = open(path, O_RDONLY);
        if (!p || fd < 0 || pread(fd, p, LIMIT_PATROL_HEAD, 0) != LIMIT_PATROL_HEAD)
            exit(3);
        close(fd);
    }
    free(p);
    return seconds() - start;
}

static double read_heads(const char *folder, double *ret_wall)
{
    char path[200];
    struct photo_file *files = calloc(BATCH, sizeof *files);
    double start = seconds(), wall = bench_wall();
    AUTO_ARENA(a);
    for (int i = 0; i < FILES; i += BATCH) {
        for (int k = 0; k < BATCH; k++) {
            char *p = arena_alloc(a, LIMIT_PATROL_HEAD, 1);
            snprintf(path, sizeof path, "%s/%d", folder, i + k);
            int fd = open(path, O_RDONLY);
            if (fd < 0 || pread(fd, p, LIMIT_PATROL_HEAD, 0) != LIMIT_PATROL_HEAD)
                exit(3);
            close(fd);
            files[k] = (struct photo_file){.bytes = {p, LIMIT_PATROL_HEAD}};
        }
        err *e = photos_read(files, BATCH);
        if (e)
            die(e);
        for (int k = 0; k < BATCH; k++)
            if (files[k].fault || isnan(files[k].photo.lat))
                exit(3);
        arena_reset(a);
    }
    free(files);
    *ret_wall = bench_wall() - wall;
    return seconds() - start;
}

static double judge(struct arena *a, const struct made_photo *made)
{
    struct photo_file *files = NEW_ARRAY(a, CAMPAIGN, struct photo_file), one = {.bytes = made_photo(a, &made[0]), .whole = true};
    str *names = NEW_ARRAY(a, CAMPAIGN, str);
    struct flight f;
    err *e = photos_read(&one, 1);
    for (int i = 0; i < CAMPAIGN && !e; i++) {
        files[i] = one;
        files[i].photo.lat = made[i].place.lat, files[i].photo.lon = made[i].place.lon, files[i].photo.gimbal.yaw = made[i].yaw;
        files[i].photo.camera_time = made[i].t + 8 * USEC_HOUR;
        memcpy(files[i].digest.byte, &i, sizeof i);
        names[i] = S("photo");
    }
    struct flight_options o = {.height_limit = 120, .entry_below = 120, .window = {USEC_NONE, USEC_NONE}, .now = USEC_NONE};
    double start = seconds();
    if (!e)
        e = flight_judge(a, files, names, CAMPAIGN, &o, NULL, NULL, &f);
    if (e)
        die(e);
    if (f.placed != CAMPAIGN)
        exit(3);
    return seconds() - start;
}

int main(void)
{
    char folder[] = "/tmp/xiezhi-patrol-XXXXXX", command[300];
    AUTO_ARENA(a);
    struct made_photo *made = photos(a, CAMPAIGN);
    if (!mkdtemp(folder))
        return 3;
    write_files(a, folder, made);
    double plain = INFINITY, ours = INFINITY, wall = INFINITY;
    for (int i = 0; i < ROUNDS; i++) {
        double w, bytes = read_only(folder), heads = read_heads(folder, &w);
        plain = bytes < plain ? bytes : plain;
        ours = heads < ours ? heads : ours;
        wall = w < wall ? w : wall;
    }
    double scale = (double)CAMPAIGN / FILES, judged = judge(a, made);
    bench_line("patrol.read_bytes_2e5", plain * scale, "cpu s", 1, "itself");
    bench_line("patrol.metadata_2e5", ours * scale, "cpu s", ours / plain, "reading the bytes");
    bench_line("patrol.metadata_2e5_wall", wall * scale, "s", wall * scale / 600, "the ten minutes allowed");
    bench_line("patrol.coverage_2e5", judged, "cpu s", judged / (ours * scale), "reading the metadata");
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) == 0 ? 0 : 3;
}
