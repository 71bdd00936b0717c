/*
 * acts/: every change of legal state. One catalogue of act types, one entry (act_perform), one transaction.
 *
 * An act type is a constant descriptor: who may, which fields, which rules judge it, which SQL loads the
 * facts, which SQL applies it. API, forms, validation, OpenAPI, ledger record and help come from it.
 * One file per group: acts/GROUP.c with its table `const struct act_type acts_GROUP[]`.
 *
 * SQL in a descriptor is portable text (store/store.h) whose parameters are the act's own fields by name:
 *   :field               the value (absent: NULL); object members as :content_who
 *   :item, :item_member  in statements run for each element of a list
 *   :id :seq :by :at :received_at :day (day of at) :act :mark (0 none, else enum act_mark) :agency :provider
 *   :member :subject_of (the actor's own, NULL when none) :late (1: entered late or offline)
 * Facts SQL names its columns after facts (law/rules); a column t_NAME gives the text {NAME} of a reason.
 * Apply SQL must depend on the act and the tables only: no clock, no randomness: state is a fold.
 */
#pragma once
#include "calendar/calendar.h"
#include "law/law.h"
#include "ledger/ledger.h"
#include "store/store.h"

/* ---- fields ---- */
enum field_kind {
    FIELD_ID,      /* [a-z0-9][a-z0-9-]{0,63}; free: names nothing yet */
    FIELD_REF,     /* id of an existing row; `of` = table, or "a|b" */
    FIELD_TEXT,
    FIELD_DATE,    /* int: day */
    FIELD_TIME,    /* int: usec */
    FIELD_FEN,     /* int, 0 .. 10^13 */
    FIELD_COUNT,   /* int, 0 .. maximum (default 10^9) */
    FIELD_BOOL,
    FIELD_ENUM,    /* `of` = "a b c": value is kept as text */
    FIELD_REGION,  /* six digits, kept as int */
    FIELD_USCC, FIELD_IDNO, FIELD_TASK /* text "T03"; X.. is readable, the law refuses it */,
    FIELD_POWER,   /* text of LAW_POWERS */
    FIELD_DIGEST,  /* sm3:hex */
    FIELD_DEGREE,  /* int: 1e-7 degree */
    FIELD_METRE,   /* int, rounded up */
    FIELD_PERCENT, /* int: 0.01 % */
    FIELD_NUMBER,  /* int: 0.001 */
    FIELD_PARTY,   /* "kind:id", kinds in `of`; :name_kind and :name_id too */
    FIELD_OBJECT,  /* members in `object` */
    FIELD_JSON     /* any JSON, kept as canonical text */
};
enum field_flag {
    F_OPTIONAL = 1,
    F_LIST = 2,
    F_BODY = 4,    /* sealed in the ledger: names, numbers, free text, positions */
    F_NEW = 8,     /* FIELD_ID: must not exist yet in `of` (set by the engine for `id`) */
    F_ENGINE = 16  /* set by the act's own facts_more while it is judged, and recorded with it; unreadable from outside */
};
enum { LIMIT_FIELD_TEXT = 4000 /* characters */, LIMIT_FIELD_LIST = 500, LIMIT_ACT_BYTES = 256 << 10,
       LIMIT_ACT_LIST = 200 /* from outside at once */, LIMIT_ACT_JOB = 1000 /* in one transaction */, LIMIT_ACT_KEY = 64,
       LIMIT_ACT_BYTES_LARGE = 4 << 20, LIMIT_ACT_NODES_LARGE = 600000, /* of types whose limit_bytes says so: a pool of 10^5 names */
       LIMIT_SPINE_BYTES = 4 * LIMIT_ACT_BYTES_LARGE };

struct act_field {
    const char *name, *label; /* label: Chinese, for forms */
    enum field_kind kind;
    unsigned flags;
    const char *of;
    const struct act_field *object; /* ends with name NULL */
    int maximum;                    /* characters, elements or value; 0 = the limit above */
};

struct act_value {
    const struct act_field *field;
    bool present, erased;
    int64_t i, position;      /* position: in the list it stands in, from 0 */
    str s;                    /* text of any kind, as it came */
    size_t n;                 /* list: elements; object: members */
    struct act_value *child;
};

