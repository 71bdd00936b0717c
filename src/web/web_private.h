/* What the files of web/ share. */
#pragma once
#include "web/request.h"

#include <pthread.h>
#include <stdatomic.h>

enum { LATENCY_BUCKETS = 12, LIMIT_READERS = 8 /* of workers */, LOOPS = 2 /* threads of sockets, each with a reader of its own */ };

struct metrics {
    _Atomic int64_t status[6];              /* by hundreds */
    _Atomic int64_t latency[LATENCY_BUCKETS]; /* not cumulative; bounds in metrics.c */
    _Atomic int64_t latency_sum_us;
    _Atomic int64_t verdict[4];
    _Atomic int64_t sign_ins, sign_in_failures, refused_unread, connections, uploads;
};

struct job;
struct looks;
struct tiles;
struct connection;
struct MHD_Daemon;

struct web {
    struct acts *acts;
    struct store *store;
    struct web_options options;
    struct arena *arena; /* copies of the options */
    int port;
    usec started;

    struct MHD_Daemon *daemon;
    pthread_t *threads;
    size_t threads_n;
    pthread_mutex_t lock; /* queue and stopping */
    pthread_cond_t wake;
    struct queue { struct exchange *first, *last; } reads, writes;
    int reading;           /* workers busy with a read */
    bool stopping;

    pthread_mutex_t connections_lock;
    struct connection *connections;
    pthread_t reaper;
    bool reaper_runs;
    _Atomic int large_bodies;

    pthread_mutex_t readers_lock;
    pthread_cond_t readers_wake;
    struct db *readers[LIMIT_READERS + LOOPS];
    size_t readers_free, readers_lent; /* lent to workers */

    pthread_mutex_t access_lock; /* over access_db: passwords, sessions, capabilities */
    struct db *access_db;
    str site_ca_print;           /* of options.site_ca, as people compare it */
    str decoy_hash;              /* for unknown users: equal work */
    struct metrics metrics;

    struct looks *looks; /* who opened which page (looks.h) */
    struct tiles *tiles; /* pictures of scenes (tiles.h) */

    pthread_mutex_t held_lock; /* the lists, and what imports are at */
    pthread_cond_t held_wake;
    struct held *imports, *audits; /* files that are worked on (web/held.h) */
    bool imports_stopping;
};

/* ---- routes ---- */
enum { /* beside the role bits: who a route is for */
    ROLES_PUBLIC = 0,              /* nobody needs to be signed in */
    ROUTE_FORM = 1, ROUTE_OUTSIDE = 2, ROUTE_API = 4, ROUTE_NO_CSRF = 8, ROUTE_PASSWORD = 16 /* open while must_change */,
    ROUTE_NOBODY = 32 /* no cookie is read: behind a code, or without a name, nobody is anybody */,
    ROUTE_QUICK = 64 /* a GET of a few rows by key: answered by the thread of its socket, no worker is woken */
};
#define ROLES_INSIDE                                                                                \
    (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_PROCUREMENT) | \
     ROLE_BIT(ROLE_FINANCE) | ROLE_BIT(ROLE_ARCHIVIST) | ROLE_BIT(ROLE_DISCIPLINE) |                \
     ROLE_BIT(ROLE_PROVINCE) | ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR))
/* The three administrators keep the system, not its cases. */
#define ROLES_BUSINESS (ROLES_INSIDE & ~(ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR)))
#define ROLES_OUTSIDE (ROLES_THIRD_PARTY | ROLE_BIT(ROLE_SUBJECT))
#define ROLES_ALL (ROLES_INSIDE | ROLES_OUTSIDE)

struct route {
    enum http_method method;
    const char *path; /* "/things/{}/{}" */
    uint32_t roles;
    unsigned flags;
    size_t body;      /* largest body; 0 none */
    err *(*handle)(struct request *q, struct response *r);
};
extern const struct route routes[];
extern const size_t routes_n;
bool app_is_quick(const struct request *q); /* after app_body_limit() */

/* ---- access.c ---- */
typedef err *(*access_step)(struct db *d, void *context);
/* One short write in a transaction of its own, on the connection kept for what stands outside the ledger. */
MUST_USE err *access_write(struct web *web, access_step step, void *context);
#define SUBJECT_BIT ROLE_BIT(ROLE_SUBJECT)
enum { SESSION_IDLE_MINUTES = 30, SESSION_HOURS = 12, LOCK_FAILURES = 5, LOCK_MINUTES = 15 };
MUST_USE err *access_session(struct request *q); /* fills q->session and q->reader; none is no error */
err *access_sign_in(struct request *q, struct response *r);
err *access_sign_out(struct request *q, struct response *r);
err *access_password(struct request *q, struct response *r);
err *access_password_page(struct request *q, struct response *r);
err *access_sign_in_page(struct request *q, struct response *r);
/* Is this the password of who is signed in? Gives the reading connection back. */
MUST_USE err *access_password_fine(struct request *q, str password, bool *ret);
bool access_csrf_fine(const struct request *q);
/* The code printed on a notice; made on first demand. */
MUST_USE err *access_capability(struct request *q, str notice, str *ret_token);
MUST_USE err *access_capability_notice(struct request *q, str token, str *ret_notice); /* STR_NONE: no such code */
/* A person opened a thing ("kind:id") as it stood with its entry `seq`; did he since? */
MUST_USE err *access_open(struct request *q, str thing, int64_t seq);
MUST_USE err *access_opened(struct request *q, str thing, int64_t seq, bool *ret);
MUST_USE err *access_count(struct request *q, int64_t *ret_sessions);

