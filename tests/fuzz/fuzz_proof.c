/*
 * What strangers hand in to be checked: proofs, checkpoints, and spines of entries. Nothing
 * crashes; what is accepted writes back to the same value, and a checkpoint has one spelling only.
 */
#include "ledger/checkpoint.h"
#include "ledger/spine.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void presentable(const err *e)
{
    CHECK(e->text.n && utf8_bad(e->text) < 0 && utf8_bad(e->got) < 0 && utf8_bad(e->field) < 0);
    err_clear();
}

static void proof(struct arena *a, str text)
{
    str kind, kind_again;
    int64_t seq, old_size, size, again[3];
    struct proof p, q;
    const err *e = proof_read(a, text, &kind, &seq, &old_size, &size, &p);
    if (e) {
        presentable(e);
        return;
    }
    str once = proof_write(a, arena_cstr(a, kind), seq, old_size, size, &p);
    CHECK(!proof_read(a, once, &kind_again, &again[0], &again[1], &again[2], &q));
    CHECK(str_eq(kind, kind_again) && seq == again[0] && old_size == again[1] && size == again[2]);
    CHECK(p.n == q.n && !memcmp(p.node, q.node, p.n * sizeof *p.node));
    CHECK(str_eq(once, proof_write(a, arena_cstr(a, kind), seq, old_size, size, &q)));
    struct sm3 leaf = {{0}};
    CHECK(!proof_inclusion_holds(&leaf, seq, size, &p, &leaf) || size == 1);
    (void)proof_consistency_holds(old_size, &leaf, size, &leaf, &p);
}

static void checkpoint(struct arena *a, str note)
{
    struct checkpoint c, again;
    const err *e = checkpoint_parse(a, note, &c);
    if (e) {
        presentable(e);
        return;
    }
    CHECK(str_eq(c.note, note) && c.size >= 0);
    CHECK(!checkpoint_parse(a, c.note, &again));
    CHECK(c.size == again.size && c.at == again.at && !memcmp(&c.root, &again.root, sizeof c.root));
    str size = arena_printf(a, "\n%lld\n", (long long)c.size);
    CHECK(str_starts(str_sub(note, 7 + checkpoint_store(&c).n, note.n), size));
}

static void spine(str text)
{
    struct spine_item item = {0};
    str body;
    if (!spine_body(text, &body))
        return;
    for (size_t n = 0; spine_next(&body, &item) && item.name.p; n++)
        CHECK(n < text.n && item.name.p >= text.p && item.name.p + item.name.n <= text.p + text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    str text = {(const char *)data, size};
    proof(a, text);
    checkpoint(a, text);
    spine(text);
    return 0;
}
