/* core/rest/restresponse.c - see restresponse.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restresponse.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/reststream.h"

#define BLOCK	(32 * 1024)	/* of a streamed body */

static ssize_t
on_read(void *arg, uint64_t pos, char *to, size_t max)
{
	size_t n = reststream_read(arg, to, max);

	(void)pos;
	return n > 0 ? (ssize_t)n : MHD_CONTENT_READER_END_OF_STREAM;
}

static void
on_stream_end(void *arg)
{
	struct reststream *s = arg;

	reststream_close(&s);
}

static struct MHD_Response *
make_stream(struct restreply *r)
{
	struct reststream *s = reststream_open(r);
	struct MHD_Response *m;

	m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_read,
	    s, on_stream_end);
	if (m == NULL)
		reststream_close(&s);
	return m;
}

static struct MHD_Response *
make_body(const struct restreply *r)
{
	char *text = r->body != NULL ? json_line(r->body) : mem_strdup("");
	struct MHD_Response *m;

	m = MHD_create_response_from_buffer(strlen(text), text,
	    MHD_RESPMEM_MUST_FREE);
	if (m == NULL)
		free(text);
	return m;
}

struct MHD_Response *
restresponse_make(struct restreply *r, bool last)
{
	struct MHD_Response *m = r->stream.more != NULL ? make_stream(r) :
	    make_body(r);

	if (m == NULL)
		return NULL;
	(void)MHD_add_response_header(m, "Content-Type", r->type != NULL ?
	    r->type : "application/json; charset=UTF-8");
	(void)MHD_add_response_header(m, "Cache-Control", "no-store");
	if (*r->etag != '\0')
		(void)MHD_add_response_header(m, "ETag", r->etag);
	if (r->status == 405)
		(void)MHD_add_response_header(m, "Allow",
		    "GET, POST, PATCH, PUT, DELETE");
	if (last)
		(void)MHD_add_response_header(m, "Connection", "close");
	return m;
}
