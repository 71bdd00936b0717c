/* 128 bits, read five at a time from the top; the first character carries only three. */
#include "base/ulid.h"
#include "base/arena.h"

str ulid_make(struct arena *a, usec t, const uint8_t random[10])
{
    static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    CHECK(t >= 0);
    uint64_t milliseconds = (uint64_t)t / 1000;
    CHECK(milliseconds < UINT64_C(1) << 48);
    char *text = arena_alloc(a, ULID_LENGTH + 1, 1);
    for (int i = 9; i >= 0; i--) {
        text[i] = alphabet[milliseconds & 31];
        milliseconds >>= 5;
    }
    uint32_t bits = 0;
    int held = 0, at = 10;
    for (int i = 0; i < 10; i++) {
        bits = bits << 8 | random[i];
        for (held += 8; held >= 5; held -= 5)
            text[at++] = alphabet[bits >> (held - 5) & 31];
        bits &= (1u << held) - 1;
    }
    return (str){text, ULID_LENGTH};
}
