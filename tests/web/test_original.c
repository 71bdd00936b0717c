/* The left of 材料核实: an original that is as it was, one whose bytes changed since, one too large to show, one that was never sent. */
#include "web/scene.h"
#include "web/web_private.h"

#include <fcntl.h>
#include <sys/stat.h>

static struct scene scene;
static struct arena *kept;
static str file; /* of the material with a file */

static void run_sql(const char *sql, const struct db_args *args)
{
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_exec(d, sql, args, NULL));
}

static void add_material(const char *id, str digest)
{
    run_sql("INSERT INTO material (id, seq, entrustment, kind, title, digest, provider, state, quarantined, doubtful, reverify, state_seq) VALUES"
            " (:id, 1, 'e1', 'data', '加药泵电流记录', :digest, 'blueline', 'submitted', 0, 0, 0, 1)",
            DB_ARGS(DB_T("id", str_of(id)), DB_T("digest", digest)));
}

static int open_scene(void **state)
{
    struct sm3 digest;
    (void)state;
    kept = arena_new();
    scene_open(&scene, DOOR_BOTH);
    run_sql("INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended) VALUES"
            " ('a1', 1, 'wuhan', 'blueline', 20000, 30000, 100, 'lump_sum', 'wei', 'effective', 0)", NULL);
    run_sql("INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author, enters_site, amount, historic,"
            " state, state_seq, frozen) VALUES ('e1', 1, 'a1', 'wuhan', 'blueline', 'T03', '评估', 420100, 20000, 30000, 'wei', 0, 100, 0, 'accepted', 1, 0)",
            NULL);
    assert_ok(blob_put(scene.store, S("09:00 3.2 A\n09:05 3.3 A\n"), &digest));
    assert_ok(blob_path(scene.store, kept, &digest, &file));
    add_material("m-here", sm3_text(kept, &digest));
    add_material("m-none", arena_printf(kept, "sm3:%064d", 1));
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    arena_free(kept);
    return 0;
}

static str get(struct arena *a, const char *path)
{
    str cookie, csrf;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    return scene_get(a, &scene, cookie, path);
}

static bool has(str page, const char *what)
{
    return scene_status(page) == 200 && str_find(page, str_of(what)) >= 0;
}

static void not_sent(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_true(has(get(a, "/materials/m-none/verify"), "原件没有上传，只登记了摘要"));
}

/* The file is changed below, in this order. */
static void as_it_was_then_changed_then_large(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "/materials/m-here/verify");
    assert_true(has(page, "与提交时一致") && has(page, "09:05 3.3 A"));
    assert_int_equal(chmod(file.p, 0600), 0);
    int fd = open(file.p, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "9", 1, 6), 1);
    page = get(a, "/materials/m-here/verify");
    assert_true(has(page, "原件的摘要与提交时不一致，请勿核实") && !has(page, "09:05 3.3 A") && !has(page, "与提交时一致"));
    assert_int_equal(ftruncate(fd, (65 << 20)), 0);
    page = get(a, "/materials/m-here/verify");
    assert_true(has(page, "原件超过64 MB") && has(page, "href=\"/materials/m-here/file\"") && !has(page, "与提交时一致"));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(not_sent), cmocka_unit_test(as_it_was_then_changed_then_large)};
    return cmocka_run_group_tests_name("web/original", tests, open_scene, close_scene);
}
