/*
 * Entry codes from bytes, as a camera or a finger gives them: what is read lies inside what was given, what is made is read back, and
 * no text of ours passes with a changed byte.
 */
#include "acts/entry_code.h"
#include "crypto/crypto.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool inside(str part, str whole)
{
    return part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    uint8_t key[SHA256_BYTES] = {7};
    struct entry_code code;
    int64_t offset = 0;
    str text = {(const char *)data, size};
    usec now = INT64_C(1772674260000000);
    if (entry_code_read(text, &code)) {
        CHECK(code.digits.n == 6 && inside(code.digits, text));
        CHECK(!code.sealed || (inside(code.visit, text) && inside(code.person, text) && inside(code.head, text) && inside(code.seal, text)));
        enum entry_fault fault = entry_code_check(key, S("v1"), &code, now, 30, 120, &offset);
        CHECK(fault <= ENTRY_STALE);
    }
    /* One byte of a good one, changed as the input says. */
    str good = entry_code_text(a, key, S("v1"), S("wei"), now, 30);
    CHECK(entry_code_read(good, &code) && entry_code_check(key, S("v1"), &code, now, 30, 120, &offset) == ENTRY_FINE && offset == 0);
    if (size >= 2 && data[1]) {
        char *changed = arena_cstr(a, good);
        changed[data[0] % good.n] = (char)(changed[data[0] % good.n] ^ data[1]);
        bool passes = entry_code_read((str){changed, good.n}, &code) && entry_code_check(key, S("v1"), &code, now, 30, 120, &offset) == ENTRY_FINE;
        CHECK(!passes);
    }
    return 0;
}
