/*
 * Prints the table of act types the phone judges by: name, words and rules of every act, out of the catalogue of acts/, so
 * that nobody keeps a second list. A program of the build.
 */
#include <stdio.h>
#include "acts/acts.h"

static void print_roles(uint32_t roles)
{
    const char *between = "";
    for (int r = 0; r < LAW_ROLE_COUNT; r++)
        if (roles & ROLE_BIT(r)) {
            printf("%s%s", between, law_role_names[r].zh);
            between = "、";
        }
}

int main(void)
{
    size_t n = 0;
    printf("#include \"field/field.h\"\n");
    for (const struct act_type *t; (t = act_type_at(n)) != NULL; n++) {
        enum law_rule rules[LIMIT_ACT_RULES];
        size_t rules_n = act_rules(t, rules);
        printf("static const uint16_t rules_%zu[] = {", n);
        for (size_t i = 0; i < rules_n; i++)
            printf("%sRULE_%s", i ? ", " : "", law_rule_info[rules[i]].name);
        printf("};\n");
    }
    printf("const struct field_type field_types[] = {\n");
    for (size_t i = 0; i < n; i++) {
        const struct act_type *t = act_type_at(i);
        enum law_rule rules[LIMIT_ACT_RULES];
        printf("    {\"%s\", \"%s\", \"%s\", \"", t->name, t->label, t->article ? t->article : "");
        print_roles(t->roles);
        printf("\", %d, %d, %zu, rules_%zu},\n", (t->flags & ACT_RIGHT) != 0, (t->flags & ACT_RIGHT_LATE) != 0, act_rules(t, rules), i);
    }
    printf("};\nconst int field_types_n = %zu;\n", n);
    return 0;
}
