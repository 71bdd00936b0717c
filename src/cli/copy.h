/* Copying a store's folder, for backup and restore. */
#pragma once
#include "base/base.h"

#define COPY_DATABASE "xiezhi.db"
/* Every file below `from` into the new folder `to`, fsynced. */
MUST_USE err *folder_copy(str from, str to, int64_t *ret_files);
MUST_USE err *file_copy(str from, str to);
