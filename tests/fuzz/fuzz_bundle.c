/* The verifier of bundles on anything: no crash, no endless work, and a fault always has a word and a sentence. */
#include "bundle/check/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    struct bundle_report r;
    CHECK(!bundle_verify_bytes(a, (str){(const char *)data, size}, STR_NONE, &r));
    CHECK(r.fault < BUNDLE_FAULTS);
    CHECK(r.fault == BUNDLE_SOUND || (r.why.n && utf8_bad(r.why) < 0));
    CHECK(r.offset >= -1 && r.offset <= (int64_t)size);
    err_clear();
    return 0;
}
