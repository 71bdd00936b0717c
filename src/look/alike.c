/* Reports and pictures that were handed in before. The earlier one is what was copied from; the newer one's provider is asked. */
#include "look/look_private.h"

#include <string.h>

#include "picture/picture.h"

/* Of the same task on the same company two reports are alike without anybody's fault. */
static bool same_work(const struct look_material *x, const struct look_material *y)
{
    return str_eq(x->entrustment, y->entrustment) || (str_eq(x->provider, y->provider) && x->subject.n && str_eq(x->subject, y->subject));
}

static void about(struct look *l, struct look_finding *f, const struct look_material *x, const struct look_material *y)
{
    f->about = arena_printf(l->a, "provider:%.*s", STR_ARG(x->provider));
    f->agency = x->agency;
    f->material = x->id, f->other = y->id;
    f->mark = arena_printf(l->a, "%.*s %.*s %.*s %.*s", STR_ARG(x->id), STR_ARG(x->digest), STR_ARG(y->id), STR_ARG(y->digest));
}

static const char *whose(const struct look_material *x, const struct look_material *y)
{
    return str_eq(x->provider, y->provider) ? "本单位另一委托的材料" : "另一份材料";
}

static err *words_of(struct look *l, struct arena *a, const struct look_material *m, str *ret)
{
    str bytes, why;
    TRY(look_bytes(l, a, m->digest, &bytes));
    *ret = STR_NONE;
    return bytes.p ? look_words(a, bytes, ret, &why) : NULL;
}

static struct near_doc *docs_of(struct look *l, bool numbers)
{
    struct near_doc *d = NEW_ARRAY(l->a, l->n + 1, struct near_doc);
    for (size_t i = 0; i < l->n; i++) {
        d[i] = numbers ? l->m[i].numbers : l->m[i].text;
        d[i].group = l->m[i].group;
    }
    return d;
}

/* ---- text ---- */

static err *text_pair(struct look *l, const struct near_index *ix, const struct look_material *x, const struct look_material *y)
{
    AUTO_ARENA(a);
    struct near_text one, two;
    struct near_pair pair;
    str words, others;
    bool derived;
    int64_t line = look_policy(l, "look_text_percent") * 10;
    TRY(words_of(l, a, x, &words));
    TRY(words_of(l, a, y, &others));
    if (!words.p || !others.p)
        return NULL;
    near_text_of(a, words, &one);
    near_text_of(a, others, &two);
    near_compare(ix, &one, &two, &pair);
    l->report->compared++;
    TRY(look_derived(l, x, y, &derived));
    bool brief = one.n < NEAR_LEAST || two.n < NEAR_LEAST, work = same_work(x, y);
    if (pair.rest < line || derived || brief || work)
        return NULL;
    struct look_finding f = {.kind = "text_reuse", .score = pair.rest};
    about(l, &f, x, y);
    f.text = arena_printf(a, "报告文字与%s相同：去除范本文字和法规引文后，相同片段占%u.%u%%。", whose(x, y), pair.rest / 10, pair.rest % 10);
    f.evidence = arena_printf(a, "相同片段%zu个（每%d字一个，逐一比对）；全部片段中相同的占%u.%u%%；相同片段中范本文字占%u.%u%%；引文%zu字、%zu字", pair.shared,
                              NEAR_SHINGLE, pair.same / 10, pair.same % 10, pair.template_ / 10, pair.template_ % 10, one.quoted, two.quoted);
    look_checked(&f, "template_text", pair.template_ >= 500, arena_printf(a, "相同片段中%u.%u%%为多家或本单位多数报告通用", pair.template_ / 10, pair.template_ % 10));
    look_checked(&f, "quoted_law", false, arena_printf(a, "引用法规的句子%zu字，不参与比对", one.quoted));
    look_checked(&f, "derived_material", false, S("两份材料没有注明来源关系"));
    look_checked(&f, "same_subject", false, S("不是同一委托或同一对象的前后两份"));
    look_checked(&f, "short_material", false, arena_printf(a, "各有片段%zu个、%zu个，不少于%d个", one.n, two.n, NEAR_LEAST));
    return look_report(l, &f);
}

err *look_texts(struct look *l)
{
    const struct near_index *ix = near_index_build(l->a, docs_of(l, false), l->n);
    uint32_t line = (uint32_t)look_policy(l, "look_text_percent") * 10;
    for (size_t i = l->fresh; i < l->n; i++) {
        struct near_found found[NEAR_CANDIDATES];
        size_t n = near_find(ix, &l->m[i].text, i, line, found);
        for (size_t k = 0; k < n; k++)
            if (found[k].doc < i) /* the newer is asked about the older */
                TRY(text_pair(l, ix, &l->m[i], &l->m[found[k].doc]));
    }
    return NULL;
}

/* ---- numbers ---- */

