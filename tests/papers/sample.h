/* A wording of each layout that uses every line of the language, data for it, and what poppler reads out of a file. */
#pragma once
#include "papers/papers.h"
#include "testing.h"

const struct wording *sample_wording(struct arena *a, const char *layout);
const struct wording *sample_parse(struct arena *a, const char *body); /* behind an internal head of five lines */
const struct json *sample_data(struct arena *a, int members);
const struct json *sample_json(struct arena *a, const char *text);
struct paper_options sample_options(void);

/* Runs COMMAND with the file's name in place of %s and gives what it prints. */
str sample_read(struct arena *a, str pdf, const char *command);
/* Without blanks and line ends: poppler puts them where it sees a gap. */
str sample_squeeze(struct arena *a, str text);
