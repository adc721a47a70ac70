/* wom/flow/flowreason.c - see flowreason.h. Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowreason.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

#include "core/base/obj.h"

/* In the order of flowreason_index. */
static const struct {
	enum flowreason reason;
	const char *text;
} reasons[] = {
	{ FLOWREASON_NONE, "it ended well" },
	{ FLOWREASON_RESTART, "the peer began anew" },
	{ FLOWREASON_LOST, "no connection to the peer for too long" },
	{ FLOWREASON_LAN, "it was reset on the LAN" },
	{ FLOWREASON_REFUSED, "nobody listens at the destination" },
	{ FLOWREASON_UNREACHABLE, "there is no way to the destination" },
	{ FLOWREASON_TIMEOUT, "the LAN's host does not answer" },
	{ FLOWREASON_DENIED, "the far end does not connect there" },
	{ FLOWREASON_SOURCE, "the far end cannot have the client's address" },
	{ FLOWREASON_RESOURCES, "no descriptors, memory or ports are left" },
	{ FLOWREASON_DAMAGED, "a block could not be decoded, however it was sent" },
	{ FLOWREASON_STOPPED, "it was stopped here or at the far end" },
	{ FLOWREASON_OTHER, "a reason that is not known here" },
};

static_assert(OBJ_COUNT(reasons) == FLOWREASON_COUNT, "each has its text");

unsigned
flowreason_index(enum flowreason r)
{
	unsigned i = 0;

	while (i < FLOWREASON_COUNT - 1 && reasons[i].reason != r)
		i++;
	return i;
}

enum flowreason
flowreason_at(unsigned index)
{
	assert(index < FLOWREASON_COUNT);
	return reasons[index].reason;
}

const char *
flowreason_text(enum flowreason r)
{
	return reasons[flowreason_index(r)].text;
}

enum flowreason
flowreason_of_reset(uint32_t number)
{
	/* Nobody says NONE, and OTHER is our own. */
	for (unsigned i = 1; i < FLOWREASON_COUNT; i++)
		if ((uint32_t)reasons[i].reason == number)
			return reasons[i].reason;
	return FLOWREASON_OTHER;
}

enum flowreason
flowreason_of_errno(int sys_errno)
{
	switch (sys_errno) {
	case ECONNREFUSED:
		return FLOWREASON_REFUSED;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
		return FLOWREASON_UNREACHABLE;
	case ETIMEDOUT:
		return FLOWREASON_TIMEOUT;
	case EPERM:
	case EACCES:
		return FLOWREASON_DENIED;
	case EADDRNOTAVAIL:
	case EADDRINUSE:
		return FLOWREASON_SOURCE;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EAGAIN:
		return FLOWREASON_RESOURCES;
	default:
		return FLOWREASON_LAN;
	}
}
