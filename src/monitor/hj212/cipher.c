/*
 * Bodies of HJ 212-2025, known from implementations only: the text between the two && is cut into blocks of 16 bytes,
 * these are encrypted (SM4-ECB) and printed as {0xE4,0x3E,...}, and what is left over follows in clear.
 */
#include "crypto/crypto.h"
#include "monitor/hj212/hj212_private.h"

enum { PRINTED = 5, /* "0xE4," */ MOST_BYTES = HJ_LIMIT_FRAME / PRINTED };

bool hj_cipher_stands(str data)
{
    return data.n >= 4 && memcmp(data.p, "{0x", 3) == 0;
}

/* The bytes between the braces; *ret_at is left behind the closing one. */
static bool braces(str data, uint8_t *ret, size_t *ret_n, size_t *ret_at)
{
    size_t at = 1, n = 0;
    for (;;) {
        uint16_t byte;
        if (data.n < at + PRINTED || data.p[at] != '0' || (data.p[at + 1] | 0x20) != 'x' || n == MOST_BYTES)
            return false;
        char four[4] = {'0', '0', data.p[at + 2], data.p[at + 3]};
        if (!hj_hex_four(four, &byte))
            return false;
        ret[n++] = (uint8_t)byte;
        at += PRINTED;
        if (data.p[at - 1] == '}')
            break;
        if (data.p[at - 1] != ',')
            return false;
        while (at < data.n && data.p[at] == ' ')
            at++;
    }
    *ret_n = n;
    *ret_at = at;
    return n % SM4_BLOCK_BYTES == 0;
}

bool hj_cipher_open(str data, const uint8_t *key, struct arena *a, str *ret)
{
    uint8_t bytes[MOST_BYTES];
    size_t n, at;
    if (!braces(data, bytes, &n, &at))
        return false;
    size_t tail = data.n - at;
    char *plain = arena_alloc(a, n + tail, 1);
    sm4_ecb_decrypt(key, bytes, n / SM4_BLOCK_BYTES, plain);
    memcpy(plain + n, data.p + at, tail);
    *ret = (str){plain, n + tail};
    return true;
}

void hj_cipher_close(buf *b, const uint8_t *key, str data)
{
    size_t n = data.n / SM4_BLOCK_BYTES * SM4_BLOCK_BYTES;
    uint8_t block[SM4_BLOCK_BYTES];
    for (size_t i = 0; i < n; i++) {
        if (i % SM4_BLOCK_BYTES == 0)
            sm4_ecb_encrypt(key, data.p + i, 1, block);
        buf_printf(b, "%c0x%02X", i ? ',' : '{', block[i % SM4_BLOCK_BYTES]);
    }
    if (n)
        buf_char(b, '}');
    buf_add(b, str_sub(data, n, data.n));
}
