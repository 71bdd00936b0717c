/*
 * The command line. argp reads the options (glibc's reader: abbreviations, --, --name=value); its messages are
 * English, so it is kept silent and what went wrong is said here.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "cli/cli.h"
#include "papers/papers.h"

#ifndef XIEZHI_VERSION
#define XIEZHI_VERSION "0"
#endif

static const struct command *const commands[] = {
    &command_demo,
    &command_init,
    &command_serve,
    &command_gateway,
    &command_simulate,
    &command_act,
    &command_explain,
    &command_paper,
    &command_draw_verify,
    &command_draw_export,
    &command_replay,
    &command_verify,
    &command_wording,
    &command_export,
    &command_backup,
    &command_restore,
    &command_migrate,
    &command_import,
    &command_look,
    &command_target,
    &command_figures,
    &command_hj212_decode,
    &command_hj212_send,
    &command_monitor_anchor,
    &command_monitor_audit,
    &command_monitor_chart,
    &command_monitor_drain,
    &command_monitor_export,
    &command_monitor_import,
    &command_monitor_recompute,
    &command_monitor_records,
    &command_monitor_seal,
    &command_monitor_watch,
    &command_patrol_coverage,
    &command_patrol_import,
    &command_remote_ingest,
    &command_remote_detect,
    &command_remote_change,
    &command_remote_layer,
    &command_remote_fires,
};
enum { COMMANDS = sizeof commands / sizeof *commands, KEY_FIRST = 256, KEY_HELP = 'h' };

static void print_commands(FILE *out)
{
    fprintf(out, "獬豸：第三方辅助执法的办理与核验（鄂环执法〔2022〕71号）\n\n用法：xiezhi 命令 [选项] [参数]\n\n");
    for (int i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-16s %s\n", commands[i]->name, commands[i]->summary);
    fprintf(out, "\n“xiezhi 命令 --help”列出该命令的选项。退出码：0完成，1被拒绝或有发现，2用法，3环境。\n");
}

static void print_help(const struct command *c, FILE *out)
{
    fprintf(out, "用法：xiezhi %s [选项]%s%s\n%s\n", c->name, *c->arguments ? " " : "", c->arguments, c->summary);
    for (const struct cli_option *o = c->options; o->name; o++) {
        int wide = fprintf(out, "  --%s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
        fprintf(out, "%*s%s\n", wide < 26 ? 26 - wide : 1, "", o->help);
    }
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
    struct cli *c = state->input;
    if (key == KEY_HELP) {
        print_help(c->command, stdout);
        exit(0);
    }
    if (key >= KEY_FIRST && key < KEY_FIRST + LIMIT_CLI_OPTIONS) {
        c->value[key - KEY_FIRST] = arg ? arg : "";
        return 0;
    }
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    if (c->n == LIMIT_CLI_ARGUMENTS)
        return ARGP_ERR_UNKNOWN;
    c->arguments[c->n++] = arg;
    return 0;
}

static const struct cli_option *option_find(const struct command *c, str name, int *ret_n)
{
    const struct cli_option *found = NULL;
    *ret_n = 0;
    for (const struct cli_option *o = c->options; o->name; o++) {
        if (str_eq(str_of(o->name), name)) {
            *ret_n = 1;
            return o;
        }
        if (str_starts(str_of(o->name), name)) {
            found = o;
            ++*ret_n;
        }
    }
    return found;
}

/* What argp stumbled over, word by word: it moves words about, so where it stopped is not where the fault stands. */
static err *wrong_option(const struct command *c, int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        str name, value = str_of(argv[i]);
        if (argv[i][0] != '-' || !argv[i][1])
            continue;
        if (argv[i][1] != '-' && strcmp(argv[i], "-h") != 0)
            return cli_usage("看不懂选项“%s”", argv[i]);
        if (argv[i][1] != '-')
            continue;
        str_next(&value, '=', &name);
        int n;
        const struct cli_option *o = option_find(c, str_sub(name, 2, name.n), &n);
        if (n > 1)
            return cli_usage("选项“%.*s”不止一个，请写全", STR_ARG(name));
        if (!o && !str_starts(S("--help"), name))
            return cli_usage("看不懂选项“%.*s”", STR_ARG(name));
        if (o && !o->argument && value.p)
            return cli_usage("选项“--%s”不带值", o->name);
        if (o && o->argument && !value.p && ++i == argc)
            return cli_usage("选项“--%s”后面缺少%s", o->name, o->argument);
    }
    return cli_usage("看不懂选项“%s”", argv[argc - 1]);
}

