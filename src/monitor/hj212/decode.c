/*
 * A cut becomes a frame: head fields in any order, the edition, the checksum, the verdict. What can be read without
 * doubt is accepted, whatever it does to the letter; each departure is a finding. Doubt is: a checksum no rule gives,
 * no command, no device, two answers to one question, a body that stays closed.
 */
#include "monitor/hj212/hj212_private.h"

enum field { QN, ST, CN, PW, MN, FLAG, PNUM, PNO, RF, FIELDS };
static const struct { str name; uint64_t word; } fields[FIELDS] = {
#define TWO(a, b) ((uint64_t)(a) | (uint64_t)(b) << 8)
#define FOUR(a, b, c, d) (TWO(a, b) | TWO(c, d) << 16)
    {{"QN", 2}, TWO('q', 'n')},
    {{"ST", 2}, TWO('s', 't')},
    {{"CN", 2}, TWO('c', 'n')},
    {{"PW", 2}, TWO('p', 'w')},
    {{"MN", 2}, TWO('m', 'n')},
    {{"Flag", 4}, FOUR('f', 'l', 'a', 'g')},
    {{"PNUM", 4}, FOUR('p', 'n', 'u', 'm')},
    {{"PNO", 3}, TWO('p', 'n') | (uint64_t)'o' << 16},
    {{"RF", 2}, TWO('r', 'f')},
};

struct head {
    struct hj_frame *f;
    str value[FIELDS];
    uint64_t found;
    int last;      /* the field before: their order */
    bool doubtful; /* a field stands twice and differs */
    bool open;     /* no data zone, or not closed */
    bool epc;      /* MN is 24 hexadecimal digits */
};

static str trimmed(struct head *h, str s)
{
    size_t n = s.n;
    while (s.n && is_blank(*s.p))
        s.p++, s.n--;
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    if (s.n != n)
        h->found |= FOUND(BLANKS);
    return s;
}

static int field_find(uint64_t folded, size_t n)
{
    for (int i = 0; i < FIELDS; i++)
        if (fields[i].word == folded && fields[i].name.n == n)
            return i;
    return -1;
}

static void field(struct head *h, str text, const char *end)
{
    const char *equals = memchr(text.p, '=', text.n);
    if (!text.n || !equals) {
        h->found |= FOUND(SEPARATOR);
        return;
    }
    size_t at = (size_t)(equals - text.p);
    str name = trimmed(h, (str){text.p, at}), value = trimmed(h, str_sub(text, at + 1, text.n));
    int i = field_find(name_folded(name_word(name.p, name.n, end), name.n), name.n);
    if (i < 0) {
        h->found |= FOUND(FIELD_UNKNOWN);
        return;
    }
    if (memcmp(name.p, fields[i].name.p, name.n) != 0)
        h->found |= FOUND(KEY_CASE);
    if (h->value[i].p) {
        h->found |= FOUND(FIELD_TWICE);
        h->doubtful = h->doubtful || !str_eq(h->value[i], value);
        return;
    }
    if (i < h->last)
        h->found |= FOUND(FIELD_ORDER);
    h->last = i;
    h->value[i] = value;
}

/* Fields stand between semicolons; a comma is a slip of the pen that examples of the standard share. */
static void fields_read(struct head *h, str text)
{
    const char *p = text.p, *end = text.p + text.n;
    if (p < end && end[-1] != ';')
        h->found |= FOUND(SEPARATOR);
    while (p < end) {
        const char *stop = p;
        while (stop < end && *stop != ';' && *stop != ',')
            stop++;
        if (stop < end && *stop == ',')
            h->found |= FOUND(SEPARATOR);
        field(h, trimmed(h, (str){p, (size_t)(stop - p)}), h->f->raw.p + h->f->raw.n);
        p = stop + 1;
    }
}

/* Where CP=&& begins, and behind it the data; false when there is none. */
static bool opening(str segment, size_t *ret_head, size_t *ret_data)
{
    const char *p = segment.p, *end = p + segment.n;
    for (const char *at = p; at + 1 < end; at++) {
        at = memchr(at, '&', (size_t)(end - at));
        if (!at || at + 1 >= end)
            return false;
        if (at[1] != '&')
            continue;
        *ret_data = (size_t)(at + 2 - p);
        while (at > p && is_blank(at[-1]))
            at--;
        if (at == p || *--at != '=')
            return false;
        while (at > p && is_blank(at[-1]))
            at--;
        if (at - p < 2 || (at[-1] | 0x20) != 'p' || (at[-2] | 0x20) != 'c')
            return false;
        *ret_head = (size_t)(at - 2 - p);
        return true;
    }
    return false;
}

