/* Lookups in the table of periods, and their names. */
#include "calendar/tables.h"

const struct deadline *deadline_find(str key)
{
    for (size_t i = 0; i < deadline_table_n; i++)
        if (str_eq(str_of(deadline_table[i].key), key))
            return &deadline_table[i];
    return NULL;
}

size_t deadline_count(void)
{
    return deadline_table_n;
}

const struct deadline *deadline_at(size_t index)
{
    CHECK(index < deadline_table_n);
    return &deadline_table[index];
}

str deadline_text(struct arena *a, enum deadline_unit unit, int n)
{
    switch (unit) {
    case UNIT_WORKDAY:
        return arena_printf(a, "%d个工作日", n);
    case UNIT_NATURAL:
        return arena_printf(a, "%d个自然日", n);
    case UNIT_HOUR:
        return arena_printf(a, "%d小时", n);
    case UNIT_MONTH:
        return arena_printf(a, "%d个月", n);
    case UNIT_YEAR:
        return arena_printf(a, "%d年", n);
    case UNIT_DATE:
        return S("次年3月31日前");
    case UNIT_TEXT:
        break;
    }
    return S("规定没有写明期限");
}
