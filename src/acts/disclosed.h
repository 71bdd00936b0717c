/*
 * What the public sees of what is published. The content of an item is composed when it is published, out of the descriptors of
 * things (acts/things.h), and by type: of a thing only those columns are taken that a kind lists *and* that disclosed_column()
 * lets pass. It lets nothing pass that is marked private or inside, that is an expression, a position or a person, or in which
 * any act of the catalogue keeps a body field. So a name, a number of a person, a free text never gets here, whatever a kind lists.
 * Content is machine JSON with the stored values; words are put to it when it is shown. Any thread.
 */
#pragma once
#include "acts/things.h"

/* Rows of a table that belong to the thing, a few columns of them; the same gate. */
struct disclosed_list {
    const char *label, *table, *key; /* key: the column that holds the thing's id */
    const struct thing_column *columns; /* ends with name NULL */
    const char *where;                  /* more of WHERE over alias x; NULL */
};
/* Figures: SQL that gives one whole number each. Parameters :ref :agency :from :to (usec; statistics). */
struct disclosed_number { const char *name, *label, *sql; };

struct disclosed_kind {
    const char *name, *label;
    const char *table;          /* where `ref` is looked up; NULL: a document outside the system, or figures */
    const char *agency;         /* SQL: column agency of the thing :ref, the organ that made it; NULL: not one's own */
    const char *deadline;       /* key in tables/deadlines.csv: the basis */
    const char *setting;        /* how many working days; NULL: nothing is due */
    bool personal, secret;      /* never published */
    const char *columns;        /* names in the thing's descriptor, separated by blanks; "" none */
    const char *subject, *provider; /* column with the id of the company concerned: shown by its unified code and region */
    const struct disclosed_list *lists; /* ends with label NULL */
    const struct disclosed_number *numbers; /* ends with name NULL */
};
size_t disclosed_kind_count(void);
const struct disclosed_kind *disclosed_kind_at(size_t index);
const struct disclosed_kind *disclosed_kind_find(str name);
extern const char disclosed_kind_names[]; /* separated by blanks */

/* May the column be public at all? */
bool disclosed_column(const char *table, const struct thing_column *c);

/* The content of `ref` as it stands now, canonical JSON. `names_provider`: the setting show_third_party_name_publicly. */
MUST_USE err *disclosed_compose(struct db *d, struct arena *a, const struct disclosed_kind *k, str ref, str agency,
                                bool names_provider, str *ret);

/* Content as rows to show: label, how to show it, the value; `list` names the part it stands in, NULL: the item itself. */
struct disclosed_value { const char *label, *name, *list; size_t row; struct thing_column column; struct db_value value; };
MUST_USE err *disclosed_values(struct arena *a, const struct disclosed_kind *k, str content, struct disclosed_value **ret,
                               size_t *ret_n);

/* "2026年", "2026年3月", "2026年一季度", "2026年上半年": the days of a period, first and behind the last. */
bool disclosed_period(str text, day *ret_from, day *ret_to);

/* ---- reading what is published; no reader: it is for everybody ---- */
enum disclosed_class { DISCLOSED_NOT_WITHDRAWN, DISCLOSED_REVOKED, DISCLOSED_CHANGED, DISCLOSED_ERROR, DISCLOSED_EXPIRED,
                       DISCLOSED_SECRET, DISCLOSED_OTHER };
struct disclosed_item {
    str id, kind, ref, agency, agency_name, content, digest, withdraw_class;
    int64_t seq;
    usec published_at, withdrawn_at, due_at, event_at; /* USEC_NONE: none */
};
enum { LIMIT_DISCLOSED_PAGE = 200 };
struct disclosed_query { str kind, text, agency; int64_t before; /* seq; 0: the newest */ int limit; };
/* Newest first. */
MUST_USE err *disclosed_find(struct db *d, struct arena *a, const struct disclosed_query *q, struct disclosed_item **ret, size_t *ret_n);
MUST_USE err *disclosed_get(struct db *d, struct arena *a, str id, struct disclosed_item *ret); /* ERR_MISSING */

struct disclosed_timeliness {
    const struct disclosed_kind *kind;
    int64_t due, on_time, late, open, overdue, withheld; /* due = on_time + late + open + withheld */
    int64_t workdays, counted;                            /* sum over those done whose working days are known */
    int64_t withdrawals, withdrawals_late;
};
/* One row a kind that ever had anything due or published. agency "": all. */
MUST_USE err *disclosed_timely(struct db *d, struct arena *a, str agency, usec now, struct disclosed_timeliness **ret, size_t *ret_n);
