/*
 * How a provider served, 0..1000, out of what it delivered. The table below is the whole input: nothing else can reach the
 * score, because its type has no place for it. A refusal under Art. 4, a declined task, an objection lodged, a clue reported or
 * not reported, the number or the result of cases is in no line, and the SELECT of a line may name none of their tables
 * (tests/analysis/test_score enumerates both, and adds refusals to random histories). Who refuses loses nothing.
 *
 * SCORE_INPUTS(X): X(name, "Chinese", SQL over :provider :low :high (microseconds))
 */
#pragma once
#include "store/store.h"

#define SCORE_INPUTS(X)                                                                             \
    X(ended, "期内完成的委托",                                                                            \
      "SELECT COUNT(*) FROM entrustment e WHERE e.provider = :provider AND e.state = 'finished' AND e.ended_at >= :low AND e.ended_at < :high") \
    X(in_time, "其中按期完成",                                                                           \
      "SELECT COUNT(*) FROM entrustment e WHERE e.provider = :provider AND e.state = 'finished' AND e.ended_at >= :low AND e.ended_at < :high" \
      " AND (e.ended_at + 28800000000) / 86400000000 <= e.to_date")                                     \
    X(looked_at, "经核实的材料",                                                                          \
      "SELECT COUNT(*) FROM material m WHERE m.provider = :provider AND m.state <> 'submitted' AND m.verified_at >= :low AND m.verified_at < :high") \
    X(adopted, "其中可采用",                                                                             \
      "SELECT COUNT(*) FROM material m WHERE m.provider = :provider AND m.state = 'adoptable' AND m.verified_at >= :low AND m.verified_at < :high") \
    X(checked, "经回查的材料",                                                                            \
      "SELECT COUNT(*) FROM backcheck b JOIN material m ON m.id = b.material WHERE m.provider = :provider AND b.state = 'reported'" \
      " AND m.verified_at >= :low AND m.verified_at < :high")                                           \
    X(agreed, "其中回查一致",                                                                            \
      "SELECT COUNT(*) FROM backcheck b JOIN material m ON m.id = b.material WHERE m.provider = :provider AND b.state = 'reported' AND b.agrees = 1" \
      " AND m.verified_at >= :low AND m.verified_at < :high")

#define SCORE_FIELD_(name, ...) int64_t name;
struct score_input { SCORE_INPUTS(SCORE_FIELD_) };
#undef SCORE_FIELD_

struct score { int64_t total, time, quality, truth; /* permille; a part without cases is NONE and weighs nothing */ };
enum { SCORE_NONE = -1, SCORE_WEIGHT_TIME = 30, SCORE_WEIGHT_QUALITY = 40, SCORE_WEIGHT_TRUTH = 30 };
struct score score_of(const struct score_input *in);
MUST_USE err *score_load(struct db *d, str provider, usec low, usec high, struct score_input *ret);
