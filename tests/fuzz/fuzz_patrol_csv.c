/* Flight logs as tables. */
#define LOG_PARSE(a, text, t) log_csv_parse(a, text, t)
#include "patrol_log.h"
