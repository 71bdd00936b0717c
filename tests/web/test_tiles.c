/* What is kept of drawn pictures: the latest within the bytes that were given, whole, whoever asks at once. */
#include "testing.h"
#include "web/tiles.h"

#include <pthread.h>
#include <string.h>

enum { PIECE = 10000, ROOM = 10 * (PIECE + TILE_OVERHEAD) };

static struct sm3 key_of(int i)
{
    return sm3_of(&i, sizeof i);
}

static str piece_of(struct arena *a, int i)
{
    char *p = NEW_ARRAY(a, PIECE, char);
    memset(p, 'a' + i % 26, PIECE);
    memcpy(p, &i, sizeof i);
    return (str){p, PIECE};
}

static bool kept(struct tiles *t, int i)
{
    AUTO_ARENA(a);
    struct sm3 key = key_of(i);
    str got;
    if (!tiles_get(t, &key, a, &got))
        return false;
    assert_true(str_eq(got, piece_of(a, i)));
    return true;
}

static void put(struct tiles *t, int i)
{
    AUTO_ARENA(a);
    struct sm3 key = key_of(i);
    tiles_put(t, &key, piece_of(a, i));
}

static void the_oldest_go(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct tiles *t = tiles_new(a, ROOM);
    for (int i = 0; i < 10; i++)
        put(t, i);
    assert_true(kept(t, 0)); /* the latest now */
    for (int i = 10; i < 15; i++)
        put(t, i);
    assert_true(kept(t, 0));
    for (int i = 1; i < 15; i++)
        assert_int_equal(kept(t, i), i >= 6);
    struct tiles_figures f = tiles_figures(t);
    assert_int_equal(f.kept, 10);
    assert_int_equal(f.evicted, 5);
    assert_int_equal(f.bytes, ROOM);
}

static void what_is_too_large_or_there_already_is_not_kept(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct tiles *t = tiles_new(a, ROOM);
    struct sm3 key = key_of(1);
    tiles_put(t, &key, (str){NEW_ARRAY(a, ROOM, char), ROOM});
    assert_int_equal(tiles_figures(t).kept, 0);
    put(t, 1);
    put(t, 1);
    assert_int_equal(tiles_figures(t).kept, 1);
    assert_true(kept(t, 1) && !kept(t, 2));
}

static void *use(void *p)
{
    for (int i = 0; i < 2000; i++) {
        put(p, i * 7 % 40);
        (void)kept(p, i * 11 % 40);
    }
    return NULL;
}

static void several_at_once(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct tiles *t = tiles_new(a, ROOM);
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, use, t), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    struct tiles_figures f = tiles_figures(t);
    assert_true(f.kept == 10 && f.bytes == ROOM && f.hits + f.misses == 8000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_oldest_go), cmocka_unit_test(what_is_too_large_or_there_already_is_not_kept), cmocka_unit_test(several_at_once)};
    return cmocka_run_group_tests_name("web/tiles", tests, NULL, NULL);
}
