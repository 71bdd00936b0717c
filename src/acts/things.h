/*
 * Things: what the state tables hold, for pages, API and export. One descriptor per thing: its table, its
 * columns with labels, filters, and who may see which rows. Reads never go round it.
 */
#pragma once
#include "store/store.h"
#include "law/law.h"

struct reader;

/*
 * Who reads what a clue says. It is reported to officers (Art. 13) and stays theirs: those who check and decide it, who review the law of it,
 * who watch over that; and whoever reported it reads his own. What money and archives are kept by needs no clue: an archivist reads one in the
 * file of a sealed case (decision 0072). Findings of the senses say the same before anybody reported them, and have the same readers.
 */
#define ROLES_CLUE_READERS                                                                          \
    (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE))

enum column_kind { COLUMN_ID, COLUMN_TEXT, COLUMN_INT, COLUMN_DAY, COLUMN_TIME, COLUMN_FEN, COLUMN_FLAG,
                   COLUMN_ENUM, COLUMN_REF, COLUMN_REGION, COLUMN_DEGREE, COLUMN_NUMBER };
enum column_flag { COLUMN_LIST = 1 /* in lists */, COLUMN_FILTER = 2, COLUMN_PRIVATE = 4 /* personal or secret: masked
                   for those not concerned */, COLUMN_STATE = 8,
                   COLUMN_INSIDE = 16 /* the authority's own: absent for third parties and subjects */ };

struct thing_column {
    const char *name, *label;
    enum column_kind kind;
    unsigned flags;
    const char *of; /* COLUMN_REF: table; COLUMN_ENUM: "value=标签 value=标签", NULL: the common words; COLUMN_TEXT: NULL, or whose id it is:
                     * "table|table", the first that has it, or "@column", the column that says of what kind */
    const char *sql; /* expression over alias x; NULL: x.name */
};
/* Rows that belong to a thing. Columns are named "标签@kind", kind one of text enum time day fen flag region or a
 * table name for an id of it; no kind is text. :id, and the reader's parameters. */
struct thing_child { const char *label; uint32_t roles; /* who sees it; 0: whoever sees the thing */ const char *sql; };

struct thing {
    const char *name, *label; /* "entrustments", "委托" */
    const char *table, *key;  /* key column: NULL "id" (text), or "seq" (number) */
    const char *title;        /* SQL expression over alias x; NULL: the key */
    const struct thing_column *columns; /* ends with name NULL */
    uint32_t roles;           /* who may read any of it */
    /* WHERE terms per kind of reader over alias x; NULL: nothing. Parameters :user :agency :provider :member
     * :subject :region_low :region_high :discipline (1 for discipline and auditors) :clues
     * (enum clue_reach) */
    const char *scope_agency, *scope_provider, *scope_member, *scope_subject, *scope_public;
    bool residual;            /* still readable after Art. 5 closed the provider */
    bool clues;               /* clues: inside, of the roles above, for those who read clues */
    const struct thing_child *children; /* ends with label NULL; NULL: none */
    const char *const *acts;  /* names of acts offered on its page, ends with NULL */
};
size_t thing_count(void);
const struct thing *thing_at(size_t index);
const struct thing *thing_find(str name);       /* "entrustments" */
const struct thing *thing_of(str table);        /* "entrustment"; NULL: none */
size_t thing_columns(const struct thing *t);
/* Is the column there for this reader? NULL reader: a capability or the system, everything. */
bool thing_shows(const struct thing *t, size_t column, const struct reader *reader);
bool thing_open(const struct thing *t, const struct reader *reader); /* may he read any of it */

enum { LIMIT_THING_PAGE = 1000 };
struct thing_filter { str column, value; };
struct thing_query {
    const struct thing *thing;
    const struct reader *reader;
    str text;                     /* search, "" none */
    const struct thing_filter *filters; size_t filters_n;
    str after;                    /* key of the last row of the page before, "" for the first */
    int limit;                    /* 1..LIMIT_THING_PAGE */
    const char *range;            /* a column of the descriptor, or NULL: low <= value < high */
    int64_t range_low, range_high;
    bool newest_first;
};
/* Rows with the descriptor's columns in order, then key and title as text. Private values come masked, columns not
 * shown come NULL. *ret_next is the key for the next page, "" at the end.
 * ERR_DENIED: nothing of it for this reader. ERR_INPUT: unknown filter. A NULL reader sees all. */
struct thing_page { size_t n; struct db_value **row; str next; };
MUST_USE err *things_list(struct db *d, struct arena *a, const struct thing_query *q, struct thing_page *ret);
MUST_USE err *things_get(struct db *d, struct arena *a, const struct thing *thing, const struct reader *reader,
                         str id, struct db_value **ret_row); /* ERR_MISSING also when not for this reader */
/* Rows of a child of a thing this reader was given. */
MUST_USE err *things_child(struct db *d, struct arena *a, const struct thing_child *c, const struct reader *reader,
                           str id, struct db_rows *ret);
/* What a person calls the row: for references. The id itself when there is no such row. */
MUST_USE err *thing_title(struct db *d, struct arena *a, const struct thing *t, str id, str *ret);
/* The same, and whether this reader would be given the row: a name may stand where its page may not be opened. */
MUST_USE err *thing_title_for(struct db *d, struct arena *a, const struct thing *t, const struct reader *reader, str id, str *ret, bool *ret_given);

/* Time line of a thing: acts that created, touched or named it, oldest first, as this reader may see them. */
struct event { int64_t seq; usec at, received_at; str act, label, by, by_name, verdict, id; int mark; bool receipt /* this reader may open it */; };
MUST_USE err *thing_timeline(struct db *d, struct arena *a, const struct reader *reader, str kind, str id,
                             int64_t after, int limit, struct event **ret, size_t *ret_n);

/*
 * Inbox: what waits for this reader, soonest due first: what acts opened (holds, due things, incidents), what a head delegated to him,
 * facts of the day (a certificate that ends, a visit that may not be entered yet), and what is overdue at those he looks after.
 */
struct todo {
    str id, kind, label, thing_kind, thing_id, title; /* id: "" of a fact of the day */
    str act;            /* what ends it; absent: nothing to do but to look */
    usec due_at;
    int64_t seq;
    bool overdue;
    str due_text;       /* with its unit */
    str role;           /* of the owner; absent: the person's own */
    str owner;          /* words: whose it is */
    str escalates;      /* words: who hears of it when the term is over; "" nobody */
    str note;           /* what is missing, how long the term is; may be absent */
    bool fact, overseen /* another's, and overdue */, delegated;
};
/* The act that ends it: the one it waits for, or todo.settle for what only asks for attention. */
str todo_act(const struct todo *t);
MUST_USE err *todo_list(struct db *d, struct arena *a, const struct reader *reader, usec now, int limit,
                        struct todo **ret, size_t *ret_n);
