/* etherip/path/tapkeeper.c - see tapkeeper.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/tapkeeper.h"

#include <poll.h>

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/notify.h"
#include "core/io/parcel.h"
#include "etherip/path/tapdev.h"
#include "etherip/path/tapholder.h"
#include "etherip/path/tapword.h"

#define STORED_AS	"tap-"	/* before the name, at the manager's */
#define PATIENCE_MS	1000	/* with a process that has little to do */

struct kept {
	char	name[TAPWORD_NAME];
	int	fd;		/* ours until it is asked for, then borrowed */
	bool	asked;
	bool	stored;		/* the manager has it */
};

struct tapkeeper {
	unsigned	 magic;
#define TAPKEEPER_MAGIC	0x7a9c3e01u
	char		*path;
	bool		 managed;
	int		 line;		/* to the process that we have started; -1: none */
	int		 before;	/* to that of the etheripd before us; -1: none */
	struct loop_io	*watch;
	unsigned	 grace_s;
	struct kept	*kept;
	size_t		 count, room;
};

/* ---- words ---- */

/* False: the other end does not take it. */
static bool
say(int line, const struct tapword *w, int with)
{
	struct pollfd p = { .fd = line, .events = POLLOUT };

	while (parcel_send(line, w, sizeof(*w), with != -1 ? &with : NULL,
	    with != -1) != 0)
		if (errno != EAGAIN || poll(&p, 1, PATIENCE_MS) != 1)
			return false;
	return true;
}

static struct tapword
word(enum tapword_kind kind, const char *name)
{
	struct tapword w = { .magic = TAPWORD_MAGIC,
	    .version = TAPWORD_VERSION, .kind = (uint16_t)kind };

	(void)snprintf(w.name, sizeof(w.name), "%s", name);
	return w;
}

static void
lose_line(struct tapkeeper *k)
{
	loop_io_stop(&k->watch);
	(void)close(k->line);
	k->line = -1;
	log_at(LOG_WARNING, "net", "taps", "not-kept", "by=process ended=yes");
}

/* To the process that we have started. */
static void
tell(struct tapkeeper *k, const struct tapword *w, int with)
{
	if (k->line != -1 && !say(k->line, w, with))
		lose_line(k);
}

/* ---- what is known ---- */

static struct kept *
find(struct tapkeeper *k, const char *name)
{
	for (size_t i = 0; i < k->count; i++)
		if (strcmp(k->kept[i].name, name) == 0)
			return &k->kept[i];
	return NULL;
}

static struct kept *
add(struct tapkeeper *k, const char *name)
{
	struct kept *one;

	k->kept = mem_grow(k->kept, &k->room, k->count + 1, sizeof(*k->kept));
	one = &k->kept[k->count++];
	*one = (struct kept){ .fd = -1 };
	(void)snprintf(one->name, sizeof(one->name), "%s", name);
	return one;
}

/* Somebody gave us fd. */
static void
take(struct tapkeeper *k, const char *name, int fd, bool stored)
{
	struct kept *one = find(k, name);

	if (one != NULL) {
		(void)close(fd);
		return;
	}
	one = add(k, name);
	one->fd = fd;
	one->stored = stored;
}

static void
store(struct tapkeeper *k, struct kept *one, bool on)
{
	char name[sizeof(STORED_AS) + TAPWORD_NAME];

	if (!k->managed || one->stored == on)
		return;
	(void)snprintf(name, sizeof(name), STORED_AS "%s", one->name);
	if (on)
		notify_store(name, one->fd);
	else
		notify_unstore(name);
	one->stored = on;
}

static void
forget(struct tapkeeper *k, struct kept *one)
{
	const struct tapword w = word(TAPWORD_DROP, one->name);

	store(k, one, false);
	tell(k, &w, -1);
	*one = k->kept[--k->count];
}

/* ---- its life ---- */

/* Others that the manager may have are not ours to close, but nobody's either. */
static void
on_stored(void *arg, const char *name, int fd)
{
	const size_t skip = strlen(STORED_AS);

	if (strncmp(name, STORED_AS, skip) == 0 &&
	    strlen(name + skip) < TAPWORD_NAME)
		take(arg, name + skip, fd, true);
	else
		(void)close(fd);
}

struct tapkeeper *
tapkeeper_new(const char *path)
{
	struct tapkeeper *k = mem_zalloc(1, sizeof(*k));
	struct err e = { 0 };

	k->magic = TAPKEEPER_MAGIC;
	k->path = mem_strdup(path);
	k->line = k->before = -1;
	k->managed = notify_is_managed();
	notify_each_stored(on_stored, k);
	if (k->managed)
		return k;
	k->line = tapholder_start(&e);
	if (k->line < 0) {
		k->line = -1;
		log_at(LOG_WARNING, "net", "taps", "not-kept", "%s", e.text);
	}
	return k;
}

void
tapkeeper_free(struct tapkeeper **pk)
{
	struct tapkeeper *k = *pk;

	*pk = NULL;
	if (k == NULL)
		return;
	OBJ_CHECK(k, TAPKEEPER_MAGIC);
	loop_io_stop(&k->watch);
	if (k->line != -1)
		(void)close(k->line);
	if (k->before != -1)
		(void)close(k->before);
	for (size_t i = 0; i < k->count; i++)
		if (!k->kept[i].asked)
			(void)close(k->kept[i].fd);
	free(k->kept);
	free(k->path);
	k->magic = 0;
	free(k);
}

/* ---- from one to the next ---- */

