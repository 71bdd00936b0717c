/*
 * People at a desk type jhhg for 江汉化工. The readings are a table in the tree (tables/pinyin-initials.tsv, made once by
 * tools/pinyin-initials.mjs from an open dictionary): a collation library of 30 MB for one search box would be a bad bargain, and
 * a build that runs somebody's script a worse one. A character with two readings makes two ways, because 重 is z in 重工 and c in
 * 重庆 and the table does not know which company is meant.
 */
#include "acts/initials.h"
#include "base/embedded.h"

#include <pthread.h>
#include <string.h>

extern const struct embedded initials_tables[];
extern const size_t initials_tables_count;

enum { FIRST_HAN = 0x4e00, LAST_HAN = 0x9fff, READINGS = 2 };

static char readings[LAST_HAN - FIRST_HAN + 1][READINGS]; /* '\0': none */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void read_table(void)
{
    CHECK(initials_tables_count == 1);
    str rest = {(const char *)initials_tables[0].bytes, initials_tables[0].size}, line;
    str_next(&rest, '\n', &line); /* the head */
    while (rest.p && str_next(&rest, '\n', &line)) {
        str letters, characters = line;
        if (!line.n)
            continue;
        CHECK(str_next(&characters, '\t', &letters) && characters.p && letters.n);
        while (characters.n) {
            uint32_t c = utf8_next(&characters);
            CHECK(c >= FIRST_HAN && c <= LAST_HAN);
            for (size_t i = 0; i < letters.n && i < READINGS; i++)
                readings[c - FIRST_HAN][i] = letters.p[i];
        }
    }
}

/* What a character gives: its readings, or itself. */
static size_t letters_of(uint32_t c, char ret[READINGS])
{
    size_t n = 0;
    if (c >= FIRST_HAN && c <= LAST_HAN) {
        while (n < READINGS && readings[c - FIRST_HAN][n]) {
            ret[n] = readings[c - FIRST_HAN][n];
            n++;
        }
    } else if (c >= 'A' && c <= 'Z') {
        ret[n++] = (char)(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        ret[n++] = (char)c;
    }
    return n;
}

str initials_of(struct arena *a, str name)
{
    char way[LIMIT_INITIALS_WAYS][LIMIT_INITIALS_TEXT];
    size_t ways = 1, length = 0;
    pthread_once(&once, read_table);
    while (name.n && length < LIMIT_INITIALS_TEXT) {
        char letter[READINGS];
        size_t n = letters_of(utf8_next(&name), letter);
        if (!n)
            continue;
        size_t before = ways;
        if (n > 1 && before * 2 <= LIMIT_INITIALS_WAYS) {
            for (size_t i = 0; i < before; i++) {
                memcpy(way[before + i], way[i], length);
                way[before + i][length] = letter[1];
            }
            ways = before * 2;
        }
        for (size_t i = 0; i < before; i++)
            way[i][length] = letter[0];
        length++;
    }
    buf b = buf_make(a, LIMIT_INITIALS_WAYS * (LIMIT_INITIALS_TEXT + 1));
    for (size_t i = 0; i < ways && length; i++) {
        if (i)
            buf_char(&b, ' ');
        buf_add(&b, (str){way[i], length});
    }
    return buf_str(&b);
}
