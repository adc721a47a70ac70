/* etherip/path/devname.c - see devname.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/path/devname.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define KEPT	8	/* octets of a name that is too long */

/* What "ip link" and scripts take without quotes. */
static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool
fits(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if (!is_plain(name[i]))
			return false;
	return len > 0 && len < DEVNAME_MAX && name[0] != '.' &&
	    name[0] != '-';
}

/* FNV-1a, which is the same everywhere. */
static uint32_t
hash(const char *name)
{
	uint32_t h = UINT32_C(2166136261);

	for (; *name != '\0'; name++)
		h = (h ^ (uint8_t)*name) * UINT32_C(16777619);
	return h;
}

const char *
devname_of(const char *name, char out[DEVNAME_MAX])
{
	const char *last = strrchr(name, '/');
	char kept[KEPT + 1] = "";
	size_t n = 0;

	if (last != NULL)
		name = last + 1;
	if (fits(name)) {
		(void)snprintf(out, DEVNAME_MAX, "%s", name);
		return out;
	}
	for (size_t i = 0; name[i] != '\0' && n < KEPT; i++)
		kept[n++] = is_plain(name[i]) && (i > 0 || (name[i] != '.' &&
		    name[i] != '-')) ? name[i] : '_';
	(void)snprintf(out, DEVNAME_MAX, "%s~%06x", kept,
	    hash(name) & 0xffffffu);
	return out;
}
