/*
 * cli/: one file per command, one table of commands (main.c). Everything here wires; nothing decides.
 *
 * A command is a constant: name, what stands behind it, options, how many arguments, and run(). Help and usage
 * errors come from it. Exit codes: 0 done, 1 refused or a finding, 2 usage, 3 environment (err.c's table).
 */
#pragma once
#include <stdio.h>
#include "acts/acts.h"

struct cli_option {
    const char *name;     /* long name */
    const char *argument; /* "URL"; NULL: a switch */
    const char *help;
};

enum { LIMIT_CLI_OPTIONS = 24, LIMIT_CLI_ARGUMENTS = 4096 };

struct cli {
    const struct command *command;
    struct arena *arena; /* lives as long as the process */
    const char *value[LIMIT_CLI_OPTIONS]; /* by place in command->options; NULL: not given */
    char **arguments;
    int n;
};

struct command {
    const char *name, *arguments, *summary; /* "simulate", "STORY…", one sentence */
    const struct cli_option *options;       /* ends with name NULL */
    int least, most;                        /* arguments */
    err *(*run)(struct cli *c, int *ret_exit); /* *ret_exit is 0 before; an error decides by its kind */
};
extern const struct command command_demo;
extern const struct command command_init;
extern const struct command command_serve;
extern const struct command command_gateway;
extern const struct command command_simulate;
extern const struct command command_act;
extern const struct command command_explain;
extern const struct command command_paper;
extern const struct command command_export;
extern const struct command command_draw_verify;
extern const struct command command_draw_export;
extern const struct command command_replay;
extern const struct command command_verify;
extern const struct command command_wording;
extern const struct command command_backup;
extern const struct command command_restore;
extern const struct command command_migrate;
extern const struct command command_import;
extern const struct command command_look;
extern const struct command command_target;
extern const struct command command_figures;
extern const struct command command_hj212_decode;
extern const struct command command_hj212_send;
extern const struct command command_monitor_anchor;
extern const struct command command_monitor_audit;
extern const struct command command_monitor_chart;
extern const struct command command_monitor_drain;
extern const struct command command_monitor_export;
extern const struct command command_monitor_import;
extern const struct command command_monitor_recompute;
extern const struct command command_monitor_records;
extern const struct command command_monitor_seal;
extern const struct command command_monitor_watch;
extern const struct command command_patrol_coverage;
extern const struct command command_patrol_import;
extern const struct command command_remote_ingest;
extern const struct command command_remote_detect;
extern const struct command command_remote_change;
extern const struct command command_remote_layer;
extern const struct command command_remote_fires;

/* Options every command that opens a store has. */
#define CLI_DB {"db", "URL", "数据库：sqlite:路径 或 postgresql://…"}
#define CLI_DATA {"data", "FOLDER", "密钥、附件和见证文件所在目录（SQLite默认为“路径.d”）"}
#define CLI_JSON {"json", NULL, "每行输出一个JSON对象"}

bool cli_has(const struct cli *c, const char *option);
str cli_text(const struct cli *c, const char *option, const char *missing);
MUST_USE err *cli_int(const struct cli *c, const char *option, int64_t missing, int64_t least, int64_t most, int64_t *ret);
MUST_USE err *cli_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Opens what --db and --data name. */
MUST_USE err *cli_store(const struct cli *c, enum store_mode mode, struct store **ret);
/* The same, and refuses a schema that is not this program's. */
MUST_USE err *cli_store_current(const struct cli *c, enum store_mode mode, struct store **ret);
void store_close_at(struct store **s);
#define AUTO_STORE __attribute__((cleanup(store_close_at))) struct store
void acts_close_at(struct acts **e);
#define AUTO_ACTS __attribute__((cleanup(acts_close_at))) struct acts

/* A new folder under $TMPDIR or /tmp, and taking one away with all that is in it. */
MUST_USE err *folder_temporary(struct arena *a, const char *what, str *ret);
void folder_remove(str folder);

void cli_print(str line); /* to standard output, with a line end */
/* An answer for people: one line, and one for each reason. */
void cli_print_answer(const struct act_answer *answer);
const char *cli_verdict(enum act_verdict verdict); /* "允许" */
str verdict_id(enum act_verdict verdict);          /* "allowed" */

/* A bar on a terminal for what takes longer than two seconds. Callbacks take the struct as context. */
struct progress { const char *what; usec started, drawn; bool shown; };
struct progress progress_start(const char *what);
void progress_step(void *progress, int64_t done, int64_t of);
void progress_end(struct progress *p);
