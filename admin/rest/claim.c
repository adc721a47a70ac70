/* admin/rest/claim.c - see claim.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/claim.h"

#include <string.h>

#include "core/base/err.h"

void
claim_open(struct claim *c, mono_ns now, char text[CLAIM_TEXT_LEN + 1])
{
	uint8_t octets[CLAIM_TEXT_LEN / 2];

	secret_random(octets, sizeof(octets));
	secret_to_hex(octets, sizeof(octets), text);
	secret_digest(text, CLAIM_TEXT_LEN, c->digest);
	secret_wipe(octets, sizeof(octets));
	c->until = now + CLAIM_LIFE_S * CLOCK_S;
	c->open = true;
}

int
claim_check(const struct claim *c, const char *text, mono_ns now,
    struct err *e)
{
	uint8_t digest[SECRET_HASH_LEN];

	if (!c->open)
		return err_set(e, ERR_CONFLICT, "the first password is set: "
		    "log in, or use gtmrestd --set-password");
	secret_digest(text, strlen(text), digest);
	if (!secret_equal(digest, c->digest, sizeof(digest)))
		return err_set(e, ERR_DENIED, "that is not the token of this "
		    "start");
	if (now > c->until)
		return err_set(e, ERR_RANGE, "the token is older than %d "
		    "minutes: a restart makes another", CLAIM_LIFE_S / 60);
	return 0;
}

void
claim_close(struct claim *c)
{
	secret_wipe(c, sizeof(*c));
}
