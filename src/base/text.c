/*
 * Encodings of the files people have. UTF-8 is tried first because a text of some length is hardly ever valid UTF-8 by
 * accident; GB 18030 accepts much more, so it comes second and has to fit to the end.
 */
#include "base/text.h"

#include <iconv.h>
#include <string.h>

static err *bad_encoding(str bytes, size_t at)
{
    int64_t line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at && i < bytes.n; i++)
        if (bytes.p[i] == '\n')
            line++, start = i + 1;
    return err_new(ERR_INPUT, "第%lld行第%zu个字节：既不是UTF-8也不是GB 18030编码", (long long)line, at - start + 1);
}

static err *from_gb18030(struct arena *a, str bytes, str *ret)
{
    iconv_t way = iconv_open("UTF-8", "GB18030");
    if (way == (iconv_t)-1) /* NOLINT: iconv's own error value */
        return err_new(ERR_IO, "本机没有GB 18030转换表，请先把文件另存为UTF-8");
    size_t room = bytes.n * 2 + 16, in_left = bytes.n, out_left = room;
    char *out = arena_alloc(a, room, 1), *in = arena_copy(a, bytes.p, bytes.n), *to = out, *from = in;
    size_t done = iconv(way, &from, &in_left, &to, &out_left);
    iconv_close(way);
    if (done == (size_t)-1)
        return bad_encoding(bytes, (size_t)(from - in));
    *ret = (str){out, room - out_left};
    return NULL;
}

err *text_decode(struct arena *a, str bytes, str *ret)
{
    if (bytes.n >= 2 && ((uint8_t)bytes.p[0] == 0xFF || (uint8_t)bytes.p[0] == 0xFE) &&
        ((uint8_t)bytes.p[1] == 0xFE || (uint8_t)bytes.p[1] == 0xFF))
        return err_new(ERR_INPUT, "第1行第1个字节：文件是UTF-16编码，请另存为UTF-8或GB 18030");
    const char *zero = bytes.n ? memchr(bytes.p, 0, bytes.n) : NULL;
    if (zero) {
        int64_t line = 1;
        for (const char *p = bytes.p; p < zero; p++)
            line += *p == '\n';
        return err_new(ERR_INPUT, "第%lld行：含有空字节，文件不是文本或已损坏", (long long)line);
    }
    if (utf8_bad(bytes) >= 0)
        TRY(from_gb18030(a, bytes, &bytes));
    if (str_starts(bytes, S("\xEF\xBB\xBF")))
        bytes = str_sub(bytes, 3, bytes.n - 3);
    *ret = bytes;
    return NULL;
}
