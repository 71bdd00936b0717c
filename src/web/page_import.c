/*
 * Importing by hand: choose what it is, give the file, see which column was taken for what and put it right, see what would
 * happen, do it. Every step is a page of its own and works without script; while it runs the page asks again every two seconds.
 */
#include "web/import.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SHOWN_SAMPLES = 3, SHOWN_RESULTS = 200 };

/* ---- files ---- */

static void unlink_path(void *path)
{
    unlink(path);
}

str scratch_path(struct request *q, const char *ending)
{
    uint8_t random[10];
    random_bytes(random, sizeof random);
    str folder = arena_printf(q->a, "%.*s/uploads", STR_ARG(store_folder(q->web->store)));
    err *bad = folder_make(folder);
    if (bad)
        log_err("scratch", bad); /* opening the file says it to the person */
    str path = arena_printf(q->a, "%.*s/sheet-%.*s.%s", STR_ARG(folder), STR_ARG(ulid_make(q->a, q->now, random)), ending);
    arena_defer(q->a, unlink_path, arena_cstr(q->a, path));
    return path;
}

err *send_file(struct request *q, struct response *r, str path, str name)
{
    enum { LIMIT_SENT = 256 << 20 };
    TRY(file_read(q->a, path, LIMIT_SENT, &r->body));
    r->status = 200;
    r->type = "application/octet-stream"; /* never rendered by a browser, whatever it is */
    response_header(r, "Content-Disposition", arena_printf(q->a, "attachment; filename=\"%.*s\"", STR_ARG(name)));
    return NULL;
}

err *page_import_template(struct request *q, struct response *r)
{
    str name = q->part[0], ending = S("xlsx");
    ptrdiff_t dot = str_find(name, S("."));
    if (dot > 0) {
        ending = str_sub(name, (size_t)dot + 1, name.n);
        name = str_sub(name, 0, (size_t)dot);
    }
    const struct exchange_kind *k = exchange_kind_find(name);
    bool csv = str_eq(ending, S("csv"));
    if (!k || (!csv && !str_eq(ending, S("xlsx"))))
        return err_new(ERR_MISSING, "没有这种模板");
    str path = scratch_path(q, csv ? "csv" : "xlsx");
    TRY(exchange_template(k, csv ? SHEET_CSV : SHEET_XLSX, path));
    return send_file(q, r, path, arena_printf(q->a, "%s.%.*s", k->name, STR_ARG(ending)));
}

/* ---- choosing ---- */

static void kinds_table(struct request *q, struct out *o)
{
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">表</th><th scope=\"col\">说明</th>"
           "<th scope=\"col\">空白模板</th></tr></thead><tbody>"));
    for (const struct exchange_kind *k = exchange_kinds; k->name; k++)
        if (exchange_kind_offered(k, q->reader.roles))
            w(o, H("<tr><td data-label=\"表\"><b>"), k->label,
              H("</b></td><td data-label=\"说明\">"), k->help,
              H("</td><td data-label=\"空白模板\"><a href=\"/import/template/"), k->name,
              H(".xlsx\">XLSX</a> · <a href=\"/import/template/"), k->name,
              H(".csv\">CSV</a></td></tr>"));
    w(o, H("</tbody></table></div>"));
}

static bool any_kind(const struct request *q)
{
    for (const struct exchange_kind *k = exchange_kinds; k->name; k++)
        if (exchange_kind_offered(k, q->reader.roles))
            return true;
    return false;
}

