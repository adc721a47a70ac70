/* wom/flow/flowout.c - see flowout.h. Layer: wom/flow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowout.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "wom/codec/encoder.h"
#include "wom/codec/history.h"
#include "wom/flow/flowclock.h"
#include "wom/flow/flowshare.h"
#include "wom/link/linksession.h"

/* A head and a name take up what could be saved of less. */
#define ENCODE_MIN	256	/* octets */
/* Octets of blocks on average with which a stream begins to be bulk, and ends to. */
#define BULK_FROM	(UINT32_C(32) << 10)
#define BULK_TO		(UINT32_C(4) << 10)
/* A stream that has said so much waits while what is remembered is not at hand: copies are
 * worth more than the time. */
#define HELD_FROM	(UINT32_C(32) << 10)

/* ---- reading ---- */

static uint32_t
octets_forming(const struct flow *f)
{
	return f->forming != NULL ? f->forming->len : 0;
}

/* Until the block has limit octets, or there are no more. 0 or an errno. */
static int
fill(struct flow *f, size_t limit)
{
	flowblocks_grow(&f->set->blocks, &f->forming, limit);
	while (f->forming->len < limit) {
		struct flowblock *b = f->forming;
		ssize_t n = read(f->fd, b->octets + b->len, limit - b->len);

		if (n > 0) {
			b->len += (uint32_t)n;
			f->counts.lan_in += (uint64_t)n;
			continue;
		}
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno != EAGAIN)
			return errno;
		f->readable = false;
		f->at_end = n == 0;
		break;
	}
	return 0;
}

/* What stays of a block until it goes takes no more room than it needs, and is
 * counted. */
static void
let_form(struct flow *f)
{
	struct flowset *fs = f->set;
	uint32_t cap;

	if (f->forming != NULL && f->forming->len == 0)
		flowblocks_put(&fs->blocks, &f->forming);
	if (f->forming != NULL)
		flowblocks_fit(&fs->blocks, &f->forming);
	cap = f->forming != NULL ? f->forming->cap : 0;
	fs->forming = fs->forming - f->formed + cap;
	f->formed = cap;
}

/* ---- sending ---- */

/* A stream is what it does: of little messages, or of much at a time. */
static void
weigh(struct flow *f, uint32_t len)
{
	bool bulk = f->bulk;

	f->mean = f->mean - f->mean / 8 + len / 8;
	if (f->mean >= BULK_FROM)
		bulk = true;
	else if (f->mean < BULK_TO)
		bulk = f->rules.bulk;
	if (bulk == f->bulk)
		return;
	f->bulk = bulk;
	linkstream_set_bulk(f->stream, bulk);
}

/* The first n octets that form. */
static struct flowblock *
cut(struct flow *f, size_t n)
{
	struct flowblocks *p = &f->set->blocks;
	struct flowblock *b = f->forming;

	if (n == b->len) {
		f->forming = NULL;
		return b;
	}
	b = flowblocks_get(p, n);
	memcpy(b->octets, f->forming->octets, n);
	b->len = (uint32_t)n;
	f->forming->len -= (uint32_t)n;
	memmove(f->forming->octets, f->forming->octets + n, f->forming->len);
	return b;
}

static void
send_plain(struct flow *f, struct flowblock **pb)
{
	struct flowblock *b = *pb;
	struct linkdata d = { .plain = b->len, .total = b->len, .len = b->len,
	    .form = LINKFRAME_PLAIN, .octets = b->octets };

	(void)linksession_write(f->set->config.session, f->stream, &d);
	f->counts.bypassed += b->len;
	f->counts.wan_out += b->len;
	/* Nobody asks again for what needs no decoding. */
	flowblocks_put(&f->set->blocks, pb);
}

/* What became of a block, by what the encoder has counted. */
static void
tally(struct flow *f, const struct encoder_counts *was, uint32_t len)
{
	const struct encoder_counts *is =
	    encoder_counts(f->set->config.encoder);
	uint64_t literal = is->literal - was->literal;

	f->counts.literal += literal;
	f->counts.packed += is->packed - was->packed;
	/* Copies that had not paid were given up for literals. */
	if (literal == len)
		return;
	f->counts.dedup += (is->copied - was->copied) -
	    (is->resumed - was->resumed);
	f->counts.delta += is->resumed - was->resumed;
	f->counts.zero += is->run - was->run;
}

static int
level_of(const struct flow *f)
{
	return f->rules.adaptive ? flowpace_level(&f->set->pace) :
	    f->rules.level;
}

