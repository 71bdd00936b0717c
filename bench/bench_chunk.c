/* part one */
#include "bench.h"
#include "chunk_series.h"
#include "monitor/series/chunk.h"
#include <stdlib.h>
#include <string.h>
enum { SERIES = 32, DAYS = 365, READINGS_DAY = 1440 };
static struct series_data all[SERIES];
static str chunk[SERIES][DAYS];
static struct arena *keep;
static struct chunk_room *room;

static void generate(void)
{
    for (int i = 0; i < SERIES; i++)
        all[i] = series_make(keep, &series_kinds[i % SERIES_KINDS], DAYS, (uint64_t)i + 1);
}
static void day_view(struct chunk_day *d, const struct series_data *s, int day_at)
{
    *d = (struct chunk_day){.day = 20454 + day_at, .cadence_s = 60, .slots = 1440, .decimals = (int8_t)s->kind->decimals, .shape = CHUNK_THREE};
    for (int c = 0; c < 3; c++) d->v[c] = s->v[c] + day_at * 1440;
    d->flag = s->flag + day_at * 1440;
}
int main(void)
{
    keep = arena_new();
    room = chunk_room_new(keep);
    double t = bench_cpu();
    generate();
    printf("generate %.2f s\n", bench_cpu() - t);
    size_t present = 0, normal = 0, n = (size_t)SERIES * DAYS * 1440;
    for (int i = 0; i < SERIES; i++) for (size_t k = 0; k < DAYS * 1440; k++) { present += all[i].flag[k] != 0; normal += all[i].flag[k] == 'N'; }
    printf("missing %.2f %%, N %.2f %%\n", 100.0 * (double)(n - present) / (double)n, 100.0 * (double)normal / (double)n);
    t = bench_cpu();
    for (int i = 0; i < SERIES; i++) for (int d = 0; d < DAYS; d++) { struct chunk_day day; day_view(&day, &all[i], d); chunk[i][d] = chunk_encode(keep, &day); }
    double enc = (double)n / (bench_cpu() - t);
    size_t bytes = 0; double ent = 0;
    int32_t *tmp = malloc(sizeof(int32_t) * DAYS * 1440);
    for (int i = 0; i < SERIES; i++) {
        size_t b = 0; for (int d = 0; d < DAYS; d++) b += chunk[i][d].n;
        double e[3];
        size_t m = DAYS * 1440;
        for (size_t k = 0; k < m; k++) tmp[k] = k ? all[i].v[0][k] - all[i].v[0][k - 1] : 0;
        e[0] = series_entropy(tmp, m);
        for (size_t k = 0; k < m; k++) tmp[k] = all[i].v[0][k] - all[i].v[1][k];
        e[1] = series_entropy(tmp, m);
        for (size_t k = 0; k < m; k++) tmp[k] = all[i].v[2][k] - all[i].v[0][k];
        e[2] = series_entropy(tmp, m);
        double es = (e[0] + e[1] + e[2]) / 8; ent += es / SERIES;
        if (i < 16) printf("%-24s %.3f B/reading, entropy %.3f (%.2f %.2f %.2f bits)\n", all[i].kind->name, (double)b / (double)m, es, e[0], e[1], e[2]);
        bytes += b;
    }
    printf("bytes/reading %.3f  entropy %.3f ratio %.3f\n", (double)bytes / (double)n, ent, (double)bytes / (double)n / ent);
    printf("encode %.1f M/s\n", enc / 1e6);
    char *packed = malloc(bytes), *p = packed;
    for (int i = 0; i < SERIES; i++) for (int d = 0; d < DAYS; d++) { memcpy(p, chunk[i][d].p, chunk[i][d].n); chunk[i][d].p = p; p += chunk[i][d].n; }
    char *copy = malloc(13 * DAYS * 1440);
    for (int round = 0; round < 5; round++) {
        t = bench_cpu();
        for (int i = 0; i < SERIES; i++) { char *q = copy; for (int c = 0; c < 3; c++) { memcpy(q, all[i].v[c], 4 * DAYS * 1440); q += 4 * DAYS * 1440; } memcpy(q, all[i].flag, DAYS * 1440); __asm__ volatile("" ::: "memory"); }
        double mc = (double)n / (bench_cpu() - t);
        t = bench_cpu();
        for (int i = 0; i < SERIES; i++) for (int d = 0; d < DAYS; d++) { struct chunk_day *day; CHECK(!chunk_decode(room, chunk[i][d], &day)); }
        double dec = (double)n / (bench_cpu() - t);
        t = bench_cpu();
        for (int i = 0; i < SERIES; i++) for (int d = 0; d < DAYS; d++) { struct chunk_day *day; CHECK(!chunk_decode_average(room, chunk[i][d], &day)); }
        double avg = (double)n / (bench_cpu() - t);
        t = bench_cpu(); uint32_t x = 0;
        for (int i = 0; i < SERIES; i++) for (int d = 0; d < DAYS; d++) x ^= crc32c(0, chunk[i][d].p, chunk[i][d].n);
        double cr = (double)bytes / (bench_cpu() - t);
        printf("memcpy %.0f M/s, decode %.0f M/s (%.2f x), average %.0f M/s, crc %.1f GB/s %x\n", mc / 1e6, dec / 1e6, dec / mc, avg / 1e6, cr / 1e9, x & 1);
    }
    return 0;
}
