/* What stands behind the phone (docs/field.md): pack, sync, clock, phones, PINs, and the desk's replay of a visit. */
#pragma once
#include "web/web_private.h"

#define ROLES_FIELD (ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_MEMBER))
#define ROLES_PHONES (ROLES_FIELD | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_PROVIDER_LEAD))
/* Who may look at a visit's time line: the officers' bureau and those who review its files; a helper sees own visits on the phone. */
#define ROLES_REPLAY                                                                                \
    (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_ARCHIVIST) | ROLE_BIT(ROLE_DISCIPLINE))

enum {
    LIMIT_FIELD_VISITS = 20, LIMIT_FIELD_PEOPLE_OF = 60, LIMIT_FIELD_EVENTS_OF = 400,
    FIELD_DAYS_BACK = 3, FIELD_DAYS_AHEAD = 14,
    LIMIT_SYNC_ACTS = 200, LIMIT_SYNC_BYTES = 4 << 20, LIMIT_PHONE_ID = 32, LIMIT_MISSING = 200,
    FIELD_CLOCK_HOURS = 24 /* between phone and server; beyond, times mean nothing */
};

/* ---- access_phone.c: PINs of borrowed phones, and what phones brought; outside the ledger ---- */
enum { PIN_DIGITS = 6, PIN_ROUNDS = 210000, PIN_SALT_BYTES = 16 };
err *access_pin_page(struct request *q, struct response *r);
err *access_pin(struct request *q, struct response *r);
/* What phones brought, outside the fold: numbers that arrived, and how far the clock was off. */
struct phone_visit { str phone; usec now, offset; const int64_t *n; size_t n_count; };
MUST_USE err *access_phone_synced(struct web *web, const struct phone_visit *visit);

/* ---- field_pack.c ---- */
err *field_pack(struct request *q, struct response *r);
err *field_clock(struct request *q, struct response *r);

/* ---- field_sync.c ---- */
err *field_sync(struct request *q, struct response *r);
err *field_phone_register(struct request *q, struct response *r);
/* Numbers below the highest that never arrived, at most LIMIT_MISSING. */
MUST_USE err *phone_missing(struct request *q, str phone, int64_t **ret, size_t *ret_n);

/* ---- page_phones.c ---- */
err *page_phones(struct request *q, struct response *r);
err *page_phone_revoke(struct request *q, struct response *r);

/* ---- page_visit.c ---- */
err *page_visit(struct request *q, struct response *r);
err *page_capture_file(struct request *q, struct response *r);
