/*
 * Photographs that do not exist: a plant seen by a camera. Boxes, pipes and tanks stand at distances, so another standpoint
 * moves near things more than far ones; clouds, light and the noise of the sensor change from one photograph to the next.
 */
#pragma once
#include "testing.h"

enum { SCENE_WIDTH = 640, SCENE_HEIGHT = 480 };
struct camera { uint64_t plant; double x, y, turn, light; uint64_t noise; };
uint8_t *scene_photo(struct arena *a, const struct camera *c); /* SCENE_WIDTH x SCENE_HEIGHT grey */
/* Part [x0,x1) x [y0,y1) drawn to width x height. */
uint8_t *scene_cut(struct arena *a, const uint8_t *p, double x0, double y0, double x1, double y1, int width, int height);
str scene_jpeg(struct arena *a, const uint8_t *p, int width, int height, int quality);
str scene_png(struct arena *a, const uint8_t *p, int width, int height, bool interlaced);
