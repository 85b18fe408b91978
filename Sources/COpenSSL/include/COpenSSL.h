// OpenSSL for TLS and digests; see docs/architecture.md for why it is the system's, and why it is loaded when the first
// of its functions is called.
#ifndef MARTLET_COPENSSL_H
#define MARTLET_COPENSSL_H

#ifdef __swift__
// The C library's types belong to Swift's Glibc module, see CNetlink.h.
#pragma clang module import SwiftGlibc
#endif
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>

// Loads the libraries and looks up every function that is used, so that none of them can be missing later. Returns why
// that is not possible, in words, or NULL. Without this the first call of a function does it, and ends the process with
// those words where it is not possible.
const char *copenssl_load(void);

// Macros of OpenSSL that Swift does not import.
int copenssl_set_server_name(SSL *ssl, const char *name);
void copenssl_set_client_modes(SSL_CTX *context);

#endif
