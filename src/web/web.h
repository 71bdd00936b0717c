/*
 * web/: HTTP, sessions, pages and API over acts/. Its door.
 *
 * web_start() opens the port and returns; requests run on `workers` threads of its own, so that the acts of
 * many clients wait for one commit together. web_stop() lets running requests finish.
 */
#pragma once
#include "acts/acts.h"
#include "monitor/gateway/gateway.h"
#include "monitor/watch/watch.h"

struct web;

enum web_door {
    DOOR_BOTH,   /* one address for everybody: demo, tests, a small office */
    DOOR_INSIDE, /* the government network: officers and administrators */
    DOOR_OUTSIDE /* members, providers' leads, subjects, public, codes on notices; the rest is 404 */
};

struct web_options {
    str address;         /* "" = 127.0.0.1; an IPv4 address */
    int port;            /* 0 = a free one, see web_port() */
    enum web_door door;
    bool cookie_secure;  /* TLS ends in front of us: Secure on the cookie */
    int workers;         /* 0 = 64 */
    int connections;     /* 0 = 1000 */
    str certificate;     /* file of the TLS certificate in front of us, for 系统自检; "" = not known */
    str outside_address; /* "https://..." printed on notices; "" = no code is printed, the telephone is */
    str site_ca;         /* certificate of the site's own authority, PEM, offered to phones; "" = none */
    struct readings *readings; /* the store of monitoring data, open as long as the server; NULL: pages say 未启用监测数据 */
    struct watch *watch;       /* what the detectors found; NULL, or never run: pages say 尚未运行研判 */
    struct gateway *gateway;   /* one in this process: its figures stand on the page of health and in /metrics; NULL: none */
};

MUST_USE err *web_start(struct acts *acts, const struct web_options *options, struct web **ret);
int web_port(const struct web *w);
void web_stop(struct web *w);

/* ---- passwords, for init, demo and tests ---- */
enum { LIMIT_PASSWORD_MIN = 12, LIMIT_PASSWORD_MAX = 200 };
/* Sets or replaces; ends every session of the user. ERR_INPUT when too short or too long. */
MUST_USE err *web_set_password(struct store *s, str user, str password, bool must_change,
                               enum password_cost cost);
