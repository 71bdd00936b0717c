/* Private to the demo province: the state of its making, and the invented names. */
#pragma once
#include "cli/demo.h"

struct province {
    struct acts *acts;
    const struct demo_options *options;
    struct arena *lasting; /* names that outlive a step */
    uint64_t random;
    int year;
    usec now;              /* of the next act; every act moves it on */
    int64_t done, of;
    int in_batch;
    int subjects, providers;
};

struct bureau {
    const struct region *region;
    int counties_n, counties[40];
    str provider, agreement; /* its own, once signed */
    int members, subjects_n, entrustments;
    str *subjects;           /* ids */
    int *subject_region;
    str *subject_uscc;
};

/* demo_names.c: equal numbers in, equal names out. */
uint32_t demo_random(struct province *p, uint32_t below);
str demo_person(struct province *p, struct arena *a);
str demo_company(struct province *p, struct arena *a, const char *place, const char **ret_industry);
str demo_uscc(struct province *p, struct arena *a, int region); /* both check characters right */

/* demo_province.c */
enum demo_expect { DEMO_ALLOWED, DEMO_REFUSED };
/* Performs one act: `format` gives the members after act, at and by. */
MUST_USE err *demo_act(struct province *p, enum demo_expect expect, const char *by, const char *act, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The clock to a moment of the year; it never goes back, and false says the moment is past what is to be shown. */
bool demo_clock(struct province *p, int month, int dom, int hour, int minute);
str demo_at(struct province *p, struct arena *a, int minutes); /* "at" of now plus minutes, RFC 3339 */
str demo_date(struct province *p, struct arena *a, int days);

/* demo_work.c: one entrustment of the bureau, from draft to finish, with what may befall it. */
MUST_USE err *demo_entrust(struct province *p, struct bureau *b);
