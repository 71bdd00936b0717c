/* What a memory card holds: photographs and logs of a folder and those below it. */
#pragma once
#include "cli/cli.h"
#include "patrol/patrol.h"

struct patrol_folder {
    struct arena *a;
    str *names;                 /* of photographs, below the folder, in order */
    str *paths;
    struct photo_file *photos;  /* without their bytes: 10^5 heads do not stand in memory */
    size_t n;
    struct track *tracks;
    str *track_names;
    size_t tracks_n;
    struct { str name, why; } *refused; /* logs that could not be read */
    size_t refused_n;
};
MUST_USE err *patrol_folder_read(struct arena *a, str folder, struct place near, struct patrol_folder *ret);
/* A grey_of: the whole photograph is opened again. */
bool patrol_folder_grey(void *folder, size_t index, struct grey *ret);
/* The whole photograph beside its thumbnail: an error is one of reading the file. */
MUST_USE err *patrol_folder_twin(const struct patrol_folder *f, size_t index, struct twin *ret);
