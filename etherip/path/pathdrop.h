/* etherip/path/pathdrop.h - why a frame did not cross: one table of reasons that counters,
 * traces and metrics share, whichever tier counted. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_PATHDROP_H
#define ETHERIP_PATH_PATHDROP_H

/* X(symbol, word, sentence) */
#define PATHDROP_TABLE(X) \
	/* what a datagram from the WAN is not taken for */ \
	X(SHORT,	"short",	"it ends within its head") \
	X(VERSION,	"version",	"not EtherIP's version 3") \
	X(REVERSED,	"reversed",	"the version is in the wrong half") \
	X(RESERVED,	"reserved",	"reserved bits are set") \
	X(SPOOFED,	"spoofed",	"not from the tunnel's other end") \
	X(INTERFACE,	"interface",	"by another interface than the way back") \
	X(TTL,		"ttl",		"from further away than min-ttl says") \
	X(PROTECTION,	"protection",	"it did not come through IPsec") \
	X(CONGESTED,	"congested",	"marked on its way, and its sender knows no marks") \
	/* the verdict (etherip/bridge/forward.h) */ \
	X(MALFORMED,	"malformed",	"no frame of a station") \
	X(STANDBY,	"standby",	"this unit does not bridge now") \
	X(UNATTENDED,	"unattended",	"the control loop does not look after it any more") \
	X(DIRECTION,	"direction",	"the tunnel's mode is for the other direction") \
	X(CONTROL,	"control",	"of switches among themselves") \
	X(LOOP,		"loop",		"it has been here before") \
	X(NOT_IP,	"not-ip",	"bridge-traffic is disabled") \
	X(GROUP,	"group",	"bridge-multicast is disabled") \
	X(SAME,		"same-side",	"its station is where it came from") \
	X(HORIZON,	"horizon",	"from one tunnel to another") \
	X(NOWHERE,	"nowhere",	"there is no way out that is up") \
	X(ELSEWHERE,	"elsewhere",	"its station is behind another tunnel") \
	X(UNKNOWN,	"unknown",	"its station is not known, and such are not flooded") \
	X(EXCLUDED,	"excluded",	"nobody answers for that address") \
	X(ANSWERED,	"answered",	"a question that was answered here") \
	/* limits */ \
	X(STORM_BROADCAST, "storm-broadcast", "more broadcasts than may cross") \
	X(STORM_MULTICAST, "storm-multicast", "more multicasts than may cross") \
	X(STORM_UNKNOWN, "storm-unknown", "more for unknown stations than may cross") \
	X(OVERSIZE,	"oversize",	"it does not fit the tunnel") \
	X(HELD,		"held",		"its station is moving, and the queue was full") \
	/* the network's weather */ \
	X(NO_NEIGHBOUR,	"no-neighbour",	"no way to the tunnel's other end") \
	X(WAN,		"wan",		"the WAN's queue was full") \
	X(LAN,		"lan",		"the LAN's side did not take it")

enum pathdrop {
#define PATHDROP_SYMBOL(symbol, word, sentence) PATHDROP_##symbol,
	PATHDROP_TABLE(PATHDROP_SYMBOL)
#undef PATHDROP_SYMBOL
	PATHDROPS,
	PATHDROP_NONE = PATHDROPS	/* it crosses */
};

/* For each reason its word and its sentence; a NULL behind them. */
extern const char *const pathdrop_words[];
extern const char *const pathdrop_sentences[];

#endif
