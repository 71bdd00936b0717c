/* The packet is taken apart by its own directory (it is sound), one thing is changed, and it is put together again. */
#include "bundle/resign.h"
#include "bundle/bundle_private.h"
#include "ledger/proof.h"

#include <string.h>

enum { MOST = 2000 };
struct part { str name, bytes; };
struct parts { struct part p[MOST]; size_t n; };

static uint32_t number(const char *p, int bytes)
{
    uint32_t v = 0;
    for (int i = bytes - 1; i >= 0; i--)
        v = v << 8 | (uint8_t)p[i];
    return v;
}

static void take_apart(str zip, struct parts *ret)
{
    const char *end = zip.p + zip.n - BUNDLE_END_BYTES, *c = zip.p + number(end + 16, 4);
    ret->n = number(end + 10, 2);
    assert_true(ret->n <= MOST);
    for (size_t i = 0; i < ret->n; i++) {
        uint32_t name = number(c + 28, 2), size = number(c + 24, 4), at = number(c + 42, 4);
        ret->p[i] = (struct part){{c + BUNDLE_CENTRAL_BYTES, name}, {zip.p + at + BUNDLE_LOCAL_BYTES + name, size}};
        c += BUNDLE_CENTRAL_BYTES + name;
    }
}

/* ---- what a thief changes ---- */

static str flipped(struct arena *a, str s, uint64_t *seed)
{
    static const char letters[] = "0123456789abcdefA\"{}[],:x";
    char *copy = arena_copy(a, s.p, s.n ? s.n : 1);
    if (s.n)
        copy[test_random(seed) % s.n] = letters[test_random(seed) % (sizeof letters - 1)];
    return (str){copy, s.n};
}

static str change_bytes(struct arena *a, struct parts *all, size_t i, uint64_t *seed)
{
    struct part *p = &all->p[i], *other = &all->p[test_random(seed) % (all->n - 2)];
    switch (test_random(seed) % 5) {
    case 0:
        p->bytes = arena_printf(a, "%.*s ", STR_ARG(p->bytes));
        return S("a blank behind");
    case 1:
        p->bytes = str_sub(p->bytes, 0, p->bytes.n ? p->bytes.n - 1 : 0);
        return S("one byte less");
    case 2:
        p->bytes = other->bytes;
        return arena_printf(a, "the bytes of %.*s", STR_ARG(other->name));
    default:
        p->bytes = flipped(a, p->bytes, seed);
        return S("a letter");
    }
}

static void drop(struct parts *all, size_t i)
{
    memmove(&all->p[i], &all->p[i + 1], (all->n - i - 1) * sizeof *all->p);
    all->n--;
}

/* A text of the manifest in place of another. */
static str replaced(struct arena *a, str s, const char *from, const char *to)
{
    ptrdiff_t at = str_find(s, str_of(from));
    if (at < 0)
        return s;
    return arena_printf(a, "%.*s%s%.*s", (int)at, s.p, to, STR_ARG(str_sub(s, (size_t)at + strlen(from), s.n)));
}

static const struct { const char *from, *to; } edits[] = {
    {"\"as_of\":null", "\"as_of\":1767600000000000"}, {"\"as_of\":null", "\"as_of\":4102444800000000"}, {"\"case\":\"k1\"", "\"case\":\"k2\""},
    {"\"case\":\"k1\"", "\"case\":\"\""}, {"xiezhi-bundle-1", "xiezhi-bundle-2"}, {"\"officers\":2", "\"officers\":3"},
    {"\"officers\":2", "\"officers\":101"}, {"\"officers\":2", "\"officers\":2.0"}, {"\"size\":", "\"size\":1"}, {"\"key\":\"", "\"key\":\"0"},
    {"\"made_by\":\"dang\"", "\"made_by\":\"\""}, {"\"made_by\"", "\"made_bi\""}, {"{\"agency\"", "{ \"agency\""}, {"\"helpers\":{", "\"helpers\":{\"\":\"\","},
    {"\"helpers\":{", "\"helpers\":{\"aaa\":\"luo\","}, /* who is named but no key stays an officer */
    {"\"tolerance\":", "\"tolerance\":-"}, {"\"store\":\"", "\"store\":\"x"}};

