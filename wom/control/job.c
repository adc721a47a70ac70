/* wom/control/job.c - see job.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/control/jobclients.h"
#include "wom/control/womsums.h"
#include "wom/peer/peerview.h"

#define SAMPLES		8
#define SAMPLE_NS	(CLOCK_S / 2)	/* so the rate is of some 4 s */

struct stream {
	uint64_t	 id;
	char		*peer;
	bool		 seen;		/* in the view at hand */
	size_t		 client;	/* row of clients */
	uint64_t	 told;		/* octets that are counted there */
	struct flow_counts before;	/* when the job was made */
	struct flow_counts now;
};

/* How far we have looked at what has ended with a peer. */
struct mark {
	char		*peer;
	uint64_t	 serial;
};

struct sample {
	mono_ns		 at;
	uint64_t	 octets;
};

struct job {
	unsigned	 magic;
#define JOB_MAGIC	0x10b00001u
	char		*name;
	struct job_filter filter;
	uint64_t	 expected;
	mono_ns		 made;
	struct stream	*streams;	/* that are open */
	size_t		 count, room;
	struct mark	*marks;
	size_t		 mark_count, mark_room;
	struct jobclients clients;
	struct flow_counts done;	/* of those that have ended */
	uint64_t	 ended, missed;
	struct sample	 samples[SAMPLES];
	unsigned	 next;		/* sample */
};

/* ---- which ---- */

static bool
is_in(const struct addr_prefix *p, const struct addr *a)
{
	return p->addr.family == 0 || addr_in_prefix(a, p);
}

bool
job_matches(const struct job_filter *f, const char *peer,
    const struct linkopen *o)
{
	return (f->peer[0] == '\0' || strcmp(f->peer, peer) == 0) &&
	    (f->application[0] == '\0' ||
	    strcmp(f->application, o->application) == 0) &&
	    is_in(&f->source, &o->source.addr) &&
	    is_in(&f->destination, &o->dest.addr) &&
	    (f->port == 0 || f->port == o->dest.port);
}

/* ---- what they came to ---- */

static void
add_since(struct flow_counts *to, const struct flow_counts *now,
    const struct flow_counts *before)
{
	for (const struct womsums_row *r = womsums_rows; r->key != NULL; r++)
		*(uint64_t *)(void *)((char *)to + r->off) +=
		    womsums_get(now, r) - womsums_get(before, r);
}

static struct stream *
find(struct job *j, const char *peer, uint64_t id)
{
	for (size_t i = 0; i < j->count; i++)
		if (j->streams[i].id == id &&
		    strcmp(j->streams[i].peer, peer) == 0)
			return &j->streams[i];
	return NULL;
}

static uint64_t
octets_of(const struct flow_counts *c)
{
	return c->lan_in > c->lan_out ? c->lan_in : c->lan_out;
}

/* Its client has what has come to it since. */
static void
tell_client(struct job *j, struct stream *s)
{
	uint64_t octets = octets_of(&s->now) - octets_of(&s->before);

	if (octets > s->told)
		jobclients_octets(&j->clients, s->client, octets - s->told);
	s->told = octets;
}

/* Its last counts are in. */
static void
end(struct job *j, struct stream *s)
{
	tell_client(j, s);
	add_since(&j->done, &s->now, &s->before);
	j->ended++;
	free(s->peer);
	*s = j->streams[--j->count];
}

static struct stream *
begin(struct job *j, const char *peer, uint64_t id)
{
	struct stream *s;

	if (j->count == JOB_STREAMS_MAX)
		return NULL;
	j->streams = mem_grow(j->streams, &j->room, j->count + 1,
	    sizeof(*j->streams));
	s = &j->streams[j->count++];
	*s = (struct stream){ .id = id, .peer = mem_strdup(peer) };
	return s;
}

/* since: when it began. */
static void
look_at_open(struct job *j, const char *peer, const struct flowview *v,
    mono_ns since)
{
	struct stream *s = find(j, peer, v->id);

	if (s == NULL) {
		s = begin(j, peer, v->id);
		if (s == NULL)
			return;
		if (since < j->made)
			s->before = v->counts;
		s->client = jobclients_connection(&j->clients, &v->client);
	}
	s->now = v->counts;
	s->seen = true;
	tell_client(j, s);
}

static struct mark *
mark_of(struct job *j, const char *peer)
{
	for (size_t i = 0; i < j->mark_count; i++)
		if (strcmp(j->marks[i].peer, peer) == 0)
			return &j->marks[i];
	j->marks = mem_grow(j->marks, &j->mark_room, j->mark_count + 1,
	    sizeof(*j->marks));
	j->marks[j->mark_count] = (struct mark){ mem_strdup(peer), 0 };
	return &j->marks[j->mark_count++];
}

