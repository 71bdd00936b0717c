/* A case written out and checked again: what a sound bundle says, and that no change of it goes by. */
#include "bundle/packet.h"

static void sound(struct packet *p, const struct bundle_report *r)
{
    if (r->fault != BUNDLE_SOUND)
        print_error("%s %.*s @%lld: %.*s\n", bundle_fault_names[r->fault], STR_ARG(r->member), (long long)r->offset,
                    STR_ARG(r->why));
    assert_int_equal(r->fault, BUNDLE_SOUND);
    (void)p;
}

static void a_bundle_is_sound(void **state)
{
    struct packet *p = *state;
    struct bundle_report r;
    assert_ok(bundle_verify(p->arena, p->path, STR_NONE, NULL, NULL, &r));
    sound(p, &r);
    assert_str(r.case_id, "k1");
    assert_int_equal(r.entries, p->made.entries);
    assert_int_equal(r.originals, 1);
    assert_int_equal(r.pages, p->made.pages);
    assert_true(r.entries > 20 && r.open > 10);
    assert_int_equal(r.helpers, 1);
    assert_int_equal(r.stretches_n, 0);
    assert_int_equal(r.erased_n, 0);
    assert_true(str_eq(r.key, p->made.key));
    /* The key on the printed cover, in groups and in capitals, is this one; another is not. */
    str groups = bundle_key_groups(p->arena, r.key);
    assert_ok(bundle_verify(p->arena, p->path, groups, NULL, NULL, &r));
    sound(p, &r);
    char *other = arena_cstr(p->arena, r.key);
    other[0] = other[0] == '0' ? '1' : '0';
    assert_ok(bundle_verify(p->arena, p->path, str_of(other), NULL, NULL, &r));
    assert_int_equal(r.fault, BUNDLE_KEY);
    assert_err(bundle_verify(p->arena, p->path, S("abc"), NULL, NULL, &r), ERR_INPUT);
}

static void every_sampled_byte_counts(void **state)
{
    enum { SAMPLES = 10000 };
    struct packet *p = *state;
    uint64_t seed = 20260312;
    char *copy = arena_copy(p->arena, p->bytes.p, p->bytes.n);
    int64_t by_fault[BUNDLE_FAULTS] = {0};
    for (int i = 0; i < SAMPLES; i++) {
        AUTO_ARENA(a);
        struct bundle_report r;
        size_t at = test_random(&seed) % p->bytes.n;
        /* Headers and the end are a few percent of the bytes: every fourth sample falls there. */
        if (i % 4 == 0)
            at = p->bytes.n - 1 - test_random(&seed) % (p->bytes.n / 8);
        char was = copy[at], flip = (char)(1 + test_random(&seed) % 255);
        copy[at] = (char)(was ^ flip);
        assert_ok(bundle_verify_bytes(a, (str){copy, p->bytes.n}, STR_NONE, &r));
        copy[at] = was;
        if (r.fault == BUNDLE_SOUND)
            print_error("byte %zu ^ %02x goes by\n", at, (uint8_t)flip);
        assert_int_not_equal(r.fault, BUNDLE_SOUND);
        assert_true(r.why.n > 0);
        by_fault[r.fault]++;
    }
    assert_true(by_fault[BUNDLE_CONTAINER] && by_fault[BUNDLE_MEMBER] && by_fault[BUNDLE_SIGNATURE]);
    struct bundle_report r = packet_verify(p, (str){copy, p->bytes.n});
    sound(p, &r);
}

static void cut_and_lengthened(void **state)
{
    struct packet *p = *state;
    uint64_t seed = 7;
    for (int i = 0; i < 200; i++) {
        size_t n = i < 40 ? p->bytes.n - 1 - (size_t)i : test_random(&seed) % p->bytes.n;
        assert_int_equal(packet_verify(p, str_sub(p->bytes, 0, n)).fault, BUNDLE_CONTAINER);
    }
    assert_int_equal(packet_verify(p, S("")).fault, BUNDLE_CONTAINER);
    char *bytes = arena_alloc(p->arena, p->bytes.n + 2, 1);
    memcpy(bytes + 1, p->bytes.p, p->bytes.n);
    assert_int_equal(packet_verify(p, (str){bytes, p->bytes.n + 1}).fault, BUNDLE_CONTAINER);
    assert_int_equal(packet_verify(p, (str){bytes + 1, p->bytes.n + 1}).fault, BUNDLE_CONTAINER);
}

static void the_verdict_names_the_place(void **state)
{
    struct packet *p = *state;
    char *copy = arena_copy(p->arena, p->bytes.p, p->bytes.n);
    str bytes = {copy, p->bytes.n}, manifest = packet_member(p, "manifest.json");
    /* A byte of the first entry. */
    size_t at = 0;
    struct bundle_report r;
    for (size_t i = 0; i + 8 < bytes.n && !at; i++)
        if (!memcmp(copy + i, "entries/", 8))
            at = i + 8 + 15;
    copy[at] ^= 1;
    r = packet_verify(p, bytes);
    assert_int_equal(r.fault, BUNDLE_MEMBER);
    assert_true(str_starts(r.member, S("entries/")));
    assert_int_equal(r.offset, (int64_t)at);
    copy[at] ^= 1;
    copy[manifest.p - p->bytes.p + 20] ^= 4;
    assert_int_equal(packet_verify(p, bytes).fault, BUNDLE_SIGNATURE);
}

