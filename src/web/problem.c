/* Problem details (RFC 9457). `type` is the kind of error; field, got, want, example and offset say how to mend it. */
#include "web/web_private.h"

#include <string.h>

static void begin(struct json_out *o, str type, str title, int status)
{
    json_open(o, '{');
    json_put_str(o, S("type"), type);
    json_put_str(o, S("title"), title);
    json_put_int(o, S("status"), status);
}

void problem_plain(struct arena *a, int status, str title, str detail, struct response *r)
{
    buf b = buf_make(a, 4000);
    struct json_out o = {&b, false};
    begin(&o, S("urn:xiezhi:problem:http"), title, status);
    json_put_str(&o, S("detail"), detail);
    json_close(&o, '}');
    *r = (struct response){.status = status, .type = "application/problem+json", .body = buf_str(&b)};
}

static void put_if(struct json_out *o, const char *key, str value)
{
    if (value.n)
        json_put_str(o, str_of(key), value);
}

/* The JSON reader names the byte in its sentence: "JSON第17字节处有误". */
static bool offset_of(str text, int64_t *ret)
{
    str head = S("JSON第");
    ptrdiff_t end = str_find(text, S("字节处"));
    return str_starts(text, head) && end > 0 && str_int64(str_sub(text, head.n, (size_t)end - head.n), ret);
}

void problem(struct request *q, const err *e, struct response *r)
{
    static const char *const titles[ERR_KINDS] = {
        [ERR_INPUT] = "内容无法读取", [ERR_AUTH] = "没有登录", [ERR_DENIED] = "没有权限", [ERR_MISSING] = "没有找到",
        [ERR_CONFLICT] = "状态已变化", [ERR_LIMIT] = "超过限制", [ERR_BUSY] = "系统繁忙", [ERR_FULL] = "存储空间不足",
        [ERR_IO] = "系统出错", [ERR_DATABASE] = "系统出错", [ERR_DAMAGED] = "数据损坏", [ERR_VERSION] = "版本不一致"};
    buf b = buf_make(q->a, 16000);
    struct json_out o = {&b, false};
    int64_t offset;
    int status = err_http_status(e->kind);
    begin(&o, arena_printf(q->a, "urn:xiezhi:problem:%s", err_name(e->kind)), str_of(titles[e->kind]), status);
    json_put_str(&o, S("detail"), e->text);
    if (offset_of(e->text, &offset))
        json_put_int(&o, S("offset"), offset);
    put_if(&o, "field", e->field);
    put_if(&o, "got", e->got);
    put_if(&o, "want", e->want);
    put_if(&o, "example", e->example);
    json_close(&o, '}');
    *r = (struct response){.status = status, .type = "application/problem+json", .body = buf_str(&b)};
    if (status == 503)
        response_header(r, "Retry-After", S("1"));
}
