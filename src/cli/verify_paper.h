/* Papers under `xiezhi verify`: a PDF, or the code printed on one, against the register of a store. */
#pragma once
#include "cli/cli.h"

/* Is the argument a code, or a file that starts as a PDF does? */
MUST_USE err *verify_is_paper(struct cli *c, str argument, bool *ret);
MUST_USE err *verify_paper(struct cli *c, str argument, int *ret_exit);
