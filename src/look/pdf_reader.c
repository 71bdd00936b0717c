/*
 * xiezhi-read-pdf: a PDF on standard input, its words on standard output (pdf_answer.h). A program of its own: poppler is started
 * fresh, not forked out of a server whose other threads may hold its locks, and the server is not linked with it. Its libraries are loaded
 * before the doors are shut; then it holds no file but the two ends, opens none, starts nothing, and has bounded memory and time.
 */
#include "look/pdf.h"
#include "look/pdf_answer.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <poppler.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Glib asks for its signals; a large qsort() how much memory there is. Poppler looks for its folders of foreign encodings: it is told there
 * are none, and goes on. */
static bool no_hands(void)
{
    static const int allowed[] = {SCMP_SYS(rt_sigaction), SCMP_SYS(sysinfo)};
    static const int refused[] = {SCMP_SYS(access), SCMP_SYS(readlink), SCMP_SYS(getcwd), SCMP_SYS(lseek),
                                  SCMP_SYS(close),  SCMP_SYS(fcntl),    SCMP_SYS(ioctl)};
    return sandbox_enter(&(struct sandbox){.memory = LIMIT_PDF_MEMORY, .seconds = LIMIT_PDF_SECONDS, .allowed = allowed,
                                           .allowed_n = sizeof allowed / sizeof *allowed, .refused = refused,
                                           .refused_n = sizeof refused / sizeof *refused});
}

static enum pdf_fault one_page(PopplerDocument *d, int i, char *text, uint32_t *n)
{
    PopplerPage *page = poppler_document_get_page(d, i);
    char *words = page ? poppler_page_get_text(page) : NULL;
    size_t size = words ? strlen(words) : 0;
    bool room = size + 1 <= LIMIT_PDF_TEXT - *n;
    if (size && room) {
        memcpy(text + *n, words, size);
        text[*n + size] = '\n';
        *n += (uint32_t)size + 1;
    }
    g_free(words);
    g_clear_object(&page);
    return room ? PDF_FINE : PDF_TEXT;
}

static enum pdf_fault all_pages(const char *bytes, size_t size, char *text, uint32_t *n)
{
    GError *trouble = NULL;
    GBytes *held = g_bytes_new_static(bytes, size);
    PopplerDocument *d = poppler_document_new_from_bytes(held, NULL, &trouble);
    if (!d)
        return trouble && g_error_matches(trouble, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED) ? PDF_LOCKED : PDF_BROKEN;
    int pages = poppler_document_get_n_pages(d);
    if (pages <= 0)
        return PDF_BROKEN;
    if (pages > LIMIT_PDF_PAGES)
        return PDF_PAGES;
    enum pdf_fault fault = PDF_FINE;
    for (int i = 0; i < pages && fault == PDF_FINE; i++)
        fault = one_page(d, i, text, n);
    return fault == PDF_FINE && *n == 0 ? PDF_WORDLESS : fault; /* what is left ends with the process */
}

static void say(const void *p, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t n = write(1, (const char *)p + at, size - at);
        if (n < 0 && errno != EINTR)
            _exit(1);
        at += n > 0 ? (size_t)n : 0;
    }
}

/* All of standard input, at most `limit` bytes; false when there is more, or it cannot be read. */
static bool all_of_it(char *p, size_t limit, size_t *ret)
{
    for (*ret = 0;;) {
        ssize_t n = read(0, p + *ret, limit + 1 - *ret);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
        *ret += n > 0 ? (size_t)n : 0;
        if (*ret > limit)
            return false;
    }
}

int main(void)
{
    struct answer answer = {.magic = PDF_MAGIC, .fault = PDF_NO_SANDBOX};
    char *text = malloc(LIMIT_PDF_TEXT), *bytes = malloc((size_t)LIMIT_PDF_FILE + 1);
    size_t n;
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!text || !bytes || close_range(3, ~0U, 0) != 0)
        return 1;
    if (!all_of_it(bytes, LIMIT_PDF_FILE, &n))
        answer.fault = PDF_SIZE;
    else if (no_hands())
        answer.fault = all_pages(bytes, n, text, &answer.size);
    if (answer.fault != PDF_FINE)
        answer.size = 0;
    say(&answer, sizeof answer);
    say(text, answer.size);
    _exit(0); /* what poppler would tidy up ends with the process */
}
