/* etherip/path/pathtunnel.h - one tunnel at work: its TAP, its socket, and the two threads
 * between them. Of the loop's thread. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_PATHTUNNEL_H
#define ETHERIP_PATH_PATHTUNNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "etherip/path/pathlane.h"
#include "etherip/path/tapdev.h"
#include "etherip/path/vgroup.h"
#include "etherip/path/wanroute.h"

struct loop;
struct loop_io;
struct pathnote;
struct pathtunnel;

typedef void (*pathtunnel_note_fn)(void *arg, struct pathtunnel *t,
    const struct pathnote *n, const uint8_t *octets);

enum { PATHTUNNEL_OUT, PATHTUNNEL_IN };	/* its lanes */

struct pathtunnel {
	unsigned	 member;
	struct loop	*loop;
	pathtunnel_note_fn on_note;
	void		*arg;
	struct vgroup_tunnel plan;	/* as it is wanted */
	struct vgroup_tunnel used;	/* what the socket was made for */
	struct tapdev	 tap;
	int		 wan;		/* -1: not open (yet) */
	int		 heads;		/* wansock_open_heads; -1: none */
	bool		 up;		/* liveness says so */
	bool		 port;		/* the TAP is one of the bridge */
	uint16_t	 way;		/* of untagged IP packets, by the way's MTU */
	struct wanroute	 route;		/* where that leads, or last led */
	char		 lost[ERR_TEXT_MAX];	/* why no way leads to the other end */
	struct pathrule	*rule;		/* published; NULL before the first */
	struct pathcount count[2];
	struct pathlane	 lane[2];
	struct worker	*worker[2];
	struct pathnotes *notes[2];
	struct loop_io	*io[2];
};

/* Its TAP, by this name; nothing runs. taken: as tapdev_open has it. NULL with a sentence in e. */
struct pathtunnel *pathtunnel_new(unsigned member, const char *device,
    int taken, struct err *e);
/* Stops it. keep: the TAP stays. Takes *pt; NULL is harmless. */
void pathtunnel_free(struct pathtunnel **pt, bool keep);

/* Takes *r: the threads go by it from their next batch on. */
void pathtunnel_publish(struct pathtunnel *t, struct pathrule **r);
/* Opens the socket that the plan asks for and starts the threads, unless that is so already;
 * and looks at the way, so a rule is to be published afterwards, as one was before. 0, or a
 * code with a sentence, and nothing runs: the next call tries again. */
int pathtunnel_connect(struct pathtunnel *t, struct err *e);
/* Looks at the way anew, and logs when there is none any more, or one again. True: other
 * packets fit than before, or it leads elsewhere. */
bool pathtunnel_look(struct pathtunnel *t);
/* The carrier of its TAP is as liveness and the socket are. */
void pathtunnel_show(const struct pathtunnel *t);

/* One frame into the tunnel; with `head` it has a virtio_net_hdr in front. Returns how many
 * datagrams the kernel took. */
unsigned pathtunnel_send(struct pathtunnel *t, uint8_t *octets, size_t len,
    bool head);

#endif
