/* What the pages of statistics, targeting and integrity share. Private to web/. */
#pragma once
#include "acts/targeting.h"
#include "analysis/figures.h"
#include "web/web_private.h"

/* The office's own figures and rankings: those who run it and those who look down a line. Helpers and companies: none. */
#define ROLES_FIGURES                                                                               \
    (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_PROCUREMENT) | ROLE_BIT(ROLE_FINANCE) | \
     ROLE_BIT(ROLE_ARCHIVIST) | ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE))
#define ROLES_TARGET (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE))
#define ROLES_INTEGRITY (ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR))

/* The period (from, to; this year when not given) and place (region; inside the reader's own) of an address. */
MUST_USE err *figure_scope_read(struct request *q, struct figure_scope *ret);
void put_figure_query(struct out *o, struct request *q, const struct figure_scope *s); /* "from=..&amp;to=..&amp;region=.." */
void figure_region_select(struct request *q, struct out *o, const struct figure_scope *s); /* label and select: places inside the reader's own */
void figure_scope_form(struct request *q, struct out *o, const struct figure_scope *s);
/* Bars by month: numerators, or shares. */
void draw_months(struct request *q, struct out *o, const struct figure *f, const struct figure_part_of *p, size_t n);
/* Circles at the seats of cities; page_map.c. */
struct map_mark { int region; double share; /* 0..1 of the largest circle */ str label; };
void draw_marks(struct request *q, struct out *o, const struct map_mark *m, size_t n);
/* Weights, terms and bounds of the targeting score as they are set today. */
void targeting_method(struct out *o, const struct target_settings *s);
str region_words(struct arena *a, int region);

/* A table as a workbook; name without its ending. */
MUST_USE err *figure_send_book(struct request *q, struct response *r, const struct figure_table *t, const char *name, const char *title);
err *page_figures(struct request *q, struct response *r);
err *page_figure(struct request *q, struct response *r);
err *figures_file(struct request *q, struct response *r);
err *figure_file(struct request *q, struct response *r);
err *figures_book(struct request *q, struct response *r); /* the same as workbooks */
err *figure_book(struct request *q, struct response *r);
err *page_method(struct request *q, struct response *r); /* for everybody: how score and figures are made */
err *page_targets(struct request *q, struct response *r);
err *page_target(struct request *q, struct response *r);
err *page_integrity(struct request *q, struct response *r);
err *api_figures(struct request *q, struct response *r);
err *api_figure(struct request *q, struct response *r);
err *api_targets(struct request *q, struct response *r);
void api_looking_paths(struct json_out *o); /* for openapi.json */
