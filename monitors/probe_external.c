/* monitors/probe_external.c - one probe: one run of a program.
 *
 * As F5 calls it: PROGRAM ADDRESS PORT and the words of args, with NODE_IP,
 * NODE_PORT, MON_TMPL_NAME and what user-defined says in the environment, and
 * PATH; nothing else. That the program is missing, or not to be trusted, is our
 * fault and says nothing about the target. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_external.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "monitors/argline.h"
#include "monitors/attempt.h"
#include "monitors/monitor_external.h"
#include "monitors/program.h"
#include "monitors/programfile.h"
#include "monitors/spawn.h"

#define SEARCH_PATH	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:" \
			"/usr/bin:/sbin:/bin"

/* Places in argv and envp that each probe fills in. */
enum { ARG_PATH, ARG_ADDRESS, ARG_PORT, ARG_FIRST };
enum { ENV_ADDRESS, ENV_PORT, ENV_FIRST };

struct spec {
	char	*path;		/* NULL = no run, or none that may be */
	char	**args;		/* of the monitor; NULL at the end */
	size_t	 arg_count;
	char	**env;		/* PATH and so on; NULL at the end */
	size_t	 env_count;
};

struct probe {
	struct attempt	 attempt;
	struct program	*program;	/* while it may still say something */
	char		**argv, **envp;	/* arrays ours, texts the spec's and ... */
	char		 address[ADDR_TEXT_MAX], port[8];
	char		 env_address[ADDR_TEXT_MAX + 8], env_port[20];
};

struct engine {
	struct attempt_stock stock;	/* first: what attempt_start takes */
	struct programs	*programs;
};

/* ---- spec ---- */

static void
add_env(struct spec *s, char *text)
{
	s->env[s->env_count++] = text;
}

static void *
spec_new(const struct monitor *m)
{
	const struct monitor_external *x = (const void *)m;
	struct spec *s = mem_zalloc(1, sizeof(*s));

	s->path = x->run != NULL ? programfile_path(x->run, NULL) : NULL;
	s->args = argline_split(x->args, &s->arg_count, NULL);
	s->env = mem_zalloc(x->variables.count + 3, sizeof(*s->env));
	add_env(s, mem_strdup(SEARCH_PATH));
	add_env(s, mem_printf("MON_TMPL_NAME=%s", m->obj.name));
	for (size_t i = 0; i < x->variables.count; i++)
		add_env(s, mem_strdup(x->variables.v[i]));
	return s;
}

static void
spec_free(void **pspec)
{
	struct spec *s = *pspec;

	*pspec = NULL;
	if (s == NULL)
		return;
	free(s->path);
	argline_free(&s->args);
	argline_free(&s->env);
	free(s);
}

/* ---- one probe ---- */

static void
hang_up(struct probe *p)
{
	program_stop(&p->program);
	free(p->argv);
	free(p->envp);
	p->argv = p->envp = NULL;
}

static const struct attempt_kind kind = {
	.size = sizeof(struct probe),
	.hang_up = hang_up,
};

static void
make_texts(struct probe *p, const struct addrport *to)
{
	(void)addr_format(&to->addr, p->address);
	(void)snprintf(p->port, sizeof(p->port), "%u", (unsigned)to->port);
	(void)snprintf(p->env_address, sizeof(p->env_address), "NODE_IP=%s",
	    p->address);
	(void)snprintf(p->env_port, sizeof(p->env_port), "NODE_PORT=%s",
	    p->port);
}

/* Arrays of borrowed texts. */
static void
make_vectors(struct probe *p, const struct spec *s)
{
	p->argv = mem_zalloc(ARG_FIRST + s->arg_count + 1, sizeof(char *));
	p->envp = mem_zalloc(ENV_FIRST + s->env_count + 1, sizeof(char *));
	p->argv[ARG_PATH] = s->path;
	p->argv[ARG_ADDRESS] = p->address;
	p->argv[ARG_PORT] = p->port;
	for (size_t i = 0; i < s->arg_count; i++)
		p->argv[ARG_FIRST + i] = s->args[i];
	p->envp[ENV_ADDRESS] = p->env_address;
	p->envp[ENV_PORT] = p->env_port;
	for (size_t i = 0; i < s->env_count; i++)
		p->envp[ENV_FIRST + i] = s->env[i];
}

static void
on_news(void *arg, const struct program_news *news)
{
	struct probe *p = arg;
	struct probe_result r = { .outcome = PROBE_DOWN,
	    .code = PROBE_EXITED, .status = news->status };

	if (news->event != PROGRAM_STARTED)
		p->program = NULL;
	switch (news->event) {
	case PROGRAM_STARTED:
		p->attempt.sys_errno = 0;
		return;
	case PROGRAM_FAILED:
		r = (struct probe_result){ .outcome = PROBE_ABSTAIN,
		    .code = PROBE_LOCAL, .sys_errno = news->sys_errno };
		break;
	case PROGRAM_SPOKE:
		r.outcome = PROBE_UP;
		r.code = PROBE_OK;
		break;
	case PROGRAM_KILLED:
		r.code = PROBE_KILLED;
		break;
	case PROGRAM_EXITED:
		break;
	}
	attempt_end(&p->attempt, &r);
}

static struct program *
run(struct probe *p, const struct spec *s)
{
	struct engine *en = p->attempt.job.engine;
	struct program_order order = { .path = s->path, .fn = on_news,
	    .arg = p };

	errno = s->path == NULL ? ENOENT : !spawn_may() ? EPERM :
	    programfile_check(s->path, NULL);
	if (errno != 0)
		return NULL;
	make_texts(p, &p->attempt.job.to);
	make_vectors(p, s);
	order.argv = p->argv;
	order.envp = p->envp;
	return program_start(en->programs, &order);
}

/* While it waits for its turn the end of its time is our fault, too. */
static struct probe *
start(const struct probe_job *job)
{
	struct engine *en = job->engine;
	struct probe *p = attempt_start(&en->stock, job);

	p->program = run(p, job->spec);
	if (p->program == NULL)
		attempt_abstain_for(&p->attempt, spawn_may() ? PROBE_LOCAL :
		    PROBE_USER, errno);
	else if (program_waits(p->program))
		p->attempt.sys_errno = EAGAIN;
	return p;
}

static void *
engine_new(struct loop *l, struct err *e)
{
	struct engine *en = mem_zalloc(1, sizeof(*en));

	attempt_stock_init(&en->stock, &kind);
	en->programs = program_all_new(l, PROGRAM_LIMIT, e);
	if (en->programs == NULL) {
		free(en);
		return NULL;
	}
	return en;
}

static void
engine_free(void **pengine)
{
	struct engine *en = *pengine;

	*pengine = NULL;
	if (en == NULL)
		return;
	attempt_stock_fini(&en->stock);
	program_all_free(&en->programs);
	free(en);
}

const struct probe_type probe_external_type = {
	.object = &monitor_external_type,
	.engine_new = engine_new,
	.engine_free = engine_free,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = start,
	.stop = attempt_stop,
};
