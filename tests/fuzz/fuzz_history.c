/* tests/fuzz/fuzz_history.c - a store whose file has been written to by others: octets
 * changed anywhere, and heads that are whole and yet not true. Whatever it says,
 * what is given out has its name, and it goes on as a store.
 *
 * The input is edits of 10 octets each: kind (even: octets change, odd: a head),
 * place (4) and octet, or slot (2), number (2), place in pages (2), octets in pages.
 * An octet that is left over: the store is encrypted, and so are heads, by one who
 * has the key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/siphash.h"
#include "wom/codec/anchorindex.h"
#include "wom/codec/history.h"
#include "wom/codec/historyrecord.h"
#include "wom/codec/storecipher.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define RING	(4 * (size_t)HISTORY_BLOCK_MAX)
#define RING_AT	131072
#define HEADS_AT 4096
#define EDIT	10
#define PAGE	4096u

static const uint8_t disk_key[STORECIPHER_KEY] = "a key";
static struct blockid_key *key;
static char path[] = "/tmp/fuzz-history-XXXXXX";
static uint8_t block[HISTORY_BLOCK_MAX];
static uint8_t images[2][RING_AT + RING];	/* in clear, encrypted */

static struct history *
open_it(bool sealed)
{
	const struct history_place place = { .path = path, .octets = RING,
	    .key = key, .disk_key = sealed ? disk_key : NULL,
	    .memory = RING };
	struct err e = { 0 };

	return history_open(&place, &e);
}

static void
add(struct history *h, uint8_t n, size_t len)
{
	struct blockid id;
	uint32_t slot;
	size_t got;

	memset(block, n, len);
	id = blockid_of(key, block, len);
	slot = history_add(h, &id, block, len);
	assert(slot != HISTORY_NONE);
	if (history_read(h, slot, &got) == NULL)
		slot = history_add(h, &id, block, len);
	assert(history_read(h, slot, &got) != NULL && got == len);
}

static void
end(void)
{
	(void)unlink(path);
}

/* A store of some blocks, from which runs begin. */
static void
make_image(bool sealed)
{
	struct history *h = open_it(sealed);
	int fd;

	assert(h != NULL);
	for (uint8_t n = 0; n < 40; n++)
		add(h, n, 1 + n * (size_t)1000);
	history_free(&h);
	fd = open(path, O_RDONLY);
	assert(fd != -1 && read(fd, images[sealed], RING_AT + RING) ==
	    RING_AT + RING);
	(void)close(fd);
}

static void
begin(void)
{
	static const uint8_t secret[BLOCKID_SECRET];
	int fd = mkstemp(path);

	assert(fd != -1 && close(fd) == 0);
	key = blockid_key_new(secret);
	assert(key != NULL);
	make_image(false);
	make_image(true);
	(void)atexit(end);
}

/* Under the key of checks of the file. */
static void
seal_head(const struct historyfile_head *h, const uint8_t *salt, uint32_t slot,
    uint8_t record[HISTORYRECORD])
{
	const struct storecipher_unit u = { STORECIPHER_HEAD, slot, 0 };
	struct storecipher *c = storecipher_new(disk_key, salt);

	assert(c != NULL);
	historyrecord_write_head(h, storecipher_check_key(c), record);
	storecipher_seal(c, &u, record, HISTORYRECORD, record);
	storecipher_free(&c);
}

/* Whole by its check. */
static void
put_head(int fd, const uint8_t *edit, bool sealed)
{
	uint8_t record[HISTORYRECORD], salt[SIPHASH_KEY];
	uint32_t slot = (uint32_t)(edit[1] << 8 | edit[2]) % 1024,
	    number = (uint32_t)(edit[3] << 8 | edit[4]);
	struct historyfile_head h = { .seq = (uint64_t)number * 1024 + slot,
	    .at = (uint64_t)(edit[5] << 8 | edit[6]) * PAGE,
	    .len = edit[7] * PAGE + edit[8], .id = { { edit[9] } } };

	assert(pread(fd, salt, sizeof(salt), 24) == sizeof(salt));
	if (sealed)
		seal_head(&h, salt, slot, record);
	else
		historyrecord_write_head(&h, salt, record);
	assert(pwrite(fd, record, sizeof(record), HEADS_AT + HISTORYRECORD *
	    (off_t)slot) == sizeof(record));
}

static void
put_edit(int fd, const uint8_t *edit, bool sealed)
{
	uint64_t at = (uint64_t)edit[1] << 24 | edit[2] << 16 | edit[3] << 8 |
	    edit[4];

	if (edit[0] % 2 == 1)
		put_head(fd, edit, sealed);
	/* The first eight octets tell whether it is ours at all. */
	else if (at % (RING_AT + RING) >= 8)
		assert(pwrite(fd, edit + 5, 1, (off_t)(at % (RING_AT +
		    RING))) == 1);
}

static size_t
look(struct history *h)
{
	size_t octets = 0, len;

	for (uint32_t slot = history_newest(h), older; slot != HISTORY_NONE;
	    slot = older) {
		const uint8_t *p;

		history_rest(h);
		p = history_read(h, slot, &len);
		older = history_older(h, slot);
		if (p == NULL)
			continue;
		assert(history_find(h, history_id(h, slot)) == slot);
		/* All of one octet, and of that alone. */
		assert(memcmp(p, p + 1, len - 1) == 0);
		octets += len;
	}
	assert(octets == history_octets(h) && octets <= RING);
	return octets;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct anchorindex ix;
	const bool sealed = len % EDIT != 0;
	struct history *h;
	int fd;

	if (key == NULL)
		begin();
	fd = open(path, O_RDWR);
	assert(fd != -1 && pwrite(fd, images[sealed], RING_AT + RING, 0) ==
	    RING_AT + RING);
	for (; len >= EDIT; len -= EDIT, data += EDIT)
		put_edit(fd, data, sealed);
	assert(close(fd) == 0);
	h = open_it(sealed);
	assert(h != NULL);
	anchorindex_init(&ix, RING);
	while (history_check_step(h, &ix, RING / 4))
		continue;
	anchorindex_fini(&ix);
	(void)look(h);
	for (uint8_t n = 0; n < 3; n++)
		add(h, (uint8_t)(50 + n + len), 1000 + (size_t)n * 300000);
	assert(look(h) > 0);
	history_free(&h);
	return 0;
}
