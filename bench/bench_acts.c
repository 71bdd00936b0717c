/*
 * Acts: judging, performing, replaying, starting. On the lawful life up to the accepted entrustment, with a mix of four real
 * acts: contact.log (member), complaint.lodge, gift.report, order.give (officer). Wall seconds, because what counts is the
 * answer after fsync; the bound beside it is what a bare write and fsync of this disk takes in the same run. On a busy
 * machine read the processor seconds an act takes instead.
 *
 * bench_acts [ACTS-IN-THE-LONG-LIFE [CLIENTS]]
 */
#include "bench.h"
#include "acts/act.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static void play(struct acts *acts, const char *path)
{
    AUTO_ARENA(a);
    str text, line;
    must(file_read(a, str_of(path), 1 << 20, &text));
    while (str_next(&text, '\n', &line)) {
        struct act_answer answer;
        if (!str_trim(line).n)
            continue;
        must(act_perform(acts, a, &(struct act_request){.json = line}, &answer));
        CHECK(answer.verdict == ACT_ALLOWED);
    }
}

/* A prepared store in a file, or on the server. */
static struct store *prepared(const char *name, const char *server)
{
    char url[1024], data[128];
    struct store *s;
    struct acts *acts;
    int applied;
    snprintf(data, sizeof data, "%s/%s.d", folder, name);
    if (server)
        snprintf(url, sizeof url, "%s", server);
    else
        snprintf(url, sizeof url, "sqlite:%s/%s.db", folder, name);
    must(store_open(str_of(url), str_of(data), STORE_CREATE, &s));
    must(store_migrate(s, true, &applied));
    must(acts_open(s, ACTS_SIMULATE | ACTS_NO_THREAD, &acts));
    must(acts_batch_begin(acts));
    play(acts, LIFE);
    must(acts_batch_end(acts));
    acts_close(acts);
    return s;
}

static str mixed(struct arena *a, int i, str *ret_by)
{
    static const char *const acts[] = {
        ("{\"act\":\"contact.log\",\"member\":\"mei\",\"subject\":\"jiang\",\"time\":\"2026-03-10T20:00:00+08:00\",\"means\":\"电话\","
        "\"initiated_by\":\"企业\",\"summary\":\"第%d次，问报告何时完成，未答复\"}"),
        "{\"act\":\"complaint.lodge\",\"against\":\"某人\",\"text\":\"第%d件，夜间有异味\"}",
        "{\"act\":\"gift.report\",\"what\":\"第%d次，茶叶一盒\",\"from\":\"企业\",\"to\":\"司机\"}",
        "{\"act\":\"order.give\",\"entrustment\":\"e1\",\"to\":\"mei\",\"power\":\"evaluate\",\"text\":\"第%d次，核算停留时间\"}"};
    *ret_by = i % 4 == 0 ? S("mei-u") : S("wei");
    return arena_printf(a, acts[i % 4], i);
}

/* ---- pure judging ---- */

