/* wom/peer/mailbox.h - what other threads have to tell one that has a loop; unlike
 * loop_post nothing comes, nor is lost, once the owner has gone.
 *
 * Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_MAILBOX_H
#define WOM_PEER_MAILBOX_H

struct err;
struct loop;
struct mailbox;

struct mailbox_config {
	struct loop	*loop;
	void	(*read)(void *arg, void *letter);	/* in the loop's thread;
							 * takes letter */
	void	(*drop)(void *letter);	/* one that nobody will read */
	void	*arg;
};

/* NULL with a sentence: there is no descriptor left. */
struct mailbox *mailbox_new(const struct mailbox_config *c, struct err *e);
/* In the loop's thread, when nobody else has it any more: drops what is in it. Takes
 * *pm; NULL is harmless. */
void mailbox_free(struct mailbox **pm);
/* From any thread; letters of one thread are read in order. */
void mailbox_put(struct mailbox *m, void *letter);

#endif
