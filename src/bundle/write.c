/*
 * From a gathered case to the file. Members are planned first, because they stand in the order of their names; then each
 * is made and written, one at a time, so that memory holds one entry and one piece of an original. The manifest comes last: it
 * names what was written, and its signature closes the file.
 */
#include "bundle/bundle_private.h"

#include <stdlib.h>
#include <string.h>

enum source { FROM_TEXT, FROM_FILE, FROM_BODY, FROM_ENTRY, FROM_PROOF, FROM_RECEIPT };

struct planned {
    str name;
    enum source source;
    str text;       /* FROM_TEXT: the bytes; FROM_FILE: the path */
    str digest;     /* FROM_FILE: what it must have */
    int64_t seq;
};

struct job {
    const struct bundle_request *request;
    struct acts *engine;
    struct db *db;
    struct arena *arena;
    struct gathered g;
    struct checkpoint checkpoint, then;
    VEC(struct planned) plan;
    struct map *names;  /* of what is planned */
    struct map *spoken; /* digests that the entries speak of, as 64 digits */
    struct pack *zip;
    int64_t pages;
    str key_pem, key;
};

static void plan_add(struct job *j, struct planned p)
{
    if (map_get(j->names, p.name))
        return; /* one original may be cited twice */
    map_put(j->names, p.name, j);
    vec_push(j->arena, &j->plan, p);
}

static void plan_text(struct job *j, const char *name, str text)
{
    plan_add(j, (struct planned){.name = str_of(name), .source = FROM_TEXT, .text = text});
}

static void note_digests(struct job *j, str text)
{
    ptrdiff_t at;
    while ((at = str_find(text, S("sm3:"))) >= 0) {
        text = str_sub(text, (size_t)at + 4, text.n);
        map_put(j->spoken, arena_str(j->arena, str_sub(text, 0, 2 * SM3_BYTES)), j);
    }
}

/* ---- what goes in ---- */

static err *plan_entry(struct job *j, struct arena *a, int64_t seq)
{
    static const struct { const char *folder; enum source source; } parts[] = {
        {"bodies", FROM_BODY}, {"entries", FROM_ENTRY}, {"proofs", FROM_PROOF}, {"receipts", FROM_RECEIPT}};
    struct ledger_entry entry;
    TRY(ledger_read(j->db, a, NULL, seq, &entry));
    note_digests(j, entry.spine);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct planned p = {.name = arena_printf(j->arena, "%s/%010lld.json", parts[i].folder, (long long)seq),
                            .source = parts[i].source, .seq = seq};
        if (parts[i].source != FROM_BODY || entry.n)
            plan_add(j, p);
    }
    return NULL;
}

static err *plan_entries(struct job *j)
{
    AUTO_ARENA(a);
    for (size_t i = 0; i < j->g.n; i++) {
        arena_reset(a);
        TRY(plan_entry(j, a, j->g.seq[i]));
    }
    return NULL;
}

static int compare_seq(const void *l, const void *r)
{
    int64_t a = *(const int64_t *)l, b = *(const int64_t *)r;
    return (a > b) - (a < b);
}

static bool holds(const struct job *j, int64_t seq)
{
    return seq && bsearch(&seq, j->g.seq, j->g.n, sizeof seq, compare_seq);
}

/* A file these entries do not speak of (it came, or was printed, after as_of) would be a stranger in the file: it stays out. */
static err *plan_line(struct job *j, struct bundle_line *l)
{
    struct sm3 sum;
    str path;
    if (!holds(j, l->seq))
        l->seq = 0;
    if (l->member.n && !map_get(j->spoken, str_sub(l->digest, 4, 2 * SM3_BYTES)))
        l->member = S("");
    if (!l->member.n)
        return NULL;
    CHECK(sm3_from_text(l->digest, &sum));
    TRY(blob_path(acts_store(j->engine), j->arena, &sum, &path));
    plan_add(j, (struct planned){.name = l->member, .source = FROM_FILE, .text = path, .digest = l->digest});
    return NULL;
}

