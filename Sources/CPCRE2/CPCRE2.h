// PCRE2 for patterns of bytes; see docs/architecture.md for why the engine is this library.
// The C library's types belong to Swift's Glibc module, see CNetlink.h.
#pragma clang module import SwiftGlibc
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
