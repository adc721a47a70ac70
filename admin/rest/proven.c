/* admin/rest/proven.c - see proven.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/proven.h"

#include <stdlib.h>
#include <string.h>

#include "admin/rest/users.h"
#include "core/base/mem.h"

void
proven_init(struct proven *p)
{
	*p = (struct proven){ .next = 0 };
	secret_random(p->key, sizeof(p->key));
}

void
proven_fini(struct proven *p)
{
	secret_wipe(p, sizeof(*p));
}

/* Key, salt, role and name have lengths of their own, so no two users and
 * passwords make the same octets. */
void
proven_digest(const struct proven *p, const struct user *user,
    const char *password, uint8_t digest[SECRET_HASH_LEN])
{
	const uint8_t role = (uint8_t)user->role;
	size_t fixed = sizeof(p->key) + sizeof(user->salt) + 1 +
	    sizeof(user->name), len = fixed + strlen(password);
	uint8_t *octets = mem_zalloc(len, 1), *at = octets;

	memcpy(at, p->key, sizeof(p->key));
	at += sizeof(p->key);
	memcpy(at, user->salt, sizeof(user->salt));
	at += sizeof(user->salt);
	*at++ = role;
	memcpy(at, user->name, strlen(user->name));
	memcpy(octets + fixed, password, len - fixed);
	secret_digest(octets, len, digest);
	secret_wipe(octets, len);
	free(octets);
}

bool
proven_check(const struct proven *p, const uint8_t digest[SECRET_HASH_LEN],
    mono_ns now)
{
	bool found = false;

	for (size_t i = 0; i < PROVEN_MAX; i++)
		found |= secret_equal(p->list[i].digest, digest,
		    SECRET_HASH_LEN) && now < p->list[i].until;
	return found;
}

void
proven_add(struct proven *p, const uint8_t digest[SECRET_HASH_LEN],
    mono_ns now)
{
	size_t at = p->next++ % PROVEN_MAX;

	memcpy(p->list[at].digest, digest, SECRET_HASH_LEN);
	p->list[at].until = now + PROVEN_LIFE_S * CLOCK_S;
}
