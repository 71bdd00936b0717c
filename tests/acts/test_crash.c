/*
 * When things go wrong. kill -9: a child performs acts from several threads and tells each answered one through a pipe;
 * whatever it told is in the ledger afterwards, and the tables are those of the ledger, so nothing is half applied.
 * XIEZHI_CRASHES sets the number of streams (60; `./check` runs them so, 1,000 and more on demand).
 */
#include "acts/life.h"

#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>

enum { STREAM_THREADS = 6 };
struct told { int64_t seq; int32_t thread, number; };

/* ---- the child ---- */

struct stream { struct acts *acts; int thread; };

static void *stream(void *context)
{
    static const char *const acts[] = {
        "{\"act\":\"complaint.lodge\",\"text\":\"第%d件\",\"key\":\"%d-%d\"}",
        "{\"act\":\"gift.report\",\"what\":\"第%d件\",\"key\":\"%d-%d\"}",
        "{\"act\":\"order.give\",\"entrustment\":\"e1\",\"to\":\"mei\",\"power\":\"evaluate\",\"text\":\"第%d次\",\"key\":\"%d-%d\"}",
        "{\"act\":\"entrustment.approve\",\"entrustment\":\"e1\",\"reason\":\"第%d次\",\"key\":\"%d-%d\"}"}; /* refused */
    struct stream *s = context;
    for (int i = 0;; i++) {
        AUTO_ARENA(a);
        char one[256], two[256];
        struct act_answer answer[2];
        snprintf(one, sizeof one, acts[i % 4], i, s->thread, i);
        snprintf(two, sizeof two, "{\"act\":\"complaint.lodge\",\"id\":\"twin-%d-%d\",\"text\":\"t\"}", s->thread, i);
        const struct act_request r[2] = {{str_of(one), S("wei"), 0}, {str_of(two), S("wei"), 0}};
        bool twins = i % 4 < 2;
        if (act_perform_list(s->acts, a, r, twins ? 2 : 1, true, answer))
            _exit(3);
        struct told t = {answer[0].seq, s->thread, i};
        if (write(STDOUT_FILENO, &t, sizeof t) != sizeof t) /* one write: words of threads do not mix */
            _exit(4);
    }
    return NULL;
}

static int perform_for_ever(char **argv)
{
    char data[160];
    struct store *store;
    struct acts *acts;
    static struct stream s[STREAM_THREADS];
    pthread_t thread[STREAM_THREADS];
    snprintf(data, sizeof data, "%s/data", argv[3]);
    if (store_open(str_of(argv[2]), str_of(data), STORE_EXISTING, &store) || acts_open(store, 0, &acts))
        return 2;
    for (int i = 0; i < STREAM_THREADS; i++) {
        s[i] = (struct stream){acts, i};
        if (pthread_create(&thread[i], NULL, stream, &s[i]))
            return 2;
    }
    pthread_join(thread[0], NULL);
    return 0;
}

/* ---- the parent ---- */

static size_t read_told(int fd, struct told *ret, size_t capacity)
{
    size_t bytes = 0;
    for (ssize_t n; (n = read(fd, (char *)ret + bytes, capacity * sizeof *ret - bytes)) != 0; bytes += n > 0 ? (size_t)n : 0)
        if (n < 0 && errno != EINTR)
            break;
    close(fd);
    return bytes / sizeof *ret;
}

/* A fresh store for each stream, so that a late stream costs no more than an early one. SQLite only. */
static void scene_copy(const struct scene *from, struct scene *to)
{
    char command[1200];
    *to = *from;
    snprintf(to->folder, sizeof to->folder, "%.100s/copy", from->folder);
    snprintf(to->url, sizeof to->url, "sqlite:%s/x.db", to->folder);
    snprintf(command, sizeof command, "rm -rf '%s' && mkdir '%s' && cp -p '%s/x.db' '%s/' && cp -rp '%s/data' '%s/'", to->folder,
             to->folder, from->folder, to->folder, from->folder, to->folder);
    assert_int_equal(system(command), 0);
}

