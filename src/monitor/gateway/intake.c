/*
 * What becomes of the bytes of a connection, in the order they came: the proxy's header, probes of scanners, keep-alive bytes, frames,
 * and stretches that are no frames.
 *
 *   accepted             stored, answered by its edition after the commit
 *   seen of late         not stored again, answered again, in its turn
 *   not on the list      its head is stored, a cause of ours is counted, no answer (with `listed_only`)
 *   bad CRC, unreadable  quarantined once, no answer: the device sends again; the third identical one is an event
 *   stretch              quarantined up to a limit per hour, then only counted
 *
 * Nothing here waits, and nothing is refused for what the profile says.
 */
#include "monitor/gateway/gateway_private.h"

#include <string.h>

static bool keep_alive(char c)
{
    return c == '\0' || c == '\xff' || c == '\r' || c == '\n' || c == ' ' || c == '\t';
}

struct arrival { usec wall; int64_t mono; };

static struct arrival arrival_of(struct gateway *g, const struct connection *c)
{
    return (struct arrival){gateway_now(g) - (time_monotonic() - c->last_byte), c->last_byte};
}

static uint32_t slot_of(const struct gateway *g, const struct connection *c)
{
    return (uint32_t)(c - g->connections);
}

/* ---- onto the batch ---- */
static void store(struct gateway *g, struct connection *c, struct entry *e, str raw, enum hj_crc crc, enum spool_state state, str answer)
{
    struct arrival at = arrival_of(g, c);
    struct spool_frame f = {at.wall, at.mono, c->number, {c->peer_text, c->peer_n}, (uint8_t)crc, (uint8_t)state, raw};
    e->slot = slot_of(g, c);
    e->connection = c->number;
    e->arrived_mono = at.mono;
    e->quarantined = state != SPOOL_ACCEPTED;
    c->waiting++;
    batch_add(g, e, &f, answer);
}

static void answer_again(struct gateway *g, struct connection *c, str answer)
{
    struct entry e = {.slot = slot_of(g, c), .connection = c->number, .arrived_mono = c->last_byte};
    if (!answer.n)
        return;
    c->waiting++;
    batch_add(g, &e, NULL, answer);
}

/* ---- noise ---- */
static bool quarantine_room(struct gateway *g, size_t n)
{
    int64_t hour = gateway_now(g) / USEC_HOUR;
    if (hour != g->quarantine_hour) {
        g->quarantine_hour = hour;
        g->quarantine_bytes = 0;
    }
    if (g->quarantine_bytes + (int64_t)n > GATEWAY_QUARANTINE_BYTES) {
        atomic_fetch_add(&g->m.quarantine_dropped, 1);
        return false;
    }
    g->quarantine_bytes += (int64_t)n;
    return true;
}

/* False: it has made too much noise and is closed. */
static bool noise(struct gateway *g, struct connection *c, size_t n)
{
    atomic_fetch_add(&g->m.noise_bytes, (long long)n);
    c->noise += (uint32_t)n;
    if (c->noise <= GATEWAY_NOISE_BYTES)
        return true;
    atomic_fetch_add(&g->m.closed_noise, 1);
    connection_close(g, c);
    return false;
}

static bool stretch(struct gateway *g, struct connection *c, str raw)
{
    struct entry e = {.logger = c->logger};
    atomic_fetch_add(&g->m.stretches, 1);
    if (quarantine_room(g, raw.n))
        store(g, c, &e, raw, HJ_CRC_NONE, SPOOL_QUARANTINED, S(""));
    return noise(g, c, raw.n);
}

static size_t keep_alive_bytes(str bytes)
{
    size_t n = 0;
    while (n < bytes.n && keep_alive(bytes.p[n]))
        n++;
    return n;
}

enum first { FIRST_FRAMES, FIRST_PROBE, FIRST_MORE };

