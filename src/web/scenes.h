/* Pages of satellite scenes: who may see which, and what the parts share. Private to web/. */
#pragma once
#include "remote/context.h"
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
/* Order of looking, thousandths: the run's, and what a protected area adds; at most 600 without a quality band. */
int group_score(const struct json *group, bool in_area);
str area_words(struct arena *a, double m2);
/* One group of a run, and the scenes it was found in. */
struct sighting { str id, run, recipe, parameters, before; int64_t version, at; struct scene scene, earlier; const struct json *group; };
MUST_USE err *sighting_find(struct request *q, str id, struct sighting *ret);
str sighting_title(struct request *q, const struct sighting *f);
/* A square three times as wide as the group, the same on every date. */
void sighting_frame(const struct sighting *f, const struct tif_head *h, struct chip *c);

/* ---- where a place lies (scene_context.c) ---- */
struct placed { struct context context; struct spots *rings; size_t rings_n; struct spot middle; double reach_m; struct context_hit *hits; size_t hits_n; };
MUST_USE err *place_context(struct request *q, struct spots *rings, size_t n, struct spot middle, double reach_m, struct placed *ret);
/* City and county, protected areas, companies: one section. */
MUST_USE err *put_context(struct request *q, struct out *o, const struct placed *p);

err *page_scene_history(struct request *q, struct response *r);
err *page_fires(struct request *q, struct response *r);
err *page_fires_load(struct request *q, struct response *r);
err *page_fire_list(struct request *q, struct response *r);
err *page_fire(struct request *q, struct response *r);
err *page_layers(struct request *q, struct response *r);
err *page_layers_load(struct request *q, struct response *r);
err *page_scenes(struct request *q, struct response *r);
err *page_scene(struct request *q, struct response *r);
err *page_tile(struct request *q, struct response *r);
err *page_scene_finding(struct request *q, struct response *r);
err *page_chip(struct request *q, struct response *r);
