/*
 * monitor/series/readings.h: the readings store. Frames go in durable and stay; readings come out as columns.
 *
 *   frames ── spool (group commit, answer only afterwards) ── slab (a station's hour) ── chunk (a series' day, immutable,
 *   revisioned) ── sealed month.       Nothing received is overwritten or dropped.
 *
 * Where: SQLite: folder `readings/` of the data folder: index.db (series, devices, versions, causes, catalogue),
 * spool-YYYYMMDD.db, chunks-YYYY-MM.db (open), readings-YYYY-MM-sN.db (sealed: read-only, below 2 GiB). PostgreSQL: tables
 * reading_* of the same database, chunk and spool partitioned by month and day; the same chunk bytes.
 *
 * A series is (device MN, period, factor, group). A reading is a slot of it: average, minimum, maximum, flag; live values,
 * totals and states have one value. All versions of a slot are kept (reading_version); the chunk holds the newest at its
 * revision, a later change makes a new revision and leaves the old.
 *
 * Threads: struct readings may be shared. One thread appends to the spool (the gateway's committer), one drains; any number
 * read, each through a struct reading_scan of its own. Errors: ERR_FULL: nothing was stored, do not answer the device.
 * Sources: storage dossier 2.7, 3, 6; monitoring dossier 8, 12, 13.
 */
#pragma once
#include "monitor/hj212/hj212.h"
#include "monitor/series/chunk.h"
#include "store/store.h"

struct readings;
enum readings_mode { READINGS_READ, READINGS_WRITE };
/* Makes what is missing (WRITE). A memory store has readings in a folder that goes with it. */
MUST_USE err *readings_open(struct store *s, enum readings_mode mode, struct readings **ret);
void readings_close(struct readings *r);
/* Takes the readings' own steps, where there are readings (xiezhi migrate). */
MUST_USE err *readings_migrate(struct store *s);

/* ---- spool ---- */
struct spool_frame {
    usec arrived;          /* wall clock at the last byte */
    int64_t arrived_mono;  /* monotonic, microseconds */
    uint64_t connection;   /* number of the connection since the gateway began */
    str peer;              /* "10.0.0.7:51234" */
    uint8_t crc;           /* enum hj_crc */
    uint8_t state;         /* enum spool_state */
    str raw;               /* the bytes, exactly */
};
enum spool_state { SPOOL_ACCEPTED, SPOOL_QUARANTINED /* a stretch, a bad CRC: evidence, never decoded into readings */,
                   SPOOL_REFUSED /* not on the access list: head only */ };
struct spool_clock { int64_t offset_us; int64_t error_us; bool synchronised; }; /* of this machine against the reference */
/* All or nothing, durable when it returns NULL. Frames of one call are one batch; *ret_batch names it.
 * ERR_FULL, ERR_IO, ERR_DATABASE: nothing of it is stored. */
MUST_USE err *spool_append(struct readings *r, const struct spool_frame *frames, size_t n, const struct spool_clock *clock,
                           int64_t *ret_batch);
/* Calls each() for frames with arrived in [from, to), in order of batch and place. */
struct spool_place { int64_t batch; int32_t at; };
MUST_USE err *spool_scan(struct readings *r, usec from, usec to,
                         err *(*each)(void *context, const struct spool_frame *f, struct spool_place place), void *context);
/* One frame, byte for byte, with what was known of it. */
MUST_USE err *spool_get(struct readings *r, struct arena *a, struct spool_place place, struct spool_frame *ret,
                        struct spool_clock *ret_clock);

/* ---- drain: frames into readings ---- */
struct drain_report { int64_t frames, duplicates, readings, versions, unreadable, slabs, chunks; };
/* Decodes what the spool has and the readings do not: latest values, slabs; days that are over by `now` minus the grace, and
 * days that late values touched, become chunks. Idempotent: after a crash at any point the next call goes on. */
MUST_USE err *readings_drain(struct readings *r, usec now, struct drain_report *ret);
/* The day's chunks as one RFC 6962 tree over their leaves in order of series key: what is anchored in the ledger. The caller
 * performs the act readings.anchor with it; days are offered until readings_anchored(). */
