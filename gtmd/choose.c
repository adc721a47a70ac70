/* gtmd/choose.c - the table of methods.
 *
 * The methods that choose nothing have no file of their own: their row is all
 * there is to say. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/choose.h"

#include "core/base/obj.h"

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

static const struct choose_method *const methods[] = {
	[POOL_LB_ROUND_ROBIN]		= &choose_round_robin,
	[POOL_LB_RATIO]			= &choose_ratio,
	[POOL_LB_GLOBAL_AVAILABILITY]	= &choose_global_availability,
	[POOL_LB_RETURN_TO_DNS]		= &return_to_dns,
	[POOL_LB_FALLBACK_IP]		= &fallback_ip,
	[POOL_LB_DROP_PACKET]		= &drop_packet,
	[POOL_LB_NONE]			= &none,
	[POOL_LB_STATIC_PERSISTENCE]	= &choose_static_persistence,
};

const struct choose_method *
choose_find(enum pool_lb lb)
{
	return (size_t)lb < OBJ_COUNT(methods) ? methods[lb] : NULL;
}

const struct choose_method *
choose_find_cohort(enum pool_lb lb, bool cohort)
{
	return cohort && lb == POOL_LB_RATIO ? &choose_ratio_cohort :
	    choose_find(lb);
}
