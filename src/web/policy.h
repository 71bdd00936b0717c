/*
 * What we refuse of HTTP/1.1 that libmicrohttpd 0.9.75 lets through. Pure: works on the head as the library
 * shows it, plus where the pieces lay in its buffer.
 *
 * Sources: RFC 9112 section 5.1, 5.2 (folding), 6.1, 6.3 (lengths), 3.2 (Host); RFC 9110 section 5.5 (values).
 * Transfer codings of requests are refused altogether (411): browsers, nginx and curl send lengths, and with the
 * codings go LF-only chunks, trailers and the whole family of request smuggling.
 */
#pragma once
#include "base/base.h"

struct wire_header { str name, value; };
struct wire {
    str method, target, version;
    const struct wire_header *headers;
    size_t n;
    size_t head_n;          /* bytes from the method to the end of the head, as the library read them; 0 not known */
    const char *target_at; /* where the target lay in the buffer of the connection, into which version and headers
                            * point, in wire order; NULL: nothing is known of the layout */
};
enum { LIMIT_WIRE_HEADERS = 64 };

/* 0: fine, else the status; *ret_why in English, for the log and the person who debugs a client. */
int policy_refuses(const struct wire *w, const char **ret_why, int64_t *ret_length /* -1: none */);