/* Bit 7 of bytes below '0' and from ':' to '?': separators, blanks and what a value has no use for. The byte behind one
 * beyond ASCII may be marked, too. */
static inline uint64_t marks(uint64_t word)
{
    word ^= EVERY_BYTE('0');
    return (word + EVERY_BYTE(0x76)) & ~(word | word << 1) & EVERY_BYTE(0x80);
}

/* The semicolon behind a value that needs no second look; NULL: it does. */
static inline const char *value_end(const char *p, const char *limit)
{
    uint64_t stops;
    for (;; p += 8) {
        if (limit - p < 8)
            return NULL;
        stops = marks(word_at(p));
        if (stops)
            break;
    }
    p += __builtin_ctzll(stops) / 8;
    return *p == ';' ? p : NULL;
}

/* Which field begins here, in its printed form; *ret_n is the length of its name with the equals sign. */
static inline int field_printed(uint64_t word, size_t *ret_n)
{
#define NAMED(i, n, text) if ((word & ((UINT64_C(1) << 8 * (n)) - 1)) == (text)) return *ret_n = (n), (i)
    switch (word & 0xffff) {
    case TWO('Q', 'N'): NAMED(QN, 3, W3('Q', 'N', '=')); break;
    case TWO('S', 'T'): NAMED(ST, 3, W3('S', 'T', '=')); break;
    case TWO('C', 'N'): NAMED(CN, 3, W3('C', 'N', '=')); break;
    case TWO('P', 'W'): NAMED(PW, 3, W3('P', 'W', '=')); break;
    case TWO('M', 'N'): NAMED(MN, 3, W3('M', 'N', '=')); break;
    case TWO('R', 'F'): NAMED(RF, 3, W3('R', 'F', '=')); break;
    case TWO('F', 'l'): NAMED(FLAG, 5, W5('F', 'l', 'a', 'g', '=')); break;
    case TWO('P', 'N'):
        NAMED(PNUM, 5, W5('P', 'N', 'U', 'M', '='));
        NAMED(PNO, 4, W4('P', 'N', 'O', '='));
        break;
    case TWO('C', 'P'): NAMED(FIELDS, 5, W5('C', 'P', '=', '&', '&')); break;
    default: break;
    }
    return -1;
}

/* A head that is as printed: names exact, in order, once, semicolons between. False leaves all to the slow way. */
static bool head_printed(struct head *h)
{
    struct hj_frame *f = h->f;
    const char *p = f->segment.p, *end = p + f->segment.n, *limit = f->raw.p + f->raw.n;
    for (;;) {
        size_t n;
        int i = limit - p >= 8 ? field_printed(word_at(p), &n) : -1;
        if (i < 0 || i <= h->last)
            return false;
        p += n;
        if (i == FIELDS)
            break;
        const char *stop = value_end(p, limit);
        if (!stop || stop >= end)
            return false;
        h->value[i] = (str){p, (size_t)(stop - p)};
        h->last = i;
        p = stop + 1;
    }
    if (end - p < 2 || end[-1] != '&' || end[-2] != '&')
        return false;
    f->data = (str){p, (size_t)(end - 2 - p)};
    return true;
}

static void segment_read(struct head *h)
{
    if (head_printed(h))
        return;
    memset(h->value, 0, sizeof h->value);
    h->last = -1;
    struct hj_frame *f = h->f;
    str s = f->segment;
    size_t head = s.n, data;
    h->open = !opening(s, &head, &data) || data + 2 > s.n || !str_ends(s, S("&&"));
    if (h->open) {
        h->found |= FOUND(DATA_OPEN);
        f->data = S("");
    } else {
        f->data = str_sub(s, data, s.n - 2 - data);
        static const char exact[] = "CP=&&";
        if (data - head != sizeof exact - 1)
            h->found |= FOUND(BLANKS);
        else if (memcmp(s.p + head, exact, sizeof exact - 1) != 0)
            h->found |= FOUND(KEY_CASE);
    }
    fields_read(h, str_sub(s, 0, head));
}

/* ---- single fields ---- */

static bool all_digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]))
            return false;
    return true;
}

