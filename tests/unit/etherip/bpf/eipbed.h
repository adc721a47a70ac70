/* tests/unit/etherip/bpf/eipbed.h - the programs of the kernel on single frames: loaded, with a
 * tunnel in their maps, and run (BPF_PROG_TEST_RUN) on the loopback device of a network of our
 * own. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ETHERIP_BPF_EIPBED_H
#define TESTS_UNIT_ETHERIP_BPF_EIPBED_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpfstation.h"
#include "etherip/bpf/bpftunnel.h"

struct bpfload;

#define LO	1u		/* plays the LAN's device, the TAP, the WAN's device */
#define SLOT	3u
#define AT	(SLOT + 1)
#define GROUP	2u
#define ROOM	70000

#define H1	UINT64_C(0x020000000011)	/* a station of the LAN */
#define R1	UINT64_C(0x020000000022)	/* a remote one */
#define OWN	UINT64_C(0x0200000000aa)
#define WAN	UINT64_C(0x0200000000bb)
#define HOP	UINT64_C(0x0200000000cc)

struct eipbed {
	struct bpfload	*load;		/* NULL: not possible here */
	struct bpfstation_table table;
	struct bpftunnel tunnel;	/* as it is written into the maps, */
	struct bpftunnel_group group;	/* and its group */
	uint8_t		 out[ROOM];	/* what the last run made of its frame */
	size_t		 out_len;
};

extern struct eipbed eipbed;
#define NEED_LOAD()	do { if (eipbed.load == NULL) skip(); } while (0)

/* ---- before and after all tests, before and after each ---- */

int eipbed_open(void **state);
int eipbed_close(void **state);
int eipbed_set_up(void **state);
int eipbed_tear_down(void **state);

/* ---- the maps ---- */

/* Says there what eipbed.tunnel and eipbed.group are now. */
void eipbed_write(void);
/* The same, between two other addresses. */
void eipbed_use(const char *local, const char *remote);
/* Does somebody look after the programs? */
void eipbed_alive(bool yes);
void eipbed_know(uint64_t mac, unsigned at, unsigned pins);
/* Where it is known to be; 999: nowhere. */
unsigned eipbed_place_of(uint64_t mac);
/* Frames that were counted so, of both ways. */
uint64_t eipbed_counted(enum bpfkey_why why);

/* ---- frames ---- */

struct frame {
	uint8_t	octets[2048];
	size_t	len;
};

void eipbed_add(struct frame *f, const void *octets, size_t len);
void eipbed_add16(struct frame *f, unsigned v);
struct frame eipbed_ethernet(uint64_t dst, uint64_t src, unsigned type);
/* An IPv4 packet of that protocol with len octets behind its head. */
void eipbed_add_ipv4(struct frame *f, uint8_t tos, uint8_t protocol,
    size_t len);
struct frame eipbed_udp(uint64_t dst, uint64_t src, uint8_t tos);
struct frame eipbed_arp(uint64_t dst, uint64_t src);
/* The heads that a frame has on the WAN, in front of it; IPv4, IPv6. */
struct frame eipbed_packed(const struct frame *in, uint8_t tos, uint16_t id,
    bool df);
struct frame eipbed_packed6(const struct frame *in, uint8_t tos);
/* As the other end sends it: everything the other way round. */
struct frame eipbed_arriving(const struct frame *in, bool six);
/* The outer head's sum is right again. */
void eipbed_mend_sum(struct frame *f);

/* ---- runs ---- */

/* What the program returns; what it made of the frame is in eipbed.out. */
int eipbed_run_with(const char *program, const struct frame *f,
    struct __sk_buff *skb);
int eipbed_run(const char *program, const struct frame *f);

#define SAME(f)	do {							\
	assert_int_equal(eipbed.out_len, (f).len);				\
	assert_memory_equal(eipbed.out, (f).octets, (f).len);			\
} while (0)

#endif
