/* Rules of the group: see law/rules/people.def. */
#include "law/law_rules.h"
