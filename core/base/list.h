/* core/base/list.h - intrusive doubly linked list; the head is a node too.
 * Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_LIST_H
#define CORE_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next, *prev;
};

static inline void
list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool
list_empty(const struct list *l)
{
	return l->next == l;
}

static inline void
list_append(struct list *head, struct list *n)
{
	n->prev = head->prev;
	n->next = head;
	head->prev->next = n;
	head->prev = n;
}

/* Harmless on a node that was initialised and is in no list. */
static inline void
list_remove(struct list *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	list_init(n);
}

/* Walks the nodes; the body may remove the node it is at. */
#define LIST_EACH(head, it)						\
	for (struct list *it = (head)->next, *it##_next = it->next;	\
	    it != (head); it = it##_next, it##_next = it->next)

#endif
