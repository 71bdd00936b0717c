/* Between the parent (picture.c), the child (child.c) and the decoders (jpeg.c, png.c). Private to picture/. */
#pragma once
#include "picture/picture.h"

enum picture_fault { PICTURE_FINE, PICTURE_UNREADABLE, PICTURE_TOO_LARGE, PICTURE_TOO_SMALL, PICTURE_NO_SANDBOX, PICTURE_FAULTS };
/* What comes through the pipe. */
struct picture_answer { uint32_t magic, fault; int32_t width, height; uint8_t grey[PICTURE_SIDE * PICTURE_SIDE]; };
enum { PICTURE_MAGIC = 0x70696374 };

/* Rows of grey into the square, each pixel by its share of a cell. */
struct square { int width, height; uint64_t *sum, *weight; };
/* False: memory. */
bool square_begin(struct square *s, int width, int height);
void square_row(struct square *s, int y, const uint8_t *grey, int step /* bytes from pixel to pixel */);
void square_end(struct square *s, uint8_t *ret); /* frees */

/* Pure in memory; leave by their return. */
enum picture_fault jpeg_decode(str bytes, struct picture_answer *ret);
enum picture_fault png_decode(str bytes, struct picture_answer *ret);
enum picture_fault picture_decode(str bytes, struct picture_answer *ret);
enum picture_fault picture_size_fault(int64_t width, int64_t height);
_Noreturn void picture_child(str bytes, int out);
