/*
 * The words of a PDF that strangers hand in, page after page in reading order. Poppler reads it in a program of its own
 * (pdf_reader.c) that holds no file but what it is given and the pipe it answers through, opens none, starts no process, and has bounded
 * memory and time (seccomp, rlimits). Fonts are never opened: words come from the tables the PDF carries.
 *
 * Thread-safe; the reader ends with the call. Errors, each with its reason in the words a report
 * shows: ERR_INPUT locked by a password, or without words (a scan); ERR_LIMIT beyond a limit, named; ERR_DAMAGED broken inside;
 * ERR_IO no sandbox on this machine, or no reader beside the program.
 */
#pragma once
#include "base/base.h"

enum {
    LIMIT_PDF_FILE = 64 << 20,    /* bytes */
    LIMIT_PDF_PAGES = 2000,
    LIMIT_PDF_TEXT = 4 << 20,     /* bytes of UTF-8 */
    LIMIT_PDF_SECONDS = 20,       /* of the processor; 5 more by the clock */
    LIMIT_PDF_MEMORY = 512 << 20  /* of the reader, beyond what it starts with */
};
bool pdf_like(str bytes);
MUST_USE err *pdf_words(struct arena *a, str bytes, str *ret);