static void check_after(struct scene *s, const struct told *told, size_t n, const char *run)
{
    AUTO_ARENA(a);
    struct life l = {.scene = s, .arena = a};
    struct acts *acts;
    struct db *d;
    s->store = scene_open_again(s, STORE_EXISTING);
    assert_ok(acts_open(s->store, 0, &acts)); /* the witness must agree, too */
    assert_ok(db_open(s->store, false, &d));
    for (size_t i = 0; i < n; i++) {
        char key[64];
        int64_t seq;
        snprintf(key, sizeof key, "%d-%d", told[i].thread, told[i].number);
        assert_ok(db_one_int(d, "SELECT k.seq FROM act_key k JOIN ledger_entry e ON e.seq = k.seq JOIN act_log l ON l.seq = k.seq"
                                " WHERE k.key = :key AND k.author = 'wei'", DB_ARGS(DB_T("key", str_of(key))), 0, &seq));
        if (seq != told[i].seq)
            print_error("%s: %s was answered as %lld, found %lld\n", run, key, (long long)told[i].seq, (long long)seq);
        assert_int_equal(seq, told[i].seq);
    }
    /* of an atomic list both or none */
    assert_int_equal(scene_int(d, "SELECT COUNT(*) FROM complaint c WHERE c.id LIKE 'twin-%' AND NOT EXISTS (SELECT 1 FROM act_key k"
                                  " WHERE k.seq = c.seq - 1)"), 0);
    db_close(d);
    acts_close(acts);
    life_sound(s->store);
    struct store *again = life_replayed(&l, s->store);
    life_same_tables(s->store, again);
    store_close(again);
    store_close(s->store);
    err_clear();
}

static int crashes(void)
{
    const char *n = getenv("XIEZHI_CRASHES");
    return n && atoi(n) > 0 ? atoi(n) : 60;
}

static void killed_at_any_point(void **state)
{
    static struct told told[100000];
    struct life *l = *state;
    bool sqlite = l->scene->engine == STORE_SQLITE;
    int rounds = sqlite ? crashes() : crashes() / 6 + 1;
    uint64_t random = 20220812;
    int64_t all = 0;
    life_close(l);
    db_close(l->scene->db);
    for (int i = 0; i < rounds; i++) {
        struct scene s = *l->scene;
        char run[32];
        int out;
        if (sqlite)
            scene_copy(l->scene, &s);
        else if (i) /* keys of the last stream would answer this one */
            break;
        snprintf(run, sizeof run, "stream %d", i);
        pid_t child = scene_spawn(&s, "perform", &out);
        struct told first;
        assert_int_equal(read(out, &first, sizeof first), sizeof first); /* it is under way */
        usleep((useconds_t)(test_random(&random) % 40000));
        kill(child, SIGKILL);
        told[0] = first;
        size_t n = 1 + read_told(out, told + 1, sizeof told / sizeof *told - 1);
        int status;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        check_after(&s, told, n, run);
        all += (int64_t)n;
    }
    print_message("%d streams, %lld answered acts\n", rounds, (long long)all);
    assert_ok(db_open(l->scene->store, true, &l->scene->db));
}

/* ---- no space ---- */

static rlim_t limit_files(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    return before;
}

/* A full disk, told as such; nothing that failed is there, and acts go on when there is space. */
static void full_disk(void **state)
{
    struct life *l = *state;
    if (l->scene->engine != STORE_SQLITE)
        skip();
    struct stat st;
    char wal[200], json[2048], words[1500];
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = 0;
    life_open(l, 0);
    snprintf(wal, sizeof wal, "%s/x.db-wal", l->scene->folder);
    signal(SIGXFSZ, SIG_IGN);
    int log = dup(STDERR_FILENO); /* the engine says of each commit that there is no space */
    assert_non_null(freopen("/dev/null", "w", stderr));
    for (int round = 0; round < 3; round++) {
        life_verdict(l, "wei", "{\"act\":\"complaint.lodge\",\"text\":\"before\"}");
        assert_int_equal(stat(wal, &st), 0);
        int64_t answered = life_size(l), failed = 0;
        rlim_t before = limit_files((rlim_t)st.st_size + 64 * 1024);
        for (int i = 0; i < 60; i++) {
            struct act_answer answer;
            snprintf(json, sizeof json, "{\"act\":\"complaint.lodge\",\"text\":\"%d %s\"}", i, words);
            err *bad = act_perform(l->acts, l->arena, &(struct act_request){.json = str_of(json), .by = S("wei")}, &answer);
            if (bad)
                assert_int_equal(bad->kind, ERR_FULL);
            else
                answered++;
            failed += bad != NULL;
            err_clear();
        }
        limit_files(before);
        assert_true(failed > 0);
        assert_int_equal(life_verdict(l, "wei", "{\"act\":\"complaint.lodge\",\"text\":\"after\"}"), ACT_ALLOWED);
        assert_int_equal(life_size(l), answered + 1);
    }
    dup2(log, STDERR_FILENO);
    close(log);
    life_close(l);
    life_sound(l->scene->store);
    struct store *again = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, again);
    store_close(again);
}

