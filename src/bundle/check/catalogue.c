/* Originals and papers against what entries say of them; the catalogue against both. */
#include "bundle/check/check_private.h"

#include <stdlib.h>
#include <string.h>

static int by_digest(const void *l, const void *r)
{
    return memcmp(l, r, sizeof(struct sm3));
}

static bool spoken_of(const struct check *c, const struct sm3 *digest)
{
    return c->spoken.n && bsearch(digest, c->spoken.p, c->spoken.n, sizeof *digest, by_digest);
}

void originals_check(struct check *c)
{
    struct bundle_report *r = c->r;
    if (c->spoken.n)
        qsort(c->spoken.p, c->spoken.n, sizeof *c->spoken.p, by_digest);
    r->unanchored = NEW_ARRAY(c->arena, (size_t)r->papers, str);
    for (size_t i = 0; i < c->n && !faulty(c); i++) {
        const struct member *m = &c->members[i];
        struct sm3 named;
        if (str_starts(m->name, S("papers/")) && !spoken_of(c, &m->digest))
            r->unanchored[r->unanchored_n++] = m->name;
        if (!str_starts(m->name, S("originals/")))
            continue;
        if (!hex_decode(str_sub(m->name, 10, 64), named.byte, SM3_BYTES) || memcmp(&named, &m->digest, sizeof named))
            fault(c, BUNDLE_ORIGINAL, m->name, m->data, "内容的SM3与名称不符");
        else if (!spoken_of(c, &named))
            fault(c, BUNDLE_ORIGINAL, m->name, m->data, "账本里没有一条提到这份原件");
    }
}

struct volume { int64_t no, pages; };

/* The running numbers of one line; false: a member of it is missing or of another kind. */
static bool item_fits(struct check *c, struct arena *a, const struct json *item, struct volume v[2], bool *auxiliary)
{
    int64_t no, from, pages, seq;
    str volume = json_string(item, S("volume")), member = json_string(item, S("member")), date = json_string(item, S("date"));
    day when;
    if (!json_only(item, "date form from kind member no pages seq title volume") || !json_whole(item, "no", &no) ||
        !json_whole(item, "from", &from) || !json_whole(item, "pages", &pages) || !json_whole(item, "seq", &seq) ||
        !json_string(item, S("form")).p || !json_string(item, S("kind")).n || !json_string(item, S("title")).n || !member.p || !date.p)
        return false;
    if (!str_eq(volume, S("main")) && !str_eq(volume, S("auxiliary")))
        return false;
    bool second = str_eq(volume, S("auxiliary"));
    if ((*auxiliary && !second) || (date.n && day_parse(date, &when)))
        return false;
    *auxiliary = second;
    struct volume *now = &v[second];
    if (no != now->no + 1 || from != now->pages + 1 || pages < 0 || pages > 1000000)
        return false;
    now->no = no;
    now->pages += pages;
    if (member.n && !((str_starts(member, S("papers/")) || str_starts(member, S("originals/"))) && member_find(c, member)))
        return false;
    return seq == 0 || (seq > 0 && member_find(c, seq_name(a, "entries", seq)));
}

err *catalogue_check(struct check *c)
{
    AUTO_ARENA(a);
    const struct member *m = member_find(c, S("catalogue.json"));
    const struct json *catalogue, *items;
    struct volume v[2] = {0};
    bool auxiliary = false;
    int64_t pages = -1;
    TRY(member_json(c, a, m, LIMIT_BUNDLE_CATALOGUE, true, BUNDLE_CATALOGUE, &catalogue));
    if (!catalogue)
        return NULL;
    if (!json_only(catalogue, "case items pages") || !str_eq(json_string(catalogue, S("case")), c->r->case_id) ||
        !json_is(catalogue, "items", JSON_ARRAY, &items) || !json_whole(catalogue, "pages", &pages)) {
        fault(c, BUNDLE_CATALOGUE, m->name, -1, "不是本案的目录");
        return NULL;
    }
    for (size_t i = 0; i < items->n && !faulty(c); i++)
        if (!item_fits(c, a, &items->child[i], v, &auxiliary))
            fault(c, BUNDLE_CATALOGUE, m->name, -1, "目录第%zu行的编号、页码、成员或条目不对", i + 1);
    err_clear();
    if (!faulty(c) && pages != v[0].pages + v[1].pages)
        fault(c, BUNDLE_CATALOGUE, m->name, -1, "目录的总页数不等于各行之和");
    c->r->pages = pages;
    return NULL;
}
