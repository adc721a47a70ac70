/* wom/peer/peerview.h - a peer as it was a moment ago, for whoever shows it: values
 * alone, made by its worker, read by the control loop.
 *
 * Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_PEERVIEW_H
#define WOM_PEER_PEERVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "wom/codec/encoder.h"
#include "wom/codec/history.h"
#include "wom/flow/flowset.h"
#include "wom/link/linkhello.h"
#include "wom/link/linksession.h"
#include "wom/tunnel/tunneltls.h"

enum peerview_state {
	PEERVIEW_DISABLED,	/* by configuration */
	PEERVIEW_DOWN,		/* no connection, see why */
	PEERVIEW_CUT,		/* the same, but streams wait for one */
	PEERVIEW_UP		/* streams can be opened */
};
extern const char *const peerview_state_names[];

enum peerview_conn_state {
	PEERVIEW_CONN_NONE,
	PEERVIEW_CONN_HELLO,		/* the peer has not said who it is */
	PEERVIEW_CONN_UP
};
extern const char *const peerview_conn_state_names[];

/* One connection of the tunnel. */
struct peerview_conn {
	enum peerview_conn_state state;
	bool	 by_us;			/* we have called */
	struct addrport local, remote;
	uint64_t in, out;		/* octets, inside TLS */
	dur_ns	 rtt_ns;		/* 0 = not known */
	uint64_t stalls;		/* times that the WAN took no more, */
	dur_ns	 stalled_ns;		/* and for how long in all */
	uint32_t retransmits;		/* segments, as the kernel counts */
	uint64_t rate_bps;		/* delivered, as the kernel estimates */
	mono_ns	 since;
	char	 cipher[40];
	char	 congestion[16];
};

struct peerview {
	enum peerview_state state;
	mono_ns	 since;			/* of state */
	bool	 takes;			/* connections of the LAN may go there: it is
					 * up, or has been until just now, so that
					 * they wait for it as streams do */
	mono_ns	 made;			/* this view */
	char	 why[256];		/* why it is not up; "" */
	unsigned worker;		/* thread, 0.. */

	/* Who is there, as it has said; nothing of it before. */
	bool	 met;
	uint8_t	 site[LINKHELLO_SITE];
	uint8_t	 version;		/* that is spoken */
	struct tunneltls_print print;	/* of its certificate */
	bool	 has_print;
	const struct linkroute *routes;	/* its networks */
	size_t	 route_count;
	unsigned routes_serial;		/* +1 whenever they change */

	struct peerview_conn conns[LINKSESSION_CONNS_MAX];
	size_t	 conns_up, conns_wanted;
	uint64_t in, out;		/* octets inside TLS, of all connections
					 * that there were */
	uint64_t dials, dial_fails;
	uint64_t refused[TUNNELTLS_REFUSALS];	/* handshakes, either way */
	uint64_t surplus;		/* connections that were too many */
	uint64_t floods;		/* that were cut for KeyUpdates and such */

	struct linksession_counts session;
	size_t	 held;			/* octets in blocks of all streams */

	/* What is remembered. */
	size_t	 history_count, history_octets, history_cap;
	uint32_t shared_at_meeting;	/* blocks that both had */
	bool	 history_checked;	/* all that was on disk has been read, and
					 * memory is ready for more */
	char	 history_anew[128];	/* why its file began empty; "" */
	struct history_counts history;	/* anew is NULL here */
	struct encoder_counts encoder;

	const struct flowview *flows;	/* streams that are open now, at most */
	size_t	 flow_count;		/* PEERVIEW_FLOWS_MAX of */
	size_t	 flow_total;		/* so many */
	const struct flowended *ended;	/* streams that have since the view before */
	size_t	 ended_count;
	uint64_t ended_missed;		/* and those for which there was no room */
	const struct flowapp *apps;	/* applications, since the start */
	size_t	 app_count;
	size_t	 flow_held;		/* octets of memory of all flows */
	int	 level;			/* zstd's, of adaptive ones */
	char	 flow_refused[256];	/* what the peer was last refused; "" */
};

#define PEERVIEW_FLOWS_MAX	4096

/* One with nothing in it, to be filled. */
struct peerview *peerview_new(void);
/* Takes *pv with all that hangs on it; NULL is harmless. */
void peerview_free(struct peerview **pv);

/* Copies of what is there now; fs may be NULL. */
void peerview_take_flows(struct peerview *v, struct flowset *fs);
void peerview_take_routes(struct peerview *v, const struct linkroute *routes,
    size_t count);

#endif