/* ---- page.c: frame of every page ---- */
struct out *page_begin(struct request *q, str title);
struct page_look {
    const char *const *modules; /* ES modules of src/web/js, ends with NULL; a page works without them */
    bool htmx;                  /* small updates in place */
    bool plain;                 /* no header, no navigation: a phone at a gate */
    bool installable;           /* may be kept on a phone's first screen: the manifest of /field */
    const char *body;           /* class of the body */
    const char *sheet;          /* instead of style.css */
};
struct out *page_begin_with(struct request *q, str title, const struct page_look *look);
void page_end(struct request *q, struct out *o, struct response *r, int status);
void page_error(struct request *q, const err *e, struct response *r);
html page_button(const struct out *o); /* class of a link: filled while the page has no main action yet */
void page_csrf(struct request *q, struct out *o); /* the hidden field of a form */
void page_size_switch(struct request *q, struct out *o); /* the form 大字; the frame has it, a plain page may */
err *page_size(struct request *q, struct response *r);
err *redirect(struct response *r, str where);     /* 303 */
/* ---- assets.c: what is loaded beside a page ---- */
str page_asset(struct arena *a, const char *name); /* its address, with the digest of its bytes; unknown name: CHECK */
str asset_bytes(const char *name);                 /* unknown name: CHECK */
err *page_static(struct request *q, struct response *r);
err *asset_named(struct request *q, struct response *r, str name); /* one of them at an address of its own */
/* A faint code over the page that leads to its reader; for pages with persons or secrets (page_mark.c). */
void page_mark(struct request *q, struct out *o);
/* Signed-in home and the rest of the pages. */
err *page_home(struct request *q, struct response *r);
err *page_todo(struct request *q, struct response *r);
err *page_list(struct request *q, struct response *r);
err *page_detail(struct request *q, struct response *r);
err *page_acts(struct request *q, struct response *r);
err *page_form(struct request *q, struct response *r);
err *page_form_submit(struct request *q, struct response *r);
err *page_report(struct request *q, struct response *r);
err *page_report_submit(struct request *q, struct response *r);
err *page_receipt(struct request *q, struct response *r);
err *page_law(struct request *q, struct response *r);
err *page_settings(struct request *q, struct response *r);
err *page_notice(struct request *q, struct response *r);
err *page_blob(struct request *q, struct response *r);
err *page_verify(struct request *q, struct response *r); /* a paper by its code */
err *page_verify_file(struct request *q, struct response *r);
/* Text of a column by its name, "" when not shown; a number, `missing` when not shown. */
str named_value(const struct thing *t, const struct db_value *row, const char *column);
int64_t named_number(const struct thing *t, const struct db_value *row, const char *column, int64_t missing);
/* Every column a reader may see, as a list of terms. */
void thing_facts(struct request *q, struct out *o, const struct thing *t, const struct db_value *row);
void thing_table(struct request *q, struct out *o, const struct thing *t, const struct thing_page *page);

/* ---- page_draw.c, page_draw_new.c ---- */
err *page_draws(struct request *q, struct response *r);
err *page_draw(struct request *q, struct response *r);
err *page_draw_file(struct request *q, struct response *r);
err *page_draw_new(struct request *q, struct response *r);
err *page_draw_new_submit(struct request *q, struct response *r);
err *page_public_draws(struct request *q, struct response *r);
err *page_public_draw(struct request *q, struct response *r);
err *page_public_draw_file(struct request *q, struct response *r);
err *page_why(struct request *q, struct response *r);
/* Why this company was drawn, as far as it may know yet. */
MUST_USE err *draw_why(struct request *q, struct out *o, str subject, bool *ret_any);

/* ---- the desk: page_compose.c, page_approve.c, page_inbox.c, page_money.c ---- */
#define ROLES_MONEY                                                                                 \
    (ROLE_BIT(ROLE_PROCUREMENT) | ROLE_BIT(ROLE_FINANCE) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE))
err *page_compose(struct request *q, struct response *r);
err *page_compose_submit(struct request *q, struct response *r);
err *page_compose_live(struct request *q, struct response *r);
err *page_approve(struct request *q, struct response *r);
err *page_approve_submit(struct request *q, struct response *r);
err *page_money(struct request *q, struct response *r);
/* The rows of the inbox; `limit` of them. *ret_n: how many are shown. */
MUST_USE err *inbox_table(struct request *q, struct out *o, int limit, size_t *ret_n);
MUST_USE err *desk_day(struct request *q, struct out *o); /* the day's visits, and where they are */
/* ---- page_prepare.c: what a phone needs before it goes out ---- */
err *page_prepare(struct request *q, struct response *r);
err *prepare_certificate(struct request *q, struct response *r);
err *prepare_clock(struct request *q, struct response *r);
err *prepare_worker(struct request *q, struct response *r);
/* ---- page_field.c: the phone's shell ---- */
err *page_field(struct request *q, struct response *r);
err *field_worker(struct request *q, struct response *r);   /* /field/sw.js */
err *field_manifest(struct request *q, struct response *r);

