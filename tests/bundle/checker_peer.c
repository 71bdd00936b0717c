/*
 * checker_peer FOLDER CHANGES SEED RESIGNED [MB]: a real bundle for the tests of the page that checks bundles, and what the verifier in C
 * says of it and of changed ones. Writes FOLDER/bundle.zip, FOLDER/verdicts.jsonl: a line of the bundle itself, then one for
 * each single-byte change: {"at":byte,"xor":mask,"bad":..,"member":..,"offset":..,"why":..}. RESIGNED bundles (FOLDER/resigned-N.zip)
 * have a member changed and everything above it made to fit again, manifest, checksums, signature, by the thief of a key: there the
 * checks behind the signature decide. FOLDER/forged-N.zip: ledgers made up by one (resign.h), {"forged":N,..}.
 * MB: FOLDER/large.zip with as many papers of a megabyte, for the benchmark.
 */
#include "bundle/packet.h"
#include "bundle/resign.h"

#include <stdio.h>

static struct packet *packet;
static FILE *out;

static void verdict(struct arena *a, const char *head, str bytes)
{
    struct bundle_report r;
    assert_ok(bundle_verify_bytes(a, bytes, STR_NONE, &r));
    buf b = buf_make(a, 16384);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("bad"), str_of(bundle_fault_names[r.fault]));
    json_put_str(&o, S("member"), r.member.p ? r.member : S(""));
    json_put_int(&o, S("offset"), r.offset);
    json_put_str(&o, S("why"), r.why.p ? r.why : S(""));
    json_put_str(&o, S("key"), r.key.p ? r.key : S(""));
    json_put_int(&o, S("entries"), r.entries);
    json_put_int(&o, S("open"), r.open);
    json_put_int(&o, S("withheld"), r.withheld);
    json_put_int(&o, S("erased"), (int64_t)r.erased_n);
    json_put_int(&o, S("originals"), r.originals);
    json_put_int(&o, S("papers"), r.papers);
    json_put_int(&o, S("pages"), r.pages);
    json_put_int(&o, S("helpers"), r.helpers);
    json_put_int(&o, S("stretches"), (int64_t)r.stretches_n);
    json_close(&o, '}');
    str tail = str_sub(buf_str(&b), 1, b.n);
    fprintf(out, "{%s%.*s\n", head, STR_ARG(tail));
}

static void changes(int64_t n, uint64_t seed)
{
    AUTO_ARENA(a);
    char *copy = arena_copy(packet->arena, packet->bytes.p, packet->bytes.n), head[100];
    str bytes = {copy, packet->bytes.n};
    for (int64_t i = 0; i < n; i++) {
        /* Every second one near the end, where directory, manifest and signature are. */
        size_t span = i % 2 ? bytes.n : bytes.n / 4, at = bytes.n - 1 - test_random(&seed) % span;
        char mask = (char)(1 + test_random(&seed) % 255);
        copy[at] ^= mask;
        snprintf(head, sizeof head, "\"at\":%zu,\"xor\":%d,", at, (unsigned char)mask);
        arena_reset(a);
        verdict(a, head, bytes);
        copy[at] ^= mask;
    }
}

static void resigned(const char *folder, int64_t n, uint64_t seed)
{
    for (int64_t i = 0; i < n; i++) {
        AUTO_ARENA(a);
        char path[4096], head[200];
        str what, bytes = resign_changed(a, packet, &seed, &what);
        snprintf(path, sizeof path, "%s/resigned-%lld.zip", folder, (long long)i);
        assert_ok(file_write_atomic(str_of(path), bytes, 0600));
        snprintf(head, sizeof head, "\"resigned\":%lld,\"what\":\"%.*s\",", (long long)i, STR_ARG(what));
        verdict(a, head, bytes);
    }
}

static void forged(const char *folder)
{
    for (size_t i = 0; i < forged_n; i++) {
        AUTO_ARENA(a);
        char path[4096], head[200];
        str bytes = resign_forged(a, packet, &forged_all[i]);
        snprintf(path, sizeof path, "%s/forged-%zu.zip", folder, i);
        assert_ok(file_write_atomic(str_of(path), bytes, 0600));
        snprintf(head, sizeof head, "\"forged\":%zu,", i);
        verdict(a, head, bytes);
    }
}

int main(int argc, char **argv)
{
    char path[4096];
    void *state;
    if (argc < 5)
        return 2;
    packet_setup(&state);
    packet = state;
    snprintf(path, sizeof path, "%s/bundle.zip", argv[1]);
    assert_ok(file_write_atomic(str_of(path), packet->bytes, 0600));
    snprintf(path, sizeof path, "%s/verdicts.jsonl", argv[1]);
    out = fopen(path, "w");
    assert_non_null(out);
    verdict(packet->arena, "", packet->bytes);
    changes(strtoll(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    forged(argv[1]);
    resigned(argv[1], strtoll(argv[4], NULL, 10), strtoull(argv[3], NULL, 10));
    assert_int_equal(fclose(out), 0);
    if (argc > 5)
        resign_large(packet, strtoll(argv[5], NULL, 10), arena_printf(packet->arena, "%s/large.zip", argv[1]));
    return packet_teardown(&state);
}
