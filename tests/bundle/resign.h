/* Bundles changed by somebody who holds the key: a member is changed, and manifest, checksums and signature fit again. */
#pragma once
#include "bundle/packet.h"

/* One change, drawn from *seed; *ret_what says which, for messages. The bytes live in `a`. */
str resign_changed(struct arena *a, struct packet *p, uint64_t *seed, str *ret_what);
/* Member `name` with other bytes. */
str resign_with(struct arena *a, struct packet *p, const char *name, str bytes);
/* The packet with `mb` papers of a megabyte beside its own members, written to `path`. */
void resign_large(struct packet *p, int64_t mb, str path);
