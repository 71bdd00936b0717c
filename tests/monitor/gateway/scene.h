/* A gateway on loopback over a fresh store, and devices that are plain sockets: what a test sends and hears is under its own hand. */
#pragma once
#include "testing.h"

#include "monitor/gateway/gateway_private.h"

struct gateway_scene {
    char folder[64], url[128];
    struct store *store;
    struct readings *readings;
    struct gateway *gateway;
    struct arena *arena;
    int port;
};

/* A fresh folder and store, migrated; no gateway yet. */
int gateway_scene_setup(void **state);
int gateway_scene_teardown(void **state);
#define gateway_test(fn) cmocka_unit_test_setup_teardown(fn, gateway_scene_setup, gateway_scene_teardown)
void gateway_scene_open(struct gateway_scene *s);  /* store and readings; setup has done it */
void gateway_scene_close(struct gateway_scene *s);
void gateway_scene_start(struct gateway_scene *s, const struct gateway_options *o);
void gateway_scene_stop(struct gateway_scene *s);  /* the gateway only */
/* A registered outlet, as the acts would write it. */
void gateway_scene_outlet(struct gateway_scene *s, const char *mn, const char *network /* NULL: from anywhere */);

/* ---- a device ---- */
struct sent { const char *mn; int cn, number, flag, pno; enum hj_edition edition; enum hj_crc crc; const char *data; };
/* QN is made of `number`; -1 in `flag` leaves it out; number 0 leaves QN out. */
str frame_made(struct arena *a, const struct sent *f);
str qn_made(struct arena *a, int number);
/* A minute record, 2017, asking for an answer. */
str frame_simple(struct arena *a, const char *mn, int number);

int device_connect(int port);
int device_connect_from(int port, const char *source);
void device_send(int fd, str bytes);
/* Answers that come within `milliseconds`, at most `n`; how many. Text lives in the arena. */
struct heard { int cn; str qn, mn, raw; enum hj_crc crc; };
size_t device_hear(int fd, struct arena *a, struct heard *ret, size_t n, int milliseconds);
bool device_closed(int fd, int milliseconds); /* the gateway has closed it */

/* ---- what the store has ---- */
struct kept { str raw, peer; int state, crc; int64_t arrived_mono; usec arrived; };
size_t spool_kept(struct gateway_scene *s, struct kept **ret); /* everything, in order */
size_t spool_count(struct gateway_scene *s, str raw);
bool event_there(struct gateway_scene *s, const char *mn, const char *kind);
int64_t cause_seconds(struct gateway_scene *s, const char *mn, enum platform_cause cause, int64_t *ret_count);
/* Waits up to `milliseconds` for what a thread does in its own time. */
#define wait_for(condition, milliseconds)                                                                              \
    do {                                                                                                                \
        for (int waited_ = 0; !(condition) && waited_ < (milliseconds); waited_ += 10)                                  \
            usleep(10000);                                                                                              \
        assert_true(condition);                                                                                         \
    } while (0)
