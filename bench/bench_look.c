/*
 * What the look costs. Goals: a new report against 10^5 in <= 1 s, exact check of its candidates included; the score of 10^5 subjects out of
 * the store in <= 2 s. Peer in the same run: the same search as people write it first, sets of shingles in plain Python 3 over a part of
 * the corpus, scaled to all of it (one pass over the corpus is linear). Bound: one pass over the kept pieces' bytes at the speed of memory.
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/near.h"
#include "analysis/print.h"
#include "analysis/target.h"

enum { REPORTS = 100000, PROVIDERS = 200, SENTENCES = 60, QUERIES = 20, PEER_REPORTS = 2000, SUBJECTS = 100000, PRINTS = 100000 };

static uint64_t state = 88172645463325252u;

static uint32_t below(uint32_t n)
{
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (uint32_t)((state * UINT64_C(2685821657736338717)) >> 33) % n;
}

/* Words of three characters out of 3,000; a sentence of eight. A provider has its own opening. */
static void sentence(buf *b)
{
    for (int w = 0; w < 8; w++) {
        uint32_t word = below(3000);
        for (uint32_t c = 0; c < 3; c++)
            buf_utf8(b, 0x4e00 + (word * 7 + c * 1009) % 6000);
    }
    buf_add(b, S("。\n"));
}

static str report(struct arena *a, uint32_t provider)
{
    buf b = buf_make(a, 64 << 10);
    uint64_t kept = state;
    state = 1000003 + provider * 7919;
    for (int i = 0; i < 4; i++)
        sentence(&b);
    state = kept;
    for (int i = 0; i < SENTENCES; i++)
        sentence(&b);
    return buf_str(&b);
}

struct corpus { struct near_doc doc[REPORTS]; str text[QUERIES + PEER_REPORTS]; };

/* Full texts are kept of the first few: the rest is what the store keeps of a report. */
static struct corpus *make(struct arena *a)
{
    struct corpus *c = NEW(a, struct corpus);
    for (size_t i = 0; i < REPORTS; i++) {
        AUTO_ARENA(own);
        struct near_text t;
        str text = report(own, (uint32_t)i % PROVIDERS);
        near_text_of(own, text, &t);
        c->doc[i] = (struct near_doc){(uint32_t)i % PROVIDERS, t.kept_n, arena_copy(a, t.kept, t.kept_n * sizeof *t.kept + 1)};
        if (i < QUERIES + PEER_REPORTS)
            c->text[i] = arena_str(a, text);
    }
    return c;
}

static str disguise(struct arena *a, str text)
{
    buf b = buf_make(a, 128 << 10);
    str line;
    for (int i = 0; str_next(&text, '\n', &line); i++) {
        if (i % 6 == 5)
            sentence(&b);
        else
            buf_printf(&b, "%.*s\n", STR_ARG(line));
    }
    return buf_str(&b);
}

static double search(struct arena *a, const struct corpus *c, const struct near_index *ix, int *ret_found)
{
    double started = bench_cpu();
    *ret_found = 0;
    for (int q = 0; q < QUERIES; q++) {
        struct near_text t, other;
        struct near_pair pair = {0};
        struct near_found found[NEAR_CANDIDATES];
        near_text_of(a, disguise(a, c->text[q]), &t);
        size_t n = near_find(ix, &(struct near_doc){PROVIDERS, t.kept_n, t.kept}, SIZE_MAX, 500, found);
        for (size_t k = 0; k < n; k++) {
            if (found[k].doc != (size_t)q)
                continue;
            near_text_of(a, c->text[q], &other);
            near_compare(ix, &t, &other, &pair);
        }
        *ret_found += pair.rest >= 500;
    }
    return (bench_cpu() - started) / QUERIES;
}

/* Seconds for one report against PEER_REPORTS in plain Python; 0: no Python here. */
static double peer(struct arena *a, const struct corpus *c)
{
    char name[] = "/tmp/xiezhi-bench-XXXXXX";
    int fd = mkstemp(name);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    double seconds = 0;
    if (!f)
        return 0;
    for (int i = 0; i < PEER_REPORTS; i++) {
        fwrite(c->text[i].p, 1, c->text[i].n, f);
        fputc(0, f);
    }
    fclose(f);
    str command = arena_printf(a, "python3 -c \"import time\nd=open('%s',encoding='utf-8').read().split(chr(0))[:-1]\ng=lambda t:{t[i:i+12] for i in range(len(t)-11)}\n"
                                  "s=[g(t) for t in d]\nt0=time.process_time()\nq=g(d[7][:-900])\nb=max((len(q&x)/len(q|x),i) for i,x in enumerate(s))\n"
                                  "assert b[1]==7\nprint(time.process_time()-t0)\" 2>/dev/null", name);
    FILE *p = popen(arena_cstr(a, command), "r");
    if (!p || fscanf(p, "%lf", &seconds) != 1)
        seconds = 0;
    if (p)
        pclose(p);
    remove(name);
    return seconds;
}

