/* The last touch to what cairo wrote: pdf_finish() copies the file, object by object, with a few of them replaced. */
#pragma once
#include "papers/paper_private.h"

MUST_USE err *pdf_finish(struct arena *a, str cairo, str code, str *ret);
/* The verification code our files carry in their information; false when there is none. For files of any origin. */
bool pdf_code(struct arena *a, str bytes, str *ret);
