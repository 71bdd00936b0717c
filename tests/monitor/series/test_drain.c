/* Frames become readings: groups, flags, versions, packets, duplicates, late days. */
#include "feed.h"

#define MN "420100A1B2C3D4E5F6010203"

static void minutes_of(struct feed *f, const char *mn, const char *date, int from, int to)
{
    for (int m = from; m < to; m++) {
        str data = arena_printf(f->a,
                                "DataTime=%s%02d%02d00;a21026-Min=%d.%d0,a21026-Avg=%d.%d5,a21026-Max=%d.%d9,a21026-ZsAvg=%d.1,"
                                "a21026-Cou=0.%02d,a21026-Flag=N;a19001-Avg=8.%d,a19001-Flag=%c",
                                date, m / 60, m % 60, m % 7, m % 10, m % 7, m % 10, m % 7, m % 10, m % 9, m % 100, m % 10,
                                m % 50 == 3 ? 'D' : 'N');
        feed_frame(f, mn, 2051, data.p);
    }
}

static void groups_and_flags(void **state)
{
    struct feed f = feed_open(*state);
    minutes_of(&f, MN, "20260102", 0, 5);
    feed_frame(&f, MN, 2011, "DataTime=20260102030400;a21026-Rtd=12.31,a21026-ZsRtd=15.02,a21026-Flag=N;LA-Rtd=60.5");
    feed_frame(&f, MN, 2011, "DataTime=20260102030500;02-Rtd=9");
    feed_frame(&f, MN, 2061, "DataTime=20260102030000;w00000-Cou=36.20,w00000-Flag=N;w01018-Avg=23.0,w01018-Flag=T");
    feed_frame(&f, MN, 2031, "DataTime=20260102000000;w00000-Cou=836.20,w00000-Flag=N");
    feed_frame(&f, MN, 2021, "DataTime=20260102030400;SB1-RS=1;SB2-RS=0");
    struct drain_report r = feed_drain(&f, at("2026-01-02 03:10:00"));
    assert_int_equal(r.frames, 10);
    assert_int_equal(r.duplicates + r.versions + r.unreadable, 0);
    struct series s = feed_series(&f, MN, PERIOD_MINUTE, "a21026", GROUP_VALUE);
    assert_str(s.key, MN "|minute|a21026|value");
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:03:00"), USEC_NONE), "3.35/3.30/3.39 N");
    s = feed_series(&f, MN, PERIOD_MINUTE, "a21026", GROUP_CONVERTED);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:03:00"), USEC_NONE), "3.1// N");
    s = feed_series(&f, MN, PERIOD_MINUTE, "a19001", GROUP_VALUE);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:03:00"), USEC_NONE), "8.3// D");
    s = feed_series(&f, MN, PERIOD_LIVE, "a21026", GROUP_VALUE); /* and 02 is the same factor in the codes of 2005 */
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 03:04:00"), USEC_NONE), "12.31// N");
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 03:05:00"), USEC_NONE), "9// ?");
    s = feed_series(&f, MN, PERIOD_HOUR, "w00000", GROUP_TOTAL);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 03:00:00"), USEC_NONE), "36.20// N");
    s = feed_series(&f, MN, PERIOD_DAY, "w00000", GROUP_TOTAL);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:00:00"), USEC_NONE), "836.20// N");
    s = feed_series(&f, MN, PERIOD_STATE, "SB1", GROUP_OTHER);
    assert_str(s.kind, "RS");
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 03:04:00"), USEC_NONE), "1// ?");
    feed_close(&f);
}

