/* wom/flow/flowset.h - the streams of one peer and the LAN sockets that they belong to.
 *
 * A flow reads what its LAN socket has, makes blocks of it, has them encoded and gives
 * them to the session; and what the session has it decodes and writes. It reads only
 * while the session has room and gives credit back only for what the LAN's peer has
 * been given, so that pace is felt from end to end and one that stands still stops
 * nobody else. Of a stream that the peer opens it makes the connection to where it goes,
 * after admit has said that it may.
 *
 * Who owns session, codec and connections calls flowset_news whenever anything was done
 * to the session; wake says that the session has something to send. All in the thread of
 * the loop. A connection that was cut short anywhere ends in RST at both LANs, never
 * in FIN: that would say that all has been said. Layer: wom/flow.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWSET_H
#define WOM_FLOW_FLOWSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "wom/flow/flowreason.h"
#include "wom/link/linkopen.h"

struct decoder;
struct encoder;
struct err;
struct flowset;
struct history;
struct linksession;
struct loop;
struct packcrew;

/* What is done to the octets that one end sends on a stream. */
struct flow_rules {
	bool	dedup;		/* copies from what the peer has had */
	bool	compress;	/* zstd for what is not copied */
	bool	adaptive;	/* the level follows link and CPU; else it is fixed */
	int	level;		/* zpack.h's; the first one when adaptive */
	bool	bulk;		/* never ahead of others; else that is found out */
};

/* All pointers are borrowed for the set's life. */
struct flowset_config {
	struct loop	   *loop;
	struct linksession *session;
	struct encoder	   *encoder;	/* has what the decoder has */
	struct decoder	   *decoder;
	struct history	   *history;	/* that of both */
	struct packcrew	   *crew;	/* packs for bulk flows; NULL: nobody */
	/* The session has something to send. May be called within any call below or
	 * from the loop; may send at once, and call flowset_news. Not flowset_free. */
	void	(*wake)(void *arg);
	/* May the peer open this? 0, with what is done to what we send (r comes with
	 * defaults); or a code with the reason, of which flowset_refused has the last. */
	int	(*admit)(void *arg, const struct linkopen *o,
		    struct flow_rules *r, struct err *e);
	void	*arg;
	struct flowended_list *ended;	/* flows that end go there; NULL: nowhere */
	uint32_t mark;		/* SO_MARK of sockets that it makes; 0: none */
	uint32_t block_max;	/* octets of a block, up to HISTORY_BLOCK_MAX;
				 * 0: FLOWSET_BLOCK */
	size_t	 forming_max;	/* octets in blocks that wait to become fuller, of
				 * all flows; 0: FLOWSET_FORMING */
	dur_ns	 connect_ns;	/* patience with a destination; 0: 30 s */
};

#define FLOWSET_BLOCK	(UINT32_C(256) << 10)
#define FLOWSET_FORMING	((size_t)16 << 20)

struct flowset *flowset_new(const struct flowset_config *c);
/* Takes *pfs: resets all LAN sockets; the streams stay in the session, which is to be
 * freed or not called for them any more. Before encoder, decoder and session are
 * freed. NULL is harmless. */
void flowset_free(struct flowset **pfs);

/* To be called after anything that was done to the session: fed, ticked, broken, taken
 * from by linksession_out_fill. Cheap when there is no news. */
void flowset_news(struct flowset *fs);

/* A connection that was accepted on the LAN becomes a stream to the peer; takes fd,
 * which is connected and non-blocking. False: the session takes none now, fd is still
 * the caller's (flowsocket_reset). */
bool flowset_adopt(struct flowset *fs, int fd, const struct linkopen *o,
    const struct flow_rules *r);

/* What both ends remember is not at hand yet: flows that say much, and may copy from it,
 * wait, until it is told that this is over. */
void flowset_hold(struct flowset *fs, bool on);

/* Resets all flows of an application; NULL: all. Returns how many. */
size_t flowset_reset(struct flowset *fs, const char *application);

/* ---- what is seen from outside ---- */

/* Octets but for what says otherwise; of one flow, or all of an application. */
struct flow_counts {
	uint64_t lan_in, lan_out;	/* read from LAN sockets, written to them */
	uint64_t wan_out, wan_in;	/* encoded, without frames' heads */
	/* lan_in is the sum of these: */
	uint64_t dedup;		/* the peer had them */
	uint64_t delta;		/* the same, past a difference */
	uint64_t zero;		/* runs of one octet */
	uint64_t literal;	/* new to the peer */
	uint64_t bypassed;	/* sent as they are, without a try */
	uint64_t packed;	/* what became of literal */
	uint64_t blocks_out, blocks_in;		/* blocks */
	uint64_t again_out, again_in;	/* blocks that the peer asked for once more,
					 * and that we did */
	uint64_t encode_ns, decode_ns;	/* CPU time */
	uint64_t stall_room_ns;	/* LAN had octets, the session no room */
	uint64_t stall_reader_ns; /* the peer's octets were there, LAN did not read */
};

enum flow_state {
	FLOW_CONNECTING,	/* to the destination, at the far end */
	FLOW_OPEN,
	FLOW_HALF_LAN,		/* the LAN's side has finished, the peer has not */
	FLOW_HALF_WAN		/* the other way round */
};

/* A flow as it is now; pointers are good within the call. */
struct flowview {
	uint64_t id;		/* of no other flow of this process and peer */
	const struct linkopen *open;
	struct addr client;	/* who is behind it; family 0: not told */
	bool	 by_peer;	/* the peer has opened it */
	bool	 bulk;		/* as it is found to be */
	bool	 bypassing;	/* its octets go as they are */
	enum flow_state state;
	dur_ns	 age_ns;
	uint32_t lan_rtt_us;	/* as the LAN socket sees it; 0: not known */
	struct flow_counts counts;
};

/* One that has ended. */
struct flowended {
	uint64_t id;
	uint64_t serial;	/* ascends as they end */
	mono_ns	 since;		/* when it began */
	struct linkopen open;
	struct addr client;	/* as above */
	struct flow_counts counts;
};

/* All flows of an application there have been, those that are open among them. */
struct flowapp {
	const char *name;	/* FLOWSET_OTHERS: of whatever came when there were
				 * too many */
	uint64_t opened;	/* flows; by either end */
	uint64_t open;		/* of them now */
	uint64_t ended[FLOWREASON_COUNT];	/* by flowreason_index */
	struct flow_counts counts;
};

#define FLOWSET_APPS_MAX	256
#define FLOWSET_OTHERS		"(others)"

/* Calls fn for each flow; for each application. */
void flowset_each(struct flowset *fs,
    void (*fn)(void *arg, const struct flowview *v), void *arg);
void flowset_each_app(struct flowset *fs,
    void (*fn)(void *arg, const struct flowapp *a), void *arg);
/* Flows now. */
size_t flowset_count(const struct flowset *fs);
/* Octets of memory in blocks: plain ones that the peer has not taken, forming ones,
 * what LAN sockets have not taken, spare ones. */
size_t flowset_held(const struct flowset *fs);
/* zstd's level as it is now for adaptive flows. */
int flowset_level(const struct flowset *fs);
/* The last thing that admit refused, or "". */
const char *flowset_refused(const struct flowset *fs);

#endif