static bool is_capital(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z');
}

/* A number of at most `most` digits; -1 when it is none. */
static int small_number(str s, size_t most)
{
    int n = 0;
    if (!s.n || s.n > most)
        return -1;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_digit(s.p[i]))
            return -1;
        n = 10 * n + s.p[i] - '0';
    }
    return n;
}

/* 17 digits by the letter; 14 digits and milliseconds since 1970 are seen, too. */
static void qn_read(struct head *h)
{
    struct hj_frame *f = h->f;
    int64_t milli;
    f->qn_time = USEC_NONE;
    if (!f->qn.n)
        return;
    if (f->qn.n == 13 && str_int64(f->qn, &milli)) {
        f->qn_time = milli * 1000;
        h->found |= FOUND(QN_FORM);
        return;
    }
    int milli_second = f->qn.n == 17 ? small_number(str_sub(f->qn, 14, 3), 3) : -1;
    f->qn_time = milli_second < 0 ? hj_time(f->qn) : hj_time_of_14(f->qn.p);
    if (milli_second >= 0 && f->qn_time != USEC_NONE)
        f->qn_time += milli_second * 1000;
    else
        h->found |= f->qn.n == 17 && all_digits(f->qn) ? FOUND(QN_TIME) : FOUND(QN_FORM);
}

static void flag_read(struct head *h)
{
    struct hj_frame *f = h->f;
    f->flag_text = h->value[FLAG];
    f->flag = small_number(f->flag_text, 3);
    if (f->flag > 255)
        f->flag = -1;
    if (f->flag_text.p && f->flag < 0)
        h->found |= FOUND(FLAG_FORM);
    f->wants_answer = f->flag > 0 && f->flag & 1;
}

static void packet_read(struct head *h)
{
    struct hj_frame *f = h->f;
    bool split = f->flag > 0 && f->flag & 2;
    f->pnum_text = h->value[PNUM];
    f->pno_text = h->value[PNO];
    if (!f->pnum_text.p && !f->pno_text.p) {
        h->found |= split ? FOUND(PACKET_MISSING) : 0;
        return;
    }
    int pnum = small_number(f->pnum_text, 4), pno = small_number(f->pno_text, 4);
    f->pnum = pnum > 0 ? pnum : 0;
    f->pno = pno > 0 ? pno : 0;
    bool zeros = (f->pnum_text.n > 1 && f->pnum_text.p[0] == '0') || (f->pno_text.n > 1 && f->pno_text.p[0] == '0');
    if (pnum < 1 || pno < 1 || pno > pnum || zeros)
        h->found |= FOUND(PACKET_FORM);
    if (!f->pnum_text.p || !f->pno_text.p)
        h->found |= FOUND(PACKET_MISSING);
    else if (!split)
        h->found |= FOUND(PACKET_UNASKED);
}

static bool is_answer(int cn)
{
    return cn >= 9011 && cn <= 9014;
}

/* Two bits of Flag name the edition, with two known lies: the protocol of automatic surface water stations of 2017
 * took number 2 first (ST=21 or an answer, with an MN that is no EPC), and a head without Flag may still be of 2017. */
static enum hj_edition edition_of(struct head *h)
{
    const struct hj_frame *f = h->f;
    const char *mn = f->mn.p;
    h->epc = f->mn.n == 24 && hex_capitals(word_at(mn)) && hex_capitals(word_at(mn + 8)) &&
             hex_capitals(word_at(mn + 16));
    int version = f->flag < 0 ? -1 : f->flag >> 2;
    if (version == 2 && !h->epc && (str_eq(f->st, S("21")) || (str_eq(f->st, S("91")) && f->mn.n))) { /* answers: 91 */
        h->found |= FOUND(VERSION_WATER);
        return HJ_2017;
    }
    if (version > 2)
        h->found |= FOUND(VERSION_UNKNOWN);
    if (version == 2)
        return HJ_2025;
    if (version == 1 || version > 2)
        return HJ_2017;
    return version < 0 && f->qn.n && h->epc ? HJ_2017 : HJ_2005;
}

