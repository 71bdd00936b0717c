/*
 * The codec on generated frames of 256 bytes in the mean, one thread, warm: framing and checksum; head; full decode with
 * exact numbers, findings and all; JSON lines. The same file goes to decoders in Node.js and Python 3 (bench/peers),
 * written plainly and for speed, doing the same work: how many frames each accepted stands beside its figure.
 */
#include "bench.h"
#include "monitor/hj212/hj212.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ours gets more rounds than a peer, as its rounds are short: both are watched for about a second. */
enum { FRAMES = 20000, ROUNDS = 100, PEER_ROUNDS = 10, OUTPUT = 1 << 20 };

static uint64_t seed = 212;

static unsigned below(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % n;
}

/* Real-time frames of two or three factors and hour frames of one to three: 256 bytes in the mean. */
static void frame_add(buf *out, struct arena *a)
{
    static const char *const codes[] = {"a21026", "a21002", "a34013", "a19001", "a01012", "w01018", "w21003", "w21011"};
    bool hour = below(2);
    unsigned first = below(8), n = hour ? 1 + below(2) : 2 + below(3);
    buf data = buf_make(a, 4096);
    buf_printf(&data, "DataTime=202601%02u%02u%02u00", 1 + below(28), below(24), below(60));
    for (unsigned i = 0; i < n; i++) {
        const char *code = codes[(first + i) % 8];
        unsigned v = below(900) + 10;
        if (hour)
            buf_printf(&data, ";%s-Min=%u.%02u,%s-Avg=%u.%02u,%s-Max=%u.%02u,%s-Cou=%u.%02u,%s-Flag=N", code, v, below(100), code,
                       v + 1, below(100), code, v + 2, below(100), code, v / 9, below(100), code);
        else
            buf_printf(&data, ";%s-Rtd=%u.%02u,%s-ZsRtd=%u.%02u,%s-Flag=N", code, v, below(100), code, v, below(100), code);
    }
    str qn = arena_printf(a, "202601%02u%02u%02u%02u%03u", 1 + below(28), below(24), below(60), below(60), below(1000));
    str mn = arena_printf(a, "420100A1B2C3D4E5F6%06u", below(1000000));
    struct hj_head h = {.edition = HJ_2017, .qn = qn, .st = S("31"), .cn = hour ? S("2061") : S("2011"), .pw = S("123456"),
                        .mn = mn, .flag = 5};
    CHECK(!hj_encode(out, &h, buf_str(&data)));
}

struct work {
    str bytes;
    int level; /* 1 framing and checksum, 2 head, 3 full, 4 JSON */
    struct hj_value *values;
    buf out;
    size_t frames, accepted, n_values, printed;
    uint64_t sum;
};

static void one(struct work *w, const struct hj_cut *cut)
{
    static const struct hj_options options = {0};
    struct hj_frame f;
    w->frames++;
    if (w->level == 1) {
        w->accepted += hj_crc_kind(cut->segment, cut->crc) == HJ_CRC_OK;
        return;
    }
    if (w->level == 2) {
        hj_decode_head(cut, &options, &f);
    } else {
        hj_decode(cut, &options, NULL, w->values, HJ_LIMIT_VALUES, &f);
        w->n_values += f.n;
        w->sum += (uint64_t)f.values[f.n - 2].mantissa;
    }
    w->accepted += f.accepted;
    if (w->level < 4)
        return;
    struct json_out json = {&w->out, false};
    hj_frame_json(&f, (int64_t)(cut->raw.p - w->bytes.p), &json);
    w->printed += w->out.n;
    w->out.n = 0;
}

static double pass(struct work *w)
{
    double start = bench_cpu();
    for (size_t at = 0; at < w->bytes.n;) {
        struct hj_cut cut = hj_cut(str_sub(w->bytes, at, w->bytes.n), true);
        CHECK(cut.kind == HJ_CUT_FRAME);
        one(w, &cut);
        at += cut.n;
    }
    return bench_cpu() - start;
}

