/* gtmd/giver.h - the holder's side of a hand-over: lets one heir at a time come
 * to DIR/replace.sock and takes it through the steps of handover.h.
 *
 * An heir is root or of our own user. Until it has said that it answers, the
 * holder goes on as if nothing had been, whatever becomes of the heir: it dies,
 * refuses, says nothing for too long. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_GIVER_H
#define GTMD_GIVER_H

#include <stdbool.h>

struct cookie_secrets;
struct err;
struct giver;
struct inherit;
struct loop;
struct strbuf;

/* What the giver asks of the daemon. */
struct giver_host {
	/* Stops writing, and whatever leads to that. ret the descriptor of the
	 * state directory's lock, borrowed, or a negative code. */
	int	(*lend)(void *arg, struct err *e);
	/* The heir is gone: goes on. After each lend that is not followed by
	 * left. */
	void	(*regain)(void *arg);
	/* The heir answers and owns everything: ends. */
	void	(*left)(void *arg);
	/* What it gets: sockets, states (memory_text.h), what was measured
	 * (counts.h), secrets, and the descriptors that listen for control,
	 * -1 = none, and of what clients were answered (persist.h). */
	void	(*sockets)(void *arg, struct inherit *to);
	void	(*states)(void *arg, struct strbuf *to);
	void	(*measured)(void *arg, struct strbuf *to);
	int	(*records)(void *arg);
	const struct cookie_secrets *(*secrets)(void *arg);
	int	(*control)(void *arg);
};

struct giver_config {
	struct loop	*loop;		/* borrowed, as all here */
	const char	*state_dir;
	const char	*control_path;	/* the heir's must be the same */
	int		 listening;	/* > 0: a descriptor that listens at the
					 * place already, taken; 0 = make it */
	const struct giver_host *host;
	void		*arg;
};

/* Lets heirs come. NULL with a sentence in e. */
struct giver *giver_new(const struct giver_config *c, struct err *e);
/* An heir that is on its way is told that we end. NULL is harmless. */
void giver_free(struct giver **pg);

/* Between lend and regain. */
bool giver_lends(const struct giver *g);
/* Sends an heir on its way off, with that reason; then the host has regained. */
void giver_abort(struct giver *g, const char *why);

/* After left: what has been counted, as counts.h has it. The heir's end may be
 * gone by then. */
void giver_send_counts(struct giver *g, const char *text);

#endif