static void choose_page(struct request *q, struct response *r, const err *fault, int status)
{
    struct out *o = page_begin(q, S("导入"));
    w(o, H("<h1>导入</h1><p class=\"muted\">把其他平台导出的或手工的表逐行办理。表头用平台原来的名称即可，先试运行，看清每行将会怎样，再开始。</p>"));
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">没有导入："), fault->text, H("</p>"));
    struct import_job *job = NULL;
    if (import_find(q, STR_NONE, &job))
        err_clear();
    if (job)
        w(o, H("<p class=\"note\">您最近的导入：<a href=\"/import/"), str_of(job->held.id), H("\">"),
          job->kind->label, H("（"), job->held.filename, H("）</a></p>"));
    w(o, H("<section class=\"card\"><h2>选择文件</h2><form method=\"post\" action=\"/import\" enctype=\"multipart/form-data\">"));
    page_csrf(q, o);
    w(o, H("<p><label for=\"kind\">是什么表</label><select id=\"kind\" name=\"kind\" required>"));
    str chosen = form_get(&q->form, S("kind"));
    for (const struct exchange_kind *k = exchange_kinds; k->name; k++)
        if (exchange_kind_offered(k, q->reader.roles)) {
            w(o, H("<option value=\""), k->name, H("\""));
            if (str_eq(chosen, str_of(k->name)))
                w(o, H(" selected"));
            w(o, H(">"), k->label, H("</option>"));
        }
    w(o, H("</select></p><p><label for=\"file\">文件（XLSX或CSV，不超过32 MB，20万行）</label><input id=\"file\" type=\"file\" name=\"file\""
           " accept=\".xlsx,.csv,.txt,.tsv\" required></p><p><label for=\"sheet\">工作簿中的哪张表（不填为第一张有内容的）</label>"
           "<input id=\"sheet\" name=\"sheet\" maxlength=\"31\" value=\""), form_get(&q->form, S("sheet")),
      H("\"></p><p class=\"actions\"><button class=\"primary\">上传并核对各列</button></p></form></section><h2>能导入的表</h2>"));
    kinds_table(q, o);
    page_end(q, o, r, status);
}

err *page_import(struct request *q, struct response *r)
{
    if (!any_kind(q))
        return err_new(ERR_DENIED, "您的角色没有可以导入的表");
    choose_page(q, r, NULL, 200);
    return NULL;
}

err *page_import_upload(struct request *q, struct response *r)
{
    const struct exchange_kind *k = exchange_kind_find(form_get(&q->form, S("kind")));
    const struct file *file = form_file(&q->form, S("file"));
    struct import_job *job;
    if (!k || !exchange_kind_offered(k, q->reader.roles))
        return err_new(ERR_DENIED, "您的角色不能导入这种表");
    err *bad = file && file->bytes.n ? import_new(q, k, file->filename, file->bytes, str_trim(form_get(&q->form, S("sheet"))), &job)
                                     : err_new(ERR_INPUT, "没有选择文件，或文件是空的");
    if (bad && bad->kind < ERR_FULL && bad->kind != ERR_AUTH) {
        choose_page(q, r, bad, err_http_status(bad->kind));
        return NULL;
    }
    TRY(bad);
    return redirect(r, arena_printf(q->a, "/import/%s", job->held.id));
}

/* ---- the map ---- */

static void sample_cells(struct out *o, const struct import_job *job, uint32_t column)
{
    int shown = 0;
    for (size_t i = job->map.header + 1; i < job->table.n && shown < SHOWN_SAMPLES; i++)
        for (size_t k = 0; k < job->table.rows[i].n; k++)
            if (job->table.rows[i].cells[k].column == column + 1) {
                w(o, shown++ ? H("<br>") : H(""), utf8_clip(job->table.rows[i].cells[k].text, 40));
                break;
            }
}

static void column_choice(struct out *o, const struct import_job *job, uint32_t column)
{
    const struct exchange_kind *k = job->kind;
    w(o, H("<select name=\"c"), (int)column + 1, H("\" aria-label=\"第"), (int)column + 1, H("列导入为\"><option value=\"\">不导入</option>"));
    for (int i = 0; k->columns[i].field; i++) {
        w(o, H("<option value=\""), k->columns[i].field, H("\""));
        if (job->map.to[column] == i)
            w(o, H(" selected"));
        w(o, H(">"), k->columns[i].label, k->columns[i].flags & X_REQUIRED ? H("（必填）</option>") : H("</option>"));
    }
    w(o, H("</select>"));
}

