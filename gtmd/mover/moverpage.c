/* gtmd/mover/moverpage.c - see moverpage.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverpage.h"

#include "gtmd/types/pageurl.h"
#include "monitors/fetch.h"

static void
on_nothing(void *arg, const void *octets, size_t len)
{
	(void)arg;
	(void)octets;
	(void)len;
}

struct fetch *
moverpage_start(struct fetcher *f, const struct pageurl *u, const char *host,
    const struct fetch_owner *owner)
{
	return moverpage_start_within(f, u, host, MOVERPAGE_WITHIN_NS, owner);
}

struct fetch *
moverpage_start_within(struct fetcher *f, const struct pageurl *u,
    const char *host, dur_ns within_ns, const struct fetch_owner *owner)
{
	const struct fetch_owner told = {
		owner->data != NULL ? owner->data : on_nothing, owner->done,
		owner->arg
	};
	const struct fetch_spec s = { .to = u->to, .tls = u->tls, .host = host,
	    .path = u->path, .max = MOVERPAGE_MAX,
	    .timeout_ns = within_ns };

	return fetch_start(f, &s, &told);
}
