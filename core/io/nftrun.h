/* core/io/nftrun.h - commands in the words of nft(8), by libnftables, whose only
 * owner this is.
 *
 * The kernel answers within the call. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_NFTRUN_H
#define CORE_IO_NFTRUN_H

#include <stdbool.h>

struct err;
struct nftrun;

/* Never NULL; asks nothing of the kernel. */
struct nftrun *nftrun_new(void);
/* Takes *rp; NULL is harmless. */
void nftrun_free(struct nftrun **rp);

/* All of the commands or none. 0; or ERR_DENIED without CAP_NET_ADMIN, ERR_IO
 * with the first thing that nftables says. */
int nftrun_do(struct nftrun *r, const char *commands, struct err *e);

#endif
