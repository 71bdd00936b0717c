/* Family D: quality assurance. */
#include "monitor/detect/detect_private.h"

const struct detector detectors_quality[] = {{.id = NULL}};
