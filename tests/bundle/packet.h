/*
 * A case to bundle: the sealed case of tests/stories/prefix-sealed.jsonl, on the store of a life (SQLite, PostgreSQL), with the
 * original of its cited material in the blobs. The bundle is made once and read into memory. *state is a struct packet.
 */
#pragma once
#include "acts/life.h"
#include "bundle/bundle.h"
#include "bundle/check/check.h"

struct packet {
    struct life *life;
    struct arena *arena;
    bool printed; /* with cover and catalogue as PDF: slower to check byte by byte */
    str path;  /* of the bundle */
    str bytes; /* of it */
    struct bundle_made made;
};
int packet_setup(void **state);
/* The same; `before_seal` is called with the papers in the file and the decision still to come, outside a batch. */
int packet_setup_with(void **state, void (*before_seal)(struct packet *));
int packet_teardown(void **state);
/* Writes the bundle of case k1 anew and reads it; by PATH.zip in the store's folder. */
err *packet_write(struct packet *p, usec as_of);
struct bundle_report packet_verify(struct packet *p, str bytes);
/* Where member NAME's bytes stand in the bundle; fails when there is none. */
str packet_member(const struct packet *p, const char *name);
