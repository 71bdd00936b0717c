/* Rules of the group: see law/rules/evaluation.def. */
#include "law/law_rules.h"
