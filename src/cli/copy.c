/* Files are on disk when this returns. */
#include "cli/copy.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static err *copy_entry(struct arena *a, const char *from, const char *to, const char *name, int64_t *ret_files)
{
    struct stat info;
    str source = arena_printf(a, "%s/%s", from, name), target = arena_printf(a, "%s/%s", to, name);
    if (lstat(source.p, &info) != 0)
        return err_errno(source);
    if (S_ISDIR(info.st_mode))
        return folder_copy(source, target, ret_files);
    if (!S_ISREG(info.st_mode))
        return NULL;
    ++*ret_files;
    return file_copy(source, target);
}

err *folder_copy(str from, str to, int64_t *ret_files)
{
    return folder_copy_except(from, to, S("."), ret_files);
}

err *folder_copy_except(str from, str to, str except, int64_t *ret_files)
{
    AUTO_ARENA(a);
    char *source = arena_cstr(a, from), *target = arena_cstr(a, to);
    TRY(folder_make(to));
    DIR *folder = opendir(source);
    if (!folder)
        return err_errno(from);
    err *bad = NULL;
    for (struct dirent *e; !bad && (e = readdir(folder));)
        if (!str_eq(str_of(e->d_name), S(".")) && !str_eq(str_of(e->d_name), S("..")) &&
            !str_eq(str_of(e->d_name), except))
            bad = copy_entry(a, source, target, e->d_name, ret_files);
    closedir(folder);
    return bad;
}

enum { LIMIT_BLOB_NAMES = 1 << 30 };
struct names { struct arena *arena; VEC(str) list; };

static int by_name(const void *l, const void *r)
{
    return str_cmp(*(const str *)l, *(const str *)r);
}

/* Passing names of uploads begin with "new-" and are none. */
static err *names_of(struct names *to, str data, const char *two)
{
    str path = arena_printf(to->arena, "%.*s/blobs/%s", STR_ARG(data), two);
    DIR *folder = opendir(arena_cstr(to->arena, path));
    if (!folder && errno == ENOENT)
        return NULL;
    if (!folder)
        return err_errno(path);
    for (struct dirent *e; (e = readdir(folder));)
        if (e->d_name[0] != '.')
            vec_push(to->arena, &to->list, arena_printf(to->arena, "%s/%s", two, e->d_name));
    closedir(folder);
    return NULL;
}

err *blob_names(struct arena *a, str data, str *ret)
{
    static const char digit[] = "0123456789abcdef";
    struct names n = {.arena = a};
    for (int i = 0; i < 256; i++)
        TRY(names_of(&n, data, (char[]){digit[i >> 4], digit[i & 15], '\0'}));
    if (n.list.n)
        qsort(n.list.p, n.list.n, sizeof *n.list.p, by_name);
    buf b = buf_make(a, LIMIT_BLOB_NAMES);
    for (size_t i = 0; i < n.list.n; i++)
        buf_printf(&b, "%.*s\n", STR_ARG(n.list.p[i]));
    *ret = buf_str(&b);
    return NULL;
}
