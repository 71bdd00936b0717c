/* Addresses and networks of IPv4 and IPv6 as sixteen bytes: IPv4 stands mapped (::ffff:a.b.c.d), so one comparison serves both. */
#pragma once
#include "base/base.h"

struct sockaddr_storage;

struct address { uint8_t byte[16]; uint16_t port; };
struct network { uint8_t byte[16]; uint8_t bits; /* of the sixteen bytes: an IPv4 /24 is 120 */ };

enum { LIMIT_ADDRESS_TEXT = 64 };
bool address_parse(str text, uint16_t port, struct address *ret); /* numeric only: no name is looked up */
struct address address_of(const struct sockaddr_storage *s);
size_t address_sockaddr(const struct address *a, struct sockaddr_storage *ret);
/* "10.0.0.7:51234", "[2001:db8::7]:51234". Writes at most LIMIT_ADDRESS_TEXT bytes, gives their number. */
size_t address_text(const struct address *a, char ret[LIMIT_ADDRESS_TEXT]);
bool address_equal(const struct address *a, const struct address *b); /* without the port */
/* "10.1.0.0/16", "2001:db8::/32", or one address. */
bool network_parse(str cidr, struct network *ret);
bool network_has(const struct network *n, const struct address *a);
bool network_equal(const struct network *a, const struct network *b);
/* What counts as one site: /24 of IPv4, /48 of IPv6. */
struct network network_around(const struct address *a);
str network_text(struct arena *a, const struct network *n);
