/* Readers that accept one spelling: hexadecimal digits, signatures, keys, JSON objects of known members. */
#include "bundle/check/check_private.h"

#include <string.h>

enum { HALF = 32, SIGNATURE_TEXT = 4 * HALF + 1, KEY_PEM = 178, KEY_DER = 91 };

bool hex_lower(str s, size_t digits)
{
    bool sound = s.n == digits;
    for (size_t i = 0; sound && i < s.n; i++)
        sound = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
    return sound;
}

/* An INTEGER of DER: no zeros in front but one where the first bit is set. */
static size_t der_integer(const uint8_t half[HALF], uint8_t *to)
{
    size_t skip = 0, n = 0;
    while (skip < HALF - 1 && !half[skip])
        skip++;
    to[n++] = 0x02;
    to[n++] = (uint8_t)(HALF - skip + (half[skip] >> 7));
    if (half[skip] >> 7)
        to[n++] = 0;
    memcpy(to + n, half + skip, HALF - skip);
    return n + HALF - skip;
}

bool signature_der(str text, uint8_t ret[SM2_SIGNATURE_MAX], size_t *ret_n)
{
    uint8_t half[2][HALF];
    if (text.n != SIGNATURE_TEXT || text.p[SIGNATURE_TEXT - 1] != '\n' ||
        !hex_lower(str_sub(text, 0, 4 * HALF), 4 * HALF) || !hex_decode(str_sub(text, 0, 2 * HALF), half[0], HALF) ||
        !hex_decode(str_sub(text, 2 * HALF, 2 * HALF), half[1], HALF))
        return false;
    size_t n = der_integer(half[0], ret + 2);
    n += der_integer(half[1], ret + 2 + n);
    ret[0] = 0x30;
    ret[1] = (uint8_t)n;
    *ret_n = n + 2;
    return true;
}

/* Takes an INTEGER off p into 32 bytes. */
static bool der_take(const uint8_t **p, const uint8_t *end, uint8_t half[HALF])
{
    if (end - *p < 3 || **p != 0x02)
        return false;
    size_t n = (*p)[1];
    const uint8_t *from = *p + 2;
    if (!n || (size_t)(end - from) < n)
        return false;
    *p = from + n;
    if (n == HALF + 1 && !*from) {
        from++;
        n--;
    }
    if (n > HALF)
        return false;
    memset(half, 0, HALF);
    memcpy(half + HALF - n, from, n);
    return true;
}

str bundle_signature_text(struct arena *a, const uint8_t *der, size_t n)
{
    uint8_t half[2][HALF];
    const uint8_t *p = der + 2, *end = der + n;
    if (n < 8 || der[0] != 0x30 || der[1] != n - 2 || !der_take(&p, end, half[0]) || !der_take(&p, end, half[1]) || p != end)
        return STR_NONE;
    buf b = buf_make(a, SIGNATURE_TEXT);
    buf_hex(&b, half[0], HALF);
    buf_hex(&b, half[1], HALF);
    buf_char(&b, '\n');
    return buf_str(&b);
}

/* SubjectPublicKeyInfo of an uncompressed point on sm2p256v1, up to the point. */
static const uint8_t key_head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06,
                                   0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D, 0x03, 0x42, 0x00, 0x04};

bool bundle_fingerprint(str pem, struct sm3 *ret)
{
    AUTO_ARENA(a);
    uint8_t der[KEY_DER + 2];
    size_t n;
    str rest = pem, line[5];
    if (pem.n != KEY_PEM)
        return false;
    for (int i = 0; i < 5; i++)
        if (!str_next(&rest, '\n', &line[i]))
            return false;
    if (line[4].n || rest.p || !str_eq(line[0], S("-----BEGIN PUBLIC KEY-----")) ||
        !str_eq(line[3], S("-----END PUBLIC KEY-----")) || line[1].n != 64 ||
        !base64_decode(arena_printf(a, "%.*s%.*s", STR_ARG(line[1]), STR_ARG(line[2])), der, sizeof der, &n) ||
        n != KEY_DER || memcmp(der, key_head, sizeof key_head))
        return false;
    *ret = sm3_of(der, n);
    return true;
}

bool json_only(const struct json *object, const char *names)
{
    if (!object || object->kind != JSON_OBJECT)
        return false;
    str rest = str_of(names), name;
    size_t n = 0;
    while (str_next(&rest, ' ', &name)) {
        if (!json_get(object, name))
            return false;
        n++;
    }
    return object->n == n;
}

bool json_is(const struct json *object, const char *name, enum json_kind kind, const struct json **ret)
{
    const struct json *v = json_get(object, str_of(name));
    if (ret)
        *ret = v;
    return v && v->kind == kind;
}

bool json_whole(const struct json *object, const char *name, int64_t *ret)
{
    const struct json *v = json_get(object, str_of(name));
    if (!v || v->kind != JSON_NUMBER || !v->integer || v->i > LIMIT_BUNDLE_WHOLE || v->i < -LIMIT_BUNDLE_WHOLE)
        return false;
    *ret = v->i;
    return true;
}

static bool is_canonical(struct arena *a, str text, const struct json *value)
{
    buf b = buf_make(a, text.n);
    json_canonical(&(struct json_out){&b, false}, value);
    return !b.overflow && str_eq(buf_str(&b), text);
}

err *member_json(struct check *c, struct arena *a, const struct member *m, size_t limit, bool canonical,
                 enum bundle_fault what, const struct json **ret)
{
    str text;
    const struct json *value;
    *ret = NULL;
    TRY(member_text(c, a, m, limit, &text));
    if (!text.p)
        return NULL;
    err *bad = json_parse(a, text, limit, &value);
    if (bad)
        fault(c, what, m->name, -1, "不是可读的JSON：%.*s", STR_ARG(bad->text));
    else if (value->kind != JSON_OBJECT || (canonical && !is_canonical(a, text, value)))
        fault(c, what, m->name, -1, "不是规范写法的JSON对象");
    else
        *ret = value;
    err_clear();
    return NULL;
}

bool member_seq(str name, const char *folder, int64_t *ret)
{
    str head = str_of(folder);
    if (name.n != head.n + 1 + 10 + 5 || !str_starts(name, head) || name.p[head.n] != '/' || !str_ends(name, S(".json")))
        return false;
    str digits = str_sub(name, head.n + 1, 10);
    for (size_t i = 0; i < digits.n; i++)
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
    return str_int64(digits, ret) && *ret > 0;
}

str seq_name(struct arena *a, const char *folder, int64_t seq)
{
    return arena_printf(a, "%s/%010lld.json", folder, (long long)seq);
}