/* Scanners speak first, and loudly. What might still become one of their words waits for its fourth byte. */
static enum first first_bytes(str bytes)
{
    static const char words[][5] = {"GET ", "POST", "HEAD", "OPTI", "PUT ", "CONN", "SSH-", "\x16\x03\x01", "\x16\x03\x03", "\x03"};
    static const size_t lengths[] = {4, 4, 4, 4, 4, 4, 4, 3, 3, 4};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        str word = {words[i], lengths[i]}, head = str_sub(bytes, 0, word.n);
        if (str_eq(head, str_sub(word, 0, head.n)))
            return head.n == word.n ? FIRST_PROBE : FIRST_MORE;
    }
    return FIRST_FRAMES;
}

/* ---- frames ---- */
static void bad_frame(struct gateway *g, struct connection *c, const struct hj_cut *cut, const struct hj_frame *f)
{
    uint64_t digest = str_hash(cut->raw);
    size_t at = digest % BAD_KEPT;
    struct logger *d = f->mn.n ? logger_find(g, f->mn) : NULL;
    struct entry e = {.logger = d ? d : c->logger, .findings = f->findings};
    if (g->bad[at].digest != digest) {
        g->bad[at].digest = digest;
        g->bad[at].times = 0;
    }
    uint32_t times = ++g->bad[at].times;
    if (times == 1 && quarantine_room(g, cut->raw.n))
        store(g, c, &e, cut->raw, f->crc, SPOOL_QUARANTINED, S(""));
    if (times == 1 + BAD_RETRIES && e.logger)
        logger_notice(g, e.logger, NOTICE_BAD_CRC, S("同一报文校验错误并多次重发，已隔离保存，未予应答"), arrival_of(g, c).wall);
    else if (times == 1 + BAD_RETRIES)
        inbox_event(g, arrival_of(g, c).wall, S(""), S("bad-crc"), S("未知设备的同一报文校验错误并多次重发，已隔离保存，未予应答"));
}

/* True: the name is kept for this hour, *ret_first when it is new in it. */
static bool refused_name(struct gateway *g, str mn, usec now, bool *ret_first)
{
    uint64_t digest = str_hash(mn) | 1;
    if (now / USEC_HOUR != g->refused_hour) {
        g->refused_hour = now / USEC_HOUR;
        memset(g->refused, 0, sizeof g->refused);
    }
    uint64_t *place = &g->refused[digest / 2 % REFUSED_KEPT];
    *ret_first = *place == 0;
    if (*place == 0)
        *place = digest;
    return *place == digest;
}

/* True: turned away. */
static bool refused(struct gateway *g, struct connection *c, const struct hj_frame *f, struct logger *d)
{
    const struct listed *listed = access_list_find(g->access, f->mn);
    bool from = listed && listed_from(listed, &c->peer), first;
    usec now = arrival_of(g, c).wall;
    if (listed && !from && d)
        logger_notice(g, d, NOTICE_OUTSIDE_LIST, S("来源地址不在该点位登记的网络内"), now);
    if (!g->options.listed_only || from)
        return false;
    atomic_fetch_add(&g->m.refused, 1);
    if (!logger_name_usable(f->mn) || !refused_name(g, f->mn, now, &first))
        return true;
    causes_add(g->causes, f->mn, now, CAUSE_REFUSED, 0, 1);
    struct entry e = {0};
    if (first && quarantine_room(g, GATEWAY_REFUSED_KEPT))
        store(g, c, &e, str_sub(f->raw, 0, GATEWAY_REFUSED_KEPT), f->crc, SPOOL_REFUSED, S(""));
    return true;
}

static str answer_of(struct gateway *g, const struct hj_frame *f, const struct logger *d)
{
    arena_reset(g->passing);
    buf b = buf_make(g->passing, 2 * HJ_LIMIT_SEGMENT);
    bool always = g->options.answer_always || (d && d->profile.wants & WANTS_ALL_THE_SAME);
    return hj_answer(&b, f, always) && !b.overflow ? buf_str(&b) : S("");
}

