/* Rules of the group: see law/rules/policy.def. */
#include "law/law_rules.h"