/* ---- what was changed is found and named ---- */

static int verify(const struct scene *s, struct arena *a, str *ret)
{
    char command[600], line[1024];
    buf b = buf_make(a, 1 << 20);
    snprintf(command, sizeof command, "%s verify %s/x.db --data %s/data --json 2>&1", getenv("XIEZHI") ? getenv("XIEZHI") : XIEZHI, s->folder,
             s->folder);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        buf_add(&b, str_of(line));
    *ret = buf_str(&b);
    return WEXITSTATUS(pclose(f));
}

static void found(const struct scene *s, int code, const char *named)
{
    AUTO_ARENA(a);
    str said;
    int got = verify(s, a, &said);
    if (got != code || str_find(said, str_of(named)) < 0)
        print_error("verify: %d, wanted %d and %s\n%.*s\n", got, code, named, STR_ARG(said));
    assert_int_equal(got, code);
    assert_true(str_find(said, str_of(named)) >= 0);
}

static void a_flipped_byte_is_named(void **state)
{
    static const struct { const char *change, *named; } cases[] = {
        {"UPDATE ledger_entry SET spine = replace(spine, '\"by\":\"han\"', '\"by\":\"hao\"') WHERE seq = 11",
         "11"},
        {"UPDATE ledger_entry SET leaf = zeroblob(32) WHERE seq = 30", "30"},
        {"UPDATE ledger_body SET sealed = zeroblob(length(sealed)) WHERE seq = 13 AND item = 'name'", "13"},
        {"UPDATE ledger_tile SET nodes = zeroblob(8192) WHERE level = 0 AND tile = 0", "entry"},
        {"UPDATE subject SET region = 420103 WHERE id = 'jiang'", "subject[jiang].region"},
        {"DELETE FROM todo WHERE id = (SELECT MIN(id) FROM todo)", "todo["},
        {"UPDATE budget SET amount = amount + 1", "budget[b2026].amount"},
        {"INSERT INTO user_role (user_id, role, seq) VALUES ('mei-u', 'head', 1)", "user_role["}};
    struct life *l = *state;
    if (l->scene->engine != STORE_SQLITE)
        skip();
    assert_ok(acts_batch_begin(l->acts));
    for (int i = 0; i < 230; i++) /* a full tile */
        life_verdict(l, "", "{\"by\":\"wei\",\"at\":\"2026-04-01T09:00:00+08:00\",\"act\":\"gift.report\",\"what\":\"x\"}");
    assert_ok(acts_batch_end(l->acts));
    struct sm3 digest;
    assert_ok(blob_put(l->scene->store, S("some bytes"), &digest));
    life_close(l);
    db_close(l->scene->db);
    found(l->scene, 0, "\"findings\":0");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        struct db *d;
        int64_t changed;
        scene_copy(l->scene, &s);
        s.store = scene_open_again(&s, STORE_EXISTING);
        assert_ok(db_open(s.store, true, &d));
        assert_ok(db_exec(d, cases[i].change, NULL, &changed));
        assert_int_equal(changed, 1);
        db_close(d);
        store_close(s.store);
        found(&s, 1, cases[i].named);
    }
    AUTO_ARENA(a);
    str path;
    assert_ok(blob_path(l->scene->store, a, &digest, &path));
    chmod(arena_cstr(a, path), 0600);
    FILE *f = fopen(arena_cstr(a, path), "r+b");
    assert_non_null(f);
    fputc('S', f);
    fclose(f);
    found(l->scene, 1, "blob");
    assert_ok(db_open(l->scene->store, true, &l->scene->db));
}

static void other_versions_are_refused(void **state)
{
    struct life *l = *state;
    if (l->scene->engine != STORE_SQLITE)
        skip();
    scene_exec(l->scene->db, "INSERT INTO schema_step (number, name, digest, applied_at) VALUES (9999, 'future', 'sm3:00', 0)");
    found(l->scene, 3, "更新版本的程序");
    scene_exec(l->scene->db, "DELETE FROM schema_step WHERE number = 9999 OR number = (SELECT MAX(number) FROM schema_step WHERE"
                             " number < 9999)");
    found(l->scene, 3, "xiezhi migrate");
}

int main(int argc, char **argv)
{
    if (argc > 3)
        return perform_for_ever(argv);
    const struct CMUnitTest tests[] = {accepted_test(killed_at_any_point), accepted_test(full_disk), accepted_test(a_flipped_byte_is_named),
                                       accepted_test(other_versions_are_refused)};
    return scene_run("acts crash", tests);
}