/* ---- putting together ---- */

static str manifest(struct arena *a, str old, const struct parts *all)
{
    const struct json *json;
    buf b = buf_make(a, 4 << 20), hex;
    struct json_out o = {&b, false};
    assert_ok(json_parse(a, old, 4 << 20, &json));
    json_open(&o, '{');
    for (size_t i = 0; i < json->n; i++) {
        json_key(&o, json->child[i].key);
        if (!str_eq(json->child[i].key, S("members"))) {
            json_canonical(&o, &json->child[i]);
            continue;
        }
        json_open(&o, '[');
        for (size_t k = 0; k + 2 < all->n; k++) {
            struct sm3 d = sm3_of(all->p[k].bytes.p, all->p[k].bytes.n);
            hex = buf_make(a, 64);
            buf_hex(&hex, d.byte, SM3_BYTES);
            json_open(&o, '{');
            json_put_int(&o, S("bytes"), (int64_t)all->p[k].bytes.n);
            json_put_str(&o, S("name"), all->p[k].name);
            json_put_str(&o, S("sm3"), buf_str(&hex));
            json_close(&o, '}');
        }
        json_close(&o, ']');
    }
    json_close(&o, '}');
    return buf_str(&b);
}

static void write_whole(struct arena *a, struct packet *p, struct parts *all, str text, str path)
{
    uint8_t der[SM2_SIGNATURE_MAX];
    struct pack *z;
    size_t n;
    int64_t bytes;
    assert_ok(sm2_sign(acts_keys(p->life->acts)->signer, text, der, &n));
    all->p[all->n - 2].bytes = text;
    all->p[all->n - 1].bytes = bundle_signature_text(a, der, n);
    assert_ok(pack_begin(a, path, &z));
    for (size_t i = 0; i < all->n; i++)
        assert_ok(pack_add(z, all->p[i].name, all->p[i].bytes));
    assert_ok(pack_end(z, &bytes));
}

static str put_together(struct arena *a, struct packet *p, struct parts *all, str text)
{
    str ret, path = arena_printf(a, "%.*s/resigned.zip", STR_ARG(store_folder(p->life->scene->store)));
    write_whole(a, p, all, text, path);
    assert_ok(file_read(a, path, 64 << 20, &ret));
    return ret;
}

str resign_changed(struct arena *a, struct packet *p, uint64_t *seed, str *ret_what)
{
    struct parts *all = NEW(a, struct parts);
    take_apart(p->bytes, all);
    uint64_t kind = test_random(seed) % 8;
    size_t i = test_random(seed) % (all->n - 2);
    str name = all->p[i].name, how = S("dropped");
    if (kind == 0) {
        drop(all, i);
    } else if (kind == 1) {
        size_t e = test_random(seed) % (sizeof edits / sizeof *edits);
        str text = manifest(a, all->p[all->n - 2].bytes, all);
        *ret_what = arena_printf(a, "manifest %zu", e);
        return put_together(a, p, all, replaced(a, text, edits[e].from, edits[e].to));
    } else {
        how = change_bytes(a, all, i, seed);
    }
    *ret_what = arena_printf(a, "%.*s: %.*s", STR_ARG(name), STR_ARG(how));
    return put_together(a, p, all, manifest(a, all->p[all->n - 2].bytes, all));
}

str resign_with(struct arena *a, struct packet *p, const char *name, str bytes)
{
    struct parts *all = NEW(a, struct parts);
    bool found = false;
    take_apart(p->bytes, all);
    for (size_t i = 0; i + 2 < all->n; i++)
        if (str_eq(all->p[i].name, str_of(name))) {
            all->p[i].bytes = bytes;
            found = true;
        }
    assert_true(found);
    return put_together(a, p, all, manifest(a, all->p[all->n - 2].bytes, all));
}

