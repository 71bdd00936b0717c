/* Numbers are written in the shortest form that reads back equal; a replay takes them as they stand, and nothing from the command line. */
#include "remote/record.h"
#include "remote/ingest.h"

#include <string.h>

#define KIND "xiezhi remote detect"

str detect_record_text(struct arena *a, const struct detect_record *r)
{
    buf b = buf_make(a, LIMIT_DETECT_RECORD);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("kind"), S(KIND));
    json_put_str(&o, S("recipe"), r->recipe);
    json_put_int(&o, S("version"), r->version);
    json_put_str(&o, S("sensor"), r->sensor);
    json_put_str(&o, S("bands"), r->bands);
    json_put_int(&o, S("baseline"), r->baseline);
    if (r->has_threshold) {
        json_key(&o, S("threshold"));
        json_double(&o, r->threshold);
    }
    json_put_bool(&o, S("otsu"), r->otsu);
    json_put_bool(&o, S("eight"), r->eight);
    json_key(&o, S("least_m2"));
    json_double(&o, r->least_m2);
    json_put_str(&o, S("image"), sm3_text(a, &r->image));
    json_put_int(&o, S("image_bytes"), r->image_bytes);
    json_put_int(&o, S("flagged"), r->flagged);
    json_put_int(&o, S("polygons"), r->count);
    json_put_str(&o, S("polygons_digest"), sm3_text(a, &r->polygons));
    json_put_str(&o, S("statement"), S("遥感解译意见，未经核实"));
    json_close(&o, '}');
    buf_char(&b, '\n');
    CHECK(!b.overflow);
    return buf_str(&b);
}

static err *unreadable(const char *field)
{
    return err_got(err_at(err_new(ERR_INPUT, "不是解译记录，或缺少内容"), S("--replay")), str_of(field), S("remote detect写在图斑旁边的记录文件"), STR_NONE);
}

static err *whole(const struct json *j, const char *name, int64_t least, int64_t most, int64_t *ret)
{
    const struct json *v = json_get(j, str_of(name));
    if (!v || v->kind != JSON_NUMBER || !v->integer || v->i < least || v->i > most)
        return unreadable(name);
    *ret = v->i;
    return NULL;
}

static err *truth(const struct json *j, const char *name, bool *ret)
{
    const struct json *v = json_get(j, str_of(name));
    if (!v || v->kind != JSON_BOOL)
        return unreadable(name);
    *ret = v->boolean;
    return NULL;
}

static err *text(const struct json *j, const char *name, str *ret)
{
    *ret = json_string(j, str_of(name));
    return ret->p ? NULL : unreadable(name);
}

static err *digest(const struct json *j, const char *name, struct sm3 *ret)
{
    str s;
    TRY(text(j, name, &s));
    return sm3_from_text(s, ret) ? NULL : unreadable(name);
}

err *detect_record_read(struct arena *a, str bytes, struct detect_record *ret)
{
    const struct json *j, *threshold, *least;
    int64_t version, baseline;
    *ret = (struct detect_record){0};
    TRY(json_parse(a, bytes, LIMIT_DETECT_RECORD, &j));
    if (!str_eq(json_string(j, S("kind")), S(KIND)))
        return unreadable("kind");
    TRY(text(j, "recipe", &ret->recipe));
    TRY(text(j, "sensor", &ret->sensor));
    TRY(text(j, "bands", &ret->bands));
    TRY(whole(j, "version", 1, 1000000, &version));
    TRY(whole(j, "baseline", 0, 9999, &baseline));
    TRY(whole(j, "image_bytes", 0, INT64_MAX, &ret->image_bytes));
    TRY(whole(j, "flagged", 0, INT64_MAX, &ret->flagged));
    TRY(whole(j, "polygons", 0, INT64_MAX, &ret->count));
    TRY(truth(j, "otsu", &ret->otsu));
    TRY(truth(j, "eight", &ret->eight));
    TRY(digest(j, "image", &ret->image));
    TRY(digest(j, "polygons_digest", &ret->polygons));
    ret->version = (int)version, ret->baseline = (int)baseline;
    threshold = json_get(j, S("threshold")), least = json_get(j, S("least_m2"));
    if (!least || least->kind != JSON_NUMBER || !(least->number >= -1))
        return unreadable("least_m2");
    if (threshold && threshold->kind != JSON_NUMBER)
        return unreadable("threshold");
    ret->least_m2 = least->number;
    ret->has_threshold = threshold != NULL;
    ret->threshold = threshold ? threshold->number : 0;
    return NULL;
}

static err *silent(void *context, const struct patch *r, const struct grid *g, uint32_t flags, int kind)
{
    (void)context, (void)r, (void)g, (void)flags, (void)kind;
    return NULL;
}

err *detect_record_replay(struct arena *a, const struct detect_record *r, str image, str polygons, struct sm3 *ret, bool *ret_same)
{
    AUTO_RASTER *raster = NULL;
    const struct sensor *sensor = sensor_find(r->sensor);
    struct sm3 got;
    int64_t bytes;
    struct bands b;
    struct detected d;
    struct recipe_options o = {.recipe = recipe_find(r->recipe), .has_threshold = r->has_threshold, .threshold = r->threshold, .otsu = r->otsu, .eight = r->eight,
                               .least_m2 = r->least_m2, .polygons = polygons, .region = silent /* so that they are drawn and digested */};
    if (!o.recipe || !sensor)
        return unreadable(o.recipe ? "sensor" : "recipe");
    TRY(file_digest(a, image, &got, &bytes));
    if (memcmp(&got, &r->image, sizeof got) != 0)
        return err_got(err_at(err_new(ERR_CONFLICT, "不是当时解译的影像"), image), sm3_text(a, &got), sm3_text(a, &r->image), STR_NONE);
    TRY(raster_open(a, image, &raster));
    TRY(raster_bands(a, raster, sensor, r->bands, r->baseline, &b));
    TRY(recipe_detect(a, raster, &b, &o, &d));
    if (d.recipe->version != r->version)
        return err_new(ERR_CONFLICT, "“%s”现为第%d版，当时用的是第%d版，不能复算", d.recipe->label, d.recipe->version, r->version);
    *ret = d.polygons_digest;
    *ret_same = memcmp(ret, &r->polygons, sizeof *ret) == 0;
    return NULL;
}
