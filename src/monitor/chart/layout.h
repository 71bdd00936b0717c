/* Where things stand in a picture being drawn. Between draw.c, overlay.c and legend.c. */
#pragma once
#include "monitor/chart/canvas.h"

struct panel { str unit; struct box box; struct scale scale; };
struct layout {
    const struct chart *c;
    struct canvas *k;
    struct arena *a;
    int size;                /* of words */
    struct box plot;         /* all panels; time runs over its width */
    int strip;               /* height of the row of states below it, 0 none */
    struct panel panel[CHART_SERIES];
    size_t panels;
    int legend;              /* height kept for the legend, 0 none */
    bool contexts;           /* room for the second row of the time axis */
};
int layout_x(const struct layout *l, usec t);                       /* clipped to the plot */
int layout_y(const struct panel *p, double value);                  /* clipped to the panel */
const struct panel *panel_of(const struct layout *l, str unit);     /* the first when nobody has that unit */
bool letter_shown(uint8_t flag);                                    /* a state that is not the ordinary one */
bool state_shown(const struct chart_series *s, size_t i);           /* it fills at least half of the column */

void draw_bands(const struct layout *l);
void draw_limits(const struct layout *l);
void draw_versions(const struct layout *l);
void draw_states(const struct layout *l);

int legend_height(struct layout *l, int width);
void draw_legend(const struct layout *l, int top);
struct pen series_pen(const struct layout *l, size_t series);
