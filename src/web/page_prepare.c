/*
 * 手机准备: before a phone goes into the field it trusts the site's certificate, and what it needs is tried: working offline, camera,
 * position, room, clock. Reached over plain HTTP too (the phone does not trust us yet), where it says in red that nothing works
 * offline. Everything is explained without the script; the script only tries.
 */
#include "web/web_private.h"

#include <string.h>

struct check { const char *name, *label, *why, *remedy; };
static const struct check checks[] = {
    {"worker", "离线使用", "没有信号时照样打开、记录，回来再传。",
     "请用HTTPS地址打开本页（先装好站点证书），不要用无痕模式，不要用微信等应用里自带的浏览器；仍不行的，换系统自带的浏览器或Chrome并更新到最新。"},
    {"camera", "相机", "现场拍照、扫到场码。",
     "在浏览器地址栏左边点锁形图标，把“相机”改为允许；再到手机的“设置—应用—浏览器—权限”里允许相机。iPhone在“设置—Safari浏览器—相机”。"},
    {"place", "位置", "记录到场和拍照的位置，保存期满即删除。",
     "打开手机的“位置信息”，精度选高；在浏览器和“设置—应用—浏览器—权限”里允许位置。室内误差大的，到窗边或室外再试。"},
    {"storage", "存储空间", "离线时照片先存在手机里，服务器收妥才删。",
     "删除不用的照片和应用，留出至少1 GB；把本站“添加到主屏幕”，系统就不会在空间紧张时清理。"},
    {"clock", "时钟", "离线记录的时间以手机为准，偏差会写在记录上。",
     "到“设置—日期和时间”打开“自动设置”。偏差超过30秒的，离线记录会标明误差。"}};

static void check_item(struct out *o, const struct check *c)
{
    w(o, H("<li data-check=\""), c->name, H("\"><h3>"), c->label, H("</h3><p>"), c->why, H("</p><p class=\"result\" data-result role=\"status\">"
      "还没有检查</p><details><summary>怎样处理</summary><p>"), c->remedy, H("</p></details></li>"));
}

static void certificate(struct request *q, struct out *o)
{
    const struct web_options *v = &q->web->options;
    w(o, H("<section class=\"card\"><h2>第一步：装站点证书</h2>"));
    if (!v->site_ca.n) {
        w(o, H("<p>本站没有配置自己的证书机构，不用装。地址栏显示“不安全”的，请告诉系统管理员。</p></section>"));
        return;
    }
    w(o, H("<p>每部手机装一次。它只用来认本单位的服务器，证书里写明了只对本站的名称有效。</p>"
           "<p class=\"actions\"><a class=\"button\" href=\"/prepare/ca.crt\" download=\"site-ca.crt\">下载站点证书</a></p>"
           "<p>装之前请核对指纹（SHA-256），与单位公布的一致才装：</p><p class=\"print\"><code>"), q->web->site_ca_print, H("</code></p>"
           "<details><summary>安卓手机</summary><ol><li>下载证书。</li><li>打开“设置”，搜索“CA证书”（多在“安全—更多安全设置—加密和凭据—安装证书—CA证书”），选“仍然安装”。</li>"
           "<li>选刚下载的文件，按提示输入锁屏密码。</li><li>回到浏览器，用https://打开本页。</li></ol></details>"
           "<details><summary>鸿蒙手机</summary><ol><li>下载证书。</li><li>打开“设置”，搜索“证书”（多在“隐私和安全—高级—证书与凭据”或者“安全—更多安全设置—加密和凭据”），选“从存储设备安装—CA证书”。</li>"
           "<li>选刚下载的文件并确认。</li><li>回到浏览器，用https://打开本页。</li></ol></details>"
           "<details><summary>iPhone</summary><ol><li>用Safari打开本页，下载证书，允许下载描述文件。</li><li>打开“设置”，点最上面的“已下载描述文件”，安装。</li>"
           "<li>再到“设置—通用—关于本机—证书信任设置”，打开本单位证书的开关。只装不打开，仍然不能用。</li><li>回到Safari，用https://打开本页。</li></ol></details></section>"));
}

err *page_prepare(struct request *q, struct response *r)
{
    static const char *const modules[] = {"prepare.js", NULL};
    struct out *o = page_begin_with(q, S("手机准备"), &(struct page_look){.modules = modules});
    w(o, H("<div class=\"sheet prepare\" data-prepare><h1>手机准备</h1>"));
    if (!str_eq(q->proto, S("https")))
        w(o, H("<p class=\"alert\" role=\"alert\" data-plain><b>本机不能离线使用</b>：现在打开的是明文地址（http）。请先装站点证书，再用https://打开本页。</p>"));
    w(o, H("<p>去现场之前在单位做一次。分两步：装站点证书，检查五项。</p>"));
    certificate(q, o);
    w(o, H("<section class=\"card\"><h2>第二步：检查五项</h2><p data-said class=\"muted\">检查时手机会问是否允许使用相机和位置，请选“允许”。照片和位置不会传出手机。</p>"
           "<p class=\"actions\"><button type=\"button\" class=\"primary\" data-all hidden>全部检查</button></p>"
           "<p data-noscript class=\"note\">本浏览器没有运行脚本，不能自动检查。请逐项对照下面的办法。</p><ol class=\"tries\">"));
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        check_item(o, &checks[i]);
    w(o, H("</ol></section></div>"));
    page_end(q, o, r, 200);
    return NULL;
}

err *prepare_certificate(struct request *q, struct response *r)
{
    if (!q->web->options.site_ca.n)
        return err_new(ERR_MISSING, "本站没有配置自己的证书机构");
    r->status = 200;
    r->type = "application/x-x509-ca-cert";
    r->body = q->web->options.site_ca;
    response_header(r, "Content-Disposition", S("attachment; filename=\"site-ca.crt\""));
    return NULL;
}

/* Milliseconds since 1970: what the phone compares its own clock with. */
err *prepare_clock(struct request *q, struct response *r)
{
    r->status = 200;
    r->type = "text/plain; charset=utf-8";
    r->body = arena_printf(q->a, "%lld", (long long)(time_now() / 1000));
    return NULL;
}

/* A service worker's reach is its folder's: this one lives under /prepare, and is never kept. */
err *prepare_worker(struct request *q, struct response *r)
{
    response_header(r, "Service-Worker-Allowed", S("/prepare"));
    return asset_named(q, r, S("prepare-worker.js"));
}
