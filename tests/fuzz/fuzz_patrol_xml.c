/* Flight logs as GPX and KML. */
#define LOG_PARSE(a, text, t) gpx_kml_parse(a, text, t)
#include "patrol_log.h"