/* ---- descriptor ---- */
enum act_flag {
    ACT_RIGHT = 1,     /* never refused, never held (acts.md): broken rules become warnings and marks */
    ACT_CREATES = 2,   /* `id` names a new row of `table` */
    ACT_ANONYMOUS = 4, /* `by` may be public; leaves no user, session, address, device or second */
    ACT_INTERNAL = 8,  /* not offered as a form */
    ACT_RIGHT_LATE = 16 /* a right when it reports what happened: `offline` or `late_reason` is given */
};
enum act_mark { MARK_NONE, MARK_UNRECOGNISED /* 未予认可 */, MARK_LATE /* 补录 */, MARK_UNAWARE /* 不知情期间 */ };

struct act_step {
    const char *each; /* list field to run for, element by element; NULL: once */
    const char *sql;
};
enum { LIMIT_ACT_STEPS = 24 };

struct act;      /* an act being read, judged or applied */
struct act_type {
    const char *name, *label, *group; /* "entrustment.draft", "起草委托", "entrustment" */
    const char *table;                /* whose row it creates or touches */
    const char *article;              /* of hubei-2022-71, its own article: cited where a role is wrong */
    uint32_t roles;                   /* ROLE_BIT(..): who may */
    unsigned flags;
    const struct act_field *fields;   /* besides act id by at key; ends with name NULL */
    const char *scope;                /* SQL: columns agency provider subject member of the touched thing; NULL: none.
                                         An actor outside is refused (rule foreign_thing). */
    const enum law_rule *rules;       /* its own, ends with LAW_RULE_COUNT; the common ones are added */
    struct act_step facts[LIMIT_ACT_STEPS]; /* SELECTs; an `each` adds its integer columns up */
    err *(*facts_more)(struct act *a);      /* what SQL cannot say; NULL */
    struct act_step apply[LIMIT_ACT_STEPS];
    err *(*apply_more)(struct act *a);      /* after `apply`; only db_* on act_db(a); NULL */
    const char *help;                       /* one or two sentences, Chinese */
    int limit_bytes;                        /* of its JSON; 0: LIMIT_ACT_BYTES */
    const char *sealed;                     /* SQL: 1 while what the act says is for its author's eyes only; NULL: never */
};
#define RULES(...) ((const enum law_rule[]){__VA_ARGS__ __VA_OPT__(,) LAW_RULE_COUNT})
#define FIELDS(...) ((const struct act_field[]){__VA_ARGS__, {0}})

size_t act_type_count(void);
const struct act_type *act_type_at(size_t index);
const struct act_type *act_type_find(str name); /* NULL: unknown */
size_t act_rules(const struct act_type *t, enum law_rule ret[LIMIT_ACT_RULES]); /* what judges it: the common rules, then its own */
size_t act_limit_bytes(const struct act_type *type);
/* An act as it comes from outside, or a spine: larger than json_parse allows, since one type may be. */
MUST_USE err *act_json(struct arena *a, str text, size_t limit_bytes, const struct json **ret);

/* ---- inside facts_more and apply_more ---- */
struct db *act_db(struct act *a);
struct arena *act_arena(struct act *a);
struct law_facts *act_facts(struct act *a);
const struct act_value *act_get(const struct act *a, const char *field); /* present or not; never NULL */
str act_text(const struct act *a, const char *field);   /* "" of an absent one is STR_NONE */
int64_t act_int(const struct act *a, const char *field, int64_t missing);
str act_id(const struct act *a);
str act_by(const struct act *a);
usec act_at(const struct act *a);
int64_t act_seq(const struct act *a);
void act_set_mark(struct act *a, enum act_mark mark);
/* Text {name} for reasons. Copied. */
void act_say(struct act *a, const char *name, str text);
/* Runs SQL with the act's parameters; rows in the act's arena. */
MUST_USE err *act_query(struct act *a, const char *sql, struct db_rows *ret);
MUST_USE err *act_run(struct act *a, const char *sql);
/* A SELECT whose columns are facts and t_ texts. */
MUST_USE err *act_load(struct act *a, const char *sql);
/* Value of a F_ENGINE field, to be set by facts_more: it is recorded with the act. */
struct act_value *act_engine_value(struct act *a, const char *name);
/* Key of a visit's entry codes; false where the act is read again without keys (explain, replay). */
bool act_visit_key(struct act *a, str visit, uint8_t ret[SHA256_BYTES]);
/* Words of power in free text (Art. 4): number of hits, and the first one in {word}. For holds only. */
int act_words_of_power(struct act *a, str text);
/* Working days by the store's calendar (builtin and imported). */
const struct calendar *act_calendar(struct act *a);
/* Value of a published setting, as its type's integer. Unknown name: CHECK. */
int64_t act_policy(struct act *a, const char *name);

