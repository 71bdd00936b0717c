/* A bureau's signed figures, verified without a store. */
#pragma once
#include "cli/cli.h"

/* *ret_is: the file is one. Then *ret_exit is set and everything is said. */
MUST_USE err *verify_figures(struct cli *c, str path, bool *ret_is, int *ret_exit);
