/* The judgements of 系统自检 at their bounds: one step before, on, and behind each. */
#include "testing.h"
#include "web/selfcheck.h"

static const uint64_t gib = 1 << 30;

static void disk(void **state)
{
    (void)state;
    assert_int_equal(check_disk(30 * gib, 100 * gib), CHECK_FINE);
    assert_int_equal(check_disk(19 * gib, 100 * gib), CHECK_MIND);
    assert_int_equal(check_disk(4 * gib, 100 * gib), CHECK_BAD);
    assert_int_equal(check_disk(gib - 1, 2 * gib), CHECK_BAD); /* half of a small disk is too little all the same */
    assert_int_equal(check_disk(0, 0), CHECK_UNKNOWN);
}

static void backup(void **state)
{
    (void)state;
    assert_int_equal(check_backup(USEC_NONE), CHECK_BAD);
    assert_int_equal(check_backup(26 * USEC_HOUR), CHECK_FINE);
    assert_int_equal(check_backup(26 * USEC_HOUR + 1), CHECK_MIND);
    assert_int_equal(check_backup(7 * USEC_DAY), CHECK_MIND);
    assert_int_equal(check_backup(7 * USEC_DAY + 1), CHECK_BAD);
}

static void checkpoint(void **state)
{
    (void)state;
    assert_int_equal(check_checkpoint(300 * USEC_DAY, 0), CHECK_FINE); /* nothing new since */
    assert_int_equal(check_checkpoint(USEC_HOUR, 5), CHECK_FINE);
    assert_int_equal(check_checkpoint(3 * USEC_HOUR, 5), CHECK_MIND);
}

static void clock_right(void **state)
{
    (void)state;
    assert_int_equal(check_clock(-USEC_DAY, 1), CHECK_FINE); /* the newest entry is yesterday's */
    assert_int_equal(check_clock(6 * USEC_MINUTE, 1), CHECK_BAD); /* set back: the ledger is ahead */
    assert_int_equal(check_clock(0, 0), CHECK_MIND);
    assert_int_equal(check_clock(0, -1), CHECK_UNKNOWN);
}

static void ends(void **state)
{
    (void)state;
    usec now = 1000 * USEC_DAY;
    assert_int_equal(check_ends(now, now + 31 * USEC_DAY), CHECK_FINE);
    assert_int_equal(check_ends(now, now + 30 * USEC_DAY), CHECK_MIND);
    assert_int_equal(check_ends(now, now + 7 * USEC_DAY), CHECK_BAD);
    assert_int_equal(check_ends(now, now - USEC_DAY), CHECK_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(disk), cmocka_unit_test(backup), cmocka_unit_test(checkpoint), cmocka_unit_test(clock_right), cmocka_unit_test(ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
