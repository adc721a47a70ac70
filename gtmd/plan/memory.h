/* gtmd/plan/memory.h - what is known survives a restart.
 *
 * The last states of all monitored places stand in DIR/states, written where
 * they change (monitors/lastknown.h); the members that manual-resume holds down
 * in DIR/memory, written a second after. So a restarted daemon answers as it did
 * before the first probe has come back. Control loop. Layer: gtmd.
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
/* Forgets to save holds: say memory_save before. The states stay as they are
 * in the file, whatever leaves after it. */
void memory_free(struct memory **pm);

/*
 * memory_recall - tell monitors and plan what is remembered.
 *
 * After plan_new and before the first load. A file that is missing is no news;
 * of a damaged one the log tells, and what it does not say is unknown. plan is
 * borrowed from here on, for what is saved.
 */
void memory_recall(struct memory *m, struct plan *plan);

/* The files are this process's from here on: states are kept. Before the first
 * load, or after it where another process had them till now. */
void memory_own(struct memory *m);
/* The first load is through: what is in the file of states and nobody has is
 * forgotten. */
void memory_settle(struct memory *m);

/* What is held has changed: it will be saved, once for all changes of a second
 * (or longer, where saving itself takes long). For plan_config.changed. */
void memory_note(void *memory);

/* What would be saved, as text; and what another process knows by now, which
 * counts from here on. ret 0, or ERR_PARSE with nothing told. */
void memory_tell(const struct memory *m, struct strbuf *text);
int memory_hear(struct memory *m, const char *text, size_t len,
    struct err *e);

/* The files are another process's from here on: nothing is saved. */
void memory_leave(struct memory *m);

/* Saves holds now: at the end, while plan and watches still stand. ret 0, or the
 * code of why not. */
int memory_save(struct memory *m, struct err *e);

#endif
