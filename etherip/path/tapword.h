/* etherip/path/tapword.h - what an etheripd and a process that holds its TAPs (tapholder.h) say
 * to each other, by messages of core/io/parcel.h. Both are of one machine, but one may be of
 * another version: then neither understands a word. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_TAPWORD_H
#define ETHERIP_PATH_TAPWORD_H

#include <stdint.h>

#define TAPWORD_MAGIC	0x74617068u
#define TAPWORD_VERSION	1u
#define TAPWORD_NAME	16u	/* IFNAMSIZ */

enum tapword_kind {
	/* of the daemon that started the holder */
	TAPWORD_KEEP = 1,	/* name, and its descriptor: in the place of one of that name */
	TAPWORD_DROP,		/* name */
	TAPWORD_GRACE,		/* value: seconds to hold on after the daemon's end */
	TAPWORD_LISTEN,		/* a socket: who comes there is answered */
	/* of who comes */
	TAPWORD_GIVE,		/* duplicates of all, please */
	TAPWORD_END,		/* let go of all; the connection ends with the process */
	/* of the holder, to who comes */
	TAPWORD_HELD,		/* name, and its descriptor */
	TAPWORD_DONE		/* that were all */
};

struct tapword {
	uint32_t magic;
	uint16_t version;
	uint16_t kind;		/* enum tapword_kind */
	uint32_t value;
	char	 name[TAPWORD_NAME];	/* NUL behind it */
};

#endif
