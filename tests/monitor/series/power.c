#include "power.h"
#include "testing.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

enum { SECTOR = 512 };
struct op {
    struct op *next;
    sqlite3_int64 offset;
    int n;                    /* -1: cut off at offset */
    unsigned char bytes[];
};
struct disk_file {            /* one path */
    struct disk_file *next;
    char *path;
    unsigned char *durable;
    size_t durable_n;
    struct op *first, *last;  /* since the last sync */
};
struct power_file {
    sqlite3_file base;
    struct disk_file *disk;
    bool wal;
    sqlite3_file *real;
};

static sqlite3_vfs *below;
static struct disk_file *files;
static int64_t left = -1;
static bool gone;
static enum power_sync mode;

/* False: the power is gone, and with it this operation. */
static bool spend(void)
{
    if (gone || left == 0) {
        gone = true;
        return false;
    }
    if (left > 0)
        left--;
    return true;
}

static void durable_grow(struct disk_file *f, size_t n)
{
    if (n <= f->durable_n)
        return;
    f->durable = realloc(f->durable, n);
    memset(f->durable + f->durable_n, 0, n - f->durable_n);
    f->durable_n = n;
}

static void apply(struct disk_file *f, const struct op *o, int from, int to)
{
    if (o->n < 0) {
        durable_grow(f, (size_t)o->offset);
        f->durable_n = (size_t)o->offset;
        return;
    }
    durable_grow(f, (size_t)(o->offset + to));
    memcpy(f->durable + o->offset + from, o->bytes + from, (size_t)(to - from));
}

static void drop_ops(struct disk_file *f)
{
    for (struct op *o = f->first, *next; o; o = next) {
        next = o->next;
        free(o);
    }
    f->first = f->last = NULL;
}

static void add_op(struct disk_file *f, sqlite3_int64 offset, int n, const void *bytes)
{
    struct op *o = malloc(sizeof *o + (n > 0 ? (size_t)n : 0));
    *o = (struct op){NULL, offset, n};
    if (n > 0)
        memcpy(o->bytes, bytes, (size_t)n);
    if (f->last)
        f->last->next = o;
    else
        f->first = o;
    f->last = o;
}

static struct disk_file *disk_of(const char *path)
{
    for (struct disk_file *f = files; f; f = f->next)
        if (strcmp(f->path, path) == 0)
            return f;
    struct disk_file *f = calloc(1, sizeof *f);
    f->path = strdup(path);
    int fd = open(path, O_RDONLY); /* what stood there before is durable */
    struct stat info;
    if (fd >= 0 && fstat(fd, &info) == 0 && info.st_size > 0) {
        durable_grow(f, (size_t)info.st_size);
        assert_int_equal(read(fd, f->durable, f->durable_n), (ssize_t)f->durable_n);
    }
    if (fd >= 0)
        close(fd);
    f->next = files;
    files = f;
    return f;
}

static void disk_forget(const char *path)
{
    for (struct disk_file **at = &files; *at; at = &(*at)->next)
        if (strcmp((*at)->path, path) == 0) {
            struct disk_file *f = *at;
            *at = f->next;
            drop_ops(f);
            free(f->durable);
            free(f->path);
            free(f);
            return;
        }
}

/* ---- files ---- */

#define REAL(file) (((struct power_file *)(file))->real)

static int p_close(sqlite3_file *f)
{
    int code = REAL(f)->pMethods->xClose(REAL(f));
    free(REAL(f));
    return code;
}

static int p_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return gone ? SQLITE_IOERR_READ : REAL(f)->pMethods->xRead(REAL(f), p, n, at);
}

static int p_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    struct power_file *w = (struct power_file *)f;
    if (!spend())
        return SQLITE_IOERR_WRITE;
    if (w->disk)
        add_op(w->disk, at, n, p);
    return w->real->pMethods->xWrite(w->real, p, n, at);
}

static int p_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    struct power_file *w = (struct power_file *)f;
    if (!spend())
        return SQLITE_IOERR_TRUNCATE;
    if (w->disk)
        add_op(w->disk, size, -1, NULL);
    return w->real->pMethods->xTruncate(w->real, size);
}

static int p_sync(sqlite3_file *f, int flags)
{
    struct power_file *w = (struct power_file *)f;
    (void)flags;
    if (!spend())
        return SQLITE_IOERR_FSYNC;
    if (!w->disk || mode == POWER_SYNC_NEVER || (mode == POWER_SYNC_NOT_WAL && w->wal))
        return SQLITE_OK;
    for (struct op *o = w->disk->first; o; o = o->next)
        apply(w->disk, o, 0, o->n);
    drop_ops(w->disk);
    return SQLITE_OK;
}