static void as_it_was_known(void **state)
{
    struct packet *p = *state;
    struct bundle_report r;
    usec then;
    int64_t all = p->made.entries;
    assert_ok(time_parse(S("2026-03-10T23:59:59+08:00"), &then));
    assert_ok(packet_write(p, then));
    r = packet_verify(p, p->bytes);
    sound(p, &r);
    assert_true(r.as_of == then && r.entries < all);
    assert_ok(time_parse(S("2026-01-10T00:00:00+08:00"), &then));
    assert_err(packet_write(p, then), ERR_MISSING);
    /* Back to the whole for those that follow. */
    assert_ok(packet_write(p, USEC_NONE));
}

static void the_printed_side(void **state)
{
    struct packet *p = *state;
    p->printed = true;
    assert_ok(packet_write(p, USEC_NONE));
    struct bundle_report r = packet_verify(p, p->bytes);
    sound(p, &r);
    assert_true(str_starts(packet_member(p, "papers/cover.pdf"), S("%PDF-")));
    assert_true(str_starts(packet_member(p, "catalogue.pdf"), S("%PDF-")));
    assert_true(str_starts(packet_member(p, "papers/catalogue-auxiliary.pdf"), S("%PDF-"))); /* the legal review */
    /* Made for this bundle, registered nowhere: said so. */
    assert_int_equal(r.unanchored_n, 2);
    p->printed = false;
    assert_ok(packet_write(p, USEC_NONE));
}

/* 正卷, then 副卷; what a helper's part rests on stands behind the document it supports. */
static void order_of_the_file(void **state)
{
    struct packet *p = *state;
    AUTO_DB struct db *d = NULL;
    struct bundle_line *l;
    size_t n, record = 0, site = 0, receipt = 0, decision = 0;
    int64_t pages;
    assert_ok(db_open(p->life->scene->store, false, &d));
    assert_ok(bundle_catalogue(p->life->scene->store, d, p->arena, S("k1"), INT64_MAX, &l, &n, &pages));
    for (size_t i = 0; i < n; i++) {
        if (str_eq(l[i].kind, S("record")))
            record = i;
        if (str_eq(l[i].kind, S("visit_record")))
            site = i;
        if (str_eq(l[i].kind, S("decision")))
            decision = i;
        if (str_eq(l[i].kind, S("receipt")) && str_starts(l[i].of, S("行政处罚决定书")))
            receipt = i;
        assert_true(!i || l[i].auxiliary >= l[i - 1].auxiliary);
        assert_true(!l[i].auxiliary || str_eq(l[i].kind, S("legal_review")));
    }
    assert_str(l[0].form, "P01");
    assert_int_equal(record, site + 1);
    assert_true(str_eq(l[record].of, l[site].title));
    assert_int_equal(receipt, decision + 1);
    assert_true(l[n - 1].auxiliary && l[n - 1].no == 1 && l[n - 1].from == 1);
    assert_int_equal(pages, (int64_t)n + 2); /* the photo has three pages */
}

static void the_erased_is_shown(void **state)
{
    struct packet *p = *state;
    int64_t seq;
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(p->life->scene->store, false, &d));
    assert_ok(db_one_int(d, "SELECT seq FROM act_log WHERE act = 'case.open'", NULL, 0, &seq));
    char act[500];
    snprintf(act, sizeof act,
             "{\"by\":\"dang\",\"act\":\"secret.erase\",\"items\":[\"%lld.cause\"],\"ground\":\"order\",\"order_no\":\"〔2026〕1号\","
             "\"at\":\"2026-06-01T09:00:00+08:00\"}", (long long)seq);
    struct act_answer answer = life_do(p->life, "dang", act);
    assert_int_equal(answer.verdict, ACT_HELD);
    /* A sealed case: legal review and the head both. */
    static const char *const approvers[] = {"fa", "han"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(act, sizeof act,
                 "{\"by\":\"%s\",\"act\":\"hold.approve\",\"held\":%lld,\"reasons\":\"依令\",\"at\":\"2026-06-01T1%zu:00:00+08:00\"}",
                 approvers[i], (long long)answer.seq, i);
        struct act_answer approval = life_do(p->life, approvers[i], act);
        if (i && approval.verdict != ACT_ALLOWED)
            print_error("%.*s\n", STR_ARG(approval.json));
        assert_int_equal(approval.verdict, i ? ACT_ALLOWED : ACT_HELD);
    }
    assert_ok(packet_write(p, USEC_NONE));
    struct bundle_report r = packet_verify(p, p->bytes);
    sound(p, &r);
    assert_int_equal(r.erased_n, 1);
    assert_int_equal(r.erased[0].seq, seq);
    assert_str(r.erased[0].item, "cause");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bundle_is_sound),           cmocka_unit_test(every_sampled_byte_counts),
        cmocka_unit_test(cut_and_lengthened),          cmocka_unit_test(the_verdict_names_the_place),
        cmocka_unit_test(as_it_was_known),             cmocka_unit_test(the_printed_side),
        cmocka_unit_test(order_of_the_file),           cmocka_unit_test(the_erased_is_shown),
    };
    return cmocka_run_group_tests(tests, packet_setup, packet_teardown);
}
