/* A small grey picture, for telling which way the ground moved. Decoded at an eighth where the photograph is whole, else its thumbnail; black
 * bars that cameras put around a thumbnail of another shape are cut off by the shape of the photograph. */
#include "patrol/private.h"
#include "picture/jpeg_quiet.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT_EDGE = 30000 };
struct reader { struct jpeg_decompress_struct c; struct jpeg_trouble trouble; uint8_t *row; uint32_t *sum, *count; };

static bool decode(struct reader *j, str jpeg, struct grey *ret)
{
    jpeg_mem_src(&j->c, (const unsigned char *)jpeg.p, jpeg.n);
    if (jpeg_read_header(&j->c, TRUE) != JPEG_HEADER_OK || j->c.image_width > LIMIT_EDGE || j->c.image_height > LIMIT_EDGE)
        return false;
    unsigned longer = j->c.image_width > j->c.image_height ? j->c.image_width : j->c.image_height;
    j->c.scale_denom = longer >= 8 * PATROL_GREY ? 8 : longer >= 4 * PATROL_GREY ? 4 : longer >= 2 * PATROL_GREY ? 2 : 1;
    j->c.out_color_space = JCS_GRAYSCALE;
    j->c.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&j->c);
    unsigned w = j->c.output_width, h = j->c.output_height, most = w > h ? w : h;
    ret->width = (int32_t)(most > PATROL_GREY ? (uint64_t)w * PATROL_GREY / most : w);
    ret->height = (int32_t)(most > PATROL_GREY ? (uint64_t)h * PATROL_GREY / most : h);
    if (ret->width < 16 || ret->height < 16)
        return false;
    size_t cells = (size_t)ret->width * (size_t)ret->height;
    j->row = calloc(w, (size_t)j->c.output_components);
    j->sum = calloc(cells, sizeof *j->sum);
    j->count = calloc(cells, sizeof *j->count);
    if (!j->row || !j->sum || !j->count)
        return false;
    while (j->c.output_scanline < h) {
        size_t y = (size_t)j->c.output_scanline * (size_t)ret->height / h;
        if (jpeg_read_scanlines(&j->c, (JSAMPARRAY)&j->row, 1) != 1)
            return false;
        for (size_t x = 0; x < w; x++) {
            size_t at = y * (size_t)ret->width + x * (size_t)ret->width / w;
            j->sum[at] += j->row[x * (size_t)j->c.output_components];
            j->count[at]++;
        }
    }
    for (size_t i = 0; i < cells; i++)
        ret->p[i] = (uint8_t)(j->count[i] ? j->sum[i] / j->count[i] : 0);
    return true;
}

bool grey_decode(str jpeg, struct grey *ret)
{
    struct reader *j = calloc(1, sizeof *j);
    bool volatile good = false;
    if (!j)
        return false;
    j->c.err = jpeg_trouble(&j->trouble);
    if (!setjmp(j->trouble.out)) {
        jpeg_create_decompress(&j->c);
        j->c.mem->max_memory_to_use = LIMIT_PATROL_MEMORY / 2;
        good = decode(j, jpeg, ret);
    }
    jpeg_destroy_decompress(&j->c);
    free(j->row);
    free(j->sum);
    free(j->count);
    free(j);
    return good;
}
