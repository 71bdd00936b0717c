/*
 * What the inbox knows beside what acts put into it: facts of the day, and what others let pass. Private to acts/.
 */
#pragma once
#include "acts/acts.h"

enum {
    EXPIRY_DAYS = 30,      /* a row appears so long before the last day */
    EXPIRED_DAYS = 60,     /* and stays so long after it */
    ENTRY_HOURS = 24,      /* before a visit begins */
    LIMIT_INBOX_FACTS = 50 /* of each kind */
};

struct inbox { struct todo *p; size_t n, room; struct arena *a; };
void inbox_add(struct inbox *in, struct todo t);

/* Certificates, cards, qualifications, rosters, devices and agreements that end; visits that may not be entered yet; periods
 * that run in open cases; a year without holidays. No act waits for them: they are true by the calendar. */
MUST_USE err *inbox_facts(struct db *d, const struct reader *reader, usec now, struct inbox *in);
/* What is overdue at those this reader looks after. */
MUST_USE err *inbox_overdue(struct db *d, const struct reader *reader, usec now, struct inbox *in);

/* Who hears of it when the term is over: words for a person, "" for nobody. `role` of the owner. */
str todo_escalates(str role);
str todo_role_words(str role);
