/* Bundles changed by somebody who holds the key: a member is changed, and manifest, checksums and signature fit again. */
#pragma once
#include "bundle/packet.h"

/* One change, drawn from *seed; *ret_what says which, for messages. The bytes live in `a`. */
str resign_changed(struct arena *a, struct packet *p, uint64_t *seed, str *ret_what);
/* Member `name` with other bytes. */
str resign_with(struct arena *a, struct packet *p, const char *name, str bytes);
/* The packet with `mb` papers of a megabyte beside its own members, written to `path`. */
void resign_large(struct packet *p, int64_t mb, str path);

/* A ledger of one entry, made up and signed by who holds the key: every proof holds, so the shape of the texts decides alone. */
struct forged {
    const char *what;
    const char *spine;          /* members beside those every spine has, or with a leading '{' the whole of it */
    const char *item, *text;    /* a sealed item of the entry, opened; NULL: none. Its digest stands for @ in the spine */
    const char *reasons;        /* of the receipt; NULL: [] */
    const char *line;           /* of the catalogue; NULL: none */
    enum bundle_fault fault;
};
extern const struct forged forged_all[];
extern const size_t forged_n;
str resign_forged(struct arena *a, struct packet *p, const struct forged *f);
/* Two entries: the second orders the erasure of `items` sealed items of the first, and is `bytes` long. */
str resign_erasing(struct arena *a, struct packet *p, size_t items, size_t bytes);