static void map_form(struct request *q, struct out *o, const struct import_job *job)
{
    str missing = exchange_map_missing(q->a, &job->map), unknown = exchange_map_unknown(q->a, &job->map);
    if (missing.n)
        w(o, H("<p class=\"alert\" role=\"alert\">缺少必需的列："), missing, H("。请在下面指明，或补上这一列后重新上传。</p>"));
    if (unknown.n)
        w(o, H("<p class=\"note\">认不出、将不导入的列："), unknown, H("</p>"));
    w(o, H("<form method=\"post\" action=\"/import/"), str_of(job->held.id), H("\">"));
    page_csrf(q, o);
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">列</th><th scope=\"col\">表头</th>"
           "<th scope=\"col\">内容举例</th><th scope=\"col\">导入为</th></tr></thead><tbody>"));
    for (uint32_t i = 0; i < job->map.columns; i++) {
        w(o, H("<tr><td data-label=\"列\">"), (int)i + 1, H("</td><td data-label=\"表头\">"),
          job->map.names[i].n ? job->map.names[i] : S("（空）"),
          H("</td><td data-label=\"内容举例\">"));
        sample_cells(o, job, i);
        w(o, H("</td><td data-label=\"导入为\">"));
        column_choice(o, job, i);
        w(o, H("</td></tr>"));
    }
    w(o, H("</tbody></table></div><p class=\"actions\">"), job->phase == IMPORT_MAPPED ? H("<button class=\"primary\"") : H("<button"),
      H(" name=\"do\" value=\"dry\">试运行，看每行将会怎样</button><button name=\"do\" value=\"map\">按此重新核对</button></p></form>"));
}

/* ---- results ---- */

static bool bad_row(enum exchange_outcome outcome)
{
    return outcome == ROW_DIFFERS || outcome == ROW_WAITS || outcome == ROW_HELD || outcome == ROW_REFUSED || outcome == ROW_INVALID;
}

static void counts(struct out *o, const struct import_job *job)
{
    size_t n[ROW_OUTCOMES] = {0};
    for (size_t i = 0; i < job->n; i++)
        n[job->results[i].outcome]++;
    w(o, H("<dl class=\"facts\">"));
    for (int i = 0; i < ROW_OUTCOMES; i++)
        if (n[i])
            w(o, H("<dt>"), exchange_outcome_word(i, job->dry), H("</dt><dd>"), n[i], H("行</dd>"));
    w(o, H("</dl>"));
}

static void result_rows(struct out *o, const struct import_job *job)
{
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < job->n; i++) {
        const struct exchange_result *res = &job->results[i];
        if (!bad_row(res->outcome) && !(res->text.n && res->outcome != ROW_BLANK))
            continue;
        if (shown == SHOWN_RESULTS) {
            more++;
            continue;
        }
        if (!shown++)
            w(o, H("<h2>逐行说明</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">行</th><th scope=\"col\">结果</th>"
                   "<th scope=\"col\">说明</th></tr></thead><tbody>"));
        w(o, H("<tr><td class=\"number\" data-label=\"行\">"),
          (long long)job->table.rows[job->map.header + 1 + i].number,
          H("</td><td data-label=\"结果\">"), exchange_outcome_word(res->outcome, job->dry),
          H("</td><td data-label=\"说明\">"), res->text, H("</td></tr>"));
    }
    if (shown)
        w(o, H("</tbody></table></div>"));
    if (more)
        w(o, H("<p class=\"muted\">另有"), more, H("行，见下载的表。</p>"));
}

static void results(struct request *q, struct out *o, const struct import_job *job)
{
    w(o, job->dry ? H("<h2>试运行的结果（没有写入）</h2>") : H("<h2>导入的结果</h2>"));
    if (job->n < job->table.n - job->map.header - 1)
        w(o, H("<p class=\"alert\">导入中途停止，余下的没有办理；再次导入同一文件即接着办理。</p>"));
    counts(o, job);
    w(o, H("<form method=\"post\" action=\"/import/"), str_of(job->held.id), H("\">"));
    page_csrf(q, o);
    w(o, H("<p class=\"actions\">"));
    if (job->dry)
        w(o, H("<button class=\"primary\" name=\"do\" value=\"real\">开始导入</button>"));
    w(o, H("<a class=\"button\" href=\"/import/"), str_of(job->held.id),
      H("/errors\">下载原表，附每行结果</a><a class=\"button\" href=\"/import/"), str_of(job->held.id),
      H("/errors?bad=1\">只下载有问题的行</a><a class=\"button\" "
        "href=\"/import\">导入另一个文件</a></p></form>"));
    result_rows(o, job);
}

static void running(struct out *o, const struct import_job *job)
{
    size_t done = atomic_load(&job->done);
    w(o, H("<p role=\"status\">"), job->dry ? "正在试运行：" : "正在导入：", done, H(" / "),
      job->of, H("行</p><p><progress max=\""), job->of, H("\" value=\""), done, H("\">"), done,
      H("</progress></p><p "
        "class=\"muted\">可以离开本页，导入会继续；回到“导入”即可看到结果。</p>"));
}

