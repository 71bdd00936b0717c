/*
 * embed OUT.c SYMBOL FILE...   (a FILE may be NAME=PATH; the name is else what follows the last
 * slash)
 *
 * Runs on the building machine and writes the files as C: a table `const struct embedded SYMBOL[]`
 * (base/embedded.h) in the order given. String literals, not lists of numbers: compilers read them
 * ten times faster. Octal escapes always have three digits, so that a digit behind one stays
 * itself.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_A_LINE = 64 };

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "embed: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void write_byte(FILE *out, int c)
{
    if (c == '"' || c == '\\')
        fprintf(out, "\\%c", c);
    else if (c >= ' ' && c <= '~' && c != '?') /* two question marks may open a trigraph */
        putc(c, out);
    else
        fprintf(out, "\\%03o", (unsigned)c);
}

static size_t write_file(FILE *out, int index, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        fail(path);
    fprintf(out, "static const unsigned char bytes_%d[] = \"", index);
    size_t n = 0;
    for (int c; (c = getc(in)) != EOF; n++) {
        if (n && n % BYTES_A_LINE == 0)
            fputs("\"\n    \"", out);
        write_byte(out, c);
    }
    if (ferror(in))
        fail(path);
    fclose(in);
    fputs("\";\n", out);
    return n;
}

static const char *path_of(const char *argument)
{
    const char *equals = strchr(argument, '=');
    return equals ? equals + 1 : argument;
}

static void write_name(FILE *out, const char *argument)
{
    const char *equals = strchr(argument, '='), *slash = strrchr(argument, '/');
    const char *from = equals || !slash ? argument : slash + 1;
    for (const char *end = equals ? equals : from + strlen(from); from < end; from++)
        write_byte(out, (unsigned char)*from);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: embed OUT.c SYMBOL [FILE | NAME=FILE]...\n", stderr);
        return 2;
    }
    int n = argc - 3;
    char **file = argv + 3;
    size_t *size = calloc((size_t)n + 1, sizeof *size);
    FILE *out = fopen(argv[1], "wb");
    if (!out || !size)
        fail(argv[1]);
    fputs("/* made by tools/embed.c */\n#include \"base/embedded.h\"\n\n", out);
    for (int i = 0; i < n; i++)
        size[i] = write_file(out, i, path_of(file[i]));
    fprintf(out, "\nextern const struct embedded %s[];\nextern const size_t %s_count;\n", argv[2],
            argv[2]);
    fprintf(out, "const size_t %s_count = %d;\nconst struct embedded %s[] = {\n", argv[2], n,
            argv[2]);
    for (int i = 0; i < n; i++) {
        fputs("    {\"", out);
        write_name(out, file[i]);
        fprintf(out, "\", bytes_%d, %zu},\n", i, size[i]);
    }
    fputs("    {0, 0, 0}, /* end */\n};\n", out);
    if (fclose(out))
        fail(argv[1]);
    free(size);
    return 0;
}
