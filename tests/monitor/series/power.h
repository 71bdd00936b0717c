/*
 * A disk that can lose power: a VFS over SQLite's own. Only what was synced is certain; of what was written since, each write
 * is kept, dropped, or torn at a sector, by chance. (Making and deleting files counts as durable: the folder is not modelled.)
 * Tests only; one thread.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum power_sync { POWER_SYNC_TRUE, POWER_SYNC_NEVER /* the disk lies: synchronous=OFF */, POWER_SYNC_NOT_WAL /* synchronous=NORMAL */ };
void power_install(void);              /* becomes the default VFS */
void power_arm(int64_t operations);    /* after so many writes and syncs the power goes; -1 never */
bool power_gone(void);
void power_sync(enum power_sync how);
/* The power is back: files stand as the disk has them. All connections are closed. */
void power_back(uint64_t *seed);
void power_forget(void);               /* of all files: their folder was removed */
