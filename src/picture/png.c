/* libpng, row by row; interlaced pictures whole. */
#include "picture/child.h"

#include <stdlib.h>
#include <string.h>

#include <png.h>

struct source { str rest; };

static void feed(png_structp p, png_bytep to, size_t n)
{
    struct source *s = png_get_io_ptr(p);
    if (n > s->rest.n)
        png_error(p, "end");
    memcpy(to, s->rest.p, n);
    s->rest = str_sub(s->rest, n, s->rest.n);
}

static void quiet(png_structp p, png_const_charp text)
{
    (void)p;
    (void)text;
}

static _Noreturn void leave(png_structp p, png_const_charp text)
{
    (void)text;
    png_longjmp(p, 1);
}

struct reading { png_structp p; png_infop info; struct square square; uint8_t *all; struct source source; };

/* To eight bits of grey without transparency. */
static void plain(struct reading *r)
{
    png_set_expand(r->p);
    png_set_strip_16(r->p);
    png_set_strip_alpha(r->p);
    if (png_get_color_type(r->p, r->info) & PNG_COLOR_MASK_COLOR)
        png_set_rgb_to_gray(r->p, PNG_ERROR_ACTION_NONE, -1, -1);
}

static enum picture_fault decode(struct reading *r, struct picture_answer *ret)
{
    png_read_info(r->p, r->info);
    int64_t width = png_get_image_width(r->p, r->info), height = png_get_image_height(r->p, r->info);
    enum picture_fault fault = picture_size_fault(width, height);
    if (fault)
        return fault;
    plain(r);
    int passes = png_set_interlace_handling(r->p);
    png_read_update_info(r->p, r->info);
    size_t row = png_get_rowbytes(r->p, r->info), rows = passes > 1 ? (size_t)height : 1;
    if (row != (size_t)width || row * rows > LIMIT_PICTURE_MEMORY / 2)
        return row != (size_t)width ? PICTURE_UNREADABLE : PICTURE_TOO_LARGE;
    r->all = calloc(rows, row);
    if (!r->all || !square_begin(&r->square, (int)width, (int)height))
        return PICTURE_TOO_LARGE;
    for (int pass = 0; pass < passes; pass++)
        for (int64_t y = 0; y < height; y++) {
            uint8_t *to = r->all + (rows > 1 ? (size_t)y * row : 0);
            png_read_row(r->p, to, NULL);
            if (pass == passes - 1)
                square_row(&r->square, (int)y, to, 1);
        }
    ret->width = (int)width, ret->height = (int)height;
    square_end(&r->square, ret->grey);
    return PICTURE_FINE;
}

enum picture_fault png_decode(str bytes, struct picture_answer *ret)
{
    struct reading *r = calloc(1, sizeof *r);
    enum picture_fault volatile fault = PICTURE_UNREADABLE;
    if (!r)
        return PICTURE_TOO_LARGE;
    r->source.rest = bytes;
    r->p = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, leave, quiet);
    r->info = r->p ? png_create_info_struct(r->p) : NULL;
    if (r->info && !setjmp(png_jmpbuf(r->p))) {
        png_set_user_limits(r->p, LIMIT_PICTURE_EDGE, LIMIT_PICTURE_EDGE);
        png_set_chunk_malloc_max(r->p, 8 << 20);
        png_set_read_fn(r->p, &r->source, feed);
        fault = decode(r, ret);
    }
    png_destroy_read_struct(&r->p, &r->info, NULL);
    free(r->square.sum);
    free(r->square.weight);
    free(r->all);
    free(r);
    return fault;
}
