/*
 * A new draw of objects: the office chooses by region and class, the pool of up to 10^5 names is made here and committed whole. What
 * is excluded without asking (positive list, drawn lately, yearly cap) is what the register itself says; each gets its class, its
 * reason and the reason's digest. Officers and helpers are all who are fit today, the busier the less likely.
 */
#include "acts/draw.h"
#include "acts/settings.h"
#include "web/looking.h"
#include "web/monitor.h"

#include <string.h>

enum { CLASSES = 4, PARTIES = 4, POOL_PAGE = 20000, LIMIT_BUSY = 50 };
static const struct { const char *id, *zh; } classes[CLASSES] = {{"key", "重点"}, {"special", "特殊"}, {"general", "一般"}, {"", "未分类"}};

struct one { str id, class; const char *excluded; int64_t weight; };
struct choice {
    struct request *q;
    const struct form *typed;
    int64_t region, norepeat, ratio[CLASSES], per[CLASSES], least[CLASSES], weight[CLASSES], able[CLASSES];
    bool in[CLASSES], crew, targeting;
    struct map *targets; /* id -> struct target *, when the weights are the targeting scores' */
    VEC(struct one) pool;
    int64_t out_positive, out_recent, out_capped, officers, helpers;
    str salt;
};

static int64_t typed_int(const struct choice *c, const char *name, int64_t missing, int64_t most)
{
    int64_t n;
    return str_int64(str_trim(form_get(c->typed, str_of(name))), &n) && n >= 0 && n <= most ? n : missing;
}

static str field(const struct choice *c, const char *name, int i)
{
    return arena_printf(c->q->a, "%s%d", name, i);
}

static int class_of(str class)
{
    for (int i = 0; i < CLASSES - 1; i++)
        if (str_eq(class, str_of(classes[i].id)))
            return i;
    return CLASSES - 1;
}

/* ---- what was typed, what the chosen place's practice proposes ---- */

static const struct draw_preset *preset_for(int place, char level, int i)
{
    for (size_t k = 0; k < draw_presets_n; k++) {
        const struct draw_preset *p = &draw_presets[k];
        bool city = strstr(p->level, "市级") != NULL, fits = level == 'C' ? city || !strcmp(p->level, "区级") : !city;
        if (p->place == place && !strcmp(p->of, classes[i].id) && (fits || !strcmp(p->level, "县级以上")))
            return p;
    }
    return NULL;
}

static err *read_choice(struct choice *c, const struct draw_preset *ret_preset[CLASSES])
{
    struct db *d;
    int64_t place, most = LIMIT_DRAW_POOL;
    bool first = !form_get(c->typed, S("region")).p;
    TRY(request_db(c->q, &d));
    TRY(db_one_int(d, "SELECT value FROM policy WHERE name = 'draw_preset_place'", NULL, setting_find(S("draw_preset_place"))->default_value, &place));
    c->region = typed_int(c, "region", c->q->reader.region, 999999);
    c->norepeat = typed_int(c, "norepeat", 365, 3660);
    c->crew = form_get(c->typed, S("crew")).p != NULL;
    c->targeting = form_get(c->typed, S("targeting")).p != NULL;
    const struct region *r = region_find((int)c->region);
    for (int i = 0; i < CLASSES; i++) {
        const struct draw_preset *p = ret_preset[i] = preset_for((int)place, r ? r->level : 'C', i);
        c->in[i] = first ? p != NULL : form_get(c->typed, field(c, "class", i)).p != NULL;
        int64_t tenths = typed_int(c, arena_cstr(c->q->a, field(c, "ratio", i)), p ? p->ratio / 10 : 0, 1000);
        c->ratio[i] = tenths * 10;
        c->per[i] = typed_int(c, arena_cstr(c->q->a, field(c, "per", i)), p ? p->per : 0, 1000);
        c->least[i] = typed_int(c, arena_cstr(c->q->a, field(c, "least", i)), 0, most);
        c->weight[i] = typed_int(c, arena_cstr(c->q->a, field(c, "weight", i)), 1, LIMIT_DRAW_WEIGHT);
    }
    return region_covers(c->q->reader.region, (int)c->region)
               ? NULL : err_at(err_new(ERR_DENIED, "区划不在本机构的范围内"), S("region"));
}

