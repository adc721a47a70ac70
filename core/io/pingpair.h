/* core/io/pingpair.h - a pair of sockets for ICMP echoes in a loop, one a family, for all
 * whom somebody asks: each is opened when it is needed first, and read in turns.
 *
 * What the octets say, and whose answer they are, is the owner's
 * (core/wire/icmpecho.h). The loop's thread only. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_PINGPAIR_H
#define CORE_IO_PINGPAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct loop;
struct loop_io;
struct pingside;

/* A packet has come, from that address. May not free the pair. */
typedef void pingpair_fn(const struct pingside *s, const uint8_t *octets,
    size_t len, const struct addr *from);

/* One family's. */
struct pingside {
	struct loop	*loop;
	uint8_t		 family;
	int		 fd;		/* -1 = not yet, or not to be had */
	struct loop_io	*io;
	bool		 raw;		/* as in pingsock.h */
	bool		 headed;	/* what comes begins with the IP header */
	pingpair_fn	*heard;
	void		*arg;
};

struct pingpair {
	struct pingside	 v4, v6;
};

/* Opens nothing yet. */
void pingpair_init(struct pingpair *p, struct loop *l, pingpair_fn *heard,
    void *arg);
void pingpair_fini(struct pingpair *p);

/* family: AF_INET or AF_INET6. */
struct pingside *pingpair_side(struct pingpair *p, uint8_t family);

/* 0 when it is open, or the errno; asked anew by each call while there is none. */
int pingpair_open(struct pingside *s);

/* Takes what has come, without waiting for the loop. */
void pingpair_read(struct pingside *s);

/* An echo, and at most one word to the kernel about it: cmsg(3)'s level and type. */
struct pingpair_packet {
	const struct addr *to;
	void		*octets;	/* only read */
	size_t		 len;
	int		 level, type;
	const void	*word;		/* NULL: none */
	size_t		 word_len;	/* to PINGPAIR_WORD_MAX */
};

#define PINGPAIR_WORD_MAX	32

/* From a side that is open. 0, or the errno. */
int pingpair_send(const struct pingside *s, const struct pingpair_packet *p);

#endif
