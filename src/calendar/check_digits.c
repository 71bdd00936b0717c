/* Weights and alphabets are those of the standards; tables/check-digit-vectors.csv has their
 * examples. */
#include "calendar/calendar.h"

#include <string.h>

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : -1;
}

static bool all_digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (digit(s.p[i]) < 0)
            return false;
    return true;
}

/* GB 11714-1997: eight characters and a check, letters counted from A = 10. */
static bool organisation_code_valid(str s)
{
    static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (size_t i = 0; i < 8; i++) {
        int value = digit(s.p[i]) >= 0 ? digit(s.p[i]) : s.p[i] - 'A' + 10;
        sum += value * weights[i];
    }
    int check = 11 - sum % 11;
    return s.p[8] == (check == 10 ? 'X' : (char)('0' + check % 11));
}

bool uscc_valid(str s)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    int sum = 0, weight = 1, value = 0;
    if (s.n != 18 || !all_digits(str_sub(s, 2, 6)))
        return false;
    for (size_t i = 0; i < 18; i++) {
        const char *at = memchr(alphabet, s.p[i], sizeof alphabet - 1);
        if (!at)
            return false;
        value = (int)(at - alphabet);
        if (i < 17)
            sum += value * weight;
        weight = weight * 3 % 31;
    }
    return value == (31 - sum % 31) % 31 && organisation_code_valid(str_sub(s, 8, 9));
}

bool id_number_valid(str s)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int64_t year, month, dom;
    int sum = 0;
    if (s.n != 18 || !all_digits(str_sub(s, 0, 17)))
        return false;
    if (!str_int64(str_sub(s, 6, 4), &year) || !str_int64(str_sub(s, 10, 2), &month) ||
        !str_int64(str_sub(s, 12, 2), &dom) ||
        day_from_civil((int)year, (int)month, (int)dom) == DAY_NONE)
        return false;
    for (size_t i = 0; i < 17; i++)
        sum += digit(s.p[i]) * weights[i];
    return s.p[17] == "10X98765432"[sum % 11];
}

bool permit_no_valid(str s)
{
    if (s.n != 22 || !uscc_valid(str_sub(s, 0, 18)) || !all_digits(str_sub(s, 18, 3)))
        return false;
    return digit(s.p[21]) >= 0 || (s.p[21] >= 'A' && s.p[21] <= 'Z');
}