/* What a block came to: for the pace, and for the guess whether the stream is worth it. */
static void
sum_up(struct flow *f, const struct flowpace_block *cost, size_t became)
{
	struct flowset *fs = f->set;

	f->counts.wan_out += became;
	flowguess_tried(&f->guess, cost->octets, became);
	if (f->rules.adaptive && f->rules.compress)
		flowpace_block(&fs->pace, cost, loop_now_ns(fs->config.loop),
		    flowclock_cpu());
}

/* Encodes to out; returns how many octets that took, and at what cost. */
static size_t
encode(struct flow *f, const struct flowblock *b, uint8_t *out,
    struct flowpace_block *cost)
{
	struct flowset *fs = f->set;
	struct encoder *e = fs->config.encoder;
	const struct encoder_counts was = *encoder_counts(e);
	const struct flow_counts before = f->counts;
	mono_ns clock = loop_now_ns(fs->config.loop);
	dur_ns cpu = flowclock_cpu();
	size_t n;

	flowshare_begin(f);
	encoder_set_level(e, level_of(f));
	encoder_allow(e, f->rules.dedup, f->rules.compress);
	encoder_enter(e, f->domain);
	n = f->rules.dedup ? encoder_block(e, b->octets, b->len, out) :
	    encoder_alone(e, b->octets, b->len, out);
	f->counts.encode_ns += flowclock_cpu() - cpu;
	tally(f, &was, b->len);
	*cost = (struct flowpace_block){ .octets = b->len,
	    .tried = (uint32_t)(f->counts.literal - before.literal),
	    .became = (uint32_t)(f->counts.packed - before.packed),
	    .pressed = f->readable,
	    .waited = f->counts.stall_room_ns - f->waited_ns,
	    .spent = loop_now_ns(fs->config.loop) - clock };
	f->waited_ns = f->counts.stall_room_ns;
	return n;
}

/* Bulk has its literals packed by a helper when there is one; what is not bulk does not
 * wait for two threads to hear of each other. */
static struct flowpack_slot *
helper_of(struct flow *f)
{
	struct flowpack_slot *s = f->bulk && f->rules.compress ?
	    flowpack_find(f->set) : NULL;

	encoder_leave(f->set->config.encoder, s != NULL ? FLOWPACK_LEAST : 0);
	return s;
}

static void
send_encoded(struct flow *f, struct flowblock **pb)
{
	struct flowset *fs = f->set;
	struct flowblock *b = *pb;
	struct flowpack_slot *s = helper_of(f);
	uint8_t *out = s != NULL ? s->encoded : fs->encoded;
	struct flowpace_block cost;
	size_t n = encode(f, b, out, &cost);
	const struct linkdata d = { .plain = b->len, .total = (uint32_t)n,
	    .len = n, .form = LINKFRAME_ENCODED, .octets = out };

	flowblocks_fit(&fs->blocks, pb);
	b = *pb;
	*pb = NULL;
	list_append(&f->kept, &b->node);
	flowshare_sent(f, b, out, n);
	if (encoder_left(fs->config.encoder) == 0) {
		b->number = linksession_write(fs->config.session, f->stream,
		    &d);
		sum_up(f, &cost, n);
		return;
	}
	b->number = s->number = linksession_promise(fs->config.session,
	    f->stream, &d);
	s->left = encoder_left(fs->config.encoder);
	s->cost = cost;
	flowpack_give(f, s, n, level_of(f));
}

void
flowout_packed(struct flow *f, const struct flowpack_slot *s)
{
	const struct packcrew_job *j = &s->job;
	struct flowpace_block cost = s->cost;
	const size_t n = j->packed > 0 ? j->packed : j->len;
	const struct linkdata d = { .plain = cost.octets, .total = (uint32_t)n,
	    .len = n, .form = LINKFRAME_ENCODED,
	    .octets = j->packed > 0 ? j->out : j->in };

	f->counts.packed -= j->len - n;
	cost.became -= (uint32_t)(j->len - n);
	f->counts.encode_ns += j->cpu;
	linksession_fulfil(f->set->config.session, f->stream, s->number, &d);
	f->set->owes_wake = true;
	sum_up(f, &cost, n);
}

static bool
goes_by(struct flow *f, const struct flowblock *b)
{
	const struct flow_rules *r = &f->rules;

	if (!r->dedup && !r->compress)
		return true;
	/* Whatever was guessed before, its beginning is to be looked at. */
	return flowguess_passes(&f->guess, b->octets, b->len,
	    !r->dedup || flowpace_is_hurried(&f->set->pace)) ||
	    b->len < ENCODE_MIN;
}

