/* monitors/promtext.h - a page of samples as Prometheus reads it, octet by
 * octet as it comes.
 *
 * Holds one line at a time: what a page costs does not depend on its length. A
 * line that is no sample, or too long, is counted and skipped; the rest counts.
 * src: the text exposition format 0.0.4, and of OpenMetrics 1.0 what differs
 * (exemplars behind the value, "# EOF"). Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROMTEXT_H
#define MONITORS_PROMTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROMTEXT_LINE_MAX	16384u	/* octets of one line, without its end */
#define PROMTEXT_LABELS_MAX	64	/* of one sample */

struct promtext_label {
	const char	*name, *value;	/* escapes undone */
};

struct promtext_sample {
	const char	*name;
	struct promtext_label labels[PROMTEXT_LABELS_MAX];
	size_t		 label_count;
	double		 value;		/* NaN and infinities are what they say */
};

/* Texts live until it returns. */
typedef void promtext_fn(void *arg, const struct promtext_sample *s);

struct promtext {
	promtext_fn	*fn;
	void		*arg;
	uint64_t	 samples;	/* given to fn */
	uint64_t	 bad;		/* lines that are no sample */
	uint64_t	 overlong;	/* lines over PROMTEXT_LINE_MAX */
	bool		 skipping;	/* until the next line end */
	size_t		 len;
	char		 line[PROMTEXT_LINE_MAX + 1];
};

void promtext_init(struct promtext *p, promtext_fn *fn, void *arg);
/* cost   O(len); no allocation. However a page is cut, the samples are the
 *        same. */
void promtext_push(struct promtext *p, const void *octets, size_t len);
/* The page has ended: its last line may lack its end. */
void promtext_end(struct promtext *p);

/* The length of a metric or label name that text starts with; 0 = none. */
size_t promtext_name_len(const char *text);
/* The label's value, or "" (which is what a missing label means there). */
const char *promtext_get(const struct promtext_sample *s, const char *label);

#endif
