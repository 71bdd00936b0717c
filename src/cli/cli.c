/* What the commands share: options by name, opening a store, printing, the progress bar. */
#include "cli/cli.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int option_place(const struct cli *c, const char *option)
{
    for (int i = 0; c->command->options[i].name; i++)
        if (strcmp(c->command->options[i].name, option) == 0)
            return i;
    CHECK(c == NULL); /* the command asks for an option it does not declare */
    return 0;
}

bool cli_has(const struct cli *c, const char *option)
{
    return c->value[option_place(c, option)] != NULL;
}

str cli_text(const struct cli *c, const char *option, const char *missing)
{
    const char *value = c->value[option_place(c, option)];
    return str_of(value ? value : missing);
}

err *cli_int(const struct cli *c, const char *option, int64_t missing, int64_t least, int64_t most, int64_t *ret)
{
    str text = cli_text(c, option, NULL);
    *ret = missing;
    if (!text.p || (str_int64(text, ret) && *ret >= least && *ret <= most))
        return NULL;
    return err_got(cli_usage("选项--%s要一个整数", option), text,
                   arena_printf(c->arena, "%lld到%lld", (long long)least, (long long)most), STR_NONE);
}

err *cli_usage(const char *format, ...)
{
    char text[400];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return err_new(ERR_INPUT, "%.*s（用--help查看用法）", STR_ARG(utf8_whole(str_of(text))));
}

err *cli_store(const struct cli *c, enum store_mode mode, struct store **ret)
{
    str url = cli_text(c, "db", NULL);
    if (!url.n)
        return err_got(cli_usage("请用--db指明数据库"), STR_NONE, S("sqlite:路径 或 postgresql://…"),
                       S("--db sqlite:/var/lib/xiezhi/xiezhi.db"));
    return store_open(url, cli_text(c, "data", ""), mode, ret);
}

err *cli_store_current(const struct cli *c, enum store_mode mode, struct store **ret)
{
    int applied;
    TRY(cli_store(c, mode, ret));
    err *old = store_migrate(*ret, false, &applied);
    if (old)
        store_close_at(ret);
    return old;
}

void store_close_at(struct store **s)
{
    if (*s)
        store_close(*s);
    *s = NULL;
}

void acts_close_at(struct acts **e)
{
    if (*e)
        acts_close(*e);
    *e = NULL;
}

err *folder_temporary(struct arena *a, const char *what, str *ret)
{
    const char *base = getenv("TMPDIR");
    char *name = arena_cstr(a, arena_printf(a, "%s/xiezhi-%s-XXXXXX", base && *base ? base : "/tmp", what));
    if (!mkdtemp(name))
        return err_errno(S("建立临时目录"));
    *ret = str_of(name);
    return NULL;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info, (void)kind, (void)at;
    return remove(path);
}

void folder_remove(str folder)
{
    AUTO_ARENA(a);
    nftw(arena_cstr(a, folder), remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void cli_print(str line)
{
    fwrite(line.p, 1, line.n, stdout);
    putchar('\n');
}

static const struct { const char *id, *zh; } verdicts[] = {
    {"allowed", "允许"}, {"held", "待批准"}, {"refused", "不予办理"}, {"invalid", "看不懂"}};

const char *cli_verdict(enum act_verdict verdict)
{
    return verdicts[verdict].zh;
}

str verdict_id(enum act_verdict verdict)
{
    return str_of(verdicts[verdict].id);
}

void cli_print_answer(const struct act_answer *answer)
{
    printf("%s %.*s %.*s", cli_verdict(answer->verdict), STR_ARG(answer->act), STR_ARG(answer->id));
    if (answer->seq)
        printf(" 第%lld条", (long long)answer->seq);
    putchar('\n');
    if (answer->invalid)
        printf("    %.*s %.*s\n", STR_ARG(answer->invalid->field), STR_ARG(answer->invalid->text));
    for (size_t i = 0; i < answer->n; i++) {
        const struct act_reason *r = &answer->reasons[i];
        static const char *const severity[] = {"提示", "待批准", "不予办理"};
        printf("    %s %s %.*s第%.*s条：%.*s。%.*s\n", severity[r->severity], law_rule_info[r->rule].name,
               STR_ARG(r->instrument), STR_ARG(r->article), STR_ARG(r->because), STR_ARG(r->remedy));
    }
}

struct progress progress_start(const char *what)
{
    return (struct progress){.what = what, .started = time_monotonic()};
}

void progress_step(void *context, int64_t done, int64_t of)
{
    struct progress *p = context;
    usec now = time_monotonic();
    if (now - p->started < 2 * USEC_SECOND || now - p->drawn < USEC_SECOND / 5 || !isatty(STDERR_FILENO))
        return;
    enum { WIDTH = 30 };
    char bar[WIDTH + 1];
    int full = of > 0 ? (int)(done * WIDTH / of) : 0;
    for (int i = 0; i < WIDTH; i++)
        bar[i] = i < full ? '#' : '.';
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r%s [%s] %lld/%lld", p->what, bar, (long long)done, (long long)of);
    p->drawn = now;
    p->shown = true;
}

void progress_end(struct progress *p)
{
    if (p->shown)
        fprintf(stderr, "\r\033[K");
    p->shown = false;
}
