/* tests/fuzz/fuzz_bfdpacket.c - any packets at any times: a session stays one that could be, and
 * what it says is what it takes itself. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>

#include "etherip/bfd/bfdsession.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct bfdsession_times times = { 50000, 50000, 3 };

static void
check(const struct bfdsession *s)
{
	uint8_t out[BFDPACKET_OCTETS];
	struct bfdpacket p, back;

	bfdsession_fill(s, false, &p);
	bfdpacket_write(&p, out);
	/* In no state above down is the other end unknown. */
	assert(bfdpacket_read(&back, out, sizeof(out)) == BFDPACKET_GOOD);
	assert(back.state == s->state && back.mine == s->mine);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bfdsession s;
	struct bfdpacket p;
	mono_ns now = CLOCK_S;

	bfdsession_init(&s, &times, 7, now);
	/* A packet, and how many ms come after it. */
	for (; size > BFDPACKET_OCTETS; data += BFDPACKET_OCTETS + 1,
	    size -= BFDPACKET_OCTETS + 1) {
		if (bfdpacket_read(&p, data, BFDPACKET_OCTETS) ==
		    BFDPACKET_GOOD)
			(void)bfdsession_take(&s, &p, now);
		check(&s);
		now += data[BFDPACKET_OCTETS] * CLOCK_MS;
		while (bfdsession_due(&s) <= now)
			(void)bfdsession_tick(&s, bfdsession_due(&s));
		check(&s);
	}
	return 0;
}