/* ---- what stands above: papers/ reads wordings and makes codes, and gives both to the engine when a program starts ---- */
struct act_press {
    /* Reads a wording before it is adopted: a complaint names its line. *ret_builtin: version of the one in the program. */
    err *(*read_wording)(struct arena *a, str form, str text, int *ret_version, day *ret_from, int *ret_builtin);
    str (*make_code)(struct arena *a, const uint8_t random[10]); /* what a paper can be looked up by */
};
void acts_use_press(const struct act_press *press); /* before the first act; lives as long as the process */

/* ---- performing ---- */
struct acts; /* the engine on one store: one writer thread, acts that wait share a commit */
enum acts_flag {
    ACTS_SIMULATE = 1, /* received_at = at; by may be anybody: simulate, importers, tests */
    ACTS_NO_THREAD = 2 /* perform in the caller's thread, commit each time (or acts_batch) */
};
MUST_USE err *acts_open(struct store *s, unsigned flags, struct acts **ret);
void acts_close(struct acts *e); /* signs a last checkpoint */
struct store *acts_store(struct acts *e);
const struct ledger_keys *acts_keys(struct acts *e);

struct act_reason {
    enum law_rule rule;
    enum law_severity severity;  /* as it counted here */
    str instrument, article, clause, because, remedy;
    bool sealed;
};
enum act_verdict { ACT_ALLOWED, ACT_HELD, ACT_REFUSED, ACT_INVALID };
struct act_answer {
    enum act_verdict verdict;
    int64_t seq;          /* 0 when invalid */
    bool repeated;        /* the same key was performed before: this is that answer */
    str act, id;
    size_t n;
    struct act_reason *reasons;
    err *invalid;         /* kind, field, got, want, example */
    str json;             /* the whole answer of the API, as its author may read it */
};
struct act_request {
    str json;             /* one object */
    str by;               /* who is signed in; overrides "by" unless ACTS_SIMULATE */
    usec received_at;     /* 0: now */
};
/* One act. The error is the system's (disk, database); what the act gets is in *ret. Returns when the act is
 * durable. Answers live in `a`. Any thread. */
MUST_USE err *act_perform(struct acts *e, struct arena *a, const struct act_request *request,
                          struct act_answer *ret);
/* The answer of an act that could not be read at all, in the engine's own words. */
void act_answer_unread(struct arena *a, str act, err *e, struct act_answer *ret);
/* Several in order in one transaction. atomic: all are allowed or held, or none takes effect (those refused
 * are recorded as such, the others answer ACT_REFUSED with rule `atomic_list`... and are not recorded). */
MUST_USE err *act_perform_list(struct acts *e, struct arena *a, const struct act_request *requests,
                               size_t n, bool atomic, struct act_answer *ret);
/* ACTS_NO_THREAD only: a commit for everything performed in between. */
MUST_USE err *acts_batch_begin(struct acts *e);
MUST_USE err *acts_batch_end(struct acts *e);
MUST_USE err *acts_checkpoint(struct acts *e, usec now);

/* The same as act_perform_list, and then undone before the commit: what would happen, each act on the state its predecessors
 * would leave. Answers carry no seq. It holds the writer as long as performing would, without the commit. For dry runs of imports. */
MUST_USE err *act_rehearse(struct acts *e, struct arena *a, const struct act_request *requests, size_t n,
                           struct act_answer *ret);

