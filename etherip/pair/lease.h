/* etherip/pair/lease.h - which of two units is active: one end of the agreement.
 *
 * The active one holds a lease that the other grants: each word that it sends and the other
 * confirms renews it for one term, counted from the sending. Who has granted one waits for
 * longer than that, counted from the receiving, before it is active itself; so there are
 * never two, as long as words get through in one direction at least, whatever is lost or
 * late or slow. Who hears nothing at all goes on, or takes over: it cannot know that the
 * other lives. That makes two when both live and the link is cut in both directions; one
 * yields with the first word that comes through. docs/notes/eip-pairs.md has the reasons.
 *
 * Without sockets and clock: words and times come in, words go out. A word that does not
 * name our present life (echo) may be an old one, and only ever holds us back.
 * Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PAIR_LEASE_H
#define ETHERIP_PAIR_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"

#define LEASE_SENT	64	/* words of ours that may still be confirmed; power of two */
#define LEASE_TERM_MIN	100	/* ms */
#define LEASE_TERM_MAX	60000

enum lease_state {
	LEASE_OFFLINE,		/* by command, until another one */
	LEASE_STANDBY,
	LEASE_CLAIM,		/* asks to be active, and is not yet */
	LEASE_ACTIVE
};

/* How much one would be active; of two the higher is. */
enum lease_level {
	LEASE_NEVER,		/* offline, or standby by command until the other
				 * has taken over */
	LEASE_RATHER_NOT,
	LEASE_WILLING,
	LEASE_PREFERRED,
	LEASE_COMMANDED		/* active by command */
};

/* What one end says to the other. */
struct lease_word {
	enum lease_state state;
	enum lease_level level;
	bool		granting;	/* what you said in word ack holds you for your
					 * term from its sending on */
	uint64_t	seq;		/* grows with each word, through all lives */
	uint64_t	ack;		/* the highest seq that came from you; 0: none */
	uint64_t	boot;		/* this life of mine, not 0 */
	uint64_t	echo;		/* that of yours which I last heard; 0: none */
	uint64_t	id;		/* which of us, decides between equals */
	uint32_t	term_ms;	/* of my leases */
	uint32_t	quiet_ms;	/* not active before that, unless you grant it */
};

struct lease_config {
	uint64_t	id;		/* the other end's is another */
	enum lease_level level;		/* RATHER_NOT, WILLING or PREFERRED */
	uint32_t	term_ms;	/* LEASE_TERM_MIN..MAX */
	uint64_t	boot;		/* random, not 0 */
	uint64_t	seq;		/* higher than ever before: wall clock; or what
					 * the other end confirms is gone on from */
};

/* Why the state is what it is. */
enum lease_why {
	LEASE_WHY_START,	/* listens, before it does anything */
	LEASE_WHY_GRANTED,	/* active: the other let us */
	LEASE_WHY_SILENCE,	/* active: the other said nothing for longer than a term */
	LEASE_WHY_YIELDED,	/* standby: the other would rather be */
	LEASE_WHY_COMMAND,
	LEASE_WHY_UNHEARD,	/* standby: the other lives and does not hear us */
	LEASE_WHY_STALLED,	/* standby: we stood still for longer than the term */
	LEASE_WHY_CONFLICT,	/* standby: two were active, behind a cut link */
	LEASE_WHY_WITHDREW	/* standby: the other claims, or is active */
};

struct lease {
	struct lease_config config;
	enum lease_state state;
	enum lease_why	why;
	mono_ns		since;		/* it has that state */
	bool		yielding;	/* not before the other has taken over */
	bool		waived;		/* a command weighs more than what is preferred,
					 * until we are active again */
	bool		commanded;	/* to be active */
	uint64_t	seq;		/* of the last word that we sent */
	struct {
		uint64_t seq;
		mono_ns	 at, until;	/* sent, and what it asks for */
	} sent[LEASE_SENT];
	mono_ns		send_at;
	mono_ns		seen_at;	/* when we last looked at the clock */
	mono_ns		doubt_until;	/* words may have waited for us longer than is
					 * good */
	mono_ns		valid_until;	/* ours is granted, or harmless, until then */
	mono_ns		granted_until;	/* the other's; 0: it has none */
	bool		granting;	/* its last word was for one, and got it */
	mono_ns		claimed_at;
	mono_ns		conflict_at;	/* two are active since; 0: no */
	bool		alone;		/* active without a grant: nobody is heard */
	/* The other end. */
	mono_ns		heard_at;	/* last; before the first word: later than our
					 * birth, as somebody may be there */
	mono_ns		contact_at;	/* hears us, and we it, since; 0: no */
	mono_ns		acked_at, acked_until; /* of the last of ours that it has
					 * confirmed in its present life; 0 */
	struct lease_word peer;		/* its last word; boot 0: none came */
	uint64_t	old_words;	/* refused: not newer than another */
};

/* What follows from a call; or'ed. First the role is acted on, then a word is sent. */
enum {
	LEASE_SEND	= 0x1,	/* lease_fill now */
	LEASE_ROLE	= 0x2	/* active where it was not, or no longer active */
};

enum lease_command { LEASE_GO_ACTIVE, LEASE_GO_STANDBY, LEASE_GO_OFFLINE };

/* Standby, and listens for two terms. */
void lease_init(struct lease *l, const struct lease_config *c, mono_ns now);
/* Another term or level, from now on; id, boot and seq stay. */
unsigned lease_reconfigure(struct lease *l, const struct lease_config *c,
    mono_ns now);
/* A word has come that is the other end's (leasewire.h). */
unsigned lease_take(struct lease *l, const struct lease_word *w, mono_ns now);
/* Time has come to lease_due. */
unsigned lease_tick(struct lease *l, mono_ns now);
mono_ns lease_due(const struct lease *l);
/* The word to send. */
void lease_fill(struct lease *l, struct lease_word *w, mono_ns now);

/* By an operator. To be active is a wish: the other yields, if it is there. */
unsigned lease_command(struct lease *l, enum lease_command c, mono_ns now);

static inline bool
lease_is_active(const struct lease *l)
{
	return l->state == LEASE_ACTIVE;
}

/* Of an active one: until then nobody else is, even if we stand still from now on. What
 * forwards frames without us must stop then. 0: not active. */
mono_ns lease_good_until(const struct lease *l);
/* Was anything heard within the last half term? */
bool lease_hears(const struct lease *l, mono_ns now);

/* "offline", "standby", "claiming", "active" */
const char *lease_state_name(enum lease_state s);
/* A sentence without full stop. */
const char *lease_why_text(enum lease_why w);

#endif
