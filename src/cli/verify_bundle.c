/*
 * xiezhi verify BUNDLE: what a case bundle proves, and what it does not. Opens no store and no connection: the file is all
 * there is.
 */
#include "cli/verify_bundle.h"
#include "bundle/check/check.h"

static void print_fault(struct cli *c, const struct bundle_report *r)
{
    if (!cli_has(c, "json")) {
        printf("有改动或不完整：%s%s%.*s", bundle_fault_labels[r->fault], r->member.n ? " " : "", STR_ARG(r->member));
        if (r->offset >= 0)
            printf("，文件第%lld字节起", (long long)r->offset);
        printf("：%.*s\n", STR_ARG(r->why));
        return;
    }
    buf b = buf_make(c->arena, 8192);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("bad"), str_of(bundle_fault_names[r->fault]));
    json_put_str(&o, S("member"), r->member.p ? r->member : S(""));
    json_put_int(&o, S("offset"), r->offset);
    json_put_str(&o, S("why"), r->why);
    json_close(&o, '}');
    cli_print(buf_str(&b));
}

/* The word of the format, section 7. */
static const char *accompanied(const struct bundle_report *r)
{
    bool alone = false;
    for (size_t i = 0; i < r->stretches_n; i++)
        alone = alone || r->stretches[i].alone;
    return !r->helpers ? "no site" : alone ? "not accompanied" : r->stretches_n ? "doubtful" : "accompanied";
}

static void put_time(struct cli *c, struct json_out *o, const char *key, usec t)
{
    json_put_str(o, str_of(key), t == USEC_NONE || !t ? STR_NONE : time_rfc3339(c->arena, t));
}

