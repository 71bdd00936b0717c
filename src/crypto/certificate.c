/* Certificates of TLS: as people compare them, and until when they are valid. Nothing about them is trusted here. */
#include "crypto/crypto.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <time.h>

/* SHA-256 here, not SM3: it is what every phone and browser shows. */
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
    bool read = false;
    if (pem.n > LIMIT_CERTIFICATE)
        return err_new(ERR_LIMIT, "证书文件超过%d字节", LIMIT_CERTIFICATE);
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    X509 *x = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL; /* the first: that of the site itself */
    if (x)
        read = moment(X509_get0_notBefore(x), ret_from) && moment(X509_get0_notAfter(x), ret_to);
    X509_free(x);
    BIO_free(bio);
    ERR_clear_error();
    return read ? NULL : err_new(ERR_INPUT, "证书文件读不懂，应是PEM格式");
}
