/*
 * The gateway on SQLite: frames acknowledged after their sync, a second and by latency, with loggers in a process of their own; and
 * what an idle connection keeps resident. Beside it, in the same run and from the same loggers, two bounds: a server that answers
 * without storing (the loop of sockets alone), and the rate at which a file takes the same batches with fdatasync.
 *
 * Loggers send as fast as answers allow, then once more at the rate of the goal. At 50,000 frames a second and 20 ms no more than 1,000
 * frames can be on the way (Little), so loggers times window is near that: more would only measure how long they wait for each other.
 *
 * Arguments: seconds of each part at the goal's rate (8), loggers (125), window (8).
 */
#include "bench.h"

#include "gateway_load.h"
#include "monitor/gateway/gateway_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IDLE = 10000, IDLE_BYTES = 2048, TARGET_FRAMES = 50000, TARGET_P99_US = 20000 };

static struct { int seconds, loggers, window; } want = {8, 125, 8};

/* ---- the store, and a gateway in it ---- */
struct place { char folder[64], url[128]; struct store *store; struct readings *readings; struct gateway *gateway; };

/* An append that stores nothing: what is left is the loop of sockets, framing, decoding and answers. */
static err *not_stored(struct readings *r, const struct spool_frame *frames, size_t n, const struct spool_clock *clock, int64_t *ret_batch)
{
    (void)r;
    (void)frames;
    (void)n;
    (void)clock;
    *ret_batch = 1;
    return NULL;
}

static struct place place_open(bool stores, bool drains)
{
    struct place p = {.folder = "/tmp/xiezhi-bench-XXXXXX"};
    int applied;
    struct gateway_options o = {.no_drain = !drains};
    CHECK(mkdtemp(p.folder));
    snprintf(p.url, sizeof p.url, "sqlite:%s/x.db", p.folder);
    must(store_open(str_of(p.url), S(""), STORE_CREATE, &p.store));
    must(store_migrate(p.store, true, &applied));
    must(readings_open(p.store, READINGS_WRITE, &p.readings));
    must(gateway_start(p.store, p.readings, &o, &p.gateway));
    if (!stores)
        p.gateway->append = not_stored;
    return p;
}

static void place_close(struct place *p)
{
    char command[128];
    gateway_stop(p->gateway);
    readings_close(p->readings);
    store_close(p->store);
    snprintf(command, sizeof command, "rm -rf %s", p->folder);
    CHECK(system(command) == 0);
}

/* ---- the loggers, in a process of their own ---- */
static struct load_report loggers(int port, int rate)
{
    struct load_report r = {0};
    int bursts = want.seconds * TARGET_FRAMES / want.loggers / want.window;
    struct load l = {.port = port, .loggers = want.loggers, .window = want.window, .frames = bursts * want.window, .rate = rate};
    int ends[2], status;
    CHECK(pipe(ends) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        r = load_run(&l);
        CHECK(write(ends[1], &r, sizeof r) == sizeof r);
        _exit(0);
    }
    close(ends[1]);
    CHECK(read(ends[0], &r, sizeof r) == sizeof r);
    close(ends[0]);
    CHECK(waitpid(child, &status, 0) == child);
    return r;
}

/* Processor seconds of this process: all threads of the gateway, not the fleet. */
static double process_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- a file that takes the same batches ---- */
static double file_rate(double frames_a_batch, double bytes_a_frame)
{
    char path[] = "/tmp/xiezhi-bench-file-XXXXXX";
    int fd = mkstemp(path);
    size_t n = (size_t)(frames_a_batch * bytes_a_frame);
    char *bytes = malloc(n + 1);
    CHECK(fd >= 0 && bytes);
    memset(bytes, 'x', n);
    double start = bench_wall(), batches = 0;
    for (; bench_wall() - start < 3; batches++)
        CHECK(write(fd, bytes, n) == (ssize_t)n && fdatasync(fd) == 0);
    double rate = batches * frames_a_batch / (bench_wall() - start);
    free(bytes);
    close(fd);
    unlink(path);
    return rate;
}

/* ---- idle connections ---- */
static int64_t resident(void)
{
    long long pages = 0, ignored;
    FILE *f = fopen("/proc/self/statm", "r");
    CHECK(f && fscanf(f, "%lld %lld", &ignored, &pages) == 2);
    fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}

/* The clients live in a child, so that only the gateway's side is weighed. Each has sent a frame and heard its answer before it falls idle. */
static void idle_clients(int port, int go, int done)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    static int fd[IDLE];
    char byte = 'r', answer[512];
    AUTO_ARENA(a);
    for (int i = 0; i < IDLE; i++) {
        buf b = buf_make(a, 4096);
        struct hj_head h = {.edition = HJ_2017, .qn = S("20260102030405006"), .st = S("31"), .cn = S("2011"), .pw = S("123456"), .flag = 5,
                            .mn = arena_printf(a, "4201%020d", i), .crc = HJ_CRC_OK};
        must(hj_encode(&b, &h, S("DataTime=20260102030400;a21026-Rtd=12.31,a21026-Flag=N;a21002-Rtd=8.1,a21002-Flag=N")));
        fd[i] = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(fd[i] >= 0 && connect(fd[i], (struct sockaddr *)&to, sizeof to) == 0);
        CHECK(send(fd[i], b.p, b.n, 0) == (ssize_t)b.n);
    }
    for (int i = 0; i < IDLE; i++)
        CHECK(recv(fd[i], answer, sizeof answer, 0) > 0);
    CHECK(write(done, &byte, 1) == 1 && read(go, &byte, 1) == 1);
    _exit(0);
}