/* ---- the pool ---- */

static err *lately(struct choice *c, struct map **ret)
{
    static char here;
    struct db *d;
    struct db_rows rows;
    *ret = map_new(c->q->a);
    if (!c->norepeat)
        return NULL;
    TRY(request_db(c->q, &d));
    TRY(db_query(d, c->q->a, "SELECT DISTINCT p.who FROM draw_pool p JOIN draw w ON w.id = p.draw WHERE p.chosen = 1 AND p.kind = 'object' AND"
                             " w.state = 'settled' AND w.purpose = 'subjects' AND w.agency = CAST(:agency AS TEXT) AND w.settled_at >= :since",
                 DB_ARGS(DB_T("agency", c->q->reader.agency), DB_I("since", c->q->now - c->norepeat * USEC_DAY)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        map_put(*ret, db_str(&rows, 0), &here);
    }
}

/* Scores as /targets shows them, over the same region: the chance of each is its weight here. */
static err *take_targets(struct choice *c)
{
    struct target_settings settings;
    struct target_input *in;
    struct db *d;
    size_t n;
    if (!c->targeting)
        return NULL;
    TRY(request_db(c->q, &d));
    TRY(targeting_settings(d, &settings));
    TRY(target_load(d, c->q->a, (int)c->region, region_last((int)c->region), STR_NONE, day_of(c->q->now), &in, &n));
    struct target *t = NEW_ARRAY(c->q->a, n + 1, struct target);
    target_score(&settings, in, n, day_of(c->q->now), t);
    c->targets = map_new(c->q->a);
    for (size_t i = 0; i < n; i++)
        map_put(c->targets, in[i].id, &t[i]);
    return NULL;
}

/* Closed by the default cap alone is no ground that the register knows: he stays in with the least weight there is. */
static int64_t weight_of(const struct choice *c, const struct one *x)
{
    const struct target *t = c->targets ? map_get(c->targets, x->id) : NULL;
    int64_t weight = c->targets ? (t ? t->chance : 1) : c->weight[class_of(x->class)];
    return weight < 1 ? 1 : weight > LIMIT_DRAW_WEIGHT ? LIMIT_DRAW_WEIGHT : weight;
}

static err *take_page(struct choice *c, const struct map *recent, str *after, int64_t *ret_n)
{
    struct db *d;
    struct db_rows rows;
    int year = civil_of(c->q->now).year;
    *ret_n = 0;
    TRY(request_db(c->q, &d));
    TRY(db_query(d, c->q->a,
                 "SELECT s.id, s.class, s.positive_list, CASE WHEN s.visits_per_year IS NOT NULL AND s.visits_per_year <= (SELECT COUNT(*) FROM visit v"
                 " WHERE v.subject = s.id AND v.state <> 'cancelled' AND v.starts >= :from AND v.starts <= :to) THEN 1 ELSE 0 END FROM subject s"
                 " WHERE s.id > :after AND s.region BETWEEN :low AND :high ORDER BY s.id LIMIT :n",
                 DB_ARGS(DB_T("after", *after), DB_I("n", POOL_PAGE), DB_I("from", day_start(day_from_civil(year, 1, 1))),
                         DB_I("to", day_start(day_from_civil(year + 1, 1, 1)) - 1), DB_I("low", c->region),
                         DB_I("high", region_last((int)c->region))), &rows));
    for (bool more;; ++*ret_n) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct one x = {.id = *after = db_str(&rows, 0), .class = db_str(&rows, 1)};
        int k = class_of(x.class);
        if (!c->in[k])
            continue;
        if (db_int(&rows, 2))
            x.excluded = "positive_list", c->out_positive++;
        else if (map_get(recent, x.id))
            x.excluded = "recent", c->out_recent++;
        else if (db_int(&rows, 3))
            x.excluded = "capped", c->out_capped++;
        else
            c->able[k]++;
        /* who was drawn lately must stand under that name even when another reason holds, too */
        if (x.excluded && c->norepeat && map_get(recent, x.id))
            x.excluded = "recent";
        x.weight = weight_of(c, &x);
        vec_push(c->q->a, &c->pool, x);
        if (c->pool.n > LIMIT_DRAW_POOL) {
            db_rows_end(&rows);
            return err_at(err_new(ERR_LIMIT, "范围超过%d个，请缩小区划或类别", LIMIT_DRAW_POOL), S("region"));
        }
    }
}

static err *take_pool(struct choice *c)
{
    struct map *recent;
    str after = S("");
    int64_t n = POOL_PAGE;
    TRY(lately(c, &recent));
    TRY(take_targets(c));
    while (n == POOL_PAGE)
        TRY(take_page(c, recent, &after, &n));
    return NULL;
}

/* ---- the act ---- */

static void put_exclusions(struct choice *c, struct json_out *j)
{
    static const struct { const char *class, *reason; } reasons[] = {{"positive_list", "列入监督执法正面清单"}, {"recent", "不重复期内已被抽中"},
                                                                     {"capped", "已达年度检查频次上限"}};
    json_key(j, S("exclusions"));
    json_open(j, '[');
    for (size_t i = 0; i < c->pool.n; i++)
        for (size_t k = 0; k < sizeof reasons / sizeof *reasons; k++) {
            const struct one *x = &c->pool.p[i];
            if (!x->excluded || strcmp(x->excluded, reasons[k].class))
                continue;
            AUTO_ARENA(a);
            struct sm3 digest = draw_reason_digest(a, c->salt, x->id, str_of(reasons[k].reason));
            json_open(j, '{');
            json_put_str(j, S("who"), x->id);
            json_put_str(j, S("reason_class"), str_of(reasons[k].class));
            json_put_str(j, S("reason"), str_of(reasons[k].reason));
            json_put_str(j, S("digest"), sm3_text(a, &digest));
            json_close(j, '}');
        }
    json_close(j, ']');
}

/* "执法人员 wei jiang 理由", a line each: who is not sent where. */
static err *put_bars(struct choice *c, struct json_out *j)
{
    str rest = str_trim(form_get(c->typed, S("bars"))), one, word[3];
    if (!rest.n || !c->crew)
        return NULL;
    json_key(j, S("bars"));
    json_open(j, '[');
    for (int64_t n = 1; rest.p && str_next(&rest, '\n', &one); n++) {
        str line = str_trim(one), left = line;
        if (!line.n)
            continue;
        bool whole = str_next(&left, ' ', &word[0]) && str_next(&left, ' ', &word[1]) && str_next(&left, ' ', &word[2]) && str_trim(left).n;
        bool officer = whole && str_eq(word[0], S("执法人员"));
        if (!whole || !(officer || str_eq(word[0], S("辅助人员"))))
            return err_got(err_at(err_new(ERR_INPUT, "回避的第%lld行看不懂", (long long)n), S("bars")), line, S("执法人员或辅助人员、编号、对象编号、理由，用空格隔开"),
                           S("执法人员 wei jiang 近亲属在该企业任职"));
        struct sm3 digest = draw_reason_digest(c->q->a, c->salt, arena_printf(c->q->a, "%.*s %.*s", STR_ARG(word[1]), STR_ARG(word[2])),
                                               str_trim(left));
        json_open(j, '{');
        json_put_str(j, S("kind"), officer ? S("officer") : S("helper"));
        json_put_str(j, S("who"), word[1]);
        json_put_str(j, S("object"), word[2]);
        json_put_str(j, S("reason_class"), S("relation"));
        json_put_str(j, S("reason"), str_trim(left));
        json_put_str(j, S("digest"), sm3_text(c->q->a, &digest));
        json_close(j, '}');
    }
    json_close(j, ']');
    return NULL;
}

/* Each county, and each office or provider of those drawn, by itself. */
static void put_caps(struct choice *c, struct json_out *j)
{
    static const struct { const char *by, *field; } caps[] = {{"region", "cap_region"}, {"group", "cap_group"}};
    json_key(j, S("caps"));
    json_open(j, '[');
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        int64_t most = typed_int(c, caps[i].field, 0, LIMIT_DRAW_POOL);
        if (!most)
            continue;
        json_open(j, '{');
        json_put_str(j, S("by"), str_of(caps[i].by));
        json_put_str(j, S("key"), S("*"));
        json_put_int(j, S("most"), most);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_strata(struct choice *c, struct json_out *j)
{
    json_key(j, S("strata"));
    json_open(j, '[');
    for (int i = 0; i < CLASSES; i++) {
        if (!c->in[i])
            continue;
        json_open(j, '{');
        if (classes[i].id[0])
            json_put_str(j, S("class"), str_of(classes[i].id));
        if (c->ratio[i]) {
            json_key(j, S("ratio"));
            json_raw(j, arena_printf(c->q->a, "%lld.%02lld", (long long)(c->ratio[i] / 100), (long long)(c->ratio[i] % 100)));
        }
        if (c->per[i])
            json_put_int(j, S("per"), c->per[i]);
        json_put_int(j, S("least"), c->least[i]);
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* Names and weights by how much each had to do in a year: the least busy gets the largest. */
static err *put_crew(struct choice *c, struct json_out *j, const char *names, const char *weights, const char *sql, int64_t *ret_n)
{
    struct db *d;
    struct db_rows rows;
    VEC(str) who = {0};
    VEC(int64_t) busy = {0};
    TRY(request_db(c->q, &d));
    TRY(db_query(d, c->q->a, sql, DB_ARGS(DB_T("agency", c->q->reader.agency), DB_I("day", day_of(c->q->now)),
                                          DB_I("since", day_of(c->q->now) - 365)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        int64_t n = db_int(&rows, 1);
        vec_push(c->q->a, &who, db_str(&rows, 0));
        vec_push(c->q->a, &busy, n < LIMIT_BUSY ? n : LIMIT_BUSY);
    }
    *ret_n = (int64_t)who.n;
    if (!j)
        return NULL;
    json_key(j, str_of(names));
    json_open(j, '[');
    for (size_t i = 0; i < who.n; i++)
        json_str(j, who.p[i]);
    json_close(j, ']');
    json_key(j, str_of(weights));
    json_open(j, '[');
    for (size_t i = 0; i < busy.n; i++)
        json_int(j, LIMIT_BUSY + 1 - busy.p[i]);
    json_close(j, ']');
    return NULL;
}

static const char officers_sql[] =
    "SELECT u.id, (SELECT COUNT(*) FROM entrustment_officer eo JOIN entrustment e ON e.id = eo.entrustment WHERE eo.user_id = u.id AND e.from_date >="
    " :since) FROM users u WHERE u.agency = CAST(:agency AS TEXT) AND u.provider IS NULL AND u.disabled_at IS NULL AND EXISTS (SELECT 1 FROM user_role r"
    " WHERE r.user_id = u.id AND r.role = 'officer') AND EXISTS (SELECT 1 FROM certificate k WHERE k.user_id = u.id AND k.from_date <= :day AND k.to_date"
    " >= :day) ORDER BY u.id LIMIT 5000";
static const char helpers_sql[] =
    "SELECT m.id, (SELECT COUNT(*) FROM entrustment_member em JOIN entrustment e ON e.id = em.entrustment WHERE em.member = m.id AND e.from_date >= :since)"
    " FROM member m JOIN provider p ON p.id = m.provider WHERE m.state = 'admitted' AND p.state = 'admitted' AND COALESCE(p.ban_until, 0) < :day AND"
    " (m.to_date IS NULL OR m.to_date >= :day) AND EXISTS (SELECT 1 FROM agreement g WHERE g.provider = m.provider AND g.agency = CAST(:agency AS TEXT) AND"
    " g.state = 'effective') AND NOT EXISTS (SELECT 1 FROM closed_session cs WHERE cs.provider = p.id AND cs.agency = CAST(:agency AS TEXT) AND cs.ban_until"
    " >= :day) ORDER BY m.id LIMIT 5000";

static err *put_teams(struct choice *c, struct json_out *j)
{
    int64_t each = typed_int(c, "officers_each", 2, LIMIT_DRAW_EACH), helpers = typed_int(c, "helpers_each", 0, LIMIT_DRAW_EACH);
    if (!c->crew)
        return NULL;
    TRY(put_crew(c, j, "officers", "officer_weights", officers_sql, &c->officers));
    json_put_int(j, S("officers_quantity"), typed_int(c, "officers", c->officers, LIMIT_DRAW_CREW));
    json_put_int(j, S("officers_each"), each);
    if (!helpers)
        return NULL;
    TRY(put_crew(c, j, "helpers", "helper_weights", helpers_sql, &c->helpers));
    json_put_int(j, S("helpers_quantity"), typed_int(c, "helpers", c->helpers, LIMIT_DRAW_CREW));
    json_put_int(j, S("helpers_each"), helpers);
    return NULL;
}

static void put_parties(struct choice *c, struct json_out *j)
{
    json_key(j, S("commitments"));
    json_open(j, '[');
    for (int i = 0; i < PARTIES; i++) {
        str party = str_trim(form_get(c->typed, field(c, "party", i))), digest = str_trim(form_get(c->typed, field(c, "digest", i)));
        if (!party.n && !digest.n)
            continue;
        json_open(j, '{');
        json_put_str(j, S("party"), party);
        json_put_str(j, S("digest"), str_starts(digest, S("sm3:")) ? digest : arena_printf(c->q->a, "sm3:%.*s", STR_ARG(digest)));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_optional(struct choice *c, struct json_out *j, const char *name)
{
    str value = str_trim(form_get(c->typed, str_of(name)));
    if (value.n)
        json_put_str(j, str_of(name), value);
}

static err *act_text_of(struct choice *c, str *ret)
{
    buf b = buf_make(c->q->a, LIMIT_ACT_BYTES_LARGE);
    struct json_out j = {&b, false};
    bool even = true;
    json_open(&j, '{');
    json_put_str(&j, S("act"), S("draw.commit"));
    json_put_str(&j, S("key"), form_get(c->typed, S("key")));
    json_put_str(&j, S("purpose"), S("subjects"));
    json_put_str(&j, S("method"), S("xiezhi-draw-2"));
    put_optional(c, &j, "item");
    put_optional(c, &j, "preset");
    put_optional(c, &j, "execute_by");
    json_put_str(&j, S("region"), arena_printf(c->q->a, "%06lld", (long long)c->region));
    json_put_int(&j, S("norepeat"), c->norepeat);
    int64_t floor = typed_int(c, "floor", 0, 1000);
    json_key(&j, S("floor"));
    json_raw(&j, arena_printf(c->q->a, "%lld.%lld", (long long)(floor / 10), (long long)(floor % 10)));
    json_put_str(&j, S("salt"), c->salt);
    json_key(&j, S("pool"));
    json_open(&j, '[');
    for (size_t i = 0; i < c->pool.n; i++) {
        json_str(&j, c->pool.p[i].id);
        even = even && c->pool.p[i].weight == 1;
    }
    json_close(&j, ']');
    if (!even) {
        json_key(&j, S("weights"));
        json_open(&j, '[');
        for (size_t i = 0; i < c->pool.n; i++)
            json_int(&j, c->pool.p[i].weight);
        json_close(&j, ']');
    }
    put_exclusions(c, &j);
    put_strata(c, &j);
    put_caps(c, &j);
    TRY(put_teams(c, &j));
    TRY(put_bars(c, &j));
    put_parties(c, &j);
    json_close(&j, '}');
    *ret = buf_str(&b);
    return b.overflow ? err_new(ERR_LIMIT, "方案超过%d字节，请缩小范围", LIMIT_ACT_BYTES_LARGE) : NULL;
}

/* ---- the form ---- */

static void number(const struct choice *c, struct out *o, const char *name, int i, int64_t value, html label)
{
    str id = i < 0 ? str_of(name) : field(c, name, i);
    w(o, H("<label for=\""), id, H("\">"), label, H("</label><input type=\"number\" min=\"0\" id=\""), id, H("\" name=\""), id, H("\" value=\""), value,
      H("\">"));
}

static void class_rows(const struct choice *c, struct out *o, const struct draw_preset *const preset[CLASSES])
{
    w(o, H("<h2>类别、数量、权重</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th>列入</th><th>可抽</th><th>比例（千分之）</th>"
           "<th>每名执法人员对应数</th><th>至少</th><th>权重</th><th>所依办法</th></tr></thead><tbody>"));
    for (int i = 0; i < CLASSES; i++) {
        w(o, H("<tr><td data-label=\"列入\"><label><input type=\"checkbox\" name=\""), field(c, "class", i), H("\" value=\"1\""),
          c->in[i] ? H(" checked") : H(""), H("> "), classes[i].zh, H("</label></td><td data-label=\"可抽\">"));
        if (c->in[i])
            w(o, c->able[i]);
        static const char *const names[] = {"ratio", "per", "least", "weight"};
        static const char *const labels[] = {"比例（千分之）", "每名执法人员对应数", "至少", "权重"};
        const int64_t values[] = {c->ratio[i] / 10, c->per[i], c->least[i], c->weight[i]};
        for (int k = 0; k < 4; k++)
            w(o, H("</td><td data-label=\""), labels[k], H("\"><input type=\"number\" min=\"0\" aria-label=\""), classes[i].zh, labels[k], H("\" name=\""),
              field(c, names[k], i), H("\" value=\""), values[k], H("\">"));
        w(o, H("</td><td data-label=\"所依办法\" class=\"muted\">"));
        if (preset[i])
            w(o, preset[i]->jurisdiction, H(" "), preset[i]->class, H(" "), preset[i]->rule, H("，"), preset[i]->period);
        w(o, H("</td></tr>"));
    }
    w(o, H("</tbody></table></div><p class=\"muted\">自动排除：正面清单"), c->out_positive, H("个，不重复期内已抽中"), c->out_recent,
      H("个，已达年度频次"), c->out_capped, H("个。每项都附类别和理由的摘要。</p>"));
}

static err *party_options(const struct choice *c, struct out *o, str chosen)
{
    struct db *d;
    struct db_rows rows;
    TRY(request_db(c->q, &d));
    TRY(db_query(d, c->q->a,
                 "SELECT u.id, u.name, CASE WHEN u.subject IS NOT NULL THEN '企业代表' WHEN u.provider IS NOT NULL THEN '第三方' WHEN EXISTS (SELECT 1 FROM"
                 " user_role r WHERE r.user_id = u.id AND r.role = 'discipline') THEN '纪检督察' ELSE '执法机构' END FROM users u WHERE u.disabled_at IS NULL"
                 " AND ((u.agency = CAST(:agency AS TEXT) AND EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = u.id AND r.role IN ('officer', 'head',"
                 " 'legal', 'discipline'))) OR (u.subject IS NOT NULL AND EXISTS (SELECT 1 FROM subject s WHERE s.id = u.subject AND s.region BETWEEN :low AND"
                 " :high)) OR EXISTS (SELECT 1 FROM user_role r JOIN agreement g ON g.provider = u.provider WHERE r.user_id = u.id AND r.role ="
                 " 'provider_lead' AND g.agency = CAST(:agency AS TEXT) AND g.state = 'effective')) ORDER BY 3, u.id LIMIT 400",
                 DB_ARGS(DB_T("agency", c->q->reader.agency), DB_I("low", c->q->reader.region),
                         DB_I("high", c->q->reader.region % 100 == 0 ? c->q->reader.region + 99 : c->q->reader.region)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        w(o, H("<option value=\""), db_str(&rows, 0), H("\""), str_eq(chosen, db_str(&rows, 0)) ? H(" selected") : H(""), H(">"), db_str(&rows, 1), H("（"),
          db_str(&rows, 2), H("）</option>"));
    }
}

static err *party_rows(const struct choice *c, struct out *o)
{
    w(o, H("<h2>承诺方</h2><p class=\"muted\">至少两方，其中须有纪检督察、第三方或企业代表。每方自己想好一个秘密，只交它的国密SM3摘要；"
           "离线计算：<code>printf %s '秘密' | openssl dgst -sm3</code>。秘密长一些，不要重复使用。</p>"));
    for (int i = 0; i < PARTIES; i++) {
        str party = field(c, "party", i), digest = field(c, "digest", i);
        w(o, H("<div class=\"two\"><select aria-label=\"第"), i + 1, H("方\" name=\""), party, H("\"><option value=\"\">第"), i + 1,
          H("方：请选择</option>"));
        TRY(party_options(c, o, form_get(c->typed, party)));
        w(o, H("</select><input aria-label=\"第"), i + 1, H("方秘密的摘要\" placeholder=\"秘密的摘要 sm3:…\" name=\""), digest,
          H("\" maxlength=\"68\" autocomplete=\"off\" value=\""), form_get(c->typed, digest), H("\"></div>"));
    }
    return NULL;
}

static void region_select(const struct choice *c, struct out *o)
{
    w(o, H("<label for=\"region\">区划</label><select id=\"region\" name=\"region\">"));
    for (size_t i = 0; i < region_count(); i++) {
        const struct region *r = region_at(i);
        if (!region_covers(c->q->reader.region, r->code))
            continue;
        w(o, H("<option value=\""), r->code, H("\""), r->code == c->region ? H(" selected") : H(""), H(">"), r->name, H("</option>"));
    }
    w(o, H("</select>"));
}

static void text_input(const struct choice *c, struct out *o, const char *name, html label, html type, str missing)
{
    str value = form_get(c->typed, str_of(name));
    w(o, H("<label for=\""), name, H("\">"), label, H("</label><input type=\""), type, H("\" id=\""), name, H("\" name=\""), name,
      H("\" maxlength=\"80\" value=\""), value.p ? value : missing, H("\">"));
}

static err *crew_fields(struct choice *c, struct out *o)
{
    TRY(put_crew(c, NULL, NULL, NULL, officers_sql, &c->officers));
    TRY(put_crew(c, NULL, NULL, NULL, helpers_sql, &c->helpers));
    w(o, H("<h2>同时抽取人员</h2><label><input type=\"checkbox\" name=\"crew\" value=\"1\""), c->crew ? H(" checked") : H(""),
      H("> 抽取执法人员和辅助人员并分派到对象</label><p class=\"muted\">参加抽取：持有效证件的执法人员"), c->officers, H("名，已准入且有协议的辅助人员"),
      c->helpers, H("名；一年内任务越多，权重越小。辅助人员不计入执法人员人数。</p>"));
    number(c, o, "officers", -1, typed_int(c, "officers", c->officers, LIMIT_DRAW_CREW), H("抽取执法人员数"));
    number(c, o, "officers_each", -1, typed_int(c, "officers_each", 2, LIMIT_DRAW_EACH), H("每个对象执法人员"));
    number(c, o, "helpers", -1, typed_int(c, "helpers", c->helpers, LIMIT_DRAW_CREW), H("抽取辅助人员数"));
    number(c, o, "helpers_each", -1, typed_int(c, "helpers_each", 0, LIMIT_DRAW_EACH), H("每个对象辅助人员"));
    w(o, H("<label for=\"bars\">回避（一行一条：执法人员或辅助人员、编号、对象编号、理由，用空格隔开）</label><textarea id=\"bars\" name=\"bars\" rows=\"3\""
           " placeholder=\"执法人员 wei jiang 近亲属在该企业任职\">"), form_get(c->typed, S("bars")),
      H("</textarea><p class=\"muted\">提交时按利害关系逐一核对；有未回避的，会指出是谁对哪个对象，请补在这里。理由不公布，只公布摘要。</p>"));
    return NULL;
}

static str preset_text(const struct choice *c, const struct draw_preset *const preset[CLASSES])
{
    str targeting = c->targeting ? arena_printf(c->q->a, "权重按%.*s的靶向分值", STR_ARG(day_chinese(c->q->a, day_of(c->q->now)))) : S("");
    for (int i = 0; i < CLASSES; i++)
        if (preset[i])
            return arena_printf(c->q->a, "%s %s%s%.*s", preset[i]->jurisdiction, preset[i]->period, targeting.n ? "；" : "", STR_ARG(targeting));
    return targeting;
}

static void refusal(struct out *o, struct request *q, const struct act_answer *answer, const err *fault)
{
    const struct json *json;
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">"), fault->text, H("</p>"));
    if (!answer || act_json(q->a, answer->json, LIMIT_ACT_BYTES * 4, &json))
        return;
    w(o, H("<div class=\"alert\" role=\"alert\"><b>不予办理</b>"));
    show_reasons(q, o, json_get(json, S("reasons")));
    w(o, H("</div>"));
}

static err *form_page(struct request *q, struct response *r, const struct form *typed, const struct act_answer *answer, const err *fault)
{
    struct choice c = {.q = q, .typed = typed};
    const struct draw_preset *preset[CLASSES];
    err *bad = read_choice(&c, preset);
    if (!bad)
        bad = take_pool(&c);
    struct out *o = page_begin(q, S("新的抽取"));
    w(o, H("<p class=\"muted\"><a href=\"/draws\">随机抽取</a> / 新的抽取</p><h1>新的抽取</h1>"));
    refusal(o, q, answer, fault ? fault : bad);
    w(o, H("<form method=\"post\" action=\"/draws/new\" class=\"card\">"));
    page_csrf(q, o);
    w(o, H("<input type=\"hidden\" name=\"key\" value=\""), token_new(q->a), H("\">"));
    text_input(&c, o, "item", H("检查事项"), H("text"), S(""));
    region_select(&c, o);
    number(&c, o, "norepeat", -1, c.norepeat, H("不重复（自然日）"));
    number(&c, o, "floor", -1, typed_int(&c, "floor", 0, 1000), H("最低机会（千分之，0不设）"));
    text_input(&c, o, "execute_by", H("检查完成期限（此前结果密封）"), H("date"), S(""));
    text_input(&c, o, "preset", H("所依抽查办法"), H("text"), preset_text(&c, preset));
    w(o, H("<label><input type=\"checkbox\" name=\"targeting\" value=\"1\""), c.targeting ? H(" checked") : H(""),
      H("> 权重按<a href=\"/targets\">靶向排序</a>的抽取权重（各对象的理由见该页；勾选后下表的权重不用）</label>"));
    class_rows(&c, o, preset);
    w(o, H("<p><button name=\"do\" value=\"count\">重新统计范围</button></p>"));
    number(&c, o, "cap_region", -1, typed_int(&c, "cap_region", 0, LIMIT_DRAW_POOL), H("每个区划至多（0不限）"));
    number(&c, o, "cap_group", -1, typed_int(&c, "cap_group", 0, LIMIT_DRAW_POOL), H("人员每个单位至多（0不限）"));
    TRY(crew_fields(&c, o));
    TRY(party_rows(&c, o));
    w(o, H("<p class=\"note\">提交后范围、排除、权重和摘要写入账本，不能再改；改动须取消并说明理由，取消的也留在记录里。</p>"
           "<p class=\"actions\"><button class=\"primary\" name=\"do\" value=\"commit\">确定范围并承诺</button></p></form>"));
    page_end(q, o, r, answer ? 403 : fault || bad ? err_http_status((fault ? fault : bad)->kind) : 200);
    return NULL;
}

err *page_draw_new(struct request *q, struct response *r)
{
    return form_page(q, r, &q->params, NULL, NULL);
}

err *page_draw_new_submit(struct request *q, struct response *r)
{
    struct choice c = {.q = q, .typed = &q->form, .salt = token_new(q->a)};
    const struct draw_preset *preset[CLASSES];
    struct act_answer answer;
    str json;
    if (!str_eq(form_get(&q->form, S("do")), S("commit")))
        return form_page(q, r, &q->form, NULL, NULL);
    err *bad = read_choice(&c, preset);
    if (!bad)
        bad = take_pool(&c);
    if (!bad)
        bad = act_text_of(&c, &json);
    if (bad)
        return form_page(q, r, &q->form, NULL, bad);
    request_db_done(q);
    TRY(act_perform(q->web->acts, q->a, &(struct act_request){.json = json, .by = q->session.user}, &answer));
    metrics_answer(q->web, answer.verdict);
    if (answer.verdict == ACT_INVALID)
        return form_page(q, r, &q->form, NULL, answer.invalid);
    if (answer.verdict != ACT_ALLOWED)
        return form_page(q, r, &q->form, &answer, NULL);
    return redirect(r, arena_printf(q->a, "/draws/%.*s", STR_ARG(answer.id)));
}
