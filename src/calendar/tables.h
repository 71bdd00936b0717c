/* The arrays that tools/csv2c makes from tables/ (calendar_builtin is declared by the door). */
#pragma once
#include "calendar/calendar.h"

extern const struct deadline deadline_table[];
extern const size_t deadline_table_n;
extern const struct region region_table[]; /* ascending by code */
extern const size_t region_table_n;
