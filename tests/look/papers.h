/* Rows for a look: materials with files behind them, straight into the tables of a life; what is tested is the look. */
#pragma once
#include "acts/life.h"
#include "look/look_private.h"

struct papers { struct life *life; int64_t seq; };
void papers_sql(struct papers *p, const char *sql);
/* An agency's other providers and their tasks: entrustments "t-<provider>-<n>" of subject "s-<n>". */
void papers_provider(struct papers *p, const char *provider, int tasks);
/* Stores the file and names it as material of a task; at: when it was handed in. */
void papers_add(struct papers *p, const char *id, const char *kind, const char *provider, int task, str bytes, usec at);
/* The text as a PDF of A4 pages with its own fonts, as an office writes them. */
str papers_pdf(struct arena *a, str text);
struct look_report papers_look(struct papers *p, usec now, bool again);
int64_t papers_count(struct papers *p, const char *kind);
