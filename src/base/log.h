/* Log: logfmt lines on standard error, one per event (journald keeps them). Values are quoted and
 * control characters escaped; never put personal data or secrets here. Thread-safe. */
#pragma once
#include "base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
void log_level_set(enum log_level lowest);
/* log_event(LOG_INFO, "serve", "address", address, "workers", "4", NULL): C strings, NULL ends. */
__attribute__((sentinel)) void log_event(enum log_level level, const char *event, ...);
void log_err(const char *event, const err *e); /* kind, text, field, detail, trace */
