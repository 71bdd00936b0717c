/*
 * A path's text as parties, ties and one Chinese sentence. Names are looked up when it is read: an erased name is gone from
 * here too. A party outside (person:) has the newest name any relation gives it.
 */
#include "acts/act.h"

static bool take_party(struct arena *a, str token, struct path_party *ret)
{
    str rest = token;
    *ret = (struct path_party){0};
    if (!str_next(&rest, ':', &ret->kind) || !rest.p || !rest.n)
        return false;
    ret->kind = arena_str(a, ret->kind);
    ret->id = arena_str(a, rest);
    return true;
}

static err *name_party(struct db *d, struct arena *a, struct path_party *p)
{
    static const struct { const char *kind, *sql, *else_; } names[] = {
        {"provider", "SELECT name FROM provider WHERE id = :id", "第三方"},
        {"member", "SELECT name FROM member WHERE id = :id", "辅助人员"},
        {"subject", "SELECT name FROM subject WHERE id = :id", "执法相对人"},
        {"user", "SELECT name FROM users WHERE id = :id", "工作人员"},
        {"person", "SELECT r.name FROM relation r WHERE r.name IS NOT NULL AND ((r.a_kind = 'person' AND r.a_id = :id)"
                   " OR (r.b_kind = 'person' AND r.b_id = :id AND r.a_kind <> 'person')) ORDER BY r.seq DESC LIMIT 1", "关联方"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_eq(p->kind, str_of(names[i].kind)))
            continue;
        TRY(db_one_str(d, a, names[i].sql, DB_ARGS(DB_T("id", p->id)), &p->name));
        if (!p->name.n)
            p->name = arena_printf(a, "%s%.*s", names[i].else_, STR_ARG(p->id));
        return NULL;
    }
    return err_got(err_new(ERR_DAMAGED, "关系路径中有不认识的当事方"), p->kind, S("provider member subject user person"), STR_NONE);
}

static str percent_text(struct arena *a, int64_t percent)
{
    if (percent % 100 == 0)
        return arena_printf(a, "%lld%%", (long long)(percent / 100));
    return percent % 10 == 0 ? arena_printf(a, "%lld.%lld%%", (long long)(percent / 100), (long long)(percent % 100 / 10))
                             : arena_printf(a, "%lld.%02lld%%", (long long)(percent / 100), (long long)(percent % 100));
}

static str tie_sentence(struct arena *a, const struct path_link *l, str from, str to)
{
    static const struct { const char *type, *zh; } sentences[] = {
        {"directorship", "%.*s在%.*s任董事、监事或高级管理人员"}, {"employment", "%.*s受雇于%.*s"}, {"kinship", "%.*s与%.*s是亲属"},
        {"service", "%.*s为%.*s提供服务"}, {"debt", "%.*s与%.*s有债权债务"}, {"litigation", "%.*s与%.*s有诉讼"},
        {"competitor", "%.*s与%.*s是竞争关系"}, {"shared_address", "%.*s与%.*s使用同一地址"},
        {"shared_phone", "%.*s与%.*s使用同一电话"}, {"shared_instrument", "%.*s与%.*s使用同一仪器"}};
    if (str_eq(l->type, S("ownership")))
        return l->percent < 0 ? arena_printf(a, "%.*s持有%.*s股权（比例未登记）", STR_ARG(from), STR_ARG(to))
                              : arena_printf(a, "%.*s持有%.*s%.*s股权", STR_ARG(from), STR_ARG(to), STR_ARG(percent_text(a, l->percent)));
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (str_eq(l->type, str_of(sentences[i].type)))
            return arena_printf(a, sentences[i].zh, STR_ARG(from), STR_ARG(to));
    return arena_printf(a, "%.*s与%.*s有关系", STR_ARG(from), STR_ARG(to));
}

/* （2023年5月1日起，至2024年4月30日；2026年3月2日登记，来源：企业登记） */
static void add_dates(struct arena *a, buf *b, const struct path_link *l)
{
    buf_add(b, S("（"));
    if (l->has_from)
        buf_printf(b, "%.*s起", STR_ARG(day_chinese(a, l->from)));
    if (l->has_to || l->has_ended)
        buf_printf(b, "%s%.*s止", l->has_from ? "，" : "", STR_ARG(day_chinese(a, l->has_ended ? l->ended : l->to)));
    if (l->has_from || l->has_to || l->has_ended)
        buf_add(b, S("；"));
    if (!l->known)
        buf_add(b, S("尚未登记"));
    else
        buf_printf(b, "%.*s知悉", STR_ARG(day_chinese(a, day_of(l->known_at))));
    if (l->source.n)
        buf_printf(b, "，来源：%.*s", STR_ARG(l->source));
    buf_add(b, S("）"));
}

