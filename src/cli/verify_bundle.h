/* verify of a case bundle: apart from verify.c, because it opens no store. */
#pragma once
#include "cli/cli.h"

MUST_USE err *verify_bundle(struct cli *c, str path, int *ret_exit);
