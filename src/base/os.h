/*
 * Files and randomness: the seams to the system, so that faults can be injected in tests
 * (os_fault: the n-th matching call fails with the given errno; 0 turns it off).
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include <sys/types.h>

MUST_USE err *file_read(struct arena *a, str path, size_t limit, str *ret);
/* Writes to a temporary name beside `path`, fsyncs it, renames it, fsyncs the folder. */
MUST_USE err *file_write_atomic(str path, str bytes, unsigned mode);
/* To a name that is not there yet, 0600, fsynced. In the kernel where both places let it, else through memory. What fails leaves no file. */
MUST_USE err *file_copy(str from, str to);
MUST_USE err *folder_make(str path);          /* with parents, 0700 */
MUST_USE err *file_exists(str path, bool *ret);
void random_bytes(void *ret, size_t n);       /* getrandom; aborts when the kernel has none */

MUST_USE err *folder_sync_of(str path);       /* fsyncs the folder `path` stands in */

enum os_call { OS_WRITE, OS_FSYNC, OS_RENAME, OS_COPY, OS_CALLS };
void os_fault(enum os_call call, int nth, int errno_value);
/* For those who keep a file open: the calls themselves, with the seam. */
ssize_t os_write(int fd, const void *p, size_t n);
int os_fsync(int fd);
int os_rename(const char *from, const char *to);
