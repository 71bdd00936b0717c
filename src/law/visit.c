/* Rules of the group: see law/rules/visit.def. */
#include "law/law_rules.h"
