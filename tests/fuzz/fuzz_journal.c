/* tests/fuzz/fuzz_journal.c - any octets as a journal.
 *
 * What is read as records must be numbered in a row, must be there again at
 * the next reading without a word, and a record added must follow it. What is
 * refused must not have been touched.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/strbuf.h"
#include "core/model/journal.h"
#include "core/model/statefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static char folder[] = "/dev/shm/fuzz-journal-XXXXXX";
static char path[64], kept[80];

static void
tidy_up(void)
{
	(void)unlink(path);
	(void)unlink(kept);
	(void)rmdir(folder);
}

static void
make_folder(void)
{
	char *made;

	if (path[0] != '\0')
		return;
	made = mkdtemp(folder);
	assert(made != NULL);
	(void)snprintf(path, sizeof(path), "%s/journal", folder);
	(void)snprintf(kept, sizeof(kept), "%s.cut", path);
	(void)atexit(tidy_up);
}

static void
write_file(const uint8_t *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = write(fd, data, len);

	assert(fd != -1 && n == (ssize_t)len);
	(void)close(fd);
}

struct seen {
	struct strbuf	 text;
	uint64_t	 last;
	size_t		 count;
};

static void
on_record(void *arg, const struct journal_record *r)
{
	struct seen *s = arg;

	assert(s->count == 0 || r->number == s->last + 1);
	s->last = r->number;
	s->count++;
	strbuf_add_len(&s->text, r->body, r->len);
	strbuf_add_char(&s->text, '|');
}

/* Reads all; ret is journal_read's, *findings how much it had to say. */
static int
read_all(struct journal *j, struct seen *s, size_t *findings)
{
	struct diag out;
	int rc;

	*s = (struct seen){ 0 };
	strbuf_init(&s->text);
	diag_init(&out);
	rc = journal_read(j, on_record, s, &out);
	*findings = out.count;
	diag_fini(&out);
	return rc;
}

static void
check_good(struct journal *j, const struct seen *first)
{
	struct seen again;
	size_t findings;
	int rc = read_all(j, &again, &findings);

	assert(rc == 0 && findings == 0);
	assert(strcmp(first->text.text, again.text.text) == 0);
	strbuf_fini(&again.text);
	rc = journal_append(j, "more\n", 5, NULL);
	assert(rc == 0);
	rc = read_all(j, &again, &findings);
	assert(rc == 0 && findings == 0 && again.count == first->count + 1);
	strbuf_fini(&again.text);
}

static void
check_untouched(const uint8_t *data, size_t len)
{
	size_t now;
	char *text;
	int rc = statefile_read(path, &text, &now, NULL);

	assert(rc == 0 && now == len && memcmp(text, data, len) == 0);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct journal *j;
	struct seen s;
	size_t findings;
	int rc;

	make_folder();
	write_file(data, len);
	rc = journal_open(path, &j, NULL);
	assert(rc == 0);
	if (read_all(j, &s, &findings) == 0)
		check_good(j, &s);
	else
		check_untouched(data, len);
	strbuf_fini(&s.text);
	journal_close(&j);
	return 0;
}
