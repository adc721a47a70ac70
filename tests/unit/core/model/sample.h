/* tests/unit/core/model/sample.h - a small schema that has every kind of
 * property, for the tests of core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_CORE_MODEL_SAMPLE_H
#define TESTS_UNIT_CORE_MODEL_SAMPLE_H

#include "core/base/addr.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"

struct site {
	struct object	 obj;
	bool		 enabled;
	char		*note;
};

struct gauge {
	struct object	 obj;
	char		*parent;
	struct addrport	 destination;
	uint32_t	 interval;
	uint32_t	 timeout;
	char		*send;
	char		*password;
	bool		 transparent;
};

struct box {
	struct object	 obj;
	bool		 enabled;
	char		*site;
	struct addr	 address;
	uint32_t	 mode;
	uint32_t	 colours;
	uint64_t	 rate;
	struct strlist	 labels;
	struct strlist	 marks;
	struct strlist	 sites;
	struct typedref	 spare;
	struct monrule	 rule;
	struct objlist	 slots;
};

struct slot {
	struct object	 obj;
	uint32_t	 order;
	struct monrule	 rule;
	char		*note;
	struct objlist	 pins;
};

struct pin {
	struct object	 obj;
	uint32_t	 weight;
};

struct knobs {
	struct object	 obj;
	uint32_t	 threads;
	bool		 fast;
};

extern const struct type sample_site, sample_gauge_fast, sample_gauge_slow,
    sample_box_big, sample_box_small, sample_slot, sample_pin, sample_knobs,
    sample_lens;
extern const struct schema sample_schema;

struct diag;
struct draft;

/* A draft over an empty model with what text says; findings in out, which is
 * made here. */
struct draft *sample_draft(const char *text, struct diag *out);
/* Fails unless the findings are these, one a line, in order of place. */
void sample_expect(struct diag *out, const char *want);

/* How often the check hooks of box and gauge ran since it was set to 0. */
extern unsigned sample_checks;

#endif
