/*
 * Making and checking entry codes. A wrong code is a fact about a code, never a reason to keep somebody's entry out of the
 * record: the callers warn.
 */
#include "acts/entry_code.h"
#include "crypto/crypto.h"

#include <stdio.h>
#include <string.h>

enum { DIGITS = 6, SEAL_HEX = 12, LIMIT_STEPS = 1000 };

const char *const entry_fault_text[] = {
    [ENTRY_FINE] = "",
    [ENTRY_UNREADABLE] = "不是到场码",
    [ENTRY_OTHER_VISIT] = "不是本次现场的到场码",
    [ENTRY_FORGED] = "校验不符",
    [ENTRY_STALE] = "出示时间与登记时间相差过大",
    [ENTRY_NOT_OFFICER] = "出示人不是本次委托的执法人员",
};

static bool all_digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

bool entry_code_read(str text, struct entry_code *ret)
{
    str rest = text, part[6];
    size_t n = 0;
    *ret = (struct entry_code){0};
    if (text.n == DIGITS && all_digits(text)) {
        ret->digits = text;
        return true;
    }
    if (text.n > LIMIT_ENTRY_CODE || !str_starts(text, S("XZ1.")))
        return false;
    while (n < 6 && str_next(&rest, '.', &part[n]))
        n++;
    if (n != 6 || rest.p || part[4].n != DIGITS || !all_digits(part[4]) || part[5].n != SEAL_HEX || !part[1].n || !part[2].n)
        return false;
    if (!all_digits(part[3]) || !str_int64(part[3], &ret->time) || ret->time < 0)
        return false;
    ret->sealed = true;
    ret->visit = part[1];
    ret->person = part[2];
    ret->digits = part[4];
    ret->seal = part[5];
    ret->head = str_sub(text, 0, text.n - SEAL_HEX - 1);
    return true;
}

static void digits_of_step(const uint8_t key[SHA256_BYTES], str visit, int64_t step, char ret[DIGITS + 1])
{
    char message[4 + 64 + 24];
    uint8_t mac[SHA256_BYTES];
    CHECK(visit.n <= 64);
    int n = snprintf(message, sizeof message, "code%.*s%lld", STR_ARG(visit), (long long)step);
    hmac_sha256(key, SHA256_BYTES, message, (size_t)n, mac);
    size_t at = mac[SHA256_BYTES - 1] & 0xF; /* RFC 4226 5.3 */
    uint32_t code = ((uint32_t)(mac[at] & 0x7F) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3]) % 1000000;
    snprintf(ret, DIGITS + 1, "%06u", code);
}

static void seal_of(const uint8_t key[SHA256_BYTES], str head, char ret[SEAL_HEX + 1])
{
    uint8_t mac[SHA256_BYTES];
    hmac_sha256(key, SHA256_BYTES, head.p, head.n, mac);
    for (int i = 0; i < SEAL_HEX / 2; i++)
        snprintf(ret + 2 * i, 3, "%02x", mac[i]);
}

static int64_t step_of(usec time, int64_t step_s)
{
    return time / (step_s * USEC_SECOND);
}

static enum entry_fault check_digits(const uint8_t key[SHA256_BYTES], str visit, str digits, usec time, int64_t step_s, int64_t tolerance_s)
{
    char made[DIGITS + 1];
    int64_t first = step_of(time - tolerance_s * USEC_SECOND, step_s), last = step_of(time + tolerance_s * USEC_SECOND, step_s);
    if (last - first > LIMIT_STEPS)
        last = first + LIMIT_STEPS;
    for (int64_t step = first; step <= last; step++) {
        digits_of_step(key, visit, step, made);
        if (memcmp(made, digits.p, DIGITS) == 0)
            return ENTRY_FINE;
    }
    return ENTRY_FORGED;
}

enum entry_fault entry_code_check(const uint8_t key[SHA256_BYTES], str visit, const struct entry_code *code, usec time, int64_t step_s,
                                  int64_t tolerance_s, int64_t *ret_offset_s)
{
    char made[DIGITS + 1], seal[SEAL_HEX + 1];
    if (!code->sealed)
        return check_digits(key, visit, code->digits, time, step_s, tolerance_s);
    if (!str_eq(code->visit, visit))
        return ENTRY_OTHER_VISIT;
    seal_of(key, code->head, seal);
    digits_of_step(key, visit, step_of(code->time, step_s), made);
    if (!bytes_equal(seal, code->seal.p, SEAL_HEX) || memcmp(made, code->digits.p, DIGITS) != 0)
        return ENTRY_FORGED;
    usec offset = code->time - time;
    *ret_offset_s = offset / USEC_SECOND;
    usec away = offset < 0 ? -offset : offset;
    return away > (tolerance_s + step_s) * USEC_SECOND ? ENTRY_STALE : ENTRY_FINE;
}

str entry_code_digits(struct arena *a, const uint8_t key[SHA256_BYTES], str visit, usec time, int64_t step_s)
{
    char made[DIGITS + 1];
    digits_of_step(key, visit, step_of(time, step_s), made);
    return arena_str(a, str_of(made));
}

str entry_code_text(struct arena *a, const uint8_t key[SHA256_BYTES], str visit, str person, usec time, int64_t step_s)
{
    char seal[SEAL_HEX + 1];
    str digits = entry_code_digits(a, key, visit, time, step_s);
    str head = arena_printf(a, "XZ1.%.*s.%.*s.%lld.%.*s", STR_ARG(visit), STR_ARG(person), (long long)time, STR_ARG(digits));
    seal_of(key, head, seal);
    return arena_printf(a, "%.*s.%s", STR_ARG(head), seal);
}

void entry_key(const struct ledger_keys *keys, str visit, uint8_t ret[SHA256_BYTES])
{
    char message[80];
    CHECK(visit.n <= 64);
    int n = snprintf(message, sizeof message, "entry code key 1 %.*s", STR_ARG(visit));
    hmac_sha256(keys->master.byte, sizeof keys->master.byte, message, (size_t)n, ret);
}
