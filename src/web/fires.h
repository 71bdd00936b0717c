/* Places of fire points as pages read them, from the document of a list. Private to web/. */
#pragma once
#include "remote/fire_load.h"
#include "web/scenes.h"

struct fire_row { str id, name, product, file, document; int64_t listed, kept, places, beside; usec first, last, at; };
MUST_USE err *fire_row(struct request *q, str id, struct fire_row *ret);
/* The places of a list: an array. */
MUST_USE err *fire_places_of(struct request *q, const struct fire_row *b, const struct json **ret);
struct fire fire_of(const struct json *point);
int64_t fire_int(const struct json *place, const char *key);
/* "3次，2天" */
str fire_times(struct arena *a, const struct json *place);
