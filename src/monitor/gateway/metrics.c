/* What a monitor wants to know. No label carries a device. Latencies in eighths of an octave: a quantile is right within a tenth. */
#include "monitor/gateway/gateway_private.h"

#include <string.h>

static size_t bucket_of(int64_t us)
{
    if (us < 8)
        return us < 0 ? 0 : (size_t)us;
    int octave = 63 - __builtin_clzll((unsigned long long)us);
    size_t at = (size_t)(octave - 2) * 8 + (size_t)(us >> (octave - 3) & 7);
    return at < LATENCY_BUCKETS ? at : LATENCY_BUCKETS - 1;
}

/* The upper end of a bucket. */
static int64_t bucket_most(size_t at)
{
    if (at < 8)
        return (int64_t)at;
    int octave = (int)(at / 8) + 2;
    return (((int64_t)(at % 8) + 9) << (octave - 3)) - 1;
}

void latency_note(struct gateway *g, int64_t microseconds)
{
    atomic_fetch_add(&g->m.latency[bucket_of(microseconds)], 1);
}

static int64_t quantile(struct gateway *g, int64_t permille)
{
    int64_t total = 0, below = 0;
    for (size_t i = 0; i < LATENCY_BUCKETS; i++)
        total += g->m.latency[i];
    for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
        below += g->m.latency[i];
        if (total && below * 1000 >= total * permille)
            return bucket_most(i);
    }
    return 0;
}

void gateway_metrics_read(struct gateway *g, struct gateway_metrics *ret)
{
    struct gateway_metrics m = {
        .connections = g->m.connections, .connections_total = g->m.connections_total, .frames = g->m.frames, .bytes = g->m.bytes,
        .duplicates = g->m.duplicates, .stretches = g->m.stretches, .refused = g->m.refused, .answers = g->m.answers,
        .commits = g->m.commits, .commit_failures = g->m.commit_failures, .waiting = g->waiting_frames, .drained_to = g->m.drained_to,
        .answer_us_p50 = quantile(g, 500), .answer_us_p99 = quantile(g, 990), .clock_offset_us = g->m.clock_offset_us};
    for (int i = 0; i < HJ_CRC_KINDS; i++)
        m.crc[i] = g->m.crc[i];
    for (size_t i = 0; i < g->forwarders_n; i++)
        m.forward_waiting += forward_metrics_of(g->forwarders[i]).waiting;
    *ret = m;
}

static void head(buf *b, const char *name, const char *kind, const char *help)
{
    buf_printf(b, "# HELP xiezhi_gateway_%s %s\n# TYPE xiezhi_gateway_%s %s\n", name, help, name, kind);
}

static void one(buf *b, const char *name, const char *kind, const char *help, int64_t value)
{
    head(b, name, kind, help);
    buf_printf(b, "xiezhi_gateway_%s %lld\n", name, (long long)value);
}

static void labelled(buf *b, const char *name, const char *label, const char *value, int64_t n)
{
    buf_printf(b, "xiezhi_gateway_%s{%s=\"%s\"} %lld\n", name, label, value, (long long)n);
}

static void closes(buf *b, struct gateway *g)
{
    head(b, "closed_total", "counter", "Connections closed by a limit.");
    labelled(b, "closed_total", "limit", "idle", g->m.closed_idle);
    labelled(b, "closed_total", "limit", "slow", g->m.closed_slow);
    labelled(b, "closed_total", "limit", "noise", g->m.closed_noise);
    labelled(b, "closed_total", "limit", "unread", g->m.closed_unread);
    labelled(b, "closed_total", "limit", "connections", g->m.turned_away);
    labelled(b, "closed_total", "limit", "probe", g->m.probes);
}

static void forwards(buf *b, struct gateway *g)
{
    head(b, "forward_sent_total", "counter", "Frames sent to another platform, again ones included.");
    for (size_t i = 0; i < g->forwarders_n; i++)
        labelled(b, "forward_sent_total", "to", forward_name(g->forwarders[i]).p, forward_metrics_of(g->forwarders[i]).sent);
    head(b, "forward_answered_total", "counter", "Answers of another platform.");
    for (size_t i = 0; i < g->forwarders_n; i++)
        labelled(b, "forward_answered_total", "to", forward_name(g->forwarders[i]).p, forward_metrics_of(g->forwarders[i]).answered);
    head(b, "forward_waiting", "gauge", "Frames another platform has not taken.");
    for (size_t i = 0; i < g->forwarders_n; i++)
        labelled(b, "forward_waiting", "to", forward_name(g->forwarders[i]).p, forward_metrics_of(g->forwarders[i]).waiting);
}

void gateway_metrics_text(struct gateway *g, buf *b)
{
    struct gateway_metrics m;
    gateway_metrics_read(g, &m);
    one(b, "connections", "gauge", "Open connections.", m.connections);
    one(b, "connections_total", "counter", "Connections taken.", m.connections_total);
    one(b, "frames_total", "counter", "Frames read, of any kind.", m.frames);
    head(b, "frames_crc_total", "counter", "Frames by kind of checksum.");
    for (int i = 0; i < HJ_CRC_KINDS; i++)
        labelled(b, "frames_crc_total", "kind", hj_crc_name((enum hj_crc)i), m.crc[i]);
    one(b, "bytes_total", "counter", "Bytes read.", m.bytes);
    one(b, "duplicates_total", "counter", "Frames answered again and not stored again.", m.duplicates);
    one(b, "stretches_total", "counter", "Stretches that were no frames.", m.stretches);
    one(b, "noise_bytes_total", "counter", "Bytes of no frame.", g->m.noise_bytes);
    one(b, "quarantine_dropped_total", "counter", "Stretches beyond the hour's limit, only counted.", g->m.quarantine_dropped);
    one(b, "refused_total", "counter", "Frames refused by the access list.", m.refused);
    one(b, "answers_total", "counter", "Answers given.", m.answers);
    one(b, "commits_total", "counter", "Batches made durable.", m.commits);
    one(b, "commit_failures_total", "counter", "Batches the store refused; each is tried again.", m.commit_failures);
    one(b, "waiting", "gauge", "Frames waiting for their commit.", m.waiting);
    one(b, "rests_total", "counter", "Times a connection spent its share and waited its turn.", g->m.rests);
    one(b, "events_lost_total", "counter", "Events that found the inbox full.", g->m.events_lost);
    one(b, "clock_offset_microseconds", "gauge", "Of this machine against its reference.", m.clock_offset_us);
    one(b, "clock_jumps_total", "counter", "Jumps of the wall clock.", g->m.clock_jumps);
    one(b, "drained_to_seconds", "gauge", "Arrival of the newest frame that is in the readings.", m.drained_to / USEC_SECOND);
    closes(b, g);
    head(b, "answer_seconds", "summary", "From a frame's last byte to its answer.");
    buf_printf(b, "xiezhi_gateway_answer_seconds{quantile=\"0.5\"} %.6f\nxiezhi_gateway_answer_seconds{quantile=\"0.99\"} %.6f\n",
               (double)m.answer_us_p50 / 1e6, (double)m.answer_us_p99 / 1e6);
    if (g->forwarders_n)
        forwards(b, g);
}
