/*
 * icon OUT.png SIZE
 *
 * Draws the sign of the program as a phone keeps it on its first screen: the one horn of the 獬豸
 * over a level beam, on the blue of the pages. All of it lies in the middle 60 % of the square, so
 * a launcher may cut any shape out of it.
 */
#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>

static void ground(cairo_t *c)
{
    cairo_set_source_rgb(c, 0x17 / 255.0, 0x50 / 255.0, 0x7f / 255.0);
    cairo_paint(c);
}

/* The horn: curved like a blade, rising from the middle of the beam. */
static void horn(cairo_t *c)
{
    cairo_set_source_rgb(c, 1, 1, 1);
    cairo_move_to(c, 43, 62);
    cairo_curve_to(c, 42, 46, 47, 32, 61, 20);
    cairo_curve_to(c, 60, 36, 60, 50, 57, 62);
    cairo_close_path(c);
    cairo_fill(c);
}

static void pan(cairo_t *c, double x)
{
    cairo_move_to(c, x - 9, 72);
    cairo_curve_to(c, x - 8, 81, x + 8, 81, x + 9, 72);
    cairo_close_path(c);
    cairo_fill(c);
}

static void balance(cairo_t *c)
{
    cairo_set_source_rgb(c, 1, 1, 1);
    cairo_rectangle(c, 22, 62, 56, 4);
    cairo_fill(c);
    cairo_rectangle(c, 48, 66, 4, 10);
    cairo_rectangle(c, 28, 66, 2, 6);
    cairo_rectangle(c, 70, 66, 2, 6);
    cairo_fill(c);
    pan(c, 29);
    pan(c, 71);
}

int main(int argc, char **argv)
{
    int size = argc == 3 ? atoi(argv[2]) : 0;
    if (size < 16 || size > 1024) {
        fputs("icon OUT.png SIZE (16 to 1024)\n", stderr);
        return 2;
    }
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, size, size);
    cairo_t *c = cairo_create(s);
    cairo_scale(c, size / 100.0, size / 100.0);
    ground(c);
    horn(c);
    balance(c);
    cairo_destroy(c);
    cairo_status_t status = cairo_surface_write_to_png(s, argv[1]);
    cairo_surface_destroy(s);
    if (status != CAIRO_STATUS_SUCCESS)
        fprintf(stderr, "icon: %s: %s\n", argv[1], cairo_status_to_string(status));
    return status != CAIRO_STATUS_SUCCESS;
}
