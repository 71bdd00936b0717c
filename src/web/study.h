/*
 * 线索研判 is one page whatever the clue comes from: one sentence of contradiction, one figure with its interval, three numbers, the innocent
 * explanations and what became of them, and what was looked at and found in order. Each sense fills a struct study from its own finding;
 * a new sense is one line in study_sources and one function. A clue that a person reported has a text and materials, and no finding.
 * Private to web/.
 */
#pragma once
#include "web/web_private.h"

enum { STUDY_NUMBERS = 3, LIMIT_STUDY_ROWS = 60 };
enum study_result { STUDY_RULED_OUT, STUDY_POSSIBLE, STUDY_UNCHECKED };
struct study_number { str label, value; };
struct study_cause { str label; enum study_result result; str word, text; };
struct study {
    str sense;            /* "监测数据", "遥感影像", "无人机巡查" */
    str sentence;         /* what contradicts what; no word of guilt. "": the reporter's own words */
    str place, place_href;/* as this reader may know it; href "" none */
    usec from, to;        /* the interval; USEC_NONE: none */
    struct study_number number[STUDY_NUMBERS];
    size_t numbers_n;
    struct study_cause *cause;
    size_t causes_n;
    str *clean;           /* 已检未见异常: what was looked at and said nothing */
    size_t clean_n;
    str *lacked;          /* 缺数据未检: with what was missing */
    size_t lacked_n;
    str origin;           /* rules and their version, for who wants to compute it again */
    str more_href, more;  /* the whole evidence, and what it is called; "" none */
    err *(*figure)(struct request *q, struct out *o, const struct study *s); /* NULL: none */
    void *own;            /* the source's */
};
/* Finds what this finding is, for this reader; *ret_found false when it is none of the source's, or not his. */
struct study_source { const char *name; err *(*find)(struct request *q, str finding, bool *ret_found, struct study *ret); };
extern const struct study_source study_sources[]; /* ends with name NULL */

/* Whose clue it is ("" nobody's yet), and whether this reader's bureau may take it in: a city's officer reads of the county's clues, the county's
 * officers work on them (page_study.c). */
MUST_USE err *clue_bureau(struct request *q, str clue, str *ret_name, bool *ret_own);

/* page_finding.c */
MUST_USE err *finding_study(struct request *q, str finding, bool *ret_found, struct study *ret);
/* page_scene_finding.c */
MUST_USE err *scene_study(struct request *q, str finding, bool *ret_found, struct study *ret);
/* page_fire.c */
MUST_USE err *fire_study(struct request *q, str finding, bool *ret_found, struct study *ret);
/* page_flight_photo.c: "flight:ID@longitude,latitude", as a clue reported from a place in photographs names it */
MUST_USE err *flight_study(struct request *q, str finding, bool *ret_found, struct study *ret);
