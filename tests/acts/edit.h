/*
 * A life (a story of acts, one JSON object per line) and what one change makes of it. Lines are immutable trees: a
 * change makes new ones, so that two lives can be compared line by line by their addresses.
 */
#pragma once
#include "acts/acts.h"

enum { LIMIT_LIFE_LINES = 1000 };

struct life {
    const struct json **line;
    size_t n;
};

/* Reads PATH line by line; {"include": "FILE"} stands for the lines of that file, beside it. */
MUST_USE err *life_read(struct arena *a, str path, struct life *ret);
/* Does `line` carry every key of `select` with the same value? A key "a.b" looks into the object a. */
bool life_matches(const struct json *line, const struct json *select);
/* Index of the one line that matches; SIZE_MAX when there is none or several. */
size_t life_find(const struct life *l, const struct json *select);
/*
 * One edit: "select" and one of "set" {key: value}, "drop" [key], "delete" true, "insert_before" / "insert_after"
 * [act], "move_before" {select of another line}. Inserted acts without "at" happen when the selected one does.
 * An error tells which selector found nothing.
 */
MUST_USE err *life_edit(struct arena *a, struct life *l, const struct json *edit);
str life_text(struct arena *a, const struct json *line);