static void judging(struct store *s)
{
    enum { TIMES = 200000 };
    AUTO_ARENA(a);
    struct db *d;
    struct ledger_keys keys;
    struct ledger_entry entry;
    struct act act = {.arena = a};
    str json;
    bool same;
    must(db_open(s, false, &d));
    must(ledger_keys_load(s, false, &keys));
    must(act_explain(d, a, &keys, 33, NULL, &json, &same)); /* entrustment.draft, the act with most rules */
    CHECK(same);
    must(ledger_read(d, a, &keys, 33, &entry));
    act.db = d;
    must(act_reread(&act, &entry));
    const struct json *spine;
    must(json_parse(a, entry.spine, LIMIT_ACT_BYTES, &spine));
    act_take_facts(json_get(spine, S("facts")), &act.facts);
    act_judge(&act, false);
    double start = bench_cpu();
    int broken = 0;
    for (int i = 0; i < TIMES; i++) {
        act.facts.late_entry = i & 1;
        act_judge(&act, false);
        for (size_t r = 0; r < act.rules_n; r++)
            broken += act.broken[r] != 0;
    }
    double each = (bench_cpu() - start) / TIMES;
    CHECK(broken >= TIMES / 2);
    bench_line("judge (entrustment.draft)", each * 1e9, "ns", 2e-6 / each, "2 us");
    act.facts.late_entry = 1;
    act_judge(&act, false);
    struct arena *work = arena_new();
    start = bench_cpu();
    for (int i = 0; i < TIMES / 10; i++) {
        struct act copy = act;
        struct act_answer answer;
        copy.arena = work;
        act_judge(&copy, false);
        act_answer_of(&copy, &answer, false);
        if (i % 16 == 0)
            arena_reset(work);
    }
    each = (bench_cpu() - start) / (TIMES / 10);
    bench_line("judge and write the receipt", each * 1e9, "ns", 2e-6 / each, "2 us");
    arena_free(work);
    ledger_keys_clear(&keys);
    db_close(d);
}

/* ---- answered acts ---- */

struct client { struct acts *acts; int from, n; };

static void *perform(void *context)
{
    struct client *c = context;
    for (int i = 0; i < c->n; i++) {
        AUTO_ARENA(a);
        struct act_request r = {0};
        struct act_answer answer;
        r.json = mixed(a, c->from + i, &r.by);
        must(act_perform(c->acts, a, &r, &answer));
        CHECK(answer.verdict == ACT_ALLOWED);
    }
    return NULL;
}

static double process_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double clients(struct store *s, int threads, int n)
{
    static struct client c[64];
    pthread_t thread[64];
    struct acts *acts;
    must(acts_open(s, 0, &acts));
    double start = bench_wall(), cpu = process_cpu();
    for (int i = 0; i < threads; i++) {
        c[i] = (struct client){acts, i * n, n};
        CHECK(pthread_create(&thread[i], NULL, perform, &c[i]) == 0);
    }
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    double rate = threads * n / (bench_wall() - start), each = (process_cpu() - cpu) / threads / n;
    bench_line("  processor time of an act", each * 1e6, "us", 2e-4 / each, "200 us (5,000 a second on one core)");
    acts_close(acts);
    return rate;
}

/* What the disk gives: 16 KB appended and fsynced, one after the other. */
static double fsyncs(void)
{
    enum { TIMES = 500 };
    char path[128], page[16384] = {1};
    snprintf(path, sizeof path, "%s/fsync", folder);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    double start = bench_wall();
    for (int i = 0; i < TIMES; i++)
        CHECK(write(fd, page, sizeof page) == sizeof page && fdatasync(fd) == 0);
    close(fd);
    return TIMES / (bench_wall() - start);
}

/* ---- replay and start ---- */

static void lived(struct store *s, int n)
{
    struct acts *acts;
    usec now = time_now();
    must(acts_open(s, ACTS_NO_THREAD, &acts));
    must(acts_batch_begin(acts));
    for (int i = 0; i < n; i++) {
        AUTO_ARENA(a);
        struct act_request r = {.received_at = now + i};
        struct act_answer answer;
        r.json = mixed(a, i, &r.by);
        must(act_perform(acts, a, &r, &answer));
        if (i % 5000 == 4999) {
            must(acts_batch_end(acts));
            must(acts_batch_begin(acts));
        }
    }
    must(acts_batch_end(acts));
    acts_close(acts);
}

