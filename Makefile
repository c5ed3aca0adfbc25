# bujiao (补缴). `make help` lists what there is.
GO      ?= go
OUT     ?= build
# Random tests repeat the same draws in make test, so that a red run means a
# change; make soak draws anew (or give SEED).
SEED    ?= 20261123
export CGO_ENABLED ?= 0

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: tools
tools: # says plainly what is missing; only Go, git and make are needed
	@command -v $(GO) >/dev/null || { echo "Go 1.26 or newer is needed: install it from Debian or go.dev, then run this again."; exit 1; }

.PHONY: clamd
clamd: # a test starts a scanner of its own; installs Debian's where it is missing
	@./test/clamd

.PHONY: postgres
postgres: # tests start servers of their own; installs Debian's binaries where they are missing
	@./test/postgres

.PHONY: papers
papers: # the font that papers are printed with, and poppler, which reads them in tests
	@./test/papers

.PHONY: build
build: tools ## the program, in build/
	@mkdir -p $(OUT)
	$(GO) build -trimpath -o $(OUT)/bujiao ./cmd/bujiao

.PHONY: dex
dex: $(OUT)/dex ## the OIDC server of the login tests, built from its module (minutes)
$(OUT)/dex: tools/dex/go.mod tools/dex/go.sum
	@mkdir -p $(OUT)
	$(GO) build -C tools/dex -trimpath -o $(abspath $(OUT))/dex github.com/dexidp/dex/cmd/dex

.PHONY: demo
demo: build ## the main job on the shipped sample, and an office on a simulated town; see what it prints
	@./demo/run $(OUT)

.PHONY: demo-stop
demo-stop: ## ends the demo's server
	@./demo/stop $(OUT)

.PHONY: test
test: tools postgres clamd papers compiler $(OUT)/dex ## every test: vet, format, packs, unit, property, fuzz and races (short), scripts
	@bad=$$(gofmt -l cmd internal packs demo test); test -z "$$bad" || { echo "gofmt would change: $$bad"; exit 1; }
	$(GO) vet ./...
	$(GO) build -mod=readonly ./...
	BUJIAO_SEED=$(SEED) $(GO) test -timeout 20m ./...
	$(GO) run ./cmd/bujiao pack lint --lang en
	$(GO) run ./cmd/bujiao pack test --lang en
	./test/fuzz 5s
	CGO_ENABLED=1 $(GO) test -race -run AtOnce $(AT_ONCE)
	@echo "all tests passed"

# Short tests of what is asked at the same moment are named ...AtOnce: SQLite is
# about fifty times slower under the race detector.
AT_ONCE = ./internal/collection ./internal/declaration ./internal/httpapi ./internal/inquiry ./internal/login ./internal/office ./internal/receipt ./internal/town ./internal/vault ./internal/webhook

.PHONY: compiler
compiler: # the race detector needs one for C; installs Debian's where it is missing
	@./test/compiler

.PHONY: race
race: tools compiler postgres ## the race detector on all that runs at once (minutes)
	CGO_ENABLED=1 $(GO) test -race ./internal/bulk ./internal/law ./internal/worker
	CGO_ENABLED=1 $(GO) test -race -run AtOnce $(AT_ONCE) ./test/crash
	CGO_ENABLED=1 $(GO) test -race -run '/(races|jobs|sessions)|/registry/(many|an_employer_is_locked)|/collection/locked|/ledger/(closing|eight|two|many)' ./internal/store/postgres
	CGO_ENABLED=1 $(GO) test -race -run '/(races|jobs|sessions)|/ledger/(closing|eight|two)' ./internal/store/sqlite
	CGO_ENABLED=1 $(GO) test -race -run 'ServeStops|Online' ./cmd/bujiao ./internal/httpapi ./internal/store/backup

.PHONY: generate
generate: tools ## what is made from the code: docs/openapi.json, the client of the API, docs/cases
	$(GO) test ./internal/casework -run TestDocsAreCurrent -count 1 -update
	$(GO) test ./internal/httpapi -run TestDescriptionIsCurrent -count 1 -update
	$(GO) tool -modfile=tools/openapi/go.mod oapi-codegen --config tools/openapi/client.yaml docs/openapi.json
	sha256sum docs/openapi.json tools/openapi/client.yaml internal/apiclient/client.gen.go > internal/apiclient/sums

.PHONY: soak
soak: tools postgres ## the long forms: 100 crashes an engine, ten years of 2,000 persons and of 200 cases a kind, 200,000 oracle lines, fuzz 60 s a target
	BUJIAO_CRASHES=100 $(GO) test -timeout 60m -v -count 1 ./test/crash
	BUJIAO_TOWN_CASES=0 BUJIAO_TOWN_PERSONS=2000 BUJIAO_TOWN_YEARS=10 $(GO) test -timeout 120m -v -count 1 -run SameSeed ./internal/town
	BUJIAO_TOWN_CASES=200 BUJIAO_TOWN_YEARS=10 $(GO) test -timeout 180m -v -count 1 -run SameSeed ./internal/town
	BUJIAO_SEED=$$(date +%s) BUJIAO_ORACLE_LINES=200000 $(GO) test -timeout 60m -v -run TestRandomLines ./internal/oracle
	BUJIAO_INTAKE_ROWS=40000000 $(GO) test -timeout 60m -v -run WithinMemory ./internal/intake
	./test/fuzz 60s

.PHONY: bench
bench: tools ## benchmarks, each beside a bare baseline in the same run
	$(GO) test -run '^$$' -bench '^BenchmarkBulk$$' -benchtime 1x -count 1 ./internal/bulk
	$(GO) test -run '^$$' -bench . -benchtime 5x ./internal/intake
	$(GO) test -run '^$$' -bench . ./internal/receipt
	$(GO) test -run '^$$' -bench '^BenchmarkImport$$' -benchtime 1x -timeout 60m ./internal/office # BUJIAO_BENCH_LINES=1000000 for the whole
	$(GO) test -run '^$$' -bench '^BenchmarkCases$$' -benchtime 1x -timeout 60m ./internal/office # BUJIAO_BENCH_CASES=1000000 for the whole
	$(GO) test -run '^$$' -bench '^BenchmarkPosting$$' -benchtime 1x ./internal/ledger
	$(GO) test -run '^$$' -bench '^BenchmarkSweep$$' -benchtime 1x ./internal/arrears
	$(GO) test -run '^$$' -bench BenchmarkQuote -benchtime 50x ./internal/httpapi
	$(GO) test -run '^$$' -bench . -benchtime 3x ./internal/store/backup
	$(GO) test -run '^$$' -bench BenchmarkProof -benchtime 1x -timeout 120m ./internal/proof # BUJIAO_BENCH_MONTHS=1000000 for the whole

.PHONY: lint
lint: tools ## golangci-lint, built from its module the first time (minutes)
	$(GO) tool -modfile=tools/go.mod golangci-lint run ./...

.PHONY: clean
clean: ## removes build/
	rm -rf $(OUT)
