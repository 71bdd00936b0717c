/*
 * The shell of the phone: one page, the same for everybody, with nothing of a person in it, so that a service worker may keep
 * it and open it where there is no network. All it shows comes from the pack the phone has sealed in itself; what a person
 * does without script stands behind <noscript> as the plain forms it always was.
 *
 * The worker is our script behind a list of what the shell needs, each with the digest of its bytes: where one byte of one
 * module changes, the worker changes, and a phone fetches the shell anew as a whole. Old and new modules never mix.
 */
#include "web/web_private.h"

/* Everything the shell loads. A phone in airplane mode has these files and no others. */
static const char *const shell[] = {
    "style.css", "icon-192.png", "icon-512.png", "field.js", "field_acts.js", "field_camera.js", "field_code.js", "field_day.js",
    "field_dom.js", "field_open.js", "field_outbox.js", "field_refuse.js", "field_scan.js", "field_scene.js", "field_seal.js", "field_serve.js",
    "field_sheets.js", "field_store.js", "field_sync.js", "field_visit.js", "law.js", "law.wasm", "qr.js", "qr_decode.js", "sm3.js"};
enum { SHELL_FILES = sizeof shell / sizeof *shell };

err *page_field(struct request *q, struct response *r)
{
    static const char *const modules[] = {"field.js", NULL};
    struct out *o = page_begin_with(q, S("现场"), &(struct page_look){.modules = modules, .plain = true, .installable = true, .body = "field"});
    w(o, H("<div id=\"field\" aria-live=\"polite\"><h1>现场</h1><p class=\"field-wait\">正在打开……</p></div>"
           "<noscript><div class=\"field-plain\"><p class=\"alert\">浏览器没有运行脚本，本机不能离线使用。以下事项联网办理，效力相同：</p><ul>"
           "<li><a href=\"/things/visits\">现场</a></li>"
           "<li><a href=\"/do/notice.serve\">送达告知书</a></li>"
           "<li><a href=\"/do/presence.enter\">到场</a></li>"
           "<li><a href=\"/do/presence.leave\">离场</a></li>"
           "<li><a href=\"/do/clue.receive\">签收线索</a></li>"
           "<li><a href=\"/do/material.submit\">提交材料</a></li>"
           "<li><a href=\"/do/order.refuse\">拒绝越权要求</a></li>"
           "<li><a href=\"/do/clue.report\">发现新线索</a></li>"
           "<li><a href=\"/do/visit.close\">结束现场</a></li></ul></div></noscript></main></body></html>\n"));
    CHECK(!o->b.overflow);
    r->status = 200;
    r->type = "text/html; charset=utf-8";
    r->cache = "no-cache";
    r->wasm = true;
    r->body = buf_str(&o->b);
    return NULL;
}

err *field_worker(struct request *q, struct response *r)
{
    str script = asset_bytes("field_sw.js");
    buf b = buf_make(q->a, script.n + 16 * 1024);
    struct json_out o = {&b, false};
    buf_add(&b, S("const SHELL = "));
    json_open(&o, '[');
    json_str(&o, S("/field"));
    json_str(&o, S("/field/manifest.webmanifest"));
    for (size_t i = 0; i < SHELL_FILES; i++)
        json_str(&o, page_asset(q->a, shell[i]));
    json_close(&o, ']');
    struct sm3 d = sm3_of(b.p, b.n);
    buf_add(&b, S(";\nconst VERSION = '"));
    buf_hex(&b, d.byte, 8);
    buf_add(&b, S("';\n"));
    buf_add(&b, script);
    CHECK(!b.overflow);
    response_header(r, "Service-Worker-Allowed", S("/field"));
    r->status = 200;
    r->type = "text/javascript; charset=utf-8";
    r->cache = "no-cache";
    r->body = buf_str(&b);
    return NULL;
}

err *field_manifest(struct request *q, struct response *r)
{
    (void)q;
    r->status = 200;
    r->type = "application/manifest+json";
    r->cache = "no-cache";
    r->body = asset_bytes("field.webmanifest");
    return NULL;
}