static void put_lists(struct cli *c, struct json_out *o, const struct bundle_report *r)
{
    json_key(o, S("erased"));
    json_open(o, '[');
    for (size_t i = 0; i < r->erased_n; i++) {
        json_open(o, '{');
        json_put_str(o, S("item"), r->erased[i].item);
        json_put_int(o, S("order"), r->erased[i].order);
        json_put_int(o, S("seq"), r->erased[i].seq);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_key(o, S("stretches"));
    json_open(o, '[');
    for (size_t i = 0; i < r->stretches_n; i++) {
        const struct bundle_stretch *s = &r->stretches[i];
        json_open(o, '{');
        json_put_str(o, S("kind"), s->alone ? S("alone") : S("doubtful"));
        json_put_str(o, S("member"), s->member);
        put_time(c, o, "from", s->from);
        put_time(c, o, "to", s->to);
        json_put_str(o, S("visit"), s->visit);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_key(o, S("unanchored"));
    json_open(o, '[');
    for (size_t i = 0; i < r->unanchored_n; i++)
        json_str(o, r->unanchored[i]);
    json_close(o, ']');
}

static void print_json(struct cli *c, const struct bundle_report *r)
{
    buf b = buf_make(c->arena, 4 << 20);
    struct json_out o = {&b, false};
    buf_add(&b, S("{\"summary\":"));
    json_open(&o, '{');
    json_put_str(&o, S("kind"), S("bundle"));
    json_put_bool(&o, S("sound"), r->fault == BUNDLE_SOUND);
    json_put_str(&o, S("case"), r->case_id);
    json_put_str(&o, S("agency"), r->agency_name);
    json_put_str(&o, S("store"), r->store_id);
    json_put_str(&o, S("key"), r->key);
    put_time(c, &o, "made_at", r->made_at);
    put_time(c, &o, "as_of", r->as_of);
    put_time(c, &o, "checkpoint_at", r->checkpoint_at);
    json_put_int(&o, S("size"), r->size);
    json_put_int(&o, S("then_size"), r->then_size);
    json_put_int(&o, S("bytes"), r->bytes);
    json_put_int(&o, S("members"), r->members);
    json_put_int(&o, S("entries"), r->entries);
    json_put_int(&o, S("open"), r->open);
    json_put_int(&o, S("withheld"), r->withheld);
    json_put_int(&o, S("originals"), r->originals);
    json_put_int(&o, S("papers"), r->papers);
    json_put_int(&o, S("pages"), r->pages);
    json_put_int(&o, S("clock_back"), r->clock_back);
    json_put_int(&o, S("visits"), r->visits);
    json_put_int(&o, S("helpers"), r->helpers);
    json_put_str(&o, S("accompanied"), str_of(accompanied(r)));
    put_lists(c, &o, r);
    json_close(&o, '}');
    buf_char(&b, '}');
    cli_print(buf_str(&b));
}

static void print_stretches(struct cli *c, const struct bundle_report *r)
{
    if (!r->helpers) {
        printf("  · 陪同：卷内没有辅助人员到场的记录\n");
        return;
    }
    if (!r->stretches_n)
        printf("  · 全程陪同：%lld次现场、%lld段辅助人员在场时间，始终有足够的执法人员在场\n", (long long)r->visits,
               (long long)r->helpers);
    for (size_t i = 0; i < r->stretches_n; i++) {
        const struct bundle_stretch *s = &r->stretches[i];
        printf("  · %s：现场%.*s，%.*s，%.*s 至 %.*s\n", s->alone ? "没有陪同" : "陪同存疑（时钟误差内）", STR_ARG(s->visit),
               STR_ARG(s->member), STR_ARG(time_chinese(c->arena, s->from)), STR_ARG(time_chinese(c->arena, s->to)));
    }
}

static void print_people(struct cli *c, const struct bundle_report *r)
{
    printf("完好。%.*s 案卷%.*s，%.*s导出", STR_ARG(r->agency_name), STR_ARG(r->case_id), STR_ARG(time_chinese(c->arena, r->made_at)));
    if (r->as_of != USEC_NONE)
        printf("，截至%.*s所知", STR_ARG(time_chinese(c->arena, r->as_of)));
    printf("\n已证明：\n  · 没有改动：%lld个成员逐字节与签名的清单相符，%lld条记录都在签名的账本里（共%lld条，%.*s签）\n",
           (long long)r->members, (long long)r->entries, (long long)r->size, STR_ARG(time_chinese(c->arena, r->checkpoint_at)));
    printf("  · 先后次序：各条按账本编号排列，编号不能补插");
    if (r->clock_back)
        printf("；其中%lld处时钟回拨", (long long)r->clock_back);
    if (r->then_size)
        printf("；当日账本（%lld条）是今日账本的一部分", (long long)r->then_size);
    printf("\n");
    print_stretches(c, r);
    printf("没有证明：\n  · 照片、数据所反映的内容是否真实\n  · 有无应入卷而未入卷的材料\n"
           "  · 密钥属于谁：请把下面的指纹与纸质封面或机关公布的核对\n");
    printf("密封项：公开%lld，保留未给%lld，依令删除%zu\n", (long long)r->open, (long long)r->withheld, r->erased_n);
    for (size_t i = 0; i < r->erased_n; i++)
        printf("  · 第%lld条“%.*s”由第%lld条删除令删除\n", (long long)r->erased[i].seq, STR_ARG(r->erased[i].item),
               (long long)r->erased[i].order);
    for (size_t i = 0; i < r->unanchored_n; i++)
        printf("  · %.*s 是为本次导出制作的，此前没有登记\n", STR_ARG(r->unanchored[i]));
    printf("密钥指纹 %.*s\n", STR_ARG(bundle_key_groups(c->arena, r->key)));
}

err *verify_bundle(struct cli *c, str path, int *ret_exit)
{
    struct bundle_report r;
    str key = cli_has(c, "key") ? cli_text(c, "key", "") : STR_NONE;
    struct progress progress = progress_start("核验案卷包");
    err *bad = bundle_verify(c->arena, path, key, progress_step, &progress, &r);
    progress_end(&progress);
    TRY(bad);
    *ret_exit = r.fault == BUNDLE_SOUND ? 0 : 1;
    if (r.fault != BUNDLE_SOUND)
        print_fault(c, &r);
    if (cli_has(c, "json"))
        print_json(c, &r);
    else if (r.fault == BUNDLE_SOUND)
        print_people(c, &r);
    return NULL;
}
