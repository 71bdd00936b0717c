/* The one tokeniser (search.c), for both engines. Private to store/. */
#pragma once
#include "store/store.h"

/* Blanks of ASCII, no-break and ideographic space: they separate terms, and no gram spans them. */
bool search_blank(uint32_t c);
/* Bigrams of neighbours, and with `single` each character alone too (second, at the same place; a character
 * without a follower has only that). A text of one character always gives that character. Non-zero
 * from `each` stops and is returned. */
int search_grams(str text, bool single,
                 int (*each)(void *context, bool same_place, str gram, size_t at), void *context);
