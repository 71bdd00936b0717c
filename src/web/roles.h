/* The screens of those who verify, watch, lead a third party or keep the system. Private to web/. */
#pragma once
#include "web/looking.h"

#define ROLES_SUPERVISION (ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE))
#define ROLES_KEEPERS (ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR))

/* One act of the person who is signed in; the connection is given back first. ERR_* is the system's, or unreadable fields. */
MUST_USE err *perform_act(struct request *q, str json, struct act_answer *ret);
/* An act as JSON, being written: opens with act, ends with its key (put_act_key). */
struct json_out *act_begin(struct request *q, const char *act);
str act_end(struct json_out *o, str once);
/* Why it was not done, above the form that keeps what was typed. NULL answer: nothing. */
void show_refusal(struct request *q, struct out *o, const struct act_answer *answer, const err *fault);

/* Whose is this watermark: an export, or a reader and what he opened in that minute; written as sections (page_mark.c). */
enum mark_found { MARK_NO_CODE /* typed is no watermark */, MARK_UNKNOWN, MARK_FOUND };
MUST_USE err *mark_trace(struct request *q, struct out *o, str typed, enum mark_found *ret);
/* 依法拒绝之后: score and tasks before and after each refusal, those that fell first (page_integrity.c). */
MUST_USE err *refusals_after(struct request *q, struct db *d, struct out *o, bool fallen_only);

/* ---- verify_original.c: what is verified, as it came in ---- */
MUST_USE err *original_section(struct request *q, struct out *o, const struct thing *t, const struct db_value *row);
err *page_material_picture(struct request *q, struct response *r);

/* ---- pages ---- */
err *page_verify_queue(struct request *q, struct response *r);
err *page_verify_material(struct request *q, struct response *r);
err *page_verify_material_submit(struct request *q, struct response *r);
err *page_study(struct request *q, struct response *r);
err *page_study_submit(struct request *q, struct response *r);
err *page_supervise(struct request *q, struct response *r);
err *page_supervise_rows(struct request *q, struct response *r);
err *page_supervise_who(struct request *q, struct response *r);
err *page_supervise_month(struct request *q, struct response *r);
err *supervise_book(struct request *q, struct response *r);
err *page_provider(struct request *q, struct response *r);
err *page_system(struct request *q, struct response *r);
err *page_accounts_submit(struct request *q, struct response *r);
