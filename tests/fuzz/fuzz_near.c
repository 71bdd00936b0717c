/* Two texts out of one input, cut at a NUL: what reads and compares them stays in its limits, and is even-handed. */
#include "analysis/near.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sorted(const uint32_t *v, size_t n)
{
    for (size_t i = 1; i < n; i++)
        CHECK(v[i - 1] < v[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    str rest = size ? (str){(const char *)data, size < 20000 ? size : 20000} : S(""), first = S(""), second;
    struct near_text x, y;
    struct near_numbers p, q;
    struct near_pair there, back;
    struct near_run run;
    str_next(&rest, 0, &first);
    second = rest.p ? rest : S("");
    near_text_of(a, first, &x);
    near_text_of(a, second, &y);
    near_numbers_of(a, first, &p);
    near_numbers_of(a, second, &q);
    sorted(x.kept, x.kept_n);
    sorted(p.gram, p.grams_n);
    near_compare(NULL, &x, &y, &there);
    near_compare(NULL, &y, &x, &back);
    CHECK(memcmp(&there, &back, sizeof there) == 0 && there.same <= 1000 && there.rest <= 1000);
    near_longest_run(a, &p, &q, &run);
    CHECK(run.at_x + run.n <= p.n && run.at_y + run.n <= q.n && run.distinct <= run.n);
    struct near_doc docs[] = {{0, x.kept_n, x.kept}, {1, y.kept_n, y.kept}};
    struct near_found found[NEAR_CANDIDATES];
    CHECK(near_find(near_index_build(a, docs, 2), &docs[0], 0, 0, found) <= 1);
    return 0;
}
