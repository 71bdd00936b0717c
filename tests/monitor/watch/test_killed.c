/*
 * A run of the detectors that is killed goes on where it stopped and ends with the findings of a run that was not; and what it takes
 * of memory is one outlet's span, however many outlets there are. The runs are processes of their own: this program with a role.
 */
#include "testing.h"
#include "acts/life.h"
#include "base/sanitized.h"
#include "monitor/province.h"
#include "monitor/watch/watch_private.h"

#include <signal.h>
#include <sys/wait.h>

enum { DAYS = 60, LONG_DAYS = 240, MINUTE_DAYS = 6, OUTLETS = 4 };

static const struct attack replay = {.kind = ATTACK_REPLAY, .strength = 5, .channel = 0, .first = 900, .n = 168, .seed = 3},
                           constant = {.kind = ATTACK_CONSTANT, .strength = 5, .channel = 1, .first = 700, .n = 72, .seed = 4};
static const struct province_outlet outlets[OUTLETS] = {
    {.id = "gas-1", .name = "清河镀业一号锅炉", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000001", .kind = "gas", .plant = PLANT_COAL_BOILER, .seed = 21,
     .attack = &replay},
    {.id = "gas-2", .name = "清河镀业二号锅炉", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000002", .kind = "gas", .plant = PLANT_COAL_BOILER, .seed = 22,
     .attack = &constant},
    {.id = "gas-3", .name = "清河镀业三号锅炉", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000003", .kind = "gas", .plant = PLANT_COAL_BOILER, .seed = 23},
    {.id = "gas-4", .name = "清河镀业四号锅炉", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000004", .kind = "gas", .plant = PLANT_COAL_BOILER, .seed = 24,
     .attack = &replay}};

static usec now;

static struct life *province(int minute_days, int days)
{
    void *state;
    struct readings *r;
    life_setup(&state);
    struct life *life = state;
    life_open(life, ACTS_SIMULATE | ACTS_NO_THREAD);
    life_play(life->acts, STORIES "/parts/01-bureau.jsonl");
    province_outlets(life->scene->store, outlets, OUTLETS, now);
    assert_ok(readings_open(life->scene->store, READINGS_WRITE, &r));
    province_frames(r, outlets, OUTLETS, now, days, minute_days);
    readings_close(r);
    return life;
}

static err *look(struct store *house, day last, str only, void (*progress)(void *, int64_t, int64_t), void *context, struct watch_report *ret)
{
    struct readings *r;
    struct watch *w;
    TRY(readings_open(house, READINGS_READ, &r));
    err *e = watch_open(house, r, true, &w);
    if (!e) {
        e = watch_run(w, NULL, &(struct watch_options){.last = last, .days = DAYS - 1, .workers = 1, .outlet = only}, progress, context, ret);
        watch_close(w);
    }
    readings_close(r);
    return e;
}

/* ---- the process that is killed ---- */
static void die_at(void *context, int64_t done, int64_t of)
{
    (void)of;
    if (done >= *(int64_t *)context)
        kill(getpid(), SIGKILL);
}

/* VmHWM: what getrusage says includes the program that was there before exec. */
static void print_memory(void)
{
    char line[200];
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "VmHWM:", 6) == 0)
            printf("%s\n", line + 6);
    if (f)
        fclose(f);
}

static int child(char **argv)
{
    struct scene s = {0};
    struct watch_report report;
    int64_t at = 0;
    int last = 0;
    char only[32] = "";
    if (sscanf(argv[1], "look:%d:%ld:%31s", &last, &at, only) < 2)
        return 2;
    snprintf(s.url, sizeof s.url, "%s", argv[2]);
    snprintf(s.folder, sizeof s.folder, "%s", argv[3]);
    struct store *house = scene_open_again(&s, STORE_EXISTING);
    err *e = look(house, (day)last, str_of(only), at ? die_at : NULL, &at, &report);
    if (e)
        fprintf(stderr, "%.*s\n", STR_ARG(e->text));
    store_close(house);
    print_memory();
    return e ? 1 : 0;
}

/* How the child ended, and its greatest resident memory in KiB. */
static int child_status(const struct life *life, int64_t kill_at, const char *only, int64_t *ret_memory)
{
    char role[80], text[80] = "";
    int out, status;
    snprintf(role, sizeof role, "look:%d:%lld:%s", (int)day_of(now) - 1, (long long)kill_at, only);
    pid_t pid = scene_spawn(life->scene, role, &out);
    assert_true(read(out, text, sizeof text - 1) >= 0);
    close(out);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (ret_memory)
        assert_int_equal(sscanf(text, "%ld", ret_memory), 1);
    return status;
}

/* All that a run leaves, in order. */
static str findings_of(struct arena *a, struct store *house)
{
    struct readings *r;
    struct watch *w;
    struct watch_finding *list;
    size_t n;
    buf b = buf_make(a, 64 << 10);
    assert_ok(readings_open(house, READINGS_READ, &r));
    assert_ok(watch_open(house, r, false, &w));
    assert_ok(watch_findings(w, a, &(struct watch_filter){.level = -1, .continued = true, .unsure = true}, STR_NONE, LIMIT_WATCH_FINDINGS, &list, &n));
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%.*s %.*s %d %d %.*s\n", STR_ARG(list[i].outlet), STR_ARG(list[i].id), (int)list[i].level, (int)list[i].state, STR_ARG(list[i].json));
    watch_close(w);
    readings_close(r);
    return buf_str(&b);
}

