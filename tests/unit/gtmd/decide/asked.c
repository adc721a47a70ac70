/* tests/unit/gtmd/decide/asked.c - see asked.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gtmd/decide/asked.h"

#include "gtmd/count/tally.h"
#include "gtmd/topology/asker.h"

void
asked_of(struct asked *a, const struct decision *d, uint64_t *cells)
{
	struct tally t = { .cells = cells };
	struct asker who = { .from = NULL };
	struct decision_ask ask = { &t, &who, 0xc00c };

	wbuf_init(&a->w, a->octets, sizeof(a->octets));
	decision_answer(d, &ask, &a->w, &a->out);
}
