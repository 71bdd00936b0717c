/* Texts of members: opened items, receipts, the catalogue. All canonical: keys ascending, no blanks. */
#include "bundle/bundle_private.h"

#include <string.h>

/*
 * What is kept back, though the digest stays. A court needs who did what and when; it needs no telephone number, and not where a
 * person stood on each metre of the day (PIPL 6: no more than the purpose asks). Whoever reported without a name stays unnamed.
 */
static const char *withheld(str act, str item, bool anonymous)
{
    static const char *const personal[] = {"phone", "contact", "id_number", "lon", "lat", "accuracy_m"};
    if (anonymous && str_starts(act, S("clue.")))
        return "source";
    for (size_t i = 0; i < sizeof personal / sizeof *personal; i++)
        if (str_eq(item, str_of(personal[i])))
            return "personal";
    return NULL;
}

static void write_item(struct arena *a, struct json_out *o, const struct ledger_entry *entry, size_t i, str act, bool anonymous)
{
    str name = entry->items[i].name;
    const char *reason = withheld(act, name, anonymous);
    json_open(o, '{');
    if (entry->items[i].erased) {
        json_put_int(o, S("erased_by"), entry->items[i].erased_by);
        json_put_str(o, S("name"), name);
    } else if (reason) {
        json_put_str(o, S("name"), name);
        json_put_str(o, S("withheld"), str_of(reason));
    } else {
        buf salt = buf_make(a, 2 * SALT_BYTES);
        buf_hex(&salt, (const uint8_t *)entry->items[i].salt.p, SALT_BYTES);
        json_put_str(o, S("name"), name);
        json_put_str(o, S("salt"), buf_str(&salt));
        json_put_str(o, S("text"), entry->items[i].plain);
    }
    json_close(o, '}');
}

str piece_body(struct arena *a, const struct ledger_entry *entry)
{
    const struct json *spine;
    if (!entry->n || json_parse(a, entry->spine, LIMIT_ACT_BYTES * 4, &spine)) {
        CHECK(!entry->n);
        return STR_NONE;
    }
    buf b = buf_make(a, LIMIT_BUNDLE_TEXT);
    struct json_out o = {&b, false};
    str act = json_string(spine, S("act"));
    bool anonymous = str_eq(json_string(spine, S("by")), S("public"));
    json_open(&o, '{');
    json_key(&o, S("items"));
    json_open(&o, '[');
    for (size_t i = 0; i < entry->n; i++)
        write_item(a, &o, entry, i, act, anonymous);
    json_close(&o, ']');
    json_put_int(&o, S("seq"), entry->seq);
    json_close(&o, '}');
    return b.overflow ? STR_NONE : buf_str(&b);
}

/* The sentences as they were shown, when they still stand; NULL: erased, or there were none. */
static err *sentences_of(struct arena *a, const struct ledger_entry *entry, const struct json **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < entry->n; i++)
        if (str_eq(entry->items[i].name, S("#reasons")) && !entry->items[i].erased)
            TRY(json_parse(a, entry->items[i].plain, LIMIT_ACT_BYTES * 4, ret));
    return NULL;
}

static void write_reason(struct json_out *o, const struct json *reason, const struct json *said)
{
    static const char *const names[] = {"article", "because", "clause", "instrument", "remedy", "rule", "severity"};
    json_open(o, '{');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        str value = json_string(reason, str_of(names[i]));
        if (!strcmp(names[i], "because"))
            value = said ? said->child[1].string : S("");
        else if (!strcmp(names[i], "remedy"))
            value = said ? said->child[2].string : S("");
        json_put_str(o, str_of(names[i]), value.p ? value : S(""));
    }
    json_close(o, '}');
}

err *piece_receipt(struct db *d, struct arena *a, const struct ledger_keys *keys, const struct ledger_entry *entry, str *ret)
{
    str text;
    bool same;
    const struct json *explained, *said, *spine;
    TRY(act_explain(d, a, keys, entry->seq, NULL, &text, &same));
    TRY(json_parse(a, text, LIMIT_ACT_BYTES * 8, &explained));
    TRY(json_parse(a, entry->spine, LIMIT_ACT_BYTES * 4, &spine));
    TRY(sentences_of(a, entry, &said));
    const struct json *answer = json_get(explained, S("answer")), *reasons = json_get(answer, S("reasons"));
    buf b = buf_make(a, LIMIT_BUNDLE_TEXT);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), json_string(spine, S("act")));
    json_key(&o, S("reasons"));
    json_open(&o, '[');
    for (size_t i = 0; i < reasons->n; i++)
        write_reason(&o, &reasons->child[i], said && i < said->n && said->child[i].n == 3 ? &said->child[i] : NULL);
    json_close(&o, ']');
    json_put_int(&o, S("seq"), entry->seq);
    json_put_str(&o, S("verdict"), json_string(spine, S("verdict")));
    json_close(&o, '}');
    if (b.overflow)
        return err_new(ERR_LIMIT, "第%lld条的回执超过%d字节", (long long)entry->seq, LIMIT_BUNDLE_TEXT);
    *ret = buf_str(&b);
    return NULL;
}

static void write_line(struct arena *a, struct json_out *o, const struct bundle_line *l)
{
    json_open(o, '{');
    json_put_str(o, S("date"), l->date == DAY_NONE ? S("") : day_iso(a, l->date));
    json_put_str(o, S("form"), l->form.p ? l->form : S(""));
    json_put_int(o, S("from"), l->from);
    json_put_str(o, S("kind"), l->kind);
    json_put_str(o, S("member"), l->member.p ? l->member : S(""));
    json_put_int(o, S("no"), l->no);
    json_put_int(o, S("pages"), l->pages);
    json_put_int(o, S("seq"), l->seq);
    json_put_str(o, S("title"), l->title);
    json_put_str(o, S("volume"), l->auxiliary ? S("auxiliary") : S("main"));
    json_close(o, '}');
}

str piece_catalogue(struct arena *a, str case_id, const struct bundle_line *lines, size_t n, int64_t pages)
{
    buf b = buf_make(a, LIMIT_BUNDLE_CATALOGUE);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("case"), case_id);
    json_key(&o, S("items"));
    json_open(&o, '[');
    for (size_t i = 0; i < n; i++)
        write_line(a, &o, &lines[i]);
    json_close(&o, ']');
    json_put_int(&o, S("pages"), pages);
    json_close(&o, '}');
    CHECK(!b.overflow);
    return buf_str(&b);
}
