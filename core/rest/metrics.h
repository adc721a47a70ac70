/* core/rest/metrics.h - numbers in Prometheus' text format, version 0.0.4.
 *
 * A family is started once and its samples follow; what they count is the
 * caller's business. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_METRICS_H
#define CORE_REST_METRICS_H

#include <stdint.h>

struct histogram;
struct strbuf;

#define METRICS_TYPE	"text/plain; version=0.0.4; charset=utf-8"

enum metrics_kind { METRICS_COUNTER, METRICS_GAUGE, METRICS_HISTOGRAM };

/* What the samples of a family have in common: a name that fits its kind
 * (counters end in _total, units are seconds and bytes) and one line of help. */
struct metrics_family {
	const char	*name;
	enum metrics_kind kind;
	const char	*help;
};

/* A row of labels ends with one whose name is NULL; NULL is no labels. Values
 * may be any octets: what is not UTF-8 becomes U+FFFD. */
struct metrics_label {
	const char	*name, *value;
};

/* # HELP and # TYPE. */
void metrics_open(struct strbuf *b, const struct metrics_family *f);
/* One sample. */
void metrics_add(struct strbuf *b, const struct metrics_family *f,
    const struct metrics_label *labels, uint64_t value);
/* The same of a number that is no integer; never NaN or infinite. */
void metrics_add_real(struct strbuf *b, const struct metrics_family *f,
    const struct metrics_label *labels, double value);
/* Buckets, sum and count, in seconds; at most two labels. */
void metrics_add_histogram(struct strbuf *b, const struct metrics_family *f,
    const struct metrics_label *labels, const struct histogram *h);

#endif
