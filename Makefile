# newton-cg: every job of the house by one word. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help deps build run test quick sanitize bench scaling format lint docs info clean
MAKEFLAGS += --no-print-directory

help:     ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps:     ## install what is missing, or say what to install
	@scripts/deps.sh

build: deps  ## the program, optimised: .build/release/newton-cg
	@scripts/build.sh

run: build  ## train a small CNN on Fashion-MNIST on two ranks (a few minutes)
	@scripts/run.sh

test: build  ## all tests: serial, under mpirun with 1 to 4 ranks, in a SLURM of its own (as root); or FILTER=…
	@scripts/deps.sh tests
	@scripts/test.sh $(if $(FILTER),--filter '$(FILTER)')

quick: build  ## the tests that start no other program, under a minute once they are built
	@scripts/test.sh --skip ProductCommandTests \
		--filter '^(HDF5|Data|Kernel|Optimizer|Configuration|Network|Check)Tests\.'

sanitize: ## the C code under the sanitizers of addresses, leaks, undefined behaviour and data races (two minutes)
	@scripts/sanitize.sh

bench: build  ## the speed of curvature products, and of five Newton steps on 1 and on 2 ranks
	@scripts/bench.sh

scaling: build  ## how training scales over the cores of this machine, and the report: runs/scaling-here-report (8 minutes)
	@scripts/scaling.sh

format:   ## format the Swift sources in place
	@swift format --in-place --parallel --recursive Sources Tests Snippets Examples/*/Sources Package.swift

lint:     ## check the format of the Swift sources
	@swift format lint --strict --parallel --recursive Sources Tests Snippets Examples/*/Sources Package.swift

docs: deps  ## the API documentation as a website: .build/docs
	@scripts/docs.sh

info:     ## what was found on this machine
	@scripts/info.sh

clean:    ## delete what was built (data files and runs stay)
	@rm -rf .build
