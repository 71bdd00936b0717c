/*
 * Draws as tables hold them, for pages, papers and the command line. Who may see a result is the caller's to ask
 * (draw_open_to): draw_load and draw_export look at no reader.
 */
#pragma once
#include "analysis/draw.h"
#include "store/store.h"

struct draw_status {
    str state, author, agency_name, cancel_reason;    /* committed settled cancelled */
    usec settled_at, reveal_by, seal_until, publish_by, published_at; /* 0: not (yet) */
    bool settled;
};
/* The plan with its rounds; when settled also places, teams and replacements. ERR_MISSING: no such draw. */
MUST_USE err *draw_load(struct db *d, struct arena *a, str id, struct draw *ret, struct draw_status *ret_status);
/* The published file; before settling it ends behind the rounds, and holds no secret. */
MUST_USE err *draw_export(struct db *d, struct arena *a, str id, str *ret);
/* May this user read the result now? Published, or he opened it today by draw.look. */
MUST_USE err *draw_open_to(struct db *d, str id, str user, usec now, bool *ret);

/* What places do: share or officers' number for a class, from tables/dual-random-presets.csv. */
struct draw_preset {
    int place;              /* of the setting draw_preset_place */
    const char *jurisdiction, *class, *level, *rule, *period;
    int64_t ratio, per;     /* 0.01 %; objects for each officer */
    const char *of;         /* class of subjects here: key general special; "" any other */
};
extern const struct draw_preset draw_presets[];
extern const size_t draw_presets_n;
