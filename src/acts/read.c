/*
 * From JSON to values, by the descriptor. Everything a reader cannot understand is `invalid` here, with the field,
 * what was read, what is wanted and an example; what only the law requires is the law's business, not ours.
 * The same functions read an act back from the ledger: spine fields and opened body items give the same values.
 */
#include "acts/act.h"

struct source {
    struct act *act;
    const struct ledger_entry *entry; /* NULL: from outside, references are checked */
};

static err *wrong(const struct act_field *f, str path, const struct json *got, const char *want, const char *example)
{
    char text[80];
    str shown = S("（空）");
    if (got && got->kind == JSON_STRING)
        shown = utf8_clip(got->string, 20);
    else if (got && got->kind == JSON_NUMBER) {
        int n = got->integer ? snprintf(text, sizeof text, "%lld", (long long)got->i)
                             : snprintf(text, sizeof text, "%g", got->number);
        shown = (str){text, (size_t)n};
    } else if (got)
        shown = got->kind == JSON_OBJECT ? S("对象") : got->kind == JSON_ARRAY ? S("列表")
                : got->kind == JSON_BOOL ? (got->boolean ? S("true") : S("false")) : S("null");
    return err_got(err_at(err_new(ERR_INPUT, "“%s”读不懂：应为%s，读到“%.*s”", f->label ? f->label : f->name, want,
                                  STR_ARG(shown)),
                          path),
                   shown, str_of(want), str_of(example));
}

