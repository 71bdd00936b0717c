/* OpenAPI 3.1 out of the act catalogue and the things: what is not in a descriptor is not in the document. */
#include "web/looking.h"
#include "web/monitor.h"

#include <string.h>

static void enum_of(struct json_out *o, str words)
{
    str rest = words, item;
    json_key(o, S("enum"));
    json_open(o, '[');
    while (rest.p && str_next(&rest, ' ', &item))
        json_str(o, item);
    json_close(o, ']');
}

static void type(struct json_out *o, const char *name, const char *format)
{
    json_put_str(o, S("type"), str_of(name));
    if (format)
        json_put_str(o, S("format"), str_of(format));
}

static void properties(struct json_out *o, const struct act_field *f);

static void pattern(struct json_out *o, const char *regex)
{
    type(o, "string", NULL);
    json_put_str(o, S("pattern"), str_of(regex));
}

static void scalar(struct json_out *o, const struct act_field *f)
{
    switch (f->kind) {
    case FIELD_ID: case FIELD_REF:
        pattern(o, "^[a-z0-9][a-z0-9-]{0,63}$");
        break;
    case FIELD_DATE:
        type(o, "string", "date");
        break;
    case FIELD_TIME:
        type(o, "string", "date-time");
        break;
    case FIELD_FEN: case FIELD_COUNT:
        type(o, "integer", NULL);
        json_put_int(o, S("minimum"), 0);
        break;
    case FIELD_DEGREE: case FIELD_METRE: case FIELD_PERCENT: case FIELD_NUMBER:
        type(o, "number", NULL);
        break;
    case FIELD_BOOL:
        type(o, "boolean", NULL);
        break;
    case FIELD_ENUM:
        type(o, "string", NULL);
        enum_of(o, str_of(f->of));
        break;
    case FIELD_REGION:
        pattern(o, "^[0-9]{6}$");
        break;
    case FIELD_TASK:
        pattern(o, "^[TX][0-9]{2}$");
        break;
    case FIELD_DIGEST:
        pattern(o, "^sm3:[0-9a-f]{64}$");
        break;
    case FIELD_OBJECT:
        type(o, "object", NULL);
        properties(o, f->object);
        break;
    case FIELD_JSON:
        break;
    default:
        type(o, "string", NULL);
        json_put_int(o, S("maxLength"), f->maximum && !(f->flags & F_LIST) ? f->maximum : LIMIT_FIELD_TEXT);
    }
}

static void properties(struct json_out *o, const struct act_field *fields)
{
    json_key(o, S("properties"));
    json_open(o, '{');
    for (const struct act_field *f = fields; f && f->name; f++) {
        if (f->flags & F_ENGINE)
            continue;
        json_key(o, str_of(f->name));
        json_open(o, '{');
        json_put_str(o, S("description"), str_of(f->label));
        if (f->flags & F_LIST) {
            type(o, "array", NULL);
            json_put_int(o, S("maxItems"), f->maximum ? f->maximum : LIMIT_FIELD_LIST);
            json_key(o, S("items"));
            json_open(o, '{');
            scalar(o, f);
            json_close(o, '}');
        } else {
            scalar(o, f);
        }
        json_close(o, '}');
    }
    json_close(o, '}');
    json_key(o, S("required"));
    json_open(o, '[');
    for (const struct act_field *f = fields; f && f->name; f++)
        if (!(f->flags & F_OPTIONAL))
            json_str(o, str_of(f->name));
    json_close(o, ']');
}

static void act_entry(struct json_out *o, const struct act_type *t)
{
    json_key(o, str_of(t->name));
    json_open(o, '{');
    json_put_str(o, S("title"), str_of(t->label));
    if (t->help)
        json_put_str(o, S("description"), str_of(t->help));
    type(o, "object", NULL);
    properties(o, t->fields);
    json_key(o, S("x-roles"));
    json_open(o, '[');
    for (int i = 0; i < LAW_ROLE_COUNT; i++)
        if (t->roles & ROLE_BIT(i))
            json_str(o, str_of(law_role_names[i].id));
    json_close(o, ']');
    json_put_bool(o, S("x-right"), t->flags & ACT_RIGHT);
    json_close(o, '}');
}

