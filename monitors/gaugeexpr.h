/* monitors/gaugeexpr.h - how a number that matters is made of numbers on a page.
 *
 *   expression  product { ("+" | "-") product }     operators between blanks
 *   product     factor { ("*" | "/") factor }
 *   factor      NUMBER | series | "rate(" series ")"
 *   series      NAME[{LABEL="value",LABEL!="value"}]   on a Prometheus page
 *               $.path["in"][0][*].json                in a JSON document
 *
 * A series is the sum over all samples that fit. A rate is what the sum grew by
 * a second since the page before; where a counter fell, or other samples fit than
 * before, there is none this time. Pure: the clock's time comes in with the page.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_GAUGEEXPR_H
#define MONITORS_GAUGEEXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"

struct err;
struct gaugeexpr;
struct json;
struct promtext_sample;
struct strbuf;

enum gaugeexpr_form { GAUGEEXPR_PROMETHEUS, GAUGEEXPR_JSON };

/* What came of an expression on one page. */
enum gauge_outcome {
	GAUGE_NONE,		/* no page yet */
	GAUGE_OK,
	GAUGE_FIRST,		/* a rate needs a second page */
	GAUGE_RESET,		/* a counter fell, or other samples fit */
	GAUGE_MISSING,		/* a series is not on the page */
	GAUGE_NAN,
	GAUGE_NEGATIVE,
	GAUGE_HUGE,		/* over what the metric can be, or infinite */
	GAUGE_TWICE,		/* a sample that counts is there again */
	GAUGE_OUTCOMES
};

/*
 * gaugeexpr_new - an expression, with room for what one reader gathers.
 *
 * in     labels  matchers that each Prometheus series has besides its own,
 *                "proxy=web,server=w1" (quotes may stand); a series that names
 *                a label itself is left alone; NULL = none
 * ret    NULL with ERR_PARSE or ERR_RANGE in e
 */
struct gaugeexpr *gaugeexpr_new(enum gaugeexpr_form form, const char *text,
    const char *labels, struct err *e);
/* Takes *px; NULL is harmless. */
void gaugeexpr_free(struct gaugeexpr **px);

/* It is made of so many numbers and series. The name of one that is a series of a
 * Prometheus page; else NULL. */
size_t gaugeexpr_count(const struct gaugeexpr *x);
const char *gaugeexpr_name(const struct gaugeexpr *x, size_t factor);
/* The series' name and the values of the labels that it must have, as one text in
 * key; of a sample (not NULL) its values of the same labels. Only samples whose
 * key is the same can fit. */
void gaugeexpr_key(const struct gaugeexpr *x, size_t factor,
    const struct promtext_sample *s, struct strbuf *key);
/* Are the keys of both made of the same labels? */
bool gaugeexpr_alike(const struct gaugeexpr *x, size_t factor,
    const struct gaugeexpr *y, size_t other);

/* A page starts; a sample of it for one series, or the whole of it as a document.
 * again: the page has had this very sample, with these labels, before; which of
 * them is right nobody knows. */
void gaugeexpr_begin(struct gaugeexpr *x);
void gaugeexpr_sample(struct gaugeexpr *x, size_t factor,
    const struct promtext_sample *s, bool again);
void gaugeexpr_document(struct gaugeexpr *x, const struct json *j);
/* The page was whole and came at now: its value, which is 0..max and rounded,
 * when GAUGE_OK is returned. Without this call the page was not there. */
enum gauge_outcome gaugeexpr_end(struct gaugeexpr *x, mono_ns now,
    uint64_t max, uint64_t *value);
/* The same, as it is: not rounded, of whatever size, GAUGE_NAN when it is none. */
enum gauge_outcome gaugeexpr_value(struct gaugeexpr *x, mono_ns now,
    double *value);

/* "ok", "counter reset", … */
const char *gaugeexpr_words(enum gauge_outcome o);

#endif
