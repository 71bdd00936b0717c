/*
 * Keys of a store: keys/checkpoint.pem (private, signs checkpoints), keys/checkpoint.pub (for
 * whoever verifies), keys/master.key (64 hexadecimal digits, wraps the item keys). A folder that
 * lost one of the secrets is never given a new one: what the old one sealed would be lost without a
 * word.
 */
#include "ledger/keys.h"

#include <string.h>

enum { LIMIT_KEY_FILE = 8192 };

static err *key_file(struct arena *a, str folder, const char *name, str *ret)
{
    str path = arena_printf(a, "%.*s/%s", STR_ARG(folder), name);
    bool there;
    *ret = STR_NONE;
    TRY(file_exists(path, &there));
    if (there)
        TRY(file_read(a, path, LIMIT_KEY_FILE, ret));
    return NULL;
}

static err *key_write(struct arena *a, str folder, const char *name, str text, unsigned mode)
{
    return file_write_atomic(arena_printf(a, "%.*s/%s", STR_ARG(folder), name), text, mode);
}

static err *missing(str folder, const char *name)
{
    return err_new(ERR_MISSING, "密钥文件%.*s/%s不存在，请从备份取回；已封存的内容不能用新密钥打开",
                   STR_ARG(folder), name);
}

static err *master_read(str text, str folder, struct seal_key *ret)
{
    if (!hex_decode(str_trim(text), ret->byte, sizeof ret->byte))
        return err_new(ERR_DAMAGED, "密钥文件%.*s/master.key不是64位十六进制数字", STR_ARG(folder));
    return NULL;
}

static err *keys_create(struct arena *a, str folder)
{
    struct seal_key master;
    struct sm2_key *signer;
    buf hex = buf_make(a, 2 * sizeof master.byte + 1);
    random_bytes(&master, sizeof master);
    buf_hex(&hex, master.byte, sizeof master.byte);
    explicit_bzero(&master, sizeof master);
    buf_char(&hex, '\n');
    TRY(folder_make(folder));
    TRY(key_write(a, folder, "master.key", buf_str(&hex), 0600));
    explicit_bzero(hex.p, hex.n);
    TRY(sm2_generate(&signer));
    str secret = sm2_private_pem(a, signer), public = sm2_public_pem(a, signer);
    sm2_free(signer);
    /* The private key before the public one, which alone would look like a verifier's folder. */
    TRY(key_write(a, folder, "checkpoint.pem", secret, 0600));
    return key_write(a, folder, "checkpoint.pub", public, 0644);
}

/* Without the private key the public one is enough to verify, and the master key may be absent. */
static err *keys_read(struct arena *a, str folder, struct ledger_keys *ret)
{
    str secret, public, master;
    struct ledger_keys keys = {0};
    TRY(key_file(a, folder, "checkpoint.pem", &secret));
    TRY(key_file(a, folder, "checkpoint.pub", &public));
    TRY(key_file(a, folder, "master.key", &master));
    if (!secret.p && !public.p)
        return missing(folder, "checkpoint.pem");
    if (secret.p && !master.p)
        return missing(folder, "master.key");
    if (master.p)
        TRY(master_read(master, folder, &keys.master));
    TRY(secret.p ? sm2_private(secret, &keys.signer) : sm2_public(public, &keys.signer));
    *ret = keys;
    return NULL;
}

err *ledger_keys_load(struct store *s, bool create, struct ledger_keys *ret)
{
    AUTO_ARENA(a);
    str folder = arena_printf(a, "%.*s/keys", STR_ARG(store_folder(s)));
    str secret, public;
    TRY(key_file(a, folder, "checkpoint.pem", &secret));
    TRY(key_file(a, folder, "checkpoint.pub", &public));
    /* The public half alone may have been put there on purpose, to verify with. */
    if (create && !secret.p && public.p)
        return missing(folder, "checkpoint.pem");
    if (create && !secret.p)
        TRY(keys_create(a, folder));
    return keys_read(a, folder, ret);
}

const struct seal_key *master_given(const struct ledger_keys *keys)
{
    static const struct seal_key none;
    return keys && !bytes_equal(&keys->master, &none, sizeof none) ? &keys->master : NULL;
}

void ledger_keys_clear(struct ledger_keys *k)
{
    sm2_free(k->signer);
    explicit_bzero(k, sizeof *k);
}