static err *plan_printed(struct job *j, const struct bundle_line *lines, size_t n)
{
    buf root = buf_make(j->arena, 2 * SM3_BYTES);
    str pdf;
    bool auxiliary = n && lines[n - 1].auxiliary;
    buf_hex(&root, j->checkpoint.root.byte, SM3_BYTES);
    struct cover c = {.case_id = j->g.case_id, .agency_name = j->g.agency_name, .key = j->key, .root = buf_str(&root),
                      .until = j->g.until, .now = j->request->now, .lines = lines, .n = n};
    TRY(cover_render(j->db, j->arena, &c, "C01", 0, &pdf));
    plan_text(j, "papers/cover.pdf", pdf);
    TRY(cover_render(j->db, j->arena, &c, "C02", 0, &pdf));
    plan_text(j, "catalogue.pdf", pdf);
    if (!auxiliary)
        return NULL;
    TRY(cover_render(j->db, j->arena, &c, "C02", 1, &pdf));
    plan_text(j, "papers/catalogue-auxiliary.pdf", pdf);
    return NULL;
}

static err *plan_catalogue(struct job *j)
{
    struct bundle_line *lines;
    size_t n;
    TRY(bundle_catalogue(acts_store(j->engine), j->db, j->arena, j->g.case_id, j->g.until, &lines, &n, &j->pages));
    for (size_t i = 0; i < n; i++)
        TRY(plan_line(j, &lines[i]));
    plan_text(j, "catalogue.json", piece_catalogue(j->arena, j->g.case_id, lines, n, j->pages));
    return j->request->bare ? NULL : plan_printed(j, lines, n);
}

/* ---- checkpoints ---- */

/* bundle_write asked the engine for one before the snapshot began: it covers every entry there is. */
static err *checkpoint_get(struct job *j)
{
    int64_t last = j->g.seq[j->g.n - 1];
    bool any;
    TRY(checkpoint_newest(j->db, j->arena, &any, &j->checkpoint));
    return any && j->checkpoint.size >= last
               ? NULL
               : err_new(ERR_BUSY, "账本的检查点还没有覆盖到第%lld条，请稍后再导出", (long long)last);
}

static err *plan_then(struct job *j)
{
    str note;
    struct proof p;
    if (j->request->as_of == USEC_NONE)
        return NULL;
    TRY(db_one_str(j->db, j->arena, "SELECT note FROM ledger_checkpoint WHERE at <= :as_of ORDER BY size DESC LIMIT 1",
                   DB_ARGS(DB_I("as_of", j->request->as_of)), &note));
    if (!note.p)
        return NULL; /* nothing had been signed by then: the entries' own times are all there is */
    TRY(checkpoint_parse(j->arena, note, &j->then));
    TRY(proof_consistency(j->db, j->then.size, j->checkpoint.size, &p));
    plan_text(j, "checkpoint-then.txt", j->then.note);
    plan_text(j, "consistency.json", proof_write(j->arena, "consistency", 0, j->then.size, j->checkpoint.size, &p));
    return NULL;
}

static err *plan_keys(struct job *j)
{
    struct sm3 print;
    j->key_pem = sm2_public_pem(j->arena, acts_keys(j->engine)->signer);
    if (!bundle_fingerprint(j->key_pem, &print))
        return err_new(ERR_DAMAGED, "账本的公钥不是规范写法");
    buf hex = buf_make(j->arena, 2 * SM3_BYTES);
    buf_hex(&hex, print.byte, SM3_BYTES);
    j->key = buf_str(&hex);
    plan_text(j, "key.pem", j->key_pem);
    plan_text(j, "checkpoint.txt", j->checkpoint.note);
    if (j->request->checker.p)
        plan_text(j, "INDEX.html", j->request->checker);
    return NULL;
}

static int by_member_name(const void *l, const void *r)
{
    return str_cmp(((const struct planned *)l)->name, ((const struct planned *)r)->name);
}

