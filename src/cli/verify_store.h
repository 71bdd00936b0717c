/* Everything a store holds against its ledger, and the ledger against itself (verify.c); a line is printed for each thing that is wrong.
 * `tables`: compare the tables of the state, too; only where they are of this program's structure. */
#pragma once
#include "cli/cli.h"

MUST_USE err *verify_store(struct cli *c, struct store *s, bool tables, struct ledger_report *ret, int64_t *ret_bad);
