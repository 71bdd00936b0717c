/*
 * The judge: which of an act's rules count against it, and what follows. A file of its own, so that its proof looks at
 * the catalogue through law_broken's contract and stays the same however many rules there are.
 *
 * `broken` is by definition what law_broken answers: each rule's own contract says what that is. What is
 * proven here is the judge: no rule is forgotten, no hold is lifted but a named one, a right is never stopped.
 */
#include "law/law.h"

/*@ axiomatic Catalogue {
      predicate broken(integer rule, struct law_facts *f) reads *f;
    }
    predicate table_sound =
      \forall integer r; 0 <= r < LAW_RULE_COUNT ==> LAW_WARN <= law_rule_info[r].severity <= LAW_REFUSE;
    predicate lifts(enum law_rule *lifted, integer n, integer rule) =
      \exists integer i; 0 <= i < n && lifted[i] == rule;
    predicate counts(integer rule, struct law_facts *f, integer today, enum law_rule *lifted, integer n) =
      law_rule_info[rule].from <= today <= law_rule_info[rule].to && broken(rule, f) &&
      !(law_rule_info[rule].severity == LAW_HOLD && lifts(lifted, n, rule));
    axiomatic Weight {
      logic integer weight_of(integer rule, struct law_facts *f, integer today, _Bool right,
                              enum law_rule *lifted, integer n)
        reads *f, lifted[0 .. n - 1], law_rule_info[0 .. LAW_RULE_COUNT - 1];
      axiom passed: \forall integer rule, struct law_facts *f, integer today, _Bool right,
                            enum law_rule *lifted, integer n;
        !counts(rule, f, today, lifted, n) ==> weight_of(rule, f, today, right, lifted, n) == 0;
      axiom counted: \forall integer rule, struct law_facts *f, integer today, _Bool right,
                             enum law_rule *lifted, integer n;
        counts(rule, f, today, lifted, n) ==> weight_of(rule, f, today, right, lifted, n) ==
          (right ? LAW_WARN : law_rule_info[rule].severity) + 1;
    }
*/
/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> broken(rule, f);
*/
bool law_broken(enum law_rule rule, const struct law_facts *f);

/*@ requires \valid_read(lifted + (0 .. n - 1));
    assigns \nothing;
    ensures \result <==> lifts(lifted, n, rule);
*/
static bool is_lifted(enum law_rule rule, const enum law_rule *lifted, size_t n)
{
    /*@ loop invariant 0 <= i <= n;
        loop invariant \forall integer k; 0 <= k < i ==> lifted[k] != rule;
        loop assigns i;
        loop variant n - i;
    */
    for (size_t i = 0; i < n; i++)
        if (lifted[i] == rule)
            return true;
    return false;
}

/* Severity with which the rule counts, plus one; 0 when it does not. */
/*@ requires \valid_read(f) && \valid_read(lifted + (0 .. lifted_n - 1));
    requires 0 <= rule < LAW_RULE_COUNT && table_sound;
    assigns \nothing;
    ensures \result == weight_of(rule, f, today, right, lifted, lifted_n);
    ensures \result <= LAW_REFUSE + 1;
    ensures right ==> \result <= LAW_WARN + 1;
*/
static uint8_t weigh(enum law_rule rule, const struct law_facts *f, int32_t today, bool right,
                      const enum law_rule *lifted, size_t lifted_n)
{
    const struct law_rule_info *r = &law_rule_info[rule];
    if (today < r->from || today > r->to || !law_broken(rule, f))
        return 0;
    if (r->severity == LAW_HOLD && is_lifted(rule, lifted, lifted_n))
        return 0;
    return (uint8_t)((right ? LAW_WARN : r->severity) + 1);
}

/*@ requires \valid_read(weights + (0 .. n - 1));
    assigns \nothing;
    ensures \result <==> \exists integer k; 0 <= k < n && weights[k] == weight;
*/
static bool any_weighs(const uint8_t *weights, size_t n, uint8_t weight)
{
    /*@ loop invariant 0 <= i <= n;
        loop invariant \forall integer k; 0 <= k < i ==> weights[k] != weight;
        loop assigns i;
        loop variant n - i;
    */
    for (size_t i = 0; i < n; i++)
        if (weights[i] == weight)
            return true;
    return false;
}

/*@ requires \valid_read(f) && \valid_read(rules + (0 .. n - 1)) && \valid_read(lifted + (0 .. lifted_n - 1));
    requires \valid(ret_broken + (0 .. n - 1));
    requires \separated(ret_broken + (0 .. n - 1), f, rules + (0 .. n - 1), lifted + (0 .. lifted_n - 1),
                        &law_rule_info[0 .. LAW_RULE_COUNT - 1]);
    requires \forall integer i; 0 <= i < n ==> 0 <= rules[i] < LAW_RULE_COUNT;
    requires table_sound;
    assigns ret_broken[0 .. n - 1];
    ensures each_told: \forall integer i; 0 <= i < n ==>
      ret_broken[i] == weight_of(rules[i], f, today, right, lifted, lifted_n);
    ensures refused: \result == VERDICT_REFUSED <==>
      \exists integer i; 0 <= i < n && ret_broken[i] == LAW_REFUSE + 1;
    ensures held: \result == VERDICT_HELD <==>
      (\exists integer i; 0 <= i < n && ret_broken[i] == LAW_HOLD + 1) &&
      !(\exists integer i; 0 <= i < n && ret_broken[i] == LAW_REFUSE + 1);
    ensures a_right_passes: right ==> \result == VERDICT_ALLOWED;
    ensures closed: \result \in {VERDICT_ALLOWED, VERDICT_HELD, VERDICT_REFUSED};
*/
enum law_verdict law_judge(const struct law_facts *f, const enum law_rule *rules, size_t n, int32_t today,
                           bool right, const enum law_rule *lifted, size_t lifted_n, uint8_t *ret_broken)
{
    /*@ loop invariant 0 <= i <= n;
        loop invariant \forall integer k; 0 <= k < i ==>
          ret_broken[k] == weight_of(rules[k], f, today, right, lifted, lifted_n);
        loop invariant right ==> \forall integer k; 0 <= k < i ==> ret_broken[k] <= LAW_WARN + 1;
        loop assigns i, ret_broken[0 .. n - 1];
        loop variant n - i;
    */
    for (size_t i = 0; i < n; i++) {
        uint8_t weight = weigh(rules[i], f, today, right, lifted, lifted_n);
        ret_broken[i] = weight;
        /*@ assert \forall integer k; 0 <= k < i ==>
              ret_broken[k] == weight_of(rules[k], f, today, right, lifted, lifted_n); */
        //@ assert ret_broken[i] == weight_of(rules[i], f, today, right, lifted, lifted_n);
        /*@ assert \forall integer k; 0 <= k < i + 1 ==>
              ret_broken[k] == weight_of(rules[k], f, today, right, lifted, lifted_n); */
    }
    bool refused = any_weighs(ret_broken, n, LAW_REFUSE + 1);
    bool held = any_weighs(ret_broken, n, LAW_HOLD + 1);
    //@ assert right ==> !refused;
    //@ assert right ==> !held;
    return refused ? VERDICT_REFUSED : held ? VERDICT_HELD : VERDICT_ALLOWED;
}
