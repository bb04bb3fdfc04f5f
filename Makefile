# What a developer, an operator and CI run. `make check` is what CI calls.

URL ?= http://127.0.0.1:5080
SERVICE = artifacts/closeddoor/ClosedDoor.dll
TESTS = dotnet test --project tests/ClosedDoor.Tests --no-build --no-progress
# What the tests end is never the machine: their throw-away PostgreSQL need not wait for the disk.
POSTGRES_TESTS = CLOSEDDOOR_TEST_POSTGRES_OPTIONS='-c fsync=off -c full_page_writes=off' tests/with-postgres.sh $(TESTS)
BENCH = tests/ClosedDoor.Benchmarks/bin/Release/net10.0/ClosedDoor.Benchmarks.dll
SANDBOX = tests/ClosedDoor.StripeSandbox/bin/Debug/net10.0/ClosedDoor.StripeSandbox.dll
DEMO = tests/ClosedDoor.Demo/bin/Debug/net10.0/ClosedDoor.Demo.dll
CHAOS = tests/ClosedDoor.Chaos/bin/Debug/net10.0/ClosedDoor.Chaos.dll
# Which service is run by what has to be built: that of the last build.
BUILT = src/ClosedDoor/bin/Debug/net10.0/ClosedDoor.dll
POSTGRES_SERVER = $(wildcard /usr/lib/postgresql/*/bin/postgres)

.PHONY: run owner demo test test-sqlite test-postgres build bench bench-hold bench-timetable sandbox stripe-judge format format-check check publish coverage mutation clean

## Starts the service on $(URL), with SQLite under data/.
run:
	CLOSEDDOOR_PUBLIC_URL=$${CLOSEDDOOR_PUBLIC_URL:-$(URL)} ASPNETCORE_ENVIRONMENT=Development dotnet run --project src/ClosedDoor --no-launch-profile -- --urls $(URL)

## Makes the first owner, and asks for the password unless CLOSEDDOOR_OWNER_PASSWORD has it: make owner EMAIL=owner@example.com
owner:
	@ASPNETCORE_ENVIRONMENT=Development dotnet run --project src/ClosedDoor --no-launch-profile -- create-owner '$(EMAIL)'

## A verified backup into data/backups/, beside the running service.
.PHONY: backup
backup:
	@ASPNETCORE_ENVIRONMENT=Development dotnet run --project src/ClosedDoor --no-launch-profile -- backup --verify

build:
ifndef built # Said by whoever has just done so.
	dotnet build --nologo -v quiet
endif

## All tests but the browser's on SQLite and, where a PostgreSQL server is installed, on PostgreSQL too.
test: test-sqlite
ifneq ($(POSTGRES_SERVER),)
	$(POSTGRES_TESTS)
else
	@echo 'PostgreSQL: NOT TESTED, no server is installed (Debian: apt-get install postgresql).'
endif

test-sqlite: build
	$(TESTS)

test-postgres: build
	$(POSTGRES_TESTS)

## The pages in Chromium, as those walk them who follow the links in mails; fails where Chromium is missing. SQLite.
.PHONY: browser
browser: build
	dotnet test --project tests/ClosedDoor.BrowserTests --no-build --no-progress

## The models of money and all properties with random seeds, on SQLite and PostgreSQL in turn, until one fails: make explore MINUTES=60
.PHONY: explore
explore: build
	tests/explore.sh $(MINUTES)

## Who may do what, spoilt requests, slow callers, guessed sign-ins and tokens, and sign-in's timing, with the figures that
## README names; artifacts/authorization.md has who got what.
SECURITY = Platform.Security Http.EdgeTests Accounts.LockOutTests Accounts.SignInTests Accounts.RefreshTokensTests
.PHONY: security
security: build
	CLOSEDDOOR_TEST_MATRIX=$(CURDIR)/artifacts/authorization.md $(TESTS) --output Detailed \
		--filter '$(subst $() ,|,$(SECURITY:%=FullyQualifiedName~%))' | tests/figures.sh

## The whole story over HTTP on a scratch instance, as a transcript.
demo: build
	dotnet $(DEMO) $(BUILT)

## A stand-in for Stripe's API on http://127.0.0.1:12111, for this machine only.
sandbox: build
	dotnet $(SANDBOX)

## Stripe's own client and command line judge the sandbox and the webhook endpoint.
stripe-judge: build
	cd tests/stripe-judge && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	node tests/stripe-judge/judge.mjs $(SANDBOX) $(BUILT)

## The runnable service in artifacts/closeddoor/.
publish:
	dotnet publish src/ClosedDoor -c Release -r linux-x64 --no-self-contained --nologo -v quiet -o artifacts/closeddoor $(PUBLISH_OPTIONS)
	@! find artifacts/closeddoor -iname '*sandbox*' | grep . # The stand-in for Stripe never leaves the tests.

## Reads, writes, contention, growth and cost against limits measured in the same run; artifacts/bench/latest.json and .svg.
bench: publish
	dotnet build tests/ClosedDoor.Benchmarks -c Release --nologo -v quiet
ifneq ($(POSTGRES_SERVER),)
	tests/with-postgres.sh dotnet $(BENCH) $(SERVICE) artifacts/bench
else
	dotnet $(BENCH) $(SERVICE) artifacts/bench
endif

## What a hold pays for: processor time by part without HTTP, and over HTTP beside bare Kestrel. SQLite.
bench-hold: publish
	dotnet build tests/ClosedDoor.Benchmarks -c Release --nologo -v quiet
	CLOSEDDOOR_BENCH_ENGINE=sqlite dotnet $(BENCH) only parts $(SERVICE)
	CLOSEDDOOR_BENCH_ENGINE=sqlite dotnet $(BENCH) only write128 $(SERVICE)

## How often and how soon the timetable solver proves its answers best, against CBC; artifacts/bench/timetable.json.
bench-timetable:
	dotnet build tests/ClosedDoor.Benchmarks -c Release --nologo -v quiet
	dotnet $(BENCH) timetable artifacts/bench

format:
	dotnet tool restore >/dev/null
	dotnet csharpier format src tests

format-check:
	dotnet tool restore >/dev/null
	dotnet csharpier check src tests

## What CI runs: format, build with warnings as errors, all tests on both engines, the pages, the judge, the demo, cluster, chaos.
## Demo and cluster run what operators install; the rest runs the build that tests are linked to.
## Each within two or three times what it takes on two busy cores: what takes longer hangs.
check: format-check build
	$(MAKE) -j2 --output-sync=target check-postgres check-the-rest

# Side by side: neither keeps two cores busy. What runs whole services, and ends them, is to hold on a busy machine too.
.PHONY: check-postgres check-the-rest
check-postgres:
	tests/within.sh 40 env $(POSTGRES_TESTS)
check-the-rest:
	tests/within.sh 40 $(TESTS)
	tests/within.sh 8 $(MAKE) browser built=1
	tests/within.sh 8 $(MAKE) stripe-judge built=1
	tests/within.sh 8 $(MAKE) publish PUBLISH_OPTIONS=-p:RunAnalyzers=false # They have run on the same code in the build.
	tests/within.sh 8 $(MAKE) demo built=1 BUILT=$(SERVICE)
	tests/within.sh 14 $(MAKE) cluster built=1 BUILT=$(SERVICE)
	tests/within.sh 14 $(MAKE) chaos built=1 SEED=1 MINUTES=1

## Three instances on one PostgreSQL behind nginx, renewed under load: from the last release, or PREVIOUS=ref, to this one.
PREVIOUS ?=
.PHONY: cluster
cluster: build
	previous=$$(tests/previous-release.sh artifacts/previous $(PREVIOUS)) && dotnet $(CHAOS) cluster $(BUILT) $$previous

## Names this commit in RELEASE as the last release, packs it into artifacts/, and gives what follows the next version: make release NEXT=0.3.0
.PHONY: release
release:
	@tests/release.sh $(NEXT)

## Load while instances, database, disk, mail server and clocks fail: make chaos SEED=7 MINUTES=30
SEED ?= 1
MINUTES ?= 10
.PHONY: chaos
chaos: build
	dotnet $(CHAOS) faults $(BUILT) $(SEED) $(MINUTES)

## Line coverage of the domain's rules; artifacts/coverage.
coverage: build
	tests/coverage.sh

## Mutation score of the domain's rules; artifacts/mutation.
mutation: build
	tests/mutation.sh

clean:
	rm -rf artifacts StrykerOutput
	find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
