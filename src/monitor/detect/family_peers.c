/* Family E: peers and outside data. */
#include "monitor/detect/detect_private.h"

const struct detector detectors_peers[] = {{.id = NULL}};