static void what_is_no_number_is_kept(void **state)
{
    struct feed f = feed_open(*state);
    feed_frame(&f, MN, 2051, "DataTime=20260102000000;a21026-Avg=NaN,a21026-Flag=D;a19001-Avg=--,a19001-Flag=B;a01012-Flag=M");
    feed_frame(&f, MN, 2051, "DataTime=20260102000100;a21026-Avg=9999.0,a21026-Flag=D;a19001-Avg=-1.50;a01012-Avg=12345678901234567890");
    feed_frame(&f, MN, 3020, "DataTime=20260102000100;PolId=a21026;i11001-Info=//零点校准//");
    for (int chunks = 0; chunks < 2; chunks++) {
        struct drain_report r = feed_drain(&f, chunks ? at("2026-01-03 03:00:00") : at("2026-01-02 03:00:00"));
        assert_int_equal(r.chunks > 0, chunks);
        struct series so2 = feed_series(&f, MN, PERIOD_MINUTE, "a21026", GROUP_VALUE);
        struct series o2 = feed_series(&f, MN, PERIOD_MINUTE, "a19001", GROUP_VALUE);
        struct series t = feed_series(&f, MN, PERIOD_MINUTE, "a01012", GROUP_VALUE);
        struct series log = feed_series(&f, MN, PERIOD_STATE, "i11001", GROUP_OTHER);
        assert_string_equal(feed_slot(&f, so2.id, at("2026-01-02 00:00:00"), USEC_NONE), "NaN// D");
        assert_string_equal(feed_slot(&f, so2.id, at("2026-01-02 00:01:00"), USEC_NONE), "9999.0// D");
        assert_string_equal(feed_slot(&f, o2.id, at("2026-01-02 00:00:00"), USEC_NONE), "--// B");
        assert_string_equal(feed_slot(&f, o2.id, at("2026-01-02 00:01:00"), USEC_NONE), "-1.50// ?");
        assert_string_equal(feed_slot(&f, t.id, at("2026-01-02 00:00:00"), USEC_NONE), "// M");
        assert_string_equal(feed_slot(&f, t.id, at("2026-01-02 00:01:00"), USEC_NONE), "12345678901234567890// ?");
        assert_str(log.kind, "3020.Info");
        assert_string_equal(feed_slot(&f, log.id, at("2026-01-02 00:01:00"), USEC_NONE), "//零点校准//// ?");
    }
    feed_close(&f);
}

static void the_same_frame_is_one(void **state)
{
    struct feed f = feed_open(*state);
    minutes_of(&f, MN, "20260102", 0, 100);
    struct spool_frame *frames = arena_copy(f.a, f.waiting.p, f.waiting.n * sizeof *frames);
    assert_int_equal(feed_drain(&f, at("2026-01-02 03:00:00")).duplicates, 0);
    for (int i = 0; i < 100; i++)
        feed_raw(&f, frames[i].raw, SPOOL_ACCEPTED);
    struct drain_report again = feed_drain(&f, at("2026-01-02 03:00:00"));
    assert_int_equal(again.duplicates, 100);
    assert_int_equal(again.readings + again.versions, 0);
    /* over a restart, and when the day is chunks */
    feed_close(&f);
    assert_ok(readings_open(f.scene->store, READINGS_WRITE, &f.r));
    assert_true(feed_drain(&f, at("2026-01-03 03:00:00")).chunks > 0);
    struct sm3 before = feed_digest(&f);
    for (int i = 0; i < 100; i++)
        feed_raw(&f, frames[i].raw, SPOOL_ACCEPTED);
    again = feed_drain(&f, at("2026-01-03 04:00:00"));
    assert_int_equal(again.duplicates, 100);
    assert_int_equal(again.chunks + again.versions + again.slabs, 0);
    struct sm3 after = feed_digest(&f);
    assert_memory_equal(&before, &after, sizeof before);
    feed_close(&f);
}