static double one_pass(const struct corpus *c)
{
    double started = bench_cpu();
    uint32_t sum = 0;
    for (size_t i = 0; i < REPORTS; i++)
        for (size_t k = 0; k < c->doc[i].n; k++)
            sum += c->doc[i].kept[k];
    volatile uint32_t keep = sum;
    (void)keep;
    return bench_cpu() - started;
}

static void texts(void)
{
    AUTO_ARENA(a);
    int found;
    struct corpus *c = make(a);
    double started = bench_cpu();
    const struct near_index *ix = near_index_build(a, c->doc, REPORTS);
    double build = bench_cpu() - started, query = search(a, c, ix, &found), python = peer(a, c) * REPORTS / PEER_REPORTS, pass = one_pass(c);
    printf("reports %d, disguised copies found %d of %d\n", REPORTS, found, QUERIES);
    bench_line("near: index of 10^5 reports", build, "s", build / REPORTS * 1e6, "microseconds a report");
    bench_line("near: a new report against 10^5", query * 1e3, "ms", 1 / query, "of the goal of 1 s");
    if (python > 0)
        bench_line("near: the same, sets in Python", python * 1e3, "ms", python / query, "slower than ours");
    bench_line("near: one pass over the kept pieces", pass * 1e3, "ms", pass / query, "our query");
}

static void prints(void)
{
    AUTO_ARENA(a);
    struct print *q = NEW(a, struct print), *s = NEW_ARRAY(a, 64, struct print);
    int bits = 0;
    for (size_t i = 0; i < 64 * PRINT_WINDOWS; i++)
        s[i / PRINT_WINDOWS].window[i % PRINT_WINDOWS] = (uint64_t)below(UINT32_MAX) << 31 ^ below(UINT32_MAX);
    *q = s[3];
    double started = bench_cpu();
    for (size_t i = 0; i < PRINTS; i++)
        bits += print_match(q, &s[i % 64]).bits;
    double took = bench_cpu() - started;
    printf("(%d)\n", bits);
    bench_line("print: a new picture against 10^5", took * 1e3, "ms", 1 / took, "of 1 s");
}

static void targets(void)
{
    AUTO_ARENA(a);
    char folder[] = "/tmp/xiezhi-bench-XXXXXX";
    struct store *store;
    struct db *d;
    int applied;
    struct target_input *in;
    size_t n;
    CHECK(mkdtemp(folder));
    CHECK(!store_open(arena_printf(a, "sqlite:%s/t.db", folder), S(""), STORE_CREATE, &store) && !store_migrate(store, true, &applied) && !db_open(store, true, &d));
    CHECK(!db_begin_write(d));
    static const char *const classes[] = {"key", "general", "special"};
    for (int i = 0; i < SUBJECTS; i++) {
        char id[24];
        snprintf(id, sizeof id, "s%06d", i);
        CHECK(!db_put(d, "INSERT INTO subject (id, seq, name, region, class, industry, permit_no) VALUES (:id, :seq, :id, 420102, :class, '化工', 'P')",
                      DB_ARGS(DB_T("id", str_of(id)), DB_I("seq", i), DB_T("class", str_of(classes[below(3)])))));
        for (uint32_t v = below(3); v-- > 0;) {
            char visit[32];
            snprintf(visit, sizeof visit, "v%06d-%u", i, v);
            CHECK(!db_put(d, "INSERT INTO visit (id, seq, entrustment, subject, starts, ends, emergency, helpers, author, state, state_seq) VALUES (:id, 1, 'e', :subject, :at, :at,"
                             " 0, 0, 'x', 'closed', 1)",
                          DB_ARGS(DB_T("id", str_of(visit)), DB_T("subject", str_of(id)), DB_I("at", (20000 + below(600)) * USEC_DAY))));
        }
    }
    CHECK(!db_commit(d));
    double started = bench_wall();
    CHECK(!target_load(d, a, 420000, 429999, STR_NONE, 20600, &in, &n) && n == SUBJECTS);
    double load = bench_wall() - started;
    struct target *t = NEW_ARRAY(a, n, struct target);
    struct target_settings s = {.lookback_months = 36, .minimum_percent = 30, .cap_default = 9};
    for (int k = 0; k < TARGET_TERM_COUNT; k++)
        s.weight[k] = 10;
    started = bench_wall();
    target_score(&s, in, n, 20600, t);
    double score = bench_wall() - started;
    bench_line("target: load 10^5 subjects", load * 1e3, "ms", 2 / (load + score), "of the goal of 2 s");
    bench_line("target: score 10^5 subjects", score * 1e3, "ms", load / score, "of it is reading");
    db_close(d);
    store_close(store);
    str command = arena_printf(a, "rm -rf '%s'", folder);
    CHECK(system(arena_cstr(a, command)) == 0);
}

int main(void)
{
    texts();
    prints();
    targets();
    return 0;
}
