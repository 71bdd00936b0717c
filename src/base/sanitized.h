/* Whether AddressSanitizer watches this build: gcc says it by a macro, clang by a feature. ADDRESS_SANITIZED is 1 or 0. */
#pragma once
#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZED 1
#endif
#endif
#ifndef ADDRESS_SANITIZED
#define ADDRESS_SANITIZED 0
#endif
