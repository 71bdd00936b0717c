/* What the rest of store/ needs of SQLite itself. Private to store/. */
#pragma once
#include "store/store.h"

struct sqlite3;

err *sqlite_error(struct sqlite3 *q, int code, const char *sql);
/* An empty file, 0600. Made by us rather than by SQLite, which would let everybody read it; WAL and shared memory
 * get the mode of the file they belong to. */
err *sqlite_make_file(const char *path);
/* The FTS5 tokenizer "grams" (search.c). */
err *search_tokenizer_register(struct sqlite3 *q);