/* Connects to who listens there: root, or who we are. -1: nobody. */
static int
meet(const char *path)
{
	int fd = parcel_connect(path);
	pid_t pid;
	uid_t uid;

	if (fd == -1 || (parcel_peer(fd, &pid, &uid) == 0 &&
	    (uid == 0 || uid == geteuid())))
		return fd;
	(void)close(fd);
	return -1;
}

/* One message of the process before. False: there are no more. */
static bool
take_one(struct tapkeeper *k)
{
	struct tapword w = { .magic = 0 };
	struct parcel p = { .data = &w, .cap = sizeof(w) };
	bool held;

	if (parcel_receive(k->before, &p, PATIENCE_MS) != 1)
		return false;
	held = p.len == sizeof(w) && w.magic == TAPWORD_MAGIC &&
	    w.version == TAPWORD_VERSION && w.kind == TAPWORD_HELD &&
	    p.fd_count == 1 && memchr(w.name, '\0', sizeof(w.name)) != NULL;
	if (held) {
		take(k, w.name, p.fds[0], false);
		p.fds[0] = -1;
	}
	parcel_close_fds(&p);
	return held;
}

void
tapkeeper_take(struct tapkeeper *k)
{
	const struct tapword w = word(TAPWORD_GIVE, "");

	OBJ_CHECK(k, TAPKEEPER_MAGIC);
	k->before = meet(k->path);
	if (k->before == -1 || !say(k->before, &w, -1))
		return;
	while (take_one(k))
		continue;
}

int
tapkeeper_find(struct tapkeeper *k, const char *name)
{
	struct kept *one = find(k, name);

	OBJ_CHECK(k, TAPKEEPER_MAGIC);
	if (one == NULL || one->asked)
		return -1;
	one->asked = true;
	return one->fd;
}

/* ---- what is kept ---- */

void
tapkeeper_keep(struct tapkeeper *k, const char *name, int fd)
{
	const struct tapword w = word(TAPWORD_KEEP, name);
	struct kept *one = find(k, name);

	OBJ_CHECK(k, TAPKEEPER_MAGIC);
	if (one != NULL && one->fd != fd)
		store(k, one, false);	/* of a device that is gone */
	if (one == NULL)
		one = add(k, name);
	one->fd = fd;
	one->asked = true;
	if (k->grace_s > 0)
		store(k, one, true);
	tell(k, &w, fd);
	if (k->count == TAPHOLDER_MAX + 1)
		log_at(LOG_WARNING, "net", "taps", "not-kept", "over=%u",
		    TAPHOLDER_MAX);
}

void
tapkeeper_drop(struct tapkeeper *k, const char *name)
{
	struct kept *one = find(k, name);

	OBJ_CHECK(k, TAPKEEPER_MAGIC);
	if (one != NULL)
		forget(k, one);
}

void
tapkeeper_grace(struct tapkeeper *k, unsigned grace_s)
{
	struct tapword w = word(TAPWORD_GRACE, "");

	OBJ_CHECK(k, TAPKEEPER_MAGIC);
	if (k->grace_s == grace_s)
		return;
	k->grace_s = grace_s;
	w.value = grace_s;
	tell(k, &w, -1);
	for (size_t i = 0; i < k->count; i++)
		if (k->kept[i].asked)
			store(k, &k->kept[i], grace_s > 0);
}

/* ---- the first configuration ---- */

static void
on_line(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct tapkeeper *k = arg;

	assert(io == k->watch && fd == k->line);
	(void)events;
	lose_line(k);		/* it says nothing, but can end */
}

/* The process of ours is where that of the etheripd before us was. */
static void
listen_there(struct tapkeeper *k)
{
	const struct tapword w = word(TAPWORD_LISTEN, "");
	struct err e = { 0 };
	int fd;

	if (k->line == -1)
		return;
	fd = parcel_listen(k->path, &e);
	if (fd >= 0) {
		tell(k, &w, fd);
		(void)close(fd);
		return;
	}
	log_at(LOG_WARNING, "net", "taps", "not-kept", "%s", e.text);
	(void)close(k->line);
	k->line = -1;
}

void
tapkeeper_settle(struct tapkeeper *k, struct loop *l)
{
	const struct tapword end = word(TAPWORD_END, "");

	OBJ_CHECK(k, TAPKEEPER_MAGIC);
	for (size_t i = k->count; i-- > 0;)
		if (!k->kept[i].asked) {
			tapdev_discard(k->kept[i].fd);
			forget(k, &k->kept[i]);
		}
	if (k->before != -1) {
		(void)say(k->before, &end, -1);
		(void)close(k->before);
		k->before = -1;
	}
	(void)unlink(k->path);
	listen_there(k);
	if (k->line != -1)
		k->watch = loop_io_start(l, k->line, LOOP_READ, on_line, k);
}

bool
tapkeeper_keeps(const struct tapkeeper *k)
{
	OBJ_CHECK(k, TAPKEEPER_MAGIC);
	return k->grace_s > 0 && (k->managed || k->line != -1);
}

/* ---- the end of all ---- */

void
tapkeeper_end(const char *path)
{
	const struct tapword end = word(TAPWORD_END, "");
	int fd = meet(path);
	struct tapword w;
	struct parcel p = { .data = &w, .cap = sizeof(w) };

	if (fd != -1) {
		if (say(fd, &end, -1))
			(void)parcel_receive(fd, &p, PATIENCE_MS);
		parcel_close_fds(&p);
		(void)close(fd);
	}
	(void)unlink(path);
}