static err *load_relation(struct db *d, struct arena *a, struct path_link *l, const struct path_party *left)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, "SELECT r.type, r.percent, r.from_date, r.to_date, r.ended_on, r.seq, r.source, g.at, r.a_kind, r.a_id"
                       " FROM relation r LEFT JOIN act_log g ON g.seq = r.seq WHERE r.id = :id", DB_ARGS(DB_T("id", l->relation)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL; /* stated by the act that is being judged: filled in by its caller's words below */
    l->type = db_str(&rows, 0);
    l->percent = db_column(&rows, 1).kind == DB_INT ? db_int(&rows, 1) : -1;
    l->has_from = db_column(&rows, 2).kind == DB_INT;
    l->has_to = db_column(&rows, 3).kind == DB_INT;
    l->has_ended = db_column(&rows, 4).kind == DB_INT;
    l->from = (day)db_int(&rows, 2), l->to = (day)db_int(&rows, 3), l->ended = (day)db_int(&rows, 4);
    l->known = db_int(&rows, 5);
    l->source = db_str(&rows, 6);
    l->known_at = db_int(&rows, 7);
    l->backward = !str_eq(db_str(&rows, 8), left->kind) || !str_eq(db_str(&rows, 9), left->id);
    db_rows_end(&rows);
    return NULL;
}

static err *load_post(struct db *d, struct arena *a, struct path_link *l, str member, const struct path_party *left)
{
    struct db_rows rows;
    bool more;
    l->relation = STR_NONE;
    l->type = S("employment");
    l->backward = !str_eq(left->kind, S("member"));
    TRY(db_query(d, a, "SELECT m.seq, g.at, m.retired_at FROM member m LEFT JOIN act_log g ON g.seq = m.seq WHERE m.id = :id",
                 DB_ARGS(DB_T("id", member)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    l->known = db_int(&rows, 0);
    l->known_at = db_int(&rows, 1);
    l->has_ended = db_column(&rows, 2).kind == DB_INT;
    l->ended = day_of(db_int(&rows, 2));
    l->source = S("辅助人员登记");
    db_rows_end(&rows);
    return NULL;
}

static err *read_link(struct db *d, struct arena *a, str token, const struct path_party *left, struct path_link *ret)
{
    *ret = (struct path_link){.percent = -1, .type = S("")};
    ret->same = str_eq(token, S("="));
    if (ret->same)
        return NULL;
    if (token.n < 2 || token.p[0] != '-' || token.p[token.n - 1] != '-')
        return err_got(err_new(ERR_DAMAGED, "关系路径读不懂"), token, S("-关系-"), STR_NONE);
    ret->relation = arena_str(a, str_sub(token, 1, token.n - 2));
    if (str_starts(ret->relation, S("@")))
        return load_post(d, a, ret, str_sub(ret->relation, 1, ret->relation.n), left);
    return load_relation(d, a, ret, left);
}

static void write_sentences(struct arena *a, struct path_view *v)
{
    buf full = buf_make(a, 4000), brief = buf_make(a, 4000);
    for (size_t i = 0; i + 1 < v->n; i++) {
        struct path_link *l = &v->link[i];
        str left = v->party[i].name, right = v->party[i + 1].name;
        if (l->same)
            l->sentence = arena_printf(a, "%.*s与%.*s经核对为同一人或单位", STR_ARG(left), STR_ARG(right));
        else
            l->sentence = tie_sentence(a, l, l->backward ? right : left, l->backward ? left : right);
        buf_printf(&full, "%s%.*s", i ? "，" : "", STR_ARG(l->sentence));
        buf_printf(&brief, "%s%.*s", i ? "，" : "", STR_ARG(l->sentence));
        if (!l->same)
            add_dates(a, &full, l);
    }
    v->sentence = buf_str(&full);
    v->brief = buf_str(&brief);
}

err *path_read(struct db *d, struct arena *a, str path, struct path_view *ret)
{
    str token;
    *ret = (struct path_view){0};
    for (bool party = true; str_next(&path, ' ', &token); party = !party) {
        if (party) {
            if (ret->n == LIMIT_PATH_PARTIES || !take_party(a, token, &ret->party[ret->n]))
                return err_got(err_new(ERR_DAMAGED, "关系路径读不懂"), token, S("类别:编号"), STR_NONE);
            TRY(name_party(d, a, &ret->party[ret->n++]));
        } else
            TRY(read_link(d, a, token, &ret->party[ret->n - 1], &ret->link[ret->n - 1]));
    }
    write_sentences(a, ret);
    return NULL;
}
