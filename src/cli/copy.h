/* Copying a store's folder, for backup and restore. */
#pragma once
#include "base/base.h"

#define COPY_DATABASE "xiezhi.db"
#define COPY_READINGS "readings" /* in a data folder: databases in use, which have a copy of their own (readings_copy) */
#define COPY_BLOBS "blobs.txt"   /* beside the database: the attachments of the copy, a line each */
/* Every file below `from` into the new folder `to`, fsynced. */
MUST_USE err *folder_copy(str from, str to, int64_t *ret_files);
/* Without what is called `except` there. */
MUST_USE err *folder_copy_except(str from, str to, str except, int64_t *ret_files);
/* The attachments in a data folder, "ab/cdef…" a line each, ascending. */
MUST_USE err *blob_names(struct arena *a, str data, str *ret);