static int p_size(sqlite3_file *f, sqlite3_int64 *ret)
{
    return REAL(f)->pMethods->xFileSize(REAL(f), ret);
}
static int p_lock(sqlite3_file *f, int how)
{
    return REAL(f)->pMethods->xLock(REAL(f), how);
}
static int p_unlock(sqlite3_file *f, int how)
{
    return REAL(f)->pMethods->xUnlock(REAL(f), how);
}
static int p_reserved(sqlite3_file *f, int *ret)
{
    return REAL(f)->pMethods->xCheckReservedLock(REAL(f), ret);
}
static int p_control(sqlite3_file *f, int op, void *p)
{
    return REAL(f)->pMethods->xFileControl(REAL(f), op, p);
}
static int p_sector(sqlite3_file *f)
{
    (void)f;
    return SECTOR;
}
static int p_character(sqlite3_file *f)
{
    (void)f;
    return 0; /* promises nothing */
}
static int p_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
    return REAL(f)->pMethods->xShmMap(REAL(f), page, size, extend, ret);
}
static int p_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}
static void p_shm_barrier(sqlite3_file *f)
{
    REAL(f)->pMethods->xShmBarrier(REAL(f));
}
static int p_shm_unmap(sqlite3_file *f, int remove)
{
    return REAL(f)->pMethods->xShmUnmap(REAL(f), remove);
}

static const sqlite3_io_methods methods = {.iVersion = 2, /* no mapping: reads come through here */
                                           .xClose = p_close, .xRead = p_read, .xWrite = p_write, .xTruncate = p_truncate,
                                           .xSync = p_sync, .xFileSize = p_size, .xLock = p_lock, .xUnlock = p_unlock,
                                           .xCheckReservedLock = p_reserved, .xFileControl = p_control, .xSectorSize = p_sector,
                                           .xDeviceCharacteristics = p_character, .xShmMap = p_shm_map, .xShmLock = p_shm_lock,
                                           .xShmBarrier = p_shm_barrier, .xShmUnmap = p_shm_unmap};

static int v_open(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags, int *ret_flags)
{
    (void)v;
    struct power_file *w = (struct power_file *)f;
    *w = (struct power_file){.real = calloc(1, (size_t)below->szOsFile)};
    int code = gone ? SQLITE_CANTOPEN : below->xOpen(below, path, w->real, flags, ret_flags);
    if (code != SQLITE_OK) {
        if (w->real->pMethods)
            w->real->pMethods->xClose(w->real);
        free(w->real);
        return code;
    }
    bool kept = flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL);
    w->disk = path && kept ? disk_of(path) : NULL;
    w->wal = (flags & SQLITE_OPEN_WAL) != 0;
    w->base.pMethods = &methods;
    return SQLITE_OK;
}

static int v_delete(sqlite3_vfs *v, const char *path, int sync)
{
    (void)v;
    if (!spend())
        return SQLITE_IOERR_DELETE;
    disk_forget(path);
    return below->xDelete(below, path, sync);
}

void power_install(void)
{
    static sqlite3_vfs vfs;
    below = sqlite3_vfs_find(NULL);
    vfs = *below;
    vfs.zName = "power";
    vfs.szOsFile = sizeof(struct power_file);
    vfs.xOpen = v_open;
    vfs.xDelete = v_delete;
    vfs.pNext = NULL;
    assert_int_equal(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}

void power_arm(int64_t operations)
{
    left = operations;
    gone = false;
}

bool power_gone(void)
{
    return gone;
}

void power_sync(enum power_sync how)
{
    mode = how;
}

/* Kept, dropped, or torn: a run of whole sectors of it. */
static void survive(struct disk_file *f, const struct op *o, uint64_t *seed)
{
    uint64_t chance = test_random(seed) % 4;
    if (chance == 0)
        return;
    if (chance < 3 || o->n <= SECTOR) {
        apply(f, o, 0, o->n);
        return;
    }
    int sectors = (o->n + SECTOR - 1) / SECTOR, a = (int)(test_random(seed) % (unsigned)sectors);
    int b = a + 1 + (int)(test_random(seed) % (unsigned)(sectors - a));
    apply(f, o, a * SECTOR, b * SECTOR < o->n ? b * SECTOR : o->n);
}

void power_back(uint64_t *seed)
{
    for (struct disk_file *f = files; f; f = f->next) {
        for (const struct op *o = f->first; o; o = o->next)
            survive(f, o, seed);
        drop_ops(f);
        int fd = open(f->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, f->durable, f->durable_n), (ssize_t)f->durable_n);
        close(fd);
        char shm[600];
        snprintf(shm, sizeof shm, "%s-shm", f->path);
        unlink(shm); /* shared memory: gone */
    }
    left = -1;
    gone = false;
}

void power_forget(void)
{
    while (files)
        disk_forget(files->path);
}
