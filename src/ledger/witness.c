/*
 * The witness file stands beside the database, not in it, so that somebody who puts back an old
 * copy of the database is caught. It is replaced whole each time rather than appended to: a line
 * cut off by a power failure would be indistinguishable from one that was tampered with. A line is
 * the note with blanks for line ends.
 */
#include "ledger/checkpoint.h"

#include <stdlib.h>

enum { LIMIT_WITNESS_BYTES = 128 * 1024, LINE_PARTS = 8 };

str witness_path(const struct store *s, struct arena *a)
{
    return arena_printf(a, "%.*s/witness.txt", STR_ARG(store_folder(s)));
}

static str line_of(struct arena *a, str note)
{
    char *line = arena_cstr(a, note);
    size_t n = 0;
    for (size_t i = 0; i < note.n; i++)
        if (note.p[i] != '\n' || (i + 1 < note.n && note.p[i + 1] != '\n'))
            line[n++] = note.p[i] == '\n' ? ' ' : note.p[i];
    return (str){line, n};
}

static bool note_of(struct arena *a, str line, str *ret)
{
    str part[LINE_PARTS], rest = line;
    for (int i = 0; i < LINE_PARTS; i++)
        if (!str_next(&rest, ' ', &part[i]))
            return false;
    if (rest.p)
        return false;
    *ret = arena_printf(a, "%.*s %.*s\n%.*s\n%.*s\n%.*s\n\n%.*s %.*s %.*s\n", STR_ARG(part[0]),
                        STR_ARG(part[1]), STR_ARG(part[2]), STR_ARG(part[3]), STR_ARG(part[4]),
                        STR_ARG(part[5]), STR_ARG(part[6]), STR_ARG(part[7]));
    return true;
}

static err *file_text(const struct store *s, struct arena *a, bool *ret_there, str *ret)
{
    str path = witness_path(s, a);
    *ret = S("");
    TRY(file_exists(path, ret_there));
    if (*ret_there)
        TRY(file_read(a, path, LIMIT_WITNESS_BYTES, ret));
    return NULL;
}

static int by_size(const void *left, const void *right)
{
    const struct checkpoint *l = left, *r = right;
    return (l->size > r->size) - (l->size < r->size);
}

err *witness_read(const struct store *s, struct arena *a, bool *ret_there, struct checkpoint **ret,
                  size_t *ret_n)
{
    VEC(struct checkpoint) found = {0};
    str rest, line, note;
    bool there;
    TRY(file_text(s, a, &there, &rest));
    while (rest.n && str_next(&rest, '\n', &line)) {
        struct checkpoint c;
        if (!note_of(a, line, &note) || checkpoint_parse(a, note, &c))
            return err_got(err_new(ERR_DAMAGED, "见证文件%.*s的第%zu行读不出来，请从备份取回它",
                                   STR_ARG(witness_path(s, a)), found.n + 1),
                           line, STR_NONE, STR_NONE);
        vec_push(a, &found, c);
    }
    /* Two processes beside each other may have written their lines in either order. */
    if (found.n)
        qsort(found.p, found.n, sizeof *found.p, by_size);
    *ret_there = there;
    *ret = found.p;
    *ret_n = found.n;
    return NULL;
}

err *witness_add(const struct store *s, const struct checkpoint *c)
{
    AUTO_ARENA(a);
    str old;
    bool there;
    TRY(file_text(s, a, &there, &old));
    size_t lines = 0, from = old.n;
    while (from && lines < LIMIT_WITNESS - 1) {
        from--;
        lines += from == 0 || old.p[from - 1] == '\n';
    }
    return file_write_atomic(witness_path(s, a),
                             arena_printf(a, "%.*s%.*s\n", STR_ARG(str_sub(old, from, old.n)),
                                          STR_ARG(line_of(a, c->note))),
                             0600);
}