void resign_large(struct packet *p, int64_t mb, str path)
{
    AUTO_ARENA(a);
    struct parts *all = NEW(a, struct parts);
    uint64_t seed = 5, *words = (uint64_t *)arena_alloc(a, 1 << 20, 8);
    take_apart(p->bytes, all);
    size_t at = 0;
    while (at < all->n - 2 && str_cmp(all->p[at].name, S("papers/")) < 0)
        at++;
    assert_true(all->n + (size_t)mb <= MOST);
    memmove(&all->p[at + (size_t)mb], &all->p[at], (all->n - at) * sizeof *all->p);
    all->n += (size_t)mb;
    for (size_t i = 0; i < 1 << 17; i++)
        words[i] = test_random(&seed);
    for (int64_t i = 0; i < mb; i++)
        all->p[at + (size_t)i] = (struct part){arena_printf(a, "papers/%05lld.pdf", (long long)i), {(char *)words, 1 << 20}};
    write_whole(a, p, all, manifest(a, all->p[all->n - 2].bytes, all), path);
}

/* ---- made up from the ground ---- */

#define HEAD "{\"act\":\"x.y\",\"at\":1,\"body\":{},\"by\":\"wei\",\"fields\":{},\"received_at\":2,\"rules\":[],\"seq\":1"
#define TAIL ",\"verdict\":\"allowed\"}"
#define WITH(at, body, fields, received, seq) \
    "{\"act\":\"x.y\",\"at\":" at ",\"body\":" body ",\"by\":\"wei\",\"fields\":" fields ",\"received_at\":" received \
    ",\"rules\":[],\"seq\":" seq TAIL
#define FIELDS_OF(fields) WITH("1", "{}", fields, "2", "1")
#define RULE(more) "{\"act\":\"x.y\",\"at\":1,\"body\":{" more "},\"by\":\"wei\",\"fields\":{},\"received_at\":2,\"rules\":[\"r\"],\"seq\":1" TAIL
#define REASON(because, severity) \
    "[{\"article\":\"\",\"because\":" because ",\"clause\":\"\",\"instrument\":\"\",\"remedy\":\"\",\"rule\":\"r\"," \
    "\"severity\":\"" severity "\"}]"
#define SENTENCES(text, because, fault) {"#reasons " text, RULE("\"#reasons\":\"@\""), "#reasons", text, REASON(because, "warn"), NULL, fault}
#define LINE(date) \
    "{\"date\":\"" date "\",\"form\":\"\",\"from\":1,\"kind\":\"x\",\"member\":\"\",\"no\":1,\"pages\":0,\"seq\":0,\"title\":\"t\",\"volume\":\"main\"}"
#define DATE(date, fault) {"date " date, "", NULL, NULL, NULL, LINE(date), fault}