static void versions_are_both_kept(void **state)
{
    struct feed f = feed_open(*state);
    minutes_of(&f, MN, "20260102", 0, 60);
    feed_drain(&f, at("2026-01-02 03:00:00"));
    feed_frame(&f, MN, 2051, "DataTime=20260102000300;a21026-Avg=77.7,a21026-Flag=M"); /* still a slab */
    struct drain_report r = feed_drain(&f, at("2026-01-02 03:00:00"));
    assert_int_equal(r.versions, 2);
    usec made = at("2026-01-03 03:00:00");
    assert_int_equal(feed_drain(&f, made).chunks, 4);
    struct series s = feed_series(&f, MN, PERIOD_MINUTE, "a21026", GROUP_VALUE);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:03:00"), USEC_NONE), "77.7// M");
    f.arrived = at("2026-01-03 04:00:00");
    feed_frame(&f, MN, 2051, "DataTime=20260102000400;a21026-Min=1,a21026-Avg=88.8,a21026-Max=99,a21026-Flag=N"); /* now a chunk */
    r = feed_drain(&f, at("2026-01-03 04:00:01"));
    assert_int_equal(r.versions, 2);
    assert_int_equal(r.chunks, 0); /* waits for more */
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:04:00"), USEC_NONE), "88.8/1/99 N");
    r = feed_drain(&f, at("2026-01-03 05:00:00"));
    assert_int_equal(r.chunks, 1);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:04:00"), USEC_NONE), "88.8/1/99 N");
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:04:00"), made), "4.45/4.40/4.49 N");
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:04:00"), made - 1), "");
    struct reading_version *v;
    size_t n;
    assert_ok(reading_versions(f.r, f.a, s.id, at("2026-01-02 00:00:00"), at("2026-01-02 01:00:00"), 100, &v, &n));
    assert_int_equal(n, 4);
    assert_str(v[0].average, "3.35");
    assert_false(v[0].resubmitted);
    assert_str(v[1].average, "77.7");
    assert_true(v[1].resubmitted && v[1].flag == 'M');
    assert_str(v[2].average, "4.45"); /* found again in the frame the chunk came from */
    assert_str(v[3].maximum, "99");
    struct spool_frame raw;
    assert_ok(spool_get(f.r, f.a, v[2].frame, &raw, NULL));
    assert_true(str_find(raw.raw, S("DataTime=20260102000400")) > 0 && str_find(raw.raw, S("Avg=4.45")) > 0);
    struct spool_place *places;
    assert_ok(reading_frames(f.r, f.a, s.id, at("2026-01-02 00:04:00"), 10, &places, &n));
    assert_int_equal(n, 2);
    assert_int_equal(feed_verify(&f, NULL), 0);
    feed_close(&f);
}

static void the_newest_instant_of_a_minute_stands(void **state)
{
    struct feed f = feed_open(*state);
    feed_frame(&f, MN, 2011, "DataTime=20260102030410;a21026-Rtd=1,a21026-Flag=N");
    feed_frame(&f, MN, 2011, "DataTime=20260102030440;a21026-Rtd=2,a21026-Flag=N");
    feed_frame(&f, MN, 2011, "DataTime=20260102030420;a21026-Rtd=3,a21026-Flag=N");
    assert_int_equal(feed_drain(&f, at("2026-01-02 03:10:00")).versions, 0);
    struct series s = feed_series(&f, MN, PERIOD_LIVE, "a21026", GROUP_VALUE);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 03:04:00"), USEC_NONE), "2// N");
    feed_frame(&f, MN, 2011, "DataTime=20260102030440;a21026-Rtd=5,a21026-Flag=N");
    assert_int_equal(feed_drain(&f, at("2026-01-02 03:10:00")).versions, 2);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 03:04:00"), USEC_NONE), "5// N");
    feed_drain(&f, at("2026-01-03 03:10:00"));
    feed_frame(&f, MN, 2011, "DataTime=20260102030430;a21026-Rtd=6,a21026-Flag=N"); /* older than what the chunk holds */
    assert_int_equal(feed_drain(&f, at("2026-01-03 04:10:00")).versions, 0);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 03:04:00"), USEC_NONE), "5// N");
    struct reading_latest *latest;
    size_t n;
    assert_ok(reading_latest(f.r, f.a, S(MN), &latest, &n));
    assert_int_equal(n, 1);
    assert_str(latest[0].text, "5");
    assert_str(latest[0].flag, "N");
    feed_close(&f);
}

