#include "csv.h"

#include "calendar/calendar.h"

static bool valid(str type, str value)
{
    if (str_eq(type, S("USCC")))
        return uscc_valid(value);
    if (str_eq(type, S("ID")))
        return id_number_valid(value);
    assert_str(type, "PERMIT");
    return permit_no_valid(value);
}

static void vectors(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str text, cells[LIMIT_CSV_CELLS];
    int rows = 0;
    assert_ok(file_read(a, S(TABLES "/check-digit-vectors.csv"), 1 << 20, &text));
    assert_int_equal(csv_row(a, &text, cells), 4);
    for (size_t n; (n = csv_row(a, &text, cells)); rows++) {
        assert_int_equal(n, 4);
        bool want = str_eq(cells[2], S("valid"));
        if (!want)
            assert_str(cells[2], "invalid");
        if (valid(cells[0], cells[1]) != want)
            fail_msg("%.*s %.*s", STR_ARG(cells[0]), STR_ARG(cells[1]));
    }
    assert_int_equal(rows, 20);
}

/* Any single wrong character is noticed: that is what the check is for. */
static void one_wrong_character(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char uscc[] = "91350100M000100Y43", id[] = "11010519491231002X";
    for (size_t i = 0; i < 18; i++) {
        char right = uscc[i];
        for (size_t j = 0; j < sizeof alphabet - 1; j++) {
            uscc[i] = alphabet[j];
            assert_int_equal(uscc_valid(str_of(uscc)), alphabet[j] == right);
        }
        uscc[i] = right;
        right = id[i];
        for (const char *c = "0123456789X"; *c; c++) {
            id[i] = *c;
            assert_int_equal(id_number_valid(str_of(id)), *c == right);
        }
        id[i] = right;
    }
}

static void forms_refused(void **state)
{
    (void)state;
    static const struct {
        const char *type, *value;
    } rows[] = {
        {"USCC", ""},
        {"USCC", "91350100M000100Y4"},
        {"USCC", "91350100M000100Y433"},
        {"USCC", "91350100m000100y43"}, /* small letters */
        {"USCC", " 1350100M000100Y43"},
        {"USCC", "91350100M000100Z43"},
        {"ID", ""},
        {"ID", "11010519491231002x"},
        {"ID", "1101051949123100X2"},
        {"ID", "110105194912310021"},
        {"ID", "420102199013010014"}, /* month 13 */
        {"ID", "420102900101001"},    /* the 15 digits of old */
        {"PERMIT", "91130200699229617X001p"},
        {"PERMIT", "91130200699229617X0A1P"},
        {"PERMIT", "91130200699229617X001*"},
        {"PERMIT", "91130200699229617Y001P"}, /* wrong USCC */
        {"PERMIT", "91130200699229617X0011P"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (valid(str_of(rows[i].type), str_of(rows[i].value)))
            fail_msg("%s %s", rows[i].type, rows[i].value);
    assert_false(uscc_valid(STR_NONE));
    assert_false(id_number_valid(STR_NONE));
    assert_false(permit_no_valid(STR_NONE));
    assert_true(permit_no_valid(S("91130200699229617X999Z")));
    assert_true(permit_no_valid(S("91130200699229617X0019")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(one_wrong_character),
        cmocka_unit_test(forms_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
