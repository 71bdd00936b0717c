/* Damaged and hostile chunks: every flipped bit and every cut is found; with a CRC made right again nothing crashes. */
#include "monitor/series/days.h"

enum { HEAD = 48, CRC_AT = 4, BEHIND_CRC = 8, HOSTILE = 60000 };

static struct arena *rooms;
static struct chunk_room *room_in, *room_out;

static int setup(void **state)
{
    (void)state;
    rooms = arena_new();
    room_in = chunk_room_new(rooms);
    room_out = chunk_room_new(rooms);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(rooms);
    return 0;
}

/* The bytes in a block of exactly their size, so that a sanitizer sees a read beyond. */
static char *exact(str bytes)
{
    char *p = malloc(bytes.n ? bytes.n : 1);
    assert_non_null(p);
    if (bytes.n)
        memcpy(p, bytes.p, bytes.n);
    return p;
}

static void crc_mend(char *p, size_t n)
{
    uint32_t crc = htole32(crc32c(0, p + BEHIND_CRC, n - BEHIND_CRC));
    memcpy(p + CRC_AT, &crc, sizeof crc);
}

static void test_every_flipped_bit(void **state)
{
    (void)state;
    uint64_t random = 17;
    for (int i = 0; i < 12; i++) {
        AUTO_ARENA(a);
        struct chunk_day *back;
        struct chunk_head h;
        str bytes = chunk_encode(a, day_random(room_in, &random));
        char *p = exact(bytes);
        for (size_t bit = 0; bit < bytes.n * 8; bit++) {
            p[bit / 8] ^= (char)(1 << bit % 8);
            assert_err(chunk_decode(room_out, (str){p, bytes.n}, &back), ERR_DAMAGED);
            assert_err(chunk_head_read((str){p, bytes.n}, true, &h), ERR_DAMAGED);
            p[bit / 8] ^= (char)(1 << bit % 8);
            if (bit % 64 == 0)
                err_clear();
        }
        assert_ok(chunk_decode(room_out, (str){p, bytes.n}, &back));
        free(p);
    }
}

/* Cut anywhere: by the CRC, and, with the CRC made right, by the lengths. */
static void test_every_cut(void **state)
{
    (void)state;
    uint64_t random = 19;
    for (int i = 0; i < 40; i++) {
        AUTO_ARENA(a);
        struct chunk_day *back;
        str bytes = chunk_encode(a, day_random(room_in, &random));
        for (size_t n = 0; n < bytes.n; n++) {
            char *p = exact((str){bytes.p, n});
            assert_err(chunk_decode(room_out, (str){p, n}, &back), ERR_DAMAGED);
            if (n >= HEAD) {
                crc_mend(p, n);
                assert_err(chunk_decode(room_out, (str){p, n}, &back), ERR_DAMAGED);
            }
            free(p);
            err_clear();
        }
        char *longer = malloc(bytes.n + 1);
        memcpy(longer, bytes.p, bytes.n);
        longer[bytes.n] = 0;
        crc_mend(longer, bytes.n + 1);
        const err *e = assert_err(chunk_decode(room_out, (str){longer, bytes.n + 1}, &back), ERR_DAMAGED);
        char want[64];
        snprintf(want, sizeof want, "读数块第%zu字节：", bytes.n);
        assert_true(str_starts(e->text, str_of(want)));
        free(longer);
    }
}

/* Bytes changed at random with the CRC made right: an error or some day, which then packs like any other. */
static void test_hostile_bytes(void **state)
{
    (void)state;
    uint64_t random = 23;
    int refused = 0, taken = 0;
    for (int i = 0; i < HOSTILE; i++) {
        AUTO_ARENA(a);
        struct chunk_day *back;
        str bytes = chunk_encode(a, day_random(room_in, &random));
        char *p = exact(bytes);
        for (uint64_t changes = 1 + test_random(&random) % 4; changes--;) {
            size_t at = test_random(&random) % 3 ? BEHIND_CRC + test_random(&random) % (HEAD + 80) : test_random(&random);
            at = at % bytes.n < BEHIND_CRC ? BEHIND_CRC : at % bytes.n;
            p[at] = (char)(test_random(&random) % 3 ? test_random(&random) : 0xff);
        }
        crc_mend(p, bytes.n);
        if (chunk_decode(room_out, (str){p, bytes.n}, &back)) {
            refused++;
            assert_err(chunk_decode(room_out, (str){p, bytes.n}, &back), ERR_DAMAGED);
            err_clear();
        } else {
            taken++;
            struct chunk_day *again;
            str packed = chunk_encode(a, back);
            struct chunk_room *room = room_in;
            assert_ok(chunk_decode(room, packed, &again));
            assert_days(again, back);
        }
        free(p);
    }
    assert_true(refused > HOSTILE / 20);
    assert_true(taken > HOSTILE / 20);
}

/* What is wrong and where is said. */
static void damage_at(size_t at, uint8_t value, const char *want)
{
    AUTO_ARENA(a);
    struct chunk_day *back, *d = chunk_day_make(room_in, 20000, 60, 2, CHUNK_ONE, false);
    memset(d->flag, 'N', (size_t)d->slots);
    d->flag[3] = 'D';
    for (int i = 0; i < d->slots; i++)
        d->v[0][i] = i % 9;
    str bytes = chunk_encode(a, d);
    char *p = exact(bytes);
    p[at] = (char)value;
    if (at >= BEHIND_CRC)
        crc_mend(p, bytes.n);
    assert_str(assert_err(chunk_decode(room_out, (str){p, bytes.n}, &back), ERR_DAMAGED)->text, want);
    free(p);
}

static void test_errors_name_the_byte(void **state)
{
    (void)state;
    damage_at(0, 'X', "读数块第0字节：不是DC1格式或版本");
    damage_at(2, '2', "读数块第0字节：不是DC1格式或版本");
    damage_at(4, 0, "读数块第4字节：校验码与内容不符");
    damage_at(17, 0x7f, "读数块第16字节：时段数不能等分一天");
    damage_at(19, 0x7f, "读数块第18字节：有效时段数超过时段数");
    damage_at(21, 0x80, "读数块第21字节：块头有未知的形式位");
    damage_at(22, 9, "读数块第62字节：例外记录的列或种类无法识别");
    damage_at(49, 0xff, "读数块第54字节：标记段不按时序或超出当日时段数");
    damage_at(54, 0x03, "读数块第54字节：数据列标记无法识别");
    damage_at(56, 0x7f, "读数块第56字节：数据组位宽超出范围");
    assert_err(chunk_head_read(STR_NONE, true, &(struct chunk_head){0}), ERR_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_hostile_bytes),
        cmocka_unit_test(test_errors_name_the_byte),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
