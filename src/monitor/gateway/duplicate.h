/*
 * Frames of late, by the digest of their segment (it holds MN, CN, QN and PNO): a device that got no answer sends the same again, and
 * it is answered again but not stored again. A window of the last GATEWAY_DUPLICATES frames; what is older is told apart when the
 * spool is drained. One thread.
 */
#pragma once
#include "base/base.h"

enum { GATEWAY_DUPLICATES = 1 << 18 };
struct duplicates;
struct duplicates *duplicates_new(void);
void duplicates_free(struct duplicates *d);
/* True when it is there; else it is put in, and the oldest goes. */
bool duplicates_seen(struct duplicates *d, str segment);
