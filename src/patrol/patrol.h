/*
 * patrol/: what an unmanned aircraft brings home (Art. 6 无人机巡飞): photographs and flight logs, to footprints, coverage and the
 * pixels that see a place. Its door.
 *
 * Three floors, each usable alone:
 *   read     bytes of strangers to struct photo and struct track. Parsed in a child without files, sockets or privileges.
 *   place    photo and ground to a footprint with its uncertainty (geometry), in a frame of metres (frame).
 *   judge    many footprints against an area: coverage, k-fold, holes, overlaps, lines, yaw, clocks, doubles, entry (flight).
 *
 * Units: degrees of WGS 84 for positions as files hold them (decimetres from CGCS2000, which is what they are compared with);
 * metres in a frame: x east, y north, z up; angles in degrees, yaw clockwise from true north, pitch 0 at the horizon and -90 down,
 * roll clockwise; pixels from the upper left corner of the picture, v down. NAN: the file does not say.
 *
 * Ownership: everything lives in the arena given. Thread-safe; children are forked from the calling thread and end with the call.
 * Errors: ERR_INPUT not a file of this kind, and the way out; ERR_LIMIT beyond a limit, named; ERR_DAMAGED broken inside.
 *
 * Sources: CIPA DC-008 (EXIF 2.3); Adobe XMP Part 3; DJI's drone-dji names as its cameras write them; GPX 1.1; OGC KML 2.3;
 * EPSG guidance note 7-2 and Kruger 1912 (transverse Mercator); Brown 1971 (lens); NOAA solar calculator after Meeus 1998;
 * 无人驾驶航空器飞行管理暂行条例 (2024) for 120 m of true height.
 */
#pragma once
#include "base/base.h"
#include "crypto/crypto.h"

enum {
    LIMIT_PATROL_HEAD = 128 << 10,      /* bytes of a photograph that travel first */
    LIMIT_PATROL_FILE = 64 << 20,       /* a photograph or a log as a whole */
    LIMIT_PATROL_PHOTOS = 250000,       /* of one flight */
    LIMIT_PATROL_POINTS = 500000,       /* of one log */
    LIMIT_PATROL_AREA = 1 << 20,        /* bytes of GeoJSON, KML or a grid's header */
    LIMIT_PATROL_VERTICES = 20000,      /* of an area */
    LIMIT_PATROL_KM = 400,              /* an area's longer side */
    LIMIT_PATROL_GRID = 64 << 20,       /* bytes of a height grid as text */
    LIMIT_PATROL_CELLS = 16 << 20,      /* of a height grid */
    LIMIT_PATROL_PIECES = 5000,         /* of 100 m, of a corridor: 500 km */
    LIMIT_PATROL_HOLES = 1 << 20,       /* labels while holes are looked for */
    LIMIT_PATROL_SECONDS = 60, LIMIT_PATROL_MEMORY = 512 << 20 /* of the child */
};

/* ---- read: photographs ---- */

