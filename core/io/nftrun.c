/* core/io/nftrun.c - see nftrun.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/nftrun.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <nftables/libnftables.h>

#include "core/base/err.h"
#include "core/base/mem.h"

struct nftrun {
	struct nft_ctx *ctx;
};

struct nftrun *
nftrun_new(void)
{
	struct nftrun *r = mem_zalloc(1, sizeof(*r));

	r->ctx = nft_ctx_new(NFT_CTX_DEFAULT);
	assert(r->ctx != NULL);
	(void)nft_ctx_buffer_output(r->ctx);
	(void)nft_ctx_buffer_error(r->ctx);
	return r;
}

void
nftrun_free(struct nftrun **rp)
{
	struct nftrun *r = *rp;

	*rp = NULL;
	if (r == NULL)
		return;
	nft_ctx_free(r->ctx);
	free(r);
}

/* "place: Error: sentence", then the line that it is about. */
static int
tell(const char *said, struct err *e)
{
	static const char word[] = "Error: ";
	const char *at = strstr(said, word);
	size_t len;

	at = at != NULL ? at + sizeof(word) - 1 : said;
	len = strcspn(at, "\n");
	if (strstr(said, strerrordesc_np(EPERM)) != NULL)
		return err_set(e, ERR_DENIED, "no CAP_NET_ADMIN");
	return err_set(e, ERR_IO, "nftables: %.*s", (int)len, at);
}

int
nftrun_do(struct nftrun *r, const char *commands, struct err *e)
{
	int rc = nft_run_cmd_from_buffer(r->ctx, commands);
	const char *said = nft_ctx_get_error_buffer(r->ctx);

	/* Both are begun anew by being read. */
	(void)nft_ctx_get_output_buffer(r->ctx);
	return rc == 0 ? 0 : tell(said != NULL ? said : "", e);
}
