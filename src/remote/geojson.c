/*
 * Features are written as they come; numbers are whole ones with a point set in, so that equal corners are equal text. Outer rings turn left
 * (RFC 7946), the other way than on the picture.
 */
#include "remote/detect.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 20, ROOM = 4096 };
struct geojson {
    struct arena *arena;
    const struct grid *grid;
    const struct recipe *recipe;
    struct degrees_table *degrees;
    struct sm3_state digest;
    str path, part;
    int fd;
    char *p;
    size_t n;
    int64_t written;
    int64_t features;
};

static err *flush(struct geojson *j)
{
    sm3_add(&j->digest, j->p, j->n);
    for (size_t done = 0; j->fd >= 0 && done < j->n;) {
        ssize_t got = os_write(j->fd, j->p + done, j->n - done);
        if (got < 0 && errno != EINTR)
            return err_errno(S("写图斑"));
        done += got > 0 ? (size_t)got : 0;
    }
    j->written += (int64_t)j->n;
    j->n = 0;
    return j->written > LIMIT_GEOJSON_BYTES ? err_new(ERR_LIMIT, "图斑文件超过%d MB，请设最小面积", LIMIT_GEOJSON_BYTES >> 20) : NULL;
}

static err *room(struct geojson *j)
{
    return j->n + ROOM > PIECE ? flush(j) : NULL;
}

static void add(struct geojson *j, const char *text)
{
    size_t n = strlen(text);
    memcpy(j->p + j->n, text, n);
    j->n += n;
}

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                 "25262728293031323334353637383940414243444546474849"
                                 "50515253545556575859606162636465666768697071727374"
                                 "75767778798081828384858687888990919293949596979899";

static void add_digits(struct geojson *j, int64_t value, int decimals)
{
    char digits[24];
    int n = sizeof digits, least = n - decimals - 1; /* a digit before the point */
    uint64_t v = value < 0 ? (uint64_t)-value : (uint64_t)value;
    if (value < 0)
        j->p[j->n++] = '-';
    for (; v >= 10; v /= 100)
        memcpy(digits + (n -= 2), pairs + v % 100 * 2, 2);
    if (v || n == sizeof digits)
        digits[--n] = (char)('0' + v);
    while (n > least)
        digits[--n] = '0';
    size_t whole = sizeof digits - (size_t)decimals - (size_t)n;
    memcpy(j->p + j->n, digits + n, whole);
    j->n += whole;
    if (decimals) {
        j->p[j->n++] = '.';
        memcpy(j->p + j->n, digits + sizeof digits - decimals, (size_t)decimals);
        j->n += (size_t)decimals;
    }
}

/* As add_digits with eight decimals, which is most of a file. */
static void add_degrees(struct geojson *j, int64_t value)
{
    char *p = j->p + j->n;
    uint64_t v = value < 0 ? (uint64_t)-value : (uint64_t)value;
    uint32_t whole = (uint32_t)(v / 100000000), rest = (uint32_t)(v % 100000000), high = rest / 10000, low = rest % 10000;
    if (value < 0)
        *p++ = '-';
    if (whole >= 100)
        *p++ = (char)('0' + whole / 100);
    if (whole >= 10)
        *p++ = pairs[whole % 100 * 2];
    *p++ = pairs[whole % 100 * 2 + 1];
    *p++ = '.';
    memcpy(p, pairs + high / 100 * 2, 2);
    memcpy(p + 2, pairs + high % 100 * 2, 2);
    memcpy(p + 4, pairs + low / 100 * 2, 2);
    memcpy(p + 6, pairs + low % 100 * 2, 2);
    j->n = (size_t)(p + 8 - j->p);
}

static void member(struct geojson *j, const char *name, int64_t value, int decimals)
{
    add(j, ",\"");
    add(j, name);
    add(j, "\":");
    add_digits(j, value, decimals);
}

static void corner(struct geojson *j, struct region_point p)
{
    int64_t lon, lat;
    degrees_at(j->degrees, p.x, p.y, &lon, &lat);
    j->p[j->n++] = '[';
    add_degrees(j, lon);
    j->p[j->n++] = ',';
    add_degrees(j, lat);
    j->p[j->n++] = ']';
}

static err *ring(struct geojson *j, const struct patch *r, const struct region_ring *ring)
{
    const struct region_point *p = r->points + ring->first;
    j->p[j->n++] = '[';
    corner(j, p[0]);
    for (uint32_t i = ring->n; i-- > 0;) {
        TRY(room(j));
        j->p[j->n++] = ',';
        corner(j, p[i]);
    }
    j->p[j->n++] = ']';
    return NULL;
}

