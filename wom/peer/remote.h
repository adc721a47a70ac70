/* wom/peer/remote.h - a peer that lives in another thread: what is asked of it goes there
 * as messages, in order, and what it shows comes back as letters.
 *
 * Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_REMOTE_H
#define WOM_PEER_REMOTE_H

#include <stdint.h>

#include "wom/peer/peersetup.h"
#include "wom/peer/site.h"

struct flow_rules;
struct linkopen;
struct loop;
struct mailbox;
struct packcrew;
struct peerview;
struct remote;
struct tunnelwire;

/* What comes back; whoever reads it owns what it has, and frees it. */
struct remote_letter {
	uint64_t id;			/* of the peer; 0: the door's */
	struct peerview *view;		/* of a peer; or NULL */
	struct tunnelwire *wire;	/* of the door; or NULL */
};
/* Takes a struct remote_letter, with what is still in it. */
void remote_letter_free(void *letter);

struct remote_config {
	struct loop	*loop;		/* its thread's */
	struct packcrew	*crew;		/* as peer.h has it */
	struct site	 site;
	const struct peersetup *setup;	/* copied */
	unsigned	 worker;
	struct mailbox	*mailbox;
	uint64_t	 id;		/* in its letters */
};

/* Begins its life there. */
struct remote *remote_new(const struct remote_config *c);
/* Ends it. Takes *pr; NULL is harmless. Letters may come for a while. */
void remote_free(struct remote **pr);

/* As peer.h has them; what is given is taken, or copied. */
void remote_change(struct remote *r, const struct peersetup *s);
void remote_take(struct remote *r, struct tunnelwire *wire);
void remote_adopt(struct remote *r, int fd, const struct linkopen *o,
    const struct flow_rules *rules);
void remote_forget(struct remote *r);
void remote_recall(struct remote *r);

#endif
