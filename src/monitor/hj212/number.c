/*
 * Numbers keep what was written: an int64 mantissa and a count of decimals, never a binary fraction. 18 digits always
 * fit; what is longer has no exact form here, and its text remains. Custom gives some numbers and words a meaning of
 * their own: a channel that is not connected sends 9999, -9999 or -00999.000, a division by zero sends NaN.
 */
#include "monitor/hj212/hj212_private.h"

enum { MOST_DIGITS = 18, LONGEST_WORD = 4, FILLER_NINES = 4, FILLER_NINES_NEGATIVE = 3 };

static bool word_missing(str text)
{
    static const char *const words[] = {"nan", "--", "-", "null", "none", "n/a", "na", "inf", "---", "----", "nil"};
    char small[LONGEST_WORD + 1] = {0};
    if (text.n && (text.p[0] == '+' || text.p[0] == '-') && text.n > 1 && text.p[1] != '-')
        text = str_sub(text, 1, text.n - 1);
    if (text.n > LONGEST_WORD)
        return false;
    for (size_t i = 0; i < text.n; i++)
        small[i] = (char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] | 0x20 : text.p[i]);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(small, words[i]) == 0)
            return true;
    return false;
}

/* e5, E-3: moves the point. The scale of what comes out is 0..18, or there is no exact form. */
static bool exponent(const char **p, const char *end, struct number *n, int *scale)
{
    const char *at = *p + 1;
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (at == end || end - at > 3)
        return false;
    int value = 0;
    for (; at < end && is_digit(*at); at++)
        value = 10 * value + *at - '0';
    *scale += negative ? value : -value;
    *p = at;
    n->odd = true;
    for (; *scale < 0 && !n->too_long; ++*scale)
        n->too_long = __builtin_mul_overflow(n->mantissa, 10, &n->mantissa);
    return true;
}

/* Nothing but nines in front of the point, and zeros or nines behind. */
static bool filler(const char *p, const char *end, bool negative, int whole)
{
    bool zeros_first = p < end && *p == '0' && whole > 0;
    int least = negative || zeros_first ? FILLER_NINES_NEGATIVE : FILLER_NINES;
    if (whole < least)
        return false;
    char behind = 0;
    for (; p < end && *p != '.'; p++)
        if (*p != '9' && *p != '0')
            return false;
        else if (*p == '9')
            whole--;
    if (whole)
        return false;
    for (p += p < end; p < end; p++) {
        if ((*p != '0' && *p != '9') || (behind && *p != behind))
            return false;
        behind = *p;
    }
    return true;
}

struct number hj_number_of(str text)
{
    struct number n = {.state = HJ_NUMBER_NONE};
    const char *p = text.p, *end = text.p + text.n;
    if (p == end)
        return n;
    bool negative = *p == '-';
    if (negative || *p == '+') {
        n.odd = *p == '+';
        p++;
    }
    const char *digits = p;
    uint64_t mantissa = 0;
    while (p < end && *p == '0')
        p++;
    const char *whole = p;
    for (; p < end && is_digit(*p); p++)
        mantissa = 10 * mantissa + (uint64_t)(*p - '0');
    ptrdiff_t before = p - whole, behind = 0, all = p - digits;
    if (p < end && *p == '.') {
        const char *point = ++p;
        for (; p < end && is_digit(*p); p++)
            mantissa = 10 * mantissa + (uint64_t)(*p - '0');
        behind = p - point;
        n.odd |= !behind || !all;
        all += behind;
    }
    if (!all || (p < end && *p != 'e' && *p != 'E')) {
        n.state = word_missing(text) ? HJ_NUMBER_MISSING : HJ_NUMBER_NONE;
        return n;
    }
    int scale = (int)(behind > 99 ? 99 : behind);
    n.too_long = before + behind > MOST_DIGITS;
    n.mantissa = negative ? -(int64_t)mantissa : (int64_t)mantissa;
    if (p < end && !n.too_long && !exponent(&p, end, &n, &scale))
        return (struct number){.state = HJ_NUMBER_NONE};
    if (n.too_long || p < end || scale > MOST_DIGITS)
        return (struct number){.state = HJ_NUMBER_NONE, .too_long = p == end || n.too_long};
    n.scale = (int8_t)scale;
    n.whole = (int8_t)before;
    n.decimals = (int8_t)behind;
    bool maybe = mantissa % 10 % 9 == 0 && !n.odd; /* ends in 0 or 9 */
    n.state = maybe && filler(digits, end, negative, (int)before) ? HJ_NUMBER_FILLER : HJ_NUMBER_OK;
    return n;
}

usec hj_time_of_14(const char *p)
{
    uint64_t first = word_at(p) ^ EVERY_BYTE('0'), last = word_at(p + 6) ^ EVERY_BYTE('0');
    if (digits_first(first) < 8 || digits_first(last) < 8)
        return USEC_NONE;
    uint64_t date = digits_pairs(first), clock = digits_pairs(last); /* year in two, month, day; day and clock */
    uint8_t hour = (uint8_t)(clock >> 16), minute = (uint8_t)(clock >> 32), second = (uint8_t)(clock >> 48);
    int year = 100 * (uint8_t)date + (uint8_t)(date >> 16);
    day d = day_from_civil(year, (uint8_t)(date >> 32), (uint8_t)(date >> 48));
    if (d == DAY_NONE || hour > 23 || minute > 59 || second > 59)
        return USEC_NONE;
    return day_start(d) + hour * USEC_HOUR + minute * USEC_MINUTE + second * USEC_SECOND;
}

usec hj_time(str text)
{
    char digits[17];
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (is_digit(c) && n < sizeof digits)
            digits[n++] = c;
        else if (is_digit(c) || !strchr("-/:. T", c) || c == '\0')
            return USEC_NONE;
    }
    if (n != 14 && n != 17)
        return USEC_NONE;
    usec t = hj_time_of_14(digits);
    if (t != USEC_NONE && n == 17)
        t += ((digits[14] - '0') * 100 + (digits[15] - '0') * 10 + digits[16] - '0') * 1000;
    return t;
}
