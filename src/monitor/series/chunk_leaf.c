/* The leaf of a chunk. The series key goes in here and not into the bytes, so that equal readings are equal bytes and a
 * chunk moved to another series is found out by the ledger. A key holds no zero byte, so the parts cannot be shifted. */
#include "monitor/series/chunk.h"

#include <string.h>

struct sm3 chunk_leaf(str series_key, str bytes)
{
    CHECK(series_key.n == 0 || !memchr(series_key.p, 0, series_key.n));
    struct sm3_state s;
    sm3_init(&s);
    sm3_add(&s, "\0DC1", 5); /* the leaf mark of RFC 6962, the format, a zero */
    sm3_add(&s, series_key.p, series_key.n);
    sm3_add(&s, "", 1);
    sm3_add(&s, bytes.p, bytes.n);
    return sm3_end(&s);
}
