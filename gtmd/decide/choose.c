/* gtmd/decide/choose.c - the table of methods.
 *
 * The methods that choose nothing have no file of their own: their row is all
 * there is to say. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/choose.h"

#include "core/base/obj.h"
#include "gtmd/decide/choose_best.h"
#include "gtmd/decide/choose_path.h"
#include "gtmd/decide/choose_score.h"

static const struct choose_method return_to_dns = {
	.name = "return-to-dns", .kind = CHOOSE_RETURN_TO_DNS,
};
static const struct choose_method fallback_ip = {
	.name = "fallback-ip", .kind = CHOOSE_FALLBACK_IP,
};
static const struct choose_method drop_packet = {
	.name = "drop-packet", .kind = CHOOSE_DROP,
};
static const struct choose_method none = {
	.name = "none", .kind = CHOOSE_SKIP,
};

/* The best by a score, and by its side the row for dynamic-ratio. */
#define MEASURED(n, fn)							\
	{ {								\
		.name = n, .kind = CHOOSE_PICK, .score = fn,		\
		.admits = choose_best_admits, .room = choose_best_room,	\
		.compile = choose_best_compile,				\
		.shares = choose_best_shares,				\
		.weights = choose_best_weights,				\
		.order = choose_best_order,				\
	}, {								\
		.name = n, .kind = CHOOSE_PICK, .score = fn,		\
		.admits = choose_best_spread_admits,			\
		.room = choose_best_spread_room,			\
		.compile = choose_best_spread_compile,			\
		.shares = choose_best_spread_shares,			\
		.weights = choose_ratio_weights,			\
	} }

enum { BEST, SPREAD, MEASURED_ROWS };

static const struct choose_method measured[][MEASURED_ROWS] = {
	[POOL_LB_PACKET_RATE] = MEASURED("packet-rate", choose_score_packets),
	[POOL_LB_VS_CAPACITY] = MEASURED("virtual-server-capacity",
	    choose_score_capacity),
	[POOL_LB_VS_SCORE] = MEASURED("virtual-server-score",
	    choose_score_points),
	[POOL_LB_LEAST_CONNECTIONS] = MEASURED("least-connections",
	    choose_score_connections),
	[POOL_LB_KILOBYTES_PER_SECOND] = MEASURED("kilobytes-per-second",
	    choose_score_kilobytes),
	[POOL_LB_CPU] = MEASURED("cpu", choose_score_cpu),
	[POOL_LB_QUALITY_OF_SERVICE] = MEASURED("quality-of-service",
	    choose_score_quality),
};

static const struct choose_method *
find_measured(enum pool_lb lb, int row)
{
	if ((size_t)lb >= OBJ_COUNT(measured) ||
	    measured[lb][row].name == NULL)
		return NULL;
	return &measured[lb][row];
}

const struct choose_method choose_persistence = {
	.name = "persistence", .kind = CHOOSE_PICK,
};

static const struct choose_method *const methods[] = {
	[POOL_LB_ROUND_ROBIN]		= &choose_round_robin,
	[POOL_LB_RATIO]			= &choose_ratio,
	[POOL_LB_GLOBAL_AVAILABILITY]	= &choose_global_availability,
	[POOL_LB_RETURN_TO_DNS]		= &return_to_dns,
	[POOL_LB_FALLBACK_IP]		= &fallback_ip,
	[POOL_LB_DROP_PACKET]		= &drop_packet,
	[POOL_LB_NONE]			= &none,
	[POOL_LB_STATIC_PERSISTENCE]	= &choose_static_persistence,
	[POOL_LB_TOPOLOGY]		= &choose_topology,
};

const struct choose_method *
choose_find(enum pool_lb lb)
{
	if ((size_t)lb < OBJ_COUNT(methods) && methods[lb] != NULL)
		return methods[lb];
	return find_measured(lb, BEST) != NULL ? find_measured(lb, BEST) :
	    choose_path_find(lb, NULL, false);
}

const struct choose_method *
choose_find_dynamic(enum pool_lb lb)
{
	const struct choose_method *m = find_measured(lb, SPREAD);

	if (m == NULL)
		m = choose_path_find(lb, NULL, true);
	return m != NULL ? m : choose_find(lb);
}

const struct choose_method *
choose_find_cohort(enum pool_lb lb, bool cohort)
{
	return cohort && lb == POOL_LB_RATIO ? &choose_ratio_cohort :
	    choose_find(lb);
}
