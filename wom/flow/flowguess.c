/* wom/flow/flowguess.c - see flowguess.h. Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowguess.h"

#include <string.h>

#define SAMPLES		1024u	/* octets that are looked at, all over the block */
#define FUTILE_MIN	4	/* blocks before a stream is given up */
#define REST_MAX	63u	/* blocks; 16 MiB of full ones */
#define SMALL		1024u	/* octets; too few to judge by */

/* Octets that come by chance give a sum of squares of their 256 counts of about
 * SAMPLES^2 / 256 + SAMPLES = 5,116, with a deviation of about 90. Text has 40,000,
 * machine code 30,000, deflate's output nearly what chance gives. */
#define NOISE_MAX	5700u

bool
flowguess_is_noise(const uint8_t *octets, size_t len)
{
	uint16_t counts[256] = { 0 };
	uint32_t sum = 0;
	size_t step = len / SAMPLES;

	if (len < SAMPLES)
		return false;
	/* Runs of 16, so that a record of a fixed length does not show one column. */
	for (size_t i = 0; i < SAMPLES; i++)
		counts[octets[i / 16 * 16 * step + i % 16]]++;
	for (int i = 0; i < 256; i++)
		sum += (uint32_t)counts[i] * counts[i];
	return sum <= NOISE_MAX;
}

/* The head of a TLS record with a ClientHello or ServerHello (RFC 8446 section 5.1), or
 * SSH's identification (RFC 4253 section 4.2). */
static bool
is_sealed(const uint8_t *o, size_t len)
{
	if (len >= 6 && o[0] == 22 && o[1] == 3 && o[2] <= 4 &&
	    (o[5] == 1 || o[5] == 2))
		return true;
	return len >= 4 && memcmp(o, "SSH-", 4) == 0;
}

bool
flowguess_passes(struct flowguess *g, const uint8_t *octets, size_t len,
    bool thrifty)
{
	if (!g->begun) {
		g->begun = true;
		g->sealed = is_sealed(octets, len);
	}
	g->passing = false;
	if (!g->sealed && !(thrifty && g->rest > 0))
		return false;
	/* Certificates in a handshake; the next file of an archive. */
	if (len >= SMALL && !flowguess_is_noise(octets, len)) {
		g->rest = g->next_rest = 0;
		return false;
	}
	if (g->rest > 0)
		g->rest--;
	g->passing = true;
	return true;
}

void
flowguess_tried(struct flowguess *g, size_t len, size_t became)
{
	if (len < SMALL)
		return;
	if (became < len - len / 32) {
		g->futile = g->next_rest = g->rest = 0;
		return;
	}
	if (++g->futile < FUTILE_MIN)
		return;
	g->rest = g->next_rest = g->next_rest < REST_MAX ?
	    2 * g->next_rest + 1 : REST_MAX;
}
