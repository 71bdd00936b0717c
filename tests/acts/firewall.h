/* What an act's SQL writes, read from the descriptor, and the sentence over the whole catalogue made of it. */
#pragma once
#include "acts/acts.h"

enum write_class { WRITE_OTHER, WRITE_EVIDENCE, WRITE_RECORD, WRITE_NOTICE, WRITE_DECISION, WRITE_POWER, WRITE_CLASSES };
extern const char *const write_class_names[WRITE_CLASSES];

struct table_write {
    str verb;  /* "INSERT", "UPDATE", "DELETE" */
    str table;
    str set;   /* UPDATE: what stands between SET and WHERE; INSERT: what follows the column list */
    enum write_class class;
};
enum { LIMIT_WRITES = 64 };

/* Every write of the act: its apply steps, and what firewall.c declares for its apply_more. */
size_t act_writes(struct arena *a, const struct act_type *t, struct table_write ret[LIMIT_WRITES]);
/* apply_more is there but nothing is declared about it, or the other way round. */
bool act_writes_undeclared(const struct act_type *t);
enum write_class table_class(str table, str verb, str set);
/* The rights of acts.md: what a third party, or anybody, may always do. */
bool is_listed_right(str act);
size_t listed_rights(const char *const **ret);

void firewall_print(buf *b); /* docs/delegation-firewall.md */
