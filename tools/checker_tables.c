/*
 * checker_tables > tables.mjs: what the page that checks bundles takes from the program's own tables, so that no list is kept
 * twice: limits of the format, words of its faults, and for the time line the names of acts, fields, enum values and laws.
 * Runs on the building machine.
 */
#include "acts/acts.h"
#include "bundle/check/check.h"

#include <stdio.h>

enum { LIMIT_TABLES = 8 << 20 };

static const char *kind_word(enum field_kind k)
{
    switch (k) {
    case FIELD_DATE:
        return "day";
    case FIELD_TIME:
        return "time";
    case FIELD_FEN:
        return "fen";
    case FIELD_DEGREE:
        return "degree";
    case FIELD_PERCENT:
        return "percent";
    case FIELD_NUMBER:
        return "number";
    case FIELD_BOOL:
        return "flag";
    case FIELD_ENUM:
    case FIELD_POWER:
        return "enum";
    default:
        return "text";
    }
}

static void write_fields(struct json_out *o, const struct act_field *f)
{
    json_open(o, '{');
    for (; f && f->name; f++) {
        json_key(o, str_of(f->name));
        json_open(o, '{');
        json_put_str(o, S("label"), str_of(f->label));
        json_put_str(o, S("kind"), str_of(kind_word(f->kind)));
        if (f->object) {
            json_key(o, S("fields"));
            write_fields(o, f->object);
        }
        json_close(o, '}');
    }
    json_close(o, '}');
}

static void write_acts(struct json_out *o)
{
    json_open(o, '{');
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *t = act_type_at(i);
        json_key(o, str_of(t->name));
        json_open(o, '{');
        json_put_str(o, S("label"), str_of(t->label));
        json_key(o, S("fields"));
        write_fields(o, t->fields);
        json_close(o, '}');
    }
    json_close(o, '}');
}

static void add_words(struct json_out *o, struct map *seen, const struct act_field *f)
{
    for (; f && f->name; f++) {
        str rest = str_of(f->kind == FIELD_ENUM ? f->of : ""), word;
        while (rest.p && str_next(&rest, ' ', &word))
            if (word.n && !map_get(seen, word)) {
                map_put(seen, word, seen);
                json_put_str(o, word, enum_label(word));
            }
        add_words(o, seen, f->object);
    }
}

static void write_words(struct json_out *o)
{
    AUTO_ARENA(a);
    struct map *seen = map_new(a);
    json_open(o, '{');
    for (int i = 0; i < LAW_POWER_COUNT; i++) {
        map_put(seen, str_of(law_power_names[i].id), seen);
        json_put_str(o, str_of(law_power_names[i].id), str_of(law_power_names[i].zh));
    }
    for (size_t i = 0; i < act_type_count(); i++)
        add_words(o, seen, act_type_at(i)->fields);
    json_close(o, '}');
}

static void write_instruments(struct json_out *o)
{
    json_open(o, '{');
    for (size_t i = 0; i < law_instrument_count; i++)
        json_put_str(o, str_of(law_instruments[i].id), str_of(law_instruments[i].title));
    json_close(o, '}');
}

static void write_faults(struct json_out *o)
{
    json_open(o, '{');
    for (int i = BUNDLE_SOUND + 1; i < BUNDLE_FAULTS; i++)
        json_put_str(o, str_of(bundle_fault_names[i]), str_of(bundle_fault_labels[i]));
    json_close(o, '}');
}

static void write_limits(struct json_out *o)
{
    json_open(o, '{');
    json_put_int(o, S("bytes"), LIMIT_BUNDLE_BYTES);
    json_put_int(o, S("members"), LIMIT_BUNDLE_MEMBERS);
    json_put_int(o, S("name"), LIMIT_BUNDLE_NAME);
    json_put_int(o, S("manifest"), LIMIT_BUNDLE_MANIFEST);
    json_put_int(o, S("text"), LIMIT_BUNDLE_TEXT);
    json_put_int(o, S("catalogue"), LIMIT_BUNDLE_CATALOGUE);
    json_put_int(o, S("nodes"), LIMIT_JSON_NODES);
    json_put_int(o, S("year_first"), 1900); /* YEAR_FIRST, YEAR_LAST of base/time.c */
    json_put_int(o, S("year_last"), 2199);
    json_put_int(o, S("note"), 1024); /* LIMIT_NOTE of ledger/checkpoint.c */
    json_close(o, '}');
}

static void write_table(const char *name, void (*write)(struct json_out *o))
{
    AUTO_ARENA(a);
    buf b = buf_make(a, LIMIT_TABLES);
    struct json_out o = {&b, false};
    write(&o);
    CHECK(!b.overflow);
    str text = buf_str(&b);
    printf("export const %s = %.*s;\n", name, STR_ARG(text));
}

int main(void)
{
    puts("// Made by tools/checker_tables.c out of the program's own tables.");
    write_table("LIMITS", write_limits);
    write_table("FAULTS", write_faults);
    write_table("ACTS", write_acts);
    write_table("WORDS", write_words);
    write_table("INSTRUMENTS", write_instruments);
    return 0;
}
