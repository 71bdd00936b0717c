/*
 * Imports that run in the server, so that who started one can leave the page. A job belongs to a user; it is in memory only: what
 * counts of it are the acts, and the same file brought in again finds them there. One job of a user at a time runs; a new file takes
 * the place of the user's finished one. Private to web/.
 */
#pragma once
#include "exchange/exchange.h"
#include "web/held.h"

enum { LIMIT_IMPORT_JOBS = 6, LIMIT_IMPORT_BYTES = 32 << 20, IMPORT_KEPT_HOURS = 4 };

enum import_phase { IMPORT_MAPPED, IMPORT_RUNNING, IMPORT_DONE, IMPORT_FAILED };

struct import_job {
    struct held held;          /* first */
    const struct exchange_kind *kind;
    struct exchange_table table;
    struct exchange_map map;
    str chosen;                /* corrections of the map */
    enum import_phase phase;   /* the rest under the web's held_lock while running */
    bool dry, was_dry;         /* running, or of the results; a dry run was made of this map */
    _Atomic size_t done;
    size_t of;
    struct exchange_result *results;
    size_t n;
    str failure;
    pthread_t thread;
    bool joinable;
};

/* Reads the file (in the request's thread) and keeps it. ERR_BUSY: too many at once; ERR_CONFLICT: the user's own is running. */
MUST_USE err *import_new(struct request *q, const struct exchange_kind *kind, str filename, str bytes, str sheet, struct import_job **ret);
/* For this request alone until it ends. ERR_MISSING also when it is somebody else's. `id` absent: the user's own, whichever. */
MUST_USE err *import_find(struct request *q, str id, struct import_job **ret);
MUST_USE err *import_start(struct import_job *job, bool dry);
/* No batch begins any more; waits for those that run. Called when the workers are gone. */
void imports_stop(struct web *web);

err *page_import(struct request *q, struct response *r);
err *page_import_upload(struct request *q, struct response *r);
err *page_import_job(struct request *q, struct response *r);
err *page_import_run(struct request *q, struct response *r);
err *page_import_errors(struct request *q, struct response *r);
err *page_import_template(struct request *q, struct response *r);
err *page_export(struct request *q, struct response *r);
err *page_export_submit(struct request *q, struct response *r);
err *page_export_take(struct request *q, struct response *r);
err *page_trace(struct request *q, struct response *r);
/* A sheet somewhere under the data folder, gone when the request is. */
str scratch_path(struct request *q, const char *ending);
/* The file as an answer; it is unlinked. */
MUST_USE err *send_file(struct request *q, struct response *r, str path, str name);
#define ROLES_TRACE (ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR))
#define ROLES_IMPORT (ROLES_INSIDE | ROLE_BIT(ROLE_PROVIDER_LEAD) | ROLE_BIT(ROLE_MEMBER) | SUBJECT_BIT)
