#include "cli/demo_private.h"
void demo_scenes(struct province *p) { (void)p; }