static void query_parameter(struct json_out *o, const char *name, const char *text)
{
    json_open(o, '{');
    json_put_str(o, S("name"), str_of(name));
    json_put_str(o, S("in"), S("query"));
    json_put_str(o, S("description"), str_of(text));
    json_key(o, S("schema"));
    json_raw(o, S("{\"type\":\"string\"}"));
    json_close(o, '}');
}

static void thing_path(struct request *q, struct json_out *o, const struct thing *t)
{
    json_key(o, arena_printf(q->a, "/api/%s", t->name));
    json_open(o, '{');
    json_key(o, S("get"));
    json_open(o, '{');
    json_put_str(o, S("summary"), str_of(t->label));
    json_key(o, S("parameters"));
    json_open(o, '[');
    query_parameter(o, "q", "查找");
    query_parameter(o, "after", "上一页给出的位置");
    query_parameter(o, "limit", "1至200");
    query_parameter(o, "order", "newest：新的在前");
    for (const struct thing_column *c = t->columns; c->name; c++)
        if (c->flags & COLUMN_FILTER)
            query_parameter(o, c->name, c->label);
    json_close(o, ']');
    json_key(o, S("responses"));
    json_raw(o, S("{\"200\":{\"description\":\"items, next\"},\"403\":{\"$ref\":\"#/components/responses/problem\"}}"));
    json_close(o, '}');
    json_close(o, '}');
}

static const char head_schema[] =
    "{\"type\":\"object\",\"required\":[\"act\"],\"properties\":{\"act\":{\"type\":\"string\"},\"id\":{\"type\":\"string\"},"
    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},\"key\":{\"type\":\"string\",\"maxLength\":64}}}";
static const char acts_path[] =
    "{\"post\":{\"summary\":\"办理一项或几项\",\"requestBody\":{\"content\":{\"application/json\":{\"schema\":"
    "{\"oneOf\":[{\"$ref\":\"#/components/schemas/head\"},{\"type\":\"array\",\"items\":{\"$ref\":"
    "\"#/components/schemas/head\"}},{\"type\":\"object\",\"properties\":{\"atomic\":{\"type\":\"boolean\"},\"acts\":"
    "{\"type\":\"array\",\"maxItems\":200}}}]}}}},\"responses\":{\"201\":{\"description\":\"准予\"},\"200\":{\"description\":"
    "\"同一key已办理，或列表\"},\"202\":{\"description\":\"暂缓\"},\"403\":{\"description\":\"不予，正文为完整回执\"},"
    "\"400\":{\"$ref\":\"#/components/responses/problem\"}}}}";
static const char problem_response[] =
    "{\"problem\":{\"description\":\"RFC 9457\",\"content\":{\"application/problem+json\":{\"schema\":{\"type\":\"object\","
    "\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
    "\"detail\":{\"type\":\"string\"},\"field\":{\"type\":\"string\"},\"got\":{\"type\":\"string\"},\"want\":{\"type\":"
    "\"string\"},\"example\":{\"type\":\"string\"},\"offset\":{\"type\":\"integer\"}}}}}}}";

err *api_openapi(struct request *q, struct response *r)
{
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("openapi"), S("3.1.0"));
    json_key(&o, S("info"));
    json_raw(&o, S("{\"title\":\"Xiezhi\",\"version\":\"1\"}"));
    json_key(&o, S("paths"));
    json_open(&o, '{');
    json_key(&o, S("/api/acts"));
    json_raw(&o, str_of(acts_path));
    for (size_t i = 0; i < thing_count(); i++)
        if (strcmp(thing_at(i)->name, "acts"))
            thing_path(q, &o, thing_at(i));
    api_monitor_paths(&o);
    api_looking_paths(&o);
    json_close(&o, '}');
    json_key(&o, S("components"));
    json_open(&o, '{');
    json_key(&o, S("responses"));
    json_raw(&o, str_of(problem_response));
    json_key(&o, S("schemas"));
    json_open(&o, '{');
    json_key(&o, S("head"));
    json_raw(&o, str_of(head_schema));
    for (size_t i = 0; i < act_type_count(); i++)
        if (!(act_type_at(i)->flags & ACT_INTERNAL))
            act_entry(&o, act_type_at(i));
    json_close(&o, '}');
    json_close(&o, '}');
    json_close(&o, '}');
    CHECK(!b.overflow);
    r->status = 200;
    r->type = "application/json";
    r->body = buf_str(&b);
    return NULL;
}
