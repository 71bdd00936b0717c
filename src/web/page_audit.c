/*
 * 核查数据, the way in: the file, then which column is what. Guesses are filled in, so that most people only look and press the button;
 * a layout that the agency keeps is taken without asking. Works without script; nothing chosen is lost when something is refused.
 */
#include "web/audit.h"
#include "web/finding.h"

#include "monitor/hj212/hj212.h"

#include <stdio.h>
#include <string.h>

/* Who may see findings may look for them in a file of his own. */
static err *allowed(struct request *q)
{
    struct finding_scope *s;
    return finding_scope_open(q, &s);
}

/* ---- the file ---- */
static err *kept_list(struct request *q, struct out *o)
{
    struct sheet_profile *p;
    size_t n;
    TRY(sheet_profiles(q, &p, &n));
    if (!n)
        return NULL;
    w(o, H("<section class=\"card\"><h2>本单位保存的列对应</h2><p class=\"muted\">表头相同的表再次上传时自动采用。</p><div class=\"scroll\"><table class=\"cards\">"
           "<thead><tr><th scope=\"col\">名称</th><th scope=\"col\">保存人</th><th scope=\"col\">保存时间</th><th scope=\"col\">删除</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++) {
        w(o, H("<tr><td data-label=\"名称\">"), p[i].name, H("</td><td data-label=\"保存人\">"), p[i].user, H("</td><td data-label=\"保存时间\">"),
          time_chinese(q->a, p[i].saved), H("</td><td data-label=\"删除\"><form class=\"inline\" method=\"post\" action=\"/audit/profiles\">"));
        page_csrf(q, o);
        w(o, H("<button name=\"drop\" value=\""), p[i].name, H("\" aria-label=\"删除列对应“"), p[i].name, H("”\">删除</button></form></td></tr>"));
    }
    w(o, H("</tbody></table></div></section>"));
    return NULL;
}

static void what_it_reads(struct out *o)
{
    w(o, H("<section class=\"card\"><h2>能读什么表</h2><ul>"
           "<li>平台导出的工作簿（.xlsx）或CSV：一行至三行中文表头、表头里带单位、缺测写“—”都可以；上传后核对一次各列，可保存为本单位的列对应。</li>"
           "<li>检测器直接读的CSV：第一列<code>time</code>，其余为<code>因子-种类</code>，如<code>a21026-Avg</code>、<code>a21026-ZsAvg</code>、<code>a21026-Flag</code>。</li>"
           "<li>UTF-8或GB 18030；行的次序不限；重复的时间以后一行为准；小数用逗号的以分号分隔各列。看不懂的地方会指出第几行第几列，不会因此产生线索。</li>"
           "<li>小时数据最好给一年，至少半年：研判以本站自己的历史为准，历史太短就说不出话。</li></ul>"
           "<p class=\"muted\">文件只在内存中保留"), (int)AUDIT_KEPT_HOURS, H("小时，不进入台账；大于32 MB的文件请用命令<code>xiezhi monitor audit</code>。</p></section>"));
}

static err *file_page(struct request *q, struct response *r, const err *fault, int status)
{
    struct audit_job *job = NULL;
    struct out *o = page_begin(q, S("核查数据"));
    w(o, H("<h1>核查数据</h1><p class=\"muted\">放进一个排放口一年的监测数据，一秒之内看到互相矛盾、不像自然变化的地方。结果是需要核实的技术意见，不是认定。</p>"));
    show_error(o, "没有读入", fault);
    if (audit_find(q, STR_NONE, &job))
        err_clear();
    if (job)
        w(o, H("<p class=\"note\">您最近核查的：<a href=\"/audit/"), str_of(job->held.id), H("\">"), job->held.filename, H("</a></p>"));
    w(o, H("<section class=\"card\"><h2>选择文件</h2><form method=\"post\" action=\"/audit\" enctype=\"multipart/form-data\">"));
    page_csrf(q, o);
    w(o, H("<p><label for=\"file\">监测数据（XLSX或CSV，不超过32 MB）</label><input id=\"file\" type=\"file\" name=\"file\" accept=\".xlsx,.csv,.txt,.tsv\" required></p>"
           "<div class=\"two\"><p><label for=\"sheet\">哪张工作表 <span class=\"muted\">（不填为第一张）</span></label><input id=\"sheet\" name=\"sheet\" maxlength=\"31\" value=\""),
      form_get(&q->form, S("sheet")),
      H("\"></p><p><label for=\"limits\">小时限值 <span class=\"muted\">（可不填）</span></label><input id=\"limits\" name=\"limits\" maxlength=\"500\" placeholder=\"a21026=35,a21002=50\" value=\""),
      form_get(&q->form, S("limits")), H("\"></p></div><p class=\"actions\"><button class=\"primary\">上传并核查</button></p></form></section>"));
    TRY(kept_list(q, o));
    what_it_reads(o);
    page_end(q, o, r, status);
    return NULL;
}

err *page_audit(struct request *q, struct response *r)
{
    TRY(allowed(q));
    return file_page(q, r, NULL, 200);
}

err *page_audit_upload(struct request *q, struct response *r)
{
    const struct file *file = form_file(&q->form, S("file"));
    struct audit_job *job;
    TRY(allowed(q));
    err *bad = file && file->bytes.n ? audit_new(q, file->filename, file->bytes, str_trim(form_get(&q->form, S("sheet"))),
                                                 str_trim(utf8_clip(form_get(&q->form, S("limits")), LIMIT_AUDIT_TEXT)), &job)
                                     : err_new(ERR_INPUT, "没有选择文件，或文件是空的");
    if (bad && bad->kind < ERR_FULL && bad->kind != ERR_AUTH)
        return file_page(q, r, bad, err_http_status(bad->kind));
    TRY(bad);
    if (job->plain || job->by.n)
        audit_job_run(job);
    return redirect(r, arena_printf(q->a, "/audit/%s", job->held.id));
}

err *page_audit_profiles(struct request *q, struct response *r)
{
    TRY(allowed(q));
    TRY(sheet_profile_drop(q, form_get(&q->form, S("drop"))));
    return redirect(r, S("/audit"));
}

/* ---- which column is what ---- */
static const struct { const char *name, *label; } kinds[] = {
    {"Avg", "实测均值"}, {"ZsAvg", "折算均值"}, {"Flag", "数据标记"}, {"Min", "实测最小"}, {"Max", "实测最大"}, {"ZsMin", "折算最小"},
    {"ZsMax", "折算最大"}, {"Cou", "排放量"}, {"Rtd", "实时值"}, {"ZsRtd", "折算实时值"}};
enum { KINDS = sizeof kinds / sizeof *kinds };
static const int8_t shifts[] = {0, 3, -3, 6, -6};
enum { SHIFTS = sizeof shifts / sizeof *shifts };

static void factor_choice(struct out *o, const struct workbook_column *c)
{
    const char *code, *word;
    bool listed = !c->factor.n;
    w(o, H("<select name=\"f"), (int)c->column, H("\" aria-label=\""), c->head, H("是什么\">"));
    put_option(o, S(""), S("不读取"), !c->factor.n);
    listed |= str_eq(c->factor, S(FACTOR_ROW));
    put_option(o, S(FACTOR_ROW), S("整行的标记（所有因子）"), str_eq(c->factor, S(FACTOR_ROW)));
    for (size_t i = 0; header_factor_at(i, &code, &word); i++) {
        char label[80];
        bool same = str_eq(c->factor, str_of(code));
        snprintf(label, sizeof label, "%s（%s）", word, code);
        put_option(o, str_of(code), str_of(label), same);
        listed |= same;
    }
    if (!listed)
        put_option(o, c->factor, c->factor, true);
    w(o, H("</select>"));
}

static void kind_choice(struct out *o, const struct workbook_column *c)
{
    w(o, H("<select name=\"k"), (int)c->column, H("\" aria-label=\""), c->head, H("是哪种值\">"));
    for (size_t i = 0; i < KINDS; i++)
        put_option(o, str_of(kinds[i].name), str_of(kinds[i].label), str_eq(c->kind, str_of(kinds[i].name)));
    w(o, H("</select>"));
}

static const char *standard_unit(const struct workbook_column *c)
{
    int row = hj_factor_find(c->factor);
    if (row < 0 || str_eq(c->kind, S("Flag")))
        return "";
    return str_eq(c->kind, S("Cou")) ? hj_factor_at((size_t)row)->emission_unit : hj_factor_at((size_t)row)->unit;
}

/* "g/m3，小数点右移3位". */
static void shift_choice(struct out *o, const struct workbook_column *c)
{
    char value[8], label[160];
    bool listed = false;
    w(o, H("<select name=\"s"), (int)c->column, H("\" aria-label=\""), c->head, H("的单位\">"));
    for (size_t i = 0; i <= SHIFTS; i++) {
        int shift = i < SHIFTS ? shifts[i] : c->shift;
        const char *unit = shift ? header_unit(c->factor, c->kind, shift) : standard_unit(c);
        if (i == SHIFTS && listed)
            break;
        listed |= shift == c->shift;
        snprintf(value, sizeof value, "%d", shift);
        if (!shift && c->unit.n)
            snprintf(label, sizeof label, "%.*s，不换算", STR_ARG(c->unit));
        else if (!shift)
            snprintf(label, sizeof label, *unit ? "标准单位 %s" : "标准单位", unit);
        else
            snprintf(label, sizeof label, "%s%s小数点%s移%d位%s%.*s", unit, *unit ? "，" : "", shift > 0 ? "右" : "左", shift > 0 ? shift : -shift,
                     c->unit.n ? "，为" : "", STR_ARG(c->unit));
        put_option(o, str_of(value), str_of(label), shift == c->shift);
    }
    w(o, H("</select>"));
}

static void time_choice(struct out *o, const struct audit_job *job)
{
    char value[16];
    w(o, H("<div class=\"two\"><p><label for=\"time\">时间在哪一列</label><select id=\"time\" name=\"time\">"));
    snprintf(value, sizeof value, "%u", job->seen.time_column);
    put_option(o, str_of(value), S("识别出的时间列"), job->map.time_column == job->seen.time_column);
    for (size_t i = 0; i < job->seen.n; i++) {
        snprintf(value, sizeof value, "%u", job->seen.columns[i].column);
        put_option(o, str_of(value), job->seen.columns[i].head, job->map.time_column == job->seen.columns[i].column);
    }
    w(o, H("</select></p><p><label for=\"first\">数据从第几行开始</label><input id=\"first\" name=\"first\" inputmode=\"numeric\" pattern=\"[0-9]{1,7}\" required value=\""),
      (long long)job->map.first_row, H("\"></p></div>"));
}

static void sample_lines(struct out *o, const struct audit_job *job, uint32_t column)
{
    int shown = 0;
    for (size_t i = 0; i < AUDIT_SAMPLES; i++) {
        str cell = job->samples[column * AUDIT_SAMPLES + i];
        if (cell.n)
            w(o, shown++ ? H("<br>") : H(""), cell);
    }
    if (!shown)
        w(o, H("—"));
}

void audit_columns(struct request *q, struct out *o, const struct audit_job *job, bool main)
{
    w(o, H("<form method=\"post\" action=\"/audit/"), str_of(job->held.id), H("\">"));
    page_csrf(q, o);
    time_choice(o, job);
    w(o, H("<div class=\"scroll\"><table class=\"cards mapping\"><thead><tr><th scope=\"col\">表头</th><th scope=\"col\">举例</th><th scope=\"col\">是什么</th>"
           "<th scope=\"col\">哪种值</th><th scope=\"col\">单位</th></tr></thead><tbody>"));
    for (size_t i = 0; i < job->map.n; i++) {
        const struct workbook_column *c = &job->map.columns[i];
        w(o, c->factor.n ? H("<tr>") : H("<tr class=\"left-out\">"), H("<td data-label=\"表头\"><span><b>"), c->head, H("</b><br><span class=\"muted\">"), c->why,
          H("</span></span></td><td data-label=\"举例\"><span>"));
        sample_lines(o, job, c->column);
        w(o, H("</span></td><td data-label=\"是什么\">"));
        factor_choice(o, c);
        w(o, H("</td><td data-label=\"哪种值\">"));
        kind_choice(o, c);
        w(o, H("</td><td data-label=\"单位\">"));
        shift_choice(o, c);
        w(o, H("</td></tr>"));
    }
    str typed = form_get(&q->form, S("name"));
    w(o, H("</tbody></table></div><div class=\"two\"><p><label for=\"limits\">小时限值 <span class=\"muted\">（可不填）</span></label><input id=\"limits\" name=\"limits\""
           " maxlength=\"500\" placeholder=\"a21026=35,a21002=50\" value=\""), job->limits,
      H("\"></p><p><label for=\"name\">保存为本单位的列对应，名称 <span class=\"muted\">（不填不保存）</span></label><input id=\"name\" name=\"name\" maxlength=\"40\" value=\""),
      typed.p ? typed : job->by, H("\" placeholder=\"省平台小时数据\"></p></div><p class=\"actions\">"), main ? H("<button class=\"primary\">") : H("<button>"),
      main ? H("按此核查</button></p></form>") : H("按改后的列重新核查</button></p></form>"));
}

static str field(struct request *q, char letter, uint32_t column)
{
    char name[16];
    snprintf(name, sizeof name, "%c%u", letter, column);
    return form_get(&q->form, str_of(name));
}

/* What the form says, through the parser of kept profiles: one place that knows what a profile may be. */
static err *chosen(struct request *q, const struct audit_job *job, struct workbook_profile *ret)
{
    struct workbook_profile p = job->map;
    int64_t first = 0, time = 0;
    if (!str_int64(str_trim(form_get(&q->form, S("first"))), &first) || first < 1 || first > LIMIT_SHEET_ROWS)
        return err_got(err_at(err_new(ERR_INPUT, "数据开始的行看不懂"), S("first")), form_get(&q->form, S("first")), S("行号"), S("3"));
    if (!str_int64(form_get(&q->form, S("time")), &time) || time < 1 || time > LIMIT_SHEET_COLUMNS)
        return err_at(err_new(ERR_INPUT, "没有指明时间列"), S("time"));
    p.first_row = (uint32_t)first, p.time_column = (uint32_t)time;
    p.columns = arena_copy(q->a, p.columns, p.n * sizeof *p.columns);
    for (size_t i = 0; i < p.n; i++) {
        struct workbook_column *c = &p.columns[i];
        str factor = field(q, 'f', c->column), kind = field(q, 'k', c->column), shift = field(q, 's', c->column);
        int64_t moved = 0;
        kind = str_eq(factor, S(FACTOR_ROW)) ? S("Flag") : kind;
        bool same = str_eq(factor, c->factor) && str_eq(kind, c->kind);
        if (shift.n && (!str_int64(shift, &moved) || moved < -9 || moved > 9))
            return err_new(ERR_INPUT, "“%.*s”的单位看不懂", STR_ARG(c->head));
        if (factor.n && c->column == p.time_column)
            return err_new(ERR_INPUT, "“%.*s”不能既是时间又是因子", STR_ARG(c->head));
        if (!same || moved != c->shift)
            c->why = factor.n ? S("手工指定") : c->factor.n ? S("手工指定不读取") : c->why;
        if (!str_eq(factor, c->factor))
            c->unit = S("");
        c->factor = factor.p ? factor : S(""), c->kind = kind.p ? kind : S(""), c->shift = (int8_t)moved;
    }
    err *bad = workbook_profile_parse(q->a, workbook_profile_json(q->a, &p), ret);
    return bad;
}

static err *job_page(struct request *q, struct response *r, struct audit_job *job, const err *fault, int status)
{
    struct out *o = page_begin(q, arena_printf(q->a, "核查数据：%.*s", STR_ARG(job->held.filename)));
    w(o, H("<p class=\"path-to\"><a href=\"/audit\">核查数据</a></p><h1>"), job->held.filename, H("</h1>"));
    show_error(o, "没有核查", fault);
    if (job->failure.n)
        w(o, H("<p class=\"alert\" role=\"alert\">没有读完，所以没有结果："), job->failure, H("。</p>"));
    if (job->done && !fault) {
        TRY(audit_results(q, o, job));
    } else if (job->plain) {
        w(o, H("<section class=\"card\"><p>请按上面指出的地方改好文件，再上传一次。</p><p class=\"actions\"><a class=\"button primary\" href=\"/audit\">换一个文件</a></p></section>"));
    } else {
        w(o, H("<p class=\"muted\">按表头填好了能认出的列。请对照举例看一遍，不对的改过来，再按“按此核查”。"), job->map.sheet.n ? H("工作表：") : H(""), job->map.sheet,
          H("</p><section class=\"card\"><h2>各列是什么</h2>"));
        audit_columns(q, o, job, true);
        w(o, H("</section>"));
    }
    page_end(q, o, r, status);
    return NULL;
}

err *page_audit_job(struct request *q, struct response *r)
{
    struct audit_job *job;
    TRY(allowed(q));
    TRY(audit_find(q, q->part[0], &job));
    return job_page(q, r, job, NULL, 200);
}

err *page_audit_submit(struct request *q, struct response *r)
{
    struct audit_job *job;
    struct workbook_profile map;
    TRY(allowed(q));
    TRY(audit_find(q, q->part[0], &job));
    if (job->plain)
        return redirect(r, arena_printf(q->a, "/audit/%s", job->held.id));
    str name = str_trim(utf8_clip(form_get(&q->form, S("name")), LIMIT_PROFILE_NAME)), limits = str_trim(utf8_clip(form_get(&q->form, S("limits")), LIMIT_AUDIT_TEXT));
    err *bad = chosen(q, job, &map);
    job->limits = arena_str(job->held.arena, limits);
    if (!bad)
        bad = workbook_profile_parse(job->held.arena, workbook_profile_json(q->a, &map), &job->map);
    if (!bad && name.n)
        bad = sheet_profile_keep(q, name, &job->seen, &job->map);
    if (bad && bad->kind < ERR_FULL && bad->kind != ERR_AUTH)
        return job_page(q, r, job, bad, err_http_status(bad->kind));
    TRY(bad);
    job->by = name.n ? arena_str(job->held.arena, name) : job->by;
    audit_job_run(job);
    return redirect(r, arena_printf(q->a, "/audit/%s", job->held.id));
}
