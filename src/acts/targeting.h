/* acts/targeting.h: the published settings of the targeting score (analysis/target.h), as they are now. */
#pragma once
#include "analysis/target.h"

MUST_USE err *targeting_settings(struct db *d, struct target_settings *ret);
