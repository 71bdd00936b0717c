/*
 * page --html OUT.html TEMPLATE STYLE.css CORE.mjs... -- PAGE.mjs...
 * page --module OUT.mjs CORE.mjs...
 *
 * Puts a page of our own modules together into one file that needs no network. The template's lines @STYLE@, @CORE@ and @PAGE@
 * are replaced; @POLICY@ becomes a Content-Security-Policy that allows these three texts by their digests and nothing else.
 * A module keeps its scope: it becomes a function whose result is what it exports, `const {a, b} = (() => {...})();`, and its
 * imports go, because what they name stands above. So the modules come in the order of their imports, a name is exported once,
 * and nothing is renamed. --module makes the same of them for Node.js: the tests run what the page runs.
 */
#include <ctype.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *p;
    size_t n, capacity;
};

static _Noreturn void fail(const char *path, const char *what)
{
    fprintf(stderr, "page: %s: %s\n", path, what);
    exit(1);
}

static void add(struct text *t, const char *p, size_t n)
{
    if (t->n + n + 1 > t->capacity) {
        t->capacity = (t->n + n + 1) * 2;
        t->p = realloc(t->p, t->capacity);
        if (!t->p)
            fail("memory", strerror(errno));
    }
    memcpy(t->p + t->n, p, n);
    t->n += n;
    t->p[t->n] = 0;
}

static void add_text(struct text *t, const char *s)
{
    add(t, s, strlen(s));
}

static struct text read_file(const char *path)
{
    struct text t = {0};
    char piece[65536];
    FILE *in = fopen(path, "rb");
    if (!in)
        fail(path, strerror(errno));
    add(&t, "", 0);
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;)
        add(&t, piece, n);
    if (ferror(in))
        fail(path, strerror(errno));
    fclose(in);
    if (strlen(t.p) != t.n)
        fail(path, "holds a NUL byte");
    return t;
}

static int starts(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

/* The name a declaration gives: `const x =`, `async function f(`, `class C {`. */
static void add_name(struct text *names, const char *path, const char *declaration)
{
    static const char *const words[] = {"async ", "function ", "const ", "class "};
    const char *p = declaration;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (starts(p, words[i]))
            p += strlen(words[i]);
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || p[n] == '_' || p[n] == '$')
        n++;
    if (!n || p == declaration)
        fail(path, "an export that is no named declaration");
    if (names->n)
        add_text(names, ", ");
    add(names, p, n);
}

static void add_module(struct text *out, const char *path, int exported)
{
    struct text source = read_file(path), body = {0}, names = {0};
    add(&body, "", 0);
    add(&names, "", 0);
    for (char *line = source.p; *line;) {
        char *end = strchr(line, '\n');
        end = end ? end + 1 : line + strlen(line);
        if (starts(line, "import ")) { /* may span lines; ends with its semicolon */
            end = strchr(line, ';');
            if (!end)
                fail(path, "an import without its semicolon");
            end += end[1] == '\n' ? 2 : 1;
        } else if (starts(line, "export ")) {
            add_name(&names, path, line + strlen("export "));
            add(&body, line + strlen("export "), (size_t)(end - line) - strlen("export "));
        } else {
            add(&body, line, (size_t)(end - line));
        }
        line = end;
    }
    add_text(out, exported ? "export const {" : "const {");
    add(out, names.p, names.n);
    add_text(out, "} = (() => {\n");
    add(out, body.p, body.n);
    add_text(out, "return {");
    add(out, names.p, names.n);
    add_text(out, "};\n})();\n");
    free(source.p);
    free(body.p);
    free(names.p);
}

static struct text digest_source(const struct text *t)
{
    unsigned char digest[EVP_MAX_MD_SIZE], base64[2 * EVP_MAX_MD_SIZE];
    unsigned int n = 0;
    struct text out = {0};
    if (!EVP_Digest(t->p, t->n, digest, &n, EVP_sha256(), NULL))
        fail("sha256", "not available");
    EVP_EncodeBlock(base64, digest, (int)n);
    add_text(&out, "'sha256-");
    add_text(&out, (const char *)base64);
    add_text(&out, "'");
    return out;
}

static struct text policy(const struct text *style, const struct text *core, const struct text *page)
{
    struct text out = {0}, s = digest_source(style), c = digest_source(core), p = digest_source(page);
    add_text(&out, "default-src 'none'; script-src ");
    add(&out, c.p, c.n);
    add_text(&out, " ");
    add(&out, p.p, p.n);
    add_text(&out, "; style-src ");
    add(&out, s.p, s.n);
    add_text(&out, "; img-src blob: data:; worker-src blob:; base-uri 'none'; form-action 'none'");
    free(s.p);
    free(c.p);
    free(p.p);
    return out;
}

static void write_file(const char *path, const struct text *t)
{
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(t->p, 1, t->n, out) != t->n || fclose(out))
        fail(path, strerror(errno));
}

static struct text fill(const char *path, const char *const names[4], const struct text values[4])
{
    struct text template = read_file(path), out = {0};
    for (const char *p = template.p; *p;) {
        int which = -1;
        for (int i = 0; i < 4 && *p == '@'; i++)
            if (starts(p, names[i]))
                which = i;
        if (which < 0) {
            add(&out, p++, 1);
            continue;
        }
        add(&out, values[which].p, values[which].n);
        p += strlen(names[which]);
    }
    free(template.p);
    return out;
}

static void html(int argc, char **argv)
{
    static const char *const names[4] = {"@POLICY@", "@STYLE@", "@CORE@", "@PAGE@"};
    struct text value[4] = {{0}, read_file(argv[4]), {0}, {0}};
    int part = 2;
    add_text(&value[2], "\"use strict\";\n");
    add_text(&value[3], "\"use strict\";\n");
    for (int i = 5; i < argc; i++)
        if (strcmp(argv[i], "--") == 0)
            part = 3;
        else
            add_module(&value[part], argv[i], 0);
    for (int i = 1; i < 4; i++)
        if (strstr(value[i].p, "</s"))
            fail(argv[2], "a text that would close its own element");
    value[0] = policy(&value[1], &value[2], &value[3]);
    struct text out = fill(argv[3], names, value);
    write_file(argv[2], &out);
    free(out.p);
    for (int i = 0; i < 4; i++)
        free(value[i].p);
}

int main(int argc, char **argv)
{
    if (argc > 5 && strcmp(argv[1], "--html") == 0) {
        html(argc, argv);
    } else if (argc > 3 && strcmp(argv[1], "--module") == 0) {
        struct text out = {0};
        for (int i = 3; i < argc; i++)
            add_module(&out, argv[i], 1);
        write_file(argv[2], &out);
        free(out.p);
    } else {
        fputs("usage: page --html OUT TEMPLATE STYLE CORE... -- PAGE...\n       page --module OUT CORE...\n", stderr);
        return 2;
    }
    return 0;
}