/* ---- page_relations.c ---- */
#define ROLES_RELATIONS                                                                             \
    (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE))
err *page_relations(struct request *q, struct response *r);
err *page_relation_tie(struct request *q, struct response *r);
err *page_relation_party(struct request *q, struct response *r);
void relation_links(struct request *q, struct out *o, const struct thing *t, str id, const struct db_value *row);

/* ---- page_flights.c: from a flight, its import or its entrustment to the pictures ---- */
void flight_links(struct request *q, struct out *o, const struct thing *t, str id, const struct db_value *row);

/* ---- page_visit.c ---- */
void visit_links(struct request *q, struct out *o, const struct thing *t, str id);

/* ---- show.c: values as people read them ---- */
void show_value(struct request *q, struct out *o, const struct thing_column *c, const struct db_value *v);
/* The same of column `at` of a row: an id whose table another column names is shown as what it is called. */
void show_field(struct request *q, struct out *o, const struct thing *t, const struct db_value *row, size_t at);
str thing_label(str table);
const struct thing *thing_of_table(str table);
html verdict_badge(str verdict);
str yuan(struct arena *a, int64_t fen);
str roles_words(struct arena *a, uint32_t roles);
bool act_offered(const struct act_type *t, const struct reader *who);
/* The field of the act that names such a thing; NULL none. */
const char *thing_field_of(const struct act_type *act, const struct thing *t);
/* Buttons of the acts this reader may do to a thing in its state. */
void thing_offers(struct request *q, struct out *o, const struct thing *t, str id, const struct db_value *row);
void show_reasons(struct request *q, struct out *o, const struct json *reasons);
void show_error(struct out *o, const char *what /* did not happen */, const err *fault /* NULL: nothing */);

/* ---- page_case.c: the file as a court reads it ---- */
err *page_case(struct request *q, struct response *r);
err *page_case_bundle(struct request *q, struct response *r);

/* ---- page_paper.c, page_wording.c ---- */
/* What may be issued of this thing, and what was. */
MUST_USE err *paper_section(struct request *q, struct out *o, const struct thing *t, str id);
/* Once an act was allowed: fixes the PDF of a paper, gives an objection its receipt. The paper's id; STR_NONE: none came of it. */
str paper_after(struct request *q, const struct act_answer *answer);
MUST_USE err *notice_paper(struct request *q, str notice, str *ret); /* the issued text of a notice; STR_NONE: none yet */
err *page_paper_file(struct request *q, struct response *r);
err *page_paper_preview(struct request *q, struct response *r);
err *page_papers(struct request *q, struct response *r);
err *page_notice_file(struct request *q, struct response *r);
err *page_notice_receipt(struct request *q, struct response *r);
err *page_wordings(struct request *q, struct response *r);
err *page_wording(struct request *q, struct response *r);
err *page_wording_submit(struct request *q, struct response *r);

/* ---- forms ---- */
/* Draws the fields of an act; `typed` holds what was typed before. */
void form_fields(struct request *q, struct out *o, const struct act_type *t, const struct form *typed,
                 const err *fault, const char *only);
bool form_fen(str typed, int64_t *ret); /* yuan, as people write it: "1,150,000.5" */
str form_new_key(struct request *q);    /* one-time: of a form that is drawn */
/* The act as JSON out of a submitted form; uploads become digests. */
MUST_USE err *form_act(struct request *q, const struct act_type *t, const struct form *typed, str *ret_json);
/* What the engine found unreadable, in the words of the form: its fields take yuan and minutes of China's clock, an act fen and RFC 3339. */
const err *form_fault(const struct act_type *t, const err *e);
/* The key of the act that stands in `j`, all but its end: of the form's own word `once` and of what was typed. A form pressed twice is one act; one
 * that was gone back to and says something else is another, and is not answered with the receipt of the first. */
void put_act_key(struct json_out *j, str once);

/* ---- api.c ---- */
err *api_acts(struct request *q, struct response *r);
err *api_large_act(struct request *q, struct response *r); /* one act of a type with a limit of its own */
err *api_receipt(struct request *q, struct response *r);
err *api_things(struct request *q, struct response *r);
err *api_thing(struct request *q, struct response *r);
err *api_openapi(struct request *q, struct response *r);
err *api_blob_create(struct request *q, struct response *r);
err *api_blob_part(struct request *q, struct response *r);
err *api_blob_finish(struct request *q, struct response *r);
err *api_blob_state(struct request *q, struct response *r);
err *api_health(struct request *q, struct response *r);
err *api_metrics(struct request *q, struct response *r);
void problem(struct request *q, const err *e, struct response *r);
void metrics_answer(struct web *w, enum act_verdict v);
void metrics_request(struct web *w, int status, usec took);