err *page_import_job(struct request *q, struct response *r)
{
    struct import_job *job;
    TRY(import_find(q, q->part[0], &job));
    pthread_mutex_lock(&q->web->held_lock);
    enum import_phase phase = job->phase;
    pthread_mutex_unlock(&q->web->held_lock);
    if (phase == IMPORT_RUNNING)
        response_header(r, "Refresh", S("2"));
    struct out *o = page_begin(q, S("导入"));
    w(o, H("<p class=\"muted\"><a href=\"/import\">导入</a></p><h1>"), job->kind->label, H("："), job->held.filename, H("</h1>"));
    if (job->table.sheet.n)
        w(o, H("<p class=\"muted\">工作表："), job->table.sheet, H("</p>"));
    w(o, H("<section class=\"card\">"));
    if (phase == IMPORT_RUNNING)
        running(o, job);
    else if (phase == IMPORT_FAILED)
        w(o, H("<p class=\"alert\" role=\"alert\">导入没有完成："), job->failure, H("。已办理的行不会重复办理，排除原因后再次导入同一文件即可。</p>"));
    else if (phase == IMPORT_DONE)
        results(q, o, job);
    if (phase != IMPORT_RUNNING) {
        w(o, phase == IMPORT_MAPPED ? H("<h2>各列导入为什么</h2>") : H("<details><summary>各列导入为什么</summary>"));
        map_form(q, o, job);
        if (phase != IMPORT_MAPPED)
            w(o, H("</details>"));
    }
    w(o, H("</section>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* "1=uscc 2=": what the form says of each column. */
static str chosen_columns(struct request *q, const struct import_job *job)
{
    buf b = buf_make(job->held.arena, 16 << 10);
    for (uint32_t i = 0; i < job->map.columns; i++) {
        char name[16];
        snprintf(name, sizeof name, "c%u", i + 1);
        str field = form_get(&q->form, str_of(name));
        if (field.p)
            buf_printf(&b, "%s%u=%.*s", b.n ? " " : "", i + 1, STR_ARG(field));
    }
    return buf_str(&b);
}

err *page_import_run(struct request *q, struct response *r)
{
    struct import_job *job;
    str what = form_get(&q->form, S("do"));
    TRY(import_find(q, q->part[0], &job));
    pthread_mutex_lock(&q->web->held_lock);
    bool busy = job->phase == IMPORT_RUNNING;
    pthread_mutex_unlock(&q->web->held_lock);
    if (busy)
        return err_new(ERR_CONFLICT, "导入正在进行");
    if (!str_eq(what, S("real"))) {
        job->chosen = chosen_columns(q, job);
        exchange_map_guess(job->held.arena, job->kind, &job->table, job->chosen, &job->map);
        job->phase = IMPORT_MAPPED;
        job->was_dry = false;
    }
    bool ready = !exchange_map_missing(q->a, &job->map).n && job->map.header + 1 < job->table.n;
    if (str_eq(what, S("dry")) && ready)
        TRY(import_start(job, true));
    if (str_eq(what, S("real"))) {
        if (!job->was_dry || !ready)
            return err_new(ERR_CONFLICT, "请先试运行");
        TRY(import_start(job, false));
    }
    return redirect(r, arena_printf(q->a, "/import/%s", job->held.id));
}

err *page_import_errors(struct request *q, struct response *r)
{
    struct import_job *job;
    TRY(import_find(q, q->part[0], &job));
    pthread_mutex_lock(&q->web->held_lock);
    bool done = job->phase == IMPORT_DONE;
    pthread_mutex_unlock(&q->web->held_lock);
    if (!done)
        return err_new(ERR_CONFLICT, "导入还没有结果");
    bool csv = job->table.format == SHEET_CSV;
    str path = scratch_path(q, csv ? "csv" : "xlsx");
    TRY(exchange_errors(&job->table, &job->map, job->results, job->n, form_get(&q->params, S("bad")).n > 0, job->dry, path));
    return send_file(q, r, path, arena_printf(q->a, "%s-result.%s", job->kind->name, csv ? "csv" : "xlsx"));
}
