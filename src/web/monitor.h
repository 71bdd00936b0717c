/*
 * What the monitoring pages share: outlets as this reader may see them (through the thing "outlets", so the scope is the same
 * as everywhere), the state of their devices, and the reading of addresses. Private to web/.
 */
#pragma once
#include "monitor/chart/chart.h"
#include "web/web_private.h"

/* Who sees readings: those who supervise, in their region; the party concerned, its own (Administrative Penalty Law, art. 41: it may query the
 * records of automatic devices about it). Administrators keep devices running and see no plant's values. */
#define ROLES_SUPERVISE ROLES_CLUE_READERS
#define ROLES_FRAMES (ROLES_SUPERVISE & ~ROLE_BIT(ROLE_LEGAL))
#define ROLES_MONITOR (ROLES_SUPERVISE | SUBJECT_BIT)
#define ROLES_HEALTH (ROLES_SUPERVISE | ROLE_BIT(ROLE_SYSADMIN))

enum outlet_state { OUTLET_REPORTING, OUTLET_LATE, OUTLET_SILENT, OUTLET_NEVER, OUTLET_STATES };
struct outlet {
    str id, title, mn, kind, subject;
    int region, cadence_s;
    int64_t lon, lat;      /* 1e-7 degree; both 0: not given */
    day from, to;
    bool closed;
    bool known;            /* the device has been seen */
    struct device device;
    enum outlet_state state;
};
struct outlet_query { str text, kind, region, state, after; int limit; };
struct outlets { struct outlet *p; size_t n; str next; };

MUST_USE err *monitor_on(struct request *q, struct readings **ret); /* ERR_MISSING with the way out when there is no store */
MUST_USE err *outlet_query_read(struct request *q, int limit, struct outlet_query *ret);
MUST_USE err *outlets_find(struct request *q, const struct outlet_query *query, struct outlets *ret);
MUST_USE err *outlet_get(struct request *q, str id, struct outlet *ret); /* ERR_MISSING also when not for this reader */
/* May this reader see what concerns a device? Its outlet is in scope, or he keeps devices. */
MUST_USE err *device_allowed(struct request *q, str mn, bool *ret);
MUST_USE err *device_seen(struct readings *r, struct arena *a, str mn, struct device *ret, bool *ret_known);
/* What people look at first comes first; the limit in force for a value, the hour's before the day's, NULL none. */
void latest_sort(struct reading_latest *v, size_t n, const struct reading_limit *limits, size_t limits_n);
const struct reading_limit *latest_limit(const struct reading_limit *limits, size_t n, const struct reading_latest *v);
const char *outlet_state_text(enum outlet_state s);   /* "● 正常上报": a shape, then words */
const char *outlet_state_name(enum outlet_state s);   /* "reporting": in addresses and the API */
str outlet_kind_text(str kind);

/* ---- words ---- */
str factor_name(str factor);
str age_text(struct arena *a, usec now, usec then);   /* "3分钟前" */
str decimal_text(struct arena *a, int64_t mantissa, int scale);
str rounded_text(struct arena *a, double value, int decimals);
const char *crc_text(uint8_t crc);
void put_option(struct out *o, str value, str label, bool chosen);

/* ---- addresses of series ---- */
enum span { SPAN_YEAR, SPAN_MONTH, SPAN_WEEK, SPAN_DAY, SPAN_HOUR, SPAN_FREE, SPANS };
struct chart_query {
    str factor, kind;
    int period, group;     /* -1: not named */
    enum span span;
    usec from, to;
    int width, height;
    bool large;
    usec focus_from, focus_to; /* USEC_NONE: none */
    const char *focus_label;
};
MUST_USE err *chart_query_read(struct request *q, struct chart_query *ret);
/* The series meant: what is named must be there; what is not named is what people look at first. ERR_MISSING. */
MUST_USE err *series_meant(struct request *q, struct readings *r, const struct outlet *o, struct chart_query *c,
                           struct series **ret_all, size_t *ret_n, struct series *ret);
MUST_USE err *series_chart(struct request *q, struct readings *r, const struct series *s, const struct chart_query *c, int width,
                           int height, struct chart *ret);
/* The picture twice, for wide screens and for phones. */
MUST_USE err *series_pictures(struct request *q, struct readings *r, struct out *o, const struct series *s, const struct chart_query *c,
                              struct chart *ret);
const char *span_name(enum span s);
const char *group_word(uint8_t group);
const char *period_word(uint8_t period);
MUST_USE err *period_read(str text, int *ret);
MUST_USE err *group_read(str text, int *ret);
/* "factor=..&group=..&period=.." of a series, for links (escaped for an attribute). */
void put_series_query(struct out *o, const struct series *s);

/* ---- pages ---- */
err *page_monitor(struct request *q, struct response *r);
void draw_map(struct request *q, struct out *o, const struct outlets *outlets, int width, int height, bool slim);
err *page_outlet(struct request *q, struct response *r);
err *page_chart_svg(struct request *q, struct response *r);
err *page_chart_png(struct request *q, struct response *r);
err *page_slot(struct request *q, struct response *r);
err *page_frame(struct request *q, struct response *r);
err *page_health(struct request *q, struct response *r);
err *page_device(struct request *q, struct response *r);
err *api_outlets(struct request *q, struct response *r);
err *api_series(struct request *q, struct response *r);
err *api_readings(struct request *q, struct response *r);
void api_monitor_paths(struct json_out *o); /* for openapi.json */