/* What is doubtful about a photograph. X(name, bit, id, Chinese). The first part is seen in the file alone, the second beside others. */
#define PHOTO_FLAGS(X)                                                                              \
    X(NO_EXIF, 0, "no_exif", "没有EXIF信息")                                                        \
    X(EXIF_BROKEN, 1, "exif_broken", "EXIF信息损坏，只读出一部分")                                   \
    X(XMP_BROKEN, 2, "xmp_broken", "XMP信息损坏，只读出一部分")                                     \
    X(NO_POSITION, 3, "no_position", "没有位置")                                                    \
    X(ZERO_POSITION, 4, "zero_position", "经纬度为0，定位未完成")                                    \
    X(POSITION_RANGE, 5, "position_range", "经纬度超出范围")                                        \
    X(NO_HEMISPHERE, 6, "no_hemisphere", "未写明南北纬、东西经")                                     \
    X(POSITIONS_DIFFER, 7, "positions_differ", "EXIF与XMP的位置相差超过1米")                        \
    X(NO_HEIGHT, 8, "no_height", "没有相对起飞点的高度")                                            \
    X(NO_GIMBAL, 9, "no_gimbal", "没有云台角度")                                                    \
    X(NO_LENS, 10, "no_lens", "不知道镜头焦距")                                                     \
    X(EDITED, 11, "edited", "写有图片处理软件的名称或标记，或缺少相机自带的附图，可能经软件改动，只作提示") \
    X(TRUNCATED, 12, "truncated", "文件不完整")                                                     \
    X(NO_TIME, 13, "no_time", "没有拍摄时间")                                                       \
    X(TIME_DEFAULT, 14, "time_default", "拍摄时间是相机出厂时间或在将来")                            \
    X(SIZE_DIFFERS, 15, "size_differs", "EXIF写的画面尺寸与实际画面不同，可能经裁剪或缩放，只作提示")  \
    X(ZONE_ASSUMED, 16, "zone_assumed", "照片未写时区，按北京时间计")                               \
    X(TIME_DOUBTFUL, 17, "time_doubtful", "相机时钟与卫星时间相差超过2分钟")                         \
    X(SUN, 18, "sun", "按拍摄时间应为黑夜，而照片是日光曝光")                                        \
    X(DUPLICATE, 19, "duplicate", "与另一张照片字节相同")                                           \
    X(TOO_FAST, 20, "too_fast", "与前一张照片之间的速度超过40米/秒")                                 \
    X(YAW_REVERSED, 21, "yaw_reversed", "机头方向与影像移动相反，已转180度计算")                     \
    X(CLAMPED, 22, "clamped", "倾斜拍摄，画面远处已截去")                                           \
    X(NO_FOOTPRINT, 23, "no_footprint", "画面中心不在地面上")                                        \
    X(HIGH, 24, "high", "离地高度超过限高")                                                          \
    X(AWAY, 25, "away", "远离任务区域")                                                             \
    X(ENTRY, 26, "entry", "在企业厂界内、无执法人员陪同")                                            \
    X(ENTRY_SEEN, 27, "entry_seen", "画面进入企业厂界、无执法人员陪同")                              \
    X(UNPLANNED, 28, "unplanned", "不在批准的时间内，或计划没有批准")                                  \
    X(AIRCRAFT, 29, "aircraft", "无人机序列号与飞行计划不符")                                         \
    X(CHANGED, 30, "changed", "文件的修改时间与拍摄时间相差1分钟以上，可能经软件另存，只作提示")         \
    X(CODED_OTHERWISE, 31, "coded_otherwise", "写法（标记次序、量化表种类、霍夫曼表）与同型号的其他照片不同，可能经软件另存，只作提示") \
    X(PARTS_MISSING, 32, "parts_missing", "缺少同型号的其他照片都有的信息（厂商信息、XMP、附图或预览），可能经软件另存，只作提示") \
    X(THUMBNAIL_DIFFERS, 33, "thumbnail_differs", "原件的附图与画面不一致，可能经软件改动，只作提示") \
    X(THUMBNAIL_TURNED, 34, "thumbnail_turned", "原件的附图与画面方向相反，画面可能被转过，只作提示")
enum photo_flag {
#define PATROL_FLAG(name, bit, id, text) PHOTO_##name = UINT64_C(1) << (bit),
    PHOTO_FLAGS(PATROL_FLAG)
#undef PATROL_FLAG
    PHOTO_ASIDE = PHOTO_ENTRY | PHOTO_ENTRY_SEEN | PHOTO_UNPLANNED | PHOTO_AIRCRAFT, /* kept, shown to nobody, no ground for anything */
    /* Of a file that may have been through a program: said, and nothing more follows from it. */
    PHOTO_BESIDE_SIBLINGS = PHOTO_CODED_OTHERWISE | PHOTO_PARTS_MISSING,
    PHOTO_TWIN = PHOTO_THUMBNAIL_DIFFERS | PHOTO_THUMBNAIL_TURNED,
    PHOTO_TOUCHED = PHOTO_EDITED | PHOTO_SIZE_DIFFERS | PHOTO_CHANGED | PHOTO_BESIDE_SIBLINGS | PHOTO_TWIN
};
struct photo_flag_name { uint64_t flag; const char *id, *text; };
const struct photo_flag_name *photo_flag_names(size_t *ret_n);

struct angles { double yaw, pitch, roll; };
/* Brown's lens on top of a pinhole. focal 0: unknown. cx, cy: principal point in pixels from the upper left corner. */
struct lens { double focal, cx, cy, k1, k2, p1, p2, k3; bool distorted; };
enum lens_source { LENS_NONE, LENS_CALIBRATED /* by the maker, in pixels */, LENS_SENSOR /* focal length over the sensor's width */, LENS_35MM /* by the diagonal */ };

