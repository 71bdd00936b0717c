/*
 * text: bytes of a file that people made, as UTF-8. Files come as UTF-8 with or without a byte order mark, or as GB 18030 (what
 * Excel on a Chinese Windows writes); anything that is not UTF-8 and reads as GB 18030 to the last byte is GB 18030.
 *
 * ERR_INPUT names line and byte of what is neither, of UTF-16, of a NUL. The result lives in `a`, or is a view of `bytes`.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"

MUST_USE err *text_decode(struct arena *a, str bytes, str *ret);
