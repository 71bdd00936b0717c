/*
 * 起草委托: one page, three acts (entrustment.draft, visit.plan, notice.issue), performed together or not at all. What stands in the
 * form is all there is; nothing of a page is kept on the server. Private to web/.
 */
#pragma once
#include "web/web_private.h"

enum { LIMIT_COMPOSE_PEOPLE = 60, LIMIT_COMPOSE_AGREEMENTS = 20, LIMIT_COMPOSE_FOUND = 8 };

struct compose_agreement { str id, provider, provider_name, pricing, budget; day from, to; int64_t fee, used; };
struct compose_person { str id, name, detail; day until; bool chosen, valid; };

struct compose {
    const struct form *typed;
    /* the company */
    str subject, name, uscc;
    int region;
    bool placed, capped, visited;
    int64_t lon, lat, cap, visits_this_year;
    usec last_visit;
    /* found for what was typed, when no company is chosen */
    struct { str id, name, uscc; } found[LIMIT_COMPOSE_FOUND];
    size_t found_n;
    /* the agreement, and those that could be */
    struct compose_agreement agreements[LIMIT_COMPOSE_AGREEMENTS], *agreement; /* NULL: none */
    size_t agreements_n;
    uint64_t kinds; /* of the agreement: bits by place in law_tasks */
    const struct law_task *task; /* NULL: none */
    bool enters;
    struct compose_person officers[LIMIT_COMPOSE_PEOPLE], members[LIMIT_COMPOSE_PEOPLE];
    size_t officers_n, members_n;
    str agency_name;
    /* as they go into the acts */
    str matter, output, from, to, starts, ends, basis_type, basis_ref;
    struct { str who, what, not_allowed, period, route; } notice;
};

MUST_USE err *compose_read(struct request *q, const struct form *typed, struct compose **ret);
/* What an earlier entrustment of this bureau said, as a form: everything but dates and numbers of papers. */
MUST_USE err *compose_like(struct request *q, str entrustment, struct form *ret);

enum { COMPOSE_ACTS = 3 };
/* The acts of the form, each with its key: *ret_n is 1 where nobody enters. */
MUST_USE err *compose_acts(struct request *q, const struct compose *c, struct act_request ret[COMPOSE_ACTS], size_t *ret_n);

bool compose_chosen(const struct form *f, str name, str value);
str compose_field(str act_field);          /* the field of the form that an act's complaint is about */
str compose_rule_field(enum law_rule rule); /* "" none in particular */