static err *parse(struct cli *c, int argc, char **argv)
{
    struct argp_option options[LIMIT_CLI_OPTIONS + 2] = {{.name = "help", .key = KEY_HELP, .doc = ""}};
    for (int i = 0; c->command->options[i].name; i++) {
        CHECK(i < LIMIT_CLI_OPTIONS);
        options[i + 1] = (struct argp_option){.name = c->command->options[i].name, .key = KEY_FIRST + i,
                                              .arg = c->command->options[i].argument, .doc = ""};
    }
    struct argp argp = {.options = options, .parser = parse_one};
    char **words = arena_copy(c->arena, argv, (size_t)argc * sizeof *argv); /* argp sorts them */
    if (argp_parse(&argp, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT, NULL, c) != 0)
        return wrong_option(c->command, argc, words);
    if (c->n < c->command->least)
        return cli_usage("缺少参数：%s", c->command->arguments);
    if (c->n > c->command->most)
        return cli_usage("多余的参数“%s”", c->arguments[c->command->most]);
    return NULL;
}

static void print_err(const struct cli *c, const err *e)
{
    fprintf(stderr, "xiezhi%s%s：%.*s\n", c->command ? " " : "", c->command ? c->command->name : "", STR_ARG(e->text));
    if (e->field.n)
        fprintf(stderr, "  字段：%.*s\n", STR_ARG(e->field));
    if (e->got.n)
        fprintf(stderr, "  读到：%.*s\n", STR_ARG(e->got));
    if (e->want.n)
        fprintf(stderr, "  应为：%.*s\n", STR_ARG(e->want));
    if (e->example.n)
        fprintf(stderr, "  例如：%.*s\n", STR_ARG(e->example));
    if (e->detail.n)
        fprintf(stderr, "  详情：%.*s\n", STR_ARG(e->detail));
}

static int run(struct cli *c, int argc, char **argv)
{
    int code = 0;
    err *e = parse(c, argc, argv);
    if (!e)
        e = c->command->run(c, &code);
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (!e && !written)
        fprintf(stderr, "xiezhi %s：结果没有写完，请检查输出所在的磁盘：%s\n", c->command->name, strerror(errno));
    if (!e)
        return written ? code : 3;
    print_err(c, e);
    return err_exit_code(e->kind);
}

/* How many words of the line name the command: "hj212 decode" has two. */
static int find(int argc, char **argv, const struct command **ret)
{
    for (int i = 0; i < COMMANDS; i++) {
        str name = str_of(commands[i]->name), first, second = name;
        str_next(&second, ' ', &first);
        if (!str_eq(first, str_of(argv[1])) || (second.p && (argc < 3 || !str_eq(second, str_of(argv[2])))))
            continue;
        *ret = commands[i];
        return second.p ? 2 : 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_commands(argc < 2 ? stderr : stdout);
        return argc < 2 ? 2 : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("xiezhi " XIEZHI_VERSION);
        return 0;
    }
    papers_attach();
    AUTO_ARENA(arena);
    struct cli c = {.arena = arena, .arguments = NEW_ARRAY(arena, LIMIT_CLI_ARGUMENTS, char *)};
    int words = find(argc, argv, &c.command);
    if (!c.command) {
        fprintf(stderr, "xiezhi：没有“%s”这个命令\n\n", argv[1]);
        print_commands(stderr);
        return 2;
    }
    return run(&c, argc - words, argv + words);
}