const struct forged forged_all[] = {
    {"nothing", "", NULL, NULL, NULL, NULL, BUNDLE_SOUND},
    /* What one parser takes and another does not. */
    {"a name twice", ",\"verdict\":\"refused\"", NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"a name twice, escaped", FIELDS_OF("{\"A\":1,\"\\u0041\":2}"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"__proto__ twice", FIELDS_OF("{\"__proto__\":1,\"__proto__\":2}"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"blanks and escapes", FIELDS_OF(" { \"\\u0041\\/\\ud83d\\uDE00\" :\t\"\\b\\f\" } "), NULL, NULL, NULL, NULL, BUNDLE_SOUND},
    {"half a surrogate", FIELDS_OF("{\"x\":\"\\ud800\"}"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"a NUL", FIELDS_OF("{\"x\":\"\\u0000\"}"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"32 deep", FIELDS_OF("{\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"), NULL, NULL, NULL, NULL, BUNDLE_SOUND},
    {"33 deep", FIELDS_OF("{\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"numbers", FIELDS_OF("{\"a\":-0,\"b\":0.5e-3,\"c\":-1.5E+2,\"d\":9223372036854775808}"), NULL, NULL, NULL, NULL, BUNDLE_SOUND},
    {"no finite number", FIELDS_OF("{\"x\":1e999}"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"a number of 64 digits", FIELDS_OF("{\"x\":1111111111111111111111111111111111111111111111111111111111111111}"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    /* Numbers that a check decides on. */
    {"a time with a point", WITH("1.0", "{}", "{}", "2", "1"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"a time with an exponent", WITH("1e3", "{}", "{}", "2", "1"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"a sequence number with a point", WITH("1", "{}", "{}", "2", "1.0"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"the largest time", WITH("1", "{}", "{}", "9007199254740991", "1"), NULL, NULL, NULL, NULL, BUNDLE_SOUND},
    {"a time behind it", WITH("1", "{}", "{}", "9007199254740992", "1"), NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"an arrival at the end of time",
     "{\"act\":\"presence.enter\",\"at\":1,\"body\":{},\"by\":\"wei\",\"fields\":{\"clock_error_s\":86400,\"person\":\"a\",\"time\":9223372036854775807,"
     "\"visit\":\"v\"},\"received_at\":2,\"rules\":[],\"seq\":1" TAIL, NULL, NULL, NULL, NULL, BUNDLE_SOUND},
    /* Marks, effects, rules. */
    {"a mark that is no number", ",\"mark\":true", NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"an effect that is a text", ",\"effect\":\"x\"", NULL, NULL, NULL, NULL, BUNDLE_ENTRY},
    {"rules of an effect as a text", ",\"effect\":{\"rules\":\"r\",\"seq\":5}", NULL, NULL, REASON("\"\"", "warn"), NULL, BUNDLE_ENTRY},
    {"rules of an effect as an object", ",\"effect\":{\"rules\":{\"a\":\"r\"},\"seq\":5}", NULL, NULL, REASON("\"\"", "warn"), NULL, BUNDLE_ENTRY},
    {"an effect", ",\"effect\":{\"rules\":[\"r\"],\"seq\":5}", NULL, NULL, REASON("\"\"", "hold"), NULL, BUNDLE_SOUND},
    {"a sentence that is a number", RULE(""), NULL, NULL, REASON("5", "warn"), NULL, BUNDLE_RECEIPT},
    SENTENCES("[[\"r\",\"a\",\"\"]]", "\"a\"", BUNDLE_SOUND),
    SENTENCES("[[\"r\",\"b\",\"\"]]", "\"a\"", BUNDLE_RECEIPT),
    SENTENCES("[[\"r\",5,\"\"]]", "\"\"", BUNDLE_RECEIPT),
    SENTENCES("[null]", "\"\"", BUNDLE_RECEIPT),
    SENTENCES("[false]", "\"\"", BUNDLE_RECEIPT),
    SENTENCES("null", "\"\"", BUNDLE_RECEIPT),
    SENTENCES("[[", "\"\"", BUNDLE_RECEIPT),
    /* Sealed items. */
    {"an item named 9", WITH("1", "{\"9\":\"@\"}", "{}", "2", "1"), "9", "x", NULL, NULL, BUNDLE_SOUND},
    {"items out of order", WITH("1", "{\"b\":\"@\",\"a\":\"@\"}", "{}", "2", "1"), "b", "x", NULL, NULL, BUNDLE_ENTRY},
    {"an item named __proto__", WITH("1", "{\"__proto__\":\"@\"}", "{}", "2", "1"), "__proto__", "x", NULL, NULL, BUNDLE_SOUND},
    /* Days of the catalogue. */
    DATE("2026-02-28", BUNDLE_SOUND), DATE("2026-02-29", BUNDLE_CATALOGUE), DATE("1899-12-31", BUNDLE_CATALOGUE), DATE("1900-01-01", BUNDLE_SOUND),
    DATE("2199-12-31", BUNDLE_SOUND), DATE("9999-12-31", BUNDLE_CATALOGUE),
};
const size_t forged_n = sizeof forged_all / sizeof *forged_all;

static str hex_of(struct arena *a, const struct sm3 *d)
{
    buf b = buf_make(a, 64);
    buf_hex(&b, d->byte, SM3_BYTES);
    return buf_str(&b);
}

/* A note that this root of `n` entries was signed in March. */
static str forged_note(struct arena *a, const struct sm2_key *key, const struct sm3 *root, size_t n)
{
    uint8_t der[SM2_SIGNATURE_MAX];
    size_t der_n;
    str text = base64_text(a, root->byte, SM3_BYTES), head;
    head = arena_printf(a, "xiezhi forged\n%zu\n%.*s\n2026-03-05T09:00:00+08:00\n", n, STR_ARG(text));
    assert_ok(sm2_sign(key, head, der, &der_n));
    str id = sm2_key_id(a, key), signature = base64_text(a, der, der_n);
    return arena_printf(a, "%.*s\n- %.*s %.*s\n", STR_ARG(head), STR_ARG(id), STR_ARG(signature));
}

/* The manifest of the packet over these members and this checkpoint. */
static str forged_manifest(struct arena *a, struct packet *p, const struct parts *all, const struct sm3 *root, size_t n)
{
    struct parts *old = NEW(a, struct parts);
    take_apart(p->bytes, old);
    str text = manifest(a, old->p[old->n - 2].bytes, all), key = S("\"checkpoint\":{"), hex = hex_of(a, root);
    size_t from = (size_t)str_find(text, key), to = from;
    while (text.p[to] != '}')
        to++;
    return arena_printf(a, "%.*s\"checkpoint\":{\"at\":1772672400000000,\"root\":\"%.*s\",\"size\":%zu,\"store\":\"forged\"%.*s", (int)from, text.p,
                        STR_ARG(hex), n, STR_ARG(str_sub(text, to, text.n)));
}

static void part_add(struct parts *all, str name, str bytes)
{
    all->p[all->n++] = (struct part){name, bytes};
}

static str spine_of(struct arena *a, const struct forged *f, str digest)
{
    str text = f->spine[0] == '{' ? str_of(f->spine) : arena_printf(a, "%s%s%s", HEAD, f->spine, TAIL);
    for (ptrdiff_t at; (at = str_find(text, S("@"))) >= 0;)
        text = arena_printf(a, "%.*s%.*s%.*s", (int)at, text.p, STR_ARG(digest), STR_ARG(str_sub(text, (size_t)at + 1, text.n)));
    return text;
}

static str body_of(struct arena *a, const struct forged *f)
{
    buf b = buf_make(a, 4000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_key(&o, S("items"));
    json_open(&o, '[');
    json_open(&o, '{');
    json_put_str(&o, S("name"), str_of(f->item));
    json_put_str(&o, S("salt"), S("00000000000000000000000000000000"));
    json_put_str(&o, S("text"), str_of(f->text));
    json_close(&o, '}');
    json_close(&o, ']');
    json_put_int(&o, S("seq"), 1);
    json_close(&o, '}');
    return buf_str(&b);
}

static str proof_of(struct arena *a, int64_t seq, int64_t size, const struct sm3 *beside)
{
    str hex = beside ? hex_of(a, beside) : S("");
    return arena_printf(a, "{\"kind\":\"inclusion\",\"seq\":%lld,\"size\":%lld,\"old_size\":0,\"nodes\":[%s%.*s%s]}", (long long)seq, (long long)size,
                        beside ? "\"" : "", STR_ARG(hex), beside ? "\"" : "");
}

str resign_forged(struct arena *a, struct packet *p, const struct forged *f)
{
    const struct sm2_key *key = acts_keys(p->life->acts)->signer;
    struct parts *all = NEW(a, struct parts);
    uint8_t salt[SALT_BYTES] = {0};
    struct sm3 digest = f->item ? seal_digest(salt, str_of(f->item), str_of(f->text)) : (struct sm3){0};
    str spine = spine_of(a, f, hex_of(a, &digest));
    struct sm3 root = ledger_leaf(spine);
    if (f->item)
        part_add(all, S("bodies/0000000001.json"), body_of(a, f));
    part_add(all, S("catalogue.json"), arena_printf(a, "{\"case\":\"k1\",\"items\":[%s],\"pages\":0}", f->line ? f->line : ""));
    part_add(all, S("checkpoint.txt"), forged_note(a, key, &root, 1));
    part_add(all, S("entries/0000000001.json"), spine);
    part_add(all, S("key.pem"), sm2_public_pem(a, key));
    part_add(all, S("proofs/0000000001.json"), proof_of(a, 1, 1, NULL));
    bool enters = str_find(spine, S("presence.enter")) >= 0;
    part_add(all, S("receipts/0000000001.json"), arena_printf(a, "{\"act\":\"%s\",\"reasons\":%s,\"seq\":1,\"verdict\":\"allowed\"}",
                                                              enters ? "presence.enter" : "x.y", f->reasons ? f->reasons : "[]"));
    part_add(all, S("manifest.json"), S(""));
    part_add(all, S("manifest.sig"), S(""));
    return put_together(a, p, all, forged_manifest(a, p, all, &root, 1));
}

str resign_erasing(struct arena *a, struct packet *p, size_t items, size_t bytes)
{
    const struct sm2_key *key = acts_keys(p->life->acts)->signer;
    struct parts *all = NEW(a, struct parts);
    buf named = buf_make(a, items * 100), body = buf_make(a, items * 50 + 100);
    buf_add(&body, S("{\"items\":["));
    for (size_t i = 0; i < items; i++) {
        buf_printf(&named, "%s\"i%07zu\":\"%064d\"", i ? "," : "", i, 0);
        buf_printf(&body, "%s{\"erased_by\":2,\"name\":\"i%07zu\"}", i ? "," : "", i);
    }
    buf_add(&body, S("],\"seq\":1}"));
    str y = {memset(arena_alloc(a, bytes, 1), 'y', bytes), bytes};
    str named_text = buf_str(&named);
    str one = arena_printf(a, WITH("1", "{%.*s}", "{}", "2", "1"), STR_ARG(named_text));
    str two = arena_printf(a, "{\"act\":\"secret.erase\",\"at\":1,\"body\":{},\"by\":\"wei\",\"fields\":{\"x\":\"%.*s\"},"
                              "\"received_at\":2,\"rules\":[],\"seq\":2" TAIL, STR_ARG(y));
    struct sm3 leaf[2] = {ledger_leaf(one), ledger_leaf(two)};
    uint8_t node[1 + 2 * SM3_BYTES] = {1};
    memcpy(node + 1, leaf[0].byte, SM3_BYTES);
    memcpy(node + 1 + SM3_BYTES, leaf[1].byte, SM3_BYTES);
    struct sm3 root = sm3_of((const char *)node, sizeof node);
    part_add(all, S("bodies/0000000001.json"), buf_str(&body));
    part_add(all, S("catalogue.json"), S("{\"case\":\"k1\",\"items\":[],\"pages\":0}"));
    part_add(all, S("checkpoint.txt"), forged_note(a, key, &root, 2));
    part_add(all, S("entries/0000000001.json"), one);
    part_add(all, S("entries/0000000002.json"), two);
    part_add(all, S("key.pem"), sm2_public_pem(a, key));
    part_add(all, S("proofs/0000000001.json"), proof_of(a, 1, 2, &leaf[1]));
    part_add(all, S("proofs/0000000002.json"), proof_of(a, 2, 2, &leaf[0]));
    part_add(all, S("receipts/0000000001.json"), S("{\"act\":\"x.y\",\"reasons\":[],\"seq\":1,\"verdict\":\"allowed\"}"));
    part_add(all, S("receipts/0000000002.json"), S("{\"act\":\"secret.erase\",\"reasons\":[],\"seq\":2,\"verdict\":\"allowed\"}"));
    part_add(all, S("manifest.json"), S(""));
    part_add(all, S("manifest.sig"), S(""));
    return put_together(a, p, all, forged_manifest(a, p, all, &root, 2));
}
