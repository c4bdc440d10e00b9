# The short way to everything. Each target says what it runs; the work is in CMake and tools/.

BUILD := build/release
JOBS ?= $(shell nproc)

.DEFAULT_GOAL := build
.PHONY: build setup configure demo test bench bench-serve bench-overload bench-station fuzz format lint docs clean help

## build (default): build/release/sluice
build: configure
	cmake --build $(BUILD) --parallel $(JOBS) --target sluice

## setup: Debian packages and ONNX Runtime, where missing
setup:
	@tools/setup

configure: setup
	@[ -f $(BUILD)/build.ninja ] || cmake --preset release

## demo: real networks on real images, overloaded, and a station that inspects labels
demo: build
	tools/fetch-demo
	tools/make-labels
	tools/demo

## test: every test, on the release build; those of servers that cannot be fetched are skipped
test: configure
	-tools/fetch-servers
	cmake --build $(BUILD) --parallel $(JOBS)
	ctest --preset release --parallel $(JOBS)

## bench: every benchmark, on the release build
bench: configure
	cmake --build $(BUILD) --parallel $(JOBS) --target benchmarks
	tools/bench

## bench-serve: the protocols against echoes, nginx, an empty gRPC service, and Python servers
bench-serve: configure
	cmake --build $(BUILD) --parallel $(JOBS) --target sluice tcp_bench rest_bench grpc_bench
	tools/bench-serve --build $(BUILD)

## bench-overload: a daemon with a real model under four times what it can do
bench-overload: build
	tools/fetch-demo
	tools/bench-overload --build $(BUILD)

## bench-station: what a station costs above its models
bench-station: build
	tools/fetch-demo
	tools/make-labels
	tools/bench-station --build $(BUILD)

## fuzz: every fuzz target for a minute, under the sanitizers
fuzz: setup
	tools/fuzz -max_total_time=60

## format: clang-format on the whole tree
format: setup
	tools/check-format --fix

## lint: format, module map, words, headers, scripts, clang-tidy
lint: setup
	tools/lint

## docs: regenerate docs/reference/ from the program
docs: build
	tools/check-docs --update

## clean: remove build/
clean:
	rm -rf build

## help: this list
help:
	@sed -n 's/^## //p' Makefile