static void good_frame(struct gateway *g, struct connection *c, const struct hj_cut *cut, const struct hj_frame *f)
{
    struct logger *d = c->logger && str_eq(logger_mn(c->logger), f->mn) ? c->logger : logger_find(g, f->mn);
    if (refused(g, c, f, d))
        return;
    d = d ? d : logger_of(g, f->mn);
    c->noise = 0;
    c->logger = d;
    bool told_apart = f->qn.n || f->data_time_text.n; /* else two equal frames are two frames */
    if (told_apart && duplicates_seen(g->duplicates, cut->segment)) {
        atomic_fetch_add(&g->m.duplicates, 1);
        if (d)
            logger_repeat(g, d, f);
        answer_again(g, c, answer_of(g, f, d));
        return;
    }
    struct entry e = {.logger = d, .findings = f->findings, .resubmitted = f->resubmitted};
    if (d)
        logger_frame(g, d, c, slot_of(g, c), f, arrival_of(g, c).wall);
    store(g, c, &e, cut->raw, f->crc, SPOOL_ACCEPTED, answer_of(g, f, d));
}

static void frame(struct gateway *g, struct connection *c, const struct hj_cut *cut)
{
    struct hj_frame f;
    hj_decode(cut, &g->decode, NULL, g->values, HJ_LIMIT_VALUES, &f);
    atomic_fetch_add(&g->m.frames, 1);
    atomic_fetch_add(&g->m.crc[f.crc], 1);
    c->tokens--;
    if (f.accepted)
        good_frame(g, c, cut, &f);
    else
        bad_frame(g, c, cut, &f);
}

/* ---- the front of a connection ---- */
static size_t proxy_header(struct gateway *g, struct connection *c, str bytes, enum more more)
{
    size_t n = 0;
    struct address from;
    switch (proxy_read(bytes, &n, &from)) {
    case PROXY_MORE:
        if (more == MORE_NEVER)
            connection_close(g, c);
        return 0;
    case PROXY_KNOWN:
        connection_from(c, &from);
        break;
    case PROXY_LOCAL:
        break;
    case PROXY_NONE:
        atomic_fetch_add(&g->m.probes, 1);
        connection_close(g, c);
        return 0;
    }
    c->stage = STAGE_FIRST;
    return n;
}

static bool may_go_on(const struct connection *c, uint64_t number)
{
    return c->number == number && c->tokens > 0;
}

size_t intake(struct gateway *g, struct connection *c, str bytes, enum more more)
{
    uint64_t number = c->number;
    c->whole = false;
    size_t used = c->stage == STAGE_PROXY ? proxy_header(g, c, bytes, more) : 0;
    if (c->stage == STAGE_PROXY || c->number != number)
        return used;
    if (c->stage == STAGE_FIRST && used < bytes.n) {
        enum first first = first_bytes(str_sub(bytes, used, bytes.n));
        if (first == FIRST_MORE && more != MORE_NEVER)
            return used;
        if (first == FIRST_PROBE) {
            atomic_fetch_add(&g->m.probes, 1);
            connection_close(g, c);
            return used;
        }
        c->stage = STAGE_FRAMES;
    }
    while (used < bytes.n && may_go_on(c, number)) {
        str rest = str_sub(bytes, used, bytes.n);
        size_t quiet = keep_alive_bytes(rest);
        if (quiet) {
            used += quiet;
            if (!noise(g, c, quiet))
                break;
            continue;
        }
        struct hj_cut cut = hj_cut(rest, more == MORE_NEVER);
        if (cut.kind == HJ_CUT_NONE && (!cut.whole || more != MORE_SILENT)) {
            c->whole = cut.whole;
            break;
        }
        used += cut.n;
        if (cut.kind != HJ_CUT_STRETCH)
            frame(g, c, &cut);
        else if (!stretch(g, c, cut.raw))
            break;
    }
    return used;
}
