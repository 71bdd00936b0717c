/* libjpeg without its messages and its exit: a fault jumps to `out`. For decoders in a sandbox; the caller does setjmp(out). */
#pragma once
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

struct jpeg_trouble { struct jpeg_error_mgr manager; jmp_buf out; };

static inline void jpeg_leave(j_common_ptr c)
{
    longjmp(((struct jpeg_trouble *)(void *)c->err)->out, 1);
}

static inline void jpeg_quiet(j_common_ptr c)
{
    (void)c;
}

static inline void jpeg_count_warnings(j_common_ptr c, int level)
{
    if (level < 0)
        c->err->num_warnings++;
}

static inline struct jpeg_error_mgr *jpeg_trouble(struct jpeg_trouble *t)
{
    jpeg_std_error(&t->manager);
    t->manager.error_exit = jpeg_leave;
    t->manager.output_message = jpeg_quiet;
    t->manager.emit_message = jpeg_count_warnings;
    return &t->manager;
}
