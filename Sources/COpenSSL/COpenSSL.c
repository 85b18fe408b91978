#include "COpenSSL.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

// What Martlet calls, with the signatures of OpenSSL's headers, which the compiler compares. A function that is missing
// here is one that the linker does not find.
#define FUNCTIONS(EACH)                                                                                                \
    EACH(void, ERR_clear_error, (void), ())                                                                            \
    EACH(unsigned long, ERR_get_error, (void), ())                                                                     \
    EACH(const char *, ERR_reason_error_string, (unsigned long error), (error))                                        \
    EACH(int, EVP_DigestFinal_ex, (EVP_MD_CTX * context, unsigned char *digest, unsigned int *size),                   \
         (context, digest, size))                                                                                      \
    EACH(int, EVP_DigestInit_ex, (EVP_MD_CTX * context, const EVP_MD *type, ENGINE *engine), (context, type, engine))  \
    EACH(int, EVP_DigestUpdate, (EVP_MD_CTX * context, const void *bytes, size_t count), (context, bytes, count))      \
    EACH(int, EVP_MD_CTX_copy_ex, (EVP_MD_CTX * copy, const EVP_MD_CTX *context), (copy, context))                     \
    EACH(void, EVP_MD_CTX_free, (EVP_MD_CTX * context), (context))                                                     \
    EACH(EVP_MD_CTX *, EVP_MD_CTX_new, (void), ())                                                                     \
    EACH(const EVP_MD *, EVP_md5, (void), ())                                                                          \
    EACH(const EVP_MD *, EVP_sha256, (void), ())                                                                       \
    EACH(unsigned char *, HMAC,                                                                                        \
         (const EVP_MD *type, const void *key, int key_size, const unsigned char *bytes, size_t count,                 \
          unsigned char *code, unsigned int *size),                                                                    \
         (type, key, key_size, bytes, count, code, size))                                                              \
    EACH(unsigned char *, SHA256, (const unsigned char *bytes, size_t count, unsigned char *digest),                   \
         (bytes, count, digest))                                                                                       \
    EACH(long, SSL_CTX_ctrl, (SSL_CTX * context, int command, long number, void *argument),                            \
         (context, command, number, argument))                                                                         \
    EACH(void, SSL_CTX_free, (SSL_CTX * context), (context))                                                           \
    EACH(SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *method), (method))                                                 \
    EACH(void, SSL_CTX_set_default_passwd_cb, (SSL_CTX * context, pem_password_cb *callback), (context, callback))     \
    EACH(void, SSL_CTX_set_default_passwd_cb_userdata, (SSL_CTX * context, void *data), (context, data))               \
    EACH(void, SSL_CTX_set_verify, (SSL_CTX * context, int mode, SSL_verify_cb callback), (context, mode, callback))   \
    EACH(int, SSL_CTX_use_PrivateKey_file, (SSL_CTX * context, const char *file, int type), (context, file, type))     \
    EACH(int, SSL_CTX_use_certificate_chain_file, (SSL_CTX * context, const char *file), (context, file))              \
    EACH(int, SSL_connect, (SSL * ssl), (ssl))                                                                         \
    EACH(long, SSL_ctrl, (SSL * ssl, int command, long number, void *argument), (ssl, command, number, argument))      \
    EACH(void, SSL_free, (SSL * ssl), (ssl))                                                                           \
    EACH(int, SSL_get_error, (const SSL *ssl, int result), (ssl, result))                                              \
    EACH(int, SSL_is_init_finished, (const SSL *ssl), (ssl))                                                           \
    EACH(SSL *, SSL_new, (SSL_CTX * context), (context))                                                               \
    EACH(int, SSL_read, (SSL * ssl, void *bytes, int count), (ssl, bytes, count))                                      \
    EACH(int, SSL_set_fd, (SSL * ssl, int descriptor), (ssl, descriptor))                                              \
    EACH(int, SSL_shutdown, (SSL * ssl), (ssl))                                                                        \
    EACH(int, SSL_write, (SSL * ssl, const void *bytes, int count), (ssl, bytes, count))                               \
    EACH(const SSL_METHOD *, TLS_client_method, (void), ())

#define TEXT(value) #value
#define LIBRARY(version) "libssl.so." TEXT(version)
// Of the version whose headers this was compiled with; it brings libcrypto along.
static const char library_name[] = LIBRARY(OPENSSL_SHLIB_VERSION);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char trouble[512];

#define POINTER(result, name, parameters, arguments) __typeof__(&name) name;
static struct {
    FUNCTIONS(POINTER)
} functions;

static void *symbol(void *library, const char *name) {
    void *address = dlsym(library, name);
    if (address == NULL && trouble[0] == '\0')
        snprintf(trouble, sizeof trouble, "%s has no function %s: another version of OpenSSL is installed than this was "
                 "built for (%s)", library_name, name, OPENSSL_VERSION_TEXT);
    return address;
}

static void load(void) {
    void *library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *reason = dlerror();
        snprintf(trouble, sizeof trouble, "OpenSSL cannot be loaded (%s): install the package that has it, libssl3 on "
                 "Debian and Ubuntu", reason == NULL ? library_name : reason);
        return;
    }
#define LOOK_UP(result, name, parameters, arguments) functions.name = (__typeof__(&name))symbol(library, #name);
    FUNCTIONS(LOOK_UP)
}

const char *copenssl_load(void) {
    pthread_once(&once, load);
    return trouble[0] == '\0' ? NULL : trouble;
}

static void require(void) {
    const char *reason = copenssl_load();
    if (reason == NULL) return;
    dprintf(STDERR_FILENO, "%s\n", reason);
    // What the loader of programs exits with when it misses a library.
    _exit(127);
}

#define FORWARD(result, name, parameters, arguments)                                                                   \
    result name parameters {                                                                                           \
        require();                                                                                                     \
        return functions.name arguments;                                                                               \
    }
FUNCTIONS(FORWARD)

int copenssl_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

void copenssl_set_client_modes(SSL_CTX *context) {
    SSL_CTX_set_mode(
        context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
