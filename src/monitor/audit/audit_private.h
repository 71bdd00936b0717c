/* What the files of monitor/audit share. */
#pragma once
#include "monitor/audit/audit.h"

/* Hangs on ret->table what `f` gives beside it; adds to the faults. */
MUST_USE err *audit_beside(struct arena *a, const struct audit_file *f, struct audit *ret);