static err *number_pair(struct look *l, const struct look_material *x, const struct look_material *y)
{
    AUTO_ARENA(a);
    struct near_numbers one, two;
    struct near_run run;
    str words, others;
    bool derived;
    double need = near_bits_needed(l->n);
    TRY(words_of(l, a, x, &words));
    TRY(words_of(l, a, y, &others));
    if (!words.p || !others.p)
        return NULL;
    near_numbers_of(a, words, &one);
    near_numbers_of(a, others, &two);
    near_longest_run(a, &one, &two, &run);
    l->report->compared++;
    TRY(look_derived(l, x, y, &derived));
    bool coarse = run.n && run.distinct * 4 < run.n;
    if (run.bits < need || derived || str_eq(x->entrustment, y->entrustment))
        return NULL;
    struct look_finding f = {.kind = "number_reuse", .score = (int64_t)run.n};
    about(l, &f, x, y);
    f.text = arena_printf(a, "连续%zu个数值与%s逐个相同、次序相同。", run.n, whose(x, y));
    f.evidence = arena_printf(a, "自本份第%zu个、另一份第%zu个数值起；不同的数值%zu个；偶然相同的可能不大于二的负%.0f次方，提示线为%.0f", run.at_x + 1, run.at_y + 1,
                              run.distinct, run.bits, need);
    look_checked(&f, "coarse_resolution", coarse, arena_printf(a, "相同的%zu个数值中互不相同的%zu个", run.n, run.distinct));
    look_checked(&f, "constant_values", false, S("反复出现的数值不计分量"));
    look_checked(&f, "standard_form", false, S("多家通用的数值（限值、标准表格）已剔除"));
    look_checked(&f, "derived_material", false, S("两份材料没有注明来源关系"));
    look_checked(&f, "chance", false, arena_printf(a, "按%zu份材料两两比较估计", l->n));
    return look_report(l, &f);
}

err *look_numbers(struct look *l)
{
    enum { LINE = 300 };
    const struct near_index *ix = near_index_build(l->a, docs_of(l, true), l->n);
    for (size_t i = l->fresh; i < l->n; i++) {
        struct near_found found[NEAR_CANDIDATES];
        size_t n = near_find(ix, &l->m[i].numbers, i, LINE, found);
        for (size_t k = 0; k < n; k++)
            if (found[k].doc < i)
                TRY(number_pair(l, &l->m[i], &l->m[found[k].doc]));
    }
    return NULL;
}

/* ---- pictures ---- */

static err *grey_of(struct look *l, struct arena *a, const struct look_material *m, const uint8_t **ret)
{
    str bytes;
    struct picture *p = NEW(a, struct picture);
    *ret = NULL;
    TRY(look_bytes(l, a, m->digest, &bytes));
    if (!bytes.p)
        return NULL;
    err *e = picture_read(bytes, p);
    if (e && e->kind == ERR_IO)
        return e;
    if (e)
        err_clear();
    else
        *ret = p->grey;
    return NULL;
}

static err *picture_pair(struct look *l, const struct look_material *x, const struct look_material *y, struct print_match m)
{
    AUTO_ARENA(a);
    const uint8_t *one, *two;
    bool derived, copy = str_eq(x->digest, y->digest);
    double detail = 1;
    TRY(look_derived(l, x, y, &derived));
    if (derived || str_eq(x->entrustment, y->entrustment))
        return NULL;
    l->report->compared++;
    if (!copy) {
        TRY(grey_of(l, a, x, &one));
        TRY(grey_of(l, a, y, &two));
        detail = one && two ? print_detail(one, two, m) : -1;
    }
    if (detail < PRINT_SAME)
        return NULL;
    struct look_finding f = {.kind = "picture_reuse", .score = (int64_t)(detail * 1000)};
    about(l, &f, x, y);
    f.text = arena_printf(a, "图片与%s的图片为同一张%s。", whose(x, y), copy ? "（文件完全相同）" : m.window ? "（经裁剪或缩放）" : "（经重新压缩或缩放）");
    f.evidence = arena_printf(a, "感知摘要相差%d位（共63位）；对齐后细节相关系数%.2f，提示线%.2f", m.bits, detail, PRINT_SAME);
    look_checked(&f, "same_scene", false, S("同一场景另行拍摄的，细节不会吻合"));
    look_checked(&f, "blank_picture", false, arena_printf(a, "灰度离散%.1f，画面不是空白", (double)x->spread / 1000));
    look_checked(&f, "derived_material", false, S("两份材料没有注明来源关系"));
    return look_report(l, &f);
}

err *look_pictures(struct look *l)
{
    struct print *q = NEW(l->a, struct print), *s = NEW(l->a, struct print);
    for (size_t i = l->fresh; i < l->n; i++) {
        if (!l->m[i].windows || l->m[i].spread < PRINT_FLAT * 1000)
            continue;
        memcpy(q->window, l->m[i].windows, sizeof q->window);
        for (size_t k = 0; k < i; k++) {
            if (!l->m[k].windows || l->m[k].spread < PRINT_FLAT * 1000)
                continue;
            memcpy(s->window, l->m[k].windows, sizeof s->window);
            struct print_match m = print_match(q, s);
            if (m.bits <= PRINT_NEAR)
                TRY(picture_pair(l, &l->m[i], &l->m[k], m));
        }
    }
    return NULL;
}
