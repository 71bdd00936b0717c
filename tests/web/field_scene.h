/* A visit that runs just now, for tests of what stands behind the phone: e1/v1 at jiang, officers wei and luo, helper mei, notice n1 issued. */
#pragma once
#include "web/scene.h"

extern struct scene field;
extern usec field_now;

void field_open(void);
void field_close(void);
void field_sql(const char *sql);
int64_t field_int(const char *sql);
str field_text(struct arena *a, const char *sql);

/* Somebody signed in, with a registered phone. */
struct field_phone { const char *user; str cookie, csrf, id; int n; usec clock /* its clock minus ours */; };
struct field_phone field_sign_in(struct arena *a, const char *user, const char *phone); /* NULL: no phone */
str field_get(struct arena *a, const struct field_phone *p, const char *path);
str field_post(struct arena *a, const struct field_phone *p, const char *path, str json);

/* An act as the phone queues it: `more` are further members, beginning with a comma or empty. Time in minutes from now. */
str field_item(struct arena *a, struct field_phone *p, const char *act, int minutes, const char *more);
str field_batch(struct arena *a, const struct field_phone *p, const str *items, size_t n);
/* Sends and gives the whole answer. */
str field_sync_items(struct arena *a, const struct field_phone *p, const str *items, size_t n);
const struct json *field_json(struct arena *a, str answer);
str field_time(struct arena *a, int minutes);
