/*
 * Frames out. The head stands in the order of the standard; the place of RF, which only the 2025 edition has, is before
 * CP. A device understands an answer in its own words only: the edition, the version bits, the kind of checksum and, in
 * 2005, whether Flag is there at all are those of the frame answered.
 */
#include "monitor/hj212/hj212_private.h"

enum { MOST_PACKETS = 9999, MOST_LENGTH = 9999, HEAD_MAXIMUM = 400 };

static void field(buf *b, const char *name, str value)
{
    if (!value.p)
        return;
    buf_add(b, str_of(name));
    buf_char(b, '=');
    buf_add(b, value);
    buf_char(b, ';');
}

static void number(buf *b, const char *name, int value)
{
    buf_add(b, str_of(name));
    buf_char(b, '=');
    buf_int(b, value);
    buf_char(b, ';');
}

/* Four digits. A gateway answers every frame: printf here was a tenth of its work. */
static void four(buf *b, unsigned value, unsigned base, const char *digits)
{
    char text[4];
    for (int i = 3; i >= 0; i--, value /= base)
        text[i] = digits[value % base];
    buf_add(b, (str){text, sizeof text});
}

static void head_text(buf *b, const struct hj_head *h)
{
    field(b, "QN", h->qn);
    field(b, "ST", h->st);
    field(b, "CN", h->cn);
    field(b, "PW", h->pw);
    field(b, "MN", h->mn);
    if (h->flag >= 0)
        number(b, "Flag", h->flag);
    if (h->pnum > 0) {
        number(b, "PNUM", h->pnum);
        number(b, "PNO", h->pno);
    }
    if (h->resubmitted)
        buf_add(b, S("RF=1;"));
    buf_add(b, S("CP=&&"));
}

static void crc_text(buf *b, enum hj_crc kind, str checked)
{
    unsigned crc = kind == HJ_CRC_MODBUS || kind == HJ_CRC_SWAPPED ? modbus_crc16(checked) : hj_crc16(checked);
    if (kind == HJ_CRC_SWAPPED)
        crc = (crc >> 8 | crc << 8) & 0xffff;
    four(b, crc, 16, kind == HJ_CRC_LOWERCASE ? "0123456789abcdef" : "0123456789ABCDEF");
    buf_add(b, S("\r\n"));
}

static size_t data_most(enum hj_edition edition)
{
    return edition == HJ_2005 ? HJ_LIMIT_DATA_2005 : HJ_LIMIT_DATA;
}

err *hj_encode(buf *b, const struct hj_head *h, str data)
{
    size_t most = data_most(h->edition), most_segment = h->sm4_key ? MOST_LENGTH : HJ_LIMIT_SEGMENT;
    if (data.n > most)
        return err_got(err_new(ERR_LIMIT, "数据区有%zu字节，超过标准规定的%zu字节", data.n, most), STR_NONE,
                       S("拆成多包"), STR_NONE);
    AUTO_ARENA(a);
    buf plain = buf_make(a, 2 * HJ_LIMIT_FRAME), sealed = buf_make(a, 2 * HJ_LIMIT_FRAME);
    head_text(&plain, h);
    if (h->sm4_key) {
        buf_add(&sealed, buf_str(&plain));
        hj_cipher_close(&sealed, h->sm4_key, data);
        buf_add(&sealed, S("&&"));
    }
    buf_add(&plain, data);
    buf_add(&plain, S("&&"));
    str segment = h->sm4_key ? buf_str(&sealed) : buf_str(&plain);
    if (plain.overflow || sealed.overflow || segment.n > most_segment)
        return err_new(ERR_LIMIT, "数据段有%zu字节，超过标准规定的%zu字节", segment.n, most_segment);
    buf_add(b, S("##"));
    four(b, (unsigned)segment.n, 10, "0123456789");
    buf_add(b, segment);
    crc_text(b, h->crc, buf_str(&plain));
    return b->overflow ? err_new(ERR_LIMIT, "帧放不进给定的缓冲区") : NULL;
}

/* ---- split ---- */

/* The next item: up to a semicolon outside // of a log. */
static bool item_next(str *rest, str *ret)
{
    if (!rest->n)
        return false;
    bool log = false;
    size_t at = 0;
    for (; at < rest->n && (log || rest->p[at] != ';'); at++)
        if (rest->p[at] == '/' && at + 1 < rest->n && rest->p[at + 1] == '/') {
            log = !log;
            at++;
        }
    at = at < rest->n ? at : rest->n;
    *ret = str_sub(*rest, 0, at);
    *rest = str_sub(*rest, at + 1, rest->n);
    return true;
}

