/* Pages of satellite scenes: who may see which, and what the parts share. Private to web/. */
#pragma once
#include "remote/remote.h"
#include "web/monitor.h"

/* Of third parties those whose entrustment a scene is bound to (the thing's own scope decides row by row). Findings are for those who supervise. */
#define ROLES_SCENES (ROLES_SUPERVISE | ROLE_BIT(ROLE_MEMBER) | ROLE_BIT(ROLE_PROVIDER_LEAD))

MUST_USE err *scene_visible(struct request *q, str id, struct scene *ret); /* ERR_MISSING also when not for this reader */
MUST_USE err *scene_view(struct request *q, const struct scene *s, struct view **ret); /* closed with the request */
/* The groups of a run's document. */
MUST_USE err *scene_groups(struct request *q, str document, const struct json **ret);
void put_outline(struct out *o, const struct json *rings); /* the d of a path */
/* A number of a group; 0 when there is none. */
double scene_number(const struct json *o, const char *key);
str area_words(struct arena *a, double m2);
err *page_scenes(struct request *q, struct response *r);
err *page_scene(struct request *q, struct response *r);
err *page_tile(struct request *q, struct response *r);
err *page_scene_finding(struct request *q, struct response *r);
err *page_chip(struct request *q, struct response *r);
