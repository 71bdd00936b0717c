/* A province of outlets for the browser: before the passwords (it brings users), and its frames. */
#pragma once
#include "monitor/series/readings.h"

MUST_USE err *monitor_people(struct store *s);
MUST_USE err *monitor_fill(struct store *s, struct readings *r);
