/*
 * picture/: the grey square of a photograph that strangers hand in (JPEG, PNG). Its door.
 *
 * The file is decoded in a child process that can read its input, write its output and allocate memory, and nothing else
 * (seccomp, rlimits), as workbooks are (sheet/). A large JPEG is decoded at an eighth, a quarter or half of its size, so a
 * photograph of 50 megapixels costs a tenth of a second. The square is the whole picture drawn to PICTURE_SIDE x PICTURE_SIDE
 * by the mean of what falls into each cell; turning by EXIF is not applied.
 *
 * Thread-safe; the child is forked from the calling thread and ends with the call. Errors: ERR_INPUT no picture, or of a kind
 * we do not read; ERR_LIMIT beyond a limit, named; ERR_DAMAGED broken inside.
 */
#pragma once
#include "base/base.h"

enum {
    PICTURE_SIDE = 192,
    LIMIT_PICTURE_FILE = 64 << 20,    /* bytes */
    LIMIT_PICTURE_PIXELS = 200000000, /* width x height */
    LIMIT_PICTURE_EDGE = 30000,
    PICTURE_EDGE_LEAST = 64,          /* smaller ones say nothing */
    LIMIT_PICTURE_SECONDS = 20,
    LIMIT_PICTURE_MEMORY = 512 << 20  /* of the child */
};
struct picture { int width, height; uint8_t grey[PICTURE_SIDE * PICTURE_SIDE]; };
MUST_USE err *picture_read(str bytes, struct picture *ret);
/* First bytes of a JPEG or PNG. */
bool picture_like(str bytes);
