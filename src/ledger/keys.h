/* Private to ledger/. */
#pragma once
#include "ledger/ledger.h"

/* The master key, or NULL: an all-zero one stands for none, as who only verifies has the public key alone. */
const struct seal_key *master_given(const struct ledger_keys *keys);
