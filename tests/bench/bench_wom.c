/* tests/bench/bench_wom.c - the codec on files, as streams one after another: what
 * it makes of them, how fast a core is, and whether they come out as they went in.
 *
 *	bench_wom [-l LEVEL] [-m MIB] [-b KIB] [-r] FILE...
 *
 * With -r each goes the other way than the one before. -m is the size of each side's
 * history, which is full of other blocks at first, -b that of a block. A line a file: its
 * MiB, MiB encoded, the ratio, what became of its octets in per cent (known blocks and
 * copies, of which past a difference; runs; literals), MB per CPU-second of the encoder and
 * of the decoder.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "wom/codec/anchorindex.h"
#include "wom/codec/decoder.h"
#include "wom/codec/encoder.h"

#define MIB	1048576.0

struct site {
	struct history *history;
	struct anchorindex index;
	struct blockid_key *key;
	struct encoder	*encoder;
	struct decoder	*decoder;
};

/* As after a week of work: memory is there, and full of other things. Else the
 * first stream pays for every page that the system clears. */
static void
fill(struct site *s, size_t octets)
{
	static uint8_t other[HISTORY_BLOCK_MAX];

	for (uint64_t i = 0; i < octets / HISTORY_BLOCK_MAX; i++) {
		struct blockid id;

		memcpy(other, &i, sizeof(i));
		id = blockid_of(s->key, other, sizeof(other));
		(void)history_add(s->history, &id, other, sizeof(other));
	}
	memset(s->index.table, 0, (s->index.mask + 1) *
	    sizeof(*s->index.table));
}

static void
site_init(struct site *s, size_t octets, int level)
{
	static const uint8_t secret[BLOCKID_SECRET] = "for measuring";
	struct encoder_config with;

	s->history = history_new(octets);
	s->key = blockid_key_new(secret);
	if (s->history == NULL || s->key == NULL)
		err(1, "no room for a history");
	anchorindex_init(&s->index, octets);
	with = (struct encoder_config){ s->history, &s->index, s->key };
	s->encoder = encoder_new(&with);
	s->decoder = decoder_new(&with);
	encoder_set_level(s->encoder, level);
	fill(s, octets);
}

static double
cpu_seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The file, in memory: its pages are there before anything is measured. */
static uint8_t *
load(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *p;

	if (fd == -1 || fstat(fd, &st) == -1)
		err(1, "%s", path);
	*len = (size_t)st.st_size;
	p = mmap(NULL, *len, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (p == MAP_FAILED)
		err(1, "%s", path);
	(void)close(fd);
	return p;
}

struct run {
	struct site sites[2];
	size_t	 block;
	unsigned from;			/* which site sends */
	double	 encoding, decoding;	/* CPU seconds */
};

static void
carry(struct run *r, const uint8_t *plain, size_t len)
{
	static uint8_t wire[BLOCKHEAD_ENCODED_MAX(HISTORY_BLOCK_MAX)];
	const uint8_t *out;
	double began = cpu_seconds(), half;
	size_t n = encoder_block(r->sites[r->from].encoder, plain, len, wire), got;

	half = cpu_seconds();
	if (decoder_block(r->sites[1 - r->from].decoder, wire, n, &out, &got) !=
	    DECODER_OK)
		errx(1, "a block did not decode");
	r->encoding += half - began;
	r->decoding += cpu_seconds() - half;
	if (got != len || memcmp(out, plain, len) != 0)
		errx(1, "a block came out wrong");
}

static void
measure(struct run *r, const char *path)
{
	struct encoder *e = r->sites[r->from].encoder;
	struct encoder_counts was = *encoder_counts(e), now;
	size_t len;
	uint8_t *data = load(path, &len);
	double all, encoded;

	r->encoding = r->decoding = 0;
	for (size_t at = 0; at < len; at += r->block)
		carry(r, data + at, len - at < r->block ? len - at : r->block);
	now = *encoder_counts(e);
	all = (double)len;
	encoded = (double)(now.encoded - was.encoded);
	printf("%-20s %8.1f %8.2f %8.2f  %5.1f (%4.1f) %5.1f %5.1f %8.0f %8.0f\n",
	    strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path,
	    all / MIB, encoded / MIB, all / encoded,
	    100 * (double)(now.copied - was.copied) / all,
	    100 * (double)(now.resumed - was.resumed) / all,
	    100 * (double)(now.run - was.run) / all,
	    100 * (double)(now.literal - was.literal) / all,
	    all / 1e6 / r->encoding, all / 1e6 / r->decoding);
	(void)munmap(data, len);
}

struct wishes {
	size_t	 mib, kib;
	int	 level;
	bool	 returns;
};

static void
read_wishes(struct wishes *w, int argc, char **argv)
{
	for (int c; (c = getopt(argc, argv, "l:m:b:r")) != -1;)
		if (c == 'l')
			w->level = (int)strtol(optarg, NULL, 10);
		else if (c == 'm')
			w->mib = strtoul(optarg, NULL, 10);
		else if (c == 'b')
			w->kib = strtoul(optarg, NULL, 10);
		else if (c == 'r')
			w->returns = true;
		else
			errx(1, "bench_wom [-l LEVEL] [-m MIB] [-b KIB] [-r] FILE...");
	if (w->kib == 0 || w->kib > HISTORY_BLOCK_MAX >> 10 || w->mib < 4)
		errx(1, "-b: 1..1024, -m: 4 or more");
}

int
main(int argc, char **argv)
{
	struct wishes w = { .mib = 2048, .kib = 256, .level = 1 };
	struct run r = { .from = 0 };

	read_wishes(&w, argc, argv);
	r.block = w.kib << 10;
	for (int i = 0; i < 2; i++)
		site_init(&r.sites[i], w.mib << 20, w.level);
	printf("%-20s %8s %8s %8s  %-12s %5s %5s %8s %8s\n", "stream", "MiB",
	    "encoded", "ratio", "copied %", "run %", "new %", "enc MB/s",
	    "dec MB/s");
	for (int i = optind; i < argc; i++) {
		measure(&r, argv[i]);
		if (w.returns)
			r.from = 1 - r.from;
	}
	return 0;
}
