/*
 * 核查数据: a year of a plant's readings dropped in, findings out, without a store. What was given is in memory only, its owner's, and
 * gone after some hours; what becomes of a finding goes through acts. How a platform's sheet is to be read is kept for the agency.
 * Private to web/.
 */
#pragma once
#include "monitor/audit/audit.h"
#include "web/held.h"

enum {
    LIMIT_AUDIT_BYTES = 32 << 20, /* a workbook of 200,000 rows; larger files: xiezhi monitor audit */
    LIMIT_AUDIT_JOBS = 8,
    LIMIT_AUDIT_TEXT = 500,
    LIMIT_SHEET_PROFILES = 200,   /* of an agency */
    LIMIT_PROFILE_NAME = 40,
    AUDIT_KEPT_HOURS = 4,
    AUDIT_SAMPLES = 3
};

struct audit_job {
    struct held held;       /* first */
    str bytes, limits;
    bool plain;             /* no columns to be mapped */
    struct workbook_profile seen, map; /* what the headers suggest; what is in force */
    str *samples;           /* AUDIT_SAMPLES by column */
    str by;                 /* name of the kept profile that was taken; "" none */
    bool done;
    struct audit result;    /* done */
    usec took;
    str failure;            /* why the last run read nothing; "" none */
};
/* Reads the file's head and keeps it. ERR_BUSY: too many at once. */
MUST_USE err *audit_new(struct request *q, str filename, str bytes, str sheet, str limits, struct audit_job **ret);
/* For this request alone until it ends. ERR_MISSING also when it is somebody else's. `id` absent: the user's own, whichever. */
MUST_USE err *audit_find(struct request *q, str id, struct audit_job **ret);
/* Reads and judges; a file that cannot be read leaves its reason in `failure`. */
void audit_job_run(struct audit_job *job);
void audits_stop(struct web *web);

/* ---- kept profiles ---- */
struct sheet_profile { str name, profile, user; usec saved; };
MUST_USE err *sheet_profiles(struct request *q, struct sheet_profile **ret, size_t *ret_n); /* by name */
/* One made for these headers, the newest; *ret_name "" none. */
MUST_USE err *sheet_profile_for(struct request *q, const struct workbook_profile *seen, struct workbook_profile *ret, str *ret_name);
MUST_USE err *sheet_profile_keep(struct request *q, str name, const struct workbook_profile *seen, const struct workbook_profile *map);
MUST_USE err *sheet_profile_drop(struct request *q, str name);

/* ---- pages ---- */
err *page_audit(struct request *q, struct response *r);
err *page_audit_upload(struct request *q, struct response *r);
err *page_audit_job(struct request *q, struct response *r);
err *page_audit_submit(struct request *q, struct response *r);
err *page_audit_lines(struct request *q, struct response *r);
err *page_audit_profiles(struct request *q, struct response *r);
void audit_columns(struct request *q, struct out *o, const struct audit_job *job, bool main); /* page_audit.c: the form */
MUST_USE err *audit_results(struct request *q, struct out *o, const struct audit_job *job);    /* page_audit_result.c */
