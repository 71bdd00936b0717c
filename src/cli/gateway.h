/* The gateway beside pages (serve, demo) or as a process of its own: its options, and its life with the readings it writes. */
#pragma once
#include "cli/cli.h"
#include "monitor/gateway/gateway.h"
#include "monitor/watch/watch.h"

struct gateway_service { struct readings *readings; struct gateway *gateway; };
/* What the options of the command say: `listen` names the one with the address, the others begin with `prefix`. */
MUST_USE err *gateway_options_read(struct cli *c, const char *listen, const char *prefix, struct gateway_options *ret);
/* Opens the readings for writing, starts the gateway and prints its address. */
MUST_USE err *gateway_service_start(struct store *s, const struct gateway_options *o, struct gateway_service *ret);
/* The readings for reading only, where another process (or nobody) writes them; none are no error. */
MUST_USE err *readings_for_pages(struct store *s, struct gateway_service *ret);
void gateway_service_stop(struct gateway_service *g); /* one that was never started is fine */
void watch_close_at(struct watch **w);
#define AUTO_WATCH __attribute__((cleanup(watch_close_at))) struct watch
#define AUTO_GATEWAY __attribute__((cleanup(gateway_service_stop))) struct gateway_service
