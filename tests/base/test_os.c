#include "testing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

static char folder[] = "/tmp/xiezhi-test-os-XXXXXX";

static int folder_setup(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int folder_teardown(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    return system(arena_printf(a, "rm -r '%s'", folder).p);
}

static str in_folder(struct arena *a, const char *name)
{
    return arena_printf(a, "%s/%s", folder, name);
}

static int files_in_folder(void)
{
    int n = 0;
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d));)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

static void write_then_read(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str path = in_folder(a, "plain"), back;
    buf b = buf_make(a, 300000);
    for (int i = 0; i < 300000; i++)
        buf_char(&b, (char)(i * 31));
    assert_ok(file_write_atomic(path, buf_str(&b), 0640));
    assert_ok(file_read(a, path, 300000, &back));
    assert_true(str_eq(back, buf_str(&b)));
    struct stat info;
    assert_int_equal(stat(path.p, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    assert_err(file_read(a, path, 299999, &back), ERR_LIMIT);
    assert_ok(file_write_atomic(path, S(""), 0600));
    assert_ok(file_read(a, path, 0, &back));
    assert_int_equal(back.n, 0);
    assert_non_null(back.p);
    unlink(path.p);
    err_clear();
}

/* Files of /proc say they have no bytes, and a pipe has no size at all. */
static void reads_what_has_no_size(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str back;
    assert_ok(file_read(a, S("/proc/self/status"), 100000, &back));
    assert_true(str_starts(back, S("Name:")));
    assert_err(file_read(a, S("/proc/self/status"), 10, &back), ERR_LIMIT);
    assert_err(file_read(a, S("/dev/zero"), 100000, &back), ERR_LIMIT);
    err_clear();
}

static void refusals(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str back;
    bool exists = true;
    assert_err(file_read(a, in_folder(a, "absent"), 10, &back), ERR_MISSING);
    assert_err(file_read(a, str_of(folder), 10, &back), ERR_INPUT);
    assert_err(file_read(a, S(""), 10, &back), ERR_INPUT);
    assert_err(file_read(a, S("/etc/passwd\0x"), 10, &back), ERR_INPUT);
    assert_err(file_write_atomic(in_folder(a, "no/such/folder"), S("x"), 0600), ERR_IO);
    assert_ok(file_exists(in_folder(a, "absent"), &exists));
    assert_false(exists);
    assert_ok(file_exists(str_of(folder), &exists));
    assert_true(exists);
    err_clear();
}

static const struct {
    enum os_call call;
    int nth, code;
    enum err_kind kind;
    bool replaced;
} faults[] = {
    {OS_WRITE, 1, ENOSPC, ERR_FULL, false}, {OS_WRITE, 1, EDQUOT, ERR_FULL, false},
    {OS_WRITE, 1, EIO, ERR_IO, false},      {OS_FSYNC, 1, EIO, ERR_IO, false},
    {OS_FSYNC, 1, ENOSPC, ERR_FULL, false}, {OS_RENAME, 1, ENOSPC, ERR_FULL, false},
    {OS_RENAME, 1, EACCES, ERR_IO, false},  {OS_FSYNC, 2, EIO, ERR_IO, true}, /* of the folder */
};

static void atomic_under_faults(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str path = in_folder(a, "ledger"), back;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        assert_ok(file_write_atomic(path, S("old"), 0600));
        os_fault(faults[i].call, faults[i].nth, faults[i].code);
        assert_err(file_write_atomic(path, S("new"), 0600), faults[i].kind);
        assert_ok(file_read(a, path, 100, &back));
        assert_str(back, faults[i].replaced ? "new" : "old");
        assert_int_equal(files_in_folder(), 1);               /* nothing temporary is left */
        assert_ok(file_write_atomic(path, S("again"), 0600)); /* only the n-th call fails */
        assert_ok(file_read(a, path, 100, &back));
        assert_str(back, "again");
    }
    os_fault(OS_WRITE, 2, ENOSPC);
    assert_ok(file_write_atomic(path, S("first"), 0600));
    os_fault(OS_WRITE, 0, 0); /* off */
    assert_ok(file_write_atomic(path, S("second"), 0600));
    os_fault(OS_WRITE, 1, EINTR); /* an interruption is no failure */
    assert_ok(file_write_atomic(path, S("third"), 0600));
    assert_ok(file_read(a, path, 100, &back));
    assert_str(back, "third");
    unlink(path.p);
    err_clear();
}

/* In the kernel, through memory where it will not (another disk), and not at all where the disk is full. */
static void copies(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static char large[300000];
    str from = in_folder(a, "from"), to = in_folder(a, "to"), back;
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)(i * 7 % 251);
    str bytes = {large, sizeof large};
    assert_ok(file_write_atomic(from, bytes, 0600));
    static const int refusals[] = {0, EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM, EINTR};
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        os_fault(OS_COPY, refusals[i] != 0, refusals[i]);
        assert_ok(file_copy(from, to));
        assert_ok(file_read(a, to, sizeof large, &back));
        assert_true(str_eq(back, bytes));
        assert_err(file_copy(from, to), ERR_IO); /* it is there: not overwritten */
        unlink(to.p);
    }
    os_fault(OS_COPY, 1, ENOSPC);
    assert_err(file_copy(from, to), ERR_FULL);
    os_fault(OS_COPY, 1, EXDEV);
    os_fault(OS_WRITE, 2, ENOSPC);
    assert_err(file_copy(from, to), ERR_FULL);
    os_fault(OS_FSYNC, 1, EIO);
    assert_err(file_copy(from, to), ERR_IO);
    assert_int_equal(files_in_folder(), 1); /* half a copy is none */
    assert_err(file_copy(in_folder(a, "none"), to), ERR_IO);
    unlink(from.p);
    err_clear();
}

static void folders(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    bool exists = false;
    assert_ok(folder_make(in_folder(a, "x//y/z/")));
    assert_ok(folder_make(in_folder(a, "x/y/z")));
    assert_ok(file_exists(in_folder(a, "x/y/z"), &exists));
    assert_true(exists);
    struct stat info;
    assert_int_equal(stat(in_folder(a, "x/y").p, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_ok(file_write_atomic(in_folder(a, "file"), S(""), 0600));
    assert_err(folder_make(in_folder(a, "file")), ERR_IO);
    assert_err(folder_make(in_folder(a, "file/below")), ERR_IO);
    assert_err(folder_make(S("")), ERR_INPUT);
    err_clear();
}

static void random_differs(void **state)
{
    (void)state;
    uint8_t one[300] = {0}, two[300] = {0}; /* longer than one getrandom promises at once */
    random_bytes(one, sizeof one);
    random_bytes(two, sizeof two);
    assert_memory_not_equal(one, two, sizeof one);
    assert_memory_not_equal(one + 256, two + 256, 44);
    random_bytes(one, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_then_read), cmocka_unit_test(reads_what_has_no_size),
        cmocka_unit_test(refusals),        cmocka_unit_test(atomic_under_faults),
        cmocka_unit_test(copies), cmocka_unit_test(folders),         cmocka_unit_test(random_differs),
    };
    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