/* Seconds for one pass: the best of several, as the machine has others to serve. */
static double measure(struct work *w, int level)
{
    double best = 1e9;
    w->level = level;
    for (int i = 0; i < ROUNDS; i++) {
        w->frames = w->accepted = w->n_values = w->printed = 0;
        double seconds = pass(w);
        best = seconds < best ? seconds : best;
    }
    return best;
}

struct peer { const char *name, *command; double seconds[4]; size_t accepted; };

static bool peer_run(struct peer *p, const char *file, int level)
{
    char command[1024];
    unsigned long long frames, accepted;
    double seconds;
    snprintf(command, sizeof command, "%s %s %d %d", p->command, file, level, PEER_ROUNDS);
    FILE *pipe = popen(command, "r");
    if (!pipe)
        return false;
    int got = fgets(command, sizeof command, pipe) ? sscanf(command, "%lf %llu %llu", &seconds, &frames, &accepted) : 0;
    if (pclose(pipe) != 0 || got != 3 || frames != FRAMES)
        return false;
    p->seconds[level] = seconds;
    p->accepted = accepted;
    return true;
}

static void compare(struct peer *p, const char *file, const double *ours)
{
    static const char *const levels[] = {"", "framing, checksum", "full decode", "JSON"};
    for (int level = 1; level <= 3; level++) {
        char name[64];
        if (!peer_run(p, file, level)) {
            printf("%s: not here, or it failed; left out\n", p->name);
            return;
        }
        snprintf(name, sizeof name, "%s: %s", p->name, levels[level]);
        printf("%-40s %14.1f %-12s ours is %.1f x\n", name, FRAMES / p->seconds[level], "frames/s",
               p->seconds[level] / ours[level]);
    }
    printf("%-40s %14zu of %d accepted\n", p->name, p->accepted, FRAMES);
}

int main(void)
{
    struct arena *a = arena_new();
    struct work w = {.values = NEW_ARRAY(a, HJ_LIMIT_VALUES, struct hj_value), .out = buf_make(a, OUTPUT)};
    buf bytes = buf_make(a, 1 << 30);
    for (int i = 0; i < FRAMES; i++)
        frame_add(&bytes, a);
    w.bytes = buf_str(&bytes);
    double mb = (double)w.bytes.n / 1e6, cut = measure(&w, 1), head = measure(&w, 2), full = measure(&w, 3);
    printf("%zu bytes a frame in the mean, %zu of %zu accepted, %.1f values a frame\n", w.bytes.n / FRAMES, w.accepted, w.frames,
           (double)w.n_values / FRAMES);
    double json = measure(&w, 4);
    printf("%-40s %14.1f %-12s %8.1f MB/s of input\n", "framing, checksum", FRAMES / cut, "frames/s", mb / cut);
    printf("%-40s %14.1f %-12s %8.1f MB/s of input\n", "head", FRAMES / head, "frames/s", mb / head);
    bench_line("full decode", FRAMES / full, "frames/s", FRAMES / full / 2e6, "the bound of 2 M frames/s");
    bench_line("JSON", mb / json, "MB/s in", mb / json / 150, "the bound of 150 MB/s");
    char file[] = "/tmp/xiezhi-bench-hj212-XXXXXX";
    int fd = mkstemp(file);
    if (fd < 0 || write(fd, w.bytes.p, w.bytes.n) != (ssize_t)w.bytes.n || close(fd) != 0)
        return 3;
    struct peer peers[] = {{"Node.js", "node " PEERS "/hj212.mjs", {0}, 0}, {"Python 3", "python3 " PEERS "/hj212.py", {0}, 0}};
    const double ours[] = {0, cut, full, json};
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++)
        compare(&peers[i], file, ours);
    unlink(file);
    arena_free(a);
    return 0;
}
