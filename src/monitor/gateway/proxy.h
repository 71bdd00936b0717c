/*
 * The PROXY protocol, versions 1 and 2: the first bytes of a connection that nginx opens for a device, naming the device's address.
 * Source: the protocol's own text (haproxy.org, proxy-protocol.txt), sections 2.1 and 2.2.
 */
#pragma once
#include "monitor/gateway/address.h"

enum proxy_verdict {
    PROXY_MORE,  /* nothing can be said before more bytes come */
    PROXY_KNOWN, /* *ret_n bytes used up; *ret is the device */
    PROXY_LOCAL, /* *ret_n bytes used up; the proxy speaks for itself (a health check): its own address stays */
    PROXY_NONE   /* no such header: whoever speaks is not our proxy */
};
enum { LIMIT_PROXY_V1 = 107, LIMIT_PROXY_V2 = 16 + 512 };
enum proxy_verdict proxy_read(str bytes, size_t *ret_n, struct address *ret);
