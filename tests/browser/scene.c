/*
 * browser_scene FOLDER STORY [outside|monitor|sky]: performs a story into a fresh store, gives every user the test password and
 * serves it until standard input ends. Prints "PORT\n". For tests/browser only: the story may be by anybody.
 */
#include "browser/monitor_scene.h"
#include "cli/demo_sky.h"
#include "monitor/watch/watch.h"
#include "papers/issue.h"
#include "web/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PASSWORD "correct horse battery"

static err *perform_line(struct acts *acts, str line, int number)
{
    AUTO_ARENA(a);
    struct act_answer answer;
    TRY(act_perform(acts, a, &(struct act_request){.json = line}, &answer));
    if (answer.verdict != ACT_ALLOWED)
        return err_new(ERR_INPUT, "line %d: %.*s", number, STR_ARG(answer.json));
    return NULL;
}

static err *perform(struct store *s, str story)
{
    struct acts *acts;
    str line;
    int number = 0;
    err *e = NULL;
    TRY(acts_open(s, ACTS_SIMULATE | ACTS_NO_THREAD, &acts));
    while (!e && str_next(&story, '\n', &line)) {
        number++;
        if (line.n)
            e = perform_line(acts, line, number);
    }
    acts_close(acts);
    return e;
}

static err *passwords(struct store *s)
{
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    struct db_rows rows;
    TRY(db_open(s, false, &d));
    TRY(db_query(d, a, "SELECT id FROM users ORDER BY id", NULL, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        TRY(web_set_password(s, db_str(&rows, 0), S(PASSWORD), false, PASSWORD_TEST));
    }
}

static err *serve(struct store *s, bool outside, struct readings *readings, struct watch *watch)
{
    struct acts *acts;
    struct web *web;
    char byte;
    AUTO_ARENA(a);
    const char *file = getenv("XIEZHI_SITE_CA"); /* https.test.mjs */
    str site_ca = S("");
    if (file)
        TRY(file_read(a, str_of(file), 64 << 10, &site_ca));
    TRY(acts_open(s, 0, &acts));
    err *e = web_start(acts, &(struct web_options){.site_ca = site_ca, .door = outside ? DOOR_OUTSIDE : DOOR_BOTH, .workers = 8, .readings = readings, .watch = watch}, &web);
    if (!e) {
        printf("%d\n", web_port(web));
        fflush(stdout);
        while (read(STDIN_FILENO, &byte, 1) > 0)
            ;
        web_stop(web);
    }
    acts_close(acts);
    return e;
}

/* The detectors over what was sent: one outlet is forged. */
static err *look(struct store *s, struct watch *watch)
{
    struct acts *acts;
    struct watch_report report;
    TRY(acts_open(s, ACTS_NO_THREAD, &acts));
    err *e = watch_run(watch, acts, &(struct watch_options){.last = day_of(time_now()) - 1}, NULL, NULL, &report);
    acts_close(acts);
    return e;
}

static err *monitored(struct store *s)
{
    struct readings *r;
    struct watch *watch = NULL;
    TRY(monitor_people(s));
    TRY(passwords(s));
    TRY(readings_open(s, READINGS_WRITE, &r));
    err *e = monitor_fill(s, r);
    if (!e)
        e = watch_open(s, r, true, &watch);
    if (!e)
        e = look(s, watch);
    if (!e)
        e = serve(s, false, r, watch);
    watch_close(watch);
    readings_close(r);
    return e;
}

/* Satellite scenes, layers and fire points under the story's T06 entrustment, as the demo province has them. */
static err *seen_from_above(struct store *s)
{
    AUTO_ARENA(a);
    struct acts *acts;
    TRY(acts_open(s, ACTS_NO_THREAD, &acts));
    err *e = demo_sky(acts, a, time_now());
    acts_close(acts);
    return e;
}

static err *run(const char *folder, const char *story_path, str what)
{
    AUTO_ARENA(a);
    struct store *s;
    str story;
    int applied;
    TRY(file_read(a, str_of(story_path), 10 << 20, &story));
    TRY(folder_make(str_of(folder)));
    TRY(store_open(arena_printf(a, "sqlite:%s/scene.db", folder), S(""), STORE_CREATE, &s));
    err *e = store_migrate(s, true, &applied);
    if (!e)
        e = perform(s, story);
    if (!e && str_eq(what, S("sky")))
        e = seen_from_above(s);
    if (!e && str_eq(what, S("monitor")))
        e = monitored(s);
    else if (!e && !(e = passwords(s)))
        e = serve(s, str_eq(what, S("outside")), NULL, NULL);
    store_close(s);
    return e;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    papers_attach();
    err *e = run(argv[1], argv[2], argc > 3 ? str_of(argv[3]) : S(""));
    if (e)
        log_err("scene", e);
    return e ? 1 : 0;
}
