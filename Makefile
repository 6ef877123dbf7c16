# Shortcuts; nothing here is needed to build or to test.
.PHONY: build test ci

build: ## a static binary in dist/
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o dist/openai-explain ./cmd/openai-explain

test:
	go test ./...

ci:
	bash .ci/run
