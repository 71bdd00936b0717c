/*
 * remote/: a list of fire points of the store. The list and the places found in it are blobs; the act fire.load binds them to a bureau. Places with a company in
 * a pixel that burn on more days than one, or that the archive itself calls a static source, are worth a clue, as many as the budget leaves; the others stay
 * hints on the page.
 *
 * The document: {"viirs", "typed", "places":[{finding, lon, lat, reach_m, days, score, best, fixed, near_all, near [{id, m}],
 *   points [[usec, lon, lat, scan_m, track_m, percent, grade, frp_kw, night, type, satellite],…]}]}, degrees × 10⁷.
 */
#pragma once
#include "acts/clue.h"
#include "remote/fires.h"

struct fire_list { str by, name, csv; bool report; usec at; };
struct fire_loaded { struct act_answer answer; int64_t listed, kept, places, beside, reported, held_back; };
MUST_USE err *fire_load(struct acts *e, struct arena *a, const struct fire_list *l, struct fire_loaded *ret);
/* Hubei with a margin: what lies outside is counted and not kept. */
void fire_box(struct spot *ret_low, struct spot *ret_high);
