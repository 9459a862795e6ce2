# The commands of the project. `make test` is the one that has to pass.

GO      ?= go
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)
FUZZTIME ?= 30s

.PHONY: build test run raced sessions whole full check cross bench match fuzz soak
.NOTPARALLEL: # each step uses all of the machine

build: ## the program, without cgo, into ./dossier
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' ./cmd/dossier

test: ## everything that must hold, to its end where something fails: installs what is missing, starts its own servers, stops them
	scripts/needs
	scripts/with-servers $(MAKE) --no-print-directory --keep-going check cross run

# What takes too long at full size under the race detector is run a second time without it, and the program as a whole, which is
# killed and driven over servers, is run without it, but for three journeys. SQLite, a C library that was
# turned into Go, is left as it is by the detector: it would run four times slower, and only its callers are ours.
RACE := -race '-gcflags=modernc.org/...=-race=false -d=checkptr=0'

run: raced sessions whole full

raced:
	CGO_ENABLED=1 $(GO) test $(RACE) -timeout 60m $$($(GO) list ./... | grep -v '/cmd/dossier$$')

sessions:
	CGO_ENABLED=1 $(GO) test $(RACE) -timeout 30m -run 'TestScripts/(act|batch|letter)$$' ./cmd/dossier

whole:
	$(GO) test -timeout 30m ./cmd/dossier

full:
	$(GO) test -timeout 30m ./connectors/sqldb ./connectors/access ./connectors/sheet ./internal/jet ./locate/evaluate

check: ## format, vet, staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

cross: ## the program for other systems
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) build -o /dev/null ./cmd/dossier
	CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 $(GO) build -o /dev/null ./cmd/dossier

match: ## how well matching tells people apart, on three estates of ten thousand people: takes half an hour
	DOSSIER_MATCH=full $(GO) test -count 1 -v -timeout 6h -run 'TestEstate|TestLabelledPeople' ./locate/evaluate

bench: ## speeds, as ratios to a peer in the same run
	scripts/needs
	scripts/with-servers $(GO) test -run '^$$' -bench . -timeout 60m ./...

fuzz: ## every fuzz test for FUZZTIME
	scripts/fuzz $(FUZZTIME)

KILLS ?= 1000
soak: ## kills the program KILLS times at any instant, over every kind of system, and lets it go on
	scripts/needs
	DOSSIER_SOAK=$(KILLS) scripts/with-servers $(GO) test -run '^TestSoak$$' -v -count 1 -timeout 120m ./cmd/dossier
