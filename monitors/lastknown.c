/* monitors/lastknown.c - see lastknown.h.
 *
 * Places are numbered; place n is the n-th record behind the head. What was
 * read stands in an array sorted by key, until it is settled. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/lastknown.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "monitors/statemap.h"

#define ROOM_MIN	UINT32_C(1023)	/* records; 32 KiB with the head */

struct known {
	struct staterecord r;
	uint32_t	 place;
	bool		 taken;
};

struct lastknown {
	unsigned	 magic;
#define LASTKNOWN_MAGIC	0x1a57b0a7u
	char		*path;
	struct known	*known;		/* sorted by key; owned */
	size_t		 known_count, known_room;
	bool		 own;
	struct statemap	 file;
	uint32_t	 used;		/* places ever given, or found */
	uint32_t	*spare;		/* below used, free; owned */
	size_t		 spare_count, spare_room;
};

/* ---- reading ---- */

static int
by_key(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return memcmp(x->r.key.octets, y->r.key.octets,
	    sizeof(x->r.key.octets));
}

static void
forget(struct lastknown *l)
{
	free(l->known);
	l->known = NULL;
	l->known_count = l->known_room = 0;
}

static void
note_damage(const struct lastknown *l, size_t damaged, size_t rest)
{
	if (damaged == 0 && rest == 0)
		return;
	log_at(LOG_WARNING, "monitor", l->path, "states-damaged",
	    "whole=%zu damaged=%zu octets_left_over=%zu", l->known_count,
	    damaged, rest);
}

/* What is whole in the records. Places that hold nothing are spare. */
static void
read_records(struct lastknown *l, const uint8_t *octets, size_t len)
{
	const size_t count = len / STATERECORD_LEN - 1;
	size_t damaged = 0;

	for (size_t i = 0; i < count && i < LASTKNOWN_MAX; i++) {
		struct known k = { .place = (uint32_t)i };

		switch (staterecord_read(octets + statemap_size((uint32_t)i),
		    &k.r)) {
		case STATERECORD_WHOLE:
			l->known = mem_grow(l->known, &l->known_room,
			    l->known_count + 1, sizeof(*l->known));
			l->known[l->known_count++] = k;
			break;
		case STATERECORD_DAMAGED:
			damaged++;
			break;
		case STATERECORD_EMPTY:
			break;
		}
	}
	if (l->known_count > 0)
		qsort(l->known, l->known_count, sizeof(*l->known), by_key);
	note_damage(l, damaged, len % STATERECORD_LEN);
}

/* The octets of the file, at most as many as we would write. */
static uint8_t *
read_file(int fd, size_t *len)
{
	const size_t most = statemap_size(LASTKNOWN_MAX);
	uint8_t *octets = NULL;
	size_t room = 0, n = 0;
	struct stat st;
	ssize_t got;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return NULL;
	if (st.st_size > 0 && (size_t)st.st_size < most)
		octets = mem_grow(octets, &room, (size_t)st.st_size + 1, 1);
	do {
		octets = mem_grow(octets, &room, n + 1, 1);
		got = pread(fd, octets + n, room - n, (off_t)n);
		n += got > 0 ? (size_t)got : 0;
	} while (n < most && (got > 0 || (got < 0 && errno == EINTR)));
	*len = n < most ? n : most;
	return octets;
}

/* False when there is no head, so that nothing of it is ours. */
static bool
read_known(struct lastknown *l, int fd)
{
	char quoted[ERR_TEXT_MAX];
	struct err e = { 0 };
	size_t len = 0;
	uint8_t *octets = read_file(fd, &len);
	bool ours;

	forget(l);
	if (octets == NULL)
		(void)err_set(&e, ERR_IO, "it cannot be read");
	ours = octets != NULL && len > 0 &&
	    staterecord_check_head(octets, len, &e) == 0;
	if (ours)
		read_records(l, octets, len);
	else if (e.text[0] != '\0')
		log_at(LOG_WARNING, "monitor", l->path, "states-forgotten",
		    "cause=%s", log_quote(e.text, quoted, sizeof(quoted)));
	free(octets);
	return ours;
}

struct lastknown *
lastknown_new(const char *path)
{
	struct lastknown *l = mem_zalloc(1, sizeof(*l));
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	l->magic = LASTKNOWN_MAGIC;
	l->path = mem_strdup(path);
	statemap_init(&l->file, l->path);
	if (fd != -1) {
		(void)read_known(l, fd);
		(void)close(fd);
	} else if (errno != ENOENT) {
		log_at(LOG_WARNING, "monitor", l->path, "states-forgotten",
		    "cause=\"%s\"", strerror(errno));
	}
	return l;
}

/* ---- the map ---- */

static void
unmap(struct lastknown *l)
{
	statemap_close(&l->file);
	l->used = 0;
	l->spare_count = 0;
}

static void
spare(struct lastknown *l, uint32_t place)
{
	l->spare = mem_grow(l->spare, &l->spare_room, l->spare_count + 1,
	    sizeof(*l->spare));
	l->spare[l->spare_count++] = place;
}

static const uint8_t nothing[STATERECORD_LEN];

/* Nothing is in the file but what is whole. */
static void
sweep(struct lastknown *l)
{
	struct statemap *f = &l->file;
	struct staterecord r;

	statemap_write_head(f);
	for (uint32_t i = 0; i < f->room; i++) {
		switch (staterecord_read(statemap_at(f, i), &r)) {
		case STATERECORD_WHOLE:
			l->used = i + 1;
			break;
		case STATERECORD_DAMAGED:
			statemap_write(f, i, nothing);
			break;
		case STATERECORD_EMPTY:
			break;
		}
	}
	for (uint32_t i = 0; i < l->used; i++)
		if (staterecord_read(statemap_at(f, i), &r) ==
		    STATERECORD_EMPTY)
			spare(l, i);
}