/* The longest run of whole items from *rest that fits into `room`; what is taken leaves *rest. */
static bool packet_next(str *rest, size_t room, str *ret)
{
    str item, left = *rest;
    size_t n = 0;
    while (item_next(&left, &item)) {
        size_t end = (size_t)(item.p + item.n - rest->p);
        if (end > room)
            break;
        n = end;
        if (left.n == 0)
            break;
    }
    *ret = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n + 1, rest->n);
    return n > 0;
}

/* Data bytes that fit beside this head. */
static size_t data_room(const struct hj_head *h)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, HJ_LIMIT_FRAME);
    head_text(&b, h);
    size_t most = data_most(h->edition), beside = b.n + 2 < HJ_LIMIT_SEGMENT ? HJ_LIMIT_SEGMENT - b.n - 2 : 0;
    return h->sm4_key || beside > most ? most : beside;
}

/* `start` repeats in each packet. With b NULL only counts. */
static err *packets(buf *b, const struct hj_head *h, str start, str items, int pnum, int *ret_count)
{
    AUTO_ARENA(a);
    struct hj_head widest = *h;
    widest.flag = 255;
    widest.pnum = widest.pno = MOST_PACKETS;
    size_t room = data_room(&widest);
    room = room > start.n ? room - start.n : 0;
    str part;
    for (*ret_count = 0; items.n; ++*ret_count) {
        if (!packet_next(&items, room, &part))
            return err_new(ERR_LIMIT, "有一项数据超过%zu字节，无法拆包", room);
        if (!b)
            continue;
        struct hj_head one = *h;
        one.flag = (h->flag < 0 ? 0 : h->flag) | 2;
        one.pnum = pnum;
        one.pno = *ret_count + 1;
        TRY(hj_encode(b, &one, arena_printf(a, "%.*s%.*s", STR_ARG(start), STR_ARG(part))));
    }
    return NULL;
}

err *hj_encode_split(buf *b, const struct hj_head *h, str data)
{
    if (data.n <= data_room(h))
        return hj_encode(b, h, data);
    str items = data, first, start = S("");
    int count, again;
    if (str_starts(data, S("DataTime=")) && item_next(&items, &first) && first.n < HEAD_MAXIMUM)
        start = str_sub(data, 0, first.n + 1);
    else
        items = data;
    TRY(packets(NULL, h, start, items, 0, &count));
    if (count > MOST_PACKETS)
        return err_new(ERR_LIMIT, "数据要拆成%d包，标准最多%d包", count, MOST_PACKETS);
    return packets(b, h, start, items, count, &again);
}

/* ---- answers ---- */

static bool is_notice(int cn)
{
    return cn == 1013 || cn == 1014 || cn == 2012 || cn == 2022 || cn == 9015;
}

static void old_body(buf *b, const struct hj_frame *f)
{
    if (f->qn.n)
        field(b, "QN", f->qn);
    buf_printf(b, "CN=%.*s", STR_ARG(f->cn));
    if (f->pnum > 0)
        buf_printf(b, ";PNO=%.*s;PNUM=%.*s", STR_ARG(f->pno_text), STR_ARG(f->pnum_text));
}

/* An answer repeats the head: text that looks like the start or the end of a frame would tear it apart. */
static bool repeatable(str text)
{
    return str_find(text, S("##")) < 0 && str_find(text, S("&&")) < 0;
}

bool hj_answer(buf *b, const struct hj_frame *f, bool always)
{
    bool answer = f->command >= 9000 && f->command != 9015;
    if (!f->accepted || answer || !(f->wants_answer || always))
        return false;
    if (!repeatable(f->qn) || !repeatable(f->pw) || !repeatable(f->mn))
        return false;
    bool old = f->edition == HJ_2005;
    bool fingerprint = f->command == 1001 && f->edition == HJ_2025;
    struct hj_head h = {.edition = f->edition, .st = S("91"), .pw = f->pw, .mn = f->mn};
    h.cn = is_notice(f->command) || fingerprint ? S("9013") : S("9014");
    h.qn = old || !f->qn.n ? STR_NONE : f->qn;
    h.flag = old ? (f->flag < 0 ? -1 : 0) : f->flag < 0 ? 4 : f->flag & ~3;
    h.crc = f->crc == HJ_CRC_NONE || f->crc == HJ_CRC_BAD ? HJ_CRC_OK : f->crc;
    AUTO_ARENA(a);
    buf body = buf_make(a, HEAD_MAXIMUM);
    if (old)
        old_body(&body, f);
    err *e = hj_encode(b, &h, buf_str(&body));
    if (e)
        err_clear();
    return !e && !body.overflow;
}
