/* Base64 (RFC 4648, sections 4 and 5). The reader takes the one canonical form of a value only, so
 * that signed texts have one spelling. */
#include "crypto/crypto.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static str encode(struct arena *a, const uint8_t *bytes, size_t n, const char *alphabet, bool pad)
{
    char *text = arena_alloc(a, n / 3 + 1, 4);
    size_t out = 0;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i < 3 ? n - i : 3;
        uint32_t v = (uint32_t)bytes[i] << 16;
        v |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        v |= left > 2 ? bytes[i + 2] : 0;
        for (size_t k = 0; k <= left; k++)
            text[out++] = alphabet[v >> (18 - 6 * k) & 63];
        for (size_t k = left; pad && k < 3; k++)
            text[out++] = '=';
    }
    return (str){text, out};
}

str base64_text(struct arena *a, const void *bytes, size_t n)
{
    return encode(a, bytes, n, standard, true);
}

str base64_url(struct arena *a, const void *bytes, size_t n)
{
    return encode(a, bytes, n, for_url, false);
}

static int digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(str text, uint8_t *ret, size_t maximum, size_t *ret_n)
{
    if (text.n % 4)
        return false;
    size_t padding = 0, out = 0;
    while (padding < 2 && padding < text.n && text.p[text.n - 1 - padding] == '=')
        padding++;
    if (text.n / 4 * 3 - padding > maximum)
        return false;
    for (size_t i = 0; i < text.n; i += 4) {
        size_t digits = i + 4 == text.n ? 4 - padding : 4;
        uint32_t v = 0;
        for (size_t k = 0; k < 4; k++) {
            int d = k < digits ? digit(text.p[i + k]) : 0;
            if (d < 0)
                return false;
            v = v << 6 | (uint32_t)d;
        }
        if (v & ((1u << 8 * (4 - digits)) - 1))
            return false;
        for (size_t k = 0; k + 1 < digits; k++)
            ret[out++] = (uint8_t)(v >> (16 - 8 * k));
    }
    *ret_n = out;
    return true;
}
