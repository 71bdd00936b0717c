/* Certificates of TLS: as people compare them, and until when they are valid. Nothing about them is trusted here. */
#include "crypto/crypto.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <time.h>

/* The first of the file: that of the site itself. NULL when it cannot be read. */
static X509 *certificate_of(str pem)
{
    BIO *bytes = pem.n <= LIMIT_CERTIFICATE ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
    X509 *x = bytes ? PEM_read_bio_X509(bytes, NULL, NULL, NULL) : NULL;
    BIO_free(bytes);
    ERR_clear_error();
    return x;
}

static err *unreadable(str pem)
{
    if (pem.n > LIMIT_CERTIFICATE)
        return err_new(ERR_LIMIT, "证书文件超过%d字节", LIMIT_CERTIFICATE);
    return err_new(ERR_INPUT, "证书文件读不懂，应是PEM格式（-----BEGIN CERTIFICATE-----）");
}

/* SHA-256 here, not SM3: it is what every phone and browser shows. */
err *certificate_print(struct arena *a, str pem, str *ret)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    X509 *x = certificate_of(pem);
    bool fine = x && X509_digest(x, EVP_sha256(), digest, &n) == 1;
    X509_free(x);
    if (!fine)
        return unreadable(pem);
    buf b = buf_make(a, 3 * EVP_MAX_MD_SIZE + 1);
    for (unsigned i = 0; i < n; i++)
        buf_printf(&b, i ? ":%02X" : "%02X", digest[i]);
    *ret = buf_str(&b);
    return NULL;
}

static bool moment(const ASN1_TIME *t, usec *ret)
{
    struct tm tm;
    if (!t || !ASN1_TIME_to_tm(t, &tm))
        return false;
    *ret = (usec)timegm(&tm) * USEC_SECOND;
    return true;
}

err *certificate_period(str pem, usec *ret_from, usec *ret_to)
{
    X509 *x = certificate_of(pem);
    bool read = x && moment(X509_get0_notBefore(x), ret_from) && moment(X509_get0_notAfter(x), ret_to);
    X509_free(x);
    return read ? NULL : unreadable(pem);
}
