/* tests/fuzz/fuzz_geo.c - a MaxMind database, damaged.
 *
 * Whatever the octets: refused with a sentence, or every look-up and every
 * walk ends, and what the walk says of a network the look-up says of an
 * address in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/err.h"
#include "gtmd/topology/geo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
const char *__lsan_default_suppressions(void);

/* The library keeps what it had read of a file's head when it refuses one. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libmaxminddb";
}

#define LABELS	4096u	/* more facts than that share labels */

struct told {
	const struct geo *g;
	struct geo_facts facts[LABELS];
	uint32_t	 count;
	uint8_t		 family;
};

static uint32_t
on_label(void *arg, const struct geo_facts *f)
{
	struct told *t = arg;
	uint32_t i = t->count++ % LABELS;

	t->facts[i] = *f;
	return i + 1;
}

static void
on_network(void *arg, const struct addr_prefix *p, uint32_t label)
{
	const struct told *t = arg;
	struct geo_facts f;

	assert(p->addr.family == t->family);
	assert(p->len <= (t->family == AF_INET ? 32 : 128));
	assert(label > 0 && label <= LABELS);
	if (t->count > LABELS || t->family == AF_INET6)
		return;	/* by IPv6, IPv4 hangs at more places than one */
	assert(geo_find(t->g, &p->addr, &f));
	assert(memcmp(&f, &t->facts[label - 1], sizeof(f)) == 0);
}

static void
walk(const struct geo *g, uint8_t family)
{
	static struct told t;
	const struct geo_walk w = { on_label, on_network, &t };

	t.g = g;
	t.count = 0;
	t.family = family;
	geo_walk(g, family, &w);
}

static void
find(const struct geo *g, const char *text)
{
	struct geo_facts f;
	struct addr a;

	assert(addr_parse(text, &a) == 0);
	(void)geo_find(g, &a, &f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err e = { .code = 0 };
	int fd = memfd_create("geo", MFD_CLOEXEC);
	char path[40];
	struct geo *g;

	assert(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	g = geo_open(path, &e);
	assert(g != NULL || (e.code != 0 && e.text[0] != '\0'));
	if (g != NULL) {
		find(g, "192.0.2.1");
		find(g, "255.255.255.255");
		find(g, "2001:db8:1::1");
		walk(g, AF_INET);
		walk(g, AF_INET6);
	}
	geo_close(&g);
	(void)close(fd);
	return 0;
}
