/* The PROXY protocol's header and a network of the access list: no byte beyond the end is read, a verdict does not change with what
 * comes later, and a network says itself again. */
#include "monitor/gateway/proxy.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void networks(str text)
{
    struct network one, two;
    if (!network_parse(text, &one))
        return;
    AUTO_ARENA(a);
    CHECK(network_parse(network_text(a, &one), &two) && network_equal(&one, &two));
    struct address first = {.port = 1};
    memcpy(first.byte, one.byte, sizeof first.byte);
    CHECK(network_has(&one, &first));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *exact = malloc(n + 1); /* its end is watched by the sanitizer */
    CHECK(exact);
    memcpy(exact, bytes, n);
    enum proxy_verdict whole;
    size_t whole_n = 0;
    struct address whole_from = {0};
    whole = proxy_read((str){exact, n}, &whole_n, &whole_from);
    CHECK(whole_n <= n);
    CHECK(whole != PROXY_MORE || n < LIMIT_PROXY_V2);
    for (size_t i = 0; i < n && i < LIMIT_PROXY_V2; i++) {
        size_t used = 0;
        struct address from = {0};
        enum proxy_verdict early = proxy_read((str){exact, i}, &used, &from);
        CHECK(early == PROXY_MORE || (early == whole && used == whole_n && address_equal(&from, &whole_from)));
    }
    networks((str){exact, n});
    free(exact);
    return 0;
}