/* Dry run: judged on the state of now, nothing recorded. For forms that show the verdict as one types. */
MUST_USE err *act_try(struct acts *e, struct db *reader, struct arena *a, const struct act_request *request,
                      struct act_answer *ret);

/* What the judge would look at just now, for phones that will judge without a signal. Like act_try, n of them on one look at
 * settings and calendar; `type` is NULL for what cannot be read. Facts are not redacted: that is the caller's business. */
struct act_text { str name, text; };
struct act_prospect {
    const struct act_type *type;
    struct law_facts facts;
    const struct act_text *said; /* {names} of sentences */
    size_t said_n;
};
MUST_USE err *act_prospects(struct acts *e, struct db *reader, struct arena *a, const struct act_request *requests, size_t n,
                            struct act_prospect *ret);

/* ---- afterwards ---- */
/* Who reads: decides what of a receipt is shown. */
struct reader {
    str user; uint32_t roles; str agency, provider, subject, member;
    int region;         /* of the agency; 420000 sees the province */
    bool residual;      /* after a verified violation: rights only */
    bool decides_clues; /* a head's clue.decide is delegated to him today: he reads what he decides */
};
MUST_USE err *reader_load(struct db *d, struct arena *a, str user, struct reader *ret);
/* Re-judges the recorded facts by the law of that day; *ret_same says whether the verdict is equal. JSON in *ret. */
MUST_USE err *act_explain(struct db *d, struct arena *a, const struct ledger_keys *keys, int64_t seq,
                          const struct reader *who /* NULL: everything */, str *ret, bool *ret_same);
/* Rebuilds state: copies the ledger of `from` into the empty store `into` and applies every entry. */
MUST_USE err *acts_replay(struct store *from, const struct ledger_keys *keys, struct store *into,
                          void (*progress)(void *, int64_t done, int64_t of), void *context, int64_t *ret_acts);

/* ---- words for people (words.c): every value of a closed set ---- */
str enum_label(str value);                        /* the value itself when nobody knows it */
bool enum_known(str value);
str label_of(str value, const char *of /* "a=甲 b=乙" or NULL: enum_label */);
str verdict_word(enum act_verdict v);

/* ---- reading state: things, and the papers that are filled from it ---- */
#include "acts/things.h"
#include "acts/forms.h"
#include "acts/relations.h"
#include "acts/disclosed.h"
#include "acts/defects.h"
#include "acts/entry_code.h"
#include "acts/presence.h"

/* ---- what may leave as a sheet (export.c): things by name, and the files for systems beside us ---- */
const char *export_label(str what); /* NULL: nothing of this name */
/* A file that is no list: lists have formats, filters and readers of their own. */
struct export_file {
    const char *id, *zh;
    const char *formats, *filters; /* words; filters "" none */
    uint32_t roles;                /* who takes it, by exchange/take.c; 0: nobody there, the case bundle has its own way out */
};
extern const struct export_file export_files[]; /* ends with id NULL */
const struct export_file *export_file_find(str what); /* NULL: a list, or unknown */
bool export_sensitive(str what);    /* persons or secrets in it: another approves */
/* The same of what is there now: a list of enterprises holds persons when one of the agency's has no 统一社会信用代码 (a natural person)
 * or one of 92… (a one-man business, named after its owner). */
MUST_USE err *export_sensitive_now(struct db *d, str what, str agency, bool *ret);

/* Who was inside a visit with whom, by what is reported so far and the settings of now; open intervals up to `until`. */
MUST_USE err *visit_presence_now(struct db *d, struct arena *a, str visit, usec until, struct presence *ret);
/* A published setting as it stands now, in its kind's integer. Unknown name: CHECK. */
MUST_USE err *setting_now(struct db *d, str name, int64_t *ret);
/* The builtin calendar with the years imported since; lives in `a`. */
MUST_USE err *calendar_now(struct db *d, struct arena *a, const struct calendar **ret);
/* Limits of the procurement catalogue for a bureau on a day, imported rows included; tier NULL when none is on file for that day. */
MUST_USE err *purchase_limits(struct db *d, struct arena *a, str agency, day on, struct law_limit *ret);
