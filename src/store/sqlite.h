/* What the rest of store/ needs of SQLite itself. Private to store/. */
#pragma once
#include "store/store.h"

struct sqlite3;

err *sqlite_error(struct sqlite3 *q, int code, const char *sql);
/* The FTS5 tokenizer "grams" (search.c). */
err *search_tokenizer_register(struct sqlite3 *q);
