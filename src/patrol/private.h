/* Between the parsers, the child and the parent's end. Private to patrol/. */
#pragma once
#include "patrol/patrol.h"

#include <math.h>

/* ---- parsers: pure, on bytes in memory; what they cannot read they leave out and flag ---- */

/* Segments of a JPEG's head: picture size, EXIF, XMP, lens, flags of the file alone. False: no JPEG. */
bool head_parse(struct arena *a, str bytes, bool whole, struct photo *ret);
/* The TIFF structure of an APP1 segment; `ret` was emptied. False: broken, and what was read before it stays. */
bool exif_parse(str tiff, struct photo *ret);
/* An XMP packet: drone-dji and its relatives. */
struct xmp { double lat, lon; };
bool xmp_parse(struct arena *a, str packet, struct photo *ret, struct xmp *ret_position);
/* What both said, made one: position, lens, flags. */
void photo_settle(struct photo *p, const struct xmp *x, bool had_exif);
/* A marker segment after the other; *last: the marker before, 0 at first. */
void coding_segment(struct coding *c, uint8_t *last, uint8_t marker, str segment);
str coding_text(struct arena *a, const struct coding *c);
void coding_read(str text, struct coding *ret); /* leaves it when the text is none */
double sensor_width_mm(const char *model); /* of known cameras; NAN */

err *srt_parse(struct arena *a, str text, struct place near, struct track *ret);
err *log_csv_parse(struct arena *a, str text, struct track *ret);
err *gpx_kml_parse(struct arena *a, str text, struct track *ret);
err *log_parse(struct arena *a, str bytes, str name, struct place near, struct track *ret); /* whichever it is */

bool grey_decode(str jpeg, struct grey *ret);
bool twin_judge(struct arena *a, str whole, struct twin *ret); /* false: no JPEG */
void twin_compare(const struct grey *thumbnail, const struct grey *picture, struct twin *ret);

/* ---- small things of text ---- */
bool text_double(str s, double *ret);   /* the whole of s, spaces aside; finite */
double text_leading(str s);             /* the number s begins with; NAN */
usec local_time(int year, int month, int dom, int hour, int minute, double second); /* USEC_NONE when there is no such time */
usec text_time(str s);                  /* 2021-12-25 12:27:52.373, 2017.8.5 14:11:51, 2022-08-07 13:40:40,774,808, ...T...Z */
bool place_good(double lat, double lon);
struct track_point track_point_empty(void);

/* ---- the pipe ---- */
enum patrol_job { JOB_HEADS, JOB_GREY, JOB_TWIN, JOB_LOG };
struct answer_head { uint32_t magic, fault /* 0, else 1 + enum err_kind */, bytes, more; };
enum { ANSWER_MAGIC = 0x70617472 };
struct answer_photo { uint32_t like, spare; struct photo photo; };
struct job { enum patrol_job kind; struct photo_file *files; size_t n; str bytes, name; struct place near; };
_Noreturn void patrol_child(const struct job *j, int out);
