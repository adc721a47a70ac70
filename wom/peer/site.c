/* wom/peer/site.c - see site.h. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/site.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/siphash.h"

/* The file: a word, the two numbers. */
static const char mark[8] = "womsite";

struct image {
	char	mark[8];
	struct site site;
};
_Static_assert(sizeof(struct image) == 40, "the file has no holes");

void
site_draw(struct site *s)
{
	ssize_t n = getrandom(s, sizeof(*s), 0);

	assert(n == (ssize_t)sizeof(*s));
}

/* ---- the file ---- */

static int
read_file(struct site *s, int fd, const char *path, struct err *e)
{
	struct image i;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return err_sys(e, errno, "%s", path);
	if ((st.st_mode & 077) != 0)
		return err_set(e, ERR_DENIED, "%s: others may read it (chmod "
		    "600)", path);
	n = read(fd, &i, sizeof(i));
	if (n != (ssize_t)sizeof(i) || memcmp(i.mark, mark, sizeof(mark)) != 0)
		return err_set(e, ERR_PARSE, "%s: it does not name a site",
		    path);
	*s = i.site;
	return 0;
}

/* 0, or -1 with errno; without a name yet. */
static int
fill_file(int fd, const struct site *s)
{
	struct image i = { .site = *s };
	ssize_t n;

	memcpy(i.mark, mark, sizeof(mark));
	n = write(fd, &i, sizeof(i));
	if (n >= 0 && n != (ssize_t)sizeof(i))
		errno = ENOSPC;
	return n == (ssize_t)sizeof(i) ? fsync(fd) : -1;
}

static int
write_file(const struct site *s, const char *path, struct err *e)
{
	char next[4096];
	int fd, rc = 0;

	if (snprintf(next, sizeof(next), "%s.new", path) >= (int)sizeof(next))
		return err_set(e, ERR_RANGE, "%s: the path is too long", path);
	fd = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		return err_sys(e, errno, "%s", next);
	if (fill_file(fd, s) == -1 || rename(next, path) == -1) {
		rc = err_sys(e, errno, "%s", next);
		(void)unlink(next);
	}
	(void)close(fd);
	return rc;
}

int
site_load(struct site *s, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd == -1 && errno != ENOENT)
		return err_sys(e, errno, "%s", path);
	if (fd == -1) {
		site_draw(s);
		return write_file(s, path, e);
	}
	rc = read_file(s, fd, path, e);
	(void)close(fd);
	return rc;
}

/* ---- what is shared ---- */

uint64_t
site_store(const struct site *s, const char *peer, const char *domain)
{
	/* Two digests, so that no pair of texts runs into another. */
	const uint64_t of[2] = { siphash_24(s->seed, peer, strlen(peer)),
	    siphash_24(s->seed, domain, strlen(domain)) };

	return siphash_24(s->seed, of, sizeof(of));
}

static void
put_number(uint8_t *to, uint64_t v)
{
	for (unsigned i = 0; i < 8; i++)
		to[i] = (uint8_t)(v >> 8 * i);
}

void
site_secret(uint64_t ours, uint64_t theirs, uint8_t out[BLOCKID_SECRET])
{
	uint8_t key[SIPHASH_KEY];

	put_number(key, ours < theirs ? ours : theirs);
	put_number(key + 8, ours < theirs ? theirs : ours);
	for (unsigned i = 0; i < BLOCKID_SECRET / 8; i++)
		put_number(out + 8 * i, siphash_24(key,
		    i == 0 ? "names 0" : "names 1", 7));
}
