/* A folder is walked in the order of names, so that the same card gives the same output. Of a photograph the head and the last bytes are read. */
#include "cli/patrol_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH = 6, BATCH = 256, TAIL = 4096, LIMIT_FILES = LIMIT_PATROL_PHOTOS + 10000 };

struct found { str path, name; };
struct walk { struct arena *a; VEC(struct found) files; };

static int visible(const struct dirent *d)
{
    return d->d_name[0] != '.'; /* of macOS: a shadow of every file */
}

static err *walk(struct walk *w, str folder, str below, int depth)
{
    struct dirent **list = NULL;
    int n = scandir(arena_cstr(w->a, folder), &list, visible, alphasort);
    err *e = n < 0 ? err_errno(folder) : NULL;
    for (int i = 0; i < n; i++) {
        struct stat s;
        str path = arena_printf(w->a, "%.*s/%s", STR_ARG(folder), list[i]->d_name);
        str name = below.n ? arena_printf(w->a, "%.*s/%s", STR_ARG(below), list[i]->d_name) : arena_str(w->a, str_of(list[i]->d_name));
        free(list[i]);
        if (e || lstat(arena_cstr(w->a, path), &s) != 0)
            continue;
        if (S_ISDIR(s.st_mode) && depth < DEPTH)
            e = walk(w, path, name, depth + 1);
        else if (S_ISREG(s.st_mode) && w->files.n < LIMIT_FILES)
            vec_push(w->a, &w->files, ((struct found){path, name}));
        else if (S_ISREG(s.st_mode))
            e = err_new(ERR_LIMIT, "文件夹里的文件超过%d个", LIMIT_FILES);
    }
    free(list);
    return e;
}

static bool named_photo(str name)
{
    str end = str_sub(name, name.n > 5 ? name.n - 5 : 0, 5);
    return end.n == 5 && (strncasecmp(end.p + 1, ".jpg", 4) == 0 || strncasecmp(end.p, ".jpeg", 5) == 0);
}

/* Head, and whether the picture ends where the file does. */
static err *head_of(struct arena *a, str path, struct photo_file *ret, bool *ret_ends)
{
    struct stat s;
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &s) != 0) {
        err *e = err_errno(path);
        if (fd >= 0)
            close(fd);
        return e;
    }
    size_t want = s.st_size < LIMIT_PATROL_HEAD ? (size_t)s.st_size : LIMIT_PATROL_HEAD;
    char *p = arena_alloc(a, want + TAIL, 1);
    ssize_t got = pread(fd, p, want, 0), tail = s.st_size > TAIL ? pread(fd, p + want, TAIL, s.st_size - TAIL) : 0;
    err *e = got < 0 || tail < 0 ? err_errno(path) : NULL;
    close(fd);
    if (e)
        return e;
    *ret = (struct photo_file){.bytes = {p, (size_t)got}, .whole = s.st_size <= LIMIT_PATROL_HEAD};
    *ret_ends = ret->whole || str_find((str){p + want, (size_t)tail}, S("\xff\xd9")) >= 0;
    return NULL;
}

static err *photos(struct patrol_folder *f)
{
    struct progress bar = progress_start("读照片");
    AUTO_ARENA(a);
    for (size_t i = 0; i < f->n; i += BATCH) {
        bool ends[BATCH];
        size_t n = f->n - i < BATCH ? f->n - i : BATCH;
        for (size_t k = 0; k < n; k++)
            TRY(head_of(a, f->paths[i + k], &f->photos[i + k], &ends[k]));
        TRY(photos_read(f->photos + i, n));
        for (size_t k = 0; k < n; k++) {
            f->photos[i + k].bytes = STR_NONE;
            f->photos[i + k].photo.flags |= ends[k] ? 0 : PHOTO_TRUNCATED;
        }
        arena_reset(a);
        progress_step(&bar, (int64_t)(i + n), (int64_t)f->n);
    }
    progress_end(&bar);
    return NULL;
}

err *patrol_folder_read(struct arena *a, str folder, struct place near, struct patrol_folder *ret)
{
    struct walk w = {.a = a};
    TRY(walk(&w, folder, STR_NONE, 0));
    struct patrol_folder f = {.a = a, .names = NEW_ARRAY(a, w.files.n + 1, str), .paths = NEW_ARRAY(a, w.files.n + 1, str),
                              .tracks = NEW_ARRAY(a, w.files.n + 1, struct track), .track_names = NEW_ARRAY(a, w.files.n + 1, str)};
    f.refused = arena_alloc(a, w.files.n + 1, sizeof *f.refused);
    for (size_t i = 0; i < w.files.n; i++) {
        str bytes, name = w.files.p[i].name;
        if (named_photo(name)) {
            f.names[f.n] = name, f.paths[f.n++] = w.files.p[i].path;
            continue;
        }
        if (!track_like(S(""), name) && !str_ends(name, S(".txt")))
            continue;
        AUTO_ARENA(one);
        err *e = file_read(one, w.files.p[i].path, LIMIT_PATROL_FILE, &bytes);
        if (!e)
            e = track_like(bytes, name) ? track_read(a, bytes, name, near, &f.tracks[f.tracks_n]) : NULL;
        if (e) {
            f.refused[f.refused_n].name = name;
            f.refused[f.refused_n++].why = arena_str(a, e->want.n ? arena_printf(one, "%.*s：%.*s", STR_ARG(e->text), STR_ARG(e->want)) : e->text);
        } else if (track_like(bytes, name)) {
            f.track_names[f.tracks_n++] = name;
        }
    }
    f.photos = NEW_ARRAY(a, f.n + 1, struct photo_file);
    TRY(photos(&f));
    *ret = f;
    return NULL;
}

bool patrol_folder_grey(void *folder, size_t index, struct grey *ret)
{
    struct patrol_folder *f = folder;
    struct photo_file file = {.whole = true, .photo = f->photos[index].photo};
    AUTO_ARENA(a);
    return !file_read(a, f->paths[index], LIMIT_PATROL_FILE, &file.bytes) && !photo_grey(&file, ret);
}

err *patrol_folder_twin(const struct patrol_folder *f, size_t index, struct twin *ret)
{
    str bytes;
    AUTO_ARENA(a);
    TRY(file_read(a, f->paths[index], LIMIT_PATROL_FILE, &bytes));
    return photo_twin(bytes, ret);
}