static void replaying(struct store *from)
{
    struct ledger_keys keys;
    struct store *into;
    char url[128];
    int applied;
    int64_t acts;
    snprintf(url, sizeof url, "sqlite:%s/again.db", folder);
    must(ledger_keys_load(from, false, &keys));
    must(store_open(str_of(url), S(""), STORE_CREATE, &into));
    must(store_migrate(into, true, &applied));
    double start = bench_wall(), cpu = process_cpu(), own = bench_cpu();
    must(acts_replay(from, &keys, into, NULL, NULL, &acts));
    double rate = (double)acts / (bench_wall() - start), both = process_cpu() - cpu;
    own = bench_cpu() - own; /* the applying thread */
    double slower = own > both - own ? own : both - own;
    bench_line("replay", rate, "acts/s", rate / 50000, "50,000");
    bench_line("  processor time of the slower thread", slower / (double)acts * 1e6, "us/act", (double)acts / slower / 50000, "50,000 a second");
    store_close(into);
    ledger_keys_clear(&keys);
}

static void starting(struct store *s, int64_t entries)
{
    struct acts *acts;
    double start = bench_wall();
    must(acts_open(s, 0, &acts));
    double took = bench_wall() - start;
    char name[64];
    acts_close(acts);
    snprintf(name, sizeof name, "start with %lld entries", (long long)entries);
    bench_line(name, took * 1000, "ms", 1.0 / took, "1 s");
}

static void on_sqlite(int n, int threads)
{
    char name[64];
    struct store *s = prepared("answered", NULL);
    judging(s);
    double disk = fsyncs(), one = clients(s, 1, 5000), many = clients(s, threads, 1000);
    bench_line("16 KB written and fsynced", disk, "1/s", 1, "itself");
    bench_line("answered acts, 1 client", one, "acts/s", one / 1000, "1,000");
    snprintf(name, sizeof name, "answered acts, %d clients", threads);
    bench_line(name, many, "acts/s", many / 5000, "5,000");
    store_close(s);
    s = prepared("long", NULL);
    double start = bench_wall();
    lived(s, n);
    double rate = n / (bench_wall() - start);
    bench_line("batched acts, no thread", rate, "acts/s", rate / 5000, "5,000");
    replaying(s);
    starting(s, n);
    store_close(s);
}

/* ---- PostgreSQL beside pgbench ---- */

/* Transactions a second of single-row inserts; 0 when there is no pgbench. */
static double pgbench(const char *url, int threads)
{
    char command[2048], line[256];
    double tps = 0;
    snprintf(command, sizeof command,
             "psql -q '%s' -c 'CREATE TABLE IF NOT EXISTS peer (id BIGSERIAL PRIMARY KEY, at BIGINT, note TEXT)' 2>&1 && "
             "echo \"INSERT INTO peer (at, note) VALUES (1, 'a line as long as a short act would be, or so');\" >%s/peer.sql && "
             "pgbench -n -f %s/peer.sql -c %d -j 2 -t %d '%s' 2>&1", url, folder, folder, threads, 6400 / threads, url);
    FILE *f = popen(command, "r");
    CHECK(f);
    while (fgets(line, sizeof line, f))
        if (strncmp(line, "tps = ", 6) == 0)
            tps = strtod(line + 6, NULL);
    pclose(f);
    return tps;
}

static void on_postgres(const char *url)
{
    static const int counts[] = {1, 32};
    struct store *s = prepared("postgres", url);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char name[64];
        double peer = pgbench(url, counts[i]), rate = clients(s, counts[i], 6400 / counts[i]);
        snprintf(name, sizeof name, "PostgreSQL, answered acts, %d clients", counts[i]);
        bench_line(name, rate, "acts/s", peer > 0 ? rate / peer : 0, "pgbench single-row inserts");
    }
    store_close(s);
}

int main(int argc, char **argv)
{
    const char *server = getenv("XIEZHI_TEST_POSTGRES");
    int n = argc > 1 ? atoi(argv[1]) : 100000, threads = argc > 2 ? atoi(argv[2]) : 64;
    CHECK(threads >= 1 && threads <= 64);
    snprintf(folder, sizeof folder, "%s/xiezhi-bench-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    CHECK(mkdtemp(folder));
    on_sqlite(n, threads);
    if (server && *server)
        on_postgres(server);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0;
}
