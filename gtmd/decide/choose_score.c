/* gtmd/decide/choose_score.c - see choose_score.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/choose_score.h"

#include <stddef.h>

#include "core/base/obj.h"
#include "gtmd/decide/choose.h"
#include "gtmd/types/metric.h"

#define KILOBYTE_BITS	8000	/* 1000 octets */
#define QUALITY_BEST	UINT64_C(10000000)	/* 10, in millionths */

static uint64_t
low_is_best(const struct metric_values *v, enum metric m, uint64_t unit)
{
	if (!metric_is_known(v, m))
		return CHOOSE_UNMEASURED;
	return CHOOSE_SCORE_WHOLE / (v->v[m] / unit + 1);
}

static uint64_t
high_is_best(const struct metric_values *v, enum metric m)
{
	return metric_is_known(v, m) ? v->v[m] : CHOOSE_UNMEASURED;
}

uint64_t
choose_score_packets(const struct metric_values *v, const uint32_t *qos)
{
	(void)qos;
	return low_is_best(v, METRIC_PACKETS, 1);
}

uint64_t
choose_score_kilobytes(const struct metric_values *v, const uint32_t *qos)
{
	(void)qos;
	return low_is_best(v, METRIC_BITS, KILOBYTE_BITS);
}

uint64_t
choose_score_connections(const struct metric_values *v, const uint32_t *qos)
{
	(void)qos;
	return low_is_best(v, METRIC_CONNECTIONS, 1);
}

uint64_t
choose_score_cpu(const struct metric_values *v, const uint32_t *qos)
{
	(void)qos;
	return low_is_best(v, METRIC_CPU, 1);
}

uint64_t
choose_score_capacity(const struct metric_values *v, const uint32_t *qos)
{
	(void)qos;
	return high_is_best(v, METRIC_CAPACITY);
}

uint64_t
choose_score_points(const struct metric_values *v, const uint32_t *qos)
{
	(void)qos;
	return high_is_best(v, METRIC_SCORE);
}

/* One term: the upper limit at which it is worst, or best. F5 has none on
 * record for scores; load balancers give 0..100. */
struct term {
	enum pool_qos	 weight;
	enum metric	 metric;
	uint64_t	 upper;		/* in the metric's unit */
	bool		 low;		/* low is better */
};

static const struct term terms[] = {
	{ POOL_QOS_PACKET_RATE, METRIC_PACKETS, 700, true },
	{ POOL_QOS_KILOBYTES, METRIC_BITS, 15000 * KILOBYTE_BITS, true },
	{ POOL_QOS_VS_CAPACITY, METRIC_CAPACITY, 20, false },
	{ POOL_QOS_VS_SCORE, METRIC_SCORE, 100, false },
};

uint64_t
choose_score_term(uint64_t value, uint64_t upper, bool low)
{
	uint64_t at = value < upper ? value : upper;

	return (low ? upper - at : at) * QUALITY_BEST / upper;
}

uint64_t
choose_score_quality(const struct metric_values *v, const uint32_t *qos)
{
	uint64_t sum = 0;
	bool known = false;

	for (size_t i = 0; i < OBJ_COUNT(terms); i++) {
		const struct term *t = &terms[i];

		if (qos[t->weight] == 0 || !metric_is_known(v, t->metric))
			continue;
		sum += qos[t->weight] * choose_score_term(v->v[t->metric],
		    t->upper, t->low);
		known = true;
	}
	return known ? sum : CHOOSE_UNMEASURED;
}
