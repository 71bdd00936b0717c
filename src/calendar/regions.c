/*
 * What a code covers is read from its digits, not from the table of counties: old documents carry
 * codes since abolished (420821, 421023) and towns use private ones inside their city's hundred.
 */
#include "calendar/tables.h"

const struct region *region_find(int code)
{
    size_t low = 0, high = region_table_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (region_table[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < region_table_n && region_table[low].code == code ? &region_table[low] : NULL;
}

size_t region_count(void)
{
    return region_table_n;
}

const struct region *region_at(size_t index)
{
    CHECK(index < region_table_n);
    return &region_table[index];
}

bool region_covers(int outer, int inner)
{
    if (outer == inner)
        return true;
    const struct region *r = region_find(outer);
    if (!r || r->level == 'D')
        return false;
    if (r->level == 'P')
        return inner / 10000 == outer / 10000;
    /* 429004 and its like are cities without counties. */
    return outer % 100 == 0 && inner / 100 == outer / 100;
}

int region_last(int code)
{
    return code % 10000 == 0 ? code + 9999 : code % 100 == 0 ? code + 99 : code;
}