static err *plan_all(struct job *j)
{
    TRY(gather(j->db, j->arena, j->request->case_id, j->request->as_of, &j->g));
    if (!j->g.n)
        return err_at(err_new(ERR_MISSING, "该日案卷里还没有任何记录"), S("as_of"));
    TRY(checkpoint_get(j));
    TRY(plan_keys(j));
    TRY(plan_then(j));
    TRY(plan_entries(j));
    TRY(plan_catalogue(j));
    qsort(j->plan.p, j->plan.n, sizeof *j->plan.p, by_member_name);
    return NULL;
}

/* ---- writing ---- */

static err *piece_of(struct job *j, struct arena *a, const struct planned *p, str *ret)
{
    struct ledger_entry entry;
    struct proof proof;
    const struct ledger_keys *keys = acts_keys(j->engine);
    if (p->source == FROM_PROOF) {
        TRY(proof_inclusion(j->db, p->seq, j->checkpoint.size, &proof));
        *ret = proof_write(a, "inclusion", p->seq, 0, j->checkpoint.size, &proof);
        return NULL;
    }
    TRY(ledger_read(j->db, a, keys, p->seq, &entry));
    if (p->source == FROM_RECEIPT)
        return piece_receipt(j->db, a, keys, &entry, ret);
    *ret = p->source == FROM_ENTRY ? entry.spine : piece_body(a, &entry);
    return ret->p ? NULL : err_new(ERR_LIMIT, "第%lld条的内容超过%d字节", (long long)p->seq, LIMIT_BUNDLE_TEXT);
}

static err *write_file(struct job *j, const struct planned *p)
{
    struct sm3 found, wanted;
    CHECK(sm3_from_text(p->digest, &wanted));
    TRY(pack_add_file(j->zip, p->name, p->text, &found));
    return bytes_equal(&found, &wanted, sizeof found)
               ? NULL
               : err_at(err_new(ERR_DAMAGED, "原件“%.*s”的内容与摘要不符，请从备份取回该文件", STR_ARG(p->name)), p->name);
}

static err *write_members(struct job *j)
{
    AUTO_ARENA(a);
    for (size_t i = 0; i < j->plan.n; i++) {
        const struct planned *p = &j->plan.p[i];
        str text = p->text;
        arena_reset(a);
        if (p->source == FROM_FILE) {
            TRY(write_file(j, p));
        } else {
            if (p->source != FROM_TEXT)
                TRY(piece_of(j, a, p, &text));
            TRY(pack_add(j->zip, p->name, text));
        }
        if (j->request->progress)
            j->request->progress(j->request->context, (int64_t)i + 1, (int64_t)j->plan.n);
    }
    return NULL;
}

