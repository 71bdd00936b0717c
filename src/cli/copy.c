/* Files are copied in the kernel where it can, and are on disk when this returns. */
#include "cli/copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static err *pour(int in, int out)
{
    for (;;) {
        ssize_t n = copy_file_range(in, NULL, out, NULL, 1 << 30, 0);
        if (n == 0)
            return fsync(out) == 0 ? NULL : err_errno(S("写入备份"));
        if (n < 0)
            return err_errno(S("复制文件"));
    }
}

err *file_copy(str from, str to)
{
    AUTO_ARENA(a);
    int in = open(arena_cstr(a, from), O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return err_errno(from);
    int out = open(arena_cstr(a, to), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    err *bad = out < 0 ? err_errno(to) : pour(in, out);
    close(in);
    if (out >= 0 && close(out) != 0 && !bad)
        bad = err_errno(to);
    return bad;
}

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
