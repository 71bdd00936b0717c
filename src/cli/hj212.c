/*
 * xiezhi hj212 decode FILE|-: frames of a capture as JSON lines. Memory does not grow with the input: what is read goes
 * through one buffer, and bytes that no cut has taken yet move to its front.
 */
#include "cli/cli.h"
#include "monitor/hj212/hj212.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 256 << 10, PRINT_BYTES = 256 << 10, PRINT_MAXIMUM = 4 << 20, KEY_BYTES = 16 };

struct decoding {
    struct cli *c;
    struct hj_options options;
    uint8_t key[KEY_BYTES];
    struct hj_value *values;
    struct arena *bodies; /* decrypted text of one frame */
    buf out;
    char *bytes;
    size_t n;
    int64_t offset; /* of bytes[0] in the input */
    bool rejected;
};

static err *options_read(struct decoding *d)
{
    str crc = cli_text(d->c, "crc", "any"), key = cli_text(d->c, "key", NULL);
    if (!str_eq(crc, S("any")) && !str_eq(crc, S("hj")))
        return err_got(cli_usage("选项--crc看不懂"), crc, S("any或hj"), S("--crc hj"));
    d->options.crc = str_eq(crc, S("hj")) ? HJ_CRC_ONLY_HJ : HJ_CRC_ANY;
    d->options.edition_2025 = cli_has(d->c, "edition-2025") || key.p;
    if (!key.p)
        return NULL;
    if (!hex_decode(key, d->key, sizeof d->key))
        return err_got(cli_usage("选项--key看不懂"), STR_NONE, S("32位十六进制数（SM4密钥）"), STR_NONE);
    d->options.sm4_key = d->key;
    return NULL;
}

static err *print(struct decoding *d)
{
    size_t n = fwrite(d->out.p, 1, d->out.n, stdout);
    if (n != d->out.n || fflush(stdout) != 0)
        return err_errno(S("写标准输出"));
    CHECK(!d->out.overflow);
    d->out.n = 0;
    return NULL;
}

static void cut_print(struct decoding *d, const struct hj_cut *cut, int64_t offset)
{
    struct json_out json = {&d->out, false};
    if (cut->kind == HJ_CUT_STRETCH) {
        if (hj_blank(cut->raw))
            return; /* empty lines between frames are no loss */
        hj_stretch_json(cut, offset, &json);
        d->rejected = true;
    } else {
        struct hj_frame f;
        hj_decode(cut, &d->options, d->bodies, d->values, HJ_LIMIT_VALUES, &f);
        hj_frame_json(&f, offset, &json);
        d->rejected = d->rejected || !f.accepted;
        if (f.encrypted)
            arena_reset(d->bodies);
    }
    buf_char(&d->out, '\n');
}

static err *cuts_print(struct decoding *d, bool last)
{
    size_t at = 0;
    for (;;) {
        struct hj_cut cut = hj_cut((str){d->bytes + at, d->n - at}, last);
        if (cut.kind == HJ_CUT_NONE)
            break;
        cut_print(d, &cut, d->offset + (int64_t)at);
        at += cut.n;
        if (d->out.n > PRINT_BYTES)
            TRY(print(d));
    }
    memmove(d->bytes, d->bytes + at, d->n - at);
    d->n -= at;
    d->offset += (int64_t)at;
    return print(d);
}

static err *decode_all(struct decoding *d, int fd)
{
    for (;;) {
        CHECK(d->n < READ_BYTES); /* hj_cut leaves less than a frame */
        ssize_t n = read(fd, d->bytes + d->n, READ_BYTES - d->n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(S("读取报文"));
        d->n += (size_t)n;
        TRY(cuts_print(d, n == 0));
        if (n == 0)
            return NULL;
    }
}

static err *decode(struct cli *c, int *ret_exit)
{
    struct decoding d = {.c = c, .values = NEW_ARRAY(c->arena, HJ_LIMIT_VALUES, struct hj_value),
                         .bytes = arena_alloc(c->arena, READ_BYTES, 1), .out = buf_make(c->arena, PRINT_MAXIMUM)};
    TRY(options_read(&d));
    bool standard = c->n == 0 || strcmp(c->arguments[0], "-") == 0;
    int fd = standard ? STDIN_FILENO : open(c->arguments[0], O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(arena_printf(c->arena, "打开%s", c->arguments[0]));
    AUTO_ARENA(bodies);
    d.bodies = bodies;
    err *e = decode_all(&d, fd);
    if (!standard)
        close(fd);
    if (!e && d.rejected)
        *ret_exit = 1;
    return e;
}

const struct command command_hj212_decode = {
    "hj212 decode", "[FILE|-]", "HJ 212报文逐帧译成JSON，每行一帧；有未接受的帧或残段时退出码为1",
    (const struct cli_option[]){{"crc", "any|hj", "any：校验码错法已知也接受并指明（默认）；hj：只接受标准算法"},
                                {"edition-2025", NULL, "按HJ 212-2025解补传标志和加密数据区"},
                                {"key", "HEX", "SM4密钥，32位十六进制；隐含--edition-2025"}, {0}},
    0, 1, decode};
