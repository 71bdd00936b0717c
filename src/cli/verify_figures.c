/* xiezhi verify FIGURES.json: signature, content and checkpoint of what a bureau sent to the province. */
#include "cli/verify_figures.h"
#include "exchange/exchange.h"

enum { LIMIT_FILE = 8 << 20 };

static void say(struct cli *c, const struct figures_report *r)
{
    if (cli_has(c, "json")) {
        buf b = buf_make(c->arena, 4000);
        struct json_out o = {&b, false};
        json_open(&o, '{');
        json_put_bool(&o, S("sound"), r->sound);
        json_put_str(&o, S("why"), r->why);
        json_put_str(&o, S("key_id"), r->key_id);
        json_put_str(&o, S("made_at"), r->made_at);
        json_put_int(&o, S("agencies"), r->agencies);
        json_put_int(&o, S("entries"), r->entries);
        json_close(&o, '}');
        cli_print(buf_str(&b));
        return;
    }
    if (!r->sound) {
        printf("不符：%.*s\n", STR_ARG(r->why));
        return;
    }
    printf("完好：%lld个机构的统计，%.*s制作，账本%lld条\n", (long long)r->agencies, STR_ARG(r->made_at), (long long)r->entries);
    printf("签名的钥匙：%.*s%s\n", STR_ARG(r->key_id), cli_has(c, "key") ? "" : "（请与该局当面交来的公钥指纹核对，或用--key指明其公钥）");
}

err *verify_figures(struct cli *c, str path, bool *ret_is, int *ret_exit)
{
    str text, pem = S("");
    struct figures_report report;
    FILE *f = fopen(arena_cstr(c->arena, path), "rb");
    char first = f ? (char)fgetc(f) : 0;
    if (f)
        fclose(f);
    *ret_is = first == '{';
    if (!*ret_is)
        return NULL;
    TRY(file_read(c->arena, path, LIMIT_FILE, &text));
    *ret_is = exchange_is_figures(text);
    if (!*ret_is)
        return NULL;
    if (cli_has(c, "key"))
        TRY(file_read(c->arena, cli_text(c, "key", ""), 16 << 10, &pem));
    TRY(exchange_figures_verify(c->arena, text, pem, &report));
    say(c, &report);
    *ret_exit = report.sound ? 0 : 1;
    return NULL;
}
