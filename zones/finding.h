/* zones/finding.h - what is wrong with a zone, told without end to a diag but
 * not without measure: a file of garbage gives a thousand findings, then one
 * that says there are more. Layer: zones.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_FINDING_H
#define ZONES_FINDING_H

#include <stddef.h>

struct diag;

#define FINDING_MAX	1000

struct finding {
	struct diag	*diag;		/* borrowed */
	const char	*file;		/* of the next finding, borrowed */
	unsigned	 line;		/* 0 = the zone as a whole */
	size_t		 errors;	/* counted past the maximum too */
	size_t		 told;
	int		 code;		/* of the first error, 0 = none */
};

/* The place of what is told next. */
static inline void
finding_at(struct finding *f, const char *file, unsigned line)
{
	f->file = file;
	f->line = line;
}

/* Each adds a finding at the place set last. finding_error returns code. */
int finding_error(struct finding *f, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void finding_warn(struct finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
