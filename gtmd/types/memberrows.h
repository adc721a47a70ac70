/* gtmd/types/memberrows.h - the rows that members of all pool types have, for
 * the tables of pool.c and poolrecord.c. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_MEMBERROWS_H
#define GTMD_TYPES_MEMBERROWS_H

#include <stddef.h>

#include "core/model/prop.h"
#include "gtmd/types/pool.h"

/* Rows that members of all pool types have. */
#define MEMBER_ROWS							\
	{ .name = "description", .kind = PROP_STRING,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_member_rare, description), .max = 4095,	\
	  .help = "text of the operator" },				\
	{ .name = "enabled", .kind = PROP_STATE,			\
	  .off = offsetof(struct pool_member, enabled),			\
	  .names = prop_disabled_enabled, .dflt = "enabled",		\
	  .help = "take part in answers" },				\
	{ .name = "member-order", .kind = PROP_U32,			\
	  .flags = PROP_POSITION | PROP_ALWAYS,				\
	  .off = offsetof(struct pool_member, order), .max = 65535,	\
	  .dflt = "0", .help = "place among the members" },		\
	{ .name = "priority-group", .kind = PROP_U32, .flags = PROP_OURS,	\
	  .off = offsetof(struct pool_member, priority_group),		\
	  .max = 65535, .dflt = "0",					\
	  .help = "with min-active-members: highest group serves first" },	\
	{ .name = "ratio", .kind = PROP_U32,				\
	  .off = offsetof(struct pool_member, ratio), .max = 65535,	\
	  .dflt = "1", .help = "share in method ratio; 0 = never" }

/* Of those that are keyed by a domain name, and lead to it. */
#define MEMBER_TARGET_ROW						\
	{ .name = "static-target", .kind = PROP_BOOL,			\
	  .off = offsetof(struct pool_member, static_target),		\
	  .names = prop_no_yes, .dflt = "no",				\
	  .help = "yes: any name, always available; no: a wide IP's name" }

#endif
