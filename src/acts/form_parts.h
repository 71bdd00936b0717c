/* What each form is filled with, as SQL. Private to acts/ (form_fill.c reads it). */
#pragma once
#include <stdbool.h>

/*
 * A statement's columns are named "name@kind": the name in the tree, and how the value is told. No kind: as it stands
 * (text, number, day, microseconds, fen). Kinds: cause of a deduction · flag true or false · enum word of a closed set · region its name · task
 * its name · article of the regulation, for a kind of task · words a list, kept as JSON · milli thousandths as a decimal.
 *
 * Parameters: :thing, and of paper_thing :agency :provider :subject :member :entrustment :agreement.
 */
struct form_part {
    const char *forms; /* " A09 A10 ", or NULL: every form */
    const char *name;  /* in the tree */
    bool list;         /* an array of rows; else the first row as an object, of nulls when there is none */
    const char *sql;
};
extern const struct form_part form_parts[]; /* ends with sql NULL */
