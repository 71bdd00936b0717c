/* Rules of the group: see law/rules/clue.def. */
#include "law/law_rules.h"
