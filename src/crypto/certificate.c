/* A certificate as people compare it. SHA-256 here, not SM3: it is what every phone and browser shows. */
#include "crypto/crypto.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

err *certificate_print(struct arena *a, str pem, str *ret)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    BIO *bytes = BIO_new_mem_buf(pem.p, (int)pem.n);
    X509 *c = bytes ? PEM_read_bio_X509(bytes, NULL, NULL, NULL) : NULL;
    bool fine = c && X509_digest(c, EVP_sha256(), digest, &n) == 1;
    X509_free(c);
    BIO_free(bytes);
    if (!fine)
        return err_new(ERR_INPUT, "站点证书读不懂：须为PEM格式的证书（-----BEGIN CERTIFICATE-----）");
    buf b = buf_make(a, 3 * EVP_MAX_MD_SIZE + 1);
    for (unsigned i = 0; i < n; i++)
        buf_printf(&b, i ? ":%02X" : "%02X", digest[i]);
    *ret = buf_str(&b);
    return NULL;
}
