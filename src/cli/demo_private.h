/* Private to the demo province: its script of acts, its bureaus and firms, its invented names. */
#pragma once
#include "cli/demo.h"

enum demo_expect { DEMO_ALLOWED, DEMO_HELD, DEMO_REFUSED };

struct step {
    usec at;
    size_t order;          /* of telling: decides between equal moments */
    enum demo_expect expect;
    size_t of;             /* 1 + order of the step whose number stands for # in `fields`; 0 none */
    const char *by, *act;
    str fields;            /* JSON members */
};

struct subject { const char *id, *name, *uscc; int region, cap; double lon, lat; int used; bool related; };

enum { OFFICERS = 8, MEMBERS_MAX = 10, OUTLETS_OF_CITY = 4 /* the last at the last but one of its first companies */ };
struct firm {
    const char *id, *name, *lead;
    struct bureau *home;
    int members_n;
    const char *member[MEMBERS_MAX], *user[MEMBERS_MAX], *person[MEMBERS_MAX];
    int next_member;
    const char *uav, *serial;
    bool special; /* lives in demo_scenes.c only */
};

struct deal { /* an agreement in force */
    const char *id, *budget;
    struct firm *firm;
    day from, to;
};

enum { KEPT_SUBJECTS = 4, SPECIAL_FIRMS = 4, DEALS_MAX = 12, COUNTIES_MAX = 20 };
struct bureau {
    const struct region *region;
    const char *slug, *id, *head, *legal, *finance, *buyer, *archivist, *discipline, *officer[OFFICERS];
    int counties[COUNTIES_MAX], counties_n;
    double lon, lat;
    struct subject *subjects;
    int subjects_n, next_subject, next_officer;
    struct deal deals[DEALS_MAX];
    int deals_n, tasks, cases, clues, papers;
};

struct province {
    struct acts *acts;
    const struct demo_options *options;
    struct arena *arena;
    uint64_t random;
    day today, first;      /* first: the day the bureaus are founded */
    VEC(struct step) steps;
    struct bureau *bureaus;
    struct firm *firms;
    struct map *names;     /* companies and licences already given away */
    int bureaus_n, firms_n, subjects, members, tasks;
    int reports, photos;   /* files made (demo_files.c), and those a later one copies */
    const char *shown;     /* the sealed case with originals in it, NULL: none yet */
    str report;
    uint8_t *photo;
    err *trouble;          /* of storing a file */
};

/* ---- demo_names.c: equal numbers in, equal names out ---- */
uint32_t demo_random(struct province *p, uint32_t below);
bool demo_chance(struct province *p, int per_mille);
const char *demo_person(struct province *p);
const char *demo_company(struct province *p, const char *place, const char **ret_industry);
const char *demo_institute(struct province *p);
const char *demo_uscc(struct province *p, int region); /* both check characters right, never the same twice */
const char *demo_digest(struct province *p);
/* Slug and place of a city; NULL: not one of the seventeen. */
const char *demo_city(int code, double *ret_lon, double *ret_lat);

