/*
 * remote/: scenes of the store. A look at a scene (or at two dates of one ground) gives polygons, groups of polygons that belong together, and for the
 * groups worth it clues, as many as the bureau's daily budget leaves. Everything it depends on is recorded by scene.detect; the same look again is the same run.
 *
 * The document of a run (JSON blob) holds its groups, the most worth a look first, with outlines in pixels of the scene:
 *   {"groups":[{finding, change (1 gained, -1 lost, 0), patches, pixels, area_m2, width_m, box [x0,y0,x1,y1], lon, lat, index_mean, score, flags [],
 *    rings [[x,y,…],…]}]}
 * A group is regions that lie closer than three pixels: a river bar is not forty tickets. Score orders the looking and is no probability.
 *
 * Errors: of detect.h; ERR_MISSING no such scene or its pixels; ERR_CONFLICT a replay by another version of a recipe.
 */
#pragma once
#include "acts/clue.h"
#include "remote/detect.h"
#include "remote/ingest.h"

enum { LIMIT_SCENE_GROUPS = 200, LIMIT_SCENE_DOCUMENT = 16 << 20, LIMIT_SCENE_PATCHES = 20000 /* above the recipe's smallest area */, GROUP_GAP = 3 /* pixels */ };
struct scene { str id, name, sensor, entrustment, agency, path; usec taken; struct sm3 file; int epsg, width, height; };
MUST_USE err *scene_find(struct store *s, struct db *d, struct arena *a, str id, struct scene *ret);

struct scene_bind { str by, entrustment /* "" none */, name, id /* "" a new one */; usec at; };
/* Keeps an ingested file as a blob and registers it by scene.bind. *ret: what the act got. */
MUST_USE err *scene_bind(struct acts *e, struct arena *a, str path, const struct ingested *s, const struct sensor *sensor, const struct scene_bind *b, struct act_answer *ret);

struct scene_look { str scene, before /* "" one date */; const struct recipe *recipe; bool otsu, align, report; usec now; };
struct scene_looked { str run; bool repeated; int64_t patches, groups, reported, held_back, known /* a clue of the place exists already */; double area_m2; struct sm3 polygons; };
MUST_USE err *scene_look(struct acts *e, struct arena *a, const struct scene_look *l, struct scene_looked *ret);
/* Computes a run again. *ret_same: the polygons have the digest of then. path: where they go, "" nowhere. */
MUST_USE err *scene_replay(struct store *s, struct arena *a, str run, str path, struct sm3 *ret_polygons, bool *ret_same);
