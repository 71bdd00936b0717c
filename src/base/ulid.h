/* ULID: 26 characters of Crockford base 32, 48 bits of milliseconds and 80 of randomness, made lower
 * case because our identifiers are. Randomness comes in: nothing here draws any. */
#pragma once
#include "base/str.h"
#include "base/time.h"
struct arena;
enum { ULID_LENGTH = 26 };
str ulid_make(struct arena *a, usec t, const uint8_t random[10]);
