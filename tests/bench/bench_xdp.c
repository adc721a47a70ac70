/* tests/bench/bench_xdp.c - cycles per query of what answers frames in a ring's
 * memory: read, checked, answered, turned round. The kernel's part is played
 * here: frames are laid into the memory in turn, as it does, what else it
 * touches meanwhile takes the nearest cache, and neither is counted.
 *
 *	build/bench/bench_xdp [frames at a time]
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "gtmd/serve/xdpdesk.h"
#include "gtmd/xdp/xdpring.h"
#include "tests/unit/gtmd/query/stage.h"

#define NAMES	1000
#define PIECES	4000
#define FRAME	2048		/* octets of one in the ring's memory */
#define HEAD	256		/* left free in front, as the kernel does */
#define HEADERS	42		/* Ethernet, IPv4, UDP */
#define OTHER	(64u << 10)	/* octets that the kernel touches */

struct xdpring {
	uint8_t		*memory;
	unsigned	 next;		/* frame to be filled */
	unsigned	 many;		/* frames that have come */
	uint8_t		 frame[NAMES][128];
	size_t		 len[NAMES];
	uint64_t	 octets;	/* of replies */
};

/* The rings of the kernel are not here: these stand for gtmd/xdp/xdpring.c. */

unsigned
xdpring_get(struct xdpring *r, struct xdpring_frame *frames, unsigned max)
{
	unsigned n = r->many < max ? r->many : max;

	for (unsigned i = 0; i < n; i++) {
		unsigned at = (r->next + i) % XDPRING_FRAMES;

		frames[i].octets = r->memory + (size_t)at * FRAME + HEAD;
		frames[i].len = r->len[(r->next + i) % NAMES];
	}
	return n;
}

void
xdpring_put(struct xdpring *r, const struct xdpring_frame *frames,
    unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		r->octets += frames[i].len;
	r->next += count;
}

static uint64_t
cycles(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#else
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
#endif
}

static void
open_world(struct stage *s)
{
	const char *zones[] = { "example.com", NULL, NULL };
	struct strbuf text;

	strbuf_init(&text);
	strbuf_add(&text, "@ 3600 IN SOA ns1 host 1 3600 900 86400 300\n"
	    "@ 3600 IN NS ns1\nns1 3600 IN A 192.0.2.1\n");
	for (unsigned i = 0; i < NAMES; i++)
		strbuf_printf(&text, "host%u 600 IN A 10.0.%u.%u\n", i,
		    i >> 8 & 255, i & 255);
	zones[1] = text.text;
	stage_open(s, zones);
	strbuf_fini(&text);
}

/* A query in a frame; its UDP checksum covers the pseudo-header alone, as it
 * comes from a neighbour on the same machine. */
static size_t
make_frame(uint8_t *p, unsigned name, unsigned ident)
{
	static const uint8_t head[HEADERS] = { 2, 0, 0, 0, 0, 0x53, 2, 0, 0, 0,
	    0, 1, 8, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 198, 18, 0, 2,
	    198, 18, 0, 1, 0x10, 0x92, 0, 53 };
	char text[64];
	struct stage_query q = { .name = text, .type = 1 };
	size_t len;
	uint32_t sum = 0;

	(void)snprintf(text, sizeof(text), "host%u.example.com", name);
	memcpy(p, head, sizeof(head));
	len = stage_write(&q, p + HEADERS, 128 - HEADERS);
	p[HEADERS] = (uint8_t)(ident >> 8);
	p[HEADERS + 1] = (uint8_t)ident;
	p[17] = (uint8_t)(28 + len);
	p[39] = (uint8_t)(8 + len);
	for (unsigned i = 14; i < 34; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	sum = ~((sum & 0xffff) + (sum >> 16));
	p[24] = (uint8_t)(sum >> 8);
	p[25] = (uint8_t)sum;
	return HEADERS + len;
}

/* As the kernel: frames are laid into the memory, and the nearest cache is full
 * of other things after it. */
static void
fill(struct xdpring *r, unsigned count)
{
	static volatile uint8_t other[OTHER];

	for (unsigned i = 0; i < count; i++) {
		unsigned at = (r->next + i) % XDPRING_FRAMES;
		unsigned which = (r->next + i) % NAMES;

		memcpy(r->memory + (size_t)at * FRAME + HEAD, r->frame[which],
		    r->len[which]);
	}
	for (size_t i = 0; i < sizeof(other); i += 64)
		other[i]++;
	r->many = count;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	static uint64_t took[PIECES];
	static struct stage stage;
	struct xdpring *r = mem_zalloc(1, sizeof(*r));
	struct xdpdesk *k;
	unsigned many = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 32;
	struct rand random;

	rand_seed_from(&random, 1);
	r->memory = aligned_alloc(2u << 20, (size_t)XDPRING_FRAMES * FRAME);
	if (many == 0 || many > 64 || r->memory == NULL)
		return 2;
	for (unsigned i = 0; i < NAMES; i++)
		r->len[i] = make_frame(r->frame[i], rand_below(&random, NAMES),
		    i);
	rcu_register();
	open_world(&stage);
	k = xdpdesk_new();
	for (unsigned i = 0; i < PIECES; i++) {
		uint64_t start;

		fill(r, many);
		start = cycles();
		(void)xdpdesk_serve(k, &stage.world, r, 1500, many);
		took[i] = cycles() - start;
	}
	qsort(took, PIECES, sizeof(took[0]), compare);
	(void)printf("%u frames at a time: %.0f %.0f cycles per query, "
	    "%.1f octets\n", many, (double)took[PIECES / 20] / many,
	    (double)took[PIECES / 2] / many,
	    (double)r->octets / PIECES / many);
	xdpdesk_free(&k);
	stage_close(&stage);
	rcu_unregister();
	free(r->memory);
	free(r);
	return 0;
}