static bool id_valid(str s)
{
    if (s.n < 1 || s.n > 64 || s.p[0] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return true;
}

static bool word_in(const char *list, str word)
{
    str rest = str_of(list), part;
    while (str_next(&rest, ' ', &part))
        if (word.n && str_eq(part, word))
            return true;
    return false;
}

err *act_row_exists(struct act *a, const char *tables, str id, bool *ret)
{
    *ret = false;
    str rest = str_of(tables), table;
    while (!*ret && str_next(&rest, '|', &table)) {
        int64_t found;
        char *sql = arena_cstr(a->arena, arena_printf(a->arena, "SELECT 1 FROM %.*s WHERE id = :id", STR_ARG(table)));
        TRY(db_one_int(a->db, sql, DB_ARGS(DB_T("id", id)), 0, &found));
        *ret = found == 1;
    }
    return NULL;
}

/* Does it exist, as far as the actor may know? */
static err *ref_known(struct act *a, const char *tables, str id, bool *ret)
{
    str rest = str_of(tables), table;
    *ret = false;
    while (!*ret && str_next(&rest, '|', &table))
        TRY(act_known(a, table, id, ret));
    return NULL;
}

static err *read_ref(struct source *s, const struct act_field *f, str path, const struct json *j, struct act_value *v)
{
    if (j->kind != JSON_STRING || !id_valid(j->string))
        return wrong(f, path, j, "编号（小写字母、数字、连字符，1至64位）", "e1");
    v->s = j->string;
    if (s->entry || !f->of)
        return NULL;
    bool found = true;
    if (f->kind == FIELD_REF)
        TRY(ref_known(s->act, f->of, v->s, &found));
    if (!found)
        return err_got(err_at(err_new(ERR_INPUT, "“%s”指向的编号“%.*s”不存在", f->label, STR_ARG(v->s)), path), v->s,
                       S("已登记的编号"), S("先登记，再引用"));
    return NULL;
}

static err *read_number(const struct act_field *f, str path, const struct json *j, struct act_value *v)
{
    static const struct { enum field_kind kind; double scale; int64_t low, high; const char *want, *example; } rows[] = {
        {FIELD_FEN, 0, 0, INT64_C(10000000000000), "以分为单位的整数金额", "1500000"},
        {FIELD_COUNT, 0, 0, 1000000000, "不小于0的整数", "2"},
        {FIELD_DEGREE, 1e7, -1800000000, 1800000000, "经纬度（度）", "114.31"},
        {FIELD_METRE, 1, 0, 10000000, "米数", "300"},
        {FIELD_PERCENT, 100, 0, 10000, "0至100的百分数", "51"},
        {FIELD_NUMBER, 1000, INT64_C(-1000000000000), INT64_C(1000000000000), "数", "1.5"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].kind != f->kind)
            continue;
        int64_t high = f->maximum && (f->kind == FIELD_COUNT) ? f->maximum : rows[i].high;
        if (j->kind != JSON_NUMBER || (rows[i].scale == 0 && !j->integer))
            return wrong(f, path, j, rows[i].want, rows[i].example);
        double scaled = j->number * (rows[i].scale == 0 ? 1 : rows[i].scale);
        if (!(scaled >= (double)rows[i].low && scaled <= (double)high))
            return wrong(f, path, j, rows[i].want, rows[i].example);
        if (rows[i].scale == 0)
            v->i = j->i;
        else if (f->kind == FIELD_METRE)
            v->i = (int64_t)scaled + ((double)(int64_t)scaled < scaled);
        else
            v->i = (int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
        return NULL;
    }
    CHECK(false);
}

static err *read_party(struct source *s, const struct act_field *f, str path, const struct json *j,
                       struct act_value *v)
{
    str rest = j->kind == JSON_STRING ? j->string : STR_NONE, kind, id;
    if (!rest.p || !str_next(&rest, ':', &kind) || !rest.p || !word_in(f->of, kind) || !id_valid(rest))
        return wrong(f, path, j, "“类别:编号”", "provider:blueline");
    id = rest;
    v->s = j->string;
    bool found = true;
    if (!s->entry && !str_eq(kind, S("person"))) {
        const char *table = str_eq(kind, S("user")) ? "users" : arena_cstr(s->act->arena, kind);
        TRY(act_row_exists(s->act, table, id, &found));
    }
    if (!found)
        return err_got(err_at(err_new(ERR_INPUT, "“%s”指向的“%.*s”不存在", f->label, STR_ARG(v->s)), path), v->s,
                       S("已登记的编号"), S("先登记，再引用"));
    return NULL;
}

static err *too_long(struct arena *a, const struct act_field *f, str path, size_t got, size_t limit, const char *unit)
{
    return err_got(err_at(err_new(ERR_LIMIT, "“%s”有%zu%s，超过%zu%s", f->label, got, unit, limit, unit), path),
                   arena_printf(a, "%zu%s", got, unit), arena_printf(a, "不超过%zu%s", limit, unit), STR_NONE);
}

static err *read_text_kind(struct source *s, const struct act_field *f, str path, const struct json *j,
                           struct act_value *v)
{
    str t = v->s = j->kind == JSON_STRING ? j->string : STR_NONE;
    int64_t number = 0;
    size_t limit = (size_t)(f->maximum ? f->maximum : LIMIT_FIELD_TEXT);
    if ((f->flags & F_LIST) && f->kind == FIELD_TEXT)
        limit = LIMIT_FIELD_TEXT;
    struct sm3 digest;
    switch (f->kind) {
    case FIELD_TEXT:
        if (!t.p)
            return wrong(f, path, j, "文字", "说明");
        if (utf8_count(t) > limit)
            return too_long(s->act->arena, f, path, utf8_count(t), limit, "字");
        return NULL;
    case FIELD_ENUM:
        return t.p && word_in(f->of, t) ? NULL : wrong(f, path, j, f->of, "");
    case FIELD_REGION:
        if (!t.p || t.n != 6 || !str_int64(t, &number) || number < 100000)
            return wrong(f, path, j, "六位行政区划代码", "420102");
        v->i = number;
        return NULL;
    case FIELD_USCC:
        return t.p && uscc_valid(t) ? NULL : wrong(f, path, j, "18位统一社会信用代码（校验位须正确）", "91420102MA4TE5T136");
    case FIELD_IDNO:
        return t.p && id_number_valid(t) ? NULL : wrong(f, path, j, "18位公民身份号码（校验位须正确）", "420102199001010014");
    case FIELD_TASK:
        for (const struct law_task *k = law_tasks; t.p && k->code; k++)
            if (str_eq(t, str_of(k->code)))
                return NULL;
        return wrong(f, path, j, "委托事项类别代码", "T03");
    case FIELD_POWER:
        for (int i = 0; t.p && i < LAW_POWER_COUNT; i++)
            if (str_eq(t, str_of(law_power_names[i].id)))
                return NULL;
        return wrong(f, path, j, "辅助事项或权力的名称", "evaluate");
    case FIELD_DIGEST:
        return t.p && sm3_from_text(t, &digest) ? NULL : wrong(f, path, j, "sm3:加64位十六进制", "sm3:66c7f0f4…");
    default:
        CHECK(false);
    }
}

static err *read_value(struct source *s, const struct act_field *f, str path, const struct json *j,
                       struct act_value *v);

static err *read_object(struct source *s, const struct act_field *f, str path, const struct json *j,
                        struct act_value *v);

static err *read_scalar(struct source *s, const struct act_field *f, str path, const struct json *j,
                        struct act_value *v)
{
    struct arena *a = s->act->arena;
    day d;
    switch (f->kind) {
    case FIELD_ID:
    case FIELD_REF:
        return read_ref(s, f, path, j, v);
    case FIELD_DATE:
        if (s->entry && j->integer)
            v->i = j->i;
        else if (j->kind != JSON_STRING)
            return wrong(f, path, j, "日期", "2026-03-02");
        else {
            err *e = day_parse(j->string, &d);
            if (e)
                return err_at(e, path);
            v->i = d;
        }
        return NULL;
    case FIELD_TIME:
        if (s->entry && j->integer)
            v->i = j->i;
        else if (j->kind != JSON_STRING)
            return wrong(f, path, j, "带时区的时间", "2026-03-05T09:30:00+08:00");
        else
            return err_at(time_parse(j->string, &v->i), path);
        return NULL;
    case FIELD_BOOL:
        if (j->kind != JSON_BOOL)
            return wrong(f, path, j, "true 或 false", "true");
        v->i = j->boolean;
        return NULL;
    case FIELD_PARTY:
        return read_party(s, f, path, j, v);
    case FIELD_OBJECT:
        return read_object(s, f, path, j, v);
    case FIELD_JSON: {
        buf b = buf_make(a, LIMIT_ACT_BYTES);
        struct json_out o = {&b, false};
        json_canonical(&o, j);
        v->s = buf_str(&b);
        return NULL;
    }
    case FIELD_FEN: case FIELD_COUNT: case FIELD_DEGREE: case FIELD_METRE: case FIELD_PERCENT: case FIELD_NUMBER:
        if (s->entry && j->integer) {
            v->i = j->i; /* the ledger keeps scaled integers */
            return NULL;
        }
        return read_number(f, path, j, v);
    default:
        return read_text_kind(s, f, path, j, v);
    }
}

static err *read_list(struct source *s, const struct act_field *f, str path, const struct json *j,
                      struct act_value *v)
{
    if (j->kind != JSON_ARRAY)
        return wrong(f, path, j, "列表", "[…]");
    size_t limit = f->kind == FIELD_JSON || f->maximum == 0 ? LIMIT_FIELD_LIST : (size_t)f->maximum;
    if (j->n > limit)
        return too_long(s->act->arena, f, path, j->n, limit, "项");
    v->n = j->n;
    v->child = NEW_ARRAY(s->act->arena, j->n + 1, struct act_value);
    for (size_t i = 0; i < j->n; i++) {
        str at = arena_printf(s->act->arena, "%.*s[%zu]", STR_ARG(path), i);
        v->child[i] = (struct act_value){.field = f, .present = true};
        if (s->entry && j->child[i].kind == JSON_NULL) {
            v->child[i].present = false;
            continue;
        }
        TRY(read_scalar(s, f, at, &j->child[i], &v->child[i]));
    }
    return NULL;
}

static err *read_value(struct source *s, const struct act_field *f, str path, const struct json *j,
                       struct act_value *v)
{
    v->field = f;
    if ((f->flags & F_ENGINE) && !s->entry && j && j->kind != JSON_NULL)
        return err_got(err_at(err_new(ERR_INPUT, "“%s”由系统填写", f->label), path), STR_NONE, S("不填"), STR_NONE);
    if (!j || j->kind == JSON_NULL) {
        if (!(f->flags & F_OPTIONAL) && !s->entry)
            return err_got(err_at(err_new(ERR_INPUT, "缺少“%s”", f->label), path), S(""), S("必填"), STR_NONE);
        return NULL;
    }
    v->present = true;
    return f->flags & F_LIST ? read_list(s, f, path, j, v) : read_scalar(s, f, path, j, v);
}

static const struct act_field *field_named(const struct act_field *fields, str name)
{
    for (const struct act_field *f = fields; f && f->name; f++)
        if (str_eq(name, str_of(f->name)))
            return f;
    return NULL;
}

bool act_visit_key(struct act *a, str visit, uint8_t ret[SHA256_BYTES])
{
    if (!a->keys || visit.n > 64)
        return false;
    entry_key(a->keys, visit, ret);
    return true;
}

struct act_value *act_engine_value(struct act *a, const char *name)
{
    for (size_t i = 0; i < a->n; i++)
        if (!strcmp(a->type->fields[i].name, name)) {
            CHECK(a->type->fields[i].flags & F_ENGINE);
            a->values[i] = (struct act_value){.field = &a->type->fields[i], .present = true};
            return &a->values[i];
        }
    CHECK(false); /* the descriptor lacks it */
}

static size_t field_count(const struct act_field *fields)
{
    size_t n = 0;
    while (fields && fields[n].name)
        n++;
    return n;
}

static err *read_members(struct source *s, const struct act_field *fields, str path, const struct json *j,
                         struct act_value *values)
{
    for (size_t i = 0; fields && fields[i].name; i++) {
        str name = str_of(fields[i].name);
        str at = path.n ? arena_printf(s->act->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(name)) : name;
        TRY(read_value(s, &fields[i], at, json_get(j, name), &values[i]));
    }
    return NULL;
}

static err *read_object(struct source *s, const struct act_field *f, str path, const struct json *j,
                        struct act_value *v)
{
    if (j->kind != JSON_OBJECT)
        return wrong(f, path, j, "对象", "{…}");
    for (size_t i = 0; i < j->n && !s->entry; i++)
        if (!field_named(f->object, j->child[i].key))
            return err_got(err_at(err_new(ERR_INPUT, "“%s”里没有“%.*s”这一项", f->label, STR_ARG(j->child[i].key)),
                                  arena_printf(s->act->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(j->child[i].key))),
                           j->child[i].key, S("字段名见本行为的说明"), STR_NONE);
    v->n = field_count(f->object);
    v->child = NEW_ARRAY(s->act->arena, v->n + 1, struct act_value);
    return read_members(s, f->object, path, j, v->child);
}

/* ---- the head: act id by at key ---- */

/* A clock that is days ahead, or an act said to be older than the law it would be judged by, is no time a live act can
 * have: earlier papers come in through an import, or as `historic`. */
static err *read_at(struct act *a, const struct json *j)
{
    static const struct act_field field = {"at", "时间", FIELD_TIME, 0};
    const struct json *at = json_get(j, S("at")), *historic = json_get(j, S("historic"));
    a->at = a->received_at;
    if (!at || at->kind == JSON_NULL)
        return NULL;
    if (at->kind != JSON_STRING)
        return wrong(&field, S("at"), at, "带时区的时间", "2026-03-05T09:30:00+08:00");
    TRY(err_at(time_parse(at->string, &a->at), S("at")));
    if (a->simulate) {
        a->received_at = a->at;
        return NULL;
    }
    bool early = a->at < day_start(LAW_2022_08_12) && a->received_at >= day_start(LAW_2022_08_12) &&
                 !str_eq(a->by, S("import")) && !(historic && historic->boolean);
    if (early || a->at > a->received_at + USEC_DAY)
        return wrong(&field, S("at"), at, early ? "规定施行（2022-08-12）以后的时间" : "不晚于现在的时间",
                     "2026-03-05T09:30:00+08:00");
    return NULL;
}

static err *read_key(struct act *a, const struct json *j)
{
    static const struct act_field field = {"key", "幂等键", FIELD_TEXT, 0};
    const struct json *key = json_get(j, S("key"));
    if (!key || key->kind == JSON_NULL)
        return NULL;
    if (key->kind != JSON_STRING || key->string.n == 0 || key->string.n > LIMIT_ACT_KEY)
        return wrong(&field, S("key"), key, "1至64个字符", "0c5e…");
    a->key = key->string;
    return NULL;
}

/* Whoever reports without a name is nobody from here on: no user, no second. His key keeps a retry one act, but as a
 * digest, so that it does not lead back to the device that chose it. */
static void forget_author(struct act *a)
{
    struct sm3 digest;
    a->anonymous = true;
    a->reporter = a->by;
    a->by = S("public");
    a->at -= a->at % USEC_HOUR;
    a->received_at -= a->received_at % USEC_HOUR;
    if (!a->key.p)
        return;
    digest = sm3_of(a->key.p, a->key.n);
    a->key = str_sub(sm3_text(a->arena, &digest), 4, LIMIT_ACT_KEY);
}

err *act_read_head(struct act *a, const struct json *json)
{
    const struct json *anonymous = json_get(json, S("anonymous"));
    if (!a->by.n)
        return err_got(err_at(err_new(ERR_INPUT, "缺少“by”：谁在办理"), S("by")), S(""), S("已登记的用户"), STR_NONE);
    TRY(read_at(a, json));
    TRY(read_key(a, json));
    if ((a->type->flags & ACT_ANONYMOUS) &&
        (str_eq(a->by, S("public")) || (field_named(a->type->fields, S("anonymous")) && anonymous && anonymous->boolean)))
        forget_author(a);
    return NULL;
}

static err *read_id(struct act *a, const struct json *j)
{
    static const struct act_field field = {"id", "编号", FIELD_ID, 0};
    const struct json *id = json_get(j, S("id"));
    if (id && id->kind != JSON_NULL) {
        if (id->kind != JSON_STRING || !id_valid(id->string))
            return wrong(&field, S("id"), id, "编号（小写字母、数字、连字符，1至64位）", "e1");
        a->id = id->string;
    } else if (a->type->flags & ACT_CREATES) {
        uint8_t random[10];
        random_bytes(random, sizeof random);
        a->id = ulid_make(a->arena, a->received_at, random); /* 80 random bits: nobody has it */
        return NULL;
    }
    if (a->type->flags & ACT_CREATES) {
        bool taken;
        TRY(act_row_exists(a, a->type->table, a->id, &taken));
        if (taken)
            return err_got(err_at(err_new(ERR_INPUT, "编号“%.*s”已被使用", STR_ARG(a->id)), S("id")), a->id,
                           S("没有用过的编号"), S("不填则由系统生成"));
    }
    return NULL;
}

static void cut_seconds(struct act_value *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (values[i].present && values[i].field->kind == FIELD_TIME)
            values[i].i -= values[i].i % USEC_MINUTE;
}

err *act_read(struct act *a, const struct json *json)
{
    static const char *const head = "act id by at key expect article rule include line note";
    for (size_t i = 0; i < json->n; i++) {
        str key = json->child[i].key;
        if (!word_in(head, key) && !field_named(a->type->fields, key))
            return err_got(err_at(err_new(ERR_INPUT, "“%s”没有“%.*s”这一项", a->type->label, STR_ARG(key)), key), key,
                           S("字段名见本行为的说明"), STR_NONE);
    }
    TRY(read_id(a, json));
    struct source s = {a, NULL};
    a->n = field_count(a->type->fields);
    a->values = NEW_ARRAY(a->arena, a->n + 1, struct act_value);
    TRY(read_members(&s, a->type->fields, S(""), json, a->values));
    if (a->anonymous)
        cut_seconds(a->values, a->n);
    return NULL;
}

/* ---- body items out, and back ---- */

static void item_add(struct act *a, struct ledger_item **items, size_t *n, str name, str plain)
{
    if (*n == 0 || (*n >= 16 && (*n & (*n - 1)) == 0)) {
        struct ledger_item *more = NEW_ARRAY(a->arena, *n < 16 ? 16 : 2 * *n, struct ledger_item);
        if (*n)
            memcpy(more, *items, *n * sizeof **items);
        *items = more;
    }
    (*items)[(*n)++] = (struct ledger_item){.name = name, .plain = plain};
}

static void write_value(struct json_out *o, const struct act_value *v, bool body);

static str value_text(struct act *a, const struct act_value *v)
{
    buf b = buf_make(a->arena, act_limit_bytes(a->type) * 4);
    struct json_out o = {&b, false};
    write_value(&o, v, true);
    CHECK(!b.overflow);
    return buf_str(&b);
}

static void collect(struct act *a, const struct act_value *v, str path, struct ledger_item **items, size_t *n)
{
    if (!v->present)
        return;
    if (v->field->flags & F_BODY) {
        item_add(a, items, n, path, value_text(a, v));
        return;
    }
    if (v->field->kind != FIELD_OBJECT)
        return;
    bool list = v->field->flags & F_LIST;
    for (size_t i = 0; i < (list ? v->n : 1); i++) {
        const struct act_value *object = list ? &v->child[i] : v;
        str at = list ? arena_printf(a->arena, "%.*s[%zu]", STR_ARG(path), i) : path;
        for (size_t k = 0; k < object->n; k++)
            collect(a, &object->child[k],
                    arena_printf(a->arena, "%.*s.%s", STR_ARG(at), object->child[k].field->name), items, n);
    }
}

bool act_items(struct act *a, struct ledger_item **ret, size_t *ret_n)
{
    *ret = NULL;
    *ret_n = 0;
    for (size_t i = 0; i < a->n; i++)
        collect(a, &a->values[i], str_of(a->values[i].field->name), ret, ret_n);
    return *ret_n > 0;
}

static bool kind_is_int(enum field_kind k)
{
    switch (k) {
    case FIELD_DATE: case FIELD_TIME: case FIELD_FEN: case FIELD_COUNT: case FIELD_DEGREE: case FIELD_METRE:
    case FIELD_PERCENT: case FIELD_NUMBER:
        return true;
    default:
        return false;
    }
}

static void write_scalar(struct json_out *o, const struct act_value *v, bool body)
{
    if (v->field->kind == FIELD_OBJECT) {
        json_open(o, '{');
        for (size_t i = 0; i < v->n; i++)
            if (v->child[i].present && (body || !(v->child[i].field->flags & F_BODY))) {
                json_key(o, str_of(v->child[i].field->name));
                write_value(o, &v->child[i], body);
            }
        json_close(o, '}');
    } else if (v->field->kind == FIELD_BOOL)
        json_bool(o, v->i != 0);
    else if (kind_is_int(v->field->kind))
        json_int(o, v->i);
    else if (v->field->kind == FIELD_JSON)
        json_raw(o, v->s);
    else
        json_str(o, v->s);
}

static void write_value(struct json_out *o, const struct act_value *v, bool body)
{
    if (!(v->field->flags & F_LIST)) {
        write_scalar(o, v, body);
        return;
    }
    json_open(o, '[');
    for (size_t i = 0; i < v->n; i++)
        write_scalar(o, &v->child[i], body);
    json_close(o, ']');
}

void act_write_fields(struct json_out *o, const struct act *a)
{
    json_open(o, '{');
    for (size_t i = 0; i < a->n; i++)
        if (a->values[i].present && !(a->values[i].field->flags & F_BODY)) {
            json_key(o, str_of(a->values[i].field->name));
            write_value(o, &a->values[i], false);
        }
    json_close(o, '}');
}

/* How many elements sealed lists have: steps run for each of them, also after the words were erased. */
void act_write_lists(struct json_out *o, const struct act *a)
{
    bool any = false;
    for (size_t i = 0; i < a->n; i++) {
        const struct act_field *f = a->values[i].field;
        if (!a->values[i].present || !(f->flags & F_BODY) || !(f->flags & F_LIST))
            continue;
        if (!any) {
            json_key(o, S("lists"));
            json_open(o, '{');
        }
        any = true;
        json_put_int(o, str_of(f->name), (int64_t)a->values[i].n);
    }
    if (any)
        json_close(o, '}');
}

static void erased_value(struct act *a, struct act_value *v, int64_t order, const struct json *lists)
{
    str text = arena_printf(a->arena, "〔已依令删除 #%lld〕", (long long)order);
    const struct json *n = json_get(lists, str_of(v->field->name));
    v->present = v->erased = true;
    v->s = text;
    if (!n)
        return;
    v->n = (size_t)n->i;
    v->child = NEW_ARRAY(a->arena, v->n + 1, struct act_value);
    for (size_t i = 0; i < v->n; i++)
        v->child[i] = (struct act_value){.field = v->field, .present = true, .erased = true, .s = text};
}

/* Puts an opened (or erased) body item back where it came from. Path: name, name.member, name[3].member. */
static struct act_value *value_at(struct act *a, str path)
{
    const struct act_field *fields = a->type->fields;
    struct act_value *values = a->values;
    size_t n = a->n;
    for (;;) {
        ptrdiff_t dot = str_find(path, S("."));
        str step = dot < 0 ? path : str_sub(path, 0, (size_t)dot);
        ptrdiff_t bracket = str_find(step, S("["));
        int64_t index = 0;
        str name = bracket < 0 ? step : str_sub(step, 0, (size_t)bracket);
        if (bracket >= 0 && !str_int64(str_sub(step, (size_t)bracket + 1, step.n - (size_t)bracket - 2), &index))
            return NULL;
        const struct act_field *f = field_named(fields, name);
        if (!f || (size_t)(f - fields) >= n)
            return NULL;
        struct act_value *v = &values[f - fields];
        v->field = f;
        if (dot < 0)
            return v;
        if (f->kind != FIELD_OBJECT)
            return NULL;
        if ((f->flags & F_LIST) && ((size_t)index >= v->n))
            return NULL;
        struct act_value *object = f->flags & F_LIST ? &v->child[index] : v;
        if (!object->child) {
            object->field = f;
            object->present = true;
            object->n = field_count(f->object);
            object->child = NEW_ARRAY(a->arena, object->n + 1, struct act_value);
        }
        fields = f->object;
        values = object->child;
        n = object->n;
        path = str_sub(path, (size_t)dot + 1, path.n);
    }
}

static void reread_rules(struct act *a, const struct json *rules)
{
    a->rules_n = 0;
    for (size_t i = 0; rules && i < rules->n && a->rules_n < LIMIT_ACT_RULES; i++) {
        int rule = law_rule_find(rules->child[i].string.p, rules->child[i].string.n);
        if (rule < 0)
            continue;
        a->rules[a->rules_n] = (enum law_rule)rule;
        a->broken[a->rules_n++] =
            (uint8_t)(act_is_right(a) ? LAW_WARN + 1 : law_rule_info[rule].severity + 1);
    }
}

err *act_reread(struct act *a, const struct ledger_entry *entry)
{
    const struct json *spine;
    TRY(act_json(a->arena, entry->spine, LIMIT_SPINE_BYTES, &spine));
    str name = json_string(spine, S("act"));
    a->type = act_type_find(name);
    if (!a->type)
        return err_new(ERR_VERSION, "第%lld号记录的行为“%.*s”本程序不认识，请使用更新的版本", (long long)entry->seq, STR_ARG(name));
    const struct json *at = json_get(spine, S("at")), *received = json_get(spine, S("received_at"));
    const struct json *mark = json_get(spine, S("mark"));
    a->seq = entry->seq;
    a->at = at ? at->i : 0;
    a->received_at = received ? received->i : a->at;
    a->mark = mark ? (enum act_mark)mark->i : MARK_NONE;
    a->id = json_string(spine, S("id"));
    a->by = json_string(spine, S("by"));
    a->key = json_string(spine, S("key"));
    str verdict = json_string(spine, S("verdict"));
    a->verdict = str_eq(verdict, S("allowed")) ? VERDICT_ALLOWED : str_eq(verdict, S("held")) ? VERDICT_HELD
                                                                                              : VERDICT_REFUSED;
    const struct json *actor = json_get(spine, S("actor"));
    a->actor = (struct actor){.id = a->by, .agency = json_string(actor, S("agency")), .member = json_string(actor, S("member")),
                              .provider = json_string(actor, S("provider")), .subject = json_string(actor, S("subject"))};
    struct source s = {a, entry};
    a->n = field_count(a->type->fields);
    a->values = NEW_ARRAY(a->arena, a->n + 1, struct act_value);
    TRY(read_members(&s, a->type->fields, S(""), json_get(spine, S("fields")), a->values));
    for (size_t i = 0; i < entry->n; i++) {
        struct act_value *v = value_at(a, entry->items[i].name);
        if (!v)
            continue; /* items of the receipt, not of a field */
        if (entry->items[i].erased) {
            erased_value(a, v, entry->items[i].erased_by, json_get(spine, S("lists")));
            continue;
        }
        const struct json *plain;
        TRY(json_parse(a->arena, entry->items[i].plain, LIMIT_ACT_BYTES * 4, &plain));
        TRY(read_value(&s, v->field, entry->items[i].name, plain, v));
    }
    act_found_take(a, spine);
    reread_rules(a, json_get(spine, S("rules"))); /* after the values: whether it is a right depends on them */
    return NULL;
}