static void packets_of_a_group(void **state)
{
    struct feed f = feed_open(*state);
    feed_part(&f, MN, 2061, 2, 2, "DataTime=20260102030000;w21003-Avg=0.44,w21003-Flag=N");
    feed_part(&f, MN, 2061, 2, 1, "DataTime=20260102030000;w01018-Avg=23.0,w01018-Flag=N");
    feed_part(&f, MN, 2061, 2, 1, "DataTime=20260102040000;w01018-Avg=24.0,w01018-Flag=N");
    feed_part(&f, MN, 2061, 2, 2, "w21003-Avg=0.55,w21003-Flag=N"); /* no time of its own: that of its group */
    feed_part(&f, MN, 2061, 3, 1, "DataTime=20260102050000;w01018-Avg=25.0,w01018-Flag=N");
    feed_drain(&f, f.arrived);
    struct series cod = feed_series(&f, MN, PERIOD_HOUR, "w01018", GROUP_VALUE), nh = feed_series(&f, MN, PERIOD_HOUR, "w21003", GROUP_VALUE);
    assert_string_equal(feed_slot(&f, cod.id, at("2026-01-02 03:00:00"), USEC_NONE), "23.0// N");
    assert_string_equal(feed_slot(&f, nh.id, at("2026-01-02 03:00:00"), USEC_NONE), "0.44// N");
    assert_string_equal(feed_slot(&f, nh.id, at("2026-01-02 04:00:00"), USEC_NONE), "0.55// N");
    assert_int_equal(feed_count(&f, "SELECT count(*) FROM reading_part"), 1);
    struct device_event *e;
    size_t n;
    assert_ok(device_events(f.r, f.a, S(MN), 0, INT64_MAX, 10, &e, &n));
    assert_int_equal(n, 0);
    feed_close(&f);
    assert_ok(readings_open(f.scene->store, READINGS_WRITE, &f.r)); /* what waits survives a restart */
    feed_drain(&f, f.arrived + 10 * USEC_MINUTE);
    assert_int_equal(feed_count(&f, "SELECT count(*) FROM reading_part"), 0);
    assert_ok(device_events(f.r, f.a, S(MN), 0, INT64_MAX, 10, &e, &n));
    assert_int_equal(n, 1);
    assert_str(e[0].kind, "incomplete-group");
    assert_true(str_find(e[0].detail, S("缺第2,3包")) > 0);
    assert_string_equal(feed_slot(&f, cod.id, at("2026-01-02 05:00:00"), USEC_NONE), "25.0// N"); /* what came is kept */
    feed_close(&f);
}

static void cadence_comes_from_the_data(void **state)
{
    struct feed f = feed_open(*state);
    for (int m = 0; m < 1440; m += 10)
        feed_frame(&f, MN, 2051, arena_printf(f.a, "DataTime=20260102%02d%02d00;w01018-Avg=%d.5,w01018-Flag=N", m / 60, m % 60, m).p);
    feed_drain(&f, at("2026-01-03 03:00:00"));
    struct series s = feed_series(&f, MN, PERIOD_MINUTE, "w01018", GROUP_VALUE);
    assert_int_equal(s.cadence_s, 600);
    assert_int_equal(feed_count(&f, "SELECT slots FROM reading_chunk_stat"), 144);
    feed_close(&f);
}

static void stamps_at_the_end(void **state)
{
    struct feed f = feed_open(*state);
    assert_ok(device_profile_put(f.r, S(MN), S("{\"stamp\":\"end\"}"), S("时间为时段末"), f.arrived));
    feed_frame(&f, MN, 2061, "DataTime=20260102040000;w01018-Avg=24.0,w01018-Flag=N");
    feed_frame(&f, MN, 2011, "DataTime=20260102040000;w01018-Rtd=25.0,w01018-Flag=N");
    feed_drain(&f, at("2026-01-02 05:00:00"));
    struct series s = feed_series(&f, MN, PERIOD_HOUR, "w01018", GROUP_VALUE);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 03:00:00"), USEC_NONE), "24.0// N");
    s = feed_series(&f, MN, PERIOD_LIVE, "w01018", GROUP_VALUE);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 04:00:00"), USEC_NONE), "25.0// N");
    feed_close(&f);
}

