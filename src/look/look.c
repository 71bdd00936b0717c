/* Opening what was kept, and the order of a run. */
#include "look/look_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "acts/settings.h"
#include "base/embedded.h"

extern const struct embedded look_steps[];
extern const size_t look_steps_count;
static const struct migration_set steps = {"reading_look_steps", look_steps, &look_steps_count};

/* Two runs would read every file twice; what they report is the same act either way. Held as long as the process holds the file. */
static err *alone(struct look *l, int *ret_fd)
{
    str folder = arena_printf(l->a, "%.*s/look", STR_ARG(store_folder(l->house)));
    TRY(folder_make(folder));
    *ret_fd = open(arena_cstr(l->a, arena_printf(l->a, "%.*s/lock", STR_ARG(folder))), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (*ret_fd < 0)
        return err_errno(S("建立比对的锁文件"));
    if (flock(*ret_fd, LOCK_EX | LOCK_NB) == 0)
        return NULL;
    return errno == EWOULDBLOCK ? err_new(ERR_BUSY, "另一次比对正在运行，请待其结束") : err_errno(S("锁定比对"));
}

static err *open_kept(struct look *l)
{
    bool files = store_engine_of(l->house) == STORE_SQLITE;
    str folder = arena_printf(l->a, "%.*s/look", STR_ARG(store_folder(l->house)));
    struct store_options o = {.bare = true, .order = "reading-look"};
    int applied;
    if (files)
        TRY(folder_make(folder));
    TRY(store_open_with(files ? arena_printf(l->a, "sqlite:%.*s/look.db", STR_ARG(folder)) : store_url(l->house), folder, STORE_CREATE, &o,
                        &l->own));
    TRY(store_migrate_set(l->own, &steps, true, &applied));
    return db_open(l->own, true, &l->kept);
}

int64_t look_policy(struct look *l, const char *name)
{
    const struct setting *s = setting_find(str_of(name));
    int64_t value;
    CHECK(s);
    if (db_one_int(l->db, "SELECT value FROM policy WHERE name = :name", DB_ARGS(DB_T("name", str_of(name))), s->default_value, &value)) {
        err_clear(); /* the next statement meets the same trouble and says so */
        return s->default_value;
    }
    return value;
}

err *look_derived(struct look *l, const struct look_material *x, const struct look_material *y, bool *ret)
{
    int64_t n;
    TRY(db_one_int(l->db, "SELECT COUNT(*) FROM material_source WHERE (material = :x AND source = :y) OR (material = :y AND source = :x)",
                   DB_ARGS(DB_T("x", x->id), DB_T("y", y->id)), 0, &n));
    *ret = n > 0;
    return NULL;
}

static err *look_all(struct look *l)
{
    static err *(*const parts[])(struct look *) = {look_texts, look_numbers, look_pictures, look_limits,
                                                   look_speed, look_backchecks, look_refusals, look_draws};
    TRY(look_files(l));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        TRY(parts[i](l));
    if (l->o->dry || !l->n)
        return NULL;
    return db_exec(l->kept, "INSERT INTO reading_look_done (what, seq) VALUES ('material', :seq) ON CONFLICT (what) DO UPDATE SET seq = excluded.seq",
                   DB_ARGS(DB_I("seq", l->m[l->n - 1].seq)), NULL);
}

err *look_run(struct store *house, struct acts *acts, const struct look_options *o, struct look_report *ret)
{
    AUTO_ARENA(a);
    usec started = time_monotonic();
    *ret = (struct look_report){0};
    struct look l = {.house = house, .acts = acts, .a = a, .o = o, .report = ret};
    int lock = -1;
    err *e = alone(&l, &lock);
    if (!e)
        e = db_open(house, false, &l.db);
    if (!e)
        e = open_kept(&l);
    if (!e)
        e = look_all(&l);
    db_close(l.kept);
    db_close(l.db);
    if (l.own)
        store_close(l.own);
    if (lock >= 0)
        close(lock);
    ret->seconds = (double)(time_monotonic() - started) / 1e6;
    return e;
}