struct reading_anchor { day day; int32_t revision; int64_t chunks; struct sm3 root; };
MUST_USE err *readings_to_anchor(struct readings *r, struct arena *a, struct reading_anchor **ret, size_t *ret_n);
MUST_USE err *readings_anchored(struct readings *r, const struct reading_anchor *anchor, int64_t seq);
/* What has been anchored, by day and revision: to be compared with the ledger's entries. */
struct reading_anchored { struct reading_anchor anchor; int64_t seq; };
MUST_USE err *readings_anchors(struct readings *r, struct arena *a, struct reading_anchored **ret, size_t *ret_n);
/* ERR_DAMAGED when the chunks never gave this root: what the ledger holds of the day, and the day, do not agree. */
MUST_USE err *readings_anchor_check(struct readings *r, const struct reading_anchor *anchor);
/* Proof that a chunk stands in its day's anchor: the leaf's index and the path (ledger/proof_inclusion_holds). */
struct reading_proof { struct reading_anchor anchor; int64_t seq, index; size_t n; struct sm3 leaf, node[64]; };
MUST_USE err *readings_prove(struct readings *r, int64_t series, day d, struct reading_proof *ret);
/* A copy of the files that can be taken while others write: sealed files checked against their digests and copied, the others by
 * SQLite's backup, the index first and the spool last, so that the copy's spool has all its index has drained. `to` is the data
 * folder of the copy. PostgreSQL: nothing, its own tools take the tables along. */
MUST_USE err *readings_copy(struct readings *r, str to, int64_t *ret_files);
/* Closes a month: all its days are chunks, the files are below 2 GiB, read-only, their digests in the catalogue. */
MUST_USE err *readings_seal_month(struct readings *r, int year, int month);
/* Seals each month that ended ten days ago and was never sealed; one that late values wait for is left for another time. */
MUST_USE err *readings_seal_due(struct readings *r, usec now, int *ret_sealed);
/* Re-reads everything: spool batches, chunks, months, trees. bad() for each fault. *ret_chunks: how many were read. */
MUST_USE err *readings_verify(struct readings *r, void (*bad)(void *context, str what), void *context, int64_t *ret_chunks);

/* ---- what there is ---- */
enum reading_period { PERIOD_LIVE /* 2011 */, PERIOD_MINUTE /* 2051 */, PERIOD_HOUR /* 2061 */, PERIOD_DAY /* 2031 */,
                      PERIOD_STATE /* 2021, 2041 */, PERIODS };
enum reading_group { GROUP_VALUE /* Rtd or Avg, Min, Max */, GROUP_CONVERTED /* Zs.. */, GROUP_TOTAL /* Cou */,
                     GROUP_OTHER /* any other kind, in `kind` */, GROUPS };
struct series {
    int64_t id;
    str mn, factor, kind;    /* factor: its 2017 code where there is one; kind: GROUP_OTHER only, "" else */
    uint8_t period, group;
    int32_t cadence_s;
    str key;                 /* "MN|minute|a21026|value": stable, in the leaf */
    day first, last;         /* days it has readings of */
};
struct series_filter { str mn, factor; int period /* -1 any */, group /* -1 any */; };
MUST_USE err *series_list(struct readings *r, struct arena *a, const struct series_filter *f, struct series **ret, size_t *ret_n);
MUST_USE err *series_find(struct readings *r, struct arena *a, str mn, enum reading_period period, str factor,
                          enum reading_group group, struct series *ret); /* ERR_MISSING */

/* ---- columns ---- */
struct reading_scan; /* one thread's way through chunks and, for days not yet chunks, slabs */
MUST_USE err *reading_scan_open(struct readings *r, struct arena *a, struct reading_scan **ret);
void reading_scan_close(struct reading_scan *s);
/* Calls each() for every day of the series in [first, last] that has readings, oldest first. The day belongs to the scan until
 * the next call. as_of: USEC_NONE the newest revision, else what was known then. */
MUST_USE err *reading_scan_days(struct reading_scan *s, int64_t series, day first, day last, usec as_of,
                                err *(*each)(void *context, const struct chunk_day *d), void *context);
/* Headers only (daily roll-up). */
MUST_USE err *reading_scan_heads(struct reading_scan *s, int64_t series, day first, day last,
                                 err *(*each)(void *context, const struct chunk_head *h), void *context);

/* All versions of slots in [from, to): every different value received, in order of arrival. */
struct reading_version {
    int64_t series; usec at;               /* beginning of the slot */
    usec arrived; bool resubmitted;        /* RF=1, or after the slot's first value */
    str average, minimum, maximum; char flag; /* texts as they came */
    struct spool_place frame;
};
MUST_USE err *reading_versions(struct readings *r, struct arena *a, int64_t series, usec from, usec to, size_t limit,
                               struct reading_version **ret, size_t *ret_n);
