/* What a monitor wants to know. No label carries a person, an address or an id. */
#include "web/web_private.h"

#include <string.h>
#include <sys/statvfs.h>

static const int64_t bounds_us[LATENCY_BUCKETS] = {500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 250000, 500000,
                                                   1000000, 5000000};

void metrics_answer(struct web *web, enum act_verdict v)
{
    atomic_fetch_add(&web->metrics.verdict[v], 1);
}

void metrics_request(struct web *web, int status, usec took)
{
    struct metrics *m = &web->metrics;
    atomic_fetch_add(&m->status[status >= 100 && status < 600 ? status / 100 : 0], 1);
    atomic_fetch_add(&m->latency_sum_us, took);
    for (size_t i = 0; i < LATENCY_BUCKETS; i++)
        if (took <= bounds_us[i]) {
            atomic_fetch_add(&m->latency[i], 1);
            return;
        }
}

static void counter(buf *b, const char *name, const char *kind, const char *help)
{
    buf_printf(b, "# HELP xiezhi_%s %s\n# TYPE xiezhi_%s %s\n", name, help, name, kind);
}

static void one(buf *b, const char *name, const char *kind, const char *help, int64_t value)
{
    counter(b, name, kind, help);
    buf_printf(b, "xiezhi_%s %lld\n", name, (long long)value);
}

static void requests(buf *b, struct metrics *m)
{
    int64_t total = 0, below = 0;
    counter(b, "http_requests_total", "counter", "Answers by hundreds of their status.");
    for (int i = 1; i < 6; i++) {
        total += m->status[i];
        buf_printf(b, "xiezhi_http_requests_total{status=\"%dxx\"} %lld\n", i, (long long)m->status[i]);
    }
    counter(b, "http_request_seconds", "histogram", "From the head to the queued answer.");
    for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
        below += m->latency[i];
        buf_printf(b, "xiezhi_http_request_seconds_bucket{le=\"%g\"} %lld\n", (double)bounds_us[i] / 1e6, (long long)below);
    }
    buf_printf(b, "xiezhi_http_request_seconds_bucket{le=\"+Inf\"} %lld\n", (long long)total);
    buf_printf(b, "xiezhi_http_request_seconds_sum %.6f\n", (double)m->latency_sum_us / 1e6);
    buf_printf(b, "xiezhi_http_request_seconds_count %lld\n", (long long)total);
}

static void verdicts(buf *b, struct metrics *m)
{
    static const char *const names[] = {"allowed", "held", "refused", "invalid"};
    counter(b, "acts_total", "counter", "Acts answered, by verdict.");
    for (int i = 0; i < 4; i++)
        buf_printf(b, "xiezhi_acts_total{verdict=\"%s\"} %lld\n", names[i], (long long)m->verdict[i]);
}

err *api_metrics(struct request *q, struct response *r)
{
    struct metrics *m = &q->web->metrics;
    int64_t sessions, entries;
    struct db *d;
    TRY(access_count(q, &sessions));
    TRY(request_db(q, &d));
    TRY(db_one_int(d, "SELECT MAX(seq) FROM ledger_entry", NULL, 0, &entries));
    buf b = buf_make(q->a, 64 << 10);
    requests(&b, m);
    verdicts(&b, m);
    one(&b, "sessions", "gauge", "Open sessions.", sessions);
    one(&b, "connections", "gauge", "Open connections.", m->connections);
    one(&b, "ledger_entries", "gauge", "Entries of the ledger.", entries);
    one(&b, "sign_ins_total", "counter", "Successful sign-ins.", m->sign_ins);
    one(&b, "sign_in_failures_total", "counter", "Failed sign-ins.", m->sign_in_failures);
    one(&b, "refused_unread_total", "counter", "Requests refused before their body was read.", m->refused_unread);
    one(&b, "uploads_total", "counter", "Files stored.", m->uploads);
    if (q->web->options.gateway)
        gateway_metrics_text(q->web->options.gateway, &b);
    r->status = 200;
    r->type = "text/plain; version=0.0.4; charset=utf-8";
    r->body = buf_str(&b);
    return NULL;
}

err *api_health(struct request *q, struct response *r)
{
    struct db *d;
    int64_t entries = 0;
    struct statvfs disk;
    err *e = request_db(q, &d);
    if (!e)
        e = db_one_int(d, "SELECT MAX(seq) FROM ledger_entry", NULL, 0, &entries);
    bool memory = statvfs(arena_cstr(q->a, store_folder(q->web->store)), &disk) != 0;
    int64_t free_bytes = memory ? -1 : (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    bool low = !memory && free_bytes < (64 << 20);
    buf b = buf_make(q->a, 2000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("status"), e ? S("down") : low ? S("low") : S("up"));
    json_put_str(&o, S("database"), e ? S("down") : S("up"));
    json_put_int(&o, S("ledger_entries"), entries);
    json_put_int(&o, S("disk_free_bytes"), free_bytes);
    json_put_str(&o, S("started_at"), time_rfc3339(q->a, q->web->started));
    json_close(&o, '}');
    r->status = e || low ? 503 : 200;
    r->type = "application/json";
    r->body = buf_str(&b);
    return NULL;
}
