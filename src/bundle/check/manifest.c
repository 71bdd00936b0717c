/*
 * Manifest, signature, key, and the list against the members. The signature is checked before the manifest is read:
 * what nobody signed is not worth an opinion.
 */
#include "bundle/check/check_private.h"

#include <string.h>

static void bad_manifest(struct check *c, const char *what)
{
    fault(c, BUNDLE_MANIFEST, S("manifest.json"), -1, "清单的%s不合格式", what);
}

static err *signature_check(struct check *c, str manifest)
{
    const struct member *sig = member_find(c, S("manifest.sig")), *pem = member_find(c, S("key.pem"));
    uint8_t der[SM2_SIGNATURE_MAX];
    struct sm3 print;
    str text, key;
    size_t n;
    TRY(member_text(c, c->arena, sig, 1024, &text));
    if (text.p && !signature_der(text, der, &n))
        fault(c, BUNDLE_SIGNATURE, sig->name, -1, "不是129字节的签名");
    if (!pem)
        fault(c, BUNDLE_KEY, S("key.pem"), -1, "缺公钥");
    if (faulty(c))
        return NULL;
    TRY(member_text(c, c->arena, pem, 1024, &key));
    if (!key.p)
        return NULL;
    err *bad = bundle_fingerprint(key, &print) ? sm2_public(key, &c->key) : err_new(ERR_INPUT, "不是SM2公钥");
    if (bad) {
        fault(c, BUNDLE_KEY, pem->name, -1, "不是规范写法的SM2公钥");
        err_clear();
        return NULL;
    }
    buf hex = buf_make(c->arena, 2 * SM3_BYTES);
    buf_hex(&hex, print.byte, SM3_BYTES);
    c->r->key = buf_str(&hex);
    if (!sm2_verify(c->key, manifest, der, n))
        fault(c, BUNDLE_SIGNATURE, sig->name, -1, "清单不是这把公钥的主人签的，或签名后被改动");
    return NULL;
}

static bool read_agency(struct check *c, const struct json *m)
{
    const struct json *agency;
    if (!json_is(m, "agency", JSON_OBJECT, &agency) || !json_only(agency, "id name"))
        return false;
    c->r->agency = json_string(agency, S("id"));
    c->r->agency_name = json_string(agency, S("name"));
    return c->r->agency.n && c->r->agency_name.p;
}

static bool read_checkpoint(struct check *c, const struct json *m)
{
    const struct json *v;
    if (!json_is(m, "checkpoint", JSON_OBJECT, &v) || !json_only(v, "at root size store") ||
        !json_whole(v, "at", &c->r->checkpoint_at) || !json_whole(v, "size", &c->r->size))
        return false;
    c->r->store_id = json_string(v, S("store"));
    c->manifest_root = json_string(v, S("root"));
    return c->r->store_id.n && hex_lower(c->manifest_root, 2 * SM3_BYTES) && c->r->size > 0;
}

static bool read_helpers(struct check *c, const struct json *m)
{
    const struct json *v;
    if (!json_is(m, "helpers", JSON_OBJECT, &v))
        return false;
    c->helper = NEW_ARRAY(c->arena, v->n, str);
    c->helper_member = NEW_ARRAY(c->arena, v->n, str);
    for (size_t i = 0; i < v->n; i++) {
        if (v->child[i].kind != JSON_STRING || !v->child[i].string.n)
            return false;
        c->helper[i] = v->child[i].key;
        c->helper_member[i] = v->child[i].string;
    }
    c->helper_n = v->n;
    return true;
}

static bool read_presence(struct check *c, const struct json *m)
{
    const struct json *v;
    return json_is(m, "presence", JSON_OBJECT, &v) && json_only(v, "officers tolerance") &&
           json_whole(v, "officers", &c->officers) && json_whole(v, "tolerance", &c->tolerance) && c->officers >= 0 &&
           c->officers <= 100 && c->tolerance >= 0;
}

static bool read_as_of(struct check *c, const struct json *m)
{
    c->r->as_of = USEC_NONE;
    return json_is(m, "as_of", JSON_NULL, NULL) || json_whole(m, "as_of", &c->r->as_of);
}

static void manifest_read(struct check *c, const struct json *m)
{
    struct bundle_report *r = c->r;
    if (!json_only(m, "agency as_of case checkpoint format helpers key made_at made_by members presence"))
        bad_manifest(c, "成员（只能是11项）");
    else if (!str_eq(json_string(m, S("format")), S("xiezhi-bundle-1")))
        bad_manifest(c, "版本（应为xiezhi-bundle-1；更新的案卷包须用更新的程序核验）");
    else if (!read_agency(c, m))
        bad_manifest(c, "执法机构");
    else if (!read_as_of(c, m))
        bad_manifest(c, "截止时间");
    else if (!read_checkpoint(c, m))
        bad_manifest(c, "检查点");
    else if (!read_helpers(c, m))
        bad_manifest(c, "辅助人员");
    else if (!read_presence(c, m))
        bad_manifest(c, "陪同要求");
    else if (!json_whole(m, "made_at", &r->made_at) || !json_string(m, S("made_by")).n)
        bad_manifest(c, "导出时间和导出人");
    r->case_id = json_string(m, S("case"));
    if (!r->case_id.n)
        bad_manifest(c, "案卷编号");
}

/* The bare digits of a fingerprint that a person typed or pasted. */
static str digits_of(struct arena *a, str shown)
{
    buf b = buf_make(a, shown.n + 1);
    for (size_t i = 0; i < shown.n; i++) {
        char d = shown.p[i];
        if (d != ' ' && d != '-' && d != '\n' && d != '\t')
            buf_char(&b, d >= 'A' && d <= 'F' ? (char)(d + 32) : d);
    }
    return buf_str(&b);
}

