/* Rules of the group: see law/rules/conduct.def. */
#include "law/law_rules.h"