/* How a JPEG was written, apart from what it shows: the hand of the program. Fingerprints (FNV-1a) are 0 for what is not in the head. */
enum coding_tables { TABLES_UNSEEN, TABLES_SCALED /* Annex K's, scaled as libjpeg does at a quality */, TABLES_OWN };
enum coding_part { PART_EXIF = 1, PART_MAKER = 2, PART_XMP = 4, PART_THUMBNAIL = 8, PART_MORE_PICTURES = 16 /* MPF */ };
struct coding { uint32_t order /* of marker segments */, huffman, sampling, tables, parts, last_kind /* while it is read */; };

/* Plain bytes: it crosses the pipe as it is. */
struct photo {
    uint64_t flags;
    int32_t width, height;             /* of the picture as coded; 0 unknown */
    char make[32], model[32], software[32], aircraft[32] /* serial */, version[16] /* dialect's XMP version */;
    usec camera_time;                  /* the camera's clock read as if it were UTC; USEC_NONE */
    int32_t camera_zone;               /* minutes east of UTC the file gives; PATROL_ZONE_NONE */
    usec satellite_time;               /* UTC; USEC_NONE */
    double lat, lon;                   /* the better of EXIF and XMP */
    double altitude;                   /* above the ellipsoid or the sea: the files do not agree which; for differences only */
    double above_takeoff;              /* never above ground: 4.1 of the formats' notes */
    bool rtk_fixed;
    double std_lon, std_lat, std_up;   /* metres, of RTK */
    struct angles gimbal, aircraft_angles;
    double focal_mm, focal_35, exposure, fnumber, iso;
    struct lens lens; uint32_t lens_source;
    uint32_t thumbnail, thumbnail_n;   /* where in the head the small picture stands */
    struct coding coding;
};
enum { PATROL_ZONE_NONE = INT32_MIN };

struct photo_file {
    str bytes;          /* the head, or all of it; may be dropped once read */
    bool whole;
    struct sm3 digest;  /* of bytes, by photos_read */
    err *fault;
    struct photo photo;
};
/* Reads many heads with few children; files[i].fault says what became of one. What kills a child costs the file it was reading. */
MUST_USE err *photos_read(struct photo_file *files, size_t n);
bool photo_like(str bytes); /* first bytes of a JPEG */

/* A small grey picture: of the whole photograph where it is there, else of the thumbnail in its head. */
enum { PATROL_GREY = 160 };
struct grey { int32_t width, height; uint8_t p[PATROL_GREY * PATROL_GREY]; };
MUST_USE err *photo_grey(const struct photo_file *f, struct grey *ret);

/* An original beside its own thumbnail, which most programs that change a picture leave as it was. Only the whole file can tell. */
struct twin {
    uint64_t flags;          /* of PHOTO_TWIN and PHOTO_TRUNCATED */
    int32_t likeness;        /* correlation in thousandths, the way round that fits; TWIN_UNSEEN: no thumbnail, or nothing to see in it */
    int32_t part[4];         /* where they differ: from and to across, from and to down, percent of the picture; all 0: nowhere in particular */
};
enum { TWIN_UNSEEN = INT32_MIN };
MUST_USE err *photo_twin(str whole, struct twin *ret);
/* For the record ({"flags":[…],"likeness":…,"part":[…]}), and back; an empty or erased text gives a twin without flags. */
void twin_json(struct json_out *o, const struct twin *t);
void twin_read(struct arena *a, str json, struct twin *ret);
/* The record of an original that has just come: read, compared, as JSON; one that cannot be read is not whole. */
str twin_found(struct arena *a, str whole);
/* One sentence for people; "" where nothing was found. */
str twin_text(struct arena *a, const struct twin *t);

/* ---- read: logs ---- */

enum track_format { TRACK_SRT, TRACK_CSV, TRACK_GPX, TRACK_KML, TRACK_FORMATS };
/* Heights by what they are above. Never merged: a height of unknown datum stays in its own place. */
struct track_point {
    usec t;                              /* as the log has it; USEC_NONE */
    double lat, lon;
    double above_takeoff, above_ground, above_sea, above_unknown;
    double yaw, pitch, roll;             /* of the camera */
    bool photo;                          /* a photograph was taken here */
};
struct track {
    uint32_t format;
    char dialect[32];                    /* "gps(lon,lat)" */
    bool utc;                            /* t is UTC; else the recorder's local time */
    size_t n, skipped;                   /* points; without a position */
    struct track_point *p;
};
/* `name` helps where bytes do not tell (.txt). `near`: a place the flight was planned at, which settles the order of a pair of degrees
 * in dialects that use either; NAN members: none. */
struct place { double lat, lon; };
MUST_USE err *track_read(struct arena *a, str bytes, str name, struct place near, struct track *ret);
bool track_like(str bytes, str name);

