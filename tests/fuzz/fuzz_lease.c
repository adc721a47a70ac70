/* tests/fuzz/fuzz_lease.c - any datagrams under the right key and any words, at any times: a unit's
 * state stays one that could be, and what it says is what it reads itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>

#include "etherip/pair/lease.h"
#include "etherip/pair/leasewire.h"

#define WORD	52

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[LEASEWIRE_KEY];

static void
say(struct lease *l, mono_ns now)
{
	uint8_t octets[LEASEWIRE_MAX];
	enum leasewire_kind kind;
	struct lease_word w, back;
	const uint8_t *body;
	size_t len;

	lease_fill(l, &w, now);
	len = leasewire_write(octets, &w, key);
	assert(leasewire_open(octets, len, key, &kind, &body, &len) ==
	    LEASEWIRE_GOOD && kind == LEASEWIRE_LEASE);
	assert(leasewire_read(&back, body, len) == 0);
	assert(back.seq == w.seq && back.state == l->state);
	assert(!(w.granting && lease_is_active(l)));
}

static void
act(struct lease *l, bool *active, unsigned what, mono_ns now)
{
	if ((what & LEASE_ROLE) != 0)
		*active = !*active;
	assert(*active == lease_is_active(l));
	assert(*active || lease_good_until(l) == 0);
	if ((what & LEASE_SEND) != 0)
		say(l, now);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct lease_config config = { .id = 5,
	    .level = LEASE_WILLING, .term_ms = 500, .boot = 7, .seq = 1 };
	mono_ns now = CLOCK_S;
	struct lease_word w;
	struct lease l;
	bool active = false;

	lease_init(&l, &config, now);
	/* A word, a command or none, and how long it takes until the next. */
	for (; size > WORD + 1; data += WORD + 2, size -= WORD + 2) {
		if (leasewire_read(&w, data, WORD) == 0)
			act(&l, &active, lease_take(&l, &w, now), now);
		if (data[WORD] < 3)
			act(&l, &active, lease_command(&l,
			    (enum lease_command)data[WORD], now), now);
		now += data[WORD + 1] * (4 * CLOCK_MS);
		for (int i = 0; i < 40 && lease_due(&l) <= now; i++)
			act(&l, &active, lease_tick(&l, now), now);
		assert(lease_due(&l) > now);
	}
	return 0;
}
