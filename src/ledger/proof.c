/* Checking proofs as RFC 9162 2.1.3.2 and 2.1.4.2 spell it out, and their text form. Whoever checks
 * needs no database: this is what a court's expert would write down again. */
#include "ledger/tree.h"

enum { LIMIT_PROOF_TEXT = 8192 };

static bool same(const struct sm3 *a, const struct sm3 *b)
{
    return bytes_equal(a, b, sizeof *a);
}

struct sm3 ledger_leaf(str spine)
{
    struct sm3_state s;
    sm3_init(&s);
    sm3_add(&s, "", 1);
    sm3_add(&s, spine.p, spine.n);
    return sm3_end(&s);
}

bool proof_inclusion_holds(const struct sm3 *leaf, int64_t seq, int64_t size, const struct proof *p,
                           const struct sm3 *root)
{
    if (seq < 1 || seq > size || p->n > LIMIT_PROOF)
        return false;
    int64_t fn = seq - 1, sn = size - 1;
    struct sm3 r = *leaf;
    for (size_t i = 0; i < p->n; i++) {
        if (sn == 0)
            return false;
        if (fn & 1 || fn == sn) {
            r = tree_join(&p->node[i], &r);
            for (; !(fn & 1) && fn; fn >>= 1)
                sn >>= 1;
        } else {
            r = tree_join(&r, &p->node[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && same(&r, root);
}

/* Both roots grow together from the node they share: fr towards the old one, sr towards the new. */
static bool consistency_walk(int64_t fn, int64_t sn, struct sm3 shared, const struct sm3 *node,
                             size_t n, const struct sm3 *old_root, const struct sm3 *root)
{
    struct sm3 fr = shared, sr = shared;
    for (; fn & 1; fn >>= 1)
        sn >>= 1;
    for (size_t i = 0; i < n; i++) {
        if (sn == 0)
            return false;
        if (fn & 1 || fn == sn) {
            fr = tree_join(&node[i], &fr);
            sr = tree_join(&node[i], &sr);
            for (; !(fn & 1) && fn; fn >>= 1)
                sn >>= 1;
        } else {
            sr = tree_join(&sr, &node[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && same(&fr, old_root) && same(&sr, root);
}

bool proof_consistency_holds(int64_t old_size, const struct sm3 *old_root, int64_t size,
                             const struct sm3 *root, const struct proof *p)
{
    if (old_size < 0 || old_size > size || p->n > LIMIT_PROOF)
        return false;
    if (old_size == size)
        return p->n == 0 && same(old_root, root);
    if (old_size == 0) {
        struct sm3 empty = tree_empty();
        return p->n == 0 && same(old_root, &empty);
    }
    /* An old tree that is a perfect subtree is itself the shared node, and not sent. */
    if (!(old_size & (old_size - 1)))
        return consistency_walk(old_size - 1, size - 1, *old_root, p->node, p->n, old_root, root);
    return p->n && consistency_walk(old_size - 1, size - 1, p->node[0], p->node + 1, p->n - 1,
                                    old_root, root);
}

str proof_write(struct arena *a, const char *kind, int64_t seq, int64_t old_size, int64_t size,
                const struct proof *p)
{
    buf b = buf_make(a, LIMIT_PROOF_TEXT), hex;
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("kind"), str_of(kind));
    json_put_int(&o, S("seq"), seq);
    json_put_int(&o, S("size"), size);
    json_put_int(&o, S("old_size"), old_size);
    json_key(&o, S("nodes"));
    json_open(&o, '[');
    for (size_t i = 0; i < p->n; i++) {
        hex = buf_make(a, 2 * SM3_BYTES);
        buf_hex(&hex, p->node[i].byte, SM3_BYTES);
        json_str(&o, buf_str(&hex));
    }
    json_close(&o, ']');
    json_close(&o, '}');
    CHECK(!b.overflow);
    return buf_str(&b);
}

static err *wrong(str field, const char *want)
{
    return err_got(err_at(err_new(ERR_INPUT, "证明的格式不对"), field), STR_NONE, str_of(want),
                   STR_NONE);
}

static err *number(const struct json *proof, str key, int64_t *ret)
{
    const struct json *v = json_get(proof, key);
    if (!v || !v->integer || v->i < 0)
        return wrong(key, "不小于0的整数");
    *ret = v->i;
    return NULL;
}

static err *nodes_read(const struct json *nodes, struct proof *ret)
{
    if (!nodes || nodes->kind != JSON_ARRAY || nodes->n > LIMIT_PROOF)
        return wrong(S("nodes"), "至多64个节点的数组");
    for (size_t i = 0; i < nodes->n; i++)
        if (nodes->child[i].kind != JSON_STRING ||
            !hex_decode(nodes->child[i].string, ret->node[i].byte, SM3_BYTES))
            return wrong(S("nodes"), "每个节点64位十六进制数字");
    ret->n = nodes->n;
    return NULL;
}

err *proof_read(struct arena *a, str text, str *ret_kind, int64_t *ret_seq, int64_t *ret_old_size,
                int64_t *ret_size, struct proof *ret)
{
    const struct json *proof;
    int64_t seq, old_size, size;
    struct proof p = {0};
    TRY(json_parse(a, text, LIMIT_PROOF_TEXT, &proof));
    str kind = json_string(proof, S("kind"));
    if (!str_eq(kind, S("inclusion")) && !str_eq(kind, S("consistency")))
        return wrong(S("kind"), "inclusion或consistency");
    if (proof->n != 5)
        return wrong(S(""), "kind、seq、size、old_size、nodes五项");
    TRY(number(proof, S("seq"), &seq));
    TRY(number(proof, S("old_size"), &old_size));
    TRY(number(proof, S("size"), &size));
    TRY(nodes_read(json_get(proof, S("nodes")), &p));
    *ret_kind = kind;
    *ret_seq = seq;
    *ret_old_size = old_size;
    *ret_size = size;
    *ret = p;
    return NULL;
}