/* The room that holds at least so many octets. */
static uint32_t
room_for(off_t size)
{
	uint32_t room = ROOM_MIN;

	while (room < LASTKNOWN_MAX && (off_t)statemap_size(room) < size)
		room = 2 * room + 1;
	return room < LASTKNOWN_MAX ? room : LASTKNOWN_MAX;
}

/* The file as it is, or a new one in its place. */
static bool
open_map(struct lastknown *l)
{
	struct statemap *f = &l->file;
	struct stat st;

	if (!statemap_open(f))
		return false;
	if ((!read_known(l, f->fd) && ftruncate(f->fd, 0) == -1) ||
	    fstat(f->fd, &st) == -1) {
		(void)statemap_failure(f, errno);
		unmap(l);
		return false;
	}
	if (!statemap_grow(f, room_for(st.st_size))) {
		unmap(l);
		return false;
	}
	sweep(l);
	return true;
}

void
lastknown_own(struct lastknown *l)
{
	OBJ_CHECK(l, LASTKNOWN_MAGIC);
	l->own = true;
	(void)open_map(l);
}

void
lastknown_leave(struct lastknown *l)
{
	OBJ_CHECK(l, LASTKNOWN_MAGIC);
	l->own = false;
	unmap(l);
}

void
lastknown_free(struct lastknown **pl)
{
	struct lastknown *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	OBJ_CHECK(l, LASTKNOWN_MAGIC);
	unmap(l);
	forget(l);
	free(l->spare);
	free(l->path);
	l->magic = 0;
	free(l);
}

/* ---- keys and places ---- */

static struct known *
find(const struct lastknown *l, const struct staterecord_key *key)
{
	const struct known wanted = { .r.key = *key };

	return l->known_count == 0 ? NULL : bsearch(&wanted, l->known,
	    l->known_count, sizeof(*l->known), by_key);
}

bool
lastknown_find(const struct lastknown *l, const struct staterecord_key *key,
    struct staterecord *out)
{
	const struct known *k;

	OBJ_CHECK(l, LASTKNOWN_MAGIC);
	k = find(l, key);
	if (k == NULL || k->r.state == HEALTH_UNKNOWN)
		return false;
	*out = k->r;
	return true;
}

/* More room, where there was none. What was cut is mended first, for those who have
 * lost their records do not come here. */
static bool
make_room(struct lastknown *l)
{
	const uint32_t room = l->file.room, more = 2 * room + 1;

	if (l->file.map == NULL)
		return open_map(l);
	return room < LASTKNOWN_MAX && !statemap_is_cut(&l->file) && statemap_grow(&l->file,
	    more < LASTKNOWN_MAX ? more : LASTKNOWN_MAX);
}

bool
lastknown_retry(struct lastknown *l)
{
	OBJ_CHECK(l, LASTKNOWN_MAGIC);
	if (l->own && statemap_is_cut(&l->file))
		return statemap_mend(&l->file);
	return l->own && l->file.failed && make_room(l);
}

static bool
has_room(struct lastknown *l)
{
	const struct statemap *f = &l->file;

	if (!l->own || f->failed)
		return false;
	return (f->map != NULL && (l->spare_count > 0 || l->used < f->room)) ||
	    make_room(l);
}

uint32_t
lastknown_take(struct lastknown *l, const struct staterecord_key *key)
{
	struct known *k;

	OBJ_CHECK(l, LASTKNOWN_MAGIC);
	k = l->file.map != NULL ? find(l, key) : NULL;
	if (k != NULL && !k->taken) {
		k->taken = true;
		return k->place;
	}
	if (!has_room(l))
		return LASTKNOWN_NONE;
	return l->spare_count > 0 ? l->spare[--l->spare_count] : l->used++;
}

void
lastknown_write(struct lastknown *l, uint32_t place,
    const struct staterecord *r)
{
	uint8_t octets[STATERECORD_LEN] = { 0 };

	OBJ_CHECK(l, LASTKNOWN_MAGIC);
	if (l->file.map == NULL || place == LASTKNOWN_NONE)
		return;
	assert(place < l->used);
	if (r->state != HEALTH_UNKNOWN)
		staterecord_write(octets, r);
	statemap_write(&l->file, place, octets);
}

void
lastknown_give(struct lastknown *l, uint32_t place)
{
	const struct staterecord unknown = { .state = HEALTH_UNKNOWN };

	OBJ_CHECK(l, LASTKNOWN_MAGIC);
	if (l->file.map == NULL || place == LASTKNOWN_NONE)
		return;
	lastknown_write(l, place, &unknown);
	spare(l, place);
}

void
lastknown_settle(struct lastknown *l)
{
	OBJ_CHECK(l, LASTKNOWN_MAGIC);
	for (size_t i = 0; i < l->known_count; i++)
		if (!l->known[i].taken)
			lastknown_give(l, l->known[i].place);
	forget(l);
}

void
lastknown_forget(struct lastknown *l)
{
	OBJ_CHECK(l, LASTKNOWN_MAGIC);
	for (size_t i = 0; i < l->known_count; i++)
		l->known[i].r.state = HEALTH_UNKNOWN;
}
