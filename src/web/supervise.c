/* What 监督台 counts, by period and by place. */
#include "web/supervise.h"

#include <stdlib.h>

#define DAY(time) "((" time ") + 28800000000) / 86400000000"

static const struct figure own[] = {
    {"fast-verifications", "核实过快", FIGURE_COUNT, "间隔短于读完所需时间的核实占比异常的执法人员，每人每次提示计一", NULL, "提示提出之时在期内",
     "规定第九条：核实须真做；按材料字数和间隔估计，是核查方向，不是认定", false,
     "SELECT f.id AS id, 'integrity-findings' AS thing, f.agency AS agency, g.region AS region, " DAY("f.found_at") " AS on_day, 1 AS value FROM"
     " integrity_finding f JOIN agency g ON g.id = f.agency WHERE f.kind = 'fast_verification' AND f.found_at >= :from_at AND f.found_at < :to_at", NULL},
    {"reports", "举报", FIGURE_COUNT, "投诉举报，以及涉及工作人员或匿名的线索", NULL, "收到之时在期内", "规定第五条、第十三条", false,
     "SELECT c.id AS id, 'complaints' AS thing, c.agency AS agency, g.region AS region, " DAY("l.at") " AS on_day, 1 AS value FROM complaint c JOIN"
     " act_log l ON l.seq = c.seq JOIN agency g ON g.id = c.agency WHERE l.at >= :from_at AND l.at < :to_at UNION ALL SELECT c.id AS id, 'clues' AS"
     " thing, c.agency AS agency, g.region AS region, " DAY("c.reported_at") " AS on_day, 1 AS value FROM clue c JOIN agency g ON g.id = c.agency WHERE"
     " (c.about_staff = 1 OR COALESCE(c.author, '') = 'public') AND c.reported_at >= :from_at AND c.reported_at < :to_at", NULL}};

struct card card_at(size_t index)
{
    const struct card cards[CARDS] = {{figure_find(S("refusals")), false, "看有没有越权要求，不评价第三方"},
                                      {figure_find(S("objections-lodged")), false, "相对人的意见，看是否按期答复"},
                                      {&own[0], true, "是核查方向，不是认定"},
                                      {figure_find(S("late-entries")), false, "补录多的，看现场记录是否及时"},
                                      {figure_find(S("overdue")), false, "到期没有办结的待办"},
                                      {&own[1], true, "逐件核查，保护举报人"}};
    CHECK(index < CARDS && cards[index].figure);
    return cards[index];
}

const struct figure *card_figure(str id)
{
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (str_eq(id, str_of(own[i].id)))
            return &own[i];
    return NULL;
}

str card_text(struct request *q, const struct card *c, int64_t numerator, int64_t denominator)
{
    bool may = (q->reader.roles & ROLE_BIT(ROLE_DISCIPLINE)) != 0;
    int64_t low = numerator - numerator % SEALED_LEAST;
    if (c->sealed && !may && numerator < SEALED_LEAST)
        return arena_printf(q->a, "少于%d", (int)SEALED_LEAST);
    if (c->sealed && !may)
        return arena_printf(q->a, "%lld—%lld", (long long)low, (long long)low + SEALED_LEAST - 1);
    return figure_text(q->a, c->figure, numerator, denominator);
}

/* ---- by place ---- */
static int by_key(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static size_t place_of(const struct by_place *p, int key)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->key[i] == key)
            return i;
    return p->n;
}

err *supervise_places(struct request *q, struct db *d, const struct figure_scope *s, struct by_place *ret)
{
    enum figure_group by = q->reader.region % 10000 == 0 && !s->within ? FIGURE_BY_CITY : FIGURE_BY_COUNTY;
    struct figure_part_of *part[CARDS];
    size_t n[CARDS], most = 0;
    for (size_t c = 0; c < CARDS; c++) {
        TRY(figure_groups(d, q->a, card_at(c).figure, s, by, &part[c], &n[c]));
        most += n[c];
    }
    *ret = (struct by_place){.key = NEW_ARRAY(q->a, most + 1, int)};
    for (size_t c = 0; c < CARDS; c++)
        for (size_t i = 0; i < n[c]; i++)
            if (place_of(ret, part[c][i].key) == ret->n)
                ret->key[ret->n++] = part[c][i].key;
    qsort(ret->key, ret->n, sizeof *ret->key, by_key);
    ret->value = NEW_ARRAY(q->a, ret->n + 1, struct place_values);
    for (size_t c = 0; c < CARDS; c++)
        for (size_t i = 0; i < n[c]; i++)
            ret->value[place_of(ret, part[c][i].key)].of[c] = (struct figure_value){part[c][i].numerator, part[c][i].denominator, 0};
    return NULL;
}

void supervise_places_table(struct request *q, struct out *o, const struct by_place *p)
{
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">地区</th>"));
    for (size_t c = 0; c < CARDS; c++)
        w(o, H("<th scope=\"col\" class=\"number\">"), card_at(c).figure->label, H("</th>"));
    w(o, H("</tr></thead><tbody>"));
    for (size_t i = 0; i < p->n; i++) {
        w(o, H("<tr><td data-label=\"地区\">"), region_words(q->a, p->key[i]), H("</td>"));
        for (size_t c = 0; c < CARDS; c++) {
            struct card card = card_at(c);
            w(o, H("<td class=\"number\" data-label=\""), card.figure->label, H("\">"), card_text(q, &card, p->value[i].of[c].numerator, p->value[i].of[c].denominator), H("</td>"));
        }
        w(o, H("</tr>"));
    }
    w(o, H("</tbody></table></div>"));
    if (!p->n)
        w(o, H("<p class=\"muted\">本期没有记录。</p>"));
}
