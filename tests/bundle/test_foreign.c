/*
 * ZIPs that are no bundle of ours, and bundles put together again by somebody: refused, with the reason. Foreign ones are
 * made by libzip, the others out of the sound packet with members moved, doubled, dropped or taken from another key.
 */
#include "bundle/packet.h"
#include "bundle/resign.h"

#include <zip.h>
#include <zlib.h>

enum { LIMIT_PARTS = 2000 };
struct part { str name, bytes; };
struct parts { struct part p[LIMIT_PARTS]; size_t n; };

static void says(struct packet *p, str bytes, enum bundle_fault fault, const char *word)
{
    struct bundle_report r = packet_verify(p, bytes);
    if (r.fault != fault || str_find(r.why, str_of(word)) < 0)
        print_error("%s %.*s: %.*s\n", bundle_fault_names[r.fault], STR_ARG(r.member.p ? r.member : S("")), STR_ARG(r.why));
    assert_int_equal(r.fault, fault);
    assert_true(str_find(r.why, str_of(word)) >= 0);
}

/* ---- made by libzip ---- */

static str foreign(struct packet *p, size_t n, bool deflate, const char *password, size_t bytes)
{
    zip_error_t error;
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *z = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    char *zeros = arena_alloc(p->arena, bytes, 1);
    assert_non_null(z);
    zip_source_keep(source);
    for (size_t i = 0; i < n; i++) {
        char name[40];
        snprintf(name, sizeof name, "member-%zu.json", i);
        zip_int64_t k = zip_file_add(z, name, zip_source_buffer(z, zeros, bytes, 0), 0);
        assert_true(k >= 0);
        assert_int_equal(zip_set_file_compression(z, (zip_uint64_t)k, deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0), 0);
        if (password)
            assert_int_equal(zip_file_set_encryption(z, (zip_uint64_t)k, ZIP_EM_AES_256, password), 0);
    }
    assert_int_equal(zip_close(z), 0);
    zip_stat_t st;
    assert_int_equal(zip_source_stat(source, &st), 0);
    char *out = arena_alloc(p->arena, st.size, 1);
    assert_int_equal(zip_source_open(source), 0);
    assert_int_equal(zip_source_read(source, out, st.size), st.size);
    zip_source_close(source);
    zip_source_free(source);
    return (str){out, st.size};
}

static void foreign_ones(void **state)
{
    struct packet *p = *state;
    says(p, foreign(p, 5, true, NULL, 1000), BUNDLE_CONTAINER, "");
    says(p, foreign(p, 5, false, NULL, 1000), BUNDLE_CONTAINER, "");
    says(p, foreign(p, 5, false, "secret", 1000), BUNDLE_CONTAINER, "加密");
    says(p, foreign(p, 2, false, NULL, 10), BUNDLE_CONTAINER, "成员数");
    /* A bomb: nothing of it is unfolded, so it costs what its bytes cost. */
    str bomb = foreign(p, 40, true, NULL, 4 << 20);
    usec began = time_monotonic();
    says(p, bomb, BUNDLE_CONTAINER, "压缩");
    assert_true(time_monotonic() - began < USEC_SECOND);
    says(p, S("PK\x05\x06 and no more of it than that"), BUNDLE_CONTAINER, "结尾");
    says(p, S("%PDF-1.7 a paper, not a ZIP at all, and longer than an end record"), BUNDLE_CONTAINER, "结尾");
}

/* ---- ours, put together again ---- */

static void take_apart(const struct packet *p, struct parts *ret)
{
    ret->n = 0;
    for (size_t at = 0; at + BUNDLE_LOCAL_BYTES < p->bytes.n;) {
        const uint8_t *h = (const uint8_t *)p->bytes.p + at;
        size_t n = h[18] | (size_t)h[19] << 8 | (size_t)h[20] << 16 | (size_t)h[21] << 24, name = h[26] | (size_t)h[27] << 8;
        if (h[2] != 3)
            return;
        assert_true(ret->n < LIMIT_PARTS);
        ret->p[ret->n++] = (struct part){str_sub(p->bytes, at + BUNDLE_LOCAL_BYTES, name),
                                         str_sub(p->bytes, at + BUNDLE_LOCAL_BYTES + name, n)};
        at += BUNDLE_LOCAL_BYTES + name + n;
    }
}

static str put_together(struct packet *p, const struct parts *all)
{
    buf b = buf_make(p->arena, p->bytes.n * 2 + 100000), directory = buf_make(p->arena, 400000);
    uint8_t bytes[BUNDLE_CENTRAL_BYTES];
    for (size_t i = 0; i < all->n; i++) {
        const struct part *x = &all->p[i];
        struct bundle_header h = {x->name, (uint32_t)crc32_z(0, (const uint8_t *)x->bytes.p, x->bytes.n), (int64_t)x->bytes.n, (int64_t)b.n};
        bundle_local_header(&h, bytes);
        buf_add(&b, (str){(const char *)bytes, BUNDLE_LOCAL_BYTES});
        buf_add(&b, x->name);
        buf_add(&b, x->bytes);
        bundle_central_header(&h, bytes);
        buf_add(&directory, (str){(const char *)bytes, BUNDLE_CENTRAL_BYTES});
        buf_add(&directory, x->name);
    }
    bundle_end_record(all->n, (int64_t)b.n, (int64_t)directory.n, bytes);
    buf_add(&b, buf_str(&directory));
    buf_add(&b, (str){(const char *)bytes, BUNDLE_END_BYTES});
    assert_false(b.overflow || directory.overflow);
    return buf_str(&b);
}

static size_t part_of(const struct parts *all, const char *name)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_starts(all->p[i].name, str_of(name)))
            return i;
    print_error("no member %s\n", name);
    fail();
    return 0;
}

