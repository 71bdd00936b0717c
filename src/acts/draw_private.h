/* What the files of the draw's acts share. Private to acts/. */
#pragma once
#include "acts/draw.h"

struct act;
MUST_USE err *draw_load_parties(struct db *d, struct arena *a, struct draw *ret);
/* The plan of draw.commit: as the act says and the tables know. With facts when the act is judged, without when applied. */
MUST_USE err *draw_commit_facts(struct act *a);
MUST_USE err *draw_commit_apply(struct act *a);
MUST_USE err *draw_commitment_facts(struct act *a);
str draw_bare(str who); /* "user:wei" and "wei" name the same */
