/* The child: no file, no socket, no other process, a bounded heap and bounded time; it ends by _exit. */
#include "picture/child.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum picture_fault picture_size_fault(int64_t width, int64_t height)
{
    if (width < PICTURE_EDGE_LEAST || height < PICTURE_EDGE_LEAST)
        return PICTURE_TOO_SMALL;
    return width > LIMIT_PICTURE_EDGE || height > LIMIT_PICTURE_EDGE || width * height > LIMIT_PICTURE_PIXELS ? PICTURE_TOO_LARGE
                                                                                                              : PICTURE_FINE;
}

enum picture_fault picture_decode(str bytes, struct picture_answer *ret)
{
    return str_starts(bytes, S("\x89PNG")) ? png_decode(bytes, ret) : jpeg_decode(bytes, ret);
}

_Noreturn void picture_child(str bytes, int out)
{
    struct picture_answer *answer = calloc(1, sizeof *answer);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!answer || !sandbox_only(out))
        _exit(1);
    answer->magic = PICTURE_MAGIC;
    bool shut = sandbox_enter(&(struct sandbox){.memory = LIMIT_PICTURE_MEMORY, .seconds = LIMIT_PICTURE_SECONDS});
    answer->fault = shut ? picture_decode(bytes, answer) : PICTURE_NO_SANDBOX;
    for (size_t at = 0; at < sizeof *answer;) {
        ssize_t n = write(1, (const char *)answer + at, sizeof *answer - at);
        if (n < 0 && errno != EINTR)
            _exit(1);
        at += n > 0 ? (size_t)n : 0;
    }
    _exit(0);
}