/* ---- place: a frame of metres ---- */

/* Transverse Mercator on the ellipsoid of CGCS2000. For our own work: scale 1 on the meridian through the middle, so that metres are
 * metres (1 + 8e-6 at 25 km). */
struct frame { double meridian /* degrees */, scale, east, north; };
struct point { double x, y; };
struct frame frame_at(struct place middle);
struct point frame_point(const struct frame *f, struct place p);
struct place frame_place(const struct frame *f, struct point p);
double frame_convergence(const struct frame *f, struct place p); /* degrees from grid north to true north, clockwise positive east */

/* ---- place: heights of the ground ---- */

struct grid;
/* ESRI ASCII grid in degrees (gdal_translate -of AAIGrid), metres above whatever: differences are used. */
MUST_USE err *grid_read(struct arena *a, str text, struct grid **ret);
double grid_height(const struct grid *g, struct place p); /* bilinear; NAN outside and at holes */

/* ---- place: a camera over ground ---- */

struct ground { const struct grid *grid; const struct frame *frame; double plane; /* z where there is no grid */ };
struct camera { double x, y, z; struct angles angles; struct lens lens; int width, height; };
enum { FOOTPRINT_POINTS = 32 };
struct footprint { int n; struct point p[FOOTPRINT_POINTS]; struct point centre; double area, gsd, gsd_worst; bool clamped; };

/* Where the ray of a pixel meets the ground. False: not below the horizon, or farther than ten times the height. */
bool camera_hit(const struct camera *c, const struct ground *g, double u, double v, struct point *ret);
/* False: the middle of the picture is not on the ground. Clockwise from the upper left corner of the picture. */
bool camera_footprint(const struct camera *c, const struct ground *g, struct footprint *ret);
/* The pixel that sees a place at height z. False: behind the camera or outside the picture. */
bool camera_pixel(const struct camera *c, double x, double y, double z, double *ret_u, double *ret_v);

/* One standard deviation of what a pose is known to. */
struct pose_error { double xy, z, yaw, pitch, roll; };
struct pose_error pose_error_of(const struct photo *p);
/* Of a pixel's place on the ground, one sigma: half axes in metres, azimuth of the longer one in degrees. */
struct ellipse { double a, b, azimuth; };
bool camera_ellipse(const struct camera *c, const struct ground *g, double u, double v, const struct pose_error *e, struct ellipse *ret);

/* ---- place: the sun ---- */

struct sun { double elevation, azimuth; };
struct sun sun_at(usec t, struct place p); /* no refraction; within 0.02 degrees 1950..2050 */

/* ---- judge: areas ---- */

struct ring { struct point *p; size_t n; };
struct shape { struct ring *rings; size_t n; };  /* even-odd */
struct zone { struct shape *shapes; size_t n; }; /* union */
struct hole { double area, width, height; struct point at, low, high; };
struct cover {
    double area, sum, union_area;     /* of the region; of all footprints; of their union, in or out of the region */
    double once, twice, thrice;       /* of the region, seen at least so often */
    double step;                      /* metres between lines */
    struct hole *holes; size_t holes_n; /* largest first */
    double holes_area;
};
/* Exact along each line, midpoint rule across lines `step` apart (0: chosen). `least`: smaller holes are counted, not listed. */
MUST_USE err *cover_measure(struct arena *a, const struct zone *r, const struct ring *footprints, size_t n, double step, double least,
                            struct cover *ret);
double ring_area(const struct ring *r);
double rings_shared(const struct ring *a, const struct ring *b); /* area of both */
bool zone_holds(const struct zone *r, struct point p);
bool rings_meet(const struct ring *a, const struct ring *b); /* share a point */

/* The task: a Polygon or MultiPolygon to be covered, or a LineString with a corridor `left` and `right` of it. */
struct task {
    struct frame frame; struct place middle;
    struct zone region;
    struct ring *lines; size_t lines_n;                       /* of a corridor, in the frame */
    struct zone *pieces; double *piece_from; size_t pieces_n; /* every 100 m; metres from the start */
    double left, right;
};
MUST_USE err *task_read(struct arena *a, str geojson, double corridor_m, struct task *ret);
/* Subjects' boundaries: polygons of a GeoJSON in the task's frame, with the property "name" or "id". */
struct fence { str id, name; struct zone region; };
MUST_USE err *fences_read(struct arena *a, str geojson, const struct frame *frame, struct fence **ret, size_t *ret_n);

