/* What `xiezhi export` is made of: one file per kind of thing taken out. */
#pragma once
#include "cli/cli.h"

/* --case ID --out FILE --by USER --purpose TEXT [--as-of DATE] */
MUST_USE err *export_case(struct cli *c, int *ret_exit);