static void presence_check(struct head *h)
{
    const struct hj_frame *f = h->f;
    bool old_answer = f->edition == HJ_2005 && is_answer(f->command);
    if (f->edition != HJ_2005 && !f->qn.n)
        h->found |= FOUND(QN_MISSING);
    if (f->edition != HJ_2005 && !f->flag_text.p)
        h->found |= FOUND(FLAG_MISSING);
    if (!f->st.n)
        h->found |= FOUND(ST_MISSING);
    else if (f->st.n != 2 || !is_capital(f->st.p[0]) || !is_capital(f->st.p[1]))
        h->found |= FOUND(ST_FORM);
    else if (!hj_station_type_known(f->st))
        h->found |= FOUND(ST_UNKNOWN);
    if (!f->pw.p && !old_answer)
        h->found |= FOUND(PW_MISSING);
    else if (f->pw.p && (!f->pw.n || f->pw.n > 6))
        h->found |= FOUND(PW_FORM);
    if (!f->mn.n)
        h->found |= old_answer ? 0 : FOUND(MN_MISSING);
    else if (f->edition == HJ_2005 ? f->mn.n != 14 : !h->epc)
        h->found |= FOUND(MN_FORM);
}

static void command_check(struct head *h, const struct hj_options *o)
{
    struct hj_frame *f = h->f;
    const struct hj_command *c = hj_command_find(f->command);
    if (f->command < 0)
        h->found |= FOUND(CN_FORM);
    else if (!c)
        h->found |= FOUND(CN_UNKNOWN);
    else if (!(c->editions & 1u << f->edition))
        h->found |= FOUND(CN_EDITION);
    if (is_answer(f->command) && f->st.n && !str_eq(f->st, S("91")))
        h->found |= FOUND(ANSWER_ST);
    if (is_answer(f->command) && f->edition != HJ_2005 && f->wants_answer)
        h->found |= FOUND(ANSWER_FLAG);
    f->rf = h->value[RF];
    if (!f->rf.p)
        return;
    f->resubmitted = o->edition_2025 && f->edition == HJ_2025 && str_eq(f->rf, S("1"));
    if (!f->resubmitted)
        h->found |= FOUND(RF_FORM);
}

/* In 2005 an answer names the request inside its data, and an upload may carry its QN there. */
static str qn_in_data(str data)
{
    str qn = S("");
    if (!str_starts(data, S("QN=")))
        return STR_NONE;
    for (size_t i = 3; i < data.n && is_digit(data.p[i]); i++)
        qn = str_sub(data, 3, i - 2);
    return qn;
}

static void head_read(struct head *h, const struct hj_options *o)
{
    struct hj_frame *f = h->f;
    segment_read(h);
    f->qn = h->value[QN].p ? h->value[QN] : qn_in_data(f->data);
    f->st = h->value[ST];
    f->cn = h->value[CN];
    f->pw = h->value[PW];
    f->mn = h->value[MN];
    f->command = f->cn.n == 4 ? small_number(f->cn, 4) : -1;
    flag_read(h);
    packet_read(h);
    f->edition = edition_of(h);
    qn_read(h);
    presence_check(h);
    command_check(h, o);
}

/* ---- checksum and body ---- */

static void crc_read(struct hj_frame *f, str checked, str digits)
{
    f->crc_right = hj_crc16(checked);
    if (!digits.n || !hj_hex_four(digits.p, &f->crc_given)) {
        f->crc = HJ_CRC_NONE;
        return;
    }
    f->crc = hj_crc_kind_of(checked, digits.p, f->crc_given, f->crc_right);
}

/* 2025: whole blocks of the data are encrypted, the checksum covers the plain frame, and so does the length of some. */
static bool body_open(struct head *h, const struct hj_cut *cut, const struct hj_options *o, struct arena *a)
{
    struct hj_frame *f = h->f;
    str plain;
    f->encrypted = o->edition_2025 && hj_cipher_stands(f->data);
    if (!f->encrypted)
        return true;
    if (!o->sm4_key || !a) {
        h->found |= FOUND(CIPHER_CLOSED);
        return false;
    }
    if (!hj_cipher_open(f->data, o->sm4_key, a, &plain)) {
        h->found |= FOUND(CIPHER_BAD);
        return false;
    }
    buf b = buf_make(a, HJ_LIMIT_FRAME);
    buf_add(&b, (str){f->segment.p, (size_t)(f->data.p - f->segment.p)});
    size_t at = b.n;
    buf_add(&b, plain);
    buf_add(&b, S("&&"));
    crc_read(f, buf_str(&b), cut->crc);
    f->length_ok = f->length_ok || cut->length == (int)b.n;
    f->data = (str){b.p + at, plain.n};
    if (f->crc == HJ_CRC_BAD)
        h->found |= FOUND(CIPHER_BAD);
    return f->crc != HJ_CRC_BAD;
}

