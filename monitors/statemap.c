/* monitors/statemap.c - see statemap.h. SPDX-License-Identifier: Apache-2.0 */
#include "monitors/statemap.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/faultguard.h"
#include "core/base/log.h"
#include "monitors/staterecord.h"

#define PROT	(PROT_READ | PROT_WRITE)

size_t
statemap_size(uint32_t room)
{
	return ((size_t)room + 1) * STATERECORD_LEN;
}

void
statemap_init(struct statemap *m, const char *path)
{
	*m = (struct statemap){ .path = path, .fd = -1 };
}

bool
statemap_failure(struct statemap *m, int sys_errno)
{
	if (!m->failed)
		log_at(LOG_ERROR, "monitor", m->path, "states-not-kept",
		    "cause=\"%s\"", strerror(sys_errno));
	m->failed = true;
	return false;
}

static void
note_success(struct statemap *m)
{
	if (m->failed)
		log_at(LOG_NOTICE, "monitor", m->path, "states-kept-again",
		    "%s", "");
	m->failed = m->cut = false;
}

bool
statemap_open(struct statemap *m)
{
	assert(m->fd == -1 && m->map == NULL);
	m->fd = open(m->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK, 0600);
	return m->fd != -1 || statemap_failure(m, errno);
}

static void
unmap(struct statemap *m)
{
	faultguard_remove(&m->faults);
	if (m->map != NULL)
		(void)munmap(m->map, statemap_size(m->room));
	m->map = NULL;
}

/* Room on the disk first, then memory over it, then what was there goes: places
 * that lost their file are no longer in the new memory. */
bool
statemap_grow(struct statemap *m, uint32_t room)
{
	const size_t size = statemap_size(room);
	const int error = posix_fallocate(m->fd, 0, (off_t)size);
	const atomic_uint *faults;
	void *map;

	assert(room >= m->room);
	if (error != 0)
		return statemap_failure(m, error);
	map = mmap(NULL, size, PROT, MAP_SHARED, m->fd, 0);
	if (map == MAP_FAILED)
		return statemap_failure(m, errno);
	faults = faultguard_add(map, size, PROT);
	if (faults == NULL) {
		(void)munmap(map, size);
		return statemap_failure(m, ENOMEM);
	}
	unmap(m);
	m->map = map;
	m->room = room;
	m->faults = faults;
	note_success(m);
	return true;
}

void
statemap_close(struct statemap *m)
{
	unmap(m);
	if (m->fd != -1)
		(void)close(m->fd);
	m->fd = -1;
	m->room = 0;
	m->cut = false;
}

const uint8_t *
statemap_at(const struct statemap *m, uint32_t place)
{
	return m->map + statemap_size(place);
}

static void
note_cut(struct statemap *m, off_t left)
{
	if (!m->cut)
		log_at(LOG_ERROR, "monitor", m->path, "states-cut",
		    "octets=%jd of=%zu", (intmax_t)left,
		    statemap_size(m->room));
	m->cut = m->failed = true;
}

bool
statemap_is_cut(struct statemap *m)
{
	struct stat st = { .st_size = 0 };

	if (m->map == NULL)
		return false;
	if (fstat(m->fd, &st) == -1 || atomic_load(m->faults) > 0 ||
	    (size_t)st.st_size < statemap_size(m->room))
		note_cut(m, st.st_size);
	return m->cut;
}

/* What faulted has gone to memory that is no file's; the file is asked then, and
 * only then. (Where it was cut within a page nothing faults.) */
static void
put(struct statemap *m, size_t at, const uint8_t *octets)
{
	if (m->map == NULL || m->cut)
		return;
	memcpy(m->map + at, octets, STATERECORD_LEN);
	if (atomic_load(m->faults) > 0)
		(void)statemap_is_cut(m);
}

void
statemap_write_head(struct statemap *m)
{
	uint8_t head[STATERECORD_LEN];

	staterecord_write_head(head);
	put(m, 0, head);
}

void
statemap_write(struct statemap *m, uint32_t place, const uint8_t *octets)
{
	assert(m->map == NULL || place < m->room);
	put(m, statemap_size(place), octets);
}

bool
statemap_mend(struct statemap *m)
{
	assert(m->map != NULL);
	if (!statemap_grow(m, m->room))
		return false;
	statemap_write_head(m);
	return !m->cut;
}
