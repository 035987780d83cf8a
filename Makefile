# Bowline. `make` alone prints this help.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

GO_SOURCES := $(shell find . -name '*.go' -not -path '*/node_modules/*' 2>/dev/null)
GO_EMBEDS := $(shell find internal -type f -not -name '*.go' -not -path '*/testdata/*' -not -path '*/node_modules/*' 2>/dev/null)
WEB_SOURCES := $(shell find web -type f \( -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.mjs' -o -name 'package*.json' \) -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
PACKAGE_SOURCES := $(shell find web/packages -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
# The examples that are built; the others are served as they are.
EXAMPLES := react next vue svelte angular
EXAMPLE_SOURCES := $(shell find $(EXAMPLES:%=examples/%) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/out/*' -not -path '*/.*/*' 2>/dev/null)
export NEXT_TELEMETRY_DISABLED := 1
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

.PHONY: help
help: ## Print this help
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Use it

.PHONY: run
run: build ## Build everything and start Bowline on http://127.0.0.1:8080
	bin/bowline serve

.PHONY: build
build: bin/bowline ## Build bin/bowline, front end included

bin/bowline: web/dist/manifest.json $(GO_SOURCES) $(GO_EMBEDS) go.mod go.sum | require
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/bowline

web/dist/manifest.json: web/node_modules/.package-lock.json $(WEB_SOURCES)
	npm --prefix web run --silent build

web/node_modules/.package-lock.json: web/package.json web/package-lock.json | require
	npm --prefix web ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: require
require:
	@scripts/require.sh

##@ Work on it

.PHONY: test
test: require test-tools build examples e2e/node_modules/.package-lock.json ## Install what the tests need and run all of them
	scripts/test.sh

.PHONY: check
check: test ## Exactly what CI runs

.PHONY: test-tools
test-tools:
	@scripts/test-tools.sh

e2e/node_modules/.package-lock.json: e2e/package.json e2e/package-lock.json | require
	PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix e2e ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: examples
examples: $(EXAMPLES:%=examples/%/node_modules/.built) ## Build the pages of examples/

examples/%/node_modules/.built: examples/%/node_modules/.package-lock.json $(EXAMPLE_SOURCES)
	npm --prefix examples/$* run --silent build
	@touch $@

.SECONDARY: $(EXAMPLES:%=examples/%/node_modules/.package-lock.json)
# Each has copies of the packages that it uses, as a registry would give them.
examples/%/node_modules/.package-lock.json: examples/%/package.json examples/%/package-lock.json $(PACKAGE_SOURCES) | web/dist/manifest.json
	npm --prefix examples/$* ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: bench
bench: require test-tools build ## Measure, each figure beside the machine's own floor
	scripts/bench.sh

.PHONY: race
race: require test-tools ## Refresh tokens 10,000 times in processes that are killed
	scripts/race.sh

.PHONY: lint
lint: web/dist/manifest.json ## Run the linters
	go tool -modfile=tools/go.mod golangci-lint run ./...

.PHONY: screenshots
screenshots: require test-tools build e2e/node_modules/.package-lock.json ## Take the README's screenshots anew
	node e2e/screenshots.mjs

.PHONY: clean
clean: ## Remove what was built (the data directory stays)
	rm -rf bin web/dist/assets web/dist/sdk web/dist/manifest.json web/packages/*/dist web/node_modules
	rm -rf $(foreach name,$(EXAMPLES),$(addprefix examples/$(name)/,dist out .next .angular node_modules))