static void a_killed_run_goes_on(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct watch_report report;
    void *whole = province(0, DAYS);
    struct life *left = whole;
    assert_int_equal(child_status(left, 0, "", NULL), 0);
    str wanted = findings_of(a, left->scene->store);
    life_teardown(&whole); /* on PostgreSQL both would have the same schema */
    void *cut = province(0, DAYS);
    struct life *right = cut;
    assert_true(str_find(wanted, S("gas-1")) >= 0 && str_find(wanted, S("gas-2")) >= 0);
    for (int at = 1; at < OUTLETS; at++) { /* each goes one outlet on from where the one before was killed: progress is told of what is kept */
        int status = child_status(right, 1, "", NULL);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    assert_ok(look(right->scene->store, day_of(now) - 1, S(""), NULL, NULL, &report));
    assert_int_equal(report.outlets + report.skipped, OUTLETS);
    assert_int_equal(report.skipped, OUTLETS - 1);
    str got = findings_of(a, right->scene->store);
    assert_int_equal(got.n, wanted.n);
    assert_memory_equal(got.p, wanted.p, wanted.n);
    life_teardown(&cut);
}

/* Where a worker has no room for an outlet's minutes it looks at their last days, says so, and looks at all hours. */
static void minutes_are_narrowed(struct life *life)
{
    AUTO_ARENA(a);
    struct readings *r;
    struct watch *w;
    struct watch_report report;
    struct watch_outlet *list;
    struct table *t;
    size_t n;
    struct watch_options o = {.last = day_of(now) - 1, .days = DAYS - 1, .workers = 1, .again = true};
    assert_ok(readings_open(life->scene->store, READINGS_READ, &r));
    assert_ok(watch_open(life->scene->store, r, true, &w));
    assert_ok(watch_outlets(w, a, S(""), 1, &list, &n));
    assert_ok(watch_table(w, a, &list[0], o.last - o.days + 1, o.last, USEC_NONE, &t));
    assert_int_equal(t->finer->n, (size_t)o.days * 1440);
    w->cells_most = (int64_t)t->finer->columns_n * 1440 * 3;
    assert_ok(watch_table(w, a, &list[0], o.last - o.days + 1, o.last, USEC_NONE, &t));
    assert_int_equal(t->n, o.days * 24);
    assert_int_equal(t->finer->n, 3 * 1440);
    assert_int_equal(t->finer->from, day_start(o.last - 2));
    assert_ok(watch_run(w, NULL, &o, NULL, NULL, &report));
    assert_int_equal(report.narrowed, OUTLETS);
    assert_int_equal(report.outlets, OUTLETS);
    w->cells_most = LIMIT_WATCH_CELLS;
    assert_ok(watch_run(w, NULL, &o, NULL, NULL, &report));
    assert_int_equal(report.narrowed, 0);
    watch_close(w);
    readings_close(r);
}

/* Columns a table has no room for are not looked at, and that is said. */
static void what_has_no_room_is_counted(struct life *life)
{
    AUTO_ARENA(a);
    struct readings *r;
    struct watch *w;
    struct watch_report report;
    struct watch_outlet *list;
    struct table *all, *t;
    size_t n;
    struct watch_options o = {.last = day_of(now) - 1, .days = DAYS - 1, .workers = 1, .again = true};
    assert_ok(readings_open(life->scene->store, READINGS_READ, &r));
    assert_ok(watch_open(life->scene->store, r, true, &w));
    assert_int_equal(w->columns_most, LIMIT_TABLE_COLUMNS);
    assert_ok(watch_outlets(w, a, S(""), 1, &list, &n));
    assert_ok(watch_table(w, a, &list[0], o.last - o.days + 1, o.last, USEC_NONE, &all));
    assert_true(all->columns_n > 3);
    w->columns_most = all->columns_n > all->finer->columns_n ? all->columns_n : all->finer->columns_n;
    assert_ok(watch_run(w, NULL, &o, NULL, NULL, &report));
    assert_int_equal(report.wide, 0); /* just room for all */
    w->columns_most = 3;
    assert_ok(watch_table(w, a, &list[0], o.last - o.days + 1, o.last, USEC_NONE, &t));
    assert_int_equal(t->columns_n, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(str_eq(t->columns[i].factor, all->columns[i].factor) && t->columns[i].group == all->columns[i].group);
    assert_ok(watch_run(w, NULL, &o, NULL, NULL, &report));
    assert_int_equal(report.wide, OUTLETS);
    watch_close(w);
    readings_close(r);
}

static void memory_is_one_outlets(void **state)
{
    (void)state;
    int64_t one, all, years;
    void *life = province(MINUTE_DAYS, DAYS);
    assert_int_equal(child_status(life, 0, outlets[0].id, &one), 0);
    assert_int_equal(child_status(life, 0, "", &all), 0);
    minutes_are_narrowed(life);
    what_has_no_room_is_counted(life);
    life_teardown(&life);
    life = province(MINUTE_DAYS, LONG_DAYS);
    assert_int_equal(child_status(life, 0, "", &years), 0);
    life_teardown(&life);
    print_message("one outlet %lld KiB, %d outlets %lld KiB, four times as long stored %lld KiB\n", (long long)one, OUTLETS, (long long)all, (long long)years);
    if (!ADDRESS_SANITIZED) { /* which keeps what was freed for a while */
        assert_true(all < one + one / 4);
        assert_true(years < one + one / 4);
    }
}

int main(int argc, char **argv)
{
    if (argc > 3)
        return child(argv);
    now = time_now();
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_killed_run_goes_on), cmocka_unit_test(memory_is_one_outlets)};
    /* where there is a server, SQLite has had its turn: `./check unit` runs it without */
    return getenv("XIEZHI_TEST_POSTGRES") ? scene_run_postgres("monitor/watch/killed", tests) : scene_run("monitor/watch/killed", tests);
}