static bool crc_over_length(const struct hj_frame *f)
{
    return hj_crc16((str){f->raw.p, (size_t)(f->segment.p - f->raw.p) + f->segment.n}) == f->crc_given;
}

static bool crc_check(struct head *h, const struct hj_options *o)
{
    struct hj_frame *f = h->f;
    switch (f->crc) {
    case HJ_CRC_OK:
        return true;
    case HJ_CRC_LOWERCASE:
        h->found |= FOUND(CRC_LOWERCASE);
        return true;
    case HJ_CRC_MODBUS:
        h->found |= FOUND(CRC_MODBUS);
        return o->crc == HJ_CRC_ANY;
    case HJ_CRC_SWAPPED:
        h->found |= FOUND(CRC_SWAPPED);
        return o->crc == HJ_CRC_ANY;
    case HJ_CRC_NONE:
        h->found |= FOUND(CRC_NONE);
        return o->no_crc_accepted;
    default:
        h->found |= FOUND(CRC_BAD);
    }
    if (f->encrypted || !crc_over_length(f))
        return false;
    h->found |= FOUND(CRC_OVER_LENGTH);
    return o->crc_over_length;
}

static void frame_check(struct head *h, const struct hj_cut *cut)
{
    struct hj_frame *f = h->f;
    size_t data_most = f->edition == HJ_2005 ? HJ_LIMIT_DATA_2005 : HJ_LIMIT_DATA;
    if (!f->length_ok)
        h->found |= FOUND(LENGTH_WRONG);
    if (!f->encrypted && f->segment.n > HJ_LIMIT_SEGMENT)
        h->found |= FOUND(LENGTH_OVER);
    if (f->data.n > data_most)
        h->found |= FOUND(DATA_OVER);
    const char *tail = cut->crc.p + cut->crc.n, *end = cut->raw.p + cut->raw.n;
    if (end - tail >= 2 && tail[0] == '*') {
        h->found |= FOUND(TRAILER_PAD);
        tail += 2;
    }
    if (end - tail == 2)
        return;
    h->found |= tail == end ? FOUND(TRAILER_NONE) : FOUND(TRAILER_PART);
}

static void decode(const struct hj_cut *cut, const struct hj_options *o, struct arena *a, struct hj_frame *f,
                   bool *ret_closed)
{
    struct head h = {.f = f, .last = -1};
    CHECK(cut->segment.p);
    f->raw = cut->raw;
    f->segment = cut->segment;
    f->length = cut->length;
    f->length_ok = cut->length_ok;
    f->data_time = USEC_NONE;
    f->data_time_text = S("");
    head_read(&h, o);
    crc_read(f, f->segment, cut->crc);
    *ret_closed = !body_open(&h, cut, o, a);
    frame_check(&h, cut);
    bool crc = crc_check(&h, o);
    bool named = f->mn.n ? f->mn.n <= HJ_LIMIT_MN : is_answer(f->command);
    f->accepted = crc && named && f->command >= 0 && !h.open && !h.doubtful && !*ret_closed;
    f->findings = h.found;
}

void hj_decode(const struct hj_cut *cut, const struct hj_options *o, struct arena *a, struct hj_value *values,
               size_t capacity, struct hj_frame *ret)
{
    bool closed;
    *ret = (struct hj_frame){.values = values};
    decode(cut, o, a, ret, &closed);
    if (!closed)
        hj_data_decode(ret, ret->encrypted ? ret->data.p + ret->data.n + 2 : cut->raw.p + cut->raw.n, capacity);
}

void hj_decode_head(const struct hj_cut *cut, const struct hj_options *o, struct hj_frame *ret)
{
    bool closed;
    *ret = (struct hj_frame){0};
    decode(cut, o, NULL, ret, &closed);
    static const char name[] = "DataTime=";
    if (!str_starts(ret->data, (str){name, sizeof name - 1}))
        return;
    str rest = str_sub(ret->data, sizeof name - 1, ret->data.n);
    size_t n = 0;
    while (n < rest.n && rest.p[n] != ';' && rest.p[n] != ',')
        n++;
    ret->data_time_text = str_trim(str_sub(rest, 0, n));
    ret->data_time = hj_time(ret->data_time_text);
}