/* The frames a slot's values came in. */
MUST_USE err *reading_frames(struct readings *r, struct arena *a, int64_t series, usec at, size_t limit,
                             struct spool_place **ret, size_t *ret_n);
/* What the frames of hours (2061) tell beside their values, of days in [first, last] that are chunks, by day. peer: digest of the address they came from,
 * without the port; shape: of field order and decimals. */
struct frame_trace { usec slot /* the hour it reports */, arrived, qn, data_time /* USEC_NONE: the frame had none */; uint32_t peer; uint16_t shape;
                     uint8_t crc /* enum hj_crc */; bool resubmitted /* it says so */, imported /* its times are the import's */; };
enum { LIMIT_TRACE_DAYS = 400 };
MUST_USE err *device_traces(struct readings *r, struct arena *a, str mn, day first, day last, struct frame_trace **ret, size_t *ret_n);
/* Newest live value of each factor of a device. */
struct reading_latest { str factor, text, flag; usec at, arrived; uint8_t group; uint8_t period; };
MUST_USE err *reading_latest(struct readings *r, struct arena *a, str mn, struct reading_latest **ret, size_t *ret_n);

/* ---- overlays: marks, corrections, limits (acts outlet.mark, outlet.correct, limit.import) ---- */
struct reading_mark { str id, kind, reason, author; usec from, to, entered; int64_t seq;
                      str factors; /* "a21026 a21002"; "" every factor */ };
/* Marks in force (not withdrawn) that touch [from, to), by beginning. */
MUST_USE err *reading_marks(struct readings *r, struct arena *a, str mn, usec from, usec to, struct reading_mark **ret, size_t *ret_n);
/* A limit with its dates and basis, as it stood in force on a day. value = mantissa * 10^-scale in the factor's unit. */
struct reading_limit { str factor, source; uint8_t converted; uint8_t period; int64_t mantissa; int8_t scale; day from, to; int64_t seq;
                       bool lower; /* a floor (furnace temperature, pH) */ str unit; };
/* Segments inside [from, to], by factor and beginning: on each day one limit per factor, basis, period and side. */
MUST_USE err *reading_limits(struct readings *r, struct arena *a, str mn, day from, day to, struct reading_limit **ret, size_t *ret_n);

/* What an officer put over a value (outlet.correct); the newest of a slot. The value received stays. */
struct reading_correction { usec slot; int64_t mantissa; int8_t scale; str id, reason, author; usec entered; int64_t seq; };
MUST_USE err *reading_corrections(struct readings *r, struct arena *a, str mn, str factor, enum reading_period period, bool converted,
                                  usec from, usec to, struct reading_correction **ret, size_t *ret_n);
/* The outlet a logger reports for on a day, as registered. ERR_MISSING. */
struct reading_outlet { str id, name, subject, kind, industry, process; int o2_reference_permille; /* 0: nothing is converted */
                        int64_t area_mm2; int32_t cadence_s; day from, to; };
MUST_USE err *reading_outlet(struct readings *r, struct arena *a, str mn, day d, struct reading_outlet *ret);

/* ---- aggregation: hours and days as recomputed (monitoring dossier 2.11, 8.1, 8.2; settings behind it) ---- */
struct aggregate_rules {
    int minutes_valid;     /* of an hour: 45; of fewer slots in proportion */
    int hours_valid;       /* of a day: 20 */
    bool flow_weighted;    /* water: mean weighted by flow */
    const char *valid_flags; /* "N?": normal, and what came without a flag */
    bool marks_invalidate; /* valid 标记 take slots out */
    int transmission_percent_least; /* 有效传输率 below it is worth a look */
};
struct aggregate_rules aggregate_rules_of(str factor); /* gas or water by its code; published defaults */
MUST_USE err *aggregate_rules_set(struct readings *r, str factor, struct aggregate_rules *ret); /* as policy.set says today */
struct aggregate_hour {
    usec at; int valid;           /* slots used */
    int expected, received, marked; /* slots there are; that came; that a mark took out */
    bool enough, weighted, corrected;
    int64_t sum, divisor; int8_t decimals; /* mean = sum / divisor, exact, in 10^-decimals; divisor 0: nothing to average */
    int64_t low, high;            /* interval of the mean given rounding of each minute: in 10^-(decimals+6) */
    bool reported; int64_t reported_mantissa; int8_t reported_scale; char reported_flag;
};
/* Hours of [first, last] from the minutes of a series, beside what the device reported for the hour. Only hours of which
 * something came, computed or reported. */
