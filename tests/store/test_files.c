/* Files: opening, blobs, backup, memory stores. The engine matters little here: SQLite serves. */
#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static const char *file_of(struct scene *s, const char *name)
{
    return arena_printf(s->arena, "%s/%s", s->folder, name).p;
}

static void write_file(const char *path, const char *text)
{
    assert_ok(file_write_atomic(str_of(path), str_of(text), 0600));
}

static void addresses(void **state)
{
    struct scene *s = *state;
    struct store *store;
    const char *bad[] = {"", "x.db", "sqlite:", "mysql://x", "sqlite3:x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_err(store_open(str_of(bad[i]), S(""), STORE_CREATE, &store), ERR_INPUT);
    assert_err(store_open(S("postgresql://nobody"), S(""), STORE_EXISTING, &store), ERR_INPUT);
    str absent = arena_printf(s->arena, "sqlite:%s", file_of(s, "absent.db"));
    assert_err(store_open(absent, S(""), STORE_EXISTING, &store), ERR_MISSING);
    assert_err(store_open(absent, S(""), STORE_READ, &store), ERR_MISSING);
    assert_ok(store_open(absent, S(""), STORE_CREATE, &store));
    assert_str(store_folder(store), file_of(s, "absent.db.d"));
    struct stat info;
    assert_int_equal(stat(file_of(s, "absent.db.d"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(stat(file_of(s, "absent.db"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    store_close(store);
}

static void no_database(void **state)
{
    struct scene *s = *state;
    struct store *store;
    char text[5000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    write_file(file_of(s, "text"), text);
    str url = arena_printf(s->arena, "sqlite:%s", file_of(s, "text"));
    assert_err(store_open(url, S(""), STORE_EXISTING, &store), ERR_DAMAGED);
    assert_err(store_open(url, S(""), STORE_READ, &store), ERR_DAMAGED);
}

/* Pages overwritten in the middle of the file are noticed when they are read. */
static void damaged_pages(void **state)
{
    struct scene *s = *state;
    scene_exec(s->db, "CREATE TABLE t (id BIGINT PRIMARY KEY, note TEXT)");
    assert_ok(db_begin_write(s->db));
    for (int i = 0; i < 3000; i++)
        assert_ok(db_put(s->db, "INSERT INTO t VALUES (:i, 'some text to fill pages')",
                         DB_ARGS(DB_I("i", i))));
    assert_ok(db_commit(s->db));
    db_close(s->db);
    int fd = open(file_of(s, "x.db"), O_WRONLY);
    char junk[4096];
    memset(junk, 0x5a, sizeof junk);
    for (int page = 2; page < 8; page++)
        assert_int_equal(pwrite(fd, junk, sizeof junk, page * 4096), sizeof junk);
    close(fd);
    assert_ok(db_open(s->store, true, &s->db));
    int64_t n;
    assert_err(db_one_int(s->db, "SELECT count(note) FROM t", NULL, 0, &n), ERR_DAMAGED);
}

static void memory_store_is_shared_within(void **state)
{
    (void)state;
    struct store *one, *two;
    struct db *writer, *reader, *other;
    char folder[256];
    assert_ok(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &one));
    assert_ok(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &two));
    assert_ok(db_open(one, true, &writer));
    assert_ok(db_open(one, false, &reader));
    assert_ok(db_open(two, true, &other));
    scene_exec(writer, "CREATE TABLE t (n BIGINT)");
    scene_exec(writer, "INSERT INTO t VALUES (5)");
    assert_int_equal(scene_int(reader, "SELECT n FROM t"), 5);
    int64_t n;
    assert_err(db_one_int(other, "SELECT n FROM t", NULL, 0, &n), ERR_DATABASE);
    db_close(writer);
    assert_int_equal(scene_int(reader, "SELECT n FROM t"), 5);
    db_close(reader);
    db_close(other);
    snprintf(folder, sizeof folder, "%.*s", STR_ARG(store_folder(one)));
    struct sm3 digest;
    assert_ok(blob_put(one, S("x"), &digest));
    store_close(one);
    store_close(two);
    assert_int_not_equal(access(folder, F_OK), 0); /* went with the store */
}

/* ---- blobs ---- */

static void blobs_come_back(void **state)
{
    struct scene *s = *state;
    struct sm3 digest, again, empty;
    str bytes, path;
    assert_ok(blob_put(s->store, S("abc"), &digest));
    assert_str(
        sm3_text(s->arena, &digest),
        "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"); /* GB/T 32905, A.1
                                                                                  */
    assert_ok(blob_put(s->store, S("abc"), &again));
    assert_memory_equal(&digest, &again, sizeof digest);
    assert_ok(blob_put(s->store, S(""), &empty));
    assert_ok(blob_get(s->store, s->arena, &digest, 3, &bytes));
    assert_str(bytes, "abc");
    assert_err(blob_get(s->store, s->arena, &digest, 2, &bytes), ERR_LIMIT);
    assert_ok(blob_path(s->store, s->arena, &digest, &path));
    assert_true(str_find(path, S("/blobs/66/c7f0f4")) > 0);
    digest.byte[31] ^= 1;
    assert_err(blob_get(s->store, s->arena, &digest, 3, &bytes), ERR_MISSING);
    assert_err(blob_path(s->store, s->arena, &digest, &path), ERR_MISSING);
    int64_t count;
    assert_ok(blob_verify(s->store, NULL, NULL, &count));
    assert_int_equal(count, 2);
}

static void large_blobs_stream(void **state)
{
    struct scene *s = *state;
    size_t part = LIMIT_BLOB_PART, whole = 2 * part + 12345;
    char *bytes = arena_alloc(s->arena, whole, 1);
    uint64_t random = 7;
    for (size_t i = 0; i < whole; i += 1000)
        bytes[i] = (char)test_random(&random);
    struct sm3 streamed, direct, want = sm3_of(bytes, whole);
    struct blob_writer *w;
    int64_t n;
    assert_ok(blob_begin(s->store, &w));
    assert_err(blob_add(w, (str){bytes, part + 1}), ERR_LIMIT);
    for (size_t i = 0; i < whole; i += part / 3)
        assert_ok(blob_add(w, str_sub((str){bytes, whole}, i, part / 3)));
    assert_ok(blob_finish(w, &streamed, &n));
    assert_int_equal(n, whole);
    assert_memory_equal(&streamed, &want, sizeof want);
    assert_ok(blob_put(s->store, (str){bytes, whole}, &direct));
    assert_memory_equal(&direct, &want, sizeof want);
    assert_ok(blob_begin(s->store, &w));
    assert_ok(blob_add(w, S("never mind")));
    blob_discard(w);
    blob_discard(NULL);
    assert_ok(blob_verify(s->store, NULL, NULL, &n));
    assert_int_equal(n, 1);
}

static void remember(void *context, str name)
{
    snprintf(context, 80, "%.*s", STR_ARG(name));
}

static void damaged_blob_is_found_and_mended(void **state)
{
    struct scene *s = *state;
    struct sm3 digest, other;
    str path, bytes;
    char bad[80] = "";
    int64_t count;
    assert_ok(blob_put(s->store, S("abc"), &digest));
    assert_ok(blob_put(s->store, S("abd"), &other));
    assert_ok(blob_path(s->store, s->arena, &digest, &path));
    int fd = open(arena_cstr(s->arena, path), O_WRONLY);
    assert_int_equal(pwrite(fd, "B", 1, 1), 1);
    close(fd);
    assert_err(blob_get(s->store, s->arena, &digest, 10, &bytes), ERR_DAMAGED);
    assert_ok(blob_verify(s->store, remember, bad, &count));
    assert_int_equal(count, 2);
    assert_str(str_of(bad), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert_ok(blob_put(s->store, S("abc"), &digest));
    assert_ok(blob_get(s->store, s->arena, &digest, 10, &bytes));
    write_file(arena_printf(s->arena, "%.*s", STR_ARG(path)).p, "abc");
    write_file(arena_printf(s->arena, "%.*s-stray", STR_ARG(path)).p, "abc");
    assert_ok(blob_verify(s->store, remember, bad, &count));
    assert_true(str_ends(str_of(bad), S("-stray")));
}

/* Whatever step fails, there is no blob and nothing is left behind. */
static void failing_disk(void **state)
{
    struct scene *s = *state;
    struct sm3 digest;
    for (int call = OS_WRITE; call <= OS_RENAME; call++) { /* copying is no business of blobs */
        os_fault((enum os_call)call, 1, call == OS_WRITE ? ENOSPC : EIO);
        assert_err(blob_put(s->store, S("abc"), &digest), call == OS_WRITE ? ERR_FULL : ERR_IO);
        os_fault((enum os_call)call, 0, 0);
        int64_t count;
        assert_ok(blob_verify(s->store, NULL, NULL, &count));
        assert_int_equal(count, 0);
    }
    assert_ok(blob_put(s->store, S("abc"), &digest));
    char command[256];
    snprintf(command, sizeof command, "ls %s/data/blobs | grep -q new-", s->folder);
    assert_int_not_equal(system(command), 0);
}

/* A passing name from yesterday goes at the next opening, one from now stays. */
static void left_over_files(void **state)
{
    struct scene *s = *state;
    struct blob_writer *w;
    assert_ok(blob_begin(s->store, &w));
    const char *old = file_of(s, "data/blobs/new-0123456789abcdef");
    write_file(old, "half a blob");
    struct timespec yesterday[2] = {{time(NULL) - 90000, 0}, {time(NULL) - 90000, 0}};
    assert_int_equal(utimensat(AT_FDCWD, old, yesterday, 0), 0);
    store_close(scene_open_again(s, STORE_READ));
    assert_int_equal(access(old, F_OK), 0);
    store_close(scene_open_again(s, STORE_EXISTING));
    assert_int_not_equal(access(old, F_OK), 0);
    struct sm3 digest;
    int64_t n;
    assert_ok(blob_add(w, S("abc")));
    assert_ok(blob_finish(w, &digest, &n));
}

/* ---- backup ---- */

static void backup_is_one_moment(void **state)
{
    struct scene *s = *state;
    scene_exec(s->db, "CREATE TABLE t (n BIGINT PRIMARY KEY)");
    scene_exec(s->db, "INSERT INTO t VALUES (1)");
    assert_ok(db_begin_write(s->db));
    scene_exec(s->db, "INSERT INTO t VALUES (2)");
    const char *path = file_of(s, "copy.db");
    assert_ok(store_backup(s->store, str_of(path))); /* while somebody writes */
    assert_ok(db_commit(s->db));
    assert_err(store_backup(s->store, str_of(path)), ERR_CONFLICT);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    struct store *copy;
    struct db *d;
    assert_ok(store_open(arena_printf(s->arena, "sqlite:%s", path), S("/tmp"), STORE_READ, &copy));
    assert_ok(db_open(copy, false, &d));
    assert_int_equal(scene_int(d, "SELECT count(*) FROM t"), 1);
    db_close(d);
    store_close(copy);
    assert_err(store_backup(s->store, str_of(file_of(s, "nowhere/copy.db"))), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scene_test(addresses),
        scene_test(no_database),
        scene_test(damaged_pages),
        scene_test(memory_store_is_shared_within),
        scene_test(blobs_come_back),
        scene_test(large_blobs_stream),
        scene_test(damaged_blob_is_found_and_mended),
        scene_test(failing_disk),
        scene_test(left_over_files),
        scene_test(backup_is_one_moment),
    };
    unsetenv("XIEZHI_TEST_POSTGRES");
    return scene_run("files", tests);
}
