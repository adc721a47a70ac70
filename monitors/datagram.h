/* monitors/datagram.h - probes that ask over UDP: a datagram, sent again while
 * nothing comes, and the datagrams that answer it.
 *
 * Each probe has a connected socket of its own, so a port that nobody knows, and
 * the kernel passes on only what comes from the address and port that was asked,
 * and ICMP's word that there is nobody. What is asked, and what an answer means,
 * is the type's. Control loop only. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_DATAGRAM_H
#define MONITORS_DATAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitors/probe.h"
#include "monitors/probepace.h"

#define DATAGRAM_MAX	65535u	/* octets */

struct loop;
struct err;

/* First member of a type's spec. */
struct datagram_spec {
	/* The octets to send for a probe with these random bits, at most cap of
	 * them into to, or elsewhere; *len of them. */
	const void	*(*ask)(const void *spec, uint64_t bits, uint8_t *to,
			    size_t cap, size_t *len);
	/* The verdict on an answer (a NUL stands behind it) is in r; or false
	 * when it is none, and the next one may be. */
	bool		 (*judge)(const void *spec, uint64_t bits,
			    const uint8_t *octets, size_t len,
			    struct probe_result *r);
	struct probepace pace;
	bool		 silence_is_up;	/* nobody answered, nobody refused */
};

/* Rows of struct probe_type, for types whose spec begins so. */
void *datagram_engine_new(struct loop *l, struct err *e);
void datagram_engine_free(void **pengine);
struct probe *datagram_start(const struct probe_job *job);

#endif
