/* libjpeg-turbo. Grey is what it decodes first, and small: the colour of a photograph is never unpacked. */
#include "picture/child.h"
#include "picture/jpeg_quiet.h"

#include <stdlib.h>

struct jpeg { struct jpeg_decompress_struct c; struct jpeg_trouble trouble; struct square square; uint8_t *row; };

static enum picture_fault decode(struct jpeg *j, str bytes, struct picture_answer *ret)
{
    jpeg_mem_src(&j->c, (const unsigned char *)bytes.p, bytes.n);
    if (jpeg_read_header(&j->c, TRUE) != JPEG_HEADER_OK)
        return PICTURE_UNREADABLE;
    enum picture_fault fault = picture_size_fault(j->c.image_width, j->c.image_height);
    if (fault)
        return fault;
    ret->width = (int)j->c.image_width, ret->height = (int)j->c.image_height;
    unsigned least = j->c.image_width < j->c.image_height ? j->c.image_width : j->c.image_height;
    j->c.scale_denom = least >= 16 * PICTURE_SIDE ? 8 : least >= 8 * PICTURE_SIDE ? 4 : least >= 4 * PICTURE_SIDE ? 2 : 1;
    j->c.out_color_space = j->c.jpeg_color_space == JCS_CMYK || j->c.jpeg_color_space == JCS_YCCK ? JCS_CMYK : JCS_GRAYSCALE;
    j->c.dct_method = JDCT_ISLOW; /* the same bytes on every machine */
    jpeg_start_decompress(&j->c);
    j->row = calloc(j->c.output_width, (size_t)j->c.output_components);
    if (!j->row || !square_begin(&j->square, (int)j->c.output_width, (int)j->c.output_height))
        return PICTURE_TOO_LARGE;
    while (j->c.output_scanline < j->c.output_height) {
        int y = (int)j->c.output_scanline;
        if (jpeg_read_scanlines(&j->c, (JSAMPARRAY)&j->row, 1) != 1)
            return PICTURE_UNREADABLE;
        square_row(&j->square, y, j->row + (j->c.output_components == 4 ? 3 : 0), j->c.output_components); /* of CMYK: its black */
    }
    square_end(&j->square, ret->grey);
    return PICTURE_FINE;
}

enum picture_fault jpeg_decode(str bytes, struct picture_answer *ret)
{
    struct jpeg *j = calloc(1, sizeof *j);
    enum picture_fault volatile fault = PICTURE_UNREADABLE;
    if (!j)
        return PICTURE_TOO_LARGE;
    j->c.err = jpeg_trouble(&j->trouble);
    if (!setjmp(j->trouble.out)) {
        jpeg_create_decompress(&j->c);
        j->c.mem->max_memory_to_use = LIMIT_PICTURE_MEMORY / 2;
        fault = decode(j, bytes, ret);
    }
    jpeg_destroy_decompress(&j->c);
    free(j->square.sum);
    free(j->square.weight);
    free(j->row);
    free(j);
    return fault;
}
