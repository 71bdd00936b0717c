/*
 * A case bundle of 300 pages: how long it takes to write (bound 5 s), how much memory (bound 150 MB), and how fast it is verified beside
 * sha256sum over the same file in the same run (bound half its rate). The pages are noise of 400 KB each: nothing of it can be
 * packed or guessed.
 */
#include "bench.h"
#include "bundle/bundle.h"
#include "bundle/check/check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGES = 300, PAGE_BYTES = 400 * 1024, ROUNDS = 3 };

static void perform(struct acts *acts, str line)
{
    AUTO_ARENA(a);
    struct act_answer answer;
    must(act_perform(acts, a, &(struct act_request){.json = line}, &answer));
    if (answer.verdict != ACT_ALLOWED) {
        fprintf(stderr, "%.*s\n%.*s\n", STR_ARG(line), STR_ARG(answer.json));
        exit(3);
    }
}

/* The story but for its seal. */
static void play(struct arena *a, struct acts *acts)
{
    str text, line;
    must(file_read(a, S(LIFE), 1 << 20, &text));
    while (str_next(&text, '\n', &line))
        if (str_trim(line).n && str_find(line, S("case.seal")) < 0)
            perform(acts, line);
}

static void add_page(struct arena *a, struct acts *acts, int i, uint64_t *seed)
{
    struct sm3 digest;
    char *page = arena_alloc(a, PAGE_BYTES, 1);
    memcpy(page, "\xff\xd8\xff", 3);
    for (size_t k = 8; k + 8 <= PAGE_BYTES; k += 8) {
        *seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
        memcpy(page + k, seed, 8);
    }
    must(blob_put(acts_store(acts), (str){page, PAGE_BYTES}, &digest));
    perform(acts, arena_printf(a, "{\"by\":\"wei\",\"act\":\"case.attach\",\"case\":\"k1\",\"kind\":\"photo\",\"form\":\"P06\",\"ref\":\"现场照片%d\","
                                  "\"date\":\"2026-03-05\",\"at\":\"2026-05-08T10:00:00+08:00\",\"captured_at\":\"2026-03-05T10:00:00+08:00\","
                                  "\"pages\":1,\"original\":\"%.*s\"}", i + 1, STR_ARG(sm3_text(a, &digest))));
}

static double sha256sum(struct arena *a, str path)
{
    double best = 1e9;
    char *command = arena_cstr(a, arena_printf(a, "sha256sum '%.*s' >/dev/null", STR_ARG(path)));
    for (int i = 0; i < ROUNDS; i++) {
        double began = bench_wall();
        if (system(command))
            exit(3);
        double took = bench_wall() - began;
        best = took < best ? took : best;
    }
    return best;
}

static double verify(struct arena *a, str path, struct bundle_report *r)
{
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        double began = bench_wall();
        must(bundle_verify(a, path, STR_NONE, NULL, NULL, r));
        double took = bench_wall() - began;
        best = took < best ? took : best;
    }
    return best;
}

/* In a child of its own: what the parent touched while it made the pages is not the bundle's memory. */
static void write_in_child(str folder, str path)
{
    pid_t child = fork();
    if (child == 0) {
        AUTO_ARENA(a);
        struct store *store;
        struct acts *acts;
        struct db *d;
        struct bundle_made made;
        struct rusage use;
        must(store_open(arena_printf(a, "sqlite:%.*s/bench.db", STR_ARG(folder)), S(""), STORE_EXISTING, &store));
        must(acts_open(store, ACTS_SIMULATE | ACTS_NO_THREAD, &acts));
        must(db_open(store, false, &d));
        struct bundle_request r = {.case_id = S("k1"), .by = S("wei"), .as_of = USEC_NONE, .now = time_now(), .path = path};
        double began = bench_wall();
        must(bundle_write(acts, d, a, &r, &made));
        double took = bench_wall() - began;
        getrusage(RUSAGE_SELF, &use);
        bench_line("bundle_write_300_pages", took * 1000, "ms", 5.0 / took, "bound of 5 s");
        bench_line("bundle_write_memory", (double)use.ru_maxrss / 1024, "MB", 150.0 * 1024 / (double)use.ru_maxrss, "bound of 150 MB");
        db_close(d);
        acts_close(acts);
        store_close(store);
        exit(0);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || status)
        exit(3);
}

static void make(struct arena *a, str folder)
{
    struct store *store;
    struct acts *acts;
    int applied;
    uint64_t seed = 88172645463325252u;
    must(store_open(arena_printf(a, "sqlite:%.*s/bench.db", STR_ARG(folder)), S(""), STORE_CREATE, &store));
    must(store_migrate(store, true, &applied));
    must(acts_open(store, ACTS_SIMULATE | ACTS_NO_THREAD, &acts));
    must(acts_batch_begin(acts));
    play(a, acts);
    for (int i = 0; i < PAGES; i++) {
        AUTO_ARENA(page);
        add_page(page, acts, i, &seed);
    }
    must(acts_batch_end(acts));
    acts_close(acts);
    store_close(store);
}

int main(void)
{
    AUTO_ARENA(a);
    char folder[] = "/tmp/xiezhi-bench-XXXXXX";
    struct bundle_report r;
    if (!mkdtemp(folder))
        return 3;
    str path = arena_printf(a, "%s/k1.zip", folder);
    make(a, str_of(folder));
    write_in_child(str_of(folder), path);
    double ours = verify(a, path, &r), theirs = sha256sum(a, path);
    if (r.fault != BUNDLE_SOUND || r.originals != PAGES)
        return 3;
    bench_line("bundle_verify", (double)r.bytes / ours / 1e6, "MB/s", theirs / ours, "sha256sum of the same file (bound 0.5)");
    bench_line("sha256sum", (double)r.bytes / theirs / 1e6, "MB/s", 1, "itself");
    char *away = arena_cstr(a, arena_printf(a, "rm -r '%s'", folder));
    return system(away) ? 3 : 0;
}