static void moved_doubled_dropped(void **state)
{
    static struct parts all, changed;
    struct packet *p = *state;
    take_apart(p, &all);
    assert_true(str_eq(put_together(p, &all), p->bytes)); /* there is one form only */
    changed = all;
    changed.p[2] = all.p[3];
    changed.p[3] = all.p[2];
    says(p, put_together(p, &changed), BUNDLE_CONTAINER, "顺序");
    changed = all;
    changed.p[4] = all.p[3];
    says(p, put_together(p, &changed), BUNDLE_CONTAINER, "重名");
    changed = all;
    for (size_t i = part_of(&all, "receipts/"); i + 1 < all.n; i++)
        changed.p[i] = all.p[i + 1];
    changed.n--;
    says(p, put_together(p, &changed), BUNDLE_MANIFEST, "清单列了");
    changed = all;
    for (size_t i = all.n; i > part_of(&all, "catalogue.json") + 1; i--)
        changed.p[i] = all.p[i - 1];
    changed.p[part_of(&all, "catalogue.json") + 1] = (struct part){S("catalogue.txt"), S("one more")};
    changed.n++;
    says(p, put_together(p, &changed), BUNDLE_MANIFEST, "清单列了");
    changed = all;
    changed.p[part_of(&all, "entries/")].name = S("../../etc/passwd");
    says(p, put_together(p, &changed), BUNDLE_CONTAINER, "名称");
    /* Two entries trade their bytes: each is genuine, the places are not. */
    changed = all;
    size_t first = part_of(&all, "entries/");
    changed.p[first].bytes = all.p[first + 1].bytes;
    changed.p[first + 1].bytes = all.p[first].bytes;
    says(p, put_together(p, &changed), BUNDLE_MEMBER, "");
}

static void another_key(void **state)
{
    static struct parts all;
    struct packet *p = *state;
    struct sm2_key *key;
    uint8_t der[SM2_SIGNATURE_MAX];
    size_t n;
    take_apart(p, &all);
    assert_ok(sm2_generate(&key));
    str manifest = all.p[all.n - 2].bytes;
    assert_ok(sm2_sign(key, manifest, der, &n));
    /* Signed by another: the key in the bundle does not fit. */
    all.p[all.n - 1].bytes = bundle_signature_text(p->arena, der, n);
    says(p, put_together(p, &all), BUNDLE_SIGNATURE, "");
    /* His key put in, too: the manifest names the true one. */
    all.p[part_of(&all, "key.pem")].bytes = sm2_public_pem(p->arena, key);
    says(p, put_together(p, &all), BUNDLE_KEY, "指纹");
    sm2_free(key);
    /* A signature has one spelling: capitals, an n more, a missing line end are none. */
    take_apart(p, &all);
    str sound = all.p[all.n - 1].bytes;
    char *capitals = arena_cstr(p->arena, sound);
    bool any = false;
    for (size_t i = 0; i < sound.n && !any; i++)
        if (capitals[i] >= 'a' && capitals[i] <= 'f') {
            capitals[i] = (char)(capitals[i] - 32);
            any = true;
        }
    all.p[all.n - 1].bytes = (str){capitals, sound.n};
    says(p, put_together(p, &all), BUNDLE_SIGNATURE, "129");
    all.p[all.n - 1].bytes = str_sub(sound, 0, sound.n - 1);
    says(p, put_together(p, &all), BUNDLE_SIGNATURE, "129");
}

/* By who holds a key and makes up a ledger of his own: what the shape of a text decides (the page must say the same: checker.test.mjs). */
static void made_up(void **state)
{
    struct packet *p = *state;
    for (size_t i = 0; i < forged_n; i++) {
        AUTO_ARENA(a);
        struct bundle_report r;
        assert_ok(bundle_verify_bytes(a, resign_forged(a, p, &forged_all[i]), STR_NONE, &r));
        if (r.fault != forged_all[i].fault)
            print_error("%s: %s %.*s: %.*s\n", forged_all[i].what, bundle_fault_names[r.fault], STR_ARG(r.member), STR_ARG(r.why));
        assert_int_equal(r.fault, forged_all[i].fault);
    }
}

/* One order of four megabytes that ten thousand items name is read once: it was read for each, and stayed in memory. */
static void one_order_for_many(void **state)
{
    struct packet *p = *state;
    AUTO_ARENA(a);
    struct bundle_report r;
    str bytes = resign_erasing(a, p, 10000, 4000000);
    usec began = time_monotonic();
    assert_ok(bundle_verify_bytes(a, bytes, STR_NONE, &r));
    assert_int_equal(r.fault, BUNDLE_SOUND);
    assert_int_equal(r.erased_n, 10000);
    assert_true(time_monotonic() - began < 2 * USEC_SECOND);
}

static void not_there(void **state)
{
    struct packet *p = *state;
    struct bundle_report r;
    assert_err(bundle_verify(p->arena, S("/nonexistent/k1.zip"), STR_NONE, NULL, NULL, &r), ERR_MISSING);
    assert_err(bundle_verify(p->arena, S("/"), STR_NONE, NULL, NULL, &r), ERR_INPUT);
    assert_true(bundle_looks_like(p->path));
    assert_false(bundle_looks_like(S("/nonexistent")));
    assert_false(bundle_looks_like(S(STORIES "/life.jsonl")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_ones), cmocka_unit_test(moved_doubled_dropped), cmocka_unit_test(another_key),
        cmocka_unit_test(made_up), cmocka_unit_test(one_order_for_many), cmocka_unit_test(not_there),
    };
    return cmocka_run_group_tests(tests, packet_setup, packet_teardown);
}
