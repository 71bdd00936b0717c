/*
 * Phones in the field, and what officers record on site. Facts: law/rules/field.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->field_capture_empty != 0);
*/
bool law_field_capture_empty(const struct law_facts *f)
{
    return f->field_capture_empty != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->field_capture_imported != 0);
*/
bool law_field_capture_imported(const struct law_facts *f)
{
    return f->field_capture_imported != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->field_capture_absent != 0);
*/
bool law_field_capture_absent(const struct law_facts *f)
{
    return f->field_capture_absent != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->field_phone_of_other != 0);
*/
bool law_field_phone_of_other(const struct law_facts *f)
{
    return f->field_phone_of_other != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->field_phones_most > 0 && f->field_phones >= f->field_phones_most);
*/
bool law_field_phones_too_many(const struct law_facts *f)
{
    return f->field_phones_most > 0 && f->field_phones >= f->field_phones_most;
}
