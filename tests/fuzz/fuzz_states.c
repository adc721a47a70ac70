/* tests/fuzz/fuzz_states.c - the file of last known states, damaged.
 *
 * The octets are the file, once as they are and once behind a head as it should
 * be. It is opened, used and opened again: what was kept in it is there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/log.h"
#include "monitors/lastknown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static char path[64];

static void
clean(void)
{
	(void)unlink(path);
}

static void
set_up(void)
{
	if (path[0] != '\0')
		return;
	log_setup(&(struct log_config){ 2, (enum log_level)-1,
	    LOG_FORM_BARE });
	(void)snprintf(path, sizeof(path), "/tmp/gtm-fuzz-states-%ld",
	    (long)getpid());
	(void)atexit(clean);
}

static void
put_file(const uint8_t *head, const uint8_t *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
	ssize_t n = 0;

	assert(fd != -1);
	if (head != NULL)
		n = write(fd, head, STATERECORD_LEN);
	if (n >= 0)
		n = write(fd, data, len);
	assert(n == (ssize_t)len);
	(void)close(fd);
}

static void
use(const uint8_t *head, const uint8_t *data, size_t len)
{
	struct staterecord r = { .key.octets = "a key of a probe",
	    .state = HEALTH_DOWN, .since_s = 7 }, got;
	struct lastknown *l;

	put_file(head, data, len);
	l = lastknown_new(path);
	lastknown_own(l);
	lastknown_write(l, lastknown_take(l, &r.key), &r);
	lastknown_settle(l);
	lastknown_free(&l);
	l = lastknown_new(path);
	assert(lastknown_find(l, &r.key, &got));
	assert(got.state == HEALTH_DOWN && got.since_s == 7);
	lastknown_free(&l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t head[STATERECORD_LEN];

	set_up();
	if (len > 65536)
		return 0;
	staterecord_write_head(head);
	use(NULL, data, len);
	use(head, data, len);
	return 0;
}
