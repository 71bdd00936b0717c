/* The packet is taken apart by its own directory (it is sound), one thing is changed, and it is put together again. */
#include "bundle/resign.h"
#include "bundle/bundle_private.h"

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
