/* wom/flow/flowin.c - see flowin.h. Layer: wom/flow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowin.h"

#include <sys/socket.h>

#include <errno.h>
#include <string.h>

#include "core/base/obj.h"
#include "wom/codec/decoder.h"
#include "wom/flow/flowclock.h"
#include "wom/link/linksession.h"

/* Of one block. The second edition has no copies, so that only memory that fails can
 * spoil it. */
#define REFUSALS_MAX	4

/* As many of len octets as the socket takes, *sent of them; 0 or the errno. */
static int
send_some(struct flow *f, const uint8_t *octets, size_t len, size_t *sent)
{
	*sent = 0;
	while (*sent < len) {
		ssize_t n = send(f->fd, octets + *sent, len - *sent,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0) {
			*sent += (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return errno;
		f->writable = false;
		break;
	}
	f->counts.lan_out += *sent;
	return 0;
}

static void
credit(struct flow *f, size_t octets)
{
	if (octets == 0)
		return;
	linksession_wrote(f->set->config.session, f->stream, octets);
	f->set->owes_wake = true;
}

static enum flow_step
fail(struct flow *f, int sys_errno)
{
	flow_reset(f, flowreason_of_errno(sys_errno));
	return FLOW_STEP_GONE;
}

/* ---- what the socket did not take at once ---- */

static enum flow_step
write_rest(struct flow *f)
{
	struct flowblock *b = f->rest;
	size_t sent;
	int rc = send_some(f, b->octets + b->at, b->len - b->at, &sent);

	if (rc != 0)
		return fail(f, rc);
	credit(f, sent);
	b->at += (uint32_t)sent;
	if (b->at < b->len)
		return FLOW_STEP_RESTS;
	flowblocks_put(&f->set->blocks, &f->rest);
	return FLOW_STEP_MORE;
}

static void
keep_rest(struct flow *f, const uint8_t *octets, size_t len)
{
	if (len == 0)
		return;
	f->rest = flowblocks_get(&f->set->blocks, len);
	memcpy(f->rest->octets, octets, len);
	f->rest->len = (uint32_t)len;
}

/* ---- blocks ---- */

/* The block at hand is right: its octets go to the LAN, then it is taken (which frees
 * those of a plain one), then the peer gets credit for what is written. */
static enum flow_step
deliver(struct flow *f, const uint8_t *octets, size_t len)
{
	size_t sent;
	int rc = send_some(f, octets, len, &sent);

	if (rc != 0)
		return fail(f, rc);
	keep_rest(f, octets + sent, len - sent);
	linksession_take(f->set->config.session, f->stream);
	f->set->owes_wake = true;
	credit(f, sent);
	f->refusals = 0;
	f->set->moved += len;
	f->counts.blocks_in++;
	return f->rest == NULL ? FLOW_STEP_MORE : FLOW_STEP_RESTS;
}

static enum flow_step
refuse(struct flow *f, const struct blockid *names, size_t count)
{
	f->counts.again_in++;
	f->set->owes_wake = true;
	if (++f->refusals <= REFUSALS_MAX &&
	    linksession_refuse(f->set->config.session, f->stream, names, count))
		return FLOW_STEP_RESTS;
	flow_reset(f, FLOWREASON_DAMAGED);
	return FLOW_STEP_GONE;
}

static enum flow_step
take_encoded(struct flow *f, const struct recvitem *i)
{
	struct flowset *fs = f->set;
	struct decoder *d = fs->config.decoder;
	dur_ns before = flowclock_cpu();
	const struct blockid *names;
	const uint8_t *plain;
	size_t len, count;
	enum decoder_result r;

	encoder_enter(fs->config.encoder, f->domain);
	r = decoder_block(d, i->octets, i->len, &plain, &len);
	f->counts.decode_ns += flowclock_cpu() - before;
	switch (r) {
	case DECODER_OK:
		/* Credit goes by what the frames said. */
		if (len != i->plain)
			return refuse(f, NULL, 0);
		return deliver(f, plain, len);
	case DECODER_MISSING:
		names = decoder_missing(d, &count);
		return refuse(f, names, count);
	case DECODER_DAMAGED:
		return refuse(f, NULL, 0);
	}
	return FLOW_STEP_RESTS;
}

static enum flow_step
take(struct flow *f, const struct recvitem *i)
{
	f->counts.wan_in += i->len;
	switch (i->form) {
	case LINKFRAME_PLAIN:
		return deliver(f, i->octets, i->plain);
	case LINKFRAME_ENCODED:
		return take_encoded(f, i);
	}
	return FLOW_STEP_RESTS;
}

/* The peer has finished: no more for the LAN. */
static void
finish(struct flow *f)
{
	f->peer_at_end = true;
	/* Of a socket that has been reset meanwhile reading tells. */
	(void)shutdown(f->fd, SHUT_WR);
	linksession_take(f->set->config.session, f->stream);
	f->set->owes_wake = true;
}

enum flow_step
flowin_step(struct flow *f)
{
	const struct recvitem *i = linkstream_peek(f->stream);
	bool waits = f->rest != NULL || i != NULL;

	if (waits && !f->writable) {
		flow_stall(f, &f->no_reader_at);
		return FLOW_STEP_RESTS;
	}
	flow_unstall(f, &f->no_reader_at, &f->counts.stall_reader_ns);
	if (f->rest != NULL)
		return write_rest(f);
	if (i != NULL)
		return take(f, i);
	if (!f->peer_at_end && linkstream_at_end(f->stream))
		finish(f);
	return FLOW_STEP_RESTS;
}
