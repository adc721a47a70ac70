/* gtmd/xdp/xdpring.h - the AF_XDP socket of one queue of one interface: frames
 * come in, are changed where they lie, and go out again.
 *
 * A frame is always in one of five places: waiting to be filled, received, in
 * the caller's hands, on its way out, or sent. Each ring has room for all of
 * them, so that none is ever full. The driver's memory is used where it can be
 * shared (zero copy), else the kernel copies. Owned by one thread at a time;
 * nothing is allocated after the birth. Layer: gtmd/xdp; the owner of libxdp.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_XDP_XDPRING_H
#define GTMD_XDP_XDPRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct xdpring;

#define XDPRING_FRAMES		4096
/* Octets from where a frame begins to where its room ends, at least. */
#define XDPRING_ROOM		(2048 - 256)

struct xdpring_frame {
	uint8_t	*octets;
	size_t	 len;	/* of what came; of what goes out, 0 = nothing */
};

/* NULL with a sentence in e and errno: a privilege is missing (EPERM), somebody
 * else has the queue (EBUSY), or there is no such interface or queue. Takes
 * 8 MiB of memory that stays. */
struct xdpring *xdpring_open(const char *interface, unsigned queue,
    struct err *e);
/* What was not sent by now is lost. NULL is harmless. */
void xdpring_close(struct xdpring **pr);

/* To poll for reading, and for xdpfilter_join. */
int xdpring_fd(const struct xdpring *r);
/* Was it received into the driver's own memory? */
bool xdpring_is_zero_copy(const struct xdpring *r);

/* Up to max frames, which the caller hands back with xdpring_put, all of them,
 * before the next call. No system call. Returns how many. */
unsigned xdpring_get(struct xdpring *r, struct xdpring_frame *frames,
    unsigned max);
/* All that get gave, in its order: sends those with a length, from where they
 * were given, and takes back the others. One system call (for each 32 frames on
 * Linux before 6.17), none where the driver looks by itself. */
void xdpring_put(struct xdpring *r, const struct xdpring_frame *frames,
    unsigned count);

/* Pushes on what is still to go out. False when nothing is, and most frames are
 * here to receive in: then nothing has to be done until a frame comes. */
bool xdpring_push(struct xdpring *r);

#endif