static void
send_block(struct flow *f, size_t n)
{
	struct flowblock *b = cut(f, n);

	weigh(f, b->len);
	f->set->moved += b->len;
	f->counts.blocks_out++;
	if (goes_by(f, b))
		send_plain(f, &b);
	else
		send_encoded(f, &b);
	f->set->owes_wake = true;
}

static enum flow_step
finish(struct flow *f)
{
	f->finished = true;
	linksession_finish(f->set->config.session, f->stream);
	f->set->owes_wake = true;
	return FLOW_STEP_RESTS;
}

/* ---- a step ---- */

/* While blocks wait for the link more is read only as far as all flows together may
 * have forming. */
static bool
may_read(const struct flow *f, bool queued)
{
	return f->readable && !f->at_end && (!queued ||
	    f->set->forming < f->set->config.forming_max);
}

/* Reads up to limit, and sends it unless it may become more for nothing. */
static enum flow_step
move(struct flow *f, size_t limit)
{
	bool queued = linksession_waits(f->set->config.session, f->stream);
	bool held = f->set->held && f->rules.dedup;
	size_t n;
	int rc;

	if (octets_forming(f) < limit && may_read(f, queued || held) &&
	    (rc = fill(f, limit)) != 0) {
		flow_reset(f, flowreason_of_errno(rc));
		return FLOW_STEP_GONE;
	}
	n = octets_forming(f);
	if (n == 0)
		return f->at_end ? finish(f) : FLOW_STEP_RESTS;
	if ((n < limit && queued && !f->at_end) ||
	    (held && f->counts.lan_in >= HELD_FROM))
		return FLOW_STEP_RESTS;
	send_block(f, n < limit ? n : limit);
	return f->readable || f->at_end || f->forming != NULL ?
	    FLOW_STEP_MORE : FLOW_STEP_RESTS;
}

enum flow_step
flowout_step(struct flow *f)
{
	struct flowset *fs = f->set;
	enum flow_step step;
	size_t room;

	if (f->finished || (!f->readable && !f->at_end && f->forming == NULL))
		return FLOW_STEP_RESTS;
	if (f->at_end && f->forming == NULL)
		return finish(f);
	room = linksession_room(fs->config.session, f->stream);
	if (room == 0) {
		flow_stall(f, &f->no_room_at);
		return FLOW_STEP_RESTS;
	}
	flow_unstall(f, &f->no_room_at, &f->counts.stall_room_ns);
	step = move(f, room < fs->config.block_max ? room :
	    fs->config.block_max);
	if (step != FLOW_STEP_GONE)
		let_form(f);
	return step;
}

/* ---- what the peer says of blocks ---- */

void
flowout_taken(struct flow *f)
{
	uint64_t taken = linkstream_taken(f->stream);

	LIST_EACH(&f->kept, it) {
		struct flowblock *b = OBJ_OF(it, struct flowblock, node);

		if (b->number >= taken)
			return;
		flowshare_taken(f, b);
		list_remove(&b->node);
		flowblocks_put(&f->set->blocks, &b);
	}
}

static struct flowblock *
find_kept(const struct flow *f, uint64_t number)
{
	for (struct list *it = f->kept.next; it != &f->kept; it = it->next) {
		struct flowblock *b = OBJ_OF(it, struct flowblock, node);

		if (b->number == number)
			return b;
	}
	return NULL;
}

enum flow_step
flowout_again(struct flow *f)
{
	struct flowset *fs = f->set;
	const struct blockid *names;
	size_t count;
	uint64_t number = linkstream_asked(f->stream, &names, &count);
	struct flowblock *b;
	struct linkdata d = { .form = LINKFRAME_ENCODED };

	if (number == 0)
		return FLOW_STEP_RESTS;
	flowshare_lost(fs->config.history, &fs->lost, names, count);
	b = find_kept(f, number);
	if (b == NULL) {
		/* One that went as it was: the peer is at fault. */
		flow_reset(f, FLOWREASON_DAMAGED);
		return FLOW_STEP_GONE;
	}
	flowshare_begin(f);
	encoder_allow(fs->config.encoder, f->rules.dedup, f->rules.compress);
	encoder_enter(fs->config.encoder, f->domain);
	d.plain = b->len;
	d.len = encoder_alone(fs->config.encoder, b->octets, b->len,
	    fs->encoded);
	d.total = (uint32_t)d.len;
	d.octets = fs->encoded;
	flowshare_sent(f, b, fs->encoded, d.len);
	f->counts.again_out++;
	f->counts.wan_out += d.len;
	linksession_rewrite(fs->config.session, f->stream, &d);
	fs->owes_wake = true;
	return FLOW_STEP_RESTS;
}
