/* tests/bench/bench_wom.c - the codec on files, as streams one after another: what
 * it makes of them, how fast a core is, and whether they come out as they went in.
 *
 *	bench_wom [-l LEVEL] [-m MIB] [-b KIB] FILE...
 *
 * -m is the size of each side's history, which is full of other blocks at first, -b
 * that of a block. A line a file: its MiB, MiB encoded, the ratio, what became of its
 * octets in per cent (known blocks and copies, of which past a difference; runs;
 * literals), MB per CPU-second of the encoder and of the decoder.
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
	struct encoder_config with;
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
site_init(struct site *s, size_t octets)
{
	static const uint8_t secret[BLOCKID_SECRET] = "for measuring";

	s->history = history_new(octets);
	s->key = blockid_key_new(secret);
	if (s->history == NULL || s->key == NULL)
		err(1, "no room for a history");
	anchorindex_init(&s->index, octets);
	s->with = (struct encoder_config){ s->history, &s->index, s->key };
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
	struct encoder *encoder;
	struct decoder *decoder;
	size_t	 block;
	double	 encoding, decoding;	/* CPU seconds */
};

static void
carry(struct run *r, const uint8_t *plain, size_t len)
{
	static uint8_t wire[BLOCKHEAD_ENCODED_MAX(HISTORY_BLOCK_MAX)],
	    out[HISTORY_BLOCK_MAX];
	double began = cpu_seconds(), half;
	size_t n = encoder_block(r->encoder, plain, len, wire), got;

	half = cpu_seconds();
	if (decoder_block(r->decoder, wire, n, out, &got) != DECODER_OK)
		errx(1, "a block did not decode");
	r->encoding += half - began;
	r->decoding += cpu_seconds() - half;
	if (got != len || memcmp(out, plain, len) != 0)
		errx(1, "a block came out wrong");
}

static void
measure(struct run *r, const char *path)
{
	struct encoder_counts was = *encoder_counts(r->encoder), now;
	size_t len;
	uint8_t *data = load(path, &len);
	double all, encoded;

	r->encoding = r->decoding = 0;
	for (size_t at = 0; at < len; at += r->block)
		carry(r, data + at, len - at < r->block ? len - at : r->block);
	now = *encoder_counts(r->encoder);
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

int
main(int argc, char **argv)
{
	struct run r = { .block = 256 << 10 };
	struct site here, there;
	size_t mib = 2048;
	int level = 1, c;

	while ((c = getopt(argc, argv, "l:m:b:")) != -1)
		if (c == 'l')
			level = (int)strtol(optarg, NULL, 10);
		else if (c == 'm')
			mib = strtoul(optarg, NULL, 10);
		else if (c == 'b')
			r.block = strtoul(optarg, NULL, 10) << 10;
		else
			errx(1, "bench_wom [-l LEVEL] [-m MIB] [-b KIB] FILE...");
	if (r.block == 0 || r.block > HISTORY_BLOCK_MAX || mib < 4)
		errx(1, "-b: 1..1024, -m: 4 or more");
	site_init(&here, mib << 20);
	site_init(&there, mib << 20);
	r.encoder = encoder_new(&here.with);
	r.decoder = decoder_new(&there.with);
	encoder_set_level(r.encoder, level);
	printf("%-20s %8s %8s %8s  %-12s %5s %5s %8s %8s\n", "stream", "MiB",
	    "encoded", "ratio", "copied %", "run %", "new %", "enc MB/s",
	    "dec MB/s");
	for (int i = optind; i < argc; i++)
		measure(&r, argv[i]);
	return 0;
}
