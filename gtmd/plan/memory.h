/* gtmd/plan/memory.h - what is known survives a restart.
 *
 * The last states of all monitored places and the members that manual-resume
 * holds down are kept in DIR/memory, so that a restarted daemon answers as it
 * did before the first probe has come back. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_MEMORY_H
#define GTMD_PLAN_MEMORY_H

#include <stddef.h>

struct err;
struct loop;
struct memory;
struct plan;
struct sched;
struct strbuf;

/* loop and sched are borrowed for the memory's life; it starts empty. */
struct memory *memory_new(const char *dir, struct loop *loop,
    struct sched *sched);
/* Forgets to save: say memory_save before. */
void memory_free(struct memory **pm);

/*
 * memory_recall - tell monitors and plan what is remembered.
 *
 * After plan_new and before the first load. A file that is missing is no news;
 * a damaged one is a warning in the log, and all starts unknown. plan is
 * borrowed from here on, for what is saved.
 */
void memory_recall(struct memory *m, struct plan *plan);

/* Something has changed: it will be saved, once for all changes of a second
 * (or longer, where saving itself takes long). For plan_config.changed. */
void memory_note(void *memory);

/* What would be saved, as text; and what another process knows by now, which
 * counts from here on. ret 0, or ERR_PARSE with nothing told. */
void memory_tell(const struct memory *m, struct strbuf *text);
int memory_hear(struct memory *m, const char *text, size_t len,
    struct err *e);

/* The file is another process's from here on: nothing is saved. */
void memory_leave(struct memory *m);

/* Saves now: at the end, while plan and watches still stand. ret 0, or the
 * code of why not. */
int memory_save(struct memory *m, struct err *e);

#endif