/* ---- judge: a flight ---- */

struct flown { usec from, to; };
struct shot { /* one photograph, placed */
    str name;
    size_t file;             /* in the files given */
    struct sm3 digest;       /* of its head */
    const struct photo *photo;
    uint64_t flags;          /* photo->flags and what was found beside others */
    usec t;                  /* UTC; USEC_NONE */
    struct camera camera;
    struct pose_error error;
    double above_ground;
    bool placed; struct footprint footprint;
    struct ellipse ellipse;  /* of the middle of the picture, one sigma */
    int line;                /* strip it belongs to, from 1; 0 none */
    double along, across;    /* overlap with the next on its line, and with the next at a turn; NAN */
    double motion, motion_score; /* degrees between measured and predicted shift to the next photograph; NAN */
    str fence;               /* id of the boundary entered */
};
struct flight_options {
    const struct task *task;          /* NULL: none; then the frame is put in the middle of the photographs */
    const struct grid *grid;
    struct fence *fences; size_t fences_n;
    struct flown *accompanied; size_t accompanied_n; /* officers were with it */
    double height_limit;              /* above ground; 120 by law, less by setting */
    double entry_below;               /* a flight below this over a subject's ground counts as entry */
    struct flown window;               /* of the plan; USEC_NONE members: none */
    str aircraft;                     /* serial of the plan; "" any */
    usec now;                         /* later times are in the future; USEC_NONE: not checked */
    struct track *tracks; size_t tracks_n;
};
struct piece_cover { double from, to, coverage, twice; };
struct log_entry { str fence; size_t track; usec from, to; double lowest; size_t points; };
struct flight {
    struct frame frame;
    struct shot *shots; size_t n, placed, located;
    int lines, reversed_lines;
    struct cover cover;
    struct piece_cover *pieces; size_t pieces_n;
    double along_least, along, along_most, across_least, across, across_most; /* ratios; NAN */
    double gsd, gsd_worst, above_ground_least, above_ground_most;
    int zone_minutes;                 /* of the camera's clock, as used */
    bool zone_known;
    struct log_entry *entries; size_t entries_n; /* stretches of the logs inside a boundary, unaccompanied */
};
/* Places, orders and judges. `files` with a fault stay out. Greys are fetched for the yaw check where grey() gives them. */
typedef bool (*grey_of)(void *context, size_t index, struct grey *ret);
MUST_USE err *flight_judge(struct arena *a, const struct photo_file *files, const str *names, size_t n, const struct flight_options *o,
                           grey_of grey, void *context, struct flight *ret);

/* The shift of the second picture against the first, in pixels of the greys, by normalised correlation over all shifts. Score in -1..1;
 * `rival`: the best away from the peak. False: too little texture or overlap. */
struct motion { double x, y, score, rival; };
bool grey_motion(const struct grey *first, const struct grey *second, struct motion *ret);

/* ---- out ---- */

/* One object, the figures of `patrol coverage`: ratios 0..1, metres, square metres; null where nothing can be said. */
void flight_json(struct json_out *o, struct arena *a, const struct flight *f, const struct flight_options *p, const struct photo_file *files,
                 const str *names, size_t n);
/* One photograph: name, time, place, heights, angles, GSD, footprint in degrees, ellipse, flags. */
void shot_json(struct json_out *o, struct arena *a, const struct flight *f, const struct shot *s);
/* Logs for the record: at most 1,500 points of each, [lon, lat, above take-off, seconds behind "start" or null]. */
void tracks_json(struct json_out *o, struct arena *a, const struct track *tracks, const str *names, size_t n);
void flags_json(struct json_out *o, uint64_t flags);
uint64_t flags_read(const struct json *list); /* ids that are not ours are passed over */
/* Back from it, into a frame. False: no object. `a` holds its photo. */
bool shot_read(struct arena *a, const struct frame *f, const struct json *j, struct shot *ret);
/* Lines, overlaps, coverage and holes of shots that were read back; sorts them. Flags that set aside count as they stand. */
MUST_USE err *flight_again(struct arena *a, const struct flight_options *o, const struct frame *frame, struct shot *shots, size_t n, struct flight *ret);
/* Do its pixels count for coverage? */
bool shot_counts(const struct shot *s);
/* Rounded, so that the same flight gives the same bytes; NAN is null. */
void number_json(struct json_out *o, double v, int decimals);

/* The area of a plan as KML 2.2, for the aircraft's controller. */
MUST_USE err *task_kml(struct arena *a, str geojson, str name, str description, str *ret);
