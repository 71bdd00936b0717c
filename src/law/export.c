/*
 * What leaves the system as a sheet: purpose, another's approval, the applicant himself, once, as approved (PIPL Art. 6, 51).
 * export_not_needed judges requests only, where its facts are loaded.
 * Facts: law/rules/export.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->export_purpose_missing != 0 && f->export_sensitive != 0);
*/
bool law_export_purpose_missing(const struct law_facts *f)
{
    return f->export_purpose_missing != 0 && f->export_sensitive != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->export_sensitive == 0 || f->export_policy == 0);
*/
bool law_export_not_needed(const struct law_facts *f)
{
    return f->export_sensitive == 0 || f->export_policy == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->export_self_decided != 0);
*/
bool law_export_self_decided(const struct law_facts *f)
{
    return f->export_self_decided != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->export_reason_missing != 0);
*/
bool law_export_reason_missing(const struct law_facts *f)
{
    return f->export_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->export_sensitive != 0 && f->export_policy != 0 && f->export_requested == 0);
*/
bool law_export_unapproved(const struct law_facts *f)
{
    return f->export_sensitive != 0 && f->export_policy != 0 && f->export_requested == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->export_sensitive != 0 && f->export_policy == 0 && f->export_requested == 0);
*/
bool law_export_unapproved_open(const struct law_facts *f)
{
    return f->export_sensitive != 0 && f->export_policy == 0 && f->export_requested == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->export_not_applicant != 0);
*/
bool law_export_not_applicant(const struct law_facts *f)
{
    return f->export_not_applicant != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->export_differs != 0);
*/
bool law_export_differs(const struct law_facts *f)
{
    return f->export_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->export_lapsed != 0);
*/
bool law_export_lapsed(const struct law_facts *f)
{
    return f->export_lapsed != 0;
}