static err *geometry(struct geojson *j, const struct patch *r)
{
    int outer = 0;
    for (size_t i = 0; i < r->rings_n; i++)
        outer += r->rings[i].outer;
    add(j, outer > 1 ? "\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[" : "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":");
    for (size_t i = 0; i < r->rings_n; i++) {
        TRY(room(j));
        add(j, !i ? "[" : !r->rings[i].outer ? "," : "],[");
        TRY(ring(j, r, &r->rings[i]));
    }
    add(j, outer > 1 ? "]]}" : "]}");
    return NULL;
}

double region_area_m2(const struct region_sums *s, const struct grid *g)
{
    return (double)s->pixels * grid_pixel_m2(g, (double)s->y / (double)s->pixels + 0.5);
}

double region_width_m(const struct region_sums *s, const struct grid *g)
{
    return 2 * region_area_m2(s, g) / ((double)s->edges * grid_pixel_m(g, (double)s->y / (double)s->pixels + 0.5));
}

static void properties(struct geojson *j, const struct patch *r, uint32_t flags, int kind)
{
    const struct region_sums *s = &r->sums;
    double area = region_area_m2(s, j->grid), boundary = (double)s->edges * grid_pixel_m(j->grid, (double)s->y / (double)s->pixels + 0.5);
    add(j, "\"properties\":{\"pixels\":");
    add_digits(j, s->pixels, 0);
    member(j, "area_m2", llround(area * 10), 1);
    member(j, "perimeter_m", llround(boundary * 10), 1);
    member(j, "width_m", llround(20 * area / boundary), 1);
    member(j, "compactness", llround(1000 * 4 * M_PI * area / (boundary * boundary)), 3);
    member(j, "index_mean", llround((double)s->index / (double)s->pixels), 6);
    member(j, "index_min", s->index_min, 6);
    member(j, "index_max", s->index_max, 6);
    member(j, "score", patch_score(flags), 3);
    add(j, kind > 0 ? ",\"change\":\"gained\"" : kind < 0 ? ",\"change\":\"lost\"" : "");
    add(j, ",\"flags\":[");
    for (int f = 0, n = 0; f < FLAGS; f++)
        if (flags >> f & 1) {
            add(j, n++ ? ",\"" : "\"");
            add(j, flag_name((enum flag)f));
            add(j, "\"");
        }
    add(j, "]}");
}

err *geojson_region(struct geojson *j, const struct patch *r, uint32_t flags, int kind)
{
    TRY(room(j));
    add(j, j->features ? ",\n{\"type\":\"Feature\",\"id\":" : "\n{\"type\":\"Feature\",\"id\":");
    add_digits(j, ++j->features, 0);
    add(j, ",");
    properties(j, r, flags, kind);
    add(j, ",");
    TRY(room(j));
    TRY(geometry(j, r));
    add(j, "}");
    return NULL;
}

err *geojson_begin(struct arena *a, str path, const struct grid *g, const struct recipe *recipe, double threshold, struct geojson **ret)
{
    struct geojson *j = NEW(a, struct geojson);
    *j = (struct geojson){.arena = a, .grid = g, .recipe = recipe, .degrees = degrees_table_new(a, g), .path = path, .fd = -1,
                          .p = arena_alloc(a, PIECE, 1)};
    sm3_init(&j->digest);
    if (path.n) {
        j->part = arena_printf(a, "%.*s.part-%d", STR_ARG(path), (int)getpid());
        j->fd = open(arena_cstr(a, j->part), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (j->fd < 0)
            return err_at(err_errno(S("建立图斑文件")), path);
    }
    add(j, "{\"type\":\"FeatureCollection\",\"xiezhi\":{\"statement\":\"遥感解译意见，未经核实\",\"recipe\":\"");
    add(j, recipe->name);
    add(j, "\"");
    member(j, "version", recipe->version, 0);
    member(j, "threshold", llround(threshold * 1e6), 6);
    add(j, "},\"features\":[");
    *ret = j;
    return NULL;
}

err *geojson_end(struct geojson *j, struct sm3 *ret)
{
    TRY(room(j));
    add(j, "\n]}\n");
    TRY(flush(j));
    *ret = sm3_end(&j->digest);
    if (j->fd < 0)
        return NULL;
    if (os_fsync(j->fd) != 0)
        return err_errno(S("写图斑"));
    close(j->fd);
    j->fd = -1;
    if (os_rename(arena_cstr(j->arena, j->part), arena_cstr(j->arena, j->path)) != 0)
        return err_errno(S("写图斑"));
    j->part = STR_NONE;
    return folder_sync_of(j->path);
}

void geojson_abandon(struct geojson *j)
{
    if (j && j->fd >= 0)
        close(j->fd);
    if (j && j->part.n)
        unlink(arena_cstr(j->arena, j->part));
}
