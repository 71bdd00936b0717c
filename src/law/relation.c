/*
 * What the relations graph finds, who comes back under another name, who is whom (Art. 7, 8; Penalty Law 43).
 * Facts: law/rules/relation.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relations_foreseen > 0);
*/
bool law_relations_foreseen(const struct law_facts *f)
{
    return f->relations_foreseen > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relations_hint > 0);
*/
bool law_relations_hint(const struct law_facts *f)
{
    return f->relations_hint > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->officer_ties > 0);
*/
bool law_officer_ties(const struct law_facts *f)
{
    return f->officer_ties > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relation_over_whole != 0);
*/
bool law_relation_over_whole(const struct law_facts *f)
{
    return f->relation_over_whole != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_comes_back > 0);
*/
bool law_provider_comes_back(const struct law_facts *f)
{
    return f->provider_comes_back > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_returns > 0);
*/
bool law_provider_returns(const struct law_facts *f)
{
    return f->provider_returns > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_returns_hint > 0);
*/
bool law_provider_returns_hint(const struct law_facts *f)
{
    return f->provider_returns_hint > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->identity_reason_missing != 0);
*/
bool law_identity_reason_missing(const struct law_facts *f)
{
    return f->identity_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->identity_decider_concerned != 0);
*/
bool law_identity_decider_concerned(const struct law_facts *f)
{
    return f->identity_decider_concerned != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->identity_contradicted != 0);
*/
bool law_identity_contradicted(const struct law_facts *f)
{
    return f->identity_contradicted != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->identity_alike != 0);
*/
bool law_identity_alike(const struct law_facts *f)
{
    return f->identity_alike != 0;
}