static err *key_check(struct check *c, const struct json *m, str demanded)
{
    str wanted = digits_of(c->arena, demanded);
    if (demanded.p && !hex_lower(wanted, 2 * SM3_BYTES))
        return err_got(err_at(err_new(ERR_INPUT, "密钥指纹应为64位十六进制数字"), S("key")), demanded, STR_NONE, STR_NONE);
    if (faulty(c))
        return NULL;
    if (!str_eq(json_string(m, S("key")), c->r->key))
        fault(c, BUNDLE_KEY, S("key.pem"), -1, "公钥的指纹与清单写的不同");
    else if (demanded.p && !str_eq(wanted, c->r->key))
        fault(c, BUNDLE_KEY, S("key.pem"), -1, "公钥的指纹是%.*s，不是要求的那一把：不是该机关签的，或用了别的密钥",
              STR_ARG(bundle_key_groups(c->arena, c->r->key)));
    return NULL;
}

err *manifest_check(struct check *c, str demanded_key)
{
    const struct json *m;
    str text;
    TRY(member_text(c, c->arena, &c->members[c->n - 2], LIMIT_BUNDLE_MANIFEST, &text));
    if (text.p)
        TRY(signature_check(c, text));
    if (faulty(c))
        return demanded_key.p ? key_check(c, NULL, demanded_key) : NULL;
    TRY(member_json(c, c->arena, &c->members[c->n - 2], LIMIT_BUNDLE_MANIFEST, true, BUNDLE_MANIFEST, &m));
    if (m)
        manifest_read(c, m);
    TRY(key_check(c, m, demanded_key));
    c->manifest = m;
    return NULL;
}

static bool extension(str s)
{
    bool sound = s.n >= 1 && s.n <= 5;
    for (size_t i = 0; sound && i < s.n; i++)
        sound = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9');
    return sound;
}

/* What §2 of the format knows. */
static bool known_name(str name)
{
    static const char *const single[] = {"INDEX.html", "catalogue.json", "catalogue.pdf", "checkpoint-then.txt",
                                         "checkpoint.txt", "consistency.json", "key.pem"};
    static const char *const numbered[] = {"bodies", "entries", "proofs", "receipts"};
    int64_t seq;
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (str_eq(name, str_of(single[i])))
            return true;
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++)
        if (member_seq(name, numbered[i], &seq))
            return true;
    if (str_starts(name, S("papers/")))
        return str_ends(name, S(".pdf")) && name.n > 11;
    if (!str_starts(name, S("originals/")) || !hex_lower(str_sub(name, 10, 64), 64))
        return false;
    str rest = str_sub(name, 74, name.n);
    return !rest.n || (rest.p[0] == '.' && extension(str_sub(rest, 1, rest.n)));
}

static void listed(struct check *c, const struct json *row, const struct member *m)
{
    int64_t bytes = -1;
    struct sm3 digest;
    str hex = json_string(row, S("sm3"));
    if (!json_only(row, "bytes name sm3") || !json_whole(row, "bytes", &bytes) || !hex_lower(hex, 2 * SM3_BYTES) ||
        !hex_decode(hex, digest.byte, SM3_BYTES) || !str_eq(json_string(row, S("name")), m->name))
        fault(c, BUNDLE_MANIFEST, m->name, -1, "清单里没有这个成员，或顺序、格式不对");
    else if (!known_name(m->name))
        fault(c, BUNDLE_MEMBER, m->name, m->header, "案卷包里不应有这个成员");
    else if (bytes != m->bytes)
        fault(c, BUNDLE_MEMBER, m->name, m->data, "有%lld字节，清单写的是%lld字节", (long long)m->bytes, (long long)bytes);
    else if (memcmp(&digest, &m->digest, sizeof digest))
        fault(c, BUNDLE_MEMBER, m->name, m->data, "内容的SM3与清单不符：%lld字节中至少一个被改动", (long long)m->bytes);
}

static void tally(struct check *c)
{
    static const char *const required[] = {"catalogue.json", "checkpoint.txt", "key.pem"};
    int64_t seq;
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        if (!member_find(c, str_of(required[i])))
            fault(c, BUNDLE_MEMBER, str_of(required[i]), -1, "缺这个成员");
    if (!member_find(c, S("checkpoint-then.txt")) != !member_find(c, S("consistency.json")))
        fault(c, BUNDLE_MEMBER, S("consistency.json"), -1, "当日检查点与一致性证明应一并附上");
    for (size_t i = 0; i < c->n; i++) {
        str name = c->members[i].name;
        c->r->entries += member_seq(name, "entries", &seq);
        c->r->originals += str_starts(name, S("originals/"));
        c->r->papers += str_starts(name, S("papers/"));
    }
    if (!c->r->entries)
        fault(c, BUNDLE_MEMBER, S("entries/"), -1, "没有账本条目");
}

err *manifest_members(struct check *c)
{
    const struct json *list;
    if (!json_is(c->manifest, "members", JSON_ARRAY, &list) || list->n != c->n - 2) {
        fault(c, BUNDLE_MANIFEST, S("manifest.json"), -1, "清单列了%zu个成员，容器里有%zu个",
              list && list->kind == JSON_ARRAY ? list->n : 0, c->n - 2);
        return NULL;
    }
    for (size_t i = 0; i < c->n && !faulty(c); i++) {
        const struct member *m = &c->members[i];
        if (i < list->n)
            listed(c, &list->child[i], m);
        if (m->crc != m->crc_found)
            fault(c, BUNDLE_MEMBER, m->name, m->header + 14, "CRC-32与内容不符");
    }
    if (!faulty(c))
        tally(c);
    return NULL;
}