/* One that was never seen open counts when it began after the job did. */
static void
look_at_ended(struct job *j, const char *peer, const struct flowended *v)
{
	static const struct flow_counts nothing;
	struct stream *s = find(j, peer, v->id);

	if (s != NULL) {
		s->now = v->counts;
		end(j, s);
	} else if (v->since >= j->made) {
		add_since(&j->done, &v->counts, &nothing);
		jobclients_octets(&j->clients, jobclients_connection(
		    &j->clients, &v->client), octets_of(&v->counts));
		j->ended++;
	}
}

static void
look_at_all_ended(struct job *j, const char *peer, const struct peerview *v)
{
	struct mark *mark = mark_of(j, peer);
	uint64_t last = mark->serial;

	for (size_t i = 0; i < v->ended_count; i++) {
		const struct flowended *one = &v->ended[i];

		if (one->serial <= mark->serial)
			continue;
		if (one->serial > last)
			last = one->serial;
		if (job_matches(&j->filter, peer, &one->open))
			look_at_ended(j, peer, one);
	}
	mark->serial = last;
}

/* Of this peer, and neither open nor among the last that ended. */
static void
end_lost(struct job *j, const char *peer)
{
	for (size_t i = j->count; i-- > 0;)
		if (!j->streams[i].seen &&
		    strcmp(j->streams[i].peer, peer) == 0)
			end(j, &j->streams[i]);
}

/* ---- the whole ---- */

static void
sum_of(const struct job *j, struct flow_counts *out)
{
	*out = j->done;
	for (size_t i = 0; i < j->count; i++)
		add_since(out, &j->streams[i].now, &j->streams[i].before);
}

static void
take_sample(struct job *j, mono_ns now)
{
	const struct sample *last = &j->samples[(j->next + SAMPLES - 1) %
	    SAMPLES];
	struct flow_counts sum;

	if (now - last->at < SAMPLE_NS)
		return;
	sum_of(j, &sum);
	j->samples[j->next] = (struct sample){ now, octets_of(&sum) };
	j->next = (j->next + 1) % SAMPLES;
}

struct job *
job_new(const char *name, const struct job_filter *f, uint64_t expected,
    mono_ns now)
{
	struct job *j = mem_zalloc(1, sizeof(*j));

	j->magic = JOB_MAGIC;
	j->name = mem_strdup(name);
	j->filter = *f;
	j->expected = expected;
	j->made = now;
	jobclients_init(&j->clients);
	for (unsigned i = 0; i < SAMPLES; i++)
		j->samples[i].at = now;
	return j;
}

void
job_free(struct job **pj)
{
	struct job *j = *pj;

	*pj = NULL;
	if (j == NULL)
		return;
	OBJ_CHECK(j, JOB_MAGIC);
	for (size_t i = 0; i < j->count; i++)
		free(j->streams[i].peer);
	for (size_t i = 0; i < j->mark_count; i++)
		free(j->marks[i].peer);
	jobclients_fini(&j->clients);
	free(j->marks);
	free(j->streams);
	free(j->name);
	j->magic = 0;
	free(j);
}

void
job_look(struct job *j, const char *peer, const struct peerview *v,
    mono_ns now)
{
	OBJ_CHECK(j, JOB_MAGIC);
	for (size_t i = 0; i < j->count; i++)
		j->streams[i].seen = false;
	look_at_all_ended(j, peer, v);
	for (size_t i = 0; i < v->flow_count; i++)
		if (job_matches(&j->filter, peer, v->flows[i].open))
			look_at_open(j, peer, &v->flows[i],
			    v->made - v->flows[i].age_ns);
	if (v->made >= j->made)
		j->missed += v->ended_missed;
	/* A view has not more streams than that. */
	if (v->flow_count == v->flow_total)
		end_lost(j, peer);
	take_sample(j, now);
}

static uint64_t
rate_of(const struct job *j, uint64_t octets, mono_ns now)
{
	const struct sample *first = &j->samples[j->next];
	dur_ns over = now - first->at;

	if (over == 0 || octets <= first->octets)
		return 0;
	return (uint64_t)((double)(octets - first->octets) * 8 * CLOCK_S /
	    (double)over);
}

void
job_state(const struct job *j, mono_ns now, struct job_state *out)
{
	OBJ_CHECK(j, JOB_MAGIC);
	*out = (struct job_state){ .name = j->name, .filter = &j->filter,
	    .expected = j->expected, .streams = (unsigned)j->count,
	    .ended = j->ended, .missed = j->missed, .clients = &j->clients,
	    .age_ns = now - j->made };
	sum_of(j, &out->counts);
	out->octets = octets_of(&out->counts);
	out->rate_bps = rate_of(j, out->octets, now);
	out->ends = j->expected > 0 && (out->octets >= j->expected ||
	    out->rate_bps > 0);
	if (out->ends && out->octets < j->expected)
		out->left_ns = (dur_ns)((double)(j->expected - out->octets) *
		    8 * CLOCK_S / (double)out->rate_bps);
}
