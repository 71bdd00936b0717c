/* Rules of the group: see law/rules/agreement.def. */
#include "law/law_rules.h"