MUST_USE err *aggregate_hours(struct readings *r, struct arena *a, str mn, str factor, enum reading_group group, day first,
                              day last, const struct aggregate_rules *rules, struct aggregate_hour **ret, size_t *ret_n);
/* The same for days from hours as reported; `valid` counts hours. */
MUST_USE err *aggregate_days(struct readings *r, struct arena *a, str mn, str factor, enum reading_group group, day first,
                             day last, const struct aggregate_rules *rules, struct aggregate_hour **ret, size_t *ret_n);
/* May the reported mean be the computed one, given how both were rounded? True where there is nothing to compare: no report, or
 * too few slots for a mean. */
bool aggregate_agrees(const struct aggregate_hour *h);
/* 传输率 and 有效率 of each day over the slots of a period. What the plant stood still, and what we failed to take, is not owed. */
struct aggregate_rate { day day; int slots, stopped, platform, owed, received, valid; };
MUST_USE err *aggregate_rates(struct readings *r, struct arena *a, str mn, str factor, enum reading_period period, day first, day last,
                              const struct aggregate_rules *rules, struct aggregate_rate **ret, size_t *ret_n);

/* ---- devices and our own failures (written by the gateway) ---- */
struct device { str mn; usec first_seen, last_seen; int64_t frames, findings, quarantined, resubmitted; int32_t profile; str peer; };
MUST_USE err *device_list(struct readings *r, struct arena *a, str after /* MN */, int limit, struct device **ret, size_t *ret_n);
/* A profile is JSON text (gateway/profile.h); a new version is an event. */
MUST_USE err *device_profile(struct readings *r, struct arena *a, str mn, int32_t version /* -1 newest */, str *ret_json, int32_t *ret_version);
struct device_event { usec at; str mn, kind, detail; };
MUST_USE err *device_events(struct readings *r, struct arena *a, str mn /* "" all */, usec from, usec to, int limit,
                            struct device_event **ret, size_t *ret_n);
/* Per device and finding (hj_finding_name): how often, first and last. */
struct device_finding { str name; int64_t count; usec first, last; struct spool_place example; };
MUST_USE err *device_findings(struct readings *r, struct arena *a, str mn, struct device_finding **ret, size_t *ret_n);
enum platform_cause { CAUSE_SERVER_DOWN, CAUSE_DISK_FULL, CAUSE_REFUSED, CAUSE_CLOCK, CAUSE_OVERLOAD, CAUSE_DATABASE, CAUSES };
const char *platform_cause_text(enum platform_cause c); /* "平台停机" */
struct platform_hour { str mn; /* "" every device */ usec hour; uint8_t cause; int32_t seconds; int64_t count; };
MUST_USE err *platform_causes(struct readings *r, struct arena *a, str mn, usec from, usec to, struct platform_hour **ret, size_t *ret_n);
/* For the gateway: adds to the counts of an hour; profile and event writers. One transaction per call. */
struct device_note { str mn, peer; usec seen; int64_t frames, quarantined, resubmitted; uint64_t findings; struct spool_place example; };
MUST_USE err *device_note_many(struct readings *r, const struct device_note *notes, size_t n);
/* The notes of a batch that came without a gateway (import): devices, findings, when they last reported. */
MUST_USE err *device_note_frames(struct readings *r, const struct spool_frame *frames, size_t n, int64_t batch);
MUST_USE err *device_profile_put(struct readings *r, str mn, str json, str event_detail, usec at);
MUST_USE err *device_event_put(struct readings *r, usec at, str mn, str kind, str detail);
MUST_USE err *platform_cause_add(struct readings *r, const struct platform_hour *hours, size_t n);
/* When a gateway was last alive on this store; USEC_NONE never. Called every few seconds with `now` to say so. */
MUST_USE err *gateway_alive(struct readings *r, usec now, usec *ret_before);

/* ---- forwarding (the gateway): how far another platform has got in the spool ---- */
/* Frames behind `after`, at most `limit`, in order of batch and place; each() as in spool_scan. */
MUST_USE err *spool_scan_after(struct readings *r, struct spool_place after, size_t limit,
                               err *(*each)(void *context, const struct spool_frame *f, struct spool_place place), void *context);
MUST_USE err *spool_end(struct readings *r, struct spool_place *ret); /* of the newest frame; {0, -1}: there is none */
MUST_USE err *forward_place_get(struct readings *r, str target, struct spool_place *ret, bool *ret_known);
MUST_USE err *forward_place_put(struct readings *r, str target, struct spool_place place);
