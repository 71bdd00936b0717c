/*
 * A patrol along a river bank that has been flown, so that its page shows something: 26 photographs with drawn ground, of which the reader
 * of heads, the yaw check and the coverage see what they would see of real ones. One line's yaw is written 180 degrees off, one
 * picture is missing (a hole), two were taken before the approved hour (set aside).
 */
#include "cli/demo_private.h"
#include "cli/made_flight.h"

#include <math.h>

enum { LINES = 4, EACH = 7, PHOTOS = LINES * EACH, MISSING = 2 * EACH + 3, EARLY = 2 };

struct brought { struct photo_file files[PHOTOS]; str names[PHOTOS], bytes[PHOTOS]; size_t n; };

static bool grey(void *context, size_t i, struct grey *ret)
{
    struct brought *b = context;
    err *e = photo_grey(&b->files[i], ret);
    err_clear();
    return !e;
}

static void take(struct province *p, const struct firm *firm, struct place corner, usec start, struct brought *b)
{
    struct made_photo *made = NEW_ARRAY(p->arena, PHOTOS, struct made_photo);
    struct made_plan plan = {corner, 20, 26, 42, 72, LINES, EACH, start, 6};
    made_lines(&plan, made);
    for (int i = 0; i < PHOTOS; i++) {
        if (i == MISSING)
            continue;
        made[i].dialect = MADE_ELEMENTS, made[i].zone_minutes = 480, made[i].width = 400, made[i].height = 300;
        made[i].serial = firm->serial;
        made[i].pitch = -89.9 + 0.2 * (i % 3), made[i].above_takeoff += 0.4 * (i % 4);
        if (i < EARLY)
            made[i].t -= 20 * USEC_MINUTE;
        if (i / EACH == 1)
            made[i].true_yaw = remainder(made[i].yaw + 180, 360);
        b->names[b->n] = arena_printf(p->arena, "DJI_%04d.JPG", i + 1);
        b->bytes[b->n] = made_photo(p->arena, &made[i]);
        b->files[b->n] = (struct photo_file){.bytes = str_sub(b->bytes[b->n], 0, LIMIT_PATROL_HEAD), .whole = b->bytes[b->n].n <= LIMIT_PATROL_HEAD};
        b->n++;
    }
}

/* The area as four corners in degrees, `x` and `y` metres from the corner the aircraft began at. */
static str area(struct province *p, struct place corner)
{
    static const double at[5][2] = {{-40, -25}, {150, -95}, {215, 95}, {25, 165}, {-40, -25}};
    struct frame f = frame_at(corner);
    buf b = buf_make(p->arena, 1000);
    buf_add(&b, S("{\"type\":\"Polygon\",\"coordinates\":[["));
    for (int i = 0; i < 5; i++) {
        struct place q = frame_place(&f, (struct point){at[i][0], at[i][1]});
        buf_printf(&b, "%s[%.6f,%.6f]", i ? "," : "", q.lon, q.lat);
    }
    buf_add(&b, S("]]}"));
    return buf_str(&b);
}

static err *judged(struct province *p, struct brought *b, usec now, str *ret_photos, struct flight *f)
{
    struct flight_options o = {.height_limit = 120, .window = {USEC_NONE, USEC_NONE}, .now = now};
    buf out = buf_make(p->arena, 256 << 10);
    struct json_out j = {&out, false};
    TRY(photos_read(b->files, b->n));
    TRY(flight_judge(p->arena, b->files, b->names, b->n, &o, grey, b, f));
    json_open(&j, '[');
    for (size_t i = 0; i < f->n; i++)
        shot_json(&j, p->arena, f, &f->shots[i]);
    json_close(&j, ']');
    CHECK(!out.overflow);
    *ret_photos = buf_str(&out);
    return NULL;
}

void demo_flown(struct work *w)
{
    struct province *p = w->p;
    const struct firm *firm = w->deal->firm;
    const char *id = demo_text(p, "%s-l2", w->b->slug), *import = demo_text(p, "%s-l2-1", w->b->slug);
    struct place corner = {w->s->lat + 0.011, w->s->lon + 0.013};
    usec start = demo_at(w->visit_day, 10, 0);
    struct brought *b = NEW(p->arena, struct brought);
    struct flight *f = NEW(p->arena, struct flight);
    str photos;
    demo_raw(p, demo_at(demo_workday_before(p, w->visit_day, 1), 15, 0), firm->lead, "flight.plan",
             arena_printf(p->arena, "\"id\":\"%s\",\"entrustment\":\"%s\",\"area\":%.*s,\"height_m\":80,\"from\":\"%s\",\"to\":\"%s\",\"pilot\":\"%s\",\"device\":\"%s\","
                                    "\"uav_class\":\"light\",\"airspace\":\"permitted\",\"gsd_mm\":300",
                          id, w->id, STR_ARG(area(p, corner)), demo_time(p, start), demo_time(p, start + 2 * USEC_HOUR), w->member, firm->uav));
    demo_do(p, demo_at(demo_workday_before(p, w->visit_day, 1), 16, 30), w->b->head, "flight.approve", "'flight':'%s'", id);
    take(p, firm, corner, start + 5 * USEC_MINUTE, b);
    err *e = judged(p, b, start + USEC_DAY, &photos, f);
    if (e) {
        p->trouble = p->trouble ? p->trouble : e;
        return;
    }
    demo_raw(p, demo_at(w->visit_day, 11, 0), w->user, "flight.import",
             arena_printf(p->arena, "\"id\":\"%s\",\"entrustment\":\"%s\",\"flight\":\"%s\",\"photos\":%.*s", import, w->id, id, STR_ARG(photos)));
    for (size_t i = 0; i < f->n && i + 4 < f->n; i++) { /* the last ones are still on their way */
        const struct shot *s = &f->shots[i];
        const char *digest = demo_kept(p, b->bytes[s->file]);
        if (digest)
            demo_do(p, demo_at(w->visit_day, 14, (int)i), w->user, "flight.original", "'import':'%s','position':%zu,'digest':'%s','head':'%.*s','bytes':%zu", import, i,
                    digest, STR_ARG(sm3_text(p->arena, &s->digest)), b->bytes[s->file].n);
    }
    struct frame ground = frame_at(corner);
    struct place seen = frame_place(&ground, (struct point){60, 40});
    demo_do(p, demo_at(w->visit_day, 14, 50), w->user, "clue.report",
            "'id':'%s-seen','entrustment':'%s','observed_at':'%s','finding':'flight:%s@%.7f,%.7f','text':'照片上河面此处颜色与上下游不同'", id, w->id,
            demo_time(p, demo_at(w->visit_day, 14, 40)), id, seen.lon, seen.lat);
}
