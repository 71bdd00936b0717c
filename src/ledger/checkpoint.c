/*
 * A checkpoint is read by taking it apart and writing it again: only the one spelling that we would
 * have signed is accepted, so nothing can hide in blanks, zeros or time zones.
 */
#include "ledger/checkpoint.h"

enum { LIMIT_NOTE = 1024, KEY_ID_LENGTH = 16 };

/* The signed part: the four lines above the blank one. */
static str note_head(struct arena *a, str store_id, int64_t size, const struct sm3 *root, usec at)
{
    return arena_printf(a, "xiezhi %.*s\n%lld\n%.*s\n%.*s\n", STR_ARG(store_id), (long long)size,
                        STR_ARG(base64_text(a, root->byte, SM3_BYTES)),
                        STR_ARG(time_rfc3339(a, at)));
}

err *checkpoint_sign(struct arena *a, const struct sm2_key *signer, str store_id, int64_t size,
                     const struct sm3 *root, usec at, struct checkpoint *ret)
{
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n;
    str head = note_head(a, store_id, size, root, at);
    TRY(sm2_sign(signer, head, signature, &n));
    str key_id = sm2_key_id(a, signer);
    str note = arena_printf(a, "%.*s\n- %.*s %.*s\n", STR_ARG(head), STR_ARG(key_id),
                            STR_ARG(base64_text(a, signature, n)));
    *ret =
        (struct checkpoint){.size = size, .root = *root, .at = at, .key_id = key_id, .note = note};
    return NULL;
}

static err *unreadable(str line, const char *want)
{
    err *e = err_new(ERR_INPUT, "检查点的格式不对");
    return err_at(err_got(e, line, str_of(want), STR_NONE), S("note"));
}

static bool plain_id(str id, size_t most)
{
    bool plain = id.n > 0 && id.n <= most;
    for (size_t i = 0; plain && i < id.n; i++)
        plain = (id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= '0' && id.p[i] <= '9');
    return plain;
}

/* "- <key id> <base64 signature>" */
static bool signature_line(str line, str *ret_key_id, uint8_t ret[SM2_SIGNATURE_MAX], size_t *ret_n)
{
    if (!str_starts(line, S("- ")))
        return false;
    line = str_sub(line, 2, line.n);
    return str_next(&line, ' ', ret_key_id) && plain_id(*ret_key_id, KEY_ID_LENGTH) && line.p &&
           base64_decode(line, ret, SM2_SIGNATURE_MAX, ret_n);
}

enum note_line {
    LINE_STORE,
    LINE_SIZE,
    LINE_ROOT,
    LINE_TIME,
    LINE_BLANK,
    LINE_SIGNATURE,
    NOTE_LINES
};

static bool note_lines(str note, str ret[NOTE_LINES])
{
    str rest = note;
    for (int i = 0; i < NOTE_LINES; i++)
        if (!str_next(&rest, '\n', &ret[i]) || !rest.p)
            return false;
    return rest.n == 0 && ret[LINE_BLANK].n == 0;
}

err *checkpoint_parse(struct arena *a, str note, struct checkpoint *ret)
{
    struct checkpoint c = {.note = note};
    uint8_t signature[SM2_SIGNATURE_MAX];
    str line[NOTE_LINES];
    size_t n;
    if (note.n > LIMIT_NOTE)
        return err_new(ERR_LIMIT, "检查点超过%d字节", LIMIT_NOTE);
    if (!note_lines(note, line))
        return unreadable(note, "六行，第五行为空");
    str store_id = str_sub(line[LINE_STORE], 7, line[LINE_STORE].n);
    if (!str_starts(line[LINE_STORE], S("xiezhi ")) || !plain_id(store_id, LIMIT_STORE_ID))
        return unreadable(line[LINE_STORE], "xiezhi和库的编号");
    if (!str_int64(line[LINE_SIZE], &c.size) || c.size < 0)
        return unreadable(line[LINE_SIZE], "账本的条数");
    if (!base64_decode(line[LINE_ROOT], c.root.byte, SM3_BYTES, &n) || n != SM3_BYTES)
        return unreadable(line[LINE_ROOT], "32字节的根哈希（base64）");
    TRY(time_parse(line[LINE_TIME], &c.at));
    if (!signature_line(line[LINE_SIGNATURE], &c.key_id, signature, &n))
        return unreadable(line[LINE_SIGNATURE], "密钥编号和签名");
    if (!str_starts(note, note_head(a, store_id, c.size, &c.root, c.at)))
        return unreadable(note, "标准写法");
    *ret = c;
    return NULL;
}

bool checkpoint_verifies(const struct checkpoint *c, const struct sm2_key *key)
{
    AUTO_ARENA(a);
    uint8_t signature[SM2_SIGNATURE_MAX];
    str line[NOTE_LINES], key_id;
    size_t n;
    if (!note_lines(c->note, line) ||
        !signature_line(line[LINE_SIGNATURE], &key_id, signature, &n) ||
        !str_eq(key_id, sm2_key_id(a, key)))
        return false;
    str head = {c->note.p, (size_t)(line[LINE_BLANK].p - c->note.p)};
    return sm2_verify(key, head, signature, n);
}

str checkpoint_store(const struct checkpoint *c)
{
    str rest = c->note, first = STR_NONE;
    str_next(&rest, '\n', &first);
    return str_sub(first, 7, first.n);
}
