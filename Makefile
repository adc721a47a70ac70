# Build of the global traffic manager: one make, no recursion.

V	?=
B	:= build$(if $(V),/$(V))

CC	:= gcc
OPT	:= -O2 -g
SAN	:=
ifeq ($(V),clang)
CC	:= clang
else ifeq ($(V),asan)
OPT	:= -O1 -g
SAN	:= -fsanitize=address,undefined -fno-sanitize-recover=all
else ifeq ($(V),tsan)
OPT	:= -O1 -g
SAN	:= -fsanitize=thread
endif

PKGS	:= libuv liburcu-qsbr jansson ldns libcurl openssl
WARN	:= -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes \
	   -Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	   -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 \
	   -Wswitch-enum -Wconversion -Wno-sign-conversion
HARD	:= -fPIE -fstack-protector-strong -ftrivial-auto-var-init=zero \
	   -fno-omit-frame-pointer
CPPFLAGS := -I. -D_GNU_SOURCE $(if $(filter -O1 -O2 -O3,$(OPT)),-D_FORTIFY_SOURCE=2) \
	   $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS)))
CFLAGS	:= -std=c17 $(OPT) $(WARN) $(HARD) $(SAN) -pthread
LDFLAGS	:= -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SAN) -pthread
LDLIBS	:= $(shell pkg-config --libs $(PKGS)) -lm

# Each folder is its own archive; the order is the link order, upper first.
DIRS	:= $(wildcard gtmd gtmd/types monitors zones core/model core/io core/wire core/base)
ARCH	:= $(foreach d,$(DIRS),$(B)/lib/$(subst /,-,$d).a)
srcs	 = $(filter-out %/main.c %_main.c,$(wildcard $1/*.c))

all: $(ARCH)

define archive
$(B)/lib/$(subst /,-,$1).a: $(patsubst %.c,$(B)/obj/%.o,$(call srcs,$1))
	@mkdir -p $$(@D); rm -f $$@; $(AR) rcs $$@ $$^
endef
$(foreach d,$(DIRS),$(eval $(call archive,$d)))

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# tests/unit mirrors the tree: tests/unit/core/base/test_err.c
UNITS	:= $(patsubst %.c,$(B)/%,$(shell find tests/unit -name 'test_*.c'))
$(B)/tests/unit/%: $(B)/obj/tests/unit/%.o $(ARCH)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $< -Wl,--start-group $(ARCH) -Wl,--end-group $(LDLIBS) -lcmocka

unit: $(UNITS)
	@set -e; for t in $(UNITS); do echo "# $$t"; $$t; done

clean:
	rm -rf build

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
.PHONY: all unit clean
.SECONDARY:
