#include "picture/scene.h"

#include <math.h>
#include <jpeglib.h>
#include <png.h>

static double unit(uint64_t *r)
{
    return (double)(test_random(r) >> 11) / 9007199254740992.0;
}

/* Noise that depends on the place alone: bark, gravel, rust. */
static double texture(uint64_t seed, int x, int y)
{
    uint64_t h = seed ^ (uint64_t)(x + 100000) * 0x9e3779b97f4a7c15u ^ (uint64_t)(y + 100000) * 0xc2b2ae3d27d4eb4fu;
    h ^= h >> 31, h *= 0xbf58476d1ce4e5b9u, h ^= h >> 29;
    return (double)(h >> 40) / (1 << 24) - 0.5;
}

/* Coarse stains under fine grain. */
static double surface(uint64_t seed, double x, double y)
{
    int i = (int)floor(x), j = (int)floor(y);
    return 26 * texture(seed, i, j) + 30 * texture(seed + 1, i / 5, j / 5) + 24 * texture(seed + 2, i / 17, j / 17);
}

static void paint(uint8_t *p, const struct camera *c, uint64_t seed, double near, double x0, double y0, double w, double h, double grey, bool round)
{
    double dx = (c->x * near + c->turn) * SCENE_WIDTH, dy = c->y * near * SCENE_HEIGHT;
    x0 = x0 * SCENE_WIDTH + dx, y0 = y0 * SCENE_HEIGHT + dy, w *= SCENE_WIDTH, h *= SCENE_HEIGHT;
    for (int y = (int)fmax(0, y0); y < SCENE_HEIGHT && y < y0 + h; y++)
        for (int x = (int)fmax(0, x0); x < SCENE_WIDTH && x < x0 + w; x++) {
            double u = (x - x0) / w, v = (y - y0) / h;
            if (round && (u - 0.5) * (u - 0.5) + (v - 0.5) * (v - 0.5) > 0.25)
                continue;
            double shade = grey + (round ? 60 * (0.5 - u) : 20 * (0.5 - v)) + surface(seed, x - x0, y - y0);
            p[y * SCENE_WIDTH + x] = (uint8_t)fmin(255, fmax(0, shade));
        }
}

uint8_t *scene_photo(struct arena *a, const struct camera *c)
{
    uint8_t *p = NEW_ARRAY(a, SCENE_WIDTH * SCENE_HEIGHT, uint8_t);
    uint64_t r = c->plant * 7919 + 13, sky = c->noise * 31 + 7, grain = c->noise * 104729 + 3;
    for (int y = 0; y < SCENE_HEIGHT; y++)
        for (int x = 0; x < SCENE_WIDTH; x++)
            p[y * SCENE_WIDTH + x] = (uint8_t)fmin(255, fmax(0, 170 - 60.0 * y / SCENE_HEIGHT + 40 * texture(sky, x / 60, y / 30)));
    paint(p, c, r, 0.3, -0.5, 0.62, 2, 0.6, 95, false); /* the ground */
    for (int i = 0; i < 26; i++) { /* from far to near */
        double near = 0.2 + 0.8 * i / 26, x = unit(&r) * 1.2 - 0.2, y = unit(&r) * 0.7, w = 0.06 + 0.25 * unit(&r), h = 0.08 + 0.35 * unit(&r);
        double grey = 40 + 170 * unit(&r);
        bool round = unit(&r) < 0.3;
        paint(p, c, test_random(&r), near, x, y, w, h, grey, round);
    }
    for (int i = 0; i < SCENE_WIDTH * SCENE_HEIGHT; i++)
        p[i] = (uint8_t)fmin(255, fmax(0, p[i] * c->light + 9 * (unit(&grain) + unit(&grain) - 1)));
    return p;
}

uint8_t *scene_cut(struct arena *a, const uint8_t *p, double x0, double y0, double x1, double y1, int width, int height)
{
    uint8_t *to = NEW_ARRAY(a, (size_t)width * (size_t)height, uint8_t);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double sum = 0; /* four by four rays a pixel */
            for (int k = 0; k < 16; k++) {
                double u = x0 + (x1 - x0) * (x + (k % 4 + 0.5) / 4) / width, v = y0 + (y1 - y0) * (y + (k / 4 + 0.5) / 4) / height;
                int i = (int)(u * SCENE_WIDTH), j = (int)(v * SCENE_HEIGHT);
                sum += p[(j < SCENE_HEIGHT ? j : SCENE_HEIGHT - 1) * SCENE_WIDTH + (i < SCENE_WIDTH ? i : SCENE_WIDTH - 1)];
            }
            to[y * width + x] = (uint8_t)(sum / 16 + 0.5);
        }
    return to;
}

str scene_jpeg(struct arena *a, const uint8_t *p, int width, int height, int quality)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr trouble;
    unsigned char *bytes = NULL;
    unsigned long n = 0;
    c.err = jpeg_std_error(&trouble);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &bytes, &n);
    c.image_width = (unsigned)width, c.image_height = (unsigned)height;
    c.input_components = 1, c.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, quality, TRUE);
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < c.image_height) {
        JSAMPROW row = arena_copy(a, p + (size_t)c.next_scanline * (size_t)width, (size_t)width);
        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    str copy = arena_str(a, (str){(const char *)bytes, n});
    jpeg_destroy_compress(&c);
    free(bytes);
    return copy;
}

static void keep(png_structp png, png_bytep bytes, size_t n)
{
    buf_add(png_get_io_ptr(png), (str){(const char *)bytes, n});
}

static void nothing(png_structp png)
{
    (void)png;
}

str scene_png(struct arena *a, const uint8_t *p, int width, int height, bool interlaced)
{
    buf b = buf_make(a, 8 << 20);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &b, keep, nothing);
    png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_GRAY, interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    png_bytep *rows = NEW_ARRAY(a, (size_t)height, png_bytep);
    for (int y = 0; y < height; y++)
        rows[y] = arena_copy(a, p + (size_t)y * (size_t)width, (size_t)width);
    png_write_image(png, rows);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    return buf_str(&b);
}
