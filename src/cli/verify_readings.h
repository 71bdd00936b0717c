/* The readings against themselves and against the ledger: what verify and restore share. */
#pragma once
#include "acts/acts.h"

/* bad() for each fault. A store without readings has none, unless the ledger has anchored some. */
MUST_USE err *verify_readings(struct store *s, struct db *d, void (*bad)(void *context, str what), void *context, int64_t *ret_chunks);
