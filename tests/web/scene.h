/* A server on a fresh store in a temporary folder, and raw requests to it. */
#pragma once
#include "testing.h"
#include "monitor/series/readings.h"
#include "web/web.h"

struct scene {
    char folder[64];
    struct store *store;
    struct acts *acts;
    struct readings *readings;
    struct web *web;
    int port;
};

enum { SCENE_PASSWORD_COST = PASSWORD_TEST };
#define SCENE_PASSWORD "correct horse battery"

void scene_open(struct scene *s, enum web_door door);
void scene_close(struct scene *s);
/* Sends the bytes, reads until the other side closes (5 s at most). "" when nothing came. */
str scene_raw(struct arena *a, const struct scene *s, str bytes);
int scene_status(str answer); /* 0: no answer */
str scene_header(str answer, const char *name);
str scene_body(str answer);
/* Signs in; *ret_cookie is "name=value", *ret_csrf the token of a form of the first page. */
void scene_sign_in(struct arena *a, const struct scene *s, const char *user, str *ret_cookie, str *ret_csrf);
str scene_get(struct arena *a, const struct scene *s, str cookie, const char *path);
str scene_send(struct arena *a, const struct scene *s, str cookie, str csrf, const char *method, const char *path,
               const char *type, str body);
/* One statement in a transaction of its own, behind the acts' back. */
void scene_sql(const struct scene *s, const char *sql);
/* Performs an act as anybody; the answer. */
struct act_answer scene_act(struct arena *a, const struct scene *s, const char *by, const char *json);