static void idle_part(void)
{
    struct rlimit files = {IDLE + 500, IDLE + 500}, had;
    int go[2], done[2];
    char byte = 'g';
    CHECK(getrlimit(RLIMIT_NOFILE, &had) == 0);
    if (had.rlim_max > files.rlim_max)
        files.rlim_max = had.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0) {
        printf("# idle connections: this machine gives no %d files, skipped\n", IDLE);
        return;
    }
    CHECK(pipe(go) == 0 && pipe(done) == 0);
    struct place p = place_open(false, false);
    pid_t child = fork();
    CHECK(child >= 0);
    int64_t before = resident();
    if (child == 0)
        idle_clients(gateway_port(p.gateway), go[0], done[1]);
    CHECK(read(done[0], &byte, 1) == 1);
    sleep(6); /* the notes have gone */
    double each = (double)(resident() - before) / IDLE;
    CHECK(write(go[1], &byte, 1) == 1 && waitpid(child, NULL, 0) == child);
    place_close(&p);
    bench_line("resident per idle connection", each, "bytes", each / IDLE_BYTES, "the goal of 2 KB (less is better)");
}

/* At the goal's rate, and not faster. */
static void paced_part(void)
{
    struct place p = place_open(true, false);
    struct load_report r = loggers(gateway_port(p.gateway), TARGET_FRAMES);
    double rate = (double)r.answered / r.seconds;
    place_close(&p);
    bench_line("sent at 50,000/s, answered after sync", rate, "frames/s", rate / TARGET_FRAMES, "the goal of 50,000");
    bench_line("from when they were due, p50", (double)r.us_p50, "us", (double)r.us_p50 / TARGET_P99_US, "the goal of 20 ms");
    bench_line("from when they were due, p99", (double)r.us_p99, "us", (double)r.us_p99 / TARGET_P99_US, "the goal of 20 ms");
}

int main(int argc, char **argv)
{
    want.seconds = argc > 1 ? atoi(argv[1]) : want.seconds;
    want.loggers = argc > 2 ? atoi(argv[2]) : want.loggers;
    want.window = argc > 3 ? atoi(argv[3]) : want.window;
    signal(SIGPIPE, SIG_IGN);
    log_level_set(LOG_WARN);
    idle_part();

    struct place loop = place_open(false, false);
    double loop_cpu = -process_cpu();
    struct load_report bound = loggers(gateway_port(loop.gateway), 0);
    loop_cpu = (loop_cpu + process_cpu()) / (double)bound.answered;
    place_close(&loop);

    struct place p = place_open(true, false);
    double cpu = -process_cpu();
    struct load_report r = loggers(gateway_port(p.gateway), 0);
    struct gateway_metrics m;
    cpu = (cpu + process_cpu()) / (double)r.answered;
    gateway_metrics_read(p.gateway, &m);
    place_close(&p);

    double rate = (double)r.answered / r.seconds, loop_rate = (double)bound.answered / bound.seconds;
    double batch = (double)m.frames / (double)(m.commits ? m.commits : 1), bytes = (double)m.bytes / (double)(m.frames ? m.frames : 1);
    double file = file_rate(batch, bytes);
    printf("# %d loggers, window %d, %.0f bytes a frame, %.0f frames a commit\n", want.loggers, want.window, bytes, batch);
    bench_line("answered after sync", rate, "frames/s", rate / TARGET_FRAMES, "the goal of 50,000");
    bench_line("answered after sync", rate, "frames/s", rate / loop_rate, "answered without storing");
    bench_line("answered after sync", rate, "frames/s", rate / file, "fdatasync of the same batches");
    bench_line("processor time a frame, all threads", cpu * 1e6, "us", cpu / loop_cpu, "without storing");
    bench_line("processor time a frame, the loggers", r.cpu * 1e6 / (double)r.answered, "us", r.cpu / (double)r.answered / cpu,
               "the gateway's");
    bench_line("last byte to answer, gateway p50", (double)m.answer_us_p50, "us", (double)m.answer_us_p50 / TARGET_P99_US, "the goal of 20 ms");
    bench_line("last byte to answer, gateway p99", (double)m.answer_us_p99, "us", (double)m.answer_us_p99 / TARGET_P99_US, "the goal of 20 ms");
    bench_line("as the loggers saw it, p50", (double)r.us_p50, "us", (double)r.us_p50 / TARGET_P99_US, "the goal of 20 ms");
    bench_line("as the loggers saw it, p99", (double)r.us_p99, "us", (double)r.us_p99 / TARGET_P99_US, "the goal of 20 ms");
    paced_part();
    return 0;
}