static void odd_frames_become_events(void **state)
{
    struct feed f = feed_open(*state);
    feed_frame(&f, MN, 2061, "DataTime=20260102041500;w01018-Avg=24.0,w01018-Flag=N");
    feed_frame(&f, MN, 2051, "DataTime=20260102040030;DataTime=20260102040000,w01018-Avg=21.0,w01018-Flag=NN");
    feed_frame(&f, MN, 7777, "DataTime=20260102040000;w01018-Avg=24.0");
    feed_frame(&f, MN, 7777, "DataTime=20260102040000;w01018-Avg=25.0");
    feed_frame(&f, MN, 2051, "DataTime=99991231000000;w01018-Avg=24.0,w01018-Flag=N");
    feed_frame(&f, MN, 2051, "DataTime=20260102040000;bad|code-Avg=24.0");
    feed_raw(&f, S("GET / HTTP/1.1"), SPOOL_ACCEPTED);
    feed_raw(&f, S("##0010"), SPOOL_QUARANTINED);
    struct drain_report r = feed_drain(&f, at("2026-01-02 05:00:00"));
    assert_int_equal(r.unreadable, 1);
    struct series s = feed_series(&f, MN, PERIOD_HOUR, "w01018", GROUP_VALUE);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 04:00:00"), USEC_NONE), "24.0// N");
    s = feed_series(&f, MN, PERIOD_MINUTE, "w01018", GROUP_OTHER); /* a flag that is no letter is kept as a text */
    assert_str(s.kind, "Flag");
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 04:00:00"), USEC_NONE), "NN// ?");
    struct device_event *e;
    size_t n;
    assert_ok(device_events(f.r, f.a, S(""), 0, INT64_MAX, 20, &e, &n));
    int kinds[4] = {0};
    for (size_t i = 0; i < n; i++) {
        kinds[0] += str_eq(e[i].kind, S("off-grid"));
        kinds[1] += str_eq(e[i].kind, S("unknown-command")) && str_ends(e[i].detail, S("（当天2次）"));
        kinds[2] += str_eq(e[i].kind, S("time-implausible"));
        kinds[3] += str_eq(e[i].kind, S("name-unfit"));
    }
    assert_int_equal(kinds[0], 1);
    assert_int_equal(kinds[1], 1);
    assert_int_equal(kinds[2], 1);
    assert_int_equal(kinds[3], 1);
    feed_close(&f);
}

static void devices_and_causes(void **state)
{
    struct feed f = feed_open(*state);
    struct device_note notes[] = {{.mn = S(MN), .peer = S("10.0.0.7:1"), .seen = 100, .frames = 3, .findings = 5, .quarantined = 1},
                                  {.mn = S("M2"), .peer = S("10.0.0.8:1"), .seen = 200, .frames = 1}};
    feed_frame(&f, MN, 2011, "DataTime=20260102030410;a21026-Rtd=1,a21026-Flag=N");
    feed_drain(&f, at("2026-01-02 05:00:00")); /* the drain may meet a device first */
    assert_ok(device_note_many(f.r, notes, 2));
    assert_ok(device_note_many(f.r, notes, 1));
    struct device *d;
    size_t n;
    assert_ok(device_list(f.r, f.a, S(""), 10, &d, &n));
    assert_int_equal(n, 2);
    assert_str(d[0].mn, MN);
    assert_int_equal(d[0].frames, 6);
    assert_int_equal(d[0].first_seen, 100);
    assert_int_equal(d[0].findings, 4);
    struct device_finding *found;
    assert_ok(device_findings(f.r, f.a, S(MN), &found, &n));
    assert_int_equal(n, 2);
    assert_int_equal(found[0].count, 2);
    struct platform_hour hours[] = {{.mn = S(""), .hour = 2 * USEC_HOUR + 5, .cause = CAUSE_DISK_FULL, .seconds = 3000, .count = 1}};
    assert_ok(platform_cause_add(f.r, hours, 1));
    assert_ok(platform_cause_add(f.r, hours, 1));
    struct platform_hour *causes;
    assert_ok(platform_causes(f.r, f.a, S(MN), 2 * USEC_HOUR, 3 * USEC_HOUR, &causes, &n));
    assert_int_equal(n, 1);
    assert_int_equal(causes[0].seconds, 3600); /* an hour has no more */
    assert_int_equal(causes[0].count, 2);
    usec before;
    assert_ok(gateway_alive(f.r, 1000, &before));
    assert_true(before == USEC_NONE);
    assert_ok(gateway_alive(f.r, 2000, &before));
    assert_int_equal(before, 1000);
    feed_close(&f);
}

