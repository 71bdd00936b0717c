/*
 * sandbox/: what a process gives up before it reads a stranger's file. Readers of workbooks, pictures and PDFs call it; what dies in
 * there costs one file.
 *
 * For a process that is about to read one thing and end: nothing here can be taken back. Single-threaded callers only. False: this
 * kernel refuses; the caller reads nothing and says so.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct sandbox {
    size_t memory;                         /* bytes beyond what is mapped at entry, LIMIT_... of the caller */
    int seconds;                           /* of the processor; then SIGXCPU */
    const int *allowed; size_t allowed_n;  /* SCMP_SYS numbers beside reading, writing, memory and ending */
    const int *refused; size_t refused_n;  /* answered EACCES beside opening files; anything else ends the process (SIGSYS) */
};
/* `out` becomes descriptor 1; 0 and 2 lead nowhere; all others are closed: a forked child holds its parent's database. */
bool sandbox_only(int out);
/* No new file, socket, process or privilege; no core, no growing file; memory and time bounded. */
bool sandbox_enter(const struct sandbox *s);
