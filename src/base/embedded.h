/* A file compiled into the program by tools/embed.c: `SYMBOL` is a table of them, `SYMBOL_count` their number. */
#pragma once
#include <stddef.h>

struct embedded {
    const char *name;
    const unsigned char *bytes; /* a NUL follows, not counted */
    size_t size;
};