static bool same_trace(const struct frame_trace *x, const struct frame_trace *y)
{
    return x->slot == y->slot && x->arrived == y->arrived && x->qn == y->qn && x->data_time == y->data_time && x->peer == y->peer && x->shape == y->shape &&
           x->crc == y->crc && x->resubmitted == y->resubmitted && x->imported == y->imported;
}

/* Of a day with notes and of one without the same is said; a late frame is noted, too, and what is no hour is not. */
static void hours_leave_traces(void **state)
{
    struct feed f = feed_open(*state);
    struct frame_trace *noted, *read;
    size_t n, again;
    minutes_of(&f, MN, "20260102", 0, 30);
    f.arrived = at("2026-01-02 01:00:05");
    feed_frame(&f, MN, 2061, "DataTime=20260102000000;a21026-Min=1.0,a21026-Avg=2.0,a21026-Max=3.0,a21026-Flag=N");
    feed_frame(&f, MN, 2061, "DataTime=20260102010000;a21026-Avg=2,a21026-Flag=N");
    feed_drain(&f, at("2026-01-02 03:00:00"));
    assert_ok(device_traces(f.r, f.a, S(MN), day_of(at("2026-01-02 12:00:00")), day_of(at("2026-01-02 12:00:00")), &noted, &n));
    assert_int_equal(n, 0); /* no chunks yet */
    feed_drain(&f, at("2026-01-03 03:00:00"));
    f.arrived = at("2026-01-03 04:00:00");
    feed_frame(&f, MN, 2061, "DataTime=20260102020000;a21026-Avg=2.00,a21026-Flag=N");
    feed_drain(&f, at("2026-01-03 04:00:01"));
    feed_drain(&f, at("2026-01-03 05:00:00"));
    day on = day_of(at("2026-01-02 12:00:00"));
    assert_ok(device_traces(f.r, f.a, S(MN), on, on, &noted, &n));
    assert_int_equal(n, 3);
    assert_int_equal(noted[0].arrived, at("2026-01-02 01:00:05"));
    assert_int_equal(noted[1].slot, at("2026-01-02 01:00:00"));
    assert_int_equal(noted[2].arrived, at("2026-01-03 04:00:00"));
    assert_true(noted[0].shape != noted[1].shape && noted[1].shape != noted[2].shape && noted[0].peer == noted[2].peer);
    AUTO_LEASE index = {0};
    assert_ok(lease_take(f.r, PLACE_INDEX, 0, true, &index));
    assert_ok(db_exec(index.db, "DELETE FROM reading_trace", NULL, NULL));
    lease_end(&index);
    assert_ok(device_traces(f.r, f.a, S(MN), on, on, &read, &again));
    assert_int_equal(again, n);
    for (size_t i = 0; i < n; i++)
        assert_true(same_trace(&noted[i], &read[i]));
    /* a day that was chunks before there were notes gets all of them with the next late value */
    f.arrived = at("2026-01-03 06:00:00");
    feed_frame(&f, MN, 2061, "DataTime=20260102030000;a21026-Avg=2.00,a21026-Flag=N");
    feed_drain(&f, at("2026-01-03 06:00:01"));
    feed_drain(&f, at("2026-01-03 07:00:00"));
    assert_ok(device_traces(f.r, f.a, S(MN), on, on, &read, &again));
    assert_int_equal(again, 4);
    assert_int_equal(feed_count(&f, "SELECT COUNT(*) FROM reading_trace"), 1);
    for (size_t i = 0; i < n; i++)
        assert_true(same_trace(&noted[i], &read[i]));
    feed_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scene_test(groups_and_flags), scene_test(what_is_no_number_is_kept), scene_test(the_same_frame_is_one),
        scene_test(versions_are_both_kept), scene_test(the_newest_instant_of_a_minute_stands), scene_test(packets_of_a_group),
        scene_test(cadence_comes_from_the_data), scene_test(stamps_at_the_end), scene_test(odd_frames_become_events),
        scene_test(devices_and_causes), scene_test(hours_leave_traces)};
    return scene_run("drain", tests);
}
