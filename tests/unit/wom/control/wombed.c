/* tests/unit/wom/control/wombed.c - see wombed.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wom/control/wombed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "core/rest/restdaemon.h"
#include "core/rest/restrequest.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/core/rest/restkit.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "wom/control/enact.h"
#include "wom/control/womcontrol.h"
#include "wom/types/wom.h"

struct wombed wombed;
static struct certs certs;

static void
set_path(char out[200], const char *name)
{
	(void)snprintf(out, 200, "%s", tempdir_file(&tempdir, name));
}

int
wombed_setup(void **state)
{
	struct store_gate gate;
	struct store_backend *dir;
	struct err e = { 0 };

	assert_int_equal(tempdir_set_up(state), 0);
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	certs_init(&certs);
	(void)certs_make(&certs, &(struct certs_wish){ .name = "cert" });
	wombed = (struct wombed){ .life = {
	    .config_path = wombed.config, .state_dir = wombed.state,
	    .control_path = wombed.socket,
	    .loop = loop_new(&clock_system, &e) } };
	assert_non_null(wombed.life.loop);
	set_path(wombed.config, "wom.conf");
	set_path(wombed.state, "state");
	set_path(wombed.socket, "control.sock");
	tempdir_write(wombed.config, "", 0);
	dir = store_dir_open(wombed.config, wombed.state, &e);
	if (dir == NULL)
		fail_msg("%s", e.text);
	wombed.life.store = store_new(&wom_schema, &dir);
	wombed.enact = enact_new(&(struct enact_config){
	    .loop = wombed.life.loop, .config_path = wombed.config,
	    .state_dir = wombed.state });
	gate = (struct store_gate){ enact_prepare, enact_settle,
	    wombed.enact };
	store_gate(wombed.life.store, &gate);
	return 0;
}

int
wombed_teardown(void **state)
{
	restreply_fini(&wombed.reply);
	womcontrol_free(&wombed.control);
	enact_free(&wombed.enact);
	store_free(&wombed.life.store);
	loop_free(&wombed.life.loop);
	certs_fini(&certs);
	return tempdir_tear_down(state);
}

int
wombed_load(const char *text, char **found)
{
	struct strbuf b = { 0 };
	struct diag d;
	char line[1024];
	int rc;

	for (; *text != '\0'; text++)
		if (text[0] == '%' && text[1] == 's') {
			strbuf_add(&b, certs.folder);
			text++;
		} else {
			strbuf_add_char(&b, *text);
		}
	tempdir_write(wombed.config, b.text != NULL ? b.text : "", b.len);
	strbuf_clear(&b);
	diag_init(&d);
	rc = store_load(wombed.life.store, false, &d);
	for (size_t i = 0; i < d.count; i++) {
		diag_format(&d.entries[i], line, sizeof(line));
		strbuf_printf(&b, "%s\n", line);
	}
	diag_fini(&d);
	if (found != NULL)
		*found = strbuf_take(&b);
	strbuf_fini(&b);
	return rc;
}

void
wombed_start(const char *text)
{
	struct err e = { 0 };
	char *found;

	if (wombed_load(text, &found) != 0)
		fail_msg("%s", found);
	free(found);
	wombed.control = womcontrol_new(&wombed.life, wombed.enact, &e);
	if (wombed.control == NULL)
		fail_msg("%s", e.text);
}

int
wombed_call(const char *method, const char *target, const char *body)
{
	/* The tree's routes are given what begins with it. */
	struct restdaemon *d = (struct restdaemon *)(void *)wombed.control;
	struct restrequest q = restkit_request(method, target, body);

	restreply_fini(&wombed.reply);
	wombed.reply = (struct restreply){ 0 };
	resttree_handle(d->tree, &q, &wombed.reply);
	restrequest_fini(&q);
	return wombed.reply.status;
}

const char *
wombed_said(void)
{
	const char *text = json_get_text(json_find(wombed.reply.body,
	    "message"));

	return text != NULL ? text : "";
}

char *
wombed_text(void)
{
	struct strbuf b;

	if (wombed.reply.stream.more == NULL)
		return json_line(wombed.reply.body);
	strbuf_init(&b);
	while (wombed.reply.stream.more(wombed.reply.stream.arg, &b))
		continue;
	return strbuf_take(&b);
}
