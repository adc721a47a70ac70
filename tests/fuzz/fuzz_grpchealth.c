/* tests/fuzz/fuzz_grpchealth.c - whatever a server answers to a health call, as its
 * message and as a line of its trailers. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "monitors/grpchealth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len + 1);
	int health = -1, status = -2;

	assert(copy != NULL);
	memcpy(copy + 1, data, len);
	if (grpchealth_read(copy + 1, len, &health))
		assert(len >= 5 && health >= 0);
	else
		assert(health == -1 || len >= 5);
	assert(grpchealth_name(health) != NULL);
	if (grpchealth_status((const char *)copy + 1, len, &status))
		assert(status >= -1 && status <= 999);
	else
		assert(status == -2);
	(void)grpchealth_code_name(status);
	free(copy);
	return 0;
}
