/* Waiting for the end of a server. */
#pragma once
/* Blocks SIGINT and SIGTERM for this thread and those it starts. Call before starting any. */
void signals_block(void);
/* Returns when one of the two arrives. */
void signals_wait(void);
