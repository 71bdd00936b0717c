/* The score itself: integers, permille, no memory of who found what. */
#include "analysis/target.h"

#include <string.h>

#define TARGET_ROW_(name, id, label, side, setting, how) {id, label, side, #setting, how},
const struct target_term_info target_terms[TARGET_TERM_COUNT] = {TARGET_TERMS(TARGET_ROW_)};
#undef TARGET_ROW_

/* Industries by how much harm an ordinary failure does; words as people register them, the first that is contained decides. */
static const struct { const char *word; int64_t permille; } industries[] = {
    {"危险废物", 1000}, {"危废", 1000}, {"医疗废物", 1000}, {"垃圾焚烧", 1000}, {"焚烧", 1000}, {"化工", 900}, {"石化", 900}, {"农药", 900},
    {"焦化", 900}, {"冶炼", 900}, {"电镀", 900}, {"火电", 800}, {"钢铁", 800}, {"水泥", 800}, {"造纸", 800}, {"印染", 800}, {"制药", 800}, {"污水处理", 800},
    {"磷", 800}, {"建材", 600}, {"陶瓷", 600}, {"涂装", 600}, {"家具", 500}, {"印刷", 500}, {"机械", 400}, {"汽车", 400}, {"食品", 400}, {"养殖", 500},
    {"酒", 400}, {"纺织", 500}, {"电子", 500}, {"物流", 200}, {"仓储", 300}, {"餐饮", 200}};

int64_t target_industry(str industry)
{
    for (size_t i = 0; industry.n && i < sizeof industries / sizeof *industries; i++)
        if (str_find(industry, str_of(industries[i].word)) >= 0)
            return industries[i].permille;
    return 500;
}

static int64_t class_value(str class)
{
    return str_eq(class, S("special")) ? 1000 : str_eq(class, S("key")) ? 800 : str_eq(class, S("general")) ? 300 : 500;
}

/* From 1000 today to 0 at the end of the period. */
static int64_t fading(day on, day today, int64_t months)
{
    int64_t span = months * 30, age = today - on;
    if (!on || age >= span)
        return 0;
    return age <= 0 ? 1000 : 1000 * (span - age) / span;
}

static int64_t area_value(int64_t m)
{
    return m < 0 ? -1 : m <= 1000 ? 1000 : m >= 10000 ? 0 : 1000 * (10000 - m) / 9000;
}

static void values(const struct target_settings *s, const struct target_input *in, day today, int64_t *v)
{
    enum { UNSEEN_DAYS = 730 };
    int64_t decided = fading(in->decided, today, s->lookback_months), unseen = in->seen ? today - in->seen : UNSEEN_DAYS;
    v[TARGET_CLASS] = class_value(in->class);
    v[TARGET_PERMIT] = in->permit ? 1000 : 400;
    v[TARGET_INDUSTRY] = target_industry(in->industry);
    v[TARGET_AREA] = area_value(in->area_m);
    v[TARGET_DECIDED] = decided;
    v[TARGET_RECTIFY] = decided && in->rectified < in->decided ? 1000 : 0;
    v[TARGET_VERIFIED] = fading(in->verified, today, s->lookback_months);
    v[TARGET_OPEN] = in->open ? 1000 : 0;
    v[TARGET_UNSEEN] = unseen >= UNSEEN_DAYS ? 1000 : unseen <= 0 ? 0 : 1000 * unseen / UNSEEN_DAYS;
}

static int64_t mean_of(const struct target_settings *s, const int64_t *v, enum target_side side)
{
    int64_t sum = 0, weights = 0;
    for (int t = 0; t < TARGET_TERM_COUNT; t++)
        if (target_terms[t].side == side && v[t] >= 0) {
            sum += v[t] * s->weight[t];
            weights += s->weight[t];
        }
    return weights ? sum / weights : 0;
}

static enum target_closed closed(const struct target_settings *s, const struct target_input *in)
{
    int64_t cap = in->cap >= 0 ? in->cap : s->cap_default;
    if (in->positive_list && s->positive_excluded)
        return TARGET_POSITIVE;
    return in->visits >= cap ? TARGET_CAPPED : TARGET_DRAWN;
}

void target_score(const struct target_settings *s, const struct target_input *in, size_t n, day today, struct target *ret)
{
    int64_t sum = 0, drawn = 0;
    for (size_t i = 0; i < n; i++) {
        struct target *t = &ret[i];
        *t = (struct target){.input = &in[i], .closed = closed(s, &in[i])};
        values(s, &in[i], today, t->value);
        t->impact = mean_of(s, t->value, IMPACT);
        t->performance = mean_of(s, t->value, PERFORMANCE);
        t->score = t->impact * t->performance / 1000;
        sum += t->closed == TARGET_DRAWN ? t->score : 0;
        drawn += t->closed == TARGET_DRAWN;
    }
    /* floor / (floor + mean) >= share, so floor >= mean x share / (1 - share); at least 1: nobody is out. */
    int64_t share = s->minimum_percent, rest = (100 - share) * (drawn ? drawn : 1), floor_ = (sum * share + rest - 1) / rest;
    floor_ = floor_ ? floor_ : 1;
    for (size_t i = 0; i < n; i++)
        ret[i].chance = ret[i].closed == TARGET_DRAWN ? floor_ + ret[i].score : 0;
}

const char *target_closed_text(enum target_closed c)
{
    return c == TARGET_CAPPED ? "年度检查次数已满" : c == TARGET_POSITIVE ? "在监督执法正面清单" : "";
}

static const char *class_word(str class)
{
    return str_eq(class, S("special")) ? "特殊" : str_eq(class, S("key")) ? "重点" : str_eq(class, S("general")) ? "一般" : "未分类";
}

str target_reason(struct arena *a, const struct target_settings *s, const struct target *t)
{
    const struct target_input *in = t->input;
    buf b = buf_make(a, 2000);
    buf_printf(&b, "%s单位", class_word(in->class));
    if (in->permit)
        buf_add(&b, S("；持排污许可证"));
    if (in->industry.n)
        buf_printf(&b, "；%.*s", STR_ARG(in->industry));
    if (t->value[TARGET_AREA] > 0)
        buf_printf(&b, "；距保护区%lld米", (long long)in->area_m);
    if (t->value[TARGET_DECIDED])
        buf_printf(&b, "；有处罚决定（%.*s）", STR_ARG(day_chinese(a, in->decided)));
    if (t->value[TARGET_RECTIFY])
        buf_add(&b, S("；整改未复查"));
    if (t->value[TARGET_VERIFIED])
        buf_printf(&b, "；有属实线索（%.*s）", STR_ARG(day_chinese(a, in->verified)));
    if (in->open && s->weight[TARGET_OPEN])
        buf_add(&b, S("；有线索待核实"));
    if (in->seen)
        buf_printf(&b, "；上次检查%.*s", STR_ARG(day_chinese(a, in->seen)));
    else
        buf_add(&b, S("；没有检查记录"));
    if (t->closed)
        buf_printf(&b, "；不参加抽取：%s", target_closed_text(t->closed));
    return buf_str(&b);
}
