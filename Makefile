# Bowline. `make` alone prints this help.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

GO_SOURCES := $(shell find . -name '*.go' -not -path './web/node_modules/*' 2>/dev/null)
GO_EMBEDS := $(shell find internal -type f -not -name '*.go' -not -path '*/testdata/*' -not -path '*/node_modules/*' 2>/dev/null)
WEB_SOURCES := $(shell find web -type f \( -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.mjs' -o -name 'package*.json' \) -not -path '*/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)
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
test: require test-tools build e2e/node_modules/.package-lock.json ## Install what the tests need and run all of them
	scripts/test.sh

.PHONY: check
check: test ## Exactly what CI runs

.PHONY: test-tools
test-tools:
	@scripts/test-tools.sh

e2e/node_modules/.package-lock.json: e2e/package.json e2e/package-lock.json | require
	PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix e2e ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: bench
bench: require test-tools build ## Measure, each figure beside the machine's own floor
	scripts/bench.sh

.PHONY: lint
lint: web/dist/manifest.json ## Run the linters
	go tool -modfile=tools/go.mod golangci-lint run ./...

.PHONY: screenshots
screenshots: require test-tools build e2e/node_modules/.package-lock.json ## Take the README's screenshots anew
	node e2e/screenshots.mjs

.PHONY: clean
clean: ## Remove what was built (the data directory stays)
	rm -rf bin web/dist/assets web/dist/manifest.json web/node_modules
