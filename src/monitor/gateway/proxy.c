/*
 * Strict, because only our own nginx speaks it: anything unexpected is no header, and the connection is closed. A header is never
 * taken from a device itself: the option is for a port that only the proxy reaches.
 */
#include "monitor/gateway/proxy.h"

#include <string.h>

static const char signature[] = "\r\n\r\n\0\r\nQUIT\n";
enum { SIGNATURE = 12, HEAD_V2 = 16, FAMILY_TCP4 = 0x11, FAMILY_TCP6 = 0x21, ADDRESSES_4 = 12, ADDRESSES_6 = 36 };

static bool port_of(str text, uint16_t *ret)
{
    int64_t port;
    if (text.n > 5 || !str_int64(text, &port) || port < 0 || port > 65535)
        return false;
    *ret = (uint16_t)port;
    return true;
}

/* PROXY TCP4 10.0.0.7 10.0.0.1 51234 7212 */
static enum proxy_verdict line(str text, struct address *ret)
{
    str word[6] = {0};
    size_t n = 0;
    for (str rest = text, part; str_next(&rest, ' ', &part); n++) {
        if (n == 6)
            return PROXY_NONE;
        word[n] = part;
    }
    if (n >= 2 && str_eq(word[1], S("UNKNOWN")))
        return PROXY_LOCAL;
    uint16_t port, own_port;
    struct address own;
    bool six = str_eq(word[1], S("TCP6"));
    if (n != 6 || (!six && !str_eq(word[1], S("TCP4"))) || !port_of(word[4], &port) || !port_of(word[5], &own_port) ||
        !address_parse(word[3], own_port, &own) || !address_parse(word[2], port, ret))
        return PROXY_NONE;
    return (memchr(word[2].p, ':', word[2].n) != NULL) == six ? PROXY_KNOWN : PROXY_NONE;
}

static enum proxy_verdict version_1(str bytes, size_t *ret_n, struct address *ret)
{
    str clipped = str_sub(bytes, 0, LIMIT_PROXY_V1);
    ptrdiff_t end = str_find(clipped, S("\r\n"));
    if (end < 0)
        return bytes.n < LIMIT_PROXY_V1 ? PROXY_MORE : PROXY_NONE;
    *ret_n = (size_t)end + 2;
    return line(str_sub(bytes, 0, (size_t)end), ret);
}

static uint16_t big(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static enum proxy_verdict version_2(str bytes, size_t *ret_n, struct address *ret)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    if (bytes.n < HEAD_V2)
        return PROXY_MORE;
    size_t length = big(p + 14);
    if (p[12] >> 4 != 2 || (p[12] & 15) > 1 || HEAD_V2 + length > LIMIT_PROXY_V2)
        return PROXY_NONE;
    if (bytes.n < HEAD_V2 + length)
        return PROXY_MORE;
    *ret_n = HEAD_V2 + length;
    if ((p[12] & 15) == 0)
        return PROXY_LOCAL;
    struct address a = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 0};
    const uint8_t *at = p + HEAD_V2;
    if (p[13] == FAMILY_TCP4 && length >= ADDRESSES_4) {
        memcpy(a.byte + 12, at, 4);
        a.port = big(at + 8);
    } else if (p[13] == FAMILY_TCP6 && length >= ADDRESSES_6) {
        memcpy(a.byte, at, 16);
        a.port = big(at + 32);
    } else {
        return PROXY_NONE;
    }
    *ret = a;
    return PROXY_KNOWN;
}

enum proxy_verdict proxy_read(str bytes, size_t *ret_n, struct address *ret)
{
    str v2 = {signature, SIGNATURE}, v1 = S("PROXY ");
    if (str_eq(str_sub(bytes, 0, v2.n), str_sub(v2, 0, bytes.n)))
        return bytes.n < v2.n ? PROXY_MORE : version_2(bytes, ret_n, ret);
    if (str_eq(str_sub(bytes, 0, v1.n), str_sub(v1, 0, bytes.n)))
        return bytes.n < v1.n ? PROXY_MORE : version_1(bytes, ret_n, ret);
    return PROXY_NONE;
}