/* Which persons of the arrivals are helpers, and under which member they are counted. */
static err *write_helpers(struct job *j, struct json_out *o)
{
    struct db_rows rows;
    bool more;
    AUTO_ARENA(a);
    json_key(o, S("helpers"));
    json_open(o, '{');
    TRY(db_query(j->db, a,
                 "WITH inside(person) AS (SELECT DISTINCT p.person FROM presence_event p JOIN visit v ON v.id = p.visit WHERE"
                 " v.subject = :subject AND p.helper = 1)"
                 " SELECT w.id, MIN(w.member) FROM (SELECT m.id AS id, m.id AS member FROM member m JOIN inside i ON i.person = m.id"
                 " UNION SELECT m.user_id, m.id FROM member m JOIN inside i ON i.person = m.id WHERE m.user_id IS NOT NULL) w"
                 " GROUP BY w.id ORDER BY w.id",
                 DB_ARGS(DB_T("subject", j->g.subject)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        json_put_str(o, db_str(&rows, 0), db_str(&rows, 1));
    }
    json_close(o, '}');
    return NULL;
}

static void write_hex(struct arena *a, struct json_out *o, str key, const struct sm3 *d)
{
    buf hex = buf_make(a, 2 * SM3_BYTES);
    buf_hex(&hex, d->byte, SM3_BYTES);
    json_put_str(o, key, buf_str(&hex));
}

static void write_list(struct job *j, struct json_out *o)
{
    AUTO_ARENA(a);
    json_key(o, S("members"));
    json_open(o, '[');
    for (size_t i = 0; i < pack_count(j->zip); i++) {
        const struct pack_row *r = pack_row(j->zip, i);
        json_open(o, '{');
        json_put_int(o, S("bytes"), r->bytes);
        json_put_str(o, S("name"), r->name);
        write_hex(a, o, S("sm3"), &r->digest);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void write_checkpoint(struct job *j, struct json_out *o)
{
    json_key(o, S("checkpoint"));
    json_open(o, '{');
    json_put_int(o, S("at"), j->checkpoint.at);
    write_hex(j->arena, o, S("root"), &j->checkpoint.root);
    json_put_int(o, S("size"), j->checkpoint.size);
    json_put_str(o, S("store"), checkpoint_store(&j->checkpoint));
    json_close(o, '}');
}

static err *write_presence(struct job *j, struct json_out *o)
{
    int64_t officers, minutes;
    TRY(setting_now(j->db, S("min_officers_on_site"), &officers));
    TRY(setting_now(j->db, S("leave_tolerance_min"), &minutes));
    json_key(o, S("presence"));
    json_open(o, '{');
    json_put_int(o, S("officers"), officers);
    json_put_int(o, S("tolerance"), minutes * USEC_MINUTE);
    json_close(o, '}');
    return NULL;
}

static err *manifest_text(struct job *j, str *ret)
{
    const struct bundle_request *r = j->request;
    buf b = buf_make(j->arena, LIMIT_BUNDLE_MANIFEST);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_key(&o, S("agency"));
    json_open(&o, '{');
    json_put_str(&o, S("id"), j->g.agency);
    json_put_str(&o, S("name"), j->g.agency_name);
    json_close(&o, '}');
    json_key(&o, S("as_of"));
    if (r->as_of == USEC_NONE)
        json_null(&o);
    else
        json_int(&o, r->as_of);
    json_put_str(&o, S("case"), j->g.case_id);
    write_checkpoint(j, &o);
    json_put_str(&o, S("format"), S("xiezhi-bundle-1"));
    TRY(write_helpers(j, &o));
    json_put_str(&o, S("key"), j->key);
    json_put_int(&o, S("made_at"), r->now);
    json_put_str(&o, S("made_by"), r->by);
    write_list(j, &o);
    TRY(write_presence(j, &o));
    json_close(&o, '}');
    if (b.overflow)
        return err_new(ERR_LIMIT, "清单超过%d字节", LIMIT_BUNDLE_MANIFEST);
    *ret = buf_str(&b);
    return NULL;
}

static err *write_manifest(struct job *j, struct sm3 *ret)
{
    uint8_t der[SM2_SIGNATURE_MAX];
    size_t n;
    str text;
    TRY(manifest_text(j, &text));
    TRY(sm2_sign(acts_keys(j->engine)->signer, text, der, &n));
    str signature = bundle_signature_text(j->arena, der, n);
    CHECK(signature.p);
    TRY(pack_add(j->zip, S("manifest.json"), text));
    TRY(pack_add(j->zip, S("manifest.sig"), signature));
    *ret = sm3_of(text.p, text.n);
    return NULL;
}

static err *write_all(struct job *j, struct bundle_made *ret)
{
    TRY(plan_all(j));
    TRY(pack_begin(j->arena, j->request->path, &j->zip));
    err *bad = write_members(j);
    if (!bad)
        bad = write_manifest(j, &ret->manifest);
    if (bad) {
        pack_discard(j->zip);
        return bad;
    }
    ret->members = (int64_t)pack_count(j->zip);
    return pack_end(j->zip, &ret->bytes);
}

err *bundle_write(struct acts *e, struct db *d, struct arena *a, const struct bundle_request *request, struct bundle_made *ret)
{
    struct job j = {.request = request, .engine = e, .db = d, .arena = a, .names = map_new(a), .spoken = map_new(a)};
    struct bundle_made made = {0};
    TRY(acts_checkpoint(e, request->now));
    TRY(db_begin_read(d));
    err *bad = write_all(&j, &made);
    db_rollback(d); /* it only read */
    TRY(bad);
    made.entries = (int64_t)j.g.n;
    made.pages = j.pages;
    made.key = j.key;
    *ret = made;
    return NULL;
}
