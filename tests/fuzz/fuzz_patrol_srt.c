/* Flight logs as subtitles. */
#define LOG_PARSE(a, text, t) srt_parse(a, text, (struct place){30.6, 114.3}, t)
#include "patrol_log.h"