/* ---- demo_script.c ---- */
const char *demo_text(struct province *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *demo_time(struct province *p, usec t);
const char *demo_day(struct province *p, day d);
/* The n-th working day after d; n 0: d or the next working day. Guesses in years nobody has published. */
day demo_workday(const struct province *p, day d, int n);
usec demo_at(day d, int hour, int minute);
/* A step of the script. In `format` single quotes stand for double ones. The order of the step. */
size_t demo_do(struct province *p, usec at, const char *by, const char *act, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
size_t demo_refused(struct province *p, usec at, const char *by, const char *act, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
size_t demo_held(struct province *p, usec at, const char *by, const char *act, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void demo_lift(struct province *p, usec at, const char *by, size_t held, const char *reasons);
/* The same with `fields` as they are, of any length. */
size_t demo_raw(struct province *p, usec at, const char *by, const char *act, str fields);
/* Closes the n-th item that step left in an inbox: todo.settle. */
void demo_settle(struct province *p, usec at, const char *by, size_t step, int n, const char *note);
/* In the fields of `order`, # is the ledger's number of step `of`. */
void demo_refer(struct province *p, size_t order, size_t of);
/* Performs what lies before the end of the year, in the order of time. */
MUST_USE err *demo_perform(struct province *p, int64_t *ret_acts);

/* ---- demo_people.c, demo_providers.c ---- */
void demo_people(struct province *p);
void demo_providers(struct province *p);
/* What the first bureau took out as sheets: demo_exports.c */
void demo_exports(struct province *p, struct bureau *b);
/* Outlets, limits, marks: demo_outlets.c */
void demo_outlets(struct province *p);
/* Whose turn it is; companies with a recorded relation, and the last few, which the scenes keep, have none. */
struct subject *demo_next_subject(struct bureau *b);

/* ---- demo_work.c: one entrustment from draft to payment, and what may befall it ---- */
enum mishap {
    MISHAP_NONE, MISHAP_GATE, MISHAP_NOTICE, MISHAP_WORDS, MISHAP_FENCE, MISHAP_OFFLINE, MISHAP_LATE, MISHAP_ALONE,
    MISHAP_ORDER, MISHAP_REFUSAL, MISHAP_OBJECTION, MISHAP_UPHELD, MISHAP_DECLINED, MISHAP_MOVED, MISHAP_CANCELLED,
    MISHAP_RELATION, MISHAP_CAP, MISHAP_CONTACT, MISHAP_RETURNED, MISHAP_COUNT
};
struct work {
    struct province *p;
    struct bureau *b;
    struct deal *deal;
    struct subject *s;
    const char *id, *visit, *notice, *record, *material, *report, *clue, *matter, *kind, *output, *o1, *o2, *o3;
    const char *member, *user, *person;
    const char *photo, *astray; /* NULL: none was taken */
    int first_member;
    size_t refusal, alone; /* 1 + order of the step that called discipline; 0 none */
    bool site, asked; /* asked: at the company's request, outside the year's plan */
    enum mishap mishap;
    day begin, served, visit_day, verified, done; /* done: the record is filed */
};
/* Stores the file behind a report or photograph of the first bureau; its digest, or NULL: none is made. demo_files.c. */
const char *demo_file(struct work *w, const char *id, const char *kind);
/* Bytes of a photograph, or of a page that is one; the digest of the blob. */
const char *demo_original(struct work *w, const char *name, bool scanned);
/* Stores bytes; their digest, or NULL and p->trouble. demo_files.c. */
const char *demo_kept(struct province *p, str bytes);
/* A flight under an accepted task: planned, approved, flown on visit_day, brought home. demo_flight.c. */
void demo_flown(struct work *w);
/* Tells a whole task; visit_day DAY_NONE: three working days after the draft. */
struct work demo_task(struct province *p, struct bureau *b, struct deal *deal, day begin, day visit_day, bool site,
                      enum mishap mishap, bool clue);
/* The parts of it, for scenes that stop half-way. */
struct work demo_begin(struct province *p, struct bureau *b, struct deal *deal, day begin, day visit_day, bool site,
                       enum mishap mishap);
void demo_draft(struct work *w);
void demo_declare(struct work *w);
void demo_approve(struct work *w);
void demo_accept(struct work *w);
void demo_notice(struct work *w);
void demo_serve(struct work *w);
void demo_plan(struct work *w);
void demo_plan_approve(struct work *w);
void demo_desk(struct work *w);
void demo_object(struct work *w, usec at, const char *ground, const char *text);
void demo_rate(struct work *w, usec at, bool concern, const char *text); /* as who holds the notice */
void demo_mark_secret(struct work *w, usec at, const char *what);
void demo_accept_result(struct work *w);
void demo_pay(struct work *w);
/* The n-th working day before d. */
day demo_workday_before(const struct province *p, day d, int n);
void demo_visit(struct work *w);
void demo_verify(struct work *w);
void demo_record(struct work *w);

/* ---- demo_papers.c ---- */
void demo_marks(struct province *p);
void demo_paper(struct work *w, usec at, const char *by, const char *form, const char *thing);
void demo_own_paper(struct work *w, usec at, const char *by, const char *form, const char *thing);
void demo_papers_before(struct work *w);
void demo_papers_whole(struct work *w);
void demo_paper_void(struct work *w);

/* ---- demo_case.c ---- */
enum clue_end { CLUE_DISMISSED, CLUE_TRANSFERRED, CLUE_CASE, CLUE_SEALED };
void demo_clue(struct work *w, enum clue_end end);
void demo_public_clue(struct province *p, struct bureau *b, day d);

/* ---- demo_year.c, demo_scenes.c ---- */
void demo_year(struct province *p);
/* What waits on the last day, in the first bureau, and the one violation. */
void demo_scenes(struct province *p);
void demo_draws(struct province *p, struct bureau *b); /* demo_draws.c */
