/* Private to crypto/. */
#pragma once
#include "crypto/crypto.h"

/* Many HMACs in lanes, with keys of at most 64 bytes. */
void hmac_sm3_many(size_t n, const str *keys, const str *messages, struct sm3 *ret);
