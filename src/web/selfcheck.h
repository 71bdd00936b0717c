/*
 * 系统自检: whether this machine and this store are fit for another day, each with what was seen and what to do. It only looks.
 * Private to web/; any thread.
 */
#pragma once
#include "web/web_private.h"

enum check_state { CHECK_FINE, CHECK_MIND, CHECK_BAD, CHECK_UNKNOWN };
struct check { const char *name; enum check_state state; str seen, todo; /* todo "" when fine */ };
enum { LIMIT_CHECKS = 16 };
struct checks { struct check of[LIMIT_CHECKS]; size_t n; };
MUST_USE err *selfcheck(struct request *q, struct checks *ret);

/* The judgements, pure: what is wrong of a number. Limits as they are published on the page. */
enum check_state check_disk(uint64_t free_bytes, uint64_t all_bytes);
enum check_state check_backup(usec age);              /* USEC_NONE: never */
enum check_state check_checkpoint(usec age, int64_t entries_since);
enum check_state check_clock(usec ahead /* of the newest entry, of now */, int synchronised /* -1 not known */);
enum check_state check_ends(usec now, usec ends);     /* something with a last day */
