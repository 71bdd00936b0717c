/* Numbered places on the map without borders (page_map.c). Private to web/. */
#pragma once
#include "web/web_private.h"

struct map_place { int64_t lon, lat; /* 1e-7 degree */ int number; str label, href; };
void draw_places(struct request *q, struct out *o, const struct map_place *p, size_t n, int width, int height);
