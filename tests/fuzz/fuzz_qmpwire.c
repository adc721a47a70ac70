/* tests/fuzz/fuzz_qmpwire.c - whatever a QEMU says: how it is cut changes nothing,
 * and any picture of two of them has a next step. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/model/json.h"
#include "gtmd/drive/qmpmove.h"
#include "gtmd/drive/qmpwire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The first octet chooses the order; answers are taken in the order of the
 * questions, events whenever they come. */
static void
move(struct qmpmove *m, const struct qmpwire_msg *msg, size_t *question)
{
	enum qmpstep_side side;
	enum qmpseen_question q;
	struct qmpstep step;
	struct err e;

	if (msg->kind == QMPWIRE_EVENT)
		(void)qmpmove_event(msg->text);
	if (msg->kind == QMPWIRE_RETURN &&
	    qmpmove_question(m, *question, &side, &q)) {
		(void)qmpseen_take(&m->at[side], q, msg->value, &e);
		++*question;
	}
	if (qmpmove_question(m, *question, &side, &q))
		return;
	*question = 0;
	qmpmove_next(m, &step);
	assert(step.what != QMPSTEP_SEND || step.command != NULL);
	assert(step.what == QMPSTEP_SEND || step.e.text[0] != '\0');
	json_free(&step.arguments);
}

/* All messages; gives how many there were. */
static size_t
hear(const struct driver_order *o, const uint8_t *data, size_t len, size_t step)
{
	static struct qmpmove m;
	struct qmpwire_msg msg;
	struct qmpwire w;
	size_t count = 0, question = 0;
	struct err e;
	int rc = 0;

	assert(qmpmove_init(&m, o, &e) == 0);
	qmpwire_init(&w);
	for (size_t at = 0; rc == 0 && at < len; at += step) {
		qmpwire_feed(&w, (const char *)data + at,
		    len - at < step ? len - at : step);
		while ((rc = qmpwire_next(&w, &msg, &e)) == 1) {
			move(&m, &msg, &question);
			json_free(&msg.whole);
			count++;
		}
	}
	qmpwire_fini(&w);
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct driver_place from = { .name = "a" }, to = { .name = "b" };
	struct driver_host host = { .name = "vm" };
	struct driver_order o = { .id = "i", .from = &from, .to = &to,
	    .host = &host };

	if (len < 2 || len > 20000)
		return 0;
	o.action = (enum driver_action)(data[0] % (DRIVER_FINISH + 1));
	o.dry_run = (data[0] & 64) != 0;
	host.storage_octets = data[0] >> 7;
	(void)addr_parse_port("192.0.2.1:1", &to.migrate);
	to.storage = to.migrate;
	data++;
	len--;
	assert(hear(&o, data, len, len) == hear(&o, data, len, 7));
	return 0;
}
