/* Rules of the group: see law/rules/material.def. */
#include "law/law_rules.h"
