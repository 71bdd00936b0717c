/*
 * Two implementations that share nothing but docs/draw.md: files of seeded draws, sound and forged, are judged here and by
 * docs/draw_verify.py, and every verdict must be equal. Without python3 the test says so and is skipped.
 */
#include "analysis/draw_scene.h"

#include "testing.h"

#include <sys/stat.h>

static char folder[] = "/tmp/draw-both-XXXXXX";

static void keep(struct arena *a, FILE *list, const char *name, str text)
{
    struct draw d;
    FILE *f = fopen(arena_cstr(a, arena_printf(a, "%s/%s", folder, name)), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
    err *bad = draw_verify(a, text, &d);
    fprintf(list, "%s %d %s\n", name, bad ? 1 : 0, bad ? "-" : arena_cstr(a, sm3_text(a, &d.plan)));
    err_clear();
}

static void both_agree(void **state)
{
    (void)state;
    if (system("command -v python3 >/dev/null") != 0) {
        print_message("python3 is not installed: not compared\n");
        skip();
    }
    assert_non_null(mkdtemp(folder));
    AUTO_ARENA(a);
    FILE *list = fopen(arena_cstr(a, arena_printf(a, "%s/list", folder)), "w");
    assert_non_null(list);
    uint64_t r = 11;
    for (uint64_t seed = 0; seed < 40; seed++) {
        str file = draw_scene_file(a, seed);
        keep(a, list, arena_cstr(a, arena_printf(a, "%d.draw", (int)seed)), file);
        for (int i = 0; i < 4; i++) { /* half of them sealed again */
            char *bad = arena_copy(a, file.p, file.n);
            size_t at = test_random(&r) % file.n;
            bad[at] = bad[at] == '3' ? '4' : '3';
            str text = {bad, file.n};
            keep(a, list, arena_cstr(a, arena_printf(a, "%d-%d.draw", (int)seed, i)), i % 2 ? draw_scene_sealed(a, text, true) : text);
        }
    }
    fclose(list);
    int answer = system(arena_cstr(a, arena_printf(a, "PYTHONDONTWRITEBYTECODE=1 python3 %s %s %s", BOTH, DOCS, folder)));
    assert_int_equal(system(arena_cstr(a, arena_printf(a, "rm -r %s", folder))), 0);
    assert_int_equal(answer, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_agree)};
    return cmocka_run_group_tests_name("analysis/draw_both", tests, NULL, NULL);
}
