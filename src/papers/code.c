/*
 * The verification code: 15 characters of 5 random bits and one check character, in Crockford's alphabet (no I, L, O, U).
 * The check is a sum over GF(32), the i-th character weighted by the i-th power of a primitive element: since no two
 * weights are equal and none is 0, every single wrong character and every exchange of two is noticed.
 */
#include "papers/paper_private.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
enum { DATA_CHARS = PAPER_CODE_CHARS - 1, GROUP = 4, FIELD_POLYNOMIAL = 0x25 /* x^5 + x^2 + 1 */ };

/* a times x */
static int times_x(int a)
{
    a <<= 1;
    return a & 0x20 ? a ^ FIELD_POLYNOMIAL : a;
}

/* Horner's rule: the first character gets the highest power; the check character itself would have weight 1. */
static int check_of(const int *value)
{
    int sum = 0;
    for (int i = 0; i < DATA_CHARS; i++)
        sum = times_x(sum ^ value[i]);
    return sum;
}

str paper_code_make(struct arena *a, const uint8_t random[PAPER_CODE_RANDOM])
{
    int value[DATA_CHARS];
    char out[PAPER_CODE_CHARS];
    for (int i = 0; i < DATA_CHARS; i++) {
        int bit = i * 5;
        int two = random[bit / 8] << 8 | (bit / 8 + 1 < PAPER_CODE_RANDOM ? random[bit / 8 + 1] : 0);
        value[i] = two >> (11 - bit % 8) & 31;
        out[i] = alphabet[value[i]];
    }
    out[DATA_CHARS] = alphabet[check_of(value)];
    return arena_str(a, (str){out, PAPER_CODE_CHARS});
}

static int value_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    for (int i = 0; i < 32; i++)
        if (alphabet[i] == c)
            return i;
    return -1;
}

bool paper_code_read(struct arena *a, str typed, str *ret)
{
    int value[PAPER_CODE_CHARS], n = 0;
    char out[PAPER_CODE_CHARS];
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == '-' || c == ' ' || c == '\t')
            continue;
        int v = value_of(c);
        if (v < 0 || n == PAPER_CODE_CHARS)
            return false;
        out[n] = alphabet[v];
        value[n++] = v;
    }
    if (n != PAPER_CODE_CHARS || check_of(value) != value[DATA_CHARS])
        return false;
    *ret = arena_str(a, (str){out, PAPER_CODE_CHARS});
    return true;
}

str paper_code_groups(struct arena *a, str code)
{
    buf b = buf_make(a, 2 * code.n + 1);
    for (size_t i = 0; i < code.n; i++) {
        if (i && i % GROUP == 0)
            buf_char(&b, '-');
        buf_char(&b, code.p[i]);
    }
    return buf_str(&b);
}
