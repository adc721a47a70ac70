# Global traffic manager: the whole build. "make help" lists the targets.
#
# One make reads the whole tree. Each folder of the layer table becomes one
# static archive; tests and programs link the archives of their own layer and
# of the layers below it. V=clang|asan|tsan|fuzz|cov builds a variant beside
# the others: build/ is the release, build/asan/ the address sanitizer, ...
# SPDX-License-Identifier: Apache-2.0

V	?=
PREFIX	?= /usr/local
FUZZ_S	?= 30
B	:= build$(if $V,/$V)
.DEFAULT_GOAL := all

# Programs: name of the binary, colon, the file that holds its main().
PROGRAMS := gtmd:gtmd/main.c gtm-refman:gtmd/refman_main.c

include tests/lint/layers.mk

# --- tools and flags --------------------------------------------------------

CC	:= $(if $(filter clang fuzz,$V),clang,gcc)
OPT	:= -O2 -g
ifeq ($V,asan)
OPT	:= -O1 -g
SAN	:= -fsanitize=address,undefined -fno-sanitize-recover=all
else ifeq ($V,tsan)
OPT	:= -O1 -g
SAN	:= -fsanitize=thread
else ifeq ($V,fuzz)
OPT	:= -O1 -g
SAN	:= -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
else ifeq ($V,cov)
OPT	:= -O0 -g
SAN	:= --coverage
endif

PKGS	:= libuv liburcu-qsbr jansson ldns libcurl openssl
WARN	:= -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes \
	   -Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	   -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 \
	   -Wswitch-enum -Wconversion -Wno-sign-conversion
HARD	:= -fPIE -fstack-protector-strong -ftrivial-auto-var-init=zero \
	   -fno-omit-frame-pointer
# Clang 14 and 15 want to be told that zero is meant.
ifneq ($(filter clang-14 clang-15,$(CC)-$(shell $(CC) -dumpversion | cut -d. -f1)),)
HARD	+= -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang
endif
# Fortified calls hide from the sanitizers, and need an optimiser.
FORTIFY	:= $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
# Foreign headers are system headers: they need not meet our warnings.
CPPFLAGS := -I. -D_GNU_SOURCE $(FORTIFY) \
	   $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
CFLAGS	:= -std=c17 $(OPT) $(WARN) $(HARD) $(SAN) -pthread
LDFLAGS	:= -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SAN) -pthread
LDLIBS	:= $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm
COMPILE	 = $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
LINK	 = $(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS)

# --- what there is to build -------------------------------------------------

DIRS	:= $(wildcard $(patsubst may.%,%,$(filter may.%,$(.VARIABLES))))
ALL_SRC	:= $(wildcard $(DIRS:=/*.c))
MAINS	:= $(filter %/main.c %_main.c,$(ALL_SRC))
HEADERS	:= $(wildcard $(DIRS:=/*.h))
BINS	:= $(foreach p,$(PROGRAMS),$(if $(wildcard $(lastword $(subst :, ,$p))),\
	   $B/bin/$(firstword $(subst :, ,$p))))
UNITS	:= $(patsubst %.c,$B/%,$(wildcard $(DIRS:%=tests/unit/%/test_*.c)))
FUZZERS	:= $(patsubst %.c,$B/%,$(wildcard tests/fuzz/fuzz_*.c))
BENCHES	:= $(patsubst %.c,$B/%,$(wildcard tests/bench/*.c))
SCENES	:= $(wildcard tests/func/scene_*.py)

objects	 = $(patsubst %.c,$B/obj/%.o,$1)
archive	 = $B/lib/$(subst /,-,$1).a
archives = $(foreach d,$(filter $(DIRS),$1 $(may.$1)),$(call archive,$d))
# Above all layers: fuzz targets and load generators may use any of them.
EVERY	:= $(call archives,gtmd)

all: $(foreach d,$(DIRS),$(call archive,$d)) $(BINS) ## build archives and programs

$B/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(COMPILE)

define folder
$(call archive,$1): $(call objects,$(filter-out $(MAINS),$(wildcard $1/*.c)))
	@mkdir -p $$(@D)
	@rm -f $$@
	$(AR) rcs $$@ $$^

$(filter $B/tests/unit/$1/test_%,$(UNITS)): LDLIBS += -lcmocka
$(patsubst %.c,$B/%,$(wildcard tests/unit/$1/test_*.c)): \
    $B/%: $B/obj/%.o $(call archives,$1)
	@mkdir -p $$(@D)
	$$(LINK)
endef
$(foreach d,$(DIRS),$(eval $(call folder,$d)))

define program
$B/bin/$1: $(call objects,$2) $(call archives,$(patsubst %/,%,$(dir $2)))
	@mkdir -p $$(@D)
	$$(LINK)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(firstword \
    $(subst :, ,$p)),$(lastword $(subst :, ,$p)))))

# With V=fuzz libFuzzer brings main(); otherwise replay.c feeds it the corpus.
$(FUZZERS): LDFLAGS += $(if $(filter fuzz,$V),-fsanitize=fuzzer)
$(FUZZERS): $B/%: $B/obj/%.o $(EVERY) \
    $(if $(filter fuzz,$V),,$B/obj/tests/fuzz/replay.o)
	@mkdir -p $(@D)
	$(LINK)

$(BENCHES): $B/%: $B/obj/%.o $(EVERY)
	@mkdir -p $(@D)
	$(LINK)

# Sanitizers stop at the first finding, with a stack.
export ASAN_OPTIONS := detect_leaks=1:strict_string_checks=1
export UBSAN_OPTIONS := print_stacktrace=1
export TSAN_OPTIONS := halt_on_error=1

unit: $(UNITS) ## build and run the unit tests
	@set -e; for t in $(UNITS); do echo "# $$t"; $$t; done

clean: ## remove everything that was built
	rm -rf build

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z].*:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

-include $(shell find $B/obj -name '*.d' 2>/dev/null)
.PHONY: all unit clean help
.SECONDARY:
