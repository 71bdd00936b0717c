/* Numeric addresses only: a gateway that waits for a name server lets ten thousand loggers wait. */
#include "monitor/gateway/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
enum { MAPPED_BITS = 96, SITE_BITS_4 = MAPPED_BITS + 24, SITE_BITS_6 = 48 };

static bool is_mapped(const uint8_t byte[16])
{
    return memcmp(byte, mapped, sizeof mapped) == 0;
}

bool address_parse(str text, uint16_t port, struct address *ret)
{
    char copy[INET6_ADDRSTRLEN];
    struct address a = {.port = port};
    if (text.n == 0 || text.n >= sizeof copy || memchr(text.p, '\0', text.n))
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    memcpy(a.byte, mapped, sizeof mapped);
    if (inet_pton(AF_INET, copy, a.byte + sizeof mapped) != 1 && inet_pton(AF_INET6, copy, a.byte) != 1)
        return false;
    *ret = a;
    return true;
}

struct address address_of(const struct sockaddr_storage *s)
{
    struct address a = {0};
    if (s->ss_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, s, sizeof six);
        memcpy(a.byte, &six.sin6_addr, sizeof a.byte);
        a.port = ntohs(six.sin6_port);
    } else if (s->ss_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, s, sizeof four);
        memcpy(a.byte, mapped, sizeof mapped);
        memcpy(a.byte + sizeof mapped, &four.sin_addr, 4);
        a.port = ntohs(four.sin_port);
    }
    return a;
}

size_t address_sockaddr(const struct address *a, struct sockaddr_storage *ret)
{
    memset(ret, 0, sizeof *ret);
    if (is_mapped(a->byte)) {
        struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(a->port)};
        memcpy(&four.sin_addr, a->byte + sizeof mapped, 4);
        memcpy(ret, &four, sizeof four);
        return sizeof four;
    }
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(a->port)};
    memcpy(&six.sin6_addr, a->byte, sizeof a->byte);
    memcpy(ret, &six, sizeof six);
    return sizeof six;
}

static const char *bare_text(const uint8_t byte[16], char ret[INET6_ADDRSTRLEN])
{
    bool four = is_mapped(byte);
    const char *text = inet_ntop(four ? AF_INET : AF_INET6, four ? byte + sizeof mapped : byte, ret, INET6_ADDRSTRLEN);
    CHECK(text);
    return text;
}

size_t address_text(const struct address *a, char ret[LIMIT_ADDRESS_TEXT])
{
    char bare[INET6_ADDRSTRLEN];
    int n = snprintf(ret, LIMIT_ADDRESS_TEXT, is_mapped(a->byte) ? "%s:%u" : "[%s]:%u", bare_text(a->byte, bare), a->port);
    return (size_t)n;
}

bool address_equal(const struct address *a, const struct address *b)
{
    return memcmp(a->byte, b->byte, sizeof a->byte) == 0;
}

static void clear_behind(uint8_t byte[16], int bits)
{
    for (int i = 0; i < 16; i++) {
        int left = bits - 8 * i;
        if (left <= 0)
            byte[i] = 0;
        else if (left < 8)
            byte[i] &= (uint8_t)(0xff << (8 - left));
    }
}

bool network_parse(str cidr, struct network *ret)
{
    str rest = str_trim(cidr), host;
    struct address a;
    int64_t bits;
    if (!str_next(&rest, '/', &host) || !address_parse(host, 0, &a))
        return false;
    bool four = is_mapped(a.byte) && !memchr(host.p, ':', host.n);
    if (!rest.p)
        bits = four ? 32 : 128;
    else if (!str_int64(rest, &bits) || bits < 0 || bits > (four ? 32 : 128))
        return false;
    struct network n = {.bits = (uint8_t)(four ? bits + MAPPED_BITS : bits)};
    memcpy(n.byte, a.byte, sizeof n.byte);
    clear_behind(n.byte, n.bits);
    *ret = n;
    return true;
}

bool network_has(const struct network *n, const struct address *a)
{
    uint8_t byte[16];
    memcpy(byte, a->byte, sizeof byte);
    clear_behind(byte, n->bits);
    return memcmp(byte, n->byte, sizeof byte) == 0;
}

bool network_equal(const struct network *a, const struct network *b)
{
    return a->bits == b->bits && memcmp(a->byte, b->byte, sizeof a->byte) == 0;
}

struct network network_around(const struct address *a)
{
    struct network n = {.bits = is_mapped(a->byte) ? SITE_BITS_4 : SITE_BITS_6};
    memcpy(n.byte, a->byte, sizeof n.byte);
    clear_behind(n.byte, n.bits);
    return n;
}

str network_text(struct arena *a, const struct network *n)
{
    char bare[INET6_ADDRSTRLEN];
    bool four = is_mapped(n->byte) && n->bits >= MAPPED_BITS;
    return arena_printf(a, "%s/%d", bare_text(n->byte, bare), four ? n->bits - MAPPED_BITS : n->bits);
}
